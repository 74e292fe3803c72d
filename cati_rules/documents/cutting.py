"""Documents without some of their parts: what is left stands where it stood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from cati_rules.documents.document import Document, MappingMark, Mark, SequenceMark
from cati_rules.documents.paths import FieldPath, path_order
from cati_rules.later import known


def smallest_part(document: Document, path: Sequence[str | int]) -> FieldPath:
    """Return the part of a document that ``path`` leads to, or where nothing stands there, what it would stand in."""
    found: Any = document.value
    for reached, step in enumerate(path):
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return tuple(path[:reached])
    return tuple(path)


def without_parts(document: Document, paths: Iterable[FieldPath]) -> Document:
    """Return a document without the parts at ``paths``; of a list, what stands behind one moves up."""
    value, marks = document.value, document.marks
    # The last first, so that the places of the others stay what they are.
    for path in sorted(set(paths), key=path_order, reverse=True):
        value, marks = _without(value, marks, path)
    return replace(document, value=value, located=known(marks))


def _without(value: Any, mark: Mark, path: FieldPath) -> tuple[Any, Mark]:
    step, *rest = path
    copy = value.copy()
    if rest:
        inner = _inner(mark, step)
        copy[step], inner = _without(value[step], inner, tuple(rest))
        return copy, _with(mark, step, inner)
    del copy[step]
    return copy, _with(mark, step, None)


def _inner(mark: Mark, step: str | int) -> Mark:
    if isinstance(mark, MappingMark) and isinstance(step, str):
        return mark.values.get(step, mark.at)
    if isinstance(mark, SequenceMark) and isinstance(step, int) and step < len(mark.items):
        return mark.items[step]
    return mark if isinstance(mark, int) else mark.at


def _with(mark: Mark, step: str | int, inner: Mark | None) -> Mark:
    """Return a mark with another one for a step of it, or None for a step that is gone."""
    if isinstance(mark, MappingMark) and isinstance(step, str):
        values = {key: each for key, each in mark.values.items() if key != step}
        if inner is None:
            return MappingMark(mark.at, {key: at for key, at in mark.keys.items() if key != step}, values)
        return MappingMark(mark.at, mark.keys, values | {step: inner})
    if isinstance(mark, SequenceMark) and isinstance(step, int):
        items = list(mark.items)
        items[step : step + 1] = [] if inner is None else [inner]
        return SequenceMark(mark.at, items)
    return mark
