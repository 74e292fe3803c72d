"""All definitions that judge products, by hand in polars, with the same unknowns: as one would without an engine.

What is missing is unknown, which polars says by null and carries through ``&``, ``|`` and ``~``. A figure is known from
below, from above, both or neither, by its boundary and gases; both sides of a comparison are rounded to nine decimals
first, so that a figure on a limit is on it. What contradicts itself is never met.

It is written for the columns of ``benchmarks/columns.py``: there are no bounds of figures, modules, certificates or
lapsed declarations among them, and labels and producers are spelled as they are here. What is the same for several
definitions is computed once, under a name that begins with an underscore.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

VERDICT = pl.Enum(["not_applicable", "not_testable", "met", "not_met", "indeterminate"])
UNKNOWN = pl.lit(None, pl.Boolean)
INFINITE = 1e300
BEYONDECO = {f"beyondeco-{each}": (100 - each) / 100 for each in range(10, 100, 10)}
"""What each label leaves of the baseline."""

Column = pl.Expr
stage, boundary = pl.col("stage"), pl.col("footprint.boundary")
custody, year = pl.col("footprint.chain_of_custody"), pl.col("footprint.year")
share, post_consumer = pl.col("scrap.share"), pl.col("scrap.post_consumer_share")
renewable, solar = pl.col("electricity.renewable_share"), pl.col("electricity.solar_share")
fossil_free = pl.col("electricity.fossil_free")
route, form = pl.col("steel.route"), pl.col("steel.form")
label, producer = pl.col("label"), pl.col("producer")

STEEL, ALUMINIUM, THIRD_PARTY = pl.col("_steel"), pl.col("_aluminium"), pl.col("_third_party")
OTHER_METAL, MORE_POST_CONSUMER, MORE_SOLAR = (
    pl.col("_other_metal"),
    pl.col("_post_consumer"),
    pl.col("_solar"),
)
NOT_FOSSIL_FREE, ODD_ROUTE, PRIMARY_OF_SCRAP = (
    pl.col("_not_fossil_free"),
    pl.col("_route"),
    pl.col("_primary"),
)
NOT_BOOKED, PRIMARY_OR_INGOT = pl.col("_not_booked"), pl.col("_primary_or_ingot")


def by_hand(table: pl.LazyFrame) -> pl.LazyFrame:
    """Return the table with the verdict and level of every definition."""
    told = (
        table.with_columns(**_asked_often()).with_columns(**_asked_of_these()).with_columns(**_scrap_shares())
    )
    return told.with_columns(*_of_steel(), *_of_steel_brands(), *_of_aluminium()).select(pl.exclude("^_.*$"))


def _tonnes(value: Column, unit: Column) -> Column:
    """Return an amount in tonnes per tonne."""
    return (
        pl.when(unit.is_in(["kgCO2e/t", "kgCO2/t"]))
        .then(value / 1000)
        .when(unit.is_in(["tCO2e/kg", "tCO2/kg"]))
        .then(value * 1000)
        .otherwise(value)
        .round(9)
    )


def _all_gases(unit: Column) -> Column:
    return unit.is_in(["tCO2e/t", "kgCO2e/t", "kgCO2e/kg", "tCO2e/kg"]).fill_null(True)


def _asked_often() -> dict[str, Column]:
    """Return what definitions of many kinds ask, and what contradicts itself."""
    unit = pl.col("footprint.unit")
    made_from_ore = route.is_in(["bf_bof", "gas_dri_eaf", "coal_dri_eaf", "h2_dri_eaf"])
    steel_fields = ("route", "form", "grade", "alloy_share", "breakthrough_technology")
    found = {
        "_steel": pl.col("material") == "steel",
        "_aluminium": pl.col("material") == "aluminium",
        "_value": _tonnes(pl.col("footprint.value"), unit),
        "_offsets": _tonnes(pl.col("footprint.offsets"), unit),
        "_baseline": _tonnes(pl.col("baseline.value"), pl.col("baseline.unit")),
        "_all_gases": _all_gases(unit),
        "_baseline_gases": _all_gases(pl.col("baseline.unit")),
        "_third_party": pl.col("footprint.verification") == "third_party",
        "_not_booked": ~custody.is_in(["group_mass_balance", "book_and_claim"]),
        "_primary_or_ingot": stage.is_in(["primary_metal", "ingot"]),
        "_has_steel": pl.any_horizontal(pl.col(f"steel.{each}").is_not_null() for each in steel_fields)
        | ((stage == "crude_steel") | (boundary == "cradle_to_crude_steel")).fill_null(False),
        "_has_aluminium": pl.col("aluminium.inert_anode").is_not_null()
        | ((stage == "primary_metal") | (boundary == "smelter_scope_1_2")).fill_null(False),
        "_low": share.fill_null(0.0),
        "_high": share.fill_null(1.0),
    }
    wrong = {
        "_post_consumer": post_consumer > share,
        "_solar": solar > renewable,
        "_not_fossil_free": (renewable == 1) & ~fossil_free,
        "_route": ((route == "scrap_eaf") & (share == 0)) | (made_from_ore & (share == 1)),
        "_primary": (stage == "primary_metal") & (share > 0.1),
    }
    return found | {name: each.fill_null(False) for name, each in wrong.items()}


def _figure(name: str, below: Column, above: Column, gases: str = "CO2e") -> dict[str, Column]:
    """Return the least and the most that a footprint is, where it is known from below and from above."""
    if gases == "CO2e":
        above &= pl.col("_all_gases")
    else:
        below &= ~pl.col("_all_gases")
    value = pl.col("_value")
    return {
        f"_{name}_low": pl.when(below).then(value).fill_null(0.0),
        f"_{name}_high": pl.when(above).then(value).fill_null(INFINITE),
    }


def _asked_of_these() -> dict[str, Column]:
    """Return the footprints on the boundaries that definitions ask for, and the share of scrap by mass and iron."""
    crude, rolled = stage == "crude_steel", stage.is_in(["hot_rolled", "cold_rolled"])
    to_crude, to_gate = boundary == "cradle_to_crude_steel", boundary == "cradle_to_gate"
    in_plant = boundary == "gate_to_gate"
    same = crude & to_crude
    more = same | (rolled & (to_crude | to_gate)) | (crude & to_gate)
    less = same | (crude & in_plant)
    hot = (stage == "hot_rolled") & to_gate
    hot_more = hot | ((stage == "cold_rolled") & to_gate)
    hot_less = (
        hot | (crude & (to_crude | to_gate | in_plant)) | ((stage == "hot_rolled") & (to_crude | in_plant))
    )
    cast = PRIMARY_OR_INGOT & boundary.is_in(["cradle_to_gate", "mine_to_metal"])
    cast_less = PRIMARY_OR_INGOT & boundary.is_in(
        ["cradle_to_gate", "mine_to_metal", "smelter_scope_1_2", "gate_to_gate"]
    )
    of_primary = (stage == "primary_metal") | ((stage == "ingot") & (share == 0))
    smelter = PRIMARY_OR_INGOT & (boundary == "smelter_scope_1_2")
    low, high = pl.col("_low"), pl.col("_high")
    return {
        **_figure("crude", less, more),
        **_figure("crude_co2", less, more, "CO2"),
        **_figure("hot", hot_less, hot_more),
        **_figure("gate", to_gate, to_gate),
        **_figure("plant", in_plant, in_plant),
        **_figure("india", (crude | rolled) & in_plant, rolled & to_gate),
        **_figure("cast", cast_less, cast),
        **_figure("cast_co2", cast_less, cast, "CO2"),
        **_figure("unmixed", cast_less & (share == 0), cast & (share == 0)),
        **_figure("primary", cast_less & of_primary, cast & of_primary),
        **_figure("smelter", smelter, smelter),
        "_other_metal": pl.when(STEEL).then(pl.col("_has_aluminium")).otherwise(pl.col("_has_steel")),
        "_mass_low": 24.5 - 575.75 / (23.5 + low),
        "_mass_high": 24.5 - 575.75 / (23.5 + high),
        "_iron_low": 575.75 / (24.5 - low) - 23.5,
        "_iron_high": 575.75 / (24.5 - high) - 23.5,
    }


def _scrap_shares() -> dict[str, Column]:
    """Return the least and the most that the share of scrap is, by mass and by iron as definitions convert it."""
    weighed = pl.col("scrap.weighed_by")
    found = {}
    for name, column, way in (("converted", "mass", "mass"), ("iron_share", "iron", "iron_content")):
        for end, outer in (("low", pl.min_horizontal), ("high", pl.max_horizontal)):
            plain, other = pl.col(f"_{end}"), pl.col(f"_{column}_{end}")
            told = pl.when(weighed == way).then(other).when(weighed.is_not_null()).then(plain)
            found[f"_{name}_{end}"] = told.otherwise(outer(plain, other))
    return found


def _truth(must: Column, may: Column) -> Column:
    """Return a truth that is unknown where it may be and need not."""
    return must | (may & UNKNOWN)


def _below(name: str, low: float | Column, high: float | Column) -> Column:
    """Return where a footprint is below a limit that lies between two ends."""
    return _truth(pl.col(f"_{name}_high") < low, pl.col(f"_{name}_low") < high)


def _at_most(name: str, low: float | Column, high: float | Column) -> Column:
    return _truth(pl.col(f"_{name}_high") <= low, pl.col(f"_{name}_low") <= high)


def _open_on(name: str, low: float | Column, high: float | Column) -> Column:
    """Return where a footprint is below a limit, and unknown on the limit itself: the source leaves that open."""
    return _truth(pl.col(f"_{name}_high") < low, pl.col(f"_{name}_low") <= high)


def _line(start: float, slope: float, scrap: str) -> tuple[Column, Column]:
    """Return the least and the most of a limit that falls with the share of scrap."""
    low, high = pl.col(f"_{scrap}_low"), pl.col(f"_{scrap}_high")
    return (start - slope * high).round(9), (start - slope * low).round(9)


def _said(applies: Column, then: list[tuple[Column, str]]) -> Column:
    found = pl.when(~applies).then(pl.lit("not_applicable", VERDICT))
    for flag, word in then:
        found = found.when(flag).then(pl.lit(word, VERDICT))
    return found.otherwise(pl.lit("indeterminate", VERDICT))


def _judged(
    ruleset: str, applies: Column, met: Column, against: Column, levels: Mapping[str, Column] | None = None
) -> list[Column]:
    """Return the verdict, and the level, which is the last one met; what is ``against`` itself is never met."""
    must = applies & met & ~against
    verdict = _said(applies, [(must, "met"), (applies & ~met, "not_met")])
    level = pl.lit(None, pl.String)
    if levels:
        kind = pl.Enum(list(levels))
        level = pl.lit(None, kind)
        for name, flag in levels.items():
            level = pl.when(must & flag).then(pl.lit(name, kind)).otherwise(level)
    return [verdict.alias(f"{ruleset}.verdict"), level.alias(f"{ruleset}.level")]


def _not_testable(applies: Column, *rulesets: str) -> list[Column]:
    """Return the verdicts of definitions that give nothing to test by."""
    found = []
    for each in rulesets:
        found.append(_said(applies, [(applies, "not_testable")]).alias(f"{each}.verdict"))
        found.append(pl.lit(None, pl.String).alias(f"{each}.level"))
    return found


def _of(labels: list[str], makers: list[str]) -> Column:
    """Return where a product carries one of a brand's labels, or is from one of its makers."""
    return label.is_in(labels).fill_null(False) | producer.is_in(makers).fill_null(False)


