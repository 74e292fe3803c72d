"""A consistency ruleset as a page, and as data: what is looked for, how grave it is, and on what basis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from cati_rules.catalog.basis import BASIS_TITLES
from cati_rules.catalog.ruleset import Source
from cati_rules.catalog.selection import Selection
from cati_rules.kinds.consistency.rules import Consistency, ConsistencyRule
from cati_rules.output.consistency import MARKS, SEVERITY_TITLES
from cati_rules.output.layout import escape, indented
from cati_rules.report.wording.not_judged import KINDS
from cati_rules.rule_pages.listing import list_data
from cati_rules.text import Language, Text

_A_NOTE = Text("a note if", "在下列情况下降为提示：")


def parts(ruleset: Consistency, selection: Selection | None, language: Language) -> Iterator[RenderableType]:
    """Yield the ruleset with all its rules, or the selected ones alone."""
    rules = () if selection is None else selection.rules

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
            yield indented(2, f"{MARKS[rule.severity]} [bold]{rule.id}[/] {say(rule.title)} [dim]{told}[/]")
            yield indented(6, f"[cyan]→ {say(rule.advice)}[/]")
            yield from rule_basis(rule, ruleset, language, 6)
        for value in body.values if not rules else ():
            unit = "" if value.unit is None else f" {value.unit}"
            expression = " ".join(value.expression.split())
            yield indented(
                2, f"[bold]{escape(value.call)}[/] = {escape(expression + unit)}  {say(value.title)}"
            )
            yield indented(6, f"[dim]{escape(_source_text(value.source, ruleset, language))}[/]")


def data(ruleset: Consistency, selection: Selection | None, language: Language) -> dict[str, Any]:
    """Return the ruleset with all its rules, or the selected ones alone, as JSON data."""
    rules = () if selection is None else selection.rules
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


def _grounds(rule: ConsistencyRule, language: Language) -> dict[str, Any]:
    return {
        "when": " ".join(rule.expression.split()),
        "explained_by": None if rule.explained_by is None else " ".join(rule.explained_by.expression.split()),
        "basis": rule.basis,
        "why": None if rule.why is None else rule.why.to(language),
        "source": {"document": rule.source.document, "locator": rule.source.locator.to(language)},
    }
