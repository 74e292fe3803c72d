"""Mappings written by hand: which column of a house's own table goes into which field; and proposals for one."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any, Final

from msgspec.structs import replace

from cati_rules.documents import Document, parse_path, read_document
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import DocumentError, Problem
from cati_rules.formats.cells import meaning
from cati_rules.formats.figures import product, told
from cati_rules.formats.reading import WHOLE, Draft, Open, Reading
from cati_rules.formats.rows import Table, read_table
from cati_rules.formats.sheet_layout import EACH, KINDS, Field, Pattern, plan_of
from cati_rules.formats.source import Source
from cati_rules.formats.workbook import Cell
from cati_rules.text import Text

TITLE: Final = Text("a table with a mapping", "按映射读取的表格")
COMPANIES: Final = Text("a table of company figures", "企业数据表")
_FIXED: Final = (Text("As the mapping says.", "按映射文件设定。"), Text("As the headers say.", "据表头。"))
_UNIT: Final = re.compile(r"[(（\[]\s*([^()（）\[\]]+?)\s*[)）\]]")


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a field's value comes from: a column, perhaps times a number, or a value that is the same in all rows."""

    path: FieldPath
    column: str | None = None
    value: Any = None
    times: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A mapping: the kind of document that each row is, and the fields."""

    kind: str
    entries: tuple[Entry, ...]


def load_mapping(path: FilePath) -> ColumnMap:
    """Read a mapping from a YAML file.

    Raises:
        DocumentError: it is none, or names a field that there is not.
    """
    document = read_document(path)
    kind = document.value.get("kind")
    fields = document.value.get("fields")
    if not isinstance(kind, str) or kind not in KINDS or not isinstance(fields, dict):
        raise _wrong(document, (), Text("A mapping has kind and fields.", "映射文件须有 kind 和 fields。"))
    return ColumnMap(kind, tuple(_entry(document, kind, name, given) for name, given in fields.items()))


def _entry(document: Document, kind: str, name: str, given: Any) -> Entry:
    at: FieldPath = ("fields", name)
    try:
        path = parse_path(name)
    except ValueError:
        path = ()
    if path == () or _field(kind, path) is None:
        raise _wrong(document, at, Text(f"There is no field {name} in {kind}.", f"{kind} 没有字段 {name}。"))
    if not isinstance(given, dict) or not given or not given.keys() <= {"column", "value", "times"}:
        raise _wrong(
            document,
            at,
            Text(
                "Write {column: …}, {column: …, times: …} or {value: …}.",
                "请写 {column: …}、{column: …, times: …} 或 {value: …}。",
            ),
        )
    column, times = given.get("column"), given.get("times")
    if given.get("value") == FILL_IN:
        raise _wrong(document, at, Text("Fill in what is marked ?.", "请填写标有 ? 之处。"))
    if (
        (column is None) == ("value" not in given)
        or not isinstance(column, str | None)
        or not isinstance(times, Decimal | None)
    ):
        raise _wrong(document, at, Text("Name a column, or give a value.", "请指定列名，或给出固定值。"))
    return Entry(path, column, given.get("value"), times)


def _wrong(document: Document, path: FieldPath, message: Text) -> DocumentError:
    return DocumentError(Problem(document.place(path), "import/mapping", message))


def _field(kind: str, path: FieldPath) -> Field | None:
    pattern: Pattern = tuple(EACH if isinstance(step, int) else step for step in path)
    inline: Pattern = pattern
    if len(path) > 2 and path[-2] == 0 and path[-3] == "evidence":
        inline = (*pattern[:-2], *path[-2:])
    listed = plan_of(kind)[0].pattern == (EACH,)
    wanted: set[Pattern] = {(EACH, *each) if listed else each for each in (pattern, inline)}
    return next((field for sheet in plan_of(kind) for field in sheet.fields if field.pattern in wanted), None)


def read_mapped(source: Source, mapping: ColumnMap, title: Text = TITLE) -> Sequence[Reading]:
    """Return a document for each row of a table.

    Raises:
        DocumentError: the file is no table, or lacks a column that the mapping names.
    """
    table = read_table(source)
    missing = [
        each.column
        for each in mapping.entries
        if each.column is not None and each.column not in table.headers
    ]
    if missing:
        listed = ", ".join(table.headers[:12])
        raise source.refusal(
            "no-column",
            Text(f"The table has no column “{missing[0]}”.", f"表格没有“{missing[0]}”列。"),
            Text(f"Its columns: {listed}.", f"现有的列：{listed}。"),
        )
    several = len(table.rows) > 1
    return tuple(_document(mapping, title, row, origin, several=several) for origin, row in table.rows)


def _document(
    mapping: ColumnMap, title: Text, row: Mapping[str, Cell], origin: Any, *, several: bool
) -> Reading:
    draft = Draft(title, mapping.kind, record=origin if several else WHOLE)
    dropped = {
        _list_of(each.path)
        for each in mapping.entries
        if each.column is not None and _is_blank(row.get(each.column)) and _list_of(each.path)
    }
    numbers: dict[FieldPath, dict[int, int]] = {}
    for each in mapping.entries:
        within = _list_of(each.path)
        if within in dropped:
            if each.column is not None and _is_blank(row.get(each.column)):
                text = ".".join(map(str, each.path))
                draft.leave(text, f"“{each.column}” is empty.", f"“{each.column}”为空。")
            continue
        path = each.path
        if within:
            taken = numbers.setdefault(within[:-1], {})
            index = taken.setdefault(int(within[-1]), len(taken))
            path = (*within[:-1], index, *each.path[len(within) :])
        _take(draft, mapping.kind, each, path, row)
    return draft.reading(several=several)


def _take(draft: Draft, kind: str, entry: Entry, path: FieldPath, row: Mapping[str, Cell]) -> None:
    if entry.column is None:
        draft.take(path, entry.value, WHOLE, _FIXED[draft.format is COMPANIES])
        return
    cell, field = row.get(entry.column), _field(kind, entry.path)
    if cell is None or field is None or _is_blank(cell):
        text = ".".join(map(str, path))
        draft.leave(text, f"“{entry.column}” is empty.", f"“{entry.column}”为空。")
        return
    value, how = meaning(field, cell)
    if entry.times is not None and isinstance(value, Decimal):
        how = Text(f"{told(value)} times {told(entry.times)}.", f"{told(value)} × {told(entry.times)}。")
        value = product(value, entry.times)
    draft.take(path, value, cell.origin, how)


def _list_of(path: FieldPath) -> FieldPath:
    """Return the entry of a list that a path lies in, empty where it lies in none."""
    at = next((i for i, step in enumerate(path) if isinstance(step, int)), None)
    return () if at is None else path[: at + 1]


def _is_blank(cell: Cell | None) -> bool:
    return cell is None or not cell.text


_PLAIN: Final = {
    "product": {
        "name": ("product name", "product", "name", "产品名称", "产品", "品名", "名称"),
        "producer": ("producer", "manufacturer", "supplier", "mill", "生产企业", "厂家", "生产厂家", "供应商", "钢厂"),
        "material": ("material", "metal", "材料", "材质"),
        "stage": ("stage", "阶段", "产品阶段"),
        "footprint.value": ("carbon footprint", "footprint", "pcf", "gwp", "emission intensity", "碳足迹",
                            "产品碳足迹", "排放强度"),
        "footprint.year": ("year", "年份", "年度"),
        "scrap.share": ("scrap share", "scrap ratio", "recycled content", "废钢比", "废料比例", "再生料比例"),
    },
    "disclosure": {
        "company.name": ("company", "company name", "name", "企业", "企业名称", "公司", "公司名称"),
        "reporting_year": ("year", "reporting year", "年份", "报告年度", "年度"),
    },
}  # fmt: skip
_OF_EMISSIONS: Final = (
    r"(?:\s*(?:ghg|greenhouse gas|total|gross|emissions?|co2e?|温室气体|碳|总|排放|排放量|总量|合计|"
    r"location[ -]based|market[ -]based|基于位置|基于市场|位置法|市场法))*"
)
"""What may stand behind a scope: with anything else (a target, a category, a range of scopes) it is another thing."""
_SCOPES: Final = (
    (
        rf"(?:scope|范围)\s*(?:1|一)\s*(?:n|&|\+|and|和|与|、)\s*(?:scope|范围)?\s*(?:2|二){_OF_EMISSIONS}",
        "scope_1_2",
    ),
    (rf"(?:scope|范围)\s*(?:1|一){_OF_EMISSIONS}", "scope_1"),
    (rf"(?:scope|范围)\s*(?:2|二){_OF_EMISSIONS}", "scope_2"),
    (rf"(?:scope|范围)\s*(?:3|三){_OF_EMISSIONS}", "scope_3"),
)
_ACCOUNTING: Final = (
    (r"location[ -]based|基于位置|位置法", "location_based"),
    (r"market[ -]based|基于市场|市场法", "market_based"),
)
_ANOTHER: Final = re.compile(
    r"target|goal|intensity|per |reduc|forecast|plan|categor|baseline|base year|%|目标|强度|减排|预测|计划|类别|基准|每"
)
_SCOPE: Final = re.compile(r"scope|范围")
_TONNES: Final = {
    "tco2e": "tCO2e", "t co2e": "tCO2e", "ktco2e": "ktCO2e", "kt co2e": "ktCO2e", "mtco2e": "MtCO2e", "吨co2e": "tCO2e",
    "吨二氧化碳当量": "tCO2e", "万吨二氧化碳当量": "万tCO2e", "万tco2e": "万tCO2e", "万吨co2e": "万tCO2e",
}  # fmt: skip
_INTENSITIES: Final = {
    each.lower(): each
    for each in ("tCO2e/t", "kgCO2e/t", "kgCO2e/kg", "tCO2/t", "kgCO2/t", "kgCO2/kg")
}  # fmt: skip
FILL_IN: Final = "?"
"""Stands in a proposal for what the table does not say."""


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", _UNIT.sub("", text)).casefold().replace("_", " ").split())


def _unit_in(header: str, known: Mapping[str, str]) -> str:
    folded = [unicodedata.normalize("NFKC", each).casefold() for each in _UNIT.findall(header)]
    return next((known[each] for each in folded if each in known), FILL_IN)


def proposed(table: Table, kind: str | None = None) -> ColumnMap:
    """Return the mapping that the headers of a table speak for; what they leave open is to be filled in (``?``)."""
    kind = kind or ("disclosure" if any(_scope(each) for each in table.headers) else "product")
    return ColumnMap(kind, tuple(_proposed(table, kind)))


def _scope(header: str) -> str | None:
    folded = _folded(header)
    if _ANOTHER.search(unicodedata.normalize("NFKC", header).casefold()):
        return None
    return next((scope for pattern, scope in _SCOPES if re.fullmatch(pattern, folded)), None)


def _proposed(table: Table, kind: str) -> Iterator[Entry]:
    named = _PLAIN.get(kind, {})
    titles = {title: path for path, words in named.items() for title in words}
    found: dict[str, str] = {}
    for header in table.headers:
        path = titles.get(_folded(header))
        if path is not None and path not in found:
            found[path] = header
    for path, header in found.items():
        yield Entry(parse_path(path), header)
        if path == "footprint.value":
            yield Entry(("footprint", "unit"), value=_unit_in(header, _INTENSITIES))
    if kind == "product" and "material" not in found:
        yield Entry(("material",), value=FILL_IN)
    if kind != "disclosure":
        return
    year = found.get("reporting_year")
    if year is None:
        yield Entry(("reporting_year",), value=FILL_IN)
    scopes = [(header, scope) for header in table.headers if (scope := _scope(header)) is not None]
    for i, (header, scope) in enumerate(scopes):
        entry: FieldPath = ("emissions", i)
        yield Entry((*entry, "scope"), value=scope)
        if scope == "scope_3":
            yield Entry((*entry, "category"), value="total")
        yield Entry((*entry, "year"), year) if year else Entry((*entry, "year"), value=FILL_IN)
        yield Entry((*entry, "value"), header)
        yield Entry((*entry, "unit"), value=_unit_in(header, _TONNES))
        plain = unicodedata.normalize("NFKC", header).casefold()
        method = next((each for pattern, each in _ACCOUNTING if re.search(pattern, plain)), None)
        if method is not None and scope in {"scope_2", "scope_1_2"}:
            yield Entry((*entry, "accounting"), value=method)


def mapping_yaml(table: Table, kind: str | None = None) -> str:
    """Return a proposal as YAML to mend and to use with ``--map``."""
    mapping = proposed(table, kind)
    used = {each.column for each in mapping.entries}
    lines = [
        "# A proposal: check each line, write what is marked ? (unit, year, material), add what is missing.",
        "# 映射建议：请逐行核对，填写标有 ? 之处（单位、年份、材料），并补充缺少的字段。",
        f"kind: {mapping.kind}",
        "fields:",
    ]
    for each in mapping.entries:
        path = "".join(
            f"[{step}]" if isinstance(step, int) else f".{step}" for step in each.path
        ).removeprefix(".")
        given = (
            f"column: {json.dumps(each.column, ensure_ascii=False)}"
            if each.column
            else f"value: {json.dumps(each.value)}"
        )
        lines.append(f"  {json.dumps(path)}: {{{given}}}")
    lines += [
        f"  # not used: {json.dumps(each, ensure_ascii=False)}" for each in table.headers if each not in used
    ]
    return "\n".join(lines) + "\n"


def is_company_table(source: Source) -> bool:
    """Return whether a file is a table with a company and its scopes in each row."""
    if source.is_markup or (source.members and not source.is_workbook):
        return False
    try:
        table = read_table(source)
    except DocumentError:
        return False
    paths = {each.path for each in proposed(table, "disclosure").entries if each.column is not None}
    return ("company", "name") in paths and any(
        path[0] == "emissions" and path[-1] == "value" for path in paths
    )


def read_companies(source: Source) -> Sequence[Reading]:
    """Return a disclosure for each row of a table of company figures.

    Raises:
        DocumentError: the headers do not say the unit or the year.
    """
    table = read_table(source)
    mapping = proposed(table, "disclosure")
    lacking = sorted({str(each.path[-1]) for each in mapping.entries if each.value == FILL_IN})
    if lacking:
        raise source.refusal(
            "mapping",
            Text(
                f"This is a table of company figures that does not say {', '.join(lacking)}.",
                f"这是企业数据表，但表头未说明：{'、'.join(lacking)}。",
            ),
            Text(
                "Write it down once: `cati import FILE --suggest-map > map.yaml`, "
                "then `cati import FILE --map map.yaml`.",
                "请补充一次：运行 `cati import 文件 --suggest-map > map.yaml`，补充后运行 "
                "`cati import 文件 --map map.yaml`。",
            ),
        )
    used = {each.column for each in mapping.entries}
    passed = [each for each in table.headers if each not in used and _SCOPE.search(each.casefold())]
    readings = read_mapped(source, mapping, COMPANIES)
    if not passed:
        return readings
    told = Text(
        f"Not read, as they are no emissions of a whole scope: {', '.join(passed)}.",
        f"以下列不是某一范围的排放总量，未读取：{'、'.join(passed)}。",
    )
    return tuple(replace(each, open=(*each.open, Open("emissions", told, each.record))) for each in readings)