def _of_steel() -> list[Column]:
    """Return what definitions of steel say."""
    technology = pl.col("steel.breakthrough_technology")
    odd_scrap = OTHER_METAL | MORE_POST_CONSUMER | ODD_ROUTE
    # Whether book and claim counts is left open.
    perhaps_booked = (custody != "book_and_claim") | UNKNOWN
    found = _not_testable(
        STEEL,
        "espr-steel-draft",
        "iddi",
        "japan-gx-steel",
        "korea-k-steel-act",
        "net-zero-steel-initiative",
        "nissan-green-steel",
        "steel-standards-principles",
        "worldsteel-carbon-neutral",
        "worldsteel-chain-of-custody",
    )
    found += _not_testable(pl.lit(True), "eu-industrial-accelerator-act")

    alloyed_little = STEEL & (pl.col("steel.alloy_share") < 0.08)
    for edition, slopes in (("2.0", (2.45, 1.75, 1.05, 0.35)), ("2.1", (2.30, 1.65, 1.00, 0.35))):
        starts = zip("1234", (2.80, 2.00, 1.20, 0.40), slopes, strict=True)
        levels = {name: _at_most("crude", *_line(start, slope, "converted")) for name, start, slope in starts}
        met = perhaps_booked & levels["1"]
        found += _judged(f"responsiblesteel-{edition}", alloyed_little, met, odd_scrap, levels)

    for ruleset, name, slope in (("fmc-steel", "crude", 0.35), ("fmc-steel-2022", "crude_co2", 0.30)):
        met = _below(name, *_line(0.40, slope, "iron_share")) & technology & NOT_BOOKED
        found += _judged(ruleset, STEEL, met, odd_scrap)

    steps = (("E", 6), ("D", 5), ("C", 4), ("B", 3), ("A", 2), ("near-zero", 1))
    levels = {
        name: _open_on("crude", *_line(0.40 * times, 0.35 * times, "iron_share")) for name, times in steps
    }
    found += _judged("iea-near-zero", STEEL, perhaps_booked & levels["E"], odd_scrap, levels)

    # Classes D to B are known at second hand only, and never certain.
    levels = {
        "E": _open_on("crude_co2", *_line(2.19, 1.78, "iron_share")),
        "A": _open_on("crude_co2", *_line(0.40, 0.35, "iron_share")),
    }
    found += _judged("c2f-steel", STEEL, levels["E"], odd_scrap, levels)

    start = pl.when(pl.col("steel.grade") == "quality").then(0.520).otherwise(0.470)
    low, high = pl.col("_iron_share_low"), pl.col("_iron_share_high")
    levels = {}
    for name, times in (("D", 5), ("C", 4), ("B", 3), ("A", 2), ("near-zero", 1)):
        least, most = ((times * (start - 0.350 * each)).round(9) for each in (high, low))
        levels[name] = _at_most("hot", least, most)
    shared = pl.when(custody != "group_mass_balance").then(custody != "book_and_claim")
    met = THIRD_PARTY & shared & levels["D"]
    found += _judged("less", STEEL & (pl.col("steel.grade") != "stainless"), met, odd_scrap, levels)

    levels = {
        "3": _below("india", 2.2, 2.2),
        "4": _open_on("india", 2.0, 2.0),
        "5": _open_on("india", 1.6, 1.6),
    }
    found += _judged("india-green-steel", STEEL, levels["3"], OTHER_METAL, levels)
    return found + _judged("gscc", STEEL, THIRD_PARTY & _gscc(), OTHER_METAL)


