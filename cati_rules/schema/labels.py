"""Labels of metal: the known ones, however they are written, and those that only look like one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from cati_rules.brand_names import folded_label
from cati_rules.documents.paths import FieldPath
from cati_rules.schema.plausibility_findings import Disclosure, Implausible
from cati_rules.schema.store import load_schema
from cati_rules.text import Text

_LIKE = 0.85
"""How alike the letters of a misspelt label are to those of the one meant, from 0 to 1."""
_MOST_MORE = 2
"""By how many letters it is longer or shorter at most."""


def known_labels(kind: str) -> Sequence[str]:
    """Return the labels that definitions test, as the schema of a kind of document lists them."""
    labels: Sequence[str] = load_schema(kind)["$defs"]["label"]["x-known"]
    return labels


def known_label(label: str, known: Sequence[str]) -> str:
    """Return the known label that ``label`` is another way to write, or itself."""
    folded = folded_label(label)
    return next((each for each in known if folded and folded_label(each) == folded), label)


def unknown_spelling(document: Disclosure) -> Iterator[Implausible]:
    """A label is a known one, or is not like any."""
    known = known_labels(document.value["kind"])
    for path, label in _labels(document.value):
        folded = folded_label(label)
        if not folded or known_label(label, known) in known:
            continue
        alike = [each for each in known if _alike(folded, folded_label(each))]
        meant = [each for each in alike if folded_label(each)[1:] == folded[1:]]
        if meant:
            closest = max(meant, key=lambda each: _likeness(folded[0], folded_label(each)[0]))
            yield _slip(path, label, Text(f"Did you mean {closest}?", f"是否应为 {closest}？"))
        elif alike:
            yield _slip(
                path,
                label,
                Text(
                    f"Write the number as the label has it: {alike[0]} … {alike[-1]}.",
                    f"请按标签原样写明数值：{alike[0]} 至 {alike[-1]}。",
                ),
            )


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return whether two folded labels have like letters, and numbers only where the other has some."""
    if abs(len(one[0]) - len(other[0])) > _MOST_MORE or (len(one) > 1 and len(other) == 1):
        return False
    return _likeness(one[0], other[0]) >= _LIKE


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _slip(path: FieldPath, label: str, advice: Text) -> Implausible:
    return Implausible(
        path,
        "label-spelling",
        Text(
            f"“{label}” is not a label that any definition knows, so none is tested for it.",
            f"“{label}”不是已知标签，因此没有定义据此检验。",
        ),
        advice,
        "warning",
    )


def _labels(value: Mapping[str, Any]) -> Iterator[tuple[FieldPath, str]]:
    if "label" in value:
        yield ("label",), value["label"]
    for i, lot in enumerate(value.get("lots", ())):
        product = None if lot is None else lot.get("product")
        if product is not None and "label" in product:
            yield ("lots", i, "product", "label"), product["label"]
