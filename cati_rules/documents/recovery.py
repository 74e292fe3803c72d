"""Further mistakes in a YAML file: what is found when the line of the first is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cati_rules.documents.builder import Builder
from cati_rules.documents.refusal import Refusal
from cati_rules.documents.yaml_events import read_yaml

_MOST: Final = 9
_LONGEST: Final = 1024 * 1024
"""Characters; the file is read once more for each mistake."""
_CODES: Final = frozenset({"read/syntax", "read/tag", "read/nan", "read/number", "read/character"})


def further(text: str, first: Refusal) -> Iterator[Refusal]:
    """Yield what else is wrong below the first mistake of a YAML text.

    Only where the line of a mistake is one field by itself can it be left out without making others.
    """
    refusal: Refusal | None = first
    for _ in range(_MOST if len(text) <= _LONGEST else 0):
        if refusal is None or refusal.at is None or refusal.code not in _CODES:
            return
        start, end = _line(text, refusal.at)
        if not _is_one_field(text, start, end):
            return
        # As many blanks, so that every place below stays where it is.
        text = text[:start] + " " * (end - start) + text[end:]
        refusal = _first_refusal(text)
        if refusal is None or refusal.at is None or refusal.at <= end or refusal.code not in _CODES:
            return
        if _is_one_field(text, *_line(text, refusal.at)):
            yield refusal


def _first_refusal(text: str) -> Refusal | None:
    try:
        read_yaml(text, Builder(text))
    except Refusal as refusal:
        return refusal
    return None


def _line(text: str, at: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return start, len(text) if end < 0 else end


def _is_one_field(text: str, start: int, end: int) -> bool:
    """Tell whether a line is a field with its value, and no line below belongs to it."""
    line = text[start:end]
    if not re.match(r" *(?:[^\s:#-][^:]*)(?::|：)\s*\S", line):
        return False
    below = next((each for each in text[end + 1 :].splitlines() if each.strip()), "")
    return len(below) - len(below.lstrip(" ")) <= len(line) - len(line.lstrip(" "))
