"""How far a long run has come: a bar on standard error of a terminal, gone at the end; nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from cati_rules.cli.run_settings import language_of
from cati_rules.text import Language, Text

MANY = 20
"""Fewer files are done before anyone wonders."""
T = TypeVar("T")
CHECKING = Text("Checking", "正在评价")
SEARCHING = Text("Looking for the cheapest steps", "正在寻找投入最低的步骤")
VERIFYING = Text("Evaluating again", "正在重新评价")


def counted_off(items: Sequence[T], title: Text, language: Language | None = None) -> Iterator[T]:
    """Yield the items, many of them under a bar that says how many are done."""
    if len(items) < MANY or not _is_watched():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    said = title.to(language or language_of(None))
    yield from track(items, said, console=Console(stderr=True), transient=True)


@contextmanager
def advancing(
    title: Text, language: Language, whole: int, *, beside_output: bool
) -> Iterator[Callable[[int, int], None]]:
    """Show how far a run has come, given how much of the ``whole`` is done and how many documents that is.

    Nothing is shown where what is printed goes to the same terminal.
    """
    if not _is_watched() or (beside_output and sys.stdout is not None and sys.stdout.isatty()):
        yield lambda _done, _documents: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[documents]:,}"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title.to(language), total=whole or None, documents=0)
        yield lambda done, documents: progress.update(task, completed=done, documents=documents)


@contextmanager
def working(title: Text, language: Language) -> Iterator[None]:
    """Say that work is going on whose length nobody knows, for as long as it does."""
    if not _is_watched():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{title.to(language)} …"):
        yield


def _is_watched() -> bool:
    # A stream that was closed before the start is None; what is printed to the same terminal is no place for a bar.
    return sys.stderr is not None and sys.stderr.isatty()
