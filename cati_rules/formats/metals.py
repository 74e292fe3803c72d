"""Which metal a product is of, as far as its name and class say so in one of the languages of trade."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct

from cati_rules.text import Text

_STEEL: Final = re.compile(
    r"steel|stahl|acciai|\bacier|\bacero|\baço|\bstaal|\bstål|\bteräs|\bstal(?:ow\w*)?\b|\bocel|\bçelik|сталь|"
    r"\brebars?\b|(?<!不)钢(?!琴)|不锈钢|鋼",
    re.IGNORECASE,
)
_ALUMINIUM: Final = re.compile(r"alumini?um|\balumini|\balumiini|алюмин|铝|鋁", re.IGNORECASE)
_OTHER: Final = re.compile(
    r"beton|concrete|cement|holz|wood|timber|\bglas|insulat|dämm|gips|gypsum|plaster|kunststoff|plastic|\bpvc\b|"
    r"polymer|textil|mineral wool|mineralwolle|sandwich|composite|verbund|mörtel|mortar|\bzin[ck]|copper|kupfer|"
    r"brass|messing|bronze|titan|混凝土|水泥|木|玻璃|石膏|塑料|复合|锌|铜|石棉|岩棉",
    re.IGNORECASE,
)
_METAL: Final = re.compile(r"\bmetal|\bmétal|\bmetaal|金属|\biron\b|\beisen\b", re.IGNORECASE)

STAGES: Final = {
    "steel": Text("crude steel, hot-rolled, cold-rolled, coated, part", "粗钢、热轧、冷轧、镀层或零件"),
    "aluminium": Text("primary metal, ingot, semi-fabricated, part", "原生金属、铝锭、半成品或零件"),
}
"""What stages there are of each metal."""


class Metal(Struct, frozen=True):
    """Which metal it is: ``name`` where only one can be meant; ``known`` tells whether it may be a metal at all."""

    name: Literal["steel", "aluminium"] | None
    known: bool
    word: str = ""


def metal_of(texts: Iterable[str]) -> Metal:
    """Return the metal that the names and classes of a product speak of.

    A text that speaks of both, or of another material besides, leaves it open: it is to be asked, not guessed.
    """
    said = " · ".join(texts)
    steel, aluminium = _STEEL.search(said), _ALUMINIUM.search(said)
    found = steel or aluminium
    if found is None:
        return Metal(None, _METAL.search(said) is not None)
    if (steel and aluminium) or _OTHER.search(said):
        return Metal(None, True, found.group())
    return Metal("steel" if steel else "aluminium", True, found.group())
