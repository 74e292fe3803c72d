"""Markdown for the summary of a job or a comment: scores, verdicts, and the findings folded away."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from cati_rules.documents import format_path
from cati_rules.kinds.definition.quoted import quoted_in
from cati_rules.kinds.definition.result import DefinitionResult
from cati_rules.kinds.index.result import VERDICT_TITLES, Verdict
from cati_rules.numbers import number_text
from cati_rules.output.finding import Finding, Level, bracketed
from cati_rules.output.findings import Report
from cati_rules.output.verdict_words import QUOTED_FIGURE, standing_mark
from cati_rules.output.weights import band_or_rate
from cati_rules.pipeline import Checked
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


def render(report: Report) -> str:
    """Return the results of a run as Markdown."""
    return "\n\n".join(_blocks(report)) + "\n"


def _blocks(report: Report) -> Iterator[str]:
    told = {
        document: tuple(each) for document, each in groupby(report.findings, key=lambda each: each.document)
    }
    as_of = Text(f"## cati, as of {report.as_of}", f"## cati，评价日 {report.as_of}")
    yield report.say(as_of)
    yield from _gate(report.demands, report)
    yield _table([report.say(each) for each in _SCORES], _score_rows(report, told))
    for name, group in groupby(report.checked, key=report.name):
        yield from _document(name, list(group), told.get(name, ()), report)
    for name, waivers in groupby(report.waivers, key=lambda each: each.document):
        yield f"### {code(name)}"
        yield "\n".join(_item(each, report) for each in waivers)
    yield f"<sub>{escaped(report.say(_CAVEAT))}</sub>"


def _gate(demands: Sequence[Finding], report: Report) -> Iterator[str]:
    """Yield what was demanded and not reached, and then what of it is waived: all of it above what is folded away."""
    for title, waived in ((_UNREACHED, False), (_ACCEPTED, True)):
        listed = [
            f"- {_mark(each)} {code(each.document)} {escaped(each.said)}"
            for each in demands
            if bool(each.waived) == waived
        ]
        if listed:
            yield f"**{report.say(title)}**"
            yield "\n".join(listed)


def _score_rows(report: Report, told: Mapping[str, Sequence[Finding]]) -> Iterator[Sequence[str]]:
    """Yield a row for each score, and one for each document without any."""
    for each in report.checked:
        name = report.name(each)
        counted = _counted(told.get(name, ()), report)
        if each.failed:
            yield code(name), report.say(Text("not evaluated", "未评价")), "", "", "", counted
            continue
        for result, _ in each.scores():
            whole = number_text(result.weighted_points)
            yield (
                code(name),
                code(result.ruleset.id),
                f"**{number_text(result.score)}** / {whole}",
                f"{number_text(result.score_if_published)} / {whole}",
                escaped(report.say(band_or_rate(result))),
                counted,
            )
        if not each.scores():
            yield code(name), _verdict_counts(each, report), "", "", "", counted


def _verdict_counts(checked: Checked, report: Report) -> str:
    counts = Counter(result.verdict for result, _ in checked.verdicts() if result.in_force)
    return report.say(_COMMA).join(
        f"{report.say(VERDICT_TITLES[each])} {counts[each]}" for each in (*_MARKS, *_UNJUDGED) if counts[each]
    )


def _counted(findings: Sequence[Finding], report: Report) -> str:
    """Return how many findings there are of each level."""
    counts = Counter(each.level for each in findings)
    told = [
        report.say(many if counts[level] != 1 else one).format(counts[level])
        for level, (one, many) in _COUNTED.items()
        if counts[level]
    ]
    return report.say(_COMMA).join(told) if told else report.say(_NONE)


def _document(
    name: str, checked: Sequence[Checked], findings: Sequence[Finding], report: Report
) -> Iterator[str]:
    judged = [result for each in checked for result, _ in each.verdicts()]
    if not (judged or findings):
        return
    yield f"### {code(name)}"
    rows = [_verdict_row(each, report) for each in judged if each.verdict in _MARKS]
    if rows:
        yield _table([report.say(each) for each in _VERDICT_TITLES], rows)
    for verdict in _UNJUDGED:
        ids = [code(each.ruleset.id) for each in judged if each.verdict == verdict]
        if ids:
            told = report.say(VERDICT_TITLES[verdict])
            listed = ", ".join(ids)
            yield report.say(Text(f"{told} ({len(ids)}): {listed}", f"{told}（{len(ids)}）：{listed}"))
    if findings:
        summary = f"<summary>{_counted(findings, report)}</summary>"
        listed = "\n".join(_item(each, report) for each in findings)
        yield f"<details>{summary}\n\n{listed}\n\n</details>"


def _verdict_row(result: DefinitionResult, report: Report) -> Sequence[str]:
    possible = [each.possible_level for each in result.judgements if each.possible_level is not None]
    level = result.level or ""
    if possible and possible[-1] != result.level:
        level += report.say(Text(f" (up to {possible[-1]})", f"（最高 {possible[-1]}）"))
    mark = standing_mark(result)
    edition = "" if mark is None else report.say(Text(f" ({mark.en})", f"（{mark.zh}）"))
    return (
        _MARKS[result.verdict],
        code(result.ruleset.id) + edition,
        report.say(VERDICT_TITLES[result.verdict]),
        escaped(level.strip()),
        _open(result, report),
    )


def _open(result: DefinitionResult, report: Report) -> str:
    """Return what keeps a verdict open: what contradicts itself, else what is not given; or that it is by quotation."""
    if quoted_in(result):
        return report.say(QUOTED_FIGURE)
    found = dict.fromkeys(code(each.rule.id) for each in result.contradicted_by)
    if found:
        listed = ", ".join(found)
        return report.say(Text(f"contradicts itself: {listed}", f"自相矛盾：{listed}"))
    return ", ".join(code(format_path(each)) for each in result.missing)


def _item(finding: Finding, report: Report) -> str:
    line = report.say(Text(f"line {finding.line}", f"第 {finding.line} 行"))
    advice = f"<br>→ {escaped(finding.advice)}" if finding.advice else ""
    told = f"**{escaped(finding.title)}** {escaped(bracketed(finding.message, finding.waived))}"
    return f"- {_mark(finding)} {line} {code(finding.rule)} {told}{advice}"


def _mark(finding: Finding) -> str:
    return _WAIVED_MARK if finding.waived else _LEVEL_MARKS[finding.level]


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(each)} |" for each in lines)
