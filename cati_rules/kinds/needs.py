"""What a condition needs: conditions on single places, needed together or instead of each other, and entries of lists.

What is needed together and what would do instead of each other is told apart (:class:`OneOf`): what is said of a
condition that fails, done, meets it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice, product
from typing import Literal

from msgspec import Struct

from cati_rules.documents.paths import FieldPath
from cati_rules.language import nodes

Value = Decimal | Fraction | str | bool | None
Demand = Literal[
    "present", "absent", "compare", "member", "contains", "true", "false", "entry", "amount", "another"
]


class Observation(Struct, frozen=True):
    """One thing that was looked at.

    ``value`` is None where the document holds nothing there. ``demand`` says what was asked: that it is
    there, that it compares (``operator``, ``limit``), that it is one of ``choices``, that a list contains one
    of them, that it is true. ``entry`` stands for a list in which nothing fits ``condition``; ``entries`` is
    how many were looked at. ``items`` are what a list that was to contain something holds.
    ``another`` asks for a second entry beside the one at ``path``, which fits.
    ``limit_name`` and ``limit_path`` tell where a limit comes from: a named value,
    or another field. ``within`` names the condition on an entry, or the list, that this is a part of.
    ``assumed`` says that the document leaves the field out, and that it then stands for ``value``.
    ``besides`` marks a second entry that is asked for beside what the first one lacks itself.
    """

    path: FieldPath
    demand: Demand
    held: bool
    value: Value = None
    operator: nodes.Operator | None = None
    limit: Value = None
    limit_name: str | None = None
    limit_path: FieldPath | None = None
    choices: tuple[Value, ...] = ()
    condition: nodes.Node | None = None
    negated: bool = False
    entries: int = 0
    variables: tuple[tuple[str, FieldPath], ...] = ()
    items: tuple[Value, ...] | None = None
    within: str | None = None
    assumed: bool = False
    besides: bool = False

    @property
    def is_absent(self) -> bool:
        """Whether the document holds nothing there that could have met the demand."""
        if self.demand == "another":
            return False
        if self.demand == "entry":
            return not self.entries and not self.held
        return self.value is None and self.items is None and not self.held


class OneOf(Struct, frozen=True):
    """Ways to make something hold, one of which is enough; what a way lists is needed together.

    ``more`` counts entries of a list that are not told of: as alternatives, or, beside a single way, as more of what is
    needed.
    """

    ways: tuple[tuple[Need, ...], ...]
    more: int = 0


class EntryNeeds(Struct, frozen=True):
    """What an entry of a list lacks: what makes it one that is asked, then what is asked of it, each needed together.

    ``figure`` is what is asked of the figure in it, where those of all entries are added up or compared.
    """

    place: FieldPath
    lacking: tuple[tuple[Need, ...], ...]
    figure: Observation | None = None


class InList(Struct, frozen=True):
    """A list that has to hold what is ``seen``: by an entry, or more of them, of those that ``entries`` go through.

    An entry that ``may_add`` would do too.
    """

    seen: Observation
    entries: Callable[[], Iterator[EntryNeeds]]
    may_add: bool


Need = Observation | OneOf | InList
Way = tuple[Observation, ...]
MOST_WAYS = 6
"""More ways than this are no answer to what is missing."""


def leaves(needs: Iterable[Need]) -> Iterator[Observation]:
    """Yield all that is seen in some needs, in order."""
    for each in needs:
        if isinstance(each, OneOf):
            for way in each.ways:
                yield from leaves(way)
        else:
            yield each if isinstance(each, Observation) else each.seen


def first_of(needs: Iterable[Need]) -> tuple[Observation, ...]:
    """Return all that is seen in some needs, each once, but for what is asked for only besides."""
    return tuple(dict.fromkeys(each for each in leaves(needs) if not each.besides))


def choices_of(needs: Sequence[Need]) -> Iterator[tuple[tuple[Way, ...], int]]:
    """Yield for each thing needed the ways to have it, of single conditions, and how many more there are untold."""
    for need in needs:
        if isinstance(need, OneOf) and len(need.ways) == 1:
            yield from choices_of(need.ways[0])
            if need.more:
                yield (), need.more
            continue
        found = list(islice(_ways(need), MOST_WAYS + 1))
        more = need.more if isinstance(need, OneOf) else 0
        yield tuple(found[:MOST_WAYS]), more + (len(found) > MOST_WAYS)


def _ways(need: Need) -> Iterator[Way]:
    if not isinstance(need, OneOf):
        yield from ((each,) for each in leaves((need,)))
        return
    for way in need.ways:
        for parts in product(*(tuple(islice(_ways(each), MOST_WAYS + 1)) for each in way)):
            yield tuple(dict.fromkeys(one for part in parts for one in part))
