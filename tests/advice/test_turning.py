"""What is said to turn a verdict turns it, applied to the document; its neighbour on the wrong side does not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from metals import Object, facilities, products, purchases, with_holes
from running import EXAMPLES

from cati_rules import load_document
from cati_rules.advice.intervals import pieces
from cati_rules.advice.trials import Trials
from cati_rules.advice.turning import Turn, turns
from cati_rules.advice.turning_together import turning_of, turns_together
from cati_rules.catalog.store import load_ruleset, ruleset_ids
from cati_rules.documents import value_at, with_value
from cati_rules.kinds.consistency.contradiction import contradictions
from cati_rules.kinds.consistency.refusal import our_assessor
from cati_rules.kinds.definition.assessment import BodyAssessor, DefinitionAssessor
from cati_rules.kinds.definition.result import DefinitionResult, Judgement
from cati_rules.kinds.definition.rules import Definition
from cati_rules.pipeline import definition_assessor
from cati_rules.schema import is_valid, spelled_out
from cati_rules.schema.types import NumberType
from cati_rules.units import UNITS, in_unit

AS_OF = "2026-06-30"
SMALL = Fraction(1, 10**8)
ONE = Fraction(1)
DEFINITIONS = [each for each in ruleset_ids() if isinstance(load_ruleset(each), Definition)]
METALS = sorted((EXAMPLES / "report" / "metals").glob("*.yaml"))
TARGETS = sorted((EXAMPLES / "report").glob("*-makers/*.yaml"))
DOCUMENTS = [*METALS, *TARGETS, EXAMPLES / "product.yaml", EXAMPLES / "coil.yaml"]
bounded = settings(
    max_examples=60,
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
    "scrap": {"weighed_by": "as_asked"},
    "steel": {"alloy_share": Decimal("0.02"), "breakthrough_technology": True},
}


def judged(identifier: str, document: Object) -> tuple[Any, Any]:
    assessor = definition_assessor(identifier)
    body = assessor.body(document["kind"])
    return assessor.assess(document, as_of=AS_OF).judgements[0], body


def assessed(assessor: DefinitionAssessor, document: Object) -> DefinitionResult:
    """Judge as `cati check` does: what a document contradicts itself in decides nothing."""
    found = our_assessor().assess(document, as_of=AS_OF, severities=["error"])
    return assessor.assess(document, as_of=AS_OF, contradictions=contradictions(found))


def judgement_at(assessor: DefinitionAssessor, document: Object, path: Any) -> Judgement:
    return next(each for each in assessed(assessor, document).judgements if each.path == path)


def in_document(document: Object, turn: Turn, value: Any) -> Any:
    """Return a value in the unit that the document has there."""
    unit = value_at(document, (*turn.path[:-1], "unit"))
    if turn.unit is None or unit not in UNITS or isinstance(value, str | bool):
        return value
    return in_unit(value, turn.unit, unit)


def with_turn(document: Object, turn: Turn, value: Any) -> Object:
    """Return the document with one input changed; a figure that had no unit is in that of the turn."""
    changed = with_value(document, turn.path, in_document(document, turn, value))
    if turn.unit is not None and value_at(changed, (*turn.path[:-1], "unit")) is None:
        changed = with_value(changed, (*turn.path[:-1], "unit"), turn.unit)
    return changed


def right_and_wrong(turn: Turn, kind: Any) -> tuple[list[Any], list[Any]]:
    """Return values that have to turn the verdict, and such that must not, from the operator alone."""
    if not isinstance(turn.value, Decimal):
        return list(turn.choices), []
    step = ONE if kind.integer else SMALL
    value, exact = Fraction(turn.value), Fraction(turn.exact)
    right, wrong = {
        "<": ([value - step], [exact]),
        "<=": ([value], [exact + step]),
        ">": ([value + step], [exact]),
        ">=": ([value], [exact - step]),
        "==": ([value], [exact - step, exact + step]),
    }[turn.operator]
    return [_decimal(each) for each in right], [_decimal(each) for each in wrong if _fits(kind, each)]


def _fits(kind: NumberType, value: Fraction) -> bool:
    least, most = kind.minimum, kind.maximum
    return (least is None or value >= least) and (most is None or value <= most)


def _decimal(value: Fraction) -> Decimal | Fraction:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact if Fraction(exact) == value else value


def kind_at(body: BodyAssessor, judgement: Judgement, turn: Turn) -> Any:
    """Return the type of an input; of the product in a lot, that which the product's schema has."""
    if "product" in turn.path:
        at = turn.path.index("product")
        assert body.products is not None
        product = body.judge_product(judgement.given, turn.path[: at + 1], AS_OF)
        return Trials(body.products, product).kind(turn.path[at + 1 :])
    return Trials(body, judgement).kind(turn.path)


