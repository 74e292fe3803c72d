"""Exact numbers, and ranges of them.

Numbers are decimals, and fractions where a decimal would round; nothing is ever rounded. Interval arithmetic
after Moore, Kearfott and Cloud, *Introduction to Interval Analysis* (2009), chapter 2, with open ends added.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, DecimalException, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from typing import Final

from msgspec import Struct

TRUE: Final = 1
FALSE: Final = 2
BOTH: Final = 3
"""A truth value is the set of what a condition can be, as a bit mask: ``BOTH`` is undecided."""


def negated(truth: int) -> int:
    """Return the truth of "not"."""
    return ((truth & TRUE) << 1) | (truth >> 1)


Number = Decimal | Fraction
ZERO: Final = Decimal(0)

# Documents hold numbers of at most 40 digits and powers of ten within 30, so a few of them multiply within
# 250 digits.
EXACT = Context(prec=250, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""Decimal arithmetic that raises instead of rounding."""


class NumberRange(Struct, frozen=True):
    """All numbers from ``low`` to ``high``; ``None`` is unbounded, an open end itself does not belong."""

    low: Number | None = None
    low_open: bool = False
    high: Number | None = None
    high_open: bool = False


def exactly(
    decimal_way: Callable[[Decimal, Decimal], Decimal], fraction_way: Callable[[Fraction, Fraction], Fraction]
) -> Callable[[Number, Number], Number]:
    """Return an exact operation: on decimals where they suffice, else on fractions."""

    def compute(left: Number, right: Number) -> Number:
        if type(left) is Decimal and type(right) is Decimal:
            try:
                return decimal_way(left, right)
            except DecimalException:
                pass
        return settled(fraction_way(Fraction(left), Fraction(right)))

    return compute


def settled(number: Fraction) -> Number:
    """Return the fraction as a decimal where that is exact."""
    try:
        return EXACT.divide(Decimal(number.numerator), Decimal(number.denominator))
    except DecimalException:
        return number


add_exactly = exactly(EXACT.add, operator.add)
subtract_exactly = exactly(EXACT.subtract, operator.sub)
multiply_exactly = exactly(EXACT.multiply, operator.mul)
divide_exactly = exactly(EXACT.divide, operator.truediv)


UNBOUNDED: Final = NumberRange()
NOT_NEGATIVE: Final = NumberRange(ZERO)


def as_range(value: Number | NumberRange) -> NumberRange:
    """Return a single number as the range that holds only it."""
    return value if isinstance(value, NumberRange) else NumberRange(value, False, value, False)


def simplified(value: NumberRange) -> Number | NumberRange:
    """Return a range that holds a single number as that number."""
    return value.low if value.low is not None and value.low == value.high else value


def _end(left: Number | None, right: Number | None) -> Number | None:
    return None if left is None or right is None else add_exactly(left, right)


def add_ranges(a: NumberRange, b: NumberRange) -> Number | NumberRange:
    """Return the range of all sums."""
    return NumberRange(
        _end(a.low, b.low), a.low_open or b.low_open, _end(a.high, b.high), a.high_open or b.high_open
    )


def negate_number(value: Number) -> Number:
    """Return the number with the opposite sign."""
    return subtract_exactly(ZERO, value)


def negate_range(a: NumberRange) -> NumberRange:
    """Return the range with the opposite sign."""
    low, high = a.high, a.low
    return NumberRange(
        None if low is None else negate_number(low),
        a.high_open,
        None if high is None else negate_number(high),
        a.low_open,
    )


_Corner = tuple[Number, bool, int]
"""A value (0 where infinite), whether the end is open, and the sign of infinity, 0 if finite."""


def _corners(a: NumberRange) -> tuple[_Corner, _Corner]:
    return (
        (ZERO, True, -1) if a.low is None else (a.low, a.low_open, 0),
        (ZERO, True, 1) if a.high is None else (a.high, a.high_open, 0),
    )


def _sign(corner: _Corner) -> int:
    value, _, infinite = corner
    return infinite or (value > 0) - (value < 0)


def _product(a: _Corner, b: _Corner) -> _Corner:
    sign = _sign(a) * _sign(b)
    if sign == 0:
        # Zero times anything is zero, also at an unbounded end; it is attained if a closed zero is.
        attained = (_sign(a) == 0 and not a[1]) or (_sign(b) == 0 and not b[1])
        return (ZERO, not attained, 0)
    if a[2] or b[2]:
        return (ZERO, True, sign)
    return (multiply_exactly(a[0], b[0]), a[1] or b[1], 0)


