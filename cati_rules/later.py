"""Something that costs: it is found when it is first asked for, and kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, AnyStr, Generic, TypeVar, overload

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


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
        make = self._make  # another thread may have found the value meanwhile
        if make is not None:
            self._value = make()
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


def pattern(text: AnyStr, flags: int = 0) -> Later[re.Pattern[AnyStr]]:
    """Return a regular expression that is compiled when it is first used: many are not, in most runs."""
    return Later(partial(re.compile, text, flags))


class LaterSequence(Sequence[T_co]):
    """A sequence that is found when it is first looked into, and kept; pickled, it is a tuple."""

    __slots__ = ("_found",)

    def __init__(self, make: Callable[[], tuple[T_co, ...]]) -> None:
        """Take what finds it."""
        self._found: Later[tuple[T_co, ...]] = Later(make)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._found())

    def __iter__(self) -> Iterator[T_co]:
        """Yield each."""
        return iter(self._found())

    @overload
    def __getitem__(self, at: int) -> T_co: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[T_co, ...]: ...
    def __getitem__(self, at: int | slice) -> T_co | tuple[T_co, ...]:
        """Return one, or some."""
        return self._found()[at]

    def __eq__(self, other: object) -> bool:
        """Return whether they are equal, whether they are found already or not."""
        return isinstance(other, tuple | LaterSequence) and self._found() == tuple(other)

    def __hash__(self) -> int:
        """Return the hash of the tuple."""
        return hash(self._found())

    def __repr__(self) -> str:
        """Return the tuple as it is written, or that it is not known yet."""
        return repr(self._found)

    def __reduce__(self) -> Any:
        """Return how a pickle makes it again."""
        return tuple, (self._found(),)
