"""Sets of possible values: truth values, exact numbers, ranges. Expected values are worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from cati_rules.language.possibilities import (
    EITHER,
    UNDEFINED,
    UNDISCLOSED,
    TextChoices,
    Value,
    absolute,
    add,
    both_hold,
    compare,
    divide,
    greatest,
    least,
    member,
    multiply,
    negate,
    one_holds,
    possible_values,
    subtract,
    total,
    union,
)
from cati_rules.language.ranges import BOTH, FALSE, TRUE, NumberRange, negated
from cati_rules.schema.types import BooleanType, NumberType, TextType


def d(text: str) -> Decimal:
    return Decimal(text)


def r(text: str) -> NumberRange:
    """Read a range in the usual notation: ``[0, 1)``, ``(.., 3]``."""
    low, high = (part.strip() for part in text[1:-1].split(","))
    return NumberRange(
        None if low == ".." else Decimal(low),
        text[0] == "(" and low != "..",
        None if high == ".." else Decimal(high),
        text[-1] == ")" and high != "..",
    )


def ends(value: Value) -> tuple[object, ...]:
    """Return a range's ends; whether an unbounded end is open means nothing."""
    assert isinstance(value, NumberRange)
    low_open = value.low_open if value.low is not None else False
    return (value.low, low_open, value.high, value.high_open if value.high is not None else False)


@pytest.mark.parametrize(
    ("left", "right", "both", "one"),
    [
        (TRUE, TRUE, TRUE, TRUE),
        (TRUE, FALSE, FALSE, TRUE),
        (TRUE, BOTH, BOTH, TRUE),
        (FALSE, FALSE, FALSE, FALSE),
        (FALSE, BOTH, FALSE, BOTH),
        (BOTH, BOTH, BOTH, BOTH),
    ],
)
def test_kleene_tables(left: int, right: int, both: int, one: int) -> None:
    assert both_hold(left, right) == both_hold(right, left) == both
    assert one_holds(left, right) == one_holds(right, left) == one


def test_negation() -> None:
    assert [negated(truth) for truth in (TRUE, FALSE, BOTH)] == [FALSE, TRUE, BOTH]


def test_limits_are_exact() -> None:
    limit = subtract(d("2.00"), multiply(d("1.65"), d("0.40")))
    assert limit == d("1.34")
    assert [compare("<=", d(y), limit) for y in ("1.33", "1.34", "1.35")] == [TRUE, TRUE, FALSE]
    assert [compare("<", d(y), limit) for y in ("1.33", "1.34", "1.35")] == [TRUE, FALSE, FALSE]
    # One third, three times, is one: a decimal would give 0.999….
    assert divide(d("1"), d("3")) == Fraction(1, 3)
    assert multiply(divide(d("1"), d("3")), d("3")) == d("1")
    assert divide(d("1"), d("8")) == d("0.125")
    assert compare("==", d("1.0"), d("1")) == TRUE
    assert compare("<", Fraction(1, 3), d("0.33333333333333333333333333333333333333333333333334")) == TRUE


def test_numbers_beyond_the_precision_stay_exact() -> None:
    digits = d("1234567890123456789012345678901234567.891")
    product: Value = d("1")
    for _ in range(8):
        product = multiply(product, digits)
    assert product == Fraction(digits) ** 8
    tiny, huge = d("1e-200"), d("1e200")
    assert compare(">", add(huge, tiny), huge) == TRUE


def test_division_by_zero_is_undefined() -> None:
    assert divide(d("1"), d("0")) is UNDEFINED
    assert divide(d("0"), d("0")) is UNDEFINED
    assert divide(UNDISCLOSED, d("0")) is UNDISCLOSED
    assert compare(">", UNDEFINED, d("0")) == BOTH
    assert multiply(UNDEFINED, d("0")) is UNDEFINED


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "==", "!="])
def test_nothing_follows_from_what_is_not_disclosed(sign: str) -> None:
    assert compare(sign, UNDISCLOSED, d("0")) == BOTH
    assert compare(sign, UNDISCLOSED, UNDISCLOSED) == BOTH
    assert member(UNDISCLOSED, ("a", "b")) == BOTH
    assert add(UNDISCLOSED, d("1")) is UNDISCLOSED
    assert absolute(UNDISCLOSED) is UNDISCLOSED


