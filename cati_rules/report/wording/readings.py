"""Words for what was read from a foreign file: what fields are called, and what values mean."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cati_rules.documents import Value, parse_path
from cati_rules.schema.navigation import Schema, bilingual, field_at, said
from cati_rules.schema.store import load_schema
from cati_rules.text import Text, same
from cati_rules.units import UNITS


def field_title(kind: str, path: str) -> Text:
    """Return what a field of a kind of document is called, with what is around it; a path of no field as it stands."""
    root = load_schema(kind)
    try:
        steps = parse_path(path)
    except ValueError:
        return same(path)
    if not field_at(root, steps):
        return same(path)
    titles: list[Text] = []
    for n, step in enumerate(steps, 1):
        title = same(str(step + 1)) if isinstance(step, int) else said(field_at(root, steps[:n]), "title")
        if title is not None and title not in titles:
            titles.append(title)
    return same(" · ").join(titles)


def value_said(kind: str, path: Sequence[str | int], value: Value) -> Text:
    """Return a value of a field in words: of a choice its title, of a unit the unit."""
    return _said(value, field_at(load_schema(kind), path))


def _said(value: Value, field: Schema) -> Text:
    if isinstance(value, list):
        return same(", ").join(_said(each, field.get("items", {})) for each in value)
    title = bilingual(field.get("x-choices", {}).get(value)) if isinstance(value, str) else None
    if title is not None and value not in UNITS:
        return title
    if isinstance(value, Decimal):
        return same(f"{value:f}")
    return same(value if isinstance(value, str) else str(value).lower())
