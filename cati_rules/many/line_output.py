"""Where lines of verdicts go: standard output, or a file that is put in place when all are there.

Beside a file that is written, a journal says after each batch how many documents are done and how many bytes that is.
An interrupted run goes on there: what was written after the last word of the journal is written again.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from cati_rules.errors import Place, Problem, UsageError
from cati_rules.many.gate import AtGate
from cati_rules.many.judging import Told
from cati_rules.text import Text

_PART, _JOURNAL = ".part", ".journal"


class Progress(Struct):
    """How many documents are done, how many of them are invalid, which rulesets said something, and the gate."""

    batches: int = 0
    documents: int = 0
    invalid: int = 0
    size: int = 0
    judged: frozenset[str] = frozenset()
    gate: AtGate = AtGate()

    def with_batch(self, told: Told) -> Progress:
        """Return what there is with one batch more."""
        return Progress(
            self.batches + 1,
            self.documents + told.documents,
            self.invalid + told.invalid,
            self.size + len(told.lines.encode()),
            self.judged | told.judged,
            self.gate.with_another(told.gate),
        )


class Printed:
    """Lines that are printed as soon as they are known."""

    def __init__(self, printed: Callable[[str], None]) -> None:
        """Take what prints lines."""
        self.progress = Progress()
        self._print = printed

    def write(self, told: Told) -> None:
        """Print the lines of a batch."""
        self._print(told.lines)
        self.progress = self.progress.with_batch(told)


class Written:
    """Lines that are written to a file, which takes its place when it is whole."""

    def __init__(self, path: Path, mark: str, *, resume: bool) -> None:
        """Begin, or with ``resume`` go on with what a run of the same ``mark`` has left.

        Raises:
            UsageError: that run was of other documents, rules or options.
            OSError: the file cannot be written.
        """
        self.path = path
        self.part = path.with_name(path.name + _PART)
        self.journal = path.with_name(path.name + _JOURNAL)
        self.progress = Progress()
        if resume and self.journal.exists():
            self._go_on(mark)
        else:
            self.part.write_bytes(b"")
            self.journal.write_text(mark + "\n", encoding="utf-8")
        self._lines: IO[bytes] = self.part.open("ab")
        self._words: IO[str] = self.journal.open("a", encoding="utf-8")

    def _go_on(self, mark: str) -> None:
        first, *words = self.journal.read_text(encoding="utf-8").splitlines(keepends=True)
        if first.rstrip("\n") != mark:
            message = Text(
                "The interrupted run was of other documents, rules, options or another date.",
                "中断的运行所用的文件、规则、选项或日期与本次不同。",
            )
            advice = Text("Leave out --resume to begin anew.", "去掉 --resume 可重新开始。")
            raise UsageError(Problem(Place("--resume"), "usage/option", message, advice=advice))
        there = self.part.stat().st_size if self.part.exists() else 0
        whole = [first]
        for each in words:
            if not each.endswith("\n"):
                break
            try:
                found = msgspec.json.decode(each, type=Progress)
            except (ValueError, msgspec.DecodeError):
                break
            if found.size > there:
                break
            self.progress = found
            whole.append(each)
        with self.part.open("ab") as file:
            file.truncate(self.progress.size)
        self.journal.write_text("".join(whole), encoding="utf-8")

    def write(self, told: Told) -> None:
        """Write the lines of a batch, then the word that they are there."""
        self._lines.write(told.lines.encode())
        self._lines.flush()
        self.progress = now = self.progress.with_batch(told)
        self._words.write(msgspec.json.encode(now).decode() + "\n")
        self._words.flush()

    def close(self) -> None:
        """Leave what is done for another run."""
        self._lines.close()
        self._words.close()

    def end(self) -> None:
        """Put the file in place.

        Raises:
            OSError: it cannot be.
        """
        self._lines.flush()
        os.fsync(self._lines.fileno())
        self.close()
        self.part.replace(self.path)
        self.journal.unlink(missing_ok=True)
