"""The scorecard in the terminal: score and band, dimensions with bars, indicators with reasons and advice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as RichText

from cati_rules.advice.index_turning import IndexTurning
from cati_rules.advice.publishing import publishing, source_publishing
from cati_rules.catalog.basis import BASIS_TITLES
from cati_rules.documents import Document, format_path
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.rank import Standing
from cati_rules.kinds.index.result import (
    CriterionResult,
    DimensionResult,
    IndexResult,
    IndicatorResult,
    LeftOut,
)
from cati_rules.kinds.index.rules import Index
from cati_rules.numbers import number_text
from cati_rules.output.evaluation import Evaluation
from cati_rules.output.layout import Prose, escape, indented, unbroken
from cati_rules.output.lifts import gain_text, inside_text, lift_text, source_text
from cati_rules.output.page import Detail, Page
from cati_rules.output.phrasing import Phrasing
from cati_rules.output.reasons import Reasons
from cati_rules.output.standing import standing_parts
from cati_rules.output.weights import band_or_rate, given_weights, other_maximum
from cati_rules.schema import load_schema, spelled_out
from cati_rules.text import Text
from cati_rules.visible import visible

_FRAME = 6
"""Columns of a panel's frame beside its title."""
MOST_LIFTS = 3
"""How many fields that would be enough by themselves are named for a criterion."""
BAR = 24
"""Width of a bar in characters."""
_COLOURS = {"leading": "green", "middle": "yellow", "lagging": "red"}
_MARKS = {"met": "[green]✓[/]", "partly_met": "[yellow]◐[/]", "not_met": "[red]✗[/]"}


