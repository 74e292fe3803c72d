"""Text in the two languages that every message, title and piece of advice comes in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from msgspec import Struct

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with the English word for what is counted: ``1 error``, ``2 errors``."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


class Text(Struct, frozen=True):
    """One message in English and in Chinese."""

    en: str
    zh: str

    def to(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.zh if language == "zh" else self.en

    def format(self, *given: Text | str) -> Text:
        """Return the text with ``given`` in its braces, as :meth:`str.format` does."""
        return Text(
            self.en.format(*(_of(each, "en") for each in given)),
            self.zh.format(*(_of(each, "zh") for each in given)),
        )

    def join(self, texts: Iterable[Text | str]) -> Text:
        """Return texts with this one between them, as :meth:`str.join` does."""
        listed = tuple(texts)
        return Text(
            self.en.join(_of(each, "en") for each in listed), self.zh.join(_of(each, "zh") for each in listed)
        )

    def __add__(self, other: Text | str) -> Text:
        """Return this text with another one behind it."""
        return NOTHING.join((self, other))

    def __bool__(self) -> bool:
        """Return whether it says anything."""
        return bool(self.en or self.zh)


NOTHING = Text("", "")


def same(text: str) -> Text:
    """Return what is the same in both languages, such as a number, a code or a name."""
    return Text(text, text)


def _of(text: Text | str, language: Language) -> str:
    return text if isinstance(text, str) else text.to(language)
