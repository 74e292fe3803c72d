"""Truths over columns: whether a condition must hold, and whether it may.

A truth known for every row is a plain ``bool``, so that nothing is computed of a column that is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias, Union

from msgspec import Struct

if TYPE_CHECKING:
    import narwhals as nw

Flag: TypeAlias = Union[bool, "nw.Expr"]
"""A column of truths without nulls, or one truth for all rows."""


def negation(flag: Flag) -> Flag:
    """Return where ``flag`` is not set."""
    return not flag if isinstance(flag, bool) else ~flag


def both(left: Flag, right: Flag) -> Flag:
    """Return where both flags are set."""
    if isinstance(left, bool):
        return right if left else False
    if isinstance(right, bool):
        return left if right else False
    return left & right


def either(left: Flag, right: Flag) -> Flag:
    """Return where at least one flag is set."""
    if isinstance(left, bool):
        return True if left else right
    if isinstance(right, bool):
        return True if right else left
    return left | right


def every(flags: Iterable[Flag]) -> Flag:
    """Return where all flags are set; everywhere if there are none."""
    return _folded(list(flags), both, True)


def some(flags: Iterable[Flag]) -> Flag:
    """Return where a flag is set; nowhere if there are none."""
    return _folded(list(flags), either, False)


def _folded(flags: list[Flag], combine: Callable[[Flag, Flag], Flag], of_none: bool) -> Flag:
    """Return all flags combined; by halves, since engines do not take a hundred expressions within each other."""
    if len(flags) > 1:
        half = len(flags) // 2
        return combine(_folded(flags[:half], combine, of_none), _folded(flags[half:], combine, of_none))
    return flags[0] if flags else of_none


class Truth(Struct, frozen=True):
    """Where a condition must hold, and where it may; what must hold may."""

    must: Flag
    may: Flag


HOLDS, FAILS, OPEN = Truth(True, True), Truth(False, False), Truth(False, True)


def truth_of(value: bool) -> Truth:
    """Return what is the same in all rows."""
    return HOLDS if value else FAILS


def all_hold(truths: Iterable[Truth]) -> Truth:
    """Return the truth of "and"."""
    listed = list(truths)
    return Truth(every(each.must for each in listed), every(each.may for each in listed))


def one_holds(truths: Iterable[Truth]) -> Truth:
    """Return the truth of "or"."""
    listed = list(truths)
    return Truth(some(each.must for each in listed), some(each.may for each in listed))


def contrary(truth: Truth) -> Truth:
    """Return the truth of "not"."""
    return Truth(negation(truth.may), negation(truth.must))


def opened(truth: Truth, where: Flag) -> Truth:
    """Return ``truth``, undecided ``where`` the source leaves it open."""
    return Truth(both(truth.must, negation(where)), either(truth.may, where))


def chosen(condition: Truth, then: Truth, otherwise: Truth) -> Truth:
    """Return the truth of ``condition ? then : otherwise``."""
    first, second = all_hold((condition, then)), all_hold((contrary(condition), otherwise))
    # Where the condition is open, the whole must hold if both branches must.
    return Truth(
        some((first.must, second.must, both(then.must, otherwise.must))), either(first.may, second.may)
    )
