"""Numbers that a ruleset leaves to those who run it: limits of definitions, weights of indices."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from cati_rules.catalog.ruleset import Ruleset
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.text import Text

Parameters = Mapping[str, Mapping[str, Decimal]]
"""Numbers by ruleset and name."""
NO_PARAMETERS: Parameters = {}


def refuse_unfit(rules: Ruleset, given: Mapping[str, Decimal]) -> None:
    """Refuse numbers that a ruleset does not ask for, and weights that are none.

    Raises:
        UsageError: there is one.
    """
    known = rules.open_parameters
    for name, value in given.items():
        if name not in known:
            listed = ", ".join(known) or "–"
            raise _unfit(
                Text(
                    f"{rules.id} has no parameter {name}; known: {listed}.",
                    f"{rules.id} 没有参数 {name}；可用：{listed}。",
                )
            )
        wrong = rules.refuses(value)
        if wrong is not None:
            raise _unfit(Text(f"{rules.id}.{name} {wrong.en}", f"{rules.id}.{name} {wrong.zh}"))


def _unfit(message: Text) -> UsageError:
    return UsageError(Problem(place=Place("--parameter"), code="usage/option", message=message))
