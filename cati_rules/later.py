"""Something that costs: it is found when it is first asked for, and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """Call it to have the value; whatever it is made from is let go then.

    A pickle holds the value, and nothing that it is made from; it is found for that if it was not yet.
    """

    __slots__ = ("_make", "_value")

    def __init__(self, make: Callable[[], T]) -> None:
        """Take what finds the value."""
        self._make: Callable[[], T] | None = make

    def __call__(self) -> T:
        """Return the value."""
        if self._make is not None:
            self._value = self._make()
            self._make = None
        return self._value

    def __eq__(self, other: object) -> bool:
        """Return whether the values are equal."""
        return isinstance(other, Later) and bool(self() == other())

    def __hash__(self) -> int:
        """Return the hash of the value."""
        return hash(self())

    def __repr__(self) -> str:
        """Return the value as it is written, or that it is not known yet."""
        return "Later(…)" if self._make is not None else repr(self._value)

    def __reduce__(self) -> Any:
        """Return how a pickle makes it again."""
        return known, (self(),)


def known(value: T) -> Later[T]:
    """Return a value that is known already, where one may come later."""
    made: Later[T] = Later(lambda: value)
    made()
    return made
