"""A rule as a page: what it asks, points, weight, criteria, sources, basis and reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table

from cati_rules.catalog.basis import BASIS_TITLES, Basis
from cati_rules.catalog.ruleset import Source
from cati_rules.catalog.selection import Selection
from cati_rules.kinds.index.rules import Criterion, Index, Indicator
from cati_rules.language import names_in
from cati_rules.numbers import number_text
from cati_rules.output.layout import escape, indented
from cati_rules.report.wording.phrasing import Phrasing
from cati_rules.rule_pages.overview import overview_data, overview_page
from cati_rules.schema import load_schema
from cati_rules.text import Language, Text

AWARDS: Mapping[str, Text] = {
    "sum": Text("the points of all criteria that are met are added", "各项条件满足即累加得分"),
    "highest": Text("the highest level that is met counts", "取所满足的最高一档"),
}


class RulePage:
    """Rules of one ruleset in one language, as pages for the terminal."""

    def __init__(self, ruleset: Index, language: Language) -> None:
        """Show rules of ``ruleset`` in ``language``."""
        self._ruleset = ruleset
        self._language = language
        self._words = Phrasing(load_schema(ruleset.subject), ruleset.values)

    def _say(self, text: Text) -> str:
        return escape(text.to(self._language))

    def pages(self, indicators: Sequence[Indicator]) -> Iterator[RenderableType]:
        """Yield the pages of indicators, then the named values that they use."""
        used: set[str] = set()
        for indicator in indicators:
            yield from self._indicator(indicator)
            used.update(*(names_in(criterion.node) for criterion in indicator.criteria))
            if indicator.ceiling is not None:
                used.update(names_in(indicator.ceiling.node))
        yield from self._values(self._with_theirs(used))

    def _with_theirs(self, names: set[str]) -> set[str]:
        """Return names with those that they use in turn."""
        trees = self._ruleset.named_nodes()
        found, waiting = set(names), list(names)
        while waiting:
            new = names_in(trees[waiting.pop()]) - found
            found |= new
            waiting.extend(new)
        return found

    def _indicator(self, indicator: Indicator) -> Iterator[RenderableType]:
        yield f"[bold]{indicator.id} {self._say(indicator.title)}[/]"
        weight = self._ruleset.weights[indicator.weight]
        facts = Table.grid(padding=(0, 2))
        facts.add_row(
            self._say(Text("ruleset", "规则集")), f"{self._ruleset.id} · {self._say(self._ruleset.title)}"
        )
        facts.add_row(self._say(Text("points", "分值")), number_text(indicator.points))
        basis = self._say(BASIS_TITLES[weight.basis])
        facts.add_row(
            self._say(Text("weight", "权重")),
            f"{number_text(weight.factor)} · {self._say(weight.title)} · {basis}"
            + (f" · --parameter {self._ruleset.id}.{weight.id}=…" if weight.parameter else ""),
        )
        facts.add_row(self._say(Text("award", "计分方式")), self._say(AWARDS[indicator.award]))
        if indicator.parallel_to is not None:
            beside = Text(
                f"{indicator.parallel_to}: the better of the two counts",
                f"{indicator.parallel_to}：两者取高计分",
            )
            facts.add_row(self._say(Text("parallel to", "平行于")), self._say(beside))
        if indicator.may_not_apply is not None:
            facts.add_row(self._say(Text("may not apply", "可不适用")), self._say(indicator.may_not_apply))
        facts.add_row(self._say(Text("source", "来源")), self._source(indicator.source))
        shared = _shared_reason(indicator)
        if shared is not None:
            facts.add_row(self._say(Text("split of points", "分值拆分")), self._reason(*shared))
        yield Padding(facts, (0, 0, 1, 2))
        if indicator.ceiling is not None:
            ceiling = indicator.ceiling
            yield indented(2, f"[yellow]{self._say(ceiling.title)}[/]")
            yield indented(4, f"[dim]{escape(ceiling.expression)}[/]")
            yield from self._basis(4, ceiling.basis, ceiling.why)
        for criterion in indicator.criteria:
            yield from self._criterion(criterion, indicator, shared)
        yield ""

    def _criterion(
        self, criterion: Criterion, indicator: Indicator, shared: tuple[Basis, Text | None] | None
    ) -> Iterator[RenderableType]:
        sign = "→ " if indicator.award == "highest" else "+"
        worth = f"[bold]{sign}{number_text(criterion.points)}[/]"
        yield indented(2, f"{worth} {self._say(criterion.title)} [dim]({criterion.id})[/]")
        asks = Text("asks: ", "条件：")
        yield indented(6, f"{self._say(asks)}{self._say(self._words.condition(criterion.node))}")
        yield indented(6, f"[dim]{escape(' '.join(criterion.expression.split()))}[/]")
        if criterion.counts_parent:
            parent = Text("a parent company's statement counts for this step", "母公司的声明可计入本档")
            yield indented(6, self._say(parent))
        if criterion.source != indicator.source:
            yield indented(6, self._source(criterion.source))
        if (criterion.basis, criterion.why) != shared:
            yield from self._basis(6, criterion.basis, criterion.why)
        yield indented(6, f"[cyan]→ {self._say(criterion.advice)}[/]")

    def _basis(self, columns: int, basis: Basis, why: Text | None) -> Iterator[RenderableType]:
        yield indented(columns, f"[dim]{self._reason(basis, why)}[/]")

    def _reason(self, basis: Basis, why: Text | None) -> str:
        reason = "" if why is None else self._say(Text(": ", "：")) + self._say(why)
        return f"{self._say(BASIS_TITLES[basis])}{reason}"

    def _source(self, source: Source) -> str:
        document = self._ruleset.documents[source.document]
        title = Text(f"“{document.title.en}”", f"《{document.title.zh}》").to(self._language)
        return f"{escape(title)} ({document.published[:7]}) · {self._say(source.locator)}"

    def _values(self, names: set[str]) -> Iterator[RenderableType]:
        for value in self._ruleset.values:
            if value.name not in names:
                continue
            yield f"[bold]{escape(value.call)}[/] {self._say(value.title)}"
            for name, place in value.parameters:
                entry = Text(f"{name}: from {place}", f"{name}：取自 {place}")
                yield indented(2, f"[dim]{escape(entry.to(self._language))}[/]")
            yield indented(2, f"[dim]{escape(' '.join(value.expression.split()))}[/]")
            yield indented(2, self._source(value.source))
            yield from self._basis(2, value.basis, value.why)
            yield ""


def _shared_reason(indicator: Indicator) -> tuple[Basis, Text | None] | None:
    """Return the basis and reason that most criteria of an indicator share; None where no two do."""
    counted = Counter((each.basis, each.why) for each in indicator.criteria)
    reason, times = counted.most_common(1)[0]
    return reason if times > 1 or len(indicator.criteria) == 1 else None


def parts(ruleset: Index, selection: Selection | None, language: Language) -> Iterator[RenderableType]:
    """Yield the pages of the selected indicators; an overview, where none were."""
    if selection is None:
        yield from overview_page(ruleset, language)
    else:
        yield from RulePage(ruleset, language).pages(_selected(ruleset, selection))


def data(ruleset: Index, selection: Selection | None, language: Language) -> dict[str, Any]:
    """Return the selected indicators as JSON data; an overview, where none were."""
    if selection is None:
        return overview_data(ruleset, language)
    return {
        "indicators": [_indicator_data(ruleset, each, language) for each in _selected(ruleset, selection)]
    }


def _indicator_data(ruleset: Index, indicator: Indicator, language: Language) -> dict[str, Any]:
    """Return an indicator as JSON data: numbers as exact strings."""

    def source(of: Source) -> dict[str, str]:
        return {"document": of.document, "locator": of.locator.to(language)}

    weight = ruleset.weights[indicator.weight]
    return {
        "ruleset": ruleset.id,
        "id": indicator.id,
        "title": indicator.title.to(language),
        "points": f"{indicator.points:f}",
        "weight": f"{weight.factor:f}",
        "weight_basis": weight.basis,
        "weight_parameter": weight.id if weight.parameter else None,
        "award": indicator.award,
        "parallel_to": indicator.parallel_to,
        "may_not_apply": None if indicator.may_not_apply is None else indicator.may_not_apply.to(language),
        "source": source(indicator.source),
        "ceiling": None
        if indicator.ceiling is None
        else {
            "points": f"{indicator.ceiling.points:f}",
            "with": list(indicator.ceiling.beside),
            "until": indicator.ceiling.expression,
            "title": indicator.ceiling.title.to(language),
            "basis": indicator.ceiling.basis,
        },
        "criteria": [
            {
                "id": each.id,
                "title": each.title.to(language),
                "points": f"{each.points:f}",
                "when": each.expression,
                "counts_parent": each.counts_parent,
                "advice": each.advice.to(language),
                "basis": each.basis,
                "why": None if each.why is None else each.why.to(language),
                "source": source(each.source),
            }
            for each in indicator.criteria
        ],
    }


def _selected(rules: Index, selection: Selection) -> list[Indicator]:
    return [each for each in rules.indicators() if each.id in selection.rules]
