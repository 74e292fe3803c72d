"""A small chart: limits that slide with the scrap share, and the product among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct
from rich.console import RenderableType
from rich.text import Text as RichText

from cati_rules.documents import value_at
from cati_rules.kinds.definition.result import DefinitionResult, Judgement
from cati_rules.language.linear import Line, lines_of
from cati_rules.numbers import number_text
from cati_rules.output.layout import escape
from cati_rules.output.page import Page
from cati_rules.text import Text

SCRAP = ("scrap", "share")
FIGURE = ("footprint", "value")
WIDTH, HEIGHT = 61, 14
"""Columns and rows of the drawing: a column for each sixtieth of the scrap share."""
LEAST_WIDTH = 100
"""Terminals narrower than this get no chart."""
_SIGNS = "abcdefghijklmnopqrstuvwxyz"


class Limit(Struct, frozen=True):
    """A limit as a straight line over the scrap share, in t per t."""

    name: str
    line: Line

    def at(self, share: Fraction) -> Fraction:
        """Return the limit at a scrap share (0 to 1)."""
        return self.line[0] + self.line[1] * share


def chart(results: Sequence[DefinitionResult], page: Page) -> list[RenderableType]:
    """Return the chart of the limits that slide and that the product is compared with; empty where there are none."""
    if page.width < LEAST_WIDTH:
        return []
    judged = [
        each for each in results if each.in_force and each.body is not None and len(each.judgements) == 1
    ]
    limits = _distinct([limit for each in judged for limit in _limits(each, each.judgements[0])])
    product = next((point for each in judged for point in _product(each.judgements[0])), None)
    if len(limits) < 2 or product is None:
        return []
    return list(_drawn(limits, product, page))


def _limits(result: DefinitionResult, judgement: Judgement) -> Iterator[Limit]:
    if result.body is None or not any(each.standing == "comparable" for each in judgement.figures):
        return
    names = {each.name: each for each in result.body.values}
    for condition in judgement.judged():
        for comparison in condition.comparisons():
            name = getattr(comparison.bound, "name", None)
            if name not in names or getattr(comparison.subject, "fields", None) != FIGURE:
                continue
            lines = lines_of(comparison.bound, SCRAP, judgement.value, result.body.named_nodes())
            for line in lines:
                if len(lines) == 1 and line[1] != 0:
                    level = f" {condition.condition.id}" if condition in judgement.levels else ""
                    yield Limit(f"{result.ruleset.id}{level}", line)


def _distinct(limits: Sequence[Limit]) -> list[Limit]:
    """Return the limits, those on one line under a common name, from the highest to the lowest at no scrap."""
    by_line: dict[Line, list[str]] = {}
    for each in limits:
        by_line.setdefault(each.line, []).append(each.name)
    found = [Limit(", ".join(names), line) for line, names in by_line.items()]
    return sorted(found, key=lambda each: each.line[0], reverse=True)


def _product(judgement: Judgement) -> Iterator[tuple[Fraction | None, Fraction]]:
    share, value = value_at(judgement.value, SCRAP), value_at(judgement.value, FIGURE)
    if isinstance(value, Decimal) and any(each.standing == "comparable" for each in judgement.figures):
        yield (Fraction(share) if isinstance(share, Decimal) else None), Fraction(value)


def _drawn(
    limits: Sequence[Limit], product: tuple[Fraction | None, Fraction], page: Page
) -> Iterator[RenderableType]:
    share, value = product
    top = max([each.line[0] for each in limits] + [value])
    grid = [[" "] * WIDTH for _ in range(HEIGHT)]

    def row(height: Fraction) -> int:
        return HEIGHT - 1 - round(height / top * (HEIGHT - 1))

    for sign, limit in zip(_SIGNS, limits, strict=False):
        for column in range(WIDTH):
            height = limit.at(Fraction(column, WIDTH - 1))
            if 0 <= height <= top:
                grid[row(height)][column] = sign
    columns = range(WIDTH) if share is None else [round(share * (WIDTH - 1))]
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
    yield f"[bold]{escape(title.to(page.language))}[/]"
    for i, cells in enumerate(grid):
        height = top * (HEIGHT - 1 - i) / (HEIGHT - 1)
        label = f"{float(height):5.2f}" if i % 4 == 0 or i == HEIGHT - 1 else "     "
        yield RichText(f"{label} │{''.join(cells)}".rstrip(), no_wrap=True)
    yield RichText(f"      └{'─' * WIDTH}", no_wrap=True)
    yield RichText(f"       0{'0.5':>{WIDTH // 2}}{'1':>{WIDTH // 2}}", no_wrap=True)
    for sign, limit in zip(_SIGNS, limits, strict=False):
        start, slope = limit.line
        formula = f"{_number(start)} {'−' if slope < 0 else '+'} {_number(abs(slope))} s"
        yield RichText(f"  {sign}  {formula:<16} {limit.name}", no_wrap=True)


def _number(value: Fraction) -> str:
    return number_text(Decimal(value.numerator) / Decimal(value.denominator))