class Scorecard:
    """One result on one document, laid out."""

    def __init__(
        self,
        result: IndexResult,
        document: Document,
        page: Page,
        assessor: IndexAssessor,
        place: Standing | None = None,
    ) -> None:
        """Lay out ``result`` on ``document`` by ``assessor``, and its place among published companies."""
        self._result = result
        self._assessor = assessor
        self._standing = place
        self._document = document
        self._value = spelled_out(document.value)
        self._page = page
        self._words = Phrasing(load_schema(result.ruleset.subject), result.ruleset.values, page.language)
        self._reasons = Reasons(result, document, self._words, page.detail)
        self._told_last: list[str] = []
        pairs = [(each.id, each.parallel_to) for each in result.ruleset.indicators() if each.parallel_to]
        self._parallels = dict(pairs) | {second: first for first, second in pairs}

    @cached_property
    def _turning(self) -> IndexTurning:
        """What would turn single criteria: most pages of one line need none of it."""
        return IndexTurning(self._assessor, self._value, self._result)

    def parts(self) -> Iterator[RenderableType]:
        """Yield the parts of the page from top to bottom."""
        if self._page.detail == "quiet":
            yield self._one_line()
            return
        yield self._heading()
        yield self._dimensions()
        if self._standing is not None:
            yield from standing_parts(self._standing, self._page.language)
            yield f"[dim]{escape(self._say(_CAVEAT))}[/]"
        if self._result.left_out:
            yield ""
            yield from self._left_out(self._result.left_out)
        if self._result.not_counted:
            yield from self._not_counted()
        if self._result.unpublished:
            yield from self._unpublished()
        for dimension in self._result.dimensions:
            yield ""
            yield f"[bold]{dimension.dimension.id} {escape(self._say(dimension.dimension.title))}[/]"
            for indicator in dimension.indicators():
                yield from self._indicator(indicator)
        yield ""
        yield f"[dim]{escape(self._say(_FOOTNOTE))}[/]"

    def of_indicators(self, identifiers: Sequence[str]) -> Iterator[RenderableType]:
        """Yield what was found on the named indicators."""
        for each in self._result.indicators():
            if each.indicator.id in identifiers:
                yield from self._indicator(each)
                yield from self._evaluated(each)
        left_out = [each for each in self._result.left_out if each.indicator.id in identifiers]
        if left_out:
            yield from self._left_out(left_out)

    def _evaluated(self, result: IndicatorResult) -> Iterator[RenderableType]:
        """Yield the whole evaluation of each criterion: every part, entry and value."""
        ruleset = self._result.ruleset
        evaluation = Evaluation(self._document, ruleset.named_nodes(), ruleset.values, self._page.language)
        for each in result.criteria:
            yield ""
            heading = Text(f"Evaluation of {each.criterion.id}", f"{each.criterion.id} 的完整判定过程")
            yield indented(6, f"[bold]{escape(self._say(heading))}[/]")
            for depth, line in evaluation.lines(each.trace, each.value):
                yield indented(9 + 2 * depth, f"[dim]{escape(line)}[/]")

    def _say(self, text: Text) -> str:
        return visible(text.to(self._page.language))

    def _company(self) -> str:
        company = self._document.value.get("company")
        name = company.get("name") if isinstance(company, dict) else None
        return name if isinstance(name, str) else self._document.name

    def _one_line(self) -> RenderableType:
        result = self._result
        band = self._say(band_or_rate(result))
        line = (
            f"{escape(self._document.name)}: {escape(self._company())} [bold]{_points(result.score)}[/] / "
            f"{number_text(result.weighted_points)} {escape(band)}"
        )
        return unbroken(line)

    def _heading(self) -> RenderableType:
        result = self._result
        colour = "cyan" if result.band is None else _COLOURS.get(result.band.id, "cyan")
        score = RichText.assemble(
            (_points(result.score), f"bold {colour}"),
            (f" / {number_text(result.weighted_points)}   ", "dim"),
            (self._say(band_or_rate(result)), f"bold {colour}"),
            (self._meaning(), ""),
        )
        lines: list[RenderableType] = [Prose(score)]
        possible = result.score_if_published
        gain = possible - result.score
        if gain:
            then = result.band_if_published
            more = Text(
                f"Publish what this file already holds: +{_points(gain)} → {_points(possible)}"
                + ("" if then is None else f" ({then.title.en})"),
                f"公开本文件已有的信息可增加 {_points(gain)} 分 → {_points(possible)} 分"
                + ("" if then is None else f"（{then.title.zh}）"),
            )
            lines.append(Prose(RichText(self._say(more))))
        told = (given_weights(result), other_maximum(result))
        lines.extend(Prose(RichText(self._say(each))) for each in told if each is not None)
        title = self._say(
            Text(
                f"{self._company()} · {result.ruleset.title.en} · as of {result.as_of}",
                f"{self._company()} · {result.ruleset.title.zh} · 评价日 {result.as_of}",
            )
        )
        fits = cell_len(title) <= self._page.width - _FRAME
        panel = Panel(
            Group(*lines),
            title=RichText(title) if fits else None,
            title_align="left",
            border_style=colour,
            padding=(1, 2),
        )
        return panel if fits else Group(Prose(RichText(title)), panel)

    def _meaning(self) -> str:
        """Return what the band means, unless its title says it already."""
        band = self._result.band
        if band is None:
            return ""
        title, meaning = self._say(band.title), self._say(band.meaning)
        return "" if title in meaning else self._say(Text(": ", "：")) + meaning

    def _dimensions(self) -> RenderableType:
        table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
        for heading, justify in (
            (Text("Dimension", "维度"), "left"),
            (Text("score", "得分"), "right"),
            (Text("of", "满分"), "right"),
            (Text("", ""), "left"),
            (Text("rate", "得分率"), "right"),
        ):
            table.add_column(
                self._say(heading), justify="right" if justify == "right" else "left", no_wrap=True
            )
        for each in self._result.dimensions:
            table.add_row(
                f"{each.dimension.id} {escape(self._say(each.dimension.title))}",
                _points(each.weighted),
                _points(each.weighted_points),
                _bar(each),
                f"{_percent(each.weighted, each.weighted_points)} %",
            )
        return table

    def _left_out(self, left_out: Sequence[LeftOut]) -> Iterator[RenderableType]:
        heading = Text(
            f"Left out, as this file says that they do not apply ({len(left_out)}):",
            f"本文件注明不适用、不计入分子与分母的指标（{len(left_out)} 项）：",
        )
        yield f"[bold]{escape(self._say(heading))}[/]"
        for each in left_out:
            reason = (
                "" if each.reason is None else self._say(Text(f": “{each.reason}”", f"：“{each.reason}”"))
            )
            told = escape(self._say(each.indicator.title) + reason)
            yield indented(2, f"{each.indicator.id} {told} {self._reasons.at(each.path)}")

    def _not_counted(self) -> Iterator[RenderableType]:
        count = len(self._result.not_counted)
        heading = Text(
            f"Not counted, as the figure cannot be right ({count}):", f"数值明显有误，未计分（{count} 处）："
        )
        yield ""
        yield f"[bold]{escape(self._say(heading))}[/]"
        for path, rule in self._result.not_counted.items():
            yield indented(2, self._reasons.statement(path))
            yield indented(4, f"{escape(self._say(rule.title))} [dim]{rule.id}[/]")

    def _unpublished(self) -> Iterator[RenderableType]:
        count = len(self._result.unpublished)
        heading = Text(
            f"Not counted, for want of public evidence ({count}):", f"因缺少公开依据未计分（{count} 处）："
        )
        yield ""
        yield f"[bold]{escape(self._say(heading))}[/]"
        yield f"[dim]{escape(self._say(_GAINS))}[/]"
        yield from self._sources()
        gains = publishing(self._assessor, self._value, self._result)
        shown = gains if self._page.detail == "verbose" else gains[:8]
        for each in shown:
            gain = escape(gain_text(each, self._words))
            inside = escape(inside_text(each, self._words))
            also = f"[dim], {inside}[/]" if inside else ""
            yield indented(2, f"[green]{gain}[/] {self._reasons.statement(each.path)}{also}")
        if len(shown) < count:
            yield indented(2, f"[dim]… +{count - len(shown)}[/]")

    def _sources(self) -> Iterator[RenderableType]:
        """Yield what publishing each source adds: one report may hold many statements."""
        for each in source_publishing(self._assessor, self._document.value, self._result):
            where = f"{format_path(each.path)} · {self._reasons.place(each.path)}"
            told = escape(source_text(each, self._words))
            yield indented(2, f"[green]+{number_text(each.gain)}[/] {told} [dim]{escape(where)}[/]")

    def _indicator(self, result: IndicatorResult) -> Iterator[RenderableType]:
        indicator = result.indicator
        full = result.earned == indicator.points
        weight = "" if result.weight == 1 else f" × {number_text(result.weight)}"
        points = f"{number_text(result.awarded)} / {number_text(indicator.points)}{weight}"
        row = Table.grid(padding=(0, 1), expand=True)
        row.add_column(width=1)
        row.add_column(width=_id_width(self._result.ruleset))
        row.add_column(ratio=1, overflow="fold")
        row.add_column(justify="right", no_wrap=True)
        title = escape(self._say(indicator.title))
        row.add_row(_MARKS[result.verdict], _shown_id(indicator.id), title, points)
        yield Padding(row, (0, 0, 0, 1))
        yield from self._notes(result)
        if full and self._page.detail != "verbose":
            return
        # What stands in the way of several steps of one indicator is told once.
        self._told_last = []
        for each in _told(result, self._page.detail):
            yield from self._criterion(each, result)

    def _notes(self, result: IndicatorResult) -> Iterator[RenderableType]:
        ceiling = result.indicator.ceiling
        if result.held_back and ceiling is not None:
            held = Text(
                f"{number_text(result.held_back)} held back: {ceiling.title.en}.",
                f"暂不计 {number_text(result.held_back)} 分：{ceiling.title.zh}。",
            )
            yield indented(6, f"[yellow]{escape(self._say(held))}[/]")
        other_one = self._parallels.get(result.indicator.id)
        if other_one is not None and not result.earned:
            either = Text(
                f"alternative to {_shown_id(other_one)}: the better of the two counts.",
                f"与 {_shown_id(other_one)} 二选一，取得分较高者。",
            )
            yield indented(6, f"[dim]{escape(self._say(either))}[/]")
        if result.counts_elsewhere is not None and result.earned:
            earned, counts = number_text(result.earned), _shown_id(result.counts_elsewhere)
            other = Text(
                f"earns {earned}; {counts} counts instead, being as good or better.",
                f"本项可得 {earned} 分；取分值不低于本项的 {counts} 计分。",
            )
            yield indented(6, f"[dim]{escape(self._say(other))}[/]")

    def _criterion(self, result: CriterionResult, indicator: IndicatorResult) -> Iterator[RenderableType]:
        criterion = result.criterion
        worth = number_text(criterion.points)
        if indicator.indicator.award == "highest":
            worth = f"→ {worth}"
        elif not result.met:
            worth = f"+{worth}"
        mark = "[green]✓[/]" if result.met else "[red]✗[/]"
        yield indented(6, f"{mark} [bold]{worth}[/] {escape(self._say(criterion.title))}")
        lines = list(self._reasons.lines(result))
        again = bool(lines) and lines == self._told_last
        for line in [f"[dim]{escape(self._say(_AS_ABOVE))}[/]"] if again else lines:
            yield indented(9, line)
        self._told_last = lines
        if self._page.detail == "verbose":
            basis = self._say(BASIS_TITLES[criterion.basis])
            locator = self._say(criterion.source.locator)
            yield indented(9, f"[dim]{escape(locator)} · {escape(basis)}[/]")
        if not result.met:
            yield from self._enough(result, indicator)
            advice = self._reasons.advice(result)
            yield indented(9, f"[cyan]→ {escape(self._say(advice))}[/]")

    def _enough(self, result: CriterionResult, indicator: IndicatorResult) -> Iterator[RenderableType]:
        """Yield the single fields that would be enough, where more than one thing was said to be missing."""
        if self._page.detail != "verbose" and len({each.path for each in result.seen() if not each.held}) < 2:
            return
        for lift in self._turning.of(indicator.indicator, result)[:MOST_LIFTS]:
            yield indented(9, f"[cyan]→ {escape(lift_text(lift, self._words))}[/]")


