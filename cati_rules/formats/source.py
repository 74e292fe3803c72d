"""A file that may be of any format: its bytes, and what can be asked of them before they are read."""

from __future__ import annotations

import io
import re
from functools import cached_property
from pathlib import Path
from typing import Final

from msgspec import Struct

from cati_rules.errors import DocumentError, Place, Problem
from cati_rules.later import pattern
from cati_rules.text import Text

BEGINNING: Final = 64 * 1024
_MARKS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_OURS: Final = pattern(r"\"kind\"\s*:\s*\"(?:disclosure|facility|product|purchases)\"")
_MARKUP: Final = pattern(r"<(?:\?xml\s|!doctype\s|!--|[a-z][\w:.-]*[\s/>])", re.IGNORECASE)


class Source(Struct, frozen=True, dict=True):
    """The bytes of a file, what it is called, and the folder that it lies in, where it lies in one.

    ``material`` is the metal that its products are of, where the user says so.
    """

    name: str
    data: bytes
    folder: Path | None = None
    material: str | None = None

    def __repr__(self) -> str:
        """Return the source without its bytes, which may be many."""
        return f"Source(name={self.name!r})"

    @cached_property
    def beginning(self) -> str:
        """The first 64 KiB as text, whatever cannot be read left out."""
        encoding = _MARKS.get(self.data[:2], "utf-8-sig")
        return self.data[:BEGINNING].decode(encoding, "ignore").lstrip("\ufeff \t\r\n")

    @cached_property
    def is_markup(self) -> bool:
        """Whether the file begins as XML and HTML do."""
        return _MARKUP().match(self.beginning) is not None

    @cached_property
    def is_json(self) -> bool:
        """Whether the file begins as JSON does, and does not say that it is a document of ours."""
        return self.beginning[:1] in {"{", "["} and not _OURS().search(self.beginning)

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The names of what an archive holds; empty where the file is none, or a broken one."""
        if not self.data.startswith(b"PK"):
            return ()
        import zipfile  # noqa: PLC0415 - most files are no archives

        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                return tuple(each.filename for each in archive.infolist())
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return ()

    @property
    def is_workbook(self) -> bool:
        """Whether the file is an Excel workbook of the kind that is an archive."""
        return "xl/workbook.xml" in self.members

    def says(self, *patterns: str) -> bool:
        """Return whether the beginning holds each of some patterns."""
        return all(re.search(each, self.beginning) for each in patterns)

    def refusal(
        self,
        code: str,
        message: Text,
        advice: Text | None = None,
        within: str = "",
        *,
        line: int | None = None,
    ) -> DocumentError:
        """Return the error that this file cannot be read, or is not for us."""
        place = Place(self.name, line, within=within)
        return DocumentError(Problem(place, f"import/{code}", message, advice=advice))
