"""Pairs and triples of entries of a long list: the same answers as by going through all of them, at linear cost."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from cati_rules.language import lists
from cati_rules.pipeline import index_assessor

Object = dict[str, Any]


def disclosure(companies: list[Object]) -> Object:
    return {
        "kind": "disclosure",
        "company": {"name": "X"},
        "reporting_year": Decimal(2025),
        "affiliates": {"companies": companies},
    }


def points(document: Object) -> Any:
    result = index_assessor("cati-auto-2024").assess_as_published(document)
    return [(each.indicator.id, each.awarded) for part in result.dimensions for each in part.indicators()]


def drawn(seed: int, entries: int, names: int) -> list[Object]:
    """Return affiliates of few names, most of which say nothing of their emissions."""
    choose = random.Random(seed)  # noqa: S311 - only draws examples
    found = []
    for _ in range(entries):
        company: Object = {"name": f"Plant {choose.randrange(names)}"}
        if choose.random() < 0.02:
            company["emissions_year"] = Decimal(choose.choice((2019, 2024, 2025)))
        if choose.random() < 0.02:
            company["zero_carbon_certificate"] = "certified"
        found.append(company)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_a_long_list_scores_as_one_that_is_gone_through(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    document = disclosure(drawn(seed, 40, 1 + seed % 4))
    monkeypatch.setattr(lists, "MOST_TOLD", 8)
    looked_up = points(document)
    monkeypatch.setattr(lists, "MOST_TOLD", 10**9)
    monkeypatch.setattr(lists, "LONG", 10**9)
    assert points(document) == looked_up


def test_three_names_at_the_end_of_a_long_list_are_found() -> None:
    silent = [{"name": f"Plant {i}"} for i in range(300)]
    three = [{"name": name, "emissions_year": Decimal(2025)} for name in "ABC"]
    for companies, expected in ((silent, 0), (silent + three[:1], 1), (silent + three, 2)):
        assert dict(points(disclosure(companies)))["5.2.1"] == expected


def test_ten_times_the_affiliates_take_ten_times_the_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    entry = lists.Entry  # type: ignore[attr-defined]

    def counted(*given: Any) -> Any:
        nonlocal looks
        looks += 1
        return entry(*given)

    monkeypatch.setattr(lists, "Entry", counted)
    points(disclosure([{"name": f"Plant {i}"} for i in range(300)]))
    few, looks = looks, 0
    points(disclosure([{"name": f"Plant {i}"} for i in range(3000)]))
    assert 0 < looks <= 12 * few
