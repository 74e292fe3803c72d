"""What contradicts itself or misleads in a document: in the terminal, as JSON, and the rules as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as RichText

from cati_rules.catalog.basis import BASIS_TITLES
from cati_rules.catalog.ruleset import Source
from cati_rules.documents import Document, format_path, value_at
from cati_rules.kinds.consistency.assessment import (
    ConsistencyFinding,
    ConsistencyResult,
    Seen,
    reasons_seen,
    values_seen,
)
from cati_rules.kinds.consistency.rules import Consistency, ConsistencyBody, ConsistencyRule, Severity
from cati_rules.kinds.index.evidence import Path
from cati_rules.language import Element, Finding, Operand, explain
from cati_rules.numbers import plain
from cati_rules.output.evaluation import Evaluation
from cati_rules.output.layout import escape, indented
from cati_rules.output.page import Page
from cati_rules.output.phrasing import Phrasing
from cati_rules.output.ruleset_page import list_data
from cati_rules.output.why import KINDS
from cati_rules.pipeline import Checked, consistency_assessor
from cati_rules.schema import load_schema, spelled_out
from cati_rules.text import Language, Text
from cati_rules.visible import visible

FEW = 5
"""How many values a page shows for one finding, unless it is verbose."""
HEADING = Text("Consistency", "一致性")
_REASON = Text("reason stated: {} ({})", "已说明原因：{}（{}）")
_MARKS: Mapping[Severity, str] = {
    "error": "[red]✗[/]",
    "warning": "[yellow]![/]",
    "note": "[cyan]·[/]",
}
SEVERITY_TITLES: Mapping[Severity, Text] = {
    "error": Text("error", "错误"),
    "warning": Text("warning", "警告"),
    "note": Text("note", "提示"),
}
_PLURALS: Mapping[Severity, str] = {"error": "errors", "warning": "warnings", "note": "notes"}
_A_NOTE = Text("a note if", "在下列情况下降为提示：")
_NOTHING = Text("nothing found.", "未发现问题。")
_SHOWN_ELSEWHERE = (
    "unit",
    "scope",
    "category",
    "carrier",
    "subject",
    "measure",
    "accounting",
    "instrument",
    "per",
    "area",
)
_MEASURED = ("value", "quantity", "below")


def counts_text(result: ConsistencyResult, language: Language) -> str:
    """Return how many findings there are of each severity, in words; empty where there are none."""
    told = [
        Text(
            f"{count} {_PLURALS[severity] if count > 1 else severity}",
            f"{SEVERITY_TITLES[severity].zh} {count} 处",
        ).to(language)
        for severity, count in result.counts().items()
    ]
    return Text(", ", "、").to(language).join(told)


def add_counts(parts: list[RenderableType], checked: Checked, page: Page) -> None:
    """Add what was found to the last line of a quiet page; in a line of its own where nothing else was judged."""
    for result in checked.consistency():
        told = counts_text(result, page.language)
        if not told:
            continue
        name = HEADING.to(page.language).lower()
        last = parts[-1] if parts and len(checked.results) > len(checked.consistency()) else None
        if isinstance(last, RichText):
            last.append(Text(f"; {name}: {told}", f"；{name}：{told}").to(page.language))
        else:
            line = RichText(
                visible(Text(f"{checked.name}: {told}", f"{checked.name}：{told}").to(page.language))
            )
            line.no_wrap = True
            parts.append(line)


class Section(Struct, frozen=True):
    """What was found in one document, laid out."""

    result: ConsistencyResult
    document: Document
    page: Page
    alone: bool

    def parts(self) -> Iterator[RenderableType]:
        """Yield the parts from top to bottom; where nothing was found, none, unless verbose or on a page of its own."""
        heading = f"[bold]{self._say(HEADING)}[/]"
        if not self.result.findings:
            if self.alone or self.page.detail == "verbose":
                yield f"{heading} [dim]{self._say(_NOTHING)}[/]"
            return
        counted = escape(counts_text(self.result, self.page.language))
        yield f"{heading} [dim]{counted}[/]"
        for each in self.result.findings:
            yield from self._finding(each)

    def _say(self, text: Text) -> str:
        return escape(text.to(self.page.language))

    def _finding(self, finding: ConsistencyFinding) -> Iterator[RenderableType]:
        rule = finding.rule
        place = self.document.place(finding.path)
        at = f"{rule.id} · {format_path(finding.path)} · {place.brief}"
        yield indented(2, f"{_MARKS[finding.severity]} {self._say(rule.title)}")
        yield indented(6, f"[dim]{escape(at)}[/]")
        told = self._values(finding)
        if told:
            yield indented(6, f"[dim]{escape(told)}[/]")
        yield indented(6, f"[cyan]→ {self._say(rule.advice)}[/]")
        if self.page.detail == "verbose":
            yield from rule_basis(rule, self.result.ruleset, self.page.language, 6)

    def _values(self, finding: ConsistencyFinding) -> str:
        """Return what was seen, each field once with its title."""
        body = body_of(self.result.ruleset, finding.rule)
        words = Phrasing(load_schema(str(self.document.value.get("kind"))), body.values, self.page.language)
        seen = [each for each in values_seen(finding, body.named_nodes()) if self._tells(each, body)]
        limit = None if self.page.detail == "verbose" else FEW
        told = [self._value(each, words, finding) for each in seen[:limit]]
        told += [reason_text(each, words) for each in reasons_seen(finding, body.named_nodes())]
        return Text("; ", "；").to(self.page.language).join(dict.fromkeys(told))

    def _tells(self, seen: Seen, body: ConsistencyBody) -> bool:
        """Return whether a page shows a value: the document's own, and named ones; not what entries are told by."""
        if seen.path is None:
            return is_named(seen, body)
        return seen.path[-1] not in _SHOWN_ELSEWHERE

    def _value(self, seen: Seen, words: Phrasing, finding: ConsistencyFinding) -> str:
        path = () if seen.path is None else seen.path
        shown = value_text(seen, words, self.document)
        if not path:
            return f"{words.named(seen.name or '')} {shown}"
        title = words.title(path)
        if path == finding.path:
            return f"{title} {shown}"
        at = format_path(path)
        return words.say(Text(f"{title} {shown} ({at})", f"{title} {shown}（{at}）"))


