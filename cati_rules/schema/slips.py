"""Slips that no schema can see: years in the wrong order, tonnes mixed with kilotonnes, sums that do not fit.

Each check is a small function in :data:`CHECKS`; it gets the value of a document that follows its schema.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Context, Decimal
from itertools import islice
from typing import Any

from cati_rules.documents import Document, format_path
from cati_rules.errors import Problem
from cati_rules.schema.amounts import UNITS, Emission, emissions_in, plain
from cati_rules.schema.bounds import bounds_that_contradict, modules_that_contradict
from cati_rules.schema.labels import unknown_spelling
from cati_rules.schema.navigation import Path, field_at, title_at
from cati_rules.schema.repetitions import repeated_parts
from cati_rules.schema.slip import Disclosure, Slip
from cati_rules.schema.store import load_schema
from cati_rules.text import Text

# More than anybody reads; finding the line of each of a million would take minutes.
_MOST = 500

# Numbers have at most 40 digits between 1e-30 and 1e30: sums of thousands of them are exact in 200 digits.
_EXACT = Context(prec=200)

# Around a thousand: real emissions do not change so much from one year to another, a unit mixed up does.
_MIXED_LOW, _MIXED_HIGH = 500, 2000
_ROUNDING = Decimal("1.05")

# Lists whose `year` is the year that something was measured in; elsewhere it may be a year in the future.
_MEASURED = ("emissions", "energy", "intensities", "carbon_market", "offsets")


def slips(document: Document, value: Mapping[str, Any]) -> list[Problem]:
    """Return what is implausible in the ``value`` of a document that follows its schema."""
    checks = CHECKS.get(value["kind"], ())
    disclosure = Disclosure(value, emissions_in(value)) if checks else None
    root = load_schema(value["kind"])
    found = (slip for check in checks if disclosure is not None for slip in check(disclosure))
    return [
        Problem(
            place=document.place(slip.path),
            code=f"slip/{slip.code}",
            message=slip.message,
            path=format_path(slip.path),
            field=title_at(root, slip.path),
            advice=slip.advice,
            severity=slip.severity,
        )
        for slip in islice(found, _MOST)
    ]


def errors_in(value: Mapping[str, Any]) -> tuple[Path, ...]:
    """Return the places of what cannot be in the ``value`` of a document that follows its schema."""
    checks = CHECKS.get(value["kind"], ())
    disclosure = Disclosure(value, emissions_in(value)) if checks else None
    found = (slip for check in checks if disclosure is not None for slip in check(disclosure))
    return tuple(slip.path for slip in islice(found, _MOST) if slip.severity == "error")


def _targets(disclosure: Disclosure) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for index, target in enumerate(disclosure.value.get("targets", ())):
        yield ("targets", index), target


def target_before_base(disclosure: Disclosure) -> Iterator[Slip]:
    """A target is reached after its base year."""
    for path, target in _targets(disclosure):
        base, goal = target.get("base_year"), target.get("target_year")
        if base is not None and goal is not None and goal <= base:
            order = (
                Text("is the base year itself", "与基准年相同")
                if goal == base
                else Text(f"lies before the base year {base}", f"早于基准年 {base} 年")
            )
            yield Slip(
                (*path, "target_year"),
                "target-before-base",
                Text(f"The target year {goal} {order.en}.", f"目标年 {goal} {order.zh}。"),
                Text(
                    "Check the two years; they may have been exchanged.",
                    "请核对目标年与基准年，两者可能填反了。",
                ),
            )


def _progress(disclosure: Disclosure) -> Iterator[tuple[Path, Mapping[str, Any], Mapping[str, Any]]]:
    for path, target in _targets(disclosure):
        for index, progress in enumerate(target.get("progress", ())):
            yield (*path, "progress", index), progress, target


def progress_before_base(disclosure: Disclosure) -> Iterator[Slip]:
    """Progress is counted from the base year on."""
    for path, progress, target in _progress(disclosure):
        year, base = progress["year"], target.get("base_year")
        if base is not None and year < base:
            yield Slip(
                (*path, "year"),
                "progress-before-base",
                Text(
                    f"Progress is reported for {year}, before the base year {base} that it is counted from.",
                    f"进展年份 {year} 早于基准年 {base} 年，无法计算降幅。",
                ),
                Text("Check the year of the progress and the base year.", "请核对进展年份与基准年。"),
            )


def progress_in_future(disclosure: Disclosure) -> Iterator[Slip]:
    """Progress is what has been reached, not what is planned."""
    latest = disclosure.value["reporting_year"] + 1
    for path, progress, _target in _progress(disclosure):
        if progress["year"] > latest:
            yield Slip(
                (*path, "year"),
                "progress-in-future",
                Text(
                    f"Progress is reported for {progress['year']}, "
                    f"which lies after the reporting year {disclosure.value['reporting_year']}.",
                    f"进展年份 {progress['year']} 晚于报告年度 {disclosure.value['reporting_year']} 年。",
                ),
                Text(
                    "Correct the year; what is planned for later belongs in the target.",
                    "请更正年份；尚未实现的计划应写在目标中。",
                ),
            )


def contradicting_entries(disclosure: Disclosure) -> Iterator[Slip]:
    """Two entries for the same thing give the same amount."""
    first: dict[tuple[Any, ...], Emission] = {}
    for emission in disclosure.emissions:
        same = (*emission.series, emission.entry.get("coverage"), emission.year)
        earlier = first.setdefault(same, emission)
        if earlier.tonnes != emission.tonnes:
            yield Slip(
                emission.path,
                "contradiction",
                Text(
                    f"{emission.amount} contradicts {earlier.amount} in entry {earlier.index + 1}: "
                    f"both are {_what(emission).en} in {emission.year}.",
                    f"{emission.amount} 与第 {earlier.index + 1} 条的 {earlier.amount} 矛盾："
                    f"两条都是 {emission.year} 年的{_what(emission).zh}。",
                ),
                Text(
                    "Keep the right one, or say in coverage or note what sets them apart.",
                    "请保留正确的一条，或用 coverage（覆盖比例）、note（备注）加以说明。",
                ),
                "warning",
            )


def _what(emission: Emission) -> Text:
    parts = [emission.entry[name] for name in ("scope", "category", "accounting") if name in emission.entry]
    return Text(", ".join(parts), "、".join(parts))


def _statements(disclosure: Disclosure) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield what was measured in a year."""
    for name in _MEASURED:
        for index, entry in enumerate(disclosure.value.get(name, ())):
            yield (name, index), entry
    for path, progress, _target in _progress(disclosure):
        yield path, progress


