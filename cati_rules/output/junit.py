"""JUnit XML: every criterion and definition as a test case, for those who count what passes.

It keeps to the schema that pytest checks its own reports by, which has no attributes for file and line: where a finding
stands is in the text of its case, as ``file:line:column``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from cati_rules.output.lines import line
from cati_rules.output.page_options import Page
from cati_rules.report.finding import Finding, Outcome
from cati_rules.report.run import Report
from cati_rules.report.titles import Verdict
from cati_rules.text import NOTHING, Language
from cati_rules.visible import visible

# What XML 1.0 cannot hold, not even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FAILING: tuple[Verdict, ...] = ("not_met", "indeterminate")
_TOTALS = {"failures": "failure", "errors": "error"}
_COUNTED = {**_TOTALS, "skipped": "skipped"}


def render(report: Report, page: Page) -> str:
    """Return what every rule came to, in a test suite for each document and ruleset."""
    language = page.language
    root = ET.Element("testsuites", {"name": "cati"})
    for (document, ruleset), outcomes in groupby(
        report.outcomes(), key=lambda each: (each.document, each.ruleset)
    ):
        root.append(
            _suite(f"{document}: {ruleset or 'document'}", [_case(each, language) for each in outcomes])
        )
    for document, waivers in groupby(report.waivers(), key=lambda each: each.document):
        root.append(_suite(f"{document}: document", [_case(_flaw(each), language) for each in waivers]))
    if report.demands():
        root.append(_suite("demands", [_demand(each, language) for each in report.demands()]))
    _count(root, list(root.iter("testcase")), _TOTALS)
    ET.indent(root)
    # Without a named encoding it is UTF-8, which is what files get.
    return f'<?xml version="1.0"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(name: str, cases: Iterable[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", {"name": _xml(name)})
    suite.extend(cases)
    _count(suite, list(suite), _COUNTED)
    return suite


def _count(element: ET.Element, cases: list[ET.Element], counted: Mapping[str, str]) -> None:
    element.set("tests", str(len(cases)))
    for name, tag in counted.items():
        element.set(name, str(sum(1 for each in cases if each.find(tag) is not None)))
    # Some readers ask for a time. That of a rule says nothing, and two runs are to be alike.
    element.set("time", "0")


def _case(outcome: Outcome, language: Language) -> ET.Element:
    group = outcome.ruleset or "document"
    attributes = {
        "classname": _xml(f"{outcome.document}.{group}"),
        "name": _xml(f"{_short(outcome)} {outcome.title.to(language)}"),
        "time": "0",
    }
    case = ET.Element("testcase", attributes)
    waived = bool(outcome.findings) and all(each.waived for each in outcome.findings)
    tell = _waived if waived and outcome.verdict in _FAILING else _TELL[outcome.verdict]
    tell(case, outcome, language)
    return case


def _flaw(finding: Finding) -> Outcome:
    """Return a finding on a waiver as what its file came to."""
    return Outcome(finding.document, None, finding.rule, None, finding.title, NOTHING, (finding,))


def _demand(finding: Finding, language: Language) -> ET.Element:
    """Return a demand that was not reached: a test case that fails, or is skipped where it is waived."""
    case = ET.Element(
        "testcase",
        {
            "classname": _xml(f"demands.{finding.document}"),
            "name": _xml(finding.said.to(language)),
            "time": "0",
        },
    )
    if finding.waived:
        told = ET.SubElement(case, "skipped", {"message": _xml(_reasons([finding], language))})
    else:
        told = ET.SubElement(
            case, "failure", {"message": _xml(finding.message.to(language)), "type": finding.rule}
        )
    told.text = _xml(line(finding, language))
    return case


def _short(outcome: Outcome) -> str:
    """Return a rule's id without its ruleset, which the suite names."""
    return outcome.rule.removeprefix(f"{outcome.ruleset}:")


def _passed(case: ET.Element, outcome: Outcome, language: Language) -> None:
    """A test case that passed has nothing in it, but for what is worth a look."""
    if outcome.findings:
        ET.SubElement(case, "system-out").text = _told(outcome, language)


def _failed(case: ET.Element, outcome: Outcome, language: Language) -> None:
    first = next(each for each in outcome.findings if not each.waived)
    told = ET.SubElement(case, "failure", {"message": _xml(first.said.to(language)), "type": "not_met"})
    told.text = _told(outcome, language)


def _skipped(case: ET.Element, outcome: Outcome, language: Language) -> None:
    ET.SubElement(case, "skipped", {"message": _xml(outcome.reason.to(language))})


def _waived(case: ET.Element, outcome: Outcome, language: Language) -> None:
    """A failure that is accepted: no test that failed, nor one that passed."""
    told = ET.SubElement(case, "skipped", {"message": _xml(_reasons(outcome.findings, language))})
    told.text = _told(outcome, language)


def _reasons(findings: Sequence[Finding], language: Language) -> str:
    """Return until when, by whom and why findings are waived, each reason once."""
    return "; ".join(dict.fromkeys(waived.said.to(language) for each in findings for waived in each.waived))


def _open(case: ET.Element, outcome: Outcome, language: Language) -> None:
    messages = dict.fromkeys(each.said.to(language) for each in outcome.findings)
    told = ET.SubElement(case, "skipped", {"message": _xml(next(iter(messages), ""))})
    told.text = _told(outcome, language)


def _problem(case: ET.Element, outcome: Outcome, language: Language) -> None:
    """A document's problem: an error where it stopped the evaluation, else output of a case that passed."""
    (finding,) = outcome.findings
    if finding.level == "error":
        told = ET.SubElement(
            case, "error", {"message": _xml(finding.said.to(language)), "type": finding.rule}
        )
    else:
        told = ET.SubElement(case, "system-out")
    told.text = _xml(line(finding, language))


def _told(outcome: Outcome, language: Language) -> str:
    return "\n".join(_xml(line(each, language)) for each in outcome.findings)


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", visible(text))


_TELL: Mapping[Verdict | None, Callable[[ET.Element, Outcome, Language], None]] = {
    None: _problem,
    "met": _passed,
    "partly_met": _passed,
    "not_met": _failed,
    "indeterminate": _open,
    "not_applicable": _skipped,
    "not_testable": _skipped,
}
