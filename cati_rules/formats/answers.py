"""Answers to the questions' workbook, put into the documents that they are about; what is stated is told, never lost.

An answer about another figure than the document has (per tonne of crude steel, where it is of a coil) makes a further
document of the same product: one document holds one figure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import PurePath
from typing import Any, Final

import msgspec
from msgspec import Struct

from cati_rules.documents import Document, format_path, parse_path, value_at, with_value
from cati_rules.documents.foreign import BROKEN_ARCHIVE, recognised
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import DocumentError, Place, Problem
from cati_rules.formats.cells import meaning
from cati_rules.formats.questions_workbook import (
    ABOUT,
    ANSWER_COLUMN,
    FIRST_ROW,
    KEY_COLUMN,
    MARK,
    SHEET,
    UNIT,
    UNIT_COLUMN,
    VALUE,
    Key,
    product_field,
    stored,
)
from cati_rules.formats.reading import AnsweredDocument, Open, Origin, ReadDocument, Reading, Taken
from cati_rules.formats.source import Source
from cati_rules.formats.workbook import Cell, Sheet, workbook_of
from cati_rules.text import LANGUAGES, Text
from cati_rules.units import UNITS, converted

_TITLE: Final = Text("a document with the answers of {}", "附有 {} 中回答的文件")
_STAGE: Final[FieldPath] = ("stage",)
_BOUNDARY: Final[FieldPath] = ("footprint", "boundary")
_SETTING: Final = frozenset({_STAGE, _BOUNDARY})
_FIGURES: Final = frozenset({"value", "below", "at_most", "at_least", "modules"})
_UNKNOWN: Final = frozenset(
    {"-", "–", "—", "/", "?", "n/a", "na", "unknown", "not known", "无", "不清楚", "不知道", "未知"}
)
_OF_THE_FIGURE: Final = (
    "declaration",
    "validity",
    "data_type",
    "primary_data_share",
    "footprint",
    "baseline",
)
"""What is said of the figure that a document has, and not of another one."""


class Answer(Struct, frozen=True):
    """An answer: where it goes, and what the document said when it was asked."""

    key: Key
    within: FieldPath
    path: FieldPath
    asked_as: Mapping[FieldPath, str]
    value: Any
    how: Text | None
    origin: Origin
    unit: Any = None
    unit_origin: Origin | None = None


def is_questions(source: Source) -> bool:
    """Return whether a file is a questions' workbook."""
    book = workbook_of(source) if source.is_workbook else None
    return book is not None and ABOUT in book.sheets and book.sheet(ABOUT).cell(1, 1).text == MARK


def refuse_alone(source: Source) -> Sequence[Reading]:
    """Refuse a questions' workbook that is read by itself: its answers belong into a document.

    Raises:
        DocumentError: always.
    """
    raise source.refusal(
        "answers",
        Text("These are answers to questions about a document.", "该文件是针对某个文件的问题的回答。"),
        Text(
            "Name the document too: `cati check DOCUMENT --answers FILE.xlsx`.",
            "请同时指定原文件：`cati check 文件 --answers 回答.xlsx`。",
        ),
    )