def evidence_before_year(disclosure: Disclosure) -> Iterator[Slip]:
    """No report is published before the year that it reports on; one piece of evidence that fits is enough."""
    for path, statement in _statements(disclosure):
        year = statement.get("year")
        dates = [evidence.get("published") for evidence in statement.get("evidence", ())]
        if year is None or not dates or any(date is None or int(date[:4]) >= year for date in dates):
            continue
        yield Slip(
            (*path, "evidence", 0, "published"),
            "evidence-before-year",
            Text(
                f"Published on {dates[0]}, before the year {year} that it is to prove.",
                f"发布日期 {dates[0]} 早于所证明的年份 {year} 年。",
            ),
            Text(
                "Check the date, the year, or name another source.",
                "请核对日期与年份，或改用其他出处。",
            ),
        )


def year_after_report(disclosure: Disclosure) -> Iterator[Slip]:
    """What was measured was measured by the end of the reporting year."""
    latest = disclosure.value["reporting_year"]
    for name in _MEASURED:
        for index, entry in enumerate(disclosure.value.get(name, ())):
            if entry.get("year", latest) > latest:
                yield Slip(
                    (name, index, "year"),
                    "year-after-report",
                    Text(
                        f"The year {entry['year']} lies after the reporting year {latest}.",
                        f"年份 {entry['year']} 晚于报告年度 {latest} 年。",
                    ),
                    Text(
                        "Correct the year, or the reporting year at the top.",
                        "请更正年份，或更正开头的报告年度。",
                    ),
                )


def mixed_units(disclosure: Disclosure) -> Iterator[Slip]:
    """Amounts of one series that are about a thousand times apart have their units mixed up."""
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


