"""How much keeps a condition from holding: counted on its trace, to find what is nearest to holding."""

from __future__ import annotations

from cati_rules.expressions import TRUE, Trace, nodes

ENTRY = 2
"""A list in which nothing fits lacks more than a single field: what is asked for has to be added whole."""


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
    return ENTRY if isinstance(node, nodes.Any | nodes.All) else 1


def entry_lacks(entry: tuple[int, Trace | None, Trace | None]) -> tuple[int, int]:
    """Return how much an entry of a searched list lacks, and its place for those that lack the same."""
    return sum(lacks(each) for each in entry[1:] if each is not None), entry[0]
