"""Columns on the way to verdicts: each is computed once, from the fields and from columns of lower levels."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import narwhals as nw

ATOMS = 0
"""The level of what is told by one field alone, such as whether a text is one of several."""
FIGURES = 20
"""The level of figures as definitions see them; what tells how they are seen lies below, conditions above."""
LAST = 1_000
"""The level of what verdicts and levels both ask."""


class Stages:
    """What is computed before the verdicts, each under a name of its own."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._columns: dict[int, dict[str, nw.Expr]] = {}
        self._kept: dict[Hashable, nw.Expr] = {}
        self._ours: set[int] = set()

    def kept(self, level: int, key: Hashable, column: Any) -> Any:
        """Return the column that ``column`` is computed to in a level, the same for the same ``key``.

        What is the same for all rows stays as it is, and so does what is kept already.
        """
        if isinstance(column, bool | float) or id(column) in self._ours:
            return column
        import narwhals as nw  # noqa: PLC0415 - an extra

        found = self._kept.get((level, key))
        if found is None:
            name = f"cati.{len(self._kept)}"
            self._columns.setdefault(level, {})[name] = column
            found = self._kept[level, key] = nw.col(name)
            self._ours.add(id(found))
        return found

    def levels(self) -> list[Mapping[str, nw.Expr]]:
        """Return the columns by level, the lowest first."""
        return [self._columns[level] for level in sorted(self._columns)]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns of all levels."""
        return tuple(name for columns in self._columns.values() for name in columns)
