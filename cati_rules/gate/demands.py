"""What a run is demanded to reach, and what of it was not reached: each with the document, the reason, and a waiver."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import reduce

from msgspec import Struct, field
from msgspec.structs import replace

from cati_rules.documents import parse_path
from cati_rules.documents.paths import FieldPath
from cati_rules.gate.baseline import Allowance, Baseline, Worse
from cati_rules.gate.definition_demands import definition_demands, of_definition
from cati_rules.gate.index_demands import indicator_demands, of_indicator, score_demands
from cati_rules.gate.unreached import Demands, Unreached, with_waivers
from cati_rules.gate.waiver import NOTHING_WAIVED, Holding, distinct
from cati_rules.kinds.index.result import VERDICT_TITLES
from cati_rules.numbers import number_text
from cati_rules.pipeline import Checked
from cati_rules.text import Text

SCORED = "disclosure"
"""The kind of document that indices score."""


_PROBLEMS, _CONSISTENCY = "--fail-on problems", "--fail-on consistency"
_COUNTED = (_PROBLEMS, _CONSISTENCY)
"""Demands that something is not found: a baseline excuses as much of it as it had."""
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
        for each in of_document(demands_on(one.name), one, holding.get(one.name, NOTHING_WAIVED))
    ]
    shown = reduce(Shown.with_another, (shown_by(demands_on(one.name), one) for one in checked), Shown())
    found.extend(of_run(shown))
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
                found = of_indicator(found, result, each, holding)
    for verdict, assessor in checked.verdicts():
        if verdict.ruleset.id == worse.ruleset:
            # What was met is held to its level again; what was not is held to being met.
            ids = () if verdict.body is None else tuple(each.id for each in verdict.body.levels)
            level = worse.before if worse.before in ids else None
            found = of_definition(found, verdict, assessor, level, holding)
    return found


def of_document(demands: Demands, checked: Checked, holding: Holding) -> Iterator[Unreached]:
    """Yield what one document does not reach of what is demanded of it, waived or not."""
    for result, _ in checked.scores():
        yield from score_demands(demands, checked.name, result)
        yield from indicator_demands(demands, checked.name, result, holding)
    for verdict, assessor in checked.verdicts():
        yield from definition_demands(demands, checked.name, verdict, assessor, holding)
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
            yield with_waivers(missed, [(result.ruleset.id, finding.rule.id, finding.path)], holding)


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


class Shown(Struct, frozen=True):
    """What documents show of demands on the whole run.

    ``least`` is the score that is demanded, ``scored`` whether one was given, and ``told`` whether it is said already
    why one was not. ``judged`` are the rules demanded of the run, each with whether a document was judged on it.
    """

    least: Decimal | None = None
    scored: bool = False
    told: bool = False
    judged: dict[str, bool] = field(default_factory=dict)

    def with_another(self, other: Shown) -> Shown:
        """Return what is shown by these documents and further ones behind them."""
        judged = dict(self.judged)
        for name, found in other.judged.items():
            judged[name] = judged.get(name, False) or found
        least = other.least if self.least is None else self.least
        return Shown(least, self.scored or other.scored, self.told or other.told, judged)


def shown_by(demands: Demands, checked: Checked) -> Shown:
    """Return what one document shows of what is demanded of the run."""
    # Documents that are held to other rules instead do not show that those of the run are met.
    general = () if demands.specific_rules else demands.required
    judged = _judged(checked) if general else frozenset()
    return Shown(
        demands.fail_under,
        bool(checked.scores()),
        checked.failed or any(_not_scored(demands, checked)),
        {name: not judged.isdisjoint((name, name.partition(":")[0])) for name in general},
    )


def of_run(shown: Shown) -> Iterator[Unreached]:
    """Yield demands on the run that no document shows to be met: none was scored, or none judged on a rule."""
    if shown.least is not None and not shown.told and not shown.scored:
        reason = Text("no document was scored", "没有文件得到评分")
        yield Unreached(f"--fail-under {number_text(shown.least)}", "", "", "", reason)
    for name, found in shown.judged.items():
        if not found:
            reason = Text(f"no document was judged on {name}", f"没有文件就 {name} 作过判定")
            yield Unreached(f"--require {name}", "", name.partition(":")[0], name, reason)


def _judged(checked: Checked) -> frozenset[str]:
    """Return the rulesets and indicators that a document was judged on."""
    scores = [result for result, _ in checked.scores()]
    indicators = (each.indicator.id for result in scores for each in result.indicators())
    definitions = (verdict.ruleset.id for verdict, _ in checked.verdicts() if verdict.body is not None)
    return frozenset((*(result.ruleset.id for result in scores), *indicators, *definitions))