def _by_year(years: tuple[int, ...], limits: tuple[float, ...], closed: bool) -> Column:
    found = pl.lit(limits[-1])
    for last, limit in reversed(list(zip(years, limits[:-1], strict=True))):
        found = pl.when((year <= last) if closed else (year < last)).then(limit).otherwise(found)
    return found


def _gscc() -> Column:
    """Return where a footprint is at most the limit of its year, which the source tells at steps only."""
    flat, long = (1.84, 1.57, 1.31, 0.69, 0.12), (1.47, 1.29, 1.11, 0.63, 0.12)
    before, after = (2026, 2030, 2040, 2050), (2022, 2026, 2030, 2040)
    low, high = pl.col("_hot_low"), pl.col("_hot_high")

    def limits(years: tuple[int, ...], closed: bool) -> tuple[Column, Column]:
        # Limits of long products are the lower ones.
        one, other = _by_year(years, flat, closed), _by_year(years, long, closed)
        return pl.when(form == "flat").then(one).otherwise(other), pl.when(form == "long").then(
            other
        ).otherwise(one)

    (least, most), (least_after, most_after) = limits(before, False), limits(after, True)
    between = (high > least_after) & (low <= most)
    on_a_step = (low <= most_after) & (high >= least_after) & year.is_in([2022, 2026, 2030, 2040, 2050])
    told = ~((year < 2022) | (year > 2050) | between | on_a_step)
    return pl.when(told).then(_truth(high <= least, low <= most))


