"""Plain lines, one for each finding: ``file:line:column rule message``, as editors and log readers follow them."""

from __future__ import annotations

from pathlib import Path

from cati_rules.documents.names import document_name
from cati_rules.output.finding import Finding
from cati_rules.output.findings import Report
from cati_rules.visible import visible


def render(report: Report) -> str:
    """Return a line for each finding; nothing where there are none."""
    return "".join(f"{line(each, _reached(each.place.file, report.here))}\n" for each in report.told)


def line(finding: Finding, name: str | None = None) -> str:
    """Return a finding in one line, with what to do behind an arrow; ``name`` is what to call the file instead."""
    advice = f" → {finding.advice}" if finding.advice else ""
    place = f"{visible(name or finding.document)}:{finding.line}:{finding.column}"
    return f"{place} {finding.rule} {finding.said}{advice}"


def _reached(given: str, here: Path) -> str:
    """Return a file's name as one reaches it from the working folder ``here``."""
    return document_name(given, here) if Path(given).is_absolute() else Path(given).as_posix()
