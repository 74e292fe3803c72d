"""Four definitions written by hand in polars, with the same unknowns: what one would write without an engine.

What is missing is unknown and anything that it can be. Both sides of a comparison are rounded to nine decimals first,
so that a figure on a limit is on it.
"""

from __future__ import annotations

import polars as pl

DEFINITIONS = ("responsiblesteel-2.1", "fmc-steel", "lme-low-carbon-aluminium", "volvo-recycled-aluminium")
_WITHOUT_LIMIT = 1e300


def _is(name: str, *values: str) -> pl.Expr:
    return pl.col(name).is_in(values).fill_null(False)


def _may_be(name: str, *values: str) -> pl.Expr:
    return pl.col(name).is_in(values).fill_null(True)


def _tonnes() -> pl.Expr:
    unit, value = pl.col("footprint.unit"), pl.col("footprint.value")
    return (
        pl.when(unit.is_in(["kgCO2e/t", "kgCO2/t"]))
        .then(value / 1000)
        .when(unit.is_in(["tCO2e/kg", "tCO2/kg"]))
        .then(value * 1000)
        .otherwise(value)
        .round(9)
    )


def _crude(part: str) -> pl.Expr:
    crude = _is("stage", "crude_steel")
    return {
        "same": crude & _is("footprint.boundary", "cradle_to_crude_steel"),
        "narrower": crude & _is("footprint.boundary", "gate_to_gate"),
        "wider": (crude & _is("footprint.boundary", "cradle_to_gate"))
        | (
            _is("stage", "hot_rolled", "cold_rolled")
            & _is("footprint.boundary", "cradle_to_crude_steel", "cradle_to_gate")
        ),
    }[part]


def _verdict(applies: pl.Expr, may_apply: pl.Expr, must: pl.Expr, may: pl.Expr) -> pl.Expr:
    return (
        pl.when(~may_apply)
        .then(pl.lit("not_applicable"))
        .when(applies & must)
        .then(pl.lit("met"))
        .when(applies & ~may)
        .then(pl.lit("not_met"))
        .otherwise(pl.lit("indeterminate"))
    )


def by_hand(table: pl.LazyFrame) -> pl.LazyFrame:
    """Return the table with verdicts, and levels where there are some."""
    all_gases = _is("footprint.unit", "tCO2e/t", "kgCO2e/t", "kgCO2e/kg", "tCO2e/kg")
    share = pl.col("scrap.share")
    table = table.with_columns(
        low=pl.when(_crude("same") | _crude("narrower")).then(_tonnes()).fill_null(0.0),
        high=pl.when((_crude("same") | _crude("wider")) & all_gases)
        .then(_tonnes())
        .fill_null(_WITHOUT_LIMIT),
        share_low=share.fill_null(0.0),
        share_high=share.fill_null(1.0),
    ).with_columns(
        mass_low=24.5 - 575.75 / (23.5 + pl.col("share_low")),
        mass_high=24.5 - 575.75 / (23.5 + pl.col("share_high")),
        iron_low=575.75 / (24.5 - pl.col("share_low")) - 23.5,
        iron_high=575.75 / (24.5 - pl.col("share_high")) - 23.5,
    )
    table = table.with_columns(*_scrap("rs", "mass", "mass"), *_scrap("fmc", "iron_content", "iron"))
    aluminium = pl.col("material") == "aluminium"
    steel = pl.col("material") == "steel"
    alloy = pl.col("steel.alloy_share")
    # What contradicts itself is not met: scrap in primary metal, a boundary of steel around aluminium.
    held_apart = (_is("stage", "primary_metal") & (share > 0.1).fill_null(False)) | _is(
        "footprint.boundary", "cradle_to_crude_steel"
    )
    columns = []
    levels = {"1": (2.80, 2.30), "2": (2.00, 1.65), "3": (1.20, 1.00), "4": (0.40, 0.35)}
    custody_must, custody_may = ~_may_be("footprint.chain_of_custody", "book_and_claim"), pl.lit(True)
    reached = {
        name: pl.col("high") <= (start - slope * pl.col("rs_high")).round(9)
        for name, (start, slope) in levels.items()
    }
    possible = {
        name: pl.col("low") <= (start - slope * pl.col("rs_low")).round(9)
        for name, (start, slope) in levels.items()
    }
    applies = steel & (alloy < 0.08).fill_null(False)
    may_apply = steel & (alloy < 0.08).fill_null(True)
    must = custody_must & pl.any_horizontal(*reached.values())
    may = custody_may & pl.any_horizontal(*possible.values())
    columns.append(_verdict(applies, may_apply, must, may).alias("responsiblesteel-2.1.verdict"))
    level = pl.lit(None, pl.String)
    for name, flag in reached.items():
        level = pl.when(flag).then(pl.lit(name)).otherwise(level)
    columns.append(pl.when(applies & must).then(level).alias("responsiblesteel-2.1.level"))

    technology = pl.col("steel.breakthrough_technology")
    must = (
        (pl.col("high") < (0.40 - 0.35 * pl.col("fmc_high")).round(9))
        & technology.fill_null(False)
        & ~_may_be("footprint.chain_of_custody", "group_mass_balance", "book_and_claim")
    )
    may = (
        (pl.col("low") < (0.40 - 0.35 * pl.col("fmc_low")).round(9))
        & technology.fill_null(True)
        & ~_is("footprint.chain_of_custody", "group_mass_balance", "book_and_claim")
    )
    columns.append(_verdict(steel, steel, must, may).alias("fmc-steel.verdict"))

    cast = _is("stage", "primary_metal", "ingot")
    same = cast & _is("footprint.boundary", "cradle_to_gate", "mine_to_metal")
    narrower = cast & _is("footprint.boundary", "smelter_scope_1_2", "gate_to_gate")
    low = pl.when(same | narrower).then(_tonnes()).fill_null(0.0)
    high = pl.when(same & all_gases).then(_tonnes()).fill_null(_WITHOUT_LIMIT)
    must = (high < 8) & _is("footprint.verification", "third_party") & ~held_apart
    # On the limit itself the source leaves it open.
    may = (low <= 8) & _may_be("footprint.verification", "third_party")
    columns.append(_verdict(aluminium, aluminium, must, may).alias("lme-low-carbon-aluminium.verdict"))

    must, may = (share >= 0.40).fill_null(False) & ~held_apart, (share >= 0.40).fill_null(True)
    columns.append(_verdict(aluminium, aluminium, must, may).alias("volvo-recycled-aluminium.verdict"))
    return table.with_columns(*columns).select(
        pl.exclude("low", "high", "^share_.*$", "^mass_.*$", "^iron_.*$", "^rs_.*$", "^fmc_.*$")
    )


def _scrap(name: str, way: str, column: str) -> list[pl.Expr]:
    """Return the least and the most that the share of scrap is, where it may be weighed in another way."""
    given = pl.col("scrap.weighed_by")
    found = []
    for end, outer in (("low", pl.min_horizontal), ("high", pl.max_horizontal)):
        plain, other = pl.col(f"share_{end}"), pl.col(f"{column}_{end}")
        found.append(
            pl.when(given.is_null())
            .then(outer(plain, other))
            .when(given == way)
            .then(other)
            .otherwise(plain)
            .alias(f"{name}_{end}")
        )
    return found
