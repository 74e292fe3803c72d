"""What evaluates conditions: closures over what evaluates their operands."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from cati_rules.language import nodes
from cati_rules.language.possibilities import UNDISCLOSED, Value, compare, member
from cati_rules.language.quantities import LogOfName
from cati_rules.language.ranges import BOTH, FALSE, TRUE
from cati_rules.language.reading import CACHE_SLOT, LOG_SLOT, Frame, Read, reader
from cati_rules.language.repeated import keep, values_read
from cati_rules.language.trace import (
    ChoiceTrace,
    CompareTrace,
    JunctionTrace,
    MemberTrace,
    NameTrace,
    NotTrace,
    Trace,
    ValueTrace,
)

Condition = Callable[[Frame], Trace]
Definition = Callable[[Frame, Sequence[Any]], Any]
"""Evaluates what a name stands for, given the frame where it is used and its arguments: to a trace, or a value and its
log."""

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
    trace = Trace(TRUE if node.value else FALSE, node)
    return lambda _: trace


def boolean(node: nodes.Field, read: Read) -> Condition:
    """Return the evaluation of a field that is true or false itself; ``read`` gives None if it is absent."""
    yes, no, undecided = Trace(TRUE, node), Trace(FALSE, node), Trace(BOTH, node)

    def run(frame: Frame) -> Trace:
        value = read(frame)
        return undecided if value is None else yes if value else no

    return run


def presence(node: nodes.Present, slot: int, *, closed: bool) -> Condition:
    """Return the evaluation of a comparison with null; ``slot`` is that of the path's root."""
    found = Trace(FALSE if node.negated else TRUE, node)
    # In the open world, what is absent from the document may well be there in the world.
    missing = Trace((TRUE if node.negated else FALSE) if closed else BOTH, node)
    if len(node.path.fields) != 1:
        read = reader(slot, node.path.fields, None)
        return lambda frame: missing if read(frame) is None else found
    (field,) = node.path.fields

    # Most conditions of this kind are about a field of a list's element: reading it here spares a call.
    def run(frame: Frame) -> Trace:
        try:
            return missing if frame[slot].get(field) is None else found
        except AttributeError:
            return missing

    return run


def presence_with_default(node: nodes.Present, slot: int, *, closed: bool) -> Condition:
    """Return the evaluation of a comparison with null, of a field that stands for something where it is left out.

    It is there wherever the record is that would hold it.
    """
    holder = reader(slot, node.path.fields[:-1], None)
    found = Trace(FALSE if node.negated else TRUE, node)
    missing = Trace((TRUE if node.negated else FALSE) if closed else BOTH, node)
    return lambda frame: missing if holder(frame) is None else found


MOST_PAIRS = 100_000
"""When more than this is kept of a document, what is asked of pairs of entries is asked again instead."""


def name(
    node: nodes.Named, definition: Definition, reads: Sequence[Read], around: Sequence[Read] = ()
) -> Condition:
    """Return the evaluation of a named condition: once for each document, or once for each entry of it.

    ``reads`` give the entries. These are those of the document, which outlives the cache, so that their identity
    stands for them. ``around`` give what the definition reads of fields that change while the cache stays.
    """
    key = node.name
    if around:

        def run_on_changing(frame: Frame) -> Trace:
            given = [read(frame) for read in reads]
            cache, at = frame[CACHE_SLOT], (key, *map(id, given), *values_read(frame, around))
            inner = cache.get(at)
            if inner is None:
                inner = definition(frame, given)
                keep(cache, key, at, inner)
            return NameTrace(inner.truth, node, inner)

        return run_on_changing
    if not reads:

        def run(frame: Frame) -> Trace:
            cache = frame[CACHE_SLOT]
            trace: Trace | None = cache.get(key)
            if trace is None:
                inner = definition(frame, ())
                cache[key] = trace = NameTrace(inner.truth, node, inner)
            return trace

        return run
    if len(reads) > 1:

        def run_on_several(frame: Frame) -> Trace:
            given = [read(frame) for read in reads]
            cache = frame[CACHE_SLOT]
            at = (key, *map(id, given))
            inner = cache.get(at)
            if inner is None:
                inner = definition(frame, given)
                if len(cache) < MOST_PAIRS:
                    cache[at] = inner
            return NameTrace(inner.truth, node, inner)

        return run_on_several
    (read,) = reads

    def run_on_one(frame: Frame) -> Trace:
        given = read(frame)
        cache = frame[CACHE_SLOT]
        at = (key, id(given))
        inner = cache.get(at)
        if inner is None:
            cache[at] = inner = definition(frame, (given,))
        return NameTrace(inner.truth, node, inner)

    return run_on_one


