"""What evaluates conditions: closures over what evaluates their operands.

The shapes of the traces are listed in :mod:`cati_rules.expressions.evaluation`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from cati_rules.expressions import nodes
from cati_rules.expressions.possibilities import Value, compare, member
from cati_rules.expressions.ranges import BOTH, FALSE, TRUE
from cati_rules.expressions.reading import CACHE_SLOT, LOG_SLOT, Frame, Read

Trace = tuple[Any, ...]
Condition = Callable[[Frame], Trace]

_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def fixed(node: nodes.Literal) -> Condition:
    """Return the evaluation of ``true`` or ``false``."""
    trace = (TRUE if node.value else FALSE, node)
    return lambda _: trace


def boolean(node: nodes.Path, read: Read) -> Condition:
    """Return the evaluation of a field that is true or false itself; ``read`` gives None if it is absent."""
    yes, no, undecided = (TRUE, node), (FALSE, node), (BOTH, node)

    def run(frame: Frame) -> Trace:
        value = read(frame)
        return undecided if value is None else yes if value else no

    return run


def presence(node: nodes.Present, read: Read, *, closed: bool) -> Condition:
    """Return the evaluation of a comparison with null."""
    found = (FALSE if node.negated else TRUE, node)
    # In the open world, what is absent from the document may well be there in the world.
    missing = ((TRUE if node.negated else FALSE) if closed else BOTH, node)
    return lambda frame: missing if read(frame) is None else found


def name(node: nodes.Named, definition: Condition) -> Condition:
    """Return the evaluation of a named condition, once for each document."""
    key = node.name

    def run(frame: Frame) -> Trace:
        cache = frame[CACHE_SLOT]
        trace: Trace | None = cache.get(key)
        if trace is None:
            inner = definition(frame)
            cache[key] = trace = (inner[0], node, inner)
        return trace

    return run


def comparison(node: nodes.Compare, left: Read, right: Read, *, plain: bool) -> Condition:
    """Return the evaluation of a comparison; ``plain`` operands have nothing within to explain."""
    if not plain:
        return _comparison_with_inner(node, left, right)
    if isinstance(node.right, nodes.Literal):
        return _comparison_with_constant(node, left, node.right.value)
    sign, test = node.operator, _TESTS[node.operator]

    def run(frame: Frame) -> Trace:
        a, b = left(frame), right(frame)
        # Present values are the common case, and Python compares two decimals exactly.
        if type(a) is Decimal and type(b) is Decimal:
            return (TRUE if test(a, b) else FALSE, node, a, b)
        return (compare(sign, a, b), node, a, b)

    return run


def _comparison_with_constant(node: nodes.Compare, left: Read, constant: Decimal | str | bool) -> Condition:
    sign, test, kind = node.operator, _TESTS[node.operator], type(constant)

    def run(frame: Frame) -> Trace:
        a = left(frame)
        if type(a) is kind:
            return (TRUE if test(a, constant) else FALSE, node, a, constant)
        return (compare(sign, a, constant), node, a, constant)

    return run


def _comparison_with_inner(node: nodes.Compare, left: Read, right: Read) -> Condition:
    sign, test = node.operator, _TESTS[node.operator]

    def run(frame: Frame) -> Trace:
        log = frame[LOG_SLOT]
        inner: list[Trace] = []
        frame[LOG_SLOT] = inner
        a, b = left(frame), right(frame)
        frame[LOG_SLOT] = log
        if type(a) is Decimal and type(b) is Decimal:
            return (TRUE if test(a, b) else FALSE, node, a, b, inner)
        return (compare(sign, a, b), node, a, b, inner)

    return run


def membership(
    node: nodes.Member,
    item: Read,
    choices: Callable[[Frame], Sequence[Value] | None],
    absent: int,
    *,
    plain: bool,
) -> Condition:
    """Return the evaluation of ``in``; ``absent`` is the truth where there is no list of choices."""

    def run(frame: Frame) -> Trace:
        value = item(frame)
        listed = choices(frame)
        return (absent if listed is None else member(value, listed), node, value)

    def run_with_inner(frame: Frame) -> Trace:
        log = frame[LOG_SLOT]
        inner: list[Trace] = []
        frame[LOG_SLOT] = inner
        trace = run(frame)
        frame[LOG_SLOT] = log
        return (*trace, inner)

    return run if plain else run_with_inner


def membership_of_texts(node: nodes.Member, item: Read, texts: Iterable[str]) -> Condition:
    """Return the evaluation of ``in`` for a field and texts written out."""
    choices = tuple(texts)
    known = frozenset(choices)

    def run(frame: Frame) -> Trace:
        value = item(frame)
        if type(value) is str:
            return (TRUE if value in known else FALSE, node, value)
        return (member(value, choices), node, value)

    return run


# All operands of "and" and "or" are evaluated, so that an explanation tells all that is wrong, not just the
# first thing.


def conjunction(node: nodes.And, operands: Sequence[Condition]) -> Condition:
    """Return the evaluation of ``and``."""
    if len(operands) == 2:
        return _both(node, *operands)

    def run(frame: Frame) -> Trace:
        traces = [operand(frame) for operand in operands]
        every, some = TRUE, 0
        for trace in traces:
            truth = trace[0]
            every &= truth
            some |= truth
        return (every | (some & FALSE), node, traces)

    return run


def disjunction(node: nodes.Or, operands: Sequence[Condition]) -> Condition:
    """Return the evaluation of ``or``."""
    if len(operands) == 2:
        return _one_of_two(node, *operands)

    def run(frame: Frame) -> Trace:
        traces = [operand(frame) for operand in operands]
        every, some = FALSE, 0
        for trace in traces:
            truth = trace[0]
            every &= truth
            some |= truth
        return (every | (some & TRUE), node, traces)

    return run


# Two operands are the common case, and need no loop.


def _both(node: nodes.And, left: Condition, right: Condition) -> Condition:
    def run(frame: Frame) -> Trace:
        one, other = left(frame), right(frame)
        a, b = one[0], other[0]
        return ((a & b & TRUE) | ((a | b) & FALSE), node, (one, other))

    return run


def _one_of_two(node: nodes.Or, left: Condition, right: Condition) -> Condition:
    def run(frame: Frame) -> Trace:
        one, other = left(frame), right(frame)
        a, b = one[0], other[0]
        return (((a | b) & TRUE) | (a & b & FALSE), node, (one, other))

    return run


def negation(node: nodes.Not, operand: Condition) -> Condition:
    """Return the evaluation of ``not``."""

    def run(frame: Frame) -> Trace:
        trace = operand(frame)
        truth = trace[0]
        return (((truth & TRUE) << 1) | (truth >> 1), node, trace)

    return run


def choice(
    node: nodes.Conditional, condition: Condition, then: Condition, otherwise: Condition, *, closed: bool
) -> Condition:
    """Return the evaluation of ``a ? b : c`` between conditions."""

    def run(frame: Frame) -> Trace:
        chosen = condition(frame)
        truth = chosen[0]
        if truth == TRUE:
            one = then(frame)
            return (one[0], node, chosen, one, None)
        if truth == FALSE:
            other = otherwise(frame)
            return (other[0], node, chosen, None, other)
        one, other = then(frame), otherwise(frame)
        # In the closed world nothing follows from what is not disclosed, not even what both branches agree
        # on.
        return (BOTH if closed else one[0] | other[0], node, chosen, one, other)

    return run
