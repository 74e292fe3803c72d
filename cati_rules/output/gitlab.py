"""GitLab's code quality report: a JSON list of findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cati_rules.output.page_options import Page
from cati_rules.report.finding import Finding, Level
from cati_rules.report.run import Report
from cati_rules.text import Language
from cati_rules.visible import json_text

_SEVERITIES: Mapping[Level, str] = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report, page: Page) -> str:
    """Return the findings of a run as a code quality report, a line for each."""
    entries = (json_text(_entry(each, page.language)) for each in report.told())
    return "[\n" + ",\n".join(entries) + "\n]\n"


def _entry(finding: Finding, language: Language) -> dict[str, Any]:
    said = (each.to(language) for each in (finding.said, finding.advice) if each)
    return {
        "description": " → ".join(said),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": "info" if finding.waived else _SEVERITIES[finding.level],
        "location": {"path": finding.document, "lines": {"begin": finding.line}},
    }
