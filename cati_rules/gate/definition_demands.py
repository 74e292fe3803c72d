"""What is demanded of a definition: that it is met, at a level, or at least decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from cati_rules.documents.paths import FieldPath
from cati_rules.gate.unreached import Demands, Failing, Unreached, with_waivers
from cati_rules.gate.waiver import Holding
from cati_rules.kinds.cause import cause_of_condition
from cati_rules.kinds.consistency.refusal import CONSISTENCY
from cati_rules.kinds.definition.assessment import BodyAssessor
from cati_rules.kinds.definition.result import DefinitionResult, Judgement
from cati_rules.kinds.index.result import VERDICT_TITLES
from cati_rules.language import BOTH, FALSE, TRUE, Node
from cati_rules.text import Text

MOST_REASONS = 3
"""How many conditions the reason of an unreached demand names."""
_UNJUDGED = ("not_applicable", "not_testable")


def definition_demands(
    demands: Demands,
    document: str,
    result: DefinitionResult,
    assessor: BodyAssessor | None,
    holding: Holding,
) -> Iterator[Unreached]:
    """Yield the definition, or a level of it, where a document must meet it and does not, or must decide it."""
    identifier = result.ruleset.id
    if result.body is None:
        return
    verdict = VERDICT_TITLES[result.verdict]
    for name in demands.required:
        wanted, _, level = name.partition(":")
        if wanted != identifier or result.reaches(level or None):
            continue
        reason = Text(f"{identifier} is {verdict.en}", f"{identifier}：{verdict.zh}")
        if result.verdict == "met":
            reached = result.level or "–"
            reason = Text(
                f"{identifier} is met at level {reached} only, {level} is demanded",
                f"{identifier} 仅达到 {reached} 级，要求 {level} 级",
            )
        else:
            reason = _with_conditions(reason, result)
        missed = Unreached(f"--require {name}", document, identifier, identifier, reason)
        yield of_definition(missed, result, assessor, level or None, holding)
    if "indeterminate" in demands.fail_on and result.verdict == "indeterminate" and result.in_force:
        reason = Text(f"{identifier} cannot be decided", f"{identifier} 无法判定")
        reason = _with_conditions(reason, result)
        missed = Unreached("--fail-on indeterminate", document, identifier, identifier, reason)
        yield of_definition(missed, result, assessor, None, holding)


def _with_conditions(reason: Text, result: DefinitionResult) -> Text:
    """Return a reason with the conditions that do not hold for certain, in the entry that the verdict rests on."""
    judgement = next((each for each in result.judgements if each.verdict == result.verdict), None)
    if judgement is None:
        return reason
    if result.verdict in _UNJUDGED:
        return reason
    wanted = FALSE if result.verdict == "not_met" else BOTH
    failing = [each for each in judgement.conditions if each.truth == wanted]
    failing = failing or [each for each in judgement.levels[:1] if each.truth == wanted]
    if not failing:
        return reason
    english = "; ".join(each.condition.title.en for each in failing[:MOST_REASONS])
    chinese = "；".join(each.condition.title.zh for each in failing[:MOST_REASONS])
    return Text(f"{reason.en} ({english})", f"{reason.zh}（{chinese}）")


def of_definition(
    unreached: Unreached,
    result: DefinitionResult,
    assessor: BodyAssessor | None,
    level: str | None,
    holding: Holding,
) -> Unreached:
    """Return what a definition does not reach with its waivers, its cause, and what is to be waived.

    One entry that meets a definition is enough, and so is one in which everything that fails is accepted.
    """
    if result.body is None or result.verdict in _UNJUDGED:
        return unreached
    ids = [each.id for each in result.body.levels]
    asked = level if level is not None else (ids[0] if ids else None)
    whole = result.ruleset.id
    named = {} if assessor is None else assessor.named
    if not result.judgements:
        failing: list[Failing] = [(whole, whole, ())] if result.verdict == "indeterminate" else []
        path = result.missing[0] if result.missing else ()
        return with_waivers(replace(unreached, path=path), failing, holding)
    first: Unreached | None = None
    for judgement in result.judgements:
        if judgement.verdict in _UNJUDGED:
            continue
        path = _cause(judgement, asked, named)
        failing = list(_failing(whole, judgement, asked))
        found = with_waivers(replace(unreached, path=path), failing, holding)
        if found.waived:
            return found
        first = first or found
    return unreached if first is None else first


def _cause(judgement: Judgement, level: str | None, named: Mapping[str, Node]) -> FieldPath:
    """Return the place of the first thing that keeps a level from being reached."""
    asked = (*judgement.conditions, *(each for each in judgement.levels if each.condition.id == level))
    failing = [each for each in asked if each.truth != TRUE]
    # What fails for certain is told before what is open, as long as the verdict is that it fails.
    certain = [each for each in failing if each.truth == FALSE] if judgement.verdict == "not_met" else []
    first = next(iter((*certain, *failing)), None)
    if judgement.may_not_apply or first is None:
        doubt = next(iter(judgement.doubts), None)
        return doubt.places[0] if doubt is not None else next(iter(judgement.missing), judgement.path)
    return cause_of_condition(first, judgement, named)


def _failing(ruleset: str, judgement: Judgement, level: str | None) -> Iterator[Failing]:
    """Yield all that keeps a level from being reached, as ruleset, rule and place.

    That is that the definition may not apply, conditions that do not hold for certain, the level itself, and what
    contradicts what the judgement rests on.
    """
    if judgement.may_not_apply:
        yield ruleset, ruleset, judgement.path
    for each in (*judgement.conditions, *(one for one in judgement.levels if one.condition.id == level)):
        if each.truth != TRUE:
            yield ruleset, each.condition.id, judgement.path
    for doubt in judgement.doubts:
        yield CONSISTENCY, doubt.rule.id, doubt.places[0]
