"""What contradicts itself or misleads in a document, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from rich.console import RenderableType
from rich.text import Text as RichText

from cati_rules.output.evaluation import Evaluations
from cati_rules.output.layout import escape, indented
from cati_rules.output.page_options import Page
from cati_rules.report.consistency import ConsistencyReport, Inconsistency, Value
from cati_rules.report.run import DocumentReport
from cati_rules.report.titles import BASIS_TITLES, Severity
from cati_rules.text import Language, Text
from cati_rules.visible import visible

FEW = 5
"""How many values a page shows for one finding, unless it is verbose."""
HEADING = Text("Consistency", "一致性")
MARKS: Mapping[Severity, str] = {
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


def counts_text(result: ConsistencyReport, language: Language) -> str:
    """Return how many findings there are of each severity, in words; empty where there are none."""
    told = [
        Text(
            f"{count} {_PLURALS[severity] if count > 1 else severity}",
            f"{SEVERITY_TITLES[severity].zh} {count} 处",
        )
        for severity, count in result.counts().items()
    ]
    return Text(", ", "、").join(told).to(language)


def add_counts(parts: list[RenderableType], document: DocumentReport, page: Page) -> None:
    """Add what was found to the last line of a quiet page; in a line of its own where nothing else was judged."""
    judged = document.scores or document.verdicts
    for result in document.consistency:
        told = counts_text(result, page.language)
        if not told:
            continue
        name = page.say(HEADING).lower()
        last = parts[-1] if parts and judged else None
        if isinstance(last, RichText):
            last.append(page.say(Text(f"; {name}: {told}", f"；{name}：{told}")))
        else:
            path = document.path
            line = RichText(visible(page.say(Text(f"{path}: {told}", f"{path}：{told}"))))
            line.no_wrap = True
            parts.append(line)


class Section(Struct, frozen=True):
    """What was found in one document, laid out; of some ``rules`` only, where they are named."""

    result: ConsistencyReport
    page: Page
    alone: bool
    rules: Sequence[str] = ()

    def parts(self) -> Iterator[RenderableType]:
        """Yield the parts from top to bottom; where nothing was found, none, unless verbose or on a page of its own."""
        heading = f"[bold]{self._say(HEADING)}[/]"
        found = [each for each in self.result.findings if not self.rules or each.rule.id in self.rules]
        if not found:
            if self.alone or self.page.detail == "verbose":
                yield f"{heading} [dim]{self._say(_NOTHING)}[/]"
            return
        counted = escape(counts_text(replace(self.result, findings=tuple(found)), self.page.language))
        yield f"{heading} [dim]{counted}[/]"
        for each in found:
            yield from self._finding(each)

    def _say(self, text: Text) -> str:
        return escape(self.page.say(text))

    def _finding(self, finding: Inconsistency) -> Iterator[RenderableType]:
        rule = finding.rule
        at = f"{rule.id} · {finding.at.text} · {finding.at.short}"
        yield indented(2, f"{MARKS[finding.severity]} {self._say(rule.title)}")
        yield indented(6, f"[dim]{escape(at)}[/]")
        told = self._values(finding)
        if told:
            yield indented(6, f"[dim]{self._say(told)}[/]")
        yield indented(6, f"[cyan]→ {self._say(rule.advice)}[/]")
        if self.page.detail == "verbose":
            yield from self._basis(finding)

    def _basis(self, finding: Inconsistency) -> Iterator[RenderableType]:
        """Yield the condition of a rule, its source, basis and reason."""
        rule = finding.rule
        yield indented(6, f"[dim]{escape(rule.when)}[/]")
        if rule.explained_by is not None:
            yield indented(6, f"[dim]{self._say(_A_NOTE)} {escape(rule.explained_by)}[/]")
        basis = BASIS_TITLES[rule.basis]
        if rule.why is not None:
            basis = Text("{}: {}", "{}：{}").format(basis, rule.why)
        source = Text("“{}”, {}", "《{}》{}").format(rule.source.title, rule.source.locator)
        yield indented(6, f"[dim]{self._say(source)} · {self._say(basis)}[/]")

    def _values(self, finding: Inconsistency) -> Text:
        """Return what was seen, each field once with its title."""
        seen = [each for each in finding.values() if each.notable]
        limit = None if self.page.detail == "verbose" else FEW
        told = [_value(each, finding) for each in seen[:limit]]
        told += [each.quoted for each in finding.reasons()]
        return Text("; ", "；").join(dict.fromkeys(told))


def _value(value: Value, finding: Inconsistency) -> Text:
    if value.at is None or value.at.path == finding.at.path:
        return Text("{} {}", "{} {}").format(value.title, value.said)
    return Text("{} {} ({})", "{} {}（{}）").format(value.title, value.said, value.at.text)


def explained(document: DocumentReport, rules: Sequence[str], page: Page) -> Iterator[RenderableType]:
    """Yield some rules on a document: what was found, and the whole evaluation of each."""
    for result in document.consistency:
        yield from Section(result, page, alone=True, rules=rules).parts()
    for result in document.consistency:
        for each in result.judged():
            # Why nothing was found is told of a single rule.
            if each.rule not in rules or (not each.found and len(rules) > 1):
                continue
            at = f" {each.entry.text}".rstrip()
            heading = Text(f"Evaluation of {each.rule}{at}", f"{each.rule}{at} 的完整判定过程")
            yield ""
            yield indented(2, f"[bold]{escape(page.say(heading))}[/]")
            for depth, line in Evaluations(page.language).lines(each.evaluation):
                yield indented(4 + 2 * depth, f"[dim]{escape(line)}[/]")
