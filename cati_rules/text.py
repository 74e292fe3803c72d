"""Text in the two languages that every message, title and piece of advice comes in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Text:
    """One message in English and in Chinese."""

    en: str
    zh: str

    def to(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.zh if language == "zh" else self.en
