"""Holds verdicts of tables against those of the same rows as documents: ``python -m benchmarks --only agreement``.

Rows have gaps, every unit and boundary, labels, and figures on limits and right beside them. They are drawn and judged
in chunks, so that memory does not grow with them. As a document, a row is validated, held against what contradicts
itself and judged exactly, without traces; of each chunk some rows are judged with traces too, as ``cati check`` does.
With the extra sql, DuckDB is held against that as well, and with the extra spark and Java, Spark is, on the first rows.
Two chunks are judged at a time; a run that was interrupted goes on with ``--resume``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from importlib.metadata import version
from importlib.util import find_spec
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers")]

import polars as pl  # noqa: E402 - the checkout comes before what may be installed
from table_rows import Row, frame_of, nested  # noqa: E402
from table_rows import rows as drawn_rows  # noqa: E402

from benchmarks.pages import circumstances, publish, quick, table  # noqa: E402
from cati_rules import check_value, judge  # noqa: E402
from cati_rules.columns.computed import Plan, plan_of  # noqa: E402
from cati_rules.columns.exact_rows import verdicts_of  # noqa: E402
from cati_rules.kinds.consistency.refusal import stopping  # noqa: E402
from cati_rules.schema.plausibility import errors_in  # noqa: E402
from cati_rules.schema.validation import is_valid  # noqa: E402

AS_OF = "2026-06-30"
CHUNK = 50_000
TRACED = 100
"""So many rows of each chunk are judged with traces too."""
SPARK_ROWS = 100_000
JOURNAL = Path(__file__).with_name(".agreement.jsonl")
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


ENGINES: Mapping[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "polars": lambda frame: judge(frame, as_of=AS_OF),
    "DuckDB": by_duckdb,
    "Spark": Spark(),
}
"""What is held against documents."""


def installed(without: Sequence[str]) -> list[str]:
    """Return the engines that are here, without those that are left out."""
    missing = {
        "DuckDB": find_spec("duckdb") is None,
        "Spark": not (find_spec("pyspark") and shutil.which("java")),
    }
    for name, lacks in missing.items():
        if lacks:
            print(f"{name} is not installed and not held against documents.")
    return [name for name in ENGINES if not missing.get(name) and name not in without]


class Outcome(Struct):
    """What some rows came to: how many were held against documents, with how many differences, by engine."""

    rows: int
    invalid: int
    verdicts: dict[str, int]
    compared: dict[str, int]
    differences: dict[str, int]
    seconds: dict[str, float]
    """Of processor time, by what it went into."""
    shown: list[str]
    """The first difference of each column."""


def held(number: int, count: int, seed: int, names: Sequence[str]) -> Outcome:
    """Draw the rows of a chunk and hold the engines of these names against them as documents."""
    plan = plan_of(None, AS_OF)
    clock = time.process_time()
    found = Outcome(count, 0, {}, {}, {}, {}, [])

    def spent(what: str) -> None:
        nonlocal clock
        found.seconds[what] = time.process_time() - clock
        clock = time.process_time()

    drawn = list(drawn_rows(count, seed * 1_000_003 + number, [each.id for each in plan.definitions]))
    spent("drawing")
    said = list(as_documents(drawn, plan))
    found.invalid = sum(each[0] is None for each in said)
    found.verdicts = dict(Counter(verdict for each in said for verdict in each[::2] if verdict is not None))
    spent("documents")
    some = list(zip(drawn, said, strict=True))[:: max(1, count // TRACED)]
    found.compared["with traces"] = len(some)
    found.differences["with traces"] = sum(traced(row, plan) != expected for row, expected in some)
    spent("with traces")
    expected = pl.DataFrame(said, schema=dict.fromkeys(plan.columns, pl.String()), orient="row")
    frame = frame_of(drawn, "floats").with_row_index("cati_row")
    for name in names:
        judged = ENGINES[name](frame)
        found.compared[name], found.differences[name] = count, 0
        for column in plan.columns:
            apart = judged[column].ne_missing(expected[column])
            if apart.any():
                found.differences[name] += int(apart.sum())
                found.shown.append(f"{name}: {column}: {drawn[int(apart.arg_max() or 0)]}")
        spent(name)
    return found


def outcomes(rows: int, seed: int, names: Sequence[str], *, resume: bool) -> Iterator[Outcome]:
    """Yield what each chunk came to, as soon as it is known; two are judged at a time, those for Spark here."""
    mark = f"{circumstances().partition(', ')[2]}, {rows} rows, seed {seed}, {', '.join(names)}"
    known = _journal(mark) if resume else {}
    if not known:
        JOURNAL.write_text(f"{mark}\n", encoding="utf-8")
    yield from known.values()
    chunks = {number: min(CHUNK, rows - start) for number, start in enumerate(range(0, rows, CHUNK))}
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        others = [each for each in names if each != "Spark"]
        waiting: dict[Future[Outcome], int] = {}
        here: dict[int, int] = {}
        for number, count in chunks.items():
            if number in known:
                continue
            if "Spark" in names and number * CHUNK < SPARK_ROWS:
                here[number] = count
            else:
                waiting[pool.submit(held, number, count, seed, others)] = number
        found = ((number, held(number, count, seed, names)) for number, count in here.items())
        for number, outcome in chain(
            found, ((waiting[each], each.result()) for each in as_completed(waiting))
        ):
            with JOURNAL.open("ab") as file:
                file.write(msgspec.json.encode((number, outcome)) + b"\n")
            yield outcome
    JOURNAL.unlink()


def _journal(mark: str) -> dict[int, Outcome]:
    """Return what an interrupted run of the same kind has done, by the numbers of the chunks."""
    if not JOURNAL.exists():
        return {}
    first, *lines = JOURNAL.read_bytes().splitlines(keepends=True)
    whole = [each for each in lines if each.endswith(b"\n")]
    return (
        dict(msgspec.json.decode(each, type=tuple[int, Outcome]) for each in whole)
        if first.decode() == f"{mark}\n"
        else {}
    )


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
    parser.add_argument(
        "--resume", action="store_true", help="go on with a run of the same rows that was interrupted"
    )
    parser.add_argument("--quick", action="store_true", help="2,000 rows, where no number is given")
    parser.add_argument("--write", action="store_true", help="put what comes out into docs/performance.md")
    given = parser.parse_args()
    totals: dict[str, Counter[str]] = {
        name: Counter() for name in ("verdicts", "compared", "differences", "seconds")
    }
    rows = invalid = 0
    for each in outcomes(given.rows, given.seed, installed(given.without), resume=given.resume):
        rows, invalid = rows + each.rows, invalid + each.invalid
        for name, total in totals.items():
            total.update(getattr(each, name))
        told = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in totals["seconds"].items())
        print(*each.shown, sep="\n", end="\n" if each.shown else "")
        print(f"{rows:,} rows, {totals['differences'].total()} differences so far; {told}", flush=True)
    verdicts = ", ".join(f"{number:,} *{each}*" for each, number in totals["verdicts"].most_common())
    compared = [
        (f"{totals['differences'][name]:,}", name, f"{each:,}") for name, each in totals["compared"].items()
    ]
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("polars", "duckdb", "pyspark") if find_spec(name)
    )
    publish(
        "agreement",
        (),
        [
            *table(("differences", "held against documents", "rows"), compared),
            "",
            f"{len(plan_of(None, AS_OF).definitions)} definitions, drawn with seed {given.seed}; {invalid:,} rows are "
            f"no valid products. Verdicts: {verdicts}. {versions}. It took {totals['seconds'].total():,.0f} s of "
            "processor time.",
        ],
    )
    sys.exit(1 if totals["differences"].total() else 0)


if __name__ == "__main__":
    main()
