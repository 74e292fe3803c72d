"""Text in the two languages that every message, title and piece of advice comes in."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Text(Struct, frozen=True):
    """One message in English and in Chinese."""

    en: str
    zh: str

    def to(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.zh if language == "zh" else self.en
