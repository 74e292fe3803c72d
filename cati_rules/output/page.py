"""How a page is laid out."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from cati_rules.text import Language

Detail = Literal["quiet", "normal", "verbose"]


class Page(Struct, frozen=True):
    """Language, detail, width in characters, and whether there are colours."""

    language: Language
    detail: Detail
    width: int
    colour: bool
