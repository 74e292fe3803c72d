"""The report of an index as data."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from cati_rules.numbers import number_text, plain
from cati_rules.report.data.values import at_data, optional, paths_data, source_data
from cati_rules.report.index import (
    Company,
    Criterion,
    Dimension,
    Gain,
    IndexReport,
    Indicator,
    Published,
    Publishing,
    Seen,
    SourcePublishing,
)
from cati_rules.text import Language, Text

NOTICE = Text(
    "Computed by cati, not by IPE; how points are split is our interpretation where the report publishes none.",
    "由 cati 计算，并非 IPE 评分；报告未公布分值拆分之处为本工具的理解。",
)


def index_data(report: IndexReport, language: Language) -> dict[str, Any]:
    """Return all that is told of an index."""
    ruleset = report.ruleset
    return {
        "ruleset": ruleset.id,
        "edition": ruleset.edition,
        "kind": ruleset.kind,
        "notice": NOTICE.to(language),
        "title": ruleset.title.to(language),
        "as_of": report.as_of,
        "points": number_text(report.points),
        "weighted_points": number_text(report.most),
        "parameters": {name: plain(value) for name, value in report.parameters.items()},
        "remark": optional(report.other_maximum, language),
        "score": number_text(report.score),
        "score_if_published": number_text(report.score_if_published),
        "rate": plain(report.rate),
        "band": None if report.band is None else report.band.id,
        "band_title": report.band_title.to(language),
        "band_if_published": None if report.band_if_published is None else report.band_if_published.id,
        "not_applicable": [
            {
                **at_data(each.at),
                "indicator": each.indicator,
                "title": each.title.to(language),
                "reason": each.reason,
            }
            for each in report.left_out
        ],
        "not_counted": [
            {**at_data(each.statement.at), "finding": each.finding, "title": each.title.to(language)}
            for each in report.not_counted()
        ],
        "unpublished": [at_data(each) for each in report.unpublished],
        "publishing": [_publishing(each) for each in report.publishing()],
        "publishing_sources": [_source_publishing(each) for each in report.publishing_sources()],
        "turning": [{**_gain(each), "band": each.band} for each in report.turning()],
        "dimensions": [_dimension(each, language) for each in report.dimensions],
        "indicators": [_indicator(each, language) for each in report.indicators()],
        "standing": None if report.place is None else published_data(report.place, language),
        **({"cut_short": list(report.cut_short())} if report.cut_short() else {}),
    }


def _publishing(each: Publishing) -> dict[str, Any]:
    return {
        **at_data(each.statement.at),
        "inside": paths_data(each.inside),
        "gain": number_text(each.gain),
        "beside": paths_data(each.beside),
        "gain_together": number_text(each.gain_together),
    }


def _source_publishing(each: SourcePublishing) -> dict[str, Any]:
    return {
        **at_data(each.at),
        "id": each.id,
        "statements": paths_data(each.statements),
        "gain": number_text(each.gain),
    }


def _gain(gain: Gain) -> dict[str, Any]:
    return {
        "path": gain.at.text,
        "operator": gain.operator,
        "value": plain(gain.value),
        "unit": None,
        "choices": [plain(each) for each in gain.choices],
        "gain": number_text(gain.gain),
        "score": number_text(gain.score),
    }


def _dimension(each: Dimension, language: Language) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": each.title.to(language),
        "points": number_text(each.points),
        "awarded": number_text(each.awarded),
        "weighted": number_text(each.weighted),
        "weighted_points": number_text(each.weighted_points),
        "groups": [
            {
                "id": group.id,
                "title": group.title.to(language),
                "points": number_text(group.points),
                "awarded": number_text(group.awarded),
            }
            for group in each.groups
        ],
    }


def _indicator(each: Indicator, language: Language) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": each.title.to(language),
        "points": number_text(each.points),
        "awarded": number_text(each.awarded),
        "awarded_if_published": number_text(each.awarded_if_published),
        "weight": number_text(each.weight),
        "weighted": number_text(each.weighted),
        "award": each.award,
        "earned": number_text(each.earned),
        "held_back": number_text(each.held_back),
        "counts_elsewhere": each.counts_elsewhere,
        "verdict": each.verdict,
        "source": source_data(each.source, language),
        "criteria": [_criterion(criterion, language) for criterion in each.criteria],
    }


def _criterion(each: Criterion, language: Language) -> dict[str, Any]:
    seen = each.seen()
    return {
        "id": each.id,
        "title": each.title.to(language),
        "points": number_text(each.points),
        "verdict": each.verdict,
        "verdict_if_published": "met" if each.met_if_published else "not_met",
        "when": each.when,
        "values": {one.at.text: _value(one) for one in seen if one.demand != "entry"},
        "missing": list(dict.fromkeys(one.at.text for one in seen if one.missing)),
        "withheld": [at_data(one.at) for one in each.withheld()],
        "seen": [_seen(one, language) for one in seen],
        "turning": [_gain(one) for one in each.turning()],
        "advice": optional(each.advice(), language),
        "basis": each.basis,
        "why": optional(each.why, language),
        "source": source_data(each.source, language),
    }


def _seen(seen: Seen, language: Language) -> dict[str, Any]:
    data: dict[str, Any] = {
        **at_data(seen.at),
        "held": seen.held,
        "demand": seen.demand,
        "value": _value(seen),
    }
    if seen.operator is not None:
        data |= {"operator": seen.operator, "limit": plain(seen.limit), "limit_name": seen.limit_name}
    if seen.choices:
        data |= {"choices": [plain(each) for each in seen.choices], "negated": seen.negated}
    if seen.demand == "entry":
        data |= {"entries": seen.entries}
    if seen.part_of is not None:
        data |= {"part_of": seen.part_of, "part_of_title": optional(seen.part_of_title, language)}
    if seen.assumed:
        data |= {"assumed": True}
    return data


def _value(seen: Seen) -> Any:
    return plain(seen.value) if seen.items is None else [plain(each) for each in seen.items]


def published_data(place: Published, language: Language) -> dict[str, Any]:
    """Return a score's place among the companies whose results were published; rates are in percent.

    ``of`` counts the published companies alone: the last of 51 and this document would have rank 52.
    """
    return {
        "ranks": [
            {"among": each.among.to(language), "rank": each.rank, "of": each.of} for each in place.ranks
        ],
        "next_above": None if place.above is None else _company(place.above),
        "next_below": None if place.below is None else _company(place.below),
        "peers": place.peers.to(language),
        "columns": [
            {
                "id": each.id,
                "title": each.title.to(language),
                "points": f"{each.points:f}",
                "awarded": f"{each.awarded:f}",
                "rate": f"{each.rate.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP):f}",
                "lowest": f"{each.lowest:f}",
                "median": f"{each.median:f}",
                "highest": f"{each.highest:f}",
                "rank": each.rank,
                "of": each.of,
            }
            for each in place.columns
        ],
    }


def _company(company: Company) -> dict[str, str]:
    return {"company": company.name.zh, "company_en": company.name.en, "total": f"{company.total:f}"}
