"""Exact numbers of the arithmetic: fractions throughout, decimals at the edges."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

ZERO, ONE = Fraction(0), Fraction(1)
Exact = Fraction | Decimal | int


class Between(Struct, frozen=True):
    """All numbers from ``low`` to ``high``, both included; one number where they are the same."""

    low: Fraction
    high: Fraction

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    def at_least(self, other: Fraction) -> Between:
        """Return the numbers with ``other`` in the place of those below it."""
        return Between(max(self.low, other), max(self.high, other))


def single(number: Exact) -> Between:
    """Return one number as what lies between itself and itself."""
    return Between(Fraction(number), Fraction(number))


def around(*numbers: Fraction) -> Between:
    """Return what lies between the least and the greatest of ``numbers``."""
    return Between(min(numbers), max(numbers))
