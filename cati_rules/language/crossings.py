"""Where conditions can change as one number moves: a pass over two traces of the same conditions.

Between two values of a number nearly everything that rules compare is a straight line in it: a sum over a list, a
limit that slides with it, the number itself. So what both sides of a comparison came to at two values tells where they
meet. Points found are candidates: whether anything turns there is for evaluation to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, repeat
from math import lcm
from typing import Any

from cati_rules.language import nodes
from cati_rules.language.ranges import NumberRange
from cati_rules.language.trace import (
    AggregateTrace,
    CompareTrace,
    Key,
    MemberTrace,
    Trace,
    ValueTrace,
    walk_trace,
)

Ratio = tuple[int, int]
"""A numerator and a denominator over 0: thousands are compared, and whole numbers are far quicker than fractions."""
Ends = tuple[Ratio | None, ...]
"""An amount in lowest terms, or the ends of the range in which it lies; None is no end."""
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
    step = other - at
    for key, pair in first.items():
        later = second.get(key)
        if later is None or pair == later:
            continue  # what was looked at differs, so that something turns in between; or the number is not in it
        for here, there in zip(_gaps(*pair), _gaps(*later), strict=False):
            if here is None or there is None:
                continue
            before, after = here[0] * there[1], there[0] * here[1]
            if before != after:
                found = at - step * Fraction(before, after - before)
                # What is no straight line is approached in ever longer quotients: no limit is written like that.
                if found.denominator.bit_length() <= MOST_BITS:
                    yield found


def on_lines(seen: Sequence[Mapping[Key, Pair]], places: Sequence[Fraction]) -> bool:
    """Return whether the last of three values of a number lies on the straight lines through the first two.

    Then nothing crosses near it but where those lines do: a quotient of two lines meets a line twice at the most.
    """
    first, second, third = seen
    if third.keys() != first.keys() or third.keys() != second.keys():
        return False  # something else is looked at there
    along = ((places[2] - places[0]) / (places[1] - places[0])).as_integer_ratio()
    return all(
        pair == first[key] == second[key]
        or all(map(_is_between, zip(first[key], second[key], pair, strict=True), repeat(along)))
        for key, pair in third.items()
    )


def _is_between(ends: tuple[Ends, Ends, Ends], along: Ratio) -> bool:
    """Return whether the third of three amounts, or each end of it, is that far along from the first to the second."""
    if not len(ends[0]) == len(ends[1]) == len(ends[2]):
        return False
    part, whole = along
    for here, there, now in zip(*ends, strict=True):
        if here is None or there is None or now is None:
            if not here is there is now is None:
                return False
            continue
        # (now - here) / (there - here) = part / whole, without a division
        run = (now[0] * here[1] - here[0] * now[1]) * there[1]
        if run * whole != (there[0] * here[1] - here[0] * there[1]) * now[1] * part:
            return False
    return True


def crossings_of_curves(seen: Sequence[Mapping[Key, Pair]], places: Sequence[Fraction]) -> Iterator[Fraction]:
    """Yield the values of a number at which amounts meet, from what they were at three of its values.

    Exact for straight lines and for quotients of two of them, such as a share that is weighed in another way.
    """
    first, second, third = seen
    at = [each.as_integer_ratio() for each in places]
    for key, pair in first.items():
        if key not in second or key not in third:
            continue
        if pair == second[key] == third[key]:
            continue  # most of what is compared has nothing to do with the number
        gaps = (_gaps(*pair), _gaps(*second[key]), _gaps(*third[key]))
        for here in zip(*gaps, strict=False):
            known = [each for each in here if each is not None]
            found = _root(at, known) if len(known) == len(at) else None
            if found is not None and found.denominator.bit_length() <= MOST_BITS:
                yield found


def _root(places: Sequence[Ratio], gaps: Sequence[Ratio]) -> Fraction | None:
    """Return where (p + q x) / (1 + r x) is zero, which has those values at three places; None where it nowhere is."""
    # Counted in whole numbers of one size; a root does not depend on the size.
    (x0, x1, x2), scale = _whole(places)
    (h0, h1, h2), _ = _whole(gaps)
    a1, b1, c1 = x1 - x0, x0 * h0 - x1 * h1, h1 - h0
    a2, b2, c2 = x2 - x0, x0 * h0 - x2 * h2, h2 - h0
    both = a1 * b2 - a2 * b1
    if both == 0:  # a line through zero, or a constant
        return None if c1 == 0 else Fraction(x0 * c1 - h0 * a1, c1 * scale)
    q, r = c1 * b2 - c2 * b1, a1 * c2 - a2 * c1  # times what both have
    return None if q == 0 else Fraction(q * x0 - h0 * both - r * x0 * h0, q * scale)


def _whole(numbers: Sequence[Ratio]) -> tuple[list[int], int]:
    """Return numbers as multiples of a part, and how many parts one is."""
    scale = lcm(*(denominator for _, denominator in numbers))
    return [numerator * (scale // denominator) for numerator, denominator in numbers], scale


def _gaps(left: Ends, right: Ends) -> Iterator[Ratio | None]:
    for one in left:
        for other in right:
            if one is None or other is None:
                yield None
            else:
                yield one[0] * other[1] - other[0] * one[1], one[1] * other[1]


def amounts(trace: Trace | ValueTrace, at: Key = ()) -> Iterator[tuple[Key, Pair]]:
    """Yield the amounts in a trace that are held against each other, each with its place in the trace."""
    for key, part in walk_trace(trace, at):
        held = _HELD.get(type(part))
        if held is not None:
            yield from held(key, part)


def _compared(key: Key, trace: CompareTrace) -> Iterator[tuple[Key, Pair]]:
    left, right = _ends(trace.left), _ends(trace.right)
    if left and right:
        yield key, (left, right)


def _chosen(key: Key, trace: MemberTrace) -> Iterator[tuple[Key, Pair]]:
    item = _ends(trace.item)
    for choice in trace.node.choices if item and isinstance(trace.node.choices, tuple) else ():
        if isinstance(choice.value, Decimal):
            yield (*key, choice.value), (item, _ends(choice.value))


def _rivalling(key: Key, trace: AggregateTrace) -> Iterator[tuple[Key, Pair]]:
    """Yield the elements of a list by twos: another one may become the least or greatest."""
    if isinstance(trace.node, nodes.Sum):
        return
    rivals = [(each.index, ends) for each in trace.entries or () if (ends := _ends(each.value))]
    if len(rivals) <= MOST_RIVALS:
        for (i, one), (j, other) in combinations(rivals, 2):
            yield (*key, "rivals", i, j), (one, other)


_HELD: Mapping[type, Callable[[Key, Any], Iterator[tuple[Key, Pair]]]] = {
    CompareTrace: _compared,
    MemberTrace: _chosen,
    AggregateTrace: _rivalling,
}


def _ends(value: Any) -> Ends:
    kind = type(value)
    if kind is Decimal or kind is Fraction:
        return (_exact(value),)
    if kind is NumberRange:
        return tuple(None if end is None else _exact(end) for end in (value.low, value.high))
    return ()


@lru_cache(maxsize=4096)
def _exact(value: Decimal | Fraction) -> Ratio:
    """Return a number as a ratio, once: nearly all are limits, or have nothing to do with the number that moves."""
    return value.as_integer_ratio()
