"""Targets as one HTML file without script: the page to hand over, with the lines drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from cati_rules.output.html import MARKS
from cati_rules.output.page_options import Page
from cati_rules.report.targets import Course, TargetsReport
from cati_rules.report.wording.targets import percent, points, tonnes_said
from cati_rules.text import Text
from cati_rules.visible import visible

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 260, 48, 12, 12, 28
_STROKES = ("#1b6ca8", "#c0561d", "#4b8b3b", "#7a4fa3", "#a8821b", "#444444")
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "12 4", "")


def render(report: TargetsReport, page: Page) -> str:
    """Return the page as HTML."""
    environment = Environment(
        loader=PackageLoader("cati_rules.output"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) else visible(_said(value, page)),
    )
    environment.globals.update(
        t=lambda en, zh: page.say(Text(en, zh)),
        marks=MARKS,
        percent=lambda share, up=True: page.say(percent(share, up=up)),
        points=lambda share: page.say(points(share)),
        tonnes=lambda amount: page.say(tonnes_said(amount)),
        drawing=lambda courses: drawing(courses, page),
        left_in=_left_in,
        whys=lambda edition: tuple(dict.fromkeys(why for each in edition.ambitions for why in each.why)),
    )
    return environment.get_template("targets.html").render(report=report, language=page.language)


def _said(value: object, page: Page) -> str:
    return page.say(value) if isinstance(value, Text) else str(value)


def _left_in(course: Course, year: int) -> Fraction | None:
    return dict(course.points).get(year)


def drawing(courses: Sequence[Course], page: Page) -> Markup:
    """Return the lines as a drawing: share of base-year emissions over the years, each named beside it."""
    years = [year for each in courses for year, _ in each.points]
    if not years:
        return Markup("")
    first, last = min(years), max(years)
    top = max([Fraction(1), *(share for each in courses for _, share in each.points)])
    label = page.say(Text("Emissions as a share of the base year", "排放占基准年的比例"))
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT + 18 * len(courses)}" role="img" aria-label="{escape(label)}">',
        *_axes(first, last, top),
    ]
    for i, each in enumerate(courses):
        stroke, dash = _STROKES[i % len(_STROKES)], _DASHES[i % len(_DASHES)]
        at = " ".join(f"{_x(year, first, last)},{_y(share, top)}" for year, share in each.points)
        style = f'fill="none" stroke="{stroke}" stroke-width="2" stroke-dasharray="{dash}"'
        line = _HEIGHT + 14 + 18 * i
        parts.append(f'<polyline points="{at}" {style}/>')
        parts.append(f'<line x1="{_LEFT}" x2="{_LEFT + 36}" y1="{line - 4}" y2="{line - 4}" {style}/>')
        parts.append(f'<text x="{_LEFT + 44}" y="{line}" font-size="12">{escape(page.say(each.name))}</text>')
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 - numbers are ours, and texts were escaped


def _axes(first: int, last: int, top: Fraction) -> Iterator[str]:
    for quarter in range(5):
        share = top * quarter / 4
        y = _y(share, top)
        yield f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="#ccc"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4}" font-size="11" text-anchor="end">{round(float(share) * 100)} %</text>'
    step = max(1, (last - first) // 8)
    for year in sorted({*range(first, last + 1, step), last}):
        if year != last and last - year < step:
            continue
        yield f'<text x="{_x(year, first, last)}" y="{_HEIGHT - 8}" font-size="11" text-anchor="middle">{year}</text>'


def _x(year: int, first: int, last: int) -> float:
    return round(_LEFT + (year - first) / max(last - first, 1) * (_WIDTH - _LEFT - _RIGHT - 16), 1)


def _y(share: Fraction, top: Fraction) -> float:
    return round(_HEIGHT - _BOTTOM - float(share / top) * (_HEIGHT - _TOP - _BOTTOM), 1)
