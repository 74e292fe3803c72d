"""A small chart: limits that slide with the scrap share, and the product among them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from rich.console import RenderableType
from rich.text import Text as RichText

from cati_rules.numbers import number_text
from cati_rules.output.layout import escape
from cati_rules.output.page_options import Page
from cati_rules.report.definition import Chart
from cati_rules.text import Text

WIDTH, HEIGHT = 61, 14
"""Columns and rows of the drawing: a column for each sixtieth of the scrap share."""
LEAST_WIDTH = 100
"""Terminals narrower than this get no chart."""
_SIGNS = "abcdefghijklmnopqrstuvwxyz"


def chart_parts(chart: Chart | None, page: Page) -> list[RenderableType]:
    """Return the drawing; empty where there is nothing to draw, or no room for it."""
    return [] if chart is None or page.width < LEAST_WIDTH else list(_drawn(chart, page))


def _drawn(chart: Chart, page: Page) -> Iterator[RenderableType]:
    share, value = chart.share, Fraction(chart.value)
    top = max([Fraction(each.start) for each in chart.limits] + [value])
    grid = [[" "] * WIDTH for _ in range(HEIGHT)]

    def row(height: Fraction) -> int:
        return HEIGHT - 1 - round(height / top * (HEIGHT - 1))

    for sign, limit in zip(_SIGNS, chart.limits, strict=False):
        for column in range(WIDTH):
            height = Fraction(limit.start) + Fraction(limit.slope) * Fraction(column, WIDTH - 1)
            if 0 <= height <= top:
                grid[row(height)][column] = sign
    columns = range(WIDTH) if share is None else [round(Fraction(share) * (WIDTH - 1))]
    for column in columns:
        grid[row(value)][column] = "●" if share is not None else "┄"
    title = Text(
        "t CO2e per t over the scrap share; ● is this product"
        if share is not None
        else "t CO2e per t over the scrap share; ┄ is this product, whose share is not given",
        "每吨排放（吨）随废钢比的限值；● 为本产品"
        if share is not None
        else "每吨排放（吨）随废钢比的限值；┄ 为本产品（未填写废钢比）",
    )
    yield f"[bold]{escape(page.say(title))}[/]"
    for i, cells in enumerate(grid):
        height = top * (HEIGHT - 1 - i) / (HEIGHT - 1)
        label = f"{float(height):5.2f}" if i % 4 == 0 or i == HEIGHT - 1 else "     "
        yield RichText(f"{label} │{''.join(cells)}".rstrip(), no_wrap=True)
    yield RichText(f"      └{'─' * WIDTH}", no_wrap=True)
    yield RichText(f"       0{'0.5':>{WIDTH // 2}}{'1':>{WIDTH // 2}}", no_wrap=True)
    for sign, limit in zip(_SIGNS, chart.limits, strict=False):
        start, slope = Fraction(limit.start), Fraction(limit.slope)
        formula = f"{_number(start)} {'−' if slope < 0 else '+'} {_number(abs(slope))} s"
        yield RichText(f"  {sign}  {formula:<16} {limit.name}", no_wrap=True)


def _number(value: Fraction) -> str:
    return number_text(Decimal(value.numerator) / Decimal(value.denominator))
