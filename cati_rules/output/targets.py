"""Targets as a page for the terminal: what each edition makes of them, what it asks, the way year by year."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from rich.console import RenderableType
from rich.table import Table

from cati_rules.output.layout import escape
from cati_rules.output.page_options import Page
from cati_rules.output.terminal_pages import text_of
from cati_rules.report.targets import Course, Edition, TargetReport, TargetsReport
from cati_rules.report.wording.targets import in_unit, percent, points, tonnes_said, unit_for
from cati_rules.text import Text

MARKS = {"met": "[green]✓[/]", "not_met": "[red]✗[/]", "indeterminate": "[yellow]?[/]"}
SECTOR = Text("As an intensity", "强度目标")
_FEW = 12
"""So many years are shown in a table one by one; of more, every fifth and the last."""


def render(report: TargetsReport, page: Page) -> str:
    """Return the page as text."""
    return text_of(list(_parts(report, page)), page)


def _parts(report: TargetsReport, page: Page) -> Iterator[RenderableType]:
    for i, each in enumerate(report.targets):
        if i:
            yield ""
        yield from _target(each, page)
    yield ""
    yield f"[dim]{escape(page.say(report.note))}[/]"


def _target(target: TargetReport, page: Page) -> Iterator[RenderableType]:
    place = "" if target.place is None else f"  [dim]{escape(target.place)}[/]"
    yield f"[bold]{escape(page.say(target.title))}[/]{place}"
    if target.facts:
        yield _indented(escape(page.say(Text(" · ", " · ").join(target.facts))))
    for remark in target.remarks:
        yield _indented(escape(page.say(remark)), "[yellow]![/]")
    if target.answer is not None:
        yield _indented(f"[bold]{escape(page.say(target.answer))}[/]")
    for edition in target.editions:
        yield ""
        yield from _edition(edition, page, stated=_stated(target))
    if target.sector:
        yield ""
        yield f"[bold]{escape(page.say(SECTOR))}[/]"
    for line in target.sector:
        yield _indented(escape(page.say(line)))
    if target.aside:
        listed = ", ".join(target.aside)
        said = Text(f"Not applicable: {listed}", f"不适用：{listed}")
        yield ""
        yield f"[dim]{escape(page.say(said))}[/]"
    if target.change:
        yield ""
        yield f"[bold]{escape(page.say(Text('What changed in April 2026', '2026 年 4 月的变化')))}[/]"
        for each in target.change:
            yield _indented(escape(page.say(each)))
    if target.courses:
        yield ""
        yield from _by_year(target, page)
    for each in target.standing:
        yield _indented(escape(page.say(each)))


def _stated(target: TargetReport) -> bool:
    return any(each.verdict is not None for edition in target.editions for each in edition.ambitions)


def _edition(edition: Edition, page: Page, *, stated: bool) -> Iterator[RenderableType]:
    asks_only = bool(edition.ambitions) and not stated
    mark = "[dim]·[/]" if asks_only else MARKS.get(edition.verdict, "·")
    title, standing = escape(page.say(edition.title)), escape(page.say(edition.standing))
    yield f"{mark} [bold]{title}[/]  [dim]{edition.id} · {standing}[/]"
    if not asks_only:
        yield _indented(escape(page.say(edition.said)))
    if edition.ambitions:
        yield _ambitions(edition, page)
    for why in dict.fromkeys(why for each in edition.ambitions for why in each.why):
        yield _indented(f"[dim]{escape(page.say(why))}[/]")
    for line in edition.lines:
        remark = "" if line.remark is None else f" [dim]– {escape(page.say(line.remark))}[/]"
        yield _indented(f"{escape(page.say(line.title))}{remark}", MARKS.get(line.verdict, "·"))
    if edition.open:
        lead = escape(page.say(Text("What would tell: ", "补充以下信息即可判定：")))
        yield _indented(f"{lead}{escape(page.say(Text('; ', '；').join(edition.open)))}", "[yellow]?[/]")


def _indented(markup: str, mark: str = "") -> Table:
    """Return text that stays indented where it breaks, behind its mark."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    if mark:
        grid.add_column(width=1)
    grid.add_column()
    grid.add_row("", *((mark, markup) if mark else (markup,)))
    return grid


def _ambitions(edition: Edition, page: Page) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    columns = (
        Text("  ambition", "  目标水平"),
        Text("least reduction", "最低降幅"),
        Text("a year", "每年"),
        Text("may be left", "目标年上限"),
        Text("falls short by", "相差"),
    )
    shows_left = any(each.left is not None for each in edition.ambitions)
    shows_short = any(each.short is not None for each in edition.ambitions)
    shown = [True, True, True, shows_left, shows_short]
    for title, show in zip(columns, shown, strict=True):
        if show:
            table.add_column(page.say(title), justify="left" if title is columns[0] else "right")
    for each in edition.ambitions:
        mark = "  " if each.verdict is None else f"{MARKS.get(each.verdict, '·')} "
        least = percent(each.least)
        if each.least != each.most:
            least = (
                Text(f"{least.en} or more", f"{least.zh} 以上")
                if each.most >= 1
                else Text(f"{least.en} to {percent(each.most).en}", f"{least.zh} 至 {percent(each.most).zh}")
            )
        short = Text("–", "–") if not each.short else points(each.short)
        cells = (
            f"  {mark}{escape(page.say(each.title))}",
            escape(page.say(least)),
            escape(page.say(percent(each.yearly))),
            "–" if each.left is None else escape(page.say(tonnes_said(each.left))),
            escape(page.say(short)),
        )
        table.add_row(*(cell for cell, show in zip(cells, shown, strict=True) if show))
    return table


def _by_year(target: TargetReport, page: Page) -> Iterator[RenderableType]:
    in_tonnes = target.base is not None
    unit = unit_for(target.base or Fraction(0))
    heading = (
        Text(f"Year by year, what may be left ({unit.en} CO2e)", f"逐年排放上限（{unit.zh} CO2e）")
        if in_tonnes
        else Text(
            "Year by year, what may be left of the base year's emissions", "逐年可剩余的排放（占基准年）"
        )
    )
    yield f"[bold]{escape(page.say(heading))}[/]"
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("  " + page.say(Text("year", "年份")))
    for each in target.courses:
        table.add_column(escape(page.say(each.name)), justify="right")
    for year in _years(target):
        table.add_row(f"  {year}", *(escape(_cell(each, year, target.base, page)) for each in target.courses))
    yield table


def _years(target: TargetReport) -> list[int]:
    years = sorted({year for each in target.courses for year, _ in each.points})
    if len(years) <= _FEW:
        return years
    return [each for each in years if each % 5 == 0 or each in (years[0], years[-1])]


def _cell(course: Course, year: int, base: Fraction | None, page: Page) -> str:
    share = dict(course.points).get(year)
    if share is None:
        return ""
    return page.say(percent(share, up=False) if base is None else in_unit(base * share, unit_for(base)))
