"""Where the rulesets and schemas that come with the package lie."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "shipped"


RESULT_SCHEMA = "result.schema.json"
"""The schema of what cati writes; all others beside it are those of documents."""


@cache
def document_schemas() -> tuple[Path, ...]:
    """Return the schemas of documents, in alphabetical order."""
    found = (each for each in shipped("schemas").iterdir() if each.name.endswith(".schema.json"))
    return tuple(sorted(each for each in found if each.name != RESULT_SCHEMA))


@cache
def shipped(folder: str) -> Path:
    """Return the folder ``rulesets`` or ``schemas``: in an installed package, or beside it in a checkout."""
    installed = _SHIPPED / folder
    return installed if installed.is_dir() else _PACKAGE.parent / folder
