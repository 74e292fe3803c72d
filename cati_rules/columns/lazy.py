# ruff: noqa: S608 - statements are made of rules, and names in them are quoted
"""Verdicts over frames of lazy engines, such as DuckDB and Spark: everything is computed there.

Rows that columns do not decide are fetched, each combination of values once, and judged; the engine joins what they
come to by a text of their values.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from cati_rules.columns.amounts import MOST_DIGITS
from cati_rules.columns.computed import DOUBT, LEVEL, UNEVEN, VERDICT, Plan, computed, makers
from cati_rules.columns.fields import PREFIX, PRODUCT, product_fields
from cati_rules.columns.rows import RowJudge
from cati_rules.columns.statements import FIRST, in_dialect, quoted, steps
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
_PATCH, _PATCHES = "cati.patch.", "cati_patches"
_OF_WHOLE = "HUGEINT"
_ABSENT, _BETWEEN, _ESCAPE = "\u0001", "\u0002", "\u0003"


def judged_lazily(table: Any, plan: Plan) -> Any:
    """Return a frame of DuckDB or Spark, which narwhals has as ``table``, with verdicts and levels added.

    Raises:
        UsageError: a column is of a type that its field cannot be read from, or it is a frame of another engine.
    """
    import narwhals as nw  # noqa: PLC0415 - an extra

    engine = _engine(table)
    original = table.collect_schema().names()
    fields = read_fields(table.collect_schema())
    if "material" not in fields:
        message = Text("The frame has no column material.", "数据中没有 material 列。")
        raise UsageError(Problem(Place("frame"), "usage/frame", message))

    def distinct(name: str) -> list[str]:
        told = engine.rows(engine.query(table.to_native(), f"SELECT DISTINCT {quoted(name)} FROM {FIRST}"))
        return sorted({row[name].strip() for row in told if row[name] is not None})

    read = {PREFIX + name: each.column for name, each in fields.items()}
    read[ODD] = _some([each.odd for each in fields.values() if each.odd is not None])
    if LABEL in fields:
        read[GIVEN + LABEL] = read.pop(PREFIX + LABEL)
    spelled = _spelled(distinct, fields, plan)
    compute = computed(plan, frozenset(fields))
    key = nw.concat_str(
        [_keyed(name, table.collect_schema()[name]) for name in sorted(fields)], separator=_BETWEEN
    )
    last = {OPEN: nw.col(UNEVEN) | nw.col(ODD), KEY: key}
    doubts = [each.id + DOUBT for each in plan.definitions]
    kept = [*original, KEY, OPEN, *plan.columns, *doubts]
    types = {name: _duckdb_type(table.collect_schema()[name]) for name in fields}
    found, name = steps([read, spelled, *compute.levels(), last], types)
    said = engine.query(table.to_native(), f"WITH {', '.join(found)} SELECT {_listed(kept)} FROM {name}")
    patches = _patches(
        engine.rows(engine.query(said, _doubtful(sorted(fields), doubts))), plan, sorted(fields)
    )
    return engine.beside(said, patches, _merged(original, plan))


def _keyed(name: str, dtype: Any) -> nw.Expr:
    """Return a column as texts that no other values share, whatever a text holds, nor what is absent."""
    import narwhals as nw  # noqa: PLC0415 - an extra

    text = nw.col(name).cast(nw.String)
    if dtype in (nw.String, nw.Categorical, nw.Enum):
        for sign, instead in ((_ESCAPE, "e"), (_ABSENT, "a"), (_BETWEEN, "b")):
            text = text.str.replace_all(sign, _ESCAPE + instead, literal=True)
    return text.fill_null(_ABSENT)


def _duckdb_type(dtype: Any) -> str:
    import narwhals as nw  # noqa: PLC0415 - an extra

    if dtype == nw.Decimal:
        return f"DECIMAL({getattr(dtype, 'precision', None) or 38}, {getattr(dtype, 'scale', None) or 10})"
    names = {nw.Float64: "DOUBLE", nw.Float32: "FLOAT", nw.Boolean: "BOOLEAN", nw.Date: "DATE"}
    return next(
        (name for kind, name in names.items() if dtype == kind),
        _OF_WHOLE if dtype.is_integer() else "VARCHAR",
    )


def _patches(rows: list[dict[str, Any]], plan: Plan, names: list[str]) -> dict[str, list[str | None]]:
    """Return what rows come to, by their key."""
    judge = RowJudge(plan.rulesets, plan.as_of, plan.parameters)
    found: dict[str, list[str | None]] = {KEY: [], **{_PATCH + each: [] for each in plan.columns}}
    for row in rows:
        fields = {name: row[name] for name in names}
        if row[OPEN]:
            said = dict(judge.judge(fields, "row").said)
        else:
            asked = zip(plan.definitions, plan.rulesets, strict=True)
            said = dict(judge.judge_valid(fields, [given for each, given in asked if row[each.id + DOUBT]]))
        found[KEY].append(row[KEY])
        for each in plan.definitions:
            verdict, level = said.get(each.id, (None, None))
            found[_PATCH + each.id + VERDICT].append(verdict)
            found[_PATCH + each.id + LEVEL].append(level)
    return found


class Engine(Protocol):
    """What runs statements over a frame."""

    def query(self, frame: Any, statement: str) -> Any:
        """Return what a statement of DuckDB selects from ``frame``, which it calls ``cati_0``."""

    def rows(self, frame: Any) -> list[dict[str, Any]]:
        """Return the rows of a frame."""

    def beside(self, frame: Any, columns: dict[str, list[str | None]], statement: str) -> Any:
        """Return the same as :meth:`query` where the statement also speaks of ``cati_patches``, columns of texts."""


class _DuckDB:
    def query(self, frame: Any, statement: str) -> Any:
        return frame.query(FIRST, statement)

    def rows(self, frame: Any) -> list[dict[str, Any]]:
        return [dict(zip(frame.columns, row, strict=True)) for row in frame.fetchall()]

    def beside(self, frame: Any, columns: dict[str, list[str | None]], statement: str) -> Any:
        import pyarrow as pa  # noqa: PLC0415 - an extra

        # DuckDB finds the table under the name that it has here, in the connection of the relation.
        cati_patches = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
        found = frame.query(FIRST, statement)
        del cati_patches
        return found


class _Spark:
    def query(self, frame: Any, statement: str) -> Any:
        return self._run(frame, {FIRST: frame}, statement)

    def rows(self, frame: Any) -> list[dict[str, Any]]:
        return [each.asDict() for each in frame.collect()]

    def beside(self, frame: Any, columns: dict[str, list[str | None]], statement: str) -> Any:
        schema = ", ".join(f"`{name}` string" for name in columns)
        rows = list(zip(*columns.values(), strict=True))
        patches = frame.sparkSession.createDataFrame(rows, schema)
        return self._run(frame, {FIRST: frame, _PATCHES: patches}, statement)

    @staticmethod
    def _run(frame: Any, views: dict[str, Any], statement: str) -> Any:
        session = frame.sparkSession
        for name, each in views.items():
            each.createOrReplaceTempView(name)
        try:
            return session.sql(in_dialect(statement, "spark"))  # names are resolved here and now
        finally:
            for name in views:
                session.catalog.dropTempView(name)


def _engine(table: Any) -> Engine:
    implementation = table.implementation
    if implementation.is_duckdb():
        return _DuckDB()
    if implementation.is_pyspark():
        from cati_rules.columns.frames import needs  # noqa: PLC0415 - an extra

        needs("duckdb", "sqlglot")
        return _Spark()
    message = Text(
        f"Frames of {implementation} are not judged lazily.", f"暂不支持延迟计算 {implementation} 的数据。"
    )
    advice = Text("Collect the frame first.", "请先转换为内存中的数据表。")
    raise UsageError(Problem(Place("frame"), "usage/frame", message, advice=advice))


def _doubtful(fields: list[str], doubts: list[str]) -> str:
    """Return the statement that selects rows that are not decided, each combination of values once."""
    asked = " OR ".join(map(quoted, (OPEN, *doubts)))
    columns, key = _listed([KEY, OPEN, *fields, *doubts]), quoted(KEY)
    return f"SELECT DISTINCT ON ({key}) {columns} FROM {FIRST} WHERE {asked} ORDER BY {key}"


def _merged(original: list[str], plan: Plan) -> str:
    """Return the statement that puts what rows come to in the place of what columns leave open."""
    chosen = [
        f"CASE WHEN {quoted(OPEN)} OR {quoted(each.id + DOUBT)} THEN {quoted(_PATCH + name)}"
        f" ELSE {quoted(name)} END AS {quoted(name)}"
        for each in plan.definitions
        for name in (each.id + VERDICT, each.id + LEVEL)
    ]
    return (
        f"SELECT {_listed(original)}, {', '.join(chosen)} FROM {FIRST}"
        f" LEFT JOIN {_PATCHES} USING ({quoted(KEY)})"
    )


def _listed(names: list[str]) -> str:
    return ", ".join(map(quoted, names))


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


def _spelled(
    distinct: Callable[[str], list[str]], present: Collection[str], plan: Plan
) -> dict[str, nw.Expr]:
    """Return labels as the schema spells them, and whose maker a product is from; ``distinct`` finds the texts."""
    import narwhals as nw  # noqa: PLC0415 - an extra

    columns: dict[str, nw.Expr] = {}
    if LABEL in present:
        given = nw.col(GIVEN + LABEL)
        label: Any = given
        known = known_labels(PRODUCT)
        for each in distinct(LABEL):
            meant = known_label(each, known)
            if meant != each:
                label = nw.when(given == each).then(nw.lit(meant)).otherwise(label)
        columns[PREFIX + LABEL] = label
    if PRODUCER in present:
        column = nw.col(PREFIX + PRODUCER)
        for name, listed in makers(plan, distinct(PRODUCER)).items():
            columns[name] = column.is_in(listed).fill_null(False) if listed else nw.lit(False)
    return columns
