"""Why a definition is met or not, in the terminal: clause, conditions, values, limits, margins, what would turn it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from rich.console import RenderableType

from cati_rules.advice.turning_together import turning_of
from cati_rules.catalog.basis import BASIS_TITLES
from cati_rules.documents import Document, format_path, value_at
from cati_rules.kinds.cause import placed
from cati_rules.kinds.definition.assessment import PRODUCT, BodyAssessor
from cati_rules.kinds.definition.quoted import quoted_in
from cati_rules.kinds.definition.result import ConditionResult, DefinitionResult, Judgement, Lot
from cati_rules.kinds.definition.rounding import sensitive_to_rounding
from cati_rules.kinds.definition.rules import QUALIFIES, Body
from cati_rules.kinds.index.evidence import Path
from cati_rules.kinds.index.result import Verdict
from cati_rules.language import BOTH, FALSE, TRUE, nodes
from cati_rules.numbers import number_text
from cati_rules.output.evaluation import Evaluation
from cati_rules.output.layout import escape, indented, marked
from cati_rules.output.page import Page
from cati_rules.output.verdict_words import MARKS, VerdictWords, standing_mark
from cati_rules.output.why import why
from cati_rules.pipeline import Checked
from cati_rules.text import Language, Text

JUDGED: tuple[Verdict, ...] = ("met", "not_met", "indeterminate")
"""The verdicts of what was judged, in the order in which they are told."""
MOST_LOTS = 5
"""How many lots the page tells of in full."""
MOST_TURNS = 8
"""How many inputs of a kind the page names; JSON names all."""
_MET_WITH = Text("met with any one of:", "满足以下任一项即符合：")
_MET_TOGETHER = Text(
    "no single input can turn it; met with all of:", "单独改变任何一项均不足；同时满足以下各项即符合："
)
_NOT_MET_WITH = Text("not met with any one of:", "出现以下任一项即不符合：")
_TRUTH_MARKS = {TRUE: "[green]✓[/]", FALSE: "[red]✗[/]", BOTH: "[yellow]?[/]"}


class VerdictReasons(Struct, frozen=True):
    """Tells the reasons of definitions on one document, or on what stands at ``within`` of it."""

    document: Document
    page: Page
    within: Path = ()

    @property
    def words(self) -> VerdictWords:
        """What speaks of verdicts in the page's language."""
        return VerdictWords(self.document, self.page.language, within=self.within)

    def _say(self, text: Text) -> str:
        return escape(text.to(self.page.language))

    def of(self, result: DefinitionResult, assessor: BodyAssessor | None) -> Iterator[RenderableType]:
        """Yield the reasons of one definition: its clause, every condition with value and limit, what would turn it."""
        ruleset, body = result.ruleset, result.body
        level = (
            "" if result.level is None else f" · {self._say(Text('level', '等级'))} {escape(result.level)}"
        )
        source = ruleset.documents[ruleset.source.document]
        colon, comma = self._say(Text(": ", "：")), self._say(Text(", ", "，"))
        yield marked(
            f"{MARKS[result.verdict]} [bold]{ruleset.id}[/] {self._say(ruleset.title)}{colon}"
            f"{escape(self.words.verdict(result.verdict))}{level}{edition(result, self.page.language)}"
        )
        yield indented(4, f"[dim]{self._say(source.title)}{comma}{self._say(ruleset.source.locator)}[/]")
        if body is None or assessor is None or result.verdict in ("not_applicable", "not_testable"):
            yield indented(4, self._say(why(result)))
            return
        if not result.judgements and result.missing:
            yield indented(4, self._say(result.ruleset.asks))
            yield self._not_given(result.missing, 4)
        for judgement in self._told(result):
            if judgement.path:
                yield indented(4, self._entry(judgement, body))
            yield from self._judgement(judgement, body, assessor, 6 if judgement.path else 4)
        quoted = quoted_in(result)
        if quoted:
            yield indented(4, f"[yellow]{escape(self.words.quoted(quoted, ruleset))}[/]")
        shown = len(result.lots) if self.page.detail == "verbose" else MOST_LOTS
        for i, lot in enumerate(result.lots):
            yield from self._lot(lot, assessor, in_full=i < shown)

    def _lot(self, lot: Lot, assessor: BodyAssessor, *, in_full: bool) -> Iterator[RenderableType]:
        """Yield the verdict on the product in one entry; in full with what it fails, and what would turn it."""
        entry = value_at(self.document.value, lot.path[:-1])
        named = [f"“{entry[PRODUCT]['name']}”"] if "name" in entry[PRODUCT] else []
        tonnes = [f"{number_text(entry['t'])} t"] if "t" in entry else []
        told = ", ".join((*named, *tonnes, f"{format_path(lot.path)} · {self.words.place(lot.path)}"))
        verdict = self.words.verdict(lot.result.verdict)
        colon = self._say(Text(": ", "："))
        yield indented(4, f"{MARKS[lot.result.verdict]} {escape(told)}{colon}{escape(verdict)}")
        products = assessor.products
        if in_full and products is not None and lot.result.verdict in ("not_met", "indeterminate"):
            inside = VerdictReasons(self.document, self.page, lot.path)
            yield from inside._judgement(lot.result, products.body, products, 8)

    def _told(self, result: DefinitionResult) -> Sequence[Judgement]:
        """Return the judgements to tell of: of many entries those that were judged at all."""
        if self.page.detail == "verbose":
            return result.judgements
        return [each for each in result.judgements if each.verdict in JUDGED]

    def _entry(self, judgement: Judgement, body: Body) -> str:
        record = judgement.value.get("each", {})
        label = self.words.phrasing(body).label(("each",), record)
        name = record.get("name")
        shown = f"{name}: {label}" if isinstance(name, str) and name not in label else label
        at = f"{format_path(judgement.path)} · {self.words.place(judgement.path)}"
        verdict = self.words.verdict(judgement.verdict)
        colon = self._say(Text(": ", "："))
        return f"{MARKS[judgement.verdict]} {escape(shown)}{colon}{escape(verdict)} [dim]{escape(at)}[/]"

    def _judgement(
        self, judgement: Judgement, body: Body, assessor: BodyAssessor, columns: int
    ) -> Iterator[RenderableType]:
        for figure in judgement.figures:
            for line in self.words.figure(figure, body):
                yield indented(columns, f"[yellow]{escape(line)}[/]")
        for each in self._conditions(judgement):
            if self.page.detail == "verbose" or not _hangs_on_no_figure(each, judgement):
                yield from self._condition(each, body, judgement, columns)
        for found in judgement.contradicted_by:
            yield indented(columns, f"[yellow]? {escape(self.words.contradiction(found))}[/]")
            yield indented(columns + 4, f"[yellow]→ {self._say(found.rule.advice)}[/]")
        missing = [path for path in judgement.missing if path[-1] != QUALIFIES]
        if missing:
            yield self._not_given(missing, columns)
        for rounding in sensitive_to_rounding(assessor, judgement):
            yield indented(columns, f"[yellow]{escape(self.words.rounding(rounding))}[/]")
        yield from self._turning(judgement, body, assessor, columns)

    def _not_given(self, missing: Sequence[Path], columns: int) -> RenderableType:
        listed = ", ".join(self.words.path(path) for path in missing)
        return indented(columns, f"[yellow]{self._say(Text('not given: ', '未填写：'))}{escape(listed)}[/]")

    def _turning(
        self, judgement: Judgement, body: Body, assessor: BodyAssessor, columns: int
    ) -> Iterator[RenderableType]:
        """Yield what would turn the verdict: one input, several together, or none."""
        if judgement.doubts:
            for found in judgement.doubts if not judgement.contradicted_by else ():
                yield indented(columns, f"[yellow]{escape(self.words.contradiction(found))}[/]")
            mend = Text(
                "mend that first: what is wrong may turn the verdict", "请先更正：错误之处可能改变结论"
            )
            yield indented(columns, f"[dim]→ {self._say(mend)}[/]")
            return
        turning = turning_of(assessor, judgement)
        level = turning.single[0].level if judgement.verdict == "met" and turning.single else None
        told = (
            (_MET_WITH if level is None else _level_with(level), turning.single),
            (_MET_TOGETHER, turning.together),
            (_NOT_MET_WITH, turning.not_met),
        )
        for heading, turns in told:
            if turns:
                yield indented(columns, f"[cyan]→ {self._say(heading)}[/]")
            for turn in turns[:MOST_TURNS]:
                yield indented(columns + 2, f"[cyan]{escape(self.words.turn(turn, body))}[/]")
            if len(turns) > MOST_TURNS:
                yield indented(columns + 2, f"[cyan]… +{len(turns) - MOST_TURNS}[/]")
        if judgement.verdict == "not_met" and not (turning.single or turning.together):
            none = Text(
                "no change of up to four of the values looked at would turn it",
                "改动至多四项所涉取值，均无法改变结论",
            )
            yield indented(columns, f"[dim]→ {self._say(none)}[/]")

    def _conditions(self, judgement: Judgement) -> Sequence[ConditionResult]:
        """Return what to tell of: all conditions that concern it; of levels, the highest met and the next above it."""
        conditions = [each for each in judgement.conditions if each.concerned]
        if self.page.detail == "verbose" or not judgement.levels:
            return [*conditions, *judgement.levels]
        met = [each for each in judgement.levels if each.truth == TRUE]
        above = [each for each in judgement.levels if each.truth != TRUE]
        claims = [each for each in above if each.condition.claim == "near_zero" and each not in above[:1]]
        return [*conditions, *met[-1:], *above[:1], *claims]

    def _condition(
        self, result: ConditionResult, body: Body, judgement: Judgement, columns: int
    ) -> Iterator[RenderableType]:
        condition = result.condition
        yield indented(columns, f"{_TRUTH_MARKS[result.truth]} {self._say(condition.title)}")
        for comparison in result.comparisons():
            told = escape(self.words.comparison(body, comparison, judgement))
            yield indented(columns + 4, f"[dim]{told}[/]")
        if not result.comparisons():
            asked = self.words.phrasing(body).condition(condition.asked)
            yield from self._seen(result, judgement, columns + 4, asked)
        if result.opened:
            yield indented(columns + 4, f"[yellow]{escape(self.words.opened(result, body))}[/]")
        if self.page.detail == "verbose":
            basis = self._say(BASIS_TITLES[condition.basis])
            locator = self._say(condition.source.locator)
            yield indented(columns + 4, f"[dim]{escape(condition.expression)} · {locator} · {basis}[/]")
            if condition.why is not None:
                yield indented(columns + 4, f"[dim]{self._say(condition.why)}[/]")

    def _seen(
        self, result: ConditionResult, judgement: Judgement, columns: int, asked: str
    ) -> Iterator[RenderableType]:
        told = self.words.seen(result, judgement)
        if told:
            yield indented(columns, f"[dim]{escape(told)}[/]")
        if result.truth != TRUE:
            asks = self._say(Text("asked: ", "要求："))
            yield indented(columns, f"[dim]{asks}{escape(asked)}[/]")


