"""Slips that no schema can see: years in the wrong order, tonnes mixed with kilotonnes, sums that do not fit.

Each check is a small function in :data:`CHECKS`; it gets the value of a document that follows its schema.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from cati_rules.documents import Document, format_path
from cati_rules.errors import Problem
from cati_rules.schema.amounts import ROUNDING, added, emissions_in, plain
from cati_rules.schema.bounds import bounds_that_contradict, modules_that_contradict
from cati_rules.schema.emission_slips import (
    categories_above_total,
    contradicting_entries,
    mixed_units,
    scope_3_below_scope_1,
)
from cati_rules.schema.labels import unknown_spelling
from cati_rules.schema.navigation import Path, title_at
from cati_rules.schema.reduction_slips import added_up_from_later, planned_for_the_past
from cati_rules.schema.repetitions import repeated_parts
from cati_rules.schema.slip import Disclosure, Slip
from cati_rules.schema.sources import (
    in_full,
    repeated_sources,
    sources_by_id,
    unknown_sources,
    unused_sources,
)
from cati_rules.schema.store import load_schema
from cati_rules.schema.target_slips import (
    covered_and_excluded,
    inventory_of_another_year,
    level_of_another_kind,
    pledges_of_no_suppliers,
    progress_before_base,
    progress_in,
    progress_in_future,
    rise_in_percent,
    target_before_base,
)
from cati_rules.text import Text

# More than anybody reads; finding the line of each of a million would take minutes.
_MOST = 500

# Lists whose `year` is the year that something was measured in; elsewhere it may be a year in the future.
_MEASURED = ("emissions", "energy", "intensities", "footprint_shares", "carbon_market", "offsets")


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


def _statements(disclosure: Disclosure) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield what was measured in a year."""
    for name in _MEASURED:
        for index, entry in enumerate(disclosure.value.get(name, ())):
            yield (name, index), entry
    for path, progress, _target in progress_in(disclosure):
        yield path, progress


def evidence_before_year(disclosure: Disclosure) -> Iterator[Slip]:
    """No report is published before the year that it reports on; one piece of evidence that fits is enough."""
    sources = sources_by_id(disclosure.value)
    for path, statement in _statements(disclosure):
        year = statement.get("year")
        dates = [in_full(each, sources).get("published") for each in statement.get("evidence", ())]
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


def shares_above_one(disclosure: Disclosure) -> Iterator[Slip]:
    """The shares of the parts of one whole add up to no more than 1."""
    for name, parts in (
        ("emissions", "materials"),
        ("product_footprints", "stages"),
        ("product_footprints", "materials"),
    ):
        for index, entry in enumerate(disclosure.value.get(name, ())):
            shares = [part["share"] for part in entry.get(parts, ()) if "share" in part]
            yield from _above_one((name, index, parts), shares)
    wholes: dict[tuple[Any, ...], list[tuple[int, Decimal]]] = defaultdict(list)
    for index, entry in enumerate(disclosure.value.get("footprint_shares", ())):
        # Materials and categories are two ways to divide one whole; a material within a category is part of both.
        way = tuple(name in entry for name in ("part", "category"))
        whole = (way, entry["of"], *(entry.get(name) for name in ("year", "stated_by")))
        # All of scope 3 holds every category of it.
        if way != (False, True) or entry["category"] != "total":
            wholes[whole].append((index, entry["share"]))
    for parts_of_one in wholes.values():
        last = parts_of_one[-1][0]
        yield from _above_one(("footprint_shares", last, "share"), [share for _, share in parts_of_one])


def _above_one(path: Path, shares: Sequence[Decimal]) -> Iterator[Slip]:
    whole = added(shares)
    if whole > ROUNDING:
        yield Slip(
            path,
            "shares-above-one",
            Text(
                f"The shares add up to {plain(whole)}, more than 1.",
                f"各部分占比之和为 {plain(whole)}，超过 1。",
            ),
            Text("Check the shares: together they are 1 at most.", "请核对各占比，其总和不应超过 1。"),
            "warning",
        )


def part_of_itself(disclosure: Disclosure) -> Iterator[Slip]:
    """All of scope 3 is no part of scope 3."""
    for index, entry in enumerate(disclosure.value.get("footprint_shares", ())):
        if entry["of"] == "scope_3" and entry.get("category") == "total":
            yield Slip(
                ("footprint_shares", index, "category"),
                "part-of-itself",
                Text("All of scope 3 is no part of scope 3.", "范围 3 合计不是范围 3 的一部分。"),
                Text(
                    "Name the category, leave it out beside a material, or write of: total.",
                    "请填写具体类别；已填写材料的可不填类别；或将 of 改为 total。",
                ),
            )


CHECKS: Mapping[str, tuple[Callable[[Disclosure], Iterator[Slip]], ...]] = {
    "disclosure": (
        target_before_base,
        progress_before_base,
        progress_in_future,
        level_of_another_kind,
        rise_in_percent,
        pledges_of_no_suppliers,
        inventory_of_another_year,
        covered_and_excluded,
        planned_for_the_past,
        added_up_from_later,
        repeated_sources,
        unknown_sources,
        unused_sources,
        contradicting_entries,
        evidence_before_year,
        year_after_report,
        repeated_parts,
        mixed_units,
        scope_3_below_scope_1,
        categories_above_total,
        shares_above_one,
        part_of_itself,
    ),
    "product": (unknown_spelling, bounds_that_contradict, modules_that_contradict),
    "purchases": (unknown_spelling, bounds_that_contradict, modules_that_contradict),
}
