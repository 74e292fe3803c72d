"""Advice on numbers, units and dates: never wrong by a magnitude, and none where two readings are possible."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cati_rules.documents import parse_document
from cati_rules.errors import DocumentError, Problem
from cati_rules.schema import load_schema, validate
from cati_rules.schema.did_you_mean import meant
from cati_rules.schema.readings import amount, day, month, year, yes_or_no
from cati_rules.schema.unit_names import meant_units

PRODUCT = """\
kind: product
name: X
material: aluminium
stage: semi_fabricated
footprint: {{value: {value}, unit: {unit}, boundary: cradle_to_gate}}
scrap: {{share: {share}}}
"""
EMISSION = """\
kind: disclosure
company: {name: A, country: CN}
reporting_year: 2025
emissions:
"""


def told(value: str = "1.9", unit: str = "tCO2e/t", share: str = "0.3") -> Problem:
    text = PRODUCT.format(value=value, unit=unit, share=share)
    (problem,) = validate(parse_document(text.encode(), name="a.yaml"))
    return problem


def problems(entry: str) -> list[Problem]:
    return list(validate(parse_document((EMISSION + entry).encode(), name="a.yaml")))


def numbers(problem: Problem) -> set[str]:
    """Return the numbers that the advice proposes."""
    assert problem.advice is not None
    found = re.findall(r"\d+(?:[.,]\d+)*", problem.advice.en)
    assert found == re.findall(r"\d+(?:[.,]\d+)*", problem.advice.zh)
    return set(found)


@pytest.mark.parametrize(
    "written",
    ["0,325", "1,234", "-1,234", "184.200 t", "'184.200 '", "1.200,5", "½", "2½", "2¹", "10⁶ t", "3×10⁶ t", "3 x 10^6 t",
     "1:30", "1.5 or 2", "1-2 t", "2 Mio t", "3k", "3 Tsd t", "5 lakh", "0,325 tCO2e/t", "12,5", "①", "三", "1.5 (2023)",
     "1/2", "5‰", "1..2", "1.2.3", "~3", "３，２５０", "1'30"],
)  # fmt: skip
def test_no_number_is_proposed_where_there_are_two_readings_or_none(written: str) -> None:
    assert numbers(told(value=f'"{written}"')) == set()


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1200 t", "1200"),
        ("1 200,000", None),
        ("1,234,567", "1234567"),
        ("1,234.5", "1234.5"),
        ("1'234'567 kg", "1234567"),
        ("3.5万", "35000"),
        ("0.325 t", "0.325"),
        ("1.2345 t", "1.2345"),
        ("2.1 tCO2e per t", "2.1"),
        ("2.1 吨", "2.1"),
        ("１２．５", "12.5"),
        ("12 m", "12"),
    ],
)
def test_a_number_that_is_clear_is_read_exactly(written: str, number: str | None) -> None:
    found = amount(written)
    assert (None if found is None else format(found.value, "f")) == number


@given(st.text("0123456789,.' 万k½¹:-/", max_size=12))
def test_what_is_read_has_the_digits_that_were_written(text: str) -> None:
    found = amount(text)
    if found is not None:
        digits = re.sub("[^0-9]", "", text)
        assert format(found.value, "f").replace(".", "").replace("-", "").strip("0") == digits.strip("0")


@pytest.mark.parametrize("share", ["1.2338", "1.0001", "2", "1.5"])
def test_a_ratio_just_above_one_is_no_percentage(share: str) -> None:
    problem = told(share=share)
    assert problem.advice is not None
    assert "secondary material" in problem.advice.en
    assert "二次原料" in problem.advice.zh
    # The number itself is not rewritten: 0.9 is that of the example, for 90 %.
    assert numbers(problem) <= {"0", "1", "0.9", "90", "100"}


def test_a_ratio_written_as_text_is_no_percentage_either() -> None:
    assert numbers(told(share='"1.2338"')) == {"1", "100"}
    assert numbers(told(share='"1.2338 %"')) == {"1.2338", "0.012338"}
    assert numbers(told(share='"35"')) == {"35", "0.35"}


@pytest.mark.parametrize(
    ("written", "pair"),
    [("2,79", "2.79"), ("0,3", "0.3"), ("1,2345", "1.2345"), ("0,325", None), ("184,200", None)],
)
def test_a_comma_within_braces_is_read_only_where_it_cannot_part_thousands(
    written: str, pair: str | None
) -> None:
    assert numbers(told(value=written)) == ({pair} if pair else set())


def test_a_comma_in_a_json_number_is_told_for_what_it_is() -> None:
    with pytest.raises(DocumentError) as caught:
        parse_document(b'{"kind": "product", "footprint": {"value": 1,234}}', name="a.json")
    (problem,) = caught.value.problems
    assert numbers(problem) == set()
    assert "point before decimals" in problem.line("en")
    assert "小数点" in problem.line("zh")


@pytest.mark.parametrize("written", ["-", "—", "n/a", "N/A", "#N/A", "无", "暂无", "TBD", "..", "/"])
def test_a_sign_for_no_data_is_named(written: str) -> None:
    problem = told(value=f'"{written}"')
    assert problem.advice is not None
    assert problem.advice.en == "Where there is no value, leave the field out."
    assert problem.advice.zh == "没有数据时，请删去该字段。"


# What may be asked for a unit: the same amount, read by hand; several where the text leaves something open.
@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("万吨", {"万tCO2e", "万tCO2"}),
        ("万吨二氧化碳当量", {"万tCO2e"}),
        ("亿吨CO2e", {"亿tCO2e"}),
        ("tCO2ee", set()),
        ("ttCO2e", set()),
        ("MTCO2E", {"tCO2e", "MtCO2e"}),
        ("mtCO2e", {"tCO2e", "MtCO2e"}),
        ("GtCO2e", set()),
        ("gCO2e", set()),
        ("CO2e", set()),
        ("t", {"tCO2e", "tCO2"}),
    ],
)
def test_a_unit_is_never_taken_for_one_of_another_magnitude(written: str, asked: set[str]) -> None:
    (problem,) = problems(f"  - {{scope: scope_1, year: 2025, value: 1, unit: {written}}}\n")
    assert problem.advice is not None
    question = problem.advice.en.partition("?")[0] if "Did you mean" in problem.advice.en else ""
    assert set(re.findall("“([^”]+)”", question)) == asked
    assert asked or "万吨填 万tCO2e" in problem.advice.zh


@pytest.mark.parametrize(
    ("written", "unit"),
    [("tCO2eq", "tCO2e"), ("t CO₂e", "tCO2e"), ("tonnes CO2-eq.", "tCO2e"), ("TCO2E", "tCO2e"), ("KTCO2E", "ktCO2e"),
     ("MtCO2 eq", "MtCO2e"), ("吨二氧化碳当量", "tCO2e"), ("千吨二氧化碳", "ktCO2"), ("t co2", "tCO2"), ("公斤CO2e", "kgCO2e"),
     ("百万吨CO2e", "MtCO2e")],
)  # fmt: skip
def test_another_spelling_of_a_unit_is_recognised(written: str, unit: str) -> None:
    (problem,) = problems(f"  - {{scope: scope_1, year: 2025, value: 1, unit: {written}}}\n")
    assert problem.advice is not None
    assert problem.advice.en == f"Did you mean “{unit}”?"


SIZES = {"g": -6, "kg": -3, "t": 0, "kt": 3, "万t": 4, "Mt": 6, "亿t": 8}
POWERS = {"": 0, "k": 3, "K": 3, "M": 6, "G": 9, "千": 3, "万": 4, "百万": 6, "亿": 8}
MASSES = {"t": 0, "T": 0, "g": -6, "kg": -3, "吨": 0, "公斤": -3, "tonnes ": 0}


def powers_of(prefix: str, mass: str) -> set[int]:
    """The powers of ten of a tonne that can be meant: MT and mt are metric tonnes, or millions of them."""
    if prefix + mass in {"MT", "mt", "mT"}:
        return {0, 6}
    return {POWERS[prefix] + MASSES[mass]} if prefix in POWERS else set()


@given(
    st.sampled_from(["", "k", "K", "M", "m", "G", "c", "µ", "千", "万", "亿", "百万"]),
    st.sampled_from(["t", "T", "g", "kg", "吨", "公斤", "tonnes "]),
    st.sampled_from(["CO2e", "CO2", "co2eq", "CO₂ e", "CO2-equivalent"]),
)
def test_a_unit_that_is_proposed_is_as_much_as_what_was_written(prefix: str, mass: str, gas: str) -> None:
    choices = load_schema("disclosure")["$defs"]["emission_unit"]["enum"]
    for found in meant_units(prefix + mass + gas, choices) or ():
        assert SIZES[found.partition("CO2")[0]] in powers_of(prefix, mass)
        assert found.endswith("e") == ("e" in gas)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("scrap_kg", ["scrap_t"]),
        ("kt", ["t"]),
        ("share_percent", ["share"]),
        ("value_kt", ["value"]),
        ("scope_4", ["scope_1", "scope_2", "scope_3"]),
        ("scope", ["scope_1", "scope_2"]),
        ("万吨", ["千吨", "吨"]),
        ("category_11", ["category_1", "category_10"]),
    ],
)
def test_what_names_another_number_or_measure_is_not_meant(written: str, names: list[str]) -> None:
    assert meant(written, dict.fromkeys(names, ())) is None


def test_a_lot_in_kilotonnes_is_not_asked_whether_tonnes_were_meant() -> None:
    text = "kind: purchases\nyear: 2025\nlots:\n  - {product: {kind: product, material: steel}, kt: 3}\n"
    for problem in validate(parse_document(text.encode(), name="a.yaml")):
        assert problem.advice is None or "Did you mean “t”" not in problem.advice.en


def test_a_fixed_unit_is_not_taken_for_another() -> None:
    text = "kind: facility\nname: F\ntype: scrap_eaf\nfeed: {{scrap_t: {}}}\n"
    (kilotonnes,) = validate(parse_document(text.format('"3 kt"').encode(), name="a.yaml"))
    assert numbers(kilotonnes) == set()
    (tonnes,) = validate(parse_document(text.format('"3 t"').encode(), name="a.yaml"))
    assert numbers(tonnes) == {"3"}


@pytest.mark.parametrize("scope", ["范围三", "Scope 3", "scope3", "4", "[scope_3]"])
def test_a_scope_in_other_words_is_one_message(scope: str) -> None:
    entry = f"  - {{scope: {scope}, category: total, accounting: market_based, year: 2025, value: 1, unit: tCO2e}}\n"
    (problem,) = problems(entry)
    assert problem.path == "emissions[0].scope"


@pytest.mark.parametrize("name", ["", "scop: scope_3, ", "范围: scope_3, "])
def test_a_missing_scope_is_one_message(name: str) -> None:
    entry = f"  - {{{name}category: total, accounting: market_based, year: 2025, value: 1, unit: tCO2e}}\n"
    assert len(problems(entry)) == 1


def test_what_a_right_scope_asks_for_is_still_told() -> None:
    (first, second) = problems(
        "  - {scope: scope_1, category: total, year: 2025, value: 1, unit: tCO2e}\n"
        "  - {scope: scope_3, year: 2025, value: 1, unit: tCO2e}\n"
    )
    assert first.path == "emissions[0].category"
    assert "needed because scope is scope_3" in second.message.en


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("29.04.2026", "2026-04-29"),
        ("29/04/2026", "2026-04-29"),
        ("31-12-2025", "2025-12-31"),
        ("03/04/2026", None),
        ("03.04.2026", None),
        ("12.12.2026", None),
        ("13.13.2026", None),
        ("2026.4.29", "2026-04-29"),
        ("２０２６年４月２９日", "2026-04-29"),
        ("2026-04-2¹", None),
    ],
)
def test_a_date_is_rewritten_where_day_and_month_cannot_be_exchanged(written: str, iso: str | None) -> None:
    found = day(written)
    assert (None if found is None else found.isoformat()) == iso


@pytest.mark.parametrize(("written", "found"), [("FY2024", "2024"), ("2024/25", None), ("2010-11", None), ("2024年", "2024"),
                                                ("2024-03-01", "2024"), ("2023, 2024", None)])  # fmt: skip
def test_a_year_is_read_alone_where_there_is_one(written: str, found: str | None) -> None:
    assert year(written) == found


def test_a_year_of_two_digits_is_completed_where_there_is_one_century() -> None:
    text = "kind: disclosure\ncompany: {{name: A}}\nreporting_year: {}\n"
    (near,) = validate(parse_document(text.format(25).encode(), name="a.yaml"))
    assert numbers(near) == {"2025"}
    (far,) = validate(parse_document(text.format(98).encode(), name="a.yaml"))
    assert "2098" not in far.line("en") + far.line("zh")


@given(st.text(max_size=30))
def test_no_text_ends_in_an_error(text: str) -> None:
    amount(text), day(text), month(text), year(text), yes_or_no(text)
    meant(text, {"value": ("Value", "数值")})
    meant_units(text, ["tCO2e"])
