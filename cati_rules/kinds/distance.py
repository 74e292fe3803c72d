"""How much keeps a condition from holding: counted on its trace, to find what is nearest to holding."""

from __future__ import annotations

from cati_rules.language import TRUE, Trace, nodes
from cati_rules.language.trace import Entry, JunctionTrace, NameTrace, SearchTrace

ENTRY = 3
"""A list in which nothing fits lacks more than some fields of an entry that does: one has to be added whole."""


def lacks(trace: Trace) -> int:
    """Return how many single conditions keep a trace's condition from holding; of alternatives, the fewest."""
    if trace.truth == TRUE:
        return 0
    node = trace.node
    if isinstance(trace, JunctionTrace):
        fewest = sum if isinstance(node, nodes.And) else min
        return fewest(lacks(each) for each in trace.operands)
    if isinstance(trace, NameTrace):
        return max(1, lacks(trace.definition))
    if isinstance(trace, SearchTrace) and isinstance(node, nodes.Any):
        # An entry that the filter takes can be completed; one that is about something else cannot be made to fit.
        entries = trace.entries or ()
        fitting = (lacks(each.body) for each in entries if each.body is not None and _is_taken(each.where))
        return min((ENTRY, *fitting))
    return ENTRY if isinstance(node, nodes.All) else 1


def _is_taken(held: Trace | None) -> bool:
    return held is None or held.truth == TRUE


def entry_lacks(entry: Entry) -> tuple[int, int]:
    """Return how much an entry of a searched list lacks, and its place for those that lack the same."""
    return sum(lacks(each) for each in (entry.where, entry.body) if each is not None), entry.index
