"""Traces: what an evaluation came to, and on the way to it, in the shape of the tree.

A condition leaves a :class:`Trace`, a number or text a :class:`ValueTrace`. Values that are plain, made of constants,
fields and arithmetic only, leave nothing but themselves: what was looked at within others is in ``inner``, in order. An
``and`` that filters a list stops at its first operand that fails; elsewhere every operand is evaluated. Traces share
their parts and are not to be changed.

Where in a document the parts stand is not recorded: a :class:`Where` follows on the way down, through
:meth:`Step.entering`.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from cati_rules.documents.paths import FieldPath
from cati_rules.language import nodes
from cati_rules.language.possibilities import Value
from cati_rules.language.ranges import FALSE, TRUE

Key = tuple[typing.Any, ...]
"""Which part of a trace: the same for the same part of another evaluation of the same tree."""

_AT_DOCUMENT: Mapping[str, FieldPath] = MappingProxyType({nodes.DOCUMENT: ()})
_NO_NAMES: Mapping[str, nodes.Node] = MappingProxyType({})


class Where(Struct, frozen=True):
    """Where the document and the variables in sight stand, and what names stand for."""

    named: Mapping[str, nodes.Node] = _NO_NAMES
    places: Mapping[str, FieldPath] = _AT_DOCUMENT

    def place(self, path: nodes.Field) -> FieldPath:
        """Return where ``path`` leads."""
        return (*self.places[path.root], *path.fields)

    def entry(self, node: nodes.OverList | nodes.Count, index: int) -> Where:
        """Return what is in sight within a list's brackets, at one of its elements."""
        return Where(self.named, {**self.places, node.variable: (*self.place(node.source), index)})

    def definition(self, node: nodes.Named) -> Where:
        """Return what is in sight within the definition of a name: the document, and what it is asked of."""
        return Where(self.named, nodes.entered(node, self.named[node.name], self.places)[1])


class Step(Struct, frozen=True, gc=False):
    """What traces have in common: they know their parts, and where these stand."""

    def parts(self) -> Iterator[tuple[Key, Trace | ValueTrace]]:
        """Yield what this was made of, each part with its key."""
        return iter(())

    def entering(self, key: Key, where: Where) -> Where:  # noqa: ARG002
        """Return what is in sight of the part with that key."""
        return where


class Trace(Step, frozen=True, gc=False):
    """A condition and its truth; nothing else of a constant, a field, or a question whether a field is there."""

    truth: int
    node: typing.Any


class ValueTrace(Step, frozen=True, gc=False):
    """A number or text, and what was looked at within it: that of a name, or of an expression as a whole."""

    value: Value
    node: typing.Any
    inner: Sequence[Trace | ValueTrace]

    def parts(self) -> Iterator[tuple[Key, Trace | ValueTrace]]:
        """Yield what was looked at within the value."""
        return _inner(self.inner)

    def entering(self, key: Key, where: Where) -> Where:  # noqa: ARG002
        """Return the scope of a name's definition."""
        return where.definition(self.node) if isinstance(self.node, nodes.Named) else where


Inner = Sequence[Trace | ValueTrace]
NOTHING_WITHIN: Inner = ()


class CompareTrace(Trace, frozen=True, gc=False):
    """A comparison: the values of both sides."""

    node: nodes.Compare
    left: Value
    right: Value
    inner: Inner = NOTHING_WITHIN

    def parts(self) -> Iterator[tuple[Key, Trace | ValueTrace]]:
        """Yield what was looked at within either side."""
        return _inner(self.inner)


class MemberTrace(Trace, frozen=True, gc=False):
    """Whether an item is among some choices: its value."""

    node: nodes.Member
    item: Value
    inner: Inner = NOTHING_WITHIN

    def parts(self) -> Iterator[tuple[Key, Trace | ValueTrace]]:
        """Yield what was looked at within the item."""
        return _inner(self.inner)


class JunctionTrace(Trace, frozen=True, gc=False):
    """``and`` or ``or``: its operands."""

    node: nodes.And | nodes.Or
    operands: Sequence[Trace]

    def parts(self) -> Iterator[tuple[Key, Trace | ValueTrace]]:
        """Yield the operands."""
        return (((i,), each) for i, each in enumerate(self.operands))


class NotTrace(Trace, frozen=True, gc=False):
    """``not``: its operand."""

    node: nodes.Not
    operand: Trace

    def parts(self) -> Iterator[tuple[Key, Trace | ValueTrace]]:
        """Yield the operand."""
        yield (0,), self.operand


class NameTrace(Trace, frozen=True, gc=False):
    """A named condition: that of its definition."""

    node: nodes.Named
    definition: Trace

    def parts(self) -> Iterator[tuple[Key, Trace | ValueTrace]]:
        """Yield what the name stands for."""
        yield (0,), self.definition

    def entering(self, key: Key, where: Where) -> Where:  # noqa: ARG002
        """Return the scope of the name's definition."""
        return where.definition(self.node)


