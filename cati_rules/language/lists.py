"""What evaluates quantifiers, sums and counts over the elements of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from cati_rules.language import nodes
from cati_rules.language.conditions import Condition
from cati_rules.language.possibilities import (
    DROPPED,
    Value,
    greatest,
    least,
    total,
)
from cati_rules.language.ranges import FALSE, TRUE, NumberRange
from cati_rules.language.reading import CACHE_SLOT, LOG_SLOT, Frame, Read
from cati_rules.language.repeated import LONG, count_looked_at, keep, values_read
from cati_rules.language.trace import AggregateTrace, Amount, CountTrace, Entry, SearchTrace, Trace

Part = tuple[int, Value]
MOST_TOLD = 128
"""How many entries of a list within another the trace tells of: it may be gone through for each entry of that one."""
_PLAIN = (Decimal, str)


def _by_value(name: str, items: Sequence[Any]) -> dict[Any, list[tuple[int, Any]]]:
    """Return the elements by the value of a field; those without it are under each value, and under None."""
    kept = [(index, item, item.get(name)) for index, item in enumerate(items) if isinstance(item, Mapping)]
    found: dict[Any, list[tuple[int, Any]]] = {value: [] for _, _, value in kept}
    found[None] = []
    for index, item, value in kept:
        for one in found.values() if value is None else (found[value],):
            one.append((index, item))
    return found


class Elements(Struct, frozen=True):
    """The list that is gone through (None if absent), the slot of its variable, and the filter.

    ``key`` stands for the filter in the cache where it looks at nothing but its element, the document, and what is
    ``asked`` around the list. ``alike`` is a field that elements must have in common with a value outside the list: its
    name, and the way to that value. ``sure`` is the part of the filter that is the same whatever is asked around the
    list, None where there is no such part.
    """

    source: Read
    slot: int
    where: Condition | None
    key: object = None
    alike: tuple[str, Read] | None = None
    asked: tuple[Read, ...] = ()
    sure: Condition | None = None

    def candidates(self, frame: Frame, items: Sequence[Any]) -> Iterable[tuple[int, Any]]:
        """Return the elements that the filter may take, with their places in the list."""
        if self.alike is None:
            return enumerate(items)
        name, read = self.alike
        value = read(frame)
        if type(value) not in _PLAIN:
            return enumerate(items)
        cache, at = frame[CACHE_SLOT], (name, id(items))
        by_value = cache.get(at)
        if by_value is None:
            cache[at] = by_value = _by_value(name, items)
        found: list[tuple[int, Any]] = by_value.get(value, by_value[None])
        return found


def _last_certain(elements: Elements) -> Callable[[Frame, Any], int]:
    """Return what finds the last element that a filter can take for certain, once for each list; -1 if none."""
    slot, sure, mark = elements.slot, elements.sure, object()

    def find(frame: Frame, items: Any) -> int:
        if sure is None:
            return len(items)
        cache, at = frame[CACHE_SLOT], (mark, id(items))
        found: int | None = cache.get(at)
        if found is None:
            found = -1
            for index, item in enumerate(items):
                if item is not DROPPED:
                    frame[slot] = item
                    if sure(frame).truth == TRUE:
                        found = index
            cache[at] = found
        return found

    return find


Taken = tuple[int, int, Any, Trace]
"""What the filter takes, or may take: the place in the trace, the index, the element, the filter's trace."""
Sifted = tuple[list[Entry], list[Taken], int]
"""The trace as it is if nothing is taken, what is taken, and the place of the last that is certainly taken."""


def _sift(elements: Elements, where: Condition) -> Callable[[Frame, Any], Sifted]:
    """Return what applies a filter to a list, once for each document if it can be shared."""
    slot, key, asked = elements.slot, elements.key, elements.asked

    def sift(frame: Frame, items: Any) -> Sifted:
        looked_at: list[Entry] = []
        taken: list[Taken] = []
        certain = -1
        for index, item in elements.candidates(frame, items):
            if item is DROPPED:
                continue
            frame[slot] = item
            held = where(frame)
            if held.truth != FALSE:
                taken.append((len(looked_at), index, item, held))
                if held.truth == TRUE:
                    certain = len(looked_at)
            looked_at.append(Entry(index, held))
        if len(looked_at) > LONG:
            count_looked_at(frame, len(looked_at))
        return looked_at, taken, certain

    if key is None:
        return sift

    # Conditions of a ruleset ask the same lists for the same elements over and over. The document, which outlives
    # the cache, holds the list, so that its identity stands for it.
    def shared(frame: Frame, items: Any) -> Sifted:
        if asked and len(items) < LONG:
            return sift(frame, items)
        cache = frame[CACHE_SLOT]
        at = (key, id(items), *values_read(frame, asked)) if asked else (key, id(items))
        found: Sifted | None = cache.get(at)
        if found is None:
            found = sift(frame, items)
            if asked:
                keep(cache, key, at, found)
            else:
                cache[at] = found
        return found

    return shared


