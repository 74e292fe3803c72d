"""JSON as a tree with the pointer and the line of everything, read as exactly and as strictly as documents of ours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from cati_rules.documents.builder import Builder
from cati_rules.documents.document import MappingMark, Mark, SequenceMark, Value
from cati_rules.documents.json_events import read_json
from cati_rules.documents.refusal import Refusal
from cati_rules.errors import DocumentError
from cati_rules.formats.figures import decimal_of, held
from cati_rules.formats.reading import Origin
from cati_rules.formats.source import Source
from cati_rules.text import Text

_NOTHING: Final = ("", "null", "n/a", "none", "-")


class Node:
    """A value in a JSON text, with the names by which one gets there.

    A list that wraps one value, as some formats have it everywhere, is gone through as if it were not there.
    """

    __slots__ = ("_lines", "_mark", "pointer", "value")

    def __init__(self, value: Value, mark: Mark, pointer: str, lines: tuple[int, ...]):
        """Make the node of a value."""
        self.value = value
        self.pointer = pointer
        self._mark = mark
        self._lines = lines

    def under(self, pointer: str) -> Node:
        """Return the same value as if it stood at another pointer."""
        return Node(self.value, self._mark, pointer, self._lines)

    @property
    def origin(self) -> Origin:
        """Where the value stands in its file."""
        at = self._mark if isinstance(self._mark, int) else self._mark.at
        line = bisect_right(self._lines, at)
        return Origin(f"#{self.pointer}", line, at - self._lines[line - 1] + 1)

    def items(self) -> Iterator[Node]:
        """Yield the items of a list; anything else is an item by itself."""
        if isinstance(self.value, list):
            for i, each in enumerate(self.value):
                mark = self._mark.items[i] if isinstance(self._mark, SequenceMark) else self._mark
                yield Node(each, mark, f"{self.pointer}/{i}", self._lines)
        else:
            yield self

    def children(self, name: str | None = None) -> Iterator[Node]:
        """Yield what stands under a name, each item of a list by itself; under any name if none is given."""
        for here in self.items():
            if not isinstance(here.value, dict):
                continue
            for key, value in here.value.items():
                if name is None or key == name:
                    mark = here._mark.values[key] if isinstance(here._mark, MappingMark) else here._mark
                    step = key.replace("~", "~0").replace("/", "~1")
                    yield from Node(value, mark, f"{here.pointer}/{step}", self._lines).items()

    def at(self, *names: str) -> Node | None:
        """Return the first value on the way that ``names`` lead, None where there is none."""
        found: Node | None = self
        for name in names:
            found = None if found is None else next(found.children(name), None)
        return found

    def any_of(self, *names: str) -> Node | None:
        """Return what says something under the first of some names that does."""
        return next((each for name in names if (each := self.at(name)) is not None and each.is_stated), None)

    @property
    def attributes(self) -> dict[str, str]:
        """The plain values of an object, as texts."""
        inside: dict[str, Any] = self.value if isinstance(self.value, dict) else {}
        return {key: text for key, value in inside.items() if (text := _text(value)) is not None}

    @property
    def text(self) -> str:
        """The value as text; of an object, what stands under ``value``; empty where there is none."""
        value = self.value.get("value") if isinstance(self.value, dict) else self.value
        return _text(value) or ""

    @property
    def is_stated(self) -> bool:
        """Whether the value says something: an empty text, object or list does not."""
        if isinstance(self.value, str):
            return self.value.strip().lower() not in _NOTHING
        return self.value is not None and self.value not in ({}, [])

    @property
    def number(self) -> Decimal | None:
        """The number that the value is, or that its text is."""
        if isinstance(self.value, bool):
            return None
        return held(self.value) if isinstance(self.value, Decimal) else decimal_of(self.text)


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value if isinstance(value, str) else None


def read_json_tree(source: Source) -> Node:
    """Return the root of the JSON that a file is.

    Raises:
        DocumentError: it is no JSON, holds a key twice, or is beyond the limits of documents.
    """
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = Text("The JSON is not saved as UTF-8.", "JSON 文件不是 UTF-8 编码。")
        raise source.refusal(
            "encoding", message, Text("Save the file as UTF-8.", "请以 UTF-8 编码保存文件。")
        ) from None
    builder = Builder(text)
    try:
        read_json(text, builder)
    except Refusal as refusal:
        problems = [each.problem(source.name, text) for each in (*builder.refusals, refusal)]
        raise DocumentError(problems) from None
    if builder.refusals:
        raise DocumentError([each.problem(source.name, text) for each in builder.refusals])
    root = builder.root()
    value, mark = root if root is not None else (None, 0)
    return Node(value, mark, "", _line_starts(text))


def _line_starts(text: str) -> tuple[int, ...]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return tuple(starts)
