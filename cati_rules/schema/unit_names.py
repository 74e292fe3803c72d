"""Which unit is meant by “万吨”, “亿度”, “m³” or “g/mi”: one of the same size, or none.

A unit is read as what it measures and how much of it one is. No reading is ever a unit of another size: letters that
stand for two sizes (``MT``: a metric tonne or a million tonnes) give both, and what is not understood gives nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

Gas = Literal["CO2e", "CO2"]

_TIMES = {"百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
_TIMES_READ = re.compile("万亿|千万|百万|亿|万|千|百")
_GAS = re.compile(
    r"co2[-_ ]?e(?:q(?:uivalent)?)?|co2当量|二氧化碳当量|co2|二氧化碳(?!当量)", re.IGNORECASE | re.ASCII
)
_PER = re.compile(r"/|每|\bper\b")
# What is weighed or counted, and says nothing of the size.
_OF = re.compile(
    r"(?:of)?(?:crudesteel|steel|aluminium|aluminum|products?|粗钢|钢材|钢|原铝|铝|产品)\Z", re.IGNORECASE
)
_MILE = Fraction("1.609344")
_LONGEST = 40

# What it measures, and the sizes that one can have. Tonnes, kilowatt-hours, cubic metres, kilometres; of what is
# counted, one.
_SIZES: dict[str, tuple[str, tuple[Fraction, ...]]] = {
    **dict.fromkeys(("t", "吨", "公吨", "tonne", "tonnes", "ton", "tons"), ("mass", (Fraction(1),))),
    **dict.fromkeys(("kg", "千克", "公斤", "kilogram", "kilograms"), ("mass", (Fraction(1, 1000),))),
    **dict.fromkeys(("g", "克", "gram", "grams"), ("mass", (Fraction(1, 10**6),))),
    **dict.fromkeys(("kt", "kilotonne", "kilotonnes"), ("mass", (Fraction(1000),))),
    **dict.fromkeys(("megatonne", "megatonnes"), ("mass", (Fraction(10**6),))),
    "mt": ("mass", (Fraction(1), Fraction(10**6))),
    "mmt": ("mass", (Fraction(10**6),)),
    "gt": ("mass", (Fraction(10**9),)),
    **dict.fromkeys(("kwh", "千瓦时", "度"), ("energy", (Fraction(1),))),
    **dict.fromkeys(("mwh", "兆瓦时"), ("energy", (Fraction(1000),))),
    **dict.fromkeys(("gwh", "吉瓦时"), ("energy", (Fraction(10**6),))),
    **dict.fromkeys(("twh", "太瓦时"), ("energy", (Fraction(10**9),))),
    **dict.fromkeys(("mj", "兆焦"), ("heat", (Fraction(1, 1000),))),
    **dict.fromkeys(("gj", "吉焦"), ("heat", (Fraction(1),))),
    **dict.fromkeys(("tj", "太焦"), ("heat", (Fraction(1000),))),
    **dict.fromkeys(("tce", "吨标准煤", "吨标煤", "吨标准煤当量"), ("coal", (Fraction(1),))),
    **dict.fromkeys(
        ("m3", "m^3", "立方米", "立方", "方", "cubicmetre", "cubicmetres"), ("gas", (Fraction(1),))
    ),
    **dict.fromkeys(("km", "公里", "千米"), ("way", (Fraction(1),))),
    **dict.fromkeys(("mile", "miles", "mi", "英里"), ("way", (_MILE,))),
    **dict.fromkeys(("vehicle", "car", "辆", "辆车", "车", "台"), ("vehicle", (Fraction(1),))),
    **dict.fromkeys(("piece", "pc", "pcs", "件", "个", "只"), ("piece", (Fraction(1),))),
    **dict.fromkeys(("certificates", "certificate", "张"), ("certificate", (Fraction(1),))),
}
_EXACT = {"Mt": (Fraction(10**6),)}
"""Letters whose case tells which of two sizes they are."""


class _Reading(Struct, frozen=True):
    """One way to read a unit: ``size`` in the base unit of what it measures; ``gas`` is None where none is named."""

    measures: str
    size: Fraction
    gas: Gas | None
    per: tuple[str, Fraction] | None = None


def meant_units(written: str, choices: Sequence[str]) -> tuple[str, ...] | None:
    """Return which of ``choices`` can be meant by a unit as it was ``written``; None where they are no units.

    All have the size that was written. More than one remains where the text leaves something open, such as the gases.
    """
    known = {choice: found for choice in choices if (found := tuple(_readings(choice)))}
    if len(known) < len(choices):
        return None
    wanted = tuple(_readings(written))
    alike = [choice for choice, found in known.items() if any(_same(one, found[0]) for one in wanted)]
    if alike:
        return tuple(alike)
    return tuple(
        choice for choice, found in known.items() if any(_same(_one(one), _one(found[0])) for one in wanted)
    )


def _same(written: _Reading, choice: _Reading) -> bool:
    fits = written.gas is None or written.gas == choice.gas
    return fits and replace(written, gas=None) == replace(choice, gas=None)


def _one(reading: _Reading) -> _Reading:
    """Return the reading per one of what it is counted by: g/kg is kg/t."""
    if reading.per is None:
        return reading
    return replace(reading, size=reading.size / reading.per[1], per=(reading.per[0], Fraction(1)))


def _readings(text: str) -> Iterator[_Reading]:
    """Yield every way to read the whole of ``text`` as a unit."""
    plain = unicodedata.normalize("NFKC", text).strip() if len(text) <= _LONGEST else ""
    above, *below = _PER.split(plain)
    if len(below) > 1:
        return
    gases: set[Gas] = {_gas(found) for found in _GAS.findall(plain)}
    if len(gases) > 1:
        return
    gas = next(iter(gases), None)
    # What a figure is counted by has no gas of its own.
    if below and _GAS.search(below[0]):
        return
    tops, bottoms = tuple(_sizes(above)), tuple(_sizes(below[0])) if below else (None,)
    for (measures, size), per in product(tops, bottoms):
        if gas is None or measures == "mass":
            yield _Reading(measures, size, gas, per)


def _gas(found: str) -> Gas:
    folded = found.casefold()
    return "CO2e" if "e" in folded or "当量" in folded else "CO2"


def _sizes(text: str) -> Iterator[tuple[str, Fraction]]:
    """Yield what a unit without its gas measures and how much it is, for each size that it can have."""
    word = _OF.sub("", re.sub(r"[\s·.]", "", _GAS.sub("", text)))
    times = 0
    while word not in _SIZES and (found := _TIMES_READ.match(word)):
        times += _TIMES[found[0]]
        word = word[found.end() :]
    measures, sizes = _SIZES.get(word.casefold(), ("", ()))
    for size in _EXACT.get(word, sizes):
        yield measures, size * 10**times
