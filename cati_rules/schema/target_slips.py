"""Slips about targets and their progress: years in the wrong order, amounts of another kind, shares that do not fit."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cati_rules.schema.amounts import ROUNDING, added, plain, tonnes
from cati_rules.schema.exact import shifted
from cati_rules.schema.navigation import Path
from cati_rules.schema.slip import Disclosure, Slip
from cati_rules.text import Text

_SUPPLIERS = ("supplier_targets", "supplier_pledges")


def targets_in(disclosure: Disclosure) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield each target with its place."""
    for index, target in enumerate(disclosure.value.get("targets", ())):
        yield ("targets", index), target


def target_before_base(disclosure: Disclosure) -> Iterator[Slip]:
    """A target is reached after its base year."""
    for path, target in targets_in(disclosure):
        base = target.get("base_year")
        goals = [(path, target), *_groups(path, target)]
        for place, goal in ((place, each["target_year"]) for place, each in goals if "target_year" in each):
            if base is None or goal > base:
                continue
            order = (
                Text("is the base year itself", "与基准年相同")
                if goal == base
                else Text(f"lies before the base year {base}", f"早于基准年 {base} 年")
            )
            yield Slip(
                (*place, "target_year"),
                "target-before-base",
                Text(f"The target year {goal} {order.en}.", f"目标年 {goal} {order.zh}。"),
                Text(
                    "Check the two years; they may have been exchanged.",
                    "请核对目标年与基准年，两者可能填反了。",
                ),
            )


def _groups(path: Path, target: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for index, group in enumerate(target.get("groups", ())):
        yield (*path, "groups", index), group


def progress_in(disclosure: Disclosure) -> Iterator[tuple[Path, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield each entry of progress with its place and its target."""
    for path, target in targets_in(disclosure):
        for index, progress in enumerate(target.get("progress", ())):
            yield (*path, "progress", index), progress, target


def progress_before_base(disclosure: Disclosure) -> Iterator[Slip]:
    """Progress is counted from the base year on."""
    for path, progress, target in progress_in(disclosure):
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
    for path, progress, _target in progress_in(disclosure):
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


def level_of_another_kind(disclosure: Disclosure) -> Iterator[Slip]:
    """An absolute target comes to an amount, a target of intensity to an amount per something."""
    for path, target in targets_in(disclosure):
        yield from _another_kind((*path, "level", "unit"), target.get("level"), target.get("measure"))
    for path, progress, target in progress_in(disclosure):
        measure = progress.get("measure", target.get("measure"))
        yield from _another_kind((*path, "amount", "unit"), progress.get("amount"), measure)


def _another_kind(path: Path, quantity: Mapping[str, Any] | None, measure: str | None) -> Iterator[Slip]:
    unit = "" if quantity is None else unicodedata.normalize("NFKC", quantity["unit"]).strip()
    per = "/" in unit or "每" in unit
    if measure == "absolute" and per:
        kind = Text("an intensity", "强度单位")
        asked = Text("an absolute amount", "绝对量（absolute）")
    elif measure == "intensity" and tonnes(Decimal(1), unit) is not None:
        kind = Text("an amount without what it is counted per", "总量单位，缺少分母")
        asked = Text("an intensity", "强度（intensity）")
    else:
        return
    yield Slip(
        path,
        "level-of-another-kind",
        Text(
            f"{unit} is {kind.en}, and the measure here is {asked.en}.",
            f"{unit} 是{kind.zh}，而此处的衡量方式为{asked.zh}。",
        ),
        Text(
            "Correct the unit, or say in measure what is meant.",
            "请更正单位，或更正 measure（absolute 为绝对量，intensity 为强度）。",
        ),
    )


def rise_in_percent(disclosure: Disclosure) -> Iterator[Slip]:
    """A rise is a share as well: emissions seldom double."""
    for path, progress, _target in progress_in(disclosure):
        reduction = progress.get("reduction")
        if reduction is None or reduction > -1:
            continue
        rise, share = plain(shifted(-reduction, 2)), plain(shifted(reduction, -2))
        yield Slip(
            (*path, "reduction"),
            "rise-in-percent",
            Text(
                f"{plain(reduction)} is a rise of {rise} %.",
                f"{plain(reduction)} 表示排放上升 {rise}%。",
            ),
            Text(
                f"If a rise of {plain(-reduction)} % is meant, write {share}; else leave it.",
                f"如果是上升 {plain(-reduction)}%，请写作 {share}；如属实则无需修改。",
            ),
            "warning",
        )


def pledges_of_no_suppliers(disclosure: Disclosure) -> Iterator[Slip]:
    """Only suppliers sign pledges here."""
    for path, progress, target in progress_in(disclosure):
        if "share_pledged" in progress and target["subject"] not in _SUPPLIERS:
            yield Slip(
                (*path, "share_pledged"),
                "pledges-of-no-suppliers",
                Text(
                    f"A share of suppliers that pledged does not go with a target of {target['subject']}.",
                    f"已签署承诺的供应商比例不适用于 {target['subject']} 目标。",
                ),
                Text(
                    "Put it under a target of supplier_pledges or supplier_targets; what was reached is share.",
                    "请填写在 supplier_pledges 或 supplier_targets 目标下；若为已达到的比例，请改用 share。",
                ),
            )


def inventory_of_another_year(disclosure: Disclosure) -> Iterator[Slip]:
    """The most recent inventory at submission is no older than the base year, and no younger than the submission."""
    for path, target in targets_in(disclosure):
        year, base = target.get("recent_inventory_year"), target.get("base_year")
        submitted = target["submitted"][:4] if "submitted" in target else None
        if year is None:
            continue
        if base is not None and year < base:
            message = Text(
                f"The most recent inventory is of {year}, before the base year {base}.",
                f"最近核算年度 {year} 早于基准年 {base} 年。",
            )
        elif submitted is not None and year > int(submitted):
            message = Text(
                f"The most recent inventory is of {year}, after the year {submitted} of the submission.",
                f"最近核算年度 {year} 晚于提交年份 {submitted} 年。",
            )
        else:
            continue
        yield Slip(
            (*path, "recent_inventory_year"),
            "inventory-year",
            message,
            Text("Check the years.", "请核对相关年份。"),
        )


def covered_and_excluded(disclosure: Disclosure) -> Iterator[Slip]:
    """What a target covers and what it leaves out come to no more than all."""
    for path, target in targets_in(disclosure):
        both = added(target[name] for name in ("coverage", "exclusions") if name in target)
        if both > ROUNDING:
            yield Slip(
                (*path, "exclusions"),
                "covered-and-excluded",
                Text(
                    f"Coverage and exclusions add up to {plain(both)}, more than 1.",
                    f"覆盖比例与排除比例之和为 {plain(both)}，超过 1。",
                ),
                Text("Correct one of the two.", "请更正其中一项。"),
            )
