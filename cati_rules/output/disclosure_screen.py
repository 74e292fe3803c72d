"""A score on one screen: where it stands, all indicators at a glance, what to do next, what to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text as RichText

from cati_rules.numbers import number_text
from cati_rules.output.layout import escape, indented, marked, unbroken
from cati_rules.output.marks import MARKS
from cati_rules.output.page_options import Page
from cati_rules.output.screen_parts import Room, at, bar, commands, line_of, look_at, padded, percent, points
from cati_rules.report.index import Dimension, IndexReport, Indicator, Step
from cati_rules.report.run import DocumentReport
from cati_rules.report.titles import VERDICT_TITLES
from cati_rules.text import Text

MOST_TO_PUBLISH = 3
"""How many of them only publish what the document holds, where there is something else to do."""
_BAR = 20
"""Width of a bar in characters, where there is room."""
_SHORTEST_BAR = 6
_BESIDE = 32
"""Columns that a line of a dimension takes beside its title and its bar."""
_COLOURS = {"leading": "green", "middle": "yellow", "lagging": "red"}
_FILLED = {"met": "[green]●[/]", "partly_met": "[yellow]◐[/]", "not_met": "[red]○[/]"}
"""Full, part or none of an indicator's points, told by form and not by colour alone."""


class DisclosureScreen:
    """One result on one document, on one screen."""

    def __init__(self, result: IndexReport, document: DocumentReport, page: Page, room: Room) -> None:
        """Lay out ``result`` on ``document``, as much of it as there is ``room`` for."""
        self._room = room
        self._result = result
        self._document = document
        self._page = page

    def parts(self) -> Iterator[RenderableType]:
        """Yield the parts of the screen from top to bottom."""
        yield self._heading()
        if self._document.facts.untouched:
            yield from self._where_to_begin()
            yield from look_at(self._document, self._page, self._room)
            return
        yield ""
        yield from self._score()
        yield ""
        yield from self._dimensions()
        yield ""
        yield from self._strip()
        yield from self._steps()
        yield from look_at(self._document, self._page, self._room)
        yield from self._definitions()
        yield from self._more()

    def _say(self, text: Text) -> str:
        return escape(self._page.say(text))

    def _heading(self) -> RenderableType:
        result = self._result
        name = self._document.facts.name
        title = self._say(result.ruleset.title)
        as_of = self._say(Text(f"as of {result.as_of}", f"评价日 {result.as_of}"))
        return marked(f"[bold]{escape(name)}[/] · {title} · [dim]{as_of}[/]")

    def _where_to_begin(self) -> Iterator[RenderableType]:
        yield ""
        yield f"[bold]{self._say(NOTHING_FILLED_IN)}[/]"
        yield indented(0, self._say(BEGIN))
        yield from self._step_lines(self._result.steps()[: self._room.steps])
        path = self._document.argument
        yield from commands(
            ((_PLAN, f"cati improve {path}"), (_ALL, f"cati check {path} --verbose")), self._page
        )

    def _score(self) -> Iterator[RenderableType]:
        result = self._result
        colour = "cyan" if result.band is None else _COLOURS.get(result.band.id, "cyan")
        of = self._say(Text(f"of {number_text(result.most)}", f"分（满分 {number_text(result.most)}）"))
        comma = self._say(Text(", ", "，"))
        band = self._say(result.band_or_rate)
        yield indented(
            2, f"[bold {colour}]{points(result.score)}[/] {of}{comma}[bold {colour}]{band}[/]{self._place()}"
        )
        gain = result.score_if_published - result.score
        if gain:
            then = result.band_if_published
            same_band = then is None or result.band is None or then.id == result.band.id
            band_en = "" if then is None or same_band else f", {then.title.en}"
            band_zh = "" if then is None or same_band else f"，{then.title.zh}"
            more = Text(
                f"if you publish what this file already holds (+{points(gain)}{band_en})",
                f"分：公开本文件已有的信息后（+{points(gain)}{band_zh}）",
            )
            yield indented(2, f"[bold]{points(result.score_if_published)}[/] {self._say(more)}")
        for told in (result.weights_given, result.other_maximum):
            if told is not None:
                yield indented(2, f"[yellow]{self._say(told)}[/]")
        if result.left_out:
            names = ", ".join(each.indicator for each in result.left_out)
            left = Text(
                f"left out, as this file says that they do not apply: {names}",
                f"本文件注明不适用、未计入：{names}",
            )
            yield indented(2, f"[dim]{self._say(left)}[/]")
        if not_counted := result.not_counted():
            places = ", ".join(at(each.statement.at) for each in not_counted)
            left = Text(
                f"not counted, as the figure cannot be right: {places}", f"数值明显有误，未计分：{places}"
            )
            yield indented(2, f"[yellow]{self._say(left)}[/]")

    def _place(self) -> str:
        place = self._result.place
        if place is None or not place.ranks:
            return ""
        first, *others = place.ranks
        told = Text(
            f"   place {first.rank} of {first.of + 1}, this file counted",
            f"   含本文件共 {first.of + 1} 家，相当于第 {first.rank} 位",
        )
        for other in others[:1]:
            told += Text(
                f" ({other.among.en}: {other.rank} of {other.of + 1})",
                f"（{other.among.zh}：第 {other.rank}/{other.of + 1} 位）",
            )
        near = [each for each in (place.above, place.below) if each is not None]
        if near:
            listed = Text(
                ", ".join(f"{each.name.en} {number_text(each.total)}" for each in near),
                "、".join(f"{each.name.zh} {number_text(each.total)}" for each in near),
            )
            told += Text(f"; next to {listed.en}", f"，相邻：{listed.zh}")
        return f"[dim]{self._say(told)}[/]"

    def _dimensions(self) -> Iterator[RenderableType]:
        """Yield dimensions, together where the published table has one rate for them, each with the median."""
        result = self._result
        blocks = dimension_blocks(result)
        titles = [
            self._page.say(Text(" and ", "与").join(each.title for each in members)) for members, _ in blocks
        ]
        wide = max(map(cell_len, titles))
        left = self._page.width - wide - _BESIDE
        long = min(left, _BAR) if left >= _SHORTEST_BAR else 0
        if left >= 0 and any(median is not None for _, median in blocks):
            of = 0 if result.place is None else result.place.ranks[0].of
            own = self._page.say(Text("you", "本企业"))
            middle = self._page.say(Text(f"median of {of}", f"{of} 家中位数"))
            yield f"[dim]{' ' * (wide + 19 + long)}{padded(own, 4)}  {middle}[/]"
        of_word = self._page.say(Text(" of ", " / "))
        for title, (members, median) in zip(titles, blocks, strict=True):
            part = sum((each.weighted for each in members), Decimal(0))
            whole = sum((each.weighted_points for each in members), Decimal(0))
            amount = padded(f"{points(part):>5}{of_word}{points(whole)}", 13)
            drawn = f"{bar(part, whole, long)} " if long else ""
            tail = "" if median is None else f"  [dim]{f'{median.quantize(Decimal(1))} %':>5}[/]"
            parts = self._merged(members) if len(members) > 1 else ""
            told = f"   [dim]{escape(parts)}[/]" if parts and left >= long + 3 + cell_len(parts) else ""
            yield marked(
                f"  {escape(padded(title, wide))}  {amount} {drawn}{percent(part, whole):>3} %{tail}{told}"
            )

    def _merged(self, members: Sequence[Dimension]) -> str:
        shares = [
            f"{self._page.say(each.title)} {percent(each.weighted, each.weighted_points)} %"
            for each in members
        ]
        return f"({self._page.say(Text(', ', '，')).join(shares)})"

    def _strip(self) -> Iterator[RenderableType]:
        """Yield all indicators as one strip: a mark each, by group."""
        groups: list[str] = []
        for dimension in self._result.dimensions:
            marks: dict[str, str] = {}
            for each in dimension.indicators:
                group = self._group(dimension, each)
                marks[group] = marks.get(group, "") + _FILLED.get(each.verdict, MARKS["not_applicable"])
            groups.extend(f"[dim]{escape(name)}[/] {told}" for name, told in marks.items())
        lines = [""]
        for group in groups:
            longer = f"{lines[-1]}   {group}" if lines[-1] else group
            if lines[-1] and cell_len(RichText.from_markup(longer, emoji=False).plain) > self._page.width - 2:
                lines.append(group)
            else:
                lines[-1] = longer
        for line in lines:
            yield unbroken(f"  {line}")
        yield indented(2, f"[dim]{self._say(_LEGEND)}[/]")

    @staticmethod
    def _group(dimension: Dimension, indicator: Indicator) -> str:
        fitting = [each.id for each in dimension.groups if indicator.id.startswith(f"{each.id}.")]
        return max(fitting, key=len, default=dimension.id)

    def _steps(self) -> Iterator[RenderableType]:
        steps = chosen_steps(self._result.steps(), self._room.steps)
        if not steps:
            return
        yield ""
        yield f"[bold]{self._say(_NEXT)}[/]"
        yield from self._step_lines(steps)

    def _step_lines(self, steps: Sequence[Step]) -> Iterator[RenderableType]:
        gains = [f"+{points(each.gain)}" for each in steps]
        places = [self._page.say(line_of(each.at)) for each in steps]
        wide, wider = max(map(len, gains), default=0), max(map(cell_len, places), default=0)
        for each, gain, place in zip(steps, gains, places, strict=True):
            rule = f"{each.rule} " if each.rule else ""
            colon = self._page.say(Text(": ", "："))
            said = escape(f"{rule}{self._page.say(each.verb)}{colon}{self._page.say(each.title)}")
            yield indented(2, f"[green]{gain:>{wide}}[/]  [dim]{escape(padded(place, wider))}[/]  {said}")

    def _definitions(self) -> Iterator[RenderableType]:
        """Yield in a line what definitions say of a disclosure: of its targets, say."""
        judged = [each for each in self._document.verdicts if each.judged and each.ruleset.in_force]
        if not judged:
            return
        told = "  ".join(
            f"{MARKS[each.verdict]} {escape(each.ruleset.id)} {self._say(VERDICT_TITLES[each.verdict])}"
            for each in judged
        )
        yield ""
        yield indented(0, f"[bold]{self._say(Text('Definitions', '定义'))}[/]  {told}")

    def _more(self) -> Iterator[RenderableType]:
        path = self._document.argument
        some = next((each.rule for each in self._result.steps() if each.rule), "2.1.1")
        rows = (
            (_ALL, f"cati check {path} --verbose"),
            (_ONE, f"cati explain {some} {path}"),
            (_PLAN, f"cati improve {path}"),
        )
        yield from commands(rows, self._page)
        yield f"[dim]{self._say(NOTICE)}[/]"


