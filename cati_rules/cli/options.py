"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

import click
from msgspec.structs import replace

from cati_rules.cli.file_endings import format_of, refuse_unfit
from cati_rules.cli.run_settings import BOTH, STDIN, Format, Output, besides_of, language_of, usage_error
from cati_rules.output.page_options import Detail
from cati_rules.text import LANGUAGES, Language, Text

Function = TypeVar("Function", bound=Callable[..., Any])

_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["rich", "json"]),
    default="rich",
    show_default=True,
    help="Form of the output.",
)
_LANGUAGES = click.option(
    "--lang",
    "language",
    type=click.Choice((*LANGUAGES, BOTH)),
    help="Language of the output, or both in one page of HTML; default: the environment's.",
)
_LANGUAGE = click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    help="Language of the output; default: the environment's.",
)
OUTPUT_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
_STDOUT = Path("-")


def output_option(function: Function) -> Function:
    """Add ``--output``: a file, None for standard output."""
    option = click.option(
        "--output",
        "-o",
        "path",
        type=OUTPUT_FILE,
        callback=lambda _context, _option, path: None if path == _STDOUT else path,
        help="Write to this file instead; - is standard output.",
    )
    return option(function)


_PARAMETER = click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="RULESET.NAME=VALUE",
    help="A number that a ruleset leaves to others.",
)
PlanFormat = Literal["rich", "html", "xlsx", "json"]
_KNOWN: Mapping[str, Format] = {each: each for each in get_args(PlanFormat)}
_PAGE_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(get_args(PlanFormat)),
    help="Form of the output; if left out, that of the --output's ending, else rich.",
)
_ORDER = "cati.order"
_FORMATS = click.option(
    "--format",
    "forms",
    type=click.Choice(get_args(Format)),
    multiple=True,
    help="Form of the output; if left out, that of the --output's ending, else rich. May be repeated.",
)
_OUTPUTS = click.option(
    "--output",
    "-o",
    "paths",
    type=OUTPUT_FILE,
    multiple=True,
    help="Write the --format before it to this file instead; - is standard output.",
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
    return _FORMAT(_LANGUAGE(output_option(function)))


def output_of(
    form: str,
    language: str | None,
    path: Path | None,
    detail: Detail = "normal",
    *,
    reads: Iterable[str | Path | None] = (),
) -> Output:
    """Return the output that the options ask for; ``reads`` are the files and rulesets that the command reads.

    Raises:
        UsageError: the output would be written over what is read.
    """
    refuse_overwriting((path,), reads)
    return Output("json" if form == "json" else "rich", language_of(language), path, detail)


def outputs_options(function: Function) -> Function:
    """Add ``--format`` and ``--output``, each as often as one likes, and ``--lang``; for an :class:`OrderedCommand`."""
    return _FORMATS(_LANGUAGES(_OUTPUTS(function)))


def page_options(function: Function) -> Function:
    """Add ``--format``, ``--lang`` and ``--output`` of a command that writes a page or a workbook, too."""
    return _PAGE_FORMAT(_LANGUAGES(output_option(function)))


def page_output_of(
    form: str | None,
    language: str | None,
    path: Path | None,
    detail: Detail = "normal",
    *,
    reads: Iterable[str | Path | None] = (),
) -> Output:
    """Return the output of a command that writes a page or a workbook, too; the file's ending tells which.

    Raises:
        UsageError: the ending does not fit, or the output would be written over what is read.
    """
    refuse_overwriting((path,), reads)
    told = form or (None if path is None else format_of(path))
    known: Format = _KNOWN.get(told or "", "rich")
    if path is not None:
        refuse_unfit(known, path)
    output = Output(known, language_of(language), path, detail)
    _refuse_both((output,), language)
    return _in_both(output, language)


def _in_both(output: Output, language: str | None) -> Output:
    return replace(output, besides=besides_of(language)) if output.format == "html" else output


def _refuse_both(outputs: Sequence[Output], language: str | None) -> None:
    if language == BOTH and not any(each.format == "html" for each in outputs):
        raise usage_error(
            "--lang",
            "Both languages go into one page of HTML only.",
            "仅 HTML 页面可同时包含两种语言。",
            Text("Add --format html --output page.html.", "请加上 --format html --output page.html。"),
        )


def outputs_of(
    context: click.Context,
    forms: Sequence[Format],
    paths: Sequence[Path],
    language: str | None,
    detail: Detail = "normal",
) -> tuple[Output, ...]:
    """Return the outputs that the options ask for: each path belongs to the format before it, else its ending tells.

    One format and one path belong together in any order.

    Raises:
        UsageError: a path has neither a format nor an ending that tells it, or another ending than its format, or two
            formats go to one file.
    """
    spoken = language_of(language)
    if len(forms) <= 1 and len(paths) <= 1:
        told = format_of(paths[0]) if paths and not forms else None
        outputs = [Output(forms[0] if forms else told or "rich", spoken, paths[0] if paths else None, detail)]
    else:
        outputs = _paired(context.meta[_ORDER], forms, paths, spoken, detail)
    for each in outputs:
        if each.path is not None:
            refuse_unfit(each.format, each.path)
    _refuse_twice([each.path for each in outputs if each.path is not None])
    _refuse_both(outputs, language)
    outputs = [_in_both(each, language) for each in outputs]
    return tuple(replace(each, path=None) if each.path == _STDOUT else each for each in outputs)


def _refuse_twice(paths: Sequence[Path]) -> None:
    for i, each in enumerate(paths):
        other = next((one for one in paths[:i] if same_file(one, each)), None)
        if other is not None:
            named = Text(f"{each} is named twice.", f"{each} 重复使用。")
            if str(other) != str(each):
                named = Text(f"{other} and {each} are one file.", f"{other} 与 {each} 是同一个文件。")
            raise usage_error("--output", named.en, named.zh)


def same_file(one: str | Path, other: str | Path) -> bool:
    """Return whether two names are of one file, whether or not it is there, in whatever words."""
    with suppress(OSError, ValueError):
        return os.path.samefile(one, other)
    return os.path.realpath(one) == os.path.realpath(other)


def refuse_overwriting(outputs: Iterable[Path | None], inputs: Iterable[str | Path | None]) -> None:
    """Refuse outputs that would be written over what the run reads; a folder stands for the rules in it.

    Raises:
        UsageError: there is one.
    """
    read = [each for each in inputs if each is not None and str(each) != STDIN]
    for path in outputs:
        if path is None or not os.path.lexists(path):
            continue  # what is not there is not read either
        found = next((each for each in read if same_file(each, path) or _holds(each, path)), None)
        if found is not None:
            raise usage_error(
                "--output",
                f"{path} is read in this run and would be overwritten.",
                f"{path} 是本次运行的输入文件，不能被覆盖。",
                Text("Name another file.", "请改用其他文件名。"),
            )


def _holds(folder: str | Path, path: Path) -> bool:
    return os.path.isdir(folder) and path.suffix == ".yaml" and same_file(folder, path.parent)


def _paired(
    order: Sequence[str], forms: Sequence[Format], paths: Sequence[Path], language: Language, detail: Detail
) -> list[Output]:
    """Return an output for each format, with the path after it, and for each path whose ending tells one."""
    outputs: list[Output] = []
    left_forms, left_paths = iter(forms), iter(paths)
    for name in order:
        if name == "forms":
            outputs.append(Output(next(left_forms), language, None, detail))
        elif name == "paths":
            path = next(left_paths)
            if not outputs or outputs[-1].path is not None:
                told = format_of(path)
                if told is not None:
                    outputs.append(Output(told, language, path, detail))
                    continue
                raise usage_error(
                    "--output",
                    f"{path} needs a --format of its own before it.",
                    f"{path} 之前须有其对应的 --format。",
                )
            outputs[-1] = replace(outputs[-1], path=path)
    return outputs
