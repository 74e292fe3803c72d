"""The CBAM communication template: the rows of ``Summary_Communication`` as products.

Specific embedded emissions stay on the boundary of CBAM, which no definition compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from cati_rules.documents.paths import FieldPath
from cati_rules.formats.figures import product, told, total
from cati_rules.formats.reading import Draft, Origin, Reading
from cati_rules.formats.source import Source
from cati_rules.formats.workbook import Cell, Sheet, workbook_of
from cati_rules.text import Text

TITLE: Final = Text("CBAM communication template", "CBAM 信息沟通模板")
SHEET: Final = "Summary_Communication"
_HEADERS: Final = {
    "type": "Type of aggregated good or precursor",
    "code": "CN Codes",
    "cn_name": "CN Name",
    "name": "Product name",
    "direct": "SEE (direct)",
    "indirect": "SEE (indirect)",
    "total": "SEE (total)",
    "unit": "Unit",
    "default": "Share of emissions by default value",
    "agent": "The main reducing agent",
    "mn": "% Mn",
    "cr": "% Cr",
    "ni": "% Ni",
    "other": "% other alloys",
    "scrap_steel": "t scrap per t steel",
    "pre_consumer": "% pre-consumer scrap",
    "scrap_aluminium": "t scrap per t aluminium",
}
_FIXED: Final = {
    "type": 5, "code": 6, "cn_name": 7, "name": 8, "direct": 9, "indirect": 10, "total": 11, "unit": 12, "default": 13,
    "agent": 17, "mn": 19, "cr": 20, "ni": 21, "other": 22, "scrap_steel": 24, "pre_consumer": 26,
    "scrap_aluminium": 27,
}  # fmt: skip
"""Where columns stand in the edition of 2024-12-13; only asked where the headers are in another language."""
_HEADER_ROWS: Final = range(10, 60)
_FIXED_ROW: Final = 25
_UNITS: Final = {"tco2e/t": "tCO2e/t", "tco2/t": "tCO2/t"}
_NOT_STEEL: Final = ("7201", "7202", "7203", "7204")
_STAGES: Final = {"7208": "hot_rolled", "7209": "cold_rolled", "7210": "coated", "7213": "hot_rolled"}
_NOT_ALLOYED: Final = frozenset({"7206", "7207", *(str(code) for code in range(7208, 7218))})
"""Headings of iron and non-alloy steel."""
_LEAST_ALLOY: Final = {"mn": Decimal("0.165"), "cr": Decimal("0.03"), "ni": Decimal("0.03")}
"""Ten times what makes an alloy of steel in chapter 72: a number above it, under those headings, is in per cent."""
_MOST_ALLOY: Final = Decimal("0.5")
"""In steel, iron predominates by weight."""
_ROUTES: Final = {"hydrogen": "h2_dri_eaf", "natural gas": "gas_dri_eaf"}


def is_cbam(source: Source) -> bool:
    """Return whether a workbook is the template."""
    return source.is_workbook and SHEET in workbook_of(source).sheets


def read_cbam(source: Source) -> Sequence[Reading]:
    """Return the steel and aluminium products of a template.

    Raises:
        DocumentError: it cannot be read, is not filled in, or holds no steel or aluminium.
    """
    workbook = workbook_of(source)
    sheet = workbook.sheet(SHEET)
    header, columns, by_place = _columns(sheet)
    rows = [_Row(sheet, row, columns) for row in range(header + 1, sheet.height + 1)]
    uncomputed = [row for row in rows if row.is_uncomputed]
    if uncomputed:
        raise source.refusal(
            "no-values",
            Text(
                "The formulas of the sheet hold no values: it was saved by a program that does not calculate.",
                "工作表中的公式没有计算结果：保存该文件的程序没有进行计算。",
            ),
            Text("Open it in Excel, let it calculate, and save it.", "请用 Excel 打开、重新计算并保存。"),
            within=f"!{SHEET}!{uncomputed[0].row}",
        )
    filled = [row for row in rows if row.is_filled]
    if not filled:
        raise source.refusal(
            "not-filled",
            Text("The template holds no product: it is not filled in.", "该模板中没有产品：尚未填写。"),
            Text("Ask the supplier for the file with its figures.", "请向供应商索取已填写的文件。"),
            within=f"!{SHEET}!{header + 1}",
        )
    metals = [(row, metal) for row in filled if (metal := row.metal) is not None]
    if not metals:
        raise source.refusal(
            "not-metal",
            Text(
                "None of its products is steel or aluminium (CN codes 72, 73 and 76, without pig iron and scrap).",
                "其中没有钢或铝产品（CN 编码 72、73、76，不含生铁和废料）。",
            ),
            within=f"!{SHEET}!{filled[0].row}",
        )
    installation = _beside(sheet, "Name of the installation")
    return tuple(
        _product(row, metal, installation, several=len(metals) > 1, by_place=by_place)
        for row, metal in metals
    )


def _columns(sheet: Sheet) -> tuple[int, Mapping[str, int], bool]:
    """Return the header row and the column of each field, and whether they were told by their place alone."""
    for row in _HEADER_ROWS:
        found = {}
        for column, cell in sheet.row(row):
            text = " ".join(cell.text.split())
            for field, header in _HEADERS.items():
                if field not in found and text.startswith(header):
                    found[field] = column
        if "direct" in found and "code" in found:
            return row, found, False
    return _FIXED_ROW, _FIXED, True


class _Row:
    """A row of the sheet: its cells by field."""

    def __init__(self, sheet: Sheet, row: int, columns: Mapping[str, int]) -> None:
        self.row = row
        self.cells = {field: sheet.cell(row, column) for field, column in columns.items()}

    @property
    def is_filled(self) -> bool:
        return any(
            self.cells[each].text for each in ("code", "direct", "total", "name") if each in self.cells
        )

    @property
    def is_uncomputed(self) -> bool:
        return any(each.uncomputed for each in self.cells.values())

    @property
    def code(self) -> str:
        return re.sub(r"\D", "", self.cells["code"].text.partition(".")[0])

    @property
    def metal(self) -> str | None:
        kind = self.cells["type"].text.lower() if "type" in self.cells else ""
        if self.code.startswith(_NOT_STEEL):
            return None
        if self.code[:2] in {"72", "73"} or (
            not self.code and kind in {"crude steel", "iron or steel products"}
        ):
            return "steel"
        if self.code[:2] == "76" or (not self.code and "aluminium" in kind):
            return "aluminium"
        return None


def _product(row: _Row, metal: str, installation: Cell | None, *, several: bool, by_place: bool) -> Reading:
    record = Origin(f"!{SHEET}!{row.row}")
    draft = Draft(TITLE, "product", record=record if several else Origin(f"!{SHEET}"))
    cells = row.cells
    name = next(
        (cells[each] for each in ("name", "cn_name", "code") if each in cells and cells[each].text), None
    )
    if name is not None:
        draft.take(("name",), " ".join(name.text.split()), name.origin)
    if installation is not None:
        draft.take(
            ("producer",), installation.text, installation.origin, Text("The installation.", "生产设施。")
        )
    code = cells["code"]
    draft.take(
        ("material",),
        metal,
        code.origin,
        Text(f"CN code {row.code}.", f"CN 编码 {row.code}。") if row.code else None,
    )
    kind = cells["type"].text.lower() if "type" in cells else ""
    stage = "crude_steel" if metal == "steel" and kind == "crude steel" else _STAGES.get(row.code[:4])
    if stage is not None:
        origin = cells["type"].origin if kind == "crude steel" else code.origin
        draft.take(("stage",), stage, origin, Text("By type of good or CN code.", "按货物类别或 CN 编码。"))
    if by_place:
        draft.leave(
            "cbam",
            "The headers are not in English: columns are told by their place in the edition of 2024-12-13.",
            "表头不是英文：按 2024-12-13 版的列位置读取。",
        )
    _embedded(draft, cells)
    _contents(draft, cells, metal)
    draft.leave(
        "footprint",
        "Figures of CBAM are on a boundary of their own: ask for a footprint from cradle to gate, or to crude steel.",
        "CBAM 数值的边界自成一体：请另行索取“摇篮到大门”或到粗钢的碳足迹。",
    )
    return draft.reading(several=several)


def _embedded(draft: Draft, cells: Mapping[str, Cell]) -> None:
    unit = cells.get("unit")
    written = "" if unit is None else re.sub(r"\s", "", unit.text).lower().replace("₂", "2")
    if unit is None or written not in _UNITS:
        draft.leave(
            "cbam.unit",
            f"The unit “{'' if unit is None else unit.text}” is not tCO2e/t: no emissions are taken.",
            f"单位“{'' if unit is None else unit.text}”不是 tCO2e/t，未采用排放数值。",
            None if unit is None else unit.origin,
        )
        return
    draft.take(("cbam", "unit"), _UNITS[written], unit.origin)
    for name in ("direct", "indirect", "total"):
        cell = cells.get(name)
        if cell is not None and cell.number is not None and cell.number >= 0:
            draft.take(("cbam", "embedded", name), cell.number, cell.origin)
        else:
            draft.leave(
                f"cbam.embedded.{name}",
                "It is not filled in.",
                "未填写。",
                None if cell is None else cell.origin,
            )
    share = cells.get("default")
    if share is not None:
        _share(draft, ("cbam", "embedded", "default_share"), share)


def _contents(draft: Draft, cells: Mapping[str, Cell], metal: str) -> None:
    scrap = cells.get("scrap_steel" if metal == "steel" else "scrap_aluminium")
    if scrap is not None and scrap.number is not None and scrap.number >= 0:
        draft.take(
            ("scrap", "secondary_per_tonne"),
            scrap.number,
            scrap.origin,
            Text(
                "Tonnes of scrap per tonne of product; not the share of scrap.",
                "每吨产品的废料吨数，不等同于废料比例。",
            ),
        )
    else:
        draft.leave(
            "scrap.secondary_per_tonne",
            "It is not filled in.",
            "未填写。",
            None if scrap is None else scrap.origin,
        )
    part = cells.get("pre_consumer")
    if part is not None and part.number is not None:
        draft.leave(
            "scrap.pre_consumer_share",
            f"{told(part.number)} of the scrap is pre-consumer; a share of the metallic input is asked for.",
            f"废料中 {told(part.number)} 为消费前废料；此处需要的是占金属投入的比例。",
            part.origin,
        )
    if metal == "steel":
        _alloys(draft, cells)
        _route(draft, cells)


def _alloys(draft: Draft, cells: Mapping[str, Cell]) -> None:
    alloys = [
        cells[each]
        for each in ("mn", "cr", "ni", "other")
        if each in cells and cells[each].number is not None
    ]
    numbers = [each.number for each in alloys if each.number is not None]
    if len(numbers) < 4:
        draft.leave(
            "steel.alloy_share",
            "Mn, Cr, Ni and other alloys are not all filled in.",
            "Mn、Cr、Ni 及其他合金未全部填写。",
        )
        return
    whole = total(*numbers)
    listed = " + ".join(told(each) for each in numbers)
    code = re.sub(r"\D", "", cells["code"].text)
    in_per_cent = whole >= _MOST_ALLOY or (
        code[:4] in _NOT_ALLOYED
        and any((n := cells[each].number) is not None and n > most for each, most in _LEAST_ALLOY.items())
    )
    if all(0 <= each <= 1 for each in numbers) and in_per_cent:
        draft.leave(
            "steel.alloy_share",
            f"{listed} would be {told(product(whole, Decimal(100)))} % of alloys, which such steel has not: per cent?",
            f"{listed} 即合金占 {told(product(whole, Decimal(100)))}%，不符合该类钢材，可能误填了百分数。",
            alloys[0].origin,
        )
    elif all(0 <= each <= 1 for each in numbers) and whole <= 1:
        draft.take(
            ("steel", "alloy_share"),
            whole,
            alloys[0].origin,
            Text(f"Mn + Cr + Ni + other = {listed}.", f"Mn + Cr + Ni + 其他 = {listed}。"),
        )
    else:
        draft.leave(
            "steel.alloy_share",
            f"{listed} are no shares from 0 to 1.",
            f"{listed} 不是 0 到 1 之间的比例。",
            alloys[0].origin,
        )


def _route(draft: Draft, cells: Mapping[str, Cell]) -> None:
    agent = cells.get("agent")
    if agent is None or not agent.text:
        draft.leave("steel.route", "The main reducing agent is not filled in.", "未填写主要还原剂。")
        return
    route = _ROUTES.get(agent.text.lower())
    if route is None:
        draft.leave(
            "steel.route",
            f"“{agent.text}” as the main reducing agent leaves open a blast furnace or direct reduction.",
            f"主要还原剂为“{agent.text}”，可能是高炉，也可能是直接还原。",
            agent.origin,
        )
    else:
        draft.take(
            ("steel", "route"),
            route,
            agent.origin,
            Text(f"The main reducing agent is {agent.text}.", f"主要还原剂为 {agent.text}。"),
        )


def _share(draft: Draft, path: FieldPath, cell: Cell) -> None:
    if cell.number is None:
        return
    if 0 <= cell.number <= 1:
        draft.take(path, cell.number, cell.origin)
    else:
        where = ".".join(map(str, path))
        draft.leave(
            where, f"{told(cell.number)} is no share.", f"{told(cell.number)} 不是比例。", cell.origin
        )


def _beside(sheet: Sheet, label: str) -> Cell | None:
    """Return the first filled cell to the right of a label, near to it."""
    for row in range(1, min(sheet.height, 40) + 1):
        cells = list(sheet.row(row))
        for at, (column, cell) in enumerate(cells):
            if cell.text.startswith(label):
                near: Iterator[Cell] = (each for other, each in cells[at + 1 :] if other <= column + 3)
                return next((each for each in near if each.text and isinstance(each.value, str)), None)
    return None
