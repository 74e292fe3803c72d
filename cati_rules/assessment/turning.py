"""What would change a verdict: for each single input, the values at which it turns, all else as it is.

Points at which a condition can change are found on its tree (:mod:`cati_rules.expressions.linear`); the verdict at
each, and between them, is then found by judging again. So nothing is promised that evaluation does not confirm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from math import ceil, floor
from typing import Any

from cati_rules.assessment.definition import BodyAssessor
from cati_rules.assessment.definition_result import Judgement
from cati_rules.assessment.figures import BESIDE
from cati_rules.assessment.result import Verdict
from cati_rules.assessment.statements import Path
from cati_rules.catalog.definition import EACH
from cati_rules.documents import value_at, with_value
from cati_rules.expressions import depends_on, nodes
from cati_rules.expressions.linear import turning_points
from cati_rules.expressions.possibilities import possible_values
from cati_rules.expressions.ranges import NumberRange
from cati_rules.schema.types import BooleanType, FieldType, NumberType, RecordType, TextType

Number = Decimal | Fraction
Outcome = tuple[Verdict, str | None]

_NOT_TRIED = ("kind", BESIDE)
"""What is no input, and what is given in the unit of the figure beside it."""
DIGITS = 6
"""How many digits after the point a bound has that no shorter decimal gives."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The values of one number for which the outcome is the same; None is no end, an open end does not belong."""

    low: Number | None
    low_open: bool
    high: Number | None
    high_open: bool
    verdict: Verdict
    level: str | None

    def holds(self, value: Number) -> bool:
        """Return whether ``value`` lies in it."""
        above = self.low is None or (value > self.low if self.low_open else value >= self.low)
        below = self.high is None or (value < self.high if self.high_open else value <= self.high)
        return above and below


@dataclass(frozen=True, slots=True)
class Turn:
    """One input and what it would have to be for another outcome: ``path operator value``, in ``unit``.

    ``exact`` is the bound before it was rounded to the safe side.
    """

    path: Path
    operator: nodes.Operator
    value: Decimal | str | bool
    exact: Number | str | bool
    unit: str | None
    verdict: Verdict
    level: str | None


def pieces(assessor: BodyAssessor, judgement: Judgement, place: tuple[str, ...]) -> tuple[Piece, ...]:
    """Return what the outcome is over all that the number at ``place`` can be, from the least to the greatest.

    ``place`` is a field of the document, or of the entry judged below ``each``.
    """
    kind = _type_at(assessor.record, place)
    if not isinstance(kind, NumberType):
        return ()
    whole = possible_values(kind)
    if not isinstance(whole, NumberRange):
        return ()
    points = _points(assessor, judgement, place, kind, whole)
    found: list[Piece] = []
    for low, low_open, high, high_open in _cells(points, whole, kind.integer):
        verdict, level = _outcome(assessor, judgement, place, _inside(low, high))
        last = found[-1] if found else None
        if last is not None and (last.verdict, last.level) == (verdict, level):
            found[-1] = Piece(last.low, last.low_open, high, high_open, verdict, level)
        else:
            found.append(Piece(low, low_open, high, high_open, verdict, level))
    return tuple(found)


def turns(
    assessor: BodyAssessor, judgement: Judgement, verdict: Verdict = "met", level: str | None = None
) -> tuple[Turn, ...]:
    """Return, for each single input that can give ``verdict`` (and ``level``), the nearest value that does.

    Empty where none can by itself.
    """
    found = []
    for place in _inputs(assessor):
        kind = _type_at(assessor.record, place)
        turn = (
            _by_number(assessor, judgement, place, verdict, level)
            if isinstance(kind, NumberType)
            else _by_choice(assessor, judgement, place, verdict, level)
        )
        if turn is not None:
            found.append(turn)
    return tuple(found)


def _inputs(assessor: BodyAssessor) -> Iterator[tuple[str, ...]]:
    """Yield the single fields that a body's conditions look at, in the order of its schema."""
    body = assessor.body
    asked = [each.node for each in body.judged()]
    asked.extend(each.node for each in (body.applies, body.testable) if each is not None)
    places: set[tuple[str, ...]] = set()
    for node in asked:
        places |= depends_on(node, assessor.named)
    yield from sorted(place for place in places if nodes.EACH not in place and place[-1] not in _NOT_TRIED)


