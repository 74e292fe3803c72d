"""How a consistency ruleset looks at a document."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from cati_rules.kinds.consistency.assessment import ConsistencyAssessor
from cati_rules.kinds.consistency.rules import Consistency
from cati_rules.kinds.registry import Outcome, Run, Services
from cati_rules.text import Text

NO_SUCH = Text("not a consistency ruleset", "不是一致性类规则集")


def assessor(
    rules: Consistency,
    services: Services,
    parameters: Mapping[str, Decimal],  # noqa: ARG001 - it leaves none to others
) -> ConsistencyAssessor:
    """Return a consistency ruleset ready to look at documents."""
    return ConsistencyAssessor(rules, services.record_of)


def judged(assessor: ConsistencyAssessor, identifier: str, run: Run) -> Outcome:
    """Return what is found in a document."""
    return Outcome(run.looked[identifier], assessor)
