"""How a definition judges a document."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from cati_rules.kinds.definition.assessment import DefinitionAssessor
from cati_rules.kinds.definition.rules import Definition
from cati_rules.kinds.registry import Outcome, Run, Services
from cati_rules.text import Text

NO_SUCH = Text("not a definition", "不是定义类规则集")


def assessor(rules: Definition, services: Services, parameters: Mapping[str, Decimal]) -> DefinitionAssessor:
    """Return a definition ready to judge documents, with numbers that it leaves to others."""
    return DefinitionAssessor(rules, services.record_of, parameters, services.contradictions_after)


def judged(
    assessor: DefinitionAssessor,
    identifier: str,  # noqa: ARG001 - as the others
    run: Run,
) -> Outcome:
    """Return the verdict on a document; what contradicts itself there decides nothing."""
    result = assessor.assess(run.value, as_of=run.as_of, contradictions=run.contradictions)
    return Outcome(result, assessor.body(str(run.value["kind"])))
