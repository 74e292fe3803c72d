"""Files behind folders and patterns: those of any format that is read, none of them twice, whatever links there are."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from cati_rules.documents.json_values import plain_mapping
from cati_rules.documents.limits import FILE_BYTES
from cati_rules.later import pattern
from cati_rules.many.sources import are_lines

IGNORE_FILE: Final = ".catiignore"
"""In a folder that is named: a pattern on each line, of files below it that are passed over."""
_ENDINGS: Final = frozenset({".yaml", ".yml", ".json"})
_OTHER_ENDINGS: Final = frozenset({".json", ".xlsx", ".xml", ".xhtml", ".html", ".zip", ".csv"})
_KIND: Final = pattern(
    rb"\bkind[\"']?\s*(?::|\xef\xbc\x9a)\s*[\"']?(?:disclosure|facility|product|purchases)\b"
)
_RECORD: Final = "record"
"""What a line of verdicts has, and no document."""
_BEGINNING: Final = 1 << 20


def documents_in(folder: str, *, lines: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the files below a folder that are read, sorted, and those of such endings that are not.

    Documents of ours say so, whether right or wrong; files of other formats are known by what they hold. Hidden
    folders, links to folders, and what the folder's ``.catiignore`` names are passed over. Files with a document in
    each line are read where verdicts are told in ``lines`` alone.
    """
    ignored = _ignored(Path(folder) / IGNORE_FILE)
    found: list[str] = []
    others: list[str] = []
    for path, folders, files in os.walk(folder):
        here = Path(path)
        within = here.relative_to(folder)
        folders[:] = [
            each
            for each in folders
            if not each.startswith(".") and not _fits(f"{(within / each).as_posix()}/", ignored)
        ]
        for each in files:
            ending = Path(each).suffix.lower()
            of_lines = are_lines(each)
            if each.startswith(".") or not (of_lines or ending in _ENDINGS | _OTHER_ENDINGS):
                continue
            if _fits((within / each).as_posix(), ignored):
                continue
            if not of_lines:
                (found if _is_read(here / each, ending) else others).append(str(here / each))
            elif _holds_documents(here / each):
                (found if lines else others).append(str(here / each))
    return tuple(sorted(found)), tuple(sorted(others))


def _is_read(path: Path, ending: str) -> bool:
    if ending in _ENDINGS and _is_ours(path):
        return True
    from cati_rules.formats.opening import is_whole

    return ending in _OTHER_ENDINGS and is_whole(path)


def _holds_documents(path: Path) -> bool:
    """Return whether the first line of a file of lines is a document: neither a verdict, nor the row of a table."""
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
    except OSError:
        return True  # that it cannot be read is told
    first = beginning.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    told = plain_mapping(first.decode(errors="replace"))
    return _KIND().search(first) is not None and (told is None or _RECORD not in told)


def fitting(pattern: str) -> tuple[str, ...]:
    """Return the files that fit a pattern, sorted; ``**`` stands for folders below, and follows no link to one."""
    parts = Path(pattern).parts
    fixed = next((i for i, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    root = Path(*parts[:fixed])
    steps = [part if part == "**" else re.sub(r"\*{2,}", "*", part) for part in parts[fixed:]]
    if steps[-1:] == ["**"]:
        steps.append("*")
    try:
        found = sorted(each for each in root.glob("/".join(steps)) if not each.is_dir())
    except (OSError, ValueError, RecursionError):
        return ()
    hidden = [step.startswith(".") for step in steps]
    return tuple(str(each) for each in dict.fromkeys(found) if any(hidden) or not _is_hidden(each, root))


def _is_hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _ignored(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError):
        return ()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _fits(name: str, patterns: Sequence[str]) -> bool:
    """Tell whether a name, which ends in a slash if it is a folder's, or a part of it at its end fits a pattern."""
    tails = list(_tails(name))
    for written in patterns:
        anchored = "/" in written.rstrip("/")
        wanted = written.removeprefix("/").removeprefix("**/")
        fits = [name] if anchored and not written.startswith("**/") else tails
        if any(fnmatch(each, wanted) or fnmatch(each, f"{wanted.rstrip('/')}/") for each in fits):
            return True
    return False


def _tails(name: str) -> Iterator[str]:
    steps = name.rstrip("/").split("/")
    for i in range(len(steps)):
        yield "/".join(steps[i:]) + ("/" if name.endswith("/") else "")


def _is_ours(path: Path) -> bool:
    from cati_rules.documents.foreign import recognised

    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES + 1)
    except OSError:
        return True  # that it cannot be read is told
    return _KIND().search(data) is not None and recognised(data, whole=False) is None
