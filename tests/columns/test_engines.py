"""DuckDB and Spark come to what polars comes to, which is held against documents; so do statements of SQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl
import pytest
import sqlglot
from running import Command
from table_rows import frame_of, rows

from cati_rules import judge
from cati_rules.columns.computed import plan_of
from cati_rules.columns.sql import DIALECTS, statement
from cati_rules.errors import UsageError

AS_OF = "2026-06-30"
SEVERAL = ["responsiblesteel-2.1", "gscc", "beyondeco", "hydro-circal", "econiq-nz"]
"""With levels, sliding limits, years, labels, makers, offsets and a baseline among them."""


TWO = ["responsiblesteel-2.1", "hydro-circal"]
"""Those that Spark is asked: its planning of each takes longer than all rows."""


def several(count: int, seed: int, form: str = "floats") -> pl.DataFrame:
    return frame_of(list(rows(count, seed, SEVERAL)), form).with_row_index("sku")


def expected(frame: pl.DataFrame, rulesets: list[str] = SEVERAL) -> pl.DataFrame:
    return judge(frame, rulesets, AS_OF).select("sku", *plan_of(rulesets, AS_OF).columns)


@pytest.mark.parametrize("form", ["floats", "decimals"])
def test_duckdb_agrees_and_stays_a_relation(form: str) -> None:
    frame = several(250, 11, form)
    with duckdb.connect() as connection:
        connection.register("products", frame.to_arrow())
        judged = judge(connection.sql("SELECT * FROM products"), SEVERAL, AS_OF)
        assert isinstance(judged, duckdb.DuckDBPyRelation)
        found = judged.pl().sort("sku").select(expected(frame).columns)
    assert found.equals(expected(frame).cast({"sku": found["sku"].dtype}))


def test_a_column_of_another_type_is_refused() -> None:
    with duckdb.connect() as connection:
        relation = connection.sql("""SELECT 'steel' AS material, '0.4' AS "footprint.value" """)
        with pytest.raises(UsageError, match="Cast it to a number"):
            judge(relation, SEVERAL, AS_OF)


def test_a_statement_says_what_frames_say_or_that_it_does_not_know() -> None:
    frame = several(250, 12)
    plan = plan_of(SEVERAL, AS_OF)
    found = statement(plan, "duckdb", "products", ["sku"])
    missing = [(name, kind) for name, kind in found.needs if name not in frame.columns]
    types = {"double": pl.Float64(), "text": pl.String(), "boolean": pl.Boolean()}
    table = frame.with_columns(pl.lit(None, types[kind]).alias(name) for name, kind in missing)
    # Labels and makers are spelled as the rules spell them here: other spellings are for cati itself.
    table = table.with_columns(pl.lit(None, pl.String).alias("producer"), pl.col("label").str.to_lowercase())
    table = table.with_columns(
        pl.when(~pl.col("label").str.contains(" ")).then(pl.col("label")).alias("label")
    )
    with duckdb.connect() as connection:
        connection.register("products", table.to_arrow())
        said = connection.sql(found.text).pl().sort("sku")
    known = expected(table)
    decided = 0
    for each in SEVERAL:
        exact = said[f"{each}.exact"]
        for part in (f"{each}.verdict", f"{each}.level"):
            assert said[part].filter(exact).to_list() == known[part].filter(exact).to_list()
            assert said[part].filter(~exact).null_count() == (~exact).sum()
        decided += int(exact.sum())
    assert decided > 0.5 * len(SEVERAL) * frame.height


@pytest.mark.parametrize("dialect", DIALECTS)
def test_statements_are_printed_in_every_dialect(command: Command, dialect: str) -> None:
    result = command("rules", "sql", "fmc-steel", "--dialect", dialect, "--key", "sku", "--as-of", AS_OF)
    assert result.code == 0, result.err
    assert "footprint.value double" in result.out
    text = result.out.rpartition("cati check.\n")[2]
    tree = sqlglot.parse_one(text, read=dialect)
    assert tree.find(sqlglot.exp.Contains) is None or dialect == "duckdb"


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    builder = sql.SparkSession.builder.master("local[2]")
    for name, value in (
        ("spark.ui.enabled", "false"),
        ("spark.sql.shuffle.partitions", "2"),
        ("spark.sql.codegen.wholeStage", "false"),  # so many columns take longer to compile than to compute
    ):
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.mark.filterwarnings("ignore")
def test_spark_agrees_and_stays_a_frame(spark: Any) -> None:
    frame = several(100, 13)
    names = {"String": "string", "Float64": "double", "Boolean": "boolean", "UInt32": "long"}
    schema = ", ".join(f"`{name}` {names[str(dtype)]}" for name, dtype in frame.schema.items())
    judged = judge(spark.createDataFrame(frame.rows(), schema), TWO, AS_OF)
    found = pl.DataFrame([each.asDict() for each in judged.collect()], infer_schema_length=None).sort("sku")
    names_of = expected(frame, TWO).columns
    assert found.select(names_of).rows() == expected(frame, TWO).rows()


def test_texts_with_signs_of_ours_are_told_apart() -> None:
    frame = pl.DataFrame(
        {
            "material": ["steel", "steel"],
            "name": ["a\u0002\u0001", "a"],
            "note": [None, "\u0001"],
            "footprint.modules.a1": [1.0, -1.0],  # the second is no valid product
            "footprint.unit": ["tCO2e/t", "tCO2e/t"],
        }
    ).with_row_index("sku")
    with duckdb.connect() as connection:
        connection.register("products", frame.to_arrow())
        judged = judge(connection.sql("SELECT * FROM products"), ["econiq-re", "iddi"], AS_OF)
        found = judged.pl().sort("sku")
    assert found["iddi.verdict"].to_list() == ["not_testable", None]