def _untold(items: Sequence[Any], told: Sequence[Entry]) -> int:
    """Return how many entries of a list the trace does not tell of, where it was cut."""
    return len(items) - len(told) if len(items) > MOST_TOLD else 0


def _one_by_one(
    node: nodes.Any, elements: Elements, where: Condition, body: Condition
) -> Callable[[Frame, Any], Trace]:
    """Return what applies filter and body to one element after the other until the answer of ``$any`` is known."""
    slot, last = elements.slot, _last_certain(elements)

    def run(frame: Frame, items: Any) -> Trace:
        certain = last(frame, items)
        judged: list[Entry] = []
        every, some, count = FALSE, 0, 0
        for index, item in enumerate(items):
            if item is DROPPED:
                continue
            count += 1
            frame[slot] = item
            held = where(frame)
            asked = held.truth == TRUE or (held.truth != FALSE and not some & TRUE)
            found = body(frame) if asked else None
            if count <= MOST_TOLD:
                judged.append(Entry(index, held, found))
            if found is not None:
                truth = held.truth
                truth = (truth & found.truth & TRUE) | ((truth | found.truth) & FALSE)
                every &= truth
                some |= truth
            if not every or (some & TRUE and index >= certain):
                break
        if count > LONG:
            count_looked_at(frame, count)
        return SearchTrace(every | (some & TRUE), node, judged, _untold(items, judged))

    return run


def _exists_unfiltered(
    node: nodes.Any, elements: Elements, body: Condition, absent: int, *, within: bool
) -> Condition:
    """Return the evaluation of ``$any`` over all entries of a list."""
    source, slot, no_list = elements.source, elements.slot, SearchTrace(absent, node, None)

    def run(frame: Frame) -> Trace:
        items = source(frame)
        if items is None:
            return no_list
        looked_at: list[Entry] = []
        every, some = FALSE, 0
        for index, item in enumerate(items):
            if item is DROPPED:
                continue
            frame[slot] = item
            found = body(frame)
            looked_at.append(Entry(index, None, found))
            truth = found.truth
            every &= truth
            some |= truth
            if within and not every and (index > LONG or len(items) > MOST_TOLD):
                break
        if len(looked_at) > LONG:
            count_looked_at(frame, len(looked_at))
        return SearchTrace(every | (some & TRUE), node, looked_at, _untold(items, looked_at))

    return run


def exists(
    node: nodes.Any,
    elements: Elements,
    body: Condition,
    absent: int,
    *,
    within: bool = False,
    searches: bool = False,
) -> Condition:
    """Return the evaluation of ``$any``; ``absent`` is the truth where there is no list.

    ``within`` another list, a long one is looked at until the answer is known: it may be for each entry there. Where
    the body ``searches`` a list for each entry, a long one is searched for no entry that cannot change the answer.
    """
    if elements.where is None:
        return _exists_unfiltered(node, elements, body, absent, within=within)
    source, slot, where = elements.source, elements.slot, elements.where
    no_list = SearchTrace(absent, node, None)
    sift, run_one_by_one = _sift(elements, where), _one_by_one(node, elements, where, body)
    by_one = within and elements.alike is None and (elements.key is None or bool(elements.asked))
    sparing = within or searches

    def run_on_taken(frame: Frame) -> Trace:
        items = source(frame)
        if items is None:
            return no_list
        if by_one and len(items) > MOST_TOLD:
            return run_one_by_one(frame, items)
        looked_at, taken, certain = sift(frame, items)
        if not taken:
            return SearchTrace(FALSE, node, looked_at)
        soon = LONG if len(items) <= MOST_TOLD else -1
        spared = sparing and len(items) > MOST_TOLD
        judged: list[Entry] = []
        every, some = FALSE, 0
        for place, index, item, held in taken:
            # Once the answer may be yes, what is only perhaps in the list adds nothing: it cannot make it certain.
            if spared and some & TRUE and held.truth != TRUE:
                continue
            frame[slot] = item
            found = body(frame)
            if not within or place <= MOST_TOLD:
                judged.extend(looked_at[len(judged) : place])
                judged.append(Entry(index, held, found))
            truth = held.truth
            truth = (truth & found.truth & TRUE) | ((truth | found.truth) & FALSE)
            every &= truth
            some |= truth
            # What is only perhaps in the list cannot settle what is undecided.
            if within and place > soon and (not every or (some & TRUE and place >= certain)):
                break
        else:
            if not within or len(looked_at) <= MOST_TOLD:
                judged.extend(looked_at[len(judged) :])
        if len(judged) > LONG:
            count_looked_at(frame, len(taken))
        return SearchTrace(every | (some & TRUE), node, judged, _untold(items, judged))

    return run_on_taken