@pytest.mark.parametrize(
    ("sign", "left", "right", "expected"),
    [
        ("<", "[0, 1]", "[2, 3]", TRUE),
        ("<", "[0, 2]", "[2, 3]", BOTH),
        ("<", "[0, 2)", "[2, 3]", TRUE),
        ("<=", "[0, 2]", "[2, 3]", TRUE),
        ("<", "[2, 3]", "[0, 2]", FALSE),
        ("<=", "[2, 3]", "[0, 2]", BOTH),
        ("<=", "(2, 3]", "[0, 2]", FALSE),
        (">", "(0, ..)", "[0, 0]", TRUE),
        (">=", "[0, ..)", "[0, 0]", TRUE),
        (">", "[0, ..)", "[0, 0]", BOTH),
        ("==", "[0, 1]", "(1, 2]", FALSE),
        ("==", "[0, 1]", "[1, 2]", BOTH),
        ("!=", "[0, 1]", "(1, 2]", TRUE),
        ("==", "(.., ..)", "[1, 1]", BOTH),
    ],
)
def test_comparing_ranges(sign: str, left: str, right: str, expected: int) -> None:
    assert compare(sign, r(left), r(right)) == expected


@pytest.mark.parametrize(
    ("sign", "left", "right", "expected"),
    [
        ("+", "[0, 1]", "(2, 3]", "(2, 4]"),
        ("+", "[0, ..)", "[2, 3]", "[2, ..)"),
        ("-", "[0, 1]", "(2, 3]", "[-3, -1)"),
        ("*", "[2, 3]", "[4, 5]", "[8, 15]"),
        ("*", "[-2, 3]", "[4, 5]", "[-10, 15]"),
        ("*", "[-2, 3]", "[-4, 5]", "[-12, 15]"),
        ("*", "(0, 1]", "[2, 3)", "(0, 3)"),
        ("*", "[0, 1]", "[2, ..)", "[0, ..)"),
        ("*", "[-1, 1]", "[2, ..)", "(.., ..)"),
        ("*", "(.., -1]", "(.., -2]", "[2, ..)"),
        ("/", "[1, 2]", "[4, 5]", "[0.2, 0.5]"),
        ("/", "[1, 2]", "(0, 5]", "[0.2, ..)"),
        ("/", "[1, 2]", "[4, ..)", "(0, 0.5]"),
        ("/", "[1, 2]", "[-5, -4]", "[-0.5, -0.2]"),
        ("/", "[-1, 2]", "[-5, 0)", "(.., ..)"),
    ],
)
def test_calculating_with_ranges(sign: str, left: str, right: str, expected: str) -> None:
    operation = {"+": add, "-": subtract, "*": multiply, "/": divide}[sign]
    assert ends(operation(r(left), r(right))) == ends(r(expected))


@pytest.mark.parametrize("divisor", ["[0, 1]", "[-1, 1]", "[-1, 0]", "(.., ..)"])
def test_dividing_by_what_could_be_zero(divisor: str) -> None:
    assert divide(d("1"), r(divisor)) is UNDEFINED


@pytest.mark.parametrize(
    ("given", "minus", "without_sign"),
    [
        ("[1, 2)", "(-2, -1]", "[1, 2)"),
        ("[-2, -1)", "(1, 2]", "(1, 2]"),
        ("(-3, 2]", "[-2, 3)", "[0, 3)"),
        ("(-2, 2]", "[-2, 2)", "[0, 2]"),
        ("(.., 2]", "[-2, ..)", "[0, ..)"),
    ],
)
def test_signs_of_ranges(given: str, minus: str, without_sign: str) -> None:
    assert ends(negate(r(given))) == ends(r(minus))
    assert ends(absolute(r(given))) == ends(r(without_sign))


def test_signs_of_numbers() -> None:
    assert negate(d("1.5")) == d("-1.5")
    assert absolute(d("-1.5")) == d("1.5")


def test_union() -> None:
    assert union(d("1"), d("1.0")) == d("1")
    assert ends(union(d("1"), d("3"))) == ends(r("[1, 3]"))
    assert ends(union(r("(0, 1]"), r("[0, 5)"))) == ends(r("[0, 5)"))
    assert union("a", "b") == TextChoices(frozenset("ab"))
    assert union("a", TextChoices(None)) == TextChoices(None)
    assert union(True, False) is EITHER
    assert union(True, EITHER) is EITHER
    assert union(True, True) is True
    assert union(UNDEFINED, d("1")) is UNDEFINED


