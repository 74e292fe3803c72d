"""Figures over columns as a definition sees them: in its unit, and known only as far as they can be compared.

This is :mod:`cati_rules.kinds.definition.figures` over columns, and keeps to its words.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from cati_rules.catalog.fields import Stated
from cati_rules.columns.amounts import UNBOUNDED, Amount, Cell, NotColumns, end_of, smallest, where
from cati_rules.columns.fields import PRODUCT, Fields, type_at
from cati_rules.columns.stages import ATOMS, FIGURES, Stages
from cati_rules.columns.translation import Translator
from cati_rules.columns.truths import (
    FAILS,
    HOLDS,
    Flag,
    Truth,
    both,
    every,
    negation,
    one_holds,
    some,
)
from cati_rules.documents.paths import FieldNames
from cati_rules.kinds.definition.figures import BESIDE, FOOTPRINT
from cati_rules.kinds.definition.rules import Measure
from cati_rules.kinds.definition.stated import bounded_in
from cati_rules.language import Node, nodes
from cati_rules.language.possibilities import possible_values
from cati_rules.language.ranges import NumberRange
from cati_rules.pipeline import record_of
from cati_rules.schema.types import Bounds, ListType, NumberType
from cati_rules.units import UNITS

if TYPE_CHECKING:
    import narwhals as nw

NOT_NEGATIVE = NumberRange(Decimal(0))


class AsStated(Struct, frozen=True):
    """Fields as rules about contradictions see them: nothing follows from what is absent."""

    fields: Fields
    stages: Stages

    @property
    def key(self) -> Hashable:
        """What tells it from other ways to see the fields."""
        return None

    def number(self, path: FieldNames) -> Amount:
        """Return a number where it is stated; where it is not, it says nothing."""
        column = self.fields.column(path)
        if column is None:
            return Amount(-UNBOUNDED, UNBOUNDED, UNBOUNDED, UNBOUNDED, True, NumberRange())
        low = self.stages.kept(ATOMS, (path, "least"), column.fill_null(-UNBOUNDED))
        high = self.stages.kept(ATOMS, (path, "most"), column.fill_null(UNBOUNDED))
        return Amount(low, high, abs_of(low), abs_of(high), True, NumberRange())


def abs_of(column: nw.Expr) -> nw.Expr:
    """Return a column without signs."""
    return column.abs()


class AsSeen(Struct, frozen=True):
    """Fields as a definition sees them; ``measured`` are the figures that it measures, and what stands beside them."""

    fields: Fields
    stages: Stages
    measured: Mapping[FieldNames, Amount]
    key: Hashable

    def number(self, path: FieldNames) -> Amount:
        """Return all that a number can be: what is stated, else what its bounds or its schema leave."""
        return self.measured[path] if path in self.measured else stated(path, self.fields, self.stages)


def stated(path: FieldNames, fields: Fields, stages: Stages) -> Amount:
    """Return all that a number can be by what a table states of it: its value, its bounds, or its schema.

    Raises:
        NotColumns: it is no number.
    """
    kind = type_at(path)
    whole = possible_values(kind)
    if not isinstance(kind, NumberType) or not isinstance(whole, NumberRange):
        raise NotColumns(".".join(path))
    lowest, highest = end_of(whole.low, -UNBOUNDED), end_of(whole.high, UNBOUNDED)
    column = fields.column(path)
    sides = _bounds_of(path)
    below = {side: fields.column((*path[:-1], name)) for side, name in sides}
    least = below.get("at_least")
    most = [each for side in ("at_most", "below") if (each := below.get(side)) is not None]
    low: Cell = lowest if least is None else least.fill_null(lowest)
    high: Cell = highest
    for each in most:
        one = each.fill_null(highest)
        high = one if isinstance(high, float) else smallest(high, one)
    if column is not None:
        low, high = _or_else(column, low), _or_else(column, high)
    opened = below.get("below")
    exact: Flag = not (whole.low_open or whole.high_open)
    if column is not None and not exact:
        exact = ~column.is_null()
    if opened is not None:
        exact = opened.is_null() if column is None else opened.is_null() | ~column.is_null()
    low, high, exact = (
        stages.kept(ATOMS, (path, "seen", part), cell)
        for part, cell in (("low", low), ("high", high), ("exact", exact))
    )
    if whole.low is not None and whole.high is not None:
        size = max(abs(lowest), abs(highest))
        return Amount(low, high, size, size, exact, whole)
    return Amount(low, high, _size(low, whole), _size(high, whole), exact, whole)


def _or_else(column: nw.Expr, other: Cell) -> nw.Expr:
    if isinstance(other, float):
        return column.fill_null(other)
    import narwhals as nw  # noqa: PLC0415 - an extra

    return nw.coalesce(column, other)


def _size(cell: Cell, whole: NumberRange) -> Cell:
    if whole.low is not None and whole.low >= 0:
        return cell
    return abs(cell) if isinstance(cell, float) else cell.abs()


def _bounds_of(path: FieldNames) -> Bounds:
    return next((each.bounds for each in bounded_in(record_of(PRODUCT)) if each.path == path), ())


class Read(Struct, frozen=True):
    """What a measure comes to: the amounts it gives by their paths, and where telling them is in doubt."""

    amounts: Mapping[FieldNames, Amount]
    doubt: Flag
    key: Hashable


def measured(
    measure: Measure, seen: AsSeen, named: Mapping[str, Node], as_of: str, read: frozenset[FieldNames]
) -> Read:
    """Return a figure as a definition sees it, on an ISO date; ``seen`` holds those that it has measured so far.

    ``read`` are the fields that the definition reads: what stands beside a figure is left out where it is not read.

    Raises:
        NotColumns: it is a figure in a list, or its boundary is asked for in a way that is no column.
    """
    of = measure.of
    if isinstance(type_at(of), ListType):
        raise NotColumns(f"figures in {'.'.join(of)}")
    path = (*of, measure.field)
    fields, stages = seen.fields, seen.stages
    asking = Translator(seen, named, stages, each=of)
    asked = (measure.comparable, measure.narrower, measure.wider)
    _refuse_measured(asked, path)
    key = (
        path,
        measure.unit,
        tuple(None if each is None else each.node for each in asked),
        frozenset(named.items()) if any(nodes.names_in(each.node) for each in measure.questions()) else None,
        as_of,
    )
    comparable, narrower, wider = (_asked(asking, each) for each in asked)
    alike = HOLDS if measure.comparable is None else comparable
    units = _Units(fields.column((*of, "unit")), measure.unit, stages, of)
    low_known = both(one_holds((alike, narrower)).must, units.no_more)
    high_known = every(
        (
            one_holds((alike, wider)).must,
            units.no_less,
            negation(_lapsed(fields, stages, as_of) if of == FOOTPRINT else False),
        )
    )
    given = stated(path, fields, stages)
    low = stages.kept(FIGURES, (key, "low"), where(low_known, units.converted(given.low, "low"), 0.0))
    high = stages.kept(
        FIGURES, (key, "high"), where(high_known, units.converted(given.high, "high"), UNBOUNDED)
    )
    exact = stages.kept(FIGURES, (key, "exact"), both(units.same_size, given.exact))
    figure = Amount(low, high, low, high, exact, NOT_NEGATIVE)
    amounts = {path: figure}
    beside = (*of, BESIDE)
    if beside in read and BESIDE in _names(of) and (column := fields.column(beside)) is not None:
        least, most = column.fill_null(0.0), column.fill_null(UNBOUNDED)
        low, high = (units.converted(each, (BESIDE, part)) for each, part in ((least, "low"), (most, "high")))
        low = stages.kept(FIGURES, (key, BESIDE, "low"), where(units.alike, low, 0.0))
        high = stages.kept(FIGURES, (key, BESIDE, "high"), where(units.alike, high, UNBOUNDED))
        amounts[beside] = Amount(low, high, low, high, units.same_size, NOT_NEGATIVE)
    return Read(amounts, asking.doubt, key)


def _names(of: FieldNames) -> Mapping[str, object]:
    kind = type_at(of)
    return getattr(kind, "fields", {})


def _asked(translator: Translator, stated: Stated | None) -> Truth:
    return FAILS if stated is None else translator.truth(stated.node)


def _refuse_measured(asked: tuple[Stated | None, ...], path: FieldNames) -> None:
    """Refuse a boundary that is told by the figure itself: the figure is seen by what the boundary is."""
    for each in asked:
        if each is not None and path in nodes.depends_on(each.node):
            raise NotColumns(".".join(path))


class _Units(Struct, frozen=True):
    """The unit of a figure, beside the one that a definition measures in."""

    column: nw.Expr | None
    asked: str
    stages: Stages
    of: FieldNames

    def _one_of(self, units: tuple[str, ...]) -> Flag:
        """Return where the unit is one of these; where none is given, it is the one that is asked for."""
        absent = self.asked in units
        if self.column is None:
            return absent
        flag: Flag = self.stages.kept(
            ATOMS, (self.of, units, absent), self.column.is_in(list(units)).fill_null(absent)
        )
        return flag

    @property
    def alike(self) -> Flag:
        """Where it counts the gases asked for."""
        return self._one_of(tuple(n for n, unit in UNITS.items() if unit.gases == UNITS[self.asked].gases))

    @property
    def no_more(self) -> Flag:
        """Where it counts no other gases than those asked for."""
        return self.alike if UNITS[self.asked].gases == "CO2" else self._one_of(tuple(UNITS))

    @property
    def no_less(self) -> Flag:
        """Where it counts all the gases asked for."""
        return self.alike if UNITS[self.asked].gases == "CO2e" else self._one_of(tuple(UNITS))

    @property
    def same_size(self) -> Flag:
        """Where an amount is the same number in both units."""
        return self._one_of(self._of_size(UNITS[self.asked].tonnes))

    def _of_size(self, tonnes: Decimal) -> tuple[str, ...]:
        return tuple(name for name, unit in UNITS.items() if unit.tonnes == tonnes)

    def converted(self, cell: Cell, part: Hashable) -> Cell:
        """Return an amount in the unit asked for; ``part`` tells it from others in the same unit."""
        there = UNITS[self.asked].tonnes
        result = cell
        for tonnes in sorted({unit.tonnes for unit in UNITS.values()} - {there}):
            times = tonnes / there
            other = cell * float(times) if times > 1 else cell / float(1 / times)
            result = where(self._one_of(self._of_size(tonnes)), other, result)
        converted: Cell = self.stages.kept(ATOMS + 1, (self.of, there, part), result)
        return converted


def _lapsed(fields: Fields, stages: Stages, as_of: str) -> Flag:
    """Return where a figure says no more of a product than that it is no lower, as of an ISO date."""
    until, since = fields.column(("validity", "until")), fields.column(("validity", "from"))
    kind = fields.column(("data_type",))
    flags: list[Flag] = []
    if until is not None:
        flags.append((until < as_of).fill_null(False))
    if since is not None:
        flags.append((since > as_of).fill_null(False))
    if kind is not None:
        flags.append((kind == "generic").fill_null(False))
    lapsed: Flag = stages.kept(ATOMS, ("lapsed", as_of), some(flags))
    return lapsed
