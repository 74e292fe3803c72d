"""A definition as a page: what it asks, of what, on which boundary, with every limit, its source and basis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table

from cati_rules.catalog.basis import BASIS_TITLES, Basis
from cati_rules.catalog.fields import Stated
from cati_rules.catalog.ruleset import NamedValue, Source
from cati_rules.catalog.selection import Selection
from cati_rules.kinds.definition.rules import Body, Condition, Definition, Measure
from cati_rules.output.layout import escape, indented
from cati_rules.report.wording.not_judged import KINDS
from cati_rules.report.wording.phrasing import Phrasing
from cati_rules.report.wording.verdicts import phrasing_of
from cati_rules.rule_pages.listing import list_data
from cati_rules.text import Language, Text


class DefinitionPage(Struct, frozen=True):
    """One definition in one language."""

    ruleset: Definition
    language: Language

    def parts(self) -> Iterator[RenderableType]:
        """Yield the parts of the page from top to bottom."""
        ruleset = self.ruleset
        yield f"[bold]{ruleset.id}[/] {self._say(ruleset.title)}"
        facts = Table.grid(padding=(0, 2))
        facts.add_row(self._say(Text("publisher", "发布方")), self._say(ruleset.publisher))
        facts.add_row(
            self._say(Text("edition", "版本")),
            f"{escape(ruleset.edition)}, {self._say(Text('in force', '生效期'))} {self._say(ruleset.period.words())}",
        )
        if ruleset.period.basis is not None:
            facts.add_row("", f"[dim]{self._reason(ruleset.period.basis, ruleset.period.why)}[/]")
        facts.add_row(self._say(Text("asks", "要求")), self._say(ruleset.asks))
        facts.add_row(self._say(Text("source", "来源")), self._source(ruleset.source))
        for row in ruleset.rows:
            named = ruleset.documents[row.document]
            shown = f"{self._say(named.title)}, {row.table}: {escape(row.row)}"
            facts.add_row(self._say(Text("also in", "另见")), shown)
        yield Padding(facts, (0, 0, 1, 2))
        for body in ruleset.bodies:
            yield from self._body(body)

    def _say(self, text: Text) -> str:
        return escape(text.to(self.language))

    def _source(self, source: Source) -> str:
        document = self.ruleset.documents[source.document]
        title = Text(f"“{document.title.en}”", f"《{document.title.zh}》").to(self.language)
        return f"{escape(title)} ({document.published[:7]}) · {self._say(source.locator)}"

    def _body(self, body: Body) -> Iterator[RenderableType]:
        words = phrasing_of(body)
        kind = self._say(KINDS.get(body.subject, Text(body.subject, body.subject)))
        head = self._say(Text("Asked of", "适用对象："))
        title = "" if body.title is None else f" · {self._say(body.title)}"
        yield f"[bold]{head} {kind}[/]{title}"
        if body.brand is not None:
            comma = self._say(Text(", ", "、"))
            made = comma.join(self._say(each) for each in body.brand.makers)
            labels = comma.join(map(escape, body.brand.labels))
            told = Text(
                f"only a product that carries the label {labels} or is made by {made}",
                f"仅限使用标签 {labels} 或由以下企业生产的产品：{made}",
            )
            yield indented(2, told.to(self.language))
        for label, stated in (
            (Text("applies when", "适用条件"), body.applies),
            (Text("can be tested when", "可检验条件"), body.testable),
        ):
            if stated is not None:
                yield from self._stated(label, stated, words)
        if body.each is not None:
            yield indented(2, f"{self._say(Text('each entry by itself:', '逐条判定：'))} {body.each}")
        for measure in body.measures:
            yield from self._measure(measure, words)
        if body.not_testable is not None:
            head = self._say(Text("not testable: ", "不可检验："))
            yield indented(2, f"[yellow]{head}{self._say(body.not_testable)}[/]")
        for parameter in body.parameters:
            head = self._say(Text("parameter", "参数"))
            unit = "" if parameter.unit is None else f" [dim]{escape(parameter.unit)}[/]"
            yield indented(
                2, f"{head} [bold]{self.ruleset.id}.{parameter.name}[/] {self._say(parameter.title)}{unit}"
            )
        for condition in body.conditions:
            yield from self._condition(condition, words, "•")
        for condition in reversed(body.levels):
            yield from self._condition(condition, words, "▸")
        if body.values:
            yield ""
            for value in body.values:
                yield from self._value(value)
        yield ""

    def _stated(self, label: Text, stated: Stated, words: Phrasing) -> Iterator[RenderableType]:
        yield indented(2, f"{self._say(label)}: {self._say(words.condition(stated.node))}")
        yield indented(4, f"[dim]{escape(stated.expression)}[/]")

    def _measure(self, measure: Measure, words: Phrasing) -> Iterator[RenderableType]:
        boundary = (
            "" if measure.comparable is None else words.condition(measure.comparable.node).to(self.language)
        )
        if measure.comparable is not None and measure.comparable.title is not None:
            boundary = measure.comparable.title.to(self.language)
        label = self._say(Text("compared", "比较口径"))
        yield indented(2, f"{label}: {'.'.join(measure.of)} [bold]{measure.unit}[/] {escape(boundary)}")
        heads = {
            measure.narrower: Text("a lower bound when ", "视为下限："),
            measure.wider: Text("an upper bound when ", "视为上限："),
        }
        for stated in measure.questions():
            head = self._say(heads.get(stated, Text("", "")))
            yield indented(4, f"[dim]{head}{escape(stated.expression)}[/]")

    def _condition(self, condition: Condition, words: Phrasing, sign: str) -> Iterator[RenderableType]:
        yield indented(2, f"{sign} [bold]{condition.id}[/] {self._say(condition.title)}")
        if condition.concerns is not None:
            label = self._say(Text("asked when", "适用情形："))
            yield indented(4, f"[dim]{label} {escape(condition.concerns.expression)}[/]")
        yield indented(4, f"[dim]{escape(' '.join(condition.expression.split()))}[/]")
        yield indented(4, f"[dim]{self._say(words.condition(condition.asked))}[/]")
        if condition.opened is not None:
            reason = "" if condition.opened.title is None else self._say(condition.opened.title)
            label = self._say(Text("left open when", "以下情形无法判定："))
            yield indented(4, f"[yellow]{label} {escape(condition.opened.expression)}: {reason}[/]")
        yield from self._basis(condition.basis, condition.why, condition.source)

    def _value(self, value: NamedValue) -> Iterator[RenderableType]:
        unit = "" if value.unit is None else f" [dim]{escape(value.unit)}[/]"
        expression = escape(" ".join(value.expression.split()))
        yield indented(2, f"[bold]{escape(value.call)}[/] = {expression}{unit}  {self._say(value.title)}")
        yield from self._basis(value.basis, value.why, value.source)

    def _basis(self, basis: Basis, why: Text | None, source: Source) -> Iterator[RenderableType]:
        locator = "" if source == self.ruleset.source else f" · {self._source(source)}"
        yield indented(4, f"[dim]{self._reason(basis, why)}{locator}[/]")

    def _reason(self, basis: Basis, why: Text | None) -> str:
        reason = "" if why is None else self._say(Text(": ", "：")) + self._say(why)
        return f"{self._say(BASIS_TITLES[basis])}{reason}"


def parts(ruleset: Definition, _: Selection | None, language: Language) -> Iterator[RenderableType]:
    """Yield the page of a definition, which is shown whole."""
    yield from DefinitionPage(ruleset, language).parts()


def data(ruleset: Definition, _: Selection | None, language: Language) -> dict[str, Any]:
    """Return a definition as JSON data."""

    def source(of: Source) -> dict[str, str]:
        return {"document": of.document, "locator": of.locator.to(language)}

    def condition(each: Condition) -> dict[str, Any]:
        return {
            "id": each.id,
            "title": each.title.to(language),
            "when": each.expression,
            "concerns_when": None if each.concerns is None else each.concerns.expression,
            "open_when": None if each.opened is None else each.opened.expression,
            "claim": each.claim,
            "basis": each.basis,
            "why": None if each.why is None else each.why.to(language),
            "source": source(each.source),
        }

    return {
        **list_data([ruleset], language)[0],
        "asks": ruleset.asks.to(language),
        "source": source(ruleset.source),
        "bodies": [
            {
                "subject": body.subject,
                "each": body.each,
                "brand": None
                if body.brand is None
                else {
                    "labels": list(body.brand.labels),
                    "makers": [each.to(language) for each in body.brand.makers],
                },
                "applies_when": None if body.applies is None else body.applies.expression,
                "testable_when": None if body.testable is None else body.testable.expression,
                "not_testable": None if body.not_testable is None else body.not_testable.to(language),
                "measures": [
                    {
                        "of": ".".join(each.of),
                        "unit": each.unit,
                        "comparable_when": None if each.comparable is None else each.comparable.expression,
                        "narrower_when": None if each.narrower is None else each.narrower.expression,
                        "wider_when": None if each.wider is None else each.wider.expression,
                    }
                    for each in body.measures
                ],
                "parameters": [{"name": each.name, "unit": each.unit} for each in body.parameters],
                "values": [
                    {
                        "name": each.name,
                        "of": dict(each.parameters),
                        "is": each.expression,
                        "unit": each.unit,
                        "title": each.title.to(language),
                        "basis": each.basis,
                        "why": None if each.why is None else each.why.to(language),
                        "source": source(each.source),
                    }
                    for each in body.values
                ],
                "conditions": [condition(each) for each in body.conditions],
                "levels": [condition(each) for each in body.levels],
            }
            for body in ruleset.bodies
        ],
    }
