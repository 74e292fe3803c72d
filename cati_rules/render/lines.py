"""Plain lines, one for each finding: ``file:line:column rule message``, as editors and log readers follow them."""

from __future__ import annotations

from cati_rules.render.finding import Finding
from cati_rules.render.findings import Report
from cati_rules.visible import visible


def render(report: Report) -> str:
    """Return a line for each finding; nothing where there are none."""
    return "".join(f"{line(each)}\n" for each in report.told)


def line(finding: Finding) -> str:
    """Return a finding in one line, with what to do behind an arrow."""
    advice = f" → {finding.advice}" if finding.advice else ""
    place = f"{visible(finding.document)}:{finding.line}:{finding.column}"
    return f"{place} {finding.rule} {finding.said}{advice}"