def value_text(seen: Seen, words: Phrasing, document: Document) -> str:
    """Return a value in words, an amount with the unit that stands beside it."""
    path = () if seen.path is None else seen.path
    shown = words.value(seen.value, path)
    unit = value_at(document.value, (*path[:-1], "unit")) if path and path[-1] in _MEASURED else None
    if seen.path is None:
        unit = words.named_unit(seen.name or "")
    return f"{shown} {unit}" if isinstance(unit, str) else shown


def is_named(seen: Seen, body: ConsistencyBody) -> bool:
    """Return whether what was computed is told of: a limit, or an amount with a unit; not what rules count with."""
    return any(each.name == seen.name and (each.unit or not each.parameters) for each in body.values)


def reason_text(seen: Seen, words: Phrasing) -> str:
    """Return the reason that a finding quotes, with its place."""
    return words.say(_REASON).format(
        words.value(seen.value, () if seen.path is None else seen.path), seen.text
    )


def body_of(ruleset: Consistency, rule: ConsistencyRule) -> ConsistencyBody:
    """Return the body that a rule belongs to."""
    return next(each for each in ruleset.bodies if rule in each.rules)


def rule_basis(
    rule: ConsistencyRule, ruleset: Consistency, language: Language, columns: int
) -> Iterator[RenderableType]:
    """Yield the condition of a rule, its source, basis and reason."""
    expression = escape(" ".join(rule.expression.split()))
    yield indented(columns, f"[dim]{expression}[/]")
    if rule.explained_by is not None:
        reason = escape(" ".join(rule.explained_by.expression.split()))
        yield indented(columns, f"[dim]{_A_NOTE.to(language)} {reason}[/]")
    basis = BASIS_TITLES[rule.basis].to(language)
    reason = "" if rule.why is None else Text(f": {rule.why.en}", f"：{rule.why.zh}").to(language)
    source = _source_text(rule.source, ruleset, language)
    yield indented(columns, f"[dim]{escape(source)} · {escape(basis + reason)}[/]")