class ChoiceTrace(Trace, frozen=True, gc=False):
    """``condition ? then : otherwise`` between conditions; a branch that was not taken is None."""

    node: nodes.Conditional
    condition: Trace
    then: Trace | None
    otherwise: Trace | None

    def parts(self) -> Iterator[tuple[Key, Trace | ValueTrace]]:
        """Yield the condition and the branches taken."""
        for i, each in enumerate((self.condition, self.then, self.otherwise)):
            if each is not None:
                yield (i,), each


class Entry(Struct, frozen=True, gc=False):
    """An element of a list: the filter, None where there is none, and the body, None where it was not asked."""

    index: int
    where: Trace | None
    body: Trace | None = None


class SearchTrace(Trace, frozen=True, gc=False):
    """``$any`` or ``$all``: the elements looked at, None where there is no list.

    Of a long list within another the trace tells of the first elements alone; so many are ``left_out``.
    """

    node: nodes.Any | nodes.All
    entries: Sequence[Entry] | None
    left_out: int = 0

    def parts(self) -> Iterator[tuple[Key, Trace | ValueTrace]]:
        """Yield filter and body of each element."""
        return _entries(self.entries)

    def entering(self, key: Key, where: Where) -> Where:
        """Return the scope of an element."""
        return where.entry(self.node, key[0])


class ChosenValueTrace(ValueTrace, frozen=True, gc=False):
    """``condition ? then : otherwise`` between values: the condition.

    ``alike`` says that both branches came to the same although the condition is open.
    """

    node: nodes.Conditional
    inner: Inner
    alike: bool = False

    @property
    def condition(self) -> Trace:
        """The condition that chose."""
        return typing.cast("Trace", self.inner[0])


class CountTrace(ValueTrace, frozen=True, gc=False):
    """How many elements there are: those looked at, none without a filter, None where there is no list."""

    node: nodes.Count
    inner: Inner = NOTHING_WITHIN
    entries: Sequence[Entry] | None = ()

    def parts(self) -> Iterator[tuple[Key, Trace | ValueTrace]]:
        """Yield the filter of each element."""
        return _entries(self.entries)

    def entering(self, key: Key, where: Where) -> Where:
        """Return the scope of an element."""
        return where.entry(self.node, key[0])


class Amount(Struct, frozen=True, gc=False):
    """An element of a list that is summed or compared; ``value`` is None of what the filter leaves out."""

    index: int
    where: Trace | None
    value: Value | None
    inner: Inner


class AggregateTrace(ValueTrace, frozen=True, gc=False):
    """``$sum``, ``$min`` or ``$max``: the elements looked at, None where there is no list."""

    node: nodes.OverList
    inner: Inner = NOTHING_WITHIN
    entries: Sequence[Amount] | None = ()

    def parts(self) -> Iterator[tuple[Key, Trace | ValueTrace]]:
        """Yield the filter of each element, and what was looked at within its value."""
        for each in self.entries or ():
            if each.where is not None:
                yield (each.index, 0), each.where
            for key, part in _inner(each.inner):
                yield (each.index, *key), part

    def entering(self, key: Key, where: Where) -> Where:
        """Return the scope of an element."""
        return where.entry(self.node, key[0])


def _inner(inner: Inner) -> Iterator[tuple[Key, Trace | ValueTrace]]:
    return ((("within", i), each) for i, each in enumerate(inner))


def _entries(entries: Sequence[Entry] | None) -> Iterator[tuple[Key, Trace | ValueTrace]]:
    for each in entries or ():
        if each.where is not None:
            yield (each.index, 0), each.where
        if each.body is not None:
            yield (each.index, 1), each.body


def walk_trace(trace: Trace | ValueTrace, at: Key = ()) -> Iterator[tuple[Key, Trace | ValueTrace]]:
    """Yield a trace and everything below it, each before its parts, with a key that says which part it is."""
    left = [(at, trace)]
    while left:
        at, trace = left.pop()
        yield at, trace
        parts = [((*at, *key), part) for key, part in trace.parts()]
        parts.reverse()
        left += parts


class Leaf(Struct, frozen=True):
    """A condition that is not made of others by ``and``, ``or``, ``not`` or a name.

    ``negated`` says that it is its contrary that is asked; ``uses`` are the names on the way to it.
    """

    trace: Trace
    negated: bool
    uses: tuple[nodes.Named, ...]


def leaves(trace: Trace, *, negated: bool = False, uses: tuple[nodes.Named, ...] = ()) -> Iterator[Leaf]:
    """Yield the single conditions that a condition is made of, in its order; not those within lists."""
    if isinstance(trace, JunctionTrace):
        for each in trace.operands:
            yield from leaves(each, negated=negated, uses=uses)
    elif isinstance(trace, NotTrace):
        yield from leaves(trace.operand, negated=not negated, uses=uses)
    elif isinstance(trace, NameTrace):
        yield from leaves(trace.definition, negated=negated, uses=(*uses, trace.node))
    else:
        yield Leaf(trace, negated, uses)


def taken(node: nodes.Conditional, truth: int) -> Iterator[nodes.Node]:
    """Yield the branches that are or may be taken where the condition has that truth."""
    if truth & TRUE:
        yield node.then
    if truth & FALSE:
        yield node.otherwise
