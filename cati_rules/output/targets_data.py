"""Targets as data: JSON with exact numbers, rows for a table, sheets for a workbook."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cati_rules.numbers import plain
from cati_rules.output.csv import Cell
from cati_rules.output.page_options import Page
from cati_rules.report.targets import Edition, TargetReport, TargetsReport
from cati_rules.report.titles import VERDICT_TITLES
from cati_rules.text import Text
from cati_rules.visible import json_text, visible

COLUMNS = (
    ("target", Text("target", "目标")),
    ("edition", Text("edition", "版本")),
    ("standing", Text("standing", "效力")),
    ("verdict", Text("verdict", "结论")),
    ("asked", Text("what is asked", "要求")),
    ("asked_verdict", Text("verdict on it", "该项结论")),
    ("least_reduction", Text("least reduction (share of base year)", "最低降幅（占基准年）")),
    ("most_needed", Text("at most needed", "最高可能需要")),
    ("yearly", Text("a year", "每年")),
    ("short", Text("falls short by", "相差")),
    ("tonnes_left", Text("tonnes that may be left", "目标年上限（吨）")),
    ("remark", Text("remark", "说明")),
)


def json_of(report: TargetsReport, page: Page) -> str:
    """Return the report as JSON text; numbers are exact strings, fractions as quotients."""
    data = {
        "schema": "cati-targets/1",
        "path": report.name,
        "as_of": report.as_of,
        "note": page.say(report.note),
        "targets": [_target_data(each, page) for each in report.targets],
    }
    return json_text(data, indent=2) + "\n"


def _target_data(target: TargetReport, page: Page) -> dict[str, Any]:
    return {
        "title": page.say(target.title),
        "place": target.place,
        "base_year": target.base_year,
        "target_year": target.target_year,
        "base_tonnes": _number(target.base),
        "facts": [page.say(each) for each in target.facts],
        "answer": None if target.answer is None else page.say(target.answer),
        "remarks": [page.say(each) for each in target.remarks],
        "editions": [_edition_data(each, page) for each in target.editions],
        "not_applicable": list(target.aside),
        "sector": [page.say(each) for each in target.sector],
        "change": [page.say(each) for each in target.change],
        "standing": [page.say(each) for each in target.standing],
        "courses": [
            {
                "name": page.say(each.name),
                "kind": each.kind,
                "points": {str(year): _number(share) for year, share in each.points},
            }
            for each in target.courses
        ],
    }


def _edition_data(edition: Edition, page: Page) -> dict[str, Any]:
    return {
        "id": edition.id,
        "standing": page.say(edition.standing),
        "verdict": edition.verdict,
        "level": edition.level,
        "said": page.say(edition.said),
        "ambitions": [
            {
                "level": each.level,
                "verdict": each.verdict,
                "least_reduction": _number(each.least),
                "most_needed": _number(each.most),
                "yearly": _number(each.yearly),
                "short": _number(each.short),
                "tonnes_left": _number(each.left),
                "why": [page.say(one) for one in each.why],
            }
            for each in edition.ambitions
        ],
        "conditions": [
            {
                "title": page.say(each.title),
                "verdict": each.verdict,
                "remark": None if each.remark is None else page.say(each.remark),
            }
            for each in edition.lines
        ],
        "open": [page.say(each) for each in edition.open],
    }


def _number(value: Fraction | Decimal | None) -> Any:
    return None if value is None else plain(value)


def rows(report: TargetsReport, page: Page) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each level and each condition of each edition on each target."""
    for target in report.targets:
        for edition in target.editions:
            head: tuple[Cell, ...] = (
                page.say(target.title),
                edition.id,
                page.say(edition.standing),
                page.say(VERDICT_TITLES[edition.verdict]),
            )
            if not edition.ambitions:
                yield (*head, None, None, None, None, None, None, None, page.say(edition.said))
            for each in edition.ambitions:
                verdict = None if each.verdict is None else page.say(VERDICT_TITLES[each.verdict])
                why = page.say(Text("; ", "；").join(each.why)) or None
                numbers = (each.least, each.most, each.yearly, each.short, each.left)
                yield (*head, page.say(each.title), verdict, *numbers, why)
            for line in edition.lines:
                remark = None if line.remark is None else page.say(line.remark)
                verdict = page.say(VERDICT_TITLES[line.verdict])
                yield (*head, page.say(line.title), verdict, None, None, None, None, None, remark)


def csv_of(report: TargetsReport, page: Page) -> str:
    """Return a row for each level and condition; numbers are decimals to twelve places."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([name for name, _ in COLUMNS])
    for row in rows(report, page):
        writer.writerow([_told(cell) for cell in row])
    return file.getvalue()


def _told(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Fraction):
        return f"{_decimal(cell):f}"
    text = visible(str(cell))
    # A spreadsheet would take such a text for a formula.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _decimal(value: Fraction) -> Decimal:
    return round(Decimal(value.numerator) / Decimal(value.denominator), 12).normalize()


def xlsx_of(report: TargetsReport, page: Page) -> bytes:
    """Return a workbook: what each edition asks and comes to, and the way year by year."""
    import xlsxwriter  # noqa: PLC0415 - imported when one is asked for

    from cati_rules.output.xlsx import Sheet  # noqa: PLC0415

    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"created": datetime.datetime.fromisoformat(report.as_of)})
    Sheet(book, page, Text("Editions", "各版本")).fill(
        [title for _, title in COLUMNS], list(rows(report, page))
    )
    found = list(_years(report, page))
    if found:
        titles: Sequence[Text] = (
            Text("target", "目标"),
            Text("line", "曲线"),
            Text("year", "年份"),
            Text("share of base year", "占基准年"),
            Text("tonnes", "吨"),
        )
        Sheet(book, page, Text("Year by year", "逐年")).fill(titles, found)
    said = [(one,) for one in _sentences(report, page)]
    Sheet(book, page, Text("In words", "文字说明")).fill([Text("what is told", "说明")], said)
    book.close()
    return file.getvalue()


def _years(report: TargetsReport, page: Page) -> Iterator[tuple[Cell, ...]]:
    for target in report.targets:
        for course in target.courses:
            for year, share in course.points:
                left = None if target.base is None else target.base * share
                yield page.say(target.title), page.say(course.name), year, share, left


def _sentences(report: TargetsReport, page: Page) -> Iterator[str]:
    for target in report.targets:
        yield page.say(target.title)
        said = (*target.remarks, *(each.said for each in target.editions), *target.sector)
        yield from (page.say(each) for each in (*said, *target.change, *target.standing))
    yield page.say(report.note)
