"""Writes workbooks to fill in, empty or with what documents say, in the language of the reader."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final

from cati_rules.documents import format_path, parse_path
from cati_rules.documents.paths import FieldPath
from cati_rules.formats.cells import NO, YES, holds, written
from cati_rules.formats.sheet_layout import EACH, Field, Pattern, SheetPlan, plan_of
from cati_rules.formats.workbook import column_name
from cati_rules.schema.store import load_schema
from cati_rules.text import Language, Text

MARK: Final = "cati-workbook/1"
ABOUT: Final = "cati"
OTHERS: Final = "cati other"
EXAMPLE: Final = "example"
FIRST_TABLE_ROW: Final = 4
FIRST_FORM_ROW: Final = 3
NUMBER_COLUMN, PARENT_COLUMN, TABLE_COLUMN = 2, 3, 4
FORM_VALUE: Final = 3
_LISTS: Final = "cati lists"
_ROWS: Final = 300
_LONGEST_NAME: Final = 31
_CHUNK: Final = 20_000
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\']")
_NUMBER: Final = Text("No.", "序号")
_BELONGS: Final = Text("of No.", "所属序号")
_FIELD: Final = Text("Field", "字段")
_VALUE: Final = Text("Your answer", "填写内容")
_EXAMPLE: Final = Text("Example (not read)", "示例（不读取）")
_HINT: Final = Text("What is asked", "说明")
_SEVERAL: Final = Text("Several: part them by a semicolon.", "可多选，以分号分隔。")
_SHARE: Final = Text("Write 35% or 0.35.", "可填 35% 或 0.35。")
_HOW_TO: Final = (
    Text("How to fill in this workbook", "填写说明"),
    Text("1. Each sheet is a topic. Leave empty what you do not know: an empty cell is never taken for zero.",
         "1. 每个工作表为一个主题。不清楚的请留空：空白绝不会被当作零。"),
    Text("2. Yellow cells are needed. Grey lines in italics are examples and are not read.",
         "2. 黄色单元格必填；灰色斜体行为示例，不会被读取。"),
    Text("3. Cells with a list offer their choices. Point at a heading to see what a good answer is.",
         "3. 带下拉列表的单元格请从列表中选择；鼠标停在表头上可查看说明。"),
    Text("4. Name each source once on its sheet, and choose it by its name where it says something.",
         "4. 每个来源只需在“来源”工作表填写一次，其他表中按编号选用。"),
    Text("5. Save it, and run: cati check FILE.xlsx. Messages name the sheet and the cell.",
         "5. 保存后运行：cati check 文件.xlsx。提示信息会指明工作表和单元格。"),
)  # fmt: skip


def workbook(kind: str, language: Language, documents: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """Return a workbook for documents of a kind as an .xlsx file: empty, or with what ``documents`` say.

    Raises:
        ValueError: there are several documents, of a kind of which a workbook holds one.
    """
    plan = plan_of(kind)
    several = plan[0].pattern == (EACH,)
    if len(documents) > 1 and not several:
        raise ValueError("a workbook holds one document of this kind")
    value: Any = list(documents) if several else documents[0] if documents else {}
    return _Writer(kind, language, plan).workbook(value)


def sheet_names(plan: Sequence[SheetPlan], language: Language) -> dict[Pattern, str]:
    """Return the name of each sheet: its title, as short as Excel asks, none twice."""
    names: dict[Pattern, str] = {}
    for each in plan:
        name = _NOT_IN_NAMES.sub(" ", each.title.to(language))[:_LONGEST_NAME].strip() or "x"
        count = 2
        while name.lower() in {other.lower() for other in names.values()}:
            name = f"{name[: _LONGEST_NAME - 3]} {count}"
            count += 1
        names[each.pattern] = name
    return names


class _Writer:
    def __init__(self, kind: str, language: Language, plan: Sequence[SheetPlan]) -> None:
        import xlsxwriter  # noqa: PLC0415 - only where a workbook is asked for

        self.kind, self.language, self.plan = kind, language, plan
        self.names = sheet_names(plan, language)
        self.file = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.file, {"in_memory": True, "strings_to_urls": False})
        self.book.set_properties({"title": f"cati {kind}"})
        new = self.book.add_format
        top = {"text_wrap": True, "valign": "top"}
        self.head = new({"bold": True, "bg_color": "#DDE6EE", "border": 1, **top})
        self.need = new({"bg_color": "#FFF6D6"})
        self.grey = new({"italic": True, "font_color": "#8A8A8A", **top})
        self.shapes = {
            "text": new({"num_format": "@", **top}), "date": new({"num_format": "@", **top}),
            "share": new({"num_format": "0.0#####%", **top}), "number": new(dict(top)),
        }  # fmt: skip
        self.lists: dict[tuple[str, ...], str] = {}
        self.list_sheet: Any = None

    def workbook(self, value: Any) -> bytes:
        start = self.book.add_worksheet(Text("How to", "填写说明").to(self.language))
        start.set_column(0, 0, 110)
        for i, line in enumerate(_HOW_TO):
            start.write_string(i, 0, line.to(self.language), self.head if i == 0 else None)
        sheets = {each.pattern: self.book.add_worksheet(self.names[each.pattern]) for each in self.plan}
        self.list_sheet = self.book.add_worksheet(_LISTS)
        others = self.book.add_worksheet(OTHERS)
        about = self.book.add_worksheet(ABOUT)
        for i, text in enumerate((MARK, self.kind, self.language)):
            about.write_string(i, 0, text)
        for each in (self.list_sheet, others, about):
            each.very_hidden()
        rows, left = placed(self.plan, value, self.language)
        for each in self.plan:
            (self._table if each.is_table else self._form)(each, sheets[each.pattern], rows[each.pattern])
        row = 0
        for path, inner in left:
            for chunk in _chunks(inner):
                others.write_string(row, 0, _path_text(path))
                others.write_string(row, 1, chunk)
                row += 1
        self.book.close()
        return self.file.getvalue()

    def _form(
        self, plan: SheetPlan, sheet: Any, rows: Mapping[tuple[int, ...], Mapping[Pattern, Any]]
    ) -> None:
        filled = rows.get((), {})
        sheet.set_column(0, 0, None, None, {"hidden": True})
        for column, (title, width) in enumerate(((_FIELD, 42), (_VALUE, 40), (_EXAMPLE, 34), (_HINT, 70)), 1):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title.to(self.language), self.head)
        sheet.freeze_panes(1, 2)
        shown = examples(self.kind, plan, self.language)
        for i, each in enumerate(plan.fields):
            row = FIRST_FORM_ROW - 1 + i
            sheet.write_string(row, 0, pattern_text(each.pattern))
            sheet.write_string(row, 1, self._heading(each), self.head)
            self._write(sheet, row, FORM_VALUE - 1, each, filled.get(each.pattern))
            sheet.write(row, 3, shown.get(each.pattern, ""), self.grey)
            sheet.write_string(row, 4, self._hint(each), self.shapes["number"])
            self._choose(sheet, row, row, FORM_VALUE - 1, each)
            if each.required:
                self._tint(sheet, row, row, FORM_VALUE - 1)

    def _table(
        self, plan: SheetPlan, sheet: Any, rows: Mapping[tuple[int, ...], Mapping[Pattern, Any]]
    ) -> None:
        first = FIRST_TABLE_ROW - 1
        last = first + max(_ROWS, len(rows))
        sheet.set_column(0, 0, None, None, {"hidden": True})
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.write_string(1, 0, pattern_text(plan.pattern))
        sheet.write_string(2, 0, EXAMPLE)
        sheet.write_string(0, NUMBER_COLUMN - 1, _NUMBER.to(self.language), self.head)
        sheet.set_column(NUMBER_COLUMN - 1, NUMBER_COLUMN - 1, 6)
        parent = plan.parent
        hidden = {} if parent is not None else {"hidden": True}
        sheet.set_column(PARENT_COLUMN - 1, PARENT_COLUMN - 1, 12, None, hidden)
        if parent is not None:
            of = f"{self.names[parent]}: {_BELONGS.to(self.language)}"
            sheet.write_string(0, PARENT_COLUMN - 1, of, self.head)
        sheet.freeze_panes(first, PARENT_COLUMN)
        shown = examples(self.kind, plan, self.language)
        for i, each in enumerate(plan.fields):
            column = TABLE_COLUMN - 1 + i
            shape = self.shapes.get(each.shape, self.shapes["text"])
            sheet.set_column(column, column, _width(each, self.language), shape)
            sheet.write_string(0, column, self._heading(each), self.head)
            if hint := self._hint(each):
                sheet.write_comment(0, column, hint[:1500], {"x_scale": 2.5, "y_scale": 1.5})
            sheet.write_string(1, column, pattern_text(each.pattern))
            sheet.write(2, column, shown.get(each.pattern, ""), self.grey)
            self._choose(sheet, first, last, column, each)
            if each.required:
                self._tint(sheet, first, last, column)
        for offset, (index, values) in enumerate(sorted(rows.items())):
            row = first + offset
            sheet.write_number(row, NUMBER_COLUMN - 1, index[-1] + 1)
            if parent is not None:
                sheet.write_number(row, PARENT_COLUMN - 1, index[-2] + 1)
            for i, each in enumerate(plan.fields):
                self._write(sheet, row, TABLE_COLUMN - 1 + i, each, values.get(each.pattern))

    def _write(self, sheet: Any, row: int, column: int, field: Field, value: Any) -> None:
        shape = self.shapes.get(field.shape, self.shapes["text"])
        if value is None:
            sheet.write_blank(row, column, None, shape)
        elif isinstance(value, float):
            sheet.write_number(row, column, value, shape)
        else:
            sheet.write_string(row, column, value, shape)

    def _heading(self, field: Field) -> str:
        title = field.title.to(self.language)
        return f"{title} [{field.unit}]" if field.unit else title

    def _hint(self, field: Field) -> str:
        parts = [] if field.hint is None else [field.hint.to(self.language)]
        if field.shape == "share":
            parts.append(_SHARE.to(self.language))
        if field.shape in {"choices", "texts"}:
            parts.append(_SEVERAL.to(self.language))
        if field.choices:
            sep = ("; ", ": ") if self.language == "en" else ("；", "：")
            parts.append(sep[0].join(title.to(self.language) for _, title in field.choices))
        return (" " if self.language == "en" else "").join(parts)

    def _choose(self, sheet: Any, first: int, last: int, column: int, field: Field) -> None:
        choices: tuple[str, ...] = ()
        if field.shape == "boolean":
            choices = (YES.to(self.language), NO.to(self.language))
        elif field.shape == "choice":
            choices = tuple(str(written(field, code, self.language)) for code, _ in field.choices)
        source = self._list(choices) if choices else self._sources(field)
        if source:
            asked = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(first, column, last, column, asked)

    def _sources(self, field: Field) -> str:
        """Return where the ids of sources stand, for a field that cites one."""
        of = next((each for each in self.plan if each.pattern == ("sources", EACH)), None)
        if of is None or field.pattern[-3:-1] != ("evidence", 0) or field.pattern[-1] != "source":
            return ""
        column = next(i for i, each in enumerate(of.fields) if each.pattern[-1] == "id") + TABLE_COLUMN
        letters = column_name(column)
        return (
            f"='{self.names[of.pattern]}'!${letters}${FIRST_TABLE_ROW}:${letters}${FIRST_TABLE_ROW + _ROWS}"
        )

    def _list(self, choices: tuple[str, ...]) -> str:
        if choices not in self.lists:
            column = len(self.lists)
            for i, each in enumerate(choices):
                self.list_sheet.write_string(i, column, each)
            letters = column_name(column + 1)
            self.lists[choices] = f"='{_LISTS}'!${letters}$1:${letters}${len(choices)}"
        return self.lists[choices]

    def _tint(self, sheet: Any, first: int, last: int, column: int) -> None:
        sheet.conditional_format(first, column, last, column, {"type": "blanks", "format": self.need})


def examples(kind: str, plan: SheetPlan, language: Language) -> Mapping[Pattern, Any]:
    """Return what stands in a sheet as its example, by field."""
    return _examples(kind, plan.pattern, language)


@cache
def _examples(kind: str, pattern: Pattern, language: Language) -> Mapping[Pattern, Any]:
    plan = next(each for each in plan_of(kind) if each.pattern == pattern)
    from cati_rules.schema.samples import section  # noqa: PLC0415 - imports jsonschema_rs

    value: Any = section(load_schema(kind), plan.schema).values
    for step in reversed(plan.pattern):
        value = [value] if step == EACH else {step: value}
    rows, _ = placed((plan,), value, language)
    return next(iter(rows[plan.pattern].values()), {})


Rows = dict[Pattern, dict[tuple[int, ...], dict[Pattern, Any]]]


def placed(
    plan: Sequence[SheetPlan], value: Any, language: Language
) -> tuple[Rows, list[tuple[FieldPath, Any]]]:
    """Return what to write in which row and field of each sheet, and what has no place in any."""
    homes = {field.pattern: (sheet, field) for sheet in plan for field in sheet.fields}
    tables = {sheet.pattern for sheet in plan if sheet.is_table}
    rows: Rows = {sheet.pattern: {} for sheet in plan}
    left: list[tuple[FieldPath, Any]] = []
    for path, leaf in _leaves(value, (), tables):
        pattern, index = _pattern(path)
        if pattern in tables and isinstance(leaf, dict):
            rows[pattern].setdefault(index, {})
            continue
        home = homes.get(pattern)
        if home is None and pattern[-1:] != ("kind",):
            pattern, index = _inline(path)
            home = homes.get(pattern)
        shown = None if home is None else written(home[1], leaf, language)
        if home is None or shown is None:
            if pattern not in {("kind",), (EACH, "kind")}:
                left.append((path, leaf))
        else:
            rows[home[0].pattern].setdefault(index, {})[pattern] = shown
    return rows, left


def _leaves(value: Any, path: FieldPath, tables: set[Pattern]) -> Iterator[tuple[FieldPath, Any]]:
    """Yield the single values of a document, lists of texts, and what is empty; of tables, that an entry is there."""
    if isinstance(value, Mapping):
        if (_pattern(path)[0] in tables and path) or (not value and path):
            yield path, {}
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name), tables)
    elif isinstance(value, list):
        if not value or all(isinstance(each, str) for each in value):
            if path:
                yield path, value
            return
        for i, inner in enumerate(value):
            yield from _leaves(inner, (*path, i), tables)
    else:
        yield path, value


def _pattern(path: Sequence[str | int]) -> tuple[Pattern, tuple[int, ...]]:
    return tuple(EACH if isinstance(step, int) else step for step in path), tuple(
        step for step in path if isinstance(step, int)
    )


def _inline(path: FieldPath) -> tuple[Pattern, tuple[int, ...]]:
    """Return the pattern of a value in the first evidence of a statement, which stands in its row."""
    if len(path) < 3 or path[-3] != "evidence" or path[-2] != 0:
        return (), ()
    pattern, index = _pattern(path[:-3])
    return (*pattern, "evidence", 0, path[-1]), index


def pattern_text(pattern: Pattern) -> str:
    """Return a pattern as text: ``emissions[].evidence[0].source``."""
    text = ""
    for step in pattern:
        text += (
            EACH
            if step == EACH
            else f"[{step}]"
            if isinstance(step, int)
            else f".{step}"
            if text
            else str(step)
        )
    return text or "."


def _path_text(path: FieldPath) -> str:
    text = format_path(path)
    try:
        plain = parse_path(text) == path and holds(text)
    except ValueError:
        plain = False
    return text if plain else json.dumps(list(path))


def _chunks(value: Any) -> Iterator[str]:
    text = f"{value}" if isinstance(value, Decimal) else json.dumps(value)
    text = text.replace("_", "\\u005f")
    for at in range(0, len(text), _CHUNK):
        yield "'" + text[at : at + _CHUNK] + "'"  # quotes keep blanks at the ends


def _width(field: Field, language: Language) -> int:
    title = field.title.to(language)
    wide = sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in title)
    return max(12, min(28, wide // 2 + 4))
