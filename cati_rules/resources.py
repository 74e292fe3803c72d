"""Where the rulesets and schemas that come with the package lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "shipped"


RESULT_SCHEMA = "result.schema.json"
"""The schema of what cati writes; all others beside it are those of documents."""


def document_schemas() -> tuple[Path, ...]:
    """Return the schemas of documents, in alphabetical order."""
    return tuple(
        each for each in sorted(shipped("schemas").glob("*.schema.json")) if each.name != RESULT_SCHEMA
    )


def shipped(folder: str) -> Path:
    """Return the folder ``rulesets`` or ``schemas``: in an installed package, or beside it in a checkout."""
    installed = _SHIPPED / folder
    return installed if installed.is_dir() else _PACKAGE.parent / folder
