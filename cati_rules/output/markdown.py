"""Markdown for the summary of a job or a comment: scores, verdicts, and the findings folded away."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from cati_rules.documents import format_path
from cati_rules.numbers import number_text
from cati_rules.output.marks import QUOTED_FIGURE, UP_TO
from cati_rules.output.page_options import Page
from cati_rules.report.definition import DefinitionReport
from cati_rules.report.finding import Finding, Level, bracketed
from cati_rules.report.run import DocumentReport, Report
from cati_rules.report.titles import VERDICT_TITLES, Verdict
from cati_rules.text import Text
from cati_rules.visible import visible

# What Markdown would read as markup, also that of GitHub and GitLab: mathematics, strikethrough, tables.
_MARKUP = re.compile(r"([\\`*_\[\]|~#$])")
_LEVEL_MARKS: Mapping[Level, str] = {"error": "❌", "warning": "⚠️", "note": "💡"}
_WAIVED_MARK = "⏸️"
_MARKS: Mapping[Verdict, str] = {"met": "✅", "not_met": "❌", "indeterminate": "❔"}
_UNJUDGED: tuple[Verdict, ...] = ("not_testable", "not_applicable")
_COUNTED: Mapping[Level, tuple[Text, Text]] = {
    "error": (Text("{} error", "{} 个错误"), Text("{} errors", "{} 个错误")),
    "warning": (Text("{} warning", "{} 个警告"), Text("{} warnings", "{} 个警告")),
    "note": (Text("{} note", "{} 条提示"), Text("{} notes", "{} 条提示")),
}
_COMMA = Text(", ", "，")
_NONE = Text("no findings", "无发现")
_UNREACHED = Text("Demanded and not reached", "未达到的要求")
_ACCEPTED = Text("Not reached, and waived", "未达到、已豁免的要求")
_SCORES = (
    Text("Document", "文件"),
    Text("Ruleset", "规则集"),
    Text("Score", "得分"),
    Text("If published", "公开后得分"),
    Text("Band", "档位"),
    Text("Findings", "发现"),
)
_VERDICT_TITLES = (
    Text("", ""),
    Text("Definition", "定义"),
    Text("Verdict", "结论"),
    Text("Level", "等级"),
    Text("Not given", "未填写"),
)
_CAVEAT = Text(
    "Computed by cati from the rules as we read them, not by the publishers of the standards.",
    "由 cati 按本工具对各标准的理解计算，并非标准发布方的评定。",
)


def escaped(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it is, in one line."""
    plain = _MARKUP.sub(r"\\\1", html.escape(visible(text), quote=False))
    # Nobody is to be called by what a document says.
    return plain.replace("@", "@<!-- -->")


def code(text: str) -> str:
    """Return ``text`` as code in one line, fit for tables."""
    return f"`{visible(text).replace('`', chr(39)).replace('|', chr(92) + '|')}`"


def render(report: Report, page: Page) -> str:
    """Return the results of a run as Markdown."""
    return "\n\n".join(_blocks(report, page)) + "\n"


def _blocks(report: Report, page: Page) -> Iterator[str]:
    told = {
        document: tuple(each) for document, each in groupby(report.findings(), key=lambda each: each.document)
    }
    as_of = Text(f"## cati, as of {report.as_of}", f"## cati，评价日 {report.as_of}")
    yield page.say(as_of)
    yield from _gate(report.demands(), page)
    yield _table([page.say(each) for each in _SCORES], _score_rows(report, told, page))
    for name, group in groupby(report.documents, key=lambda each: each.name):
        yield from _document(name, list(group), told.get(name, ()), page)
    for name, waivers in groupby(report.waivers(), key=lambda each: each.document):
        yield f"### {code(name)}"
        yield "\n".join(_item(each, page) for each in waivers)
    yield f"<sub>{escaped(page.say(_CAVEAT))}</sub>"


def _gate(demands: Sequence[Finding], page: Page) -> Iterator[str]:
    """Yield what was demanded and not reached, and then what of it is waived: all of it above what is folded away."""
    for title, waived in ((_UNREACHED, False), (_ACCEPTED, True)):
        listed = [
            f"- {_mark(each)} {code(each.document)} {escaped(page.say(each.said))}"
            for each in demands
            if bool(each.waived) == waived
        ]
        if listed:
            yield f"**{page.say(title)}**"
            yield "\n".join(listed)


