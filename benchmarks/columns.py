"""Prints what a table of products costs beside the same definitions by hand in polars, verdicts compared first.

Run it from the root of a checkout, with the extra tables installed: ``python -m benchmarks --only tables``.
Both sides read the same Parquet file and write one with the verdicts, and take turns.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import polars as pl  # noqa: E402 - the checkout comes before what may be installed

from benchmarks.pages import Figure, publish, quick  # noqa: E402
from benchmarks.polars_by_hand import by_hand  # noqa: E402
from cati_rules.columns.bulk import Bulk, Summary  # noqa: E402
from cati_rules.columns.computed import plan_of  # noqa: E402
from cati_rules.columns.reading import open_table  # noqa: E402

AS_OF = "2026-06-30"
WHY = (
    "The rest goes into telling which rows are certainly valid and where floats do not decide, into parts that an "
    "interrupted run goes on with, and into making the definitions ready, which is the same for any number of rows."
)
REPEATS = 5
STEEL_LABELS = ["beyondeco-30", "beyondeco-50", "econiq-nz", "econiq-re", "fossil-free-steel", "greensteel"]
STEEL_LABELS += ["xcarb-certificates", "xcarb-recycled-renewable", "ours"]
ALUMINIUM_LABELS = ["elysis", "hydro-circal", "hydro-near-zero", "hydro-reduxa", "revolution-al", "ours"]
STEEL_MAKERS = ["Baosteel", "Nucor", "SSAB", "ArcelorMittal", *(f"Mill {each}" for each in range(200))]
ALUMINIUM_MAKERS = ["Norsk Hydro", "Rio Tinto", "ELYSIS", *(f"Smelter {each}" for each in range(50))]
UNITS = ["tCO2e/t"] * 6 + ["kgCO2e/t", "kgCO2e/kg", "tCO2e/kg", "tCO2/t"]


def products(count: int, seed: int = 1) -> pl.DataFrame:
    """Return plausible products: figures in several units, a tenth of all cells empty, some labels."""
    rows = pl.DataFrame({"sku": pl.int_range(count, eager=True)})
    number = 0

    def draw(choices: Sequence[object], gaps: float = 0.1) -> pl.Expr:
        nonlocal number
        number += 1
        hashed = pl.col("sku").hash(seed + number)
        picked = pl.lit(pl.Series(choices)).gather((hashed % len(choices)).cast(pl.UInt32))
        return pl.when(((hashed // 1009) % 1000) >= gaps * 1000).then(picked)

    hundredths = [each / 100 for each in range(101)]
    per_unit = {"kgCO2e/t": 1000.0, "tCO2e/kg": 0.001}
    rows = rows.with_columns(
        draw(["steel"] * 3 + ["aluminium"], 0).alias("material"),
        draw(UNITS, 0).alias("footprint.unit"),
    )
    steel = pl.col("material") == "steel"
    thousandths = (pl.col("sku").hash(seed + 50) % 3000) / 1000
    value = pl.when(steel).then(thousandths).otherwise(thousandths * 5)
    value = (value * pl.col("footprint.unit").replace_strict(per_unit, default=1.0)).round(6)
    given = pl.col("sku").hash(seed + 60) % 10 != 0
    of_steel = ["cradle_to_crude_steel"] * 3 + ["cradle_to_gate", "gate_to_gate"]
    of_aluminium = ["cradle_to_gate"] * 2 + ["mine_to_metal", "smelter_scope_1_2", "gate_to_gate"]
    custody = ["segregated", "site_mass_balance", "group_mass_balance", "book_and_claim"]

    def by_metal(one: pl.Expr, other: pl.Expr | None = None) -> pl.Expr:
        return pl.when(steel).then(one).otherwise(other)

    return rows.with_columns(
        by_metal(
            draw(["crude_steel"] * 3 + ["hot_rolled", "cold_rolled", "coated"]),
            draw(["primary_metal", "ingot", "semi_fabricated"]),
        ).alias("stage"),
        pl.when(given).then(value).alias("footprint.value"),
        pl.when(given).then(pl.col("footprint.unit")).alias("footprint.unit"),
        by_metal(draw(of_steel), draw(of_aluminium)).alias("footprint.boundary"),
        pl.when(given).then(draw([0.0, 0.5, 3.0], 0.8)).alias("footprint.offsets"),
        draw([2021, 2022, 2024, 2025, 2026, 2030]).alias("footprint.year"),
        draw(["third_party", "self_declared"]).alias("footprint.verification"),
        draw(custody).alias("footprint.chain_of_custody"),
        draw([0.0, 0.0, *hundredths]).alias("scrap.share"),
        draw(["as_asked", "mass", "iron_content"]).alias("scrap.weighed_by"),
        draw([0.75, 0.8, *(each / 2 for each in hundredths)], 0.5).alias("scrap.post_consumer_share"),
        draw([0.0, 0.5, 1.0, 1.0]).alias("electricity.renewable_share"),
        draw([True, True, True, False]).alias("electricity.fossil_free"),
        draw([0.0, 0.0, 0.5, 1.0], 0.5).alias("electricity.solar_share"),
        by_metal(draw(["bf_bof", "scrap_eaf", "gas_dri_eaf", "h2_dri_eaf"])).alias("steel.route"),
        by_metal(draw(["flat", "long"])).alias("steel.form"),
        by_metal(draw(["quality", "structural", "stainless"])).alias("steel.grade"),
        by_metal(draw([0.0, 0.02, 0.0799, 0.08])).alias("steel.alloy_share"),
        by_metal(draw([True, False])).alias("steel.breakthrough_technology"),
        by_metal(draw([None]), draw([True, False])).cast(pl.Boolean).alias("aluminium.inert_anode"),
        draw([1.8, 2.3, 2.6]).alias("baseline.value"),
        draw(["tCO2e/t"], 0).alias("baseline.unit"),
        draw([2020, 2020, 2021]).alias("baseline.year"),
        draw(["same_product", "same_product", "conventional_process"]).alias("baseline.of"),
        by_metal(draw(STEEL_LABELS, 0.7), draw(ALUMINIUM_LABELS, 0.7)).alias("label"),
        by_metal(draw(STEEL_MAKERS, 0.3), draw(ALUMINIUM_MAKERS, 0.3)).alias("producer"),
    )


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
        drawn = products(count)
        width = drawn.width
        drawn.write_parquet(read)
        del drawn

        def by_rules() -> Summary:
            return judged(None, read, ours)

        def by_polars() -> None:
            by_hand(pl.scan_parquet(read)).collect().write_parquet(hand)

        summary = by_rules()
        by_polars()
        _compare(pl.read_parquet(ours), pl.read_parquet(hand))
        sizes = [each.stat().st_size / 1e6 for each in (ours, hand)]
        times: dict[str, list[tuple[float, float]]] = {"by the rules": [], "by hand": []}
        for _ in range(REPEATS):
            times["by the rules"].append(_timed(by_rules))
            times["by hand"].append(_timed(by_polars))
    wall, work = (
        # What else a machine does is only ever added: the least is nearest to what it takes.
        {name: min(each[which] for each in runs) for name, runs in times.items()}
        for which in (0, 1)
    )
    what = f"{len(summary.verdicts)} definitions by the rules / by hand in polars"
    told = " and ".join(f"{work[name]:.1f} s {name} ({wall[name]:.1f} s by the clock)" for name in times)
    publish(
        "tables",
        [Figure(what, work["by the rules"] / work["by hand"], 1.5, WHY)],
        [
            f"{count:,} rows of {width} columns, {told} of processor time; polars "
            f"{pl.__version__}. All verdicts and levels were equal before any time was taken: "
            f"{_verdicts(summary)}. Of them {summary.one_by_one:,} were judged one by one. The files written have "
            f"{sizes[0]:.0f} MB and {sizes[1]:.0f} MB. Load average {os.getloadavg()[0]:.0f}.",
        ],
    )


def _verdicts(summary: Summary) -> str:
    counts = sum(summary.verdicts.values(), Counter())
    return ", ".join(f"{number:,} *{each}*" for each, number in counts.most_common())


def _compare(ours: pl.DataFrame, hand: pl.DataFrame) -> None:
    """Hold verdicts and levels against each other, row by row."""
    if set(ours.columns) != set(hand.columns):
        raise SystemExit(f"other columns: {set(ours.columns) ^ set(hand.columns)}")
    apart = False
    for name in ours.columns:
        one, other = ours[name], hand[name]
        if name.endswith((".verdict", ".level")):
            one, other = one.cast(pl.String), other.cast(pl.String)
        wrong = one.ne_missing(other)
        if wrong.any():
            apart = True
            shown = {
                key: each
                for key, each in ours.row(wrong.arg_max() or 0, named=True).items()
                if each is not None
            }
            shown = {
                key: each
                for key, each in shown.items()
                if key == name or not key.endswith((".verdict", ".level"))
            }
            print(f"{name}: {wrong.sum()} differences, the first: {other[wrong.arg_max()]} by hand; {shown}")
    if apart:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
