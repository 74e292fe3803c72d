"""Opens a file of any format: documents of ours as they are, others as the documents that they come to."""

from __future__ import annotations

from pathlib import Path

from cati_rules.documents import Document, limits, parse_document
from cati_rules.documents.reader import read_bytes
from cati_rules.errors import DocumentError, Place, Problem
from cati_rules.formats.source import Source
from cati_rules.text import Text

_OTHERS = frozenset({b"P", b"<", b"{", b"[", b"\xef", b"\xff", b"\xfe", b"\n", b" ", b"\t", b"\r"})
"""How files of other formats begin that no document of ours is taken for; a table begins as a document may."""


def read_documents(path: str | Path, *, name: str | None = None) -> tuple[Document, ...]:
    """Read the documents that the file at ``path`` holds: one, or those of a file with several records.

    Raises:
        DocumentError: it cannot be read.
    """
    path = Path(path)
    called = str(path) if name is None else name
    return parse_documents(read_bytes(path, called), name=called, folder=path.parent)


def parse_documents(
    data: bytes, *, name: str, folder: Path | None = None, material: str | None = None
) -> tuple[Document, ...]:
    """Read the documents that bytes called ``name`` hold; ``folder`` is where further files of theirs may lie.

    ``material`` says which metal they are of, where the user does.

    Raises:
        DocumentError: they cannot be read.
    """
    source = Source(name, data, folder, material)
    if len(data) > limits.FILE_BYTES:
        return (parse_document(data, name=name),)
    if data[:1] in _OTHERS and (found := _foreign(source)):
        return found
    try:
        return (parse_document(data, name=name),)
    except DocumentError:
        found = () if data[:1] in _OTHERS else _foreign(source)
        if not found:
            raise
        return found


def is_read(path: Path) -> bool:
    """Return whether a file is of another format that is read, also where it is broken or of nothing for us."""
    try:
        with path.open("rb") as file:
            source = Source(str(path), file.read(limits.FILE_BYTES), path.parent)
    except (OSError, ValueError):
        return False
    from cati_rules.formats.registry import format_of  # noqa: PLC0415

    try:
        return format_of(source) is not None
    except DocumentError:
        return True


def is_whole(path: Path) -> bool:
    """Return whether a file is of another format that is read, and no part of what another file holds.

    One that cannot be opened, so that its format is not known, is none.
    """
    try:
        with path.open("rb") as file:
            source = Source(str(path), file.read(limits.FILE_BYTES), path.parent)
    except (OSError, ValueError):
        return False
    from cati_rules.formats.registry import format_of  # noqa: PLC0415

    try:
        known = format_of(source)
    except DocumentError:
        return False
    return known is not None and not known.is_part(source)


def single(documents: tuple[Document, ...], name: str) -> Document:
    """Return the one document of a file.

    Raises:
        DocumentError: there are several.
    """
    if len(documents) == 1:
        return documents[0]
    message = Text(
        f"The file holds {len(documents)} records, and one document is asked for.",
        f"文件含有 {len(documents)} 条记录，而此处需要单个文件。",
    )
    advice = Text(
        "Make documents of them: `cati import FILE --output FOLDER`.",
        "请先拆分：`cati import 文件 --output 文件夹`。",
    )
    raise DocumentError(Problem(Place(name), "import/several", message, advice=advice))


def _foreign(source: Source) -> tuple[Document, ...]:
    """Return what a file of another format comes to, nothing where its format is not known."""
    if source.beginning[:1] in {"{", "["} and not source.is_json:
        return ()
    from cati_rules.formats.reading import document_of  # noqa: PLC0415 - most files are ours
    from cati_rules.formats.registry import format_of  # noqa: PLC0415

    known = format_of(source)
    return () if known is None else tuple(document_of(each, source) for each in known.read(source))
