"""The comparisons of numbers that a condition makes: value, operator, limit, and how far apart they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.language import NumberRange, Trace, nodes
from cati_rules.language.inlining import with_arguments
from cati_rules.language.nodes import OPPOSITE, TURNED
from cati_rules.language.ranges import divide_exactly, negate_number, subtract_exactly
from cati_rules.language.ranges import negated as opposite
from cati_rules.language.trace import CompareTrace, leaves

Number = Decimal | Fraction
_AMOUNTS = (Decimal, Fraction, NumberRange)


class Comparison(Struct, frozen=True):
    """``value operator limit``, as it has to hold; either side may be a range where something is not known."""

    truth: int
    subject: nodes.Node
    value: Number | NumberRange
    operator: nodes.Operator
    bound: nodes.Node
    limit: Number | NumberRange

    @property
    def margin(self) -> Number | None:
        """How far the value is on the good side of the limit (negative: on the bad side), in the unit of both.

        None where either is not known, and for equality.
        """
        if isinstance(self.value, NumberRange) or isinstance(self.limit, NumberRange):
            return None
        if self.operator in ("<", "<="):
            return subtract_exactly(self.limit, self.value)
        return subtract_exactly(self.value, self.limit) if self.operator in (">", ">=") else None

    @property
    def relative_margin(self) -> Number | None:
        """The margin as a share of the limit; None where there is none, or the limit is zero."""
        margin = self.margin
        if margin is None or isinstance(self.limit, NumberRange) or self.limit == 0:
            return None
        return divide_exactly(margin, self.limit if self.limit > 0 else negate_number(self.limit))


def comparisons(trace: Trace, named: Mapping[str, nodes.Node]) -> Iterator[Comparison]:
    """Yield the comparisons of numbers in a trace, in the order of the condition; not those within lists.

    ``named`` are the definitions; of one with parameters, the comparison speaks of what it was asked of.
    """
    for leaf in leaves(trace):
        if isinstance(leaf.trace, CompareTrace):
            for found in _comparison(leaf.trace, leaf.negated):
                subject, bound = found.subject, found.bound
                for use in reversed(leaf.uses):
                    subject, bound = (with_arguments(side, use, named) for side in (subject, bound))
                yield replace(found, subject=subject, bound=bound)


def _comparison(trace: CompareTrace, negated: bool) -> Iterator[Comparison]:
    node, left, right = trace.node, trace.left, trace.right
    if not isinstance(left, _AMOUNTS) or not isinstance(right, _AMOUNTS):
        return
    operator: nodes.Operator = OPPOSITE[node.operator] if negated else node.operator
    truth = opposite(trace.truth) if negated else trace.truth
    if isinstance(node.left, nodes.Literal) and not isinstance(node.right, nodes.Literal):
        yield Comparison(truth, node.right, right, TURNED[operator], node.left, left)
    else:
        yield Comparison(truth, node.left, left, operator, node.right, right)