def dimension_blocks(result: IndexReport) -> list[tuple[list[Dimension], Decimal | None]]:
    """Return dimensions, together where the published table has one rate for them, each with the median there."""
    medians = () if result.place is None else result.place.medians()
    by_id = {each.id: each for each in result.dimensions}
    told: list[tuple[list[Dimension], Decimal | None]] = [
        ([by_id[name] for name in each.dimensions if name in by_id], each.rate) for each in medians
    ]
    return told or [([each], None) for each in result.dimensions]


def chosen_steps(steps: Sequence[Step], most: int) -> list[Step]:
    """Return the steps to name, ``most`` at most; publishing does not crowd out what else there is to do."""
    publish = [each for each in steps if each.kind == "publish"][:most]
    others = [each for each in steps if each.kind == "meet"]
    kept = publish[: max(MOST_TO_PUBLISH, most - len(others))]
    return [*kept, *others[: most - len(kept)]]


_LEGEND = Text(
    "● all points  ◐ some  ○ none, by group of indicators", "● 满分  ◐ 部分得分  ○ 未得分（按指标组）"
)
_NEXT = Text("Next: the most for the least work", "下一步：投入少、得分多的事项")
NOTHING_FILLED_IN = Text("Nothing is filled in yet.", "尚未填写任何内容。")
BEGIN = Text(
    "Begin with what you have: the emissions of last year by scope, with the report that they are published in.",
    "请从已有的数据开始：先填写上一年度各范围的排放量，并注明公开该数据的报告。",
)
_ALL = Text("all indicators, the reasons, the place among companies", "全部指标、理由与企业排名")
_ONE = Text("one indicator", "单个指标")
_PLAN = Text("a plan", "改进计划")
NOTICE = Text(
    "Computed by cati as it reads IPE's report, not a score by IPE.",
    "本结果由 cati 按其对 IPE 报告的理解计算，并非 IPE 的评分。",
)
