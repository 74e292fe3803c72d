"""A sector's pathway from a file of the user's own: lines of a year and an intensity."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from cati_rules.errors import DocumentError, Place, Problem
from cati_rules.targets.sector import SectorPathway
from cati_rules.text import Text

_LINE = re.compile(r"\s*(?P<year>[12][0-9]{3})\s*[,;:\t ]\s*(?P<value>[0-9]{1,12}(?:\.[0-9]{1,12})?)\s*")
_MOST_BYTES, _FEWEST = 64_000, 2


def read_pathway(path: Path) -> SectorPathway:
    """Read a pathway; a heading, empty lines and lines that begin with ``#`` are passed over.

    Raises:
        DocumentError: it cannot be read, has a line of another form, a year twice, fewer than two years, or it rises.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError):
        raise _unfit(path, None, "the file cannot be read as text.", "文件无法按文本读取。") from None
    if len(data) > _MOST_BYTES:
        raise _unfit(path, None, "the file is too large for a pathway.", "文件过大，不是路径文件。")
    found: dict[int, Fraction] = {}
    for number, line in enumerate(text.splitlines(), 1):
        told = line.split("#")[0].strip()
        if not told or (number == 1 and not told[0].isdigit()):
            continue
        match = _LINE.fullmatch(told)
        if match is None or int(match["year"]) in found:
            raise _unfit(
                path,
                number,
                "expected a year and an intensity, each year once.",
                "应为年份与强度，且年份不重复。",
            )
        found[int(match["year"])] = Fraction(match["value"])
    values = [found[year] for year in sorted(found)]
    if len(found) < _FEWEST or any(later > before for before, later in pairwise(values)):
        raise _unfit(
            path,
            None,
            "a pathway has two years or more, and never rises.",
            "路径至少含两个年份，且强度不上升。",
        )
    return SectorPathway(dict(sorted(found.items())))


def _unfit(path: Path, line: int | None, en: str, zh: str) -> DocumentError:
    return DocumentError(
        Problem(
            place=Place(str(path), line),
            code="read/pathway",
            message=Text(en, zh),
            advice=Text("Write lines such as 2030,1.71.", "请按“2030,1.71”的形式逐行填写。"),
        )
    )
