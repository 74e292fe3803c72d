"""Explanations: what a trace says, with the texts, places and values that a reader needs.

Traces hold only what evaluation had at hand: fields within a calculation are read again from the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

from msgspec import Struct

from cati_rules.documents.paths import FieldPath, value_at
from cati_rules.language import nodes
from cati_rules.language.possibilities import Value
from cati_rules.language.ranges import FALSE, TRUE
from cati_rules.language.trace import (
    AggregateTrace,
    Amount,
    ChosenValueTrace,
    CompareTrace,
    CountTrace,
    Entry,
    MemberTrace,
    SearchTrace,
    Trace,
    ValueTrace,
    Where,
    taken,
)
from cati_rules.language.writer import write

_NO_NAMES: Mapping[str, nodes.Node] = {}
_EXACT = (Decimal, Fraction, str, bool)


class Operand(Struct, frozen=True):
    """A side of a comparison, or a field within one.

    ``path`` is the place of a field, None for anything computed; ``value`` is what it was, or could be, and
    None for a field within a calculation that is absent; ``absent`` says that the document lacks the field, which may
    stand for a value all the same.
    """

    text: str
    path: FieldPath | None
    value: Value | None
    absent: bool


class Element(Struct, frozen=True):
    """One element of a list that was looked at: whether the filter took it, and what the body said of it."""

    path: FieldPath
    where: Explanation | None
    body: Explanation | None


class Explanation(Struct, frozen=True):
    """What one node came to: ``truth`` of a condition, ``value`` of a number or text; the other is None.

    ``of`` are the places of the entries that a name was asked of; so many elements of a long list are ``left_out``.
    """

    node: nodes.Node
    text: str
    truth: int | None
    value: Value | None = None
    operands: tuple[Operand, ...] = ()
    children: tuple[Explanation, ...] = ()
    elements: tuple[Element, ...] = ()
    of: tuple[FieldPath, ...] = ()
    left_out: int = 0


def explain(
    trace: Trace | ValueTrace, value: Mapping[str, Any], *, named: Mapping[str, nodes.Node] = _NO_NAMES
) -> Explanation:
    """Return the trace of an evaluation of the document ``value`` in a form to be shown."""
    return _Explainer(value).finding(trace, Where(named))


def explain_holding(
    trace: Trace | ValueTrace, value: Mapping[str, Any], *, named: Mapping[str, nodes.Node] = _NO_NAMES
) -> Explanation:
    """Return the same without what does not make the condition true, and without the texts of conditions.

    Of a part that is not as the whole needs it, only its truth is told, and elements that do not count are left out. It
    takes as long as that which counts is large, however much was looked at.
    """
    return _HoldingExplainer(value).wanted(trace, Where(named), TRUE)


MOST_SHOWN = 128
"""Of the elements of a longer list the first are shown, and those that decide."""
MOST_DECISIVE = 8
"""So many of those that decide and stand behind the first."""


def _shown(trace: Trace | ValueTrace) -> Sequence[Entry | Amount]:
    """Return the elements of a list to be shown."""
    if not isinstance(trace, SearchTrace | CountTrace | AggregateTrace):
        return ()
    entries = trace.entries or ()
    if len(entries) <= MOST_SHOWN or not isinstance(trace, SearchTrace):
        return entries[:MOST_SHOWN]
    first, others = entries[:MOST_SHOWN], entries[MOST_SHOWN:]
    decisive = (each for each in others if isinstance(each, Entry) and _decides(trace, each))
    return (*first, *islice(decisive, MOST_DECISIVE))


def _decides(trace: SearchTrace, entry: Entry) -> bool:
    """Return whether an entry by itself makes ``$any`` true, or ``$all`` false."""
    wanted = TRUE if isinstance(trace.node, nodes.Any) else FALSE
    taken = entry.where is None or entry.where.truth == TRUE
    return trace.truth == wanted and taken and entry.body is not None and entry.body.truth == wanted


def _left_out(trace: Trace | ValueTrace, shown: int) -> int:
    """Return how many elements of a long list are not shown."""
    if not isinstance(trace, SearchTrace | CountTrace | AggregateTrace):
        return 0
    return len(trace.entries or ()) - shown + (trace.left_out if isinstance(trace, SearchTrace) else 0)


class _Explainer:
    """Turns traces of one document into findings."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def finding(self, trace: Trace | ValueTrace, where: Where) -> Explanation:
        node = trace.node
        entries = _shown(trace)
        elements = tuple(self._elements(trace, entries, where))
        return Explanation(
            node=node,
            text=write(node),
            truth=trace.truth if isinstance(trace, Trace) else None,
            value=trace.value if isinstance(trace, ValueTrace) else None,
            operands=tuple(self._operands(trace, where)),
            children=() if elements else self._children(trace, where),
            elements=elements,
            of=tuple(where.place(each) for each in node.arguments) if isinstance(node, nodes.Named) else (),
            left_out=_left_out(trace, len(entries)),
        )

    def _children(self, trace: Trace | ValueTrace, where: Where) -> tuple[Explanation, ...]:
        return tuple(self.finding(part, trace.entering(key, where)) for key, part in trace.parts())

    def _operands(self, trace: Trace | ValueTrace, where: Where) -> Iterator[Operand]:
        node = trace.node
        if isinstance(trace, CompareTrace):
            yield self._side(node.left, trace.left, where)
            yield self._side(node.right, trace.right, where)
            yield from self._within((node.left, node.right), where)
        elif isinstance(trace, MemberTrace):
            yield self._side(node.item, trace.item, where)
            yield from self._within((node.item,), where)
            if isinstance(node.choices, nodes.Field):
                yield self._field(node.choices, where)
        elif isinstance(trace, SearchTrace | CountTrace | AggregateTrace):
            yield self._field(node.source, where)
        elif isinstance(trace, ChosenValueTrace):
            yield from self._within(taken(node, trace.condition.truth), where)
        elif isinstance(trace, ValueTrace) and isinstance(node, nodes.Named):
            inside = where.definition(node)
            yield from self._fields((nodes.body_of(where.named[node.name]),), inside)
        elif isinstance(trace, ValueTrace) or isinstance(node, nodes.Field):
            yield from self._fields((node,), where)
        elif isinstance(node, nodes.Present):
            yield self._field(node.path, where)

    def _field(self, path: nodes.Field, where: Where) -> Operand:
        place = where.place(path)
        value = value_at(self._document, place)
        # Lists and records have no value to show: only whether they are there.
        return Operand(write(path), place, value if isinstance(value, _EXACT) else None, value is None)

    def _side(self, node: nodes.Node, value: Value, where: Where) -> Operand:
        if not isinstance(node, nodes.Field):
            return Operand(write(node), None, value, False)
        place = where.place(node)
        return Operand(write(node), place, value, value_at(self._document, place) is None)

    def _within(self, sides: Iterable[nodes.Node], where: Where) -> Iterator[Operand]:
        """Yield the fields within those sides that are not fields themselves, each once."""
        return self._fields((side for side in sides if not isinstance(side, nodes.Field)), where)

    def _fields(self, sides: Iterable[nodes.Node], where: Where) -> Iterator[Operand]:
        paths = (path for side in sides for path in nodes.fields_within(side))
        return (self._field(path, where) for path in dict.fromkeys(paths))

    def _elements(
        self, trace: Trace | ValueTrace, entries: Sequence[Entry | Amount], where: Where
    ) -> Iterator[Element]:
        for entry in entries:
            inside = where.entry(trace.node, entry.index)
            held = None if entry.where is None else self.finding(entry.where, inside)
            yield Element(inside.places[trace.node.variable], held, self._body(trace.node, entry, inside))

    def _body(self, node: Any, entry: Entry | Amount, inside: Where) -> Explanation | None:
        if isinstance(entry, Entry):
            return None if entry.body is None else self.finding(entry.body, inside)
        if entry.value is None:
            return None
        inner = tuple(self.finding(each, inside) for each in entry.inner)
        operands = tuple(self._fields((node.body,), inside))
        return Explanation(node.body, write(node.body), None, entry.value, operands, inner)


