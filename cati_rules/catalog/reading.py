"""Reads what an author wrote, once it was checked, as the structs that a run works with.

What only authoring can know is not there yet: what is inherited or computed is None, and expressions are not parsed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, get_args, get_origin

from msgspec import Struct

from cati_rules.catalog.fields import BY_NAME, KEY, Expression
from cati_rules.catalog.models import Declared, declared, some, split
from cati_rules.catalog.ruleset import Source
from cati_rules.language.nodes import Literal

Read = TypeVar("Read", bound=Struct)
Step = str | int
UNREAD = Literal(False)
"""Stands for the tree of an expression that was not parsed yet, or could not be."""


def read(kind: type[Read], data: Mapping[str, Any], key: str | None = None) -> Read:
    """Return a struct from what an author wrote; ``key`` is what it is named by, where it stands in a mapping."""
    found: dict[str, Any] = {}
    for each in declared(kind):
        if KEY in each.marks:
            found[each.name] = key
        elif data.get(each.written) is not None:
            found[each.name] = _value(each.hint, each.marks, data[each.written])
        elif each.required:
            found[each.name] = None
    return kind(**found)


def _value(hint: Any, marks: tuple[Any, ...], data: Any) -> Any:
    plain, more = split(some(hint))
    marks = (*marks, *more)
    if plain is Expression:
        return Expression(data, UNREAD)
    if "date" in marks:
        return str(data)
    if "dotted" in marks:
        return tuple(data.split("."))
    if isinstance(plain, type) and issubclass(plain, Struct):
        return read(plain, data)
    if get_origin(plain) is tuple:
        item = get_args(plain)[0]
        if BY_NAME in marks:
            return tuple(read(item, each, key) for key, each in data.items())
        return tuple(_value(item, (), each) for each in data)
    if get_origin(plain) is Mapping:
        value = get_args(plain)[1]
        if isinstance(value, type) and issubclass(value, Struct):
            return {key: read(value, each, key) for key, each in data.items()}
    return data


def sources_in(value: Struct, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Source]]:
    """Yield the sources that an author wrote, each with the way to it in the file."""
    for each in declared(type(value)):
        for way, found in _below(each, getattr(value, each.name)):
            here = (*path, each.written, *way)
            if isinstance(found, Source):
                yield here, found
            else:
                yield from sources_in(found, here)


def key_of(entry: Struct) -> str:
    """Return what an author names an entry by."""
    return next(str(getattr(entry, each.name)) for each in declared(type(entry)) if KEY in each.marks)


def _below(field: Declared, value: Any) -> Iterator[tuple[tuple[Step, ...], Struct]]:
    """Yield the structs directly in a field, each with the way to it from there."""
    if isinstance(value, Mapping):
        yield from (((key,), each) for key, each in value.items() if isinstance(each, Struct))
    elif isinstance(value, tuple) and BY_NAME in field.marks:
        yield from (((key_of(each),), each) for each in value)
    elif isinstance(value, tuple):
        yield from (((i,), each) for i, each in enumerate(value) if isinstance(each, Struct))
    elif isinstance(value, Struct) and not isinstance(value, Expression):
        yield (), value
