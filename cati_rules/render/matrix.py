"""Definitions on one document in the terminal: a matrix of verdicts, the reasons, who disagrees and why, a chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text as RichText

from cati_rules.assessment.comparisons import Comparison
from cati_rules.assessment.definition import BodyAssessor
from cati_rules.assessment.definition_result import ConditionResult, DefinitionResult, Judgement
from cati_rules.assessment.disagreement import disagreements
from cati_rules.assessment.result import Verdict
from cati_rules.assessment.rounding import sensitive_to_rounding
from cati_rules.catalog.definition import QUALIFIES, Body
from cati_rules.catalog.ruleset import BASIS_TITLES
from cati_rules.checking import Checked
from cati_rules.documents import Document, format_path
from cati_rules.expressions import BOTH, FALSE, TRUE, nodes
from cati_rules.render.amounts import OPERATORS, amount_text
from cati_rules.render.chart import chart
from cati_rules.render.disagreement import sentence
from cati_rules.render.evaluation import Evaluation
from cati_rules.render.layout import indented
from cati_rules.render.page import Page
from cati_rules.render.verdict_words import COLOURS, MARKS, VerdictWords, is_known
from cati_rules.render.why import why
from cati_rules.text import Text

Judged = tuple[DefinitionResult, BodyAssessor | None]

_ORDER: tuple[Verdict, ...] = ("met", "not_met", "indeterminate")
_UNJUDGED: tuple[Verdict, ...] = ("not_testable", "not_applicable")
_TRUTH_MARKS = {TRUE: "[green]✓[/]", FALSE: "[red]✗[/]", BOTH: "[yellow]?[/]"}
MOST_MISSING = 2
"""How many missing fields a row of the matrix names; the reasons below it name all."""
_CAVEAT = Text(
    "Judged by cati against each standard as we read it, not by its owner; `cati explain ID` shows clause and basis.",
    "由 cati 按本工具对各标准的理解判定，并非标准所有方的认定；`cati explain 编号` 可查看条款与依据。",
)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The definitions on one document, laid out; in ``brief``, the matrix alone."""

    document: Document
    judged: Sequence[Judged]
    page: Page
    brief: bool = False

    @property
    def words(self) -> VerdictWords:
        """What speaks of verdicts in the page's language."""
        return VerdictWords(self.document, self.page.language)

    def parts(self) -> Iterator[RenderableType]:
        """Yield the parts of the page from top to bottom."""
        shown = self._shown()
        if self.page.detail == "quiet":
            yield self._one_line()
            return
        yield self._heading()
        if shown:
            yield self._table(shown)
        yield from self._left_out()
        if self.brief:
            more = Text(
                "Reasons: `cati explain ID FILE`, or `--verbose`",
                "理由：`cati explain 编号 文件`，或 `--verbose`",
            )
            if shown:
                yield f"[dim]{self._say(more)}[/]"
            return
        results = [result for result, _ in self.judged]
        pairs = tuple(disagreements(results))
        if pairs:
            yield ""
            yield f"[bold]{self._say(Text('Where definitions disagree', '定义之间的分歧'))}[/]"
            for each in pairs:
                yield indented(2, escape(sentence(each, self.words)))
        drawn = chart(results, self.page)
        if drawn:
            yield ""
            yield from drawn
        for result, assessor in shown:
            yield ""
            yield from self._reasons(result, assessor)
        yield ""
        yield f"[dim]{self._say(_CAVEAT)}[/]"

    def of(self, identifiers: Sequence[str]) -> Iterator[RenderableType]:
        """Yield the reasons of the named definitions alone."""
        for result, assessor in self.judged:
            if result.ruleset.id in identifiers:
                yield from self._reasons(result, assessor)

    def _say(self, text: Text) -> str:
        return escape(text.to(self.page.language))

    def _shown(self) -> list[Judged]:
        """Return what the matrix has rows for: of superseded editions, those that come to another verdict."""
        current = {
            result.ruleset.standard: (result.verdict, result.level)
            for result, _ in self.judged
            if result.in_force
        }
        shown = [
            (result, assessor)
            for result, assessor in self.judged
            if result.verdict in _ORDER
            and (
                result.in_force
                or self.page.detail == "verbose"
                or current.get(result.ruleset.standard) != (result.verdict, result.level)
            )
        ]
        return sorted(shown, key=lambda each: _ORDER.index(each[0].verdict))

    def _one_line(self) -> RenderableType:
        told = []
        for verdict in _ORDER:
            ids = [each.ruleset.id for each, _ in self.judged if each.verdict == verdict and each.in_force]
            named = f" ({', '.join(ids)})" if verdict == "met" and ids else ""
            told.append(f"{self.words.verdict(verdict)} {len(ids)}{named}")
        text = RichText(f"{self.document.name}: {self._name()} {'; '.join(told)}")
        text.no_wrap = True
        return text

    def _name(self) -> str:
        value = self.document.value
        company = value.get("company")
        names = [
            value.get("name"),
            value.get("buyer"),
            company.get("name") if isinstance(company, dict) else None,
        ]
        named = next((each for each in names if isinstance(each, str)), None)
        return self.document.name if named is None else named

    def _heading(self) -> RenderableType:
        as_of = self.judged[0][0].as_of if self.judged else ""
        facts = [self._name(), *self._facts()]
        if self.brief:
            facts = [Text("Definitions and initiatives", "定义与倡议").to(self.page.language)]
        return RichText.from_markup(
            f"[bold]{escape(facts[0])}[/]"
            + "".join(f" · {escape(each)}" for each in facts[1:])
            + f" [dim]{self._say(Text(f'as of {as_of}', f'评价日 {as_of}'))}[/]"
        )

    def _facts(self) -> Iterator[str]:
        value = self.document.value
        footprint = value.get("footprint")
        if isinstance(footprint, dict) and footprint.get("value") is not None:
            yield f"{footprint['value']} {footprint.get('unit', '')}".strip()
            offsets = footprint.get("offsets")
            if offsets:
                yield Text(
                    f"offsets of {offsets} claimed besides, not deducted", f"另声明抵消 {offsets}，未扣减"
                ).to(self.page.language)
        scrap = value.get("scrap")
        if isinstance(scrap, dict) and scrap.get("share") is not None:
            yield Text(f"scrap share {scrap['share']}", f"废钢（铝）比 {scrap['share']}").to(
                self.page.language
            )

    def _table(self, shown: Sequence[Judged]) -> RenderableType:
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("")
        for heading in (
            Text("definition", "定义"),
            Text("verdict", "结论"),
            Text("level", "等级"),
            Text("limit", "限值"),
            Text("margin, or what is missing", "余量，或缺少的信息"),
        ):
            last = heading.en.startswith("margin")
            table.add_column(self._say(heading), overflow="fold", no_wrap=not last)
        for result, _ in shown:
            colour = COLOURS[result.verdict]
            limit, margin = self._limit(result)
            table.add_row(
                MARKS[result.verdict],
                escape(result.ruleset.id) + self._edition(result),
                f"[{colour}]{escape(self.words.verdict(result.verdict))}[/]",
                escape(result.level or "") + self._possible(result),
                escape(limit),
                escape("; ".join(each for each in (margin, self._open(result)) if each)),
            )
        return table

    def _edition(self, result: DefinitionResult) -> str:
        if result.in_force:
            return ""
        text = Text("not yet in force", "尚未生效")
        if result.ruleset.in_force_from <= result.as_of:
            text = Text("superseded", "已被取代")
        return f" [dim]({self._say(text)})[/]"

    def _possible(self, result: DefinitionResult) -> str:
        """Return the level that is possible besides the one that is certain."""
        possible = [each.possible_level for each in result.judgements if each.possible_level is not None]
        if not possible or possible[-1] == result.level:
            return ""
        return f" [dim]({self._say(Text('up to', '最高'))} {escape(possible[-1])})[/]"

    def _limit(self, result: DefinitionResult) -> tuple[str, str]:
        """Return the limit that decides, and the margin to it."""
        told = telling(result)
        if told is None or result.body is None:
            return "", ""
        comparison = deciding(told)
        if comparison is None:
            return "", ""
        unit = self.words.unit(result.body, comparison)
        if not is_known(comparison.limit):
            return "", ""
        limit = f"{OPERATORS[comparison.operator]} {amount_text(comparison.limit, self.page.language)}"
        return f"{limit} {unit}".strip(), self.words.margin(comparison)

    def _open(self, result: DefinitionResult) -> str:
        """Return what keeps a verdict open: what is not given, another boundary, a silent source."""
        if result.missing:
            shown = [format_path(path) for path in result.missing[:MOST_MISSING]]
            rest = len(result.missing) - len(shown)
            return ", ".join(shown) + (f" +{rest}" if rest else "")
        if result.verdict != "indeterminate" or not result.judgements:
            return ""
        figures = [each for one in result.judgements for each in one.figures if each.standing != "comparable"]
        if figures and figures[0].other_gases:
            unit = figures[0].measure.unit
            return Text(f"a figure in {unit}", f"以 {unit} 计的数值").to(self.page.language)
        if figures:
            return Text("a figure on its boundary", "符合其边界的数值").to(self.page.language)
        return Text("the source leaves it open", "来源未明确").to(self.page.language)

    def _left_out(self) -> Iterator[RenderableType]:
        """Yield what cannot be tested or does not apply, each kind in a line; verbose, each with its reason."""
        for verdict in _UNJUDGED:
            results = [result for result, _ in self.judged if result.verdict == verdict]
            if not results:
                continue
            head = f"{MARKS[verdict]} [dim]{escape(self.words.verdict(verdict))} ({len(results)}):[/] "
            if self.page.detail != "verbose":
                yield indented(
                    0, head + "[dim]" + escape(", ".join(each.ruleset.id for each in results)) + "[/]"
                )
                continue
            yield indented(0, head)
            for each in results:
                yield indented(2, f"{each.ruleset.id} [dim]{self._say(why(each))}[/]")

    def _reasons(self, result: DefinitionResult, assessor: BodyAssessor | None) -> Iterator[RenderableType]:
        ruleset, body = result.ruleset, result.body
        level = (
            "" if result.level is None else f" · {self._say(Text('level', '等级'))} {escape(result.level)}"
        )
        source = ruleset.documents[ruleset.source.document]
        yield RichText.from_markup(
            f"{MARKS[result.verdict]} [bold]{ruleset.id}[/] {self._say(ruleset.title)}: "
            f"{escape(self.words.verdict(result.verdict))}{level}{self._edition(result)}"
        )
        yield indented(4, f"[dim]{self._say(source.title)}, {self._say(ruleset.source.locator)}[/]")
        if body is None or assessor is None or result.verdict in ("not_applicable", "not_testable"):
            yield indented(4, self._say(why(result)))
            return
        for judgement in self._told(result):
            if judgement.path:
                yield indented(4, self._entry(judgement, body))
            yield from self._judgement(judgement, body, assessor, 6 if judgement.path else 4)
        for lot in result.lots:
            mark = MARKS[lot.result.verdict]
            named = f"{format_path(lot.path)} · {self.words.place(lot.path)}"
            yield indented(4, f"{mark} {escape(named)}: {escape(self.words.verdict(lot.result.verdict))}")

    def _told(self, result: DefinitionResult) -> Sequence[Judgement]:
        """Return the judgements to tell of: of many entries those that were judged at all."""
        if self.page.detail == "verbose":
            return result.judgements
        return [each for each in result.judgements if each.verdict in _ORDER]

    def _entry(self, judgement: Judgement, body: Body) -> str:
        record = judgement.value.get("each", {})
        label = self.words.phrasing(body).label(("each",), record)
        name = record.get("name")
        shown = f"{name}: {label}" if isinstance(name, str) and name not in label else label
        at = f"{format_path(judgement.path)} · {self.words.place(judgement.path)}"
        verdict = self.words.verdict(judgement.verdict)
        return f"{MARKS[judgement.verdict]} {escape(shown)}: {escape(verdict)} [dim]{escape(at)}[/]"

    def _judgement(
        self, judgement: Judgement, body: Body, assessor: BodyAssessor, columns: int
    ) -> Iterator[RenderableType]:
        for figure in judgement.figures:
            for line in self.words.figure(figure, body):
                yield indented(columns, f"[yellow]{escape(line)}[/]")
        for each in self._conditions(judgement):
            yield from self._condition(each, body, judgement, columns)
        missing = [path for path in judgement.missing if path[-1] != QUALIFIES]
        if missing:
            listed = ", ".join(format_path(path) for path in missing)
            yield indented(
                columns, f"[yellow]{self._say(Text('not given: ', '未填写：'))}{escape(listed)}[/]"
            )
        for rounding in sensitive_to_rounding(assessor, judgement):
            yield indented(columns, f"[yellow]{escape(self.words.rounding(rounding))}[/]")
        turns = self.words.turns(assessor, judgement)
        if turns:
            yield indented(columns, f"[cyan]→ {escape(self._turning(judgement, turns[0].level))}[/]")
            for turn in turns:
                yield indented(columns + 2, f"[cyan]{escape(self.words.turn(turn, body))}[/]")
        elif judgement.verdict == "not_met" and not _over_lists(body):
            none = Text("no single input can turn it", "单独改变任何一项都无法改变结论")
            yield indented(columns, f"[dim]→ {self._say(none)}[/]")

    def _turning(self, judgement: Judgement, level: str | None) -> str:
        if judgement.verdict == "met" and level is not None:
            return Text(f"level {level} with any one of:", f"满足以下任一项即可达到 {level} 级：").to(
                self.page.language
            )
        return Text("met with any one of:", "满足以下任一项即符合：").to(self.page.language)

    def _conditions(self, judgement: Judgement) -> Sequence[ConditionResult]:
        """Return what to tell of: all conditions; of levels, the highest met and the next above it."""
        if self.page.detail == "verbose" or not judgement.levels:
            return [*judgement.conditions, *judgement.levels]
        met = [each for each in judgement.levels if each.truth == TRUE]
        above = [each for each in judgement.levels if each.truth != TRUE]
        claims = [each for each in above if each.condition.claim == "near_zero" and each not in above[:1]]
        return [*judgement.conditions, *met[-1:], *above[:1], *claims]

    def _condition(
        self, result: ConditionResult, body: Body, judgement: Judgement, columns: int
    ) -> Iterator[RenderableType]:
        condition = result.condition
        yield indented(columns, f"{_TRUTH_MARKS[result.truth]} {self._say(condition.title)}")
        for comparison in result.comparisons():
            told = escape(self.words.comparison(body, comparison, judgement))
            yield indented(columns + 4, f"[dim]{told}[/]")
        if not result.comparisons():
            asked = self.words.phrasing(body).condition(condition.node)
            yield from self._seen(result, judgement, columns + 4, asked)
        if result.opened:
            reason = Text(
                "this figure is not verified, so it decides nothing", "该数值未经核实，不作判定依据"
            )
            if condition.opened is not None and condition.opened.title is not None:
                reason = condition.opened.title
            yield indented(columns + 4, f"[yellow]{self._say(reason)}[/]")
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


