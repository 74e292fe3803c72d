"""Why a definition is met or not, in the terminal: clause, conditions, values, limits, margins, what would turn it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from rich.console import RenderableType

from cati_rules.documents import format_path
from cati_rules.numbers import number_text
from cati_rules.output.evaluation import Evaluations
from cati_rules.output.layout import escape, indented, marked
from cati_rules.output.marks import JUDGED, MARKS
from cati_rules.output.page_options import Page
from cati_rules.report.definition import Condition, DefinitionReport, Judgement, Lot
from cati_rules.report.run import DocumentReport
from cati_rules.report.titles import BASIS_TITLES, VERDICT_TITLES
from cati_rules.text import NOTHING, Text

MOST_LOTS = 5
"""How many lots the page tells of in full."""
_NONE_FOUND = Text(
    "no change of up to four values was found that turns it", "未找到可改变结论的改动（至多四项）"
)
_NONE_TO_CHOOSE = Text(
    "no change of what can be chosen was found that turns it; another product or figure may: what says which it is "
    "was left as stated: {}",
    "可调整的项目中未找到可改变结论的改动；换用其他产品或口径则未必如此，说明产品与口径的字段按所填保留：{}",
)
_CUT_SHORT = Text("not all was tried: there is too much of it", "内容过多，未逐一尝试")
_ASK_FOR_BOUNDARY = Text(
    "ask the supplier for a figure on the boundary that is asked for", "请向供应商索取所要求边界下的数值"
)
MOST_TURNS = 8
"""How many inputs of a kind the page names; JSON names all."""
MET_WITH = Text("met with any one of:", "满足以下任一项即符合：")
MET_TOGETHER = Text(
    "no single input can turn it; met with all of:", "单独改变任何一项均不足；同时满足以下各项即符合："
)
MET_BY_ANOTHER = Text(
    "no change of what can be chosen turns it; it would take another product or figure, with all of:",
    "可调整的项目均不足以改变结论；须为另一产品或另一口径的数值，且同时满足：",
)
NOT_MET_WITH = Text("not met with any one of:", "出现以下任一项即不符合：")


class VerdictReasons(Struct, frozen=True):
    """Tells the reasons of definitions."""

    page: Page

    def _say(self, text: Text) -> str:
        return escape(self.page.say(text))

    def of(self, result: DefinitionReport) -> Iterator[RenderableType]:
        """Yield the reasons of one definition: its clause, every condition with value and limit, what would turn it."""
        ruleset = result.ruleset
        level = "" if result.level_said is None else f" · {self._say(result.level_said)}"
        colon, comma = self._say(Text(": ", "：")), self._say(Text(", ", "，"))
        yield marked(
            f"{MARKS[result.verdict]} [bold]{ruleset.id}[/] {self._say(ruleset.title)}{colon}"
            f"{self._say(VERDICT_TITLES[result.verdict])}{level}{edition(result, self.page)}"
        )
        source = ruleset.source
        yield indented(4, f"[dim]{self._say(source.title)}{comma}{self._say(source.locator)}[/]")
        if result.why is not None:
            yield indented(4, self._say(result.why))
            return
        if not result.entries and result.missing:
            yield indented(4, self._say(result.asks))
            yield from self._not_given(result.not_given(), 4)
        for judgement in self._told(result):
            if judgement.at.path:
                yield indented(4, self._entry(judgement))
            yield from self._judgement(judgement, 6 if judgement.at.path else 4)
        for verdict, said in result.untold_said():
            yield indented(
                4, f"{MARKS[verdict]} {self._say(VERDICT_TITLES[verdict])}{colon}{self._say(said)}"
            )
        if result.quoted:
            yield indented(4, f"[yellow]{self._say(result.quoted_said)}[/]")
        shown = len(result.lots) if self.page.detail == "verbose" else MOST_LOTS
        for i, lot in enumerate(result.lots):
            yield from self._lot(lot, in_full=i < shown)

    def _lot(self, lot: Lot, *, in_full: bool) -> Iterator[RenderableType]:
        """Yield the verdict on the product in one entry; in full with what it fails, and what would turn it."""
        judgement = lot.judgement
        named = [] if lot.name is None else [f"“{lot.name}”"]
        tonnes = [] if lot.tonnes is None else [f"{number_text(lot.tonnes)} t"]
        told = ", ".join((*named, *tonnes, f"{judgement.at.text} · {judgement.at.short}"))
        verdict, colon = self._say(VERDICT_TITLES[judgement.verdict]), self._say(Text(": ", "："))
        yield indented(4, f"{MARKS[judgement.verdict]} {escape(told)}{colon}{verdict}")
        if in_full and judgement.verdict in ("not_met", "indeterminate"):
            yield from self._judgement(judgement, 8)

    def _told(self, result: DefinitionReport) -> Sequence[Judgement]:
        """Return the judgements to tell of: of many entries those that were judged at all."""
        if self.page.detail == "verbose":
            return result.entries
        return [each for each in result.entries if each.verdict in JUDGED]

    def _entry(self, judgement: Judgement) -> str:
        at = f"{judgement.at.text} · {judgement.at.short}"
        verdict, colon = self._say(VERDICT_TITLES[judgement.verdict]), self._say(Text(": ", "："))
        label = self._say(judgement.label())
        return f"{MARKS[judgement.verdict]} {label}{colon}{verdict} [dim]{escape(at)}[/]"

    def _judgement(self, judgement: Judgement, columns: int) -> Iterator[RenderableType]:
        for figure in judgement.figures:
            for line in figure.because():
                yield indented(columns, f"[yellow]{self._say(line)}[/]")
        for each in self._conditions(judgement):
            if self.page.detail == "verbose" or not each.waits_for_figure():
                yield from self._condition(each, columns)
        for found in judgement.contradicted_by:
            yield indented(columns, f"[yellow]? {self._say(found.said)}[/]")
            yield indented(columns + 4, f"[yellow]→ {self._say(found.advice)}[/]")
        yield from self._not_given(judgement.not_given(), columns)
        for rounding in judgement.rounding():
            yield indented(columns, f"[yellow]{self._say(rounding.said)}[/]")
        yield from self._turning(judgement, columns)

    def _not_given(self, lines: Sequence[Text], columns: int) -> Iterator[RenderableType]:
        return (indented(columns, f"[yellow]{self._say(each)}[/]") for each in lines)

    def _turning(self, judgement: Judgement, columns: int) -> Iterator[RenderableType]:
        """Yield what would turn the verdict: one input, several together, or none."""
        if judgement.doubts:
            for found in judgement.doubts if not judgement.contradicted_by else ():
                yield indented(columns, f"[yellow]{self._say(found.said)}[/]")
            mend = Text("fix that first: the error may change the verdict", "请先更正：错误之处可能改变结论")
            yield indented(columns, f"[dim]→ {self._say(mend)}[/]")
            return
        if not judgement.tried:
            yield indented(columns, f"[dim]→ {self._say(_CUT_SHORT)}[/]")
            return
        turning = judgement.turning()
        level = turning.single[0].level if judgement.verdict == "met" and turning.single else None
        told = (
            (MET_WITH if level is None else level_with(judgement.called(level)), turning.single),
            (MET_TOGETHER, turning.together),
            (NOT_MET_WITH, turning.not_met),
            (MET_BY_ANOTHER, turning.otherwise),
        )
        for heading, turns in told:
            if turns:
                yield indented(columns, f"[cyan]→ {self._say(heading)}[/]")
            for turn in turns[:MOST_TURNS]:
                yield indented(columns + 2, f"[cyan]{self._say(turn.said())}[/]")
            if len(turns) > MOST_TURNS:
                yield indented(columns + 2, f"[cyan]… +{len(turns) - MOST_TURNS}[/]")
        if judgement.verdict == "not_met" and not (turning.single or turning.together or turning.otherwise):
            given = ", ".join(format_path(path) for path in turning.given)
            none = _NONE_TO_CHOOSE.format(given) if given else _NONE_FOUND
            yield indented(columns, f"[dim]→ {self._say(none)}[/]")
        if any(path[-1] == "boundary" for path in turning.given):
            yield indented(columns, f"[dim]→ {self._say(_ASK_FOR_BOUNDARY)}[/]")
        if turning.cut_short:
            yield indented(columns, f"[dim]→ {self._say(_CUT_SHORT)}[/]")

    def _conditions(self, judgement: Judgement) -> Sequence[Condition]:
        """Return what to tell of: all conditions that concern it; of levels, the highest met and the next above it."""
        conditions = [each for each in judgement.conditions if each.concerned]
        if self.page.detail == "verbose" or not judgement.levels:
            return [*conditions, *judgement.levels]
        met = [each for each in judgement.levels if each.verdict == "met"]
        above = [each for each in judgement.levels if each.verdict != "met"]
        claims = [each for each in above[1:] if each.claim == "near_zero"]
        return [*conditions, *met[-1:], *above[:1], *claims]

    def _condition(self, condition: Condition, columns: int) -> Iterator[RenderableType]:
        yield indented(columns, f"{MARKS[condition.verdict]} {self._say(condition.title)}")
        comparisons = condition.comparisons()
        for comparison in comparisons:
            yield indented(columns + 4, f"[dim]{self._say(comparison.said())}[/]")
        if not comparisons:
            seen = self._say(condition.seen())
            if seen:
                yield indented(columns + 4, f"[dim]{seen}[/]")
            if condition.verdict != "met":
                asks = self._say(Text("asked: ", "要求："))
                yield indented(columns + 4, f"[dim]{asks}{self._say(condition.asked())}[/]")
        opened = condition.opened()
        if opened is not None:
            yield indented(columns + 4, f"[yellow]{self._say(opened)}[/]")
        if self.page.detail == "verbose":
            basis, locator = self._say(BASIS_TITLES[condition.basis]), self._say(condition.source.locator)
            yield indented(columns + 4, f"[dim]{escape(condition.when)} · {locator} · {basis}[/]")
            if condition.why is not None:
                yield indented(columns + 4, f"[dim]{self._say(condition.why)}[/]")


def edition(result: DefinitionReport, page: Page) -> str:
    """Return a mark for an edition that is not certainly in force on the date; empty for one that is."""
    told = NOTHING if result.edition is None else Text(" ({})", "（{}）").format(result.edition)
    return f"[dim]{escape(page.say(told))}[/]" if told else ""


def explained(document: DocumentReport, page: Page) -> Iterator[RenderableType]:
    """Yield the reasons and the whole evaluation of every definition that a document was checked against."""
    reasons = VerdictReasons(page)
    for result in document.verdicts:
        yield from reasons.of(result)
        evaluations = Evaluations(page.language)
        for judgement in result.entries:
            if judgement.verdict == "not_applicable":
                continue
            for each in judgement.judged():
                if not each.concerned:
                    continue
                yield ""
                at = f" {judgement.at.text}" if judgement.at.path else ""
                heading = Text(f"Evaluation of {each.id}{at}", f"{each.id}{at} 的完整判定过程")
                yield indented(4, f"[bold]{escape(page.say(heading))}[/]")
                for depth, line in evaluations.lines(each.evaluation_asked()):
                    yield indented(6 + 2 * depth, f"[dim]{escape(line)}[/]")


def level_with(level: Text) -> Text:
    """Return the heading of what by itself brings a verdict to a higher level."""
    return Text("{} with any one of:", "满足以下任一项即可达到{}：").format(level)