def hold(identifier: str, document: Object) -> Iterator[str]:
    """Hold everything that is said to turn a definition on a document to it; yield what was said of it."""
    assessor = definition_assessor(identifier)
    body = assessor.body(document["kind"])
    if body is None:
        return
    result = assessed(assessor, document)
    right_before = is_valid(document["kind"], document)
    for judgement in result.judgements:
        turning = turning_of(body, judgement)
        for wanted, turns_ in (("met", turning.single), ("not_met", turning.not_met)):
            for turn in turns_:
                yield wanted
                right, wrong = right_and_wrong(turn, kind_at(body, judgement, turn))
                for value in right:
                    if right_before:
                        assert is_valid(document["kind"], with_turn(document, turn, value)), (
                            identifier,
                            turn,
                        )
                    found = judgement_at(assessor, with_turn(document, turn, value), judgement.path)
                    assert (found.verdict, found.level) == (wanted, turn.level) or (
                        found.verdict == wanted and judgement.verdict != "met"
                    ), (identifier, turn, value)
                for value in wrong:
                    found = judgement_at(assessor, with_turn(document, turn, value), judgement.path)
                    assert found.verdict != wanted or found.level != turn.level, (identifier, turn, value)
        if turning.together:
            yield "together"
            hold_together(assessor, document, judgement, turning.together)
        if turning.otherwise:
            yield "otherwise"
            assert not turning.single, identifier
            assert not turning.together, identifier
            hold_together(assessor, document, judgement, turning.otherwise)


def hold_together(
    assessor: DefinitionAssessor, document: Object, judgement: Judgement, together: tuple[Turn, ...]
) -> None:
    """All changes together turn the verdict; without any one of them, it stays as it was: not met, or open."""
    for left_out in (None, *together):
        changed = document
        for turn in together:
            if turn is not left_out:
                changed = with_turn(changed, turn, turn.tried)
        found = judgement_at(assessor, changed, judgement.path).verdict
        assert (found == "met") == (left_out is None), (assessor.ruleset.id, together, left_out)


