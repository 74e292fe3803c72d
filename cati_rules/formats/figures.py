"""Numbers as foreign files write them, and exact arithmetic on them."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from cati_rules.documents.limits import NUMBER_DIGITS, NUMBER_EXPONENT

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")
_EXACT: Final = Context(prec=200, Emin=-999, Emax=999)
_QUOTIENT_DOWN: Final = Context(prec=28, rounding=ROUND_DOWN, Emin=-999, Emax=999)
_QUOTIENT: Final = Context(prec=28, rounding=ROUND_HALF_EVEN, Emin=-999, Emax=999)


def decimal_of(text: str) -> Decimal | None:
    """Return the number that a text is, exactly; None where it is none, or beyond what a document may hold."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    return held(Decimal(text))


def held(number: Decimal) -> Decimal | None:
    """Return a number as documents hold it, None beyond their limits."""
    if not number.is_finite():
        return None
    if number == 0:
        return Decimal(0)
    if not -NUMBER_EXPONENT <= number.adjusted() <= NUMBER_EXPONENT:
        return None
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        number = number.quantize(Decimal(1), context=_EXACT)
    return number if len(number.as_tuple().digits) <= NUMBER_DIGITS else None


def total(*numbers: Decimal) -> Decimal:
    """Return the exact sum."""
    found = Decimal(0)
    for each in numbers:
        found = _EXACT.add(found, each)
    return found


def product(one: Decimal, other: Decimal) -> Decimal:
    """Return the exact product, without zeros at its end."""
    return _tidy(_EXACT.multiply(one, other))


def quotient(one: Decimal, other: Decimal, *, down: bool = False) -> Decimal:
    """Return the quotient: exact where it has at most 28 digits, else rounded to them, or ``down``."""
    return _tidy((_QUOTIENT_DOWN if down else _QUOTIENT).divide(one, other))


def _tidy(number: Decimal) -> Decimal:
    short = number.normalize(_EXACT)
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1), context=_EXACT) if isinstance(exponent, int) and exponent > 0 else short


def told(number: Decimal) -> str:
    """Return a number as messages write it."""
    return f"{number:f}"
