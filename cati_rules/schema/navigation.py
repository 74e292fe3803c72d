"""Finding one's way in a JSON Schema: references, the schema of a field, its title in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cati_rules.text import Text

Schema = Mapping[str, Any]

_EMPTY: Schema = {}
_BESIDE = ("allOf", "anyOf", "oneOf")
_MAX_HOPS = 32
_MOST_FIXED = 64  # entries of a list from here on are alike in every schema
_MOST_KEPT = 8192
_STEPS: dict[tuple[int, int, str | int], tuple[Schema, Schema, Schema]] = {}
"""Where steps lead, by the ids of the root and of the schema that they start from, which are kept with it."""


def resolved(root: Schema, schema: object) -> Schema:
    """Return ``schema`` with its ``$ref`` followed; what stands beside the reference wins over its target."""
    if not isinstance(schema, Mapping):
        return _EMPTY
    for _ in range(_MAX_HOPS):
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            break
        beside = {key: rule for key, rule in schema.items() if key != "$ref"}
        target = _target(root, reference)
        chinese = {**target.get("x-zh", _EMPTY), **beside.get("x-zh", _EMPTY)}
        schema = {**target, **beside, **({"x-zh": chinese} if chinese else _EMPTY)}
    return schema


def _target(root: Schema, reference: str) -> Schema:
    node: Any = root
    for step in reference.removeprefix("#").split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        node = node.get(name, _EMPTY) if isinstance(node, Mapping) else _EMPTY
    return node if isinstance(node, Mapping) else _EMPTY


def parts(root: Schema, schema: object) -> Iterator[Schema]:
    """Yield ``schema`` and every schema in it that speaks of the same value (``allOf``, ``then`` …)."""
    own = resolved(root, schema)
    yield own
    for keyword in _BESIDE:
        for branch in own.get(keyword, ()):
            yield from parts(root, branch)
    for keyword in ("then", "else"):
        if keyword in own:
            yield from parts(root, own[keyword])
    for branch in own.get("dependentSchemas", _EMPTY).values():
        yield from parts(root, branch)


def properties(root: Schema, schema: object) -> dict[str, Schema]:
    """Return every field that ``schema`` knows, in schema order, each with all that is said about it."""
    found: dict[str, Schema] = {}
    for part in parts(root, schema):
        for name, field in part.get("properties", _EMPTY).items():
            found[name] = {**resolved(root, field), **found.get(name, _EMPTY)}
    return found


def item(root: Schema, schema: object, index: int = 0) -> Schema:
    """Return the schema of the item at ``index`` of a list."""
    for part in parts(root, schema):
        fixed = part.get("prefixItems", ())
        if index < len(fixed):
            return resolved(root, fixed[index])
        if isinstance(part.get("items"), Mapping):
            return resolved(root, part["items"])
    return _EMPTY


def trail(root: Schema, path: Sequence[str | int]) -> list[Schema]:
    """Return the schemas met on the way from the root to ``path``, as far as the schema knows the way."""
    met = [root]
    for step in path:
        there = _stepped(root, met[-1], min(step, _MOST_FIXED) if isinstance(step, int) else step)
        if not there:
            break
        met.append(there)
    return met


def _stepped(root: Schema, here: Schema, step: str | int) -> Schema:
    """Return the schema of a field or an entry; found once, as the same places are asked for again and again."""
    at = (id(root), id(here), step)
    known = _STEPS.get(at)
    if known is None:
        there = item(root, here, step) if isinstance(step, int) else properties(root, here).get(step, _EMPTY)
        if len(_STEPS) >= _MOST_KEPT:
            _STEPS.clear()
        _STEPS[at] = known = (root, here, there)
    return known[2]


def field_at(root: Schema, path: Sequence[str | int]) -> Schema:
    """Return what the schema says about the value at ``path``; empty where it knows nothing."""
    met = trail(root, path)
    return met[-1] if len(met) == len(path) + 1 else _EMPTY


def said(schema: Schema, what: str) -> Text | None:
    """Return ``title`` or ``description`` in both languages; English stands in for a missing Chinese."""
    english = schema.get(what)
    if not isinstance(english, str):
        return None
    chinese = schema.get("x-zh", _EMPTY).get(what)
    return Text(english, chinese if isinstance(chinese, str) else english)


def title_at(root: Schema, path: Sequence[str | int]) -> Text | None:
    """Return the title of the field at ``path``, or that of the nearest field around it."""
    return next((title for schema in reversed(trail(root, path)) if (title := said(schema, "title"))), None)


def bilingual(entry: object) -> Text | None:
    """Return ``{"en": …, "zh": …}`` as a text; one language stands in for a missing other."""
    if not isinstance(entry, Mapping):
        return None
    english, chinese = entry.get("en"), entry.get("zh")
    if english is None and chinese is None:
        return None
    return Text(str(english or chinese), str(chinese or english))


def with_entry_alone(value: Mapping[str, Any], name: str, index: int) -> Mapping[str, Any]:
    """Return a document with one entry of its list ``name`` alone; with none where there is no such entry."""
    return {**value, name: value[name][index : index + 1]}
