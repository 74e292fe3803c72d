"""The columns of a table that are no field of a product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from cati_rules.columns.fields import product_fields
from cati_rules.errors import Place, Problem
from cati_rules.text import Text

_LIKE = 0.8


def unknown_columns(names: Iterable[str]) -> Iterator[Problem]:
    """Yield a warning for each column that is no field, with the field that it may be meant for, if there is one."""
    known = product_fields()
    groups = {each.rpartition(".")[0] for each in known}
    for name in names:
        if name in known or name in groups or name == "kind":
            continue
        close = _meant(name)
        advice = None if close is None else Text(f"Did you mean {close}?", f"是否应为 {close}？")
        message = Text(
            f"the column {name} is no field of a product, and nothing is read from it.",
            f"列 {name} 不是产品字段，不参与评价。",
        )
        yield Problem(Place(name), "table/unknown-column", message, advice=advice, severity="warning")


def _meant(name: str) -> str | None:
    known = {_folded(each): each for each in product_fields()}
    folded = _folded(name)
    if folded in known:
        return known[folded]
    found = get_close_matches(folded, known, n=1, cutoff=_LIKE)
    return known[found[0]] if found else None


def _folded(name: str) -> str:
    return name.lower().replace("_", ".").replace(" ", ".").replace("/", ".").replace("-", ".")
