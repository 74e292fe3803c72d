"""A limit as a straight line in one number: a pass over its tree, for those who draw it.

What is no straight line in the number (a product of two expressions that hold it, a quantity over a list) yields none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cati_rules.documents.paths import FieldNames, value_at
from cati_rules.language import nodes
from cati_rules.language.ranges import NumberRange

Line = tuple[Fraction, Fraction]
"""The value where the number is zero, and the slope."""

MOST_LINES = 64
"""More branches than this are not followed: each conditional doubles them."""
_ZERO = Fraction(0)


def lines_of(
    node: nodes.Node, place: FieldNames, value: Mapping[str, Any], named: Mapping[str, nodes.Node]
) -> frozenset[Line]:
    """Return a number as straight lines in the one at ``place``: one, or several where a branch is open, or none."""
    return _Lines(place, value, named).of(node)


class _Lines:
    """Reads numbers as lines; several where a branch or a range leaves more than one."""

    def __init__(self, place: FieldNames, value: Mapping[str, Any], named: Mapping[str, nodes.Node]) -> None:
        self._place = place
        self._value = value
        self._named = named

    def of(self, node: nodes.Node) -> frozenset[Line]:
        """Return the lines that a number can be; none where it is no line."""
        read = _READERS.get(type(node))
        found = frozenset() if read is None else frozenset(read(self, node))
        return found if len(found) <= MOST_LINES else frozenset()

    def literal(self, node: nodes.Literal) -> Iterator[Line]:
        if isinstance(node.value, Decimal):
            yield Fraction(node.value), _ZERO

    def path(self, node: nodes.Field) -> Iterator[Line]:
        if node.root != nodes.DOCUMENT:
            return
        if node.fields == self._place:
            yield _ZERO, Fraction(1)
            return
        found = value_at(self._value, node.fields)
        ends = (found.low, found.high) if isinstance(found, NumberRange) else (found,)
        for end in ends:
            if isinstance(end, Decimal | Fraction):
                yield Fraction(end), _ZERO

    def name(self, node: nodes.Named) -> Iterator[Line]:
        definition = self._named.get(node.name)
        if definition is not None and definition != node:
            yield from self.of(definition)

    def negated(self, node: nodes.Negate) -> Iterator[Line]:
        for start, slope in self.of(node.operand):
            yield -start, -slope

    def chosen(self, node: nodes.Conditional) -> Iterator[Line]:
        yield from self.of(node.then)
        yield from self.of(node.otherwise)

    def calculated(self, node: nodes.Arithmetic) -> Iterator[Line]:
        for left in self.of(node.left):
            for right in self.of(node.right):
                yield from _CALCULATIONS[node.sign](left, right)


def _product(left: Line, right: Line) -> Iterator[Line]:
    if left[1] == 0 or right[1] == 0:
        yield left[0] * right[0], left[0] * right[1] + left[1] * right[0]


def _quotient(left: Line, right: Line) -> Iterator[Line]:
    if right[1] == 0 and right[0] != 0:
        yield left[0] / right[0], left[1] / right[0]


_CALCULATIONS: Mapping[str, Callable[[Line, Line], Iterator[Line]]] = {
    "+": lambda left, right: iter(((left[0] + right[0], left[1] + right[1]),)),
    "-": lambda left, right: iter(((left[0] - right[0], left[1] - right[1]),)),
    "*": _product,
    "/": _quotient,
}
_READERS: Mapping[type, Callable[[_Lines, Any], Iterator[Line]]] = {
    nodes.Literal: _Lines.literal,
    nodes.Field: _Lines.path,
    nodes.Named: _Lines.name,
    nodes.Negate: _Lines.negated,
    nodes.Conditional: _Lines.chosen,
    nodes.Arithmetic: _Lines.calculated,
}
