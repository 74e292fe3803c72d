"""The whole evaluation of a condition as values: every part, every entry looked at, every value with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from cati_rules.catalog.ruleset import NamedValue
from cati_rules.documents.paths import FieldPath
from cati_rules.language import (
    BOTH,
    FALSE,
    TRUE,
    Element,
    Explanation,
    Node,
    NumberRange,
    Trace,
    explain,
    nodes,
)
from cati_rules.language import Operand as Seen
from cati_rules.numbers import number_text
from cati_rules.report.build.subject import Subject
from cati_rules.report.values import Entry, Evaluation, Operand
from cati_rules.text import Text

Truth = Literal["true", "false", "undecided"]
_TRUTHS: Mapping[int, Truth] = {TRUE: "true", FALSE: "false", BOTH: "undecided"}
_FORMS: Mapping[type, Literal["any", "every", "all", "either", "not"]] = {
    nodes.Any: "any",
    nodes.All: "every",
    nodes.And: "all",
    nodes.Or: "either",
    nodes.Not: "not",
}


def _as_it_is(path: FieldPath) -> FieldPath:
    return path


class Evaluations:
    """Makes evaluations on one document under one ruleset's names."""

    def __init__(
        self,
        subject: Subject,
        named: Mapping[str, Node],
        values: Iterable[NamedValue],
        placed: Callable[[FieldPath], FieldPath] = _as_it_is,
    ) -> None:
        """Take the trees of the ruleset's names, and what is said of them.

        ``placed`` tells where in the document something stands that was evaluated apart from it.
        """
        self._subject = subject
        self._named = named
        self._titles = {each.name: each.title for each in values}
        self._placed = placed

    def of(self, trace: Trace, value: Mapping[str, Any]) -> Evaluation:
        """Return the evaluation of a condition on ``value``."""
        return self._part(explain(trace, value, named=self._named))

    def _part(self, finding: Explanation) -> Evaluation:
        node = finding.node
        is_named = isinstance(node, nodes.Named)
        name = node.name if isinstance(node, nodes.Named) else None
        if isinstance(node, nodes.OverList | nodes.Count):
            listed = nodes.parts_of(node)[0]
            name = None if listed is None else listed.name
        return Evaluation(
            text=finding.text,
            form=_FORMS.get(type(node)),
            truth=None if finding.truth is None else _TRUTHS[finding.truth],
            value=_shown(finding.value),
            name=name,
            title=None if name is None else self._titles.get(name, Text(name, name)),
            is_named=is_named and name in self._titles,
            same_as=(name, *map(self._placed, finding.of)) if is_named else None,
            operands=tuple(self._operand(each) for each in finding.operands),
            parts=tuple(self._part(each) for each in finding.children),
            entries=tuple(self._entry(each) for each in finding.elements),
            left_out=finding.left_out,
        )

    def _entry(self, element: Element) -> Entry:
        where, body = (None if each is None else self._part(each) for each in (element.where, element.body))
        return Entry(self._subject.at(self._placed(element.path)), where, body)

    def _operand(self, seen: Seen) -> Operand:
        value = seen.value
        return Operand(
            text=seen.text,
            at=None if seen.path is None else self._subject.at(self._placed(seen.path)),
            value=_shown(value),
            absent=seen.absent,
            assumed=value if seen.absent and isinstance(value, str) else None,
            is_text=isinstance(value, str | bool),
            is_single=isinstance(value, Decimal | Fraction | str | bool),
        )


def _shown(value: object) -> str | None:
    """Return a value as text; None where there is no single one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | Fraction):
        return number_text(value)
    if isinstance(value, NumberRange):
        ends: Sequence[str] = (
            "−∞" if value.low is None else number_text(value.low),
            "∞" if value.high is None else number_text(value.high),
        )
        return " … ".join(ends)
    return value if isinstance(value, str) else None
