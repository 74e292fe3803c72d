"""Names of documents, as settings, waivers and findings give them."""

from __future__ import annotations

from pathlib import Path


def document_name(name: str, base: Path) -> str:
    """Return a file's name with forward slashes, relative to ``base`` where it lies below it."""
    path = Path(name)
    if path.is_absolute() and path.is_relative_to(base):
        path = path.relative_to(base)
    return path.as_posix()
