"""Several mistakes of syntax in one file are told in one run, each at its place in the file as it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cati_rules.documents import parse_document
from cati_rules.errors import DocumentError

MANY = """\
{
  "kind": "product",
  "name": 'Slab',
  "material": "steel"
  "stage": "crude_steel",
  "footprint": {
    "value": 1,234,
    "unit": "tCO2e/t",
    boundary: "cradle_to_gate",
    "year": NaN,
  },
  "scrap": {"share": 0.5}
  "note": "x
}
"""


def told(text: str) -> list[tuple[int | None, int | None]]:
    with pytest.raises(DocumentError) as caught:
        parse_document(text.encode(), name="a.json")
    return [(each.place.line, each.place.column) for each in caught.value.problems]


def test_each_mistake_of_a_json_file_is_told_where_it_is() -> None:
    assert told(MANY) == [(3, 11), (5, 3), (7, 16), (9, 5), (10, 13), (11, 3), (13, 3), (13, 13)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('{\n  "a": tru,\n  "b": 2\n}', [(2, 8)]),
        ('{\n  "a": tru,\n  "b": [1, nul]\n}', [(2, 8)]),  # a list on the line: what follows might be a guess
        ('{"a": tru, "b": nul}', [(1, 7)]),
        ('{\r\n  "a": tru,\r\n  "b": nul\r\n}', [(2, 8), (3, 8)]),
        ('{\n  "a": 1，\n  "b": nul\n}', [(2, 9), (3, 8)]),
        ('{\n  "a": [1, 2,\n  "b": nul\n}', [(3, 6)]),
    ],
)
def test_what_might_follow_from_the_first_mistake_is_not_told(
    text: str, places: list[tuple[int, int]]
) -> None:
    assert told(text) == places


@given(wrong=st.sets(st.integers(0, 11), min_size=1, max_size=8))
def test_values_that_are_none_are_all_told_and_nothing_else(wrong: set[int]) -> None:
    lines = [f'  "k{i}": {"nul" if i in wrong else json.dumps("é")},' for i in range(12)]
    text = "{\n" + "\n".join(lines) + '\n  "last": 0\n}'
    assert [line for line, _ in told(text)] == sorted(i + 2 for i in wrong)