class Answers:
    """The answers of a workbook, to be put into the documents of a run one after the other."""

    def __init__(self, source: Source) -> None:
        """Read them.

        Raises:
            DocumentError: it is no questions' workbook, cannot be read, or its hidden column was changed.
        """
        if not is_questions(source):
            if recognised(source.data, certain=True) is BROKEN_ARCHIVE:
                raise DocumentError(BROKEN_ARCHIVE.problem(source.name))
            raise source.refusal(
                "not-questions",
                Text("This is no questions' workbook.", "这不是问题工作簿。"),
                Text(
                    "Such a workbook is written by `cati check DOCUMENT --questions FILE.xlsx`.",
                    "问题工作簿由 `cati check 文件 --questions 问题.xlsx` 生成。",
                ),
            )
        self.source = source
        self._book = workbook_of(source)
        self._left: list[tuple[Key, Open]] = []
        self._used: set[int] = set()
        self.answers = tuple(self._read())
        if not self.answers:
            raise source.refusal(
                "not-filled",
                Text("No question is answered.", "尚未回答任何问题。"),
                Text("Answers belong into the yellow cells.", "请在黄色单元格中填写回答。"),
            )

    @cached_property
    def _subjects(self) -> tuple[tuple[str, str], ...]:
        about = self._book.sheet(ABOUT)
        rows = range(2, about.height + 1)
        return tuple((about.cell(row, 1).text, about.cell(row, 2).text) for row in rows)

    def _read(self) -> Iterator[Answer]:
        for name in {SHEET.to(each) for each in LANGUAGES} & set(self._book.sheets):
            sheet = self._book.sheet(name)
            for row in range(FIRST_ROW, sheet.height + 1):
                if sheet.cell(row, KEY_COLUMN).text:
                    found = self._answer(sheet, row)
                    if found is not None:
                        yield found

    def _answer(self, sheet: Sheet, row: int) -> Answer | None:
        key, within, path, asked_as = self._key(sheet.cell(row, KEY_COLUMN))
        cell, field = sheet.cell(row, ANSWER_COLUMN), product_field(path)
        if field is None:
            raise self._changed(cell)
        if cell.uncomputed:
            raise self.source.refusal(
                "no-values",
                Text("The formula holds no calculated value.", "公式没有计算结果。"),
                Text("Open it in Excel, let it calculate, and save it.", "请用 Excel 打开、重新计算并保存。"),
                within=cell.origin.within,
            )
        if not cell.text or cell.text.lower() in _UNKNOWN:
            if all(key.question != each.question for each, _ in self._left):
                told = Text("question {}, “{}”, is not answered.", "问题 {}“{}”未回答。").format(
                    str(key.question), field.title
                )
                self._left.append((key, Open(key.path, told, cell.origin)))
            return None
        value, how = meaning(field, cell)
        answer = Answer(key, within, path, asked_as, value, how, cell.origin)
        if path != VALUE:
            return answer
        unit, chosen = sheet.cell(row, UNIT_COLUMN), product_field(UNIT)
        if not unit.text or chosen is None:
            told = Text("The unit of {} is missing: it is not taken.", "{} 缺少单位，未采用。").format(
                cell.text
            )
            self._left.append((key, Open(key.path, told, unit.origin)))
            return None
        return msgspec.structs.replace(answer, unit=meaning(chosen, unit)[0], unit_origin=unit.origin)

    def _key(self, cell: Cell) -> tuple[Key, FieldPath, FieldPath, Mapping[FieldPath, str]]:
        """Return what stands hidden in a row; only fields of products can be answered, whoever changed it."""
        try:
            key = msgspec.json.decode(cell.text, type=Key)
            within = parse_path(key.within) if key.within else ()
            path = parse_path(key.path)
            asked_as = {parse_path(name): value for name, value in key.asked_as.items()}
        except (msgspec.MsgspecError, ValueError):
            raise self._changed(cell) from None
        lot = len(within) == 3 and within[0] == "lots" and within[2] == "product"
        known = 0 <= key.document < len(self._subjects) and product_field(path) is not None
        if not known or not asked_as.keys() <= _SETTING or (within and not lot):
            raise self._changed(cell)
        return key, within, path, asked_as

    def _changed(self, cell: Cell) -> DocumentError:
        return self.source.refusal(
            "others",
            Text("The hidden column of this row was changed.", "该行的隐藏列已被改动。"),
            Text("Ask with a new workbook.", "请重新生成问题工作簿。"),
            within=cell.origin.within,
        )

    def unused(self) -> tuple[Problem, ...]:
        """Return a problem for each document that was asked about and is not among those of the run."""
        asked = dict.fromkeys(each.key.document for each in self.answers)
        return tuple(
            Problem(
                Place(self.source.name),
                "answers/document",
                Text(
                    f"It answers questions about {self._subjects[i][0]}, which is not among the files.",
                    f"其回答针对 {self._subjects[i][0]}，但该文件不在本次检查之列。",
                ),
                advice=Text(
                    "Name that file, under its old name or unchanged.",
                    "请指定该文件（文件名或内容须与提问时一致）。",
                ),
            )
            for i in asked
            if i not in self._used
        )

    def applied(self, document: Document) -> tuple[Document, ...]:
        """Return a document with what was answered about it, and further ones for figures of another kind.

        Raises:
            DocumentError: an answer speaks against what the document says, and not in answer to that.
        """
        own = {i for i, each in enumerate(self._subjects) if self._is_of(each, document)}
        answers = [each for each in self.answers if each.key.document in own]
        self._used |= own
        if not answers:
            return (document,)
        merge = _Merge(document, self.source.name, PurePath(self.source.name).name)
        for number in dict.fromkeys(each.key.question for each in answers):
            merge.question([each for each in answers if each.key.question == number])
        if merge.problems:
            raise DocumentError(merge.problems)
        left = [told for key, told in self._left if key.document in own] + merge.left
        digest = hashlib.sha256(f"{document.sha256} {self._digest}".encode()).hexdigest()
        return merge.documents(digest, tuple(left))

    @cached_property
    def _digest(self) -> str:
        return hashlib.sha256(self.source.data).hexdigest()

    def _is_of(self, subject: tuple[str, str], document: Document) -> bool:
        alone = not (isinstance(document, ReadDocument) and document.reading.several)
        return subject[0] == subject_name(document) or (alone and subject[1] == document.sha256)


