"""A refusal: why a text cannot be read, before the file's name and the line are known."""

from __future__ import annotations

from cati_rules.documents.document import line_and_column
from cati_rules.errors import Place, Problem
from cati_rules.text import Text
from cati_rules.visible import visible

_SHOWN_CHARACTERS = 40


class Refusal(Exception):  # noqa: N818 (it never leaves the package: readers turn it into a DocumentError)
    """Raised inside the package; ``at`` is the offset in the text, filled in by whoever knows it."""

    def __init__(
        self,
        code: str,
        message: Text,
        *,
        at: int | None = None,
        advice: Text | None = None,
        path: str | None = None,
    ) -> None:
        """Take what is wrong; an ``at`` or ``path`` of None is not known yet."""
        self.code = code
        self.message = message
        self.at = at
        self.advice = advice
        self.path = path
        super().__init__(message.en)

    def problem(self, name: str, text: str) -> Problem:
        """Return the refusal as a problem of the file ``name`` that holds ``text``."""
        place = Place(name) if self.at is None else Place(name, *line_and_column(text, self.at))
        return Problem(place, self.code, self.message, path=self.path or "", advice=self.advice)


def shown(text: str) -> str:
    """Return a text of the user's as it can stand in a message: on one line, printable and not long."""
    short = text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
    return visible(short)
