"""What the sectoral approach asks of an intensity, in words with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from cati_rules.numbers import number_text
from cati_rules.report.wording.targets import percent
from cati_rules.targets.numbers import Between
from cati_rules.targets.sector import Activity, SectorPathway, converging
from cati_rules.text import Text


class Sector(Struct, frozen=True, kw_only=True):
    """What was entered of a sector: its pathway and what it is called, the company's intensity, its output."""

    pathway: SectorPathway
    name: Text
    intensity: Decimal
    base_year: int
    target_year: int
    activity: Activity | None = None
    capped: bool = False


def sector_lines(sector: Sector) -> Iterator[Text]:
    """Yield what the pathway allows in the target year and how that comes about.

    Raises:
        ValueError: a year lies outside of the pathway.
    """
    found = converging(
        sector.pathway,
        sector.intensity,
        sector.base_year,
        sector.target_year,
        activity=sector.activity,
        capped=sector.capped,
    )
    name = sector.name
    yield Text(
        f"{name.en}: {_number(found.sector_base)} t/t in {sector.base_year}, {_number(found.sector)} in "
        f"{sector.target_year}, {_one(sector.pathway.end)} in {sector.pathway.last_year}",
        f"{name.zh}：{sector.base_year} 年 {_number(found.sector_base)} t/t，{sector.target_year} 年 "
        f"{_number(found.sector)}，"
        f"{sector.pathway.last_year} 年 {_one(sector.pathway.end)}",
    )
    if sector.activity is None:
        yield Text(
            "m = 1: output is taken to grow as the sector's does (else: --production, --planned, --sector-growth)",
            "m = 1：假定产量与行业同步增长（可用 --production、--planned、--sector-growth 另行指定）",
        )
    else:
        uncapped = sector.activity.share_ratio(capped=False)
        m = _one(found.share_ratio)
        if uncapped > 1:
            kept = (
                "1 at most, as the workbook has it (--cap)"
                if sector.capped
                else "uncapped, as the report of 2015 has it; --cap takes 1"
            )
            kept_zh = (
                "按工作簿以 1 为上限（--cap）" if sector.capped else "按 2015 年报告不设上限；--cap 则取 1"
            )
            yield Text(f"m = {m}: {kept}", f"m = {m}：{kept_zh}")
        else:
            yield Text(
                f"m = {m}: the company's share of the sector changes", f"m = {m}：企业占行业的份额变化"
            )
    cut = found.reduction
    asked = (
        Text(f"{_number(found.intensity)} t/t at most", f"不高于 {_number(found.intensity)} t/t")
        if found.intensity.exact
        else Text(
            f"between {_number(found.intensity)} t/t: no milestone in these years, nothing is interpolated",
            f"介于 {_number(found.intensity)} t/t：该年份无路径数据，不作插值",
        )
    )
    least = (
        percent(cut.low)
        if cut.exact
        else Text(
            f"{percent(cut.low).en} to {percent(cut.high).en}",
            f"{percent(cut.low).zh} 至 {percent(cut.high).zh}",
        )
    )
    yield Text(
        f"{sector.target_year}: {asked.en}, from {number_text(sector.intensity)} in {sector.base_year}: {least.en} "
        f"less per tonne",
        f"{sector.target_year} 年{asked.zh}（{sector.base_year} 年为 {number_text(sector.intensity)}）："
        f"每吨下降 {least.zh}",
    )
    if sector.activity is not None:
        before, after = found.absolute(sector.activity)
        total = Between(after.low, after.high)
        change = percent(1 - after.high / before, up=False)
        yield Text(
            f"in all: {_one(before)} → {_number(total)} (in units of output × t/t), {change.en} less",
            f"总量：{_one(before)} → {_number(total)}（产量单位 × t/t），下降 {change.zh}",
        )


def _one(value: Fraction) -> str:
    return number_text(Decimal(round(value * 1000)).scaleb(-3))


def _number(value: Between) -> str:
    return _one(value.low) if value.exact else f"{_one(value.low)}–{_one(value.high)}"
