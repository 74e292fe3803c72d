"""The products within a set of purchases, each as a document of its own that every definition of products judges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from cati_rules.documents.document import Document
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import Place

LOTS, PRODUCT = "lots", "product"
_ALIKE = ("material",)
"""What is said once of all lots, and of each product where that does not say it."""


class LotDocument(Document, frozen=True):
    """The product in a lot; its places are those of the purchases, where it stands ``within``."""

    base: Document
    within: FieldPath

    def place(self, path: Sequence[str | int]) -> Place:
        """Return where the value at ``path`` stands in the file, or the nearest thing around it."""
        return self.base.place((*self.within, *path))

    def key_place(self, path: Sequence[str | int]) -> Place:
        """Return where the key of the last step of ``path`` stands."""
        return self.base.key_place((*self.within, *path))

    def known_steps(self, path: Sequence[str | int]) -> int:
        """Return how many steps of ``path`` lead to something that stands in the file."""
        return max(self.base.known_steps((*self.within, *path)) - len(self.within), 0)


class Lot(Struct, frozen=True):
    """A lot by its number from 1, its name and weight as far as they are given, and its product, None without one."""

    number: int
    name: str | None
    tonnes: Decimal | None
    product: LotDocument | None


def lots_of(document: Document) -> Iterator[Lot]:
    """Yield the lots of a valid set of purchases in their order."""
    value: Mapping[str, Any] = document.value
    for i, entry in enumerate(value.get(LOTS) or ()):
        stated = entry.get(PRODUCT)
        names = (entry.get("name"), stated.get("name") if isinstance(stated, Mapping) else None)
        name = next((each for each in names if isinstance(each, str)), None)
        product = None
        if isinstance(stated, Mapping):
            alike = {each: value[each] for each in _ALIKE if each in value}
            named = {} if name is None else {"name": name}
            product = LotDocument(
                name=document.name,
                sha256=document.sha256,
                value={"kind": PRODUCT, **alike, **stated, **named},
                located=document.located,
                text=document.text,
                base=document,
                within=(LOTS, i, PRODUCT),
            )
        tonnes = entry.get("t")
        yield Lot(i + 1, name, tonnes if isinstance(tonnes, Decimal) else None, product)
