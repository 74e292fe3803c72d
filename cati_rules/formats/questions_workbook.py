"""The questions' workbook: what is open in products, for a supplier to fill in and to be read back.

A row holds one answer. Hidden beside it stands which field of which document it goes into, what a figure has to be of,
and what the document says of it today, so that nothing that was changed since is overwritten.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import Struct

from cati_rules.documents import format_path, value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.formats.cells import written
from cati_rules.formats.sheet_layout import EACH, Field, plan_of
from cati_rules.formats.workbook import column_name
from cati_rules.text import Language, Text
from cati_rules.visible import visible

MARK: Final = "cati-questions/1"
ABOUT: Final = "cati questions"
FIRST_ROW: Final = 3
KEY_COLUMN, ANSWER_COLUMN, UNIT_COLUMN, REMARK_COLUMN = 1, 6, 7, 8
VALUE: Final[FieldPath] = ("footprint", "value")
UNIT: Final[FieldPath] = ("footprint", "unit")
SHEET: Final = Text("Questions", "问题")
_HOW_TO: Final = (
    Text("Questions to the supplier", "致供应商的问题"),
    Text("1. Please answer on the sheet “Questions”, in the yellow cells. The first question helps most.",
         "1. 请在“问题”工作表的黄色单元格中填写；越靠前的问题作用越大。"),
    Text("2. Leave empty what you do not know: an empty cell is never taken for zero, or for no.",
         "2. 不清楚的请留空：空白不会被当作零或“否”。"),
    Text("3. For emissions, check the unit beside your number. Figures are before credits and offsets.",
         "3. 填写排放数值时请核对旁边的单位；数值应为扣减与抵消之前。"),
    Text("4. Cells with a list offer their choices. What you would like to add goes into the last column but one.",
         "4. 带下拉列表的单元格请从列表中选择；补充说明请写在“备注”一列。"),
    Text("5. Save the file and send it back. It is read with: cati check DOCUMENT --answers FILE.xlsx",
         "5. 保存后发回即可。读取方法：cati check 文件 --answers 文件.xlsx"),
)  # fmt: skip
_HEADINGS: Final = (
    (Text("No.", "序号"), 6),
    (Text("Product", "产品"), 26),
    (Text("Question", "问题"), 60),
    (Text("Known today", "目前已知"), 24),
    (Text("Your answer", "您的回答"), 28),
    (Text("Unit", "单位"), 12),
    (Text("Remarks", "备注"), 36),
    (Text("Definitions that wait for it", "等待此项的定义"), 30),
)
_OF_IT: Final = Text("… its {}", "……{}")
_NO_FIELD: Final = Text(
    "For your information to the buyer; it is not read back.", "供采购方参考，不会被自动读取。"
)


class Subject(Struct, frozen=True):
    """A document with open questions: what its file is called, and its digest."""

    name: str
    sha256: str


class Row(Struct, frozen=True):
    """A question on the product at ``within`` of a document; ``known`` is the document itself.

    ``fields`` are where its answers go, the main one first, and none where no field can hold it; ``asked_as`` what a
    figure in ``unit`` has to be of.
    """

    subject: Subject
    within: FieldPath
    title: str
    asked: Text
    today: Text | None
    fields: tuple[FieldPath, ...]
    unit: str
    asked_as: Mapping[FieldPath, str]
    settles: tuple[str, ...]
    known: Mapping[str, Any]


@cache
def product_field(path: FieldPath) -> Field | None:
    """Return the field of a product at ``path``, None where a workbook has no cell for it."""
    pattern = (EACH, *path)
    return next(
        (field for sheet in plan_of("product") for field in sheet.fields if field.pattern == pattern), None
    )


class Key(Struct, frozen=True):
    """What stands hidden in a row: where its answer goes, what a figure has to be of, and what was known.

    ``document`` is the number of the subject, from 0, and ``question`` that of the question, from 1; ``was`` and
    ``unit_was`` are as :func:`stored` writes them.
    """

    document: int
    question: int
    within: str
    path: str
    asked_as: dict[str, str]
    was: str | None = None
    unit_was: str | None = None


def questions_workbook(rows: Sequence[Row], language: Language) -> bytes:
    """Return the workbook as an .xlsx file."""
    return _Writer(language).workbook(rows)


class _Writer:
    def __init__(self, language: Language) -> None:
        import xlsxwriter  # noqa: PLC0415 - only where a workbook is asked for

        self.language = language
        self.file = io.BytesIO()
        options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
        self.book = xlsxwriter.Workbook(self.file, options)
        top = {"text_wrap": True, "valign": "top"}
        self.head = self.book.add_format({"bold": True, "bg_color": "#DDE6EE", "border": 1, **top})
        self.text = self.book.add_format(top)
        answer = {"bg_color": "#FFF6D6", "border": 1, "border_color": "#D9D9D9", "locked": False, **top}
        self.answer = self.book.add_format(answer)
        self.percent = self.book.add_format({**answer, "num_format": "0.0#####%"})
        self.words = self.book.add_format({**answer, "num_format": "@"})
        self.lists: dict[tuple[str, ...], str] = {}
        self.list_sheet: Any = None

    def workbook(self, rows: Sequence[Row]) -> bytes:
        start = self.book.add_worksheet(Text("How to", "填写说明").to(self.language))
        start.set_column(0, 0, 110)
        for i, line in enumerate(_HOW_TO):
            start.write_string(i, 0, line.to(self.language), self.head if i == 0 else None)
        sheet = self.book.add_worksheet(SHEET.to(self.language))
        self.list_sheet = self.book.add_worksheet("cati lists")
        about = self.book.add_worksheet(ABOUT)
        self.list_sheet.very_hidden()
        about.very_hidden()
        subjects = list(dict.fromkeys(row.subject for row in rows))
        about.write_string(0, 0, MARK)
        for i, each in enumerate(subjects):
            about.write_string(i + 1, 0, each.name[:32_000])
            about.write_string(i + 1, 1, each.sha256)
        sheet.set_column(0, 0, None, None, {"hidden": True})
        for column, (title, width) in enumerate(_HEADINGS, 1):
            sheet.set_column(column, column, width)
            sheet.write_string(1, column, title.to(self.language), self.head)
        sheet.merge_range(0, 1, 0, len(_HEADINGS), _HOW_TO[0].to(self.language), self.head)
        sheet.freeze_panes(2, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        at = FIRST_ROW - 1
        for number, row in enumerate(rows, 1):
            at = self._question(sheet, at, number, row, subjects.index(row.subject))
        self.book.close()
        return self.file.getvalue()

    def _question(self, sheet: Any, at: int, number: int, row: Row, subject: int) -> int:
        """Write a question and what belongs to its answer, and return the row after it."""
        sheet.write_number(at, 1, number, self.text)
        sheet.write_string(at, 2, visible(row.title)[:2000], self.text)
        sheet.write_string(at, 3, row.asked.to(self.language), self.text)
        today = "" if row.today is None else row.today.to(self.language)
        sheet.write_string(at, 4, visible(today)[:2000], self.text)
        sheet.write_string(at, 8, ", ".join(row.settles), self.text)
        if not row.fields:
            sheet.write_blank(at, ANSWER_COLUMN - 1, None, self.words)
            sheet.write_string(at, REMARK_COLUMN - 1, _NO_FIELD.to(self.language), self.text)
            return at + 1
        for path in row.fields:
            field = product_field(path)
            if field is None:
                continue
            if path != row.fields[0]:
                title = field.title.to(self.language).rpartition(" · ")[2]
                sheet.write_string(at, 3, _OF_IT.to(self.language).format(title), self.text)
            self._answer((sheet, at), row, path, (subject, number), field)
            at += 1
        return at

    def _answer(
        self, place: tuple[Any, int], row: Row, path: FieldPath, numbers: tuple[int, int], field: Field
    ) -> None:
        sheet, at = place
        is_figure = path == VALUE
        known = _known(row.known, path)
        key = Key(
            *numbers,
            format_path(row.within) if row.within else "",
            format_path(path),
            {format_path(name): value for name, value in row.asked_as.items()},
            known,
            _known(row.known, UNIT) if is_figure else None,
        )
        sheet.write_string(at, KEY_COLUMN - 1, msgspec.json.encode(key).decode())
        shape = self.percent if field.shape == "share" else self.words
        sheet.write_blank(at, ANSWER_COLUMN - 1, None, self.answer if field.shape == "number" else shape)
        choices = tuple(str(written(field, code, self.language)) for code, _ in field.choices)
        if field.shape == "boolean":
            choices = (Text("yes", "是").to(self.language), Text("no", "否").to(self.language))
        self._choose(sheet, at, ANSWER_COLUMN - 1, choices)
        if field.hint is not None:
            sheet.write_comment(at, 3, field.hint.to(self.language)[:1500], {"x_scale": 2.5, "y_scale": 1.5})
        unit = product_field(UNIT)
        if is_figure and unit is not None:
            sheet.write_string(at, UNIT_COLUMN - 1, row.unit, self.words)
            self._choose(sheet, at, UNIT_COLUMN - 1, tuple(code for code, _ in unit.choices))
        elif path[:-1] == ("footprint", "modules"):
            sheet.write_string(at, UNIT_COLUMN - 1, row.unit, self.text)
        elif field.shape == "share":
            sheet.write_string(at, UNIT_COLUMN - 1, "%", self.text)
        elif field.unit:
            sheet.write_string(at, UNIT_COLUMN - 1, field.unit, self.text)
        sheet.write_blank(at, REMARK_COLUMN - 1, None, self.words)

    def _choose(self, sheet: Any, row: int, column: int, choices: tuple[str, ...]) -> None:
        if not choices:
            return
        if choices not in self.lists:
            place = len(self.lists)
            for i, each in enumerate(choices):
                self.list_sheet.write_string(i, place, each)
            letters = column_name(place + 1)
            self.lists[choices] = f"='cati lists'!${letters}$1:${letters}${len(choices)}"
        asked = {"validate": "list", "source": self.lists[choices], "error_type": "warning"}
        sheet.data_validation(row, column, row, column, asked)


def _known(value: Mapping[str, Any], path: FieldPath) -> str | None:
    return stored(value_at(value, path))


def stored(value: Any) -> str | None:
    """Return a single value as the text that tells whether it has changed, None of none."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
