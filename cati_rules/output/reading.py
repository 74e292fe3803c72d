"""What was read from a foreign file, before what it comes to: what was assumed, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rich.console import RenderableType

from cati_rules.documents import Value, format_path
from cati_rules.output.layout import escape, marked
from cati_rules.output.page import Page
from cati_rules.report.parts import Reading, Taken
from cati_rules.text import Text, counted


def reading_lines(name: str, reading: Reading, page: Page) -> Iterator[RenderableType]:
    """Yield how a file was read: all values if asked for everything, else those that are not as they stand there."""
    language = page.language
    count, left = len(reading.taken), len(reading.open)
    heading = Text(
        f"{name}: read as {reading.format.en}; {counted(count, 'value')} taken, "
        f"{counted(left, 'question')} left open",
        f"{name}：按{reading.format.zh}读取，采用 {count} 个数值，{left} 项未说明",
    )
    yield f"[bold]{escape(heading.to(language))}[/]"
    for each in reading.taken:
        if each.how is not None or page.detail == "verbose":
            yield marked(f"  · {_told(each, page)}")
    for one in reading.open:
        colon = ": " if language == "en" else "："
        yield marked(f"  [yellow]?[/] {escape(one.path)}{colon}{escape(one.told.to(language))}")
    yield ""


def _told(taken: Taken, page: Page) -> str:
    how = "" if taken.how is None else f" · {taken.how.to(page.language)}"
    where = f" [dim]{escape(taken.origin.within)}[/]" if page.detail == "verbose" else ""
    return f"{escape(format_path(taken.path))} {escape(_value(taken.value))}{escape(how)}{where}"


def _value(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    return value if isinstance(value, str) else str(value).lower()
