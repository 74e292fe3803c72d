"""The report of a run as data."""

from __future__ import annotations

from typing import Any

from cati_rules.documents import format_path
from cati_rules.errors import Problem
from cati_rules.formats.reading import Reading
from cati_rules.gate.outcome import Gate
from cati_rules.gate.waiver import Waiver
from cati_rules.report.data.values import optional
from cati_rules.report.run import DocumentReport, Report
from cati_rules.report.values import RESULT_SCHEMA
from cati_rules.text import Language


def report_data(report: Report, language: Language) -> dict[str, Any]:
    """Return everything that was found, and before the documents what the gate came to."""
    return opening_data(report, language) | {
        "documents": [document_data(each, language, report.gate) for each in report.documents]
    }


def opening_data(report: Report, language: Language) -> dict[str, Any]:
    """Return what stands before the documents."""
    return {
        "schema": RESULT_SCHEMA,
        "as_of": report.as_of,
        "language": language,
        "attestation": report.attestation().data(),
        **gate_data(report.gate, language),
    }


def document_data(document: DocumentReport, language: Language, gate: Gate) -> dict[str, Any]:
    """Return all that is told of one document."""
    return {
        "path": document.path,
        **({} if document.project_name is None else {"name": document.project_name}),
        "kind": document.kind,
        "sha256": document.sha256,
        "problems": [problem_data(problem, language) for problem in document.problems],
        **_results(document, language),
        **({} if document.reading is None else {"reading": _reading(document.reading, language)}),
        **waived_data(gate, document.path),
    }


def _reading(reading: Reading, language: Language) -> dict[str, Any]:
    """Return how a file of another format was read: the values themselves stand in what they come to."""
    return {
        "format": reading.format.to(language),
        "taken": [
            {
                "path": format_path(each.path),
                "within": each.origin.within,
                "line": each.origin.line,
                "how": None if each.how is None else each.how.to(language),
            }
            for each in reading.taken
        ],
        "open": [
            {"path": each.path, "message": each.told.to(language), "within": each.origin.within}
            for each in reading.open
        ],
    }


def _results(document: DocumentReport, language: Language) -> dict[str, Any]:
    # Imported where it is used: most runs have one kind of result.
    told: list[dict[str, Any]] = []
    if document.scores:
        from cati_rules.report.data.index import index_data  # noqa: PLC0415

        told += [index_data(each, language) for each in document.scores]
    disagreements: dict[str, Any] = {}
    if document.verdicts:
        from cati_rules.report.data.definition import definition_data, disagreement_data  # noqa: PLC0415

        told += [definition_data(each, language) for each in document.verdicts]
        found = [disagreement_data(each, language) for each in document.disagreements()]
        disagreements = {"disagreements": found}
    if document.consistency:
        from cati_rules.report.data.consistency import consistency_data  # noqa: PLC0415

        told += [consistency_data(each, language) for each in document.consistency]
    return {"results": told, **disagreements}


def gate_data(gate: Gate, language: Language) -> dict[str, Any]:
    """Return what was demanded and not reached, and what is wrong with waivers; no key for what was not asked for."""
    data: dict[str, Any] = {}
    if gate.demanded:
        data["demands"] = [
            {
                "demand": each.demand,
                "document": each.document,
                "ruleset": each.ruleset,
                "rule": each.rule,
                "path": format_path(each.path),
                "reason": each.reason.to(language),
                "waived": each.waived,
                "accept": list(each.accept),
            }
            for each in gate.demands
        ]
    if gate.new:
        data["baseline"] = {"new_documents": [each.place.file for each in gate.new]}
    if gate.waiving:
        data["waivers"] = [problem_data(each.problem, language) for each in gate.problems]
    return data


def waived_data(gate: Gate, name: str) -> dict[str, Any]:
    """Return what is waived in a document; no key where waivers were not given."""
    return {"waived": [_waiver(each) for each in gate.applied_on(name)]} if gate.waiving else {}


def _waiver(waiver: Waiver) -> dict[str, str]:
    return {
        "ruleset": waiver.ruleset,
        "rule": waiver.rule,
        "pointer": waiver.pointer,
        "reason": waiver.reason,
        "approver": waiver.approver,
        "expires": waiver.expires,
    }


def problem_data(problem: Problem, language: Language) -> dict[str, Any]:
    """Return one problem."""
    return {
        "severity": problem.severity,
        "code": problem.code,
        "path": problem.path,
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "field": optional(problem.field, language),
        "message": problem.message.to(language),
        "expected": optional(problem.expected, language),
        "advice": optional(problem.advice, language),
    }
