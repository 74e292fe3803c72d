"""Rulesets: what authors write, what the evaluation sees, and where they are found."""

from cati_rules.catalog.definition import Definition
from cati_rules.catalog.index import Index
from cati_rules.catalog.ruleset import Ruleset
from cati_rules.catalog.store import load_ruleset, ruleset_ids

__all__ = ["Definition", "Index", "Ruleset", "load_ruleset", "ruleset_ids"]
