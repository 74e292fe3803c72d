"""Arithmetic on decimal numbers that never rounds."""

from __future__ import annotations

from decimal import Decimal


def shifted(value: Decimal, places: int) -> Decimal:
    """Return ``value`` times ten to the power of ``places``, exactly, however many digits it has."""
    sign, digits, exponent = value.as_tuple()
    return Decimal((sign, digits, exponent + places)) if isinstance(exponent, int) else value
