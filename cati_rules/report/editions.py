"""Where two rulesets come to different results on one document, and which threshold is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from cati_rules.kinds.comparisons import Comparison
from cati_rules.kinds.definition.result import ConditionResult, DefinitionResult
from cati_rules.kinds.index.result import IndexResult, IndicatorResult
from cati_rules.numbers import number_text
from cati_rules.text import Text


class Threshold(Struct, frozen=True):
    """A condition, level or indicator of both rulesets that comes out otherwise; None where one lacks it.

    ``limits`` are the comparisons behind it, for definitions; ``points`` what an index awards, out of how many.
    """

    id: str
    title: Text
    verdicts: tuple[str | None, str | None]
    limits: tuple[Comparison | None, Comparison | None] = (None, None)
    points: tuple[tuple[Decimal, Decimal] | None, tuple[Decimal, Decimal] | None] = (None, None)


class Flip(Struct, frozen=True):
    """What two rulesets make of one document: outcomes as they are shown, and what differs beneath."""

    before: tuple[str, str | None]
    after: tuple[str, str | None]
    thresholds: tuple[Threshold, ...]

    @property
    def flipped(self) -> bool:
        """Whether the outcomes differ."""
        return self.before != self.after


def flip(a: object, b: object) -> Flip | None:
    """Return how ``b`` differs from ``a``, both results of indices or of definitions; None of anything else."""
    if isinstance(a, DefinitionResult) and isinstance(b, DefinitionResult):
        return Flip((a.verdict, a.level), (b.verdict, b.level), tuple(_conditions(a, b)))
    if isinstance(a, IndexResult) and isinstance(b, IndexResult):
        return Flip(_scored(a), _scored(b), tuple(_indicators(a, b)))
    return None


def _scored(result: IndexResult) -> tuple[str, str | None]:
    """Return score and band; where there is no band, the rate in its place."""
    rate = f"{number_text(result.rate * 100)} %"
    return number_text(result.score), rate if result.band is None else result.band.id


def _conditions(a: DefinitionResult, b: DefinitionResult) -> Iterator[Threshold]:
    if len(a.judgements) != 1 or len(b.judgements) != 1:
        return
    here = {each.condition.id: each for each in a.judgements[0].judged()}
    there = {each.condition.id: each for each in b.judgements[0].judged()}
    for name in dict.fromkeys((*here, *there)):
        one, other = here.get(name), there.get(name)
        verdicts = (None if one is None else one.verdict, None if other is None else other.verdict)
        if verdicts[0] != verdicts[1]:
            known = other or one
            if known is not None:
                yield Threshold(name, known.condition.title, verdicts, (_limit(one), _limit(other)))


def _limit(result: ConditionResult | None) -> Comparison | None:
    return None if result is None else next(iter(result.comparisons()), None)


def _indicators(a: IndexResult, b: IndexResult) -> Iterator[Threshold]:
    """Yield the indicators that award otherwise."""
    for one, other in _paired(list(a.indicators()), list(b.indicators())):
        points = (
            None if one is None else (one.awarded, one.indicator.points),
            None if other is None else (other.awarded, other.indicator.points),
        )
        told = [each for each in (one, other) if each is not None]
        if points[0] != points[1]:
            ids = dict.fromkeys(each.indicator.id for each in told)
            verdicts = (None if one is None else one.verdict, None if other is None else other.verdict)
            yield Threshold(" → ".join(ids), told[-1].indicator.title, verdicts, points=points)


def _paired(
    before: list[IndicatorResult], after: list[IndicatorResult]
) -> Iterator[tuple[IndicatorResult | None, IndicatorResult | None]]:
    """Yield the indicators of two editions side by side: those of one title, since editions number them anew."""
    left = list(after)
    for one in before:
        title = one.indicator.title
        same = [each for each in left if each.indicator.title.zh == title.zh]
        same = same or [each for each in left if each.indicator.title.en == title.en]
        if same:
            left.remove(same[0])
        yield one, same[0] if same else None
    for other in left:
        yield None, other
