"""What a run is demanded to reach, and what of it was not reached: each with the document, the reason, and a waiver."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.documents import parse_path
from cati_rules.documents.paths import FieldPath
from cati_rules.gate.baseline import Allowance, Baseline, Worse
from cati_rules.gate.fail_on import FailOn
from cati_rules.gate.waiver import NOTHING_WAIVED, Holding, Waiver, distinct
from cati_rules.kinds.cause import cause_of_condition, cause_of_criterion
from cati_rules.kinds.consistency.refusal import CONSISTENCY
from cati_rules.kinds.definition.assessment import BodyAssessor
from cati_rules.kinds.definition.result import DefinitionResult, Judgement
from cati_rules.kinds.index.result import VERDICT_TITLES, IndexResult, IndicatorResult
from cati_rules.language import BOTH, FALSE, TRUE, Node
from cati_rules.numbers import number_text
from cati_rules.pipeline import Checked
from cati_rules.text import Text

SCORED = "disclosure"
"""The kind of document that indices score."""
MOST_REASONS = 3
"""How many conditions the reason of an unreached demand names."""


_Failing = tuple[str, str, Sequence[str | int]]
"""Ruleset, rule and place of what keeps a level from being reached."""
_UNJUDGED = ("not_applicable", "not_testable")
_PROBLEMS, _CONSISTENCY = "--fail-on problems", "--fail-on consistency"
_COUNTED = (_PROBLEMS, _CONSISTENCY)
"""Demands that something is not found: a baseline excuses as much of it as it had."""


class Demands(Struct, frozen=True):
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


class Unreached(Struct, frozen=True):
    """One demand that a document does not reach, and why; ``waivers`` are what accept it, empty where nothing does.

    ``path`` is the value that causes it, as far as one does. ``accept`` names what is still to be waived for it to be
    accepted, as `cati waive` takes it; it is empty where no waiver does that.
    """

    demand: str
    document: str
    ruleset: str
    rule: str
    reason: Text
    waivers: tuple[Waiver, ...] = ()
    path: FieldPath = ()
    accept: tuple[str, ...] = ()

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
    worse = [_explained(each, worse, checked, baseline) for each in worse]
    return (*_unexcused(found, worse, baseline), *worse)


def _explained(
    unreached: Unreached, worse: Sequence[Unreached], checked: Sequence[Checked], baseline: Baseline
) -> Unreached:
    """Return a worse score as accepted by the waivers of the indicators that it fell by: one cause is waived once."""
    one = next(each for each in checked if each.name == unreached.document)
    before = baseline.of(unreached.document)
    result = next(
        (each for each, _ in one.scores() if each.ruleset.id == unreached.ruleset == unreached.rule), None
    )
    if result is None or before is None:
        return unreached
    known = before.scores[unreached.ruleset]
    fell = [
        each
        for each in worse
        if (each.document, each.ruleset) == (unreached.document, unreached.ruleset)
        and each.rule in known.awarded
    ]
    lost = Fraction(0)
    for each in fell:
        now = result.indicator(each.rule)
        lost += (Fraction(known.awarded[each.rule]) - Fraction(now.awarded)) * Fraction(now.weight)
    if Fraction(known.score) - Fraction(result.score) > lost:
        return unreached
    accept = tuple(dict.fromkeys(name for each in fell for name in each.accept))
    if not all(each.waived for each in fell):
        return replace(unreached, accept=accept)
    return replace(unreached, waivers=distinct(waiver for each in fell for waiver in each.waivers))


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
    """Return what got worse as not reached; a document that became invalid is never waived."""
    before, after = (_WORDS.get(each, Text(each, each)) for each in (worse.before, worse.after))
    rule = _WORDS.get(worse.rule, Text(worse.rule, worse.rule))
    reason = Text(f"{rule.en}: {before.en} → {after.en}", f"{rule.zh}：{before.zh} → {after.zh}")
    found = Unreached("--baseline", worse.document, worse.ruleset, worse.rule, reason)
    for result, _ in checked.scores():
        for each in result.indicators():
            if (result.ruleset.id, each.indicator.id) == (worse.ruleset, worse.rule):
                found = _of_indicator(found, result, each, holding)
    for verdict, assessor in checked.verdicts():
        if verdict.ruleset.id == worse.ruleset:
            # What was met is held to its level again; what was not is held to being met.
            ids = () if verdict.body is None else tuple(each.id for each in verdict.body.levels)
            level = worse.before if worse.before in ids else None
            found = _of_definition(found, verdict, assessor, level, holding)
    return found


def _of_document(demands: Demands, checked: Checked, holding: Holding) -> Iterator[Unreached]:
    for result, _ in checked.scores():
        yield from _score(demands, checked, result)
        yield from _indicators(demands, checked, result, holding)
    for verdict, assessor in checked.verdicts():
        yield from _definition(demands, checked, verdict, assessor, holding)
    if not checked.failed:
        yield from _not_scored(demands, checked)
        yield from _not_judged(demands, checked)
    if "problems" in demands.fail_on:
        for problem in checked.problems:
            yield Unreached(
                _PROBLEMS, checked.name, "", problem.code, problem.message, path=_steps(problem.path)
            )
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
            missed = Unreached(f"--require {name}", checked.name, index.id, identifier, reason)
            yield _of_indicator(missed, result, found, holding)
        if name == index.id and result.score < index.weighted_points:
            score = _of_maximum(result)
            reason = Text(f"the score is {score}", f"得分 {score}")
            yield Unreached(f"--require {name}", checked.name, index.id, index.id, reason)


def _of_indicator(
    unreached: Unreached, result: IndexResult, indicator: IndicatorResult, holding: Holding
) -> Unreached:
    """Return what an indicator does not reach with its waivers, its cause, and what is to be waived."""
    accepted = _indicator_waived(result, indicator, holding)
    failing = next((each for each in indicator.criteria if not each.met), None)
    return replace(
        unreached,
        waivers=accepted,
        path=() if failing is None else cause_of_criterion(failing),
        accept=() if accepted or failing is None else (f"{result.ruleset.id}/{indicator.indicator.id}",),
    )


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
    demands: Demands,
    checked: Checked,
    result: DefinitionResult,
    assessor: BodyAssessor | None,
    holding: Holding,
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
        missed = Unreached(f"--require {name}", checked.name, identifier, identifier, reason)
        yield _of_definition(missed, result, assessor, level or None, holding)
    if "indeterminate" in demands.fail_on and result.verdict == "indeterminate" and result.in_force:
        reason = Text(f"{identifier} cannot be decided", f"{identifier} 无法判定")
        reason = _with_conditions(reason, result)
        missed = Unreached("--fail-on indeterminate", checked.name, identifier, identifier, reason)
        yield _of_definition(missed, result, assessor, None, holding)


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


def _of_definition(
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
        failing: list[_Failing] = [(whole, whole, ())] if result.verdict == "indeterminate" else []
        path = result.missing[0] if result.missing else ()
        return _with_waivers(replace(unreached, path=path), failing, holding)
    first: Unreached | None = None
    for judgement in result.judgements:
        if judgement.verdict in _UNJUDGED:
            continue
        path = _cause(judgement, asked, named)
        failing = list(_failing(whole, judgement, asked))
        found = _with_waivers(replace(unreached, path=path), failing, holding)
        if found.waived:
            return found
        first = first or found
    return unreached if first is None else first


def _with_waivers(unreached: Unreached, failing: Sequence[_Failing], holding: Holding) -> Unreached:
    """Return what is not reached as accepted, if all that fails is; else with what of it is still to be waived."""
    found = [(each, holding.of(*each)) for each in failing]
    left = [
        f"{ruleset}/{rule}" if rule != ruleset else ruleset
        for (ruleset, rule, _), one in found
        if one is None
    ]
    if left or not found:
        return replace(unreached, accept=tuple(dict.fromkeys(left)))
    return replace(unreached, waivers=distinct(one for _, one in found if one is not None))


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


def _failing(ruleset: str, judgement: Judgement, level: str | None) -> Iterator[_Failing]:
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
            if finding.explained:
                continue  # the document states the reason in its field
            missed = Unreached(
                _CONSISTENCY,
                checked.name,
                result.ruleset.id,
                finding.rule.id,
                finding.rule.title,
                path=finding.path,
            )
            yield _with_waivers(missed, [(result.ruleset.id, finding.rule.id, finding.path)], holding)


def _steps(path: str) -> FieldPath:
    """Return the steps of a path in text; of one with keys that no path writes plainly, none."""
    try:
        return parse_path(path) if path else ()
    except ValueError:
        return ()


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
