"""What to say of a field that the schema does not know: which was meant, where it belongs, or what fits here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from cati_rules.schema import did_you_mean, phrases
from cati_rules.schema.navigation import Schema, field_at, item, properties, resolved, said
from cati_rules.schema.value_messages import Saying
from cati_rules.text import Text

if TYPE_CHECKING:
    from cati_rules.schema.mismatches import Mismatch

_MOST_FIELDS = 12
_MOST_HOMES = 3
_DEEPEST_HOME = 5
_THOUSANDS = 3


def unknown_fields(root: Schema, finding: Mismatch) -> Sequence[Saying] | None:
    """Return what to say of each; None where all are known, so that something else does not fit."""
    known = properties(root, field_at(root, finding.path) or finding.schema)
    names = unknown_names(finding.schema, finding.value, known)
    if not names:
        return None
    values = {name: finding.value[before] for before, name in pairwise(finding.value)}
    return [_unknown_field(root, finding, known, name, values.get(name)) for name in names]


def _unknown_field(
    root: Schema, finding: Mismatch, known: Mapping[str, Schema], name: str, before: object
) -> Saying:
    """Return what to say of a field, which follows on one with the value ``before``."""
    shown = phrases.shown(name)
    slip = meant_field(root, known, name, finding.value)
    fields = ", ".join(list(known)[:_MOST_FIELDS]) + (" …" if len(known) > _MOST_FIELDS else "")
    takes = (
        Text(f"Fields here: {fields}.", f"此处可用的字段：{fields.replace(', ', '、')}。") if known else None
    )
    advice = did_you_mean.question(slip, said(known[slip], "title")) if slip else _homes_of(root, name)
    advice = _decimal_comma(before, name) or did_you_mean.odd_blank(name) or advice
    return Saying(
        Text(f"There is no field {shown.en} here.", f"此处没有名为{shown.zh}的字段。"),
        None if slip else takes,
        advice,
        path=(*finding.path, name),
        on_key=True,
    )


def _decimal_comma(before: object, name: str) -> Text | None:
    """Say that a comma begins a new field within braces, where a name is the end of the number before it."""
    if not (
        name.isascii() and name.isdigit() and isinstance(before, Decimal) and before == before.to_integral()
    ):
        return None
    if len(name) == _THOUSANDS:
        return Text(
            "Within braces a comma begins a new field. Write a point before decimals, and nothing between thousands.",
            "花括号内的逗号表示另一字段。小数点请用“.”，千位之间不加任何符号。",
        )
    return Text(
        f"Within braces a comma begins a new field. Write {before:f}.{name} with a point.",
        f"花括号内的逗号表示另一字段。小数请用小数点：{before:f}.{name}。",
    )


def _homes_of(root: Schema, name: str) -> Text | None:
    """Say where a field of this name belongs: a line indented too little or too far is a common slip."""
    known = _HOMES.get(id(root))
    if known is None or known[0] is not root:
        found: dict[str, dict[str, None]] = {}
        for field, home in _homes(root, root, "", 0):
            found.setdefault(field, {})[home] = None
        _HOMES[id(root)] = known = (root, {field: tuple(listed) for field, listed in found.items()})
    homes = known[1].get(name, ())[:_MOST_HOMES]
    if not homes:
        return None
    return Text(
        f"A field of this name belongs in {', '.join(homes)}; check the indentation.",
        f"同名字段属于 {'、'.join(homes)}，请检查缩进。",
    )


_HOMES: dict[int, tuple[Schema, Mapping[str, tuple[str, ...]]]] = {}
"""Where fields belong, by name, for each schema that was asked: a document may have many that belong elsewhere."""


def _homes(root: Schema, schema: Schema, path: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield each field below the top of a schema with the place that it belongs in."""
    fields = properties(root, schema)
    if path:
        for field in fields:
            yield field, path
    if depth < _DEEPEST_HOME:
        for field, inner in fields.items():
            here = f"{path}.{field}" if path else field
            yield from _homes(root, inner, here, depth + 1)
            if inside := item(root, inner):
                yield from _homes(root, inside, f"{here}[]", depth + 1)


def unknown_names(schema: Schema, value: Mapping[str, object], known: Mapping[str, Schema]) -> list[str]:
    """Return the names in a section that its schema does not know."""
    patterns = schema.get("patternProperties")
    return [] if patterns else [name for name in value if name not in known]


def meant_field(
    root: Schema, known: Mapping[str, Schema], name: str, present: Mapping[str, object]
) -> str | None:
    """Return the field that a name was meant for, of those that are not ``present``; None where none is like it."""
    spoken: dict[str, tuple[str, ...]] = {}
    for field, schema in known.items():
        title = said(resolved(root, schema), "title")
        spoken[field] = (title.en, title.zh) if title else ()
    absent = {field: calls for field, calls in spoken.items() if field not in present}
    return did_you_mean.meant(name, absent)
