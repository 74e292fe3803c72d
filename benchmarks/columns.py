"""Prints what a table of products costs beside the same definitions by hand in polars, verdicts compared first.

Run it from the root of a checkout, with the extra tables installed: ``python -m benchmarks --only tables``.
Both sides read the same Parquet file and write one with the verdicts, and take turns.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import polars as pl  # noqa: E402 - the checkout comes before what may be installed

from benchmarks.pages import Figure, publish, quick  # noqa: E402
from benchmarks.polars_by_hand import DEFINITIONS, by_hand  # noqa: E402
from cati_rules.columns.bulk import Bulk, Summary  # noqa: E402
from cati_rules.columns.plan import plan_of  # noqa: E402
from cati_rules.columns.reading import open_table  # noqa: E402

AS_OF = "2026-06-30"
WHY = ""
REPEATS = 3
UNITS = ["tCO2e/t"] * 6 + ["kgCO2e/t", "kgCO2e/kg", "tCO2e/kg", "tCO2/t"]


def products(count: int, seed: int = 1) -> pl.DataFrame:
    """Return plausible products: figures in several units, with gaps in every column."""
    rows = pl.DataFrame({"sku": pl.int_range(count, eager=True)})

    def draw(number: int, choices: list[object], gaps: float = 0.1) -> pl.Expr:
        hashed = pl.col("sku").hash(seed + number)
        picked = pl.lit(pl.Series(choices)).gather((hashed % len(choices)).cast(pl.UInt32))
        return pl.when(((hashed // 1009) % 1000) >= gaps * 1000).then(picked)

    thousandths = (pl.col("sku").hash(seed + 50) % 3000) / 1000
    per_unit = {"kgCO2e/t": 1000.0, "tCO2e/kg": 0.001}
    rows = rows.with_columns(
        draw(1, ["steel"] * 3 + ["aluminium"], 0).alias("material"),
        draw(2, UNITS, 0).alias("footprint.unit"),
        draw(3, ["cradle_to_crude_steel"] * 3 + ["cradle_to_gate", "gate_to_gate", "mine_to_metal"]).alias(
            "footprint.boundary"
        ),
        draw(4, ["third_party", "self_declared"]).alias("footprint.verification"),
        draw(5, ["segregated", "site_mass_balance", "group_mass_balance", "book_and_claim"]).alias(
            "footprint.chain_of_custody"
        ),
        draw(6, [each / 100 for each in range(101)]).alias("scrap.share"),
        draw(7, ["as_asked", "mass", "iron_content"]).alias("scrap.weighed_by"),
    ).with_columns(
        (pl.when(pl.col("material") == "steel").then(thousandths).otherwise(thousandths * 5)).alias("tonnes"),
        pl.when(pl.col("material") == "steel")
        .then(draw(8, ["crude_steel"] * 3 + ["hot_rolled", "coated"]))
        .otherwise(draw(9, ["primary_metal", "ingot", "semi_fabricated"]))
        .alias("stage"),
        pl.when(pl.col("material") == "steel")
        .then(draw(10, [0.0, 0.02, 0.0799, 0.08]))
        .alias("steel.alloy_share"),
        pl.when(pl.col("material") == "steel")
        .then(draw(11, [True, False]))
        .alias("steel.breakthrough_technology"),
    )
    factor = pl.col("footprint.unit").replace_strict(per_unit, default=1.0)
    value = (pl.col("tonnes") * factor).round(6)
    gone = pl.col("sku").hash(seed + 60) % 10 == 0
    return rows.with_columns(
        pl.when(~gone).then(value).alias("footprint.value"),
        pl.when(~gone).then(pl.col("footprint.unit")).alias("footprint.unit"),
    ).drop("tonnes")


def judged(rulesets: list[str] | None, read: Path, written: Path) -> Summary:
    """Judge a table as ``cati check`` does."""
    plan = plan_of(rulesets, AS_OF)
    return Bulk((open_table(read),), plan, written, "en").run(resume=False, told=lambda _: None)


def _timed(run: Callable[[], object]) -> tuple[float, float]:
    before, start = os.times(), time.perf_counter()
    run()
    after = os.times()
    return time.perf_counter() - start, after.user + after.system - before.user - before.system


def main() -> None:
    given = [int(each.replace("_", "")) for each in sys.argv[1:] if not each.startswith("--")]
    count = given[0] if given else 10_000 if quick() else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        read, ours, hand = (Path(folder, each) for each in ("in.parquet", "ours.parquet", "hand.parquet"))
        products(count).write_parquet(read)

        def by_rules() -> Summary:
            return judged(list(DEFINITIONS), read, ours)

        def by_polars() -> None:
            by_hand(pl.scan_parquet(read)).collect().write_parquet(hand)

        summary = by_rules()
        by_polars()
        _compare(pl.read_parquet(ours), pl.read_parquet(hand))
        times: dict[str, list[tuple[float, float]]] = {"rules": [], "hand": []}
        for _ in range(REPEATS):
            times["rules"].append(_timed(by_rules))
            times["hand"].append(_timed(by_polars))
        times["all"] = [_timed(lambda: judged(None, read, ours)) for _ in range(REPEATS)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wall, work = (
        {name: statistics.median(each[which] for each in runs) for name, runs in times.items()}
        for which in (0, 1)
    )
    figures = [
        Figure(
            f"{len(DEFINITIONS)} definitions by the rules / by hand in polars",
            work["rules"] / work["hand"],
            1.5,
            WHY,
        ),
        Figure(
            f"all {len(plan_of(None, AS_OF).definitions)} definitions by the rules / those by hand",
            work["all"] / work["hand"],
        ),
    ]
    told = ", ".join(
        f"{name} {work[name]:.1f} s of processor time, {wall[name]:.1f} s by the clock" for name in times
    )
    publish(
        "tables",
        figures,
        [
            f"{count:,} rows: {told}. "
            f"polars {pl.__version__}; all verdicts and levels equal before any time was taken; "
            f"{summary.one_by_one:,} judgements one by one; {peak:,.0f} MB at most, with the whole table held for "
            f"the side by hand; load average {os.getloadavg()[0]:.0f}.",
        ],
    )


def _compare(ours: pl.DataFrame, hand: pl.DataFrame) -> None:
    for each in DEFINITIONS:
        for part in ("verdict", "level"):
            name = f"{each}.{part}"
            if name in hand.columns and not ours[name].equals(hand[name]):
                wrong = ours.with_columns(hand[name].alias("by_hand")).filter(
                    pl.col(name).ne_missing(pl.col("by_hand"))
                )
                raise SystemExit(f"{name}: {wrong.height} differences, the first: {wrong.row(0, named=True)}")


if __name__ == "__main__":
    main()