def _by_number(
    assessor: BodyAssessor, judgement: Judgement, place: tuple[str, ...], verdict: Verdict, level: str | None
) -> Turn | None:
    now = value_at(judgement.value, place)
    if isinstance(now, NumberRange):
        return None  # on another boundary: no figure of this kind can turn it
    found = pieces(assessor, judgement, place)
    wanted = [
        each for each in (found if level is not None else _whatever_level(found)) if each.verdict == verdict
    ]
    wanted = [each for each in wanted if level in (None, each.level)]
    if not wanted or any(isinstance(now, Decimal) and each.holds(now) for each in wanted):
        return None
    nearest = wanted[0] if now is None else min(wanted, key=lambda each: _distance(each, now))
    above = now is not None and nearest.high is not None and nearest.high <= now
    from_below = nearest.high is None or (now is not None and not above)
    if now is None and nearest.low is not None and nearest.high is not None:
        from_below = nearest.high == _top(assessor, place) and not nearest.high_open
    exact, open_end = (nearest.low, nearest.low_open) if from_below else (nearest.high, nearest.high_open)
    if exact is None:
        return None
    operator: nodes.Operator = (">" if open_end else ">=") if from_below else ("<" if open_end else "<=")
    beyond = pieces(assessor, judgement, place)[-1 if from_below else 0]
    if beyond.verdict != verdict:
        return None  # what holds between two values only is not told by one of them
    value = _rounded(exact, up=from_below)
    if value != exact and _outcome(assessor, judgement, place, value)[0] != verdict:
        return None
    return Turn(
        _placed(place, judgement.path), operator, value, exact, _unit(assessor, place), verdict, nearest.level
    )


def _whatever_level(found: tuple[Piece, ...]) -> list[Piece]:
    """Return the pieces with those of one verdict put together: levels apart, they touch."""
    merged: list[Piece] = []
    for each in found:
        last = merged[-1] if merged else None
        if last is not None and last.verdict == each.verdict:
            merged[-1] = Piece(last.low, last.low_open, each.high, each.high_open, each.verdict, None)
        else:
            merged.append(each)
    return merged


def _top(assessor: BodyAssessor, place: tuple[str, ...]) -> Number | None:
    kind = _type_at(assessor.record, place)
    return kind.maximum if isinstance(kind, NumberType) else None


def _by_choice(
    assessor: BodyAssessor, judgement: Judgement, place: tuple[str, ...], verdict: Verdict, level: str | None
) -> Turn | None:
    now = value_at(judgement.value, place)
    for choice in _choices(_type_at(assessor.record, place)):
        if choice == now:
            continue
        outcome = _outcome(assessor, judgement, place, choice)
        if outcome[0] == verdict and level in (None, outcome[1]):
            return Turn(_placed(place, judgement.path), "==", choice, choice, None, verdict, outcome[1])
    return None


def _choices(kind: FieldType | None) -> Iterator[str | bool]:
    if isinstance(kind, BooleanType):
        yield from (True, False)
    elif isinstance(kind, TextType):
        yield from sorted(kind.choices or ())


def _outcome(assessor: BodyAssessor, judgement: Judgement, place: tuple[str, ...], value: object) -> Outcome:
    changed = with_value(judgement.value, place, value)
    figures = judgement.figures
    unit = _unit(assessor, place)
    if unit is not None and value_at(judgement.value, place) is None:
        # A figure that was not there may still be one that cannot be compared.
        if place[0] == EACH:
            return "indeterminate", None
        changed, figures = assessor.seen(with_value(changed, (*place[:-1], "unit"), unit))
    again = assessor.judge_seen(changed, figures, judgement.path)
    return again.verdict, again.level


