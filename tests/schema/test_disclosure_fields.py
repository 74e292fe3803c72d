"""What a disclosure can say: fields that stand apart from each other, their limits, and combinations that make no sense."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cati_rules.documents import parse_document
from cati_rules.errors import Problem
from cati_rules.pipeline import check_document
from cati_rules.schema import load_schema, validate
from cati_rules.schema.tonnes import tonnes, unit_beside

HEAD = "kind: disclosure\ncompany: {name: Example Motors}\nreporting_year: 2023\n"
DEFINITIONS = load_schema("disclosure")["$defs"]


def problems(text: str) -> list[Problem]:
    document = parse_document((HEAD + text).encode(), name="d.yaml")
    return list(check_document(document, ("consistency",)).problems)


def only(text: str) -> Problem:
    found = problems(text)
    assert len(found) == 1, [each.line("en") for each in found]
    return found[0]


def target(more: str, subject: str = "emission_reduction") -> str:
    return f"targets:\n  - {{subject: {subject}, {more}}}\n"


def progress(more: str, subject: str = "emission_reduction", beside: str = "") -> str:
    return target(f"{beside}progress: [{{year: 2023, {more}}}]", subject)


def action(more: str) -> str:
    return f"actions:\n  - {{area: steel, name: A, {more}}}\n"


RIGHT = [
    "company: {name: A, sector: cement}\n",
    "company: {name: A, sector: battery_maker}\n",
    target("reduction_amount: {value: 45, unit: 万tCO2e}, base_year: 2020"),
    target("measure: absolute, level: {value: 1.2, unit: MtCO2e}"),
    target("measure: intensity, level: {value: 1.2, unit: tCO2e/vehicle}"),
    target("extent: region, places: [Europe, North America]"),
    target("extent: sites"),
    target("extent: whole_company"),
    target("scopes: [scope_3], categories: [unnamed_parts]"),
    target("share: 0.8, scopes: [scope_2]", "carbon_free_energy"),
    target("share: 0.7, target_year: 2030", "supplier_pledges"),
    target(
        "groups: [{group: cells, share: 0.9, target_year: 2028}, {group: steel, target_year: 2035}]",
        "supplier_targets",
    ),
    target("validation: {status: validated, method: sectoral_decarbonisation}"),
    target(
        "base_year: 2020, submitted: 2022-05-01, recent_inventory_year: 2021, net_zero_year: 2045, "
        "coverage: 0.97, exclusions: 0.03, scope_3_coverage: 0.67"
    ),
    progress("reduction: -0.12, amount: {value: 3, unit: MtCO2e}"),
    progress(
        "reduction: 0.1, measure: absolute, amount: {value: 3, unit: MtCO2e}", beside="measure: intensity, "
    ),
    progress("reduction: 0.1, extent: region, places: [EU]"),
    progress("share: 0.4, share_pledged: 0.84", "supplier_targets"),
    action("reduction: {value: 1, unit: tCO2e}, planned_reduction: {value: 2, unit: ktCO2e, year: 2030}"),
    action("cumulative_reduction: {value: 2, unit: 万tCO2e, since: 2019}"),
    action("avoided_emissions: {value: 20, unit: MtCO2e}"),
    "governance: {combustion_exit: {stance: ends_sales, year: 2035, markets: [Europe]}}\n",
    "governance: {combustion_exit: {stance: ends_sales, all_markets: false, markets: [Europe]}}\n",
    "governance: {supplier_incentives: [{mechanism: digital_tool, description: calculator}]}\n",
    "supplier_data: {frequency: begun}\n",
    "supplier_groups: [{group: ore, tier: 1, driven_by: {means: supplier_list, name: list 2023}}]\n",
    "supplier_groups: [{group: battery, tier: 1}, {group: battery, tier: 2}, {group: battery}]\n",
    "not_applicable: [{indicator: 5.1.6, reason: no credits}]\n".replace("5.1.6", '"5.1.6"'),
    "energy: [{carrier: natural_gas, year: 2023, value: 12, unit: 万m3}]\n",
    "energy: [{carrier: electricity, year: 2023, value: 1.2, unit: 亿kWh}]\n",
    "energy: [{carrier: total, year: 2023, value: 1.2, unit: 万tce}]\n",
    "emissions: [{scope: scope_1, year: 2023, value: 1.2, unit: 亿tCO2}]\n",
    "footprint_shares: [{year: 2023, of: total, category: use_of_sold_products, share: 0.8}]\n",
    "footprint_shares: [{of: total, category: total, share: 0.98}]\n",
    "footprint_shares: [{of: scope_3, part: steel, category: purchased_goods_and_services, share: 0.1}]\n",
    "footprint_shares: [{of: purchased_goods_and_services, part: steel, share: 0.3}]\n",
    "product_footprints: [{product: E3, trim: long range, value: 201, unit: gCO2e/mile, lifetime_km: 1}]\n",
    "product_footprints: [{product: coil, value: 2.1, unit: tCO2e/t, materials: [{material: steel, share: 1}]}]\n",
    "intensities: [{subject: carbon, per: kwh, year: 2023, value: 0.4, unit: kgCO2e/kWh}]\n",
]


@pytest.mark.parametrize("text", RIGHT)
def test_it_can_be_said(text: str) -> None:
    head = HEAD.replace("company: {name: Example Motors}\n", "") if text.startswith("company") else HEAD
    document = parse_document((head + text).encode(), name="d.yaml")
    assert validate(document) == ()
    assert not check_document(document, ("consistency",)).failed


WRONG = [
    (target("reduction_amount: {value: 45, unit: MWh}"), "targets[0].reduction_amount.unit", "not one of the choices"),
    (target("measure: intensity, level: {value: 4, unit: MtCO2e}"), "targets[0].level.unit", "总量单位，缺少分母"),
    (target("measure: absolute, level: {value: 4, unit: tCO2e/vehicle}"), "targets[0].level.unit", "an intensity"),
    (
        progress("amount: {value: 4, unit: tCO2e／辆}", beside="measure: absolute, "),
        "targets[0].progress[0].amount.unit",
        "强度单位",
    ),
    (
        progress("measure: intensity, amount: {value: 4, unit: 万tCO2e}", beside="measure: absolute, "),
        "targets[0].progress[0].amount.unit",
        "an amount without what it is counted per",
    ),
    (target("places: [Europe]"), "targets[0].places", "extent: market, region or sites"),
    (target("extent: whole_company, places: [Europe]"), "targets[0].places", "extent: market、region 或 sites"),
    (progress("places: [Europe]"), "targets[0].progress[0].places", "extent: market, region or sites"),
    (target("groups: [{group: a, target_year: 2030}]"), "targets[0].groups", "供应商群体仅用于供应商类目标"),
    (target("groups: []", "supplier_targets"), "targets[0].groups", "The list is empty"),
    (target("scopes: [scope_3]", "carbon_free_energy"), "targets[0].scopes[0]", "not one of the choices"),
    (
        target("base_year: 2030, groups: [{group: a, target_year: 2030}]", "supplier_targets"),
        "targets[0].groups[0].target_year",
        "target year 2030, base year 2030",
    ),
    (progress("share_pledged: 0.4"), "targets[0].progress[0].share_pledged", "已签署承诺的供应商比例填在了其他类型的目标下"),
    (target("base_year: 2022, recent_inventory_year: 2021"), "targets[0].recent_inventory_year", "before the base year: most recent inventory year 2021, base year 2022"),
    (
        target("submitted: 2022-12-31, recent_inventory_year: 2023"),
        "targets[0].recent_inventory_year",
        "晚于提交年份 2022 年",
    ),
    (target("coverage: 0.97, exclusions: 0.09"), "targets[0].exclusions", "1.06"),
    (progress("reduction: 35"), "targets[0].progress[0].reduction", "For 35 %, write 0.35"),
    (progress("reduction: -35"), "targets[0].progress[0].reduction", "-35% 请写作 -0.35"),
    (progress("reduction: -10.01"), "targets[0].progress[0].reduction", "For -10.01 %, write -0.1001"),
    (action("cumulative_reduction: {value: 2, unit: t}"), "actions[0].cumulative_reduction.unit", "“tCO2e” or “tCO2”"),
    (
        action("year: 2022, cumulative_reduction: {value: 2, unit: tCO2e, since: 2023}"),
        "actions[0].cumulative_reduction.since",
        "累计起始年份晚于数据年度：起始年份 2023",
    ),
    (
        "governance: {combustion_exit: {stance: ends_sales, all_markets: true, markets: [Europe]}}\n",
        "governance.combustion_exit.markets",
        "write all_markets: false",
    ),
    ("supplier_groups: [{group: ore, tier: 0}]\n", "supplier_groups[0].tier", "smaller than 1"),
    ("supplier_groups: [{group: ore, tier: 1.5}]\n", "supplier_groups[0].tier", "not a whole number"),
    ("supplier_groups: [{group: ore, tier: 1}, {group: ore, tier: 1}]\n", "supplier_groups[1].group", "twice"),
    ('not_applicable: [{indicator: "5.1.6"}]\n', "not_applicable[0]", "Reason (reason) is missing"),
    ("not_applicable: [{indicator: credits, reason: a}]\n", "not_applicable[0].indicator", "请填写指标编号"),
    (
        'not_applicable: [{indicator: "5.1.6", reason: a}, {indicator: "5.1.6", reason: b}]\n',
        "not_applicable[1].indicator",
        "twice",
    ),
    ("energy: [{carrier: total, year: 2023, value: 12, unit: 万m3}]\n", "energy[0].unit", "amounts of gas"),
    ("emissions: [{scope: scope_3, category: unnamed_parts, year: 2023, value: 1, unit: tCO2e}]\n",
     "emissions[0].category", "not one of the choices"),
    ("footprint_shares: [{of: total, share: 0.8}]\n", "footprint_shares[0]", "Say whose share it is"),
    (
        "footprint_shares: [{of: purchased_goods_and_services, category: waste, share: 0.8, part: steel}]\n",
        "footprint_shares[0].category",
        "a share of one category",
    ),
    ("footprint_shares: [{of: scope_3, category: total, share: 1}]\n", "footprint_shares[0].category", "不是范围 3 的一部分"),
    ("footprint_shares: [{year: 2024, of: total, part: steel, share: 1}]\n", "footprint_shares[0].year", "after the reporting year"),
    ("product_footprints: [{trim: long range}]\n", "product_footprints[0]", "Model or product (product) is missing"),
    (
        "product_footprints: [{product: A, value: 1, unit: kgCO2e/piece, lifetime_km: 1}]\n",
        "product_footprints[0].lifetime_km",
        "A mileage goes with vehicles",
    ),
    ("product_footprints: [{product: A, materials: [{material: steel}]}]\n",
     "product_footprints[0].materials[0]", "amount (value) or its share"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path", "told"), WRONG)
def test_what_makes_no_sense_is_refused_in_both_languages(text: str, path: str, told: str) -> None:
    problem = only(text)
    assert (problem.path, problem.severity) == (path, "error")
    assert told in problem.line("en") + problem.line("zh")
    assert problem.line("en") != problem.line("zh")
    assert problem.advice is not None or problem.expected is not None


DOUBTED = [
    (progress("reduction: -1"), "slip/rise-in-percent", "-1 is a rise of 100 %.", "write -0.01"),
    (progress("reduction: -5"), "slip/rise-in-percent", "-5 表示排放上升 500%。", "请写作 -0.05"),
    (
        "footprint_shares: [{of: total, part: steel, share: 0.6}, {of: total, part: aluminium, share: 0.451}]\n",
        "slip/shares-above-one",
        "1.051",
        "together they are 1 at most",
    ),
    (
        "product_footprints: [{product: A, materials: [{material: steel, share: 0.6}, {material: other, share: 0.5}]}]\n",
        "slip/shares-above-one",
        "1.1",
        "其总和不应超过 1",
    ),
]


@pytest.mark.parametrize(("text", "code", "message", "advice"), DOUBTED)
def test_what_is_most_likely_wrong_is_warned_of(text: str, code: str, message: str, advice: str) -> None:
    problem = only(text)
    assert (problem.code, problem.severity) == (code, "warning")
    assert message in problem.message.en + problem.message.zh
    assert problem.advice is not None
    assert advice in problem.advice.en + problem.advice.zh


@pytest.mark.parametrize(
    "text",
    [
        progress("reduction: -0.99"),
        progress("reduction: 1"),
        action("planned_reduction: {value: 2, unit: tCO2e, year: 2024}"),
        action("reduction: {value: 2.1, unit: 万tCO2e}, cumulative_reduction: {value: 21000, unit: tCO2e}"),
        # Carbon dioxide alone says nothing against all gases.
        action("reduction: {value: 2, unit: ktCO2e}, cumulative_reduction: {value: 1, unit: ktCO2}"),
        action("year: 2022, cumulative_reduction: {value: 2, unit: tCO2e, since: 2022}"),
        target("coverage: 0.97, exclusions: 0.08"),
        target("base_year: 2022, recent_inventory_year: 2022, submitted: 2022-01-01"),
        # Two ways to divide one whole; all of scope 3 beside its categories; another year.
        "footprint_shares: [{of: total, part: steel, share: 0.7}, {of: total, category: use_of_sold_products, share: 0.8}]\n",
        "footprint_shares: [{of: total, category: total, share: 0.9}, {of: total, category: waste, share: 0.8}]\n",
        "footprint_shares: [{year: 2022, of: total, part: steel, share: 0.7}, {year: 2023, of: total, part: other, share: 0.8}]\n",
    ],
)
def test_what_is_just_within_is_not_told_of(text: str) -> None:
    assert problems(text) == []


# Units


@pytest.mark.parametrize(
    ("unit", "amount", "gas"),
    [
        ("万tCO2e", "12345", "CO2e"),
        ("亿tCO2e", "123450000", "CO2e"),
        ("万tCO2", "12345", "CO2"),
        ("亿tCO2", "123450000", "CO2"),
    ],
)
def test_ten_thousands_and_hundred_millions_are_converted_exactly(unit: str, amount: str, gas: str) -> None:
    assert tonnes(Decimal("1.2345"), unit) == (Decimal(amount), gas)


@pytest.mark.parametrize("unit", DEFINITIONS["emission_unit"]["enum"])
def test_every_unit_of_emissions_is_converted(unit: str) -> None:
    assert tonnes(Decimal(1), unit) is not None


def emissions(first: str, second: str) -> str:
    values = zip((2022, 2023), (first, second), strict=True)
    return "emissions:\n" + "".join(
        f"  - {{scope: scope_1, year: {year}, value: {amount.split()[0]}, unit: {amount.split()[1]}}}\n"
        for year, amount in values
    )


def test_ten_thousand_tonnes_and_tonnes_mixed_up_are_told_with_the_unit_that_fits() -> None:
    problem = only(emissions("118 万tCO2e", "120 tCO2e"))
    assert problem.code == "slip/mixed-units"
    assert "about 9830 times less" in problem.message.en
    assert problem.advice is not None
    assert "write 万tCO2e" in problem.advice.en
    assert "请改为 万tCO2e" in problem.advice.zh


@pytest.mark.parametrize(
    ("first", "second", "doubted"),
    [
        ("2001 tCO2e", "1 tCO2e", False),
        ("4999 tCO2e", "1 tCO2e", False),
        ("5000 tCO2e", "1 tCO2e", True),
        ("20000 tCO2e", "1 tCO2e", True),
        ("20001 tCO2e", "1 tCO2e", False),
        ("1 万tCO2e", "10 ktCO2e", False),
        ("1 亿tCO2e", "10000 万tCO2e", False),
    ],
)
def test_where_amounts_are_taken_for_ten_thousand_times_apart(first: str, second: str, doubted: bool) -> None:
    assert [each.code for each in problems(emissions(first, second))] == ["slip/mixed-units"] * doubted


@pytest.mark.parametrize(
    ("unit", "places", "beside"),
    [
        ("tCO2e", 4, "万tCO2e"),
        ("万tCO2", 4, "亿tCO2"),
        ("万tCO2e", -4, "tCO2e"),
        ("tCO2e", 3, "ktCO2e"),
        ("ktCO2e", 4, None),
    ],
)
def test_the_unit_so_many_places_away(unit: str, places: int, beside: str | None) -> None:
    assert unit_beside(unit, places) == beside


# The schema itself


def test_targets_name_every_category_and_parts_that_are_not_named() -> None:
    assert DEFINITIONS["target_category"]["enum"] == [*DEFINITIONS["category"]["enum"], "unnamed_parts"]


def test_every_choice_and_every_field_speaks_both_languages() -> None:
    def walk(node: object, where: str) -> None:
        if isinstance(node, dict):
            for name, field in node.get("properties", {}).items():
                if (
                    isinstance(field, dict)
                    and "not" not in field
                    and "$ref" not in field
                    and "title" in field
                ):
                    assert "title" in field["x-zh"], f"{where}.{name}"
                    assert ("description" in field) == ("description" in field["x-zh"]), f"{where}.{name}"
            if "x-choices" in node:
                assert list(node["x-choices"]) == node["enum"], where
                assert all(set(each) == {"en", "zh"} for each in node["x-choices"].values()), where
            for name, each in node.items():
                walk(each, f"{where}/{name}")
        elif isinstance(node, list):
            for each in node:
                walk(each, where)

    walk(load_schema("disclosure"), "")
