"""Absolute contraction: what share of base-year emissions a target has to cut, before and after April 2026.

Until April 2026, a straight line from the base year: ``rate · (target year − base year)`` (cells of the initiative's
target-setting workbook, version 1.2.1).

Since then the line starts at the most recent inventory and ends at net zero; in the initiative's Near-Term Criteria
5.3.1, as two independent transcriptions of the appendix of methods agree:

    yearly cut  = ambition / (net-zero year − recent year)
    E_target    = E_recent · (1 − yearly cut · (target year − recent year))
    rate        = max(floor, (1 − E_target / E_base) / (target year − base year))
    reduction   = rate · (target year − base year)

Past the net-zero year, ``E_target = E_recent · (1 − ambition)``: our reading. A joint target of several scopes takes
the mean of their cuts, weighed by the recent inventory; one source weighs by the base year. Both are worked out, and
what lies between them is undecided.

These are the amounts that a page shows. Verdicts are those of the rulesets ``sbti-aca-1`` and ``sbti-aca-1.3.1``, which
have the same lines as expressions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from cati_rules.targets.numbers import ONE, ZERO, Between, Exact, around

Verdict = Literal["met", "not_met", "indeterminate"]
Lacking = Literal["recent_year", "recent_emissions", "base_emissions", "recent_split", "base_split"]
"""Inputs that would make a range of what is needed smaller."""


class Pathway(Struct, frozen=True):
    """How one scope goes to net zero: the share cut by then, the year, and the least cut a year (shares of 1)."""

    ambition: Fraction
    net_zero_year: int
    floor: Fraction


class Part(Struct, frozen=True):
    """One scope of a target: its pathway, and its emissions in the base year and in the recent one, in one unit."""

    pathway: Pathway
    base: Exact | None = None
    recent: Exact | None = None


class Span(Struct, frozen=True):
    """The years of a target; an own net-zero year counts where it is earlier than that of the pathway."""

    base_year: int
    target_year: int
    recent_year: int | None = None
    own_net_zero_year: int | None = None

    @property
    def years(self) -> int:
        """The years from the base year to the target year."""
        return self.target_year - self.base_year


class Needed(Struct, frozen=True):
    """The share of base-year emissions that has to be cut, as far as the inputs tell it.

    ``reduction`` is what is asked, ``floor`` the least that any inventory leads to, ``path`` what the way to net zero
    alone asks. ``by_recent`` is the reduction with scopes weighed by the recent inventory, ``by_base`` by the base
    year; None where that is not known. ``lacks`` are the inputs that would tell more.
    """

    reduction: Between
    floor: Fraction
    path: Between
    by_recent: Fraction | None
    by_base: Fraction | None
    lacks: tuple[Lacking, ...]
    years: int

    @property
    def least(self) -> Fraction | None:
        """The reduction asked for, by the recent inventory where the two ways to weigh differ; None where unknown."""
        if self.reduction.exact:
            return self.reduction.low
        return self.by_recent

    def judged(self, reduction: Exact) -> Verdict:
        """Return whether a reduction (share of base-year emissions) is enough."""
        given = Fraction(reduction)
        if given < self.reduction.low:
            return "not_met"
        return "met" if given >= self.reduction.high else "indeterminate"


def straight(rate: Fraction, span: Span) -> Fraction:
    """Return the reduction that a yearly rate (share of base-year emissions) adds up to: the line until April 2026."""
    return rate * span.years


def cut(
    pathway: Pathway, recent_year: int, target_year: int, own_net_zero_year: int | None = None
) -> Fraction:
    """Return the share of the recent year's emissions to be cut by the target year."""
    end = (
        pathway.net_zero_year if own_net_zero_year is None else min(pathway.net_zero_year, own_net_zero_year)
    )
    if target_year >= end:
        return pathway.ambition
    return pathway.ambition * Fraction(target_year - recent_year, end - recent_year)


