"""Results on one document in the terminal, each with its whole evaluation."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType

from cati_rules.output import consistency, verdict_reasons
from cati_rules.output.page_options import Page
from cati_rules.output.scorecard import Scorecard
from cati_rules.output.terminal_pages import problem_lines, text_of
from cati_rules.report.run import Report


def render(report: Report, page: Page, rules: Sequence[str]) -> str:
    """Return whole evaluations: of the indicators, or rules that look for something, in ``rules``."""
    parts: list[RenderableType] = []
    for document in report.documents:
        parts.extend(problem_lines(document.problems, page.language))
        for score in document.scores:
            parts.extend(Scorecard(score, document, page).of_indicators(rules))
        parts.extend(verdict_reasons.explained(document, page))
        parts.extend(consistency.explained(document, rules, page))
    return text_of(parts, page)
