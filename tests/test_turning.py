"""What is said to turn a verdict turns it, applied to the document; its neighbour on the wrong side does not."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from metals import Object, products, with_holes

from cati_rules.assessment.definition import BodyAssessor
from cati_rules.assessment.turning import Turn, pieces, turns
from cati_rules.catalog.definition import Definition
from cati_rules.catalog.store import load_ruleset, ruleset_ids
from cati_rules.checking import definition_assessor
from cati_rules.documents import value_at, with_value
from cati_rules.measures import in_unit

AS_OF = "2026-06-30"
SMALL = Decimal("0.0000001")
PRODUCT_RULES = [
    each
    for each in ruleset_ids()
    if isinstance(load_ruleset(each), Definition) and "product" in load_ruleset(each).subjects
]
bounded = settings(
    max_examples=120,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)

COIL: Object = {
    "kind": "product",
    "material": "steel",
    "stage": "crude_steel",
    "footprint": {
        "value": Decimal("0.20"),
        "unit": "tCO2e/t",
        "boundary": "cradle_to_crude_steel",
        "chain_of_custody": "segregated",
    },
    "steel": {"alloy_share": Decimal("0.02"), "breakthrough_technology": True},
}


def judged(identifier: str, document: Object) -> tuple[Any, BodyAssessor]:
    assessor = definition_assessor(identifier)
    return assessor.assess(document, as_of=AS_OF).judgements[0], assessor.bodies["product"]


def in_document(document: Object, turn: Turn, value: Any) -> Any:
    """Return a value in the unit that the document has there."""
    unit = value_at(document, (*turn.path[:-1], "unit"))
    if turn.unit is None or unit is None or isinstance(value, str | bool):
        return value
    return in_unit(value, turn.unit, unit)


def with_turn(document: Object, turn: Turn, value: Any) -> Object:
    return with_value(document, turn.path, in_document(document, turn, value))  # type: ignore[no-any-return]


@bounded
@given(whole=products(), data=st.data())
def test_every_turn_turns_the_verdict_and_its_neighbour_does_not(whole: Object, data: st.DataObject) -> None:
    document = data.draw(with_holes(whole))
    for identifier in PRODUCT_RULES:
        judgement, assessor = judged(identifier, document)
        if judgement.verdict not in ("not_met", "indeterminate"):
            continue
        for turn in turns(assessor, judgement):
            if turn.path[-1] == "value" and "unit" not in document.get(turn.path[0], {}):
                continue  # a figure that is not there has no unit either
            if isinstance(turn.value, Decimal):
                inside, outside = around(turn)
                assert judged(identifier, with_turn(document, turn, inside))[0].verdict == "met", (
                    identifier,
                    turn,
                )
                assert judged(identifier, with_turn(document, turn, outside))[0].verdict != "met", (
                    identifier,
                    turn,
                )
            else:
                assert judged(identifier, with_turn(document, turn, turn.value))[0].verdict == "met", (
                    identifier,
                    turn,
                )


def around(turn: Turn) -> tuple[Decimal, Decimal]:
    """Return a value that has to turn the verdict, and one that must not."""
    assert isinstance(turn.value, Decimal)
    sign = -1 if turn.operator in ("<", "<=") else 1
    inside = turn.value if turn.operator in ("<=", ">=") else turn.value + sign * SMALL
    exact = Fraction(turn.exact)  # type: ignore[arg-type]
    on_limit = exact == Fraction(turn.value)
    beyond = turn.value - sign * (SMALL if on_limit else Decimal("0.000001"))
    return inside, (turn.value if on_limit and turn.operator in ("<", ">") else beyond)


def test_0_20_without_scrap_share_is_near_zero_up_to_four_sevenths() -> None:
    judgement, assessor = judged("fmc-steel", COIL)
    assert judgement.verdict == "indeterminate"
    low, high = pieces(assessor, judgement, ("scrap", "share"))
    assert (low.verdict, low.high, low.high_open) == ("met", Fraction(4, 7), True)
    assert (high.verdict, high.low, high.low_open) == ("not_met", Fraction(4, 7), False)


def test_a_bound_without_an_exact_decimal_is_rounded_to_the_safe_side() -> None:
    judgement, assessor = judged("fmc-steel", COIL)
    turn = next(each for each in turns(assessor, judgement) if each.path == ("scrap", "share"))
    assert (turn.operator, turn.value, turn.exact) == ("<", Decimal("0.571428"), Fraction(4, 7))


def test_0_03_without_scrap_share_is_near_zero_whatever_it_is() -> None:
    judgement, assessor = judged("fmc-steel", with_value(COIL, ("footprint", "value"), Decimal("0.03")))
    assert judgement.verdict == "met"
    (piece,) = pieces(assessor, judgement, ("scrap", "share"))
    assert (piece.low, piece.high) == (0, 1)


def test_no_single_input_can_turn_what_two_conditions_fail() -> None:
    failing = with_value(COIL, ("footprint", "value"), Decimal("0.9"))
    failing = with_value(failing, ("footprint", "chain_of_custody"), "book_and_claim")
    judgement, assessor = judged("fmc-steel", failing)
    assert judgement.verdict == "not_met"
    assert turns(assessor, judgement) == ()


def test_a_figure_on_another_boundary_is_not_said_to_turn_it() -> None:
    elsewhere = with_value(COIL, ("footprint", "boundary"), "cradle_to_gate")
    judgement, assessor = judged("fmc-steel", elsewhere)
    assert judgement.verdict == "indeterminate"
    assert not [each for each in turns(assessor, judgement) if each.path == ("footprint", "value")]


def test_the_next_level_of_a_ladder_has_its_own_bound() -> None:
    product = with_value(COIL, ("scrap",), {"share": Decimal("0.30")})
    judgement, assessor = judged(
        "responsiblesteel-2.1", with_value(product, ("footprint", "value"), Decimal("0.45"))
    )
    assert judgement.level == "3"
    turn = next(
        each for each in turns(assessor, judgement, "met", "4") if each.path == ("footprint", "value")
    )
    # 0.40 − 0.35 × 0.30
    assert (turn.operator, turn.value, turn.unit) == ("<=", Decimal("0.295"), "tCO2e/t")


def test_a_verdict_turns_where_the_lowest_level_does_and_not_where_a_higher_one_does() -> None:
    # 0.30 is under six times the near-zero line at every scrap share but 1, where the line times six is just 0.30.
    judgement, assessor = judged("iea-near-zero", with_value(COIL, ("footprint", "value"), Decimal("0.30")))
    assert judgement.verdict == "indeterminate"
    (turn,) = [each for each in turns(assessor, judgement) if each.path == ("scrap", "share")]
    assert (turn.operator, turn.value) == ("<", Decimal(1))