def holds_for_all(node: nodes.All, elements: Elements, body: Condition, absent: int) -> Condition:
    """Return the evaluation of ``$all``; ``absent`` is the truth where there is no list."""
    source, slot, no_list = elements.source, elements.slot, SearchTrace(absent, node, None)

    def run(frame: Frame) -> Trace:
        items = source(frame)
        if items is None:
            return no_list
        looked_at: list[Entry] = []
        every, some = TRUE, 0
        for index, item in enumerate(items):
            if item is DROPPED:
                continue
            frame[slot] = item
            found = body(frame)
            looked_at.append(Entry(index, None, found))
            truth = found.truth
            every &= truth
            some |= truth
        return SearchTrace(every | (some & FALSE), node, looked_at)

    if elements.where is None:
        return run
    sift = _sift(elements, elements.where)

    def run_on_taken(frame: Frame) -> Trace:
        items = source(frame)
        if items is None:
            return no_list
        looked_at, taken, _ = sift(frame, items)
        if not taken:
            return SearchTrace(TRUE, node, looked_at)
        looked_at = looked_at.copy()
        every, some = TRUE, 0
        for place, index, item, held in taken:
            frame[slot] = item
            found = body(frame)
            looked_at[place] = Entry(index, held, found)
            left_out = ((held.truth & TRUE) << 1) | (held.truth >> 1)
            # What the filter leaves out cannot speak against "all".
            truth = ((left_out | found.truth) & TRUE) | (left_out & found.truth & FALSE)
            every &= truth
            some |= truth
        return SearchTrace(every | (some & FALSE), node, looked_at)

    return run_on_taken


def aggregate(
    node: nodes.OverList, elements: Elements, body: Read, absent: Value, *, not_negative: bool, plain: bool
) -> Read:
    """Return the evaluation of ``$sum``, ``$min`` or ``$max``; ``absent`` is the value where there is no
    list.

    ``not_negative`` says that the body cannot be negative, whatever the elements are.
    """
    combine = _combination(node, not_negative)
    source, slot, where = elements.source, elements.slot, elements.where

    def run(frame: Frame) -> Value:
        items = source(frame)
        log = frame[LOG_SLOT]
        if items is None:
            log.append(AggregateTrace(absent, node, (), None))
            return absent
        looked_at: list[Amount] = []
        parts: list[Part] = []
        for index, item in elements.candidates(frame, items):
            if item is DROPPED:
                continue
            frame[slot] = item
            held = None if where is None else where(frame)
            if held is not None and held.truth == FALSE:
                looked_at.append(Amount(index, held, None, ()))
                continue
            inner: Any = ()
            if not plain:
                frame[LOG_SLOT] = inner = []
            value = body(frame)
            looked_at.append(Amount(index, held, value, inner))
            parts.append((TRUE if held is None else held.truth, value))
        frame[LOG_SLOT] = log
        if len(looked_at) > LONG:
            count_looked_at(frame, len(looked_at))
        result = combine(parts)
        log.append(AggregateTrace(result, node, (), looked_at))
        return result

    return run


def _combination(node: nodes.OverList, not_negative: bool) -> Callable[[list[Part]], Value]:
    if isinstance(node, nodes.Sum):
        return lambda parts: total(parts, not_negative=not_negative)
    return least if isinstance(node, nodes.Minimum) else greatest


def count(node: nodes.Count, elements: Elements, absent: Value) -> Read:
    """Return the evaluation of ``length``; ``absent`` is the value where there is no list."""
    source, slot, where = elements.source, elements.slot, elements.where

    def run(frame: Frame) -> Value:
        items = source(frame)
        if items is None:
            frame[LOG_SLOT].append(CountTrace(absent, node, (), None))
            return absent
        if where is None:
            whole = Decimal(sum(item is not DROPPED for item in items))
            frame[LOG_SLOT].append(CountTrace(whole, node))
            return whole
        certain = possible = 0
        looked_at: list[Entry] = []
        for index, item in elements.candidates(frame, items):
            if item is not DROPPED:
                frame[slot] = item
                held = where(frame)
                looked_at.append(Entry(index, held))
                certain += held.truth == TRUE
                possible += held.truth != FALSE
        if len(looked_at) > LONG:
            count_looked_at(frame, len(looked_at))
        result: Value = Decimal(certain)
        if certain != possible:
            result = NumberRange(Decimal(certain), False, Decimal(possible), False)
        frame[LOG_SLOT].append(CountTrace(result, node, (), looked_at))
        return result

    return run
