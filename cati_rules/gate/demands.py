"""What a run is demanded to reach, and what of it was not reached: each with the document, the reason, and a waiver."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cati_rules.assessment.definition_result import DefinitionResult, Judgement
from cati_rules.assessment.result import VERDICT_TITLES, IndexResult, IndicatorResult
from cati_rules.checking import CONSISTENCY, Checked
from cati_rules.expressions import BOTH, FALSE, TRUE
from cati_rules.gate.baseline import Allowance, Baseline, Worse
from cati_rules.gate.fail_on import FailOn
from cati_rules.gate.waiver import NOTHING_WAIVED, Holding, Waiver, distinct
from cati_rules.numbers import number_text
from cati_rules.text import Text

SCORED = "disclosure"
"""The kind of document that indices score."""
MOST_REASONS = 3
"""How many conditions the reason of an unreached demand names."""


_UNJUDGED = ("not_applicable", "not_testable")
_PROBLEMS, _CONSISTENCY = "--fail-on problems", "--fail-on consistency"
_COUNTED = (_PROBLEMS, _CONSISTENCY)
"""Demands that something is not found: a baseline excuses as much of it as it had."""


@dataclass(frozen=True, slots=True)
class Demands:
    """What is demanded: a least score, rules that must be met (``ID`` or ``ID:LEVEL``), and what must not be found.

    A score or rules that are ``specific`` are demanded of each document by itself, as settings for its path do; others
    are demanded of a run, in which documents of several kinds stand beside each other.
    """

    fail_under: Decimal | None = None
    required: tuple[str, ...] = ()
    fail_on: frozenset[FailOn] = frozenset()
    specific_score: bool = False
    specific_rules: bool = False

    @property
    def any(self) -> bool:
        """Whether anything is demanded."""
        return self.fail_under is not None or bool(self.required) or bool(self.fail_on)


@dataclass(frozen=True, slots=True)
class Unreached:
    """One demand that a document does not reach, and why; ``waivers`` are what accept it, empty where nothing does."""

    demand: str
    document: str
    ruleset: str
    rule: str
    reason: Text
    waivers: tuple[Waiver, ...] = ()

    @property
    def waived(self) -> bool:
        """Whether it is accepted for now."""
        return bool(self.waivers)

    @property
    def code(self) -> str:
        """The name of the demand for machines, such as ``demand/require``."""
        return f"demand/{self.demand.split()[0].removeprefix('--')}"


_WORDS: Mapping[str, Text] = {
    **VERDICT_TITLES,
    "problems": Text("document", "文件"),
    "valid": Text("valid", "有效"),
    "invalid": Text("invalid", "无效"),
    "scored": Text("scored", "已评分"),
    "not scored": Text("not scored", "未评分"),
    "not judged": Text("not judged", "未判定"),
}
"""What a baseline says of documents and verdicts, in words."""


def unreached(
    demands_on: Callable[[str], Demands],
    checked: Sequence[Checked],
    holding: Mapping[str, Holding],
    baseline: Baseline | None = None,
    evaluated: Collection[str] = (),
) -> tuple[Unreached, ...]:
    """Return what is not reached, waived or not; with a baseline, only what it did not show already.

    ``demands_on`` tells what is demanded of a document by its name, ``holding`` what is waived in it, and
    ``evaluated`` are the ids of the rulesets that the run was narrowed to, if it was.
    """
    found = [
        each
        for one in checked
        for each in _of_document(demands_on(one.name), one, holding.get(one.name, NOTHING_WAIVED))
    ]
    found.extend(_of_run(demands_on, checked))
    if baseline is None:
        return tuple(found)
    worse = [
        _worse(each, one, holding.get(one.name, NOTHING_WAIVED))
        for one in checked
        for each in baseline.worse(one, evaluated)
    ]
    return (*_unexcused(found, worse, baseline), *worse)


def _unexcused(
    found: Sequence[Unreached], worse: Sequence[Unreached], baseline: Baseline
) -> Iterator[Unreached]:
    """Yield what is not reached and was not so in the baseline: new, or of a result that is worse than there."""
    known = {(each.document, each.ruleset) for each in worse}
    earlier = {each.document: baseline.of(each.document) for each in found}
    allowances = {name: Allowance(each) for name, each in earlier.items() if each is not None}
    # What is waived uses up first what was there before, so that nothing new hides behind it.
    for each in sorted(found, key=lambda one: not one.waived):
        before = earlier[each.document]
        if before is None:
            yield each
        elif each.demand in _COUNTED:
            if not allowances[each.document].takes(each.ruleset, each.rule):
                yield each
        elif (each.document, each.ruleset) in known or not before.judged_on(each.ruleset):
            yield each


def _worse(worse: Worse, checked: Checked, holding: Holding) -> Unreached:
    """Return what got worse as not reached; a worse score is never waived, nor a document that became invalid."""
    before, after = (_WORDS.get(each, Text(each, each)) for each in (worse.before, worse.after))
    rule = _WORDS.get(worse.rule, Text(worse.rule, worse.rule))
    reason = Text(f"{rule.en}: {before.en} → {after.en}", f"{rule.zh}：{before.zh} → {after.zh}")
    accepted: tuple[Waiver, ...] = ()
    for result, _ in checked.scores():
        for each in result.indicators():
            if (result.ruleset.id, each.indicator.id) == (worse.ruleset, worse.rule):
                accepted = _indicator_waived(result, each, holding)
    for verdict, _ in checked.verdicts():
        if verdict.ruleset.id == worse.ruleset:
            # What was met is held to its level again; what was not is held to being met.
            ids = () if verdict.body is None else tuple(each.id for each in verdict.body.levels)
            accepted = _all_waived(verdict, worse.before if worse.before in ids else None, holding)
    return Unreached("--baseline", worse.document, worse.ruleset, worse.rule, reason, accepted)


def _of_document(demands: Demands, checked: Checked, holding: Holding) -> Iterator[Unreached]:
    for result, _ in checked.scores():
        yield from _score(demands, checked, result)
        yield from _indicators(demands, checked, result, holding)
    for verdict, _ in checked.verdicts():
        yield from _definition(demands, checked, verdict, holding)
    if not checked.failed:
        yield from _not_scored(demands, checked)
        yield from _not_judged(demands, checked)
    if "problems" in demands.fail_on:
        for problem in checked.problems:
            yield Unreached(_PROBLEMS, checked.name, "", problem.code, problem.message)
    if "consistency" in demands.fail_on:
        yield from _consistency(checked, holding)


def _score(demands: Demands, checked: Checked, result: IndexResult) -> Iterator[Unreached]:
    least = demands.fail_under
    if least is not None and result.score < least:
        score, wanted = _of_maximum(result), number_text(least)
        reason = Text(f"the score is {score}, under {wanted}", f"得分 {score}，低于 {wanted}")
        yield Unreached(f"--fail-under {wanted}", checked.name, result.ruleset.id, result.ruleset.id, reason)


def _of_maximum(result: IndexResult) -> str:
    """Return the score, with the most that can be had where that is not the points of the index."""
    score, most = number_text(result.score), result.weighted_points
    return score if most == result.ruleset.points else f"{score} / {number_text(most)}"


def _indicators(
    demands: Demands, checked: Checked, result: IndexResult, holding: Holding
) -> Iterator[Unreached]:
    index = result.ruleset
    for name in demands.required:
        identifier = name.removeprefix(f"{index.id}:")
        if any(each.indicator.id == identifier for each in result.left_out):
            reason = Text(f"the file says that {identifier} does not apply", f"文件注明 {identifier} 不适用")
            whole = holding.of(index.id, identifier)
            accepted: tuple[Waiver, ...] = () if whole is None else (whole,)
            yield Unreached(f"--require {name}", checked.name, index.id, identifier, reason, accepted)
        found = next((each for each in result.indicators() if each.indicator.id == identifier), None)
        if found is not None and found.verdict != "met":
            awarded, points = number_text(found.awarded), number_text(found.indicator.points)
            reason = Text(
                f"{identifier} earns {awarded} of {points}", f"{identifier} 得 {awarded} / {points} 分"
            )
            accepted = _indicator_waived(result, found, holding)
            yield Unreached(f"--require {name}", checked.name, index.id, identifier, reason, accepted)
        if name == index.id and result.score < index.weighted_points:
            score = _of_maximum(result)
            reason = Text(f"the score is {score}", f"得分 {score}")
            yield Unreached(f"--require {name}", checked.name, index.id, index.id, reason)


def _indicator_waived(
    result: IndexResult, indicator: IndicatorResult, holding: Holding
) -> tuple[Waiver, ...]:
    """Return the waiver of the indicator, else those of all criteria that are not met; none where one is left."""
    ruleset, identifier = result.ruleset.id, indicator.indicator.id
    whole = holding.of(ruleset, identifier)
    if whole is not None:
        return (whole,)
    failing = [each.criterion.id for each in indicator.criteria if not each.met]
    found = [holding.of(ruleset, f"{identifier}/{each}") for each in failing]
    accepted = distinct(each for each in found if each is not None)
    # Points that a ceiling holds back are lost for another reason than these criteria.
    return accepted if None not in found and not indicator.held_back else ()


def _definition(
    demands: Demands, checked: Checked, result: DefinitionResult, holding: Holding
) -> Iterator[Unreached]:
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
        accepted = _all_waived(result, level or None, holding)
        yield Unreached(f"--require {name}", checked.name, identifier, identifier, reason, accepted)
    if "indeterminate" in demands.fail_on and result.verdict == "indeterminate" and result.in_force:
        reason = Text(f"{identifier} cannot be decided", f"{identifier} 无法判定")
        reason = _with_conditions(reason, result)
        accepted = _all_waived(result, None, holding)
        yield Unreached("--fail-on indeterminate", checked.name, identifier, identifier, reason, accepted)


def _with_conditions(reason: Text, result: DefinitionResult) -> Text:
    """Return a reason with the conditions that do not hold for certain, in the entry that the verdict rests on."""
    judgement = next((each for each in result.judgements if each.verdict == result.verdict), None)
    if judgement is None:
        return reason
    wanted = FALSE if result.verdict == "not_met" else BOTH
    failing = [each for each in judgement.conditions if each.truth == wanted]
    failing = failing or [each for each in judgement.levels[:1] if each.truth == wanted]
    if not failing:
        return reason
    english = "; ".join(each.condition.title.en for each in failing[:MOST_REASONS])
    chinese = "；".join(each.condition.title.zh for each in failing[:MOST_REASONS])
    return Text(f"{reason.en} ({english})", f"{reason.zh}（{chinese}）")


def _all_waived(result: DefinitionResult, level: str | None, holding: Holding) -> tuple[Waiver, ...]:
    """Return the waivers that accept everything that fails in one of the entries judged; none where there is no such.

    One entry that meets a definition is enough, and so is one in which all is accepted.
    """
    if result.body is None or result.verdict in _UNJUDGED:
        return ()
    ids = [each.id for each in result.body.levels]
    asked = level if level is not None else (ids[0] if ids else None)
    whole = result.ruleset.id
    if not result.judgements:
        accepted = holding.of(whole, whole) if result.verdict == "indeterminate" else None
        return () if accepted is None else (accepted,)
    for judgement in result.judgements:
        if judgement.verdict in _UNJUDGED:
            continue
        found = [holding.of(*each) for each in _failing(whole, judgement, asked)]
        if found and None not in found:
            return distinct(each for each in found if each is not None)
    return ()


def _failing(
    ruleset: str, judgement: Judgement, level: str | None
) -> Iterator[tuple[str, str, Sequence[str | int]]]:
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


def _consistency(checked: Checked, holding: Holding) -> Iterator[Unreached]:
    for result in checked.consistency():
        for finding in result.findings:
            waiver = holding.of(result.ruleset.id, finding.rule.id, finding.path)
            yield Unreached(
                _CONSISTENCY,
                checked.name,
                result.ruleset.id,
                finding.rule.id,
                finding.rule.title,
                () if waiver is None else (waiver,),
            )


def _not_scored(demands: Demands, checked: Checked) -> Iterator[Unreached]:
    """Yield the least score where the document has none, though it is of the kind that is scored, or it is its own."""
    if demands.fail_under is None or checked.scores():
        return
    if checked.kind == SCORED or demands.specific_score:
        reason = Text("the document was not scored", "该文件未评分")
        yield Unreached(f"--fail-under {number_text(demands.fail_under)}", checked.name, "", "", reason)


def _not_judged(demands: Demands, checked: Checked) -> Iterator[Unreached]:
    """Yield the rules that are demanded of this very document, and on which it was not judged."""
    judged = _judged(checked)
    for name in demands.required if demands.specific_rules else ():
        if judged.isdisjoint((name, name.partition(":")[0])):
            reason = Text(f"the document was not judged on {name}", f"该文件未就 {name} 作过判定")
            yield Unreached(f"--require {name}", checked.name, name.partition(":")[0], name, reason)


def _of_run(demands_on: Callable[[str], Demands], checked: Sequence[Checked]) -> Iterator[Unreached]:
    """Yield demands on the run that no document shows to be met: none was scored, or none judged on a rule."""
    held = [(demands_on(one.name), one) for one in checked]
    least = next((each.fail_under for each, _ in held if each.fail_under is not None), None)
    told = any(one.failed or any(_not_scored(each, one)) for each, one in held)
    if least is not None and not told and not any(one.scores() for one in checked):
        reason = Text("no document was scored", "没有文件得到评分")
        yield Unreached(f"--fail-under {number_text(least)}", "", "", "", reason)
    general = [(each.required, one) for each, one in held if not each.specific_rules]
    for name in dict.fromkeys(name for required, _ in general for name in required):
        # Documents that are held to other rules instead do not show that this one is met.
        judged = {rule for required, one in general if name in required for rule in _judged(one)}
        if judged.isdisjoint((name, name.partition(":")[0])):
            reason = Text(f"no document was judged on {name}", f"没有文件就 {name} 作过判定")
            yield Unreached(f"--require {name}", "", name.partition(":")[0], name, reason)


def _judged(checked: Checked) -> frozenset[str]:
    """Return the rulesets and indicators that a document was judged on."""
    scores = [result for result, _ in checked.scores()]
    indicators = (each.indicator.id for result in scores for each in result.indicators())
    definitions = (verdict.ruleset.id for verdict, _ in checked.verdicts() if verdict.body is not None)
    return frozenset((*(result.ruleset.id for result in scores), *indicators, *definitions))
