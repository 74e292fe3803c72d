"""What would change a verdict: for each single input, the values at which it turns, all else as it is.

Points at which something can change are found from what is compared (:mod:`cati_rules.language.crossings`); the
verdict at each, between them, and just beside a bound is then found by judging again. So nothing is promised that
evaluation does not confirm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.advice.intervals import Piece, inside, is_exact, pieces
from cati_rules.advice.trials import Trials
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.definition.assessment import BodyAssessor
from cati_rules.kinds.definition.result import Judgement
from cati_rules.kinds.index.result import Verdict
from cati_rules.language import nodes
from cati_rules.language.ranges import Number, settled
from cati_rules.schema.types import BooleanType, FieldType, NumberType, TextType

Wanted = Callable[[Judgement], bool]
Choice = Decimal | str | bool

DIGITS = 6
"""How many digits after the point a bound has that no shorter decimal gives."""
BESIDE_IT = Fraction(1, 10**9)
"""How far beside a bound it is tried again: closer than any two limits lie."""


class Turn(Struct, frozen=True):
    """One input and what it would have to be for another outcome: ``path operator value``, in ``unit``.

    ``exact`` is the bound before it was rounded to the safe side; ``choices`` are all that would do where it is a
    choice, of which ``value`` is the first. ``tried`` is a value that was tried and turned it.
    """

    path: FieldPath
    operator: nodes.Operator
    value: Choice
    exact: Number | str | bool
    unit: str | None
    verdict: Verdict
    level: str | None
    choices: tuple[str | bool, ...] = ()
    tried: Number | str | bool | None = None


def turns(
    assessor: BodyAssessor, judgement: Judgement, verdict: Verdict = "met", level: str | None = None
) -> tuple[Turn, ...]:
    """Return what single inputs would give ``verdict`` (and ``level``); see :func:`turns_in`."""
    return turns_in(Trials(assessor, judgement), verdict, level)


def turns_in(trials: Trials, verdict: Verdict = "met", level: str | None = None) -> tuple[Turn, ...]:
    """Return, for each single input that can give ``verdict`` (and ``level``), the nearest value that does.

    Inputs are fields of the document or of one entry of its lists, also of the product in an entry. Empty where none
    can by itself.
    """

    def wanted(found: Judgement) -> bool:
        return found.verdict == verdict and level in (None, found.level)

    found = [turn for place in trials.inputs() if (turn := turn_at(trials, place, wanted)) is not None]
    return (*found, *_of_products(trials, wanted))


def turn_at(trials: Trials, place: FieldPath, wanted: Wanted) -> Turn | None:
    """Return the nearest value of the input at ``place`` that makes a judgement ``wanted``, None if none does."""
    if trials.exhausted:
        return None
    by_value = _by_number if isinstance(trials.kind(place), NumberType) else _by_choice
    found = by_value(trials, place, wanted)
    return None if trials.exhausted else found  # what was tried in part only is not told


def _of_products(trials: Trials, wanted: Wanted) -> Iterator[Turn]:
    """Yield what would turn the verdict through the product in one entry, by making it meet the definition."""
    products = trials.assessor.products
    for place in trials.marks() if products is not None else ():
        marked = trials.with_value(place, True)
        if products is None or not wanted(marked) or trials.value(place) is True:
            continue
        bought = (*place[:-1], "product")
        product = trials.assessor.judge_product(trials.judgement.given, bought, trials.judgement.as_of)
        for turn in turns(products, product):
            yield replace(turn, path=(*bought, *turn.path), verdict=marked.verdict, level=marked.level)


def _by_number(trials: Trials, place: FieldPath, wanted: Wanted) -> Turn | None:
    now = trials.now(place)
    found = pieces(trials, place, wanted)
    good = [each for each in found if each.outcome]
    if not good or (isinstance(now, Number) and any(each.holds(now) for each in good)):
        return None
    nearest = good[0] if now is None else min(good, key=lambda each: _distance(each, now))
    bound = _bound(nearest, found, now)
    if bound is None:
        return None
    operator, exact = bound
    value = exact if isinstance(exact, Decimal) else _rounded(exact, up=operator in (">", ">="))
    tried = _inside_of(operator, value, nearest, _step(trials.kind(place), Fraction(1, 10**DIGITS)))
    if not nearest.holds(tried):
        return None  # too narrow for what a bound of so many digits tells
    outcome = trials.confirmed(place, tried)
    if outcome is None or not wanted(outcome) or not is_exact(trials, place, exact):
        return None
    if _holds_beyond(trials, place, operator, exact, wanted):
        return None
    return Turn(place, operator, value, exact, trials.unit(place), outcome.verdict, outcome.level, (), tried)


def _bound(piece: Piece, found: Sequence[Piece], now: Number | None) -> tuple[nodes.Operator, Number] | None:
    """Return the bound that tells a piece; None for one between two bounds, of which neither tells it."""
    if piece.single is not None:
        return "==", piece.single
    if piece is found[-1] and (piece is not found[0] or now is None) and piece.low is not None:
        return (">" if piece.low_open else ">="), piece.low
    if piece is found[0] and piece.high is not None:
        return ("<" if piece.high_open else "<="), piece.high
    return None


def _inside_of(operator: nodes.Operator, value: Decimal, piece: Piece, step: Fraction) -> Number:
    """Return a value that a bound allows, as near to it as people would write."""
    if operator in ("==", "<=", ">="):
        return value
    beside = settled(Fraction(value) - step if operator == "<" else Fraction(value) + step)
    return beside if piece.holds(beside) else inside(piece.low, piece.high)


def _step(kind: FieldType | None, small: Fraction) -> Fraction:
    """Return how far apart two values are that a field tells apart: at least one for whole numbers."""
    return Fraction(1) if isinstance(kind, NumberType) and kind.integer else small


def _holds_beyond(
    trials: Trials, place: FieldPath, operator: nodes.Operator, exact: Number, wanted: Wanted
) -> bool:
    """Return whether the outcome is the wanted one on the wrong side of a bound too: then it is none."""
    kind = trials.kind(place)
    step = _step(kind, BESIDE_IT)
    values = [Fraction(exact) + sign * step for sign in _BEYOND[operator]]
    allowed = [settled(value) for value in values if _allowed(kind, value)]
    return any(wanted(trials.with_value(place, value)) for value in allowed)


_BEYOND: Mapping[nodes.Operator, tuple[int, ...]] = {
    "<": (0,),
    "<=": (1,),
    ">": (0,),
    ">=": (-1,),
    "==": (1, -1),
}
"""In which direction, if any, the first value on the wrong side of a bound lies."""


def _allowed(kind: FieldType | None, value: Fraction) -> bool:
    if not isinstance(kind, NumberType):
        return False
    least, most = kind.minimum, kind.maximum
    return (least is None or value >= least) and (most is None or value <= most)


def _by_choice(trials: Trials, place: FieldPath, wanted: Wanted) -> Turn | None:
    now = trials.value(place)
    tried = {
        choice: trials.with_value(place, choice) for choice in _choices(trials.kind(place)) if choice != now
    }
    turning = [choice for choice, outcome in tried.items() if wanted(outcome)]
    confirmed = {choice: trials.confirmed(place, choice) for choice in turning}
    good = {
        choice: outcome for choice, outcome in confirmed.items() if outcome is not None and wanted(outcome)
    }
    if not good:
        return None
    first, outcome = next(iter(good.items()))
    return Turn(place, "==", first, first, None, outcome.verdict, outcome.level, tuple(good), first)


def _choices(kind: FieldType | None) -> Iterator[str | bool]:
    if isinstance(kind, BooleanType):
        yield from (True, False)
    elif isinstance(kind, TextType):
        yield from sorted(kind.choices or ())


def _rounded(exact: Number, *, up: bool) -> Decimal:
    """Return a bound as a decimal, rounded into the wanted side where it has no exact one."""
    fraction = Fraction(exact)
    with localcontext(prec=250):
        quotient = Decimal(fraction.numerator) / Decimal(fraction.denominator)
        return quotient.quantize(Decimal(1).scaleb(-DIGITS), rounding=ROUND_CEILING if up else ROUND_FLOOR)


def _distance(piece: Piece, now: Number) -> Fraction:
    ends = [Fraction(end) for end in (piece.low, piece.high) if end is not None]
    return min((abs(end - Fraction(now)) for end in ends), default=Fraction(0))