def _source_text(source: Source, ruleset: Consistency, language: Language) -> str:
    document = ruleset.documents[source.document]
    title, locator = document.title, source.locator
    return Text(f"“{title.en}”, {locator.en}", f"《{title.zh}》{locator.zh}").to(language)


# JSON


def result_data(result: ConsistencyResult, document: Document, language: Language) -> dict[str, Any]:
    """Return what was found as JSON data."""
    ruleset = result.ruleset
    return {
        "ruleset": ruleset.id,
        "edition": ruleset.edition,
        "kind": ruleset.kind,
        "title": ruleset.title.to(language),
        "as_of": result.as_of,
        "findings": [finding_data(each, ruleset, document, language) for each in result.findings],
    }


def finding_data(
    finding: ConsistencyFinding, ruleset: Consistency, document: Document, language: Language
) -> dict[str, Any]:
    """Return one finding as JSON data."""
    rule = finding.rule
    place = document.place(finding.path)
    named = body_of(ruleset, rule).named_nodes()
    return {
        "id": rule.id,
        "severity": finding.severity,
        "title": rule.title.to(language),
        "advice": rule.advice.to(language),
        "path": format_path(finding.path),
        "line": place.line,
        "column": place.column,
        "values": {each.text: plain(each.value) for each in values_seen(finding, named)},
        "reasons": {each.text: plain(each.value) for each in reasons_seen(finding, named)},
        **_grounds(rule, language),
    }


def _grounds(rule: ConsistencyRule, language: Language) -> dict[str, Any]:
    return {
        "when": " ".join(rule.expression.split()),
        "explained_by": None if rule.explained_by is None else " ".join(rule.explained_by.expression.split()),
        "basis": rule.basis,
        "why": None if rule.why is None else rule.why.to(language),
        "source": {"document": rule.source.document, "locator": rule.source.locator.to(language)},
    }


# Rules as a page


def rules_page(
    ruleset: Consistency, language: Language, rules: Sequence[str] = ()
) -> Iterator[RenderableType]:
    """Yield the ruleset with all its rules, or the named ones alone."""

    def say(text: Text) -> str:
        return escape(text.to(language))

    yield f"[bold]{ruleset.id}[/] {say(ruleset.title)}"
    if not rules:
        facts = Table.grid(padding=(0, 2))
        facts.add_row(say(Text("publisher", "发布方")), say(ruleset.publisher))
        facts.add_row(say(Text("edition", "版本")), escape(ruleset.edition))
        yield facts
    for body in ruleset.bodies:
        shown = [each for each in body.rules if not rules or each.id in rules]
        if not shown:
            continue
        yield ""
        kind = KINDS.get(body.subject, Text(body.subject, body.subject))
        yield f"[bold]{say(Text(f'Looked for in {kind.en}', f'检查对象：{kind.zh}'))}[/]"
        for rule in shown:
            severity = SEVERITY_TITLES[rule.severity]
            told = say(Text(f"({severity.en})", f"（{severity.zh}）"))
            yield indented(2, f"{_MARKS[rule.severity]} [bold]{rule.id}[/] {say(rule.title)} [dim]{told}[/]")
            yield indented(6, f"[cyan]→ {say(rule.advice)}[/]")
            yield from rule_basis(rule, ruleset, language, 6)
        for value in body.values if not rules else ():
            unit = "" if value.unit is None else f" {value.unit}"
            expression = " ".join(value.expression.split())
            yield indented(
                2, f"[bold]{escape(value.call)}[/] = {escape(expression + unit)}  {say(value.title)}"
            )
            yield indented(6, f"[dim]{escape(_source_text(value.source, ruleset, language))}[/]")


def rules_data(ruleset: Consistency, language: Language, rules: Sequence[str] = ()) -> dict[str, Any]:
    """Return the ruleset with all its rules, or the named ones alone, as JSON data."""
    return {
        **list_data([ruleset], language)[0],
        "bodies": [
            {
                "subject": body.subject,
                "findings": [
                    {
                        "id": each.id,
                        "severity": each.severity,
                        "each": each.each,
                        "at": ".".join(each.at) or None,
                        "title": each.title.to(language),
                        "advice": each.advice.to(language),
                        **_grounds(each, language),
                    }
                    for each in body.rules
                    if not rules or each.id in rules
                ],
            }
            for body in ruleset.bodies
        ],
    }


