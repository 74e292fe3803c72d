"""Where a score would stand among the companies that the publisher printed results for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches
from typing import Any

from msgspec import Struct

from cati_rules.errors import Place, Problem, UsageError
from cati_rules.kinds.index.published_companies import Column, Company, Published
from cati_rules.kinds.index.recomputation import column_points
from cati_rules.kinds.index.result import IndexResult
from cati_rules.text import Text

REGIONS: Mapping[str, str] = {
    "CN": "中国",
    "DE": "德国",
    "FR": "法国",
    "GB": "英国",
    "JP": "日本",
    "KR": "韩国",
    "NL": "荷兰",
    "SE": "瑞典",
    "US": "美国",
}
"""The regions of the printed table by country code."""
REGION_TITLES: Mapping[str, Text] = {
    "中国": Text("China", "中国"),
    "德国": Text("Germany", "德国"),
    "法国": Text("France", "法国"),
    "英国": Text("United Kingdom", "英国"),
    "日本": Text("Japan", "日本"),
    "韩国": Text("South Korea", "韩国"),
    "荷兰": Text("the Netherlands", "荷兰"),
    "瑞典": Text("Sweden", "瑞典"),
    "美国": Text("United States", "美国"),
}
PRODUCT_TYPES: Mapping[str, str] = {
    "new_energy_only": "新能源车",
    "combustion_and_new_energy": "燃油车+新能源车",
}
PRODUCT_TITLES: Mapping[str, Text] = {
    "新能源车": Text("new-energy vehicles only", "新能源车企"),
    "燃油车+新能源车": Text("combustion and new-energy vehicles", "燃油车+新能源车"),
}
REGION, PRODUCT_TYPE = "region", "product-type"


class Rank(Struct, frozen=True):
    """A rank among ``of`` companies and the document itself left out: 1 is above all of them."""

    among: Text
    rank: int
    of: int


class Spread(Struct, frozen=True):
    """The printed rates of one column (whole percent) with the document's own in it (exact percent)."""

    column: Column
    lowest: Decimal
    median: Decimal
    highest: Decimal
    own: Decimal
    own_points: Decimal
    rank: int
    of: int


class Standing(Struct, frozen=True):
    """A score's place among printed companies: overall, among its like, and column by column among ``peers``."""

    ranks: tuple[Rank, ...]
    peers: Text
    spreads: tuple[Spread, ...]
    above: Company | None
    below: Company | None


def standing(
    result: IndexResult, document: Mapping[str, Any], published: Published, peers: str | None = None
) -> Standing:
    """Return where ``result`` stands; ``peers`` narrows the columns' spreads.

    ``peers`` is ``region``, ``product-type``, or names of companies with commas between.

    Raises:
        UsageError: a company is not among the printed ones, or the document lacks what ``peers`` goes by.
    """
    everyone = published.companies
    company = document.get("company", {})
    groups: dict[str, tuple[Text, Sequence[Company]]] = {}
    region = REGIONS.get(company.get("country", ""))
    if region is not None:
        groups[REGION] = (REGION_TITLES[region], [each for each in everyone if each.region == region])
    product_type = PRODUCT_TYPES.get(company.get("product_range", ""))
    if product_type is not None:
        same = [each for each in everyone if each.product_type == product_type]
        groups[PRODUCT_TYPE] = (PRODUCT_TITLES[product_type], same)
    all_of = Text(f"all {len(everyone)} published companies", f"全部 {len(everyone)} 家已评企业")
    chosen = _peers(peers, groups, published)
    ranks = [_rank(all_of, result.score, everyone)]
    ranks.extend(_rank(title, result.score, members) for title, members in groups.values())
    if chosen is not None and peers not in groups:
        ranks.append(_rank(chosen[0], result.score, chosen[1]))
    peers_title, members = chosen or (all_of, everyone)
    awarded = {each.indicator.id: each.awarded for each in result.indicators()}
    higher = [each for each in everyone if each.total > result.score]
    lower = [each for each in everyone if each.total <= result.score]
    return Standing(
        ranks=tuple(ranks),
        peers=peers_title,
        spreads=tuple(_spread(each, awarded, members) for each in published.columns),
        above=min(higher, key=lambda each: each.total, default=None),
        below=max(lower, key=lambda each: each.total, default=None),
    )


def _rank(among: Text, score: Decimal, companies: Sequence[Company]) -> Rank:
    return Rank(among, 1 + sum(1 for each in companies if each.total > score), len(companies))


def _spread(column: Column, awarded: Mapping[str, Decimal], companies: Sequence[Company]) -> Spread:
    rates = sorted(each.rates[column.id] for each in companies)
    middle = len(rates) // 2
    median = rates[middle] if len(rates) % 2 else (rates[middle - 1] + rates[middle]) / 2
    points = column_points(column, awarded)
    own = points * 100 / column.points
    # Printed rates are rounded: of equal whole percentages none is above the other.
    whole = own.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    higher = sum(1 for each in rates if each > whole)
    return Spread(column, rates[0], median, rates[-1], own, points, 1 + higher, len(rates))


def _peers(
    peers: str | None, groups: Mapping[str, tuple[Text, Sequence[Company]]], published: Published
) -> tuple[Text, Sequence[Company]] | None:
    if peers is None:
        return None
    if peers in groups:
        return groups[peers]
    if peers in (REGION, PRODUCT_TYPE):
        field = "company.country" if peers == REGION else "company.product_range"
        message = Text(
            f"the document gives no {field} that the published companies have.",
            f"文件未填写 {field}，或其取值不在已评企业之列。",
        )
        raise UsageError(Problem(place=Place("--peers"), code="usage/peers", message=message))
    found = [
        _company(name.strip(), published) for name in peers.replace("，", ",").split(",") if name.strip()
    ]
    if not found:
        message = Text("name at least one company.", "请至少填写一家企业。")
        raise UsageError(Problem(place=Place("--peers"), code="usage/peers", message=message))
    return (
        Text(", ".join(each.name_en for each in found), "、".join(each.name for each in found)),
        found,
    )


def _company(name: str, published: Published) -> Company:
    names = {each.name.casefold(): each for each in published.companies}
    names |= {each.name_en.casefold(): each for each in published.companies}
    if name.casefold() in names:
        return names[name.casefold()]
    close = get_close_matches(name.casefold(), names, n=3)
    shown = [names[each] for each in close]
    raise UsageError(
        Problem(
            place=Place("--peers"),
            code="usage/peers",
            message=Text(f"{name} is not among the published companies.", f"{name} 不在已评企业之列。"),
            advice=Text(
                f"Did you mean {', '.join(each.name_en for each in shown)}?",
                f"是否应为 {'、'.join(each.name for each in shown)}？",
            )
            if shown
            else Text("`cati benchmark` lists them.", "用 `cati benchmark` 查看全部企业。"),
        )
    )
