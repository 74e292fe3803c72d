"""The arithmetic and the rulesets come to the same: two ways to the verdict on one target."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cati_rules.kinds.definition.result import VERDICTS
from cati_rules.pipeline import definition_assessor
from cati_rules.report.build.target_read import definition
from cati_rules.targets.compounding import compounded
from cati_rules.targets.contraction import Span
from cati_rules.targets.editions import CRITERIA, SINCE_2026, UNTIL_2026, asked_by, numbers_of, rounded_up
from cati_rules.targets.inventory import Inventory, inventory_of

AS_OF = "2026-11-26"
SCOPES = st.sampled_from([["scope_1"], ["scope_2"], ["scope_1", "scope_2"], ["scope_3"]])
FIGURES = ("scope_1", "scope_2", "scope_1_2", "scope_3")
UNITS = st.sampled_from(["tCO2e", "ktCO2e", "万tCO2e", "MtCO2e"])


@st.composite
def disclosures(draw: st.DrawFn) -> dict[str, Any]:
    base = draw(st.integers(2015, 2030))
    recent = draw(st.integers(base, base + 4))
    target = draw(st.integers(recent + 1, recent + 25))
    emissions = []
    for year in dict.fromkeys((base, recent)):
        for scope in FIGURES:
            if draw(st.booleans()):
                category = {"category": "total"} if scope == "scope_3" else {}
                amount = Decimal(draw(st.integers(1, 10**6)))
                emissions.append(
                    {"scope": scope, **category, "year": year, "value": amount, "unit": draw(UNITS)}
                )
    entry: dict[str, Any] = {
        "subject": "emission_reduction",
        "scopes": draw(SCOPES),
        "measure": "absolute",
        "reduction": draw(st.decimals(0, 1, places=4)),
        "base_year": Decimal(base),
        "target_year": Decimal(target),
        "stated_by": "company",
    }
    if draw(st.booleans()):
        entry["net_zero_year"] = Decimal(draw(st.integers(2030, 2060)))
    if draw(st.integers(0, 4)):
        entry["recent_inventory_year"] = Decimal(recent)
    value: dict[str, Any] = {
        "kind": "disclosure",
        "company": {"name": "Test"},
        "reporting_year": Decimal(2026),
        "targets": [entry],
    }
    return {**value, "emissions": emissions} if draw(st.integers(0, 5)) else value


def levels(identifier: str, value: dict[str, Any]) -> dict[str, str]:
    """Return the verdict of the ruleset on each level, with its conditions."""
    (judgement,) = definition_assessor(identifier).assess(value, as_of=AS_OF).judgements
    return {each.condition.id: VERDICTS[judgement.truth_of(each)] for each in judgement.levels}


def worked_out(identifier: str, value: dict[str, Any]) -> dict[str, str]:
    """Return the verdict of the arithmetic on each level that it knows."""
    entry = value["targets"][0]
    span = Span(
        int(entry["base_year"]),
        int(entry["target_year"]),
        *(
            None if entry.get(name) is None else int(entry[name])
            for name in ("recent_inventory_year", "net_zero_year")
        ),
    )
    found = asked_by(
        identifier, numbers_of(definition(identifier)), entry["scopes"], span, inventory_of(value)
    )
    verdicts: dict[str, str] = {}
    for each in found:
        verdict = each.needed.judged(entry["reduction"])
        verdicts[each.level] = verdict if each.confirmed or verdict == "not_met" else "indeterminate"
    return verdicts


@settings(max_examples=120, deadline=None)
@given(disclosures())
def test_arithmetic_and_rules_agree(value: dict[str, Any]) -> None:
    for identifier in (UNTIL_2026, SINCE_2026):
        judged, worked = levels(identifier, value), worked_out(identifier, value)
        assert {level: judged[level] for level in worked} == worked


@settings(max_examples=60, deadline=None)
@given(disclosures(), st.sampled_from([UNTIL_2026, SINCE_2026]))
def test_the_least_that_is_proposed_passes(value: dict[str, Any], identifier: str) -> None:
    entry = value["targets"][0]
    recent = entry.get("recent_inventory_year")
    span = Span(int(entry["base_year"]), int(entry["target_year"]), None if recent is None else int(recent))
    entry.pop("net_zero_year", None)
    found = asked_by(
        identifier, numbers_of(definition(identifier)), entry["scopes"], span, inventory_of(value)
    )
    for each in found:
        if each.confirmed and each.needed.reduction.exact and each.needed.reduction.low <= 1:
            least = rounded_up(each.needed.reduction.low)
            assert (
                levels(identifier, {**value, "targets": [{**entry, "reduction": least}]})[each.level] == "met"
            )
            below = least - Decimal("0.0001")
            assert (
                levels(identifier, {**value, "targets": [{**entry, "reduction": below}]})[each.level]
                == "not_met"
            )


def test_everything_is_not_enough_while_the_recent_year_is_not_told() -> None:
    entry = {
        "subject": "emission_reduction",
        "scopes": ["scope_1"],
        "measure": "absolute",
        "reduction": Decimal(1),
        "base_year": Decimal(2019),
        "target_year": Decimal(2020),
    }
    value = {
        "kind": "disclosure",
        "company": {"name": "Test"},
        "reporting_year": Decimal(2026),
        "targets": [entry],
    }
    assert levels(SINCE_2026, value)["1_5c"] == worked_out(SINCE_2026, value)["1_5c"] == "indeterminate"


def test_figures_that_differ_are_not_one() -> None:
    emissions = [
        {"scope": "scope_2", "year": 2025, "value": Decimal(each), "unit": "tCO2e", "accounting": name}
        for each, name in ((50, "location_based"), (10, "market_based"))
    ]
    found = inventory_of({"emissions": emissions})
    assert found == Inventory({}, frozenset({("scope_2", 2025)}))


def test_rounding_up() -> None:
    assert rounded_up(Fraction(1, 3)) == Decimal("0.3334")
    assert rounded_up(Fraction(21, 100)) == Decimal("0.2100")
    assert rounded_up(Fraction(0)) == 0


def test_powers_by_squares() -> None:
    """On the reduction that 0.93 ^ years leaves, rounded up, the ruleset says met, and just under it not met."""
    for years in range(1, 32):
        least = rounded_up(compounded(Fraction(7, 100), years), 12)
        for reduction, verdict in ((least, "met"), (least - Decimal("1e-12"), "not_met")):
            entry = {
                "subject": "emission_reduction",
                "scopes": ["scope_3"],
                "measure": "intensity",
                "reduction": reduction,
                "base_year": Decimal(2020),
                "target_year": Decimal(2020 + years),
            }
            value = {
                "kind": "disclosure",
                "company": {"name": "T"},
                "reporting_year": Decimal(2026),
                "targets": [entry],
            }
            (judgement,) = definition_assessor(CRITERIA).assess(value, as_of=AS_OF).judgements
            (found,) = (each for each in judgement.conditions if each.condition.id == "intensity")
            assert found.verdict == verdict, years
