"""Further mistakes in a YAML or JSON file: what is found when the first is taken out, and all places stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from cati_rules.documents.builder import Builder
from cati_rules.documents.json_events import read_json
from cati_rules.documents.refusal import Refusal
from cati_rules.documents.yaml_events import read_yaml

_MOST: Final = 9
_LONGEST: Final = 1024 * 1024
"""Characters; the file is read once more for each mistake."""
_CODES: Final = frozenset({"read/syntax", "read/tag", "read/nan", "read/number", "read/character"})
_YAML_FIELD: Final = re.compile(r" *(?:[^\s:#-][^:]*)(?::|：)\s*\S")
# A field by itself on its line: the key may lack its quotes, the value may be anything that opens and closes nothing.
_JSON_FIELD: Final = re.compile(r"([ \t,]*)(\"(?:[^\"\\]|\\.)*\"|[^\"{}\[\]:,]+)[ \t]*[:：]([^{}\[\]]*)")
_FIRST_STAND_IN: Final = 0xE000  # of the private use area, so that no key of the file is met


def further(text: str, first: Refusal, *, json: bool) -> Iterator[Refusal]:
    """Yield what else is wrong below the first mistake of a text."""
    mended = _mended_json if json else _mended_yaml
    read = read_json if json else read_yaml
    refusal: Refusal | None = first
    for number in range(_MOST if len(text) <= _LONGEST else 0):
        if refusal is None or refusal.at is None or refusal.code not in _CODES:
            return
        found = mended(text, refusal.at, number)
        if found is None:
            return
        text, end = found
        refusal = _first_refusal(text, read)
        if refusal is None or refusal.at is None or refusal.at <= end or refusal.code not in _CODES:
            return
        # What cannot be taken out by itself may follow from what was.
        if mended(text, refusal.at, number + 1) is not None:
            yield refusal


def _first_refusal(text: str, read: Callable[[str, Builder], None]) -> Refusal | None:
    try:
        read(text, Builder(text))
    except Refusal as refusal:
        return refusal
    return None


def _mended_yaml(text: str, at: int, _number: int) -> tuple[str, int] | None:
    """Return a text without the line of a mistake, and its end; None where it is not one field by itself."""
    start, end = _line(text, at)
    line = text[start:end]
    below = next((each for each in text[end + 1 :].splitlines() if each.strip()), "")
    # A line below that is indented deeper belongs to it.
    if not _YAML_FIELD.match(line) or len(below) - len(below.lstrip(" ")) > len(line) - len(line.lstrip(" ")):
        return None
    return text[:start] + " " * (end - start) + text[end:], end


def _mended_json(text: str, at: int, number: int) -> tuple[str, int] | None:
    """Return a text with a mistake made good, and where its line ends; None where that would be a guess."""
    start, end = _line(text, at)
    before = text[:at].rstrip(" \t\r\n")
    if text[at : at + 1] in {"}", "]"} and before.endswith(","):
        return f"{before[:-1]} {text[len(before) :]}", at  # a comma after the last entry
    begins = start < at and text[at : at + 1] == '"' and not text[start:at].strip()
    if begins and before[-1:] not in {"{", "[", ",", ":"}:
        return f"{text[: at - 1]},{text[at:]}", at  # no comma at the end of the line above
    found = _JSON_FIELD.fullmatch(text, start, end)
    if found is None:
        return None
    quoted = found[2].startswith('"')
    head = found[1] + (found[2] if quoted else f'"{chr(_FIRST_STAND_IN + number)}"') + ":0"
    line = f"{head}," if found[3].rstrip().endswith((",", "，")) else head
    return (text[:start] + line.ljust(end - start) + text[end:], end) if len(line) <= end - start else None


def _line(text: str, at: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return start, end - text[start:end].endswith("\r")