def _points(
    assessor: BodyAssessor,
    judgement: Judgement,
    place: tuple[str, ...],
    kind: NumberType,
    whole: NumberRange,
) -> list[Fraction]:
    """Return the values within the type's range at which the outcome can change, in order."""
    body = assessor.body
    asked = [each.node for each in body.judged()]
    asked.extend(
        each.node
        for each in (body.applies, body.testable, *(one.opened for one in body.judged()))
        if each is not None
    )
    found: set[Fraction] = set()
    value = _with_ranges(assessor.record, judgement.value, place)
    for node in asked:
        found |= turning_points(node, place, value, assessor.named)
    if kind.integer:
        found = {Fraction(end) for point in found for end in (floor(point), ceil(point))}
    inside = Piece(whole.low, whole.low_open, whole.high, whole.high_open, "met", None)
    return sorted(point for point in found if inside.holds(point))


def _with_ranges(record: RecordType, value: Mapping[str, Any], place: tuple[str, ...]) -> Mapping[str, Any]:
    """Return the document with the range of each number that it lacks in the objects beside those it has."""
    filled = dict(value)
    for name, kind in record.fields.items():
        if isinstance(kind, RecordType):
            filled[name] = _with_ranges(kind, value.get(name) or {}, place)
        elif isinstance(kind, NumberType) and name not in filled:
            filled[name] = possible_values(kind)
    return filled


_Cell = tuple[Number | None, bool, Number | None, bool]


def _cells(points: list[Fraction], whole: NumberRange, integer: bool) -> Iterator[_Cell]:
    """Yield each point by itself and what lies between, from the least to the greatest."""
    low, low_open = whole.low, whole.low_open
    for point in points:
        exact = _settled(point)
        if low is None or low < exact:
            between: _Cell = (low, low_open, exact, True)
            if not integer or _whole_between(between):
                yield between
        yield (exact, False, exact, False)
        low, low_open = exact, True
    if whole.high is None or low is None or low < whole.high or (low == whole.high and not low_open):
        last: _Cell = (low, low_open, whole.high, whole.high_open)
        if not integer or _whole_between(last):
            yield last


def _whole_between(cell: _Cell) -> bool:
    low, low_open, high, high_open = cell
    if low is None or high is None:
        return True
    least = floor(low) + 1 if low_open else ceil(low)
    most = ceil(high) - 1 if high_open else floor(high)
    return least <= most


def _inside(low: Number | None, high: Number | None) -> Number:
    """Return a value between two ends: a whole number where there is one, as some fields ask for."""
    if low is None and high is None:
        return Decimal(0)
    if low is None or high is None:
        end = high if low is None else low
        return _settled(Fraction(floor(end or 0) - 1 if low is None else ceil(end or 0) + 1))
    if low == high:
        return low
    middle = (Fraction(low) + Fraction(high)) / 2
    for whole in (floor(middle), ceil(middle)):
        if low < whole < high:
            return Decimal(whole)
    return _settled(middle)


def _settled(value: Fraction) -> Number:
    """Return a fraction as a decimal where that is exact."""
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if denominator != 1:
        return value
    with localcontext(prec=250):
        return Decimal(value.numerator) / Decimal(value.denominator)


def _rounded(exact: Number, *, up: bool) -> Decimal:
    """Return a bound as a decimal, rounded into the wanted side where it has no exact one."""
    if isinstance(exact, Decimal):
        return exact
    with localcontext(prec=250):
        quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
        return quotient.quantize(Decimal(1).scaleb(-DIGITS), rounding=ROUND_CEILING if up else ROUND_FLOOR)


def _distance(piece: Piece, now: Number) -> Fraction:
    ends = [Fraction(end) for end in (piece.low, piece.high) if end is not None]
    return min((abs(end - Fraction(now)) for end in ends), default=Fraction(0))


def _placed(place: tuple[str, ...], each: Path) -> Path:
    return (*each, *place[1:]) if place[:1] == (EACH,) else place


def _unit(assessor: BodyAssessor, place: tuple[str, ...]) -> str | None:
    for measure in assessor.body.measures:
        if place[-1] == measure.field and (place[:-1] == measure.of or place[0] == EACH):
            return measure.unit
    return None


def _type_at(record: RecordType, place: tuple[str, ...]) -> FieldType | None:
    kind: FieldType | None = record
    for name in place:
        kind = kind.fields.get(name) if isinstance(kind, RecordType) else None
    return kind
