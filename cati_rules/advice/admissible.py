"""What a step may not do, whatever points it adds: relabel what is stated, or aim at a year that has passed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cati_rules.documents.paths import FieldPath

LABELS = (
    *("subject", "kind", "area", "mechanism", "instrument", "carrier", "stage", "per", "measure", "boundary"),
    *("scope", "scopes", "category", "categories", "material", "materials", "coverage", "accounting"),
    *("year", "base_year", "target_year", "name", "stance", "stated_by", "unit"),
)
"""Fields that say what a statement is about: one that is stated is not changed to earn points."""
AIMED_AT = ("target_year", "goal_year")
"""Fields that name the year in which something is to be reached."""
_EXIT = ("governance", "combustion_exit", "year")


def relabelled(before: Any, after: Any) -> tuple[FieldPath, ...]:
    """Return the labels that a document states and that differ in another; what was added is not among them."""
    return tuple(path for path in _changed(before, after, ()) if _label_in(path) is not None)


def _label_in(path: FieldPath) -> str | None:
    """Return the name of the label that a value is, or is listed in."""
    names = [step for step in path if isinstance(step, str)]
    return names[-1] if names and names[-1] in LABELS else None


def _changed(before: Any, after: Any, path: FieldPath) -> Iterator[FieldPath]:
    """Yield where a stated value is another one; a list of words that has grown is another one too."""
    if isinstance(before, Mapping):
        for name, value in before.items():
            yield from _changed(value, after.get(name) if isinstance(after, Mapping) else None, (*path, name))
    elif isinstance(before, list) and any(isinstance(each, Mapping) for each in before):
        for i, value in enumerate(before):
            known = isinstance(after, list) and i < len(after)
            yield from _changed(value, after[i] if known else None, (*path, i))
    elif before != after:
        yield path


def aims_passed(before: Mapping[str, Any], after: Mapping[str, Any], as_of: str) -> tuple[FieldPath, ...]:
    """Return the years that ``after`` aims at, ``before`` does not state, and that have begun on an ISO date."""
    now = int(as_of[:4])
    stated = dict(_years(before, ()))
    return tuple(path for path, year in _years(after, ()) if year <= now and stated.get(path) != year)


def _years(value: Any, path: FieldPath) -> Iterator[tuple[FieldPath, Decimal]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _years(each, (*path, name))
    elif isinstance(value, list):
        for i, each in enumerate(value):
            yield from _years(each, (*path, i))
    elif isinstance(value, Decimal) and path and (path[-1] in AIMED_AT or path == _EXIT):
        yield path, value
