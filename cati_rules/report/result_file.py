"""Reads a result of ``cati check --format json``, and trusts nothing in it: every value is of the type asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.documents import Document, format_path, read_document, value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import DocumentError, Problem, UsageError
from cati_rules.report.values import RESULT_SCHEMA
from cati_rules.text import Text

_EXACT = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_NO_RESULT = Text(
    "is not a result of `cati check --format json`.", "不是 `cati check --format json` 的输出。"
)
_LIST, _TABLE = Text("a list", "列表"), Text("an object", "对象")
_TEXT, _NUMBER = Text("a text", "文本"), Text("a number", "数字")
_TRUTH = Text("true or false", "true 或 false")


class ResultPart(Struct, frozen=True):
    """An object in the file, at ``path``: gives its fields, each of the type that is asked for.

    What is of another type is wrong usage: ``code`` and ``advice`` are those of its problem.
    """

    document: Document
    code: str
    advice: Text
    path: FieldPath = ()

    def get(self, name: str) -> Any:
        """Return the value of a field, None where it has none."""
        return value_at(self.document.value, (*self.path, name))

    def names(self) -> tuple[str, ...]:
        """Return the names of its fields."""
        return tuple(value_at(self.document.value, self.path))

    def has(self, name: str) -> bool:
        """Return whether it has a value in a field."""
        return self.get(name) is not None

    def text(self, name: str) -> str:
        """Return the text of a field."""
        value = self.get(name)
        if isinstance(value, str) and value:
            return value
        raise self.wrong(name, _TEXT)

    def number(self, name: str) -> Decimal:
        """Return the exact number of a field."""
        value = self.get(name)
        text = str(value) if isinstance(value, str | Decimal) else ""
        if _EXACT.fullmatch(text):
            return Decimal(text)
        raise self.wrong(name, _NUMBER)

    def truth(self, name: str) -> bool:
        """Return whether a field says true."""
        value = self.get(name)
        if isinstance(value, bool):
            return value
        raise self.wrong(name, _TRUTH)

    def part(self, name: str) -> ResultPart:
        """Return the object in a field."""
        if isinstance(self.get(name), Mapping):
            return self._at(name)
        raise self.wrong(name, _TABLE)

    def entries(self, name: str) -> Iterator[ResultPart]:
        """Yield the objects that a field lists."""
        listed = self.get(name)
        if not isinstance(listed, list):
            raise self.wrong(name, _LIST)
        for i, each in enumerate(listed):
            if not isinstance(each, Mapping):
                raise self.wrong((name, i), _TABLE)
            yield self._at(name, i)

    def wrong(self, name: str | FieldPath, wanted: Text) -> UsageError:
        """Return the error for a field that is not as wanted."""
        path = (*self.path, *((name,) if isinstance(name, str) else name))
        message = Text(f"is not {wanted.en}.", f"不是{wanted.zh}。")
        return UsageError(
            Problem(self.document.place(path), self.code, message, path=format_path(path), advice=self.advice)
        )

    def _at(self, *steps: str | int) -> ResultPart:
        return replace(self, path=(*self.path, *steps))


def read_result(path: Path, code: str, advice: Text) -> ResultPart:
    """Return an earlier result; ``code`` and ``advice`` are for what is wrong with it.

    Raises:
        UsageError: the file cannot be read, or is no such result.
    """
    try:
        document = read_document(path, recognise=False)
    except DocumentError as error:
        raise UsageError(error.problems) from None
    if document.value.get("schema") != RESULT_SCHEMA or not isinstance(document.value.get("documents"), list):
        raise UsageError(Problem(document.place(()), code, _NO_RESULT))
    return ResultPart(document, code, advice)
