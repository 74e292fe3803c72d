"""Options that several commands share."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from cati_rules.cli.settings import Format, Output, language_of, usage_error
from cati_rules.render.page import Detail, Page
from cati_rules.text import Language

_USUAL_WIDTH, _NARROWEST, _WIDEST = 100, 40, 120
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
_PARAMETER = click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="RULESET.NAME=VALUE",
    help="A number that a ruleset leaves to others.",
)
_ORDER = "cati.order"
_FORMATS = click.option(
    "--format",
    "forms",
    type=click.Choice(get_args(Format)),
    multiple=True,
    help="Form of the output; rich if left out. May be repeated.",
)
_OUTPUTS = click.option(
    "--output",
    "-o",
    "paths",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="Write the --format before it to this file instead.",
)


class OrderedCommand(click.Command):
    """A command that keeps the order of its options: which --output belongs to which --format."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, and note which options came in which order."""
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta[_ORDER] = tuple(each.name for each in order)
        return super().parse_args(ctx, args)


def parameter_option(function: Function) -> Function:
    """Add ``--parameter``, as often as one likes."""
    return _PARAMETER(function)


def output_options(function: Function) -> Function:
    """Add ``--format``, ``--lang`` and ``--output``."""
    return _FORMAT(_LANGUAGE(_OUTPUT(function)))


def output_of(form: str, language: str | None, path: Path | None, detail: Detail = "normal") -> Output:
    """Return the output that the options ask for."""
    return Output("json" if form == "json" else "rich", language_of(language), path, detail)


def outputs_options(function: Function) -> Function:
    """Add ``--format`` and ``--output``, each as often as one likes, and ``--lang``; for an :class:`OrderedCommand`."""
    return _FORMATS(_LANGUAGE(_OUTPUTS(function)))


def outputs_of(
    context: click.Context,
    forms: Sequence[Format],
    paths: Sequence[Path],
    language: str | None,
    detail: Detail = "normal",
) -> tuple[Output, ...]:
    """Return the outputs that the options ask for: each path belongs to the format before it.

    One format and one path belong together in any order.

    Raises:
        UsageError: a path follows no format of its own, or two formats go to one file.
    """
    spoken = language_of(language)
    if len(forms) <= 1 and len(paths) <= 1:
        return (Output(forms[0] if forms else "rich", spoken, paths[0] if paths else None, detail),)
    outputs = _paired(context.meta[_ORDER], forms, paths, spoken, detail)
    files = [each.path for each in outputs if each.path is not None]
    twice = next((each for each in files if files.count(each) > 1), None)
    if twice is not None:
        raise usage_error("--output", f"{twice} is named twice.", f"{twice} 重复使用。")
    return tuple(outputs)


def _paired(
    order: Sequence[str], forms: Sequence[Format], paths: Sequence[Path], language: Language, detail: Detail
) -> list[Output]:
    """Return an output for each format, with the path that follows it."""
    outputs: list[Output] = []
    left_forms, left_paths = iter(forms), iter(paths)
    for name in order:
        if name == "forms":
            outputs.append(Output(next(left_forms), language, None, detail))
        elif name == "paths":
            path = next(left_paths)
            if not outputs or outputs[-1].path is not None:
                raise usage_error(
                    "--output",
                    f"{path} needs a --format of its own before it.",
                    f"{path} 之前须有其对应的 --format。",
                )
            outputs[-1] = replace(outputs[-1], path=path)
    return outputs


def page_of(output: Output) -> Page:
    """Return the layout for where the output goes: coloured and as wide as a terminal, or plain."""
    if output.path is not None:
        return Page(output.language, output.detail, _USUAL_WIDTH, colour=False)
    return Page(output.language, output.detail, min(max(_width(), _NARROWEST), _WIDEST), _has_colour())


def _width() -> int:
    """Return how wide standard output is: as COLUMNS says, as the terminal is, else as wide as is usual."""
    if not _is_terminal() and "COLUMNS" not in os.environ:
        return _USUAL_WIDTH
    return shutil.get_terminal_size((_USUAL_WIDTH, 24)).columns


def _has_colour() -> bool:
    """Return whether standard output gets colours: NO_COLOR forbids, FORCE_COLOR demands, a dumb terminal has none."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return _is_terminal() and os.environ.get("TERM") != "dumb"


def _is_terminal() -> bool:
    # A stream that was closed before the start is None.
    return sys.stdout is not None and sys.stdout.isatty()
