"""Units of emission intensities, converted exactly: all factors are powers of ten.

CO2e counts all greenhouse gases by their warming potential, CO2 one of them. They are different quantities: nothing
converts one into the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from cati_rules.language.ranges import EXACT, Number, divide_exactly, multiply_exactly

Gases = Literal["CO2e", "CO2"]


class Unit(Struct, frozen=True):
    """An amount of gas per amount of metal; ``tonnes`` is how many tonnes per tonne one of it is."""

    gases: Gases
    tonnes: Decimal


_MASSES = {"t": Decimal(1), "kg": Decimal("0.001")}
UNITS: Mapping[str, Unit] = {
    f"{above}{gases}/{below}": Unit(gases, EXACT.divide(_MASSES[above], _MASSES[below]))
    for gases in ("CO2e", "CO2")
    for above in _MASSES
    for below in _MASSES
}
"""The units that an intensity may be given in, such as ``kgCO2e/t``."""


def converted(value: Number, unit: str, to: str) -> Number:
    """Return ``value`` in the unit ``to``; exact, and the same digits where the units are the same size.

    Raises:
        KeyError: there is no such unit.
        ValueError: one counts all gases and the other carbon dioxide alone.
    """
    here, there = UNITS[unit], UNITS[to]
    if here.gases != there.gases:
        raise ValueError(f"{unit} and {to} count different gases")
    return in_unit(value, unit, to)


def in_unit(value: Number, unit: str, to: str) -> Number:
    """Return an amount in a unit of another size, whatever gases it counts; exact.

    Raises:
        KeyError: there is no such unit.
    """
    here, there = UNITS[unit].tonnes, UNITS[to].tonnes
    return value if here == there else divide_exactly(multiply_exactly(value, here), there)
