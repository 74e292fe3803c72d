"""How a page is laid out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cati_rules.text import Language

Detail = Literal["quiet", "normal", "verbose"]


@dataclass(frozen=True, slots=True)
class Page:
    """Language, detail, width in characters, and whether there are colours."""

    language: Language
    detail: Detail
    width: int
    colour: bool
