"""Inputs that are not given: where they stand, and which are needed together or instead of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, product

from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.definition.rules import EACH, QUALIFIES
from cati_rules.kinds.definition.years import given_as
from cati_rules.language.missing_inputs import AnyOf, Missing

Way = tuple[FieldPath, ...]
MOST_WAYS = 6
"""More ways than this are no answer to what is missing."""


def placed(fields: FieldPath, entry: FieldPath) -> FieldPath:
    """Return where fields that a condition speaks of stand: in the entry judged, or in the document."""
    return given_as((*entry, *fields[1:]) if fields[:1] == (EACH,) else fields)


def placed_in(found: Iterable[Missing], entry: FieldPath) -> Iterator[Missing]:
    """Yield inputs that a condition speaks of at the places where they stand."""
    return _moved(found, lambda each: placed(each, entry))


def fields_of(found: Iterable[Missing], within: FieldPath) -> Iterator[Missing]:
    """Yield the fields among some inputs of what stands at ``within``; a mark that qualifies an entry is none."""
    return _moved(found, lambda each: None if each[-1:] == (QUALIFIES,) else (*within, *each))


def _moved(found: Iterable[Missing], to: Callable[[FieldPath], FieldPath | None]) -> Iterator[Missing]:
    for each in found:
        if isinstance(each, AnyOf):
            moved = (tuple(_moved(way, to)) for way in each.ways)
            ways = tuple(way for way in moved if way)
            yield from (AnyOf(ways),) if ways else ()
        elif (place := to(each)) is not None:
            yield place


def told_apart(needs: Sequence[Missing]) -> tuple[Way, tuple[tuple[Way, ...], ...]]:
    """Return the inputs that are needed together, and the ways of each choice that is to be made beside them.

    A way that asks for more than another one does is none; of a choice with too many ways, all are told together.
    """
    together = dict.fromkeys(each for each in needs if not isinstance(each, AnyOf))
    choices: list[tuple[Way, ...]] = []
    for each in needs:
        if isinstance(each, AnyOf):
            ways = _fewest(islice(_ways(each), MOST_WAYS + 1))
            if len(ways) == 1 or len(ways) > MOST_WAYS:
                together |= dict.fromkeys(one for way in ways for one in way)
            else:
                choices.append(ways)
    left = (_fewest(tuple(one for one in way if one not in together) for way in ways) for ways in choices)
    return tuple(together), tuple(dict.fromkeys(ways for ways in left if len(ways) > 1))


def _fewest(ways: Iterable[Way]) -> tuple[Way, ...]:
    found = tuple(dict.fromkeys(ways))
    return tuple(way for way in found if not any(set(other) < set(way) for other in found))


def _ways(need: Missing) -> Iterator[Way]:
    if not isinstance(need, AnyOf):
        yield (need,)
        return
    for way in need.ways:
        for parts in product(*(tuple(islice(_ways(each), MOST_WAYS + 1)) for each in way)):
            yield tuple(dict.fromkeys(one for part in parts for one in part))
