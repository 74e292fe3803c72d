"""The step “set a target” below the steps of an index, and in their data."""

from __future__ import annotations

from typing import Any

from cati_rules.numbers import plain
from cati_rules.output.layout import escape
from cati_rules.report.targets import TargetStep
from cati_rules.text import Language


def target_line(step: TargetStep, language: Language) -> str:
    """Return the step as a line of the page."""
    return f"+ {escape(step.said.to(language))}"


def target_data(step: TargetStep, language: Language) -> dict[str, Any]:
    """Return the step as JSON data; the reduction is an exact string."""
    return {
        "edition": step.edition,
        "base_year": step.base_year,
        "target_year": step.target_year,
        "reduction": plain(step.reduction),
        "said": step.said.to(language),
    }
