"""A target as it is entered in the calculator, as a disclosure that the rulesets judge."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

_UNITS: Mapping[str, str] = {
    "kg": "kgCO2e", "t": "tCO2e", "吨": "tCO2e", "kt": "ktCO2e", "千吨": "ktCO2e", "Mt": "MtCO2e",
    "百万吨": "MtCO2e", "万t": "万tCO2e", "万吨": "万tCO2e", "亿t": "亿tCO2e", "亿吨": "亿tCO2e",
}  # fmt: skip
"""Units of an amount as people write them, and as a disclosure does; all gases are meant."""
UNITS: Sequence[str] = tuple(_UNITS)
_AMOUNT = re.compile(
    r"(?P<number>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,20}(?:\.[0-9]{1,15})?)\s*"
    r"(?P<unit>[A-Za-z\u4e00-\u9fff]+?)(?:CO2e|二氧化碳当量)?",
)
_SHARE = re.compile(r"(?P<number>[0-9]{1,3}(?:\.[0-9]{1,15})?)\s*(?P<percent>%?)")
SCOPES: Mapping[str, tuple[str, ...]] = {
    "1": ("scope_1",),
    "2": ("scope_2",),
    "3": ("scope_3",),
    "1+2": ("scope_1", "scope_2"),
    "1+2+3": ("scope_1", "scope_2", "scope_3"),
}


class Amount(Struct, frozen=True):
    """An amount of greenhouse gases, in a unit that a disclosure knows."""

    value: Decimal
    unit: str


class Entry(Struct, frozen=True, kw_only=True):
    """What was entered: scopes, years, amounts by scope in the base year and in the recent one."""

    scopes: tuple[str, ...]
    base_year: int
    target_year: int
    recent_year: int
    submitted: str
    own_net_zero_year: int | None = None
    reduction: Decimal | None = None
    base: Mapping[str, Amount] = {}
    recent: Mapping[str, Amount] = {}
    coverage: Decimal | None = None


def amount_of(text: str) -> Amount | None:
    """Return an amount such as ``4.2Mt`` or ``420万吨``; None for anything else, a bare number included."""
    found = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    unit = None if found is None else _UNITS.get(found["unit"])
    if found is None or unit is None:
        return None
    return Amount(Decimal(found["number"].replace(",", "")), unit)


def share_of(text: str) -> Decimal | None:
    """Return a share written ``25%`` or ``0.25``, from 0 to 1; None for anything else."""
    found = _SHARE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    value = Decimal(found["number"]).scaleb(-2 if found["percent"] else 0)
    return value if 0 <= value <= 1 else None


def target_of(entry: Entry, reduction: Decimal | None = None) -> dict[str, Any]:
    """Return the target as a disclosure states it, with ``reduction`` in the place of what was entered."""
    cut = entry.reduction if reduction is None else reduction
    target: dict[str, Any] = {
        "subject": "emission_reduction",
        "scopes": list(entry.scopes),
        "measure": "absolute",
        "reduction": cut,
        "base_year": entry.base_year,
        "target_year": entry.target_year,
        "recent_inventory_year": entry.recent_year,
        "net_zero_year": entry.own_net_zero_year,
        "coverage": entry.coverage,
        "submitted": entry.submitted,
    }
    return {name: value for name, value in target.items() if value is not None}


def emissions_of(entry: Entry) -> list[dict[str, Any]]:
    """Return the amounts as a disclosure states them."""
    found = []
    for year, amounts in ((entry.base_year, entry.base), (entry.recent_year, entry.recent)):
        for scope, amount in amounts.items():
            category = {"category": "total"} if scope == "scope_3" else {}
            found.append(
                {"scope": scope, **category, "year": year, "value": amount.value, "unit": amount.unit}
            )
    return found


def disclosure_of(entry: Entry, company: str, reduction: Decimal | None = None) -> dict[str, Any]:
    """Return a disclosure that holds the target and the amounts, and nothing else."""
    emissions = emissions_of(entry)
    found: dict[str, Any] = {
        "kind": "disclosure",
        "company": {"name": company},
        "reporting_year": entry.recent_year,
    }
    if emissions:
        found["emissions"] = emissions
    return {**found, "targets": [target_of(entry, reduction)]}
