"""A document's place among published companies: ranks, and each column's spread with the own rate in it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from rich.console import RenderableType
from rich.table import Table

from cati_rules.numbers import number_text
from cati_rules.output.layout import escape
from cati_rules.report.index import Column, Published
from cati_rules.text import Language, Text

STRIP = 31
"""Width in characters of the strip from 0 to 100 percent."""


def standing_parts(standing: Published, language: Language) -> Iterator[RenderableType]:
    """Yield the place among published companies for the terminal."""

    def say(text: Text) -> str:
        return escape(text.to(language))

    yield ""
    yield f"[bold]{say(Text('Place among the published companies', '在已评企业中的位置'))}[/]"
    for each in standing.ranks:
        place = Text(
            f"  place {each.rank} of {each.of + 1}, this document counted: {each.among.en}",
            f"  第 {each.rank} 位（含本文件共 {each.of + 1} 家）：{each.among.zh}",
        )
        yield say(place)
    neighbours = [
        Text(f"{each.name.en} {number_text(each.total)}", f"{each.name.zh} {number_text(each.total)} 分")
        for each in (standing.above, standing.below)
        if each is not None
    ]
    if neighbours:
        listed = Text(", ".join(each.en for each in neighbours), "、".join(each.zh for each in neighbours))
        yield f"  [dim]{say(Text(f'next above and below: {listed.en}', f'上下相邻：{listed.zh}'))}[/]"
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(say(standing.peers))
    for heading in (Text("own", "本企业"), Text("median", "中位数"), Text("highest", "最高")):
        table.add_column(say(heading), justify="right")
    legend = Text("0 %  ├ range ┤  ┼ median  ● own  100 %", "0%  ├ 区间 ┤  ┼ 中位数  ● 本企业  100%")
    table.add_column(say(legend), no_wrap=True)
    for spread in standing.columns:
        table.add_row(
            say(spread.title),
            f"{_whole(spread.rate)} %",
            f"{_whole(spread.median)} %",
            f"{_whole(spread.highest)} %",
            _strip(spread),
        )
    yield table


def _whole(rate: Decimal) -> str:
    return str(rate.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _strip(spread: Column) -> str:
    cells = [" "] * STRIP
    low, middle, high, own = (
        int(rate * (STRIP - 1) / 100) for rate in (spread.lowest, spread.median, spread.highest, spread.rate)
    )
    for i in range(low, high + 1):
        cells[i] = "─"
    cells[low], cells[high] = "├", "┤"
    cells[middle] = "┼"
    cells[own] = "●"
    return "".join(f"[bold cyan]{cell}[/]" if cell == "●" else f"[dim]{cell}[/]" for cell in cells)
