"""What tells the entries of a list from each other: their place by content, which stays while the list is edited."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from cati_rules.numbers import number_text

_NAMES = ("name", "id", "group", "product", "title", "maker", "supplier", "source", "document", "url", "page")
_KINDS = ("kind", "subject", "area", "mechanism", "instrument", "carrier", "stage", "per")
_RANGES = ("scope", "scopes", "category", "categories", "material", "materials")
_YEARS = ("year", "base_year", "target_year")
_IDENTIFYING = (*_NAMES, *_KINDS, *_RANGES, *_YEARS)
"""Fields that tell an entry of a list from the others, rather than what is said of it."""


def stable_path(value: Any, path: Sequence[str | int]) -> list[Any]:
    """Return ``path`` with each index of a list replaced by what identifies the entry, where something does."""
    told: list[Any] = []
    for step in path:
        try:
            value = None if value is None else value[step]
        except (KeyError, IndexError, TypeError):
            value = None
        told.append((identity(value) or step) if isinstance(step, int) else step)
    return told


def identity(entry: Any) -> list[Any]:
    """Return what tells an entry from others of its list: itself where it is plain, else its identifying fields."""
    if isinstance(entry, Mapping):
        found = ((name, identity(entry[name])) for name in _IDENTIFYING if name in entry)
        return [[name, told] for name, told in found if told]
    if isinstance(entry, list):
        return sorted((told for each in entry if (told := identity(each))), key=json.dumps)
    if isinstance(entry, Decimal):
        return [number_text(entry)]
    return [] if entry is None else [str(entry)]