class _HoldingExplainer(_Explainer):
    """Turns what makes traces of one document true, or false under ``not``, into findings."""

    def wanted(self, trace: Trace | ValueTrace, where: Where, truth: int) -> Explanation:
        """Return what makes a trace come to ``truth``; of a condition that comes to another, nothing but that."""
        node, value = trace.node, None
        if isinstance(trace, ValueTrace):
            value = trace.value
        elif trace.truth != truth:
            return Explanation(node, "", trace.truth)
        children: tuple[Explanation, ...] = ()
        elements: tuple[Element, ...] = ()
        if isinstance(trace, SearchTrace | CountTrace | AggregateTrace):
            # Where nothing in a list fits, no element of it tells more than another.
            nothing_fits = isinstance(trace, SearchTrace) and isinstance(node, nodes.Any) and truth == FALSE
            elements = () if nothing_fits else tuple(self._counting(trace, where, truth))
        else:
            inner = _CONTRARY[truth] if isinstance(node, nodes.Not) else truth
            children = tuple(
                self.wanted(part, trace.entering(key, where), inner) for key, part in trace.parts()
            )
        return Explanation(
            node=node,
            text="",
            truth=trace.truth if isinstance(trace, Trace) else None,
            value=value,
            operands=tuple(self._operands(trace, where)),
            children=children,
            elements=elements,
        )

    def _counting(
        self, trace: SearchTrace | CountTrace | AggregateTrace, where: Where, truth: int
    ) -> Iterator[Element]:
        """Yield the elements that a filter takes for certain, each without what was asked of it by the filter."""
        for entry in trace.entries or ():
            if entry.where is not None and entry.where.truth != TRUE:
                continue
            inside = where.entry(trace.node, entry.index)
            told: Explanation | None = None
            if isinstance(entry, Entry):
                told = None if entry.body is None else self.wanted(entry.body, inside, truth)
            elif entry.value is not None and isinstance(trace.node, nodes.OverList):
                body = trace.node.body
                operands = tuple(self._fields((body,), inside))
                inner = tuple(self.wanted(each, inside, truth) for each in entry.inner)
                told = Explanation(body, "", None, entry.value, operands, inner)
            if told is not None:
                yield Element(inside.places[trace.node.variable], None, told)


_CONTRARY: Mapping[int, int] = {TRUE: FALSE, FALSE: TRUE}
