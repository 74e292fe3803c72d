"""Numbers as people and programs read them: exact, in plain digits."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any


def number_text(value: Decimal | Fraction) -> str:
    """Return a number as people write it: plain digits, exact; a fraction as a quotient."""
    if isinstance(value, Fraction):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain(value: object) -> Any:
    """Return a value as JSON holds it: numbers as exact strings."""
    if isinstance(value, Decimal):
        return f"{value:f}"  # as it was written: 0.40 stays 0.40
    if isinstance(value, Fraction):
        return str(value)
    return value
