"""Verdicts as one statement of SQL: each level of columns is a step, and DuckDB writes the expressions."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import narwhals as nw

_DEEP = 20_000
FIRST = "cati_0"
"""What the steps call the table that they begin with."""


def steps(levels: Sequence[Mapping[str, nw.Expr]], types: Mapping[str, str]) -> tuple[list[str], str]:
    """Return the steps that compute ``levels`` one after the other, and what the last is called.

    No level computes a column anew. ``types`` are the columns of the table that they begin with, and their types as
    DuckDB calls them.
    """
    import duckdb  # noqa: PLC0415 - an extra
    import narwhals as nw  # noqa: PLC0415 - an extra

    found: list[str] = []
    name = FIRST
    with duckdb.connect() as connection:
        for number, level in enumerate((each for each in levels if each), start=1):
            # The expressions of one level alone, over an empty table: what lies below is not bound again each time.
            columns = ", ".join(f"{quoted(column)} {kind}" for column, kind in types.items())
            connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
            # A level of constants alone would be one row; a column beside them makes it as many as there are.
            beside = {f"cati.step.{number}": nw.col(next(iter(types)))}
            step = nw.from_native(connection.table(name)).select(**level, **beside).to_native()
            types = {**types, **dict(zip(step.columns, map(str, step.types), strict=True))}
            name = f"cati_{number}"
            found.append(f"{name} AS ({_beside_all(step.sql_query())})")
    return found, name


def _beside_all(statement: str) -> str:
    """Return a selection of what is computed with all columns of the step before it."""
    start = "SELECT "
    if not statement.startswith(start):
        raise ValueError(statement[:40])
    return f"{start}*, {statement[len(start) :]}"


def quoted(name: str) -> str:
    """Return a name as DuckDB quotes it."""
    return '"' + name.replace('"', '""') + '"'


def in_dialect(statement: str, dialect: str) -> str:
    """Return a statement that DuckDB understands as another engine does."""
    import sqlglot  # noqa: PLC0415 - an extra

    if dialect == "duckdb":
        return statement
    with _deeply():
        tree = sqlglot.parse_one(statement, read="duckdb").transform(_turned, dialect)
        return str(tree.sql(dialect=dialect, pretty=True))


@contextmanager
def _deeply() -> Iterator[None]:
    """Let a parser go as deep as expressions within each other are: some thirty calls for each pair of brackets."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEEP))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _turned(node: Any, dialect: str) -> Any:
    """Return a node as all engines understand it: whether a text is one of several, and whether a pattern is in it."""
    from sqlglot import exp  # noqa: PLC0415 - an extra

    if isinstance(node, exp.Contains | exp.ArrayContains) and isinstance(node.this, exp.Array):
        return exp.In(this=node.expression, expressions=node.this.expressions)
    if dialect == "snowflake" and isinstance(node, exp.RegexpLike):  # there it asks of the whole text
        found = exp.func("REGEXP_INSTR", node.this, node.expression)
        return exp.GT(this=found, expression=exp.Literal.number(0))
    if dialect in ("postgres", "snowflake") and isinstance(node, exp.IsNan):
        return exp.EQ(this=node.this, expression=exp.cast(exp.Literal.string("NaN"), "double"))
    if dialect == "bigquery" and isinstance(node, exp.Identifier):  # no point may stand in a name there
        return exp.to_identifier(node.this.replace(".", "_").replace("-", "_"), quoted=True)
    return node
