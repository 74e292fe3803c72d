"""Advice that may be forwarded: figures are asked for and never shown as facts, and what a file knows goes first."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from running import EXAMPLES, Command
from strategies import CATI, Object

from cati_rules.advice.plan import Improver, Plan
from cati_rules.advice.trials import Trials
from cati_rules.advice.turning_together import turning_of
from cati_rules.cli.improve import EVIDENCE
from cati_rules.documents import parse_document, read_document
from cati_rules.pipeline import contradicted_in, definition_assessor, index, index_assessor
from cati_rules.schema import load_schema, spelled_out

AS_OF = "2026-11-26"
EMPTY = b"kind: disclosure\ncompany: {name: X, country: CN}\nreporting_year: 2025\n"
COIL = {
    "kind": "product",
    "material": "steel",
    "stage": "crude_steel",
    "footprint": {
        "value": Decimal("0.30"),
        "unit": "tCO2e/t",
        "boundary": "cradle_to_crude_steel",
        "year": Decimal(2025),
        "chain_of_custody": "site_mass_balance",
    },
    "scrap": {"share": Decimal("0.5")},
    "steel": {"breakthrough_technology": True},
}


def plan_of(document: Object) -> Plan:
    efforts = index(CATI).efforts
    assert efforts is not None
    costs = {name: each.cost for name, each in efforts.classes.items()}
    assessor = index_assessor(CATI)
    improver = Improver(
        assessor,
        load_schema("disclosure"),
        EVIDENCE,
        AS_OF,
        costs,
        found_in=lambda value: contradicted_in(value, as_of=AS_OF),
    )
    return improver.best_first(document, assessor.assess(document, as_of=AS_OF), 12)


@pytest.fixture(scope="module")
def empty() -> Plan:
    return plan_of(spelled_out(parse_document(EMPTY, name="empty.yaml").value))


def test_what_is_measured_goes_before_targets_and_scope_1_and_2_before_scope_3(empty: Plan) -> None:
    own: set[Any] = set()
    for stage in empty.stages:
        own |= {each.get("scope") for each in stage.after.get("emissions", ())}
        if stage.after.get("targets") != stage.before.get("targets") or "scope_3" in own:
            assert "scope_1_2" in own or {"scope_1", "scope_2"} <= own, stage.step.key
            break


def test_no_step_adds_a_warning(empty: Plan) -> None:
    for stage in empty.stages:
        before = contradicted_in(stage.before, as_of=AS_OF)
        assert contradicted_in(stage.after, as_of=AS_OF) <= before, stage.step.key


def test_the_progress_that_the_file_knows_is_published_not_made_up() -> None:
    document = spelled_out(read_document(EXAMPLES / "draft.yaml").value)
    plan = plan_of(document)
    (progress,) = [each for each in plan.stages if each.step.key[0] == "4.2.1"][:1]
    told = progress.after["targets"][3]["progress"]
    assert [each.get("reduction") for each in told] == [None, Decimal("0.19")]
    assert told[1]["evidence"][-1]["public"] is True


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figures_are_asked_for_with_their_limits(command: Command, tmp_path: Path, language: str) -> None:
    path = tmp_path / "empty.yaml"
    path.write_bytes(EMPTY)
    data = command("improve", path, "--as-of", AS_OF, "--format", "json", "--lang", language).json
    yours = {"en": "your", "zh": "填写实际"}[language]
    asked = {each["path"]: each["asked"] for step in data["steps"] for each in step["write"]}
    figures = [text for place, text in asked.items() if place.rpartition(".")[2] in ("value", "coverage")]
    assert figures
    assert all(yours in text for text in figures)
    assert not any("12000" in text for text in asked.values())
    page = command("improve", path, "--as-of", AS_OF, "--lang", language).out
    assert "12000" not in page
    assert {"en": "Nothing is filled in yet", "zh": "尚未填写内容"}[language] in page


def test_the_notes_of_a_file_are_shown_beside_the_step(command: Command) -> None:
    page = command("improve", EXAMPLES / "draft.yaml", "--as-of", AS_OF, "--lang", "en").out
    assert "Purchasing wants one more year of supplier data" in page
    assert "as good for the same effort" in page


def test_a_scrap_share_that_is_stated_is_no_lever() -> None:
    body = definition_assessor("fmc-steel").body("product")
    assert body is not None
    judgement = body.judge_at(COIL, (), AS_OF)
    assert judgement.verdict == "not_met"  # the limit at a scrap share of 0.5 is 0.40 - 0.35 * 0.5 = 0.225
    turning = turning_of(body, judgement)
    changed = [each.path for each in (*turning.single, *turning.together)]
    assert ("footprint", "value") in changed
    assert not any("scrap" in path for path in changed)
    assert ("scrap", "share") in Trials(body, judgement).given()


ON_ANOTHER_BOUNDARY = (
    "kind: product\nmaterial: steel\nstage: hot_rolled\nscrap: {share: 0.3}\nsteel: {form: flat}\n"
    "footprint: {value: 2.5, unit: tCO2e/t, year: 2024, boundary: gate_to_gate, verification: third_party}\n"
)


def test_what_another_figure_would_turn_is_not_told_as_out_of_reach(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "coil.yaml"
    path.write_text(ON_ANOTHER_BOUNDARY, encoding="utf-8")
    told = " ".join(
        command("check", path, "--ruleset", "gscc", "-v", "--lang", "en", "--as-of", "2026-11-22").out.split()
    )
    assert "✗ gscc" in told
    assert "up to four" not in told
    assert "another product or figure may" in told
    assert "ask the supplier for a figure on the boundary that is asked for" in told
    # The limit for flat products of 2022 to 2026 is 1.84 t: a figure on the boundary of the standard does meet it.
    path.write_text(
        ON_ANOTHER_BOUNDARY.replace("2.5", "1.0").replace("gate_to_gate", "cradle_to_gate"), encoding="utf-8"
    )
    met = " ".join(
        command("check", path, "--ruleset", "gscc", "-v", "--lang", "en", "--as-of", "2026-11-22").out.split()
    )
    assert "✓ gscc" in met
