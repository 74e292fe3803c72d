"""What a document states of a number: its value, bounds that it lies within, or the modules that it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from cati_rules.documents import value_at, with_value
from cati_rules.language.possibilities import possible_values
from cati_rules.language.ranges import Number, NumberRange, add_exactly, as_range, simplified
from cati_rules.schema.types import Bounds, RecordType

MODULES = "modules"
"""The field with a footprint's life-cycle modules, in the object and unit of the footprint."""
_WHOLE = "a1_a3"
_PARTS = ("a1", "a2", "a3")
_PLANT = "a3"

Lapse = Literal["expired", "not_yet_valid", "generic", "module_a3", "modules_partly"]
"""Why a figure says no more of the product than that it is no lower."""


class Bounded(Struct, frozen=True):
    """A number whose schema lets one state bounds instead of it; ``whole`` is what it can be at all."""

    path: tuple[str, ...]
    bounds: Bounds
    whole: NumberRange

    def range_in(self, document: Mapping[str, Any]) -> NumberRange | None:
        """Return the range that a document states where it does not give the number; None where it states none."""
        holder = value_at(document, self.path[:-1])
        if not isinstance(holder, Mapping) or holder.get(self.path[-1]) is not None:
            return None
        found = stated_range(holder, self.bounds)
        return None if found is None else within(self.whole, found)


def bounded_in(record: RecordType, path: tuple[str, ...] = ()) -> Iterator[Bounded]:
    """Yield the numbers that can be stated by bounds, in the objects of a document; not those in lists."""
    for name, kind in record.fields.items():
        if name in record.bounds:
            whole = possible_values(kind)
            if isinstance(whole, NumberRange):
                yield Bounded((*path, name), record.bounds[name], whole)
        if isinstance(kind, RecordType):
            yield from bounded_in(kind, (*path, name))


def stated_range(holder: Mapping[str, Any], bounds: Bounds) -> NumberRange | None:
    """Return the range that the bounds in an object leave a number; None where it has none of them."""
    found: NumberRange | None = None
    for side, name in bounds:
        given = holder.get(name)
        if given is None:
            continue
        end = Decimal(given) if isinstance(given, int) else given
        one = NumberRange(low=end) if side == "at_least" else NumberRange(high=end, high_open=side == "below")
        found = one if found is None else within(found, one)
    return found


def with_ranges(document: Mapping[str, Any], bounded: tuple[Bounded, ...]) -> Mapping[str, Any]:
    """Return a document with ranges in the place of numbers of which it states bounds alone."""
    for each in bounded:
        found = each.range_in(document)
        if found is not None:
            document = with_value(document, each.path, found)
    return document


def within(one: NumberRange, other: NumberRange) -> NumberRange:
    """Return the numbers that lie in both ranges; one of them where none does."""
    low, low_open = _higher(one, other)
    high, high_open = _lower(one, other)
    if low is not None and high is not None and (low > high or (low == high and (low_open or high_open))):
        return one
    return NumberRange(low, low_open, high, high_open)


def _higher(one: NumberRange, other: NumberRange) -> tuple[Number | None, bool]:
    if one.low is None or (other.low is not None and (other.low, other.low_open) > (one.low, one.low_open)):
        return other.low, other.low_open
    return one.low, one.low_open


def _lower(one: NumberRange, other: NumberRange) -> tuple[Number | None, bool]:
    if one.high is None or (
        other.high is not None and (other.high, not other.high_open) < (one.high, not one.high_open)
    ):
        return other.high, other.high_open
    return one.high, one.high_open


def figure_in(holder: Mapping[str, Any], field: str) -> Number | NumberRange | None:
    """Return what an object states of its figure: the value, or what bounds and modules leave it.

    The value stands for itself. Without it, modules A1 to A3 are the figure, and some of them alone at least as much.
    """
    given = holder.get(field)
    if isinstance(given, int):
        given = Decimal(given)
    if isinstance(given, Number):
        return given
    by_modules = modules_range(holder)
    if not isinstance(given, NumberRange):
        return None if by_modules is None else simplified(by_modules)
    return simplified(given if by_modules is None else within(by_modules, given))


def modules_range(holder: Mapping[str, Any]) -> NumberRange | None:
    """Return what the modules in an object say of A1 to A3 together; module D is never part of it."""
    modules = holder.get(MODULES) or {}
    if _WHOLE in modules:
        return as_range(Decimal(modules[_WHOLE]))
    known = [Decimal(modules[name]) for name in _PARTS if name in modules]
    total: Number = Decimal(0)
    for each in known:
        total = add_exactly(total, each)
    if not known:
        return None
    return as_range(total) if len(known) == len(_PARTS) else NumberRange(total)


def lapses(document: Mapping[str, Any], holder: Mapping[str, Any], field: str, as_of: str) -> Iterator[Lapse]:
    """Yield why the figure in ``holder`` says no more of a product than that it is no lower, as of an ISO date."""
    validity = document.get("validity") or {}
    if validity.get("until", as_of) < as_of:
        yield "expired"
    if validity.get("from", as_of) > as_of:
        yield "not_yet_valid"
    if document.get("data_type") == "generic":
        yield "generic"
    value, modules = holder.get(field), holder.get(MODULES) or {}
    counted = modules.keys() & {*_PARTS, _WHOLE}
    if counted == {_PLANT} and value == modules[_PLANT]:
        yield "module_a3"
    elif counted and value is None and not counted.issuperset(_PARTS) and _WHOLE not in counted:
        yield "modules_partly"
