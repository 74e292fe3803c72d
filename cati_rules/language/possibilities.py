"""Sets of possible values, and what can be said of them.

A value that is present is itself. What is absent is, in the *closed* world of an index, :data:`UNDISCLOSED`,
from which nothing follows; in the *open* world of a definition it is everything that its schema allows: a
:class:`NumberRange`, :class:`TextChoices` or :data:`EITHER`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

from msgspec import Struct

from cati_rules.language.ranges import (
    BOTH,
    FALSE,
    NOT_NEGATIVE,
    RANGE_TESTS,
    TRUE,
    UNBOUNDED,
    ZERO,
    Number,
    NumberRange,
    absolute_range,
    add_exactly,
    add_ranges,
    around,
    as_range,
    divide_exactly,
    divide_ranges,
    mask,
    multiply_exactly,
    multiply_ranges,
    negate_number,
    negate_range,
    negated,
    outer,
    simplified,
    subtract_exactly,
)
from cati_rules.schema.types import BooleanType, FieldType, NumberType, TextType


class Unknown(Enum):
    """Values of which little or nothing is known."""

    UNDISCLOSED = "undisclosed"
    UNDEFINED = "undefined"
    EITHER = "either"

    def __repr__(self) -> str:
        """Return the name alone."""
        return self.name


class Dropped(Enum):
    """The mark of a list element that is treated as if it were not there."""

    DROPPED = "dropped"

    def __repr__(self) -> str:
        """Return the name alone."""
        return self.name


UNDISCLOSED: Final = Unknown.UNDISCLOSED
"""An absent value in the closed world."""
UNDEFINED: Final = Unknown.UNDEFINED
"""No value, or possibly none: divided by zero, the least of an empty list."""
EITHER: Final = Unknown.EITHER
"""An absent truth value in the open world."""
DROPPED: Final = Dropped.DROPPED
"""Put in the place of a list element, hides it while the others keep their indices."""


class TextChoices(Struct, frozen=True):
    """One of these texts; ``None`` is any text."""

    choices: frozenset[str] | None = None


Value = Decimal | Fraction | str | bool | NumberRange | TextChoices | Unknown
_NUMBERS = (Decimal, Fraction, NumberRange)


def both_hold(left: int, right: int) -> int:
    """Return the truth of "left and right"."""
    return (left & right & TRUE) | ((left | right) & FALSE)


def one_holds(left: int, right: int) -> int:
    """Return the truth of "left or right"."""
    return ((left | right) & TRUE) | (left & right & FALSE)


def possible_values(kind: FieldType) -> Value:
    """Return all that an absent value of this type could be; of lists and records, nothing is known.

    A text or truth value whose schema says what it stands for when it is left out is that.
    """
    if isinstance(kind, NumberType):
        low, low_open = _tighter(kind.minimum, kind.exclusive_minimum, operator.ge)
        high, high_open = _tighter(kind.maximum, kind.exclusive_maximum, operator.le)
        return NumberRange(low, low_open, high, high_open)
    if isinstance(kind, TextType):
        return TextChoices(kind.choices) if kind.default is None else kind.default
    if isinstance(kind, BooleanType):
        return EITHER if kind.default is None else kind.default
    return UNDEFINED


def _tighter(
    closed: Decimal | None, opened: Decimal | None, inside: Callable[[Decimal, Decimal], bool]
) -> tuple[Decimal | None, bool]:
    if opened is not None and (closed is None or inside(opened, closed)):
        return opened, True
    return closed, False


def number(value: object) -> Number | NumberRange | None:
    """Return a number or range of numbers as it is, whole numbers as decimals, all else as None."""
    if isinstance(value, _NUMBERS):
        return value
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _nothing_known(left: Value, right: Value) -> Unknown:
    return UNDISCLOSED if left is UNDISCLOSED or right is UNDISCLOSED else UNDEFINED


def _on_numbers(
    single: Callable[[Number, Number], Number], ranges: Callable[[NumberRange, NumberRange], Value]
) -> Callable[[Value, Value], Value]:
    def compute(left: Value, right: Value) -> Value:
        a, b = number(left), number(right)
        if a is None or b is None:
            return _nothing_known(left, right)
        if isinstance(a, NumberRange) or isinstance(b, NumberRange):
            return ranges(as_range(a), as_range(b))
        return single(a, b)

    return compute


def divide(left: Value, right: Value) -> Value:
    """Return the quotient; undefined where the divisor is or could be zero."""
    a, b = number(left), number(right)
    if b is not None and not isinstance(b, NumberRange) and b == 0:
        b = None
    if a is None or b is None:
        return _nothing_known(left, right)
    if isinstance(a, NumberRange) or isinstance(b, NumberRange):
        quotient = divide_ranges(as_range(a), as_range(b))
        return UNDEFINED if quotient is None else quotient
    return divide_exactly(a, b)


add = _on_numbers(add_exactly, add_ranges)
subtract = _on_numbers(subtract_exactly, lambda a, b: add_ranges(a, negate_range(b)))
multiply = _on_numbers(multiply_exactly, multiply_ranges)

ARITHMETIC: Mapping[str, Callable[[Value, Value], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
}


def negate(value: Value) -> Value:
    """Return the value with the opposite sign."""
    one = number(value)
    if one is None:
        return _nothing_known(value, value)
    return negate_range(one) if isinstance(one, NumberRange) else negate_number(one)


def absolute(value: Value) -> Value:
    """Return the value without its sign."""
    one = number(value)
    if one is None:
        return _nothing_known(value, value)
    if isinstance(one, NumberRange):
        return absolute_range(one)
    return one if one >= 0 else negate_number(one)


def union(left: Value, right: Value) -> Value:
    """Return what a value can be that is ``left`` or ``right``; for numbers, the range around both."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        truths = (EITHER, True, False)
        return EITHER if left in truths and right in truths else _nothing_known(left, right)
    if type(left) is type(right) and left == right:
        return left
    if isinstance(left, bool) or isinstance(right, bool):
        return EITHER
    a, b = number(left), number(right)
    if a is None or b is None:
        one, other = _texts(left), _texts(right)
        return TextChoices(None if one is None or other is None else one | other)
    return around(as_range(a), as_range(b))