def _told(result: IndicatorResult, detail: Detail) -> Sequence[CriterionResult]:
    """Return the criteria to tell of: all if verbose, else what failed; of a ladder the next step up."""
    if detail == "verbose":
        return result.criteria
    failed = [each for each in result.criteria if not each.met and each.criterion.points > _reached(result)]
    if result.indicator.award != "highest" or not failed:
        return failed
    next_step = min(each.criterion.points for each in failed)
    return [each for each in failed if each.criterion.points == next_step]


def _reached(result: IndicatorResult) -> Decimal:
    return result.earned if result.indicator.award == "highest" else Decimal(0)


def _bar(result: DimensionResult) -> str:
    filled = int(result.weighted * BAR / result.weighted_points) if result.weighted_points else 0
    return f"[green]{'█' * filled}[/][dim]{'░' * (BAR - filled)}[/]"


def _percent(part: Decimal, whole: Decimal) -> str:
    return str((part * 100 / whole).quantize(Decimal(1)) if whole else 0)


def _points(value: Decimal) -> str:
    """Return points with one decimal: weights of 0.6 and 1.4 on half points never need more."""
    return f"{value:.1f}" if value == value.quantize(Decimal("0.1")) else number_text(value)


def _shown_id(identifier: str) -> str:
    """Return an id in short: an indicator parallel to another carries its number and a mark."""
    return identifier.replace("-parallel", "∥")


def _id_width(ruleset: Index) -> int:
    return max(len(_shown_id(each.id)) for each in ruleset.indicators())


_CAVEAT = Text(
    "Published totals are IPE's of October 2024; the score beside them is ours and was not given by IPE.",
    "公布总分为 IPE 2024 年 10 月发布；与之并列的得分由本工具计算，并非 IPE 评定。",
)
_GAINS = Text(
    "What each adds if it is published, in points of the score; gains may overlap.",
    "公开每项所增加的得分；各项得分可能重叠。",
)
_AS_ABOVE = Text("as above", "同上")
_FOOTNOTE = Text(
    "Computed by cati, not by IPE. How points are split within an indicator is our interpretation where the"
    " report publishes none: `cati explain INDICATOR` shows source, basis and reason. `--verbose` shows every"
    " condition.",
    "本结果由 cati 计算，并非 IPE 的评分。报告未公布指标内部分值拆分之处为本工具的理解："
    "`cati explain 指标编号` 可查看来源、依据与理由；`--verbose` 显示全部条件。",
)
