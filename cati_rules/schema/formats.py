"""The text formats that a schema may ask for; both validators use this table, and so cannot disagree."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from cati_rules.later import pattern

_ISO_DATE = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_WEB_ADDRESS = pattern(r"https?://[^\s/?#.]+(?:\.[^\s/?#.]+)+(?::[0-9]+)?(?:[/?#]\S*)?\Z", re.IGNORECASE)


def is_date(value: object) -> bool:
    """Tell whether a text is a day of the calendar written as 2024-03-01; what is no text passes."""
    if not isinstance(value, str):
        return True
    if not _ISO_DATE().match(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_web_address(value: object) -> bool:
    """Tell whether a text is an address beginning with http:// or https://; what is no text passes."""
    return not isinstance(value, str) or _WEB_ADDRESS().match(value) is not None


FORMATS: dict[str, Callable[[object], bool]] = {
    "date": is_date,
    "uri": is_web_address,
    "iri": is_web_address,
}
