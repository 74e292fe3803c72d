"""Pieces of layout that pages share: text from outside in markup, and lines made of it."""

from __future__ import annotations

from rich import markup as rich_markup
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text as RichText

from cati_rules.visible import visible


def escape(text: str) -> str:
    """Return ``text`` as markup shows it: in one line, with nothing in it obeyed."""
    return rich_markup.escape(visible(text))


def marked(markup: str) -> RichText:
    """Return a text from its markup; what looks like the name of a picture (``:car:``) stays as it is."""
    return RichText.from_markup(markup, emoji=False)


def indented(columns: int, markup: str) -> RenderableType:
    """Return a line that stays ``columns`` to the right when it is wrapped."""
    return Padding(marked(markup), (0, 0, 0, columns))
