"""Limits that slide with the scrap share as lines of a drawing, and the product among them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from msgspec import Struct

from cati_rules.report.definition import Chart
from cati_rules.report.values import Number
from cati_rules.report.wording.amounts import rounded

LEFT, RIGHT, TOP, BOTTOM = 84, 612, 16, 336
"""The frame of the plot in the drawing."""
LABEL = 19
"""The least distance of two letters, one below the other."""
MOST_TICKS = 6
_SIGNS = "abcdefghijklmnopqrstuvwxyz"
_STEPS = tuple(Fraction(each) for each in ("0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50"))
_DASHES = ("", "8 4", "2 3", "10 3 2 3", "14 5")


class Line(Struct, frozen=True):
    """A limit: its letter at the left end, its formula, and what it comes to at the product's scrap share."""

    sign: str
    name: str
    formula: str
    here: Number | None
    ends: tuple[str, str, str, str]
    label: str
    dashes: str


class Drawing(Struct, frozen=True):
    """Places in the drawing, in its own units; ``product`` is where the product is, None without a scrap share."""

    lines: tuple[Line, ...]
    ticks: tuple[tuple[str, str], ...]
    shares: tuple[tuple[str, str], ...]
    value: Number
    share: Number | None
    across: str | None
    height: str


def drawing(chart: Chart) -> Drawing:
    """Return the limits of a chart as lines of a drawing."""
    value = Fraction(chart.value)
    ends = [Fraction(each.start) + Fraction(each.slope) for each in chart.limits]
    top = max([value, *ends, *(Fraction(each.start) for each in chart.limits)]) * Fraction("1.05")

    def x(share: Fraction) -> str:
        return f"{float(LEFT + share * (RIGHT - LEFT)):.1f}"

    def y(height: Fraction) -> Fraction:
        return BOTTOM - height / top * (BOTTOM - TOP) if top else Fraction(BOTTOM)

    limits = chart.limits[: len(_SIGNS)]
    labels = _spread([y(Fraction(each.start)) for each in limits])
    lines = []
    for i, (limit, label) in enumerate(zip(limits, labels, strict=True)):
        start, slope = Fraction(limit.start), Fraction(limit.slope)
        # A limit that falls to nothing ends where it does so.
        last = min(Fraction(1), -start / slope) if slope < 0 else Fraction(1)
        lines.append(
            Line(
                sign=_SIGNS[i],
                name=limit.name,
                formula=f"{digits(start)} {'−' if slope < 0 else '+'} {digits(abs(slope))} s",
                here=None if chart.share is None else start + slope * Fraction(chart.share),
                ends=(
                    x(Fraction(0)),
                    f"{float(y(start)):.1f}",
                    x(last),
                    f"{float(y(start + slope * last)):.1f}",
                ),
                label=f"{float(label):.1f}",
                dashes=_DASHES[i % len(_DASHES)],
            )
        )
    step = next((each for each in _STEPS if top / each <= MOST_TICKS), _STEPS[-1])
    heights = [step * i for i in range(int(top / step) + 1)]
    return Drawing(
        lines=tuple(lines),
        ticks=tuple((digits(each), f"{float(y(each)):.1f}") for each in heights),
        shares=tuple((f"{quarter * 25} %", x(Fraction(quarter, 4))) for quarter in range(5)),
        value=chart.value,
        share=chart.share,
        across=None if chart.share is None else x(Fraction(chart.share)),
        height=f"{float(y(value)):.1f}",
    )


def digits(value: Number) -> str:
    """Return a number in digits; a quotient that has an end is told to its end, another one rounded and marked."""
    if isinstance(value, Fraction):
        rest = value.denominator
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            with localcontext(prec=250):
                value = Decimal(value.numerator) / Decimal(value.denominator)
    return rounded(value)


def _spread(heights: Sequence[Fraction]) -> list[Fraction]:
    """Return heights, from the top of a drawing down, moved apart so that letters do not cover each other."""
    placed: dict[int, Fraction] = {}
    last: Fraction | None = None
    for i in sorted(range(len(heights)), key=heights.__getitem__):
        last = heights[i] if last is None else max(heights[i], last + LABEL)
        placed[i] = last
    return [placed[i] for i in range(len(heights))]
