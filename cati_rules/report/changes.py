"""What differs between two assessments: scores, points, verdicts, levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from cati_rules.documents import format_path
from cati_rules.kinds.consistency.assessment import ConsistencyResult
from cati_rules.kinds.definition.result import DefinitionResult, Judgement
from cati_rules.kinds.index.evidence import Path
from cati_rules.kinds.index.result import IndexResult

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
Assessed = IndexResult | DefinitionResult | ConsistencyResult
Value = Decimal | str | None


class Change(Struct, frozen=True):
    """One thing that came out otherwise: of a ruleset, or of one indicator or entry (``id``) of it.

    ``most`` is the most that can be had, ``rate`` the score as a share of it, told where that is not the same in both.
    What an indicator awards is None where it does not apply.
    ``criteria`` are the criteria of an indicator, or conditions of a definition, whose verdict changed.
    """

    ruleset: str
    what: What
    id: str
    before: Value
    after: Value
    criteria: tuple[str, ...] = ()


def changes(before: Sequence[Assessed], after: Sequence[Assessed]) -> tuple[Change, ...]:
    """Return what differs between the results of two documents on the same rulesets."""
    earlier = {each.ruleset.id: each for each in before}
    found: list[Change] = []
    for now in after:
        then = earlier.get(now.ruleset.id)
        if isinstance(now, IndexResult) and isinstance(then, IndexResult):
            found.extend(_of_index(then, now))
        elif isinstance(now, DefinitionResult) and isinstance(then, DefinitionResult):
            found.extend(_of_definition(then, now))
        elif isinstance(now, ConsistencyResult) and isinstance(then, ConsistencyResult):
            found.extend(_of_consistency(then, now))
    return tuple(found)


def _of_index(then: IndexResult, now: IndexResult) -> Iterator[Change]:
    name = now.ruleset.id
    if then.score != now.score:
        yield Change(name, "score", name, then.score, now.score)
    if then.score_if_published != now.score_if_published:
        yield Change(name, "score_if_published", name, then.score_if_published, now.score_if_published)
    if then.weighted_points != now.weighted_points:
        yield Change(name, "most", name, then.weighted_points, now.weighted_points)
        yield Change(name, "rate", name, then.rate, now.rate)
    if _band(then) != _band(now):
        yield Change(name, "band", name, _band(then), _band(now))
    earlier = {each.indicator.id: each for each in then.indicators()}
    for each in now.indicators():
        was = earlier.pop(each.indicator.id, None)
        if was is None:
            yield Change(name, "indicator", each.indicator.id, None, each.awarded)
            continue
        moved = tuple(
            one.criterion.id
            for one, other in zip(each.criteria, was.criteria, strict=True)
            if one.met != other.met
        )
        if each.awarded != was.awarded or moved:
            yield Change(name, "indicator", each.indicator.id, was.awarded, each.awarded, moved)
    for each in earlier.values():
        yield Change(name, "indicator", each.indicator.id, each.awarded, None)


def _band(result: IndexResult) -> str | None:
    return None if result.band is None else result.band.id


def _of_definition(then: DefinitionResult, now: DefinitionResult) -> Iterator[Change]:
    name = now.ruleset.id
    moved = _moved(then.judgements, now.judgements)
    if then.verdict != now.verdict:
        yield Change(name, "verdict", name, then.verdict, now.verdict, moved)
    if then.level != now.level:
        yield Change(name, "level", name, then.level, now.level, moved)
    yield from _of_entries(then, now)


def _of_entries(then: DefinitionResult, now: DefinitionResult) -> Iterator[Change]:
    """Yield the entries of lists, and products of lots, whose verdict or level is another one."""
    earlier, later = dict(_entries(then)), dict(_entries(now))
    for path in dict.fromkeys((*earlier, *later)):
        before, after = earlier.get(path), later.get(path)
        if _outcome(before) != _outcome(after):
            moved = () if before is None or after is None else _moved((before,), (after,))
            yield Change(now.ruleset.id, "entry", format_path(path), _outcome(before), _outcome(after), moved)


def _entries(result: DefinitionResult) -> Iterator[tuple[Path, Judgement]]:
    yield from ((each.path, each) for each in result.judgements if each.path)
    yield from ((lot.path, lot.result) for lot in result.lots)


def _outcome(judgement: Judgement | None) -> str | None:
    """Return verdict and level of an entry in one word, as JSON has it; None where there is no such entry."""
    if judgement is None:
        return None
    return judgement.verdict if judgement.level is None else f"{judgement.verdict}:{judgement.level}"


def _of_consistency(then: ConsistencyResult, now: ConsistencyResult) -> Iterator[Change]:
    """Yield the findings that came and those that went, each with its place."""
    earlier, later = (
        {(each.rule.id, format_path(each.path)): None for each in one.findings} for one in (then, now)
    )
    name = now.ruleset.id
    for rule, place in earlier:
        if (rule, place) not in later:
            yield Change(name, "finding", rule, place, None)
    for rule, place in later:
        if (rule, place) not in earlier:
            yield Change(name, "finding", rule, None, place)


def _moved(then: Sequence[Judgement], now: Sequence[Judgement]) -> tuple[str, ...]:
    """Return the conditions that came out otherwise, where both judged one thing."""
    if len(then) != 1 or len(now) != 1:
        return ()
    earlier = {each.condition.id: each.truth for each in then[0].judged()}
    return tuple(
        each.condition.id for each in now[0].judged() if earlier.get(each.condition.id) != each.truth
    )


class Edit(Struct, frozen=True):
    """A value that differs between two documents; None where there is none."""

    path: Path
    before: Any
    after: Any


def edits(before: Any, after: Any, path: Path = ()) -> Iterator[Edit]:
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
