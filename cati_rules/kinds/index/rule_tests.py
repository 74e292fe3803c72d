"""Whether an index awards what its tests expect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.result import IndexResult
from cati_rules.rule_tests import Failure, RuleTest
from cati_rules.text import Text


def failures(test: RuleTest, assessor: Callable[[Mapping[str, Decimal]], IndexAssessor]) -> Iterator[Failure]:
    """Yield the points that are not as a test expects them; see :class:`cati_rules.rule_tests.Testing`."""
    awarded = _awarded(assessor(test.parameters).assess_as_published(test.given))
    for name, points in test.expect.items():
        got = awarded.get(name)
        if got is None:
            message = Text(f"there is no rule {name}.", f"没有规则 {name}。")
            yield Failure(test, message)
        elif got != points:
            message = Text(
                f"{name}: expected {points}, awarded {got}.", f"{name}：应得 {points}，实得 {got}。"
            )
            yield Failure(test, message)


def _awarded(result: IndexResult) -> dict[str, Decimal]:
    """Return nominal points by dimension, group and indicator; an indicator shows what it earned."""
    points: dict[str, Decimal] = {}
    for dimension in result.dimensions:
        points[dimension.dimension.id] = dimension.awarded
        for group in dimension.groups:
            points[group.group.id] = group.awarded
            for each in group.indicators:
                points[each.indicator.id] = each.awarded if each.counts_elsewhere is None else each.earned
    return points
