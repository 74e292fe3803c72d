"""The report of a definition as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cati_rules.documents import format_path, path_order
from cati_rules.numbers import plain
from cati_rules.report.data.values import (
    amount_data,
    at_data,
    optional,
    paths_data,
    period_data,
    range_data,
    source_data,
)
from cati_rules.report.definition import (
    Comparison,
    Condition,
    Contradiction,
    DefinitionReport,
    Disagreement,
    Figure,
    Judgement,
    Lot,
    Rounding,
    Turn,
    Untold,
)
from cati_rules.report.values import Location, Plain
from cati_rules.text import Language

_NOTHING_JUDGED: dict[str, Any] = {
    "reasons": [],
    "figures": [],
    "turning": [],
    "turning_together": [],
    "turning_not_met": [],
    "sensitive_to_rounding": [],
}


def definition_data(report: DefinitionReport, language: Language) -> dict[str, Any]:
    """Return all that is told of a definition."""
    ruleset, brand, told = report.ruleset, report.brand, report.telling
    data: dict[str, Any] = {
        "ruleset": ruleset.id,
        "edition": ruleset.edition,
        "standard": ruleset.standard,
        "kind": ruleset.kind,
        "title": ruleset.title.to(language),
        "asks": report.asks.to(language),
        "as_of": report.as_of,
        "in_force": period_data(ruleset),
        "subject": report.subject,
        "verdict": report.verdict,
        "level": report.level,
        "missing": paths_data(report.missing),
        **_contradicted(report.contradicted_by),
        "quoted": [
            {"id": each.id, "title": each.title.to(language), "source": source_data(each.source, language)}
            for each in report.quoted
        ],
        "brand": None
        if brand is None
        else {
            "labels": list(brand.labels),
            "makers": list(brand.makers),
            "figures_alone": brand.figures_alone,
            "level_alone": brand.level_alone,
        },
        "claims": dict(report.claims),
        "parameters": {name: plain(value) for name, value in report.parameters.items()},
        "why": optional(report.why, language),
        **(_NOTHING_JUDGED if told is None else _judgement(told, language)),
    }
    if report.by_entry:
        listed = [
            (each.at.path, {**_entry(each, each.at), **_judgement(each, language)}) for each in report.entries
        ]
        listed += [
            (each.at().path, {**_entry(each, each.at()), **_NOTHING_JUDGED, "reasons_left_out": True})
            for each in report.untold
        ]
        data["entries"] = [entry for _, entry in sorted(listed, key=lambda each: path_order(each[0]))]
    if report.lots:
        data["lots"] = [_lot(each) for each in report.lots]
    return data


def _entry(each: Judgement | Untold, at: Location) -> dict[str, Any]:
    return {
        **at_data(at),
        "verdict": each.verdict,
        "level": each.level,
        "missing": paths_data(each.missing),
        **_contradicted(each.contradicted_by),
    }


def disagreement_data(each: Disagreement, language: Language) -> dict[str, Any]:
    """Return a pair of definitions that make the same claim and disagree."""
    return {
        "claim": each.claim,
        "met": each.met,
        "other": each.other,
        "verdict": each.verdict,
        "cause": each.cause,
        "message": each.said.to(language),
    }


def _judgement(judgement: Judgement, language: Language) -> dict[str, Any]:
    turning = judgement.turning()
    return {
        "reasons": [_condition(each, language) for each in judgement.judged() if each.concerned],
        "figures": [_figure(each, language) for each in judgement.figures],
        "turning": _turns(turning.single),
        "turning_together": _turns(turning.together),
        "turning_not_met": _turns(turning.not_met),
        **({"turning_otherwise": _turns(turning.otherwise)} if turning.otherwise else {}),
        **({"turning_cut_short": True} if turning.cut_short else {}),
        "sensitive_to_rounding": [_rounding(each) for each in judgement.rounding()],
    }


def _condition(condition: Condition, language: Language) -> dict[str, Any]:
    values, possible = condition.values()
    return {
        "condition": condition.id,
        "is_level": condition.is_level,
        "title": condition.title.to(language),
        "verdict": condition.verdict,
        "values": {name: plain(value) for name, value in values.items()},
        "possible": {name: range_data(value) for name, value in possible.items()},
        "comparisons": [_comparison(each) for each in condition.comparisons()],
        "when": condition.when,
        "open": optional(condition.opened(), language),
        "basis": condition.basis,
        "why": optional(condition.why, language),
        "source": source_data(condition.source, language),
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    margin, relative = comparison.margin, comparison.relative_margin
    return {
        "value": amount_data(comparison.value),
        "operator": comparison.operator,
        "limit": amount_data(comparison.limit),
        "unit": comparison.unit or None,
        "margin": None if margin is None else plain(margin),
        "relative_margin": None if relative is None else plain(relative),
    }


def _figure(figure: Figure, language: Language) -> dict[str, Any]:
    return {
        **at_data(figure.at),
        "given": amount_data(figure.given),
        "unit": figure.unit,
        "standing": figure.standing,
        "compared_in": figure.compared_in,
        "lapses": list(figure.lapses),
        "because": [each.to(language) for each in figure.because()],
    }


def _turns(turns: Iterable[Turn]) -> list[dict[str, Any]]:
    return [
        {
            "path": format_path(each.path),
            "operator": each.operator,
            "value": _shown(each.value),
            "exact": _shown(each.exact),
            "choices": [_shown(choice) for choice in each.choices],
            "unit": each.unit,
            "verdict": each.verdict,
            "level": each.level,
        }
        for each in turns
    ]


def _shown(value: Plain) -> Any:
    return value if isinstance(value, str) else plain(value)


def _rounding(each: Rounding) -> dict[str, Any]:
    return {
        "path": format_path(each.path),
        "half_unit": plain(each.half_unit),
        "value": plain(each.value),
        "unit": each.unit,
        "verdict": each.verdict,
        "level": each.level,
    }


def _lot(lot: Lot) -> dict[str, Any]:
    """Return the verdict on the product in one entry; of the first entries also what would turn it."""
    judgement, turning = lot.judgement, lot.turning()
    return {
        **at_data(judgement.at),
        "verdict": judgement.verdict,
        "level": judgement.level,
        "missing": paths_data(judgement.missing),
        "conditions": [
            {"condition": each.id, "verdict": each.verdict} for each in judgement.judged() if each.concerned
        ],
        "turning": _turns(turning.single),
        "turning_together": _turns(turning.together),
        **({"turning_cut_short": True} if turning.cut_short else {}),
        **_contradicted(judgement.contradicted_by),
    }


def _contradicted(found: Sequence[Contradiction]) -> dict[str, list[str]]:
    """Return the rules by which the document contradicts itself, and the fields of which at least one is wrong."""
    places = dict.fromkeys(path for each in found for path in each.places)
    return {
        "contradicted_by": list(dict.fromkeys(each.rule for each in found)),
        "contradicting": paths_data(places),
    }
