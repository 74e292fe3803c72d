"""Numbers as people and programs read them: exact, in plain digits."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def number_text(value: Decimal | Fraction) -> str:
    """Return a number as people write it: plain digits, exact; a fraction as a quotient."""
    if isinstance(value, Fraction):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