def _of_steel_brands() -> list[Column]:
    """Return what brands of steel say."""
    nucor = ["Nucor", "Nucor Steel"]
    odd_power = OTHER_METAL | MORE_SOLAR | NOT_FOSSIL_FREE
    liberty = ["LIBERTY Steel", "LIBERTY Steel UK", "LIBERTY Steel Group"]
    found = _not_testable(STEEL & _of(["greensteel"], liberty), "greensteel")
    found += _not_testable(STEEL & _of(["xcarb-certificates"], ["ArcelorMittal"]), "xcarb-certificates")

    net = _truth(
        pl.col("_plant_high") <= pl.when(pl.col("_all_gases")).then(pl.col("_offsets")).fill_null(0.0),
        pl.col("_plant_low") <= pl.when(pl.col("_all_gases")).then(pl.col("_offsets")).fill_null(INFINITE),
    )
    found += _judged("econiq-nz", STEEL & _of(["econiq-nz"], nucor), net & (renewable >= 1), odd_power)
    met = (renewable >= 1) | fossil_free
    found += _judged("econiq-re", STEEL & _of(["econiq-re"], nucor), met, odd_power)

    ours = STEEL & _of(["fossil-free-steel"], ["SSAB", "Svenskt Stål"])
    odd = OTHER_METAL | ODD_ROUTE | NOT_FOSSIL_FREE
    found += _judged("fossil-free-steel", ours, (route == "h2_dri_eaf") & fossil_free, odd)
    ours = STEEL & _of(["xcarb-recycled-renewable"], ["ArcelorMittal"])
    met = (route == "scrap_eaf") & (renewable >= 1) & NOT_BOOKED
    found += _judged("xcarb-recycled-renewable", ours, met, odd_power | ODD_ROUTE)

    left = pl.when(label.is_null()).then(0.90).otherwise(label.replace_strict(BEYONDECO, default=0.10))
    base, to_gate = pl.col("_baseline"), boundary == "cradle_to_gate"
    least = pl.when(to_gate).then(base).fill_null(0.0)
    most = pl.when(to_gate & pl.col("_baseline_gases")).then(base).fill_null(INFINITE)
    reduced = _at_most("gate", (left * least).round(9), (left * most).round(9))
    same = (pl.col("baseline.of") == "same_product") & (pl.col("baseline.year") == 2020)
    # Beside another baseline it is left open.
    met = label.is_in(list(BEYONDECO)) & THIRD_PARTY & pl.when(same).then(reduced)
    ours = STEEL & _of(list(BEYONDECO), ["Baosteel", "Baoshan Iron & Steel"])
    return found + _judged("beyondeco", ours, met, OTHER_METAL)


