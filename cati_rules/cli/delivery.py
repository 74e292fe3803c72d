"""Delivers what was rendered: whole to a file or to standard output, never half."""

from __future__ import annotations

import codecs
import errno
import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from cati_rules.cli.run_settings import usage_error
from cati_rules.files import write_whole
from cati_rules.text import Language

if TYPE_CHECKING:
    from cati_rules.pipeline import Checked

_ESCAPED, _PLAIN = "cati-escaped", "cati-plain"
_JSON = ("{", "[")
_SIGNS = {
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼", "+"),
    **dict.fromkeys("─–—−", "-"),
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("▉▊▋▌", "#"),
    **dict.fromkeys("▍▎▏", "."),
    "│": "|", "∥": "||", "█": "#", "░": ".", "●": "*", "·": "-", "✓": "+", "✗": "x", "◐": "~", "○": "o",
    "×": "x", "→": "->", "±": "+/-",
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "…": "...", "₂": "2", "²": "2", "³": "3", "⚠": "!", "\ufe0f": "",
}  # fmt: skip
"""What stands for a sign of ours where an encoding lacks it; JSON keeps the sign, escaped."""


def _escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Return what an encoding lacks as ``\uXXXX``, which JSON reads back as the character."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Return what an encoding lacks as plain signs, and what has none as JSON escapes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    marks = error.object[error.start : error.end]
    return "".join(_plainly(mark) for mark in marks), error.end


def _plainly(mark: str) -> str:
    if mark in _SIGNS:
        return _SIGNS[mark]
    letter = unicodedata.normalize("NFKD", mark)[:1]
    return letter if letter.isascii() else json.dumps(mark)[1:-1]


codecs.register_error(_ESCAPED, _escaped)
codecs.register_error(_PLAIN, _plain)


def deliver(text: str, path: Path | None) -> None:
    """Write ``text`` to ``path``, or to standard output where there is none.

    Raises:
        UsageError: the file, or standard output, cannot be written.
    """
    text = text if not text or text.endswith("\n") else text + "\n"
    if path is None:
        _print(text)
        return
    try:
        target = Path(os.path.realpath(path))  # a link stays one
        if os.path.islink(target):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        write_whole(text.encode("utf-8", _ESCAPED), target)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise usage_error(
            "--output", f"Cannot write {path}: {reason}.", f"无法写入 {path}（{reason}）。"
        ) from None


def deliver_bytes(data: bytes, path: Path | None) -> None:
    """Write ``data`` to ``path``, or to standard output where there is none.

    Raises:
        UsageError: the file, or standard output, cannot be written.
    """
    if path is None:
        with _standard_output():
            sys.stdout.buffer.write(data)
        return
    try:
        write_whole(data, Path(os.path.realpath(path)))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise usage_error(
            "--output", f"Cannot write {path}: {reason}.", f"无法写入 {path}（{reason}）。"
        ) from None


def complain(line: str) -> None:
    """Write a line to standard error; where nobody can read that, the exit code says it."""
    try:
        click.echo(line.encode("utf-8", _ESCAPED).decode("utf-8"), err=True)
    except (OSError, ValueError):
        with suppress(OSError, ValueError, AttributeError):
            _to_nowhere(sys.stderr)


def complain_of(checked: Iterable[Checked], language: Language) -> None:
    """Say on standard error what keeps documents from being evaluated, as where their results go to a file."""
    for each in checked:
        for problem in each.problems:
            if problem.severity == "error":
                complain(problem.line(language))


def finish() -> None:
    """Let everything reach standard output, so that what cannot be written is told and not met at the exit.

    Raises:
        UsageError: standard output cannot be written.
    """
    if sys.stdout is not None:
        with _standard_output():
            sys.stdout.flush()


def close_stdout() -> None:
    """Let what is still buffered go nowhere, so that it is not tried again at the end."""
    with suppress(OSError, ValueError):
        _to_nowhere(sys.stdout)


def _to_nowhere(stream: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _print(text: str) -> None:
    # Standard output may be closed, as `>&-` does; then there is nothing to write to.
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    with _standard_output():
        lacking = _ESCAPED if text.startswith(_JSON) else _PLAIN
        # Whether there are colours is settled already.
        click.echo(text.encode(encoding, lacking).decode(encoding), nl=False, color=True)


@contextmanager
def _standard_output() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        # The reader of a pipe has gone (as with `| head`): nothing is left to say to it.
        close_stdout()
    except OSError as error:
        close_stdout()
        raise usage_error(
            "--output",
            f"Cannot write to standard output: {error.strerror}.",
            f"无法写入标准输出（{error.strerror}）。",
        ) from None
