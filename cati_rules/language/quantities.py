"""What evaluates numbers, texts and truth values: closures over what evaluates their operands.

Whatever leaves something to explain is appended to the frame's log (see
:mod:`cati_rules.language.evaluation`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, DecimalException
from typing import Any

from cati_rules.language import nodes
from cati_rules.language.possibilities import (
    ARITHMETIC,
    EITHER,
    UNDISCLOSED,
    Value,
    absolute,
    negate,
    union,
)
from cati_rules.language.ranges import BOTH, EXACT, FALSE, TRUE
from cati_rules.language.reading import CACHE_SLOT, LOG_SLOT, Frame, Read
from cati_rules.language.repeated import keep, values_read
from cati_rules.language.trace import ChosenValueTrace, Inner, Trace, ValueTrace

LogOfName = Callable[[Frame], list[ValueTrace]]

_PLAIN = (nodes.Literal, nodes.Field, nodes.Arithmetic, nodes.Negate, nodes.Absolute)
_ON_DECIMALS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": EXACT.divide,
}


def is_plain(node: nodes.Node) -> bool:
    """Return whether evaluating the operand leaves nothing to explain but the fields it reads."""
    return isinstance(node, _PLAIN) and all(map(is_plain, nodes.children(node)))


def constant(value: Decimal | str | bool) -> Read:
    """Return the evaluation of a constant."""
    return lambda _: value


def calculation(node: nodes.Arithmetic, left: Read, right: Read) -> Read:
    """Return the evaluation of ``+ - * /``, exact always."""
    on_decimals, on_any = _ON_DECIMALS[node.sign], ARITHMETIC[node.sign]

    def run(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            try:
                return on_decimals(a, b)
            except DecimalException:
                pass
        return on_any(a, b)

    return run


def on_one(operation: Callable[[Value], Value], operand: Read) -> Read:
    """Return the evaluation of an operation on one number."""
    return lambda frame: operation(operand(frame))


ON_ONE: Mapping[type, Callable[[Value], Value]] = {nodes.Negate: negate, nodes.Absolute: absolute}


def condition(evaluate: Callable[[Frame], Trace], *, closed: bool) -> Read:
    """Return the evaluation of a condition that stands where a value is needed: ``(a < b) == c``."""
    values = {TRUE: True, FALSE: False, BOTH: UNDISCLOSED if closed else EITHER}

    def run(frame: Frame) -> Value:
        trace = evaluate(frame)
        frame[LOG_SLOT].append(trace)
        return values[trace.truth]

    return run


def choice(
    node: nodes.Conditional,
    evaluate: Callable[[Frame], Trace],
    then: Read,
    otherwise: Read,
    *,
    closed: bool,
) -> Read:
    """Return the evaluation of ``a ? b : c`` between values."""

    def run(frame: Frame) -> Value:
        chosen = evaluate(frame)
        truth = chosen.truth
        value: Value
        alike = False
        if truth == TRUE:
            value = then(frame)
        elif truth == FALSE:
            value = otherwise(frame)
        else:
            # Both are evaluated also where nothing follows from them, to explain what they would have been.
            one, other = then(frame), otherwise(frame)
            value = UNDISCLOSED if closed else union(one, other)
            # Where both can be the same, what chooses between them keeps nothing open.
            alike = not closed and one == other
        frame[LOG_SLOT].append(ChosenValueTrace(value, node, (chosen,), alike))
        return value

    return run


def logged(value: Read) -> Callable[[Frame], tuple[Value, Inner]]:
    """Return the evaluation of a value together with the log of what was looked at within it."""

    def run(frame: Frame) -> tuple[Value, Inner]:
        inner: list[Trace | ValueTrace] = []
        frame[LOG_SLOT] = inner
        return value(frame), inner

    return run


def name(look_up: LogOfName) -> Read:
    """Return the evaluation of a named value."""

    def run(frame: Frame) -> Value:
        (entry,) = look_up(frame)
        frame[LOG_SLOT].append(entry)
        return entry.value

    return run


def log_of_name(
    node: nodes.Named,
    definition: Callable[[Frame, Sequence[Any]], Any],
    reads: Sequence[Read],
    around: Sequence[Read] = (),
) -> LogOfName:
    """Return the evaluation of a named value to a log that holds only its entry.

    It is evaluated once for each document, or once for each entry of it, as ``reads`` give them; and anew where what
    ``around`` gives has changed, which the definition reads of fields that change while the cache stays.
    """
    key = node.name
    if around:

        def run_on_changing(frame: Frame) -> list[ValueTrace]:
            given = [read(frame) for read in reads]
            cache, at = frame[CACHE_SLOT], (key, *map(id, given), *values_read(frame, around))
            found: tuple[Value, Inner] | None = cache.get(at)
            if found is None:
                found = definition(frame, given)
                keep(cache, key, at, found)
            value, inner = found
            return [ValueTrace(value, node, inner)]

        return run_on_changing
    if not reads:

        def run(frame: Frame) -> list[ValueTrace]:
            cache = frame[CACHE_SLOT]
            found: list[ValueTrace] | None = cache.get(key)
            if found is None:
                value, inner = definition(frame, ())
                cache[key] = found = [ValueTrace(value, node, inner)]
            return found

        return run

    def run_on_entries(frame: Frame) -> list[ValueTrace]:
        given = [read(frame) for read in reads]
        cache = frame[CACHE_SLOT]
        at = (key, *map(id, given))
        found = cache.get(at)
        if found is None:
            cache[at] = found = definition(frame, given)
        value, inner = found
        return [ValueTrace(value, node, inner)]

    return run_on_entries