# Lists: each part is the truth of its filter and its value


def total(parts: Iterable[tuple[int, Value]], *, not_negative: bool) -> Value:
    """Return the sum of the parts.

    Where every part is known not to be negative, an undisclosed one cannot take away from the others: the
    sum is then at least that of the rest.
    """
    result: Value = ZERO
    for truth, value in parts:
        if value is UNDISCLOSED and not_negative:
            value = NOT_NEGATIVE  # noqa: PLW2901
        result = add(result, value if truth == TRUE else union(ZERO, value))
    return result


def least(parts: Iterable[tuple[int, Value]]) -> Value:
    """Return the least of the parts; undefined where there may be none."""
    low: Number | None = None
    low_open = unbounded = undisclosed = certain = False
    bounds: list[NumberRange] = []
    for truth, value in parts:
        undisclosed = undisclosed or value is UNDISCLOSED
        one = UNBOUNDED if value is UNDISCLOSED else number(value)
        if one is None:
            return UNDEFINED
        part = as_range(one)
        unbounded = unbounded or part.low is None
        if part.low is not None:
            low, low_open = (
                (part.low, part.low_open)
                if low is None
                else outer(low, low_open, part.low, part.low_open, operator.lt)
            )
        if truth == TRUE:
            certain = True
            bounds.append(part)
    if not certain:
        return UNDISCLOSED if undisclosed else UNDEFINED
    high, high_open = None, False
    for part in bounds:
        if part.high is not None and (
            high is None or part.high < high or (part.high == high and part.high_open)
        ):
            high, high_open = part.high, part.high_open
    if unbounded:
        low, low_open = None, False
    if low is None and high is None and undisclosed:
        return UNDISCLOSED
    return simplified(NumberRange(low, low_open, high, high_open))


def greatest(parts: Iterable[tuple[int, Value]]) -> Value:
    """Return the greatest of the parts; undefined where there may be none."""
    return negate(least((truth, value if value is UNDISCLOSED else negate(value)) for truth, value in parts))


def _texts(value: Value) -> frozenset[str] | None:
    if isinstance(value, TextChoices):
        return value.choices
    return frozenset((value,)) if isinstance(value, str) else None


def _equal(left: Value, right: Value) -> int:
    if isinstance(left, bool) and isinstance(right, bool):
        return TRUE if left == right else FALSE
    if not isinstance(left, str | TextChoices) or not isinstance(right, str | TextChoices):
        return BOTH
    one, other = _texts(left), _texts(right)
    if one is None or other is None:
        return BOTH
    return mask(bool(one & other), not (len(one) == 1 and one == other))


def compare(sign: str, left: Value, right: Value) -> int:
    """Return the truth of ``left sign right``; undecided where either is undisclosed or undefined."""
    a, b = number(left), number(right)
    if a is not None and b is not None:
        return RANGE_TESTS[sign](as_range(a), as_range(b))
    if sign == "==":
        return _equal(left, right)
    return negated(_equal(left, right)) if sign == "!=" else BOTH


def member(item: Value, choices: Iterable[Value]) -> int:
    """Return the truth of "item is one of the choices"."""
    if isinstance(item, TextChoices):
        return _member_of_texts(item.choices, choices)
    found = FALSE
    for choice in choices:
        found = one_holds(found, compare("==", item, choice))
        if found == TRUE:
            break
    return found


def _member_of_texts(possible: frozenset[str] | None, choices: Iterable[Value]) -> int:
    listed = list(choices)
    known = frozenset(choice for choice in listed if isinstance(choice, str))
    if possible is None:
        return BOTH if listed else FALSE
    if possible <= known:
        return TRUE
    return FALSE if len(known) == len(set(listed)) and not possible & known else BOTH
