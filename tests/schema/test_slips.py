"""Slips across the fields of a disclosure, which a schema cannot see."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cati_rules.catalog.store import load_ruleset, ruleset_ids
from cati_rules.documents import parse_document
from cati_rules.errors import Problem
from cati_rules.kinds.definition.rules import Definition
from cati_rules.pipeline import check_document
from cati_rules.schema import validate
from cati_rules.schema.labels import known_label, known_labels
from cati_rules.schema.store import load_schema
from cati_rules.schema.tonnes import tonnes

HEAD = "kind: disclosure\ncompany: {name: Example Motors}\nreporting_year: 2023\n"


def problems(text: str) -> list[Problem]:
    document = parse_document((HEAD + text).encode(), name="d.yaml")
    return list(check_document(document, ("consistency",)).problems)


def only(text: str) -> Problem:
    found = problems(text)
    assert len(found) == 1, [problem.line("en") for problem in found]
    return found[0]


def emission(scope: str, year: int, value: str, unit: str = "tCO2e", more: str = "") -> str:
    return f"  - {{scope: {scope}, year: {year}, value: {value}, unit: {unit}{more}}}\n"


def target(more: str) -> str:
    return f"targets:\n  - subject: emission_reduction\n{more}"


def test_a_target_before_its_base_year_is_an_error() -> None:
    problem = only(target("    base_year: 2030\n    target_year: 2020\n"))
    assert (problem.code, problem.severity) == ("slip/target-before-base", "error")
    assert (problem.path, problem.place.line, problem.place.column) == ("targets[0].target_year", 7, 18)
    assert "2020" in problem.message.en
    assert problem.message.en.endswith("is not after the base year: target year 2020, base year 2030.")
    assert problem.message.zh == "目标年不晚于基准年：目标年 2020，基准年 2030。"
    assert problem.field is not None
    assert problem.field.en == "Target year"


def test_a_target_in_its_base_year_is_an_error() -> None:
    problem = only(target("    base_year: 2020\n    target_year: 2020\n"))
    assert (problem.code, problem.severity) == ("slip/target-before-base", "error")


def test_a_target_after_its_base_year_is_right() -> None:
    assert problems(target("    base_year: 2020\n    target_year: 2021\n")) == []


def test_progress_before_the_base_year_is_an_error() -> None:
    problem = only(target("    base_year: 2020\n    progress:\n      - {year: 2019, reduction: 0.1}\n"))
    assert (problem.code, problem.path) == ("slip/progress-before-base", "targets[0].progress[0].year")
    assert (problem.place.line, problem.place.column) == (8, 16)
    assert problem.message.zh == "进展年份早于基准年，无法计算降幅：年份 2019，基准年 2020。"


@pytest.mark.parametrize(("year", "wrong"), [(2023, False), (2024, False), (2025, True)])
def test_progress_is_reported_for_the_year_after_the_report_at_the_latest(year: int, wrong: bool) -> None:
    found = problems(target(f"    progress:\n      - {{year: {year}, reduction: 0.1}}\n"))
    assert [problem.code for problem in found] == (["slip/progress-in-future"] if wrong else [])


def test_two_amounts_for_the_same_thing_contradict_each_other() -> None:
    problem = only("emissions:\n" + emission("scope_1", 2023, "1200") + emission("scope_1", 2023, "1300"))
    assert (problem.code, problem.severity) == ("slip/contradiction", "warning")
    assert (problem.path, problem.place.line) == ("emissions[1].value", 6)
    assert "1300 tCO2e contradicts 1200 tCO2e in entry 1" in problem.message.en
    assert "矛盾" in problem.message.zh


def test_the_same_amount_in_another_unit_is_no_contradiction() -> None:
    text = (
        "emissions:\n" + emission("scope_1", 2023, "1234.5") + emission("scope_1", 2023, "1.2345", "ktCO2e")
    )
    assert problems(text) == []


@pytest.mark.parametrize(
    "apart",
    [
        emission("scope_1", 2022, "1300"),
        emission("scope_2", 2023, "1300"),
        emission("scope_1", 2023, "1300", "tCO2"),
        emission("scope_1", 2023, "1300", more=", coverage: 0.5"),
        emission("scope_1", 2023, "1300", more=", stated_by: parent"),
    ],
)
def test_amounts_of_different_things_do_not_contradict_each_other(apart: str) -> None:
    assert problems("emissions:\n" + emission("scope_1", 2023, "1200") + apart) == []


def test_location_and_market_based_amounts_stand_side_by_side() -> None:
    text = "emissions:\n" + "".join(
        emission("scope_2", 2023, value, more=f", accounting: {kind}_based")
        for value, kind in (("500", "location"), ("100", "market"))
    )
    assert problems(text) == []


@pytest.mark.parametrize(("day", "wrong"), [("2022-12-31", True), ("2023-01-01", False)])
def test_no_evidence_is_published_before_the_year_it_is_to_prove(day: str, wrong: bool) -> None:
    evidence = f", evidence: [{{title: R, kind: cdp, public: false, published: {day}}}]"
    found = problems("emissions:\n" + emission("scope_1", 2023, "1", more=evidence))
    assert [problem.path for problem in found] == (["emissions[0].evidence[0].published"] if wrong else [])
    if wrong:
        assert found[0].severity == "error"
        assert "2022-12-31" in found[0].message.en
        assert "早于" in found[0].message.zh


@pytest.mark.parametrize(
    ("small", "wrong"), [("2000.1", False), ("2000", True), ("1000", True), ("500", True), ("499.9", False)]
)
def test_amounts_about_a_thousand_times_apart_have_their_units_mixed_up(small: str, wrong: bool) -> None:
    text = "emissions:\n" + emission("scope_1", 2022, "1000000") + emission("scope_1", 2023, small)
    found = problems(text)
    assert [problem.code for problem in found] == (["slip/mixed-units"] if wrong else [])


def test_the_unit_that_would_fit_is_named() -> None:
    problem = only("emissions:\n" + emission("scope_1", 2022, "125000") + emission("scope_1", 2023, "120"))
    assert (problem.severity, problem.path) == ("warning", "emissions[1].value")
    assert problem.advice is not None
    assert "write ktCO2e" in problem.advice.en
    assert "请改为 ktCO2e" in problem.advice.zh
    assert "120 tCO2e in 2023" in problem.message.en
    assert "1040 times less" in problem.message.en


def test_the_odd_one_of_three_years_is_the_one_that_is_told() -> None:
    text = "emissions:\n" + "".join(
        emission("scope_1", year, value, unit)
        for year, value, unit in ((2021, "120", "tCO2e"), (2022, "118", "ktCO2e"), (2023, "115", "tCO2e"))
    )
    problem = only(text)
    assert problem.path == "emissions[1].value"
    assert problem.advice is not None
    assert "write tCO2e" in problem.advice.en


def test_units_mixed_up_are_seen_where_the_coverage_changes_too() -> None:
    text = emission("scope_1", 2022, "125000", more=", coverage: 0.97") + emission("scope_1", 2023, "120")
    assert only("emissions:\n" + text).code == "slip/mixed-units"


def test_amounts_in_different_units_that_fit_are_right() -> None:
    assert (
        problems(
            "emissions:\n" + emission("scope_1", 2022, "125", "ktCO2e") + emission("scope_1", 2023, "120000")
        )
        == []
    )


def test_one_category_of_scope_3_may_be_below_scope_1() -> None:
    waste = emission("scope_3", 2023, "1", more=", category: waste")
    assert problems("emissions:\n" + emission("scope_1", 2023, "12000") + waste) == []


def test_a_measured_year_after_the_reporting_year_is_an_error() -> None:
    problem = only("emissions:\n" + emission("scope_1", 2024, "1"))
    assert (problem.code, problem.severity) == ("slip/year-after-report", "error")
    assert problem.message.en.endswith("after the reporting year: year 2024, reporting year 2023.")
    assert problem.message.zh == "排放量的年份晚于报告年度：年份 2024，报告年度 2023。"


@pytest.mark.parametrize(("waste", "wrong"), [("5", False), ("5.000001", True)])
def test_categories_may_exceed_their_total_by_rounding_only(waste: str, wrong: bool) -> None:
    text = "emissions:\n" + "".join(
        emission("scope_3", 2023, value, more=f", category: {category}")
        for category, value in (("total", "100"), ("use_of_sold_products", "100"), ("waste", waste))
    )
    found = problems(text)
    assert [(problem.code, problem.severity) for problem in found] == (
        [("slip/sum-above-total", "warning")] if wrong else []
    )
    if wrong:
        assert "105.000001 tCO2e" in found[0].message.en
        assert "超过合计" in found[0].message.zh


def test_shares_of_one_whole_above_one_are_doubted() -> None:
    parts = ", materials: [{material: steel, share: 0.6}, {material: aluminium, share: 0.6}]"
    problem = only("emissions:\n" + emission("scope_1", 2023, "1", more=parts))
    assert (problem.code, problem.path) == ("slip/shares-above-one", "emissions[0].materials")
    assert "1.2" in problem.message.en


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("kgCO2e", (Decimal("0.0012345"), "CO2e")),
        ("tCO2e", (Decimal("1.2345"), "CO2e")),
        ("ktCO2", (Decimal("1234.5"), "CO2")),
        ("MtCO2e", (Decimal("1234500"), "CO2e")),
        ("MWh", None),
    ],
)
def test_units_are_converted_exactly(unit: str, expected: tuple[Decimal, str] | None) -> None:
    assert tonnes(Decimal("1.2345"), unit) == expected


def test_no_digit_is_lost_in_a_conversion() -> None:
    digits = "1." + "123456789" * 4
    found = tonnes(Decimal(digits), "MtCO2e")
    assert found is not None
    assert str(found[0]).replace(".", "") == digits.replace(".", "")


def test_many_entries_are_checked_in_good_time() -> None:
    text = "emissions:\n" + "".join(
        emission("scope_1", 1990 + number % 34, "5", more=f", coverage: 0.{number:05}")
        for number in range(3000)
    )
    assert validate(parse_document((HEAD + text).encode(), name="d.yaml")) == ()


METAL = "kind: product\nmaterial: steel\n"


def labelled(label: str) -> list[Problem]:
    return list(validate(parse_document(f"{METAL}label: {label!r}\n".encode(), name="p.yaml")))


@pytest.mark.parametrize(
    ("label", "meant"),
    [
        ("BeyondECO 30", "beyondeco-30"),
        ("BEYONDECO-30", "beyondeco-30"),
        ("BeyondECO™ 30%", "beyondeco-30"),
        ("Beyond Eco 80", "beyondeco-80"),
        ("beyondeco30", "beyondeco-30"),
        ("ＢｅｙｏｎｄＥＣＯ－３０％", "beyondeco-30"),
        ("Hydro REDUXA", "hydro-reduxa"),
        ("Revolution AL", "revolution-al"),
    ],
)
def test_capitals_width_and_what_joins_a_label_do_not_matter(label: str, meant: str) -> None:
    assert labelled(label) == []
    assert known_label(label, known_labels("product")) == meant


@pytest.mark.parametrize(
    ("label", "meant"),
    [
        ("hydro-reduxia", "hydro-reduxa"),
        ("hydro-circall", "hydro-circal"),
        ("BeyondEKO-30", "beyondeco-30"),
        ("ｈｙｄｒｏ－ｒｅｄｕｘ", "hydro-reduxa"),
        ("econiq-r", "econiq-re"),
    ],
)
def test_a_misspelt_label_is_told_with_the_one_meant(label: str, meant: str) -> None:
    (problem,) = labelled(label)
    assert (problem.code, problem.severity) == ("slip/label-spelling", "warning")
    assert (problem.path, problem.place.line, problem.place.column) == ("label", 3, 8)
    assert problem.advice is not None
    assert problem.advice.en == f"Did you mean {meant}?"
    assert meant in problem.advice.zh


@pytest.mark.parametrize(
    "label", ["BeyondECO", "BeyondECO-3.0", "BeyondECO-0.30", "BeyondECO-35%", "beyondeco-3"]
)
def test_the_number_of_a_label_is_never_guessed(label: str) -> None:
    (problem,) = labelled(label)
    assert problem.advice is not None
    assert "Did you mean" not in problem.advice.en
    assert "beyondeco-10 … beyondeco-90" in problem.advice.en


@pytest.mark.parametrize(
    "label", ["beyondeco-30", "BeyondECO-30", "BeyondECO-30%", "hydro-circal", "Our Green Steel", "钢"]
)
def test_known_labels_and_other_brands_are_fine(label: str) -> None:
    assert labelled(label) == []


def test_labels_of_products_in_purchases_are_looked_at() -> None:
    text = (
        "kind: purchases\nmaterial: steel\nlots:\n  - {t: 1}\n  - t: 1\n    product: {label: BEYONDEKO-50}\n"
    )
    (problem,) = validate(parse_document(text.encode(), name="p.yaml"))
    assert (problem.code, problem.path) == ("slip/label-spelling", "lots[1].product.label")


def test_each_known_label_is_the_brand_of_one_definition() -> None:
    definitions = [each for each in map(load_ruleset, ruleset_ids()) if isinstance(each, Definition)]
    brands = [
        label for each in definitions for body in each.bodies if body.brand for label in body.brand.labels
    ]
    for kind in ("product", "purchases"):
        assert sorted(brands) == sorted(load_schema(kind)["$defs"]["label"]["x-known"])
