"""Amounts for people: a number with its unit, a range of what it can be, a margin with its sign."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from cati_rules.numbers import number_text
from cati_rules.report.values import Amount, Range
from cati_rules.text import Text, same

OPERATORS: Mapping[str, str] = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
ABOUT = "≈ "
DIGITS = 6
"""How many digits a rounded number is shown with; whatever is rounded is marked ≈."""


def amount_text(value: Amount) -> Text:
    """Return a number, or the range that it lies in; numbers with many digits are rounded and marked ≈."""
    if not isinstance(value, Range):
        return same(rounded(value))
    if value.low is None and value.high is None:
        return Text("unknown", "未知")
    if value.high is None:
        sign = ">" if value.low_open else "≥"
        return same(f"{sign} {rounded(value.low or Decimal(0))}")
    if value.low is None:
        return same(f"{'<' if value.high_open else '≤'} {rounded(value.high)}")
    return same(f"{rounded(value.low)}–{rounded(value.high)}")


def bound_text(operator: str, limit: Amount) -> Text:
    """Return a limit behind its operator, as a person writes it: ``≤ 1.2``; of a rounded one, that it is about that."""
    sign, told = OPERATORS[operator], amount_text(limit)
    if told.en.startswith(ABOUT):
        number = told.en.removeprefix(ABOUT)
        return Text(f"{sign} about {number}", f"{sign} 约 {number}")
    return Text("{} {}", "{} {}").format(sign, told)


def rounded(value: Decimal | Fraction) -> str:
    """Return a number in at most :data:`DIGITS` digits after the point, marked ≈ where that is not all of it."""
    exact = number_text(value)
    if "/" not in exact and len(exact.partition(".")[2]) <= DIGITS:
        return exact
    return f"{ABOUT}{number_text(_decimal(value, DIGITS))}"


def signed(value: Decimal | Fraction) -> str:
    """Return a margin: with its sign, and a true minus."""
    text = rounded(abs(value) if isinstance(value, Fraction) else value.copy_abs())
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{sign}{text}" if not text.startswith("≈") else f"≈ {sign}{text[2:]}"


def percent(share: Decimal | Fraction) -> str:
    """Return a share as a percentage with one digit after the point and a sign; never 0 for what is not."""
    hundred = _decimal(Fraction(share) * 100, 1)
    if hundred == 0 and share != 0:
        return "< +0.1 %" if share > 0 else "> −0.1 %"
    return f"{signed(hundred)} %"


def _decimal(value: Decimal | Fraction, places: int) -> Decimal:
    with localcontext(prec=250):
        whole = Fraction(value)
        quotient = Decimal(whole.numerator) / Decimal(whole.denominator)
        return quotient.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def is_known(limit: Amount) -> bool:
    """Return whether a limit is a number, or lies between two."""
    return not isinstance(limit, Range) or (limit.low is not None and limit.high is not None)
