"""What was read from a foreign file, before what it comes to: what was assumed, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from cati_rules.documents import format_path
from cati_rules.output.layout import escape, indented
from cati_rules.output.page_options import Page
from cati_rules.report.parts import Reading, Taken
from cati_rules.report.wording.readings import field_title, value_said
from cati_rules.text import Text, counted

MOST_TOLD = 6
"""How many remarks, and how many questions, the page names; with everything asked for, all."""


def reading_lines(name: str, reading: Reading, page: Page) -> Iterator[RenderableType]:
    """Yield how a file was read: all values if asked for everything, else those that are not as they stand there."""
    language = page.language
    count, left = len(reading.taken), len(reading.open)
    heading = Text(
        f"{name}: read as {reading.format.en}; {counted(count, 'value')} taken, "
        f"{counted(left, 'question')} left open",
        f"{name}：按 {reading.format.zh.strip()} 读取，采用 {count} 个数值，{left} 项未说明",
    )
    yield f"[bold]{escape(heading.to(language))}[/]"
    colon = ": " if language == "en" else "："
    remarks = [
        f"· {_taken(each, reading.kind, page)}"
        for each in reading.taken
        if each.how is not None or page.detail == "verbose"
    ]
    questions = [
        f"[yellow]?[/] {_field(one.path, reading.kind, page)}{colon}{escape(one.told.to(language))}"
        for one in reading.open
    ]
    for lines in (remarks, questions):
        shown = lines if page.detail == "verbose" else lines[:MOST_TOLD]
        for line in shown:
            yield indented(2, line)
        rest = len(lines) - len(shown)
        if rest:
            more = Text(f"… and {rest} more (--verbose)", f"……另有 {rest} 项（--verbose）")
            yield indented(2, f"[dim]{escape(page.say(more))}[/]")
    yield ""


def _field(path: str, kind: str, page: Page) -> str:
    """Return what a field is called, and where all is told, its path."""
    title = page.say(field_title(kind, path))
    return escape(f"{title} ({path})" if page.detail == "verbose" and title != path else title)


def _taken(taken: Taken, kind: str, page: Page) -> str:
    how = "" if taken.how is None else f" · {page.say(taken.how)}"
    where = f" [dim]{escape(taken.origin.within)}[/]" if page.detail == "verbose" else ""
    value = page.say(value_said(kind, taken.path, taken.value))
    return f"{_field(format_path(taken.path), kind, page)} {escape(value)}{escape(how)}{where}"