def needed(
    parts: Sequence[Part], span: Span, *, base_total: Exact | None = None, recent_total: Exact | None = None
) -> Needed:
    """Return what a target of these scopes has to cut; totals are for those whose scopes are not told apart.

    Raises:
        ValueError: the years are not in order: base year ≤ recent year < target year.
    """
    if span.years <= 0:
        raise ValueError("the target year does not come after the base year")
    floor = max(each.pathway.floor for each in parts) * span.years
    if span.recent_year is None:
        # Nothing is told of the way since the base year: at worst everything has to go.
        anything = Between(ZERO, ONE)
        return Needed(anything.at_least(floor), floor, anything, None, None, ("recent_year",), span.years)
    if not span.base_year <= span.recent_year < span.target_year:
        raise ValueError("the recent year does not lie between the base year and the target year")
    same = span.recent_year == span.base_year
    if same:
        parts = [_alike(each) for each in parts]
        base_total = recent_total = _or(base_total, recent_total)
    cuts = [cut(each.pathway, span.recent_year, span.target_year, span.own_net_zero_year) for each in parts]
    by_recent, by_base = (_mean(cuts, _told(each)) for each in (_recent(parts), _base(parts)))
    ratio = ONE if same else _ratio(parts, base_total, recent_total)
    recent_told = same or _total(_recent(parts), recent_total) is not None
    base_told = same or bool(_total(_base(parts), base_total))
    path = _path(ratio, [by_recent, by_base], cuts)
    known = [
        None if one is None or ratio is None else max(floor, _asked(ratio, one))
        for one in (by_recent, by_base)
    ]
    return Needed(
        path.at_least(floor),
        floor,
        path,
        known[0],
        known[1],
        tuple(_lacking(parts, path, same=same, recent_told=recent_told, base_told=base_told)),
        span.years,
    )


def _alike(part: Part) -> Part:
    """Return a part whose base year is the recent one, so that either figure is both."""
    amount = _or(part.recent, part.base)
    return Part(part.pathway, amount, amount)


def _or(one: Exact | None, other: Exact | None) -> Exact | None:
    return other if one is None else one


def _recent(parts: Sequence[Part]) -> list[Exact | None]:
    return [each.recent for each in parts]


def _base(parts: Sequence[Part]) -> list[Exact | None]:
    return [each.base for each in parts]


def _told(amounts: Sequence[Exact | None]) -> list[Fraction] | None:
    told = [Fraction(each) for each in amounts if each is not None]
    return told if len(told) == len(amounts) else None


def _mean(cuts: Sequence[Fraction], weights: Sequence[Fraction] | None) -> Fraction | None:
    """Return the mean of cuts; None where the weights are not told and make a difference."""
    if len(set(cuts)) == 1:
        return cuts[0]
    total = None if weights is None else sum(weights)
    if weights is None or not total:
        return None
    return sum((one * weight for one, weight in zip(cuts, weights, strict=True)), ZERO) / total


def _total(amounts: Sequence[Exact | None], given: Exact | None) -> Fraction | None:
    told = _told(amounts)
    return sum(told, ZERO) if told is not None else None if given is None else Fraction(given)


def _ratio(parts: Sequence[Part], base_total: Exact | None, recent_total: Exact | None) -> Fraction | None:
    """Return recent emissions as a share of those of the base year; None where that is not known."""
    base, recent = _total(_base(parts), base_total), _total(_recent(parts), recent_total)
    return recent / base if recent is not None and base else None


def _asked(ratio: Fraction, share: Fraction) -> Fraction:
    """Return the reduction of base-year emissions that follows from a cut of the recent ones."""
    return ONE - ratio * (ONE - share)


def _path(ratio: Fraction | None, means: Sequence[Fraction | None], cuts: Sequence[Fraction]) -> Between:
    if ratio is None:
        return Between(ZERO, ONE)
    told = [each for each in means if each is not None]
    spread = around(*told) if len(told) == len(means) else around(*cuts)
    return Between(_asked(ratio, spread.low), _asked(ratio, spread.high))


def _lacking(
    parts: Sequence[Part], path: Between, *, same: bool, recent_told: bool, base_told: bool
) -> Iterator[Lacking]:
    if not recent_told:
        yield "recent_emissions"
    if not base_told:
        yield "base_emissions"
    if not (recent_told and base_told):
        return
    if not path.exact:
        if _told(_recent(parts)) is None:
            yield "recent_split"
        if _told(_base(parts)) is None and not same:
            yield "base_split"


class Point(Struct, frozen=True):
    """A year on the way to a target, and the share of base-year emissions that is left by then."""

    year: int
    remaining: Fraction


def line(span: Span, reduction: Fraction) -> tuple[Point, ...]:
    """Return the straight line from the base year to the target year, year by year."""
    yearly = reduction / span.years
    return tuple(Point(span.base_year + passed, ONE - yearly * passed) for passed in range(span.years + 1))


def yearly(reduction: Exact, span: Span) -> Fraction:
    """Return a reduction as a share of base-year emissions a year."""
    return Fraction(reduction) / span.years
