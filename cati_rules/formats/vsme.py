"""EFRAG's VSME workbook, which small companies fill in: cells are found by the names that the workbook gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cati_rules.formats.company import CATEGORIES, Company, Figure
from cati_rules.formats.reading import Reading
from cati_rules.formats.source import Source
from cati_rules.formats.workbook import Cell, Workbook, workbook_of
from cati_rules.text import Text

TITLE: Final = Text("VSME workbook of EFRAG", "EFRAG 的 VSME 工作簿")
_SHEET: Final = "Environmental Disclosures"
_SCOPES: Final = (
    ("GrossScope1GreenhouseGasEmissions", "", "scope_1", ""),
    ("GrossLocationBasedScope2GreenhouseGasEmissions", "", "scope_2", "location_based"),
    ("GrossMarketBasedScope2GreenhouseGasEmissions", "", "scope_2", "market_based"),
    ("GrossScope3GreenhouseGasEmissions", "_CurrentlyStatedMember", "scope_3", ""),
)
_ENERGY: Final = (
    ("TotalEnergyConsumption", "total"),
    ("EnergyConsumptionFromElectricity_TotalRenewableAndNonRenewableEnergyMember", "electricity"),
    ("EnergyConsumptionFromElectricity_RenewableEnergyMember", "renewable_electricity"),
    ("EnergyConsumptionFromSelfGeneratedElectricity_RenewableEnergyMember", "self_generated_renewable"),
)
_PERIOD: Final = re.compile(r"([0-9]{4})-([0-9]{2}-[0-9]{2})")
_CATEGORY: Final = re.compile(r"([0-9]{1,2})\.\s")


def is_vsme(source: Source) -> bool:
    """Return whether a workbook is a VSME template."""
    return source.is_workbook and _SHEET in workbook_of(source).sheets


def read_vsme(source: Source) -> Sequence[Reading]:
    """Return the disclosure that a workbook comes to.

    Raises:
        DocumentError: it cannot be read, or holds no emissions.
    """
    book = workbook_of(source)
    company = Company(TITLE, source, "sustainability_report")
    name, period = (
        _cell(book, "template_reporting_entity_name"),
        _cell(book, "template_reporting_period_display"),
    )
    year = _year("" if period is None else period.text)
    origin = (period or name or Cell(None, company.draft.record)).origin
    company.about("" if name is None else " ".join(name.text.split()), year, origin)
    if year is not None:
        _emissions(book, company, year)
        for each, carrier in _ENERGY:
            if (figure := _figure(book, each)) is not None:
                company.energy(carrier, year, figure)
    _targets(book, company)
    if not company.draft.has(("emissions",)):
        raise source.refusal(
            "not-filled",
            Text(
                "The workbook states no emissions: it is not filled in, or has no values.",
                "该工作簿没有排放数据：尚未填写，或公式没有计算结果。",
            ),
            Text("Open it in Excel, let it calculate, and save it.", "请用 Excel 打开、重新计算并保存。"),
            within=f"!{_SHEET}",
        )
    return (company.reading(),)


def _year(period: str) -> int | None:
    """Return the calendar year that a period is, None where it is another span of time."""
    days = _PERIOD.findall(period)
    years = {year for year, _ in days}
    whole = [day for _, day in days] in (["01-01", "12-31"], [])
    return int(years.pop()) if len(years) == 1 and whole else None


def _emissions(book: Workbook, company: Company, year: int) -> None:
    for name, member, scope, accounting in _SCOPES:
        figure = _figure(book, name + member)
        if figure is None:
            company.draft.leave(f"emissions ({scope})", f"{name} is not stated.", f"未填写 {name}。")
            continue
        category = "total" if scope == "scope_3" else ""
        company.emission(scope, year, figure, accounting=accounting, category=category)
    place = book.names.get("GrossScope3GreenhouseGasEmissions_CurrentlyStatedMember")
    last = None if place is None else book.sheet(place[0]).named(place[1])
    if place is None or last is None:
        return
    sheet = book.sheet(place[0])
    row = int(re.sub(r"\D", "", last.origin.within.rpartition("!")[2]))
    for above in range(max(1, row - len(CATEGORIES) - 1), row):
        label = _CATEGORY.match(sheet.cell(above, 3).text)
        cell = sheet.cell(above, 4)
        if label and 1 <= int(label[1]) <= len(CATEGORIES) and cell.number is not None and cell.number >= 0:
            company.emission(
                "scope_3", year, Figure(cell.number, cell.origin), category=CATEGORIES[int(label[1]) - 1]
            )


def _targets(book: Workbook, company: Company) -> None:
    base_year = _figure(book, "GreenhouseGasEmissionReductionTargetBaseYear")
    target_year = _figure(book, "GreenhouseGasEmissionReductionTargetYear")
    if target_year is None:
        company.draft.leave("targets", "No year of a target is stated.", "未填写目标年份。")
        return
    for name, _, scope, accounting in _SCOPES:
        level = _figure(book, f"{name}_TargetYearMember")
        base = _figure(book, f"{name}_BaselineYearMember")
        if level is None:
            continue
        known = None if base is None or base_year is None else (int(base_year.value), base)
        title = f"{scope.replace('_', ' ')}{', ' + accounting.replace('_', '-') if accounting else ''}"
        company.target(title, [scope], int(target_year.value), level, known)
        if known is not None:
            category = "total" if scope == "scope_3" else ""
            company.emission(scope, known[0], known[1], accounting=accounting, category=category)


def _cell(book: Workbook, name: str) -> Cell | None:
    place = book.names.get(name)
    if place is None or place[0] not in book.sheets:
        return None
    return book.sheet(place[0]).named(place[1])


def _figure(book: Workbook, name: str) -> Figure | None:
    cell = _cell(book, name)
    number = None if cell is None else cell.number
    return None if cell is None or number is None or number < 0 else Figure(number, cell.origin)
