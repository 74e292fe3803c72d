"""Numbers over columns: the least and the most that they can be, in floating point, with what that can be off by.

A comparison in floating point is trusted only where its sides are further apart than :data:`APART` of the larger amount
that went into either; nearer ones are in doubt and are for exact arithmetic. ``exact`` says of which no rounding was
done at all: a field as it was given, or a constant. Those compare as their decimals do, since a float is printed with
as few digits as tell it from its neighbours, and no two decimals of fifteen digits share one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias, Union

from msgspec import Struct

from cati_rules.columns.truths import Flag, Truth, both, contrary, either, every, negation
from cati_rules.language.nodes import Operator
from cati_rules.language.ranges import (
    Number,
    NumberRange,
    add_ranges,
    around,
    as_range,
    divide_ranges,
    multiply_ranges,
    negate_range,
)

if TYPE_CHECKING:
    import narwhals as nw

Cell: TypeAlias = Union[float, "nw.Expr"]
"""A column of floats without nulls, or one float for all rows."""

UNBOUNDED = 1e100
"""Stands for no bound: documents hold numbers of at most 1e30, and a few of them multiply to less."""
APART = 1e-9
"""By what share two sides have to differ for floats to tell which is larger; a dozen roundings are below 1e-14."""
MOST_DIGITS = 15
"""How many significant digits a decimal may have for a float to tell it from all others of as many."""


class NotColumns(Exception):  # noqa: N818 - it ends no run: the rule goes another way
    """A rule that cannot be computed over columns, and goes through the judgement of one document."""


class Amount(Struct, frozen=True):
    """All that a number can be: from ``low`` to ``high``.

    ``low_size`` and ``high_size`` are the larger of the magnitudes that went into each end, which rounding is measured
    by. ``whole`` is the range that it lies in whatever the row.
    """

    low: Cell
    high: Cell
    low_size: Cell
    high_size: Cell
    exact: Flag
    whole: NumberRange


def constant(value: Decimal) -> Amount:
    """Return a number that is the same in all rows.

    Raises:
        NotColumns: it has more digits than a float tells apart.
    """
    if len(value.normalize().as_tuple().digits) > MOST_DIGITS:
        raise NotColumns(f"the number {value}")
    one = float(value)
    return Amount(one, one, abs(one), abs(one), True, NumberRange(value, False, value, False))


def end_of(value: Number | None, unbounded: float) -> float:
    """Return an end of a range as a float."""
    return unbounded if value is None else float(value)


def largest(one: Cell, other: Cell) -> Cell:
    """Return the larger of two, row by row."""
    return _outer(one, other, upper=True)


def smallest(one: Cell, other: Cell) -> Cell:
    """Return the smaller of two, row by row."""
    return _outer(one, other, upper=False)


def _outer(one: Cell, other: Cell, *, upper: bool) -> Cell:
    if isinstance(one, float) and isinstance(other, float):
        return max(one, other) if upper else min(one, other)
    if one is other:
        return one
    import narwhals as nw  # noqa: PLC0415 - an extra

    sides = [nw.lit(each) if isinstance(each, float) else each for each in (one, other)]
    return nw.max_horizontal(*sides) if upper else nw.min_horizontal(*sides)


def where(flag: Flag, then: Cell, otherwise: Cell) -> Cell:
    """Return ``then`` where the flag is set, else ``otherwise``."""
    if isinstance(flag, bool):
        return then if flag else otherwise
    if isinstance(then, float) and isinstance(otherwise, float) and then == otherwise:
        return then
    import narwhals as nw  # noqa: PLC0415 - an extra

    first, second = (nw.lit(each) if isinstance(each, float) else each for each in (then, otherwise))
    return nw.when(flag).then(first).otherwise(second)


def added(a: Amount, b: Amount) -> Amount:
    """Return all sums."""
    whole = as_range(add_ranges(a.whole, b.whole))
    return Amount(
        a.low + b.low, a.high + b.high, a.low_size + b.low_size, a.high_size + b.high_size, False, whole
    )


def negative(a: Amount) -> Amount:
    """Return all numbers with the opposite sign."""
    return Amount(-a.high, -a.low, a.high_size, a.low_size, a.exact, negate_range(a.whole))


def multiplied(a: Amount, b: Amount) -> Amount:
    """Return all products.

    Raises:
        NotColumns: neither is a constant, and the sign of one is not known.
    """
    whole = as_range(multiply_ranges(a.whole, b.whole))
    for one, other in ((a, b), (b, a)):
        factor = _single(one)
        if factor is not None and factor < 0:
            return negative(multiplied(negative(one), other))
        if factor is not None:
            size = abs(factor)
            sizes = (other.low_size * size, other.high_size * size)
            return Amount(other.low * factor, other.high * factor, *sizes, False, whole)
    if not (_not_negative(a.whole) and _not_negative(b.whole)):
        raise NotColumns("a product of numbers that may be negative")
    return Amount(
        a.low * b.low, a.high * b.high, a.low_size * b.low_size, a.high_size * b.high_size, False, whole
    )


def divided(a: Amount, b: Amount) -> Amount:
    """Return all quotients of a number that is not negative and one that is positive.

    Raises:
        NotColumns: they may be something else.
    """
    least = b.whole.low
    if not _not_negative(a.whole) or least is None or least <= 0:
        raise NotColumns("a quotient whose divisor may be zero or negative")
    found = divide_ranges(a.whole, b.whole)
    whole = NumberRange() if found is None else as_range(found)
    # What an error of the divisor does to the quotient grows as the divisor is small beside what went into it.
    low = a.low_size * (1.0 / float(least)) * (1.0 + b.high_size * (1.0 / float(least)))
    high = a.high_size * (1.0 / float(least)) * (1.0 + b.low_size * (1.0 / float(least)))
    return Amount(a.low / b.high, a.high / b.low, low, high, False, whole)


def chosen(condition: Truth, then: Amount, otherwise: Amount) -> Amount:
    """Return all that ``condition ? then : otherwise`` can be: where the condition is open, what is around both."""
    certain, excluded = condition.must, negation(condition.may)
    if _never_above(then.whole, otherwise.whole):
        low, high = where(excluded, otherwise.low, then.low), where(certain, then.high, otherwise.high)
    elif _never_above(otherwise.whole, then.whole):
        low, high = where(certain, then.low, otherwise.low), where(excluded, otherwise.high, then.high)
    else:
        low, high = (
            where(certain, one, where(excluded, other, around(one, other)))
            for one, other, around in (
                (then.low, otherwise.low, smallest),
                (then.high, otherwise.high, largest),
            )
        )
    return Amount(
        low,
        high,
        largest(then.low_size, otherwise.low_size),
        largest(then.high_size, otherwise.high_size),
        both(then.exact, otherwise.exact),
        around(then.whole, otherwise.whole),
    )


def _never_above(one: NumberRange, other: NumberRange) -> bool:
    return one.high is not None and other.low is not None and one.high <= other.low


def compared(sign: Operator, a: Amount, b: Amount) -> tuple[Truth, Flag]:
    """Return the truth of ``a sign b``, and where it is in doubt."""
    truth = _TESTS[sign](a, b)
    doubt = either(
        _near(a.low, a.low_size, b.high, b.high_size), _near(a.high, a.high_size, b.low, b.low_size)
    )
    return truth, both(doubt, negation(both(a.exact, b.exact)))


def _near(one: Cell, one_size: Cell, other: Cell, other_size: Cell) -> Flag:
    if any(isinstance(each, float) and each == UNBOUNDED for each in (one, other)):
        return False
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= APART * max(abs(one), abs(other))
    apart = one - other
    distance = abs(apart) if isinstance(apart, float) else apart.abs()
    # Where nothing larger went into one side than the side itself, near means that it is hardly larger than the other.
    if one_size is one:
        limit = other_size * (2 * APART)
    elif other_size is other:
        limit = one_size * (2 * APART)
    else:
        limit = largest(one_size, other_size) * APART
    result: Flag = distance <= limit
    return result


def _less(a: Amount, b: Amount) -> Truth:
    return Truth(a.high < b.low, a.low < b.high)


def _at_most(a: Amount, b: Amount) -> Truth:
    return Truth(a.high <= b.low, a.low <= b.high)


def _equal(a: Amount, b: Amount) -> Truth:
    single = every((_same(a.low, a.high), _same(b.low, b.high), _same(a.low, b.low)))
    return Truth(single, both(a.low <= b.high, b.low <= a.high))


def _same(one: Cell, other: Cell) -> Flag:
    return True if one is other else one == other


_TESTS: Mapping[Operator, Callable[[Amount, Amount], Truth]] = {
    "<": _less,
    "<=": _at_most,
    ">": lambda a, b: _less(b, a),
    ">=": lambda a, b: _at_most(b, a),
    "==": _equal,
    "!=": lambda a, b: contrary(_equal(a, b)),
}


def _single(a: Amount) -> float | None:
    return a.low if isinstance(a.low, float) and isinstance(a.high, float) and a.low == a.high else None


def _not_negative(whole: NumberRange) -> bool:
    return whole.low is not None and whole.low >= 0
