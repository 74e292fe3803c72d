"""A copy of a workbook with what to mend beside its cells, in a column of its own, and a sheet that lists it all.

Nothing else of the workbook changes, whoever made it: texts are put into the parts of its archive. Libraries that read
and write workbooks leave out what they do not know (lists to choose from, notes, charts).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from msgspec import Struct

from cati_rules.formats.source import Source
from cati_rules.formats.workbook import Workbook, column_name, column_number, workbook_of
from cati_rules.text import LANGUAGES, Language, Text
from cati_rules.visible import visible

TITLE: Final = Text("What to mend", "需要修改")
_HEADINGS: Final = (
    Text("No.", "序号"),
    Text("Cell", "单元格"),
    Text("Severity", "严重程度"),
    Text("What and how", "内容与建议"),
)
_WITHIN: Final = re.compile(r"!(?P<sheet>.+)!(?P<letters>[A-Z]{1,3})?(?P<row>[0-9]{1,7})", re.DOTALL)
_ROW: Final = re.compile(r"<row\b(?P<said>[^>]*?)(?:/>|>(?P<cells>.*?)</row>)", re.DOTALL)
_NUMBER: Final = re.compile(r'\br="([0-9]{1,7})"')
_COLUMN: Final = re.compile(r'<c\b[^>]*?\br="([A-Z]{1,3})[0-9]{1,7}"')
_DATA: Final = re.compile(r"<sheetData\s*/>|<sheetData\s*>(?P<rows>.*?)</sheetData>", re.DOTALL)
_LONGEST: Final = 8000
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


class Remark(Struct, frozen=True):
    """What is to be mended: where, ``!Sheet!C12``, ``!Sheet!12`` or anything else; how grave it is; and in words."""

    within: str
    severity: Text
    told: Text


def marked(source: Source, remarks: Sequence[Remark], language: Language) -> bytes:
    """Return a copy of a workbook with remarks.

    Raises:
        DocumentError: it cannot be read, or is written in a way that cannot be added to.
    """
    book = workbook_of(source)
    with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
        parts = {each.filename: archive.read(each) for each in archive.infolist()}
    try:
        _Copy(book, parts, language).mark(remarks)
    except (ValueError, UnicodeDecodeError, KeyError):
        raise source.refusal(
            "cannot-mark",
            Text("The workbook is written in a way that cannot be added to.", "无法在该工作簿中添加标注。"),
            Text(
                "Open it in Excel or WPS and save it again as .xlsx.",
                "请用 Excel 或 WPS 打开并另存为 .xlsx。",
            ),
        ) from None
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


class _Copy:
    """The parts of a workbook, which are changed in place."""

    def __init__(self, book: Workbook, parts: dict[str, bytes], language: Language) -> None:
        self.book, self.parts, self.language = book, parts, language

    def mark(self, remarks: Sequence[Remark]) -> None:
        """Put remarks beside their cells and on a sheet of their own."""
        places: dict[str, dict[int, list[str]]] = {}
        for each in remarks:
            found = _WITHIN.fullmatch(each.within)
            if found is None or found["sheet"] not in self.book.sheets:
                continue
            cell = f"{found['letters']}{found['row']}: " if found["letters"] else ""
            told = f"{cell}{each.told.to(self.language)}"
            places.setdefault(found["sheet"], {}).setdefault(int(found["row"]), []).append(told)
        hidden = {name for name, _, state in self._listed() if state != "visible"}
        for name, rows in places.items():
            if name not in hidden:
                self._beside(name, {row: "\n".join(told) for row, told in rows.items()})
        self._list(remarks)

    def _listed(self) -> Iterator[tuple[str, str, str]]:
        """Yield the name, the identifier and the state of each sheet."""
        plan = self.parts["xl/workbook.xml"].decode("utf-8")
        for each in re.findall(r"<sheet\b[^>]*>", plan):
            name = re.search(r'\bname="([^"]*)"', each)
            number = re.search(r'\bsheetId="([0-9]+)"', each)
            state = re.search(r'\bstate="(\w+)"', each)
            if name is None or number is None:
                raise ValueError("a sheet without a name")
            yield name[1], number[1], state[1] if state else "visible"

    def _beside(self, name: str, told: Mapping[int, str]) -> None:
        """Write remarks into the first column that is free, or that holds those of an earlier check."""
        part = self.book.part_of(name)
        text = self.parts[part].decode("utf-8")
        data = _DATA.search(text)
        if data is None:
            raise ValueError("a sheet without rows")
        rows = _rows(data["rows"] or "")
        column = self._column(name, rows)
        new = {1: TITLE.to(self.language), **told} if 1 not in told else dict(told)
        written = []
        for at in sorted({*rows, *new}):
            row = rows.get(at)
            said = f' r="{at}"' if row is None else re.sub(r'\s+spans="[^"]*"', "", row["said"])
            cells = "" if row is None else _without(row["cells"] or "", column, at)
            if at in new:
                cells += _cell(f"{column}{at}", new[at])
            written.append(f"<row{said}>{cells}</row>")
        text = f"{text[: data.start()]}<sheetData>{''.join(written)}</sheetData>{text[data.end() :]}"
        self.parts[part] = re.sub(r"<dimension\b[^>]*/>", "", text).encode("utf-8")

    def _column(self, name: str, rows: Mapping[int, re.Match[str]]) -> str:
        titles = {TITLE.to(each) for each in LANGUAGES}
        for column, cell in self.book.sheet(name).row(1):
            if cell.text in titles:
                return column_name(column)
        last = max(
            (column_number(each) for row in rows.values() for each in _COLUMN.findall(row["cells"] or "")),
            default=0,
        )
        return column_name(last + 1)

    def _list(self, remarks: Sequence[Remark]) -> None:
        """Write the sheet that lists all remarks, each with a link to its cell; one of an earlier check makes way."""
        titles = {TITLE.to(each) for each in LANGUAGES}
        earlier = next((name for name in self.book.sheets if name in titles), None)
        sheet = _list_sheet(remarks, self.book.sheets, self.language).encode("utf-8")
        if earlier is not None:
            self.parts[self.book.part_of(earlier)] = sheet
            return
        number = 1 + max(int(each) for _, each, _ in self._listed())
        part, identifier = f"xl/worksheets/cati-{number}.xml", f"rIdCati{number}"
        self.parts[part] = sheet
        plan = self.parts["xl/workbook.xml"].decode("utf-8")
        named = f'name="{TITLE.to(self.language)}" sheetId="{number}"'
        entry = f'<sheet {named} xmlns:cr="{_RELATION}" cr:id="{identifier}"/>'
        self._insert("xl/workbook.xml", plan, "</sheets>", entry)
        relations = self.parts["xl/_rels/workbook.xml.rels"].decode("utf-8")
        target = f'<Relationship Id="{identifier}" Type="{_RELATION}/worksheet" Target="/{part}"/>'
        self._insert("xl/_rels/workbook.xml.rels", relations, "</Relationships>", target)
        types = self.parts["[Content_Types].xml"].decode("utf-8")
        self._insert(
            "[Content_Types].xml",
            types,
            "</Types>",
            f'<Override PartName="/{part}" ContentType="{_SHEET_TYPE}"/>',
        )

    def _insert(self, part: str, text: str, before: str, new: str) -> None:
        if text.count(before) != 1:
            raise ValueError("another way to write it")
        self.parts[part] = text.replace(before, f"{new}{before}").encode("utf-8")


def _rows(data: str) -> dict[int, re.Match[str]]:
    """Return the rows of a sheet by their numbers.

    Raises:
        ValueError: one has no number.
    """
    found: dict[int, re.Match[str]] = {}
    for row in _ROW.finditer(data):
        number = _NUMBER.search(row["said"])
        if number is None:
            raise ValueError("a row without its number")
        found[int(number[1])] = row
    return found


def _without(cells: str, column: str, row: int) -> str:
    return re.sub(rf'<c\b[^>]*?\br="{column}{row}"[^>]*?(?:/>|>.*?</c>)', "", cells, flags=re.DOTALL)


def _cell(reference: str, text: str) -> str:
    shown = "\n".join(visible(line) for line in text.split("\n"))[:_LONGEST]
    shown = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", shown)
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(shown)}</t></is></c>'


def _list_sheet(remarks: Sequence[Remark], sheets: Sequence[str], language: Language) -> str:
    rows = ["".join(_cell(f"{column_name(i)}1", each.to(language)) for i, each in enumerate(_HEADINGS, 1))]
    links = []
    for i, each in enumerate(remarks, 2):
        found = _WITHIN.fullmatch(each.within)
        shown = each.within.lstrip("!#")
        if found is not None and found["sheet"] in sheets:
            target = (
                f"'{found['sheet'].replace(chr(39), chr(39) * 2)}'!{found['letters'] or 'A'}{found['row']}"
            )
            links.append(
                f'<hyperlink ref="B{i}" location="{escape(target)}" display="{escape(visible(shown))}"/>'
            )
        texts = (str(i - 1), shown, each.severity.to(language), each.told.to(language))
        rows.append("".join(_cell(f"{column_name(n)}{i}", text) for n, text in enumerate(texts, 1)))
    data = "".join(f'<row r="{i}">{cells}</row>' for i, cells in enumerate(rows, 1))
    widths = "".join(
        f'<col min="{i}" max="{i}" width="{width}" customWidth="1"/>'
        for i, width in enumerate((6, 28, 12, 120), 1)
    )
    listed = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{_MAIN}">'
        f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
        f'state="frozen"/></sheetView></sheetViews><cols>{widths}</cols><sheetData>{data}</sheetData>{listed}</worksheet>'
    )
