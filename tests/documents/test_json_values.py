"""The quick way to read JSON says what the careful one says, or leaves the text to it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cati_rules.documents import parse_document
from cati_rules.documents.builder import Builder
from cati_rules.documents.json_events import read_json
from cati_rules.documents.json_values import plain_mapping
from cati_rules.documents.limits import DEPTH, VALUES
from cati_rules.documents.refusal import Refusal
from cati_rules.errors import DocumentError


def _carefully(text: str) -> Any:
    """Return what the careful reader finds, None where it refuses the text or something in it."""
    builder = Builder(text)
    try:
        read_json(text, builder)
    except Refusal:
        return None
    root = builder.root()
    return None if builder.refusals or root is None else root[0]


def _alike(one: Any, other: Any) -> bool:
    """Return whether values are the same to the last digit, types and the order of keys included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return str(one) == str(other)


_NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,45})(\.[0-9]{1,45})?([eE][-+]?[0-9]{1,4})?", fullmatch=True)
_TEXTS = st.text(max_size=8).map(json.dumps) | st.text(st.characters(codec="utf-8"), max_size=8).map(
    lambda text: json.dumps(text, ensure_ascii=False)
)
_SCALARS = (
    _NUMBERS
    | _TEXTS
    | st.sampled_from(("true", "false", "null", "NaN", "-Infinity", "1.", "01", '"\\ud83d"'))
)
_KEYS = st.sampled_from(("a", "b", "kind", "值", "")).map(json.dumps)


def _object(pairs: list[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{key}:{value}" for key, value in pairs) + "}"


_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda found: f"[ {' ,'.join(found)}\n]")
        | st.lists(st.tuples(_KEYS, inner), max_size=4).map(_object)
    ),
    max_leaves=12,
)


@given(st.lists(st.tuples(_KEYS, _VALUES), max_size=4).map(_object))
def test_both_ways_find_the_same(text: str) -> None:
    """What the quick way reads is what the careful one reads, and nothing that the careful one refuses."""
    quick = plain_mapping(text)
    if quick is not None:
        assert _alike(quick, _carefully(text)), text


def test_numbers_are_exact() -> None:
    """A number keeps its digits; whole ones are decimals too."""
    found = plain_mapping('{"a": 0.10, "b": 12345678901234567890.123456789, "c": -0, "d": 1E-7, "e": 3}')
    assert found is not None
    assert {key: str(each) for key, each in found.items()} == {
        "a": "0.10",
        "b": "12345678901234567890.123456789",
        "c": "-0",
        "d": "1E-7",
        "e": "3",
    }
    assert all(isinstance(each, Decimal) for each in found.values())


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"a": {"b": 1, "b": 1}}',
        '{"a": "\\ud83d"}',
        '{"a": NaN}',
        '{"a": 1e31}',
        f'{{"a": {"1" * 41}}}',
        '{"a": 1} {"b": 2}',
        '{"a": 1,}',
        '{"a": "tab\there"}',
        "[1]",
        "",
        f'{{"a": {"[" * DEPTH}{"]" * DEPTH}}}',
        f'{{"a": "{"x" * VALUES}"}}',
    ],
)
def test_what_is_unusual_is_left_to_the_careful_way(text: str) -> None:
    """Mistakes, and what may pass a limit, are looked at more closely."""
    assert plain_mapping(text) is None


def test_the_deepest_that_is_allowed() -> None:
    """A document of just as many levels as there may be is read, and one level more is refused."""
    deepest = f'{{"a": {"[" * (DEPTH - 1)}{"]" * (DEPTH - 1)}}}'
    assert plain_mapping(deepest) is not None
    assert _carefully(deepest) is not None
    with pytest.raises(DocumentError):
        parse_document(f'{{"a": [{deepest[6:-1]}]}}'.encode(), name="deep.json")


def test_places_are_known_all_the_same() -> None:
    """The places of values are found when they are asked for."""
    document = parse_document(b'{"kind": "disclosure",\n "company": {"name": "A"}}', name="a.json")
    place = document.place(("company", "name"))
    assert (place.line, place.column) == (2, 22)
    place = document.key_place(("company", "name"))
    assert (place.line, place.column) == (2, 14)
