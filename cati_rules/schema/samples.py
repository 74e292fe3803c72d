"""Example values made from a schema, that are valid against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import jsonschema_rs
from msgspec import Struct, field

from cati_rules.documents.paths import FieldPath
from cati_rules.schema.formats import FORMATS
from cati_rules.schema.navigation import Schema, field_at, item, properties, resolved

_FORMATTED = {
    "date": "2024-03-01",
    "uri": "https://www.example.com/report.pdf",
    "iri": "https://www.example.com/report.pdf",
}


_APART = "x-apart"
"""Marks a field that does not go together with the examples of the section around its own."""
MOST_TRIED = 8
"""How many other values of a number or text are made."""


class Sample(Struct, frozen=True):
    """The example of a section: the values of its fields, and the fields that do not go with those."""

    values: dict[str, Any]
    left_out: tuple[str, ...] = field(default=())


def sample(root: Schema, schema: object, *, full: bool = True) -> Any:
    """Return an example of what ``schema`` takes: its first own one, or one made from its type and limits.

    With ``full``, a section has all fields that can stand together; else only those that it needs.
    """
    own = resolved(root, schema)
    kind = own.get("type")
    if kind == "object" or properties(root, own):
        return section(root, own, full=full).values
    # An example of its own goes before what is asked for under a condition only.
    if own.get("examples"):
        return own["examples"][0]
    if "const" in own:
        return own["const"]
    if own.get("enum"):
        return own["enum"][0]
    make = _MAKERS.get(str(kind), _text)
    return make(root, own)


def section(root: Schema, schema: Schema, *, full: bool = True) -> Sample:
    """Return an example of a section that is valid by itself; one that needs nothing is empty if not ``full``."""
    fields = properties(root, schema)
    needed = set(schema.get("required", ()))
    valid = _checker(root, schema)
    values = {name: sample(root, inner, full=full) for name, inner in fields.items() if name in needed}
    left_out: list[str] = []
    apart = [name for name, inner in fields.items() if inner.get(_APART)]
    for name, inner in fields.items():
        if name in needed or name in apart or (valid.is_valid(values) and not full):
            continue
        more = {**values, name: sample(root, inner, full=full)}
        if valid.is_valid(more) or not valid.is_valid(values):
            values = more
        else:
            left_out.append(name)
    # What needs a field that comes after it, as an amount its unit.
    for name in tuple(left_out):
        more = {**values, name: sample(root, fields[name], full=full)}
        if valid.is_valid(more):
            values = more
            left_out.remove(name)
    in_order = {name: values[name] for name in fields if name in values}
    return Sample(in_order, (*left_out, *apart))


def completed(root: Schema, schema: Schema, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a section with examples of the fields that it needs beside those it has; itself where it needs none."""
    valid = _checker(root, schema)
    if valid.is_valid(values):
        return values
    fields = properties(root, schema)
    filled = dict(values)
    missing = [name for name in fields if name not in values]
    for name in sorted(missing, key=lambda each: each not in schema.get("required", ())):
        more = {**filled, name: sample(root, fields[name], full=False)}
        if valid.is_valid(more):
            return more
        if len(list(valid.iter_errors(more))) < len(list(valid.iter_errors(filled))):
            filled = more
    return filled if valid.is_valid(filled) else values


_CHECKERS: dict[tuple[int, int], tuple[Schema, Schema, jsonschema_rs.Draft202012Validator]] = {}
"""What checks sections, by the ids of their schemas, which are kept with it: made once, as that takes milliseconds."""
_MOST_CHECKERS = 256


def _checker(root: Schema, schema: Schema) -> jsonschema_rs.Draft202012Validator:
    at = (id(root), id(schema))
    known = _CHECKERS.get(at)
    if known is None:
        whole = {**schema, "$defs": root.get("$defs", {})}
        whole.pop("$id", None)
        checker = jsonschema_rs.Draft202012Validator(whole, validate_formats=True, formats=dict(FORMATS))
        if len(_CHECKERS) >= _MOST_CHECKERS:
            _CHECKERS.clear()
        _CHECKERS[at] = known = (root, schema, checker)
    return known[2]


def _number(_root: Schema, schema: Schema) -> Any:
    if "minimum" in schema:
        return schema["minimum"]
    if "exclusiveMinimum" in schema:
        return schema["exclusiveMinimum"] + 1
    return schema.get("maximum", 1)


def _text(_root: Schema, schema: Schema) -> Any:
    text = _FORMATTED.get(str(schema.get("format")), "…")
    return text.ljust(int(schema.get("minLength", 0)), "…")


def _list(root: Schema, schema: Schema) -> Any:
    inside = item(root, schema)
    choices = inside.get("enum", ())
    least = max(1, int(schema.get("minItems", 1)))
    return list(choices[:least]) if len(choices) >= least else [sample(root, inside)] * least


_MAKERS: Mapping[str, Any] = {
    "array": _list,
    "boolean": lambda _root, _schema: True,
    "integer": _number,
    "number": _number,
    "string": _text,
}


def sample_at(schema: Schema, place: FieldPath) -> Any:
    """Return an example of what stands at a place, with exact numbers as a document has them."""
    return exact(sample(schema, field_at(schema, place), full=False))


def exact(value: Any) -> Any:
    """Return an example with the exact numbers that a document has."""
    if isinstance(value, dict):
        return {name: exact(each) for name, each in value.items()}
    if isinstance(value, list):
        return [exact(each) for each in value]
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def other_values(value: Any, choices: Sequence[Any]) -> Iterator[Any]:
    """Yield values other than one: the choices after it, then before it; numbers beside it; texts that continue it."""
    if value in choices:
        at = choices.index(value)
        yield from (*choices[at + 1 :], *choices[:at])
    elif isinstance(value, Decimal):
        for step in range(1, MOST_TRIED):
            yield from (value - step, value + step)
    else:
        yield from (f"{value} {each}" for each in range(2, MOST_TRIED))
