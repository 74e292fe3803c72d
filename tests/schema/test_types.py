"""Types derived from a JSON Schema."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cati_rules.schema.types import (
    BooleanType,
    ListType,
    NumberType,
    RecordType,
    SchemaTypeError,
    TextType,
    types_from_schema,
)


def field(schema: dict[str, Any], **definitions: Any) -> Any:
    return types_from_schema({"type": "object", "properties": {"x": schema}, "$defs": definitions}).fields[
        "x"
    ]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "boolean"}, BooleanType()),
        ({"type": "string"}, TextType()),
        ({"type": "string", "format": "date"}, TextType()),
        ({"enum": ["a", "b"]}, TextType(frozenset("ab"))),
        ({"enum": ["a", None]}, TextType(frozenset("a"))),
        ({"const": "a"}, TextType(frozenset("a"))),
        ({"type": "number", "minimum": 0, "maximum": 0.1}, NumberType(Decimal(0), Decimal("0.1"))),
        ({"type": "integer"}, NumberType(integer=True)),
        ({"type": ["number", "null"]}, NumberType()),
        ({"type": "number", "exclusiveMinimum": 0}, NumberType(exclusive_minimum=Decimal(0))),
        ({"enum": [1, 3]}, NumberType(Decimal(1), Decimal(3))),
        ({"const": True}, BooleanType()),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 3}, ListType(TextType(), 0, 3)),
        ({"properties": {}, "type": "object"}, RecordType("document.x", {})),
    ],
)
def test_fields(schema: dict[str, Any], expected: object) -> None:
    assert field(schema) == expected


def test_references_and_all_of_are_merged() -> None:
    share = {"type": "number", "minimum": 0, "maximum": 1}
    base = {"type": "object", "properties": {"share": {"$ref": "#/$defs/share"}}}
    schema = {
        "allOf": [
            {"$ref": "#/$defs/base"},
            {"properties": {"share": {"maximum": 0.5}, "on": {"type": "boolean"}}, "if": {}, "then": False},
        ],
        "anyOf": [{"required": ["on"]}],
    }
    assert field(schema, share=share, base=base) == RecordType(
        "base", {"share": NumberType(Decimal(0), Decimal("0.5")), "on": BooleanType()}
    )


def test_one_definition_may_be_used_twice_but_not_within_itself() -> None:
    pair = {"type": "object", "properties": {"a": {"$ref": "#/$defs/one"}, "b": {"$ref": "#/$defs/one"}}}
    assert field(pair, one={"type": "string"}) == RecordType("document.x", {"a": TextType(), "b": TextType()})
    with pytest.raises(SchemaTypeError, match="contains itself"):
        field({"$ref": "#/$defs/tree"}, tree={"type": "array", "items": {"$ref": "#/$defs/tree"}})


def test_a_text_keeps_what_it_stands_for_when_it_is_left_out() -> None:
    own = {"type": "string", "enum": ["own", "other"], "default": "own"}
    assert field({"$ref": "#/$defs/own"}, own=own) == TextType(frozenset({"own", "other"}), "own")


@pytest.mark.parametrize(
    "schema",
    [
        {},
        True,
        {"type": "array"},
        {"type": ["string", "number"]},
        {"enum": ["a", 1]},
        {"$ref": "#/$defs/nowhere"},
        {"$ref": "https://example.org/schema"},
    ],
)
def test_what_has_no_type_is_refused(schema: Any) -> None:
    with pytest.raises(SchemaTypeError, match=r"document\.x"):
        field(schema)


def test_a_document_is_an_object() -> None:
    with pytest.raises(SchemaTypeError):
        types_from_schema({"type": "array", "items": {"type": "string"}})
