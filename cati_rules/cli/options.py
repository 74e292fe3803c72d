"""Options that several commands share."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cati_rules.cli.settings import Output, language_of
from cati_rules.render.page import Detail, Page

Function = TypeVar("Function", bound=Callable[..., Any])

_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["rich", "json"]),
    default="rich",
    show_default=True,
    help="Form of the output.",
)
_LANGUAGE = click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "zh"]),
    help="Language of the output; default: the environment's.",
)
_OUTPUT = click.option(
    "--output",
    "-o",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead.",
)


def output_options(function: Function) -> Function:
    """Add ``--format``, ``--lang`` and ``--output``."""
    return _FORMAT(_LANGUAGE(_OUTPUT(function)))


def output_of(form: str, language: str | None, path: Path | None, detail: Detail = "normal") -> Output:
    """Return the output that the options ask for."""
    return Output("json" if form == "json" else "rich", language_of(language), path, detail)


def page_of(output: Output) -> Page:
    """Return the layout for where the output goes: coloured and as wide as a terminal, or plain."""
    # A stream that was closed before the start is None.
    to_terminal = output.path is None and sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size((100, 24)).columns if to_terminal else 100
    return Page(output.language, output.detail, min(max(width, 60), 120), to_terminal)
