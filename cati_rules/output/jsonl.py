"""JSON Lines: one line a verdict, as soon as it is known; no turning values, and nothing else that takes time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cati_rules.documents import format_path
from cati_rules.numbers import number_text
from cati_rules.output.page import Page
from cati_rules.report.data.run import problem_data
from cati_rules.report.run import DocumentReport, Report
from cati_rules.visible import json_text


def render(report: Report, page: Page) -> str:
    """Return a line for each verdict on each document."""
    return "".join(document_lines(each, page) for each in report.documents)


def document_lines(document: DocumentReport, page: Page) -> str:
    """Return the lines of one document: one for each verdict, or one with its problems where it is invalid."""
    return "".join(f"{json_text(each)}\n" for each in _rows(document, page))


def _rows(document: DocumentReport, page: Page) -> Iterator[dict[str, Any]]:
    head = {"path": document.file, "record": document.record, "kind": document.kind}
    if document.failed:
        yield {**head, "problems": [problem_data(each, page.language) for each in document.problems]}
    for score in document.scores:
        yield {
            **head,
            "ruleset": score.ruleset.id,
            "verdict": None,
            "level": None,
            "score": number_text(score.score),
            "score_if_published": number_text(score.score_if_published),
            "band": None if score.band is None else score.band.id,
            "missing": None,
        }
    for verdict in document.verdicts:
        yield {
            **head,
            "ruleset": verdict.ruleset.id,
            "verdict": verdict.verdict,
            "level": verdict.level,
            "score": None,
            "score_if_published": None,
            "band": None,
            "missing": [format_path(each) for each in verdict.missing],
        }
