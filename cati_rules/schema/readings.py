"""What is meant by “1,200 t”, “35%”, “3.5万”, “2024年3月1日” or “yes” where a plain value belongs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cati_rules.schema.exact import shifted

_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:[0-9]{1,3}(?:[,' _][0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?)"
    r"\s*(?P<times>万亿|百万|千万|亿|万|千|million\b|billion\b|thousand\b|mn\b|bn\b)?\s*(?P<rest>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
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
_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")
_YES = frozenset({"yes", "y", "true", "on", "x", "✓", "✔", "√", "是", "有", "对", "真", "已"})
_NO = frozenset({"no", "n", "false", "off", "none", "✗", "✘", "否", "无", "没有", "不", "假", "未"})


@dataclass(frozen=True, slots=True)
class Amount:
    """A number found at the beginning of a text, and what followed it."""

    value: Decimal
    rest: str

    @property
    def percent(self) -> bool:
        """Whether the number is a percentage."""
        return self.rest.casefold() in {"%", "percent", "per cent", "pct"}


def amount(text: str) -> Amount | None:
    """Return the number that ``text`` begins with; None where it begins otherwise or is not clear."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("\N{MINUS SIGN}", "-")
    found = _NUMBER.match(plain)
    if found is None or found["rest"][:1] in {",", ".", "-", "/", "~", "±"}:
        return None
    value = Decimal(re.sub("[,' _]", "", found["number"]))
    times = (found["times"] or "").casefold()
    return Amount(shifted(value, _TIMES.get(times, 0)), found["rest"].strip())


def day(text: str) -> date | None:
    """Return the day that ``text`` names; None for none, or two readings (01/03/2024)."""
    plain = unicodedata.normalize("NFKC", text).strip()
    year: str | None = None
    if found := _COMPACT.match(plain) or _YEAR_FIRST.match(plain):
        year, month, number = found.groups()
    elif found := _DAY_FIRST.match(plain):
        number, month, year = found.groups()
    elif found := _MONTH_FIRST.match(plain):
        month, number, year = found.groups()
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
    found = _YEAR_FIRST.match(unicodedata.normalize("NFKC", text).strip())
    if found is None or found[3] is not None or not 1 <= int(found[2]) <= len(_MONTHS):
        return None
    return f"{found[1]}-{int(found[2]):02}"


def year(text: str) -> str | None:
    """Return the one year that ``text`` names (“FY2024”, “2024年”); None where it names none or several."""
    found = set(_YEAR.findall(unicodedata.normalize("NFKC", text)))
    return found.pop() if len(found) == 1 else None


def yes_or_no(text: str) -> bool | None:
    """Return what a written yes or no means; None for any other text."""
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    return True if word in _YES else False if word in _NO else None
