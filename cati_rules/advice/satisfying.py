"""Values that meet what was asked of one place in a document, as an evaluation saw it: the least that is asked for.

What would turn a criterion and what fills in a document both take their values from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, Literal

from msgspec import Struct

from cati_rules.kinds.needs import Demand, Observation
from cati_rules.language import TRUE, nodes
from cati_rules.language.possibilities import compare
from cati_rules.language.ranges import Number, settled
from cati_rules.schema.navigation import field_at
from cati_rules.schema.samples import other_values, sample_at

Plain = Decimal | Fraction | str | bool
TurnOperator = nodes.Operator | Literal["contains"]
SMALL = Fraction(1, 100)
"""How far inside of an open bound a value is tried: as people write shares."""


class Attempt(Struct, frozen=True):
    """A value to try, and how what it stands for is told: ``operator told``, None where it is an example."""

    value: Any
    operator: TurnOperator
    told: Plain | None


def values_that_meet(seen: Observation, schema: Mapping[str, Any], now: Any) -> Iterator[Attempt]:
    """Yield values that meet what was asked where ``seen`` stands; nothing where entries of a list are asked for.

    ``schema`` is that of the document, which holds ``now`` there.
    """
    find = _VALUES.get(seen.demand)
    return iter(()) if find is None else find(seen, schema, now)


def satisfies(seen: Observation, value: Any) -> bool:
    """Return whether a value that is given meets what was asked where ``seen`` stands."""
    if value is None:
        return False
    if seen.demand == "compare":
        operator, limit = seen.operator, seen.limit
        return operator is not None and limit is not None and compare(operator, value, limit) == TRUE
    if seen.demand == "contains":
        return not seen.negated and isinstance(value, list) and any(each in value for each in seen.choices)
    if seen.demand == "member":
        return (value in seen.choices) != seen.negated
    return seen.demand == "present" or value is {"true": True, "false": False}.get(seen.demand)


def asks_for_another(seen: Observation) -> bool:
    """Return whether any value will do but some: there are many, none of which is asked for."""
    return seen.operator == "!=" or (seen.demand == "member" and seen.negated)


def _compared(seen: Observation, schema: Mapping[str, Any], _: Any) -> Iterator[Attempt]:
    limit, operator = seen.limit, seen.operator
    if limit is None or operator is None:
        return
    at = field_at(schema, seen.path)
    if operator == "!=":
        yield from (Attempt(each, "!=", limit) for each in other_values(limit, at.get("enum", ())))
    elif isinstance(limit, str | bool):
        yield Attempt(limit, operator, limit)
    else:
        yield Attempt(_beside(operator, limit, whole=at.get("type") == "integer"), operator, limit)


def _beside(operator: nodes.Operator, limit: Number, *, whole: bool) -> Number:
    """Return the number nearest to a limit that compares with it, in steps that people write."""
    step = {">": 1, "<": -1}.get(operator, 0) * (Fraction(1) if whole else SMALL)
    return settled(Fraction(limit) + step) if step else limit


def _chosen(seen: Observation, schema: Mapping[str, Any], _: Any) -> Iterator[Attempt]:
    choices = [each for each in seen.choices if each is not None]
    if seen.negated:
        choices = [each for each in field_at(schema, seen.path).get("enum", ()) if each not in choices]
    yield from (Attempt(each, "==", each) for each in choices)


def _contained(seen: Observation, _schema: Mapping[str, Any], now: Any) -> Iterator[Attempt]:
    if not seen.negated:
        yield from (
            Attempt([*(now or ()), each], "contains", each) for each in seen.choices if each is not None
        )


def _given(seen: Observation, schema: Mapping[str, Any], _: Any) -> Iterator[Attempt]:
    yield Attempt(sample_at(schema, seen.path), "!=", None)


def _counted(seen: Observation, schema: Mapping[str, Any], now: Any) -> Iterator[Attempt]:
    """Yield an example of a list that is not there, where one of some length is asked for."""
    limit = seen.limit
    listed = isinstance(seen.condition, nodes.Count) and seen.condition.where is None
    if listed and seen.operator in (">", ">=") and now is None:
        example = sample_at(schema, seen.path)
        needed = ceil(limit) + (seen.operator == ">") if isinstance(limit, Decimal) else 0
        if isinstance(example, list) and len(example) >= needed:
            yield Attempt(example, "!=", None)


def _true(_seen: Observation, _schema: Mapping[str, Any], _: Any) -> Iterator[Attempt]:
    yield Attempt(True, "==", True)


def _false(_seen: Observation, _schema: Mapping[str, Any], _: Any) -> Iterator[Attempt]:
    yield Attempt(False, "==", False)


_VALUES: Mapping[Demand, Callable[[Observation, Mapping[str, Any], Any], Iterator[Attempt]]] = {
    "compare": _compared,
    "member": _chosen,
    "contains": _contained,
    "present": _given,
    "amount": _counted,
    "true": _true,
    "false": _false,
}
"""Which values would do, by what was asked of a field; what asks for entries of a list has no single value."""
