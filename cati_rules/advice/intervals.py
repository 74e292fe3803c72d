"""What a judgement comes to over all values that one number can have, in pieces of one outcome each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from fractions import Fraction
from math import ceil, floor

from msgspec import Struct

from cati_rules.advice.trials import Trials, traces_of
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.definition.result import Judgement
from cati_rules.language.crossings import Pair, amounts, crossings, crossings_of_curves, on_lines
from cati_rules.language.possibilities import possible_values
from cati_rules.language.ranges import Number, NumberRange, settled
from cati_rules.language.trace import Key
from cati_rules.schema.types import NumberType

Reading = Callable[[Judgement], Hashable]
"""What is read off a judgement."""
Cell = tuple[Number | None, bool, Number | None, bool]
"""From where to where, and whether each end itself is left out; None is no end."""

MOST_ROUNDS = 8
MOST_POINTS = 120
"""Past these a number is taken to turn nowhere else; rules that come with cati have a tenth of it."""


class Piece(Struct, frozen=True):
    """The values of one number for which the outcome is the same; None is no end, an open end does not belong."""

    low: Number | None
    low_open: bool
    high: Number | None
    high_open: bool
    outcome: Hashable

    def holds(self, value: Number) -> bool:
        """Return whether ``value`` lies in it."""
        above = self.low is None or (value > self.low if self.low_open else value >= self.low)
        below = self.high is None or (value < self.high if self.high_open else value <= self.high)
        return above and below

    @property
    def single(self) -> Number | None:
        """The one value that it holds, None where there are more."""
        return self.low if self.low == self.high else None


def pieces(trials: Trials, place: FieldPath, reading: Reading) -> tuple[Piece, ...]:
    """Return what ``reading`` comes to over all that the number at ``place`` can be, from the least to the greatest.

    Figures are in the unit in which they are compared. Empty for what is no number.
    """
    kind = trials.kind(place)
    if not isinstance(kind, NumberType):
        return ()
    whole = possible_values(kind)
    if not isinstance(whole, NumberRange):
        return ()
    if place not in trials.points:
        trials.points[place] = _points(trials, place, kind, whole)
    found: list[Piece] = []
    for low, low_open, high, high_open in _cells(trials.points[place], whole, kind.integer):
        outcome = reading(trials.with_value(place, inside(low, high)))
        last = found[-1] if found else None
        start = (low, low_open) if last is None or last.outcome != outcome else (last.low, last.low_open)
        if last is not None and last.outcome == outcome:
            found.pop()
        found.append(Piece(*start, high, high_open, outcome))
    return tuple(found)


def _points(trials: Trials, place: FieldPath, kind: NumberType, whole: NumberRange) -> list[Fraction]:
    """Return the values within the range at which something that is looked at can change, in order.

    Between two of them everything is a straight line, and nothing crosses: else there is a point more.
    """
    seen: dict[Number, Mapping[Key, Pair]] = {}

    def looked_at(value: Number) -> Mapping[Key, Pair]:
        if value not in seen:
            judgement = trials.with_value(place, value)
            told = (amounts(trace, (i,)) for i, trace in enumerate(traces_of(judgement)))
            seen[value] = {key: pair for each in told for key, pair in each}
        return seen[value]

    def is_straight(value: Number) -> bool:
        """Return whether a value lies on straight lines that were followed."""
        return any(
            on_lines(
                [looked_at(each) for each in (*pair, value)], [Fraction(each) for each in (*pair, value)]
            )
            for pair in followed
        )

    followed: list[tuple[Number, Number]] = []
    points: set[Fraction] = set()
    settled_cells: set[Cell] = set()
    for round_ in range(MOST_ROUNDS):
        new: set[Fraction] = set()
        for cell in _cells(sorted(points), whole, integer=False):
            if (cell[0] is None or cell[0] != cell[2]) and cell not in settled_cells and not trials.exhausted:
                one, other = _two_inside(cell)
                if round_ == 0:
                    new |= set(crossings(looked_at(one), looked_at(other), Fraction(one), Fraction(other)))
                    followed.append((one, other))
                    continue
                settled_cells.add(cell)
                if is_straight(one):
                    continue
                # What the lines of the first round did not settle may be curved.
                three = (one, inside(one, other), other)
                new |= set(
                    crossings_of_curves(
                        [looked_at(each) for each in three], [Fraction(each) for each in three]
                    )
                )
                followed.append((one, other))
        new = {point for point in new if _within(whole, point)} - points
        points |= new
        if not new or len(points) > MOST_POINTS or trials.exhausted:
            break
    if kind.integer:
        rounded = {Fraction(end) for point in points for end in (floor(point), ceil(point))}
        return sorted(point for point in rounded if _within(whole, point))
    return sorted(points)


def is_exact(trials: Trials, place: FieldPath, value: Number) -> bool:
    """Return whether something that is looked at meets its limit just there, or the number's range ends there.

    What is no straight line is cut where a line through two of its values would meet the limit: near it, not at it.
    """
    kind = trials.kind(place)
    if not isinstance(kind, NumberType) or kind.integer or value in (kind.minimum, kind.maximum):
        return True
    judgement = trials.with_value(place, value)
    pairs = (pair for trace in traces_of(judgement) for _, pair in amounts(trace))
    return any(one == other and one is not None for left, right in pairs for one in left for other in right)


def _within(whole: NumberRange, value: Fraction) -> bool:
    return Piece(whole.low, whole.low_open, whole.high, whole.high_open, None).holds(settled(value))


def _two_inside(cell: Cell) -> tuple[Number, Number]:
    low, _, high, _ = cell
    one = inside(low, high)
    return one, inside(one, high) if high is not None or low is not None else one + 1


def _cells(points: list[Fraction], whole: NumberRange, integer: bool) -> Iterator[Cell]:
    """Yield each point by itself and what lies between, from the least to the greatest."""
    holds_any = _whole_between if integer else _any_between
    low, low_open = whole.low, whole.low_open
    for point in points:
        exact = settled(point)
        between: Cell = (low, low_open, exact, True)
        if holds_any(between):
            yield between
        yield (exact, False, exact, False)
        low, low_open = exact, True
    last: Cell = (low, low_open, whole.high, whole.high_open)
    if holds_any(last):
        yield last


def _any_between(cell: Cell) -> bool:
    low, low_open, high, high_open = cell
    return low is None or high is None or low < high or (low == high and not (low_open or high_open))


def _whole_between(cell: Cell) -> bool:
    low, low_open, high, high_open = cell
    if low is None or high is None:
        return True
    least = floor(low) + 1 if low_open else ceil(low)
    most = ceil(high) - 1 if high_open else floor(high)
    return least <= most


def inside(low: Number | None, high: Number | None) -> Number:
    """Return a value between two ends: a whole number where there is one, as some fields ask for."""
    if low is None and high is None:
        return settled(Fraction(0))
    if low is None or high is None:
        end = high if low is None else low
        return settled(Fraction(floor(end or 0) - 1 if low is None else ceil(end or 0) + 1))
    if low == high:
        return low
    middle = (Fraction(low) + Fraction(high)) / 2
    for whole in (floor(middle), ceil(middle)):
        if low < whole < high:
            return settled(Fraction(whole))
    return settled(middle)
