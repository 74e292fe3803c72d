"""Adds entries to a disclosure in YAML without touching what stands there, comments included."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from cati_rules.documents import parse_document
from cati_rules.errors import DocumentError


def yaml_of(value: Mapping[str, Any]) -> str:
    """Return a small disclosure as YAML: texts quoted where they have to be, one entry of a list a line."""
    lines: list[str] = []
    for name, each in value.items():
        if isinstance(each, list):
            lines.append(f"{name}:")
            lines.extend(f"  - {_flow(one)}" for one in each)
        else:
            lines.append(f"{name}: {_flow(each)}")
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_flow(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, Decimal | int):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    text = str(value)
    plain = text.isidentifier() or text.replace("-", "").isdigit()
    return (
        text
        if plain and text.casefold() not in ("true", "false", "null", "yes", "no", "on", "off")
        else json.dumps(text, ensure_ascii=False)
    )


def with_entries(text: str, name: str, entries: Sequence[Mapping[str, Any]], file: str) -> str | None:
    """Return the text of a YAML document with ``entries`` at the end of its list ``name``.

    None where that cannot be done without touching what stands there: then nothing is to be written.
    """
    if not entries:
        return text
    before: Any = parse_document(text.encode(), name=file).value
    lines = text.splitlines()
    at = next((i for i, line in enumerate(lines) if line.split("#")[0].rstrip() == f"{name}:"), None)
    if at is None:
        if name in before:
            return None  # written on one line, or in another way
        added = [f"{name}:", *(f"  - {_flow(each)}" for each in entries)]
        result = "\n".join((*lines, *added)) + "\n"
    else:
        end = next(
            (
                i
                for i in range(at + 1, len(lines))
                if lines[i] and not lines[i][0].isspace() and lines[i][0] not in "-#"
            ),
            len(lines),
        )
        inside = [i for i in range(at + 1, end) if lines[i].strip() and not lines[i].lstrip().startswith("#")]
        first = lines[inside[0]] if inside else "  -"
        pad = first[: len(first) - len(first.lstrip())]
        last = inside[-1] + 1 if inside else at + 1
        added = [f"{pad}- {_flow(each)}" for each in entries]
        result = "\n".join((*lines[:last], *added, *lines[last:])) + "\n"
    try:
        after = parse_document(result.encode(), name=file).value
    except DocumentError:
        return None
    expected = {**before, name: [*(before.get(name) or []), *entries]}
    return result if _same(after) == _same(expected) else None


def _same(value: Any) -> Any:
    """Return a value in which numbers compare however they are written."""
    if isinstance(value, Mapping):
        return {name: _same(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_same(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value
