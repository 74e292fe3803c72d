"""Numbers that a ruleset leaves to those who run it: limits of definitions, weights of indices."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from cati_rules.catalog.fields import MOST_WEIGHT
from cati_rules.catalog.ruleset import Ruleset
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.kinds.definition.rules import Definition
from cati_rules.kinds.index.rules import Index
from cati_rules.text import Text

Parameters = Mapping[str, Mapping[str, Decimal]]
"""Numbers by ruleset and name."""
NO_PARAMETERS: Parameters = {}


def names_of(rules: Ruleset) -> tuple[str, ...]:
    """Return the names of the numbers that a ruleset leaves to others."""
    if isinstance(rules, Index):
        return tuple(each.id for each in rules.weights.values() if each.parameter)
    bodies = rules.bodies if isinstance(rules, Definition) else ()
    return tuple(each.name for body in bodies for each in body.parameters)


def refuse_unfit(rules: Ruleset, given: Mapping[str, Decimal]) -> None:
    """Refuse numbers that a ruleset does not ask for, and weights that are none.

    Raises:
        UsageError: there is one.
    """
    known = names_of(rules)
    for name, value in given.items():
        if name not in known:
            listed = ", ".join(known) or "–"
            raise _unfit(
                Text(
                    f"{rules.id} has no parameter {name}; known: {listed}.",
                    f"{rules.id} 没有参数 {name}；可用：{listed}。",
                )
            )
        if isinstance(rules, Index) and not 0 < value <= MOST_WEIGHT:
            raise _unfit(
                Text(
                    f"{rules.id}.{name} is a weight: a number over 0, {MOST_WEIGHT} at most.",
                    f"{rules.id}.{name} 为权重，应大于 0 且不超过 {MOST_WEIGHT}。",
                )
            )


def _unfit(message: Text) -> UsageError:
    return UsageError(Problem(place=Place("--parameter"), code="usage/option", message=message))
