"""What stands twice where it should stand once: stages, groups, and names in two spellings."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cati_rules.documents.paths import FieldPath
from cati_rules.schema.plausibility_findings import Disclosure, Implausible
from cati_rules.text import Text


def repeated_parts(disclosure: Disclosure) -> Iterator[Implausible]:
    """Each stage, each supplier group of a tier, each indicator stands once, and one name is written in one way."""
    value = disclosure.value
    for index, footprint in enumerate(value.get("product_footprints", ())):
        yield from _repeats(footprint.get("stages", ()), "stage", ("product_footprints", index, "stages"))
    yield from _repeats(value.get("supplier_groups", ()), "group", ("supplier_groups",), beside="tier")
    yield from _repeats(value.get("not_applicable", ()), "indicator", ("not_applicable",))
    yield from _spellings(value.get("product_footprints", ()), "product", ("product_footprints",))
    affiliates = value.get("affiliates", {}).get("companies", ())
    yield from _spellings(affiliates, "name", ("affiliates", "companies"))
    for index, group in enumerate(value.get("supplier_groups", ())):
        yield from _spellings(group.get("suppliers", ()), "name", ("supplier_groups", index, "suppliers"))


def _spellings(entries: Sequence[Mapping[str, Any]], name: str, path: FieldPath) -> Iterator[Implausible]:
    """Yield names that differ from an earlier one in case, width or blanks only, and so would count twice."""
    seen: dict[str, str] = {}
    for index, entry in enumerate(entries):
        plain_name = "".join(unicodedata.normalize("NFKC", entry[name]).casefold().split())
        first = seen.setdefault(plain_name, entry[name])
        if first != entry[name]:
            yield Implausible(
                (*path, index, name),
                "repeated-name",
                Text(
                    f"“{entry[name]}” and “{first}” look like the same name.",
                    f"“{entry[name]}”与“{first}”似为同一名称。",
                ),
                Text("Write one name in one way.", "同一名称请采用同一写法。"),
            )


def _repeats(
    entries: Sequence[Mapping[str, Any]], name: str, path: FieldPath, *, beside: str = ""
) -> Iterator[Implausible]:
    """Yield entries that have the ``name`` of an earlier one, and the same field ``beside`` it."""
    seen: set[tuple[Any, ...]] = set()
    for index, entry in enumerate(entries):
        one = (entry[name], entry.get(beside))
        if one in seen:
            yield Implausible(
                (*path, index, name),
                "repeated",
                Text(f"{entry[name]} stands here twice.", f"{entry[name]} 重复出现。"),
                Text("Put the two entries together, or correct one.", "请合并两条，或更正其中一条。"),
            )
        seen.add(one)
