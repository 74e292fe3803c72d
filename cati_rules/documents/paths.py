"""Paths into a document: as text for people, and the values they lead to."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from cati_rules.documents.limits import DEPTH

FieldPath = tuple[str | int, ...]
"""Where a value stands in the data of a document, from its root: names of fields, and positions counted from 0."""

FieldNames = tuple[str, ...]
"""The names that lead to a field, from the root of a document or of an entry; none is a position."""

_PLAIN_KEY: Final = re.compile(r"[^\W\d][\w-]*")
_STEP: Final = re.compile(r"\.?([^\W\d][\w-]*)|\[([0-9]{1,6})\]")


def format_path(path: Sequence[str | int]) -> str:
    """Return a path as text: ``emissions[0].value``; a key with odd characters as ``["odd key"]``."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN_KEY.fullmatch(step):
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f"[{json.dumps(step, ensure_ascii=False)}]")
    return "".join(parts)


def path_order(path: Sequence[str | int]) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts paths by their steps, whatever order they stand in: fields by name, entries by place."""
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in path)


def value_at(value: object, path: Sequence[str | int]) -> Any:
    """Return what stands at ``path`` within ``value``, None if nothing does."""
    found: Any = value
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return None
    return found


def parse_path(text: str) -> FieldPath:
    """Return the path that ``text`` writes, as :func:`format_path` does: ``emissions[0].value``.

    Raises:
        ValueError: the text is not a path.
    """
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None or (at == 0) == text.startswith((".", "["), at):
            raise ValueError(f"{text!r} is not a path")
        steps.append(found[1] if found[1] is not None else int(found[2]))
        at = found.end()
        if len(steps) > DEPTH:
            raise ValueError("no document is nested so deeply")
    if not steps:
        raise ValueError("a path is not empty")
    return tuple(steps)


def with_value(value: Any, path: Sequence[str | int], new: Any) -> Any:
    """Return ``value`` with ``new`` at ``path``; objects on the way are made, ``value`` itself is not changed.

    An index one past the end of a list appends to it.

    Raises:
        ValueError: the path leads through something that is neither an object nor a list, or past a list's end.
    """
    if not path:
        return new
    step, *rest = path
    if isinstance(step, str) and (value is None or isinstance(value, dict)):
        inside = {} if value is None else value
        return {**inside, step: with_value(inside.get(step), rest, new)}
    if isinstance(step, int) and (value is None or isinstance(value, list)):
        items = [] if value is None else list(value)
        if step <= len(items):
            before = items[step] if step < len(items) else None
            items[step : step + 1] = [with_value(before, rest, new)]
            return items
    raise ValueError(f"there is no place {format_path(path)}")
