"""The step “set a target”: what the latest inventory leads to, by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from running import EXAMPLES, Command

from cati_rules.report.build.target_step import target_step

# 2026 + 5 = 2031. Half and half in 2025: (0.9 · 6/25 + 6/15)/2 = 0.308.
VALUE: dict[str, Any] = {
    "kind": "disclosure",
    "company": {"name": "Test"},
    "reporting_year": Decimal(2025),
    "emissions": [
        {"scope": scope, "year": Decimal(2025), "value": Decimal(5), "unit": "MtCO2e"}
        for scope in ("scope_1", "scope_2")
    ],
}
TARGET = {
    "subject": "emission_reduction",
    "scopes": ["scope_1", "scope_2"],
    "measure": "absolute",
    "base_year": Decimal(2025),
    "target_year": Decimal(2031),
    "recent_inventory_year": Decimal(2025),
    "reduction": Decimal("0.308"),
}


def test_the_least_that_passes() -> None:
    step = target_step(VALUE, "2026-11-26")
    assert step is not None
    assert (step.edition, step.base_year, step.target_year) == ("sbti-aca-1.3.1", 2025, 2031)
    assert step.reduction == Decimal("0.308")
    assert "Only the company can decide" in step.said.en
    assert "由企业自行决定" in step.said.zh


def test_none_where_a_target_meets_it() -> None:
    assert target_step({**VALUE, "targets": [TARGET]}, "2026-11-26") is None
    short = {**TARGET, "reduction": Decimal("0.3079")}
    assert target_step({**VALUE, "targets": [short]}, "2026-11-26") is not None


def test_none_without_the_inventory() -> None:
    assert target_step({**VALUE, "emissions": VALUE["emissions"][:1]}, "2026-11-26") is None
    # In 2025 the arithmetic for a base year after 2020 is not confirmed, and nothing is proposed.
    assert target_step(VALUE, "2025-11-26") is None


def test_improve_tells_of_it(command: Command) -> None:
    ran = command("improve", EXAMPLES / "draft.yaml", "--as-of", "2026-11-26", "--lang", "en")
    data = command(
        "improve", EXAMPLES / "draft.yaml", "--as-of", "2026-11-26", "--lang", "en", "--format", "json"
    ).json
    assert ("Set a target:" in " ".join(ran.out.split())) == (data["target"] is not None)
