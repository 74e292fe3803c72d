"""The step “set a target”: the least that passes the method in force, for the inventory in a disclosure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cati_rules.pipeline import definition_assessor
from cati_rules.report.build.target_read import definition
from cati_rules.report.targets import TargetStep
from cati_rules.report.wording.targets import AMBITIONS, percent
from cati_rules.targets.contraction import Span
from cati_rules.targets.editions import CRITERIA, METHODS, asked_by, numbers_of, rounded_up
from cati_rules.targets.inventory import OWN, inventory_of
from cati_rules.text import Text


def target_step(disclosure: Mapping[str, Any], as_of: str) -> TargetStep | None:
    """Return the target that the latest inventory of scopes 1 and 2 in a valid disclosure leads to, as of an ISO date.

    None where the inventory does not tell it, or a stated target meets the method in force already.
    """
    edition = next((each for each in METHODS if definition(each).standing(as_of) == "in_force"), None)
    inventory = inventory_of(disclosure)
    years = [
        each for each in inventory.years(OWN) if None not in (inventory.of(scope, each) for scope in OWN)
    ]
    if edition is None or not years:
        return None
    judged = definition_assessor(edition).assess(disclosure, as_of=as_of).judgements
    if any(each.verdict == "met" and set(OWN) <= set(_scopes(disclosure, each.path)) for each in judged):
        return None
    year = years[-1]
    by = int(as_of[:4]) + int(numbers_of(definition(CRITERIA))["least_years"])
    if not year < by:
        return None
    asked = asked_by(edition, numbers_of(definition(edition)), OWN, Span(year, by, year), inventory)
    strictest = asked[-1] if asked else None
    if strictest is None or not strictest.confirmed or not strictest.needed.reduction.exact:
        return None
    least = strictest.needed.reduction.low
    ambition, cut = AMBITIONS[strictest.level], percent(least)
    said = Text(
        f"Set a target: with the emissions of {year} in this file, {cut.en} less in scopes 1 and 2 by {by} is the "
        f"least that meets the arithmetic of {ambition.en} ({edition}). Only the company can decide on it; "
        f"`cati target --help` works out others.",
        f"设定目标：按本文件 {year} 年排放量，到 {by} 年范围 1&2 至少减排 {cut.zh}，方符合 {ambition.zh} 的计算要求"
        f"（{edition}）。是否采用由企业自行决定；其他方案可用 `cati target` 计算。",
    )
    return TargetStep(edition, year, by, rounded_up(least), said)


def _scopes(disclosure: Mapping[str, Any], path: tuple[str | int, ...]) -> tuple[str, ...]:
    index = path[1]
    return tuple(disclosure["targets"][index].get("scopes", ())) if isinstance(index, int) else ()
