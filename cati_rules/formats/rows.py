"""Tables of a house's own: CSV, a sheet of a workbook, or a JSON list of plain objects: rows under headers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cati_rules.errors import DocumentError
from cati_rules.formats.json_tree import read_json_tree
from cati_rules.formats.reading import Origin
from cati_rules.formats.source import Source
from cati_rules.formats.workbook import Cell, workbook_of
from cati_rules.text import Text

_DELIMITERS: Final = ("\t", ";", ",", "|")
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_MOST_ROWS: Final = 200_000
_HEADER_WITHIN: Final = 20


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells by header, and where each row stands."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Origin, Mapping[str, Cell]], ...]


def read_table(source: Source) -> Table:
    """Return the table that a file is.

    Raises:
        DocumentError: it is none, or two columns have one header.
    """
    if source.is_workbook:
        table = _of_workbook(source)
    elif source.is_json or source.beginning[:1] == "[":
        table = _of_json(source)
    else:
        table = _of_csv(source)
    twice = next((each for i, each in enumerate(table.headers) if each in table.headers[:i]), None)
    if twice is not None:
        raise source.refusal(
            "header-twice",
            Text(f"Two columns have the header “{twice}”.", f"有两列的表头都是“{twice}”。"),
            Text("Rename one of them.", "请修改其中一列的表头。"),
        )
    if len(table.headers) < 2 or not table.rows:
        raise _no_table(source)
    return table


def _no_table(source: Source) -> DocumentError:
    return source.refusal(
        "no-table",
        Text(
            "The file holds no table: a row of headers, and rows below it.",
            "文件中没有表格：应有一行表头，其下为数据行。",
        ),
    )


def _of_workbook(source: Source) -> Table:
    book = workbook_of(source)
    for name in book.sheets:
        sheet = book.sheet(name)
        for row in range(1, min(sheet.height, _HEADER_WITHIN) + 1):
            named = {
                column: " ".join(cell.text.split())
                for column, cell in sheet.row(row)
                if isinstance(cell.value, str)
            }
            if len(named) < 2:
                continue
            rows = []
            for below in range(row + 1, sheet.height + 1):
                cells = {header: sheet.cell(below, column) for column, header in named.items()}
                if any(cell.value is not None or cell.uncomputed for cell in cells.values()):
                    rows.append((Origin(f"!{name}!{below}"), cells))
            if rows:
                return Table(tuple(named.values()), tuple(rows))
    raise _no_table(source)


def _of_json(source: Source) -> Table:
    root = read_json_tree(source)
    headers: dict[str, None] = {}
    rows: list[tuple[Origin, Mapping[str, Cell]]] = []
    for each in root.items():
        if not isinstance(each.value, dict):
            continue
        cells: dict[str, Cell] = {}
        for name in each.value:
            node = each.at(name)
            if node is not None and (isinstance(node.value, str | bool | Decimal) or node.value is None):
                cells[name] = Cell(node.value, node.origin)
                headers.setdefault(name)
        rows.append((each.origin, cells))
    return Table(tuple(headers), tuple(rows))


def _of_csv(source: Source) -> Table:
    text = _decoded(source)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    rows: list[tuple[Origin, Mapping[str, Cell]]] = []
    headers: tuple[str, ...] = ()
    try:
        for line, values in _lines(text, delimiter):
            if not any(each.strip() for each in values):
                continue
            if not headers:
                headers = tuple(" ".join(each.split()) for each in values)
                continue
            if len(rows) >= _MOST_ROWS:
                raise source.refusal(
                    "too-large",
                    Text(f"The table has more than {_MOST_ROWS:,} rows.", f"表格超过 {_MOST_ROWS:,} 行。"),
                )
            cells = {
                header: Cell(value.strip() or None, Origin(f"!{header}", line))
                for header, value in zip(headers, values, strict=False)
                if header
            }
            rows.append((Origin(f"!{line}", line), cells))
    except csv.Error:
        raise _no_table(source) from None
    return Table(tuple(each for each in headers if each), tuple(rows))


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    for values in reader:
        yield before + 1, values
        before = reader.line_num


def _decoded(source: Source) -> str:
    data = source.data
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise source.refusal(
        "encoding",
        Text("The table is not saved as UTF-8.", "表格不是 UTF-8 编码。"),
        Text("Save it as UTF-8.", "请以 UTF-8 编码保存。"),
    )
