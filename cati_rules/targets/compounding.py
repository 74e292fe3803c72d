"""Intensity that falls by a share of itself a year: scope 3 by value added or by physical output."""

from __future__ import annotations

from fractions import Fraction

from cati_rules.targets.numbers import ONE


def compounded(rate: Fraction, years: int) -> Fraction:
    """Return the reduction after ``years`` (not negative) at ``rate`` a year: ``1 − (1 − rate) ^ years``."""
    return ONE - (ONE - rate) ** years