def test_sums() -> None:
    assert total([], not_negative=True) == d("0")
    assert total([(TRUE, d("0.1")), (TRUE, d("0.2"))], not_negative=True) == d("0.3")
    # An element that the filter may leave out adds nothing, or all of it.
    assert ends(total([(TRUE, d("1")), (BOTH, d("2"))], not_negative=True)) == ends(r("[1, 3]"))
    assert ends(total([(TRUE, d("1")), (BOTH, d("-2"))], not_negative=False)) == ends(r("[-1, 1]"))
    # An undisclosed amount can only add, if amounts are never negative.
    assert ends(total([(TRUE, d("1")), (TRUE, UNDISCLOSED)], not_negative=True)) == ends(r("[1, ..)"))
    assert total([(TRUE, d("1")), (TRUE, UNDISCLOSED)], not_negative=False) is UNDISCLOSED
    assert total([(TRUE, d("1")), (TRUE, UNDEFINED)], not_negative=True) is UNDEFINED


def test_least_and_greatest() -> None:
    assert least([]) is greatest([]) is UNDEFINED
    assert least([(BOTH, d("1"))]) is UNDEFINED
    parts: list[tuple[int, Value]] = [(TRUE, d("2")), (TRUE, d("5")), (BOTH, d("1")), (BOTH, d("9"))]
    assert ends(least(parts)) == ends(r("[1, 2]"))
    assert ends(greatest(parts)) == ends(r("[5, 9]"))
    assert least(parts[:2]) == d("2")
    assert greatest(parts[:2]) == d("5")
    assert ends(least([*parts[:2], (TRUE, UNDISCLOSED)])) == ends(r("(.., 2]"))
    assert ends(greatest([*parts[:2], (TRUE, UNDISCLOSED)])) == ends(r("[5, ..)"))
    assert least([(TRUE, UNDISCLOSED)]) is UNDISCLOSED
    assert least([(TRUE, UNDEFINED), (TRUE, d("1"))]) is UNDEFINED
    assert ends(least([(TRUE, r("(0, 3]")), (TRUE, r("[1, 2)"))])) == ends(r("(0, 2)"))


@pytest.mark.parametrize(
    ("item", "choices", "expected"),
    [
        ("a", ("a", "b"), TRUE),
        ("c", ("a", "b"), FALSE),
        ("c", (), FALSE),
        ("c", ("a", UNDISCLOSED), BOTH),
        ("a", ("a", UNDISCLOSED), TRUE),
        (TextChoices(frozenset("ab")), ("a", "b", "c"), TRUE),
        (TextChoices(frozenset("ab")), ("a", "c"), BOTH),
        (TextChoices(frozenset("ab")), ("c",), FALSE),
        (TextChoices(frozenset("ab")), ("c", TextChoices(None)), BOTH),
        (TextChoices(None), ("a",), BOTH),
        (TextChoices(None), (), FALSE),
        (d("1.0"), (d("1"), d("2")), TRUE),
        (r("[3, 4]"), (d("1"), d("2")), FALSE),
        (r("[2, 4]"), (d("1"), d("2")), BOTH),
    ],
)
def test_membership(item: Value, choices: tuple[Value, ...], expected: int) -> None:
    assert member(item, choices) == expected


def test_texts_and_truths_compare() -> None:
    one, other = TextChoices(frozenset("a")), TextChoices(frozenset("ab"))
    assert compare("==", "a", "a") == compare("==", one, "a") == TRUE
    assert compare("==", other, "a") == compare("!=", other, "a") == BOTH
    assert compare("==", other, "c") == FALSE
    assert compare("==", other, other) == BOTH
    assert compare("!=", "a", "b") == TRUE
    assert compare("==", True, True) == compare("!=", True, False) == TRUE
    assert compare("==", EITHER, True) == BOTH


def test_what_an_absent_value_could_be() -> None:
    assert ends(possible_values(NumberType(minimum=d("0"), maximum=d("1")))) == ends(r("[0, 1]"))
    assert ends(possible_values(NumberType(exclusive_minimum=d("0")))) == ends(r("(0, ..)"))
    both = NumberType(minimum=d("0"), exclusive_minimum=d("0"), maximum=d("2"), exclusive_maximum=d("3"))
    assert ends(possible_values(both)) == ends(r("(0, 2]"))
    assert possible_values(TextType(frozenset("ab"))) == TextChoices(frozenset("ab"))
    assert possible_values(BooleanType()) is EITHER


def test_a_text_left_out_is_what_its_schema_says_and_unknown_where_it_says_nothing() -> None:
    choices = frozenset({"company", "parent"})
    assert possible_values(TextType(choices, "company")) == "company"
    assert possible_values(TextType(choices)) == TextChoices(choices)
