"""The one error root, and the problems that errors carry.

Every error that a user can cause is a :class:`CatiError`. It carries the exit code of the command line
and one or more problems, each with its place in the file, so that a reader is told all at once what to mend.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import ClassVar, Literal

from msgspec import Struct

from cati_rules.text import Language, Text
from cati_rules.visible import visible


class Place(Struct, frozen=True):
    """Where something stands: a file, and the line and column in it, both counted from 1.

    ``within`` is the place in a file of another format: ``!Sheet!C12`` in a workbook, ``#/pcf/declaredUnit`` in JSON,
    ``#/process/name`` in XML; there may be no line then.
    """

    file: str
    line: int | None = None
    column: int | None = None
    within: str = ""

    def __str__(self) -> str:
        """Return ``file:line:column``, as far as they are known, or ``file!Sheet!C12``."""
        if self.within:
            return self.file + self.within
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    @property
    def brief(self) -> str:
        """The name of the file without its folder, and the line, or the place within it."""
        name = FilePath(self.file).name
        return f"{name}{self.within}" if self.within else f"{name}:{self.line}"


class Problem(Struct, frozen=True):
    """One thing wrong with a document or a rule file.

    ``code`` is a stable name for machines (``schema/maximum``, ``read/duplicate-key``), ``path`` the place in
    the data (``emissions[0].year``), ``field`` the field's title for people, ``expected`` what would have
    been right and ``advice`` what to do.
    """

    place: Place
    code: str
    message: Text
    path: str = ""
    field: Text | None = None
    expected: Text | None = None
    advice: Text | None = None
    severity: Literal["error", "warning"] = "error"

    def line(self, language: Language) -> str:
        """Return the problem as one line of text: place, field, what is wrong, what to do."""
        colon, blank, field = (": ", " ", "{} ({})") if language == "en" else ("：", "", "{}（{}）")
        name = self.path
        if self.field is not None:
            title = self.field.to(language)
            name = field.format(title, self.path) if self.path else title
        said = [text.to(language) for text in (self.message, self.expected, self.advice) if text is not None]
        return visible(f"{self.place}: " + (f"{name}{colon}" if name else "") + blank.join(said))


class CatiError(Exception):
    """The root of all errors that a user can cause; ``exit_code`` is what the command line ends with."""

    exit_code: ClassVar[int] = 3

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        """Make the error that ``problems`` are."""
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(problem.line("en") for problem in self.problems))


class DocumentError(CatiError):
    """A document could not be read, or does not follow its schema."""


class RulesetError(CatiError):
    """A ruleset could not be read, or is wrong."""


class UsageError(CatiError):
    """What was asked for cannot be done: an unknown name, options that exclude each other."""

    exit_code: ClassVar[int] = 2
