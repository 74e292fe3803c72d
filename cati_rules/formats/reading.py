"""What was read from a foreign file: values with their places, what was assumed, and what is not stated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from msgspec import Struct, field

from cati_rules.documents import Document, Value, with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import Place
from cati_rules.formats.source import Source
from cati_rules.later import known
from cati_rules.text import Text


class Origin(NamedTuple):
    """Where a value stands in its file: ``within`` as ``!Sheet!C12``, ``#/pcf/declaredUnit`` or ``#/a/b[2]``."""

    within: str = ""
    line: int | None = None
    column: int | None = None


WHOLE: Final = Origin()
"""The file itself."""


class Taken(Struct, frozen=True):
    """One value for the field at ``path``, where it stands, and how it was come by where it is not as it stands."""

    path: FieldPath
    value: Value
    origin: Origin
    how: Text | None = None


class Open(Struct, frozen=True):
    """What a file leaves open: not stated, or stated in a way that may be read as one thing or another."""

    path: str
    told: Text
    origin: Origin = WHOLE


class Reading(Struct, frozen=True):
    """What one record of a file says: values for a document of one kind, and what it leaves open.

    ``record`` names the record within the file, empty where the file is one record.
    """

    format: Text
    kind: str
    taken: tuple[Taken, ...]
    open: tuple[Open, ...] = ()
    record: Origin = WHOLE
    several: bool = False

    def value(self) -> dict[str, Any]:
        """Return the values as a document."""
        built: Any = {"kind": self.kind}
        for each in self.taken:
            built = with_value(built, each.path, each.value)
        whole: dict[str, Any] = built
        return whole


class Draft(Struct):
    """A reading that is being made."""

    format: Text
    kind: str
    taken: list[Taken] = field(default_factory=list)
    open: list[Open] = field(default_factory=list)
    record: Origin = WHOLE

    def take(self, path: FieldPath, value: Value, origin: Origin, how: Text | None = None) -> None:
        """Note a value."""
        self.taken.append(Taken(path, value, origin, how))

    def leave(self, path: str, en: str, zh: str, origin: Origin | None = None) -> None:
        """Note what is left open."""
        self.open.append(Open(path, Text(en, zh), origin or self.record))

    def has(self, path: FieldPath) -> bool:
        """Return whether there is a value at a path, or below it."""
        return any(each.path[: len(path)] == path for each in self.taken)

    def reading(self, *, several: bool = False) -> Reading:
        """Return what was read."""
        return Reading(self.format, self.kind, tuple(self.taken), tuple(self.open), self.record, several)


class ReadDocument(Document, frozen=True):
    """A document that was read from a foreign file: places are those of the file."""

    reading: Reading
    file: str
    origins: Mapping[FieldPath, Origin]

    def place(self, path: Sequence[str | int]) -> Place:
        """Return where the value at ``path`` stands in the file, or the nearest thing around it."""
        steps = tuple(path)
        origin = self.origins[steps[: self.known_steps(steps)]]
        return Place(self.file, origin.line, origin.column, origin.within)

    def key_place(self, path: Sequence[str | int]) -> Place:
        """Return where the value at ``path`` stands: a foreign file has no keys of ours."""
        return self.place(path)

    def known_steps(self, path: Sequence[str | int]) -> int:
        """Return how many steps of ``path`` lead to something that was read."""
        steps = tuple(path)
        return next(n for n in range(len(steps), -1, -1) if steps[:n] in self.origins)


class AnsweredDocument(ReadDocument, frozen=True):
    """A document with answers in it: places are those of the document, or of the cells that answers stand in.

    ``within`` is where its value stands in ``base``.
    """

    base: Document
    within: FieldPath
    answers: str

    def place(self, path: Sequence[str | int]) -> Place:
        """Return where the value at ``path`` stands, in a cell or in the document, or the nearest thing around it."""
        steps = tuple(path)
        answered = self._answered(steps)
        if answered and answered >= self._stated(steps):
            return Place(self.answers, within=self.origins[steps[:answered]].within)
        return self.base.place((*self.within, *steps))

    def key_place(self, path: Sequence[str | int]) -> Place:
        """Return where the key of ``path`` stands; of an answer, its cell."""
        steps = tuple(path)
        answered = self._answered(steps)
        if answered and answered >= self._stated(steps):
            return self.place(steps)
        return self.base.key_place((*self.within, *steps))

    def known_steps(self, path: Sequence[str | int]) -> int:
        """Return how many steps of ``path`` lead to something that is stated or answered."""
        steps = tuple(path)
        around = {each[:n] for each in self.origins for n in range(len(each) + 1)}
        answered = next(n for n in range(len(steps), -1, -1) if steps[:n] in around or n == 0)
        return max(answered, self._stated(steps))

    def _answered(self, steps: FieldPath) -> int:
        return next((n for n in range(len(steps), 0, -1) if steps[:n] in self.origins), 0)

    def _stated(self, steps: FieldPath) -> int:
        return max(0, self.base.known_steps((*self.within, *steps)) - len(self.within))


def document_of(reading: Reading, source: Source) -> ReadDocument:
    """Return a reading as a document that the steps of the pipeline take as any other."""
    origins: dict[FieldPath, Origin] = {(): reading.record}
    for each in reading.taken:
        for n in range(1, len(each.path)):
            origins.setdefault(each.path[:n], each.origin)
        origins[each.path] = each.origin
    value: dict[str, Value] = reading.value()
    name = f"{source.name}{reading.record.within}" if reading.several else source.name
    digest = hashlib.sha256(source.data).hexdigest()
    return ReadDocument(name, digest, value, known(0), "", reading, source.name, origins)
