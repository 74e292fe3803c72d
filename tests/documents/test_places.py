"""Where a value stands, by line and column: the same as by counting, and looked up where many are asked for."""

from __future__ import annotations

from cati_rules.documents import parse_document
from cati_rules.documents.document import line_and_column


def test_places_are_those_found_by_counting() -> None:
    for ends in ("\n", "\r\n", "\r"):
        text = ends.join(("{", '"kind": "product",', "", '"name": "x",  "material": "steel"', "}"))
        document = parse_document(text.encode(), name="p.json")
        for key, line, column in (("kind", 2, 9), ("name", 4, 9), ("material", 4, 27)):
            place = document.place((key,))
            assert (place.line, place.column) == (line, column)
            at = document.marks.values[key]
            assert isinstance(at, int)
            assert line_and_column(document.text, at) == (line, column)