def subject_name(document: Document) -> str:
    """Return what a questions' workbook calls a document: its file without folders, and the record in it."""
    if isinstance(document, ReadDocument):
        return PurePath(document.file).name + document.name.removeprefix(document.file)
    return PurePath(document.name).name


class _Merge:
    """A document that answers are put into; ``problems`` are those that cannot be."""

    def __init__(self, document: Document, file: str, called: str) -> None:
        self.document, self.file, self.called = document, file, called
        self.value: Any = document.value
        self.taken: list[Taken] = []
        self.left: list[Open] = []
        self.problems: list[Problem] = []
        self._figures: list[Sequence[Answer]] = []

    def question(self, answers: Sequence[Answer]) -> None:
        """Take what was answered to one question."""
        main = next((each for each in answers if each.path == VALUE), None)
        asks_figure = answers[0].asked_as or main is not None
        if main is None and asks_figure:
            for each in answers:
                told = Text("It says nothing without the figure, which is missing.", "缺少相应数值，未采用。")
                self.left.append(Open(each.key.path, told, each.origin))
        elif main is not None and self._is_of_another(main):
            self._figures.append(answers)
        else:
            for each in answers:
                for path, value in each.asked_as.items():
                    self._set(each, path, value, stored(value_at(self.value, (*each.within, *path))))
                self._set(each, each.path, each.value, each.key.was)

    def _is_of_another(self, main: Answer) -> bool:
        """Return whether a figure is of another stage, boundary or gases than the one that the document has."""
        footprint = value_at(self.value, (*main.within, "footprint"))
        stated = {path: value_at(self.value, (*main.within, *path)) for path in main.asked_as}
        if stated.get(_STAGE) != main.asked_as.get(_STAGE):
            return True
        if not isinstance(footprint, Mapping) or not footprint.keys() & _FIGURES:
            return any(known is not None and known != main.asked_as[path] for path, known in stated.items())
        here, there = UNITS.get(str(footprint.get("unit"))), UNITS.get(str(main.unit))
        other_gases = here is not None and there is not None and here.gases != there.gases
        return other_gases or any(known != main.asked_as[path] for path, known in stated.items())

    def _set(self, answer: Answer, path: FieldPath, value: Any, was: str | None) -> None:
        at = (*answer.within, *path)
        now, how = value_at(self.value, at), answer.how if path == answer.path else None
        unit_at = (*answer.within, *UNIT)
        is_figure = path == VALUE
        unit_now = value_at(self.value, unit_at) if is_figure else None
        if now is not None and _alike(now, unit_now, value, answer.unit if is_figure else None):
            return
        same_unit = not is_figure or stored(unit_now) == answer.key.unit_was
        if now is not None and not (stored(now) == was and same_unit):
            self.problems.append(self._against(answer, at, now))
            return
        if now is not None:
            told = Text("In place of {}, {}.", "原为 {}（{}）。").format(
                f"{stored(now)}{f' {unit_now}' if unit_now else ''}", str(self.document.place(at))
            )
            how = told if how is None else Text(" ", "").join((how, told))
        if is_figure:
            origin = answer.unit_origin or answer.origin
            self.value = with_value(self.value, unit_at, answer.unit)
            self.taken.append(Taken(unit_at, answer.unit, origin))
        self.value = with_value(self.value, at, value)
        self.taken.append(Taken(at, value, answer.origin, how))

    def _against(self, answer: Answer, at: FieldPath, now: Any) -> Problem:
        place = Place(self.file, within=answer.origin.within)
        return Problem(
            place,
            "answers/stated",
            Text(
                f"The answer is {stored(answer.value)}, and the document says {stored(now)} since it was asked, at "
                f"{self.document.place(at)}.",
                f"回答为 {stored(answer.value)}，而文件在提问之后已填写 {stored(now)}（{self.document.place(at)}）。",
            ),
            path=answer.key.path,
            advice=Text(
                "Say which one is right: delete the answer, or empty the field of the document.",
                "请确认哪一个正确：删除该回答，或清空文件中的该字段。",
            ),
        )

    def documents(self, digest: str, left: tuple[Open, ...]) -> tuple[Document, ...]:
        """Return the document with its answers, and a further one for each figure of another kind."""
        base = self.document
        taken, reading = tuple(self.taken), None
        title = _TITLE.format(self.called)
        if isinstance(base, ReadDocument):
            read = base.reading
            reading = Reading(
                title, read.kind, (*read.taken, *taken), (*read.open, *left), read.record, read.several
            )
        else:
            reading = Reading(title, str(base.value.get("kind")), taken, left)
        own = self._document(base.name, digest, self.value, reading, taken)
        return (own, *(self._further(each, digest) for each in self._figures))

    def _further(self, answers: Sequence[Answer], digest: str) -> AnsweredDocument:
        """Return the product as one that has the figure of these answers, and nothing that was said of another."""
        main = next(each for each in answers if each.path == VALUE)
        product = value_at(self.value, main.within)
        footprint = product.get("footprint")
        custody = footprint.get("chain_of_custody") if isinstance(footprint, Mapping) else None
        value: Any = {"kind": "product"}
        if main.within and "material" in self.value:
            value["material"] = self.value["material"]
        value |= {name: each for name, each in product.items() if name not in _OF_THE_FIGURE}
        if custody is not None:
            value["footprint"] = {"chain_of_custody": custody}
        asked = Text("As it was asked for.", "按所问。")
        kept = [self._within(each, main.within) for each in self.taken]
        taken = (
            *(each for each in kept if each is not None and value_at(value, each.path) == each.value),
            Taken(UNIT, main.unit, main.unit_origin or main.origin),
            *(Taken(path, text, main.origin, asked) for path, text in main.asked_as.items()),
            *(Taken(each.path, each.value, each.origin, each.how) for each in answers),
        )
        for each in taken:
            value = with_value(value, each.path, each.value)
        gases = UNITS[main.unit].gases if main.unit in UNITS else str(main.unit)
        what = [value.get("stage"), value["footprint"].get("boundary"), gases]
        of = self.document.name + (f" {format_path(main.within)}" if main.within else "")
        name = f"{of} ({', '.join(each for each in what if isinstance(each, str))})"
        reading = Reading(_TITLE.format(self.called), "product", taken)
        return self._document(name, digest, value, reading, taken, within=main.within)

    @staticmethod
    def _within(taken: Taken, within: FieldPath) -> Taken | None:
        inside = taken.path[: len(within)] == within
        return Taken(taken.path[len(within) :], taken.value, taken.origin, taken.how) if inside else None

    def _document(
        self,
        name: str,
        digest: str,
        value: Any,
        reading: Reading,
        taken: Sequence[Taken],
        *,
        within: FieldPath = (),
    ) -> AnsweredDocument:
        base = self.document
        file = base.file if isinstance(base, ReadDocument) else base.name
        origins = {each.path: each.origin for each in taken}
        return AnsweredDocument(
            name, digest, value, base.located, base.text, reading, file, origins, base, within, self.file
        )


def _alike(now: Any, unit_now: Any, new: Any, unit: Any) -> bool:
    """Return whether an answer says what the document says, perhaps in a unit of another size."""
    if unit_now in UNITS and unit in UNITS and isinstance(now, Decimal) and isinstance(new, Decimal):
        if UNITS[unit_now].gases != UNITS[unit].gases:
            return False
        return converted(now, unit_now, unit) == new
    return bool(now == new) and type(now) is type(new) and unit_now == unit
