"""What a document says that is implausible, though it follows its schema: units mixed up, sums that do not fit.

Each check is a small function in :data:`CHECKS`, for what rules of ``consistency`` cannot say: they know neither the
letters of a text, nor the year of a date, nor which of several entries came first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from msgspec import Struct

from cati_rules.documents import Document, format_path
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import Problem
from cati_rules.schema.labels import unknown_spelling
from cati_rules.schema.navigation import title_at, with_entry_alone
from cati_rules.schema.plausibility_findings import Disclosure, Implausible
from cati_rules.schema.plausible_emissions import (
    categories_above_total,
    contradicting_entries,
    mixed_units,
)
from cati_rules.schema.plausible_targets import (
    inventory_after_submission,
    level_of_another_kind,
    progress_in,
    rise_in_percent,
)
from cati_rules.schema.repetitions import repeated_parts
from cati_rules.schema.sources import (
    in_full,
    repeated_sources,
    sources_by_id,
    unknown_sources,
    unused_sources,
)
from cati_rules.schema.stated_bounds import bounds_that_contradict
from cati_rules.schema.store import load_schema
from cati_rules.schema.tonnes import ROUNDING, added, emissions_in, plain
from cati_rules.text import Text

# More than anybody reads; finding the line of each of a million would take minutes.
_MOST = 500

# Lists whose `year` is the year that something was measured in; elsewhere it may be a year in the future.
_MEASURED = ("emissions", "energy", "intensities", "footprint_shares", "carbon_market", "offsets")


def implausible(document: Document, value: Mapping[str, Any]) -> list[Problem]:
    """Return what is implausible in the ``value`` of a document that follows its schema."""
    root = load_schema(value["kind"])
    return [
        Problem(
            place=document.place(each.path),
            code=f"slip/{each.code}",
            message=each.message,
            path=format_path(each.path),
            field=title_at(root, each.path),
            advice=each.advice,
            severity=each.severity,
        )
        for each in _found(value)
    ]


def errors_in(value: Mapping[str, Any]) -> tuple[FieldPath, ...]:
    """Return the places of what cannot be in the ``value`` of a document that follows its schema."""
    return tuple(each.path for each in _found(value) if each.severity == "error")


def errors_at(value: Mapping[str, Any], place: FieldPath) -> tuple[FieldPath, ...]:
    """Return the places of what cannot be in a document, of what a change at ``place`` can bring about.

    Checks that look at one entry of a list at a time see that entry alone: what a change costs does not grow with the
    list around it.
    """
    found: list[FieldPath] = []
    for check in CHECKS.get(value["kind"], ()):
        if not check.errs or (check.reads and check.reads.isdisjoint(place)):
            continue
        alone = check.apart and place[0] != "sources" and len(place) > 1 and isinstance(place[1], int)
        narrow = with_entry_alone(value, str(place[0]), int(place[1])) if alone else value
        # Those that look at emissions beside each other only warn.
        paths = (each.path for each in check.find(Disclosure(narrow, ())) if each.severity == "error")
        found.extend((*place[:2], *path[2:]) if alone else path for path in islice(paths, _MOST))
    return tuple(found)


def _found(value: Mapping[str, Any]) -> Iterator[Implausible]:
    checks = CHECKS.get(value["kind"])
    if checks:
        disclosure = Disclosure(value, emissions_in(value))
        yield from islice((each for check in checks for each in check.find(disclosure)), _MOST)


def _statements(disclosure: Disclosure) -> Iterator[tuple[FieldPath, Mapping[str, Any]]]:
    """Yield what was measured in a year."""
    for name in _MEASURED:
        for index, entry in enumerate(disclosure.value.get(name, ())):
            yield (name, index), entry
    for path, progress, _target in progress_in(disclosure):
        yield path, progress


def evidence_before_year(disclosure: Disclosure) -> Iterator[Implausible]:
    """No report is published before the year that it reports on; one piece of evidence that fits is enough."""
    sources = sources_by_id(disclosure.value)
    for path, statement in _statements(disclosure):
        year = statement.get("year")
        dates = [in_full(each, sources).get("published") for each in statement.get("evidence", ())]
        if year is None or not dates or any(date is None or int(date[:4]) >= year for date in dates):
            continue
        yield Implausible(
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


def shares_above_one(disclosure: Disclosure) -> Iterator[Implausible]:
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


def _above_one(path: FieldPath, shares: Sequence[Decimal]) -> Iterator[Implausible]:
    whole = added(shares)
    if whole > ROUNDING:
        yield Implausible(
            path,
            "shares-above-one",
            Text(
                f"The shares add up to {plain(whole)}, more than 1.",
                f"各部分占比之和为 {plain(whole)}，超过 1。",
            ),
            Text("Check the shares: together they are 1 at most.", "请核对各占比，其总和不应超过 1。"),
            "warning",
        )


class Check(Struct, frozen=True):
    """One check: the fields that it ``reads`` (all, where none is named), by their names wherever they stand.

    ``apart`` says that it looks at each entry of a list by itself, ``errs`` that it can find what cannot be, not only
    what is seldom so.
    """

    find: Callable[[Disclosure], Iterator[Implausible]]
    reads: frozenset[str] = frozenset()
    apart: bool = False
    errs: bool = True


_TARGETS = frozenset({"targets"})
_SOURCES = frozenset({"sources", "evidence"})
_BOUNDS = Check(bounds_that_contradict)
_SPELLING = Check(unknown_spelling, errs=False)
CHECKS: Mapping[str, tuple[Check, ...]] = {
    "disclosure": (
        Check(level_of_another_kind, _TARGETS, apart=True),
        Check(rise_in_percent, _TARGETS, apart=True, errs=False),
        Check(inventory_after_submission, _TARGETS, apart=True),
        Check(repeated_sources, frozenset({"sources"})),
        Check(unknown_sources, _SOURCES),
        Check(unused_sources, errs=False),
        Check(contradicting_entries, errs=False),
        Check(evidence_before_year, frozenset({*_MEASURED, "targets", "sources"}), apart=True),
        Check(
            repeated_parts,
            frozenset({"product_footprints", "supplier_groups", "not_applicable", "affiliates"}),
        ),
        Check(mixed_units, errs=False),
        Check(categories_above_total, errs=False),
        Check(shares_above_one, errs=False),
    ),
    "product": (_SPELLING, _BOUNDS),
    "purchases": (_SPELLING, _BOUNDS),
}