def _of_aluminium() -> list[Column]:
    """Return what definitions and brands of aluminium say."""
    hydro = ["Hydro", "Norsk Hydro", "Hydro Aluminium"]
    odd_metal = OTHER_METAL | PRIMARY_OF_SCRAP
    odd_scrap = odd_metal | MORE_POST_CONSUMER
    primary = stage == "primary_metal"
    some_primary = primary | (share < 1)
    rio_tinto = ["Rio Tinto", "Rio Tinto Group", "Rio Tinto Aluminium"]
    found = _not_testable(ALUMINIUM & _of(["revolution-al"], rio_tinto), "revolution-al")
    found += _not_testable(ALUMINIUM & PRIMARY_OR_INGOT, "low-carbon-aluminium-ingot")
    ours = ALUMINIUM & _of(["elysis"], ["ELYSIS"])
    found += _judged("elysis", ours, pl.col("aluminium.inert_anode"), OTHER_METAL)
    found += _judged("fmc-aluminium", ALUMINIUM & (share < 1), _below("unmixed", 3.0, 3.0), odd_scrap)
    smelted = ALUMINIUM & (primary | ((stage == "ingot") & (share < 1)))
    found += _judged(
        "green-electricity-aluminium", smelted, renewable == 1, odd_scrap | MORE_SOLAR | NOT_FOSSIL_FREE
    )
    found += _judged("nissan-green-aluminium", ALUMINIUM & some_primary, solar == 1, odd_scrap | MORE_SOLAR)
    met = _open_on("cast", 8.0, 8.0) & THIRD_PARTY
    found += _judged("lme-low-carbon-aluminium", ALUMINIUM, met, odd_metal)
    met = _at_most("smelter", 4.0, 4.0) & THIRD_PARTY
    found += _judged("platts-low-carbon-aluminium", ALUMINIUM, met, odd_metal)
    found += _judged("volvo-recycled-aluminium", ALUMINIUM, share >= 0.40, odd_scrap)
    circal = ALUMINIUM & _of(["hydro-circal"], hydro)
    met = (post_consumer >= 0.75) & THIRD_PARTY
    found += _judged("hydro-circal", circal, met, OTHER_METAL | MORE_POST_CONSUMER)
    near_zero = ALUMINIUM & _of(["hydro-near-zero"], hydro)
    found += _judged("hydro-near-zero", near_zero, _at_most("cast_co2", 1.0, 1.0), odd_metal)
    reduxa = ALUMINIUM & _of(["hydro-reduxa"], hydro) & some_primary
    return found + _judged("hydro-reduxa", reduxa, _open_on("primary", 4.0, 4.0), odd_scrap)
