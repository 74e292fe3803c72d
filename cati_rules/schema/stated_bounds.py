"""Whether a number and the bounds that are stated besides agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from cati_rules.documents.paths import FieldPath
from cati_rules.schema.plausibility_findings import Disclosure, Implausible
from cati_rules.schema.store import load_schema
from cati_rules.schema.types import Bounds, RecordType, types_from_schema
from cati_rules.text import Text


def bounds_that_contradict(document: Disclosure) -> Iterator[Implausible]:
    """A number lies within its bounds, and the bounds leave something between them."""
    for path, product in _products(document.value):
        for inside, name, bounds in _bounded_in_products():
            holder = _at(product, inside)
            if holder is not None:
                yield from _of_number(holder, (*path, *inside), name, bounds)


def _of_number(
    holder: Mapping[str, Any], path: FieldPath, name: str, bounds: Bounds
) -> Iterator[Implausible]:
    value = holder.get(name)
    given = [(side, field, holder[field]) for side, field in bounds if holder.get(field) is not None]
    for side, field, end in given:
        if value is not None and not _fits(side, value, end):
            words = _WORDS[side]
            yield _slip(
                (*path, name),
                Text(
                    f"{value:f} is not {words.en} {end:f}, as {field} says.",
                    f"{value:f} 不满足 {field}：{words.zh} {end:f}。",
                ),
            )
    lows = [(field, end) for side, field, end in given if side == "at_least"]
    highs = [(side, field, end) for side, field, end in given if side != "at_least"]
    for lower, low in lows if value is None else ():
        for side, upper, high in highs:
            if low > high or (low == high and side == "below"):
                yield _slip(
                    (*path, upper),
                    Text(
                        f"{upper} ({high:f}) and {lower} ({low:f}) leave nothing between them.",
                        f"{upper}（{high:f}）与 {lower}（{low:f}）相互矛盾。",
                    ),
                )


_WORDS = {
    "below": Text("below", "小于"),
    "at_most": Text("at most", "不大于"),
    "at_least": Text("at least", "不小于"),
}


def _fits(side: str, value: Decimal, end: Decimal) -> bool:
    if side == "at_least":
        return value >= end
    return value < end if side == "below" else value <= end


def _slip(path: FieldPath, message: Text) -> Implausible:
    advice = Text("Correct one of them, or leave one out.", "请更正其一，或删去其一。")
    return Implausible(path, "bounds", message, advice)


def _products(value: Mapping[str, Any]) -> Iterator[tuple[FieldPath, Mapping[str, Any]]]:
    if value["kind"] == "product":
        yield (), value
    for i, lot in enumerate(value.get("lots", ())):
        product = None if lot is None else lot.get("product")
        if product is not None:
            yield ("lots", i, "product"), product


@cache
def _bounded_in_products() -> tuple[tuple[tuple[str, ...], str, Bounds], ...]:
    return tuple(_bounded(types_from_schema(load_schema("product"))))


def _bounded(record: RecordType, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, Bounds]]:
    """Yield the numbers with bounds beside them: where the object is that they stand in, their name, and the bounds."""
    for name, kind in record.fields.items():
        if name in record.bounds:
            yield path, name, record.bounds[name]
        if isinstance(kind, RecordType):
            yield from _bounded(kind, (*path, name))


def _at(value: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any] | None:
    found: Any = value
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else None
