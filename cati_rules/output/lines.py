"""Plain lines, one for each finding: ``file:line:column rule message``, as editors and log readers follow them."""

from __future__ import annotations

from cati_rules.output.page_options import Page
from cati_rules.report.finding import Finding
from cati_rules.report.run import Report
from cati_rules.text import Language
from cati_rules.visible import visible


def render(report: Report, page: Page) -> str:
    """Return a line for each finding; nothing where there are none."""
    return "".join(f"{line(each, page.language, each.reached)}\n" for each in report.told())


def line(finding: Finding, language: Language, name: str | None = None) -> str:
    """Return a finding in one line, with what to do behind an arrow; ``name`` is what to call the file instead."""
    advice = f" → {finding.advice.to(language)}" if finding.advice else ""
    place = f"{visible(name or finding.document)}:{finding.line}:{finding.column}"
    return f"{place} {finding.rule} {finding.said.to(language)}{advice}"
