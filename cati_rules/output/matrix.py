"""Definitions on one document in the terminal: a matrix of verdicts, the reasons, who disagrees and why, a chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as RichText

from cati_rules.documents import Document, format_path
from cati_rules.kinds.comparisons import Comparison
from cati_rules.kinds.definition.assessment import BodyAssessor
from cati_rules.kinds.definition.disagreement import CLAIMS, disagreements
from cati_rules.kinds.definition.quoted import quoted_in
from cati_rules.kinds.definition.result import DefinitionResult, Judgement
from cati_rules.kinds.index.evidence import Path
from cati_rules.kinds.index.result import Verdict
from cati_rules.language import TRUE, nodes
from cati_rules.output.amounts import OPERATORS, amount_text
from cati_rules.output.chart import chart
from cati_rules.output.disagreement import sentence
from cati_rules.output.layout import escape, indented, marked
from cati_rules.output.page import Page
from cati_rules.output.verdict_reasons import JUDGED, VerdictReasons, edition
from cati_rules.output.verdict_words import (
    COLOURS,
    MARKS,
    QUOTED_FIGURE,
    SHORT_LAPSES,
    VerdictWords,
    is_known,
)
from cati_rules.output.why import why
from cati_rules.text import Text
from cati_rules.visible import visible

Judged = tuple[DefinitionResult, BodyAssessor | None]

_UNJUDGED: tuple[Verdict, ...] = ("not_testable", "not_applicable")
_OF_ANOTHER_METAL = {
    "book_and_claim": Text(
        "book and claim: the figure is that of a certificate, not of the metal delivered",
        "账面认领：该数值属于证书，并非所交付的金属",
    ),
    "group_mass_balance": Text(
        "mass balance in a group: the figure is assigned, not that of the metal delivered",
        "集团质量平衡：该数值为分配所得，并非所交付金属的实际数值",
    ),
}
MOST_LEFT_OUT = 20
"""More definitions that do not apply are only counted."""
MOST_NAMED = 20
"""Longer places are shortened in the matrix, rather than broken."""
MOST_MISSING = 2
"""How many missing fields a row of the matrix names; the reasons below it name all."""
_SOURCE_OPEN = Text("the source leaves it open", "来源未明确")
_CAVEAT = Text(
    "Judged by cati against each standard as we read it, not by its owner; `cati explain ID` shows clause and basis.",
    "由 cati 按本工具对各标准的理解判定，并非标准所有方的认定；`cati explain 编号` 可查看条款与依据。",
)


class Matrix(Struct, frozen=True):
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
        yield from self._remark()
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
        yield from self._claims()
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
            yield from self.reasons.of(result, assessor)
        yield ""
        yield f"[dim]{self._say(_CAVEAT)}[/]"

    def _claims(self) -> Iterator[RenderableType]:
        """Yield a line for each claim that the document was held to: who takes it, who does not, where it is open."""
        judged = [result for result, _ in self.judged if result.in_force]
        lines = []
        for claim, title in CLAIMS.items():
            found = {
                verdict: [each.ruleset.id for each in judged if each.claim(claim) == verdict]
                for verdict in JUDGED
            }
            told = [f"{MARKS[verdict]} {escape(', '.join(ids))}" for verdict, ids in found.items() if ids]
            if told:
                colon = self._say(Text(":", "："))
                lines.append(f"[bold]{self._say(title)}{colon}[/] {'  '.join(told)}")
        if lines:
            yield ""
        for line in lines:
            yield indented(2, line)

    @property
    def reasons(self) -> VerdictReasons:
        """What tells of the reasons behind each row."""
        return VerdictReasons(self.document, self.page)

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
            if result.verdict in JUDGED
            and (
                result.in_force
                or self.page.detail == "verbose"
                or current.get(result.ruleset.standard) != (result.verdict, result.level)
            )
        ]
        return sorted(shown, key=lambda each: JUDGED.index(each[0].verdict))

    def _one_line(self) -> RenderableType:
        told = []
        for verdict in JUDGED:
            ids = [each.ruleset.id for each, _ in self.judged if each.verdict == verdict and each.in_force]
            named = f" ({', '.join(ids)})" if verdict == "met" and ids else ""
            told.append(f"{self.words.verdict(verdict)} {len(ids)}{named}")
        text = RichText(visible(f"{self.document.name}: {self._name()} {'; '.join(told)}"))
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
        return marked(
            f"[bold]{escape(facts[0])}[/]"
            + "".join(f" · {escape(each)}" for each in facts[1:])
            + f" [dim]{self._say(Text(f'as of {as_of}', f'评价日 {as_of}'))}[/]"
        )

    def _remark(self) -> Iterator[RenderableType]:
        """Yield that a figure is not of the metal that is delivered, where its chain of custody says so."""
        footprint = self.document.value.get("footprint")
        custody = footprint.get("chain_of_custody") if isinstance(footprint, dict) else None
        remark = _OF_ANOTHER_METAL.get(str(custody))
        if remark is not None:
            yield f"[yellow]{self._say(remark)}[/]"

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
        table.add_column("", width=1, no_wrap=True)
        for heading in (
            Text("definition", "定义"),
            Text("verdict", "结论"),
            Text("level", "等级"),
            Text("limit", "限值"),
            Text("margin, or what is missing", "余量，或缺少的信息"),
        ):
            table.add_column(self._say(heading))
        for result, _ in shown:
            colour = COLOURS[result.verdict]
            limit, margin = self._limit(result)
            quoted = QUOTED_FIGURE.to(self.page.language) if quoted_in(result) else ""
            if result.contradicted_by:
                margin = ""  # of a figure that may be wrong
            table.add_row(
                MARKS[result.verdict],
                escape(result.ruleset.id) + edition(result, self.page.language),
                f"[{colour}]{escape(self.words.verdict(result.verdict))}[/]",
                escape(result.level or "") + self._possible(result),
                escape(limit),
                escape("; ".join(each for each in (margin, quoted, self._open(result)) if each)),
            )
        return table

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
        if result.contradicted_by:
            names = ", ".join(dict.fromkeys(each.rule.id for each in result.contradicted_by))
            return Text(f"contradicts itself: {names}", f"自相矛盾：{names}").to(self.page.language)
        lapsed = [each for one in result.judgements for figure in one.figures for each in figure.lapses]
        if lapsed and result.verdict == "indeterminate":
            return SHORT_LAPSES[lapsed[0]].to(self.page.language)
        if result.verdict == "indeterminate" and any(map(_opened_by_source, result.judgements)):
            return _SOURCE_OPEN.to(self.page.language)
        if result.missing:
            shown = [_short(path) for path in result.missing[:MOST_MISSING]]
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
        return _SOURCE_OPEN.to(self.page.language)

    def _left_out(self) -> Iterator[RenderableType]:
        """Yield what cannot be tested or does not apply, each kind in a line; verbose, each with its reason."""
        for verdict in _UNJUDGED:
            results = [result for result, _ in self.judged if result.verdict == verdict]
            if not results:
                continue
            head = f"{MARKS[verdict]} [dim]{escape(self.words.verdict(verdict))} ({len(results)}):[/] "
            if self.page.detail != "verbose":
                more = Text("--verbose names them, each with its reason", "--verbose 逐一列出并说明理由")
                few = len(results) <= MOST_LEFT_OUT
                ids = ", ".join(each.ruleset.id for each in results)
                yield indented(0, f"{head}[dim]{escape(ids) if few else self._say(more)}[/]")
                continue
            yield indented(0, head)
            for each in results:
                yield indented(2, f"{each.ruleset.id} [dim]{self._say(why(each))}[/]")


def _short(path: Path) -> str:
    """Return a place in as much of a column as is left for it: the reasons below the table name it whole."""
    whole = format_path(path)
    return whole if len(whole) <= MOST_NAMED else f"…{format_path(path[-1:])}"


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


def _opened_by_source(judgement: Judgement) -> bool:
    """Return whether a condition is open for certain because the source says nothing of such a case."""
    opened = [each for each in judgement.conditions if each.opened and each.asked is not None]
    return any(each.asked is not None and each.asked.truth == TRUE for each in opened)
