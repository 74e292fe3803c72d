"""What is meant by “1200 t”, “35%”, “3.5万”, “2024年3月1日” or “yes” where a plain value belongs.

What can be read in two ways is read in none: a comma parts thousands for some and decimals for others, and so does a
point before three digits.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from msgspec import Struct

from cati_rules.schema.exact import shifted

# A single comma is taken for one of thousands only where a point or another comma follows.
_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:[0-9]{1,3}(?:(?:[' _][0-9]{3})+|(?:,[0-9]{3}){2,}|,[0-9]{3}(?=\.[0-9]))|[0-9]+)"
    r"(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?)"
    r"\s*(?P<times>万亿|百万|千万|亿|万|千|million\b|billion\b|thousand\b|mn\b|bn\b)?\s*(?P<rest>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_THOUSANDS_OR_DECIMALS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
# What may follow a number without changing how much it is: nothing, a percentage, or a unit.
_UNIT = re.compile(
    r"(?:[kMGT]?(?:t|g|Wh|J)(?=[^a-z]|co2|of |per |$)|k?m(?=[^a-z]|$)|tonnes?\b|metric tons?\b"
    r"|kilograms?\b|kilometres?\b|CO2|CO₂|吨|千克|公斤|克|千瓦时|兆瓦时|公里|千米).*\Z",
    re.DOTALL,
)
_PERCENT = frozenset({"%", "percent", "per cent", "pct"})
_FORMULA = re.compile(r"CO[2₂]|CH[4₄]|N[2₂]O|SF[6₆]|m[23²³]", re.IGNORECASE)
# fmt: off
_NOTHING = frozenset({
    "", "no data", "not available", "-", "–", "—", "/", ".", "..", "...", "?", "n/a", "na", "n.a.", "nan",
    "nil", "none", "null", "tbd", "tba", "unknown", "#n/a", "无", "暂无", "无数据", "未知", "不详", "不适用", "待定",
    "未披露", "缺失",
})
# fmt: on
_TIMES = {
    "千": 3,
    "thousand": 3,
    "万": 4,
    "百万": 6,
    "million": 6,
    "mn": 6,
    "千万": 7,
    "亿": 8,
    "billion": 9,
    "bn": 9,
    "万亿": 12,
}
_YEAR_FIRST = re.compile(
    r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})(?:\s*[-/.月]\s*([0-9]{1,2})\s*日?|\s*月)?(?:[T ][0-9:.]+.*)?\Z"
)
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.?\s+([A-Za-z]{3,9})\.?,?\s+([0-9]{4})\Z")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?\s+([0-9]{1,2}),?\s+([0-9]{4})\Z")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})\Z")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_IN_FRONT = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})\Z")
# “2024/25” is a year that begins in one and ends in another.
_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9]|[/–-][0-9]{2}(?![0-9/.-]))")
_YES = frozenset({"yes", "y", "true", "on", "✓", "✔", "√", "是", "有", "对", "真", "已"})
_NO = frozenset({"no", "n", "false", "off", "none", "✗", "✘", "否", "无", "没有", "不", "假", "未"})


class Amount(Struct, frozen=True):
    """A number found at the beginning of a text, and what followed it."""

    value: Decimal
    rest: str

    @property
    def percent(self) -> bool:
        """Whether the number is a percentage."""
        return self.rest.casefold() in _PERCENT


def halfwidth(text: str) -> str:
    """Return ``text`` with full-width letters, digits and marks as ASCII, and blanks of any kind as one kind.

    Nothing else is folded: ``2¹`` is not 21, nor is ``½`` 1.
    """
    return "".join(
        chr(ord(mark) - 0xFEE0)
        if "\uff01" <= mark <= "\uff5e"
        else " "
        if unicodedata.category(mark) == "Zs"
        else mark
        for mark in text
    )


def amount(text: str) -> Amount | None:
    """Return the number that ``text`` begins with; None where it begins otherwise or can be read in two ways.

    What follows it is a percent sign, a unit, or nothing.
    """
    plain = halfwidth(text).strip().replace("\N{MINUS SIGN}", "-")
    found = _NUMBER.match(plain)
    if found is None or _THOUSANDS_OR_DECIMALS.fullmatch(found["number"]):
        return None
    rest = found["rest"].strip()
    if rest and rest.casefold() not in _PERCENT and not _UNIT.match(rest):
        return None
    if any(mark.isnumeric() for mark in _FORMULA.sub("", rest)):
        return None
    value = Decimal(re.sub("[,' _]", "", found["number"]))
    times = (found["times"] or "").casefold()
    return Amount(shifted(value, _TIMES.get(times, 0)), rest)


def two_readings(text: str) -> bool:
    """Return whether ``text`` begins with a number whose comma or point may part thousands or decimals."""
    return re.match(r"[+-]?[0-9]+(?:,[0-9]|\.[0-9]{3}(?![0-9]))", halfwidth(text).strip()) is not None


def nothing(text: str) -> bool:
    """Return whether ``text`` is what people write where there is no value: a dash, n/a, 无."""
    return halfwidth(text).strip().casefold() in _NOTHING


def day(text: str) -> date | None:
    """Return the day that ``text`` names; None for none, or two readings (01/03/2024)."""
    plain = halfwidth(text).strip()
    year: str | None = None
    if found := _COMPACT.match(plain) or _YEAR_FIRST.match(plain):
        year, month, number = found.groups()
    elif found := _DAY_FIRST.match(plain):
        number, month, year = found.groups()
    elif found := _MONTH_FIRST.match(plain):
        month, number, year = found.groups()
    elif (found := _DAY_IN_FRONT.match(plain)) and int(found[1]) > len(_MONTHS):
        number, _, month, year = found.groups()
    if year is None or number is None:
        return None
    if month.isalpha():
        name = month[:3].casefold()
        month = str(_MONTHS.index(name) + 1) if name in _MONTHS else "0"
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        return None


def month(text: str) -> str | None:
    """Return ``2024-03`` where ``text`` names a month of a year and no day."""
    found = _YEAR_FIRST.match(halfwidth(text).strip())
    if found is None or found[3] is not None or not 1 <= int(found[2]) <= len(_MONTHS):
        return None
    return f"{found[1]}-{int(found[2]):02}"


def year(text: str) -> str | None:
    """Return the one year that ``text`` names (“FY2024”, “2024年”); None where it names none or several."""
    found = set(_YEAR.findall(halfwidth(text)))
    return found.pop() if len(found) == 1 else None


def yes_or_no(text: str) -> bool | None:
    """Return what a written yes or no means; None for any other text."""
    word = halfwidth(text).strip().casefold()
    return True if word in _YES else False if word in _NO else None
