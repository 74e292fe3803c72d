"""JSON Lines: one line a verdict, as soon as it is known; no turning values, and nothing else that takes time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Protocol

from cati_rules.documents import format_path
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import Problem
from cati_rules.numbers import number_text
from cati_rules.output.page_options import Page
from cati_rules.report.data.run import problem_data
from cati_rules.report.run import DocumentReport, Report
from cati_rules.text import Language
from cati_rules.visible import json_text


class _Named(Protocol):
    @property
    def id(self) -> str: ...


class _Scored(Protocol):
    """A score, as a result or a report on it tells it."""

    @property
    def ruleset(self) -> _Named: ...
    @property
    def score(self) -> Decimal: ...
    @property
    def score_if_published(self) -> Decimal: ...
    @property
    def band(self) -> _Named | None: ...


class _Judged(Protocol):
    """A verdict, as a result or a report on it tells it."""

    @property
    def ruleset(self) -> _Named: ...
    @property
    def verdict(self) -> str: ...
    @property
    def level(self) -> str | None: ...
    @property
    def missing(self) -> Sequence[FieldPath]: ...


def render(report: Report, page: Page) -> str:
    """Return a line for each verdict on each document."""
    return "".join(document_lines(each, page) for each in report.documents)


def document_lines(document: DocumentReport, page: Page) -> str:
    """Return the lines of one document: one for each verdict, or one with its problems where it is invalid."""
    head = head_of(document.file, document.record, document.kind)
    if document.failed:
        return problem_line(head, document.problems, page.language)
    return verdict_lines(head, document.scores, document.verdicts)


def head_of(path: str, record: int | None, kind: str | None) -> dict[str, Any]:
    """Return what a line begins with: the file, which of its records from 1, and the kind of document."""
    return {"path": path, "record": record, "kind": kind}


def problem_line(head: dict[str, Any], problems: Sequence[Problem], language: Language) -> str:
    """Return the line of a document that is invalid."""
    return _line({**head, "problems": [problem_data(each, language) for each in problems]})


def verdict_lines(
    head: dict[str, Any],
    scores: Sequence[_Scored],
    verdicts: Sequence[_Judged],
) -> str:
    """Return a line for each score and verdict; results and reports on them say the same here."""
    return "".join(_line({**head, **each}) for each in (*map(_scored, scores), *map(_judged, verdicts)))


def _line(row: dict[str, Any]) -> str:
    return f"{json_text(row)}\n"


def _scored(score: _Scored) -> dict[str, Any]:
    return {
        "ruleset": score.ruleset.id,
        "verdict": None,
        "level": None,
        "score": number_text(score.score),
        "score_if_published": number_text(score.score_if_published),
        "band": None if score.band is None else score.band.id,
        "missing": None,
    }


def _judged(verdict: _Judged) -> dict[str, Any]:
    return {
        "ruleset": verdict.ruleset.id,
        "verdict": verdict.verdict,
        "level": verdict.level,
        "score": None,
        "score_if_published": None,
        "band": None,
        "missing": [format_path(each) for each in verdict.missing],
    }
