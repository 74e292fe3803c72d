# ruff: noqa: S608 - statements are made of rules, and names in them are quoted
"""Verdicts as a statement of SQL for engines that cati does not reach, with what it needs of the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from cati_rules.columns.computed import (
    DOUBT,
    LEVEL,
    UNEVEN,
    VERDICT,
    Plan,
    computed,
    consistency,
    maker_names,
    makers,
)
from cati_rules.columns.contradictions import places_of
from cati_rules.columns.fields import PREFIX, PRODUCT, product_fields
from cati_rules.columns.lazy import read_fields
from cati_rules.columns.statements import FIRST, in_dialect, quoted, steps
from cati_rules.documents.paths import FieldNames
from cati_rules.kinds.consistency.contradiction import fields_read
from cati_rules.kinds.definition.brands import LABEL, PRODUCER
from cati_rules.kinds.definition.rules import Definition
from cati_rules.kinds.definition.stated import bounded_in
from cati_rules.language.nodes import Literal as Constant
from cati_rules.pipeline import record_of
from cati_rules.schema.types import BooleanType, NumberType, TextType

if TYPE_CHECKING:
    import narwhals as nw

Dialect = Literal["duckdb", "spark", "postgres", "bigquery", "snowflake", "trino"]
DIALECTS: tuple[Dialect, ...] = ("duckdb", "spark", "postgres", "bigquery", "snowflake", "trino")
EXACT = ".exact"
"""The column that says whether the verdict is decided; where it is not, ``cati check`` decides the row."""
_ALWAYS = ("material", "validity.from", "validity.until", "data_type")
_KINDS = {NumberType: "double", TextType: "text", BooleanType: "boolean"}
_TYPES = {"double": "DOUBLE", "text": "VARCHAR", "boolean": "BOOLEAN"}


class Statement(Struct, frozen=True):
    """A statement, and the columns that its table must have: fields with the type of each."""

    text: str
    needs: tuple[tuple[str, str], ...]


def statement(plan: Plan, dialect: Dialect, table: str, keys: Sequence[str]) -> Statement:
    """Return what selects verdict and level of each row of ``table``, beside the columns ``keys``.

    A verdict is null where floats do not decide it or the row is not certainly valid; ``<ruleset>.exact`` is then
    false.

    Raises:
        NotColumns: a definition cannot be computed over columns.
    """
    import narwhals as nw  # noqa: PLC0415 - an extra

    needs = {name: _KINDS[type(product_fields()[name])] for name in sorted(needed(plan))}
    dtypes = {"double": nw.Float64(), "text": nw.String(), "boolean": nw.Boolean()}
    schema = {name: dtypes[kind] for name, kind in needs.items()}
    read: dict[str, nw.Expr] = {PREFIX + name: each.column for name, each in read_fields(schema).items()}
    compute = computed(plan, frozenset(needs))
    levels = [read, _made(plan) if PRODUCER in needs else {}, *compute.levels()]
    types = {**{name: _TYPES[kind] for name, kind in needs.items()}}
    found, last = steps(levels, types)
    selected = ", ".join([*map(quoted, keys), *(each for one in plan.definitions for each in _said(one))])
    first = f"{FIRST} AS (SELECT * FROM {quoted_table(table)})"
    text = f"WITH {', '.join((first, *found))} SELECT {selected} FROM {last}"
    return Statement(in_dialect(text, dialect), tuple(needs.items()))


def _said(definition: Definition) -> list[str]:
    name = definition.id
    decided = f"NOT ({quoted(UNEVEN)} OR {quoted(name + DOUBT)})"
    return [
        f"CASE WHEN {decided} THEN {quoted(name + VERDICT)} END AS {quoted(name + VERDICT)}",
        f"CASE WHEN {decided} THEN {quoted(name + LEVEL)} END AS {quoted(name + LEVEL)}",
        f"{decided} AS {quoted(name + EXACT)}",
    ]


def quoted_table(table: str) -> str:
    """Return the name of a table, which may have those of a schema and a catalogue before it, quoted."""
    return ".".join(map(quoted, table.split(".")))


def _made(plan: Plan) -> dict[str, Any]:
    import narwhals as nw  # noqa: PLC0415 - an extra

    column = nw.col(PREFIX + PRODUCER)
    return {
        name: column.is_in(listed).fill_null(False)
        for name, listed in makers(plan, maker_names(plan)).items()
    }


def needed(plan: Plan) -> frozenset[str]:
    """Return the fields that verdicts of a plan rest on."""
    found: set[FieldNames] = {tuple(each.split(".")) for each in _ALWAYS}
    for place in places_of(consistency()):
        found.add(place)
    for each in plan.definitions:
        body = each.body(PRODUCT)
        if body is None:
            continue
        given = {name: Constant(value) for name, value in plan.parameters.get(each.id, {}).items()}
        found |= fields_read(body, {**body.named_nodes(), **given})
        found |= {measure.of for measure in body.measures}
        if body.brand is not None:
            found |= {(LABEL,), (PRODUCER,)}
    for number in bounded_in(record_of(PRODUCT)):
        if number.path in found:
            found |= {(*number.path[:-1], name) for _, name in number.bounds}
    kinds = product_fields()
    return frozenset(
        name
        for name, kind in kinds.items()
        if type(kind) in _KINDS and any(tuple(name.split("."))[: len(each)] == each for each in found)
    )
