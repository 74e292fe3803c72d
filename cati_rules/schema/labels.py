"""Labels of metal that look like a known one and are spelled otherwise: no rule would take them for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from cati_rules.schema.navigation import Path
from cati_rules.schema.slip import Disclosure, Slip
from cati_rules.schema.store import load_schema
from cati_rules.text import Text

_MARKS = str.maketrans("", "", "™®©")
_RUNS = re.compile(r"[a-z]+|[0-9]+")


def unknown_spelling(document: Disclosure) -> Iterator[Slip]:
    """A label is spelled as it is known, or is another one."""
    kind = document.value["kind"]
    known: Mapping[str, list[str]] = load_schema(kind)["$defs"]["label"]["x-known"]
    spelled = {_folded(name): name for name in known}
    taken = {*known, *(other for others in known.values() for other in others)}
    # Brands that come with a number, such as beyondeco-30.
    numbered = {_folded(name)[0] for name in known if len(_folded(name)) > 1}
    for path, label in _labels(document.value):
        folded = _folded(label)
        if label in taken or not folded:
            continue
        meant = spelled.get(folded)
        if meant is not None:
            yield _slip(path, label, Text(f"Did you mean {meant}?", f"是否应为 {meant}？"))
        elif folded[0] in numbered:
            series = [name for name in known if _folded(name)[0] == folded[0]]
            yield _slip(
                path,
                label,
                Text(
                    f"Write the number as the label has it: {series[0]} … {series[-1]}.",
                    f"请按标签原样写明数值：{series[0]} 至 {series[-1]}。",
                ),
            )


def _slip(path: Path, label: str, advice: Text) -> Slip:
    return Slip(
        path,
        "label-spelling",
        Text(
            f"“{label}” is no label that any definition knows, so that none is tested for it.",
            f"“{label}”不是已知标签，因此没有定义据此检验。",
        ),
        advice,
        "warning",
    )


def _labels(value: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    if "label" in value:
        yield ("label",), value["label"]
    for i, lot in enumerate(value.get("lots", ())):
        product = None if lot is None else lot.get("product")
        if product is not None and "label" in product:
            yield ("lots", i, "product", "label"), product["label"]


def _folded(label: str) -> tuple[str, ...]:
    """Return the letters and the numbers of a label, without case and what joins them.

    Numbers are never put together: the 3.0 in a label is no 30.
    """
    plain = unicodedata.normalize("NFKC", label.translate(_MARKS)).lower()
    runs: list[str] = []
    for run in _RUNS.findall(plain):
        if runs and run.isalpha() and runs[-1].isalpha():
            runs[-1] += run
        else:
            runs.append(run)
    return tuple(runs)
