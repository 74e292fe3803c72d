"""The year of a date in an entry, which rules ask for and the rule language cannot read from a text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cati_rules.documents.paths import FieldPath
from cati_rules.schema.types import FieldType, NumberType, RecordType

YEAR_OF: Mapping[str, str] = {"submitted_year": "submitted"}
"""Names that rules may use, each with the date (year-month-day) that it is the year of."""
_YEAR = NumberType(minimum=Decimal(1990), maximum=Decimal(2100), integer=True)


def with_year_types(item: FieldType) -> FieldType:
    """Return the type of an entry with the years of its dates."""
    if not isinstance(item, RecordType):
        return item
    years = {name: _YEAR for name, date in YEAR_OF.items() if date in item.fields}
    return RecordType(item.name, {**item.fields, **years}, item.bounds) if years else item


def with_years(entry: Any) -> Any:
    """Return an entry with the years of the dates that it gives."""
    if not isinstance(entry, Mapping):
        return entry
    years = {name: Decimal(entry[date][:4]) for name, date in YEAR_OF.items() if entry.get(date) is not None}
    return {**entry, **years} if years else entry


def given_as(place: FieldPath) -> FieldPath:
    """Return the place in the document of what a rule reads: of a year, that of its date."""
    date = YEAR_OF.get(str(place[-1])) if place else None
    return place if date is None else (*place[:-1], date)
