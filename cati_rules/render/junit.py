"""JUnit XML: every criterion and definition as a test case, for those who count what passes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from xml.etree import ElementTree as ET

from cati_rules.assessment.result import Verdict
from cati_rules.render.finding import Outcome
from cati_rules.render.findings import Report
from cati_rules.render.lines import line
from cati_rules.render.verdict_words import VERDICTS
from cati_rules.text import Text

# What XML 1.0 cannot hold, not even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render(report: Report) -> str:
    """Return what every rule came to, in a test suite for each document and ruleset."""
    root = ET.Element("testsuites", {"name": "cati"})
    for (document, ruleset), outcomes in groupby(
        report.outcomes, key=lambda each: (each.document, each.ruleset)
    ):
        root.append(_suite(f"{document}: {ruleset or 'document'}", outcomes, report))
    _count(root, list(root.iter("testcase")))
    ET.indent(root)
    # Without a named encoding it is UTF-8, which is what files get.
    return f'<?xml version="1.0"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(name: str, outcomes: Iterable[Outcome], report: Report) -> ET.Element:
    suite = ET.Element("testsuite", {"name": _xml(name)})
    for each in outcomes:
        suite.append(_case(each, report))
    _count(suite, list(suite))
    return suite


def _count(element: ET.Element, cases: list[ET.Element]) -> None:
    element.set("tests", str(len(cases)))
    for name, tag in _COUNTED.items():
        element.set(name, str(sum(1 for each in cases if each.find(tag) is not None)))
    element.set("time", "0")  # asked for by some readers; the time of a rule says nothing, and runs shall be alike


def _case(outcome: Outcome, report: Report) -> ET.Element:
    group = outcome.ruleset or "document"
    attributes = {
        "classname": _xml(f"{outcome.document}.{group}"),
        "name": _xml(f"{_short(outcome)} {outcome.title}"),
        "file": _xml(outcome.document),
        "time": "0",
    }
    if outcome.findings:
        attributes["line"] = str(outcome.findings[0].line)
    case = ET.Element("testcase", attributes)
    _TELL[outcome.verdict](case, outcome, report)
    return case


def _short(outcome: Outcome) -> str:
    """Return a rule's id without its ruleset, which the suite names."""
    return outcome.rule.removeprefix(f"{outcome.ruleset}:")


def _passed(case: ET.Element, outcome: Outcome, report: Report) -> None:
    """A test case that passed has nothing in it."""


def _failed(case: ET.Element, outcome: Outcome, report: Report) -> None:
    first = outcome.findings[0]
    told = ET.SubElement(case, "failure", {"message": _xml(first.said), "type": "not_met"})
    told.text = _xml("\n".join(line(each) for each in outcome.findings))


def _skipped(case: ET.Element, outcome: Outcome, report: Report) -> None:
    verdict = report.say(VERDICTS[outcome.verdict or "not_applicable"])
    message = report.say(Text(f"{verdict}: {outcome.reason}", f"{verdict}：{outcome.reason}"))
    ET.SubElement(case, "skipped", {"message": _xml(message)})


def _open(case: ET.Element, outcome: Outcome, report: Report) -> None:
    messages = dict.fromkeys(each.said for each in outcome.findings)
    told = ET.SubElement(case, "skipped", {"message": _xml(next(iter(messages), ""))})
    told.text = _xml("\n".join(line(each) for each in outcome.findings))


def _problem(case: ET.Element, outcome: Outcome, report: Report) -> None:
    """A document's problem: an error where it stopped the evaluation, else output of a case that passed."""
    (finding,) = outcome.findings
    if finding.level == "error":
        told = ET.SubElement(case, "error", {"message": _xml(finding.said), "type": finding.rule})
    else:
        told = ET.SubElement(case, "system-out")
    told.text = _xml(line(finding))




def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


_TELL: Mapping[Verdict | None, Callable[[ET.Element, Outcome, Report], None]] = {
    None: _problem,
    "met": _passed,
    "partly_met": _passed,
    "not_met": _failed,
    "indeterminate": _open,
    "not_applicable": _skipped,
    "not_testable": _skipped,
}
