"""Which rows are certainly valid products of single values, told over columns.

All others are *uneven*: they are validated and judged as documents, one by one. Saying of a valid row that it is uneven
costs time; saying of an invalid one that it is even would be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cati_rules.columns.fields import PRODUCT, Fields, product_fields
from cati_rules.columns.truths import Flag, negation, some
from cati_rules.documents.paths import FieldNames
from cati_rules.kinds.definition.stated import MODULES, bounded_in
from cati_rules.pipeline import record_of
from cati_rules.schema import load_schema
from cati_rules.schema.types import BooleanType, NumberType, TextType

if TYPE_CHECKING:
    pass

_LEAST, _MOST = 1e-15, 1e15
"""Sizes of numbers that are surely within the limits of documents."""
_SAYS_SOMETHING = "[0-9A-Za-z一-龥]"
_DATE = (
    "^[12][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    "|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)$"
)
_LONGEST = 1000


def uneven(fields: Fields) -> Flag:
    """Return where a row is not certainly a valid product of single values, without nulls."""
    return some(_flags(fields))


def _flags(fields: Fields) -> Iterator[Flag]:
    formats = dict(_formats(load_schema(PRODUCT), ()))
    types = product_fields()
    for name in sorted(fields.present):
        path = tuple(name.split("."))
        kind = types[name]
        column = None if not isinstance(kind, _KINDS) else fields.column(path)
        if column is None:
            continue
        if MODULES in path:
            yield ~column.is_null()
        elif isinstance(kind, NumberType):
            yield from _number(column, kind)
        elif isinstance(kind, TextType):
            yield _text(column, kind, formats.get(path)).fill_null(False)
    yield from _required(load_schema(PRODUCT), fields, ())
    yield from _bounds(fields)


_KINDS = (NumberType, TextType, BooleanType)


def _number(column: Any, kind: NumberType) -> Iterator[Flag]:
    least = kind.exclusive_minimum if kind.minimum is None else kind.minimum
    most = kind.exclusive_maximum if kind.maximum is None else kind.maximum
    size = column if least is not None and least >= 0 else column.abs()
    wrong = size > (_MOST if most is None else min(_MOST, float(most)))
    if least:
        wrong |= column < float(least)
    if least is None or least <= 0:  # where it must not be below 0, what is below 0 is found here
        wrong |= (size < _LEAST) & (column != 0.0)
    if kind.exclusive_minimum is not None:
        wrong |= column == float(kind.exclusive_minimum)
    if kind.exclusive_maximum is not None:
        wrong |= column == float(kind.exclusive_maximum)
    yield wrong.fill_null(False)
    if kind.integer:
        yield (column.floor() != column).fill_null(False)


def _text(column: Any, kind: TextType, form: str | None) -> Any:
    if kind.choices is not None:
        return ~column.is_in(sorted(kind.choices))
    if form == "date":
        return ~column.str.contains(_DATE)
    return ~column.str.contains(_SAYS_SOMETHING) | (column.str.len_chars() > _LONGEST)


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    merged = dict(schema)
    while "$ref" in merged:
        reference = merged.pop("$ref")
        merged = {**load_schema(PRODUCT)["$defs"][reference.rpartition("/")[2]], **merged}
    return merged


def _formats(schema: Mapping[str, Any], path: FieldNames) -> Iterator[tuple[FieldNames, str]]:
    schema = _resolved(schema)
    if "format" in schema:
        yield path, schema["format"]
    for name, inner in schema.get("properties", {}).items():
        yield from _formats(inner, (*path, name))


def _required(schema: Mapping[str, Any], fields: Fields, path: FieldNames) -> Iterator[Flag]:
    """Yield where a field is there without those that have to be there with it."""
    schema = _resolved(schema)
    for name in schema.get("required", ()):
        if path or name != "kind":
            there = _there(fields, path) if path else True
            yield _without(there, _there(fields, (*path, name)))
    for name, others in schema.get("dependentRequired", {}).items():
        for other in others:
            yield _without(_there(fields, (*path, name)), _there(fields, (*path, other)))
    for name, inner in schema.get("properties", {}).items():
        yield from _required(inner, fields, (*path, name))


def _without(one: Flag, other: Flag) -> Flag:
    if one is False or other is True:
        return False
    return one if other is False else negation(other) if one is True else one & negation(other)


def _there(fields: Fields, path: FieldNames) -> Flag:
    name = ".".join(path)
    names = [name] if name in fields.present else fields.below(path)
    columns = [fields.column(tuple(each.split("."))) for each in names]
    return some(~each.is_null() for each in columns if each is not None)


def _bounds(fields: Fields) -> Iterator[Flag]:
    """Yield where a number is not certainly within its bounds, or these leave nothing between them."""
    for number in bounded_in(record_of(PRODUCT)):
        inside = {side: fields.column((*number.path[:-1], name)) for side, name in number.bounds}
        value = fields.column(number.path)
        highs = [each for side in ("at_most", "below") if (each := inside.get(side)) is not None]
        lows = [each for each in (inside.get("at_least"), value) if each is not None]
        for low in lows:
            yield from ((low >= high).fill_null(False) for high in highs)
        least = inside.get("at_least")
        if value is not None and least is not None:
            yield (value < least).fill_null(False)
        # What lies below the least that there can be leaves nothing either, though each is valid by itself.
        if number.whole.low is not None:
            yield from ((high <= float(number.whole.low)).fill_null(False) for high in highs)
        if number.whole.high is not None and least is not None:
            yield (least >= float(number.whole.high)).fill_null(False)