def comparison(node: nodes.Compare, left: Read, right: Read, *, plain: bool) -> Condition:
    """Return the evaluation of a comparison; ``plain`` operands have nothing within to explain."""
    if not plain:
        return _comparison_with_inner(node, left, right)
    if isinstance(node.right, nodes.Literal):
        return comparison_with_constant(node, left, node.right.value)
    sign, test, direct = node.operator, _TESTS[node.operator], _direct(node)

    def run(frame: Frame) -> Trace:
        a, b = left(frame), right(frame)
        kind = type(a)
        if kind is type(b) and kind in direct:
            return CompareTrace(TRUE if test(a, b) else FALSE, node, a, b)
        if a is UNDISCLOSED or b is UNDISCLOSED:
            return CompareTrace(BOTH, node, a, b)
        return CompareTrace(compare(sign, a, b), node, a, b)

    return run


def _direct(node: nodes.Compare) -> frozenset[type]:
    """Return the types that Python compares as the language does, if both sides are of one of them.

    Present values are the common case, and Python compares two decimals exactly. Texts have no order.
    """
    return frozenset((Decimal, str) if node.operator in {"==", "!="} else (Decimal,))


def comparison_with_constant(node: nodes.Compare, left: Read, constant: Decimal | str | bool) -> Condition:
    """Return the evaluation of a comparison of a plain operand with what is written out."""
    sign, test, kind = node.operator, _TESTS[node.operator], type(constant)
    undecided = CompareTrace(BOTH, node, UNDISCLOSED, constant)

    def run(frame: Frame) -> Trace:
        a = left(frame)
        if type(a) is kind:
            return CompareTrace(TRUE if test(a, constant) else FALSE, node, a, constant)
        if a is UNDISCLOSED:
            return undecided
        return CompareTrace(compare(sign, a, constant), node, a, constant)

    return run


# What most conditions and filters compare is a field of a list's element, undisclosed where it is absent: the
# next two read it themselves, which spares a call.


def field_with_constant(
    node: nodes.Compare, slot: int, field: str, constant: Decimal | str | bool
) -> Condition:
    """Return :func:`comparison_with_constant` for a field directly below a slot, in the closed world."""
    test, kind = _TESTS[node.operator], type(constant)
    undecided = CompareTrace(BOTH, node, UNDISCLOSED, constant)
    general = comparison_with_constant(node, reader(slot, (field,), UNDISCLOSED), constant)

    def run(frame: Frame) -> Trace:
        try:
            a = frame[slot].get(field)
        except AttributeError:
            return undecided
        if type(a) is kind:
            return CompareTrace(TRUE if test(a, constant) else FALSE, node, a, constant)
        return undecided if a is None else general(frame)

    return run


def field_with_name(node: nodes.Compare, slot: int, field: str, right: LogOfName) -> Condition:
    """Return :func:`comparison_with_name` for a field directly below a slot, in the closed world."""
    test, direct = _TESTS[node.operator], _direct(node)
    general = comparison_with_name(node, reader(slot, (field,), UNDISCLOSED), right)

    def run(frame: Frame) -> Trace:
        try:
            a = frame[slot].get(field)
        except AttributeError:
            a = None
        inner = right(frame)
        if a is None:
            return CompareTrace(BOTH, node, UNDISCLOSED, inner[0].value, inner)
        b = inner[0].value
        kind = type(a)
        if kind is type(b) and kind in direct:
            return CompareTrace(TRUE if test(a, b) else FALSE, node, a, b, inner)
        return general(frame)

    return run


def comparison_with_name(node: nodes.Compare, left: Read, right: LogOfName) -> Condition:
    """Return the evaluation of a comparison of a plain operand with a named value, given as its log."""
    sign, test, direct = node.operator, _TESTS[node.operator], _direct(node)

    def run(frame: Frame) -> Trace:
        a, inner = left(frame), right(frame)
        b = inner[0].value
        kind = type(a)
        if kind is type(b) and kind in direct:
            return CompareTrace(TRUE if test(a, b) else FALSE, node, a, b, inner)
        if a is UNDISCLOSED or b is UNDISCLOSED:
            return CompareTrace(BOTH, node, a, b, inner)
        return CompareTrace(compare(sign, a, b), node, a, b, inner)

    return run


def _comparison_with_inner(node: nodes.Compare, left: Read, right: Read) -> Condition:
    sign, test = node.operator, _TESTS[node.operator]

    def run(frame: Frame) -> Trace:
        log = frame[LOG_SLOT]
        inner: list[Trace | ValueTrace] = []
        frame[LOG_SLOT] = inner
        a, b = left(frame), right(frame)
        frame[LOG_SLOT] = log
        if type(a) is Decimal and type(b) is Decimal:
            return CompareTrace(TRUE if test(a, b) else FALSE, node, a, b, inner)
        return CompareTrace(compare(sign, a, b), node, a, b, inner)

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

    def run(frame: Frame) -> MemberTrace:
        value = item(frame)
        listed = choices(frame)
        return MemberTrace(absent if listed is None else member(value, listed), node, value)

    def run_with_inner(frame: Frame) -> Trace:
        log = frame[LOG_SLOT]
        inner: list[Trace | ValueTrace] = []
        frame[LOG_SLOT] = inner
        trace = run(frame)
        frame[LOG_SLOT] = log
        return MemberTrace(trace.truth, node, trace.item, inner)

    return run if plain else run_with_inner


