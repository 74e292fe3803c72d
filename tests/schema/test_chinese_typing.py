"""Slips of people who type Chinese: full-width marks, missing blanks, Chinese units."""

from __future__ import annotations

import pytest

from cati_rules.documents import parse_document
from cati_rules.errors import DocumentError, Problem
from cati_rules.schema import validate

HEAD = "kind: disclosure\ncompany: {name: 星河}\nreporting_year: 2023\n"


def refused(text: str) -> Problem:
    with pytest.raises(DocumentError) as caught:
        parse_document(text.encode(), name="草稿.yaml")
    return caught.value.problems[0]


def only(text: str) -> Problem:
    (problem,) = validate(parse_document((HEAD + text).encode(), name="草稿.yaml"))
    return problem


def test_a_missing_blank_after_a_colon_is_told_where_it_is() -> None:
    problem = refused("kind: disclosure\ncompany:\n  name:星河\n  country: CN\n")
    assert (problem.place.line, problem.place.column) == (3, 7)
    assert "缺少空格" in problem.message.zh


def test_the_first_key_without_a_blank_is_told_and_not_the_line_after() -> None:
    problem = refused("kind: disclosure\ncompany: {name: A}\nreporting_year:2023\nemissions: []\n")
    assert problem.place.line == 3


def test_a_full_width_comma_within_brackets_is_told() -> None:
    problem = refused("kind: disclosure\ncompany: {name: 星河，country: CN}\n")
    assert (problem.place.line, problem.place.column) == (2, 19)
    assert "全角逗号" in problem.message.zh


@pytest.mark.parametrize("mark", ["，", "、"])
def test_two_choices_joined_by_a_chinese_comma_are_told_apart_and_not_guessed_as_one(mark: str) -> None:
    problem = only(f"targets:\n  - {{subject: emission_reduction, scopes: [scope_1{mark}scope_2]}}\n")
    assert problem.advice is not None
    assert "[scope_1, scope_2]" in problem.advice.zh


ENERGY = "energy:\n  - {{carrier: natural_gas, year: 2023, value: 3, unit: {}}}\n"
EMISSIONS = "emissions:\n  - {{scope: scope_1, year: 2023, value: 3, unit: {}}}\n"
FOOTPRINT = "product_footprints:\n  - {{product: 星河一号, value: 3, unit: {}}}\n"


@pytest.mark.parametrize(
    ("section", "unit", "meant"),
    [
        (ENERGY, "千瓦时", "kWh"),
        (ENERGY, "度", "kWh"),
        (ENERGY, "万千瓦时", "万kWh"),
        (ENERGY, "亿千瓦时", "亿kWh"),
        (ENERGY, "亿度", "亿kWh"),
        (ENERGY, "兆瓦时", "MWh"),
        (ENERGY, "mwh", "MWh"),
        (ENERGY, "百万千瓦时", "GWh"),
        (ENERGY, "吨标准煤", "tce"),
        (ENERGY, "万吨标煤", "万tce"),
        (ENERGY, "m³", "m3"),
        (ENERGY, "㎥", "m3"),
        (ENERGY, "立方米", "m3"),
        (ENERGY, "万m³", "万m3"),
        (ENERGY, "万立方米", "万m3"),
        (EMISSIONS, "万吨二氧化碳当量", "万tCO2e"),
        (EMISSIONS, "亿吨CO2e", "亿tCO2e"),
        (EMISSIONS, "万吨二氧化碳", "万tCO2"),
        (EMISSIONS, "tCO₂e", "tCO2e"),
        (EMISSIONS, "百万吨CO2e", "MtCO2e"),
        (EMISSIONS, "MMTCO2e", "MtCO2e"),
        (FOOTPRINT, "g/mi", "gCO2e/mile"),
        (FOOTPRINT, "gCO2e/英里", "gCO2e/mile"),
        (FOOTPRINT, "克／公里", "gCO2e/km"),
        (FOOTPRINT, "吨/辆", "tCO2e/vehicle"),
        (FOOTPRINT, "kgCO2e/件", "kgCO2e/piece"),
        (FOOTPRINT, "g/度", "gCO2e/kWh"),
        (FOOTPRINT, "gCO2e/kg", "kgCO2e/t"),
        (FOOTPRINT, "t CO2e per t of crude steel", "tCO2e/t"),
        (FOOTPRINT, "kgCO2e/吨铝", "kgCO2e/t"),
    ],
)
def test_a_unit_written_in_another_way_is_told_where_one_reading_is_possible(
    section: str, unit: str, meant: str
) -> None:
    problem = only(section.format(unit))
    assert problem.advice is not None
    assert problem.advice.zh == f"是否想写“{meant}”？"
    assert problem.advice.en == f"Did you mean “{meant}”?"


@pytest.mark.parametrize(
    ("section", "unit", "meant"),
    [
        (EMISSIONS, "万吨", ("万tCO2e", "万tCO2")),  # which gases is not said
        (EMISSIONS, "t", ("tCO2e", "tCO2")),
        # Americans write MT for metric tonnes, others Mt for a million of them.
        (EMISSIONS, "MTCO2e", ("tCO2e", "MtCO2e")),
        (EMISSIONS, "mtCO2", ("tCO2", "MtCO2")),
    ],
)
def test_a_unit_with_two_readings_is_asked_about_and_explained(
    section: str, unit: str, meant: tuple[str, str]
) -> None:
    problem = only(section.format(unit))
    assert problem.advice is not None
    assert problem.advice.zh.startswith(f"是否想写“{meant[0]}”或“{meant[1]}”？")
    assert problem.advice.en.startswith(f"Did you mean “{meant[0]}” or “{meant[1]}”?")
    assert "万吨填 万tCO2e" in problem.advice.zh


@pytest.mark.parametrize(
    ("section", "unit"),
    [
        (EMISSIONS, "千万吨"),  # ten million tonnes: no choice has this size
        (EMISSIONS, "gCO2e"),
        (EMISSIONS, "GtCO2e"),
        (EMISSIONS, "万"),
        (ENERGY, "TWh"),
        (ENERGY, "MJ"),
        (ENERGY, "亿m3"),
        (ENERGY, "Nm3"),  # cubic metres under other conditions
        (FOOTPRINT, "gCO2/km"),  # carbon dioxide alone is less than all gases
        (FOOTPRINT, "tCO2e"),
    ],
)
def test_no_unit_of_another_size_or_gas_is_suggested(section: str, unit: str) -> None:
    problem = only(section.format(unit))
    assert problem.advice is not None
    assert "是否想写" not in problem.advice.zh
    assert "Did you mean" not in problem.advice.en
