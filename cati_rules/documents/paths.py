"""Paths into a document: as text for people, and the values they lead to."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

_PLAIN_KEY: Final = re.compile(r"[^\W\d][\w-]*")


def format_path(path: Sequence[str | int]) -> str:
    """Return a path as text: ``emissions[0].value``; a key with odd characters as ``["odd key"]``."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN_KEY.fullmatch(step):
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f"[{json.dumps(step, ensure_ascii=False)}]")
    return "".join(parts)


def value_at(value: object, path: Sequence[str | int]) -> Any:
    """Return what stands at ``path`` within ``value``, None if nothing does."""
    found: Any = value
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return None
    return found
