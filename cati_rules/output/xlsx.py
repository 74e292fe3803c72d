"""A run as a workbook: a summary, indicators or definitions, every rule with its values, next steps, questions.

Numbers are numbers, and whatever comes from a document is text: no cell is a formula.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import xlsxwriter

from cati_rules.documents import format_path
from cati_rules.numbers import number_text
from cati_rules.output.csv import COLUMNS, Cell, rows
from cati_rules.output.disclosure_screen import NOTICE
from cati_rules.output.improvement import PlanWords
from cati_rules.output.page_options import Page
from cati_rules.output.product_screen import CAVEAT
from cati_rules.report.improvement import Improvement
from cati_rules.report.run import DocumentReport, Report
from cati_rules.report.titles import VERDICT_TITLES
from cati_rules.report.values import Range
from cati_rules.report.wording.amounts import amount_text
from cati_rules.text import Text
from cati_rules.visible import visible

LONGEST = 32_000
"""Characters of a cell; Excel holds little more."""
EXACT_DIGITS = 15
"""Digits that a number in a workbook keeps; one with more is written as text, so that none is lost."""
_WIDEST, _NARROWEST = 60, 8
Table = tuple[Text, Sequence[Text], Iterable[Sequence[Cell]]]


def render(report: Report, page: Page) -> bytes:
    """Return the workbook as an .xlsx file; sheets that would hold nothing are left out."""
    return _workbook(report, _tables(report), page)


def render_plan(plan: Improvement, report: Report, page: Page) -> bytes:
    """Return the way up from a score as a workbook: a sheet of steps, and one of what each asks to be written."""
    return _workbook(report, _plan_tables(plan, page), page)


def _workbook(report: Report, tables: Iterable[Table], page: Page) -> bytes:
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    day = datetime.datetime.fromisoformat(report.as_of)
    book.set_properties({"created": day, "comments": f"cati {report.attestation().version}"})
    for name, columns, lines in tables:
        written = [tuple(line) for line in lines]
        if written:
            Sheet(book, page, name).fill(columns, written)
    book.close()
    return file.getvalue()


_PLAN = (
    Text("step", "步骤"),
    Text("indicator", "指标"),
    Text("what to do", "事项"),
    Text("points", "加分"),
    Text("total after it", "累计得分"),
    Text("effort", "工作量"),
    Text("how", "做法"),
)
_TO_WRITE = (
    Text("step", "步骤"),
    Text("field", "字段"),
    Text("what to write", "填写内容"),
    Text("needs public evidence", "须有公开的依据"),
)


def _plan_tables(plan: Improvement, page: Page) -> Iterator[Table]:
    words = PlanWords(plan, page.language)
    yield (
        Text("Plan", "改进计划"),
        _PLAN,
        [
            (
                n,
                each.number,
                each.title,
                each.gain,
                each.score,
                each.effort_said,
                "; ".join(words.how(each)),
            )
            for n, each in enumerate(plan.steps, 1)
        ],
    )
    yield (
        Text("To write", "填写内容"),
        _TO_WRITE,
        [
            (n, format_path(path), asked, Text("yes", "是") if filled.evidence else None)
            for n, each in enumerate(plan.steps, 1)
            for filled in each.filled
            for path, asked in filled.asked
        ],
    )
    yield Text("Notes", "说明"), (Text("note", "说明"),), [(words.heading(),), (words.caveat,)]


class Sheet:
    """A sheet with a heading that stays in sight and can be filtered by."""

    def __init__(self, book: Any, page: Page, name: Text) -> None:
        """Add the sheet called ``name`` to ``book``."""
        self._page = page
        self._sheet = book.add_worksheet(page.say(name))
        self._heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._number = book.add_format({"valign": "top"})

    def fill(self, columns: Sequence[Text], lines: Sequence[Sequence[Cell]]) -> None:
        """Write the heading and the lines below it."""
        widths = []
        for column, title in enumerate(columns):
            told = self._page.say(title)
            self._sheet.write_string(0, column, told, self._heading)
            widths.append(_width(told))
        for row, line in enumerate(lines, 1):
            for column, cell in enumerate(line):
                widths[column] = max(widths[column], self._write(row, column, cell))
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, min(max(width + 2, _NARROWEST), _WIDEST))
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, len(lines), len(columns) - 1)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)  # A4
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)

    def _write(self, row: int, column: int, cell: Cell) -> int:
        """Write a cell and return how wide it is; what is not known is left empty."""
        if cell is None:
            return 0
        if isinstance(cell, Fraction):
            cell = round(Decimal(cell.numerator) / Decimal(cell.denominator), EXACT_DIGITS - 3)
        if isinstance(cell, Decimal):
            text = number_text(cell)
            if len(cell.normalize().as_tuple().digits) <= EXACT_DIGITS:
                self._sheet.write_number(row, column, float(cell), self._number)
                return len(text)
            cell = text
        if isinstance(cell, int):
            self._sheet.write_number(row, column, cell, self._number)
            return len(str(cell))
        told = visible(self._page.say(cell) if isinstance(cell, Text) else cell)[:LONGEST]
        if told:
            self._sheet.write_string(row, column, told, self._text)
        return _width(told)


def _width(text: str) -> int:
    """Return the columns that a text takes; a Chinese character takes two."""
    return sum(2 if each >= "\u2e80" else 1 for each in text)


def _tables(report: Report) -> Iterator[Table]:
    """Yield the sheets: name, columns, lines."""
    documents = report.documents
    yield Text("Summary", "摘要"), _SUMMARY, (line for each in documents for line in _summary(each))
    yield Text("Indicators", "指标"), _INDICATORS, (line for each in documents for line in _indicators(each))
    yield (
        Text("Definitions", "定义"),
        _DEFINITIONS,
        (line for each in documents for line in _definitions(each)),
    )
    yield Text("Steps", "改进事项"), _STEPS, (line for each in documents for line in _steps(each))
    yield Text("Questions", "问题"), _QUESTIONS, (line for each in documents for line in _questions(each))
    yield Text("To look at", "需要核对"), _FINDINGS, (line for each in documents for line in _findings(each))
    all_rules = ([row.get(name) for name in COLUMNS] for each in documents for row in rows(each))
    yield Text("All rules", "全部规则"), tuple(COLUMNS.values()), all_rules


_DOCUMENT, _RULESET = Text("document", "文件"), Text("ruleset", "规则集")
_VERDICT, _TITLE, _POINTS = Text("verdict", "结论"), Text("title", "名称"), Text("points", "分值")
_FIELD, _LINE = Text("field", "字段"), Text("line", "行")
_SUMMARY = (
    _DOCUMENT,
    Text("name", "名称"),
    Text("as of", "评价日"),
    _RULESET,
    Text("score", "得分"),
    Text("of", "满分"),
    Text("band or level", "等级"),
    Text("score if published", "公开后得分"),
    Text("rank among the published", "在已评企业中的位次"),
    _VERDICT,
    Text("remark", "说明"),
    Text("SHA-256 of the document", "文件摘要（SHA-256）"),
)
_NOT_EVALUATED = Text("not evaluated: see the sheet “To look at”", "未评价：见“需要核对”工作表")


def _summary(document: DocumentReport) -> Iterator[Sequence[Cell]]:
    head: tuple[Cell, ...] = (document.path, document.facts.name)
    if document.failed:
        yield (*head, *[None] * 7, _NOT_EVALUATED, None, document.sha256)
    for score in document.scores:
        rank = score.place.ranks[0].rank if score.place is not None and score.place.ranks else None
        result: tuple[Cell, ...] = (
            score.score,
            score.most,
            score.band_or_rate,
            score.score_if_published,
            rank,
        )
        yield (*head, score.as_of, score.ruleset.id, *result, None, NOTICE, document.sha256)
    for verdict in document.verdicts:
        if verdict.judged:
            told = VERDICT_TITLES[verdict.verdict]
            result = (None, None, verdict.level_said, None, None)
            yield (*head, verdict.as_of, verdict.ruleset.id, *result, told, CAVEAT, document.sha256)


_INDICATORS = (
    _DOCUMENT,
    Text("dimension", "维度"),
    Text("indicator", "指标"),
    _TITLE,
    _VERDICT,
    Text("awarded", "得分"),
    _POINTS,
    Text("weight", "权重"),
    Text("points in the score", "计入总分"),
    Text("awarded if published", "公开后得分"),
    Text("source", "来源"),
)


def _indicators(document: DocumentReport) -> Iterator[Sequence[Cell]]:
    for score in document.scores:
        for dimension in score.dimensions:
            for each in dimension.indicators:
                yield (
                    document.path,
                    dimension.title,
                    each.id,
                    each.title,
                    VERDICT_TITLES[each.verdict],
                    each.awarded,
                    each.points,
                    each.weight,
                    each.weighted,
                    each.awarded_if_published,
                    each.source.said,
                )


_DEFINITIONS = (
    _DOCUMENT,
    Text("definition", "定义"),
    _TITLE,
    Text("edition", "版本"),
    _VERDICT,
    Text("level", "等级"),
    Text("possible level", "可能达到的等级"),
    Text("value", "取值"),
    Text("limit", "限值"),
    Text("unit", "单位"),
    Text("margin", "余量"),
    Text("margin as a share of the limit", "余量占限值之比"),
    Text("not given", "未填写"),
    Text("why not judged", "未判定的原因"),
    Text("source", "来源"),
)


def _definitions(document: DocumentReport) -> Iterator[Sequence[Cell]]:
    for each in document.verdicts:
        deciding = None if each.telling is None else each.telling.deciding()
        compared: tuple[Cell, ...] = (None,) * 5
        if deciding is not None:
            ends = (deciding.value, deciding.limit)
            value, limit = (amount_text(one) if isinstance(one, Range) else one for one in ends)
            doubtful = bool(each.contradicted_by)  # no margin of a figure that may be wrong
            margin = None if doubtful else deciding.margin
            compared = (value, limit, deciding.unit, margin, None if doubtful else deciding.relative_margin)
        yield (
            document.path,
            each.ruleset.id,
            each.ruleset.title,
            each.ruleset.edition,
            VERDICT_TITLES[each.verdict],
            each.level_said,
            each.possible_level_said,
            *compared,
            ", ".join(map(format_path, each.missing)),
            each.why,
            each.ruleset.source.said,
        )


_STEPS = (
    _DOCUMENT,
    Text("points of the score", "可增加的得分"),
    Text("kind", "类型"),
    Text("indicator", "指标"),
    Text("what to do", "事项"),
    Text("effort", "工作量"),
    _FIELD,
    _LINE,
)


def _steps(document: DocumentReport) -> Iterator[Sequence[Cell]]:
    for score in document.scores:
        for each in score.steps():
            yield (
                document.path, each.gain, each.verb, each.rule, each.title, each.cost, each.at.text, each.at.line
            )  # fmt: skip


_QUESTIONS = (
    _DOCUMENT,
    Text("question to the supplier", "向供应商提出的问题"),
    Text("today's answer", "目前的填写"),
    Text("definitions that wait for it", "等待此项的定义"),
    Text("how many", "数量"),
    _FIELD,
    Text("answer", "回答"),
)


def _questions(document: DocumentReport) -> Iterator[Sequence[Cell]]:
    for each in document.questions():
        settles = ", ".join(each.settles)
        yield (
            document.path,
            each.asked,
            each.today,
            settles,
            len(each.settles),
            format_path(each.path),
            None,
        )


_FINDINGS = (
    _DOCUMENT,
    Text("rule", "规则编号"),
    Text("severity", "严重程度"),
    Text("what", "内容"),
    Text("advice", "建议"),
    _FIELD,
    _LINE,
)
_SEVERITIES = {
    "error": Text("error", "错误"),
    "warning": Text("warning", "警告"),
    "note": Text("note", "提示"),
}


def _findings(document: DocumentReport) -> Iterator[Sequence[Cell]]:
    for problem in document.problems:
        severity = _SEVERITIES[problem.severity]
        told = (
            problem.message
            if problem.expected is None
            else Text(" ", "").join((problem.message, problem.expected))
        )
        yield (document.path, problem.code, severity, told, problem.advice, problem.path, problem.place.line)
    for result in document.consistency:
        for each in result.findings:
            rule, severity = each.rule, _SEVERITIES[each.severity]
            yield (document.path, rule.id, severity, rule.title, rule.advice, each.at.text, each.at.line)
