"""Holds verdicts of tables against those of the same rows as documents: ``python -m benchmarks --only agreement``.

Rows have gaps, every unit and boundary, labels, and figures on limits and right beside them. They are drawn and judged
in chunks, so that memory does not grow with them. As a document, a row is validated, held against what contradicts
itself and judged exactly, without traces; of each chunk some rows are judged with traces too, as ``cati check`` does.
With the extra sql, DuckDB is held against that as well, and with the extra spark and Java, Spark is, on the first rows.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers")]

import polars as pl  # noqa: E402 - the checkout comes before what may be installed
from table_rows import Row, frame_of, nested  # noqa: E402
from table_rows import rows as drawn_rows  # noqa: E402

from benchmarks.pages import publish, quick, table  # noqa: E402
from cati_rules import check_value, judge  # noqa: E402
from cati_rules.columns.exact import verdicts_of  # noqa: E402
from cati_rules.columns.plan import Plan, plan_of  # noqa: E402
from cati_rules.kinds.consistency.refusal import stopping  # noqa: E402
from cati_rules.schema.plausibility import errors_in  # noqa: E402
from cati_rules.schema.validation import is_valid  # noqa: E402

AS_OF = "2026-06-30"
CHUNK = 50_000
TRACED = 100
"""So many rows of each chunk are judged with traces too."""
SPARK_ROWS = 100_000
Said = tuple[str | None, ...]


def as_documents(drawn: Sequence[Row], plan: Plan) -> Iterator[Said]:
    """Yield verdict and level by every ruleset of rows that are judged as documents; of equal rows once."""
    asked = [(each, ()) for each in plan.rulesets]
    nothing: Said = (None,) * len(plan.columns)
    known: dict[tuple[tuple[str, Any], ...], Said] = {}
    for row in drawn:
        key = tuple(row.items())
        if key not in known:
            value = nested(row)
            if not is_valid("product", value) or errors_in(value) or stopping(value, AS_OF).findings:
                known[key] = nothing
            else:
                said = verdicts_of(value, asked, AS_OF)
                known[key] = tuple(part for each in said for part in each)
        yield known[key]


def traced(row: Row, plan: Plan) -> Said:
    """Return verdict and level by every ruleset of a row that is checked as ``cati check`` does."""
    said: dict[str, str | None] = dict.fromkeys(plan.columns)
    for result, _ in check_value(nested(row), plan.rulesets, as_of=AS_OF).verdicts():
        said[f"{result.ruleset.id}.verdict"] = result.verdict
        said[f"{result.ruleset.id}.level"] = result.level
    return tuple(said.values())


def by_duckdb(frame: pl.DataFrame) -> pl.DataFrame:
    import duckdb  # noqa: PLC0415

    with duckdb.connect() as connection:
        connection.execute("SET threads TO 1")
        connection.register("products", frame.to_arrow())
        found = judge(connection.sql("SELECT * FROM products"), as_of=AS_OF)
        judged: pl.DataFrame = found.pl().sort("cati_row")
        return judged


class Spark:
    """A Spark in local mode, begun when it is first asked."""

    def __init__(self) -> None:
        self._session: Any = None

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        from pyspark.sql import SparkSession  # noqa: PLC0415

        if self._session is None:
            builder = SparkSession.builder.master("local[1]").config("spark.driver.memory", "4g")
            for name, value in (
                ("spark.ui.enabled", "false"),
                ("spark.sql.shuffle.partitions", "2"),
                ("spark.sql.codegen.wholeStage", "false"),
            ):
                builder = builder.config(name, value)
            self._session = builder.getOrCreate()
        names = {"String": "string", "Float64": "double", "Boolean": "boolean", "UInt32": "long"}
        schema = ", ".join(f"`{name}` {names[str(dtype)]}" for name, dtype in frame.schema.items())
        told = judge(self._session.createDataFrame(frame.rows(), schema), as_of=AS_OF)
        columns = ["cati_row", *plan_of(None, AS_OF).columns]
        kinds = {name: pl.String() if name != "cati_row" else pl.Int64() for name in columns}
        collected = [tuple(each) for each in told.select(*(f"`{name}`" for name in columns)).collect()]
        return pl.DataFrame(collected, schema=kinds, orient="row").sort("cati_row")


def engines() -> dict[str, tuple[Callable[[pl.DataFrame], pl.DataFrame], int | None]]:
    """Return what is held against documents, each with how many rows it gets at most."""
    found: dict[str, tuple[Callable[[pl.DataFrame], pl.DataFrame], int | None]] = {
        "polars": (lambda frame: judge(frame, as_of=AS_OF), None)
    }
    try:
        import duckdb  # noqa: F401, PLC0415
    except ImportError:
        print("DuckDB is not installed and not held against documents.")
    else:
        found["DuckDB"] = (by_duckdb, None)
    try:
        import pyspark  # noqa: F401, PLC0415
    except ImportError:
        print("pyspark is not installed and not held against documents.")
    else:
        if shutil.which("java"):
            found["Spark"] = (Spark(), SPARK_ROWS)
        else:
            print("Java is not installed; Spark is not held against documents.")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "rows",
        nargs="?",
        default="2_000" if quick() else "1_000_000",
        type=lambda text: int(text.replace("_", "")),
    )
    parser.add_argument("seed", nargs="?", default=1, type=int)
    parser.add_argument("--without", action="append", default=[], help="an engine that is left out")
    parser.add_argument("--quick", action="store_true", help="2,000 rows, where no number is given")
    parser.add_argument("--write", action="store_true", help="put what comes out into docs/performance.md")
    given = parser.parse_args()
    plan = plan_of(None, AS_OF)
    held = {name: each for name, each in engines().items() if name not in given.without}
    differences, compared, counts = Counter[str](), Counter[str](), Counter[str | None]()
    invalid, done, took = 0, 0, Counter[str]()
    identifiers = [each.id for each in plan.definitions]
    for number, start in enumerate(range(0, given.rows, CHUNK)):
        clock = time.process_time()

        def spent(what: str) -> None:
            nonlocal clock
            took[what] += round(time.process_time() - clock, 3)
            clock = time.process_time()

        drawn = list(drawn_rows(min(CHUNK, given.rows - start), given.seed * 1_000_003 + number, identifiers))
        spent("drawing")
        said = list(as_documents(drawn, plan))
        spent("documents")
        step = max(1, len(drawn) // TRACED)
        for row, expected in zip(drawn[::step], said[::step], strict=True):
            differences["with traces"] += traced(row, plan) != expected
            compared["with traces"] += 1
        spent("with traces")
        invalid += sum(each[0] is None for each in said)
        counts.update(verdict for each in said for verdict in each[::2])
        expected_table = pl.DataFrame(said, schema=dict.fromkeys(plan.columns, pl.String()), orient="row")
        frame = frame_of(drawn, "floats").with_row_index("cati_row")
        for name, (judged, most) in held.items():
            if most is not None and start >= most:
                continue
            found = judged(frame)
            spent(name)
            compared[name] += frame.height
            for column in plan.columns:
                apart = found[column].ne_missing(expected_table[column])
                if apart.any():
                    differences[name] += int(apart.sum())
                    print(f"{name}: {column}: {drawn[int(apart.arg_max() or 0)]}")
        done += len(drawn)
        told = ", ".join(f"{name} {each:.0f} s" for name, each in took.items())
        print(f"{done:,} rows, {sum(differences.values())} differences so far; {told}", flush=True)
    verdicts = ", ".join(f"{number:,} *{each}*" for each, number in counts.most_common() if each is not None)
    rows = [(f"{differences[name]:,}", name, f"{number:,}") for name, number in compared.items()]
    publish(
        "agreement",
        (),
        [
            *table(("differences", "held against documents", "rows"), rows),
            "",
            f"{len(identifiers)} definitions, drawn with seed {given.seed}; {invalid:,} rows are no valid products. "
            f"Verdicts: {verdicts}.",
        ],
    )
    sys.exit(1 if sum(differences.values()) else 0)


if __name__ == "__main__":
    main()
