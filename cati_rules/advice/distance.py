"""How much keeps a condition from holding: counted on its trace, to find what is nearest to holding."""

from __future__ import annotations

from cati_rules.language import TRUE, Trace, nodes

ENTRY = 3
"""A list in which nothing fits lacks more than some fields of an entry that does: one has to be added whole."""


def lacks(trace: Trace) -> int:
    """Return how many single conditions keep a trace's condition from holding; of alternatives, the fewest."""
    if trace[0] == TRUE:
        return 0
    node = trace[1]
    if isinstance(node, nodes.And):
        return sum(lacks(each) for each in trace[2])
    if isinstance(node, nodes.Or):
        return min(lacks(each) for each in trace[2])
    if isinstance(node, nodes.Named):
        return max(1, lacks(trace[2]))
    if isinstance(node, nodes.Any):
        # An entry that the filter takes can be completed; one that is about something else cannot be made to fit.
        fitting = (lacks(body) for _, held, body in trace[2] or () if body is not None and _is_taken(held))
        return min((ENTRY, *fitting))
    return ENTRY if isinstance(node, nodes.All) else 1


def _is_taken(held: Trace | None) -> bool:
    return held is None or held[0] == TRUE


def entry_lacks(entry: tuple[int, Trace | None, Trace | None]) -> tuple[int, int]:
    """Return how much an entry of a searched list lacks, and its place for those that lack the same."""
    return sum(lacks(each) for each in entry[1:] if each is not None), entry[0]