def explained(checked: Checked, page: Page) -> Iterator[RenderableType]:
    """Yield the reasons and the whole evaluation of every definition that a document was checked against."""
    if checked.document is None or checked.failed:
        return
    matrix = Matrix(checked.document, checked.verdicts(), page)
    for result, assessor in checked.verdicts():
        yield from matrix.of([result.ruleset.id])
        named = {} if assessor is None else assessor.named
        evaluation = Evaluation(checked.document, named, page.language)
        for judgement in result.judgements:
            for each in judgement.judged():
                yield ""
                at = f" {format_path(judgement.path)}" if judgement.path else ""
                heading = Text(
                    f"Evaluation of {each.condition.id}{at}", f"{each.condition.id}{at} 的完整判定过程"
                )
                yield indented(4, f"[bold]{escape(heading.to(page.language))}[/]")
                for depth, line in evaluation.lines(each.trace, judgement.value):
                    yield indented(6 + 2 * depth, f"[dim]{escape(line)}[/]")


def _over_lists(body: Body) -> bool:
    """Return whether conditions look through lists, whose entries are not tried one by one."""
    named = body.named_nodes()
    return any(nodes.EACH in place for each in body.judged() for place in nodes.depends_on(each.node, named))


def telling(result: DefinitionResult) -> Judgement | None:
    """Return the judgement that the verdict rests on; None where nothing was judged."""
    return next((each for each in result.judgements if each.verdict == result.verdict), None)


def deciding(judgement: Judgement) -> Comparison | None:
    """Return the comparison to show first: that of the level reached, or of the lowest; else the first that fails."""
    reached = judgement.level_result(judgement.level) if judgement.level is not None else None
    results = [reached] if reached is not None else [*judgement.conditions, *judgement.levels[:1]]
    found = [each for result in results for each in result.comparisons()]
    if judgement.verdict == "not_met" and all(each.truth == TRUE for each in found):
        return None  # it is no number that fails
    return min(found, key=_rank, default=None)


def _rank(comparison: Comparison) -> tuple[bool, bool, bool]:
    """Return what a comparison is ranked by: open or failing ones first, then named limits, bare numbers last."""
    bound = comparison.bound
    return comparison.truth == TRUE, isinstance(bound, nodes.Literal), not isinstance(bound, nodes.Named)
