"""One run of the command in this process, and what no run may do, whatever it is given."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import signal
import sys
import traceback
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from cati_rules.cli.main import main
from fuzz.inputs import Input

DOCUMENTED = frozenset({0, 1, 2, 3})
_FRAME = re.compile(r'File "[^"]*?(cati_rules/[^"]+|[^"/]+)", line (\d+)')


class Hang(BaseException):
    """The run took more time of the processor than is allowed; no handler of errors catches it."""


@dataclass(frozen=True)
class Failure:
    """What a run did that it may not: ``kind`` is the same for failures of one cause, as far as one can tell."""

    kind: str
    told: str


def tried(given: Input, folder: Path, seconds: float) -> Failure | None:
    """Run the command in ``folder``, which is emptied first; return what was wrong, None if nothing was."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in given.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    folder.mkdir(exist_ok=True)
    out, err = _Stream(), _Stream()
    try:
        with _at(folder, given.width), _streams(given.stdin, out, err), _limited(seconds):
            code = _code(list(given.arguments))
    except Hang:
        return Failure(f"hang: {given.arguments[0]}", f"more than {seconds} s")
    except Exception as error:
        told = traceback.format_exc()
        return Failure(f"{type(error).__name__} at {_where(told)}", told)
    return _judged(given, code, out.text, err.text, folder)


def _code(arguments: list[str]) -> object:
    try:
        main(arguments)
    except SystemExit as ended:
        return ended.code


def _judged(given: Input, code: object, out: str, err: str, folder: Path) -> Failure | None:
    if code not in DOCUMENTED:
        return Failure(f"exit code {code} at {_where(err)}", err[-3_000:])
    if "Traceback" in err or "Traceback" in out:
        return Failure(f"traceback at {_where(out + err)}", (out + err)[-3_000:])
    written = folder / "out.txt"
    file = written.read_text("utf-8", "surrogateescape") if written.is_file() else ""
    file = file.removeprefix("\ufeff")  # by which a spreadsheet knows the encoding of CSV
    for name, text in (("output", out), ("error", err), ("file", file)):
        marks = {mark for mark in set(text) if steering(mark)}
        if marks:
            line = next(each for each in text.split("\n") if any(map(steering, each)))
            return Failure(
                f"{given.arguments[0]} writes {sorted(marks)[0]!a} on standard {name}", ascii(line)[:600]
            )
    arguments = list(given.arguments)
    as_json = ("--format", "json") in pairwise(arguments) and "--output" not in arguments
    if code != 2 and as_json and arguments[0] not in {"new", "import"} and out:
        try:
            json.loads(out)
        except ValueError as error:
            return Failure(f"{arguments[0]}: output is no JSON", f"{error}\n{out[:600]}")
    if code in {2, 3} and not (out + err).strip():
        return Failure(f"{arguments[0]}: exit code {code} and not a word", "")
    return None


def steering(mark: str) -> bool:
    """Return whether a terminal would obey a character, or a reader not see it."""
    return mark not in "\n\t\u200c\u200d" and unicodedata.category(mark) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _where(told: str) -> str:
    """Return the innermost of our lines in a traceback."""
    frames = _FRAME.findall(told)
    ours = [frame for frame in frames if frame[0].startswith("cati_rules/")]
    return ":".join((ours or frames or [("?", "?")])[-1])


class _Stream(io.TextIOWrapper):
    """A stream as the terminal's: text and bytes both may be written to it."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), "utf-8", errors="surrogateescape", write_through=True)

    @property
    def text(self) -> str:
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode("utf-8", "surrogateescape")

    def close(self) -> None:
        """Stay open: what was written is read afterwards."""


@contextlib.contextmanager
def _streams(stdin: bytes, out: _Stream, err: _Stream) -> Iterator[None]:
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield
    finally:
        sys.stdin = before


@contextlib.contextmanager
def _at(folder: Path, width: str | None) -> Iterator[None]:
    """Work in a folder, with the environment of a user who has set nothing but the terminal's width."""
    before = dict(os.environ)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "LANG", "LC_ALL"):
        os.environ.pop(name, None)
    os.environ |= {"CATI_TRACEBACK": "1", **({} if width is None else {"COLUMNS": width})}
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """End what takes longer; time of the processor counts, so that a busy machine is no hang."""

    def end(number: int, frame: object) -> NoReturn:
        raise Hang

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
