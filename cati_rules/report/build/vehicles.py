"""Reads the mean footprints of cars that the report prints (appendix 3), and places a document's own among them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from cati_rules.report.vehicles import Drive, Mean, Own, VehiclesReport
from cati_rules.resources import shipped
from cati_rules.text import Text

_COLUMNS: Mapping[Drive, tuple[str, str, str]] = {
    "petrol": ("petrol_vehicle_gCO2e_per_km", "petrol_steel", "petrol_aluminium"),
    "electric": ("bev_vehicle_gCO2e_per_km", "bev_steel", "bev_aluminium"),
}
_GRAMS_PER_KM: Mapping[str, Fraction] = {
    "gCO2e/km": Fraction(1),
    "kgCO2e/km": Fraction(1000),
    "gCO2e/mile": 1 / Fraction("1.609344"),
}
_GRAMS_PER_VEHICLE: Mapping[str, int] = {"tCO2e/vehicle": 10**6, "kgCO2e/vehicle": 10**3}
_SOURCE = Text(
    "Means of models by maker, gCO2e/km: IPE's report of October 2024, appendix 3, with figures of "
    "中汽碳（北京）数字技术中心有限公司.",
    "各车企车型均值，gCO2e/km：IPE 2024 年 10 月报告附录三，数据来自中汽碳（北京）数字技术中心有限公司。",
)
_WHOLE_LIFE = Text(
    "only a whole life cycle (boundary: cradle_to_grave) can be held against these means",
    "仅全生命周期（boundary: cradle_to_grave）的数据可与上述均值比较",
)
_PER_KM = Text(
    "neither per km nor per vehicle with its mileage (lifetime_km)",
    "既非每公里数据，也未给出行驶里程（lifetime_km）",
)


def vehicles_report(disclosure: Mapping[str, Any]) -> VehiclesReport:
    """Return the means, and the footprints of cars in a disclosure (empty where there is none) among them."""
    means = {drive: tuple(_means(columns)) for drive, columns in _COLUMNS.items()}
    own = tuple(_own(disclosure, means))
    return VehiclesReport(means, own, _SOURCE)


def _means(columns: tuple[str, str, str]) -> Iterator[Mean]:
    path = shipped("rulesets") / "cati-auto-2024" / "published" / "appendix-3.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            car, steel, aluminium = (_number(row[each]) for each in columns)
            if car is not None:
                yield Mean(row["maker"], car, steel, aluminium)


def _number(cell: str) -> Decimal | None:
    try:
        return Decimal(cell)
    except InvalidOperation:
        return None  # 不涉及 (not concerned) or 未获取数据 (no data)


def _own(disclosure: Mapping[str, Any], means: Mapping[Drive, tuple[Mean, ...]]) -> Iterator[Own]:
    for i, each in enumerate(disclosure.get("product_footprints") or ()):
        value = _per_km(each)
        why = _PER_KM if value is None else None
        if each.get("boundary") != "cradle_to_grave":
            value, why = None, _WHOLE_LIFE
        lower: dict[Drive, int] = {
            drive: 0 if value is None else sum(1 for one in listed if Fraction(one.car) < value)
            for drive, listed in means.items()
        }
        name = str(each.get("product") or "–")
        yield Own(name, f"product_footprints[{i}]", value, why, lower)


def _per_km(footprint: Mapping[str, Any]) -> Fraction | None:
    """Return a footprint in gCO2e/km, exact; None where it cannot be had."""
    given, unit, km = footprint.get("value"), footprint.get("unit"), footprint.get("lifetime_km")
    if given is None or unit is None:
        return None
    if unit in _GRAMS_PER_KM:
        return Fraction(given) * _GRAMS_PER_KM[unit]
    if unit in _GRAMS_PER_VEHICLE and km:
        return Fraction(given) * _GRAMS_PER_VEHICLE[unit] / Fraction(km)
    return None
