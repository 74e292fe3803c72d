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
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.kinds.definition.brands import LABEL, PRODUCER
from cati_rules.schema.labels import known_label, known_labels
from cati_rules.schema.types import BooleanType, NumberType, TextType
from cati_rules.text import Text

if TYPE_CHECKING:
    import narwhals as nw

KEY, ODD = "cati.key", "cati.odd"
_PATCH = "cati.patch."
_ABSENT, _BETWEEN = "\u0001", "\u0002"


def judged_lazily(table: Any, plan: Plan) -> Any:
    """Return a lazy narwhals frame with verdicts and levels added.

    Raises:
        UsageError: a column is of a type that its field cannot be read from.
    """
    import narwhals as nw  # noqa: PLC0415 - an extra

    original = table.collect_schema().names()
    fields = _fields(table.collect_schema())
    typed = table.with_columns(
        **{PREFIX + name: each.column for name, each in fields.items()},
        **{ODD: _some([each.odd for each in fields.values() if each.odd is not None])},
    )
    typed = _spelled(typed, fields, plan)
    compute = computed(plan, frozenset(fields))
    said = compute.add_to(typed)
    doubts = [each.id + DOUBT for each in plan.definitions]
    key = nw.concat_str(
        [nw.col(name).cast(nw.String).fill_null(_ABSENT) for name in sorted(fields)], separator=_BETWEEN
    )
    said = said.with_columns(**{UNEVEN: nw.col(UNEVEN) | nw.col(ODD), KEY: key})
    fetched = (
        said.filter(nw.any_horizontal(nw.col(UNEVEN), *[nw.col(each) for each in doubts], ignore_nulls=True))
        .select(KEY, UNEVEN, *sorted(fields), *doubts)
        .unique(subset=[KEY])
        .collect("pyarrow")
    )
    patches = _patches(fetched.to_native().to_pylist(), plan, sorted(fields))
    if not patches[KEY]:
        return said.select(*original, *plan.columns)
    joined = said.join(_native(patches, table), on=KEY, how="left")
    merged = {}
    for each in plan.definitions:
        for part in (VERDICT, LEVEL):
            name = each.id + part
            odd = nw.col(UNEVEN) | nw.col(each.id + DOUBT)
            merged[name] = nw.when(odd).then(nw.col(_PATCH + name)).otherwise(nw.col(name))
    return joined.with_columns(**merged).select(*original, *plan.columns)


def _patches(rows: list[dict[str, Any]], plan: Plan, names: list[str]) -> dict[str, list[str | None]]:
    """Return what rows come to, by their key."""
    judge = RowJudge(plan.rulesets, plan.as_of, plan.parameters)
    found: dict[str, list[str | None]] = {KEY: [], **{_PATCH + each: [] for each in plan.columns}}
    for row in rows:
        fields = {name: row[name] for name in names}
        if row[UNEVEN]:
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


def _native(columns: dict[str, list[str | None]], table: Any) -> Any:
    """Return columns of texts as a frame of the engine that ``table`` is of."""
    import narwhals as nw  # noqa: PLC0415 - an extra
    import pyarrow as pa  # noqa: PLC0415 - an extra

    arrow = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    implementation = table.implementation
    if implementation.is_duckdb():
        import duckdb  # noqa: PLC0415 - an extra

        return nw.from_native(duckdb.from_arrow(arrow))
    if implementation.is_pyspark():
        session = table.to_native().sparkSession
        schema = ", ".join(f"`{name}` string" for name in columns)
        return nw.from_native(session.createDataFrame(list(zip(*columns.values(), strict=True)), schema))
    message = Text(
        f"Frames of {implementation} are not judged lazily.", f"暂不支持延迟计算 {implementation} 的数据。"
    )
    advice = Text("Collect the frame first.", "请先转换为内存中的数据表。")
    raise UsageError(Problem(Place("frame"), "usage/frame", message, advice=advice))


class _Field:
    """A column as a field: its values as they are computed with, and where these are not what the column holds."""

    def __init__(self, column: nw.Expr, odd: nw.Expr | None = None) -> None:
        self.column = column
        self.odd = odd


def _fields(schema: Mapping[str, Any]) -> dict[str, _Field]:
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


def _spelled(table: Any, fields: Mapping[str, _Field], plan: Plan) -> Any:
    """Return the table with labels as the schema spells them, and with whose maker a product is from."""
    import narwhals as nw  # noqa: PLC0415 - an extra

    def distinct(name: str) -> list[str]:
        if name not in fields:
            return []
        column = table.select(PREFIX + name).unique().collect("pyarrow").to_native()[PREFIX + name]
        return sorted(each for each in column.to_pylist() if each is not None)

    known = known_labels(PRODUCT)
    label: Any = nw.col(PREFIX + LABEL)
    for given in distinct(LABEL):
        meant = known_label(given, known)
        if meant != given:
            label = nw.when(nw.col(PREFIX + LABEL) == given).then(nw.lit(meant)).otherwise(label)
    if LABEL in fields:
        table = table.with_columns(**{PREFIX + LABEL: label})
    if PRODUCER in fields:
        made = makers(plan, distinct(PRODUCER))
        column = nw.col(PREFIX + PRODUCER)
        flags = {
            name: column.is_in(listed).fill_null(False) if listed else nw.lit(False)
            for name, listed in made.items()
        }
        table = table.with_columns(**flags)
    return table
