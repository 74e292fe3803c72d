"""Patterns of file names, as in a `.gitignore`: `*` and `?` within a folder, `**` through several, or none."""

from __future__ import annotations

import os
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from msgspec import Struct

from cati_rules.documents.names import STDIN_NAME, real_name

_ANY = "**"
_MAGIC = frozenset("*?[")
MOST_FILES = 100_000
"""How many files are looked at to find one that a pattern fits."""


class Pattern(Struct, frozen=True, dict=True):
    """A pattern, relative to the folder ``base``.

    One without a slash fits names in any folder below ``base``, and one that fits a folder fits all that is in it. An
    ``exact`` one fits whole names only, from ``base`` on: what it accepts is no wider than it says.
    """

    text: str
    base: Path
    exact: bool = False

    def fits(self, name: str) -> bool:
        """Return whether a file of that name, absolute or relative to the working folder, fits."""
        if name == STDIN_NAME:
            return False
        here = os.path.abspath(name)
        return any(self._fits(_steps(each)) for each in dict.fromkeys((real_name(name), here)))

    def fits_a_file(self) -> bool | None:
        """Return whether a file on the disk fits; None where there are too many to look at.

        Links to folders are not followed.
        """
        seen = 0
        for folder, folders, files in os.walk(self._literal):
            folders[:] = [each for each in folders if each != ".git"]
            for each in files:
                seen += 1
                if seen > MOST_FILES:
                    return None
                if self._fits(_steps(os.path.join(folder, each))):
                    return True
        return os.path.isfile(self._literal)

    @property
    def meant(self) -> str | None:
        """The pattern with a folder that is there in place of one that is not and is spelled nearly so."""
        parts = self.text.replace("\\", "/").split("/")
        folder = self.base
        for i, part in enumerate(parts):
            if part == _ANY or not _MAGIC.isdisjoint(part):
                return None
            if not os.path.lexists(folder / part):
                try:
                    close = get_close_matches(part, sorted(os.listdir(folder)), n=1)
                except OSError:
                    return None
                return "/".join([*parts[:i], close[0], *parts[i + 1 :]]) if close else None
            folder /= part
        return None

    @cached_property
    def _parts(self) -> tuple[str, ...]:
        """The steps of the pattern from the root of the disk on; those of ``base`` stand for themselves."""
        text = self.text.replace("\\", "/").removeprefix("./")
        floating = not self.exact and "/" not in text.rstrip("/") and text not in {"", "."}
        parts = [_literal(each) for each in _steps(os.path.realpath(self.base))]
        if floating:
            parts.append(_ANY)
        for each in text.split("/"):
            if each == "..":
                del parts[-1:]
            elif each not in {"", "."}:
                parts.append(each)
        return (*parts, _ANY) if text.endswith("/") else tuple(parts)

    @cached_property
    def _literal(self) -> str:
        """The folder or file that all that fits begins with."""
        plain = takewhile(lambda each: _plain(each) is not None, self._parts)
        root = "" if os.name == "nt" else os.sep
        return root + os.sep.join(str(_plain(each)) for each in plain)

    def _fits(self, steps: tuple[str, ...]) -> bool:
        parts = self._parts
        # reached[i]: the first i parts of the pattern fit the steps so far.
        reached = _closed({0}, parts)
        for i, step in enumerate(steps):
            further = {at for at in reached if at < len(parts) and parts[at] == _ANY}
            further |= {
                at + 1
                for at in reached
                if at < len(parts) and parts[at] != _ANY and fnmatchcase(step, parts[at])
            }
            reached = _closed(further, parts)
            if len(parts) in reached and (i == len(steps) - 1 or not self.exact):
                return True
        return False


def _closed(reached: set[int], parts: tuple[str, ...]) -> set[int]:
    """Return where one stands in a pattern, also behind each `**` that may stand for nothing."""
    found = set(reached)
    for at in sorted(reached):
        here = at
        while here < len(parts) and parts[here] == _ANY:
            here += 1
            found.add(here)
    return found


def _steps(path: str) -> tuple[str, ...]:
    return tuple(each for each in path.replace(os.sep, "/").split("/") if each)


def _literal(name: str) -> str:
    """Return a pattern that fits that name alone."""
    return "".join(f"[{each}]" if each in _MAGIC else each for each in name)


def _plain(part: str) -> str | None:
    """Return the one name that a part of a pattern fits, None where it may fit others."""
    if part == _ANY:
        return None
    plain = part.replace("[*]", "\0").replace("[?]", "\1").replace("[[]", "\2")
    if not _MAGIC.isdisjoint(plain):
        return None
    return plain.replace("\0", "*").replace("\1", "?").replace("\2", "[")