def multiply_ranges(a: NumberRange, b: NumberRange) -> Number | NumberRange:
    """Return the range of all products."""
    products = [_product(x, y) for x in _corners(a) for y in _corners(b)]
    low = high = None
    low_open = high_open = False
    if all(infinite >= 0 for _, _, infinite in products):
        low = min(value for value, _, infinite in products if infinite == 0)
        low_open = all(is_open for value, is_open, infinite in products if infinite == 0 and value == low)
    if all(infinite <= 0 for _, _, infinite in products):
        high = max(value for value, _, infinite in products if infinite == 0)
        high_open = all(is_open for value, is_open, infinite in products if infinite == 0 and value == high)
    return simplified(NumberRange(low, low_open, high, high_open))


def _holds_zero(b: NumberRange) -> bool:
    above = b.low is None or b.low < 0 or (b.low == 0 and not b.low_open)
    below = b.high is None or b.high > 0 or (b.high == 0 and not b.high_open)
    return above and below


def divide_ranges(a: NumberRange, b: NumberRange) -> Number | NumberRange | None:
    """Return the range of all quotients; None where the divisor could be zero."""
    if _holds_zero(b):
        return None
    one = Decimal(1)
    # One over the range: its ends change places; an end at zero becomes unbounded, an unbounded end becomes
    # zero.
    low, low_open = (
        (ZERO, True)
        if b.high is None
        else (None if b.high == 0 else divide_exactly(one, b.high), b.high_open)
    )
    high, high_open = (
        (ZERO, True) if b.low is None else (None if b.low == 0 else divide_exactly(one, b.low), b.low_open)
    )
    return multiply_ranges(
        a, NumberRange(low, low_open and low is not None, high, high_open and high is not None)
    )


def absolute_range(a: NumberRange) -> NumberRange:
    """Return the range of the numbers without their signs."""
    if a.low is not None and a.low >= 0:
        return a
    mirrored = negate_range(a)
    if mirrored.low is not None and mirrored.low >= 0:
        return mirrored
    if a.high is None or mirrored.high is None:
        return NOT_NEGATIVE
    high, high_open = outer(a.high, a.high_open, mirrored.high, mirrored.high_open, operator.gt)
    return NumberRange(ZERO, False, high, high_open)


def around(a: NumberRange, b: NumberRange) -> NumberRange:
    """Return the range around both."""
    low, low_open = outer(a.low, a.low_open, b.low, b.low_open, operator.lt)
    high, high_open = outer(a.high, a.high_open, b.high, b.high_open, operator.gt)
    return NumberRange(low, low_open, high, high_open)


def outer(
    a: Number | None, a_open: bool, b: Number | None, b_open: bool, beyond: Callable[[Number, Number], bool]
) -> tuple[Number | None, bool]:
    """Return the end that lies further out, and whether it is open."""
    if a is None or b is None:
        return None, False
    if a == b:
        return a, a_open and b_open
    return (a, a_open) if beyond(a, b) else (b, b_open)


# Comparisons


def _can_be_less(a: NumberRange, b: NumberRange) -> bool:
    return a.low is None or b.high is None or a.low < b.high


def _can_be_at_most(a: NumberRange, b: NumberRange) -> bool:
    return _can_be_less(a, b) or (a.low == b.high and not a.low_open and not b.high_open)


def mask(can_hold: bool, can_fail: bool) -> int:
    """Return the truth value of what can hold, and can fail."""
    return (TRUE if can_hold else 0) | (FALSE if can_fail else 0)


def _less(a: NumberRange, b: NumberRange) -> int:
    return mask(_can_be_less(a, b), _can_be_at_most(b, a))


def _at_most(a: NumberRange, b: NumberRange) -> int:
    return mask(_can_be_at_most(a, b), _can_be_less(b, a))


def _equal(a: NumberRange, b: NumberRange) -> int:
    can_hold = _can_be_at_most(a, b) and _can_be_at_most(b, a)
    return mask(can_hold, not (can_hold and a.low is not None and a.low == a.high == b.low == b.high))


RANGE_TESTS: Mapping[str, Callable[[NumberRange, NumberRange], int]] = {
    "<": _less,
    "<=": _at_most,
    ">": lambda a, b: _less(b, a),
    ">=": lambda a, b: _at_most(b, a),
    "==": _equal,
    "!=": lambda a, b: negated(_equal(a, b)),
}