# The whole evaluation


class PlacedEvaluation(Evaluation):
    """Tells evaluations with the places of the document, not those of what the condition was evaluated on."""

    def finding_lines(
        self, finding: ConsistencyFinding, named: Mapping[str, Any]
    ) -> Iterator[tuple[int, str]]:
        """Yield the evaluation of a rule as lines, each with its depth."""
        yield from self._finding(_moved(explain(finding.trace, finding.value, named=named), finding), 0)

    def finding_evaluation(self, finding: ConsistencyFinding, named: Mapping[str, Any]) -> dict[str, Any]:
        """Return the evaluation of a rule as JSON data."""
        return self._finding_data(_moved(explain(finding.trace, finding.value, named=named), finding))


def _moved(told: Finding, by: ConsistencyFinding) -> Finding:
    return replace(
        told,
        operands=tuple(_moved_operand(each, by) for each in told.operands),
        children=tuple(_moved(each, by) for each in told.children),
        of=tuple(by.placed(each) for each in told.of),
        elements=tuple(_moved_element(each, by) for each in told.elements),
    )


def _moved_operand(operand: Operand, by: ConsistencyFinding) -> Operand:
    return operand if operand.path is None else replace(operand, path=by.placed(operand.path))


def _moved_element(element: Element, by: ConsistencyFinding) -> Element:
    path: Path = by.placed(element.path)
    where = None if element.where is None else _moved(element.where, by)
    body = None if element.body is None else _moved(element.body, by)
    return Element(path, where, body)


def explained(checked: Checked, ruleset: str, rules: Sequence[str], page: Page) -> Iterator[RenderableType]:
    """Yield some rules on a document: what was found, and the whole evaluation of each."""
    if checked.document is None or checked.failed:
        return
    named_rules = consistency_assessor(ruleset).ruleset
    for result in checked.consistency():
        found = tuple(each for each in result.findings if each.rule.id in rules)
        yield from Section(replace(result, findings=found), checked.document, page, alone=True).parts()
    for finding in _judged(checked, ruleset, rules):
        if not finding.found and len(rules) > 1:
            continue  # why nothing was found is told of a single rule
        body = body_of(named_rules, finding.rule)
        named = body.named_nodes()
        at = f" {format_path(finding.entry or finding.within)}".rstrip()
        heading = Text(f"Evaluation of {finding.rule.id}{at}", f"{finding.rule.id}{at} 的完整判定过程")
        yield ""
        yield indented(2, f"[bold]{escape(heading.to(page.language))}[/]")
        evaluation = PlacedEvaluation(checked.document, named, body.values, page.language)
        for depth, line in evaluation.finding_lines(finding, named):
            yield indented(4 + 2 * depth, f"[dim]{escape(line)}[/]")


def explained_data(
    checked: Checked, ruleset: str, rules: Sequence[str], language: Language
) -> list[dict[str, Any]]:
    """Return the whole evaluation of some rules on a document as JSON data."""
    document = checked.document
    if document is None or checked.failed:
        return []
    named_rules = consistency_assessor(ruleset).ruleset
    evaluated = []
    for finding in _judged(checked, ruleset, rules):
        body = body_of(named_rules, finding.rule)
        named = body.named_nodes()
        evaluation = PlacedEvaluation(document, named, body.values, language)
        evaluated.append(
            {
                "id": finding.rule.id,
                "path": format_path(finding.path),
                "found": finding.found,
                **evaluation.finding_evaluation(finding, named),
            }
        )
    return evaluated


def _judged(checked: Checked, ruleset: str, rules: Sequence[str]) -> Iterator[ConsistencyFinding]:
    assessor = consistency_assessor(ruleset)
    if checked.document is not None:
        value = spelled_out(checked.document.value)
        for rule in assessor.ruleset.rules():
            if rule.id in rules:
                yield from assessor.judged(value, rule)
