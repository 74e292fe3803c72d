"""What a document states of a number: bounds, modules, validity; and what cannot be stated together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cati_rules.documents import parse_document, with_value
from cati_rules.kinds.definition.figures import Figure
from cati_rules.language import NumberRange
from cati_rules.pipeline import check_document, definition_assessor
from cati_rules.schema import validate

AS_OF = "2026-11-26"
BASE: dict[str, Any] = {
    "kind": "product",
    "material": "steel",
    "stage": "hot_rolled",
    "footprint": {"unit": "kgCO2e/t", "boundary": "cradle_to_gate", "verification": "third_party"},
    "steel": {"grade": "quality", "form": "flat"},
}


def figure(changes: dict[str, Any], ruleset: str = "less") -> Figure:
    document = BASE
    for path, value in changes.items():
        document = with_value(document, tuple(path.split(".")), value)
    (judgement,) = definition_assessor(ruleset).assess(document, as_of=AS_OF).judgements
    (found,) = judgement.figures
    return found


def d(text: str) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("changes", "standing", "low", "high"),
    [
        ({"footprint.value": d("410")}, "comparable", "410", "410"),
        ({"footprint.below": d("410")}, "comparable", "0", "410"),
        ({"footprint.at_least": d("410")}, "comparable", "410", None),
        ({"footprint.at_least": d("400"), "footprint.at_most": d("410")}, "comparable", "400", "410"),
        (
            {"footprint.modules": {"a1": d("1"), "a2": d("2"), "a3": d("3"), "d": d("-9")}},
            "comparable",
            "6",
            "6",
        ),
        ({"footprint.modules": {"a1_a3": d("6")}}, "comparable", "6", "6"),
        ({"footprint.modules": {"a1": d("1"), "a3": d("3")}}, "at_least", "4", None),
        ({"footprint.modules": {"a3": d("3")}, "footprint.at_most": d("9")}, "comparable", "3", "9"),
        ({"footprint.value": d("410"), "stage": "cold_rolled"}, "at_most", "0", "410"),
        ({"footprint.below": d("410"), "stage": "cold_rolled"}, "at_most", "0", "410"),
        ({"footprint.at_least": d("410"), "stage": "cold_rolled"}, "unknown", "0", None),
        ({"footprint.value": d("410"), "stage": "coated"}, "unknown", "0", None),
        ({"footprint.value": d("410"), "footprint.unit": "kgCO2/t"}, "at_least", "410", None),
        ({"footprint.value": d("410"), "validity": {"until": "2026-11-25"}}, "at_least", "410", None),
        ({"footprint.value": d("410"), "validity": {"until": AS_OF}}, "comparable", "410", "410"),
        ({"footprint.value": d("410"), "validity": {"from": "2026-11-27"}}, "at_least", "410", None),
        ({"footprint.value": d("410"), "data_type": "generic"}, "at_least", "410", None),
        ({"footprint.value": d("410"), "data_type": "average"}, "comparable", "410", "410"),
        ({"footprint.value": d("3"), "footprint.modules": {"a3": d("3")}}, "at_least", "3", None),
    ],
)
def test_a_figure_is_seen_as_far_as_it_is_known(
    changes: dict[str, Any], standing: str, low: str, high: str | None
) -> None:
    found = figure(changes)
    seen = found.seen if isinstance(found.seen, NumberRange) else NumberRange(found.seen, high=found.seen)
    assert (found.standing, seen.low, seen.high) == (standing, d(low), None if high is None else d(high))


def test_all_gases_are_an_upper_bound_of_carbon_dioxide() -> None:
    found = figure({"footprint.value": d("410"), "stage": "crude_steel"}, "c2f-steel")
    assert (found.standing, found.seen) == ("at_most", NumberRange(d("0"), high=d("0.41")))


TEXT = """\
kind: product
material: steel
footprint: {{unit: kgCO2e/t, {footprint}}}
scrap: {{{scrap}}}
"""


@pytest.mark.parametrize(
    ("footprint", "scrap", "wrong"),
    [
        ("value: 3.9, below: 4", "share: 0.75, share_at_least: 0.75", []),
        ("value: 4, below: 4", "", ["footprint.value"]),
        ("value: 4, at_most: 4", "", []),
        ("value: 4, at_least: 5", "", ["footprint.value"]),
        ("at_least: 5, at_most: 4", "", ["footprint.at_most"]),
        ("at_least: 5, at_most: 5", "", []),
        ("at_least: 5, below: 5", "", ["footprint.below"]),
        ("value: 4", "share: 0.7, share_at_least: 0.75", ["scrap.share"]),
        ("value: 410, modules: {a1: 250, a2: 20, a3: 140, d: -200}", "", []),
        ("value: 210, modules: {a1: 250, a2: 20, a3: 140, d: -200}", "", ["footprint.value"]),
        ("value: 412, modules: {a1: 250, a2: 20, a3: 140}", "", []),
        ("value: 140, boundary: gate_to_gate, modules: {a1: 250, a2: 20, a3: 140}", "", []),
        ("modules: {a1: 250, a2: 20, a3: 140, a1_a3: 500}", "", ["footprint.modules.a1_a3"]),
        ("modules: {a1: 250, a1_a3: 200}", "", ["footprint.modules.a1_a3"]),
    ],
)
def test_a_number_and_what_is_said_besides_of_it_agree(footprint: str, scrap: str, wrong: list[str]) -> None:
    document = parse_document(TEXT.format(footprint=footprint, scrap=scrap).encode(), name="p.yaml")
    problems = check_document(document, ("consistency",)).problems
    assert [each.path for each in problems if each.severity == "error"] == wrong


def test_secondary_material_per_tonne_is_not_taken_for_a_percentage() -> None:
    text = TEXT.format(footprint="value: 1", scrap="share: 1.2338")
    (problem,) = validate(parse_document(text.encode(), name="p.yaml"))
    assert problem.advice is not None
    assert "secondary_per_tonne" in problem.advice.en
    assert "0.012338" not in problem.advice.en
    text = TEXT.format(footprint="value: 1", scrap="share: 90")
    (problem,) = validate(parse_document(text.encode(), name="p.yaml"))
    assert problem.advice is not None
    assert "0.9" in problem.advice.en


def test_a_credit_in_module_d_is_no_error() -> None:
    text = TEXT.format(
        footprint="value: 410, modules: {d: -200}", scrap="share: 0.2, secondary_per_tonne: 1.05"
    )
    assert validate(parse_document(text.encode(), name="p.yaml")) == ()
