"""Findings on an index: the criteria that are not met, of a ladder only the next step up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.markup import render

from cati_rules.kinds.cause import cause_of_criterion
from cati_rules.kinds.index.result import CriterionResult, IndexResult, IndicatorResult
from cati_rules.kinds.index.rules import Criterion, Indicator
from cati_rules.numbers import number_text
from cati_rules.output.finding import Finding, Help, Outcome
from cati_rules.output.fingerprint import searched
from cati_rules.output.phrasing import Phrasing
from cati_rules.output.reasons import Reasons
from cati_rules.output.telling import Telling
from cati_rules.schema import load_schema
from cati_rules.text import Text


class IndexFindings:
    """Tells what an index found on one document."""

    def __init__(self, result: IndexResult, telling: Telling) -> None:
        """Tell of ``result``."""
        self._result = result
        self._telling = telling
        rules = result.ruleset
        words = telling.shared.phrasing(
            rules, lambda: Phrasing(load_schema(rules.subject), rules.values, telling.language)
        )
        self._reasons = Reasons(result, telling.document, words, "normal")

    def findings(self) -> Iterator[Finding]:
        """Yield the criteria to meet next."""
        for indicator in self._result.indicators():
            if self._gains(indicator):
                for criterion in next_steps(indicator):
                    yield self._finding(indicator, criterion)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield every criterion, met or not, and the indicators that do not apply."""
        for indicator in self._result.indicators():
            for each in indicator.criteria:
                yield Outcome(
                    document=self._telling.name,
                    ruleset=self._result.ruleset.id,
                    rule=self._rule(indicator.indicator, each.criterion),
                    verdict=each.verdict,
                    title=self._telling.say(each.criterion.title),
                    reason="",
                    findings=() if each.met else (self._finding(indicator, each),),
                )
        for left_out in self._result.left_out:
            yield Outcome(
                document=self._telling.name,
                ruleset=self._result.ruleset.id,
                rule=f"{self._result.ruleset.id}:{left_out.indicator.id}",
                verdict="not_applicable",
                title=self._telling.say(left_out.indicator.title),
                reason=left_out.reason or "",
                findings=(),
            )

    def _gains(self, result: IndicatorResult) -> bool:
        """Return whether an indicator can gain: not where another counts in its place, with all of its points."""
        other = result.counts_elsewhere
        return other is None or self._result.indicator(other).verdict != "met"

    def _rule(self, indicator: Indicator, criterion: Criterion) -> str:
        return f"{self._result.ruleset.id}:{indicator.id}/{criterion.id}"

    def _finding(self, indicator: IndicatorResult, result: CriterionResult) -> Finding:
        criterion, telling = result.criterion, self._telling
        seen = () if result.withheld else result.seen()
        path = cause_of_criterion(result, seen)
        return telling.finding(
            ruleset=self._result.ruleset.id,
            rule=self._rule(indicator.indicator, criterion),
            level="note",
            verdict=result.verdict,
            title=criterion.title,
            message=telling.message(
                result.verdict,
                _worth(indicator.indicator, criterion),
                (self._plain(each) for each in self._reasons.lines(result, seen)),
            ),
            advice=telling.say(self._reasons.advice(result)),
            path=path,
            stands_for=searched(path),
            help_of=lambda: self._help(indicator.indicator, criterion),
            waived=telling.waived(self._result.ruleset.id, f"{indicator.indicator.id}/{criterion.id}"),
        )

    def _plain(self, markup: str) -> str:
        """Return a line without its markup; what was dim, such as a place, in brackets."""
        text = render(markup, emoji=False)
        told = text.plain
        for span in reversed(text.spans):
            if span.style == "dim":
                inside = told[span.start : span.end]
                bracketed = Text(f" ({inside})", f"（{inside}）")
                told = told[: span.start].rstrip() + self._telling.say(bracketed) + told[span.end :]
        return told

    def _help(self, indicator: Indicator, criterion: Criterion) -> Help:
        ruleset, say = self._result.ruleset, self._telling.say
        asks = Text(
            f"{indicator.id} {indicator.title.en}: {criterion.title.en}. {criterion.advice.en}",
            f"{indicator.id} {indicator.title.zh}：{criterion.title.zh}。{criterion.advice.zh}",
        )
        return Help(
            title=say(criterion.title),
            asks=say(asks),
            ruleset=ruleset.id,
            edition=ruleset.edition,
            source=self._telling.shared.source(ruleset, criterion.source),
            basis=criterion.basis,
            why=None if criterion.why is None else say(criterion.why),
            command=f"cati explain {ruleset.id}:{indicator.id}",
        )


def next_steps(result: IndicatorResult) -> Sequence[CriterionResult]:
    """Return the criteria that are not met and would add points; of a ladder, those of the next step up."""
    ladder = result.indicator.award == "highest"
    reached = result.earned if ladder else Decimal(0)
    failed = [each for each in result.criteria if not each.met and each.criterion.points > reached]
    if not (ladder and failed):
        return failed
    step = min(each.criterion.points for each in failed)
    return [each for each in failed if each.criterion.points == step]


def _worth(indicator: Indicator, criterion: Criterion) -> Text:
    """Return what a criterion adds; of a ladder, what the indicator has with it."""
    points = number_text(criterion.points)
    named = "point" if criterion.points == 1 else "points"
    if indicator.award == "highest":
        return Text(f"{points} {named} in all", f"可达 {points} 分")
    return Text(f"+{points} {named}", f"+{points} 分")