def _mixed(one: Emission, other: Emission) -> bool:
    low, high = sorted((one.tonnes, other.tonnes))
    if low <= 0:
        return False
    return _EXACT.multiply(low, Decimal(_MIXED_LOW)) <= high <= _EXACT.multiply(low, Decimal(_MIXED_HIGH))


def _mixed_slip(odd: Emission, other: Emission) -> Slip:
    smaller = odd.tonnes < other.tonnes
    low, high = sorted((odd.tonnes, other.tonnes))
    factor = Context(prec=3).divide(high, low)
    weight = odd.entry["unit"].removesuffix(odd.gas)
    at = UNITS.index(weight) + (1 if smaller else -1)
    unit = f"{UNITS[at]}{odd.gas}" if 0 <= at < len(UNITS) else ""
    known = field_at(load_schema("disclosure"), ("emissions", odd.index, "unit")).get("enum", ())
    times = f"{factor:.0f}"
    return Slip(
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


def scope_3_below_scope_1(disclosure: Disclosure) -> Iterator[Slip]:
    """A carmaker's supply chain and the use of its cars emit more than its own plants."""
    direct = {
        (emission.year, emission.entry.get("stated_by")): emission
        for emission in disclosure.emissions
        if emission.entry["scope"] == "scope_1"
    }
    for emission in disclosure.emissions:
        own = direct.get((emission.year, emission.entry.get("stated_by")))
        total = emission.entry["scope"] == "scope_3" and emission.entry.get("category") == "total"
        if total and own is not None and emission.tonnes < own.tonnes:
            yield Slip(
                emission.path,
                "scope-3-below-scope-1",
                Text(
                    f"Scope 3 in {emission.year} ({emission.amount}) is less than scope 1 ({own.amount}), "
                    "which is unusual for a carmaker.",
                    f"{emission.year} 年范围三（{emission.amount}）小于范围一（{own.amount}），"
                    "对车企而言很不寻常。",
                ),
                Text(
                    "Check the units, and whether the total covers all categories.",
                    "请核对单位，并确认合计涵盖所有类别。",
                ),
                "warning",
            )


def categories_above_total(disclosure: Disclosure) -> Iterator[Slip]:
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
        added = _sum(list(categories[key].values()))
        if added > _EXACT.multiply(total.tonnes, _ROUNDING):
            yield Slip(
                total.path,
                "sum-above-total",
                Text(
                    f"The scope 3 categories of {total.year} add up to {plain(added)} t{total.gas}, "
                    f"more than the total of {total.amount}.",
                    f"{total.year} 年范围三各类别之和为 {plain(added)} t{total.gas}，"
                    f"超过合计 {total.amount}。",
                ),
                Text("Check the total and the units of the categories.", "请核对合计数及各类别的单位。"),
                "warning",
            )


def shares_above_one(disclosure: Disclosure) -> Iterator[Slip]:
    """The shares of the parts of one whole add up to no more than 1."""
    for name, parts in (("emissions", "materials"), ("product_footprints", "stages")):
        for index, entry in enumerate(disclosure.value.get(name, ())):
            added = _sum([part["share"] for part in entry.get(parts, ()) if "share" in part])
            if added > _ROUNDING:
                yield Slip(
                    (name, index, parts),
                    "shares-above-one",
                    Text(
                        f"The shares add up to {plain(added)}, more than 1.",
                        f"各部分占比之和为 {plain(added)}，超过 1。",
                    ),
                    Text(
                        "Check the shares: together they are 1 at most.", "请核对各占比，其总和不应超过 1。"
                    ),
                    "warning",
                )


def _sum(values: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = _EXACT.add(total, value)
    return total


CHECKS: Mapping[str, tuple[Callable[[Disclosure], Iterator[Slip]], ...]] = {
    "disclosure": (
        target_before_base,
        progress_before_base,
        progress_in_future,
        contradicting_entries,
        evidence_before_year,
        year_after_report,
        repeated_parts,
        mixed_units,
        scope_3_below_scope_1,
        categories_above_total,
        shares_above_one,
    ),
    "product": (unknown_spelling, bounds_that_contradict, modules_that_contradict),
    "purchases": (unknown_spelling, bounds_that_contradict, modules_that_contradict),
}
