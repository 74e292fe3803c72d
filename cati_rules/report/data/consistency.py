"""The report of a consistency ruleset as data."""

from __future__ import annotations

from typing import Any

from cati_rules.numbers import plain
from cati_rules.report.consistency import ConsistencyReport, Inconsistency, Rule
from cati_rules.report.data.values import at_data, optional, source_data
from cati_rules.text import Language


def consistency_data(report: ConsistencyReport, language: Language) -> dict[str, Any]:
    """Return all that was found."""
    ruleset = report.ruleset
    return {
        "ruleset": ruleset.id,
        "edition": ruleset.edition,
        "kind": ruleset.kind,
        "title": ruleset.title.to(language),
        "as_of": report.as_of,
        "findings": [_finding(each, language) for each in report.findings],
    }


def _finding(finding: Inconsistency, language: Language) -> dict[str, Any]:
    rule = finding.rule
    return {
        "id": rule.id,
        "severity": finding.severity,
        "title": rule.title.to(language),
        "advice": rule.advice.to(language),
        **at_data(finding.at),
        "values": {each.text: plain(each.value) for each in finding.values()},
        "reasons": {each.text: plain(each.value) for each in finding.reasons()},
        **_grounds(rule, language),
    }


def _grounds(rule: Rule, language: Language) -> dict[str, Any]:
    return {
        "when": rule.when,
        "explained_by": rule.explained_by,
        "basis": rule.basis,
        "why": optional(rule.why, language),
        "source": source_data(rule.source, language),
    }
