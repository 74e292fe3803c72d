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


@pytest.mark.parametrize(("unit", "meant"), [("千瓦时", "kWh"), ("吨标准煤", "tce")])
def test_a_chinese_unit_of_energy_is_told_in_latin_letters(unit: str, meant: str) -> None:
    problem = only(f"energy:\n  - {{carrier: total, year: 2023, value: 3, unit: {unit}}}\n")
    assert problem.advice is not None
    assert f"{unit}填 {meant}" in problem.advice.zh


def test_ten_thousand_tonnes_are_ten_kilotonnes() -> None:
    problem = only("emissions:\n  - {scope: scope_1, year: 2023, value: 3, unit: 万吨}\n")
    assert problem.advice is not None
    assert "1 万吨 = 10 ktCO2e" in problem.advice.zh