def test_where_only_another_metal_would_do_that_is_said() -> None:
    """Volvo asks for 40 % of scrap: of a metal with less that is a fact, and no lever of whoever supplies it."""
    document: Object = {"kind": "product", "material": "aluminium", "scrap": {"share": Decimal("0.39")}}
    judgement, body = judged("volvo-recycled-aluminium", document)
    turning = turning_of(body, judgement)
    assert (judgement.verdict, turning.single, turning.together) == ("not_met", (), ())
    assert [(each.path, each.operator, each.value) for each in turning.otherwise] == [
        (("scrap", "share"), ">=", Decimal("0.4"))
    ]
    assert turning.given == (("material",), ("scrap", "share"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda each: each.stem)
def test_what_is_said_of_an_example_turns_it(path: Path) -> None:
    document = spelled_out(load_document(path).value)
    for identifier in DEFINITIONS:
        list(hold(identifier, document))


@bounded
@given(whole=products(), data=st.data())
def test_every_turn_of_a_product_turns_the_verdict_and_its_neighbour_does_not(
    whole: Object, data: st.DataObject
) -> None:
    document = data.draw(st.one_of(st.just(whole), with_holes(whole)))
    for identifier in DEFINITIONS:
        list(hold(identifier, document))


@bounded
@given(whole=st.one_of(facilities(), purchases()), data=st.data())
def test_every_turn_in_a_list_turns_the_verdict_and_its_neighbour_does_not(
    whole: Object, data: st.DataObject
) -> None:
    document = data.draw(st.one_of(st.just(whole), with_holes(whole)))
    for identifier in DEFINITIONS:
        list(hold(identifier, document))


def test_0_20_without_scrap_share_is_near_zero_up_to_four_sevenths() -> None:
    judgement, assessor = judged("fmc-steel", COIL)
    assert judgement.verdict == "indeterminate"
    low, high = pieces(Trials(assessor, judgement), ("scrap", "share"), lambda found: found.verdict)
    assert (low.outcome, low.high, low.high_open) == ("met", Fraction(4, 7), True)
    assert (high.outcome, high.low, high.low_open) == ("not_met", Fraction(4, 7), False)


def test_a_bound_without_an_exact_decimal_is_rounded_to_the_safe_side() -> None:
    judgement, assessor = judged("fmc-steel", COIL)
    turn = next(each for each in turns(assessor, judgement) if each.path == ("scrap", "share"))
    assert (turn.operator, turn.value, turn.exact) == ("<", Decimal("0.571428"), Fraction(4, 7))
    (away,) = [each for each in turning_of(assessor, judgement).not_met if each.path == ("scrap", "share")]
    assert (away.operator, away.value, away.exact) == (">=", Decimal("0.571429"), Fraction(4, 7))


def test_a_share_that_may_be_weighed_either_way_turns_where_both_ways_do() -> None:
    judgement, assessor = judged("fmc-steel", with_value(COIL, ("scrap", "weighed_by"), None))
    turning = turning_of(assessor, judgement)
    (near,) = [each for each in turning.single if each.path == ("scrap", "share")]
    (away,) = [each for each in turning.not_met if each.path == ("scrap", "share")]
    # By raw tonnes 0.40 − 0.35 s = 0.20 at 4/7. By iron content 0.94 s / (0.98 − 0.04 s) = 4/7 at 3.92 / 6.74.
    assert (near.operator, near.exact) == ("<", Fraction(4, 7))
    assert (away.operator, away.exact, away.value) == (">=", Fraction(392, 674), Decimal("0.581603"))


def test_how_scrap_is_weighed_may_turn_it_by_itself() -> None:
    # 0.295 at 30 %: on the limit by raw tonnes, under 0.298037 if the share is by iron content.
    product = with_value(COIL, ("scrap",), {"share": Decimal("0.30")})
    product = with_value(product, ("footprint", "value"), Decimal("0.295"))
    judgement, assessor = judged("fmc-steel", product)
    assert (judgement.verdict, judgement.missing) == ("indeterminate", (("scrap", "weighed_by"),))
    turning = turning_of(assessor, judgement)
    (near,) = [each for each in turning.single if each.path == ("scrap", "weighed_by")]
    (away,) = [each for each in turning.not_met if each.path == ("scrap", "weighed_by")]
    assert (near.choices, away.choices) == (("iron_content",), ("as_asked", "mass"))


def test_0_03_without_scrap_share_is_near_zero_whatever_it_is() -> None:
    judgement, assessor = judged("fmc-steel", with_value(COIL, ("footprint", "value"), Decimal("0.03")))
    assert judgement.verdict == "met"
    (piece,) = pieces(Trials(assessor, judgement), ("scrap", "share"), lambda found: found.verdict)
    assert (piece.low, piece.high) == (0, 1)


def test_no_single_input_can_turn_what_two_conditions_fail_and_the_two_together_do() -> None:
    failing = with_value(COIL, ("footprint", "value"), Decimal("0.9"))
    failing = with_value(failing, ("footprint", "chain_of_custody"), "book_and_claim")
    failing = with_value(failing, ("scrap", "share"), Decimal("0.30"))
    judgement, assessor = judged("fmc-steel", failing)
    assert judgement.verdict == "not_met"
    assert turns(assessor, judgement) == ()
    figure, custody = turns_together(assessor, judgement)
    # 0.40 − 0.35 × 0.30
    assert (figure.path, figure.operator, figure.value) == (("footprint", "value"), "<", Decimal("0.295"))
    assert custody.path == ("footprint", "chain_of_custody")
    assert set(custody.choices) == {
        "controlled_blending",
        "identity_preserved",
        "segregated",
        "site_mass_balance",
    }


def test_a_figure_on_another_boundary_is_not_said_to_turn_it() -> None:
    elsewhere = with_value(COIL, ("footprint", "boundary"), "mine_to_metal")
    judgement, assessor = judged("fmc-steel", elsewhere)
    assert judgement.verdict == "indeterminate"
    turning = turning_of(assessor, judgement)
    assert not [each for each in turning.single if each.path == ("footprint", "value")]
    assert turning.together == ()


def test_a_boundary_that_is_not_stated_may_turn_it_and_one_that_is_stated_is_not_relabelled() -> None:
    bare = {
        **COIL,
        "footprint": {"value": Decimal("0.01"), "unit": "tCO2e/t", "chain_of_custody": "segregated"},
    }
    judgement, assessor = judged("fmc-steel", bare)
    (turn,) = turns(assessor, judgement)
    assert (turn.path, turn.choices) == (
        ("footprint", "boundary"),
        ("cradle_to_crude_steel", "cradle_to_gate"),  # the latter counts no less
    )


def test_the_next_level_of_a_ladder_has_its_own_bound() -> None:
    product = with_value(COIL, ("scrap",), {"share": Decimal("0.30"), "weighed_by": "as_asked"})
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


def lots(*entries: Object) -> Object:
    return {
        "kind": "purchases",
        "buyer": "Test",
        "year": Decimal(2030),
        "material": "steel",
        "lots": list(entries),
    }


def test_of_purchases_every_lot_says_what_it_alone_would_need() -> None:
    # 100 of 300 t count; half of all is asked for.
    unaimed = {"maker_science_based_target": False}
    document = lots(
        {"t": Decimal(100), "responsiblesteel_level": Decimal(2), **unaimed},
        {"t": Decimal(150), "responsiblesteel_level": Decimal(1), **unaimed},
        {"t": Decimal(50), "responsiblesteel_level": Decimal(0), **unaimed},
    )
    judgement, assessor = judged("steelzero", document)
    assert judgement.verdict == "not_met"
    found = {each.path: (each.operator, each.value) for each in turns(assessor, judgement)}
    # The first lot counts: t ≥ ½ (t + 200), so t ≥ 200.
    assert found["lots", 0, "t"] == (">=", Decimal(200))
    # The second does not: 100 ≥ ½ (100 + t + 50), so t ≤ 50.
    assert found["lots", 1, "t"] == ("<=", Decimal(50))
    assert found["lots", 1, "responsiblesteel_level"] == (">=", Decimal(2))
    # The third: 100 ≥ ½ (250 + t) cannot be; with it, 150 of 300 t count, which is just half.
    assert ("lots", 2, "t") not in found
    assert found["lots", 2, "responsiblesteel_level"] == (">=", Decimal(2))
    assert found["lots", 2, "maker_science_based_target"] == ("==", True)


def test_of_purchases_the_product_of_one_lot_may_turn_it() -> None:
    good = {key: value for key, value in COIL.items() if key != "kind"}
    scrap = {"scrap": {"share": Decimal("0.30")}}
    bad = with_value({**good, **scrap}, ("footprint", "value"), Decimal("0.4"))
    document = lots({"t": Decimal(900), "product": bad}, {"t": Decimal(100), "product": bad})
    judgement, assessor = judged("fmc-steel", document)
    assert judgement.verdict == "not_met"
    found = {each.path: (each.operator, each.value, each.unit) for each in turns(assessor, judgement)}
    # 10 % by weight: either lot would do, with a footprint below 0.40 − 0.35 × 0.30.
    for i in (0, 1):
        assert found["lots", i, "product", "footprint", "value"] == ("<", Decimal("0.295"), "tCO2e/t")


def test_of_a_facility_the_figure_of_one_year_may_turn_it() -> None:
    document: Object = {
        "kind": "facility",
        "type": "smelter",
        "commissioned": Decimal(2022),
        "intensity": [
            {
                "year": Decimal(2025),
                "value": Decimal(12000),
                "unit": "kgCO2e/t",
                "boundary": "mine_to_metal",
            }
        ],
    }
    judgement, assessor = judged("asi-5.2", document)
    assert judgement.verdict == "not_met"
    found = {each.path: (each.operator, each.value, each.unit) for each in turns(assessor, judgement)}
    assert found["intensity", 0, "value"] == ("<", Decimal(11), "tCO2e/t")


def test_nothing_is_suggested_that_would_contradict_the_document() -> None:
    ingot: Object = {
        "kind": "product",
        "material": "aluminium",
        "stage": "ingot",
        "label": "hydro-circal",
        "footprint": {"verification": "third_party"},
        "scrap": {"share": Decimal("0.5"), "post_consumer_share": Decimal("0.2")},
        "electricity": {
            "renewable_share": Decimal("0.5"),
            "solar_share": Decimal("0.2"),
            "fossil_free": False,
        },
    }
    # 75 % post-consumer scrap is more than all the scrap there is; all solar is more than half renewable.
    for identifier in ("hydro-circal", "nissan-green-aluminium", "green-electricity-aluminium"):
        judgement, assessor = judged(identifier, ingot)
        assert judgement.verdict == "not_met"
        assert turns(assessor, judgement) == ()


def test_nothing_is_suggested_that_the_schema_or_the_calendar_refuses() -> None:
    target = {
        "subject": "emission_reduction",
        "scopes": ["scope_1", "scope_2"],
        "measure": "absolute",
        "reduction": Decimal("0.30"),
        "base_year": Decimal(2022),
        "target_year": Decimal(2030),
        "coverage": Decimal(1),
        "conditional": False,
    }
    document: Object = {
        "kind": "disclosure",
        "company": {"name": "Test"},
        "reporting_year": Decimal(2024),
        "targets": [target],
    }
    judgement, assessor = judged("sbti-absolute", document)
    assert judgement.verdict == "not_met"
    found = {each.path: (each.operator, each.value) for each in turns(assessor, judgement)}
    # 4.2 % for each of eight years; a base year is what it was.
    assert found["targets", 0, "reduction"] == (">=", Decimal("0.336"))
    assert ("targets", 0, "base_year") not in found
    for operator, value in found.values():
        assert (operator, value) != (">=", Decimal(1990))
