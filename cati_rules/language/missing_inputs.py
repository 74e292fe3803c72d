"""Which absent inputs keep a verdict open, read from its trace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cati_rules.documents.paths import FieldPath, value_at
from cati_rules.language import nodes
from cati_rules.language.ranges import BOTH, FALSE, TRUE
from cati_rules.language.trace import (
    AggregateTrace,
    Amount,
    ChosenValueTrace,
    CompareTrace,
    CountTrace,
    Inner,
    JunctionTrace,
    MemberTrace,
    NameTrace,
    SearchTrace,
    Trace,
    ValueTrace,
    Where,
    taken,
)

_NO_NAMES: Mapping[str, nodes.Node] = {}
_EXACT = (Decimal, Fraction, str, bool)


def missing(
    trace: Trace | ValueTrace, value: Mapping[str, Any], *, named: Mapping[str, nodes.Node] = _NO_NAMES
) -> tuple[FieldPath, ...]:
    """Return the places of the absent inputs that keep the verdict open, in the order they were met.

    Below a condition that is decided nothing is missing. A failed ``!= null`` names its field too, because
    filling it in would change the verdict.
    """
    places = dict.fromkeys(_of(trace, Where(named)))
    return tuple(place for place in places if value_at(value, place) is None)


def _of(trace: Trace | ValueTrace, where: Where) -> Iterator[FieldPath]:
    """Yield the inputs below a trace, as far as it is open or hangs on a field's presence."""
    if isinstance(trace, ValueTrace):
        yield from () if isinstance(trace.value, _EXACT) else _of_value(trace, where)
    elif trace.truth == TRUE:
        return
    elif isinstance(trace, JunctionTrace | NameTrace | SearchTrace):
        if isinstance(trace, SearchTrace) and trace.entries is None:
            yield where.place(trace.node.source)
        for key, part in trace.parts():
            # Where the whole fails, a part that is open decides nothing.
            if trace.truth == BOTH or (isinstance(part, Trace) and part.truth == FALSE):
                yield from _of(part, trace.entering(key, where))
    elif isinstance(trace.node, nodes.Present):
        yield where.place(trace.node.path)
    elif trace.truth == BOTH:
        yield from _of_open(trace, where)


def _of_open(trace: Trace, where: Where) -> Iterator[FieldPath]:
    node = trace.node
    if isinstance(node, nodes.Field):
        yield where.place(node)
    elif isinstance(trace, CompareTrace):
        yield from _fields(_open(((node.left, trace.left), (node.right, trace.right))), where)
        yield from _inner(trace.inner, where)
    elif isinstance(trace, MemberTrace):
        yield from _fields(_open(((node.item, trace.item),)), where)
        yield from _inner(trace.inner, where)
        if isinstance(node.choices, nodes.Field):
            yield where.place(node.choices)
    else:
        for _, part in trace.parts():
            yield from _of(part, where)


def _of_value(trace: ValueTrace, where: Where) -> Iterator[FieldPath]:
    node = trace.node
    if isinstance(trace, ChosenValueTrace):
        if not trace.alike:
            yield from _of(trace.condition, where)
        yield from _fields(taken(node, trace.condition.truth), where)
    elif isinstance(trace, CountTrace | AggregateTrace):
        if trace.entries is None:
            yield where.place(node.source)
        yield from _of_elements(trace, where)
    elif isinstance(node, nodes.Named):
        inside = where.definition(node)
        yield from _fields((nodes.body_of(where.named[node.name]),), inside)
        yield from _inner(trace.inner, inside)
    else:
        yield from _fields((node,), where)
        yield from _inner(trace.inner, where)


def _of_elements(trace: CountTrace | AggregateTrace, where: Where) -> Iterator[FieldPath]:
    for entry in trace.entries or ():
        inside = where.entry(trace.node, entry.index)
        if entry.where is not None and entry.where.truth == BOTH:
            yield from _of(entry.where, inside)
        if isinstance(trace.node, nodes.Count) or not isinstance(entry, Amount):
            continue
        if entry.value is not None and not isinstance(entry.value, _EXACT):
            yield from _fields((trace.node.body,), inside)
            yield from _inner(entry.inner, inside)


def _inner(inner: Inner, where: Where) -> Iterator[FieldPath]:
    """Yield the inputs of what was looked at within a value, where that is open."""
    for each in inner:
        if isinstance(each, ValueTrace) or each.truth == BOTH:
            yield from _of(each, where)


def _fields(sides: Iterable[nodes.Node], where: Where) -> Iterator[FieldPath]:
    return (where.place(path) for side in sides for path in nodes.fields_within(side))


def _open(sides: Iterable[tuple[nodes.Node, Any]]) -> Iterator[nodes.Node]:
    """Yield the sides that keep a comparison open: a field that is left out may stand for something all the same."""
    return (
        side for side, value in sides if not (isinstance(side, nodes.Field) and isinstance(value, _EXACT))
    )
