"""An amount that cannot be right earns nothing in an index, published or not, and the page says which and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from running import Command

from cati_rules.pipeline import Checked, check

PUBLIC = [
    {"title": "Report 2023", "kind": "website", "public": True, "url": "https://www.example.com/report"}
]
AS_OF = "2024-12-31"


def document(bought: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A carmaker with 150,000 t of its own and a figure for what it buys."""
    entries = [
        {"scope": "scope_1", "year": 2023, "value": 50000, "unit": "tCO2e"},
        {"scope": "scope_2", "year": 2023, "value": 100000, "unit": "tCO2e"},
        {"scope": "scope_3", "category": "purchased_goods_and_services", "year": 2023, **bought},
    ]
    return {
        "kind": "disclosure",
        "company": {
            "name": "Test Motors",
            "country": "CN",
            "sector": "carmaker",
            "product_range": "new_energy_only",
        },
        "reporting_year": 2023,
        "emissions": [{**each, "evidence": PUBLIC} for each in entries],
        **more,
    }


def checked(folder: Path, value: dict[str, Any]) -> Checked:
    path = folder / "disclosure.yaml"
    path.write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    return check(path, as_of=AS_OF)


def points(result: Checked, indicator: str) -> str:
    return str(result.scores()[0][0].indicator(indicator).awarded)


# On, just under and just over what the carmaker's own scope 2 emits; a million times too small; in another unit.
@pytest.mark.parametrize(
    ("value", "unit", "awarded"),
    [
        (1, "tCO2e", "0"),
        (1288, "tCO2e", "0"),
        (99999, "tCO2e", "0"),
        (100000, "tCO2e", "3.5"),
        (100001, "tCO2e", "3.5"),
        (9, "万tCO2e", "0"),
        (900, "万tCO2e", "3.5"),
        (9, "MtCO2e", "3.5"),
    ],
)
def test_a_supply_chain_below_the_company_s_own_emissions_earns_nothing(
    tmp_path: Path, value: int, unit: str, awarded: str
) -> None:
    found = checked(tmp_path, document({"value": value, "unit": unit}))
    # Without the entry there is no scope 3 at all: not even the half point for any amount.
    assert points(found, "2.2.1") == awarded


def test_of_a_company_that_makes_no_cars_the_same_amount_counts(tmp_path: Path) -> None:
    value = document({"value": 1288, "unit": "tCO2e"})
    value["company"]["sector"] = "steelmaker"
    path = tmp_path / "steelmaker.yaml"
    path.write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    found = check(path, ("cati-auto-2024",), as_of=AS_OF)
    assert points(found, "2.2.1") == "3.5"


def test_publishing_what_cannot_be_right_would_add_nothing(tmp_path: Path) -> None:
    value = document({"value": 1288, "unit": "tCO2e"})
    del value["emissions"][2]["evidence"]
    result = checked(tmp_path, value).scores()[0][0]
    assert result.score == result.score_if_published
    assert result.unpublished == ()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_and_the_json_say_which_amount_and_why(
    command: Command, tmp_path: Path, language: str
) -> None:
    path = tmp_path / "disclosure.yaml"
    path.write_text(yaml.safe_dump(document({"value": 1288, "unit": "tCO2e"})), encoding="utf-8")
    page = command("check", path, "--as-of", AS_OF, "--lang", language, "--verbose").out
    heading = {"en": "Not counted, as the figure cannot be right (1)", "zh": "数值明显有误，未计分（1 处）"}
    assert heading[language] in page
    assert "supply-chain-below-operations" in page
    told = json.loads(command("check", path, "--as-of", AS_OF, "--format", "json").out)
    index = next(each for each in told["documents"][0]["results"] if each["kind"] == "index")
    assert [(each["path"], each["finding"]) for each in index["not_counted"]] == [
        ("emissions[2]", "supply-chain-below-operations")
    ]
