"""The document that a report is made of: its places, and what its results have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec import Struct

from cati_rules.catalog import ruleset as catalog
from cati_rules.documents import Document
from cati_rules.errors import Place
from cati_rules.language import NumberRange
from cati_rules.report.values import Amount, Location, Range, Ruleset, Source
from cati_rules.report.wording.phrasing import Phrasings


class Subject(Struct, frozen=True):
    """A valid document, its ``value`` with sources and short forms written out, and the words for its fields."""

    document: Document
    value: Mapping[str, Any]
    phrasings: Phrasings

    def at(self, path: Sequence[str | int]) -> Location:
        """Return where the value at ``path`` stands, or where it is missing, the nearest thing around it."""
        return _location(path, self.document.place(path))

    def cause(self, path: Sequence[str | int]) -> Location:
        """Return where to look for ``path``; see :func:`cause_in`."""
        return cause_in(self.document, path)


def cause_in(document: Document, path: Sequence[str | int]) -> Location:
    """Return where to look for ``path``: its value; where that is missing, the key of the nearest thing around it."""
    known = document.known_steps(path)
    return _location(path, document.place(path) if known == len(path) else document.key_place(path[:known]))


def _location(path: Sequence[str | int], place: Place) -> Location:
    return Location(tuple(path), place)


def source_of(ruleset: catalog.Ruleset, source: catalog.Source) -> Source:
    """Return where a rule comes from."""
    return Source(source.document, ruleset.documents[source.document].title, source.locator)


def head_of(ruleset: catalog.Ruleset, as_of: str) -> Ruleset:
    """Return the head of a ruleset, as of an ISO date."""
    return Ruleset(
        id=ruleset.id,
        edition=ruleset.edition,
        standard=ruleset.standard,
        kind=ruleset.kind,
        title=ruleset.title,
        publisher=ruleset.publisher,
        source=source_of(ruleset, ruleset.source),
        period=ruleset.period,
        standing=ruleset.standing(as_of),
        in_force=ruleset.in_force(as_of),
    )


def amount_of(value: Decimal | Fraction | NumberRange) -> Amount:
    """Return a number, or the range that it lies in."""
    return range_of(value) if isinstance(value, NumberRange) else value


def range_of(value: NumberRange) -> Range:
    """Return the range that a number lies in."""
    return Range(value.low, value.low_open, value.high, value.high_open)
