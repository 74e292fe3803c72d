"""Where the rulesets and schemas that come with the package lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "shipped"


def shipped(folder: str) -> Path:
    """Return the folder ``rulesets`` or ``schemas``: in an installed package, or beside it in a checkout."""
    installed = _SHIPPED / folder
    return installed if installed.is_dir() else _PACKAGE.parent / folder
