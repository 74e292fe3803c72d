"""Recomputes printed totals from printed rates and the weights of a ruleset.

A printed rate is a whole percentage of points on the half-point grid. From each rate the points are found, weighted
and added. Where columns are not printed, the difference to the printed total is solved for points on the same grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from statistics import median

from msgspec import Struct

from cati_rules.errors import Place, Problem, RulesetError
from cati_rules.kinds.index.published_companies import Column, Company, Published
from cati_rules.kinds.index.rules import Index, Indicator
from cati_rules.text import Text

STEP = Decimal("0.5")
"""The index awards points in halves: every printed rate falls on that grid."""


class Recomputed(Struct, frozen=True):
    """One company's total, recomputed.

    ``points`` are those that the printed rates stand for, by column; ``visible`` is their weighted sum without the
    columns that overlap; ``solutions`` are the points of the columns that are not printed, each as points by name.
    ``total`` is the printed total where a solution exists, else the visible sum.
    """

    company: Company
    points: Mapping[str, Decimal]
    visible: Decimal
    solutions: tuple[Mapping[str, Decimal], ...]
    total: Decimal

    @property
    def agrees(self) -> bool:
        """Whether the recomputed total is the printed one, to the decimal."""
        return self.total == self.company.total

    @property
    def needs_hidden(self) -> bool:
        """Whether the total holds points of columns that are not printed."""
        return self.agrees and self.visible != self.company.total


@cache
def points_of(rate: Decimal, possible: Decimal) -> Decimal | None:
    """Return the points on the half-point grid whose rate, in whole percent, is ``rate`` of ``possible`` points.

    None where no step of the grid rounds (half up) to that percentage; grids in use here never have two.
    """
    for steps in range(int(possible / STEP) + 1):
        points = steps * STEP
        if (points * 100 / possible).quantize(Decimal(1), rounding=ROUND_HALF_UP) == rate:
            return points
    return None


def _weighted(points: Decimal, indicators: tuple[Indicator, ...], ruleset: Index) -> Decimal:
    """Return points times the one weight that all indicators of a column carry.

    Raises:
        RulesetError: they carry several weights, so that the column's rate does not tell its worth.
    """
    weights = {each.weight for each in indicators}
    if len(weights) != 1:
        names = ", ".join(each.id for each in indicators)
        message = Text(
            f"one printed column is of indicators with different weights: {names}.",
            f"同一公布栏目包含权重不同的指标：{names}。",
        )
        raise RulesetError(Problem(place=Place(ruleset.id), code="rules/column", message=message))
    return points * ruleset.weights[weights.pop()].factor


class Block(Struct, frozen=True):
    """Dimensions that printed columns tell together, and the companies' median there, in percent of what can be had.

    The table merges targets and progress, so that neither has a rate of its own.
    """

    dimensions: tuple[str, ...]
    median: Decimal


def blocks(published: Published, ruleset: Index) -> tuple[Block, ...]:
    """Return the companies' median by dimensions, as far as the printed rates and totals tell it.

    The weighted points of a company are the sum over the columns that lie within; where columns are not printed, what
    the others leave of its total. More than one such block is left out, since the total does not tell them apart.
    """
    dimension_of = {
        indicator.id: dimension.id
        for dimension in ruleset.dimensions
        for group in dimension.groups
        for indicator in group.indicators
    }
    counted = [each for each in published.columns if not each.overlaps]
    merged = _merged(
        [dimension.id for dimension in ruleset.dimensions],
        [{dimension_of[each.id] for each in column.indicators} for column in counted],
    )
    hidden = {dimension_of[each.id] for indicators in published.hidden for each in indicators}
    most = {
        names: sum(
            (each.points * ruleset.weights[each.weight].factor for each in ruleset.indicators()
             if each.parallel_to is None and dimension_of[each.id] in names),
            Decimal(0),
        )
        for names in merged
    }  # fmt: skip
    rates: dict[tuple[str, ...], list[Decimal]] = {names: [] for names in merged}
    open_ones = [names for names in merged if hidden & set(names)]
    for company in published.companies:
        told = {names: Decimal(0) for names in merged}
        for column in counted:
            points = points_of(company.rates[column.id], column.points)
            if points is None:
                points = company.rates[column.id] * column.points / 100
            names = next(each for each in merged if dimension_of[column.indicators[0].id] in each)
            told[names] += _weighted(points, column.indicators, ruleset)
        for names in merged:
            if names in open_ones:
                told[names] = company.total - sum(told[each] for each in merged if each not in open_ones)
            rates[names].append(told[names] * 100 / most[names] if most[names] else Decimal(0))
    return tuple(
        Block(names, median(rates[names]))
        for names in merged
        if names not in open_ones or len(open_ones) == 1
    )


def _merged(dimensions: Sequence[str], columns: Sequence[set[str]]) -> list[tuple[str, ...]]:
    """Return the dimensions in their order, together where a column is of several."""
    merged = [{each} for each in dimensions]
    for column in columns:
        touched = [each for each in merged if each & column]
        if len(touched) > 1:
            merged = [each for each in merged if each not in touched]
            merged.append(set().union(*touched))
    order = {each: number for number, each in enumerate(dimensions)}
    return sorted(
        (tuple(sorted(each, key=order.__getitem__)) for each in merged), key=lambda each: order[each[0]]
    )


def recompute(published: Published, ruleset: Index) -> tuple[Recomputed, ...]:
    """Return every printed company's total, recomputed with the weights of ``ruleset``."""
    return tuple(_company(each, published, ruleset) for each in published.companies)


