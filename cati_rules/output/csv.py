"""Comma-separated values: a row for each criterion of an index and each condition of a definition, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from cati_rules.numbers import number_text
from cati_rules.output.page_options import Page
from cati_rules.report.definition import Comparison, Condition, DefinitionReport, Judgement
from cati_rules.report.index import Criterion, IndexReport, Indicator, Seen
from cati_rules.report.run import DocumentReport, Report
from cati_rules.report.titles import BASIS_TITLES, VERDICT_TITLES
from cati_rules.report.values import Amount, Range
from cati_rules.text import Text
from cati_rules.visible import visible

Cell = str | Text | Decimal | Fraction | int | None
Row = Mapping[str, Cell]
_PLACES = 12
"""Digits after the point of a quotient that has no end."""
_FORMULA = ("=", "+", "-", "@")
"""What a text begins with that a spreadsheet would carry out."""
COLUMNS: Mapping[str, Text] = {
    "document": Text("document", "文件"),
    "ruleset": Text("ruleset", "规则集"),
    "edition": Text("edition", "版本"),
    "rule": Text("rule", "规则编号"),
    "entry": Text("entry", "条目"),
    "title": Text("title", "名称"),
    "verdict": Text("verdict", "结论"),
    "verdict_if_published": Text("verdict if published", "公开后的结论"),
    "points": Text("points", "分值"),
    "value": Text("value", "取值"),
    "operator": Text("operator", "关系"),
    "limit": Text("limit", "限值"),
    "unit": Text("unit", "单位"),
    "margin": Text("margin", "余量"),
    "relative_margin": Text("margin as a share of the limit", "余量占限值之比"),
    "path": Text("path", "字段"),
    "line": Text("line", "行"),
    "source": Text("source", "来源"),
    "basis": Text("basis", "依据"),
    "advice": Text("advice", "建议"),
}


def render(report: Report, page: Page) -> str:
    """Return the table; its columns are in the language of the page, and numbers are numbers."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([page.say(each) for each in COLUMNS.values()])
    for document in report.documents:
        for row in rows(document):
            writer.writerow([_cell(row.get(name), page) for name in COLUMNS])
    return file.getvalue()


def _cell(cell: Cell, page: Page) -> str | int:
    """Return a cell as the file holds it; a text that a spreadsheet would carry out gets an apostrophe before it."""
    if cell is None or isinstance(cell, int):
        return "" if cell is None else cell
    if isinstance(cell, Decimal):
        return number_text(cell)
    if isinstance(cell, Fraction):
        return number_text(round(Decimal(cell.numerator) / Decimal(cell.denominator), _PLACES))
    text = visible(page.say(cell) if isinstance(cell, Text) else cell)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def rows(document: DocumentReport) -> Iterator[Row]:
    """Yield a row for each criterion of its scores and each condition of its verdicts."""
    for score in document.scores:
        for indicator in score.indicators():
            for criterion in indicator.criteria:
                yield {"document": document.path, **_criterion(score, indicator, criterion)}
    for verdict in document.verdicts:
        for judgement in verdict.entries if verdict.judged else ():
            for condition in judgement.judged():
                if condition.concerned:
                    yield {"document": document.path, **_condition(verdict, judgement, condition)}
        for came_to, said in verdict.untold_said():
            ruleset = verdict.ruleset
            yield {
                "document": document.path,
                "ruleset": ruleset.id,
                "edition": ruleset.edition,
                "rule": ruleset.id,
                "title": said,
                "verdict": VERDICT_TITLES[came_to],
            }


def _criterion(score: IndexReport, indicator: Indicator, criterion: Criterion) -> Row:
    cause = criterion.cause()
    seen = next((each for each in criterion.seen() if each.at.path == cause.path), None)
    return {
        "ruleset": score.ruleset.id,
        "edition": score.ruleset.edition,
        "rule": f"{indicator.id}/{criterion.id}",
        "title": criterion.title,
        "verdict": VERDICT_TITLES[criterion.verdict],
        "verdict_if_published": VERDICT_TITLES["met" if criterion.met_if_published else "not_met"],
        "points": criterion.points,
        **({} if seen is None else _seen(seen)),
        "path": cause.text,
        "line": cause.line,
        "source": criterion.source.said,
        "basis": BASIS_TITLES[criterion.basis],
        "advice": criterion.advice(),
    }


def _seen(seen: Seen) -> Row:
    value: Cell = str(seen.value).lower() if isinstance(seen.value, bool) else seen.value
    if seen.items is not None:
        value = "; ".join(map(str, seen.items))
    limit = str(seen.limit).lower() if isinstance(seen.limit, bool) else seen.limit
    return {"value": value, "operator": _operator(seen.operator), "limit": limit}


def _condition(verdict: DefinitionReport, judgement: Judgement, condition: Condition) -> Row:
    comparisons = condition.comparisons()
    told = next((each for each in comparisons if each.holds != "met"), next(iter(comparisons), None))
    cause = condition.cause()
    return {
        "ruleset": verdict.ruleset.id,
        "edition": verdict.ruleset.edition,
        "rule": condition.id,
        "entry": judgement.at.text,
        "title": condition.title,
        "verdict": VERDICT_TITLES[condition.verdict],
        **(_values(condition) if told is None else _comparison(told)),
        "path": cause.text,
        "line": cause.line,
        "source": condition.source.said,
        "basis": BASIS_TITLES[condition.basis],
        "advice": condition.own_advice,
    }


def _values(condition: Condition) -> Row:
    known, _ = condition.values()
    told = (
        f"{name}: {str(each).lower() if isinstance(each, bool) else each}" for name, each in known.items()
    )
    return {"value": "; ".join(told)}


def _comparison(comparison: Comparison) -> Row:
    return {
        "value": _amount(comparison.value),
        "operator": _operator(comparison.operator),
        "limit": _amount(comparison.limit),
        "unit": comparison.unit,
        "margin": comparison.margin,
        "relative_margin": comparison.relative_margin,
    }


def _amount(amount: Amount) -> Cell:
    """Return a number; of a range, its ends."""
    if not isinstance(amount, Range):
        return amount
    ends = ("" if each is None else number_text(each) for each in (amount.low, amount.high))
    return " … ".join(ends).strip()


def _operator(operator: str | None) -> str | None:
    """Return an operator as people write it: one that begins with an equals sign would be carried out."""
    return None if operator is None else _OPERATORS.get(operator, operator)


_OPERATORS: Mapping[str, str] = {"<=": "≤", ">=": "≥", "==": "＝", "!=": "≠"}
