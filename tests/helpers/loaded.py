"""Rulesets of a kind that a test knows."""

from __future__ import annotations

from functools import cache

from cati_rules.catalog.store import load_ruleset
from cati_rules.kinds.index.rules import Index


@cache
def load_index(identifier: str) -> Index:
    """Return a shipped index, loaded once: properties ask for it with every example."""
    rules = load_ruleset(identifier)
    assert isinstance(rules, Index)
    return rules
