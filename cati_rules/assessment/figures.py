"""Figures of a document as a definition sees them: in its unit, and known only as far as they can be compared.

A figure on the definition's own boundary is itself. One on a boundary that leaves something out, or of carbon dioxide
alone where all gases count, is known to be at least as much. Any other says nothing of the figure that is asked for.
The document is not changed: what comes out is a view of it, as with statements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from cati_rules.assessment.statements import Path
from cati_rules.catalog.definition import EACH, Measure
from cati_rules.documents import value_at
from cati_rules.expressions import BOTH, FALSE, TRUE, NumberRange, Trace
from cati_rules.expressions.possibilities import one_holds
from cati_rules.expressions.ranges import Number
from cati_rules.measures import UNITS, converted, in_unit

Standing = Literal["comparable", "at_least", "unknown"]
Seen = Number | NumberRange
Judge = Callable[[Mapping[str, Any]], Trace]

BESIDE = "offsets"
"""A figure in the same object and unit as the one measured."""
ANYTHING = NumberRange(Decimal(0))
"""What an intensity can be of which nothing is known: schemas set no other bound."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: as it is given, and how it is seen.

    ``comparable`` and ``narrower`` are the traces of the two questions about its boundary, None where a definition does
    not ask; ``value`` is the document that they were asked of, with the object itself as ``each``. ``other_gases``
    says that it counts other gases than the definition does.
    """

    path: Path
    measure: Measure
    given: Number
    unit: str
    seen: Seen
    standing: Standing
    other_gases: bool
    comparable: Trace | None
    narrower: Trace | None
    value: Mapping[str, Any]

    @property
    def open(self) -> bool:
        """Whether the document leaves open if it can be compared."""
        return self.comparable is not None and self.comparable[0] == BOTH


@dataclass(frozen=True, slots=True)
class Gauge:
    """A measure with its two questions compiled."""

    measure: Measure
    comparable: Judge | None
    narrower: Judge | None

    def read(self, document: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Figure, ...]]:
        """Return the document with this measure's figures as they are seen, and what was made of each."""
        of = self.measure.of
        holder = value_at(document, of)
        figures: list[Figure] = []
        if isinstance(holder, list):
            seen: Any = [self._object(document, each, (*of, i), figures) for i, each in enumerate(holder)]
        else:
            seen = self._object(document, holder, of, figures)
        return _replaced(document, of, seen), tuple(figures)

    def _object(self, document: Mapping[str, Any], holder: Any, path: Path, figures: list[Figure]) -> Any:
        given = holder.get(self.measure.field) if isinstance(holder, dict) else None
        if isinstance(given, int):
            given = Decimal(given)
        if not isinstance(given, Number):
            return holder  # not given
        figure = self._figure(document, holder, path, given)
        figures.append(figure)
        seen = {**holder, self.measure.field: figure.seen, "unit": self.measure.unit}
        if holder.get(BESIDE) is not None:
            seen[BESIDE] = (
                ANYTHING if figure.other_gases else in_unit(holder[BESIDE], figure.unit, self.measure.unit)
            )
        return seen

    def _figure(
        self, document: Mapping[str, Any], holder: Mapping[str, Any], path: Path, given: Number
    ) -> Figure:
        unit = holder.get("unit", self.measure.unit)
        value = {**document, EACH: holder}
        comparable = None if self.comparable is None else self.comparable(value)
        narrower = None if self.narrower is None else self.narrower(value)
        same, less = _gases(unit, self.measure.unit)
        alike = TRUE if comparable is None else comparable[0]
        at_least = one_holds(alike, FALSE if narrower is None else narrower[0])
        seen: Seen = ANYTHING
        standing: Standing = "unknown"
        if same and alike == TRUE:
            seen, standing = converted(given, unit, self.measure.unit), "comparable"
        elif (same or less) and at_least == TRUE:
            seen, standing = NumberRange(in_unit(given, unit, self.measure.unit)), "at_least"
        return Figure(
            path=(*path, self.measure.field),
            measure=self.measure,
            given=given,
            unit=unit,
            seen=seen,
            standing=standing,
            other_gases=not same,
            comparable=comparable,
            narrower=narrower,
            value=value,
        )


def _gases(unit: str, asked: str) -> tuple[bool, bool]:
    """Return whether a unit counts the gases asked for, and whether it counts only some of them."""
    if unit not in UNITS:
        return False, False
    here, there = UNITS[unit].gases, UNITS[asked].gases
    return here == there, here == "CO2" and there == "CO2e"


def _replaced(document: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return the document with another value at ``path``; where nothing stands there, as it is."""
    if value is None:
        return dict(document)
    name, *rest = path
    inner = value if not rest else _replaced(document.get(name, {}), tuple(rest), value)
    return {**document, name: inner}
