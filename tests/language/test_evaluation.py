"""Evaluation in both worlds, what is recorded, explained and missing. Expected values by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from cati_rules.language import nodes
from cati_rules.language.errors import ExpressionError
from cati_rules.language.evaluation import World, compile_node
from cati_rules.language.explanation import Operand, explain
from cati_rules.language.missing_inputs import AnyOf, missing, missing_ways
from cati_rules.language.nodes import Compare, Field, Literal, Named
from cati_rules.language.parser import parse
from cati_rules.language.possibilities import DROPPED, UNDEFINED, UNDISCLOSED
from cati_rules.language.ranges import BOTH, FALSE, TRUE, NumberRange
from cati_rules.language.trace import CompareTrace, Entry, JunctionTrace, SearchTrace, Trace, ValueTrace
from cati_rules.schema.types import BooleanType, FieldType, NumberType, types_from_schema

SHARE = {"type": "number", "minimum": 0, "maximum": 1}
RECORD = types_from_schema(
    {
        "type": "object",
        "properties": {
            "material": {"enum": ["steel", "aluminium"]},
            "flag": {"type": "boolean"},
            "scrap": {"type": "object", "properties": {"share": SHARE}},
            "footprint": {
                "type": "object",
                "properties": {
                    "value": {"type": "number"},
                    "site": {
                        "type": "object",
                        "properties": {"deep": {"type": "object", "properties": {"n": SHARE}}},
                    },
                },
            },
            "tags": {"type": "array", "items": {"type": "string"}},
            "empty": {"type": "array", "items": {"type": "string"}, "maxItems": 0},
            "lots": {
                "type": "array",
                "minItems": 1,
                "maxItems": 4,
                "items": {
                    "type": "object",
                    "properties": {
                        "t": {"type": "number", "minimum": 0},
                        "change": {"type": "number"},
                        "primary": {"type": "boolean"},
                        "parts": {"type": "array", "items": {"type": "object", "properties": {"v": SHARE}}},
                    },
                },
            },
        },
    }
)
NAMED: dict[str, nodes.Node] = {
    "limit": parse("0.40 - 0.35 * scrap.share", RECORD).node,
    "tonnes": parse("$sum([lot.t for lot in lots])", RECORD).node,
    "low": parse("footprint.value < 1", RECORD).node,
}
NAMES: dict[str, FieldType] = {"limit": NumberType(), "tonnes": NumberType(), "low": BooleanType()}


def d(text: str) -> Decimal:
    return Decimal(text)


def run(text: str, value: dict[str, Any], world: World = "open") -> Any:
    node = parse(text, RECORD, named=NAMES).node
    return compile_node(node, world=world, record=RECORD, named=NAMED)(value)


def truths(text: str, value: dict[str, Any]) -> tuple[int, int]:
    """Return the truth in the open and in the closed world."""
    return run(text, value, "open").truth, run(text, value, "closed").truth


def lots(*tonnes: str | None) -> dict[str, Any]:
    return {"lots": [{} if one is None else {"t": d(one)} for one in tonnes]}


PRODUCT = {
    "footprint": {"value": d("0.295")},
    "scrap": {"share": d("0.30")},
    "flag": True,
    "material": "steel",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("footprint.value < limit", FALSE),
        ("footprint.value <= limit", TRUE),
        ("footprint.value == limit", TRUE),
        ("limit == 0.295", TRUE),
        ("footprint.value != limit", FALSE),
        ("footprint.value * 2 - 0.59 == 0", TRUE),
        ("footprint.value / 3 * 3 == footprint.value", TRUE),
        ("-footprint.value < 0 and $abs(-footprint.value) > 0", TRUE),
        ("(flag ? 1 : 2) == 1", TRUE),
        ("flag ? low : not low", TRUE),
        ("not flag ? low : not low", FALSE),
        ("(footprint.value < 1) == flag", TRUE),
        ("flag != false", TRUE),
        ("material in ['steel'] and material not in ['aluminium']", TRUE),
        ("footprint.value in [0.2950, 1]", TRUE),
        ("scrap != null and scrap.share != null", TRUE),
        ("footprint == null or flag", TRUE),
        ("true", TRUE),
        ("footprint.value / (scrap.share - 0.3) > 1", BOTH),
    ],
)
def test_a_complete_document_is_decided_alike_in_both_worlds(text: str, expected: int) -> None:
    assert truths(text, PRODUCT) == (expected, expected)


@pytest.mark.parametrize(
    ("text", "value", "in_open", "in_closed"),
    [
        # A share lies in [0, 1], so the limit lies in [0.05, 0.40]; what is not disclosed proves nothing.
        ("footprint.value < limit", {"footprint": {"value": d("0.04")}}, TRUE, BOTH),
        ("footprint.value < limit", {"footprint": {"value": d("0.05")}}, BOTH, BOTH),
        ("footprint.value < limit", {"footprint": {"value": d("0.40")}}, FALSE, BOTH),
        ("scrap.share <= 1", {}, TRUE, BOTH),
        ("scrap.share > 1", {"scrap": {"share": None}}, FALSE, BOTH),
        ("scrap.share <= 1", {"scrap": None}, TRUE, BOTH),
        ("footprint.site.deep.n >= 0", {"footprint": {"site": {}}}, TRUE, BOTH),
        ("material in ['steel', 'aluminium']", {}, TRUE, BOTH),
        ("material == 'steel'", {}, BOTH, BOTH),
        ("scrap.share == scrap.share", {}, BOTH, BOTH),
        ("flag or not flag", {}, BOTH, BOTH),
        ("scrap != null", {}, BOTH, FALSE),
        ("scrap == null", {}, BOTH, TRUE),
        ("footprint.value > 1 or flag", {"flag": True}, TRUE, TRUE),
        ("footprint.value > 1 and flag", {"flag": False}, FALSE, FALSE),
        ("flag ? true : true", {}, TRUE, BOTH),
        ("(flag ? 1 : 2) >= 1", {}, TRUE, BOTH),
        # Lists
        ("$any([lot.t > 1 for lot in lots])", {}, BOTH, BOTH),
        ("$all([lot.t >= 0 for lot in lots])", {}, BOTH, BOTH),
        ("$any([one == 'a' for one in empty])", {}, FALSE, BOTH),
        ("$all([one == 'a' for one in empty])", {}, TRUE, BOTH),
        ("'a' in empty", {}, FALSE, BOTH),
        ("'a' in tags", {}, BOTH, BOTH),
        ("'a' in tags", {"tags": ["b", "a"]}, TRUE, TRUE),
        ("'a' in tags", {"tags": ["b"]}, FALSE, FALSE),
        ("'a' in tags", {"tags": ["b", DROPPED]}, FALSE, FALSE),
        ("material in tags", {"tags": ["steel", "aluminium"]}, TRUE, BOTH),
        ("lots.length >= 1", {}, TRUE, BOTH),
        ("lots.length > 4", {}, FALSE, BOTH),
        ("[lot for lot in lots if lot.primary].length <= 4", {}, TRUE, BOTH),
        ("$sum([lot.t for lot in lots]) >= 0", {}, TRUE, BOTH),
        ("$sum([lot.change for lot in lots]) >= 0", {}, BOTH, BOTH),
        ("$max([lot.t for lot in lots]) >= 0", {}, BOTH, BOTH),
        ("$any([lot.t > 1 for lot in lots])", {"lots": []}, FALSE, FALSE),
        ("$all([lot.t > 1 for lot in lots])", {"lots": []}, TRUE, TRUE),
        ("$sum([lot.t for lot in lots]) == 0", {"lots": []}, TRUE, TRUE),
        ("$min([lot.t for lot in lots]) < 9", {"lots": []}, BOTH, BOTH),
        ("$any([lot.t > 1 for lot in lots])", lots("2", None), TRUE, TRUE),
        ("$any([lot.t > 1 for lot in lots])", lots("1", None), BOTH, BOTH),
        ("$any([lot.t >= 0 for lot in lots])", lots(None), TRUE, BOTH),
        ("$all([lot.t > 1 for lot in lots])", lots("1", None), FALSE, FALSE),
        ("$all([lot.t > 1 for lot in lots])", lots("2", None), BOTH, BOTH),
        ("$any([lot.t > 1 for lot in lots if lot.primary])", lots("2"), BOTH, BOTH),
        ("$any([lot.t > 1 for lot in lots if lot.primary])", lots("1"), FALSE, FALSE),
        ("$all([lot.t > 1 for lot in lots if lot.primary])", lots("2"), TRUE, TRUE),
        ("$all([lot.t > 1 for lot in lots if lot.primary])", lots("1"), BOTH, BOTH),
        ("[lot for lot in lots if lot.t > 1].length >= 1", lots("2", None), TRUE, TRUE),
        ("[lot for lot in lots if lot.t > 1].length >= 2", lots("2", None), BOTH, BOTH),
        ("[lot for lot in lots if lot.t > 1].length >= 3", lots("2", None), FALSE, FALSE),
        # Tonnes are never negative, so those that are absent cannot take away.
        ("tonnes >= 2", lots("2", None), TRUE, TRUE),
        ("tonnes >= 3", lots("2", None), BOTH, BOTH),
        ("$max([lot.t for lot in lots]) >= 2", lots("2", None), TRUE, TRUE),
        ("$min([lot.t for lot in lots]) <= 2", lots("2", None), TRUE, TRUE),
        ("$min([lot.t for lot in lots]) >= 0", lots("2", None), TRUE, BOTH),
        ("$any([$any([part.v > 0.5 for part in lot.parts]) for lot in lots])", lots("1"), BOTH, BOTH),
    ],
)
def test_what_is_absent(text: str, value: dict[str, Any], in_open: int, in_closed: int) -> None:
    assert truths(text, value) == (in_open, in_closed)


def test_dropped_elements_are_not_there_and_the_others_keep_their_indices() -> None:
    value = {"lots": [DROPPED, {"t": d("5")}, DROPPED, {"t": d("1")}]}
    trace = run("$any([lot.t > 3 for lot in lots])", value)
    assert trace.truth == TRUE
    assert [entry.index for entry in trace.entries] == [1, 3]
    assert truths("lots.length == 2", value) == (TRUE, TRUE)
    assert truths("tonnes == 6", value) == (TRUE, TRUE)
    assert truths("$all([lot.t > 0 for lot in lots])", value) == (TRUE, TRUE)
    assert truths("$min([lot.t for lot in lots]) == 1", value) == (TRUE, TRUE)


def test_the_shapes_of_traces() -> None:
    share, value = Field("", ("scrap", "share")), Field("", ("footprint", "value"))
    compare = Compare("<", value, Literal(d("1")))
    assert run("footprint.value < 1", PRODUCT) == CompareTrace(TRUE, compare, d("0.295"), d("1"))
    assert run("footprint.value < 1", {}, "closed") == CompareTrace(BOTH, compare, UNDISCLOSED, d("1"))
    trace = run("footprint.value < limit", PRODUCT)
    limit = [ValueTrace(d("0.295"), Named("limit"), [])]
    assert trace == CompareTrace(FALSE, trace.node, d("0.295"), d("0.295"), limit)
    both = run("flag and footprint.value < 1", PRODUCT)
    operands = (Trace(TRUE, Field("", ("flag",))), CompareTrace(TRUE, compare, d("0.295"), d("1")))
    assert both == JunctionTrace(TRUE, both.node, operands)
    found = run("$any([lot.t > 1 for lot in lots if lot.primary])", lots("2"))
    primary, body = Trace(BOTH, found.node.where), CompareTrace(TRUE, found.node.body, d("2"), d("1"))
    assert found == SearchTrace(BOTH, found.node, [Entry(0, primary, body)])
    assert run("scrap.share * 2", PRODUCT).value == d("0.6")
    assert run("scrap.share", {}).value == NumberRange(d("0"), False, d("1"), False)
    assert run("scrap.share / 0.9", PRODUCT).value == Fraction(1, 3)
    assert run("scrap.share / (scrap.share - 0.3)", PRODUCT).value is UNDEFINED
    assert run("scrap.share", PRODUCT).node == share


def test_named_values_are_computed_once_for_a_document() -> None:
    node = parse("footprint.value < limit", RECORD, named=NAMES).node
    run_it = compile_node(node, world="open", record=RECORD, named=NAMED)
    cache: dict[str, Any] = {}
    assert run_it(PRODUCT, cache).truth == FALSE
    assert set(cache) == {"limit"}
    cache["limit"] = [ValueTrace(d("1"), Named("limit"), [])]
    assert run_it(PRODUCT, cache).truth == TRUE
    assert run_it(PRODUCT).truth == FALSE


def test_a_filter_that_fails_stops_at_its_first_failing_operand() -> None:
    value = {"lots": [{"t": d("1")}, {"t": d("5"), "change": d("1")}, {}]}
    trace = run("$any([l.t > 4 for l in lots if l.t > 2 and l.change > 0 and l.t > 3])", value, "closed")
    filters = [entry.where for entry in trace.entries]
    assert [held.truth for held in filters] == [FALSE, TRUE, BOTH]
    assert [len(held.operands) for held in filters] == [1, 3, 3]  # what is undecided stops nothing
    assert [entry.body is None for entry in trace.entries] == [True, False, False]


def test_lists_filtered_once_are_shared_between_expressions_of_one_document() -> None:
    texts = [
        "$any([l.t > 4 for l in lots if l.t > 2])",
        "$all([l.t > 4 for l in lots if l.t > 2])",
        "$any([$any([p.v > 0.5 for p in l.parts if p.v > 0.1]) for l in lots if l.t > 2])",
        "$any([$any([m.t < l.t for m in lots if m.t < l.t]) for l in lots if l.t > 2])",
        "$any([$any([m.t < 4 for m in lots if m.t > 2]) for l in lots])",
        "$any([$any([m.t < 4 for m in lots if m.t < 2]) for l in lots])",
    ]
    parts = ([{"v": d("0.2")}], [{"v": d("0.6")}], None)
    numbers = (d("1"), d("3"), d("5"))
    value = {"lots": [DROPPED, *({"t": t, "parts": p} for t, p in zip(numbers, parts, strict=True)), {}]}
    worlds: tuple[World, ...] = ("closed", "open")
    for world in worlds:
        cache: dict[str, Any] = {}
        for text in (*texts, *texts):
            node = parse(text, RECORD).node
            shared = compile_node(node, world=world, record=RECORD)(value, cache)
            assert shared == compile_node(node, world=world, record=RECORD)(value)


@pytest.mark.parametrize(
    "node",
    [
        Field("", ("nowhere",)),
        Field("v", ("t",)),
        Compare("<", Field("", ("flag", "x")), Literal(d("1"))),
        nodes.Present(Field("", ("nowhere",))),
        nodes.And((Literal(d("1")), Literal(True))),
        nodes.Not(Field("", ("scrap", "share"))),
        nodes.Any("v", Field("", ("scrap",)), None, Literal(True)),
        nodes.Any("v", Field("", ("lots",)), None, Field("v", ("t",))),
        Named("nowhere"),
        Named("circle"),
    ],
)
def test_trees_that_do_not_fit_the_schema_are_refused(node: nodes.Node) -> None:
    circle: dict[str, nodes.Node] = {
        "circle": Compare("<", Named("round"), Literal(d("1"))),
        "round": Named("circle"),
    }
    with pytest.raises(ExpressionError):
        compile_node(node, world="open", record=RECORD, named=circle)


# Explanations


def test_a_comparison_is_explained_with_its_fields() -> None:
    value = {"footprint": {"value": d("0.3")}, "scrap": {"share": d("0.5")}}
    finding = explain(run("footprint.value < limit", value), value, named=NAMED)
    assert (finding.truth, finding.text) == (FALSE, "footprint.value < limit")
    assert finding.operands == (
        Operand("footprint.value", ("footprint", "value"), d("0.3"), False),
        Operand("limit", None, d("0.225"), False),
    )
    (limit,) = finding.children
    assert (limit.text, limit.truth, limit.value) == ("limit", None, d("0.225"))
    assert limit.operands == (Operand("scrap.share", ("scrap", "share"), d("0.5"), False),)


def test_fields_within_a_calculation_are_told() -> None:
    value = {"footprint": {"value": d("0.3")}}
    finding = explain(run("footprint.value * scrap.share > 1", value, "closed"), value)
    assert finding.operands == (
        Operand("footprint.value * scrap.share", None, UNDISCLOSED, False),
        Operand("1", None, d("1"), False),
        Operand("footprint.value", ("footprint", "value"), d("0.3"), False),
        Operand("scrap.share", ("scrap", "share"), None, True),
    )


def test_quantifiers_are_explained_element_by_element() -> None:
    value = {
        "lots": [{"t": d("1"), "primary": True}, DROPPED, {"t": d("4"), "primary": False}, {"primary": True}]
    }
    finding = explain(run("$any([lot.t > 3 for lot in lots if lot.primary])", value, "closed"), value)
    assert finding.truth == BOTH
    assert [element.path for element in finding.elements] == [("lots", 0), ("lots", 2), ("lots", 3)]
    first, second, third = finding.elements
    assert first.where is not None
    assert first.body is not None
    assert (first.where.truth, first.body.truth) == (TRUE, FALSE)
    assert first.body.operands[0] == Operand("lot.t", ("lots", 0, "t"), d("1"), False)
    assert second.where is not None
    assert (second.where.truth, second.body) == (FALSE, None)
    assert third.body is not None
    assert third.body.operands[0] == Operand("lot.t", ("lots", 3, "t"), UNDISCLOSED, True)


def test_sums_are_explained_element_by_element() -> None:
    value = lots("1", "2.5")
    finding = explain(run("tonnes > 3", value), value, named=NAMED)
    (name,) = finding.children
    (total,) = name.children
    assert (finding.truth, name.value, total.value) == (TRUE, d("3.5"), d("3.5"))
    assert [(one.path, one.body and one.body.value) for one in total.elements] == [
        (("lots", 0), d("1")),
        (("lots", 1), d("2.5")),
    ]


@pytest.mark.parametrize(
    ("text", "value", "world", "expected"),
    [
        ("footprint.value < limit", {}, "open", [("footprint", "value"), ("scrap", "share")]),
        ("footprint.value < limit", {"footprint": {"value": d("0.2")}}, "open", [("scrap", "share")]),
        ("footprint.value < limit", {"footprint": {"value": d("9")}}, "open", []),
        ("footprint.value > 1 or flag", {"flag": True}, "open", []),
        ("footprint.value > 1 and flag", {"flag": False}, "open", []),
        ("footprint.value > 1 and flag", {"flag": True}, "open", [("footprint", "value")]),
        ("not (footprint.value > 1)", {}, "open", [("footprint", "value")]),
        (
            "flag ? footprint.value > 1 : scrap.share > 0.5",
            {},
            "open",
            [("flag",), ("footprint", "value"), ("scrap", "share")],
        ),
        ("(flag ? footprint.value : 1) > 1", {"flag": True}, "open", [("footprint", "value")]),
        ("material in ['steel']", {}, "open", [("material",)]),
        ("'a' in tags", {}, "open", [("tags",)]),
        ("low", {}, "open", [("footprint", "value")]),
        ("scrap != null", {}, "open", [("scrap",)]),
        ("scrap != null", {}, "closed", [("scrap",)]),
        ("scrap != null and footprint.value > 1", {}, "closed", [("scrap",)]),
        ("scrap == null", {}, "closed", []),
        ("$any([lot.t > 3 for lot in lots])", {}, "open", [("lots",)]),
        ("$any([lot.t > 3 for lot in lots])", lots("1", None), "open", [("lots", 1, "t")]),
        ("$any([lot.t > 3 for lot in lots])", lots("4", None), "open", []),
        ("$any([lot.t != null for lot in lots])", lots(None), "closed", [("lots", 0, "t")]),
        ("$any([lot.t > 3 for lot in lots if lot.primary])", lots("4"), "open", [("lots", 0, "primary")]),
        ("tonnes > 3", lots("1", None), "closed", [("lots", 1, "t")]),
        ("tonnes > 3", {}, "closed", [("lots",)]),
        ("[lot for lot in lots if lot.primary].length > 0", lots("1"), "closed", [("lots", 0, "primary")]),
        (
            "$any([$any([part.v > 0.5 for part in lot.parts]) for lot in lots])",
            {"lots": [{"parts": [{"v": d("0")}, {}]}, {}]},
            "open",
            [("lots", 0, "parts", 1, "v"), ("lots", 1, "parts")],
        ),
        ("scrap.share * 2", {}, "open", [("scrap", "share")]),
        ("scrap.share * 2", PRODUCT, "open", []),
    ],
)
def test_missing(text: str, value: dict[str, Any], world: World, expected: list[Any]) -> None:
    assert list(missing(run(text, value, world), value, named=NAMED)) == expected


FIGURE, SCRAP, MARK = ("footprint", "value"), ("scrap", "share"), ("flag",)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("footprint.value > 1 and flag", {}, [FIGURE, MARK]),
        ("footprint.value > 1 or flag", {}, [AnyOf(((FIGURE,), (MARK,)))]),
        ("(footprint.value > 1 and flag) or scrap.share > 0.5", {}, [AnyOf(((FIGURE, MARK), (SCRAP,)))]),
        ("(footprint.value > 1 or flag) and scrap.share > 0.5", {}, [AnyOf(((FIGURE,), (MARK,))), SCRAP]),
        ("footprint.value > 1 or flag", {"flag": False}, [FIGURE]),
        ("footprint.value > 1 or flag", {"flag": True}, []),
        ("not (footprint.value > 1 or flag)", {}, [FIGURE, MARK]),
        ("(footprint.value > 1 or flag) ? scrap.share > 0.5 : scrap.share > 0.6", {}, [FIGURE, MARK, SCRAP]),
        ("scrap != null or footprint != null", {}, [AnyOf(((("scrap",),), (("footprint",),)))]),
    ],
)
def test_what_is_missing_tells_alternatives_apart(
    text: str, value: dict[str, Any], expected: list[Any]
) -> None:
    assert list(missing_ways(run(text, value, "open"), value, named=NAMED)) == expected
