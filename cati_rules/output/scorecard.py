"""The scorecard in the terminal: score and band, dimensions with bars, indicators with reasons and advice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as RichText

from cati_rules.numbers import number_text
from cati_rules.output.evaluation import Evaluations
from cati_rules.output.layout import Prose, escape, indented, unbroken
from cati_rules.output.marks import MARKS
from cati_rules.output.page_options import Page
from cati_rules.output.rank import standing_parts
from cati_rules.report.index import Criterion, Dimension, IndexReport, Indicator, LeftOut, Statement
from cati_rules.report.run import DocumentReport
from cati_rules.report.titles import BASIS_TITLES
from cati_rules.report.values import Line, Location
from cati_rules.text import Text
from cati_rules.visible import visible

_FRAME = 6
"""Columns of a panel's frame beside its title."""
MOST_LIFTS = 3
"""How many fields that would be enough by themselves are named for a criterion."""
MOST_STATEMENTS = 8
"""How many statements that are not public are named, unless the page is verbose."""
BAR = 24
"""Width of a bar in characters."""
_COLOURS = {"leading": "green", "middle": "yellow", "lagging": "red"}


class Scorecard:
    """One result on one document, laid out."""

    def __init__(self, result: IndexReport, document: DocumentReport, page: Page) -> None:
        """Lay out ``result`` on ``document``."""
        self._result = result
        self._document = document
        self._page = page
        self._told_last: list[str] = []

    def parts(self) -> Iterator[RenderableType]:
        """Yield the parts of the page from top to bottom."""
        if self._page.detail == "quiet":
            yield self._one_line()
            return
        yield self._heading()
        yield self._dimensions()
        if self._result.place is not None:
            yield from standing_parts(self._result.place, self._page.language)
            yield f"[dim]{escape(self._say(_CAVEAT))}[/]"
        if self._result.left_out:
            yield ""
            yield from self._left_out(self._result.left_out)
        if self._result.not_counted():
            yield from self._not_counted()
        if self._result.unpublished:
            yield from self._unpublished()
        for dimension in self._result.dimensions:
            yield ""
            yield f"[bold]{dimension.id} {escape(self._say(dimension.title))}[/]"
            for indicator in sorted(dimension.indicators, key=_lacking, reverse=True):
                yield from self._indicator(indicator)
        yield ""
        yield f"[dim]{escape(self._say(_FOOTNOTE))}[/]"
        if self._result.cut_short():
            told = Text(", ", "、").join(_PARTS[each] for each in self._result.cut_short())
            yield f"[dim]{escape(self._say(_CUT_SHORT.format(told)))}[/]"

    def of_indicators(self, identifiers: Sequence[str]) -> Iterator[RenderableType]:
        """Yield what was found on the named indicators."""
        for each in self._result.indicators():
            if each.id in identifiers:
                yield from self._indicator(each)
                yield from self._evaluated(each)
        left_out = [each for each in self._result.left_out if each.indicator in identifiers]
        if left_out:
            yield from self._left_out(left_out)

    def _evaluated(self, result: Indicator) -> Iterator[RenderableType]:
        """Yield the whole evaluation of each criterion: every part, entry and value."""
        evaluations = Evaluations(self._page.language)
        for each in result.criteria:
            yield ""
            heading = Text(f"Evaluation of {each.id}", f"{each.id} 的完整判定过程")
            yield indented(6, f"[bold]{escape(self._say(heading))}[/]")
            for depth, line in evaluations.lines(each.evaluation()):
                yield indented(9 + 2 * depth, f"[dim]{escape(line)}[/]")

    def _say(self, text: Text) -> str:
        return visible(text.to(self._page.language))

    def _one_line(self) -> RenderableType:
        result = self._result
        band = self._say(result.band_or_rate)
        line = (
            f"{escape(self._document.path)}: {escape(self._document.facts.name)} [bold]{_points(result.score)}[/] / "
            f"{number_text(result.most)} {escape(band)}"
        )
        return unbroken(line)

    def _heading(self) -> RenderableType:
        result = self._result
        colour = "cyan" if result.band is None else _COLOURS.get(result.band.id, "cyan")
        score = RichText.assemble(
            (_points(result.score), f"bold {colour}"),
            (f" / {number_text(result.most)}   ", "dim"),
            (self._say(result.band_or_rate), f"bold {colour}"),
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
        told = (result.weights_given, result.other_maximum)
        lines.extend(Prose(RichText(self._say(each))) for each in told if each is not None)
        title = self._say(
            Text(
                f"{self._document.facts.name} · {result.ruleset.title.en} · as of {result.as_of}",
                f"{self._document.facts.name} · {result.ruleset.title.zh} · 评价日 {result.as_of}",
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
                f"{each.id} {escape(self._say(each.title))}",
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
            yield indented(2, f"{each.indicator} {escape(self._say(each.title) + reason)} {_at(each.at)}")

    def _statement(self, statement: Statement) -> str:
        """Return a statement that does not count: what it is about, where it stands, and from when it counts."""
        late = f"[yellow]{escape(self._say(statement.late_said))}[/]" if statement.late else ""
        return f"{escape(self._say(statement.label))} {_at(statement.at)}{late}"

    def _not_counted(self) -> Iterator[RenderableType]:
        found = self._result.not_counted()
        heading = Text(
            f"Not counted, as the figure cannot be right ({len(found)}):",
            f"数值明显有误，未计分（{len(found)} 处）：",
        )
        yield ""
        yield f"[bold]{escape(self._say(heading))}[/]"
        for each in found:
            yield indented(2, self._statement(each.statement))
            yield indented(4, f"{escape(self._say(each.title))} [dim]{each.finding}[/]")

    def _unpublished(self) -> Iterator[RenderableType]:
        count = len(self._result.unpublished)
        heading = Text(
            f"Not counted, for want of public evidence ({count}):", f"因缺少公开依据未计分（{count} 处）："
        )
        yield ""
        yield f"[bold]{escape(self._say(heading))}[/]"
        yield f"[dim]{escape(self._say(_GAINS))}[/]"
        for source in self._result.publishing_sources():  # one report may hold many statements
            told, gain = escape(self._say(source.said)), number_text(source.gain)
            yield indented(2, f"[green]+{gain}[/] {told} {_at(source.at)}")
        gains = self._result.publishing()
        shown = gains if self._page.detail == "verbose" else gains[:MOST_STATEMENTS]
        for each in shown:
            inside = escape(self._say(each.said_inside))
            also = f"[dim], {inside}[/]" if inside else ""
            gain = escape(self._say(each.said))
            yield indented(2, f"[green]{gain}[/] {self._statement(each.statement)}{also}")
        if len(shown) < count:
            yield indented(2, f"[dim]… +{count - len(shown)}[/]")

    def _indicator(self, indicator: Indicator) -> Iterator[RenderableType]:
        weight = "" if indicator.weight == 1 else f" × {number_text(indicator.weight)}"
        points = f"{number_text(indicator.awarded)} / {number_text(indicator.points)}{weight}"
        row = Table.grid(padding=(0, 1), expand=True)
        row.add_column(width=1)
        row.add_column(width=max(len(_shown_id(each.id)) for each in self._result.indicators()))
        row.add_column(ratio=1, overflow="fold")
        row.add_column(justify="right", no_wrap=True)
        title = escape(self._say(indicator.title))
        row.add_row(MARKS[indicator.verdict], _shown_id(indicator.id), title, points)
        yield Padding(row, (0, 0, 0, 1))
        yield from self._notes(indicator)
        verbose = self._page.detail == "verbose"
        if indicator.earned == indicator.points and not verbose:
            return
        # What stands in the way of several steps of one indicator is told once.
        self._told_last = []
        for each in indicator.criteria if verbose else indicator.next_steps():
            yield from self._criterion(each, indicator)

    def _notes(self, indicator: Indicator) -> Iterator[RenderableType]:
        if indicator.held_back and indicator.ceiling is not None:
            points, ceiling = number_text(indicator.held_back), indicator.ceiling
            held = Text(f"{points} held back: {ceiling.en}.", f"暂不计 {points} 分：{ceiling.zh}。")
            yield indented(6, f"[yellow]{escape(self._say(held))}[/]")
        if indicator.alternative is not None and not indicator.earned:
            other_one = _shown_id(indicator.alternative)
            either = Text(
                f"alternative to {other_one}: the better of the two counts.",
                f"与 {other_one} 二选一，取得分较高者。",
            )
            yield indented(6, f"[dim]{escape(self._say(either))}[/]")
        if indicator.counts_elsewhere is not None and indicator.earned:
            earned, counts = number_text(indicator.earned), _shown_id(indicator.counts_elsewhere)
            other = Text(
                f"earns {earned}; {counts} counts instead, being as good or better.",
                f"本项可得 {earned} 分；取分值不低于本项的 {counts} 计分。",
            )
            yield indented(6, f"[dim]{escape(self._say(other))}[/]")

    def _criterion(self, criterion: Criterion, indicator: Indicator) -> Iterator[RenderableType]:
        worth = number_text(criterion.points)
        if indicator.award == "highest":
            worth = f"→ {worth}"
        elif not criterion.met:
            worth = f"+{worth}"
        mark = MARKS[criterion.verdict]
        verbose = self._page.detail == "verbose"
        yield indented(6, f"{mark} [bold]{worth}[/] {escape(self._say(criterion.title))}")
        reasons = criterion.reasons_in_full() if verbose else criterion.reasons()
        lines = [self._line(each) for each in reasons]
        again = bool(lines) and lines == self._told_last
        for line in [f"[dim]{escape(self._say(_AS_ABOVE))}[/]"] if again else lines:
            yield indented(9, line)
        self._told_last = lines
        if verbose:
            basis = self._say(BASIS_TITLES[criterion.basis])
            locator = self._say(criterion.source.locator)
            yield indented(9, f"[dim]{escape(locator)} · {escape(basis)}[/]")
        advice = criterion.advice()
        if advice is not None:
            yield from self._enough(criterion)
            yield indented(9, f"[cyan]→ {escape(self._say(advice))}[/]")

    def _line(self, line: Line) -> str:
        remark = f"[yellow]{escape(self._say(line.remark))}[/]" if line.remark else ""
        place = f" [dim]{escape(line.place)}[/]" if line.place else ""
        added = f"[yellow]{escape(self._say(line.added))}[/]" if line.added else ""
        return f"{remark}{escape(self._say(line.text))}{place}{added}"

    def _enough(self, criterion: Criterion) -> Iterator[RenderableType]:
        """Yield the single fields that would be enough, where more than one thing was said to be missing."""
        if self._page.detail == "verbose" or len(criterion.failing()) > 1:
            for gain in criterion.turning()[:MOST_LIFTS]:
                yield indented(9, f"[cyan]→ {escape(self._say(gain.said()))}[/]")


def _lacking(indicator: Indicator) -> Decimal:
    """Return how many points of the score are still to be had: what lacks most is told first, what is full last."""
    return (indicator.points - indicator.earned) * indicator.weight if indicator.can_gain else Decimal(0)


def _at(at: Location) -> str:
    return f"[dim]{escape(f'{at.text} · {at.short}')}[/]"


def _bar(result: Dimension) -> str:
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
    " report publishes none: `cati explain INDICATOR` shows source, basis and reason. `-vv` shows every"
    " condition.",
    "本结果由 cati 计算，并非 IPE 的评分。报告未公布指标内部分值拆分之处为本工具的理解："
    "`cati explain 指标编号` 可查看来源、依据与理由；`-vv` 显示全部条件。",
)
_CUT_SHORT = Text(
    "The document is long, and not all of it was tried for: {}.", "文件内容较多，以下各项仅部分试算：{}。"
)
_PARTS = {
    "turning": Text("single fields that would be enough", "单独即可满足的字段"),
    "withheld": Text(
        "which statements need publishing (some listed may not)", "须公开的内容（所列未必全部需要）"
    ),
    "publishing": Text("what publishing each statement adds", "各项内容公开后的加分"),
}
