"""The emissions that a disclosure states, in tonnes, so that they can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Context, Decimal
from typing import Any

from msgspec import Struct

from cati_rules.documents.paths import FieldPath
from cati_rules.schema.exact import shifted

# Numbers have at most 40 digits between 1e-30 and 1e30: sums of thousands of them are exact in 200 digits.
EXACT = Context(prec=200)

ROUNDING = Decimal("1.05")
"""How much more than their whole parts may come to, since each was rounded."""

# Powers of ten from one unit to a tonne.
_TONNES = {"kg": -3, "t": 0, "kt": 3, "万t": 4, "Mt": 6, "亿t": 8}
_GASES = ("CO2e", "CO2")


class Emission(Struct, frozen=True):
    """An entry of ``emissions`` with its amount in tonnes."""

    index: int
    entry: Mapping[str, Any]
    tonnes: Decimal
    gas: str

    @property
    def year(self) -> Decimal:
        """The year of the entry."""
        return Decimal(self.entry["year"])

    @property
    def series(self) -> tuple[Any, ...]:
        """What makes the entries of several years one series."""
        kept = ("scope", "category", "accounting", "stated_by")
        return (self.gas, *(self.entry.get(name) for name in kept))

    @property
    def amount(self) -> str:
        """The amount as the document states it."""
        return f"{plain(self.entry['value'])} {self.entry['unit']}"

    @property
    def path(self) -> FieldPath:
        """Where the amount stands."""
        return ("emissions", self.index, "value")


def plain(value: Decimal) -> str:
    """Return a number without an exponent, as far as that stays short."""
    return format(value, "f") if abs(value.adjusted()) <= 30 else str(value)


def tonnes(value: Decimal, unit: str) -> tuple[Decimal, str] | None:
    """Return an amount in tonnes, exactly, and its gas (``CO2e``, ``CO2``); None for another unit."""
    gas = next((gas for gas in _GASES if unit.endswith(gas)), None)
    weight = unit.removesuffix(gas) if gas else ""
    return (shifted(value, _TONNES[weight]), gas) if gas and weight in _TONNES else None


def unit_beside(unit: str, places: int) -> str | None:
    """Return the unit of mass of gas that is ten to the power of ``places`` times another one; None for none."""
    gas = next((gas for gas in _GASES if unit.endswith(gas)), "")
    size = _TONNES.get(unit.removesuffix(gas), 0) + places
    return next((f"{name}{gas}" for name, power in _TONNES.items() if power == size), None)


def added(values: Iterable[Decimal]) -> Decimal:
    """Return the exact sum of numbers that stand in a document."""
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value)
    return total


def emissions_in(value: Mapping[str, Any]) -> list[Emission]:
    """Return the entries of a disclosure that state an amount of emissions."""
    found: list[Emission] = []
    for index, entry in enumerate(value.get("emissions", ())):
        amount = tonnes(entry["value"], entry["unit"])
        if amount is not None:
            found.append(Emission(index, entry, *amount))
    return found
