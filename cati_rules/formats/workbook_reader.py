"""Reads the workbooks that :mod:`cati_rules.formats.template_workbook` writes, filled in by people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from cati_rules.documents import parse_path, path_order
from cati_rules.documents.paths import FieldPath
from cati_rules.formats.cells import in_large_units, meaning
from cati_rules.formats.reading import Open, Origin, Reading, Taken
from cati_rules.formats.sheet_layout import EACH, KINDS, Field, Pattern, SheetPlan, plan_of
from cati_rules.formats.source import Source
from cati_rules.formats.template_workbook import (
    ABOUT,
    EXAMPLE,
    MARK,
    NUMBER_COLUMN,
    OTHERS,
    PARENT_COLUMN,
    examples,
    pattern_text,
)
from cati_rules.formats.workbook import Cell, Sheet, Workbook, workbook_of
from cati_rules.text import LANGUAGES, Text

TITLE: Final = Text("a workbook of cati", " cati 工作簿")
_PATTERN_ROW: Final = 2
_FIRST_ROW: Final = 3


def is_ours(source: Source) -> bool:
    """Return whether a workbook is one that we wrote."""
    book = workbook_of(source) if source.is_workbook else None
    return book is not None and ABOUT in book.sheets and book.sheet(ABOUT).cell(1, 1).text == MARK


def read_workbook(source: Source) -> Sequence[Reading]:
    """Return the documents that a workbook holds.

    Raises:
        DocumentError: it cannot be read, is empty, or a row belongs to no other.
    """
    book = workbook_of(source)
    kind = book.sheet(ABOUT).cell(2, 1).text
    if kind not in KINDS:
        raise source.refusal("kind", Text(f"There is no kind “{kind}”.", f"没有“{kind}”这一类型。"))
    reader = _Reader(source, book, kind)
    taken = list(reader.taken())
    several = plan_of(kind)[0].pattern == (EACH,)
    if not any(each.path for each in taken):
        raise source.refusal(
            "not-filled",
            Text("The workbook is not filled in.", "该工作簿尚未填写。"),
            Text(
                "Fill in the yellow cells first; the sheet at the front says how.",
                "请先填写黄色单元格，填写方法见第一个工作表。",
            ),
        )
    if not several:
        return (Reading(TITLE, kind, tuple(taken), tuple(reader.open)),)
    return tuple(_documents(kind, taken, reader))


def _documents(kind: str, taken: Sequence[Taken], reader: _Reader) -> Iterator[Reading]:
    """Yield a reading for each row of a workbook of products."""
    count = 1 + max((each.path[0] for each in taken if isinstance(each.path[0], int)), default=-1)
    for i in range(count):
        own = [each for each in taken if each.path[0] == i]
        record = reader.records.get(i, Origin())
        cut = tuple(
            Taken(each.path[1:], each.value, each.origin, each.how) for each in own if len(each.path) > 1
        )
        yield Reading(
            TITLE,
            kind,
            cut,
            tuple(reader.open) if i == 0 else (),
            record if count > 1 else Origin(),
            count > 1,
        )


class _Reader:
    def __init__(self, source: Source, book: Workbook, kind: str) -> None:
        plan = plan_of(kind)
        self.source, self.book, self.kind, self.plan = source, book, kind, plan
        self.open: list[Open] = []
        self.records: dict[int, Origin] = {}
        self.fields = {pattern_text(field.pattern): field for sheet in plan for field in sheet.fields}
        self.tables = {pattern_text(sheet.pattern): sheet for sheet in plan if sheet.is_table}
        self.rows: dict[Pattern, dict[Decimal, tuple[int, ...]]] = {}

    def taken(self) -> Iterator[Taken]:
        tables: list[tuple[SheetPlan, Sheet]] = []
        for name in self.book.sheets:
            if name in {ABOUT, OTHERS}:
                continue
            sheet = self.book.sheet(name)
            table = self.tables.get(sheet.cell(_PATTERN_ROW, 1).text)
            if table is not None:
                tables.append((table, sheet))
            else:
                yield from self._form(sheet)
        order = {each.pattern: i for i, each in enumerate(self.plan)}
        for table, sheet in sorted(tables, key=lambda each: order[each[0].pattern]):
            yield from self._table(table, sheet)
        yield from self._others()

    def _form(self, sheet: Sheet) -> Iterator[Taken]:
        rows = range(1, sheet.height + 1)
        fields = [(self.fields.get(sheet.cell(row, 1).text), sheet.cell(row, 3)) for row in rows]
        yield from self._row(
            [(field, cell) for field, cell in fields if field is not None and not _is_empty(cell)], ()
        )

    def _row(self, filled: Sequence[tuple[Field, Cell]], index: tuple[int, ...]) -> Iterator[Taken]:
        large = in_large_units(filled)
        for field, cell in filled:
            if field in large:
                yield Taken(_path(field.pattern, index), large[field][0], cell.origin, large[field][1])
            else:
                yield from self._value(field, cell, index)

    def _table(self, plan: SheetPlan, sheet: Sheet) -> Iterator[Taken]:
        columns = {
            column: self.fields[cell.text]
            for column, cell in sheet.row(_PATTERN_ROW)
            if cell.text in self.fields
        }
        numbers = self.rows.setdefault(plan.pattern, {})
        counts: dict[tuple[int, ...], int] = {}
        for row in range(_FIRST_ROW, sheet.height + 1):
            number = sheet.cell(row, NUMBER_COLUMN)
            filled = [
                (field, cell)
                for column, field in columns.items()
                if not _is_empty(cell := sheet.cell(row, column))
            ]
            belongs = sheet.cell(row, PARENT_COLUMN)
            if sheet.cell(row, 1).text == EXAMPLE:
                self._look_at_example(plan, filled, sheet, row)
                continue
            if not filled and number.value is None and belongs.value is None:
                continue
            above = self._above(plan, belongs) if plan.parent is not None else ()
            place = counts.get(above, 0)
            counts[above] = place + 1
            index = (*above, place)
            numbers.setdefault(number.number if number.number is not None else Decimal(place + 1), index)
            origin = Origin(f"!{sheet.name}!{row}")
            if plan.pattern == (EACH,):
                self.records[place] = origin
            if not filled:
                yield Taken(_path(plan.pattern, index), {}, origin)
            yield from self._row(filled, index)

    def _look_at_example(
        self, plan: SheetPlan, filled: Sequence[tuple[Field, Cell]], sheet: Sheet, row: int
    ) -> None:
        """Tell of an example that was written over: it is not read."""
        shown = [examples(self.kind, plan, language) for language in LANGUAGES]
        for field, cell in filled:
            if not any(_same(each.get(field.pattern), cell) for each in shown):
                told = Text(
                    f"Row {row} of “{sheet.name}” is the example, which is not read, and it was changed: "
                    "write into the rows below it.",
                    f"工作表“{sheet.name}”第 {row} 行为示例行，不会被读取，但内容已被改动：请填写在其下方各行。",
                )
                self.open.append(Open(pattern_text(plan.pattern), told, cell.origin))
                return

    def _above(self, plan: SheetPlan, belongs: Cell) -> tuple[int, ...]:
        """Return the entry that a row belongs to."""
        rows = self.rows.get(plan.parent or (), {})
        if belongs.number is None and len(rows) == 1:
            return next(iter(rows.values()))
        if belongs.number not in rows:
            raise self.source.refusal(
                "belongs",
                Text(
                    f"“{belongs.text}” is the number of no entry above.",
                    f"“{belongs.text}”不是已有条目的序号。",
                ),
                Text("Write the No. of the entry that this row belongs to.", "请填写该行所属条目的序号。"),
                within=belongs.origin.within,
            )
        return rows[belongs.number]

    def _value(self, field: Field, cell: Cell, index: tuple[int, ...]) -> Iterator[Taken]:
        if cell.uncomputed:
            raise self.source.refusal(
                "no-values",
                Text("The formula holds no calculated value.", "公式没有计算结果。"),
                Text("Open it in Excel, let it calculate, and save it.", "请用 Excel 打开、重新计算并保存。"),
                within=cell.origin.within,
            )
        if _is_empty(cell):
            return
        value, how = meaning(field, cell)
        yield Taken(_path(field.pattern, index), value, cell.origin, how)

    def _others(self) -> Iterator[Taken]:
        """Yield the values that have no place in a sheet; a long one stands in several rows."""
        if OTHERS not in self.book.sheets:
            return
        sheet = self.book.sheet(OTHERS)
        texts: dict[str, str] = {}
        for row in range(1, sheet.height + 1):
            texts[sheet.cell(row, 1).text] = (
                texts.get(sheet.cell(row, 1).text, "") + sheet.cell(row, 2).text[1:-1]
            )
        found: list[tuple[FieldPath, Any]] = []
        for where, text in texts.items():
            try:
                steps = tuple(json.loads(where)) if where.startswith("[") else parse_path(where)
                found.append((steps, json.loads(text, parse_float=Decimal, parse_int=Decimal)))
            except (ValueError, RecursionError):
                raise self.source.refusal(
                    "others",
                    Text(f"The hidden sheet “{OTHERS}” was changed.", f"隐藏工作表“{OTHERS}”已被改动。"),
                    Text("Begin with a new workbook.", "请使用新的工作簿。"),
                ) from None
        for path, value in sorted(found, key=lambda each: path_order(each[0])):
            yield Taken(path, value, Origin(f"!{OTHERS}"))


def _same(example: Any, cell: Cell) -> bool:
    return cell.number == Decimal(repr(example)) if isinstance(example, float) else cell.value == example


def _is_empty(cell: Cell) -> bool:
    return not cell.uncomputed and (
        cell.value is None or (isinstance(cell.value, str) and not cell.value.strip())
    )


def _path(pattern: Pattern, index: Sequence[int]) -> FieldPath:
    places = iter(index)
    return tuple(next(places) if step == EACH else step for step in pattern)
