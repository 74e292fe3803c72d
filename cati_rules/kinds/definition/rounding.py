"""Whether a verdict hangs on how a figure was rounded: half a unit in its last digit, to either side."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from cati_rules.advice.trials import MOST_ENTRIES
from cati_rules.documents import value_at, with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.definition.assessment import BodyAssessor
from cati_rules.kinds.definition.figures import Figure
from cati_rules.kinds.definition.result import Judgement
from cati_rules.kinds.index.result import Verdict
from cati_rules.language.ranges import Number, NumberRange, add_exactly, subtract_exactly


class Rounding(Struct, frozen=True):
    """What a figure could have been before it was rounded, in the unit of the document, and the outcome then."""

    path: FieldPath
    half_unit: Decimal
    value: Number
    unit: str
    verdict: Verdict
    level: str | None


def sensitive_to_rounding(assessor: BodyAssessor, judgement: Judgement) -> tuple[Rounding, ...]:
    """Return the figures whose rounding could turn the verdict or the level, each with the outcome on the other side.

    A figure of 0.30 was anything from 0.295 to 0.305 before. Whole numbers with trailing zeros are taken to be given to
    the last digit written. Of a long list the first entries are tried.
    """
    return tuple(
        found for figure in judgement.figures[:MOST_ENTRIES] for found in _of(assessor, judgement, figure)
    )


def _of(assessor: BodyAssessor, judgement: Judgement, figure: Figure) -> Iterator[Rounding]:
    if (
        figure.standing != "comparable"
        or isinstance(figure.given, NumberRange)
        or judgement.contradicted_by
        or value_at(judgement.given, figure.path) is None
    ):
        return
    exponent = figure.given.as_tuple().exponent if isinstance(figure.given, Decimal) else 0
    half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    for value in (subtract_exactly(figure.given, half), add_exactly(figure.given, half)):
        changed = with_value(judgement.given, figure.path, max(value, Decimal(0)))
        again = assessor.judge_at(changed, judgement.path, judgement.as_of)
        if (again.verdict, again.level) != (judgement.verdict, judgement.level):
            yield Rounding(figure.path, half, value, figure.unit, again.verdict, again.level)