def edition(result: DefinitionResult, language: Language) -> str:
    """Return a mark for an edition that is not certainly in force on the date; empty for one that is."""
    text = standing_mark(result)
    return "" if text is None else f" [dim]({escape(text.to(language))})[/]"


def explained(checked: Checked, page: Page) -> Iterator[RenderableType]:
    """Yield the reasons and the whole evaluation of every definition that a document was checked against."""
    if checked.document is None or checked.failed:
        return
    reasons = VerdictReasons(checked.document, page)
    for result, assessor in checked.verdicts():
        yield from reasons.of(result, assessor)
        named = {} if assessor is None else assessor.named
        values = () if assessor is None else assessor.body.values
        evaluation = Evaluation(checked.document, named, values, page.language)
        for judgement in result.judgements:
            if judgement.verdict == "not_applicable":
                continue
            for each in judgement.judged():
                if not each.concerned:
                    continue
                yield ""
                at = f" {format_path(judgement.path)}" if judgement.path else ""
                heading = Text(
                    f"Evaluation of {each.condition.id}{at}", f"{each.condition.id}{at} 的完整判定过程"
                )
                yield indented(4, f"[bold]{escape(heading.to(page.language))}[/]")
                for depth, line in evaluation.lines(each.asked_trace, judgement.value):
                    yield indented(6 + 2 * depth, f"[dim]{escape(line)}[/]")


def _hangs_on_no_figure(result: ConditionResult, judgement: Judgement) -> bool:
    """Return whether a condition is open, as the verdict is, only for want of a figure, which is told already."""
    if judgement.verdict != "indeterminate":
        return False
    unknown = {each.path for each in judgement.figures if each.standing == "unknown"}
    compared = [
        placed(each.subject.fields, judgement.path) if isinstance(each.subject, nodes.Path) else None
        for each in result.comparisons()
    ]
    return result.truth == BOTH and bool(compared) and all(each in unknown for each in compared)


def _level_with(level: str) -> Text:
    return Text(f"level {level} with any one of:", f"满足以下任一项即可达到 {level} 级：")
