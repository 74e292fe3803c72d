"""Excel workbooks, read as values: bounded before they are opened, formulas by the values stored with them.

python-calamine reads the cells. What it would not bear is found out before: an archive that grows beyond measure, a
sheet whose last cell is a million rows away, and formulas of which no value was stored.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from cati_rules.errors import DocumentError
from cati_rules.formats.figures import decimal_of, held
from cati_rules.formats.reading import Origin
from cati_rules.formats.source import Source
from cati_rules.formats.xml_tree import read_xml
from cati_rules.text import Text

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_MOST_MEMBERS: Final = 2000
_MOST_UNPACKED: Final = 192 * 1024 * 1024
_LARGEST_PLAN: Final = 4 * 1024 * 1024
_MOST_CELLS: Final = 4_000_000
_ADDRESS: Final = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_FORMULA: Final = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_REFERENCE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::.*)?")
_SAVE: Final = Text(
    "Open it in Excel or WPS, let it calculate, and save it again as .xlsx.",
    "请用 Excel 或 WPS 打开并重新计算，然后另存为 .xlsx。",
)
_SAVE_PLAIN: Final = Text(
    "Save it as .xlsx, without macros and without a password.", "请另存为不含宏、不设密码的 .xlsx 文件。"
)


class Cell(Struct, frozen=True):
    """A cell: what it holds, None where it is empty, and whether it is a formula without a stored value."""

    value: str | bool | Decimal | datetime.date | datetime.time | None
    origin: Origin
    uncomputed: bool = False

    @property
    def text(self) -> str:
        """The text as people see it, without blanks around it; empty where there is none."""
        if self.value is None:
            return ""
        if isinstance(self.value, Decimal):
            return f"{self.value:f}"
        return str(self.value).strip()

    @property
    def number(self) -> Decimal | None:
        """The number that the cell holds, or that its text is."""
        if isinstance(self.value, Decimal):
            return self.value
        return decimal_of(self.value) if isinstance(self.value, str) else None


class Sheet:
    """A sheet: cells by row and column, both from 1."""

    def __init__(self, name: str, rows: list[list[Any]], uncomputed: frozenset[tuple[int, int]]) -> None:
        """Take what was read, and the places of formulas without a value."""
        self.name = name
        self._rows = rows
        self._uncomputed = uncomputed

    @property
    def height(self) -> int:
        """The number of rows, those with nothing but formulas without a value included."""
        return max([len(self._rows), *(row for row, _ in self._uncomputed)])

    @property
    def width(self) -> int:
        """The number of columns."""
        return max(map(len, self._rows), default=0)

    def cell(self, row: int, column: int) -> Cell:
        """Return the cell in a row and column, an empty one where the sheet does not reach so far."""
        origin = Origin(f"!{self.name}!{column_name(column)}{row}")
        value = None
        if 0 < row <= len(self._rows) and 0 < column <= len(self._rows[row - 1]):
            value = _value(self._rows[row - 1][column - 1])
        return Cell(value, origin, (row, column) in self._uncomputed)

    def row(self, row: int) -> Iterator[tuple[int, Cell]]:
        """Yield the cells of a row that hold something, with their columns."""
        for column, value in enumerate(self._rows[row - 1] if 0 < row <= len(self._rows) else (), 1):
            if value is not None and value != "":
                yield column, self.cell(row, column)

    def named(self, reference: str) -> Cell | None:
        """Return the cell that a reference such as ``$C$12`` is of, or the first of its range."""
        found = _REFERENCE.fullmatch(reference)
        return None if found is None else self.cell(int(found[2]), column_number(found[1]))


class Workbook:
    """A workbook that was found fit to be read."""

    def __init__(self, source: Source) -> None:
        """Look through the archive.

        Raises:
            DocumentError: it is broken, too large, or has macros.
        """
        self.source = source
        if any(each.lower().endswith("vbaproject.bin") for each in source.members):
            raise source.refusal("macros", Text("The workbook has macros.", "该工作簿含有宏。"), _SAVE_PLAIN)
        self._plans: dict[str, bytes] = {}
        self._uncomputed: dict[str, frozenset[tuple[int, int]]] = {}
        try:
            self._look_through()
        except DocumentError:
            raise
        except RuntimeError:
            raise source.refusal(
                "encrypted", Text("The workbook has a password.", "该工作簿设有密码。"), _SAVE_PLAIN
            ) from None
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError):
            raise self._broken() from None

    def _broken(self) -> DocumentError:
        message = Text("The workbook is broken: its parts cannot be unpacked.", "该工作簿已损坏，无法解压。")
        return self.source.refusal("corrupt", message, _SAVE)

    def _look_through(self) -> None:
        left = _MOST_UNPACKED
        with zipfile.ZipFile(io.BytesIO(self.source.data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_MEMBERS:
                raise self._too_large()
            for each in entries:
                with archive.open(each) as file:
                    data = file.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise self._too_large()
                if each.filename.startswith("xl/worksheets/") and each.filename.endswith(".xml"):
                    self._measure(each.filename, data)
                elif each.filename in {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"}:
                    if len(data) > _LARGEST_PLAN:
                        raise self._too_large()
                    self._plans[each.filename] = data

    def _measure(self, name: str, data: bytes) -> None:
        rows = columns = 0
        for letters, digits in _ADDRESS.findall(data):
            rows = max(rows, int(digits))
            columns = max(columns, column_number(letters.decode()))
        if rows * columns > _MOST_CELLS:
            raise self._too_large()
        without: set[tuple[int, int]] = set()
        for attributes in _FORMULA.findall(data):
            found = _ADDRESS.match(b"<c" + attributes)
            if found and b't="str"' not in attributes:
                without.add((int(found[2]), column_number(found[1].decode())))
        self._uncomputed[name] = frozenset(without)

    def _too_large(self) -> DocumentError:
        size = _MOST_UNPACKED // (1024 * 1024)
        return self.source.refusal(
            "too-large",
            Text(
                f"The workbook is larger than {size} MiB unpacked, or a sheet has more than {_MOST_CELLS:,} cells.",
                f"该工作簿解压后超过 {size} MiB，或某工作表超过 {_MOST_CELLS:,} 个单元格。",
            ),
            Text(
                "Delete empty rows and columns at its end, or split it.", "请删除末尾的空行空列，或拆分文件。"
            ),
        )

    @cached_property
    def _calamine(self) -> CalamineWorkbook:
        try:
            from python_calamine import CalamineWorkbook  # noqa: PLC0415 - most files are no workbooks
        except ImportError:
            message = Text(
                "python-calamine, which reads workbooks, is not installed.",
                "未安装读取工作簿所需的 python-calamine。",
            )
            advice = Text("Install it: pip install python-calamine", "请安装：pip install python-calamine")
            raise self.source.refusal("not-installed", message, advice) from None
        try:
            return CalamineWorkbook.from_filelike(io.BytesIO(self.source.data))
        except BaseException as error:
            raise self._refused(error) from None

    def _refused(self, error: BaseException) -> BaseException:
        """Return what to raise where the reader gave up, in whatever way: a panic of its own is no ``Exception``."""
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
            return error
        return self._broken()

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """The names of the sheets."""
        return tuple(self._calamine.sheet_names)

    def sheet(self, name: str) -> Sheet:
        """Return a sheet by name.

        Raises:
            DocumentError: it cannot be read.
            KeyError: there is no such sheet.
        """
        if name not in self.sheets:
            raise KeyError(name)
        try:
            rows = self._calamine.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except BaseException as error:
            raise self._refused(error) from None
        return Sheet(name, rows, self._uncomputed.get(self._files.get(name, ""), frozenset()))

    def part_of(self, name: str) -> str:
        """Return the part of the archive that a sheet is in.

        Raises:
            KeyError: there is no such sheet, or the archive does not say.
        """
        return self._files[name]

    @cached_property
    def _files(self) -> dict[str, str]:
        """The file of each sheet within the archive."""
        plan, relations = (
            self._plans.get(f"xl/{each}") for each in ("workbook.xml", "_rels/workbook.xml.rels")
        )
        if plan is None or relations is None:
            return {}
        targets = {
            each.attributes.get("Id", ""): each.attributes.get("Target", "")
            for each in read_xml(self.source, relations).children()
        }
        found: dict[str, str] = {}
        for group in read_xml(self.source, plan).children("sheets"):
            for each in group.children("sheet"):
                target = targets.get(each.attributes.get("id", ""), "").removeprefix("/")
                found[each.attributes.get("name", "")] = (
                    target if target.startswith("xl/") else f"xl/{target}"
                )
        return found

    @cached_property
    def names(self) -> dict[str, tuple[str, str]]:
        """Cells that have a name of their own: the sheet and the reference of each."""
        plan = self._plans.get("xl/workbook.xml")
        found: dict[str, tuple[str, str]] = {}
        for group in () if plan is None else read_xml(self.source, plan).children("definedNames"):
            for each in group.children("definedName"):
                sheet, mark, reference = each.text.rpartition("!")
                if mark and "#REF" not in each.text:
                    found[each.attributes.get("name", "")] = (sheet.strip("'").replace("''", "'"), reference)
        return found


@lru_cache(maxsize=2)
def workbook_of(source: Source) -> Workbook:
    """Return the workbook that a file is, looked through once.

    Raises:
        DocumentError: it is broken, too large, or has macros.
    """
    return Workbook(source)


def column_name(column: int) -> str:
    """Return the letters of a column, from 1."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def column_number(letters: str) -> int:
    """Return the number of a column, from 1, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _value(value: Any) -> str | bool | Decimal | datetime.date | datetime.time | None:
    """Return what a cell holds; a number as it reads, since files hold it in binary with up to 17 digits."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        return held(
            number.to_integral_value()
            if number.is_finite() and number == number.to_integral_value()
            else number
        )
    if isinstance(value, datetime.datetime):
        return value.date() if value.time() == datetime.time(0) else value
    if isinstance(value, datetime.date | datetime.time):
        return value
    return str(value)
