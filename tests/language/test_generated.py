"""Truths without traces: Python written from trees, of our own words alone."""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from decimal import Decimal
from typing import Any

import pytest

from cati_rules.language import nodes
from cati_rules.language.errors import ExpressionError
from cati_rules.language.evaluation import World, compile_node
from cati_rules.language.generated import compile_truths, written
from cati_rules.language.nodes import And, Compare, Field, Literal, Member, Not, Present
from cati_rules.language.nodes import Any as Exists
from cati_rules.language.possibilities import DROPPED
from cati_rules.language.ranges import BOTH, FALSE, TRUE
from cati_rules.pipeline import record_of, ruleset
from cati_rules.schema.types import NumberType, RecordType, TextType, types_from_schema

RECORD = types_from_schema(
    {
        "type": "object",
        "properties": {
            "year": {"type": "number"},
            "kind": {"enum": ["a", "b"]},
            "share": {"type": "number", "minimum": 0, "maximum": 1},
            "lots": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"t": {"type": "number"}, "by": {"type": "string"}},
                },
            },
        },
    }
)
OWN = re.compile(
    r"[dsfkvx][0-9]*|items|i|last|at|found|held|said|truth|parts|not_negative|get|append|__class__"
)


def truth(node: nodes.Node, value: dict[str, Any], world: World) -> int:
    (run,) = compile_truths([node], world=world, record=RECORD)
    return run(value, {})


YEAR, SHARE = Field("", ("year",)), Field("", ("share",))
LOT = Field("lot", ("t",))


@pytest.mark.parametrize(
    ("node", "value", "in_open", "in_closed"),
    [
        (Compare("<", YEAR, Literal(Decimal(5))), {"year": Decimal("4.9")}, TRUE, TRUE),
        (Compare("<", YEAR, Literal(Decimal(5))), {"year": Decimal(5)}, FALSE, FALSE),
        (Compare("<", YEAR, Literal(Decimal(5))), {}, BOTH, BOTH),
        (Compare("<=", SHARE, Literal(Decimal(1))), {}, TRUE, BOTH),
        (Compare(">", SHARE, Literal(Decimal(1))), {}, FALSE, BOTH),
        (Present(YEAR), {}, BOTH, FALSE),
        (Present(YEAR, negated=True), {}, BOTH, TRUE),
        (Member(Field("", ("kind",)), (Literal("a"), Literal("b"))), {}, TRUE, BOTH),
        (Not(Compare("==", Field("", ("kind",)), Literal("a"))), {"kind": "b"}, TRUE, TRUE),
        (And((Compare(">", YEAR, Literal(Decimal(5))), Present(SHARE))), {"year": Decimal(4)}, FALSE, FALSE),
        (Exists("lot", Field("", ("lots",)), None, Compare(">", LOT, Literal(Decimal(1)))), {}, BOTH, BOTH),
        (
            Exists("lot", Field("", ("lots",)), None, Compare(">", LOT, Literal(Decimal(1)))),
            {"lots": [DROPPED, {"t": Decimal(1)}, {}]},
            BOTH,
            BOTH,
        ),
        (
            Exists("lot", Field("", ("lots",)), Present(LOT), Compare(">", LOT, Literal(Decimal(1)))),
            {"lots": [{"t": Decimal(1)}, {}, DROPPED]},
            BOTH,
            FALSE,
        ),
    ],
)
def test_truths(node: nodes.Node, value: dict[str, Any], in_open: int, in_closed: int) -> None:
    assert truth(node, value, "open") == in_open
    assert truth(node, value, "closed") == in_closed


def test_a_filter_is_shared_between_lists_within_lists_and_at_the_top() -> None:
    lots = Field("", ("lots",))
    heavy = Compare(">", Field("a", ("t",)), Literal(Decimal(1)))
    top = Exists("a", lots, heavy, Compare("==", Field("a", ("by",)), Literal("x")))
    same = Compare("==", Field("a", ("by",)), Field("b", ("by",)))
    within = Exists("b", lots, None, Exists("a", lots, heavy, same))
    value = {"lots": [{"t": Decimal(1), "by": "x"}, {"t": Decimal(2), "by": "y"}]}
    first, second = compile_truths([top, within], world="closed", record=RECORD)
    shared: dict[Any, Any] = {}
    assert (first(value, shared), second(value, shared)) == (FALSE, TRUE)
    second, first = compile_truths([within, top], world="closed", record=RECORD)
    shared = {}
    assert (second(value, shared), first(value, shared)) == (TRUE, FALSE)


def words(source: str) -> set[str]:
    """Return the names in a text of Python; there must be no texts in it, and no numbers but small ones."""
    found = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        assert token.type not in (tokenize.STRING, tokenize.COMMENT)
        assert token.type != tokenize.NUMBER or token.string in "0123"
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
            found.add(token.string)
    return found


def test_nothing_that_an_author_wrote_becomes_python() -> None:
    evil = "'''); import os #"
    record = RecordType("r", {"__import__": TextType(), evil: NumberType()})
    trees: list[nodes.Node] = [
        Compare("==", Field("", ("__import__",)), Literal(evil)),
        Compare(">", Field("", (evil,)), Literal(Decimal("1e9"))),
        nodes.Named(evil),
    ]
    named: dict[str, nodes.Node] = {
        evil: Member(Field("", ("__import__",)), (Literal(evil), Literal("x\\\n")))
    }
    source, table, _ = written(trees, closed=True, record=record, named=named)
    assert {each for each in words(source) - table.keys() if OWN.fullmatch(each) is None} == set()
    assert [
        run({"__import__": evil}, {})
        for run in compile_truths(trees, world="closed", record=record, named=named)
    ] == [
        TRUE,
        BOTH,
        TRUE,
    ]


@pytest.mark.parametrize("name", ["cati-auto-2024", "cati-enterprise-2023"])
def test_every_condition_of_the_rulesets_is_written_in_our_words(name: str) -> None:
    rules: Any = ruleset(name)
    trees = [each.node for indicator in rules.indicators() for each in indicator.criteria]
    source, table, _ = written(trees, closed=True, record=record_of(rules.subject), named=rules.named_nodes())
    assert {each for each in words(source) - table.keys() if OWN.fullmatch(each) is None} == set()


def test_what_nests_too_deeply_for_python_is_left_to_closures() -> None:
    node: nodes.Node = Present(YEAR)
    for _ in range(150):
        node = Not(And((node, node)) if isinstance(node, Present) else node)
    assert (
        truth(node, {"year": Decimal(1)}, "closed")
        == compile_node(node, world="closed", record=RECORD)({"year": Decimal(1)}).truth
    )


def test_a_number_is_no_condition() -> None:
    with pytest.raises(ExpressionError, match="a condition is needed"):
        compile_truths([YEAR], world="closed", record=RECORD)
