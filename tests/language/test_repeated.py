"""What is asked of a long list again and again is looked up: the same findings as by searching, at linear cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cati_rules.kinds.consistency import assessment
from cati_rules.language import lists, repeated
from cati_rules.pipeline import consistency_assessor

Object = dict[str, Any]
CARRIERS = ("total", "electricity", "renewable_electricity", "natural_gas")


def disclosure(entries: int) -> Object:
    """Return a disclosure with so many entries of energy and emissions, some of which contradict each other."""
    energy = [
        {
            "carrier": CARRIERS[i % 4],
            "year": Decimal(2015 + i % 9),
            "value": Decimal(50 + i * 7 % 90),
            "unit": "GWh",
        }
        for i in range(entries)
    ]
    emissions = [
        {
            "scope": ("scope_1", "scope_2", "scope_1_2")[i % 3],
            "year": Decimal(2015 + i % 7),
            "value": Decimal(1000 + i * 37 % 900),
            "unit": "tCO2e",
            "stated_by": "company",
        }
        for i in range(entries)
    ]
    return {
        "kind": "disclosure",
        "company": {"name": "X", "country": "CN"},
        "reporting_year": Decimal(2025),
        "energy": energy,
        "emissions": emissions,
    }


def found(document: Object) -> list[tuple[str, tuple[str | int, ...]]]:
    result = consistency_assessor("consistency").assess(document, as_of="2026-11-26")
    assert not result.cut_short
    return [(each.rule.id, each.path) for each in result.findings]


def test_looking_up_finds_what_searching_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    document = disclosure(90)
    looked_up = found(document)
    monkeypatch.setattr(repeated, "LONG", 10**9)
    monkeypatch.setattr(lists, "LONG", 10**9)
    assert looked_up
    assert found(document) == looked_up


def test_numbers_that_are_equal_and_written_differently_are_told_apart() -> None:
    frame: list[Any] = [Decimal("1.0"), Decimal("1"), True, "1"]
    reads = [lambda frame, at=at: frame[at] for at in range(4)]
    one, other, truth, text = (repeated.values_read(frame, [read]) for read in reads)
    assert one != other
    assert len({one, other, truth}) == 3
    assert text == other  # a field is a number or a text, never both


def test_a_list_that_is_too_long_to_compare_in_pairs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assessment, "MOST_LOOKED_AT", 200)
    result = consistency_assessor("consistency").assess(disclosure(90), as_of="2026-11-26")
    assert result.cut_short
