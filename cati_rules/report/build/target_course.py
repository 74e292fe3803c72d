"""The way to a target year by year: what methods ask, what the target promises, what was reported."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from cati_rules.report.targets import Course, Edition
from cati_rules.report.wording.targets import AMBITIONS, percent
from cati_rules.targets.contraction import Span, line
from cati_rules.targets.editions import METHODS, UNTIL_2026
from cati_rules.targets.inventory import Inventory
from cati_rules.text import Text

_NAMES = {True: Text("until April 2026", "2026 年 4 月前"), False: Text("since April 2026", "2026 年 4 月起")}

_FLOOR = Text(" (floor)", "（下限）")


def courses_of(
    editions: Sequence[Edition],
    scopes: Sequence[str],
    span: Span | None,
    inventory: Inventory,
    reduction: Fraction | None,
) -> tuple[Course, ...]:
    """Return the lines of a chart: of each ambition of the methods, of the target itself, and what was reported."""
    if span is None or span.years <= 0:
        return ()
    found = [
        Course(
            Text("{}, {}{}", "{}，{}{}").format(
                AMBITIONS[one.level],
                _NAMES[each.id == UNTIL_2026],
                _FLOOR if one.least != one.most and each.id != UNTIL_2026 else "",
            ),
            f"{each.id}/{one.level}",
            _points(span, one.least),
        )
        for each in editions
        if each.id in METHODS
        for one in each.ambitions
        if one.least <= 1
    ]
    if reduction is not None:
        found.append(Course(Text("this target", "本目标"), "target", _points(span, reduction)))
    reported = tuple(_reported(scopes, span, inventory))
    if len(reported) > 1:
        found.append(Course(Text("reported", "实际排放"), "reported", reported))
    return tuple(found) if len(found) > 1 else ()


def _points(span: Span, reduction: Fraction) -> tuple[tuple[int, Fraction], ...]:
    return tuple((each.year, each.remaining) for each in line(span, reduction))


def _reported(scopes: Sequence[str], span: Span, inventory: Inventory) -> Iterator[tuple[int, Fraction]]:
    base = inventory.total(scopes, span.base_year)
    if not base:
        return
    for year in inventory.years(scopes):
        amount = inventory.total(scopes, year)
        if amount is not None and span.base_year <= year <= span.target_year:
            yield year, amount / base


def standing_of(
    scopes: Sequence[str], span: Span | None, inventory: Inventory, reduction: Fraction | None
) -> tuple[Text, ...]:
    """Return where the company stands on the way to its target, by its latest figure; nothing where none is told."""
    if span is None or span.years <= 0 or not reduction:
        return ()
    reported = list(_reported(scopes, span, inventory))
    if len(reported) < 2:
        return ()
    year, left = reported[-1]
    passed = year - span.base_year
    due = reduction * passed / span.years
    cut = 1 - left
    told = [
        Text(
            f"{year}: {percent(cut, up=False).en} under the base year; on a straight line to the target "
            f"{percent(due, up=False).en} were due: " + ("on its way." if cut >= due else "behind."),
            f"{year} 年：较基准年下降 {percent(cut, up=False).zh}；按目标直线应下降 {percent(due, up=False).zh}："
            + ("进度符合。" if cut >= due else "进度落后。"),
        )
    ]
    if cut > 0:
        reached = span.base_year + math.ceil(reduction * passed / cut)
        told.append(
            Text(
                f"At this pace the target is reached in {reached}.", f"按此速度，将于 {reached} 年达到目标。"
            )
        )
    else:
        told.append(
            Text(
                "At this pace the target is not reached: emissions do not fall.",
                "按此速度无法达到目标：排放未下降。",
            )
        )
    return tuple(told)
