"""Results on one document as data, each with its whole evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cati_rules.gate.outcome import OPEN
from cati_rules.report.consistency import ConsistencyReport
from cati_rules.report.data.run import document_data
from cati_rules.report.data.values import evaluation_data
from cati_rules.report.definition import DefinitionReport
from cati_rules.report.index import IndexReport
from cati_rules.report.run import Report
from cati_rules.report.values import RESULT_SCHEMA
from cati_rules.text import Language


def explained_data(report: Report, rules: Sequence[str], language: Language) -> dict[str, Any]:
    """Return the results with whole evaluations: of the indicators, or rules that look for something, in ``rules``."""
    (document,) = report.documents
    data = document_data(document, language, OPEN)
    told = iter(data["results"])
    for score in document.scores:
        _add_criteria(next(told), score, rules, language)
    for verdict in document.verdicts:
        said = next(told)
        said["evaluation"] = _conditions(verdict, language)
        if verdict.untold:
            said["entries_left_out"] = len(verdict.untold)
    for one in document.consistency:
        result = next(told)
        result["findings"] = [each for each in result["findings"] if each["id"] in rules]
        result["evaluation"] = _judged(one, rules, language)
    return {"schema": RESULT_SCHEMA, "as_of": report.as_of, "documents": [data]}


def _add_criteria(told: dict[str, Any], score: IndexReport, rules: Sequence[str], language: Language) -> None:
    known = {each.id: each for each in score.indicators()}
    told["indicators"] = [each for each in told["indicators"] if each["id"] in rules]
    for each in told["indicators"]:
        for criterion, said in zip(known[each["id"]].criteria, each["criteria"], strict=True):
            said["evaluation"] = evaluation_data(criterion.evaluation(), language)


def _conditions(verdict: DefinitionReport, language: Language) -> list[dict[str, Any]]:
    return [
        {
            "path": judgement.at.text,
            "condition": each.id,
            **evaluation_data(each.evaluation(), language),
        }
        for judgement in verdict.entries
        for each in judgement.judged()
    ]


def _judged(one: ConsistencyReport, rules: Sequence[str], language: Language) -> list[dict[str, Any]]:
    return [
        {
            "id": each.rule,
            "path": each.at.text,
            "found": each.found,
            **evaluation_data(each.evaluation, language),
        }
        for each in one.judged()
        if each.rule in rules
    ]
