"""Verdicts on one screen: who takes the metal for what, by which margin, what to ask the mill, why they disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table

from cati_rules.output.comparison import lot_parts
from cati_rules.output.layout import escape, indented, marked
from cati_rules.output.marks import COLOURS, IN_BRACKETS, MARKS
from cati_rules.output.matrix import Matrix, claims
from cati_rules.output.page_options import Page
from cati_rules.output.screen_parts import Room, commands, look_at
from cati_rules.report.definition import DefinitionReport
from cati_rules.report.questions import asked_at_once
from cati_rules.report.run import DocumentReport
from cati_rules.report.titles import VERDICT_TITLES
from cati_rules.text import NOTHING, Text


class ProductScreen:
    """The definitions on one document, on one screen."""

    def __init__(self, document: DocumentReport, page: Page, room: Room) -> None:
        """Lay out what was judged on ``document``, as much of it as there is ``room`` for."""
        self._room = room
        self._document = document
        self._page = page
        self._matrix = Matrix(document, page)
        self._shown = self._matrix.shown()

    def parts(self) -> Iterator[RenderableType]:
        """Yield the parts of the screen from top to bottom."""
        yield self._matrix.heading()
        yield from self._matrix.remark()
        yield from self._claims()
        if self._shown:
            yield ""
            yield self._table()
        yield from self._others()
        yield from self._lots()
        yield from self._questions()
        yield from self._turns()
        yield from self._disagreements()
        yield from look_at(self._document, self._page, self._room)
        yield from self._more()

    def _say(self, text: Text) -> str:
        return escape(self._page.say(text))

    def _verbose(self, text: Text) -> str:
        return self._say(text + IN_BRACKETS.format("--verbose"))

    def _claims(self) -> Iterator[RenderableType]:
        """Yield the answer to each claim in a line: who takes it, who does not, where it is open."""
        comma = self._say(Text(", ", "、"))
        lines = []
        for title, found in claims(self._document):
            told = [
                f"{MARKS[verdict]} {self._say(_ANSWERS[verdict])}{escape(comma.join(ids))}"
                for verdict, ids in found
                if ids
            ]
            asked = self._say(Text("{}?", "{}？").format(title))
            lines.append(f"[bold]{asked[:1].upper()}{asked[1:]}[/]  {'  '.join(told)}")
        if lines:
            yield ""
        for line in lines:
            yield indented(2, line)

    def _table(self) -> RenderableType:
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("", width=1, no_wrap=True)
        for heading in _HEADINGS:
            table.add_column(self._say(heading))
        for result in self._shown[: self._room.rows]:
            colour, level = COLOURS[result.verdict], self._matrix.level(result)
            limit, margin = self._matrix.limit_and_share(result)
            table.add_row(
                MARKS[result.verdict],
                escape(result.ruleset.id) + self._matrix.edition(result),
                f"[{colour}]{self._say(VERDICT_TITLES[result.verdict])}[/]"
                f"{'' if result.level is None else self._say(Text(', ', ' '))}{level}",
                escape(limit),
                escape(self._page.say(because(result)) or margin),
            )
        return table

    def _lots(self) -> Iterator[RenderableType]:
        lots = self._document.lots()
        if lots:
            yield ""
            yield f"[bold]{self._say(_LOTS)}[/]"
            yield from lot_parts(lots, self._page, self._room.rows)

    def _others(self) -> Iterator[RenderableType]:
        """Yield how many have no row, and why."""
        told = []
        rest = len(self._shown) - self._room.rows
        if rest > 0:
            told.append(Text(f"{rest} more were judged", f"另有 {rest} 项已判定"))
        for verdict, text in (("not_applicable", _DO_NOT_APPLY), ("not_testable", _HAVE_NO_NUMBER)):
            count = sum(1 for each in self._document.verdicts if each.verdict == verdict)
            if count:
                told.append(text.format(str(count)))
        if told:
            yield indented(3, f"[dim]… {self._verbose(Text(', ', '，').join(told))}[/]")

    def _questions(self) -> Iterator[RenderableType]:
        asked = asked_at_once(self._document.questions())
        if not asked:
            return
        yield ""
        yield f"[bold]{self._say(_ASK)}[/][dim]{self._say(_WORKBOOK)}[/]"
        for number, each in enumerate(asked[: self._room.questions], 1):
            today = "" if each.today is None else f"[dim]{self._say(IN_BRACKETS.format(each.today))}[/]"
            settles = self._say(Text(", ", "、").join(each.settles))
            yield indented(2, f"{number}  {self._say(each.asked)}{today} [cyan]→ {settles}[/]")
        if len(asked) > self._room.questions:
            rest = len(asked) - self._room.questions
            yield indented(5, f"[dim]{self._verbose(Text(f'and {rest} more', f'另有 {rest} 问'))}[/]")

    def _turns(self) -> Iterator[RenderableType]:
        """Yield for each definition that is not met the values that would turn it, by themselves or together."""
        lines: list[str] = []
        for result in self._shown:
            telling = result.telling
            if result.verdict != "not_met" or telling is None or len(lines) >= self._room.turns:
                continue
            turning = telling.turning()
            single = [each for each in turning.single if each.verdict == "met"]
            together = [each for each in turning.together if each.verdict == "met"]
            told: Sequence[Text] = [each.said() for each in single[:1]] or [each.said() for each in together]
            if told:
                joined = Text(" and ", "，且").join(told)
                lines.append(f"{escape(result.ruleset.id)}{self._say(Text(': ', '：'))}{self._say(joined)}")
        if lines:
            yield ""
            yield f"[bold]{self._say(_TURNS)}[/]"
        for line in lines:
            yield indented(2, line)

    def _disagreements(self) -> Iterator[RenderableType]:
        """Yield why definitions disagree: each that does not take it once, with its reason."""
        reasons: dict[Text, dict[str, None]] = {}
        for each in self._document.disagreements():
            reasons.setdefault(each.because, {})[each.other] = None
        if not reasons or not self._room.reasons:
            return
        yield ""
        yield f"[bold]{self._say(_DISAGREE)}[/]"
        for because, others in list(reasons.items())[: self._room.reasons]:
            colon = self._say(Text(": ", "："))
            named = self._say(Text(", ", "、").join(others))
            yield indented(2, f"{named}{colon}{self._say(because)}")
        rest = len(reasons) - self._room.reasons
        if rest > 0:
            yield indented(2, f"[dim]{self._verbose(Text(f'and {rest} more', f'另有 {rest} 条'))}[/]")

    def _more(self) -> Iterator[RenderableType]:
        document = self._document
        one = self._shown[0].ruleset.id if self._shown else "less"
        rows = [(_REASONS, f"cati check {document.argument} --verbose")]
        if document.answers is None and document.record is None:
            rows.append((_ONE, f"cati explain {one} {document.argument}"))
        yield from commands(rows, self._page)
        yield marked(f"[dim]{self._say(CAVEAT)}[/]")


def because(result: DefinitionReport) -> Text:
    """Return what the document says that a condition does not take, where that is no number; else nothing."""
    telling = result.telling
    if result.verdict != "not_met" or telling is None:
        return NOTHING
    return next((each.refused() for each in telling.decisive() if not each.comparisons()), NOTHING)


_ANSWERS = {
    "met": Text("yes: ", "是："),
    "not_met": Text("no: ", "否："),
    "indeterminate": Text("open: ", "无法判定："),
}
_HEADINGS = (
    Text("definition", "定义"),
    Text("verdict", "结论"),
    Text("limit", "限值"),
    Text("margin, or why", "余量或原因"),
)
_DO_NOT_APPLY = Text("{} do not apply", "{} 项不适用")
_HAVE_NO_NUMBER = Text("{} have nothing to test", "{} 项无可检验内容")
_LOTS = Text("Each lot by every definition of products", "各批次按全部产品定义的结论")
_ASK = Text("Ask the supplier", "请向供应商确认")
_TURNS = Text("What would turn it", "怎样才能符合")
_DISAGREE = Text("Why they disagree", "分歧原因")
_REASONS = Text("reasons and the chart", "理由与图表")
_ONE = Text("one definition", "单个定义")
_WORKBOOK = Text(" (as a workbook: --questions FILE.xlsx)", "（生成工作簿：--questions FILE.xlsx）")
CAVEAT = Text(
    "Judged by cati as it reads each standard, not by its owner.",
    "由 cati 按其对各标准的理解判定，并非标准所有方的认定。",
)