def _company(company: Company, published: Published, ruleset: Index) -> Recomputed:
    points: dict[str, Decimal] = {}
    visible = Decimal(0)
    for column in published.columns:
        found = points_of(company.rates[column.id], column.points)
        # A rate off the grid cannot be a sum of half points; the row then cannot agree.
        points[column.id] = Decimal(-1) if found is None else found
        if not column.overlaps:
            visible += _weighted(points[column.id], column.indicators, ruleset)
    most = tuple(_most(indicators, published, points) for indicators in published.hidden)
    solutions = tuple(_solutions(company.total - visible, published, ruleset, most))
    return Recomputed(company, points, visible, solutions, company.total if solutions else visible)


def _most(indicators: tuple[Indicator, ...], published: Published, points: Mapping[str, Decimal]) -> Decimal:
    """Return the most points that a group not printed can hold: its own, or those of a column that counts it too."""
    counted = tuple(each for each in indicators if each.parallel_to is None)
    bounds = [sum((each.points for each in counted), Decimal(0))]
    bounds.extend(
        points[column.id]
        for column in published.columns
        if column.overlaps and set(counted) <= set(column.indicators)
    )
    return min(bounds)


def _solutions(
    difference: Decimal, published: Published, ruleset: Index, most: tuple[Decimal, ...]
) -> Iterator[Mapping[str, Decimal]]:
    """Yield the points on the grid of the groups not printed whose weighted sum is ``difference``."""

    def search(position: int, rest: Decimal, chosen: dict[str, Decimal]) -> Iterator[Mapping[str, Decimal]]:
        if position == len(published.hidden):
            if rest == 0:
                yield dict(chosen)
            return
        for steps in range(int(most[position] / STEP) + 1):
            worth = _weighted(steps * STEP, published.hidden[position], ruleset)
            if worth <= rest:
                chosen[published.hidden_names[position]] = steps * STEP
                yield from search(position + 1, rest - worth, chosen)

    yield from search(0, difference, {})


def column_points(column: Column, awarded: Mapping[str, Decimal]) -> Decimal:
    """Return the points of a column, given the points awarded by indicator."""
    return sum((awarded[each.id] for each in column.indicators), Decimal(0))
