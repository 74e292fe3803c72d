"""Explanations: what a trace says, with the texts, places and values that a reader needs.

Traces hold only what evaluation had at hand. The places of values are rebuilt here, walking down from the
quantifiers with what their variables stood for, and fields within a calculation are read again from the
document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec import Struct

from cati_rules.documents.paths import value_at
from cati_rules.language import nodes
from cati_rules.language.conditions import Trace
from cati_rules.language.possibilities import Value
from cati_rules.language.ranges import BOTH, FALSE, TRUE
from cati_rules.language.writer import write

Place = tuple[str | int, ...]
"""Where a value stands in the document: names of fields and indices in lists."""

_Bindings = Mapping[str, Place]
_Names = Mapping[str, nodes.Node]
_AT_DOCUMENT: _Bindings = {nodes.DOCUMENT: ()}
_NO_NAMES: _Names = {}
_EXACT = (Decimal, Fraction, str, bool)


class Operand(Struct, frozen=True):
    """A side of a comparison, or a field within one.

    ``path`` is the place of a field, None for anything computed; ``value`` is what it was, or could be, and
    None for a field within a calculation that is absent; ``absent`` says that the document lacks the field, which may
    stand for a value all the same.
    """

    text: str
    path: Place | None
    value: Value | None
    absent: bool


class Element(Struct, frozen=True):
    """One element of a list that was looked at: whether the filter took it, and what the body said of it."""

    path: Place
    where: Finding | None
    body: Finding | None


class Finding(Struct, frozen=True):
    """What one node came to: ``truth`` of a condition, ``value`` of a number or text; the other is None.

    ``of`` are the places of the entries that a name was asked of.
    """

    node: nodes.Node
    text: str
    truth: int | None
    value: Value | None = None
    operands: tuple[Operand, ...] = ()
    children: tuple[Finding, ...] = ()
    elements: tuple[Element, ...] = ()
    of: tuple[Place, ...] = ()


def explain(trace: Trace, value: Mapping[str, Any], *, named: _Names = _NO_NAMES) -> Finding:
    """Return the trace of an evaluation of the document ``value`` in a form to be shown."""
    return _Explainer(value, named).finding(trace, _AT_DOCUMENT)


def missing(trace: Trace, value: Mapping[str, Any], *, named: _Names = _NO_NAMES) -> tuple[Place, ...]:
    """Return the places of the absent inputs that keep the verdict open, in the order they were met.

    Below a condition that is decided nothing is missing. A failed ``!= null`` names its field too, because
    filling it in would change the verdict.
    """
    search = _Search(value, named)
    if type(trace[0]) is int:
        search.condition(trace, _AT_DOCUMENT)
    else:
        search.entry((trace[0], nodes.Named(""), trace[2]), _AT_DOCUMENT, definition=trace[1])
    return tuple(search.found)


def place_of(path: nodes.Path, bindings: _Bindings) -> Place:
    """Return where ``path`` leads, the variables standing for the places in ``bindings``."""
    return (*bindings[path.root], *path.fields)


def fields_within(node: nodes.Node) -> Iterator[nodes.Path]:
    """Yield the fields that a number or text is directly made of, not within names, choices or lists."""
    if isinstance(node, nodes.Path):
        yield node
    elif isinstance(node, nodes.Arithmetic | nodes.Negate | nodes.Absolute):
        for child in nodes.children(node):
            yield from fields_within(child)


def _open(sides: Iterable[tuple[nodes.Node, Any]]) -> tuple[nodes.Node, ...]:
    """Return the sides that keep a comparison open: a field that is left out may stand for something all the same."""
    return tuple(
        side for side, value in sides if not (isinstance(side, nodes.Path) and isinstance(value, _EXACT))
    )


def _arguments(node: nodes.Named, bindings: _Bindings) -> tuple[Place, ...]:
    return tuple(place_of(each, bindings) for each in node.arguments)


def _taken(node: nodes.Conditional, truth: int) -> Iterator[nodes.Node]:
    if truth & TRUE:
        yield node.then
    if truth & FALSE:
        yield node.otherwise


def _bound(bindings: _Bindings, node: nodes.OverList | nodes.Count, index: int) -> dict[str, Place]:
    return {**bindings, node.variable: (*place_of(node.source, bindings), index)}


class _Explainer:
    """Turns raw traces of one document into findings."""

    def __init__(self, value: Mapping[str, Any], named: _Names) -> None:
        self._value = value
        self._named = named
        self._condition_makers: Mapping[type, Callable[[Trace, _Bindings], dict[str, Any]]] = {
            nodes.Path: lambda trace, bindings: {"operands": (self._field(trace[1], bindings),)},
            nodes.Present: lambda trace, bindings: {"operands": (self._field(trace[1].path, bindings),)},
            nodes.Compare: self._comparison,
            nodes.Member: self._membership,
            nodes.And: self._junction,
            nodes.Or: self._junction,
            nodes.Not: lambda trace, bindings: {"children": (self.finding(trace[2], bindings),)},
            nodes.Conditional: self._choice,
            nodes.Named: self._name,
            nodes.Listed: self._name,
            nodes.Any: self._quantifier,
            nodes.All: self._quantifier,
        }

    def finding(self, trace: Trace, bindings: _Bindings) -> Finding:
        """Return what a trace, or an entry of ``inner``, says."""
        node = trace[1]
        if type(trace[0]) is not int:
            return self._quantity(trace, bindings)
        make = self._condition_makers.get(type(node))
        details = {} if make is None else make(trace, bindings)
        return Finding(node, write(node), trace[0], **details)

    def _name(self, trace: Trace, bindings: _Bindings) -> dict[str, Any]:
        _, node, inner = trace
        _, inside = nodes.entered(node, self._named[node.name], bindings)
        return {"of": _arguments(node, bindings), "children": (self.finding(inner, inside),)}

    def _field(self, path: nodes.Path, bindings: _Bindings) -> Operand:
        place = place_of(path, bindings)
        value = value_at(self._value, place)
        # Lists and records have no value to show: only whether they are there.
        return Operand(write(path), place, value if isinstance(value, _EXACT) else None, value is None)

    def _side(self, node: nodes.Node, value: Value, bindings: _Bindings) -> Operand:
        if not isinstance(node, nodes.Path):
            return Operand(write(node), None, value, False)
        place = place_of(node, bindings)
        return Operand(write(node), place, value, value_at(self._value, place) is None)

    def _fields(self, sides: tuple[nodes.Node, ...], bindings: _Bindings) -> tuple[Operand, ...]:
        """Return the fields within those sides that are not fields themselves, each once."""
        paths = (path for side in sides if not isinstance(side, nodes.Path) for path in fields_within(side))
        return tuple(self._field(path, bindings) for path in dict.fromkeys(paths))

    def _inner(self, entries: Any, bindings: _Bindings) -> tuple[Finding, ...]:
        return tuple(self.finding(entry, bindings) for entry in entries)

    def _comparison(self, trace: Trace, bindings: _Bindings) -> dict[str, Any]:
        _, node, left, right, *inner = trace
        sides = (self._side(node.left, left, bindings), self._side(node.right, right, bindings))
        return {
            "operands": (*sides, *self._fields((node.left, node.right), bindings)),
            "children": self._inner(inner[0] if inner else (), bindings),
        }

    def _membership(self, trace: Trace, bindings: _Bindings) -> dict[str, Any]:
        _, node, item, *inner = trace
        operands = [self._side(node.item, item, bindings), *self._fields((node.item,), bindings)]
        if isinstance(node.choices, nodes.Path):
            operands.append(self._field(node.choices, bindings))
        return {"operands": tuple(operands), "children": self._inner(inner[0] if inner else (), bindings)}

    def _junction(self, trace: Trace, bindings: _Bindings) -> dict[str, Any]:
        return {"children": tuple(self.finding(one, bindings) for one in trace[2])}

    def _choice(self, trace: Trace, bindings: _Bindings) -> dict[str, Any]:
        return {"children": tuple(self.finding(one, bindings) for one in trace[2:] if one is not None)}

    def _quantifier(self, trace: Trace, bindings: _Bindings) -> dict[str, Any]:
        _, node, looked_at = trace
        return {
            "operands": (self._field(node.source, bindings),),
            "elements": tuple(
                self._element(node, index, where, body, bindings) for index, where, body in looked_at or ()
            ),
        }

    def _element(
        self,
        node: nodes.OverList | nodes.Count,
        index: int,
        where: Trace | None,
        body: Any,
        bindings: _Bindings,
    ) -> Element:
        within = _bound(bindings, node, index)
        return Element(
            within[node.variable],
            None if where is None else self.finding(where, within),
            None if body is None else self.finding(body, within),
        )

    def _quantity(self, entry: Trace, bindings: _Bindings) -> Finding:
        value, node, inside = entry[:3]
        operands: tuple[Operand, ...] = ()
        children: tuple[Finding, ...] = ()
        elements: tuple[Element, ...] = ()
        if isinstance(node, nodes.Named):
            body, within = nodes.entered(node, self._named[node.name], bindings)
            operands = tuple(self._field(path, within) for path in dict.fromkeys(fields_within(body)))
            children = self._inner(inside, within)
        elif isinstance(node, nodes.Conditional) and isinstance(inside, tuple):
            operands = self._fields((*_taken(node, inside[0]),), bindings)
            children = (self.finding(inside, bindings),)
        elif isinstance(node, nodes.OverList | nodes.Count):
            operands = (self._field(node.source, bindings),)
            elements = tuple(self._number_element(node, one, bindings) for one in inside or ())
        else:
            operands = tuple(self._field(path, bindings) for path in dict.fromkeys(fields_within(node)))
            children = self._inner(inside, bindings)
        of = _arguments(node, bindings) if isinstance(node, nodes.Named) else ()
        return Finding(node, write(node), None, value, operands, children, elements, of)

    def _number_element(self, node: nodes.OverList | nodes.Count, one: Trace, bindings: _Bindings) -> Element:
        index, where, *rest = one
        if isinstance(node, nodes.Count) or rest[0] is None:
            return self._element(node, index, where, None, bindings)
        value, inner = rest
        within = _bound(bindings, node, index)
        operands = tuple(self._field(path, within) for path in dict.fromkeys(fields_within(node.body)))
        body = Finding(node.body, write(node.body), None, value, operands, self._inner(inner, within))
        return Element(within[node.variable], None if where is None else self.finding(where, within), body)


class _Search:
    """Looks through a trace for absent inputs; ``found`` keeps their order."""

    def __init__(self, value: Mapping[str, Any], named: _Names) -> None:
        self._value = value
        self._named = named
        self.found: dict[Place, None] = {}

    def condition(self, trace: Trace, bindings: _Bindings) -> None:
        """Look below a condition, as far as its verdict is open or hangs on a field's presence."""
        truth, node = trace[0], trace[1]
        if truth == TRUE:
            return
        if isinstance(node, nodes.Present):
            self._note(node.path, bindings)
        elif isinstance(node, nodes.And | nodes.Or):
            for one in trace[2]:
                # Where the whole fails, an operand that is open decides nothing.
                if truth == BOTH or one[0] == FALSE:
                    self.condition(one, bindings)
        elif isinstance(node, nodes.Any | nodes.All):
            self._quantifier(trace, bindings)
        elif isinstance(node, nodes.Named):
            self.condition(trace[2], nodes.entered(node, self._named[node.name], bindings)[1])
        elif truth == BOTH:
            self._undecided(trace, bindings)

    def _undecided(self, trace: Trace, bindings: _Bindings) -> None:
        node = trace[1]
        if isinstance(node, nodes.Path):
            self._note(node, bindings)
        elif isinstance(node, nodes.Not):
            self.condition(trace[2], bindings)
        elif isinstance(node, nodes.Conditional):
            for one in trace[2:]:
                if one is not None:
                    self.condition(one, bindings)
        elif isinstance(node, nodes.Compare):
            known = zip((node.left, node.right), trace[2:4], strict=True)
            self._operands(_open(known), trace[4:], bindings)
        elif isinstance(node, nodes.Member):
            self._operands(_open(((node.item, trace[2]),)), trace[3:], bindings)
            if isinstance(node.choices, nodes.Path):
                self._note(node.choices, bindings)

    def _operands(self, sides: tuple[nodes.Node, ...], inner: tuple[Any, ...], bindings: _Bindings) -> None:
        for side in sides:
            for path in fields_within(side):
                self._note(path, bindings)
        for entry in inner[0] if inner else ():
            self.entry(entry, bindings)

    def _quantifier(self, trace: Trace, bindings: _Bindings) -> None:
        truth, node, looked_at = trace
        if looked_at is None:
            self._note(node.source, bindings)
        for index, where, body in looked_at or ():
            within = _bound(bindings, node, index)
            if where is not None and (truth == BOTH or where[0] == FALSE):
                self.condition(where, within)
            if body is not None and (truth == BOTH or body[0] == FALSE):
                self.condition(body, within)

    def entry(self, entry: Trace, bindings: _Bindings, definition: nodes.Node | None = None) -> None:
        """Look below an operand, if its value is open."""
        if type(entry[0]) is int:
            if entry[0] == BOTH:
                self.condition(entry, bindings)
            return
        value, node, inside, *alike = entry
        if isinstance(value, _EXACT):
            return
        if isinstance(node, nodes.Named):
            whole, within = (
                (definition, _AT_DOCUMENT)
                if definition is not None
                else nodes.entered(node, self._named[node.name], bindings)
            )
            self._operands((whole,), (inside,), within)
        elif isinstance(node, nodes.Conditional):
            if not alike:
                self.condition(inside, bindings)
            self._operands((*_taken(node, inside[0]),), (), bindings)
        elif inside is None:
            self._note(node.source, bindings)
        else:
            for one in inside:
                self._element(node, one, bindings)

    def _element(self, node: nodes.OverList | nodes.Count, one: Trace, bindings: _Bindings) -> None:
        index, where, *rest = one
        within = _bound(bindings, node, index)
        if where is not None and where[0] == BOTH:
            self.condition(where, within)
        if isinstance(node, nodes.OverList) and rest[0] is not None and not isinstance(rest[0], _EXACT):
            self._operands((node.body,), (rest[1],), within)

    def _note(self, path: nodes.Path, bindings: _Bindings) -> None:
        place = place_of(path, bindings)
        if value_at(self._value, place) is None:
            self.found[place] = None
