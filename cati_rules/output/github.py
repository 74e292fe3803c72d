"""Commands of a GitHub workflow: each finding as an annotation of its line."""

from __future__ import annotations

from collections.abc import Mapping

from cati_rules.output.page_options import Page
from cati_rules.report.finding import Finding, Level, bracketed
from cati_rules.report.run import Report
from cati_rules.text import Text
from cati_rules.visible import visible

_WAIVED = Text("waived", "已豁免")
_COMMANDS: Mapping[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}
# The percent sign goes first, since the other escapes hold one.
_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (":", "%3A"), (",", "%2C"))


def render(report: Report, page: Page) -> str:
    """Return a workflow command for each finding; nothing where there are none."""
    return "".join(f"{_annotation(each, page)}\n" for each in report.told())


def _annotation(finding: Finding, page: Page) -> str:
    mark = f" [{page.say(_WAIVED)}]" if finding.waived else ""
    properties = {
        "file": visible(finding.document),
        "line": str(finding.line),
        "col": str(finding.column),
        "title": f"{finding.rule}{mark} {page.say(finding.title)}",
    }
    told = ",".join(f"{name}={_escaped(value, _PROPERTY)}" for name, value in properties.items())
    said = (bracketed(finding.message, finding.waived), finding.advice)
    message = "\n→ ".join(page.say(each) for each in said if each)
    command = "notice" if finding.waived else _COMMANDS[finding.level]
    return f"::{command} {told}::{_escaped(message, _DATA)}"


def _escaped(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for plain, escape in pairs:
        text = text.replace(plain, escape)
    return text
