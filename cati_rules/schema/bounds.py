"""Whether a number and what is stated besides of it agree: bounds, and the modules that a footprint is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from cati_rules.schema.navigation import Path
from cati_rules.schema.slip import Disclosure, Slip
from cati_rules.schema.store import load_schema
from cati_rules.schema.types import Bounds, RecordType, types_from_schema
from cati_rules.text import Text

ROUNDING = Decimal("0.01")
"""How far, as a share, a sum of rounded modules may be from what is stated for all of them."""
_PARTS = ("a1", "a2", "a3")
_PLANT_ALONE = ("gate_to_gate", "smelter_scope_1_2")


def bounds_that_contradict(document: Disclosure) -> Iterator[Slip]:
    """A number lies within its bounds, and the bounds leave something between them."""
    for path, product in _products(document.value):
        for inside, name, bounds in _bounded(_product_type()):
            holder = _at(product, inside)
            if holder is not None:
                yield from _of_number(holder, (*path, *inside), name, bounds)


def modules_that_contradict(document: Disclosure) -> Iterator[Slip]:
    """A footprint from cradle to gate is that of modules A1 to A3, and these are together what is said of them."""
    for path, product in _products(document.value):
        footprint = product.get("footprint") or {}
        modules = footprint.get("modules") or {}
        known = [modules[name] for name in _PARTS if name in modules]
        added = sum(known, start=Decimal(0))
        whole, value = modules.get("a1_a3"), footprint.get("value")
        complete = len(known) == len(_PARTS)
        if whole is not None and known and _apart(added, whole, complete=complete):
            yield _modules((*path, "footprint", "modules", "a1_a3"), whole, added)
        stated = whole if whole is not None else added
        if value is None or not modules.keys() & {*_PARTS, "a1_a3"} or value == modules.get("a3"):
            continue
        if footprint.get("boundary") not in _PLANT_ALONE and _apart(
            stated, value, complete=complete or whole is not None
        ):
            yield _modules((*path, "footprint", "value"), value, stated)


def _apart(parts: Decimal, whole: Decimal, *, complete: bool) -> bool:
    """Return whether parts are not their whole; where some are missing, whether they are more than it."""
    slack = ROUNDING * max(parts, whole)
    return parts > whole + slack or (complete and parts < whole - slack)


def _modules(path: Path, value: Decimal, added: Decimal) -> Slip:
    return Slip(
        path,
        "modules",
        Text(
            f"{value:f} does not fit the life-cycle modules, which come to {added:f} for A1 to A3.",
            f"{value:f} 与生命周期模块不符：A1–A3 合计为 {added:f}。",
        ),
        Text(
            "Correct one of them; module D is never part of the footprint.",
            "请更正其一；模块 D 不计入碳足迹。",
        ),
    )


def _of_number(holder: Mapping[str, Any], path: Path, name: str, bounds: Bounds) -> Iterator[Slip]:
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


def _slip(path: Path, message: Text) -> Slip:
    advice = Text("Correct one of them, or leave one out.", "请更正其一，或删去其一。")
    return Slip(path, "bounds", message, advice)


def _products(value: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    if value["kind"] == "product":
        yield (), value
    for i, lot in enumerate(value.get("lots", ())):
        product = None if lot is None else lot.get("product")
        if product is not None:
            yield ("lots", i, "product"), product


@cache
def _product_type() -> RecordType:
    return types_from_schema(load_schema("product"))


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
