"""Figures of a document as a definition sees them: in its unit, and known only as far as they can be compared.

A figure on the definition's own boundary is itself. One on a boundary that leaves something out, or of carbon dioxide
alone where all gases count, is known to be at least as much; one that counts more, at most as much. A figure that is
out of date, or of no particular product, is no more than a lower bound. Any other says nothing of what is asked for.

The document is not changed: what comes out is a view of it, as with statements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from cati_rules.documents import value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.definition.rules import EACH, Measure
from cati_rules.kinds.definition.stated import Lapse, figure_in, lapses
from cati_rules.language import BOTH, FALSE, TRUE, NumberRange, Trace
from cati_rules.language.possibilities import one_holds
from cati_rules.language.ranges import Number, as_range, simplified
from cati_rules.units import UNITS, in_unit

Standing = Literal["comparable", "at_least", "at_most", "unknown"]
Seen = Number | NumberRange
Answers = dict[str, Any]
"""What questions about the figures of one document share."""
Judge = Callable[[Mapping[str, Any], Answers], Trace]

BESIDE = "offsets"
"""A figure in the same object and unit as the one measured."""
FOOTPRINT = ("footprint",)
"""The figure of a declaration, which can lapse."""
ZERO = Decimal(0)
ANYTHING = NumberRange(ZERO)
"""What an intensity can be of which nothing is known: schemas set no other bound."""


class Figure(Struct, frozen=True):
    """One figure: as it is given, and how it is seen.

    ``given`` is a range where only bounds are stated, or some modules. ``comparable``, ``narrower`` and ``wider`` are
    the traces of the questions about its boundary, None where a definition does not ask; ``value`` is the document that
    they were asked of, with the object itself as ``each``. ``gases`` says whether it counts the same gases as the
    definition, fewer or more. ``lapses`` are what makes it a lower bound at most.
    """

    path: FieldPath
    measure: Measure
    given: Seen
    unit: str
    seen: Seen
    standing: Standing
    gases: Gases
    comparable: Trace | None
    narrower: Trace | None
    wider: Trace | None
    value: Mapping[str, Any]
    lapses: tuple[Lapse, ...]

    @property
    def open(self) -> bool:
        """Whether the document leaves open if it can be compared."""
        return self.comparable is not None and self.comparable.truth == BOTH

    @property
    def other_gases(self) -> bool:
        """Whether it counts other gases than the definition does."""
        return self.gases != "same"

    def questions(self) -> tuple[Trace, ...]:
        """Return the traces of what was asked about its boundary."""
        return tuple(each for each in (self.comparable, self.narrower, self.wider) if each is not None)


Gases = Literal["same", "fewer", "more", "unknown"]


class _Asked(Struct, frozen=True):
    """A document whose figures are read, the ISO date of that, and what questions about them share."""

    document: Mapping[str, Any]
    as_of: str
    answers: Answers


class Gauge(Struct, frozen=True):
    """A measure with its questions compiled."""

    measure: Measure
    comparable: Judge | None
    narrower: Judge | None
    wider: Judge | None

    def read(self, document: Mapping[str, Any], as_of: str) -> tuple[dict[str, Any], tuple[Figure, ...]]:
        """Return the document with this measure's figures as they are seen, and what was made of each."""
        of = self.measure.of
        holder = value_at(document, of)
        figures: list[Figure] = []
        asked = _Asked(document, as_of, {})
        if isinstance(holder, list):
            seen: Any = [self._object(asked, each, (*of, i), figures) for i, each in enumerate(holder)]
        else:
            seen = self._object(asked, holder, of, figures)
        return _replaced(document, of, seen), tuple(figures)

    def _object(self, asked: _Asked, holder: Any, path: FieldPath, figures: list[Figure]) -> Any:
        given = figure_in(holder, self.measure.field) if isinstance(holder, dict) else None
        if given is None:
            return holder
        figure = self._figure(asked, holder, path, given)
        figures.append(figure)
        seen = {**holder, self.measure.field: figure.seen, "unit": self.measure.unit}
        if holder.get(BESIDE) is not None:
            seen[BESIDE] = (
                ANYTHING if figure.other_gases else in_unit(holder[BESIDE], figure.unit, self.measure.unit)
            )
        return seen

    def _figure(self, asked: _Asked, holder: Mapping[str, Any], path: FieldPath, given: Seen) -> Figure:
        unit = holder.get("unit", self.measure.unit)
        value = {**asked.document, EACH: holder}
        comparable, narrower, wider = (
            None if each is None else each(value, asked.answers)
            for each in (self.comparable, self.narrower, self.wider)
        )
        gases = _gases(unit, self.measure.unit)
        alike = TRUE if comparable is None else comparable.truth
        no_more, no_less = (
            one_holds(alike, FALSE if each is None else each.truth) == TRUE for each in (narrower, wider)
        )
        lapsed = (
            tuple(lapses(asked.document, holder, self.measure.field, asked.as_of))
            if self.measure.of == FOOTPRINT
            else ()
        )
        low = no_more and gases in ("same", "fewer")
        high = no_less and gases in ("same", "more") and not lapsed
        seen = simplified(_known(given, unit, self.measure.unit, low=low, high=high))
        return Figure(
            path=(*path, self.measure.field),
            measure=self.measure,
            given=given,
            unit=unit,
            seen=seen,
            standing=_standing(seen, low=low, high=high),
            gases=gases,
            comparable=comparable,
            narrower=narrower,
            wider=wider,
            value=value,
            lapses=lapsed,
        )


def _known(given: Seen, unit: str, asked: str, *, low: bool, high: bool) -> NumberRange:
    """Return what a figure says of the one asked for: its lower end if ``low``, its upper end if ``high``."""
    ends = as_range(given)
    least, least_open = (ends.low, ends.low_open) if low and ends.low is not None else (ZERO, False)
    most, most_open = (ends.high, ends.high_open) if high else (None, False)
    return NumberRange(
        least if unit not in UNITS else in_unit(least, unit, asked),
        least_open,
        None if most is None else in_unit(most, unit, asked),
        most_open,
    )


def _standing(seen: Seen, *, low: bool, high: bool) -> Standing:
    if seen == ANYTHING:
        return "unknown"
    if low and high:
        return "comparable"
    return "at_least" if low else "at_most"


def _gases(unit: str, asked: str) -> Gases:
    """Return whether a unit counts the gases asked for, only some of them, or others besides."""
    if unit not in UNITS:
        return "unknown"
    here, there = UNITS[unit].gases, UNITS[asked].gases
    if here == there:
        return "same"
    return "fewer" if here == "CO2" else "more"


def _replaced(document: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return the document with another value at ``path``; where nothing stands there, as it is."""
    if value is None:
        return dict(document)
    name, *rest = path
    inner = value if not rest else _replaced(document.get(name, {}), tuple(rest), value)
    return {**document, name: inner}
