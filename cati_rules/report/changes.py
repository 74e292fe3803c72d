"""What differs between two assessments: scores, points, verdicts, levels, and the conditions behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from cati_rules.documents.paths import FieldPath, path_order
from cati_rules.numbers import number_text
from cati_rules.report.consistency import ConsistencyReport
from cati_rules.report.definition import DefinitionReport, Judgement, Untold
from cati_rules.report.index import Band, IndexReport
from cati_rules.report.run import DocumentReport
from cati_rules.report.titles import VERDICT_TITLES, Verdict
from cati_rules.report.values import Location
from cati_rules.text import Text, same

What = Literal[
    "score",
    "score_if_published",
    "most",
    "rate",
    "band",
    "indicator",
    "verdict",
    "level",
    "entry",
    "finding",
]
Value = Decimal | str | None
_NONE = Text("none", "无")


class Moved(Struct, frozen=True):
    """A criterion or condition that came out otherwise, and how it is now."""

    id: str
    title: Text
    now: Verdict


class Change(Struct, frozen=True):
    """One thing that came out otherwise: of a ruleset, or of one indicator or entry (``id``) of it.

    ``most`` is the most that can be had, ``rate`` the score as a share of it, told where that is not the same in both.
    What an indicator awards is None where it does not apply. ``said`` are both values in words, ``moved`` the criteria
    of an indicator, or conditions of a definition, whose verdict changed. ``title`` is that of an indicator.
    """

    ruleset: str
    what: What
    id: str
    before: Value
    after: Value
    said: tuple[Text, Text]
    moved: tuple[Moved, ...] = ()
    title: Text | None = None


def changes(before: DocumentReport, after: DocumentReport) -> tuple[Change, ...]:
    """Return what differs between the results of two documents on the same rulesets."""
    scores = {each.ruleset.id: each for each in before.scores}
    verdicts = {each.ruleset.id: each for each in before.verdicts}
    found = {each.ruleset.id: each for each in before.consistency}
    return (
        *(change for now in after.scores for change in _of_index(scores.get(now.ruleset.id), now)),
        *(change for now in after.verdicts for change in _of_definition(verdicts.get(now.ruleset.id), now)),
        *(change for now in after.consistency for change in _of_consistency(found.get(now.ruleset.id), now)),
    )


def _of_index(then: IndexReport | None, now: IndexReport) -> Iterator[Change]:
    if then is None:
        return
    name = now.ruleset.id
    numbers: tuple[tuple[What, Decimal, Decimal], ...] = (
        ("score", then.score, now.score),
        ("score_if_published", then.score_if_published, now.score_if_published),
        ("most", then.most, now.most),
    )
    for what, was, came in numbers:
        if was != came:
            yield Change(name, what, name, was, came, (_number(was), _number(came)))
    if then.most != now.most:
        rates = (same(f"{number_text(each.rate * 100)} %") for each in (then, now))
        yield Change(name, "rate", name, then.rate, now.rate, (next(rates), next(rates)))
    if _id(then.band) != _id(now.band):
        said = tuple(_NONE if each.band is None else each.band.title for each in (then, now))
        yield Change(name, "band", name, _id(then.band), _id(now.band), (said[0], said[1]))
    yield from _of_indicators(then, now)


def _of_indicators(then: IndexReport, now: IndexReport) -> Iterator[Change]:
    earlier = {each.id: each for each in then.indicators()}
    for each in now.indicators():
        was = earlier.pop(each.id, None)
        met = {} if was is None else {one.id: one.met for one in was.criteria}
        moved = tuple(
            Moved(one.id, one.title, one.verdict)
            for one in each.criteria
            if met.get(one.id, one.met) != one.met
        )
        before = None if was is None else was.awarded
        if before != each.awarded or moved:
            yield _awarded(now.ruleset.id, (each.id, each.title), (before, each.awarded), moved)
    for each in earlier.values():
        title = next((one.title for one in now.left_out if one.indicator == each.id), None)
        yield _awarded(now.ruleset.id, (each.id, title), (each.awarded, None))


def _awarded(
    ruleset: str,
    indicator: tuple[str, Text | None],
    awarded: tuple[Decimal | None, Decimal | None],
    moved: tuple[Moved, ...] = (),
) -> Change:
    """Return a change of an ``indicator``, by id and title; what it awards is None where it does not apply."""
    before, after = (VERDICT_TITLES["not_applicable"] if each is None else _number(each) for each in awarded)
    return Change(ruleset, "indicator", indicator[0], *awarded, (before, after), moved, indicator[1])


def _number(value: Decimal) -> Text:
    return same(number_text(value))


def _id(band: Band | None) -> str | None:
    return None if band is None else band.id


def _of_definition(then: DefinitionReport | None, now: DefinitionReport) -> Iterator[Change]:
    if then is None:
        return
    name = now.ruleset.id
    moved = _moved(then.entries, now.entries)
    if then.verdict != now.verdict:
        said = (VERDICT_TITLES[then.verdict], VERDICT_TITLES[now.verdict])
        yield Change(name, "verdict", name, then.verdict, now.verdict, said, moved)
    if then.level != now.level:
        levels = (_text(then.level), _text(now.level))
        yield Change(name, "level", name, then.level, now.level, levels, moved)
    yield from _of_entries(then, now)


def _of_entries(then: DefinitionReport, now: DefinitionReport) -> Iterator[Change]:
    """Yield the entries of lists, and products of lots, whose verdict or level is another one."""
    earlier, later = dict(_entries(then)), dict(_entries(now))
    for path in dict.fromkeys((*earlier, *later)):
        before, after = earlier.get(path), later.get(path)
        if _outcome(before) != _outcome(after):
            told = [each for each in (before, after) if isinstance(each, Judgement)]
            moved = _moved(told[:1], told[1:])
            said = (_said(before), _said(after))
            yield Change(now.ruleset.id, "entry", path, _outcome(before), _outcome(after), said, moved)


def _entries(result: DefinitionReport) -> Iterator[tuple[str, Judgement | Untold]]:
    listed: list[tuple[Location, Judgement | Untold]] = [
        *((each.at, each) for each in result.entries if each.at.path),
        *((each.at(), each) for each in result.untold),
    ]
    yield from ((at.text, each) for at, each in sorted(listed, key=lambda one: path_order(one[0].path)))
    yield from ((lot.judgement.at.text, lot.judgement) for lot in result.lots)


def _outcome(judgement: Judgement | Untold | None) -> str | None:
    """Return verdict and level of an entry in one word, as JSON has it; None where there is no such entry."""
    if judgement is None:
        return None
    return judgement.verdict if judgement.level is None else f"{judgement.verdict}:{judgement.level}"


def _said(judgement: Judgement | Untold | None) -> Text:
    if judgement is None:
        return _NONE
    told, level = VERDICT_TITLES[judgement.verdict], judgement.level
    if level is None:
        return told
    called = judgement.called(level) if isinstance(judgement, Judgement) else same(level)
    return Text("{} ({})", "{}（{}）").format(told, called)


def _text(value: str | None) -> Text:
    return _NONE if value is None else same(value)


def _of_consistency(then: ConsistencyReport | None, now: ConsistencyReport) -> Iterator[Change]:
    """Yield the findings that came and those that went, each with its place."""
    if then is None:
        return
    earlier, later = ({(each.rule.id, each.at.text): None for each in one.findings} for one in (then, now))
    name = now.ruleset.id
    for rule, place in earlier:
        if (rule, place) not in later:
            yield Change(name, "finding", rule, place, None, (same(place), _NONE))
    for rule, place in later:
        if (rule, place) not in earlier:
            yield Change(name, "finding", rule, None, place, (_NONE, same(place)))


def _moved(then: Sequence[Judgement], now: Sequence[Judgement]) -> tuple[Moved, ...]:
    """Return the conditions that came out otherwise, where both judged one thing."""
    if len(then) != 1 or len(now) != 1:
        return ()
    earlier = {each.id: each.verdict for each in then[0].judged()}
    return tuple(
        Moved(each.id, each.title, each.verdict)
        for each in now[0].judged()
        if earlier.get(each.id) != each.verdict
    )


class Edit(Struct, frozen=True):
    """A value that differs between two documents; None where there is none."""

    path: FieldPath
    before: Any
    after: Any


def edits(before: Any, after: Any, path: FieldPath = ()) -> Iterator[Edit]:
    """Yield what differs between two documents, value by value; of lists, entry by entry in their order."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from edits(before.get(name), after.get(name), (*path, name))
    elif isinstance(before, list) and isinstance(after, list):
        for i in range(max(len(before), len(after))):
            one = before[i] if i < len(before) else None
            other = after[i] if i < len(after) else None
            yield from edits(one, other, (*path, i))
    elif type(before) is not type(after) or before != after:
        yield Edit(path, before, after)
