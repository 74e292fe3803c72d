"""Pieces of layout that pages share: text from outside in markup, lines that break between words, tables that fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rich import markup as rich_markup
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.containers import Lines
from rich.measure import Measurement
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text as RichText

from cati_rules.visible import visible, without_control

_WIDE = "\u2e80-\u2fff\u3040-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_UNBOUNDED = 10_000
_HANGING = 3
_OPENING = "(\\[{（《〈【「『“‘"
_CLOSED = "，。；：、）》〉】」』！？”’％"
_CLOSING = rf"{_CLOSED}),.;:!?%\]}}"
# What stays together: a word, or one Chinese character; with what opens before it, what closes after it, and a %,
# also across a blank, as in “- ”.
_CHUNK = re.compile(
    rf"\s*[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_CLOSED}]*)[{_CLOSING}]*(?:\s+[%{_CLOSED}][{_CLOSING}]*)*\s*"
)
_WORD = re.compile(r"\s*\S+\s*")


def escape(text: str) -> str:
    """Return ``text`` as markup shows it: in one line, with nothing in it obeyed."""
    return rich_markup.escape(visible(text))


def marked(markup: str) -> Prose:
    """Return a text from its markup; what looks like the name of a picture (``:car:``) stays as it is."""
    return Prose(RichText.from_markup(markup, emoji=False))


def unbroken(markup: str) -> RichText:
    """Return a text that stays in one line, however long."""
    text = RichText.from_markup(markup, emoji=False)
    text.no_wrap = True
    return text


def indented(columns: int, markup: str) -> RenderableType:
    """Return a line that stays ``columns`` to the right when it is wrapped."""
    return Prose(RichText.from_markup(markup, emoji=False), indent=columns)


class Prose:
    """A text that is wrapped between words, and between Chinese characters: never within a word or a number.

    A word that is longer than the line stays whole, and passes the edge.
    """

    def __init__(self, text: RichText, *, indent: int = 0, hanging: int = 0) -> None:
        """Take the text, by how many columns it stays to the right, and by how many more after its first line."""
        self.text = text
        self.indent = indent
        self.hanging = hanging

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        width = max(options.max_width - self.indent - self.hanging, 1)
        for i, line in enumerate(_wrapped(self.text, width)):
            blanks = self.indent + (self.hanging if i else 0)
            if blanks:
                yield Segment(" " * blanks)
            yield from line.render(console, end="\n")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Return the width of the longest word, and that of the whole."""
        return _measured(self.text)


class _Cell(RichText):
    """A text in a table, wrapped as :class:`Prose` is; a word longer than its column is broken after all."""

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: Any = None,
        overflow: Any = None,
        tab_size: int = 8,
        no_wrap: bool | None = None,
    ) -> Lines:
        if no_wrap or overflow == "ignore" or _measured(self).minimum > width:
            return super().wrap(
                console, width, justify=justify, overflow=overflow, tab_size=tab_size, no_wrap=no_wrap
            )
        lines = Lines(_wrapped(self, width))
        lines.justify(console, width, justify=justify or self.justify or "default", overflow="fold")
        return lines

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return _measured(self)


class PageConsole(Console):
    """Lays out pages: wraps between words, and shows what would steer the terminal wherever it comes from."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Yield the pieces of a renderable, without control characters."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=without_control(segment.text))

    def render_str(self, text: str, **given: Any) -> RichText:
        """Return a text of a table from its markup."""
        rendered = super().render_str(text, **given)
        cell = _Cell(rendered.plain, rendered.style, justify=rendered.justify, overflow=rendered.overflow)
        cell.spans[:] = rendered.spans
        return cell


def fitted(part: RenderableType, console: Console) -> Iterator[RenderableType]:
    """Yield a part of a page; a table in which a word would have to be broken as lines, one for each row."""
    table = part.renderable if isinstance(part, Padding) else part
    if isinstance(part, str):
        yield marked(part)
        return
    if not isinstance(table, Table):
        yield part
        return
    least, most = _widths(table, console)
    left = console.width - sum(least)
    if left >= 0:
        # Shared out here: rich may take from a column what its words need.
        if sum(most) > console.width and not table.expand:
            shared = _shared([more - few for few, more in zip(least, most, strict=True)], left)
            for i, column in enumerate(table.columns):
                column.width = least[i] + shared[i] - _gap(table, i)
        yield part
        return
    for cells in zip(*(column.cells for column in table.columns), strict=True):
        told = "  ".join(each for each in map(str, cells) if each)
        yield Prose(RichText.from_markup(told, emoji=False), hanging=_HANGING)


def _shared(wanted: Sequence[int], left: int) -> list[int]:
    """Return how many of the columns ``left`` each gets: who wants little first, the others equal parts of the rest."""
    given = [0] * len(wanted)
    for number, i in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        given[i] = min(wanted[i], left // (len(wanted) - number))
        left -= given[i]
    return given


def _widths(table: Table, console: Console) -> tuple[list[int], list[int]]:
    """Return how wide each column must be for no word to be broken, and for no line to be; with what parts them."""
    wide = console.options.update(width=_UNBOUNDED)
    least: list[int] = []
    most: list[int] = []
    for i, column in enumerate(table.columns):
        told = [cell for cell in (column.header, *column.cells) if cell != ""]
        cells = [Measurement.get(console, wide, cell) for cell in told]
        floor = max(column.width or 0, column.min_width or 0)
        whole = max((each.maximum for each in cells), default=0)
        words = whole if column.no_wrap else max((each.minimum for each in cells), default=0)
        least.append(max(words, floor) + _gap(table, i))
        most.append(max(whole, floor) + _gap(table, i))
    return least, most


def _gap(table: Table, column: int) -> int:
    """Return how many blanks follow a column; without an edge, none follow the last."""
    _, right, _, left = table.padding
    return 0 if column == len(table.columns) - 1 else left + right


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most ``width`` columns, broken between words and Chinese characters."""
    return [each.plain for each in _wrapped(RichText(text), width)]


def _wrapped(text: RichText, width: int) -> Iterator[RichText]:
    for line in text.split(allow_blank=True):
        for each in line.divide(_breaks(line.plain, width)):
            each.rstrip()
            yield each


def _chunks(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of what stays together; what is wider than a line comes apart at its blanks."""
    for chunk in _CHUNK.finditer(text):
        if cell_len(chunk.group().strip()) <= width:
            yield chunk.span()
        else:
            for word in _WORD.finditer(text, *chunk.span()):
                yield word.span()


def _breaks(text: str, width: int) -> list[int]:
    """Return the offsets at which lines begin, but for the first."""
    breaks: list[int] = []
    filled = 0
    for start, end in _chunks(text, width):
        if filled and filled + cell_len(text[start:end].rstrip()) > width:
            breaks.append(start)
            filled = 0
        filled += cell_len(text[start:end])
    return breaks


def _measured(text: RichText) -> Measurement:
    chunks = [cell_len(chunk.group().strip()) for chunk in _CHUNK.finditer(text.plain)]
    return Measurement(max(chunks, default=0), max(map(cell_len, text.plain.splitlines()), default=0))
