"""Where two rulesets come to different results on one document, and which threshold is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from cati_rules.assessment.comparisons import Comparison
from cati_rules.assessment.definition_result import ConditionResult, DefinitionResult
from cati_rules.assessment.result import IndexResult
from cati_rules.text import Text


@dataclass(frozen=True, slots=True)
class Threshold:
    """A condition, level or indicator of both rulesets that comes out otherwise; None where one lacks it.

    ``limits`` are the comparisons behind it, for definitions; ``points`` what an index awards, out of how many.
    """

    id: str
    title: Text
    verdicts: tuple[str | None, str | None]
    limits: tuple[Comparison | None, Comparison | None] = (None, None)
    points: tuple[tuple[Decimal, Decimal] | None, tuple[Decimal, Decimal] | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Flip:
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
        return Flip((f"{a.score:f}", a.band.id), (f"{b.score:f}", b.band.id), tuple(_indicators(a, b)))
    return None


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
    here = {each.indicator.id: each for each in a.indicators()}
    there = {each.indicator.id: each for each in b.indicators()}
    for name in dict.fromkeys((*here, *there)):
        one, other = here.get(name), there.get(name)
        points = (
            None if one is None else (one.awarded, one.indicator.points),
            None if other is None else (other.awarded, other.indicator.points),
        )
        known = other or one
        if points[0] != points[1] and known is not None:
            verdicts = (None if one is None else one.verdict, None if other is None else other.verdict)
            yield Threshold(name, known.indicator.title, verdicts, points=points)
