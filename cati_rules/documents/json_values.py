"""Reads the values of a JSON text that nothing is wrong with, without the places where they stand.

That is what most documents of a large run need. Whatever is unusual about a text is left to
:mod:`cati_rules.documents.json_events`, which knows places and says what is wrong.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from cati_rules.documents import limits, scalars
from cati_rules.documents.document import Value
from cati_rules.documents.refusal import Refusal

_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_CONTAINERS: Final = (dict, list)


def plain_mapping(text: str) -> dict[str, Value] | None:
    """Return the mapping that a JSON text holds, numbers exact; None where the text must be looked at more closely.

    That is where it is no JSON, holds a key twice or half a character, may pass a limit, or is no mapping.
    """
    # Each value takes a character at least, so that a text this short has not too many.
    if len(text) > limits.VALUES or _SURROGATE.search(text):
        return None
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError, Refusal):
        return None
    return value if isinstance(value, dict) and _is_shallow(value) else None


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError  # a key stands twice
    return found


def _not_finite(word: str) -> Value:
    raise ValueError(word)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_mapping,
    parse_float=scalars.number,
    parse_int=scalars.number,
    parse_constant=_not_finite,
)


def _is_shallow(value: dict[str, Any]) -> bool:
    """Return whether a value is nested no deeper than documents may be."""
    level: list[Any] = [value]
    for _ in range(limits.DEPTH):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, _CONTAINERS)
        ]
        if not level:
            return True
    return False
