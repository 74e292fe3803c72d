"""A file of settings: TOML, within limits, and where each setting stands in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec import Struct

from cati_rules.documents import format_path, value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.documents.toml_errors import toml_cause
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.later import pattern
from cati_rules.text import Text

LARGEST = 1024 * 1024
"""Bytes; settings are a page or two."""
_MOST_LINES = 50
"""How many lines are tried to find where a setting stands."""
_AT = pattern(r"\(at line (\d+), column (\d+)\)")
_TABLE_ARRAY = r"\s*\[\[\s*(?:.*\.)?\s*[\"']?{}[\"']?\s*\]\]"
_TABLE = r"\s*\[\s*(?:.*\.)?\s*[\"']?{}[\"']?\s*\]"
_KEY = r"\s*(?:.*\.)?[\"']?{}[\"']?\s*="


class SettingsFile(Struct, frozen=True):
    """A TOML file that was read; ``root`` is where in it our settings stand."""

    path: Path
    text: str
    data: Mapping[str, Any]
    root: FieldPath = ()

    @property
    def settings(self) -> Mapping[str, Any] | None:
        """Our settings, None where there are none."""
        found = value_at(self.data, self.root)
        return found if isinstance(found, Mapping) else None

    def wrong(self, where: FieldPath, message: Text, advice: Text | None = None) -> UsageError:
        """Return the error for the setting at ``where``, with its line and name."""
        return UsageError(self.problem(where, message, advice))

    def problem(self, where: FieldPath, message: Text, advice: Text | None = None) -> Problem:
        """Return what is wrong with the setting at ``where``, with its line and name."""
        return Problem(self.place(where), "usage/config", message, path=format_path(where), advice=advice)

    def place(self, where: FieldPath) -> Place:
        """Return where a setting stands: the line of its key, else that of what it is part of."""
        path = (*self.root, *where)
        while path:
            line = self._line(path)
            if line is not None:
                return Place(str(self.path), line)
            path = path[:-1]
        return Place(str(self.path))

    def _line(self, path: FieldPath) -> int | None:
        """Return the line that brings the value at ``path``: without it the rest of the file so far has none there."""
        lines = self.text.splitlines(keepends=True)
        name = next((each for each in reversed(path) if isinstance(each, str)), "")
        form = (_TABLE_ARRAY,) if isinstance(path[-1], int) else (_KEY, _TABLE, _TABLE_ARRAY)
        looks = re.compile("|".join(each.format(re.escape(name)) for each in form))
        for i in islice((i for i, line in enumerate(lines) if looks.match(line)), _MOST_LINES):
            if self._has("".join(lines[:i]), path) is False:
                ends = range(i + 1, min(i + _MOST_LINES, len(lines)) + 1)
                grown = (self._has("".join(lines[:end]), path) for end in ends)
                if next((each for each in grown if each is not None), False):
                    return i + 1
        return None

    @staticmethod
    def _has(text: str, path: FieldPath) -> bool | None:
        """Return whether a part of the file has a value at ``path``; None where the part ends in mid-sentence."""
        try:
            return value_at(tomllib.loads(text), path) is not None
        except (ValueError, RecursionError):
            return None


def read_settings(path: Path, root: FieldPath = ()) -> SettingsFile:
    """Read a file of settings, which stand at ``root`` of it.

    Raises:
        UsageError: it cannot be read, or is no TOML.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        raise _unreadable(path, Text(f"cannot be read: {reason}.", f"无法读取（{reason}）。")) from None
    if len(data) > LARGEST:
        raise _unreadable(path, Text("is larger than 1 MiB.", "超过 1 MiB。"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(path, Text("is not UTF-8.", "不是 UTF-8 编码。")) from None
    try:
        return SettingsFile(path, text, tomllib.loads(text, parse_float=Decimal), root)
    except RecursionError:
        raise _unreadable(path, Text("is nested too deeply.", "嵌套层数过多。")) from None
    except ValueError as error:
        raise _no_toml(path, text, error) from None


def _no_toml(path: Path, text: str, error: ValueError) -> UsageError:
    if not isinstance(error, tomllib.TOMLDecodeError):
        return _unreadable(path, Text("has a number that is too long.", "含有过长的数字。"))
    found = _AT().search(str(error))
    said = _AT().sub("", str(error)).strip()
    place = Place(str(path), int(found[1]), int(found[2])) if found else Place(str(path))
    if found is None and "end of document" in said:
        place = Place(str(path), max(len(text.splitlines()), 1))
    cause = toml_cause(said)
    message = Text(f"is not TOML: {cause.en}.", f"TOML 有误：{cause.zh}。")
    return UsageError(Problem(place, "usage/config", message))


def _unreadable(path: Path, message: Text) -> UsageError:
    return UsageError(Problem(Place(str(path)), "usage/config", message))
