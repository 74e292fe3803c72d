"""The whole evaluation of a condition on a document: every part, every entry looked at, every value and its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cati_rules.catalog.ruleset import NamedValue
from cati_rules.documents import Document, format_path
from cati_rules.language import (
    BOTH,
    FALSE,
    TRUE,
    Element,
    Finding,
    Node,
    NumberRange,
    Operand,
    Trace,
    explain,
    nodes,
)
from cati_rules.numbers import number_text
from cati_rules.text import Language, Text

_MARKS = {TRUE: "✓", FALSE: "✗", BOTH: "?"}
_TRUTHS = {TRUE: "true", FALSE: "false", BOTH: "undecided"}
_ABSENT = Text("not given", "未填写")
_COUNTS_AS = Text("not given, counts as “{}”", "未填写，视为“{}”")
_AS_ABOVE = Text("as above", "同上")
_LEFT_OUT = Text("left out", "不在范围内")
_LISTS: Mapping[type, Text] = {
    nodes.Any: Text("at least one of {}", "{} 中至少一条"),
    nodes.All: Text("every one of {}", "{} 中每一条"),
}
_JUNCTIONS: Mapping[type, Text] = {
    nodes.And: Text("all of these", "以下全部满足"),
    nodes.Or: Text("at least one of these", "以下至少一项满足"),
    nodes.Not: Text("not", "以下不成立"),
}


class Evaluation:
    """Tells evaluations on one document in one language."""

    def __init__(
        self,
        document: Document,
        named: Mapping[str, Node],
        values: Iterable[NamedValue],
        language: Language,
    ) -> None:
        """Take the document, the trees of the ruleset's names, and what is said of them."""
        self._document = document
        self._named = named
        self._titles = {each.name: each.title for each in values}
        self._language = language
        self._told: set[tuple[Any, ...]] = set()

    def lines(self, trace: Trace, value: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
        """Yield the evaluation of a condition on ``value`` as lines, each with its depth."""
        yield from self._finding(explain(trace, value, named=self._named), 0)

    def data(self, trace: Trace, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the evaluation of a condition on ``value`` as JSON data."""
        return self._finding_data(explain(trace, value, named=self._named))

    def _say(self, text: Text) -> str:
        return text.to(self._language)

    def _place(self, path: Sequence[str | int]) -> str:
        place = self._document.place(path)
        return place.brief

    def _finding(self, finding: Finding, depth: int) -> Iterator[tuple[int, str]]:
        mark = "" if finding.truth is None else f"{_MARKS[finding.truth]} "
        kind = type(finding.node)
        if kind in _LISTS:
            yield depth, mark + self._say(_LISTS[kind]).format(self._searched(finding))
        elif kind in _JUNCTIONS:
            yield depth, mark + self._say(_JUNCTIONS[kind])
        else:
            value = "" if finding.truth is not None else f" = {_shown(finding.value)}"
            seen = self._operands(finding.operands)
            yield depth, f"{mark}{self._text(finding)}{value}" + (f"  ← {seen}" if seen else "")
        if isinstance(finding.node, nodes.Named):
            told = (finding.node.name, *finding.of)
            if told in self._told and (finding.children or finding.elements):
                yield depth + 1, self._say(_AS_ABOVE)
                return
            self._told.add(told)
        for child in finding.children:
            yield from self._finding(child, depth + 1)
        for element in finding.elements:
            yield from self._element(element, depth + 1)

    def _title(self, name: str) -> str:
        return self._say(self._titles[name]) if name in self._titles else name

    def _text(self, finding: Finding) -> str:
        """Return what is asked: a name with its title, all else as it is written."""
        if not isinstance(finding.node, nodes.Named) or finding.node.name not in self._titles:
            return finding.text
        title = self._title(finding.node.name)
        return self._say(Text(f"{title} ({finding.text})", f"{title}（{finding.text}）"))

    def _searched(self, finding: Finding) -> str:
        """Return the list that is gone through: where it stands, and of a named list, what it is."""
        seen = self._operands(finding.operands)
        listed = nodes.parts_of(finding.node)[0] if isinstance(finding.node, nodes.OverList) else None
        if listed is None:
            return seen
        title = self._title(listed.name)
        return self._say(Text(f"{title} ({seen})", f"{title}（{seen}）"))

    def _element(self, element: Element, depth: int) -> Iterator[tuple[int, str]]:
        at = f"{format_path(element.path)} · {self._place(element.path)}"
        if element.where is not None and element.where.truth == FALSE:
            yield depth, f"{at}: {self._say(_LEFT_OUT)}"
            return
        yield depth, f"{at}:"
        for finding in (element.where, element.body):
            if finding is not None:
                yield from self._finding(finding, depth + 1)

    def _operands(self, operands: Sequence[Operand]) -> str:
        told = []
        for each in operands:
            if each.path is None:
                if not each.text.replace(".", "").isalnum() and not isinstance(each.value, str | bool):
                    told.append(f"{each.text} = {_shown(each.value)}")
                continue
            name = format_path(each.path)
            if each.absent and isinstance(each.value, str):
                told.append(f"{name}: {self._say(_COUNTS_AS).format(each.value)}")
            elif each.absent:
                told.append(f"{name}: {self._say(_ABSENT)}")
            elif isinstance(each.value, Decimal | Fraction | str | bool):
                told.append(f"{name} = {_shown(each.value)} · {self._place(each.path)}")
            else:
                told.append(f"{name} · {self._place(each.path)}")
        return ", ".join(told)

    def _finding_data(self, finding: Finding) -> dict[str, Any]:
        data: dict[str, Any] = {"text": finding.text}
        if isinstance(finding.node, nodes.Named):
            data |= {"name": finding.node.name, "title": self._title(finding.node.name)}
        elif isinstance(finding.node, nodes.OverList | nodes.Count):
            listed = nodes.parts_of(finding.node)[0]
            if listed is not None:
                data |= {"name": listed.name, "title": self._title(listed.name)}
        if finding.truth is not None:
            data["truth"] = _TRUTHS[finding.truth]
        else:
            data["value"] = _shown(finding.value)
        if finding.operands:
            data["operands"] = [self._operand_data(each) for each in finding.operands]
        if finding.children:
            data["children"] = [self._finding_data(each) for each in finding.children]
        if finding.elements:
            data["elements"] = [
                {
                    **self._at(each.path),
                    "where": None if each.where is None else self._finding_data(each.where),
                    "body": None if each.body is None else self._finding_data(each.body),
                }
                for each in finding.elements
            ]
        return data

    def _operand_data(self, operand: Operand) -> dict[str, Any]:
        at = {} if operand.path is None else self._at(operand.path)
        return {"text": operand.text, **at, "value": _shown(operand.value), "absent": operand.absent}

    def _at(self, path: Sequence[str | int]) -> dict[str, Any]:
        place = self._document.place(path)
        return {"path": format_path(tuple(path)), "line": place.line, "column": place.column}


def _shown(value: object) -> str | None:
    """Return a value as text; None where there is no single one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | Fraction):
        return number_text(value)
    if isinstance(value, NumberRange):
        ends = (
            "−∞" if value.low is None else number_text(value.low),
            "∞" if value.high is None else number_text(value.high),
        )
        return " … ".join(ends)
    return value if isinstance(value, str) else None
