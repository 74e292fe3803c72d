"""A service asks from several threads at once: each gets what it would get alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from running import EXAMPLES

from cati_rules import check_value, pipeline
from cati_rules.documents import read_document

AS_OF = "2026-06-30"


@pytest.fixture
def switching() -> Iterator[None]:
    """Let threads take turns far more often than they do, so that they meet in the middle of things."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def told(value: Any) -> list[tuple[str, object, object]]:
    checked = check_value(value, as_of=AS_OF)
    verdicts = [(each.ruleset.id, each.verdict, each.level) for each, _ in checked.verdicts()]
    return verdicts + [(each.ruleset.id, each.score, each.score_if_published) for each, _ in checked.scores()]


@pytest.mark.usefixtures("switching")
def test_check_value_may_be_called_from_several_threads() -> None:
    products = [
        {"kind": "product", "material": "aluminium", "stage": "ingot", "scrap": {"share": each / 100}}
        for each in (39, 40, 41)
    ]
    values = [
        read_document(EXAMPLES / "draft.yaml").value,
        *products,
        {"kind": "product", "material": "wood"},
    ]
    expected = [told(each) for each in values]
    by_share = [dict(each[:2] for each in one)["volvo-recycled-aluminium"] for one in expected[1:4]]
    assert by_share == ["not_met", "met", "met"]  # at least 40 % recycled
    # As in a service that has just begun: rules are read and compiled while others ask.
    for each in (pipeline.ruleset, pipeline.assessor, pipeline.record_of):
        each.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(told, values * 4))
    assert found == expected * 4
