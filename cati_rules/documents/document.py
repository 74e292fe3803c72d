"""A document: its plain values, and where each of them stands in the file."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from cati_rules.errors import Place
from cati_rules.later import Later

Value: TypeAlias = "dict[str, Value] | list[Value] | str | bool | Decimal | None"


class MappingMark(NamedTuple):
    """Where a mapping begins, and where its keys and values stand; all as offsets into the text."""

    at: int
    keys: dict[str, int]
    values: dict[str, Mark]


class SequenceMark(NamedTuple):
    """Where a list begins, and where its items stand; all as offsets into the text."""

    at: int
    items: list[Mark]


# Offsets, not lines and columns: one number per value is quick to keep, and few are ever asked for.
Mark: TypeAlias = "int | MappingMark | SequenceMark"


def line_and_column(text: str, at: int) -> tuple[int, int]:
    """Return the line and the column, both from 1, of the character at the offset ``at``."""
    line_feeds, returns = text.count("\n", 0, at), text.count("\r", 0, at)
    pairs = text.count("\r\n", 0, at) if returns else 0
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at) if returns else -1) + 1
    return line_feeds + returns - pairs + 1, at - start + 1


_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@lru_cache(maxsize=2)
def _line_starts(text: str) -> Sequence[int]:
    """Return where each line begins: of a long document, many places are asked for."""
    return array("Q", (0, *(each.end() for each in _LINE_BREAK.finditer(text))))


class Document(Struct, frozen=True):
    """What a file holds: plain values with exact numbers, and where they stand in ``text``.

    ``name`` is the path as the user gave it, ``sha256`` that of the bytes of the file. What a YAML alias
    names is the same object wherever it is used, so values are to be read and not changed. ``located`` finds the
    places, which a verdict alone does not need.
    """

    name: str
    sha256: str
    value: dict[str, Value]
    located: Later[Mark]
    text: str

    @property
    def marks(self) -> Mark:
        """Where the values stand."""
        return self.located()

    def __repr__(self) -> str:
        """Return the document without its text, which may be long."""
        return f"Document(name={self.name!r}, sha256={self.sha256!r})"

    def place(self, path: Sequence[str | int]) -> Place:
        """Return where the value at ``path`` stands, or where it is absent, the nearest thing around it.

        Below a YAML alias, that is where the value stands beneath the anchor.
        """
        mark = self._nearest(path)[0]
        return self._at(mark if isinstance(mark, int) else mark.at)

    def key_place(self, path: Sequence[str | int]) -> Place:
        """Return where the key of the last step of ``path`` stands; for an item of a list, the item.

        Where there is no such key, this is :meth:`place`.
        """
        if path:
            parent, known = self._nearest(path[:-1])
            key = path[-1]
            if (
                known == len(path) - 1
                and isinstance(parent, MappingMark)
                and isinstance(key, str)
                and key in parent.keys
            ):
                return self._at(parent.keys[key])
        return self.place(path)

    def known_steps(self, path: Sequence[str | int]) -> int:
        """Return how many steps of ``path`` lead to something that stands in the file, if only an empty field."""
        return self._nearest(path)[1]

    def _nearest(self, path: Sequence[str | int]) -> tuple[Mark, int]:
        """Return the mark nearest to ``path``, and how many steps lead to it."""
        mark = self.marks
        for known, step in enumerate(path):
            if isinstance(mark, MappingMark) and isinstance(step, str) and step in mark.values:
                mark = mark.values[step]
            elif isinstance(mark, SequenceMark) and isinstance(step, int) and 0 <= step < len(mark.items):
                mark = mark.items[step]
            else:
                return mark, known
        return mark, len(path)

    def _at(self, at: int) -> Place:
        starts = _line_starts(self.text)
        line = bisect_right(starts, at)
        return Place(self.name, line, at - starts[line - 1] + 1)
