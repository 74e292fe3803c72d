"""What was read from a foreign file, before what it comes to: what was assumed, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct
from rich.console import RenderableType

from cati_rules.documents import Value, format_path, parse_path
from cati_rules.output.layout import escape, indented
from cati_rules.output.page import Page
from cati_rules.report.parts import Reading, Taken
from cati_rules.schema.navigation import Schema, bilingual, field_at
from cati_rules.schema.navigation import said as said_of
from cati_rules.schema.store import load_schema
from cati_rules.text import Text, counted
from cati_rules.units import UNITS

MOST_TOLD = 6
"""How many remarks, and how many questions, the page names; with everything asked for, all."""


def reading_lines(name: str, reading: Reading, page: Page) -> Iterator[RenderableType]:
    """Yield how a file was read: all values if asked for everything, else those that are not as they stand there."""
    language = page.language
    count, left = len(reading.taken), len(reading.open)
    heading = Text(
        f"{name}: read as {reading.format.en}; {counted(count, 'value')} taken, "
        f"{counted(left, 'question')} left open",
        f"{name}：按 {reading.format.zh} 读取，采用 {count} 个数值，{left} 项未说明",
    )
    yield f"[bold]{escape(heading.to(language))}[/]"
    said = _Said(load_schema(reading.kind), page)
    colon = ": " if language == "en" else "："
    remarks = [
        f"· {said.taken(each)}" for each in reading.taken if each.how is not None or page.detail == "verbose"
    ]
    questions = [
        f"[yellow]?[/] {escape(said.field(one.path))}{colon}{escape(one.told.to(language))}"
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


class _Said(Struct, frozen=True):
    """Words for fields and values of a kind of document; the paths besides where all is told."""

    schema: Schema
    page: Page

    def taken(self, taken: Taken) -> str:
        how = "" if taken.how is None else f" · {taken.how.to(self.page.language)}"
        where = f" [dim]{escape(taken.origin.within)}[/]" if self.page.detail == "verbose" else ""
        value = self._value(taken.value, field_at(self.schema, taken.path))
        return f"{escape(self.field(format_path(taken.path)))} {escape(value)}{escape(how)}{where}"

    def field(self, path: str) -> str:
        """Return what a field is called, with what is around it; a path that is of no field as it stands."""
        try:
            steps = parse_path(path)
        except ValueError:
            return path
        if not field_at(self.schema, steps):
            return path
        titles: list[str] = []
        for n in range(1, len(steps) + 1):
            title = said_of(field_at(self.schema, steps[:n]), "title")
            if isinstance(steps[n - 1], int):
                titles.append(str(int(steps[n - 1]) + 1))
            elif title is not None:
                titles.append(title.to(self.page.language))
        named = " · ".join(dict.fromkeys(titles))
        return f"{named} ({path})" if self.page.detail == "verbose" else named

    def _value(self, value: Value, field: Schema) -> str:
        if isinstance(value, Decimal):
            return f"{value:f}"
        if isinstance(value, list):
            return ", ".join(self._value(each, field.get("items", {})) for each in value)
        title = bilingual(field.get("x-choices", {}).get(value)) if isinstance(value, str) else None
        if title is not None and value not in UNITS:
            return title.to(self.page.language)
        return value if isinstance(value, str) else str(value).lower()
