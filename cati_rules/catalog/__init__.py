"""Rulesets: what authors write, what the evaluation sees, and where they are found."""

from cati_rules.catalog.ruleset import Ruleset
from cati_rules.catalog.store import load_ruleset, ruleset_ids
from cati_rules.kinds.definition.rules import Definition
from cati_rules.kinds.index.rules import Index

__all__ = ["Definition", "Index", "Ruleset", "load_ruleset", "ruleset_ids"]
