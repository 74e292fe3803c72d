"""Slips about what actions cut: planned for a year that is over, added up to less than one year, since a later year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cati_rules.schema.amounts import plain, tonnes
from cati_rules.schema.navigation import Path
from cati_rules.schema.slip import Disclosure, Slip
from cati_rules.text import Text


def _actions(disclosure: Disclosure) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for index, action in enumerate(disclosure.value.get("actions", ())):
        yield ("actions", index), action


def planned_for_the_past(disclosure: Disclosure) -> Iterator[Slip]:
    """What is planned is planned for a year to come."""
    latest = disclosure.value["reporting_year"]
    for path, action in _actions(disclosure):
        year = action.get("planned_reduction", {}).get("year")
        if year is not None and year <= latest:
            yield Slip(
                (*path, "planned_reduction", "year"),
                "planned-for-the-past",
                Text(
                    f"A reduction is planned for {year}, which is over by the end of the reporting year {latest}.",
                    f"计划减排年份 {year} 不晚于报告年度 {latest} 年。",
                ),
                Text(
                    "State in reduction what was cut, or correct the year.",
                    "请在 reduction 中填写实际减排量，或更正年份。",
                ),
                "warning",
            )


def added_up_from_later(disclosure: Disclosure) -> Iterator[Slip]:
    """What is added up over years begins before it ends, and comes to at least one of the years."""
    for path, action in _actions(disclosure):
        cumulative = action.get("cumulative_reduction", {})
        latest = action.get("year", disclosure.value["reporting_year"])
        if cumulative.get("since", latest) > latest:
            yield Slip(
                (*path, "cumulative_reduction", "since"),
                "added-up-from-later",
                Text(
                    f"The reduction is added up since {cumulative['since']}, after the year {latest} of the figures.",
                    f"累计起始年份 {cumulative['since']} 晚于数据年度 {latest} 年。",
                ),
                Text("Check the two years.", "请核对这两个年份。"),
            )
        if cumulative and "reduction" in action:
            yield from _less_than_one_year(path, cumulative, action["reduction"])


def _less_than_one_year(
    path: Path, cumulative: Mapping[str, Any], reduction: Mapping[str, Any]
) -> Iterator[Slip]:
    whole, part = (tonnes(each["value"], each["unit"]) for each in (cumulative, reduction))
    # CO2 is not CO2e: an amount of one says nothing against an amount of the other.
    if whole is None or part is None or whole[1] != part[1] or whole[0] >= part[0]:
        return
    told, one = (f"{plain(each['value'])} {each['unit']}" for each in (cumulative, reduction))
    yield Slip(
        (*path, "cumulative_reduction", "value"),
        "added-up-to-less",
        Text(
            f"{told} added up over years is less than {one} in one year.",
            f"累计减排量 {told} 小于单年减排量 {one}。",
        ),
        Text("Check both amounts and their units.", "请核对两项的数值与单位。"),
        "warning",
    )
