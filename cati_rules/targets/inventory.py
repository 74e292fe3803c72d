"""What a disclosure says of its emissions, as the methods count them: its own figures, of all gases, in tonnes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec import Struct

from cati_rules.schema.tonnes import tonnes

OWN = ("scope_1", "scope_2")
TOGETHER = "scope_1_2"
ALL_GASES = "CO2e"


class Inventory(Struct, frozen=True):
    """Emissions in tonnes by scope and year; ``several`` are those of which different figures are stated."""

    amounts: Mapping[tuple[str, int], Fraction]
    several: frozenset[tuple[str, int]]

    def of(self, scope: str, year: int | None) -> Fraction | None:
        """Return the emissions of a scope in a year; None where they are not told, or told in several ways."""
        return None if year is None else self.amounts.get((scope, year))

    def total(self, scopes: Sequence[str], year: int | None) -> Fraction | None:
        """Return the emissions of scopes together; scopes 1 and 2 may be told as one figure."""
        if year is None or not scopes:
            return None
        parts = [self.of(each, year) for each in scopes]
        told = [each for each in parts if each is not None]
        if len(told) == len(scopes):
            return sum(told, Fraction(0))
        return self.of(TOGETHER, year) if tuple(scopes) == OWN else None

    def years(self, scopes: Sequence[str]) -> tuple[int, ...]:
        """Return the years of which the total of these scopes is told, the first first."""
        years = sorted({year for _, year in self.amounts})
        return tuple(each for each in years if self.total(scopes, each) is not None)


def inventory_of(disclosure: Mapping[str, Any]) -> Inventory:
    """Return the inventory in a valid disclosure."""
    found: dict[tuple[str, int], set[Fraction]] = {}
    for entry in disclosure.get("emissions", ()):
        if entry.get("stated_by", "company") != "company":
            continue
        if entry["scope"] == "scope_3" and entry.get("category") != "total":
            continue
        amount = tonnes(Decimal(entry["value"]), entry["unit"])
        if amount is not None and amount[1] == ALL_GASES:
            found.setdefault((entry["scope"], int(entry["year"])), set()).add(Fraction(amount[0]))
    return Inventory(
        {key: next(iter(values)) for key, values in found.items() if len(values) == 1},
        frozenset(key for key, values in found.items() if len(values) > 1),
    )
