"""Which conditions can lose their truth when evidence is added. Expected answers reasoned by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cati_rules.language import nodes
from cati_rules.language.evaluation import compile_node
from cati_rules.language.monotonicity import non_monotone
from cati_rules.language.parser import parse
from cati_rules.language.ranges import TRUE
from cati_rules.schema.types import BooleanType, FieldType, NumberType, types_from_schema

RECORD = types_from_schema(
    {
        "type": "object",
        "properties": {
            "flag": {"type": "boolean"},
            "share": {"type": "number", "minimum": 0, "maximum": 1},
            "change": {"type": "number"},
            "divisor": {"type": "number", "exclusiveMinimum": 0},
            "word": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "lots": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "t": {"type": "number", "minimum": 0},
                        "change": {"type": "number"},
                        "on": {"type": "boolean"},
                    },
                },
            },
        },
    }
)
NAMED: dict[str, nodes.Node] = {
    "tonnes": parse("$sum([lot.t for lot in lots])", RECORD).node,
    "every": parse("$all([lot.on for lot in lots])", RECORD).node,
}
NAMES: dict[str, FieldType] = {"tonnes": NumberType(), "every": BooleanType()}


def found(text: str) -> list[str]:
    node = parse(text, RECORD, named=NAMES).node
    return [problem.en for problem in non_monotone(node, record=RECORD, named=NAMED)]


@pytest.mark.parametrize(
    "text",
    [
        "flag",
        "not flag",
        "share < 0.5 and share != 0.3",
        "not (share > 0.5)",
        "share - change / divisor < 2",
        "share != null",
        "not (share == null)",
        "word in ['a', 'b']",
        "word not in ['a', 'b']",
        "'a' in tags",
        "$any([lot.t > 1 for lot in lots if lot.on])",
        "$any([not lot.on for lot in lots])",
        "not $all([lot.on for lot in lots])",
        "not $all([lot.t > 3 for lot in lots if lot.on])",
        "lots.length >= 2",
        "2 <= lots.length",
        "not (lots.length < 2)",
        "[lot for lot in lots if lot.on].length > 1",
        "$sum([lot.t for lot in lots if lot.on]) >= 10",
        "tonnes > 5",
        "tonnes * 2 + share > 5",
        "tonnes / divisor > 5",
        "5 - tonnes < 1",
        "-tonnes < -1",
        "$abs(tonnes) > 1",
        "$max([lot.t for lot in lots]) > 3",
        "$min([lot.t for lot in lots]) < 3",
        "$max([lot.change for lot in lots]) > 3",
        "not ($min([lot.t for lot in lots]) > 3)",
        "flag ? lots.length > 1 : tonnes > 3",
        "$sum([lot.t * divisor for lot in lots]) > 1",
    ],
)
def test_what_evidence_cannot_take_away(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("share == null", "share == null"),
        ("not (share != null)", "share != null"),
        ("flag and not (share != null)", "share != null"),
        ("$all([lot.on for lot in lots])", "$all([lot.on for lot in lots])"),
        ("not $any([lot.on for lot in lots])", "$any([lot.on for lot in lots])"),
        ("every", "$all([lot.on for lot in lots])"),
        ("$any([lot.t == null for lot in lots])", "lot.t == null"),
        ("$any([lot.on for lot in lots if lot.t == null])", "lot.t == null"),
        ("'a' not in tags", "'a' in tags"),
        ("lots.length < 2", "lots.length < 2"),
        ("lots.length == 2", "lots.length == 2"),
        ("lots.length != 2", "lots.length != 2"),
        ("not (lots.length >= 2)", "lots.length >= 2"),
        (
            "[lot for lot in lots if lot.t == null].length > 1",
            "[lot for lot in lots if lot.t == null].length > 1",
        ),
        ("$sum([lot.change for lot in lots]) > 1", "$sum([lot.change for lot in lots]) > 1"),
        ("tonnes < 5", "tonnes < 5"),
        ("5 - tonnes > 1", "5 - tonnes > 1"),
        ("tonnes * change > 1", "tonnes * change > 1"),
        ("share / tonnes > 1", "share / tonnes > 1"),
        ("tonnes - lots.length > 1", "tonnes - lots.length > 1"),
        (
            "$sum([lot.t for lot in lots if lot.on]) / tonnes >= 0.5",
            "$sum([lot.t for lot in lots if lot.on]) / tonnes >= 0.5",
        ),
        ("$abs(5 - tonnes) > 1", "$abs(5 - tonnes) > 1"),
        ("$max([lot.t for lot in lots]) < 3", "$max([lot.t for lot in lots]) < 3"),
        ("$min([lot.t for lot in lots]) > 3", "$min([lot.t for lot in lots]) > 3"),
        # One element more can divide by zero, and then there is no greatest.
        ("$max([1 / lot.t for lot in lots]) > 3", "$max([1 / lot.t for lot in lots]) > 3"),
        ("share != null ? flag : true", "share != null ? flag : true"),
        ("(share != null ? 1 : 2) > 1", "(share != null ? 1 : 2) > 1"),
        ("(share != null) == flag", "(share != null) == flag"),
    ],
)
def test_what_evidence_can_take_away(text: str, culprit: str) -> None:
    (problem,) = found(text)
    assert problem.startswith(f"{culprit}: ")


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("$all([lot.on for lot in lots])", {"lots": []}, {"lots": [{"on": False}]}),
        ("lots.length < 2", {"lots": [{}]}, {"lots": [{}, {}]}),
        (
            "$min([lot.t for lot in lots]) > 3",
            {"lots": [{"t": Decimal(4)}]},
            {"lots": [{"t": Decimal(4)}, {}]},
        ),
        ("share == null", {}, {"share": Decimal(1)}),
        (
            "$max([1 / lot.t for lot in lots]) > 3",
            {"lots": [{"t": Decimal("0.1")}]},
            {"lots": [{"t": Decimal("0.1")}, {"t": Decimal(0)}]},
        ),
    ],
)
def test_the_objections_are_real(text: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    run = compile_node(parse(text, RECORD).node, world="closed", record=RECORD)
    assert run(before).truth == TRUE
    assert run(after).truth != TRUE
