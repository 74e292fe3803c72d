"""Whether a product is a brand's: it carries the label, or comes from the maker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cati_rules.brand_names import is_company
from cati_rules.kinds.definition.rules import Brand
from cati_rules.schema.labels import known_label, known_labels

LABEL = "label"
PRODUCER = "producer"


def carries(product: Mapping[str, Any], brand: Brand) -> bool:
    """Return whether ``product`` carries a label of ``brand`` or is from one of its makers.

    A label or producer left out means neither: the brand of a nameless billet is not unknown, it has none.
    """
    if with_known_label(product).get(LABEL) in brand.labels:
        return True
    names = (name for each in brand.makers for name in (each.en, each.zh))
    return PRODUCER in product and is_company(product[PRODUCER], names)


def with_known_label(product: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a product with its label as the schema spells it, where it is another way to write a known one."""
    if LABEL not in product:
        return product
    return {**product, LABEL: known_label(product[LABEL], known_labels("product"))}
