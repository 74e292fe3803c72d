"""Whether a definition comes to the verdicts that its tests expect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from cati_rules.documents import format_path
from cati_rules.kinds.definition.assessment import DefinitionAssessor
from cati_rules.rule_tests import Failure, RuleTest
from cati_rules.text import Text


def failures(
    test: RuleTest, assessor: Callable[[Mapping[str, Decimal]], DefinitionAssessor]
) -> Iterator[Failure]:
    """Yield what is not as a test expects it; see :class:`cati_rules.rule_tests.Testing`."""
    judge = assessor(test.parameters)
    result = judge.assess(test.given, as_of=test.as_of or judge.ruleset.period.first_certain)
    missing = sorted(format_path(path) for path in result.missing)
    got = {
        "verdict": result.verdict,
        "level": result.level,
        "missing": missing,
        "in_force": result.standing,
    }
    for name, expected in test.expect.items():
        wanted = sorted(expected) if isinstance(expected, list) else expected
        if got[name] != wanted:
            message = Text(
                f"{name}: expected {wanted}, found {got[name]}.", f"{name}：应为 {wanted}，实为 {got[name]}。"
            )
            yield Failure(test, message)