def membership_of_texts(node: nodes.Member, item: Read, texts: Iterable[str]) -> Condition:
    """Return the evaluation of ``in`` for a field and texts written out."""
    choices = tuple(texts)
    known = frozenset(choices)

    def run(frame: Frame) -> Trace:
        value = item(frame)
        if type(value) is str:
            return MemberTrace(TRUE if value in known else FALSE, node, value)
        return MemberTrace(member(value, choices), node, value)

    return run


def text_in_list(node: nodes.Member, text: str, read: Read, general: Condition) -> Condition:
    """Return the evaluation of ``in`` for a text written out and a list of texts in the document.

    ``general`` judges lists that are absent or have a gap.
    """
    yes, no = MemberTrace(TRUE, node, text), MemberTrace(FALSE, node, text)

    def run(frame: Frame) -> Trace:
        listed = read(frame)
        if listed is None:
            return general(frame)
        if text in listed:
            return yes
        return general(frame) if None in listed else no

    return run


def filtering(node: nodes.And, operands: Sequence[Condition]) -> Condition:
    """Return the evaluation of ``and`` as the filter of a list, which stops at the first operand that fails.

    What is asked of a list is told of the elements that its filter takes; of one that it leaves out, one reason
    is enough. An operand that is undecided stops nothing.
    """
    first, *others = operands

    def run(frame: Frame) -> Trace:
        trace = first(frame)
        truth: int = trace.truth
        if truth == FALSE:
            return JunctionTrace(FALSE, node, (trace,))
        traces = [trace]
        for operand in others:
            trace = operand(frame)
            traces.append(trace)
            one = trace.truth
            if one == FALSE:
                return JunctionTrace(FALSE, node, traces)
            truth |= one
        return JunctionTrace(truth, node, traces)

    return run


# All operands of other "and" and "or" are evaluated, so that an explanation tells all that is wrong, not just the
# first thing.


def conjunction(node: nodes.And, operands: Sequence[Condition]) -> Condition:
    """Return the evaluation of ``and``."""
    if len(operands) == 2:
        return _both(node, *operands)

    def run(frame: Frame) -> Trace:
        traces = [operand(frame) for operand in operands]
        every, some = TRUE, 0
        for trace in traces:
            truth = trace.truth
            every &= truth
            some |= truth
        return JunctionTrace(every | (some & FALSE), node, traces)

    return run


def disjunction(node: nodes.Or, operands: Sequence[Condition]) -> Condition:
    """Return the evaluation of ``or``."""
    if len(operands) == 2:
        return _one_of_two(node, *operands)

    def run(frame: Frame) -> Trace:
        traces = [operand(frame) for operand in operands]
        every, some = FALSE, 0
        for trace in traces:
            truth = trace.truth
            every &= truth
            some |= truth
        return JunctionTrace(every | (some & TRUE), node, traces)

    return run


# Two operands are the common case, and need no loop.


def _both(node: nodes.And, left: Condition, right: Condition) -> Condition:
    def run(frame: Frame) -> Trace:
        one, other = left(frame), right(frame)
        a, b = one.truth, other.truth
        return JunctionTrace((a & b & TRUE) | ((a | b) & FALSE), node, (one, other))

    return run


def _one_of_two(node: nodes.Or, left: Condition, right: Condition) -> Condition:
    def run(frame: Frame) -> Trace:
        one, other = left(frame), right(frame)
        a, b = one.truth, other.truth
        return JunctionTrace(((a | b) & TRUE) | (a & b & FALSE), node, (one, other))

    return run


def negation(node: nodes.Not, operand: Condition) -> Condition:
    """Return the evaluation of ``not``."""

    def run(frame: Frame) -> Trace:
        trace = operand(frame)
        truth = trace.truth
        return NotTrace(((truth & TRUE) << 1) | (truth >> 1), node, trace)

    return run


def choice(
    node: nodes.Conditional, condition: Condition, then: Condition, otherwise: Condition, *, closed: bool
) -> Condition:
    """Return the evaluation of ``a ? b : c`` between conditions."""

    def run(frame: Frame) -> Trace:
        chosen = condition(frame)
        truth = chosen.truth
        if truth == TRUE:
            one = then(frame)
            return ChoiceTrace(one.truth, node, chosen, one, None)
        if truth == FALSE:
            other = otherwise(frame)
            return ChoiceTrace(other.truth, node, chosen, None, other)
        one, other = then(frame), otherwise(frame)
        # In the closed world nothing follows from what is not disclosed, not even what both branches agree
        # on.
        return ChoiceTrace(BOTH if closed else one.truth | other.truth, node, chosen, one, other)

    return run
