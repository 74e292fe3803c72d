"""What is implausible about emissions: figures that contradict each other, units mixed up, parts above their whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Context, Decimal
from typing import Any

from cati_rules.schema.navigation import field_at
from cati_rules.schema.plausibility_findings import Disclosure, Implausible
from cati_rules.schema.store import load_schema
from cati_rules.schema.tonnes import EXACT, ROUNDING, Emission, added, plain, unit_beside
from cati_rules.text import Text

# Around a thousand (t and kt), and around ten thousand (t and 万t): real emissions do not change so much from one year
# to another, a unit mixed up does.
_MIXED_UP = {3: (Decimal(500), Decimal(2000)), 4: (Decimal(5000), Decimal(20000))}


def contradicting_entries(disclosure: Disclosure) -> Iterator[Implausible]:
    """Two entries for the same thing give the same amount."""
    first: dict[tuple[Any, ...], Emission] = {}
    for emission in disclosure.emissions:
        # A figure that was restated stands beside the one first reported.
        restated = "restated" in emission.entry.get("reasons", ())
        same = (*emission.series, emission.entry.get("coverage"), emission.year, restated)
        earlier = first.setdefault(same, emission)
        if earlier.tonnes != emission.tonnes:
            yield Implausible(
                emission.path,
                "contradiction",
                Text(
                    f"{emission.amount} contradicts {earlier.amount} in entry {earlier.index + 1}: "
                    f"both are {_what(emission).en} in {emission.year}.",
                    f"{emission.amount} 与第 {earlier.index + 1} 条的 {earlier.amount} 矛盾："
                    f"两条都是 {emission.year} 年的{_what(emission).zh}。",
                ),
                Text(
                    "Keep the right one, say in coverage what sets them apart, or in reasons that one is restated.",
                    "请保留正确的一条，用 coverage（覆盖比例）加以区分，或在 reasons 中注明后者为重述（restated）。",
                ),
                "warning",
            )


def _what(emission: Emission) -> Text:
    parts = [emission.entry[name] for name in ("scope", "category", "accounting") if name in emission.entry]
    return Text(", ".join(parts), "、".join(parts))


def mixed_units(disclosure: Disclosure) -> Iterator[Implausible]:
    """Amounts of one series that are about a thousand or ten thousand times apart have their units mixed up."""
    series: dict[tuple[Any, ...], dict[Decimal, Emission]] = defaultdict(dict)
    for emission in disclosure.emissions:
        series[emission.series].setdefault(emission.year, emission)
    for by_year in series.values():
        emissions = list(by_year.values())
        apart = {
            emission.index: [other for other in emissions if _mixed(emission, other)]
            for emission in emissions
        }
        most = max(map(len, apart.values()))
        if most == 0:
            continue
        # The odd one is apart from most others; of two alike the smaller: “10” for 10 kt is the usual slip.
        odd = min((one for one in emissions if len(apart[one.index]) == most), key=lambda one: one.tonnes)
        yield _mixed_slip(odd, apart[odd.index][0])


def _mixed(one: Emission, other: Emission) -> int:
    """Return how many places apart two amounts are, if they are so far apart as units that are mixed up; else 0."""
    low, high = sorted((one.tonnes, other.tonnes))
    if low <= 0:
        return 0
    for places, (least, most) in _MIXED_UP.items():
        if EXACT.multiply(low, least) <= high <= EXACT.multiply(low, most):
            return places
    return 0


def _mixed_slip(odd: Emission, other: Emission) -> Implausible:
    smaller = odd.tonnes < other.tonnes
    low, high = sorted((odd.tonnes, other.tonnes))
    times = f"{Context(prec=3).divide(high, low):.0f}"
    places = _mixed(odd, other)
    unit = unit_beside(odd.entry["unit"], places if smaller else -places)
    known = field_at(load_schema("disclosure"), ("emissions", odd.index, "unit")).get("enum", ())
    return Implausible(
        odd.path,
        "mixed-units",
        Text(
            f"{odd.amount} in {odd.year} is about {times} times {'less' if smaller else 'more'} than "
            f"{other.amount} in {other.year}.",
            f"{odd.year} 年的 {odd.amount} 约为 {other.year} 年 {other.amount} 的"
            f"{f' {times} 分之一' if smaller else f' {times} 倍'}。",
        ),
        Text(
            f"If the unit was mixed up, write {unit}, which would fit the other year.",
            f"如果单位填错，请改为 {unit}，这样与另一年份相符。",
        )
        if unit in known
        else Text("Check the amounts and the units of both years.", "请核对两个年份的数值与单位。"),
        "warning",
    )


def categories_above_total(disclosure: Disclosure) -> Iterator[Implausible]:
    """The categories of scope 3 add up to no more than the total of the same year."""
    totals: dict[tuple[Any, ...], Emission] = {}
    categories: dict[tuple[Any, ...], dict[str, Decimal]] = defaultdict(dict)
    for emission in disclosure.emissions:
        if emission.entry["scope"] != "scope_3":
            continue
        key = (emission.year, emission.gas, emission.entry.get("stated_by"))
        if emission.entry["category"] == "total":
            totals.setdefault(key, emission)
        else:
            # Two figures for one category are not two amounts; a contradiction is told elsewhere.
            categories[key].setdefault(emission.entry["category"], emission.tonnes)
    for key, total in totals.items():
        total_of_categories = added(categories[key].values())
        if total_of_categories > EXACT.multiply(total.tonnes, ROUNDING):
            yield Implausible(
                total.path,
                "sum-above-total",
                Text(
                    f"The scope 3 categories of {total.year} add up to {plain(total_of_categories)} t{total.gas}, "
                    f"more than the total of {total.amount}.",
                    f"{total.year} 年范围三各类别之和为 {plain(total_of_categories)} t{total.gas}，"
                    f"超过合计 {total.amount}。",
                ),
                Text("Check the total and the units of the categories.", "请核对合计数及各类别的单位。"),
                "warning",
            )
