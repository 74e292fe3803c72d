"""What an index awards when some criteria more are met: the points of a set of criteria, without a document."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal

from cati_rules.kinds.index.result import IndexResult
from cati_rules.kinds.index.rules import Index, Indicator

Met = Collection[tuple[str, str]]
"""Criteria that are met, each by indicator and id; a ceiling whose condition is met by indicator and ``CEILING``."""
CEILING = "ceiling"


def met_in(result: IndexResult) -> frozenset[tuple[str, str]]:
    """Return the criteria that are met in a result; ceilings are not told of there."""
    return frozenset(
        (each.indicator.id, criterion.criterion.id)
        for each in result.indicators()
        for criterion in each.criteria
        if criterion.met
    )


def score_of(index: Index, met: Met) -> Decimal:
    """Return the score (points) of a document that meets just these criteria."""
    counted: dict[str, Decimal] = {}
    for indicator in index.indicators():
        counted[indicator.id] = _counted(indicator, met, counted)
    for first, second in _parallels(index):
        lesser = second if counted[first] >= counted[second] else first
        counted[lesser] = Decimal(0)
    return sum(
        (counted[each.id] * index.weights[each.weight].factor for each in index.indicators()), Decimal(0)
    )


def _counted(indicator: Indicator, met: Met, counted: dict[str, Decimal]) -> Decimal:
    points = [each.points for each in indicator.criteria if (indicator.id, each.id) in met]
    earned = max(points, default=Decimal(0)) if indicator.award == "highest" else sum(points, Decimal(0))
    ceiling = indicator.ceiling
    if ceiling is None or (indicator.id, CEILING) in met:
        return earned
    beside = sum((counted[name] for name in ceiling.beside), Decimal(0))
    return max(Decimal(0), min(earned, ceiling.points - beside))


def _parallels(index: Index) -> Iterator[tuple[str, str]]:
    for each in index.indicators():
        if each.parallel_to is not None:
            yield each.parallel_to, each.id


def linked(index: Index) -> Iterator[tuple[str, str]]:
    """Yield pairs of indicators whose points do not simply add up: by a ceiling, or as alternatives."""
    yield from _parallels(index)
    for each in index.indicators():
        for name in each.ceiling.beside if each.ceiling is not None else ():
            yield name, each.id
