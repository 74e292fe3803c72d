"""What the first screens of all documents share: numbers in short, bars, places, lines that fit, what to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct
from rich.cells import cell_len
from rich.console import RenderableType

from cati_rules.errors import Problem
from cati_rules.numbers import number_text
from cati_rules.output.layout import escape, indented
from cati_rules.output.page_options import Page
from cati_rules.report.run import DocumentReport
from cati_rules.report.values import Location
from cati_rules.text import Text, same

MOST_LINES = 40
"""Lines of a first screen that is as wide as most, for a disclosure."""
MOST_LINES_OF_METAL = 45
MOST_LINES_IF_NARROW = 60
NARROW = 100
"""A page of fewer columns is narrow: its sentences take more lines."""


class Room(Struct, frozen=True):
    """How many things of a sort a screen names; of the others it says how many there are."""

    steps: int
    warnings: int
    rows: int
    questions: int
    turns: int
    reasons: int


ROOMS = (
    Room(steps=5, warnings=4, rows=14, questions=4, turns=4, reasons=3),
    Room(steps=5, warnings=3, rows=12, questions=3, turns=3, reasons=2),
    Room(steps=4, warnings=2, rows=10, questions=3, turns=2, reasons=1),
    Room(steps=3, warnings=1, rows=8, questions=2, turns=1, reasons=1),
    Room(steps=3, warnings=1, rows=8, questions=2, turns=1, reasons=0),
)
"""From ample to scarce: a screen takes the first in which it fits."""
_EIGHTHS = " ▏▎▍▌▋▊▉"


def points(value: Decimal) -> str:
    """Return points with one decimal: weights of 0.6 and 1.4 on half points never need more."""
    return f"{value:.1f}" if value == value.quantize(Decimal("0.1")) else number_text(value)


def percent(part: Decimal, whole: Decimal) -> str:
    """Return a share in whole percent."""
    return str((part * 100 / whole).quantize(Decimal(1), ROUND_HALF_UP) if whole else 0)


def bar(part: Decimal, whole: Decimal, width: int) -> str:
    """Return a bar of ``width`` characters, filled by the share, to an eighth of a character."""
    eighths = int(part * width * 8 / whole) if whole else 0
    full, rest = divmod(max(0, min(eighths, width * 8)), 8)
    drawn = "█" * full + (_EIGHTHS[rest] if rest else "")
    return f"[green]{drawn}[/]{' ' * (width - len(drawn))}"


def at(place: Location) -> str:
    """Return a place in few words: the field, and the line of the file."""
    return f"{place.text}:{place.line}" if place.line else place.text


def line_of(place: Location) -> Text:
    """Return the line of the file where something stands; the field where the file has no lines."""
    return same(place.text) if place.line is None else Text(f"line {place.line}", f"第 {place.line} 行")


def padded(text: str, width: int) -> str:
    """Return ``text`` with blanks up to ``width`` columns; what is longer stays whole."""
    return text + " " * max(0, width - cell_len(text))


def look_at(document: DocumentReport, page: Page, room: Room) -> Iterator[RenderableType]:
    """Yield warnings of the reading and contradictions, the gravest first, each in a line or two."""
    told: list[tuple[str, str, str]] = [
        (_problem_mark(each), _where(each), page.say(each.message)) for each in document.problems
    ]
    for result in document.consistency:
        told.extend(
            (_FINDING_MARKS[each.severity], at(each.at), page.say(each.rule.title))
            for each in result.findings
        )
    if not told:
        return
    yield ""
    yield f"[bold]{escape(page.say(_LOOK_AT))}[/]"
    for mark, where, said in sorted(told, key=lambda each: _GRAVITY.index(each[0]))[: room.warnings]:
        yield indented(2, f"{mark} {escape(said)} [dim]{escape(where)}[/]")
    if len(told) > room.warnings:
        rest = len(told) - room.warnings
        yield indented(2, f"[dim]{escape(page.say(Text(f'and {rest} more', f'另有 {rest} 处')))}[/]")


def commands(rows: Sequence[tuple[Text, str]], page: Page) -> Iterator[RenderableType]:
    """Yield what each command shows, with the command."""
    yield ""
    colon = page.say(Text(": ", "："))
    for title, command in rows:
        yield indented(2, f"[dim]{escape(page.say(title))}{colon}[/]{escape(command)}")


def _problem_mark(problem: Problem) -> str:
    return _FINDING_MARKS["error" if problem.severity == "error" else "warning"]


def _where(problem: Problem) -> str:
    line = problem.place.line
    return (f"{problem.path}:{line}" if problem.path else f"{line}") if line else problem.path or ""


_FINDING_MARKS = {"error": "[red]✗[/]", "warning": "[yellow]![/]", "note": "[cyan]·[/]"}
_GRAVITY = list(_FINDING_MARKS.values())
_LOOK_AT = Text("Look at", "需要核对")
