"""Holds verdicts of tables against those of the same rows as documents: ``agreement.py [ROWS] [SEED]``.

Rows have gaps, every unit and boundary, labels, and figures on limits and right beside them. Documents are judged in as
many processes as there are processors. With the extra sql, DuckDB is held against them too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers")]

import polars as pl  # noqa: E402 - the checkout comes before what may be installed
from table_rows import Row, frame_of, nested, rows  # noqa: E402

from cati_rules import check_value, judge  # noqa: E402
from cati_rules.columns.plan import plan_of  # noqa: E402

AS_OF = "2026-06-30"
BATCH = 500


def as_documents(drawn: Sequence[Row]) -> list[dict[str, str | None]]:
    """Return verdicts and levels of rows that are judged as documents."""
    plan = plan_of(None, AS_OF)
    found = []
    for row in drawn:
        said: dict[str, str | None] = dict.fromkeys(plan.columns)
        for result, _ in check_value(nested(row), plan.rulesets, as_of=AS_OF).verdicts():
            said[f"{result.ruleset.id}.verdict"] = result.verdict
            said[f"{result.ruleset.id}.level"] = result.level
        found.append(said)
    return found


def batches(drawn: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(drawn), BATCH):
        yield drawn[start : start + BATCH]


def main() -> None:
    count = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 2_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    plan = plan_of(None, AS_OF)
    drawn = list(rows(count, seed, [each.id for each in plan.definitions]))
    with ProcessPoolExecutor() as pool:
        said = [each for batch in pool.map(as_documents, batches(drawn)) for each in batch]
    expected = pl.DataFrame(said, schema=dict.fromkeys(plan.columns, pl.String))
    frame = frame_of(drawn, "floats").with_row_index("cati_row")
    found = {"polars": judge(frame, as_of=AS_OF)}
    try:
        import duckdb  # noqa: PLC0415
    except ImportError:
        print("DuckDB is not installed and not held against documents.")
    else:
        connection = duckdb.connect()
        connection.register("products", frame.to_arrow())
        found["duckdb"] = judge(connection.sql("SELECT * FROM products"), as_of=AS_OF).pl().sort("cati_row")
    wrong = 0
    for engine, table in found.items():
        apart = {name: int(table[name].ne_missing(expected[name]).sum()) for name in plan.columns}
        apart = {name: number for name, number in apart.items() if number}
        wrong += len(apart)
        print(f"{engine}: {count:,} rows × {len(plan.definitions)} definitions, differences: {apart or 0}")
    counts = pl.concat([expected[f"{each.id}.verdict"] for each in plan.definitions]).value_counts()
    print(dict(counts.iter_rows()))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
