"""Every sliding limit, on it, just under and just over, at six scrap shares, computed by hand as fractions.

The end points are those of the sources (at no scrap, at scrap only); between them lies a straight line.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from metals import Object

from cati_rules.pipeline import definition_assessor

AS_OF = "2026-06-30"
SHARES = ("0", "0.15", "0.30", "0.40", "0.95", "1")
STEP = Fraction(1, 1000)

# Per level, from the lowest: the limit in t CO2e/t at no scrap and at scrap only.
RESPONSIBLESTEEL_2_0 = {
    "1": ("2.80", "0.35"),
    "2": ("2.00", "0.25"),
    "3": ("1.20", "0.15"),
    "4": ("0.40", "0.05"),
}
RESPONSIBLESTEEL_2_1 = {
    "1": ("2.80", "0.50"),
    "2": ("2.00", "0.35"),
    "3": ("1.20", "0.20"),
    "4": ("0.40", "0.05"),
}
NEAR_ZERO = ("0.40", "0.05")
# LESS v1.1 in kg CO2e/t hot-rolled: near zero, then classes A to D at 2 to 5 times.
LESS = {"quality": ("520", "170"), "structural": ("470", "120")}
LESS_TIMES = {"near-zero": 1, "A": 2, "B": 3, "C": 4, "D": 5}


def limit(ends: tuple[str, str], share: str, times: int = 1) -> Fraction:
    none, only = Fraction(ends[0]), Fraction(ends[1])
    return times * (none - (none - only) * Fraction(share))


def exact(value: Fraction) -> Decimal:
    number = Decimal(value.numerator) / Decimal(value.denominator)
    assert Fraction(number) == value
    return number


def steel(value: Fraction, share: str | None, **changes: Any) -> Object:
    product: Object = {
        "kind": "product",
        "material": "steel",
        "stage": "crude_steel",
        "footprint": {
            "value": exact(value),
            "unit": "tCO2e/t",
            "boundary": "cradle_to_crude_steel",
            "chain_of_custody": "identity_preserved",
            "verification": "third_party",
        },
        "steel": {"alloy_share": Decimal("0.02"), "breakthrough_technology": True},
    }
    if share is not None:
        product["scrap"] = {"share": Decimal(share), "weighed_by": "as_asked"}
    return {**product, **changes}


def hot_rolled(value: Fraction, share: str, grade: str) -> Object:
    product = steel(value, share, stage="hot_rolled", steel={"grade": grade})
    product["footprint"] |= {"unit": "kgCO2e/t", "boundary": "cradle_to_gate"}
    return product


def outcome(identifier: str, document: Object) -> tuple[str, str | None]:
    result = definition_assessor(identifier).assess(document, as_of=AS_OF)
    return result.verdict, result.level


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize(
    ("identifier", "lines"),
    [("responsiblesteel-2.0", RESPONSIBLESTEEL_2_0), ("responsiblesteel-2.1", RESPONSIBLESTEEL_2_1)],
)
def test_each_level_of_responsiblesteel_takes_its_limit_in(
    identifier: str, lines: dict[str, tuple[str, str]], share: str
) -> None:
    for level, ends in lines.items():
        on = limit(ends, share)
        below = str(int(level) - 1)
        worse = ("met", below) if below in lines else ("not_met", None)
        assert outcome(identifier, steel(on, share)) == ("met", level)
        assert outcome(identifier, steel(on - STEP, share)) == ("met", level)
        assert outcome(identifier, steel(on + STEP, share)) == worse


@pytest.mark.parametrize("share", SHARES)
def test_first_movers_leave_the_limit_out(share: str) -> None:
    on = limit(NEAR_ZERO, share)
    assert outcome("fmc-steel", steel(on, share)) == ("not_met", None)
    assert outcome("fmc-steel", steel(on - STEP, share)) == ("met", None)
    assert outcome("fmc-steel", steel(on + STEP, share)) == ("not_met", None)


@pytest.mark.parametrize("share", SHARES)
def test_the_iea_gives_no_operator_so_that_its_limits_themselves_stay_open(share: str) -> None:
    on = limit(NEAR_ZERO, share)
    assert outcome("iea-near-zero", steel(on - STEP, share)) == ("met", "near-zero")
    assert outcome("iea-near-zero", steel(on, share)) == ("met", "A")
    assert outcome("iea-near-zero", steel(on + STEP, share)) == ("met", "A")
    for times, level, next_level in ((2, "A", "B"), (3, "B", "C"), (4, "C", "D"), (5, "D", "E")):
        assert outcome("iea-near-zero", steel(times * on - STEP, share)) == ("met", level)
        assert outcome("iea-near-zero", steel(times * on, share)) == ("met", next_level)
    assert outcome("iea-near-zero", steel(6 * on - STEP, share)) == ("met", "E")
    assert outcome("iea-near-zero", steel(6 * on, share)) == ("indeterminate", None)
    assert outcome("iea-near-zero", steel(6 * on + STEP, share)) == ("not_met", None)


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("grade", LESS)
def test_classes_of_less_by_grade(grade: str, share: str) -> None:
    levels = list(LESS_TIMES)
    for at, (level, times) in enumerate(LESS_TIMES.items()):
        on = limit(LESS[grade], share, times)
        worse = ("met", levels[at + 1]) if at + 1 < len(levels) else ("not_met", None)
        assert outcome("less", hot_rolled(on, share, grade)) == ("met", level)
        assert outcome("less", hot_rolled(on - STEP, share, grade)) == ("met", level)
        assert outcome("less", hot_rolled(on + STEP, share, grade)) == worse


def test_lines_that_binary_floats_get_wrong_decide_equality_rightly() -> None:
    # 2.00 − 1.65 × 0.40 = 1.34 and 1.20 − 1.00 × 0.40 = 0.80; as binary floats neither comes out so.
    assert 2.00 - 1.65 * 0.40 != 1.34
    assert outcome("responsiblesteel-2.1", steel(Fraction("1.34"), "0.40")) == ("met", "2")
    assert outcome("responsiblesteel-2.1", steel(Fraction("0.80"), "0.40")) == ("met", "3")


def test_0_30_from_scrap_only_is_not_near_zero_and_0_03_from_none_is() -> None:
    for identifier in ("responsiblesteel-2.0", "responsiblesteel-2.1", "iea-near-zero"):
        level = "near-zero" if identifier == "iea-near-zero" else "4"
        assert outcome(identifier, steel(Fraction("0.30"), "1"))[1] != level
        assert outcome(identifier, steel(Fraction("0.03"), "0")) == ("met", level)


def test_a_missing_scrap_share_keeps_open_only_what_it_can_turn() -> None:
    assert outcome("fmc-steel", steel(Fraction("0.03"), None)) == ("met", None)
    assert outcome("fmc-steel", steel(Fraction("0.05"), None)) == ("indeterminate", None)
    assert outcome("fmc-steel", steel(Fraction("0.20"), None)) == ("indeterminate", None)
    assert outcome("fmc-steel", steel(Fraction("0.40"), None)) == ("not_met", None)
    # Level 3 is met whatever the share: its limit never goes below 0.20.
    assert outcome("responsiblesteel-2.1", steel(Fraction("0.20"), None)) == ("met", "3")


@pytest.mark.parametrize(("value", "verdict"), [("2.999", "met"), ("3", "not_met"), ("3.001", "not_met")])
def test_first_movers_aluminium_is_under_3(value: str, verdict: str) -> None:
    product: Object = {
        "kind": "product",
        "material": "aluminium",
        "stage": "primary_metal",
        "footprint": {"value": Decimal(value), "unit": "tCO2e/t", "boundary": "cradle_to_gate"},
        "scrap": {"share": Decimal(0)},
    }
    assert outcome("fmc-aluminium", product)[0] == verdict


@pytest.mark.parametrize(("given", "verdict"), [("0.41", "not_met"), ("0.42", "met"), ("0.43", "met")])
def test_4_2_percent_a_year_is_linear(given: str, verdict: str) -> None:
    disclosure: Object = {
        "kind": "disclosure",
        "company": {"name": "Test Steel"},
        "reporting_year": Decimal(2023),
        "targets": [
            {
                "subject": "emission_reduction",
                "measure": "absolute",
                "scopes": ["scope_1", "scope_2"],
                "reduction": Decimal(given),
                "base_year": Decimal(2020),
                "target_year": Decimal(2030),
                "coverage": Decimal(1),
                "conditional": False,
            }
        ],
    }
    assert outcome("sbti-absolute", disclosure)[0] == verdict
