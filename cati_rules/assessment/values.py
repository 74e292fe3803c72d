"""The values that a condition read: fields by their places, named values by their names."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cati_rules.assessment.definition_result import Judgement
from cati_rules.catalog.definition import EACH
from cati_rules.documents import format_path, value_at
from cati_rules.expressions import NumberRange, Trace, nodes
from cati_rules.expressions.trace import fields_within

Exact = Decimal | Fraction | str | bool
_EXACT = (Decimal, Fraction, str, bool)


def values_read(trace: Trace, judgement: Judgement) -> tuple[dict[str, Exact], dict[str, NumberRange]]:
    """Return what a condition read that is known, and the ranges of what is not; nothing from within lists."""
    exact: dict[str, Exact] = {}
    ranges: dict[str, NumberRange] = {}
    for name, value in _read(trace, judgement):
        if isinstance(value, _EXACT):
            exact[name] = value
        elif isinstance(value, NumberRange):
            ranges[name] = value
    return exact, ranges


def _read(trace: Trace, judgement: Judgement) -> Iterator[tuple[str, Any]]:
    node = trace[1]
    if isinstance(node, nodes.Compare):
        for side, value in ((node.left, trace[2]), (node.right, trace[3])):
            yield from _side(side, value, judgement)
    elif isinstance(node, nodes.Member):
        yield from _side(node.item, trace[2], judgement)
    elif isinstance(node, nodes.Path):
        yield from _side(node, value_at(judgement.value, node.fields), judgement)
    elif isinstance(node, nodes.And | nodes.Or):
        for each in trace[2]:
            yield from _read(each, judgement)
    elif isinstance(node, nodes.Not | nodes.Named):
        yield from _read(trace[2], judgement)


def _side(node: nodes.Node, value: Any, judgement: Judgement) -> Iterator[tuple[str, Any]]:
    if isinstance(node, nodes.Named):
        yield node.name, value
        return
    for path in fields_within(node):
        fields = path.fields
        place = (*judgement.path, *fields[1:]) if fields[:1] == (EACH,) else fields
        if path.root == nodes.DOCUMENT:
            yield (
                format_path(place),
                value if isinstance(node, nodes.Path) else value_at(judgement.value, fields),
            )
