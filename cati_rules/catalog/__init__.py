"""Rulesets: what authors write, what the evaluation sees, and where they are found."""

from cati_rules.catalog.ruleset import Criterion, Dimension, Group, Indicator, Ruleset
from cati_rules.catalog.store import load_ruleset, ruleset_ids

__all__ = ["Criterion", "Dimension", "Group", "Indicator", "Ruleset", "load_ruleset", "ruleset_ids"]
