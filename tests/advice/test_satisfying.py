"""The values that would meet what is asked of a field: the least that does, each of which does."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from cati_rules.advice.satisfying import asks_for_another, satisfies, values_that_meet
from cati_rules.kinds.needs import Demand, Observation
from cati_rules.schema import load_schema

SCHEMA = load_schema("disclosure")
SHARE = ("targets", 0, "coverage")
YEAR = ("targets", 0, "base_year")
SCOPE = ("emissions", 0, "scope")
SCOPES = ("targets", 0, "scopes")
FLAG = ("governance", "board_oversight")


def asked(path: tuple[str | int, ...], demand: Demand, **more: Any) -> Observation:
    return Observation(path, demand, held=False, **more)


@pytest.mark.parametrize(
    ("seen", "value"),
    [
        (asked(SHARE, "compare", operator=">=", limit=Decimal("0.67")), Decimal("0.67")),
        (asked(SHARE, "compare", operator=">", limit=Decimal("0.67")), Decimal("0.68")),
        (asked(SHARE, "compare", operator="<", limit=Decimal("0.67")), Decimal("0.66")),
        (asked(SHARE, "compare", operator="<=", limit=Fraction(2, 3)), Fraction(2, 3)),
        (asked(SHARE, "compare", operator="==", limit=Decimal("0.50")), Decimal("0.50")),
        (asked(YEAR, "compare", operator=">", limit=Decimal(2015)), Decimal(2016)),
        (asked(YEAR, "compare", operator="<", limit=Decimal(2015)), Decimal(2014)),
        (asked(SCOPE, "compare", operator="==", limit="scope_3"), "scope_3"),
        (asked(SCOPE, "member", choices=("scope_2", "scope_3")), "scope_2"),
        (asked(SCOPES, "contains", choices=("scope_3",)), ["scope_1", "scope_3"]),
        (asked(FLAG, "true"), True),
        (asked(FLAG, "false"), False),
    ],
    ids=str,
)
def test_the_first_value_is_the_least_that_is_asked_for(seen: Observation, value: Any) -> None:
    now = ["scope_1"] if seen.demand == "contains" else None
    first = next(values_that_meet(seen, SCHEMA, now))
    assert first.value == value
    assert type(first.value) is type(value)


@pytest.mark.parametrize(
    "seen",
    [
        asked(SCOPE, "compare", operator="!=", limit="scope_3"),
        asked(YEAR, "compare", operator="!=", limit=Decimal(2015)),
        asked(SCOPE, "member", choices=("scope_2", "scope_3"), negated=True),
        asked(SCOPE, "member", choices=("scope_2", "scope_3")),
        asked(SHARE, "compare", operator=">", limit=Decimal("0.67")),
        asked(SCOPES, "contains", choices=("scope_1", "scope_3")),
        asked(YEAR, "present"),
    ],
    ids=str,
)
def test_every_value_would_do(seen: Observation) -> None:
    values = [each.value for each in values_that_meet(seen, SCHEMA, None)]
    assert values
    assert all(satisfies(seen, value) for value in values)
    assert not any(value in seen.choices for value in values if seen.negated)


def test_what_only_has_to_differ_asks_for_no_value_in_particular() -> None:
    assert asks_for_another(asked(YEAR, "compare", operator="!=", limit=Decimal(2015)))
    assert asks_for_another(asked(SCOPE, "member", choices=("scope_2",), negated=True))
    assert not asks_for_another(asked(SCOPE, "member", choices=("scope_2",)))
    assert not asks_for_another(asked(SHARE, "compare", operator=">", limit=Decimal("0.67")))


@pytest.mark.parametrize(
    ("seen", "value"),
    [
        (asked(SHARE, "compare", operator=">", limit=Decimal("0.67")), Decimal("0.67")),
        (asked(SHARE, "compare", operator=">", limit=Decimal("0.67")), None),
        (asked(SHARE, "compare", operator=">"), Decimal(1)),
        (asked(SCOPE, "compare", operator="!=", limit="scope_3"), "scope_3"),
        (asked(SCOPE, "member", choices=("scope_2",), negated=True), "scope_2"),
        (asked(SCOPE, "member", choices=("scope_2",)), "scope_3"),
        (asked(SCOPES, "contains", choices=("scope_3",)), ["scope_1"]),
        (asked(YEAR, "present"), None),
        (asked(YEAR, "absent"), Decimal(2015)),
        (asked(FLAG, "true"), False),
        (asked(FLAG, "false"), None),
        (asked(("targets",), "entry"), []),
    ],
    ids=str,
)
def test_what_does_not_do(seen: Observation, value: Any) -> None:
    assert not satisfies(seen, value)
