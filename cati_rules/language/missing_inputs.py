"""Which absent inputs keep a verdict open, read from its trace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import Any

from msgspec import Struct

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


class AnyOf(Struct, frozen=True):
    """Absent inputs of which those of one way are enough; those of a way are needed together."""

    ways: tuple[tuple[Missing, ...], ...]


Missing = FieldPath | AnyOf


def missing(
    trace: Trace | ValueTrace, value: Mapping[str, Any], *, named: Mapping[str, nodes.Node] = _NO_NAMES
) -> tuple[FieldPath, ...]:
    """Return the places of the absent inputs that keep the verdict open, in the order they were met.

    Below a condition that is decided nothing is missing. A failed ``!= null`` names its field too, because
    filling it in would change the verdict.
    """
    return tuple(dict.fromkeys(inputs_of(missing_ways(trace, value, named=named))))


def missing_ways(
    trace: Trace | ValueTrace, value: Mapping[str, Any], *, named: Mapping[str, nodes.Node] = _NO_NAMES
) -> tuple[Missing, ...]:
    """Return what :func:`missing` does, with what would do instead of each other told apart."""
    return tuple(dict.fromkeys(_absent(_of(trace, Where(named)), value)))


def inputs_of(found: Iterable[Missing]) -> Iterator[FieldPath]:
    """Yield all places, whether they are needed together or instead of each other."""
    for each in found:
        if isinstance(each, AnyOf):
            for way in each.ways:
                yield from inputs_of(way)
        else:
            yield each


def _absent(found: Iterable[Missing], value: Mapping[str, Any]) -> Iterator[Missing]:
    for each in found:
        if isinstance(each, AnyOf):
            absent = (tuple(_absent(way, value)) for way in each.ways)
            ways = tuple(dict.fromkeys(way for way in absent if way))
            yield from (AnyOf(ways),) if len(ways) > 1 else next(iter(ways), ())
        elif value_at(value, each) is None:
            yield each


def _of(trace: Trace | ValueTrace, where: Where) -> Iterator[Missing]:
    """Yield the inputs below a trace, as far as it is open or hangs on a field's presence."""
    if isinstance(trace, ValueTrace):
        yield from () if isinstance(trace.value, _EXACT) else _of_value(trace, where)
    elif trace.truth == TRUE:
        return
    elif isinstance(trace, JunctionTrace | NameTrace | SearchTrace):
        if isinstance(trace, SearchTrace) and trace.entries is None:
            yield where.place(trace.node.source)
        # Where the whole fails, a part that is open decides nothing.
        parts = tuple(
            tuple(_of(part, trace.entering(key, where)))
            for key, part in trace.parts()
            if trace.truth == BOTH or (isinstance(part, Trace) and part.truth == FALSE)
        )
        yield from (AnyOf(parts),) if isinstance(trace.node, nodes.Or) else chain.from_iterable(parts)
    elif isinstance(trace.node, nodes.Present):
        yield where.place(trace.node.path)
    elif trace.truth == BOTH:
        yield from _of_open(trace, where)


def _of_open(trace: Trace, where: Where) -> Iterator[Missing]:
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
            yield from inputs_of(_of(part, where))  # what makes it fail may be asked for


def _of_value(trace: ValueTrace, where: Where) -> Iterator[Missing]:
    node = trace.node
    if isinstance(trace, ChosenValueTrace):
        if not trace.alike:
            yield from inputs_of(_of(trace.condition, where))  # either branch may be asked for
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


def _of_elements(trace: CountTrace | AggregateTrace, where: Where) -> Iterator[Missing]:
    for entry in trace.entries or ():
        inside = where.entry(trace.node, entry.index)
        if entry.where is not None and entry.where.truth == BOTH:
            yield from _of(entry.where, inside)
        if isinstance(trace.node, nodes.Count) or not isinstance(entry, Amount):
            continue
        if entry.value is not None and not isinstance(entry.value, _EXACT):
            yield from _fields((trace.node.body,), inside)
            yield from _inner(entry.inner, inside)


def _inner(inner: Inner, where: Where) -> Iterator[Missing]:
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
