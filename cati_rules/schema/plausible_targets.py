"""What is implausible about targets and their progress: units of another kind, rises in per cent, dates."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cati_rules.documents.paths import FieldPath
from cati_rules.schema.exact import shifted
from cati_rules.schema.plausibility_findings import Disclosure, Implausible
from cati_rules.schema.tonnes import plain, tonnes
from cati_rules.text import Text

_SUPPLIERS = ("supplier_targets", "supplier_pledges")


def targets_in(disclosure: Disclosure) -> Iterator[tuple[FieldPath, Mapping[str, Any]]]:
    """Yield each target with its place."""
    for index, target in enumerate(disclosure.value.get("targets", ())):
        yield ("targets", index), target


def progress_in(disclosure: Disclosure) -> Iterator[tuple[FieldPath, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield each entry of progress with its place and its target."""
    for path, target in targets_in(disclosure):
        for index, progress in enumerate(target.get("progress", ())):
            yield (*path, "progress", index), progress, target


def level_of_another_kind(disclosure: Disclosure) -> Iterator[Implausible]:
    """An absolute target comes to an amount, a target of intensity to an amount per something."""
    for path, target in targets_in(disclosure):
        yield from _another_kind((*path, "level", "unit"), target.get("level"), target.get("measure"))
    for path, progress, target in progress_in(disclosure):
        measure = progress.get("measure", target.get("measure"))
        yield from _another_kind((*path, "amount", "unit"), progress.get("amount"), measure)


def _another_kind(
    path: FieldPath, quantity: Mapping[str, Any] | None, measure: str | None
) -> Iterator[Implausible]:
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
    yield Implausible(
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


def rise_in_percent(disclosure: Disclosure) -> Iterator[Implausible]:
    """A rise is a share as well: emissions seldom double."""
    for path, progress, _target in progress_in(disclosure):
        reduction = progress.get("reduction")
        if reduction is None or reduction > -1:
            continue
        rise, share = plain(shifted(-reduction, 2)), plain(shifted(reduction, -2))
        yield Implausible(
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


def inventory_after_submission(disclosure: Disclosure) -> Iterator[Implausible]:
    """The most recent inventory at submission is no younger than the submission."""
    for path, target in targets_in(disclosure):
        year, submitted = target.get("recent_inventory_year"), target.get("submitted")
        if year is not None and submitted is not None and year > int(submitted[:4]):
            yield Implausible(
                (*path, "recent_inventory_year"),
                "inventory-year",
                Text(
                    f"The most recent inventory is of {year}, after the year {submitted[:4]} of the submission.",
                    f"最近核算年度 {year} 晚于提交年份 {submitted[:4]} 年。",
                ),
                Text("Check the years.", "请核对相关年份。"),
            )
