"""Pieces of layout that pages share."""

from __future__ import annotations

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text as RichText


def indented(columns: int, markup: str) -> RenderableType:
    """Return a line that stays ``columns`` to the right when it is wrapped."""
    return Padding(RichText.from_markup(markup), (0, 0, 0, columns))
