"""SARIF 2.1.0: findings as code scanning services take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from cati_rules import __version__
from cati_rules.output.file_uri import uri_of
from cati_rules.output.page_options import Page
from cati_rules.report.finding import Finding, Help, Waived
from cati_rules.report.run import Report
from cati_rules.report.titles import BASIS_TITLES
from cati_rules.report.values import Ruleset
from cati_rules.text import Language, Text
from cati_rules.visible import json_text

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "catiFinding/v1"
"""The name of our fingerprints; its version changes when they do."""
_ROOT = "%SRCROOT%"
_LANGUAGES: Mapping[Language, str] = {"en": "en-US", "zh": "zh-CN"}
_TOOL = Text(
    "Holds climate disclosures and metal products against the rules of published standards.",
    "以已公布标准的规则检验气候信息披露与金属产品。",
)
_COLON = Text(": ", "：")
_FOLDER = Text("The folder that cati was run in.", "运行 cati 的文件夹。")


def render(report: Report, page: Page) -> str:
    """Return the findings of a run as SARIF, a line for each result."""
    log = sarif(report, page)
    (run,) = log["runs"]
    results = ",\n".join(json_text(each) for each in run.pop("results"))
    # The encoder that indents is written in Python and would take longer than the findings.
    return f'{json_text(log).removesuffix("}]}")}, "results": [\n{results}\n]}}]}}\n'


def sarif(report: Report, page: Page) -> dict[str, Any]:
    """Return the findings of a run as the data of a SARIF log."""
    # Demands are results and no notifications: services show results, and what fails a run must be seen.
    told = report.told()
    rules = list({each.rule: each for each in told}.values())
    indices = {each.rule: i for i, each in enumerate(rules)}
    unread = {each.name for each in report.documents if each.sha256 is None}
    notified = [each for each in report.findings() if each.document in unread and each.ruleset is None]
    # The standard asks that all results of a run say whether they are suppressed, or none.
    suppressing = any(each.waived for each in told)
    codes = list(dict.fromkeys(each.rule for each in notified))
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "cati",
                        "version": __version__,
                        "shortDescription": {"text": page.say(_TOOL)},
                        "rules": [_rule(each, page) for each in rules],
                        "notifications": [{"id": each} for each in codes],
                    },
                    "extensions": [_extension(each, page) for each in _rulesets(report)],
                },
                "language": _LANGUAGES[page.language],
                "columnKind": "unicodeCodePoints",
                "automationDetails": {"id": f"cati/check/{report.as_of}"},
                "originalUriBaseIds": {_ROOT: {"description": {"text": page.say(_FOLDER)}}},
                "invocations": [
                    {
                        "executionSuccessful": not unread,
                        "toolExecutionNotifications": [_notification(each, codes, page) for each in notified],
                    }
                ],
                "results": [_result(each, indices[each.rule], page, suppressing) for each in told],
            }
        ],
    }


def _rulesets(report: Report) -> Iterable[Ruleset]:
    """Return the rulesets that judged something, each once."""
    return {ruleset.id: ruleset for each in report.documents for ruleset in each.rulesets}.values()


def _extension(ruleset: Ruleset, page: Page) -> dict[str, Any]:
    return {
        "name": ruleset.id,
        "version": ruleset.edition,
        "fullName": page.say(ruleset.title),
        "organization": page.say(ruleset.publisher),
    }


def _rule(finding: Finding, page: Page) -> dict[str, Any]:
    told = finding.help
    return {
        "id": finding.rule,
        "shortDescription": {"text": page.say(told.title)},
        "fullDescription": {"text": page.say(told.asks)},
        "defaultConfiguration": {"level": finding.level},
        "help": {"text": _help_text(told, page), "markdown": _help_markdown(told, page)},
        # Rules have no page on the web; a URN names them where a URI is asked for.
        "helpUri": f"urn:cati:{quote(finding.rule, safe='/:')}",
        "properties": {
            name: value
            for name, value in (
                ("ruleset", told.ruleset),
                ("edition", told.edition),
                ("source", None if told.source is None else page.say(told.source.said)),
                ("basis", told.basis),
            )
            if value is not None
        },
    }


def _help_lines(told: Help, page: Page) -> Iterable[tuple[str, str]]:
    """Yield what stands behind a rule: headings and texts."""
    if told.source is not None:
        yield page.say(Text("Source", "来源")), page.say(told.source.said)
    if told.basis is not None:
        yield page.say(Text("Basis", "依据")), page.say(BASIS_TITLES[told.basis])
    if told.why is not None:
        yield page.say(Text("Why", "理由")), page.say(told.why)


def _help_text(told: Help, page: Page) -> str:
    lines = [
        page.say(told.asks),
        *(f"{heading}{page.say(_COLON)}{text}" for heading, text in _help_lines(told, page)),
    ]
    return "\n".join([*lines, *([told.command] if told.command is not None else [])])


def _help_markdown(told: Help, page: Page) -> str:
    from cati_rules.output.markdown import escaped  # noqa: PLC0415 - not to tie the two formats together

    lines = [escaped(page.say(told.asks))]
    colon = page.say(_COLON).strip()
    lines += [f"**{heading}{colon}** {escaped(text)}" for heading, text in _help_lines(told, page)]
    return "\n\n".join([*lines, *([f"`{told.command}`"] if told.command is not None else [])])


def _location(finding: Finding) -> dict[str, Any]:
    uri = uri_of(finding.document)
    artifact = {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": _ROOT}
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": artifact,
            "region": {"startLine": finding.line, "startColumn": finding.column},
        }
    }
    if finding.path:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.path}]
    return location


def _result(finding: Finding, index: int, page: Page, suppressing: bool) -> dict[str, Any]:
    said = (
        page.say(Text("{}. {}", "{}。{}"))
        .format(page.say(finding.said).rstrip(".。"), page.say(finding.advice))
        .strip()
    )
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "kind": "fail",
        "level": finding.level,
        "message": {"text": said},
        "locations": [_location(finding)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        **({"suppressions": [_suppression(each, page) for each in finding.waived]} if suppressing else {}),
        "properties": {
            name: value
            for name, value in (
                ("verdict", finding.verdict),
                ("path", finding.path),
                ("advice", page.say(finding.advice)),
            )
            if value
        },
    }


def _suppression(waived: Waived, page: Page) -> dict[str, str]:
    return {"kind": "external", "status": "accepted", "justification": page.say(waived.said)}


def _notification(finding: Finding, codes: list[str], page: Page) -> dict[str, Any]:
    return {
        "descriptor": {"id": finding.rule, "index": codes.index(finding.rule)},
        "level": finding.level,
        "message": {"text": page.say(finding.said)},
        "locations": [_location(finding)],
    }
