"""Findings on a definition: the conditions that fail or stay open, for the document or for each entry judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cati_rules.advice.turning import turns
from cati_rules.documents import format_path
from cati_rules.kinds.cause import cause_of_condition, missing_in
from cati_rules.kinds.consistency.contradiction import Contradiction
from cati_rules.kinds.definition.assessment import BodyAssessor
from cati_rules.kinds.definition.result import ConditionResult, DefinitionResult, Judgement
from cati_rules.kinds.definition.rules import QUALIFIES, Body, Condition
from cati_rules.kinds.index.evidence import Path
from cati_rules.kinds.index.result import Verdict
from cati_rules.language import BOTH, FALSE, TRUE
from cati_rules.output.finding import Finding, Help, Level, Outcome
from cati_rules.output.fingerprint import searched
from cati_rules.output.phrasing import Phrasing
from cati_rules.output.telling import Shared, Telling
from cati_rules.output.verdict_words import VerdictWords, phrasing_of
from cati_rules.output.why import why
from cati_rules.text import Text

MOST_TURNS = 4
"""How many inputs an advice names."""
_TOLD = ("not_met", "indeterminate")
_UNJUDGED = ("not_applicable", "not_testable")
_SUPERSEDED = Text("an edition not in force on this date", "该版本在评价日不适用")
_OPEN = Text("not given: {}", "未填写：{}")


class _Words(VerdictWords, frozen=True, kw_only=True):
    """Speaks about definitions; the words for fields are those of the run."""

    shared: Shared

    def phrasing(self, body: Body) -> Phrasing:
        return self.shared.phrasing(body, lambda: phrasing_of(body, self.language))


class DefinitionFindings:
    """Tells what a definition found on one document."""

    def __init__(self, result: DefinitionResult, assessor: BodyAssessor | None, telling: Telling) -> None:
        """Tell of ``result``, judged by ``assessor``."""
        self._result = result
        self._assessor = assessor
        self._telling = telling
        self._words = _Words(telling.document, telling.language, shared=telling.shared)

    def outcome(self) -> Outcome:
        """Return what the whole definition came to."""
        result, telling = self._result, self._telling
        judged = result.verdict not in _UNJUDGED
        return Outcome(
            document=telling.name,
            ruleset=result.ruleset.id,
            rule=result.ruleset.id,
            verdict=result.verdict,
            title=telling.say(result.ruleset.title),
            reason="" if judged else telling.message(result.verdict, None, [telling.say(why(result))]),
            findings=tuple(self.findings()),
        )

    def findings(self) -> Iterator[Finding]:
        """Yield what keeps the definition from being met; nothing where it is met, or judges nothing here."""
        result = self._result
        if result.verdict not in _TOLD:
            return
        told = [each for each in result.judgements if each.verdict == result.verdict]
        if result.body is None or self._assessor is None or not told:
            yield self._whole((), result.missing, result.contradicted_by)
            return
        for judgement in told:
            yield from self._judgement(judgement, result.body, self._assessor)

    def _judgement(self, judgement: Judgement, body: Body, assessor: BodyAssessor) -> Iterator[Finding]:
        decisive = () if judgement.may_not_apply else _decisive(judgement)
        if not decisive:
            # Of purchases, what keeps a lot open keeps the whole open.
            yield self._whole(judgement.path, judgement.missing, judgement.contradicted_by)
        # An open verdict asks for what is not given; only one that is known to fail, for other values.
        silent = judgement.verdict == "not_met" and any(each.condition.advice is None for each in decisive)
        turning = self._turning(judgement, body, assessor) if silent else ""
        for each in decisive:
            yield self._condition(each, judgement, body, assessor, turning)

    @property
    def _verdict(self) -> Verdict:
        return self._result.verdict

    @property
    def _level(self) -> Level:
        """An edition that is not in force says nothing to act on, and an open verdict nothing that is wrong."""
        return "warning" if self._verdict == "not_met" and self._result.in_force else "note"

    @property
    def _remark(self) -> Text | None:
        return None if self._result.in_force else _SUPERSEDED

    def _whole(
        self, entry: Path, absent: Sequence[Path], contradicted: Sequence[Contradiction] = ()
    ) -> Finding:
        """Return the finding on the definition as a whole, for ``entry``, where no condition of it decides."""
        ruleset = self._result.ruleset
        return self._telling.finding(
            ruleset=ruleset.id,
            rule=ruleset.id,
            level=self._level,
            verdict=self._verdict,
            title=ruleset.title,
            message=self._telling.message(
                self._verdict,
                self._remark,
                [*(self._words.contradiction(each) for each in contradicted), *self._not_given(absent)],
            ),
            advice=" ".join(self._telling.say(each.rule.advice) for each in contradicted),
            path=next((each.places[0] for each in contradicted), absent[0] if absent else entry),
            stands_for=entry,
            help_of=lambda: self._help(None),
            waived=self._telling.waived(ruleset.id, ruleset.id, entry),
        )

    def _condition(
        self,
        result: ConditionResult,
        judgement: Judgement,
        body: Body,
        assessor: BodyAssessor,
        turning: str,
    ) -> Finding:
        condition, ruleset = result.condition, self._result.ruleset
        absent = missing_in(result, judgement, assessor.named)
        path = cause_of_condition(result, judgement, assessor.named)
        name, asks = ruleset.title, condition.title
        return self._telling.finding(
            ruleset=ruleset.id,
            rule=f"{ruleset.id}/{condition.id}",
            level=self._level,
            verdict=self._verdict,
            title=Text(f"{name.en}: {asks.en}", f"{name.zh}：{asks.zh}"),
            message=self._telling.message(
                self._verdict, self._remark, self._reasons(result, judgement, body, absent)
            ),
            advice=turning if condition.advice is None else self._telling.say(condition.advice),
            path=path,
            stands_for=searched(path, judgement.path),
            help_of=lambda: self._help(condition),
            waived=self._telling.waived(ruleset.id, condition.id, judgement.path),
        )

    def _reasons(
        self, result: ConditionResult, judgement: Judgement, body: Body, absent: Sequence[Path]
    ) -> Iterator[str]:
        """Yield why a condition fails or stays open: numbers and limits, values, figures that cannot be compared."""
        for lot in self._result.lots if result.truth == BOTH else ():
            yield from (self._words.contradiction(each) for each in lot.result.contradicted_by)
        comparisons = [each for each in result.comparisons() if each.truth != TRUE]
        for comparison in comparisons:
            yield self._words.comparison(body, comparison, judgement)
        if not comparisons:
            yield self._words.seen(result, judgement)
            asked = self._words.phrasing(body).condition(result.condition.asked)
            yield self._telling.say(Text(f"asked: {asked}", f"要求：{asked}"))
        if comparisons or result.truth == BOTH:
            for figure in judgement.figures:
                yield from self._words.figure(figure, body)
        if result.opened:
            yield self._words.opened(result, body)
        yield from self._not_given(absent)

    def _not_given(self, absent: Sequence[Path]) -> Iterator[str]:
        absent = [each for each in absent if each[-1:] != (QUALIFIES,)]  # a mark, and no field to fill in
        if absent:
            listed = ", ".join(dict.fromkeys(format_path(each) for each in absent))
            yield self._telling.say(_OPEN).format(listed)

    def _turning(self, judgement: Judgement, body: Body, assessor: BodyAssessor) -> str:
        """Return the single inputs that would turn the verdict, as advice; empty where there are none.

        Those that would together take long to find: JSON and pages tell of them.
        """
        found = () if judgement.doubts else turns(assessor, judgement)
        told = [self._words.turn(each, body) for each in found[:MOST_TURNS]]
        listed = self._telling.say(Text("; or ", "；或")).join(told)
        return (
            self._telling.say(Text(f"Met with {listed}.", f"满足以下条件即符合：{listed}。")) if told else ""
        )

    def _help(self, condition: Condition | None) -> Help:
        ruleset, say = self._result.ruleset, self._telling.say
        source = ruleset.source if condition is None else condition.source
        why_so = None if condition is None else condition.why
        asks = (
            ruleset.asks
            if condition is None
            else Text(
                f"{ruleset.asks.en} Here: {condition.title.en}.",
                f"{ruleset.asks.zh}此处：{condition.title.zh}。",
            )
        )
        return Help(
            title=say(ruleset.title if condition is None else condition.title),
            asks=say(asks),
            ruleset=ruleset.id,
            edition=ruleset.edition,
            source=self._telling.shared.source(ruleset, source),
            basis=None if condition is None else condition.basis,
            why=None if why_so is None else say(why_so),
            command=f"cati explain {ruleset.id}",
        )


def _decisive(judgement: Judgement) -> tuple[ConditionResult, ...]:
    """Return the conditions that make the verdict what it is; of levels, the lowest that does."""
    wanted = FALSE if judgement.verdict == "not_met" else BOTH
    found = tuple(each for each in judgement.conditions if each.truth == wanted)
    if found or any(each.truth == TRUE for each in judgement.levels):
        return found
    return tuple(each for each in judgement.levels if each.truth == wanted)[:1]
