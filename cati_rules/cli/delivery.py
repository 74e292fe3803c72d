"""Delivers what was rendered: whole to a file or to standard output, never half."""

from __future__ import annotations

import codecs
import json
import os
import sys
import unicodedata
from pathlib import Path

import click

from cati_rules.cli.settings import usage_error

_ESCAPED, _PLAIN = "cati-escaped", "cati-plain"
_JSON = ("{", "[")
_SIGNS = {
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼", "+"),
    **dict.fromkeys("─–—−", "-"),
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("‘’", "'"),
    "│": "|", "∥": "||", "█": "#", "░": ".", "●": "*", "·": "-", "✓": "+", "✗": "x", "◐": "~", "○": "o",
    "×": "x", "→": "->", "±": "+/-",
    "≤": "<=", "≥": ">=", "≠": "!=", "…": "...", "₂": "2", "²": "2", "³": "3", "⚠": "!", "\ufe0f": "",
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
        _write(text.encode("utf-8", _ESCAPED), path)
    except OSError as error:
        raise usage_error(
            "--output", f"Cannot write {path}: {error.strerror}.", f"无法写入 {path}（{error.strerror}）。"
        ) from None


def _print(text: str) -> None:
    # Standard output may be closed, as `>&-` does; then there is nothing to write to.
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        lacking = _ESCAPED if text.startswith(_JSON) else _PLAIN
        # Whether there are colours is settled already.
        click.echo(text.encode(encoding, lacking).decode(encoding), nl=False, color=True)
    except BrokenPipeError:
        # The reader of a pipe has gone (as with `| head`): nothing is left to say to it.
        _close_stdout()
    except OSError as error:
        _close_stdout()
        raise usage_error(
            "--output",
            f"Cannot write to standard output: {error.strerror}.",
            f"无法写入标准输出（{error.strerror}）。",
        ) from None


def _close_stdout() -> None:
    """Let what is still buffered go nowhere, so that it is not tried again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(data: bytes, path: Path) -> None:
    """Write under another name first and put it in place then, so that the file is never there in part."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)  # a device or a pipe stays what it is
        return
    import tempfile

    path = path.resolve()  # a link stays one
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        # A temporary file is private; the result gets what the file had, or what a new file would have.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~umask)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
