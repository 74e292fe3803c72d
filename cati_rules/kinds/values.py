"""The values that a condition read: fields by their places, named values by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cati_rules.documents import format_path, value_at
from cati_rules.kinds.definition.result import ConditionResult, Judgement
from cati_rules.kinds.definition.rules import EACH
from cati_rules.kinds.definition.years import given_as
from cati_rules.language import FALSE, TRUE, NumberRange, Trace, nodes
from cati_rules.language.inlining import with_arguments
from cati_rules.language.trace import CompareTrace, Leaf, MemberTrace, leaves
from cati_rules.language.writer import write

Exact = Decimal | Fraction | str | bool
_EXACT = (Decimal, Fraction, str, bool)


def values_read(
    result: ConditionResult, judgement: Judgement, trace: Trace | None = None
) -> tuple[dict[str, Exact], dict[str, NumberRange]]:
    """Return what a condition read that is known, and the ranges of what is not; nothing from within lists.

    ``trace`` is a part of the condition's, where only that is asked of.
    """
    exact: dict[str, Exact] = {}
    ranges: dict[str, NumberRange] = {}
    for name, value in _Values(result.named, judgement).read(result.trace if trace is None else trace):
        if isinstance(value, _EXACT):
            exact[name] = value
        elif isinstance(value, NumberRange):
            ranges[name] = value
    return exact, ranges


class _Values:
    """Reads the traces of one judgement."""

    def __init__(self, named: Mapping[str, nodes.Node], judgement: Judgement) -> None:
        self._named = named
        self._judgement = judgement

    def read(self, trace: Trace) -> Iterator[tuple[str, Any]]:
        for leaf in leaves(trace):
            for side, value in _sides(leaf):
                for use in reversed(leaf.uses):
                    side = with_arguments(side, use, self._named)  # noqa: PLW2901
                yield from self._side(side, value)

    def _side(self, node: nodes.Node, value: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(node, nodes.Named):
            yield write(node), value
            return
        judgement = self._judgement
        for path in nodes.fields_within(node):
            fields = path.fields
            place = given_as((*judgement.path, *fields[1:]) if fields[:1] == (EACH,) else fields)
            if path.root == nodes.DOCUMENT:
                yield (
                    format_path(place),
                    value if isinstance(node, nodes.Field) else value_at(judgement.value, fields),
                )


def _sides(leaf: Leaf) -> Iterator[tuple[nodes.Node, Any]]:
    """Yield what a single condition compares, with its value."""
    trace = leaf.trace
    if isinstance(trace, CompareTrace):
        yield trace.node.left, trace.left
        yield trace.node.right, trace.right
    elif isinstance(trace, MemberTrace):
        yield trace.node.item, trace.item
    elif isinstance(trace.node, nodes.Field):
        yield trace.node, {TRUE: True, FALSE: False}.get(trace.truth)
