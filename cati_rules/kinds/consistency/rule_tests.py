"""Whether a consistency ruleset finds what its tests expect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from cati_rules.documents import format_path
from cati_rules.kinds.consistency.assessment import ConsistencyAssessor
from cati_rules.rule_tests import FOUND, Failure, RuleTest
from cati_rules.text import Text


def failures(
    test: RuleTest, assessor: Callable[[Mapping[str, Decimal]], ConsistencyAssessor]
) -> Iterator[Failure]:
    """Yield what is not found as a test expects it, ids alone once each; see :class:`cati_rules.rule_tests.Testing`."""
    looking = assessor(test.parameters)
    findings = looking.assess(test.given, as_of=test.as_of or looking.ruleset.period.first_certain).findings
    expected = test.expect.get(FOUND, ())
    if all(isinstance(each, str) for each in expected):
        wanted, got = sorted(set(expected)), sorted({each.rule.id for each in findings})
    else:
        wanted = sorted(_told(each["id"], each["severity"], each["at"]) for each in expected)
        got = sorted(_told(each.rule.id, each.severity, format_path(each.path)) for each in findings)
    if wanted != got:
        message = Text(f"findings: expected {wanted}, found {got}.", f"findings：应为 {wanted}，实为 {got}。")
        yield Failure(test, message)


def _told(identifier: str, severity: str, at: str) -> str:
    return f"{severity} {identifier} {at}"
