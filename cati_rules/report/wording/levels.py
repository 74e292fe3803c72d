"""What the levels of a definition are called where there is little room."""

from __future__ import annotations

import re

from cati_rules.later import pattern
from cati_rules.text import Text

_PARTS = pattern(r"\s*[:,：，]\s*")


def level_text(identifier: str, title: Text) -> Text:
    """Return the part of a level's title that names it: of “low emission, band E” it is “band E”."""
    return Text(_named(identifier, title.en), _named(identifier, title.zh))


def _named(identifier: str, title: str) -> str:
    parts = _PARTS().split(title)
    whole = re.compile(rf"(?<![A-Za-z0-9]){re.escape(identifier)}(?![A-Za-z0-9])")
    return next((each for each in parts if whole.search(each)), parts[0])
