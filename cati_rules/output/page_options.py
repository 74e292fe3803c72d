"""How a page is laid out."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from cati_rules.text import Language, Text

Detail = Literal["quiet", "screen", "normal", "verbose"]


class Page(Struct, frozen=True):
    """Language, detail, and of a terminal its width in characters and whether it has colours.

    ``besides`` is another language that a page has which can show either.
    """

    language: Language
    detail: Detail
    width: int
    colour: bool
    besides: Language | None = None

    def say(self, text: Text) -> str:
        """Return ``text`` in the language of the page."""
        return text.to(self.language)
