"""EPDs in openEPD format: impacts by method and scope, a declared unit with its weight."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from cati_rules.formats.declarations import Declaration, Figure, Indicator, Said, product_of, weight
from cati_rules.formats.json_tree import Node, read_json_tree
from cati_rules.formats.reading import Reading
from cati_rules.formats.source import Source
from cati_rules.text import Text

TITLE: Final = Text("EPD in openEPD format", "openEPD 格式的环境产品声明（EPD）")
_SCOPES: Final = {"A1": "A1", "A2": "A2", "A3": "A3", "A1A2A3": "A1-A3", "D": "D"}
_PREFERRED: Final = ("EF 3.1", "EF 3.0")
_CARBON: Final = ("kgCO2e", "kg CO2e", "kgCO2eq", "kg CO2 eq", "kg CO2-eq")
_MASS: Final = {"kg": Decimal(1), "t": Decimal(1000), "metric ton": Decimal(1000), "g": Decimal("0.001")}
_UNITS: Final = {"kg": "kg", "t": "t", "metric ton": "t", "m": "m", "m2": "m2", "m3": "m3", "item": "piece"}
_KINDS: Final = {"openindustryepd": "average dataset", "opengenericestimate": "generic dataset"}


def read_openepd(source: Source) -> Sequence[Reading]:
    """Return the product that a file declares.

    Raises:
        DocumentError: it is no right JSON, or is of no metal.
    """
    root = read_json_tree(source)
    said = Declaration(TITLE)
    said.names = [found for name in ("product_name", "name") if (found := _said(root, name)) is not None]
    classes = root.at("product_classes")
    if classes is not None:
        said.classes = [Said(each.text, each.origin) for each in classes.children() if each.text]
    category = _said(root, "ec3", "category")
    if category is not None:
        said.classes.append(category)
    if not said.names:
        said.names = [each for each in (_said(root, "product_description"),) if each is not None]
    said.owner = _said(root, "manufacturer", "name")
    said.operator = _said(root, "program_operator", "name")
    said.number = _said(root, "program_operator_doc_id")
    said.rules = _said(root, "pcr", "name")
    said.valid_from = _said(root, "date_of_issue") or _said(root, "valid_from")
    said.valid_until = _said(root, "valid_until")
    said.year = _said(root, "reference_year")
    verifier = _said(root, "third_party_verifier", "name") or _said(
        root, "third_party_verifier", "web_domain"
    )
    if verifier is not None:
        said.third_party, said.reviewed = (
            True,
            Said(f"third-party verifier {verifier.value}", verifier.origin),
        )
    _data_type(root, said)
    said.warming = _warming(root)
    used = root.at("resource_uses", "sm")
    if used is not None:
        said.secondary = _indicator(used, "SM", ("kg",))
    _weigh(root, said)
    return (product_of(said, source),)


def _data_type(root: Node, said: Declaration) -> None:
    doctype, specific = root.at("doctype"), root.at("ec3", "product_specific")
    kind = None if doctype is None else _KINDS.get(doctype.text.lower())
    if doctype is not None and kind is not None:
        said.sub_type = Said(kind, doctype.origin)
    elif specific is not None and specific.value is True:
        said.sub_type = Said("specific dataset", specific.origin)


def _warming(root: Node) -> Indicator | None:
    """Return the one global warming potential; where methods differ and none is that of EN 15804+A2, none is taken."""
    impacts = root.at("impacts")
    if impacts is None or not isinstance(impacts.value, dict):
        return None
    found = {
        method: _indicator(warming, method, _CARBON)
        for method in impacts.value
        if (warming := impacts.at(method, "gwp")) is not None
    }
    for method in _PREFERRED:
        if method in found:
            return found[method]
    several = list(found.values())
    figures = {tuple((name, each.value) for name, each in sorted(one.modules.items())) for one in several}
    if several and len(figures) > 1:
        listed = ", ".join(found)
        return Indicator({}, f"several methods ({listed})", False, listed, impacts.origin)
    return several[0] if several else None


def _indicator(entry: Node, method: str, units: Sequence[str]) -> Indicator:
    modules: dict[str, Figure] = {}
    unread: list[str] = []
    found: set[str] = set()
    for scope, module in _SCOPES.items():
        measured = entry.at(scope)
        mean = None if measured is None else measured.at("mean")
        if measured is None or mean is None or not mean.is_stated:
            continue
        found.add(measured.attributes.get("unit", ""))
        if mean.number is None or (mean.number < 0 and module != "D"):
            unread.append(module)
        else:
            modules[module] = Figure(mean.number, mean.origin)
    fits = bool(found) and found <= set(units)
    return Indicator(modules, ", ".join(sorted(found)), fits, method, entry.origin, tuple(unread))


def _weigh(root: Node, said: Declaration) -> None:
    declared = root.at("declared_unit")
    if declared is not None:
        unit = declared.attributes.get("unit", "").strip()
        amount = declared.at("qty")
        if unit in _UNITS:
            said.unit = Said(_UNITS[unit], declared.origin)
        if unit in _MASS and amount is not None and amount.number is not None and amount.number > 0:
            said.kilograms = weight(
                Figure(amount.number, amount.origin), Figure(_MASS[unit], declared.origin)
            )
    stated = root.at("kg_per_declared_unit")
    if stated is None:
        return
    amount = stated.at("qty")
    factor = _MASS.get(stated.attributes.get("unit", ""))
    if factor is None or amount is None or amount.number is None or amount.number <= 0:
        return
    weighed = weight(Figure(amount.number, amount.origin), Figure(factor, stated.origin))
    by_unit = said.kilograms
    if by_unit is None:
        said.kilograms = weighed
    elif by_unit.value != weighed.value:
        said.weights, said.kilograms = (by_unit.value, weighed.value), None


def _said(root: Node, *names: str) -> Said | None:
    found = root.at(*names)
    text = "" if found is None else " ".join(found.text.split())
    return Said(text, found.origin) if found is not None and text and found.is_stated else None
