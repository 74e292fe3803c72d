"""What is told of a target besides verdicts: what it is, why what is asked changed in April 2026, what to doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from cati_rules.report.build.target_read import Target, asked_of, definition
from cati_rules.report.wording.targets import percent, scopes_said, tonnes_said
from cati_rules.targets.editions import SINCE_2026, UNTIL_2026, numbers_of, pathways_of
from cati_rules.targets.inventory import OWN
from cati_rules.text import Text, same

REDUCTION = "emission_reduction"


def title_of(value: Mapping[str, Any]) -> Text:
    """Return the name of a target, or what it is for."""
    if value.get("name"):
        return same(str(value["name"]))
    year = value.get("target_year")
    if value["subject"] != REDUCTION:
        what = {
            "carbon_neutrality": Text("carbon neutrality", "碳中和"),
            "renewable_energy": Text("renewable energy", "可再生能源"),
            "supplier_targets": Text("suppliers with targets", "供应商设定目标"),
        }.get(value["subject"], same(str(value["subject"])))
    else:
        scopes = value.get("scopes", ())
        said = scopes_said(scopes) if scopes else Text("scopes not told", "未说明范围")
        what = Text(f"reduction, {said.en}", f"{said.zh} 减排")
    by = Text("no year", "未说明年份") if year is None else Text(f"by {year}", f"{year} 年")
    return Text(f"{what.en}, {by.en}", f"{by.zh}，{what.zh}")


def facts_of(target: Target) -> Iterator[Text]:
    """Yield what is stated of a target, in few words."""
    value, span = target.value, target.span
    if value.get("base_year") is not None:
        told = "" if target.base is None else f" ({tonnes_said(target.base).en})"
        told_zh = "" if target.base is None else f"（{tonnes_said(target.base).zh}）"
        yield Text(f"base year {value['base_year']}{told}", f"基准年 {value['base_year']}{told_zh}")
    if span is not None and span.recent_year not in (None, span.base_year):
        recent = target.inventory.total(target.scopes, span.recent_year)
        told, told_zh = (
            ("", "") if recent is None else (f" ({tonnes_said(recent).en})", f"（{tonnes_said(recent).zh}）")
        )
        yield Text(
            f"most recent inventory {span.recent_year}{told}", f"最近核算年度 {span.recent_year}{told_zh}"
        )
    if span is not None and span.own_net_zero_year is not None:
        yield Text(f"own net-zero year {span.own_net_zero_year}", f"企业净零年 {span.own_net_zero_year}")
    if value.get("measure") is not None:
        yield {
            "absolute": Text("absolute", "绝对量"),
            "intensity": Text("an intensity", "强度"),
            "share": Text("a share", "占比"),
        }[value["measure"]]
    if target.reduction is not None:
        cut = percent(target.reduction, up=False)
        yield Text(f"cuts {cut.en}", f"减排 {cut.zh}")


def change_of(target: Target) -> Iterator[Text]:
    """Yield why what is asked changed in April 2026, with the numbers of both editions."""
    span = target.span
    if span is None or not target.scopes:
        return
    before_rules, after_rules = definition(UNTIL_2026), definition(SINCE_2026)
    before = {each.level: each.needed for each in asked_of(target, before_rules)}
    after = {each.level: each.needed for each in asked_of(target, after_rules)}
    if "1_5c" not in before or "1_5c" not in after:
        return
    rate = percent(numbers_of(before_rules)["rate_1_5"], up=False)
    old, new = before["1_5c"].reduction.low, after["1_5c"]
    yield Text(
        f"Until April 2026 the line started at the base year: {rate.en} × {span.years} years = {percent(old).en}.",
        f"2026 年 4 月前，减排直线始于基准年：{rate.zh} × {span.years} 年 = {percent(old).zh}。",
    )
    pathways = pathways_of(numbers_of(after_rules))
    ends = []
    for each in target.scopes:
        pathway = pathways[each]
        year = min(pathway.net_zero_year, span.own_net_zero_year or pathway.net_zero_year)
        cut, said = percent(pathway.ambition, up=False), scopes_said((each,))
        ends.append(
            Text(f"{said.en} has to cut {cut.en} by {year}", f"{said.zh} 到 {year} 年须减排 {cut.zh}")
        )
    listed = Text(" and ", "，").join(ends)
    asked = (
        Text(f"that makes {percent(new.least).en}", f"合计需 {percent(new.least).zh}")
        if new.least is not None
        else Text(
            f"that makes {percent(new.reduction.low).en} to {percent(min(new.reduction.high, Fraction(1))).en}",
            f"合计需 {percent(new.reduction.low).zh} 至 {percent(min(new.reduction.high, Fraction(1))).zh}",
        )
    )
    start = "" if span.recent_year is None else f" ({span.recent_year})"
    start_zh = "" if span.recent_year is None else f"（{span.recent_year}）"
    yield Text(
        f"Since then it starts at the most recent inventory{start} and ends at net zero: {listed.en}; {asked.en}. "
        f"{rate.en} a year stays as a floor.",
        f"此后，直线始于最近核算年度{start_zh}、止于净零：{listed.zh}；{asked.zh}。每年 {rate.zh} 仍为下限。",
    )
    if tuple(target.scopes) == OWN and new.least is not None and new.least > old:
        yield Text(
            "The more of the emissions is scope 2, the more is asked: its line ends ten years earlier, at nothing."
            if span.own_net_zero_year is None
            else "The more of the emissions is scope 2, the more is asked.",
            "范围 2 占比越高，要求越高：其净零年更早，且须全部减除。",
        )


def remarks_of(target: Target, as_of: str) -> Iterator[Text]:
    """Yield what a reader should doubt of a target as of an ISO date."""
    value, span = target.value, target.span
    if span is not None and span.target_year < int(as_of[:4]):
        yield Text(
            f"The target year {span.target_year} has passed: this can no longer be set as a target.",
            f"目标年 {span.target_year} 已过，不能再作为目标提出。",
        )
    amounts = ("reduction", "reduction_amount", "level", "intensity")
    if (
        value.get("subject") == REDUCTION
        and target.entered.stated
        and not any(each in value for each in amounts)
    ):
        yield Text(
            "No reduction is stated: what a company is able to do is no target, and a peak needs a year and a value. "
            "There is nothing to test.",
            "未给出降幅：具备某种能力不等于目标，达峰目标须同时给出年份与数值，因此无从检验。",
        )
    if (value.get("validation") or {}).get("status") == "validated":
        yield Text(
            "Validated: it keeps that under the edition that it was validated by. What falls short under a later "
            "edition would fall short at renewal.",
            "该目标已通过验证，在其验证所依据的版本下继续有效；不符合后续版本的，更新时将不达标。",
        )
    if value.get("subject") == REDUCTION and value.get("measure") == "intensity":
        yield Text(
            "An intensity: absolute contraction does not measure it. Steelmakers' intensities are held against "
            "sbti-steel.",
            "强度目标不适用绝对减排法；钢铁企业的强度目标以 sbti-steel 衡量。",
        )
