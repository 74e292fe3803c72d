"""Why two definitions that make the same claim come to different verdicts on one product: the cause."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.comparisons import Comparison
from cati_rules.kinds.definition.figures import Figure
from cati_rules.kinds.definition.result import ConditionResult, DefinitionResult, Judgement
from cati_rules.kinds.index.result import Verdict
from cati_rules.language import BOTH, FALSE, TRUE, NumberRange
from cati_rules.text import Text

Cause = Literal["boundary", "strictness", "condition", "limit", "source_open", "contradiction", "missing"]

CLAIMS: dict[str, Text] = {
    "near_zero": Text("near zero", "近零排放"),
    "low_emission": Text("low emission", "低排放"),
    "low_carbon": Text("low carbon", "低碳"),
    "green_electricity": Text("made with green electricity", "绿电生产"),
    "recycled": Text("recycled", "再生"),
    "net_zero": Text("net zero", "净零"),
}
"""The claims that several definitions make, each in its own way."""


class Disagreement(Struct, frozen=True):
    """Two definitions of one claim: what the first takes, the second does not; ``cause`` and its details tell why.

    ``condition`` is what does not hold in the second, ``figure`` the one that it cannot compare, ``places`` what it
    lacks; ``ours`` and ``theirs`` are the comparisons with the limits.
    """

    claim: str
    met: DefinitionResult
    other: DefinitionResult
    verdict: Verdict
    cause: Cause
    condition: ConditionResult | None = None
    figure: Figure | None = None
    places: tuple[FieldPath, ...] = ()
    ours: Comparison | None = None
    theirs: Comparison | None = None


def disagreements(results: Sequence[DefinitionResult]) -> Iterator[Disagreement]:
    """Yield the pairs of definitions in force that make the same claim, one taking the product and one not.

    A pair that disagrees on several claims is told of once, by the first.
    """
    told: set[tuple[str, str]] = set()
    for claim in CLAIMS:
        judged = [
            (each, each.claim(claim)) for each in results if each.in_force and len(each.judgements) == 1
        ]
        for met, verdict in judged:
            for other, its_verdict in judged:
                pair = (met.ruleset.id, other.ruleset.id)
                if verdict == "met" and its_verdict not in (None, "met") and pair not in told:
                    told.add(pair)
                    yield _disagreement(claim, met, other, its_verdict)


def _relevant(result: DefinitionResult, claim: str) -> list[ConditionResult]:
    """Return what a claim rests on: all conditions, and its own level."""
    (judgement,) = result.judgements
    return [*judgement.conditions, *(each for each in judgement.levels if each.condition.claim == claim)]


def _comparison(results: Sequence[ConditionResult]) -> Comparison | None:
    return next((each for result in results for each in result.comparisons()), None)


class _Pair(Struct, frozen=True):
    """What causes are looked for in."""

    judgement: Judgement
    failing: tuple[ConditionResult, ...]
    opened: tuple[ConditionResult, ...]
    ours: Comparison | None
    theirs: Comparison | None


def _disagreement(
    claim: str, met: DefinitionResult, other: DefinitionResult, verdict: Verdict
) -> Disagreement:
    (judgement,) = other.judgements
    relevant = _relevant(other, claim)
    pair = _Pair(
        judgement,
        tuple(each for each in relevant if each.truth == FALSE),
        tuple(each for each in relevant if each.truth == BOTH),
        _comparison(_relevant(met, claim)),
        _comparison([each for each in relevant if each.truth != TRUE]),
    )
    cause = next((each for each, looks in _CAUSES if looks(pair)), _MISSING)
    return Disagreement(
        claim=claim,
        met=met,
        other=other,
        verdict=verdict,
        cause=cause,
        condition=_telling(pair, cause),
        figure=next((each for each in judgement.figures if each.standing != "comparable"), None),
        places=judgement.missing,
        ours=pair.ours,
        theirs=pair.theirs,
    )


def _telling(pair: _Pair, cause: Cause) -> ConditionResult | None:
    if cause == "source_open":
        return next((each for each in pair.opened if each.certainly_open), None)
    without_numbers = [each for each in pair.failing if not each.comparisons()]
    return next(iter(without_numbers or [*pair.failing, *pair.opened]), None)


def _boundary(pair: _Pair) -> bool:
    undecided = any(each.comparisons() for each in (*pair.failing, *pair.opened))
    return (
        undecided
        and any(each.standing != "comparable" and not each.open for each in pair.judgement.figures)
        and all(each.comparisons() for each in pair.failing)
    )


def _strictness(pair: _Pair) -> bool:
    ours, theirs = pair.ours, pair.theirs
    return (
        ours is not None
        and theirs is not None
        and theirs.truth == FALSE
        and ours.operator != theirs.operator
        and not isinstance(theirs.limit, NumberRange)
        and theirs.value == theirs.limit
    )


def _condition(pair: _Pair) -> bool:
    return any(not each.comparisons() for each in pair.failing)


def _limit(pair: _Pair) -> bool:
    return pair.theirs is not None and pair.theirs.truth == FALSE


def _source_open(pair: _Pair) -> bool:
    return any(each.certainly_open for each in pair.opened)


def _contradiction(pair: _Pair) -> bool:
    return bool(pair.judgement.contradicted_by)


_MISSING: Cause = "missing"
_CAUSES: tuple[tuple[Cause, Callable[[_Pair], bool]], ...] = (
    ("contradiction", _contradiction),
    ("boundary", _boundary),
    ("condition", _condition),
    ("strictness", _strictness),
    ("limit", _limit),
    ("source_open", _source_open),
)
