"""Where conditions can change as one number moves: a pass over two traces of the same conditions.

Between two values of a number nearly everything that rules compare is a straight line in it: a sum over a list, a
limit that slides with it, the number itself. So what both sides of a comparison came to at two values tells where they
meet. Points found are candidates: whether anything turns there is for evaluation to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

from cati_rules.language import nodes
from cati_rules.language.conditions import Trace
from cati_rules.language.ranges import NumberRange

Key = tuple[Any, ...]
"""Where in a trace two amounts are held against each other."""
Ends = tuple[Fraction | None, ...]
"""An amount, or the ends of the range in which it lies; None is no end."""
Pair = tuple[Ends, Ends]

MOST_BITS = 300
"""Longer denominators are no limit that anybody states."""
MOST_RIVALS = 40
"""Of longer lists the least or greatest element is not followed."""


def crossings(
    first: Mapping[Key, Pair], second: Mapping[Key, Pair], at: Fraction, other: Fraction
) -> Iterator[Fraction]:
    """Yield the values of a number at which amounts meet that were held against each other at two of its values.

    ``first`` and ``second`` are the amounts (:func:`amounts`) where the number is ``at`` and ``other``.
    """
    for key, (left, right) in first.items():
        if key not in second:
            continue  # what was looked at differs: something turns in between
        later_left, later_right = second[key]
        for here, there in zip(_gaps(left, right), _gaps(later_left, later_right), strict=False):
            if here is not None and there is not None and here != there:
                found = at - here * (other - at) / (there - here)
                # What is no straight line is approached in ever longer quotients: no limit is written like that.
                if found.denominator.bit_length() <= MOST_BITS:
                    yield found


def crossings_of_curves(seen: Sequence[Mapping[Key, Pair]], places: Sequence[Fraction]) -> Iterator[Fraction]:
    """Yield the values of a number at which amounts meet, from what they were at three of its values.

    Exact for straight lines and for quotients of two of them, such as a share that is weighed in another way.
    """
    first, second, third = seen
    for key, (left, right) in first.items():
        if key not in second or key not in third:
            continue
        gaps = (_gaps(left, right), _gaps(*second[key]), _gaps(*third[key]))
        for here in zip(*gaps, strict=False):
            known = [each for each in here if each is not None]
            found = _root(places, known) if len(known) == len(places) else None
            if found is not None and found.denominator.bit_length() <= MOST_BITS:
                yield found


def _root(places: Sequence[Fraction], gaps: Sequence[Fraction]) -> Fraction | None:
    """Return where (p + q x) / (1 + r x) is zero, which has those values at three places; None where it nowhere is."""
    (x0, x1, x2), (h0, h1, h2) = places, gaps
    if h0 == h1 == h2:
        return None  # most of what is compared has nothing to do with the number
    a1, b1, c1 = x1 - x0, x0 * h0 - x1 * h1, h1 - h0
    a2, b2, c2 = x2 - x0, x0 * h0 - x2 * h2, h2 - h0
    both = a1 * b2 - a2 * b1
    if both == 0:  # a line through zero, or a constant
        return None if c1 == 0 else x0 - h0 * a1 / c1
    q, r = (c1 * b2 - c2 * b1) / both, (a1 * c2 - a2 * c1) / both
    return None if q == 0 else -(h0 - q * x0 + r * x0 * h0) / q


def _gaps(left: Ends, right: Ends) -> Iterator[Fraction | None]:
    for one in left:
        for other in right:
            yield None if one is None or other is None else one - other


def amounts(trace: Trace, at: Key = ()) -> Iterator[tuple[Key, Pair]]:
    """Yield the amounts in a trace that are held against each other, each with its place in the trace."""
    read = _READERS.get(type(trace[1]))
    if read is not None:
        yield from read(trace, at)


def _comparison(trace: Trace, at: Key) -> Iterator[tuple[Key, Pair]]:
    left, right = _ends(trace[2]), _ends(trace[3])
    if left and right:
        yield at, (left, right)
    yield from _inner(trace[4:], at)


def _membership(trace: Trace, at: Key) -> Iterator[tuple[Key, Pair]]:
    item, choices = _ends(trace[2]), trace[1].choices
    if item and isinstance(choices, tuple):
        for choice in choices:
            if isinstance(choice.value, Decimal):
                yield (*at, choice.value), (item, _ends(choice.value))
    yield from _inner(trace[3:], at)


def _several(trace: Trace, at: Key) -> Iterator[tuple[Key, Pair]]:
    for i, each in enumerate(trace[2]):
        yield from amounts(each, (*at, i))


def _branches(trace: Trace, at: Key) -> Iterator[tuple[Key, Pair]]:
    """Read the branches of a condition, of a named condition, or of a choice between numbers."""
    for i, each in enumerate(trace[2:]):
        if isinstance(each, tuple):
            yield from amounts(each, (*at, i))
        elif isinstance(each, list):  # a named number: what was looked at within it
            yield from _inner((each,), (*at, i))


def _inner(logs: tuple[Any, ...], at: Key) -> Iterator[tuple[Key, Pair]]:
    for log in logs:
        for i, entry in enumerate(log):
            yield from amounts(entry, (*at, "within", i))


def _elements(trace: Trace, at: Key) -> Iterator[tuple[Key, Pair]]:
    for index, *parts in trace[2] or ():
        for i, part in enumerate(parts):
            if isinstance(part, tuple) and len(part) > 1 and isinstance(part[1], nodes.Node):
                yield from amounts(part, (*at, index, i))
            elif isinstance(part, list):
                yield from _inner((part,), (*at, index, i))


def _extreme(trace: Trace, at: Key) -> Iterator[tuple[Key, Pair]]:
    """Read the elements, and hold them against each other: another one may become the least or greatest."""
    yield from _elements(trace, at)
    values = [(each[0], _ends(each[2])) for each in trace[2] or ()]
    rivals = [(index, ends) for index, ends in values if ends]
    if len(rivals) <= MOST_RIVALS:
        for (i, one), (j, other) in combinations(rivals, 2):
            yield (*at, "rivals", i, j), (one, other)


def _ends(value: Any) -> Ends:
    if isinstance(value, Decimal | Fraction):
        return (Fraction(value),)
    if isinstance(value, NumberRange):
        return tuple(None if end is None else Fraction(end) for end in (value.low, value.high))
    return ()


_READERS: Mapping[type, Callable[[Any, Key], Iterator[tuple[Key, Pair]]]] = {
    nodes.Compare: _comparison,
    nodes.Member: _membership,
    nodes.And: _several,
    nodes.Or: _several,
    nodes.Not: _branches,
    nodes.Named: _branches,
    nodes.Listed: _branches,
    nodes.Conditional: _branches,
    nodes.Any: _elements,
    nodes.All: _elements,
    nodes.Sum: _elements,
    nodes.Count: _elements,
    nodes.Minimum: _extreme,
    nodes.Maximum: _extreme,
}