def _score_rows(report: Report, told: Mapping[str, Sequence[Finding]], page: Page) -> Iterator[Sequence[str]]:
    """Yield a row for each score, and one for each document without any."""
    for each in report.documents:
        name = each.name
        counted = _counted(told.get(name, ()), page)
        if each.failed:
            yield code(name), page.say(Text("not evaluated", "未评价")), "", "", "", counted
            continue
        for result in each.scores:
            whole = number_text(result.most)
            yield (
                code(name),
                code(result.ruleset.id),
                f"**{number_text(result.score)}** / {whole}",
                f"{number_text(result.score_if_published)} / {whole}",
                escaped(page.say(result.band_or_rate)),
                counted,
            )
        if not each.scores:
            yield code(name), _verdict_counts(each, page), "", "", "", counted


def _verdict_counts(document: DocumentReport, page: Page) -> str:
    counts = Counter(each.verdict for each in document.verdicts if each.ruleset.in_force)
    return page.say(_COMMA).join(
        f"{page.say(VERDICT_TITLES[each])} {counts[each]}" for each in (*_MARKS, *_UNJUDGED) if counts[each]
    )


def _counted(findings: Sequence[Finding], page: Page) -> str:
    """Return how many findings there are of each level."""
    counts = Counter(each.level for each in findings)
    told = [
        page.say(many if counts[level] != 1 else one).format(counts[level])
        for level, (one, many) in _COUNTED.items()
        if counts[level]
    ]
    return page.say(_COMMA).join(told) if told else page.say(_NONE)


def _document(
    name: str, documents: Sequence[DocumentReport], findings: Sequence[Finding], page: Page
) -> Iterator[str]:
    judged = [verdict for each in documents for verdict in each.verdicts]
    if not (judged or findings):
        return
    yield f"### {code(name)}"
    rows = [_verdict_row(each, page) for each in judged if each.verdict in _MARKS]
    if rows:
        yield _table([page.say(each) for each in _VERDICT_TITLES], rows)
    for verdict in _UNJUDGED:
        ids = [code(each.ruleset.id) for each in judged if each.verdict == verdict]
        if ids:
            told = page.say(VERDICT_TITLES[verdict])
            listed = ", ".join(ids)
            yield page.say(Text(f"{told} ({len(ids)}): {listed}", f"{told}（{len(ids)}）：{listed}"))
    if findings:
        summary = f"<summary>{_counted(findings, page)}</summary>"
        listed = "\n".join(_item(each, page) for each in findings)
        yield f"<details>{summary}\n\n{listed}\n\n</details>"


def _verdict_row(result: DefinitionReport, page: Page) -> Sequence[str]:
    certain, possible = result.level_said, result.possible_level_said
    level = "" if certain is None else page.say(certain)
    if possible is not None:
        level += page.say(UP_TO.format(possible))
    mark = "" if result.edition is None else page.say(Text(" ({})", "（{}）").format(result.edition))
    return (
        _MARKS[result.verdict],
        code(result.ruleset.id) + mark,
        page.say(VERDICT_TITLES[result.verdict]),
        escaped(level.strip()),
        _open(result, page),
    )


def _open(result: DefinitionReport, page: Page) -> str:
    """Return what keeps a verdict open: what contradicts itself, else what is not given; or that it is by quotation."""
    if result.quoted:
        return page.say(QUOTED_FIGURE)
    found = dict.fromkeys(code(each.rule) for each in result.contradicted_by)
    if found:
        listed = ", ".join(found)
        return page.say(Text(f"contradicts itself: {listed}", f"自相矛盾：{listed}"))
    return ", ".join(code(format_path(each)) for each in result.missing)


def _item(finding: Finding, page: Page) -> str:
    line = page.say(Text(f"line {finding.line}", f"第 {finding.line} 行"))
    advice = f"<br>→ {escaped(page.say(finding.advice))}" if finding.advice else ""
    message = page.say(bracketed(finding.message, finding.waived))
    told = f"**{escaped(page.say(finding.title))}** {escaped(message)}"
    return f"- {_mark(finding)} {line} {code(finding.rule)} {told}{advice}"


def _mark(finding: Finding) -> str:
    return _WAIVED_MARK if finding.waived else _LEVEL_MARKS[finding.level]


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(each)} |" for each in lines)
