"""What a definition asks of a long list is answered once for all its entries, as it is for each of them alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cati_rules.language import lists, trace
from cati_rules.pipeline import definition_assessor

Object = dict[str, Any]


def disclosure(entries: int) -> Object:
    """Return a steelmaker's disclosure with so many intensities of crude steel, in the years 2021 to 2024."""
    return {
        "kind": "disclosure",
        "company": {"name": "X", "sector": "steelmaker", "ore_share": Decimal("0.5")},
        "reporting_year": Decimal(2024),
        "intensities": [
            {
                "subject": "carbon",
                "per": "crude_steel",
                "boundary": "scope_1_2_3_3",
                "year": Decimal(2021 + i % 4),
                "value": Decimal(1000 + i) / 1000,
                "unit": "tCO2e/t",
            }
            for i in range(entries)
        ],
    }


def judged(document: Object) -> Any:
    return definition_assessor("climate-bonds-steel-company").assess(document, as_of="2026-11-26")


def test_each_entry_is_judged_by_the_highest_figure_of_its_own_year() -> None:
    # Of 2024, the latest year, are entries 3, 7, 11, … 39: the highest is 1.039. The limit before 2030 is
    # 0.75 + 1.63 * 0.5 = 1.565, and that of 2030 is 0.32 + 1.49 * 0.5 = 1.065: all are at or under it.
    result = judged(disclosure(40))
    assert [each.verdict for each in result.judgements] == ["not_applicable"] * 3 + ["met"] + (
        ["not_applicable"] * 3 + ["met"]
    ) * 9
    # With 40 more, the highest of 2024 is 1.079, over the later limit: the figures under it are open too.
    later = judged(disclosure(80))
    assert {each.verdict for each in later.judgements if each.verdict != "not_applicable"} == {
        "indeterminate"
    }


def test_ten_times_the_entries_take_ten_times_the_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    def counted(*given: Any) -> Any:
        nonlocal looks
        looks += 1
        return amount(*given)

    amount = trace.Amount
    monkeypatch.setattr(lists, "Amount", counted)
    judged(disclosure(100))
    few, looks = looks, 0
    judged(disclosure(1000))
    assert 0 < looks <= 12 * few
