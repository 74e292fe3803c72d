"""Catena-X statements of secondary material content: shares of pre- and post-consumer scrap by class of material."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from cati_rules.formats.declarations import no_metal
from cati_rules.formats.figures import quotient, told, total
from cati_rules.formats.json_tree import Node, read_json_tree
from cati_rules.formats.reading import WHOLE, Draft, Reading
from cati_rules.formats.source import Source
from cati_rules.text import Text

TITLE: Final = Text("statement of secondary material of Catena-X", "Catena-X 再生材料含量声明")
_KINDS: Final = (
    ("preConsumer", "pre_consumer_share"),
    ("postConsumer", "post_consumer_share"),
    ("postConsumerAutomotive", "post_consumer_share"),
)
_SHARES: Final = ("pre_consumer_share", "post_consumer_share")


def read_material(source: Source) -> Sequence[Reading]:
    """Return the metals that a statement is of; other materials in it are passed over.

    Raises:
        DocumentError: it is no right JSON, or none of its materials is steel or aluminium.
    """
    root = read_json_tree(source)
    entries = [(each, _metal(each, source)) for each in root.children("secondaryMaterialContent")]
    metals = [(each, metal) for each, metal in entries if metal is not None]
    if not metals:
        names = [_name(each) for each, _ in entries]
        raise no_metal(source, names or ["-"], entries[0][0].origin if entries else WHOLE)
    return tuple(_product(each, metal, several=len(metals) > 1) for each, metal in metals)


def _metal(entry: Node, source: Source) -> str | None:
    """Return the metal by class of VDA 231-106: 1 is steel and iron, 2.1 aluminium and its alloys."""
    code = entry.at("materialClass")
    text = "" if code is None else code.text.strip()
    if text == "1" or text.startswith("1.1"):
        return "steel"
    if text.startswith("2.1"):
        return "aluminium"
    return source.material


def _name(entry: Node) -> str:
    standard = entry.at("materialNameStandardized", "materialNameStandardizedValue")
    code = entry.at("materialClass")
    name = "" if standard is None else standard.text
    return f"{name} (VDA 231-106: {'' if code is None else code.text})"


def _product(entry: Node, metal: str, *, several: bool) -> Reading:
    draft = Draft(TITLE, "product", record=entry.origin if several else WHOLE)
    name = entry.at("materialNameStandardized", "materialNameStandardizedValue")
    if name is not None and name.text.strip():
        draft.take(("name",), name.text.strip(), name.origin)
    code = entry.at("materialClass") or entry
    draft.take(("material",), metal, code.origin, Text("Class of VDA 231-106.", "VDA 231-106 材料类别。"))
    holder = entry.at("inorganic", "secondaryInorganic")
    if holder is not None:
        _shares(draft, holder)
    draft.leave("footprint", "The format has no carbon footprint.", "该格式不含碳足迹。")
    return draft.reading(several=several)


def _shares(draft: Draft, holder: Node) -> None:
    for field in _SHARES:
        found: list[Node] = []
        balanced: Node | None = None
        for kind, name in _KINDS:
            for way in (each for one in holder.children(kind) for each in one.children()):
                percent, balance = way.at("percentageOfMaterialWeight"), way.at("isMassBalanced")
                if name != field or percent is None or percent.number is None:
                    continue
                found.append(percent)
                if balance is not None and balance.value is True and percent.number > 0:
                    balanced = way
        numbers = [each.number for each in found if each.number is not None]
        whole = total(*numbers)
        if not found:
            draft.leave(f"scrap.{field}", "It is not stated.", "未填写。", holder.origin)
        elif balanced is not None:
            draft.leave(
                f"scrap.{field}",
                f"{told(whole)} % is attributed by mass balance, and need not be in the material.",
                f"{told(whole)}% 为质量平衡法归属的比例，未必实际含于材料中。",
                balanced.origin,
            )
        elif 0 <= whole <= 100:
            listed = " + ".join(told(each) for each in numbers)
            draft.take(
                ("scrap", field),
                quotient(whole, Decimal(100)),
                found[0].origin,
                Text(f"{listed} % of the weight of the material.", f"占材料重量 {listed}%。"),
            )
