"""The columns of a polars frame as fields of products: numbers as floats, texts trimmed, labels as they are spelled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cati_rules.columns.amounts import MOST_DIGITS
from cati_rules.columns.computed import Plan, makers
from cati_rules.columns.fields import PREFIX, PRODUCT, product_fields
from cati_rules.kinds.definition.brands import LABEL, PRODUCER
from cati_rules.pipeline import record_of
from cati_rules.schema.labels import known_label, known_labels
from cati_rules.schema.types import BooleanType, ListType, NumberType, RecordType, TextType

if TYPE_CHECKING:
    import polars as pl

ODD = "cati.odd"
_NUMBER = r"^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?$"


class Prepared(Struct, frozen=True):
    """The fields of a table under names of their own, ``odd`` where a cell is not of its field's type.

    ``source`` are the columns of the table as they were, by field; ``encoded`` those, by name, whose cells are all one
    of the choices of their field, as places among these.
    """

    frame: pl.DataFrame
    present: frozenset[str]
    source: Mapping[str, pl.Expr]
    encoded: Mapping[str, pl.Series]


def sources(schema: Mapping[str, Any]) -> dict[str, pl.Expr]:
    """Return where each field of a product stands in a table of such columns, in columns and in structs."""
    import polars as pl  # noqa: PLC0415 - an extra

    found: dict[str, pl.Expr] = {}
    for name, dtype in schema.items():
        found.update(_within(name, dtype, pl.col(name)))
    return found


def _within(name: str, dtype: Any, column: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
    import polars as pl  # noqa: PLC0415 - an extra

    if name in product_fields():
        yield name, column
    elif isinstance(dtype, pl.Struct) and name in groups():
        for field in dtype.fields:
            yield from _within(f"{name}.{field.name}", field.dtype, column.struct.field(field.name))


def groups() -> frozenset[str]:
    """Return the paths of the groups of fields of a product."""
    found: set[str] = set()

    def visit(record: RecordType, path: tuple[str, ...]) -> None:
        for name, kind in record.fields.items():
            if isinstance(kind, RecordType):
                found.add(".".join((*path, name)))
                visit(kind, (*path, name))

    visit(record_of(PRODUCT), ())
    return frozenset(found)


def prepared(frame: pl.DataFrame) -> Prepared:
    """Return the fields of a polars frame, ready to be computed with."""
    import polars as pl  # noqa: PLC0415 - an extra

    where = sources(frame.schema)
    plain = frame.select(**where)
    columns: dict[str, pl.Expr] = {}
    chosen: dict[str, pl.Expr] = {}
    odd: list[pl.Expr] = []
    for name, kind in product_fields().items():
        if name not in where or plain.schema[name] == pl.Null:
            continue
        column, unfit = _TYPED[type(kind)](pl.col(name), plain.schema[name])
        if isinstance(kind, TextType) and kind.choices is not None and column is not None:
            choices = pl.Enum(sorted(kind.choices))
            columns[PREFIX + name] = pl.col(name).cast(pl.String).cast(choices, strict=False)
            chosen[name] = column.cast(choices, strict=False)
            continue
        if unfit is not None:
            odd.append(unfit.fill_null(False))
        if column is not None:
            columns[PREFIX + name] = column
    typed = plain.select(**columns)
    # Texts that are one of several are numbers from here on; only where some are not is it looked which are blank.
    encoded: dict[str, pl.Series] = {}
    for name, column in chosen.items():
        if typed[PREFIX + name].null_count() == plain[name].null_count():
            if frame.schema.get(name) == pl.String:
                encoded[name] = typed[PREFIX + name]
        else:
            typed = typed.with_columns(plain.select(column.alias(PREFIX + name)))
            odd.append(_trimmed(pl.col(name).cast(pl.String)).is_not_null() & column.is_null())
    found = plain.select((pl.any_horizontal(*odd) if odd else pl.repeat(False, plain.height)).alias(ODD))
    present = frozenset(each.removeprefix(PREFIX) for each in columns)
    return Prepared(typed.with_columns(found), present, where, encoded)


Typed = tuple["pl.Expr | None", "pl.Expr | None"]
"""A column of a field's type, and where a cell is of another; None for none."""


def _number(column: pl.Expr, dtype: Any) -> Typed:
    import polars as pl  # noqa: PLC0415 - an extra

    if dtype == pl.Float64:
        return column.fill_nan(None), None  # what is infinite is larger than what is certainly valid
    if dtype.is_integer():
        return column.cast(pl.Float64), None
    if dtype == pl.Boolean or not (dtype.is_numeric() or dtype == pl.String):
        return None, column.is_not_null()
    # Of a float of half the size, and of a decimal, what it is printed as tells which number is meant.
    text = _trimmed(column.cast(pl.String))
    digits = text.str.replace_all(r"[eE].*$|[^0-9]", "").str.strip_chars_start("0").str.strip_chars_end("0")
    number = text.cast(pl.Float64, strict=False)
    unfit = ~text.str.contains(_NUMBER) | (digits.str.len_bytes() > MOST_DIGITS) | number.is_null()
    if dtype == pl.Float32:
        unfit = column.is_infinite()
    return number.fill_nan(None), text.is_not_null() & unfit


def _text(column: pl.Expr, dtype: Any) -> Typed:
    import polars as pl  # noqa: PLC0415 - an extra

    if dtype in (pl.String, pl.Categorical, pl.Enum, pl.Date):
        return _trimmed(column.cast(pl.String)), None
    if dtype == pl.Datetime:
        return column.dt.date().cast(pl.String), None
    return None, column.is_not_null()


def _truth(column: pl.Expr, dtype: Any) -> Typed:
    import polars as pl  # noqa: PLC0415 - an extra

    if dtype == pl.Boolean:
        return column, None
    if dtype != pl.String:
        return None, column.is_not_null()
    text = _trimmed(column).str.to_lowercase()
    known = text.is_in(["true", "false"])
    return pl.when(known).then(text == "true"), ~known


def _list(column: pl.Expr, dtype: Any) -> Typed:  # noqa: ARG001
    return None, column.is_not_null()


def _trimmed(column: pl.Expr) -> pl.Expr:
    import polars as pl  # noqa: PLC0415 - an extra

    text = column.str.strip_chars()
    return pl.when(text != "").then(text)


_TYPED = {NumberType: _number, TextType: _text, BooleanType: _truth, ListType: _list}


def spelled(frame: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return prepared fields with labels as the schema spells them, and with whose maker a product is from."""
    import polars as pl  # noqa: PLC0415 - an extra

    label, producer = PREFIX + LABEL, PREFIX + PRODUCER
    if label in frame.columns:
        known = known_labels(PRODUCT)
        given = frame[label].unique().drop_nulls().to_list()
        other = {each: known_label(each, known) for each in given}
        changed = {each: one for each, one in other.items() if each != one}
        if changed:
            frame = frame.with_columns(pl.col(label).replace(changed))
    if producer in frame.columns:
        named = frame[producer].unique().drop_nulls().to_list()
        made = {
            name: pl.col(producer).is_in(listed).fill_null(False)
            for name, listed in makers(plan, named).items()
        }
        frame = frame.with_columns(**made)
    return frame
