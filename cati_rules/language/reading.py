"""Ways to get a value out of a document, compiled once.

A frame is the state of one evaluation: the document, the cache of named values, the log of inner traces, and
then one slot for each quantifier's variable, by depth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

DOCUMENT_SLOT, CACHE_SLOT, LOG_SLOT, FIRST_VARIABLE = 0, 1, 2, 3

Frame = list[Any]
Read = Callable[[Frame], Any]


def reader(slot: int, fields: tuple[str, ...], absent: object) -> Read:
    """Return the way to the value at ``fields`` below the slot; ``absent`` if there is none, or null."""
    shapes: dict[int, Callable[..., Read]] = {0: _itself, 1: _one_deep, 2: _two_deep, 3: _three_deep}
    shape = shapes.get(len(fields))
    return _deep(slot, fields, absent) if shape is None else shape(slot, *fields, absent)


def reader_with_default(slot: int, fields: tuple[str, ...], default: object, absent: object) -> Read:
    """Return the way to a value that is ``default`` where the record that would hold it is there without it."""
    *above, name = fields
    holder = reader(slot, tuple(above), None)

    def read(frame: Frame) -> Any:
        record = holder(frame)
        if record is None:
            return absent
        value = record.get(name)
        return default if value is None else value

    return read


# The common depths are written out: a loop over the names takes twice the time. They ask with "get", as an error
# that is raised and caught costs several times that, and half of all fields are absent.


def _itself(slot: int, absent: object) -> Read:
    def read(frame: Frame) -> Any:
        value = frame[slot]
        return absent if value is None else value

    return read


def _one_deep(slot: int, first: str, absent: object) -> Read:
    def read(frame: Frame) -> Any:
        try:
            value = frame[slot].get(first)
        except AttributeError:
            return absent
        return absent if value is None else value

    return read


def _two_deep(slot: int, first: str, second: str, absent: object) -> Read:
    def read(frame: Frame) -> Any:
        try:
            value = frame[slot].get(first)
            if value is not None:
                value = value.get(second)
        except AttributeError:
            return absent
        return absent if value is None else value

    return read


def _three_deep(slot: int, first: str, second: str, third: str, absent: object) -> Read:
    def read(frame: Frame) -> Any:
        try:
            value = frame[slot].get(first)
            if value is not None:
                value = value.get(second)
                if value is not None:
                    value = value.get(third)
        except AttributeError:
            return absent
        return absent if value is None else value

    return read


def _deep(slot: int, fields: tuple[str, ...], absent: object) -> Read:
    def read(frame: Frame) -> Any:
        value = frame[slot]
        try:
            for name in fields:
                value = value[name]
        except (KeyError, TypeError):
            return absent
        return absent if value is None else value

    return read
