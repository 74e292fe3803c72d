# ruff: noqa: S608 - statements are made of rules, and names in them are quoted
"""Verdicts over frames of lazy engines, such as DuckDB and Spark: everything is computed there.

Rows that columns do not decide are fetched, each combination of values once, and judged; the engine joins what they
come to by a text of their values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cati_rules.columns.amounts import MOST_DIGITS
from cati_rules.columns.fields import PREFIX, PRODUCT, product_fields
from cati_rules.columns.plan import DOUBT, LEVEL, UNEVEN, VERDICT, Plan, computed, makers
from cati_rules.columns.rows import RowJudge
from cati_rules.columns.statements import FIRST, quoted, steps
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.kinds.definition.brands import LABEL, PRODUCER
from cati_rules.schema.labels import known_label, known_labels
from cati_rules.schema.types import BooleanType, NumberType, TextType
from cati_rules.text import Text

if TYPE_CHECKING:
    import narwhals as nw

KEY, ODD, OPEN = "cati.key", "cati.odd", "cati.open"
GIVEN = "cati.given."
"""What fields are called that are spelled in another way than they are computed with."""
_PATCH = "cati.patch."
_ABSENT, _BETWEEN = "\u0001", "\u0002"


def judged_lazily(table: Any, plan: Plan) -> Any:
    """Return a frame of DuckDB or Spark, as narwhals has it, with verdicts and levels added.

    Raises:
        UsageError: a column is of a type that its field cannot be read from, or it is a frame of another engine.
    """
    import narwhals as nw  # noqa: PLC0415 - an extra

    engine = _engine(table)
    original = table.collect_schema().names()
    fields = read_fields(table.collect_schema())
    read = {PREFIX + name: each.column for name, each in fields.items()}
    read[ODD] = _some([each.odd for each in fields.values() if each.odd is not None])
    if LABEL in fields:
        read[GIVEN + LABEL] = read.pop(PREFIX + LABEL)
    spelled = _spelled(table.with_columns(**read), fields, plan)
    compute = computed(plan, frozenset(fields))
    key = nw.concat_str(
        [nw.col(name).cast(nw.String).fill_null(_ABSENT) for name in sorted(fields)], separator=_BETWEEN
    )
    last = {OPEN: nw.col(UNEVEN) | nw.col(ODD), KEY: key}
    doubts = [each.id + DOUBT for each in plan.definitions]
    kept = [*original, KEY, OPEN, *plan.columns, *doubts]
    said = engine.computed(table, [read, spelled, *compute.levels(), last], kept)
    doubtful = engine.doubtful(said, sorted(fields), doubts).collect("pyarrow").to_native().to_pylist()
    patches = _patches(doubtful, plan, sorted(fields))
    return engine.merged(said, patches, original, plan)


def _patches(rows: list[dict[str, Any]], plan: Plan, names: list[str]) -> dict[str, list[str | None]]:
    """Return what rows come to, by their key."""
    judge = RowJudge(plan.rulesets, plan.as_of, plan.parameters)
    found: dict[str, list[str | None]] = {KEY: [], **{_PATCH + each: [] for each in plan.columns}}
    for row in rows:
        fields = {name: row[name] for name in names}
        if row[OPEN]:
            said = dict(judge.judge(fields, "row").said)
        else:
            asked = [
                (each.id, given)
                for each, given in zip(plan.definitions, plan.rulesets, strict=True)
                if row[each.id + DOUBT]
            ]
            outcomes = judge.judge_valid(fields, [given for _, given in asked])
            said = dict(zip((each for each, _ in asked), outcomes, strict=True))
        found[KEY].append(row[KEY])
        for each in plan.definitions:
            verdict, level = said.get(each.id, (None, None))
            found[_PATCH + each.id + VERDICT].append(verdict)
            found[_PATCH + each.id + LEVEL].append(level)
    return found


def _engine(table: Any) -> Any:
    implementation = table.implementation
    if implementation.is_duckdb():
        return _DuckDB()
    if implementation.is_pyspark():
        return _Spark()
    message = Text(
        f"Frames of {implementation} are not judged lazily.", f"暂不支持延迟计算 {implementation} 的数据。"
    )
    advice = Text("Collect the frame first.", "请先转换为内存中的数据表。")
    raise UsageError(Problem(Place("frame"), "usage/frame", message, advice=advice))


class _DuckDB:
    """How DuckDB computes: by statements, since each expression is bound anew with all below it otherwise."""

    def computed(self, table: Any, levels: list[Mapping[str, nw.Expr]], kept: list[str]) -> Any:
        relation = table.to_native()
        types = dict(zip(relation.columns, map(str, relation.types), strict=True))
        found, last = steps(levels, types)
        return _queried(relation, f"WITH {', '.join(found)} SELECT {_listed(kept)} FROM {last}")

    def doubtful(self, said: Any, fields: list[str], doubts: list[str]) -> Any:
        asked = " OR ".join(map(quoted, (OPEN, *doubts)))
        columns = _listed([KEY, OPEN, *fields, *doubts])
        key = quoted(KEY)
        return _queried(
            said.to_native(),
            f"SELECT DISTINCT ON ({key}) {columns} FROM {FIRST} WHERE {asked} ORDER BY {key}",
        )

    def merged(self, said: Any, patches: dict[str, list[str | None]], original: list[str], plan: Plan) -> Any:
        import pyarrow as pa  # noqa: PLC0415 - an extra

        chosen = [
            f"CASE WHEN {quoted(OPEN)} OR {quoted(each.id + DOUBT)} THEN {quoted(_PATCH + name)}"
            f" ELSE {quoted(name)} END AS {quoted(name)}"
            for each in plan.definitions
            for name in (each.id + VERDICT, each.id + LEVEL)
        ]
        # DuckDB finds the table under the name that it has here, in the connection of the relation.
        cati_patches = pa.table({name: pa.array(values, pa.string()) for name, values in patches.items()})
        statement = (
            f"SELECT {_listed(original)}, {', '.join(chosen)} FROM {FIRST}"
            f" LEFT JOIN cati_patches USING ({quoted(KEY)})"
        )
        relation = said.to_native().query(FIRST, statement)
        del cati_patches
        return _framed(relation)


def _listed(names: list[str]) -> str:
    return ", ".join(map(quoted, names))


def _queried(relation: Any, statement: str) -> Any:
    return _framed(relation.query(FIRST, statement))


def _framed(native: Any) -> Any:
    import narwhals as nw  # noqa: PLC0415 - an extra

    return nw.from_native(native)


class _Spark:
    """How Spark computes: level by level."""

    def computed(self, table: Any, levels: list[Mapping[str, nw.Expr]], kept: list[str]) -> Any:
        for level in levels:
            table = table.with_columns(**level) if level else table
        return table.select(*kept)

    def doubtful(self, said: Any, fields: list[str], doubts: list[str]) -> Any:
        import narwhals as nw  # noqa: PLC0415 - an extra

        asked = nw.any_horizontal(*[nw.col(each) for each in (OPEN, *doubts)], ignore_nulls=True)
        return said.filter(asked).select(KEY, OPEN, *fields, *doubts).unique(subset=[KEY])

    def merged(self, said: Any, patches: dict[str, list[str | None]], original: list[str], plan: Plan) -> Any:
        import narwhals as nw  # noqa: PLC0415 - an extra

        if not patches[KEY]:
            return said.select(*original, *plan.columns)
        session = said.to_native().sparkSession
        schema = ", ".join(f"`{name}` string" for name in patches)
        rows = session.createDataFrame(list(zip(*patches.values(), strict=True)), schema)
        joined = said.join(nw.from_native(rows), on=KEY, how="left")
        merged = {}
        for each in plan.definitions:
            for name in (each.id + VERDICT, each.id + LEVEL):
                odd = nw.col(OPEN) | nw.col(each.id + DOUBT)
                merged[name] = nw.when(odd).then(nw.col(_PATCH + name)).otherwise(nw.col(name))
        return joined.with_columns(**merged).select(*original, *plan.columns)


class _Field:
    """A column as a field: its values as they are computed with, and where these are not what the column holds."""

    def __init__(self, column: nw.Expr, odd: nw.Expr | None = None) -> None:
        self.column = column
        self.odd = odd


def read_fields(schema: Mapping[str, Any]) -> dict[str, _Field]:
    """Return the fields of a product in a table of such columns, with the narwhals types of each.

    Raises:
        UsageError: a column is of a type that its field cannot be read from.
    """
    import narwhals as nw  # noqa: PLC0415 - an extra

    types = product_fields()
    found: dict[str, _Field] = {}
    for name, dtype in schema.items():
        read = _READ.get(type(types.get(name)))
        if read is None:
            continue
        field = read(nw.col(name), dtype)
        if field is None:
            raise UsageError(
                Problem(
                    Place(name),
                    "table/column-type",
                    Text(f"This column is of type {dtype}.", f"该列的类型为 {dtype}。"),
                    advice=_WANTED[type(types[name])],
                )
            )
        found[name] = field
    return found


def _number(column: nw.Expr, dtype: Any) -> _Field | None:
    import narwhals as nw  # noqa: PLC0415 - an extra

    if dtype == nw.Float64:
        return _Field(nw.when(~column.is_nan()).then(column))
    if dtype == nw.Float32:  # what it is printed as tells which number is meant
        return _Field(nw.when(~column.is_nan()).then(column.cast(nw.String).cast(nw.Float64)))
    if dtype.is_integer():
        return _Field(column.cast(nw.Float64))
    if isinstance(dtype, nw.Decimal) or dtype == nw.Decimal:
        number = column.cast(nw.Float64)
        scale = getattr(dtype, "scale", None)
        whole = 0 if scale is None else MOST_DIGITS - scale
        return _Field(number, (number.abs() >= 10.0**whole).fill_null(False))
    return None


def _text(column: nw.Expr, dtype: Any) -> _Field | None:
    import narwhals as nw  # noqa: PLC0415 - an extra

    if dtype == nw.Date:
        return _Field(column.cast(nw.String))
    if dtype not in (nw.String, nw.Categorical, nw.Enum):
        return None
    text = column.cast(nw.String).str.strip_chars()
    return _Field(nw.when(text != "").then(text))


def _truth(column: nw.Expr, dtype: Any) -> _Field | None:
    import narwhals as nw  # noqa: PLC0415 - an extra

    return _Field(column) if dtype == nw.Boolean else None


_READ: Mapping[type, Callable[[nw.Expr, Any], _Field | None]] = {
    NumberType: _number,
    TextType: _text,
    BooleanType: _truth,
}
_WANTED: Mapping[type, Text] = {
    NumberType: Text("Cast it to a number (double or decimal).", "请转换为数值类型（double 或 decimal）。"),
    TextType: Text("Cast it to text.", "请转换为文本类型。"),
    BooleanType: Text("Cast it to true and false.", "请转换为布尔类型。"),
}


def _some(flags: list[nw.Expr]) -> nw.Expr:
    import narwhals as nw  # noqa: PLC0415 - an extra

    return nw.any_horizontal(*flags, ignore_nulls=True) if flags else nw.lit(False)


def _spelled(table: Any, fields: Mapping[str, _Field], plan: Plan) -> dict[str, nw.Expr]:
    """Return labels as the schema spells them, and whose maker a product is from."""
    import narwhals as nw  # noqa: PLC0415 - an extra

    def distinct(name: str, start: str) -> list[str]:
        if name not in fields:
            return []
        column = table.select(start + name).unique().collect("pyarrow").to_native()[start + name]
        return sorted(each for each in column.to_pylist() if each is not None)

    known = known_labels(PRODUCT)
    label: Any = nw.col(GIVEN + LABEL)
    for given in distinct(LABEL, GIVEN):
        meant = known_label(given, known)
        if meant != given:
            label = nw.when(nw.col(GIVEN + LABEL) == given).then(nw.lit(meant)).otherwise(label)
    columns: dict[str, nw.Expr] = {PREFIX + LABEL: label} if LABEL in fields else {}
    if PRODUCER in fields:
        made = makers(plan, distinct(PRODUCER, PREFIX))
        column = nw.col(PREFIX + PRODUCER)
        for name, listed in made.items():
            columns[name] = column.is_in(listed).fill_null(False) if listed else nw.lit(False)
    return columns
