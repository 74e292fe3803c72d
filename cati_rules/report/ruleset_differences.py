"""Where two rulesets come to different results on one document, and which threshold is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from cati_rules.numbers import number_text
from cati_rules.report.definition import Comparison, Condition, DefinitionReport
from cati_rules.report.index import IndexReport, Indicator
from cati_rules.report.run import DocumentReport
from cati_rules.report.titles import VERDICT_TITLES, Verdict
from cati_rules.text import Text, same

Outcome = tuple[str, str | None]
Points = tuple[Decimal, Decimal]


class Threshold(Struct, frozen=True):
    """A condition, level or indicator of both rulesets that comes out otherwise; None where one lacks it.

    ``limits`` are the comparisons behind it, for definitions; ``points`` what an index awards, out of how many.
    """

    id: str
    title: Text
    verdicts: tuple[Verdict | None, Verdict | None]
    limits: tuple[Comparison | None, Comparison | None] = (None, None)
    points: tuple[Points | None, Points | None] = (None, None)


class Flip(Struct, frozen=True):
    """What two rulesets make of the document called ``name``: verdict and level, or score and band, and in words."""

    name: str
    before: Outcome
    after: Outcome
    said: tuple[Text, Text]
    thresholds: tuple[Threshold, ...]

    @property
    def flipped(self) -> bool:
        """Whether the outcomes differ."""
        return self.before != self.after


def flip(document: DocumentReport, before: str, after: str) -> Flip | None:
    """Return how one ruleset differs from another, by their ids, on a document; None where one judges nothing there."""
    verdicts = {each.ruleset.id: each for each in document.verdicts if each.subject is not None}
    scores = {each.ruleset.id: each for each in document.scores}
    if before in verdicts and after in verdicts:
        one, other = verdicts[before], verdicts[after]
        outcomes: tuple[Outcome, Outcome] = (one.verdict, one.level), (other.verdict, other.level)
        said = (VERDICT_TITLES[one.verdict], VERDICT_TITLES[other.verdict])
        return _flip(document, outcomes, said, tuple(_conditions(one, other)))
    if before in scores and after in scores:
        scored, again = scores[before], scores[after]
        outcomes = _scored(scored), _scored(again)
        return _flip(
            document,
            outcomes,
            (same(outcomes[0][0]), same(outcomes[1][0])),
            tuple(_indicators(scored, again)),
        )
    return None


def _flip(
    document: DocumentReport,
    outcomes: tuple[Outcome, Outcome],
    said: tuple[Text, Text],
    thresholds: tuple[Threshold, ...],
) -> Flip:
    told = tuple(
        text if level is None else same("{} ({})").format(text, level)
        for text, (_, level) in zip(said, outcomes, strict=True)
    )
    return Flip(document.path, *outcomes, (told[0], told[1]), thresholds)


def _scored(result: IndexReport) -> Outcome:
    """Return score and band; where there is no band, the rate in its place."""
    rate = f"{number_text(result.rate * 100)} %"
    return number_text(result.score), rate if result.band is None else result.band.id


def _conditions(a: DefinitionReport, b: DefinitionReport) -> Iterator[Threshold]:
    if len(a.entries) != 1 or len(b.entries) != 1:
        return
    here = {each.id: each for each in a.entries[0].judged()}
    there = {each.id: each for each in b.entries[0].judged()}
    for name in dict.fromkeys((*here, *there)):
        one, other = here.get(name), there.get(name)
        verdicts = (None if one is None else one.verdict, None if other is None else other.verdict)
        known = other or one
        if verdicts[0] != verdicts[1] and known is not None:
            yield Threshold(name, known.title, verdicts, (_limit(one), _limit(other)))


def _limit(condition: Condition | None) -> Comparison | None:
    return None if condition is None else next(iter(condition.comparisons()), None)


def _indicators(a: IndexReport, b: IndexReport) -> Iterator[Threshold]:
    """Yield the indicators that award otherwise."""
    for one, other in _paired(list(a.indicators()), list(b.indicators())):
        points = (_points(one), _points(other))
        told = [each for each in (one, other) if each is not None]
        if points[0] != points[1]:
            ids = dict.fromkeys(each.id for each in told)
            verdicts = (None if one is None else one.verdict, None if other is None else other.verdict)
            yield Threshold(" → ".join(ids), told[-1].title, verdicts, points=points)


def _points(indicator: Indicator | None) -> Points | None:
    return None if indicator is None else (indicator.awarded, indicator.points)


def _paired(
    before: Sequence[Indicator], after: Sequence[Indicator]
) -> Iterator[tuple[Indicator | None, Indicator | None]]:
    """Yield the indicators of two editions side by side: those of one title, since editions number them anew."""
    left = list(after)
    for one in before:
        alike = [each for each in left if each.title.zh == one.title.zh]
        alike = alike or [each for each in left if each.title.en == one.title.en]
        if alike:
            left.remove(alike[0])
        yield one, alike[0] if alike else None
    for other in left:
        yield None, other
