"""Metals through the real entry point: the matrix, the contract of its JSON, what-if, diff and rules diff."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from running import EXAMPLES, Command

from cati_rules.catalog.store import load_ruleset, ruleset_ids
from cati_rules.kinds.definition.rules import Definition

SLAB = EXAMPLES / "product.yaml"
COIL = EXAMPLES / "coil.yaml"
METALS = sorted((EXAMPLES / "report" / "metals").glob("*.yaml"))
ON = ["--as-of", "2026-11-22"]
OLD = "responsiblesteel-2.0"
VERDICTS = {"met", "not_met", "indeterminate", "not_applicable", "not_testable"}


def results(command: Command, path: Path, *options: str) -> dict[str, Any]:
    ran = command("check", path, "--format", "json", *ON, *options)
    assert ran.code == 0
    (document,) = ran.json["documents"]
    return {each["ruleset"]: each for each in document["results"]}


class TestJson:
    def test_every_definition_has_a_result_and_every_result_the_fields_of_the_contract(
        self, command: Command
    ) -> None:
        found = results(command, SLAB)
        rulesets = {each: load_ruleset(each) for each in ruleset_ids()}
        definitions = {name for name, each in rulesets.items() if isinstance(each, Definition)}
        # What judges targets is only asked by name: a product's results would be longer by what is not about it.
        by_name = {name for name in definitions if rulesets[name].only_when_asked}
        assert definitions - by_name == definitions & set(found)
        definitions -= by_name
        for name in definitions:
            each = found[name]
            assert each["kind"] == "definition"
            assert each["verdict"] in VERDICTS
            assert each["level"] is None or isinstance(each["level"], str)
            assert isinstance(each["missing"], list)
            assert isinstance(each["turning"], list)
            for reason in each["reasons"]:
                assert reason["verdict"] in VERDICTS
                for value in reason["values"].values():
                    assert isinstance(value, str | bool)

    def test_the_slab_on_the_limit_is_taken_by_one_and_not_by_the_other(self, command: Command) -> None:
        found = results(command, SLAB)
        assert (found["responsiblesteel-2.1"]["verdict"], found["responsiblesteel-2.1"]["level"]) == (
            "met",
            "4",
        )
        movers = found["fmc-steel"]
        assert movers["verdict"] == "not_met"
        intensity = next(each for each in movers["reasons"] if each["condition"] == "intensity")
        assert intensity["verdict"] == "not_met"
        assert Decimal(intensity["values"]["footprint.value"]) == Decimal("0.295")
        assert Decimal(intensity["values"]["limit"]) == Decimal("0.295")
        (turn,) = [each for each in movers["turning"] if each["path"] == "footprint.value"]
        assert (turn["operator"], Decimal(turn["value"]), turn["unit"]) == ("<", Decimal("0.295"), "tCO2e/t")

    def test_a_verdict_that_hangs_on_rounding_says_so(self, command: Command) -> None:
        (found,) = results(command, SLAB, "--ruleset", "fmc-steel")["fmc-steel"]["sensitive_to_rounding"]
        assert (found["path"], found["half_unit"], found["verdict"]) == ("footprint.value", "0.0005", "met")

    def test_disagreements_name_their_cause(self, command: Command) -> None:
        (document,) = command("check", SLAB, "--format", "json", *ON).json["documents"]
        causes = {(each["met"], each["other"]): each["cause"] for each in document["disagreements"]}
        assert causes["responsiblesteel-2.1", "fmc-steel"] == "strictness"
        assert causes["responsiblesteel-2.1", "less"] == "boundary"

    def test_an_edition_that_is_superseded_says_so(self, command: Command) -> None:
        found = results(command, SLAB)
        assert found["responsiblesteel-2.0"]["in_force"]["now"] is False
        assert found["responsiblesteel-2.1"]["in_force"]["now"] is True

    @pytest.mark.parametrize("named", [("--require", "responsiblesteel-2.0:2"), ("--ruleset", OLD)])
    def test_a_superseded_edition_asked_for_by_name_is_warned_of(
        self, command: Command, named: tuple[str, str]
    ) -> None:
        (document,) = command("check", SLAB, "--format", "json", "--lang", "en", *named, *ON).json[
            "documents"
        ]
        (problem,) = document["problems"]
        assert (problem["severity"], problem["code"]) == ("warning", "rules/not-in-force")
        assert "from 2022-09-14 to 2024-05-20" in problem["message"]
        assert problem["advice"] == "In force then: responsiblesteel-2.1."

    def test_a_demand_on_a_superseded_edition_is_judged_and_warned_of_once(self, command: Command) -> None:
        """0.295 at a scrap share of 0.30 is under 0.40 - 0.35 x 0.30 = 0.295, the limit of level 4 in both editions."""
        ran = command("check", SLAB, SLAB, COIL, "--require", f"{OLD}:4", "--lang", "en", *ON)
        assert (ran.code, ran.err.count(f"{OLD} is in force from")) == (1, 1)
        assert "coil.yaml: responsiblesteel-2.0 is indeterminate" in ran.err
        ran = command("check", SLAB, "--require", f"{OLD}:4", "--lang", "en", *ON)
        assert (ran.code, f"{OLD} is in force from" in ran.err) == (0, True)

    @pytest.mark.parametrize(
        "options",
        [(), ("--require", "responsiblesteel-2.1"), ("--require", OLD, "--as-of", "2023-06-30")],
    )
    def test_nothing_is_warned_of_where_no_superseded_edition_is_asked_for(
        self, command: Command, options: tuple[str, ...]
    ) -> None:
        ran = command("check", SLAB, "--format", "json", *ON, *options)
        assert ran.json["documents"][0]["problems"] == []
        assert "in force" not in ran.err

    def test_a_parameter_makes_a_definition_testable(self, command: Command, tmp_path: Path) -> None:
        printed = (EXAMPLES / "report/metals/yunlv-wenshan-ingot.yaml").read_text(encoding="utf-8")
        ingot = tmp_path / "ingot.yaml"
        ingot.write_text(printed + "scrap: {share: 0}\n", encoding="utf-8")
        name = "low-carbon-aluminium-ingot"
        assert results(command, ingot)[name]["verdict"] == "not_testable"
        for value, verdict in (("4.8", "not_met"), ("4.82981", "not_met"), ("4.82982", "met")):
            given = results(command, ingot, "--parameter", f"{name}.advanced_value={value}")[name]
            assert given["verdict"] == verdict
            assert given["parameters"] == {"advanced_value": value}

    def test_an_ingot_of_unknown_scrap_share_stays_open_where_electrolytic_metal_is_asked_for(
        self, command: Command
    ) -> None:
        ingot = EXAMPLES / "report/metals/yunlv-wenshan-ingot.yaml"
        name = "low-carbon-aluminium-ingot"
        assert results(command, ingot)[name]["verdict"] == "not_testable"
        found = results(command, ingot, "--parameter", f"{name}.advanced_value=8")[name]
        assert (found["verdict"], found["missing"]) == ("indeterminate", ["scrap.share"])


class TestPages:
    @pytest.mark.parametrize("language", ["en", "zh"])
    @pytest.mark.parametrize("options", [[], ["--verbose"], ["--quiet"]])
    @pytest.mark.parametrize("path", [SLAB, COIL, *METALS], ids=lambda each: each.name)
    def test_every_metal_has_a_page(
        self, command: Command, path: Path, language: str, options: list[str]
    ) -> None:
        ran = command("check", path, "--lang", language, *options, *ON)
        assert (ran.code, ran.err) == (0, "")
        assert ran.text

    def test_the_page_says_verdict_value_place_limit_clause_and_margin(self, command: Command) -> None:
        page = " ".join(command("check", SLAB, "--lang", "en", *ON, "--verbose").out.split())
        assert "fmc-steel First Movers Coalition, near-zero emission steel: not met" in page
        assert "Footprint (footprint.value, product.yaml:13): 0.295 tCO2e/t; asked: < 0.295 tCO2e/t" in page
        assert "table 4-1-1, row First Movers Coalition" in page
        assert "strictly below: the figure is exactly on the limit of 0.295" in page

    def test_the_chart_shows_the_sliding_limits_and_the_product(self, command: Command) -> None:
        page = command("check", SLAB, "--lang", "en", *ON, "--verbose").out
        assert "●" in page
        assert "0.4 − 0.35 s" in page

    def test_every_definition_has_a_page_of_its_own(self, command: Command) -> None:
        for identifier in ruleset_ids():
            for language in ("en", "zh"):
                ran = command("explain", identifier, "--lang", language)
                assert ran.code == 0
                assert identifier in ran.out or "cati-" in identifier


class TestDemands:
    def test_require_takes_a_definition_and_a_level(self, command: Command) -> None:
        for demand, code in (
            ("responsiblesteel-2.1", 0),
            ("responsiblesteel-2.1:4", 0),
            ("responsiblesteel-2.1:1", 0),
            ("fmc-steel", 1),
            ("less", 1),
        ):
            assert command("check", SLAB, "--require", demand, *ON).code == code, demand

    def test_a_level_that_does_not_exist_is_wrong_usage(self, command: Command) -> None:
        assert command("check", SLAB, "--require", "responsiblesteel-2.1:9").code == 2


class TestChanges:
    def test_what_if_shows_only_what_changes(self, command: Command) -> None:
        ran = command("what-if", SLAB, "footprint.value=0.29", "--lang", "en", *ON)
        assert ran.code == 0
        assert "fmc-steel verdict: not met → met" in ran.out
        assert "less" not in ran.out

    def test_what_if_as_json_is_the_result_of_the_changed_document_with_what_changed(
        self, command: Command
    ) -> None:
        data = command("what-if", SLAB, "footprint.value=0.29", "--format", "json", *ON).json
        assert data["schema"] == "cati-result/1"
        found = {each["ruleset"]: each for each in data["documents"][0]["results"]}
        assert found["fmc-steel"]["verdict"] == "met"
        assert {
            "ruleset": "fmc-steel",
            "what": "verdict",
            "before": "not_met",
            "after": "met",
        }.items() <= next(each for each in data["changed"] if each["ruleset"] == "fmc-steel").items()
        assert data["edited"] == [{"path": "footprint.value", "before": "0.295", "after": "0.29"}]

    def test_what_if_without_a_value_takes_the_field_away(self, command: Command) -> None:
        data = command("what-if", SLAB, "scrap.share=", "--format", "json", *ON).json
        found = {each["ruleset"]: each for each in data["documents"][0]["results"]}
        assert found["fmc-steel"]["verdict"] == "indeterminate"
        assert found["fmc-steel"]["missing"] == ["scrap.share"]

    @pytest.mark.parametrize("wrong", ["footprint.value", "=1", "footprint..value=1", "lots[3].t=1", "[0]=1"])
    def test_an_assignment_that_leads_nowhere_is_wrong_usage(self, command: Command, wrong: str) -> None:
        ran = command("what-if", SLAB, wrong, "--lang", "en")
        assert ran.code in (2, 3)
        assert ran.text

    def test_what_if_refuses_what_the_schema_refuses(self, command: Command) -> None:
        ran = command("what-if", SLAB, "scrap.share=30", "--lang", "en")
        assert ran.code == 3
        assert "30 is larger than 1" in ran.out

    def test_diff_says_what_moved_and_through_which_condition(self, command: Command, tmp_path: Path) -> None:
        other = tmp_path / "other.yaml"
        other.write_text(SLAB.read_text(encoding="utf-8").replace("0.295", "0.290"), encoding="utf-8")
        ran = command("diff", SLAB, other, "--lang", "en", *ON)
        assert ran.code == 0
        assert "footprint.value: 0.295 → 0.29" in ran.out
        assert "✓ strictly below the sliding near-zero limit" in ran.out
        data = command("diff", SLAB, other, "--format", "json", *ON).json
        assert [each["id"] for each in data["changed"] if each["what"] == "verdict"] == ["fmc-steel"]

    def test_diff_of_a_document_with_itself_is_empty(self, command: Command) -> None:
        data = command("diff", SLAB, SLAB, "--format", "json", *ON).json
        assert (data["changed"], data["edited"]) == ([], [])

    def test_rules_diff_names_the_threshold_behind_a_flip(self, command: Command, tmp_path: Path) -> None:
        between = tmp_path / "between.yaml"
        text = SLAB.read_text(encoding="utf-8").replace("0.295", "1.33").replace("share: 0.30", "share: 0.40")
        between.write_text(text, encoding="utf-8")
        editions = ["responsiblesteel-2.0", "responsiblesteel-2.1"]
        data = command("rules", "diff", *editions, SLAB, between, "--format", "json", *ON).json
        flipped = {Path(each["path"]).name: each for each in data["documents"] if each["flipped"]}
        assert list(flipped) == ["between.yaml"]
        (threshold,) = flipped["between.yaml"]["thresholds"]
        # 2.00 − 1.75 × 0.40 and 2.00 − 1.65 × 0.40
        assert threshold["id"] == "2"
        assert [each["limit"] for each in threshold["limits"]] == ["1.3", "1.34"]

    def test_rules_of_different_kinds_cannot_be_compared(self, command: Command) -> None:
        assert command("rules", "diff", "cati-auto-2024", "fmc-steel", SLAB).code == 2


@pytest.mark.parametrize("kind", ["product", "facility", "purchases", "disclosure"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_template_of_every_kind_can_be_checked_as_it_stands(
    command: Command, tmp_path: Path, kind: str, language: str
) -> None:
    path = tmp_path / "new.yaml"
    assert command("new", kind, "--lang", language, "--output", path).code == 0
    ran = command("check", path, "--format", "json", *ON)
    assert ran.code == 0
    assert json.loads(ran.out)["documents"][0]["kind"] == kind


def test_what_if_tells_of_entries_and_lots_that_come_out_otherwise(command: Command, tmp_path: Path) -> None:
    lots = tmp_path / "lots.yaml"
    product = "{stage: crude_steel, footprint: {value: %s, unit: tCO2e/t, boundary: cradle_to_crude_steel, chain_of_custody: segregated}, scrap: {share: 0.3}, steel: {breakthrough_technology: true}}"
    lots.write_text(
        "kind: purchases\nbuyer: B\nyear: 2030\nmaterial: steel\nlots:\n"
        f"  - {{t: 1, product: {product % '0.5'}}}\n  - {{t: 99, product: {product % '0.5'}}}\n",
        encoding="utf-8",
    )
    # 0.40 - 0.35 x 0.3 = 0.295: one tonne of a hundred is near zero then, which turns the lot and not the whole.
    ran = command(
        "what-if", lots, "lots[0].product.footprint.value=0.2", "--ruleset", "fmc-steel", "--format", "json"
    )
    (changed,) = ran.json["changed"]
    assert (changed["what"], changed["id"]) == ("entry", "lots[0].product")
    assert (changed["before"], changed["after"], changed["criteria"]) == ("not_met", "met", ["intensity"])


def test_purchases_that_need_two_lots_name_what_each_product_needs(command: Command, tmp_path: Path) -> None:
    lots = tmp_path / "lots.yaml"
    product = "{stage: crude_steel, footprint: {value: %s, unit: tCO2e/t, boundary: cradle_to_crude_steel, chain_of_custody: %s}, scrap: {share: 0.3}, steel: {breakthrough_technology: true}}"
    lots.write_text(
        "kind: purchases\nbuyer: B\nyear: 2030\nmaterial: steel\nlots:\n"
        f"  - {{t: 500, product: {product % ('0.33', 'segregated')}}}\n"
        f"  - {{t: 600, product: {product % ('0.25', 'book_and_claim')}}}\n"
        f"  - {{t: 8900, product: {product % ('0.9', 'segregated')}, primary: true}}\n",
        encoding="utf-8",
    )
    result = results(command, lots, "--ruleset", "fmc-steel")["fmc-steel"]
    # The third lot alone would do: 8900 of 10000 t, with a footprint below 0.295.
    assert [each["path"] for each in result["turning"]] == [
        "lots[2].product.footprint.value",
    ]
    assert result["turning"][0]["value"] == "0.295"
    assert [each["turning"][0]["path"] for each in result["lots"]] == [
        "lots[0].product.footprint.value",
        "lots[1].product.footprint.chain_of_custody",
        "lots[2].product.footprint.value",
    ]
