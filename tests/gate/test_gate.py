"""The gate of a pipeline: demands, waivers, baselines, settings of a project, results verified."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from running import EXAMPLES, Command

from cati_rules.gate.waivers import fingerprint, path_of, pointer_to

SLAB = EXAMPLES / "product.yaml"
DRAFT = EXAMPLES / "draft.yaml"
ON = ["--as-of", "2026-11-22"]
QUIET = ["--quiet", "--lang", "en", *ON]


@pytest.fixture
def slab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a slab in a project of its own, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "slab.yaml"
    path.write_text(SLAB.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def waiver(
    command: Command, file: Path, expires: str = "2027-06-30", rule: str = "fmc-steel/intensity"
) -> str:
    ran = command(
        "waive", file, rule, "--reason", "Being measured anew.", "--approver", "Buyer", "--expires", expires
    )
    assert ran.code == 0, ran.err
    return ran.out


def write_waivers(folder: Path, *entries: str) -> Path:
    path = folder / "waivers.yaml"
    path.write_text("kind: waivers\nwaivers:\n" + "".join(entries), encoding="utf-8")
    return path


class TestDemands:
    @pytest.mark.parametrize(
        ("options", "code", "said"),
        [
            (["--require", "fmc-steel"], 1, "fmc-steel is not met"),
            (["--require", "responsiblesteel-2.1:4"], 0, ""),
            (["--require", "steelzero"], 1, "no document was judged on steelzero"),
            (["--fail-on", "indeterminate"], 1, "less cannot be decided"),
            (["--fail-on", "problems"], 0, ""),
        ],
    )
    def test_a_demand_that_is_not_reached_says_why(
        self, command: Command, slab: Path, options: list[str], code: int, said: str
    ) -> None:
        ran = command("check", slab, *options, *QUIET)
        assert ran.code == code
        assert said in ran.err

    def test_indicators_and_scores_are_demanded_of_disclosures(self, command: Command) -> None:
        assert command("check", DRAFT, "--require-indicator", "1.1.1", *QUIET).code == 0
        ran = command("check", DRAFT, "--require-indicator", "2.2.2", "--fail-under", "44.4", *QUIET)
        assert ran.code == 1
        assert "2.2.2 earns 0 of 1" in ran.err
        assert "the score is 44.3, under 44.4" in ran.err

    def test_a_disclosure_that_no_index_scored_does_not_reach_a_score(
        self, command: Command, slab: Path
    ) -> None:
        text = DRAFT.read_text(encoding="utf-8")
        supplier = slab.parent / "supplier.yaml"
        supplier.write_text(text.replace("company:\n", "company:\n  sector: parts_maker\n"), encoding="utf-8")
        for files in ((supplier,), (supplier, DRAFT, slab)):
            ran = command("check", *files, "--fail-under", "1", *QUIET)
            assert ran.code == 1
            assert ran.err.count("--fail-under 1: ") == 1
            assert "supplier.yaml: the document was not scored" in ran.err

    def test_a_run_that_scored_nothing_does_not_reach_a_score_and_products_beside_scores_need_none(
        self, command: Command, slab: Path
    ) -> None:
        ran = command("check", slab, "--fail-under", "1", *QUIET)
        assert ran.code == 1
        assert "--fail-under 1: no document was scored" in ran.err
        assert command("check", slab, DRAFT, "--fail-under", "1", *QUIET).code == 0

    def test_what_one_can_fail_on_is_listed(self, command: Command, slab: Path) -> None:
        ran = command("check", slab, "--fail-on", "everything", "--lang", "en")
        assert ran.code == 2
        assert "indeterminate, problems, consistency" in ran.err


class TestSettings:
    def test_settings_of_a_project_demand_the_same_of_every_run(self, command: Command, slab: Path) -> None:
        Path("cati.toml").write_text('require = ["fmc-steel"]\n', encoding="utf-8")
        assert command("check", slab, *QUIET).code == 1
        Path("cati.toml").unlink()
        Path("pyproject.toml").write_text('[tool.cati]\nrequire = "fmc-steel"\n', encoding="utf-8")
        assert command("check", slab, *QUIET).code == 1

    def test_settings_by_path_take_the_place_of_the_general_ones(self, command: Command, slab: Path) -> None:
        Path("cati.toml").write_text(
            'require = ["fmc-steel"]\n[[paths]]\npattern = "*slab*"\nrequire = ["responsiblesteel-2.1"]\n',
            encoding="utf-8",
        )
        assert command("check", slab, *QUIET).code == 0

    def test_what_is_demanded_by_path_is_demanded_of_each_document_that_fits(
        self, command: Command, slab: Path
    ) -> None:
        # The disclosure is scored and the slab is judged; neither stands for the other.
        for demand, said in (
            ("fail_under = 1", "slab.yaml: the document was not scored"),
            ('require = ["2.2.2"]', "slab.yaml: the document was not judged on 2.2.2"),
            # A definition of companies says of a slab only that it is none.
            (
                'require = ["climate-bonds-steel-company"]',
                "slab.yaml: the document was not judged on climate-bonds-steel-company",
            ),
        ):
            Path("cati.toml").write_text(f'[[paths]]\npattern = "*slab*"\n{demand}\n', encoding="utf-8")
            ran = command("check", slab, DRAFT, *QUIET)
            assert ran.code == 1
            assert said in ran.err

    def test_what_a_path_takes_from_the_general_settings_is_no_demand_of_its_own(
        self, command: Command, slab: Path
    ) -> None:
        Path("cati.toml").write_text(
            'fail_under = 1\n[[paths]]\npattern = "*slab*"\nrequire = ["responsiblesteel-2.1"]\n',
            encoding="utf-8",
        )
        assert command("check", slab, DRAFT, *QUIET).code == 0

    def test_a_document_held_to_other_rules_does_not_stand_for_those_that_are_held_to_a_rule(
        self, command: Command, slab: Path
    ) -> None:
        Path("cati.toml").write_text(
            'require = ["fmc-steel"]\n[[paths]]\npattern = "*slab*"\nrequire = ["responsiblesteel-2.1"]\n',
            encoding="utf-8",
        )
        smelter = EXAMPLES / "report" / "metals" / "yunlv-smelter.yaml"
        ran = command("check", slab, smelter, *QUIET)
        assert ran.code == 1
        assert "no document was judged on fmc-steel" in ran.err

    def test_the_command_line_takes_the_place_of_settings(self, command: Command, slab: Path) -> None:
        Path("cati.toml").write_text('require = ["fmc-steel"]\n', encoding="utf-8")
        assert command("check", slab, "--require", "responsiblesteel-2.1", *QUIET).code == 0

    @pytest.mark.parametrize(
        "text",
        ["requires = 1\n", "require = 1\n", "fail_under = 'x'\n", "not toml", "paths = 1\n", "[[paths]]\n"],
    )
    def test_settings_that_do_not_fit_are_wrong_usage(self, command: Command, slab: Path, text: str) -> None:
        Path("cati.toml").write_text(text, encoding="utf-8")
        ran = command("check", slab, "--lang", "en")
        assert (ran.code, ran.out) == (2, "")
        assert "cati.toml" in ran.err


class TestWaivers:
    def test_a_waived_failure_stays_visible_and_does_not_fail(self, command: Command, slab: Path) -> None:
        path = write_waivers(slab.parent, waiver(command, slab))
        ran = command("check", slab, "--require", "fmc-steel", "--waivers", path, *QUIET)
        assert ran.code == 0
        assert "~ --require fmc-steel" in ran.err
        assert "waived until 2027-06-30 by Buyer: Being measured anew." in ran.err
        assert (
            command("check", slab, "--require", "fmc-steel", "--waivers", path, "--no-waivers", *QUIET).code
            == 1
        )

    def test_another_value_is_not_waived(self, command: Command, slab: Path) -> None:
        path = write_waivers(slab.parent, waiver(command, slab))
        slab.write_text(slab.read_text(encoding="utf-8").replace("0.295", "0.299"), encoding="utf-8")
        ran = command("check", slab, "--require", "fmc-steel", "--waivers", path, *QUIET)
        assert ran.code == 1
        assert "is not the one that was waived" in ran.err

    def test_a_waiver_holds_on_its_last_day_and_not_after(self, command: Command, slab: Path) -> None:
        last = write_waivers(slab.parent, waiver(command, slab, "2026-11-22"))
        assert command("check", slab, "--require", "fmc-steel", "--waivers", last, *QUIET).code == 0
        over = write_waivers(slab.parent, waiver(command, slab, "2026-11-21"))
        ran = command("check", slab, "--require", "fmc-steel", "--waivers", over, *QUIET)
        assert ran.code == 1
        assert "expired on 2026-11-21" in ran.err

    def test_a_waiver_that_nothing_needs_says_so(self, command: Command, slab: Path) -> None:
        path = write_waivers(slab.parent, waiver(command, slab))
        assert "not needed" not in command("check", slab, "--waivers", path, *QUIET).err
        # Under 0.295 tCO2e/t, what First Movers allows with 30 % scrap, nothing is left to waive.
        slab.write_text(slab.read_text(encoding="utf-8").replace("0.295", "0.2"), encoding="utf-8")
        ran = command("check", slab, "--waivers", path, *QUIET)
        assert ran.code == 0
        assert "not needed" in ran.err

    def test_a_waiver_of_one_condition_does_not_waive_another(self, command: Command, slab: Path) -> None:
        text = slab.read_text(encoding="utf-8").replace("site_mass_balance", "book_and_claim")
        slab.write_text(text, encoding="utf-8")
        path = write_waivers(slab.parent, waiver(command, slab))
        assert command("check", slab, "--require", "fmc-steel", "--waivers", path, *QUIET).code == 1
        both = write_waivers(
            slab.parent, waiver(command, slab), waiver(command, slab, rule="fmc-steel/chain-of-custody")
        )
        assert command("check", slab, "--require", "fmc-steel", "--waivers", both, *QUIET).code == 0

    def test_a_file_of_waivers_that_is_wrong_is_refused_with_its_place(
        self, command: Command, slab: Path
    ) -> None:
        path = slab.parent / "waivers.yaml"
        path.write_text("kind: waivers\nwaivers:\n  - ruleset: fmc-steel\n", encoding="utf-8")
        ran = command("check", slab, "--waivers", path, "--lang", "en")
        assert ran.code == 2
        assert "waivers.yaml:3" in ran.err

    def test_pointers_lead_there_and_back(self) -> None:
        value: Any = {"a/b": [{"c~d": 1}, {"e": {"0": 2}}]}
        for path in (("a/b",), ("a/b", 0, "c~d"), ("a/b", 1, "e", "0")):
            assert path_of(pointer_to(path), value) == path

    def test_fingerprints_do_not_depend_on_the_order_of_fields(self) -> None:
        assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
        assert fingerprint("1") != fingerprint(1)


class TestBaseline:
    def test_what_failed_before_does_not_fail_and_what_got_worse_does(
        self, command: Command, slab: Path
    ) -> None:
        before = slab.parent / "before.json"
        assert command("check", slab, "--format", "json", "--output", before, *ON).code == 0
        demand = ["--require", "fmc-steel", "--baseline", before]
        assert command("check", slab, *demand, *QUIET).code == 0
        slab.write_text(slab.read_text(encoding="utf-8").replace("0.295", "0.299"), encoding="utf-8")
        ran = command("check", slab, *demand, *QUIET)
        assert ran.code == 1
        assert "responsiblesteel-2.1: 4 → 3" in ran.err

    def test_a_document_that_the_baseline_does_not_know_is_held_to_all_demands(
        self, command: Command, slab: Path
    ) -> None:
        before = slab.parent / "before.json"
        command("check", slab, "--format", "json", "--output", before, *ON)
        other = slab.parent / "other.yaml"
        other.write_text(slab.read_text(encoding="utf-8"), encoding="utf-8")
        # The slab itself is as it was; the other one is held to the demand and told of.
        ran = command("check", slab, other, "--require", "fmc-steel", "--baseline", before, *QUIET)
        assert ran.code == 1
        assert (
            "other.yaml: the baseline does not know this document: what fails in it counts as new" in ran.err
        )
        assert "It has the content that slab.yaml had there" in ran.err
        assert "slab.yaml: fmc-steel is not met" not in ran.err

    def written(self, command: Command, file: Path, *options: str) -> Path:
        before = file.parent / "before.json"
        assert command("check", file, "--format", "json", "--output", before, *options, *ON).code == 0
        return before

    def test_a_baseline_without_a_result_of_a_ruleset_excuses_no_demand_of_it(
        self, command: Command, slab: Path
    ) -> None:
        before = self.written(command, slab, "--ruleset", "gscc")
        demand = ["--require", "fmc-steel", "--baseline", before]
        assert command("check", slab, *demand, *QUIET).code == 1
        assert command("check", slab, "--require", "responsiblesteel-2.1:4", *demand[2:], *QUIET).code == 0

    def test_a_contradiction_or_problem_that_the_baseline_had_is_excused_and_one_more_is_new(
        self, command: Command, slab: Path
    ) -> None:
        draft = self.copy(slab.parent)
        # On that date the index is not in force, which is a problem.
        early = ["--as-of", "2024-01-01", "--quiet", "--lang", "en"]
        before = slab.parent / "before.json"
        command("check", draft, "--format", "json", "--output", before, *early[:2])
        data = json.loads(before.read_text(encoding="utf-8"))
        document = data["documents"][0]
        assert [each["code"] for each in document["problems"]] == ["rules/not-in-force"]
        (found,) = [each for each in document["results"] if each["kind"] == "consistency"]
        assert found["findings"]
        for what in ("consistency", "problems"):
            demand = ["--fail-on", what, "--baseline", before]
            assert command("check", draft, *demand, *early).code == 0
        found["findings"].pop()
        document["problems"].clear()
        before.write_text(json.dumps(data), encoding="utf-8")
        for what in ("consistency", "problems"):
            ran = command("check", draft, "--fail-on", what, "--baseline", before, *early)
            assert ran.code == 1
            assert ran.err.count(f"--fail-on {what}") == 1

    def test_a_warning_that_became_a_finding_is_excused_by_an_earlier_baseline(
        self, command: Command, slab: Path
    ) -> None:
        text = "kind: disclosure\ncompany: {name: A}\nreporting_year: 2023\n"
        text += "actions: [{area: steel, name: A, planned_reduction: {value: 2, unit: tCO2e, year: 2023}}]\n"
        file = slab.parent / "d.yaml"
        file.write_text(text, encoding="utf-8")
        before = self.written(command, file)
        demand = ["--fail-on", "consistency", "--baseline", before]
        data = json.loads(before.read_text(encoding="utf-8"))
        document = data["documents"][0]
        (found,) = [each for each in document["results"] if each["kind"] == "consistency"]
        assert [each["id"] for each in found["findings"]] == ["planned-for-the-past"]
        found["findings"].clear()
        before.write_text(json.dumps(data), encoding="utf-8")
        assert command("check", file, *demand, *QUIET).code == 1
        # As an earlier version wrote it.
        warning = {"severity": "warning", "code": "slip/planned-for-the-past"}
        document["problems"].append(warning)
        before.write_text(json.dumps(data), encoding="utf-8")
        assert command("check", file, *demand, *QUIET).code == 0

    def test_a_score_that_is_gone_is_worse_unless_its_ruleset_was_not_asked_for(
        self, command: Command, slab: Path
    ) -> None:
        draft = self.copy(slab.parent)
        before = self.written(command, draft)
        text = draft.read_text(encoding="utf-8")
        draft.write_text(text.replace("company:\n", "company:\n  sector: parts_maker\n"), encoding="utf-8")
        ran = command("check", draft, "--baseline", before, *QUIET)
        assert ran.code == 1
        assert "cati-auto-2024: scored → not scored" in ran.err
        assert command("check", draft, "--baseline", before, "--ruleset", "consistency", *QUIET).code == 0

    def copy(self, folder: Path) -> Path:
        path = folder / "draft.yaml"
        path.write_text(DRAFT.read_text(encoding="utf-8"), encoding="utf-8")
        return path

    def test_a_document_is_known_however_it_was_and_is_named(self, command: Command, slab: Path) -> None:
        before = slab.parent / "before.json"
        names = ("slab.yaml", "./slab.yaml", str(slab))
        for earlier in names:
            assert command("check", earlier, "--format", "json", "--output", before, *ON).code == 0
            for name in names:
                demand = ["--require", "fmc-steel", "--baseline", before]
                assert command("check", name, *demand, *QUIET).code == 0

    @pytest.mark.parametrize(
        ("where", "value", "said"),
        [
            (("results",), None, "documents[0].results: is not a list"),
            (("results",), ["junk"], "documents[0].results[0]: is not an object"),
            (("problems",), ..., "documents[0].problems: is not a list"),
            (("path",), {}, "documents[0].path: is not a text"),
            (("results", 0, "ruleset"), {"id": "x"}, "documents[0].results[0].ruleset: is not a text"),
            (("results", 0, "kind"), "x", "documents[0].results[0].kind: is not a kind of ruleset"),
            (("results", 0, "score"), "NaN", "documents[0].results[0].score: is not a number"),
            (("results", 0, "score"), "abc", "documents[0].results[0].score: is not a number"),
            (("results", 0, "score"), "1e999999999", "documents[0].results[0].score: is not a number"),
            (("results", 0, "score"), None, "documents[0].results[0].score: is not a number"),
            (("results", 0, "indicators"), ..., "documents[0].results[0].indicators: is not a list"),
            (("results", 0, "indicators", 0, "awarded"), [], "indicators[0].awarded: is not a number"),
            (("results", 1, "verdict"), "fine", "documents[0].results[1].verdict: is not a verdict"),
            (("results", 1, "level"), 4, "documents[0].results[1].level: is not a text"),
            (("results", -1, "findings", 0), 1, ".findings[0]: is not an object"),
        ],
    )
    def test_a_baseline_that_is_not_as_a_result_is_written_is_refused_with_the_place(
        self, command: Command, slab: Path, where: tuple[str | int, ...], value: object, said: str
    ) -> None:
        draft = self.copy(slab.parent)
        before = self.written(command, draft)
        data = json.loads(before.read_text(encoding="utf-8"))
        here = data["documents"][0]
        for step in where[:-1]:
            here = here[step]
        if value is ...:
            del here[where[-1]]
        else:
            here[where[-1]] = value
        before.write_text(json.dumps(data), encoding="utf-8")
        ran = command("check", draft, "--baseline", before, "--lang", "en")
        assert (ran.code, ran.out) == (2, "")
        assert "before.json:" in ran.err
        assert said in ran.text

    @pytest.mark.parametrize("documents", [["junk"], [{}], {"a": 1}, None, [None]])
    def test_a_baseline_of_no_documents_is_refused(
        self, command: Command, slab: Path, documents: object
    ) -> None:
        before = slab.parent / "before.json"
        before.write_text(json.dumps({"schema": "cati-result/1", "documents": documents}), encoding="utf-8")
        ran = command("check", slab, "--baseline", before, "--lang", "en")
        assert ran.code == 2
        assert "before.json" in ran.text

    def test_a_file_that_is_no_result_is_refused(self, command: Command, slab: Path) -> None:
        assert command("check", slab, "--baseline", slab).code == 2


class TestVerify:
    def test_a_result_holds_for_the_document_that_it_was_made_of(self, command: Command, slab: Path) -> None:
        result = slab.parent / "result.json"
        command("check", slab, DRAFT, "--format", "json", "--output", result, *ON)
        for file in (slab, DRAFT):
            ran = command("verify", result, file, "--lang", "en")
            assert (ran.code, ran.out) == (0, "The result holds.\n")

    def test_lines_may_move_and_the_result_still_holds(self, command: Command, slab: Path) -> None:
        result = slab.parent / "result.json"
        command("check", slab, "--format", "json", "--output", result, *ON)
        slab.write_text("# A remark.\n" + slab.read_text(encoding="utf-8"), encoding="utf-8")
        data = command("verify", result, slab, "--format", "json").json
        assert data["holds"] is True
        assert [each["part"] for each in data["differences"]] == ["document"]

    def test_another_value_and_a_result_that_was_touched_do_not_hold(
        self, command: Command, slab: Path
    ) -> None:
        result = slab.parent / "result.json"
        command("check", slab, "--format", "json", "--output", result, *ON)
        data = json.loads(result.read_text(encoding="utf-8"))
        next(each for each in data["documents"][0]["results"] if each["ruleset"] == "fmc-steel")[
            "verdict"
        ] = "met"
        result.write_text(json.dumps(data), encoding="utf-8")
        ran = command("verify", result, slab, "--lang", "en")
        assert ran.code == 1
        assert "met → not_met" in ran.out

    @pytest.mark.parametrize("narrowed", [[], ["--ruleset", "fmc-steel", "--ruleset", "gscc"]])
    @pytest.mark.parametrize("files", [1, 2])
    def test_a_result_that_was_taken_out_does_not_hold(
        self, command: Command, slab: Path, narrowed: list[str], files: int
    ) -> None:
        result = slab.parent / "result.json"
        given = (slab, DRAFT)[:files]
        command("check", *given, "--format", "json", "--output", result, *narrowed, *ON)
        for file in given:
            assert command("verify", result, file).code == 0
        data = json.loads(result.read_text(encoding="utf-8"))
        left = [each for each in data["documents"][0]["results"] if each["ruleset"] != "fmc-steel"]
        assert len(left) == len(data["documents"][0]["results"]) - 1
        data["documents"][0]["results"] = left
        result.write_text(json.dumps(data), encoding="utf-8")
        ran = command("verify", result, slab, "--lang", "en")
        assert ran.code == 1
        assert "fmc-steel: null → " in ran.out

    def test_a_second_entry_of_a_document_does_not_hold(self, command: Command, slab: Path) -> None:
        result = slab.parent / "result.json"
        command("check", slab, "--format", "json", "--output", result, *ON)
        data = json.loads(result.read_text(encoding="utf-8"))
        (entry,) = data["documents"]
        for other in ({**entry, "path": "other.yaml"}, {**entry, "path": "./slab.yaml", "sha256": "0" * 64}):
            data["documents"] = [{**entry, "path": "slab.yaml"}, other]
            result.write_text(json.dumps(data), encoding="utf-8")
            ran = command("verify", result, slab, "--lang", "en")
            assert ran.code == 1
            assert "documents: 2 → 1" in ran.out

    @pytest.mark.parametrize("part", ["problems", "disagreements"])
    def test_problems_and_disagreements_are_compared_too(
        self, command: Command, slab: Path, part: str
    ) -> None:
        result = slab.parent / "result.json"
        command("check", slab, "--format", "json", "--output", result, *ON)
        data = json.loads(result.read_text(encoding="utf-8"))
        damaged: tuple[object, ...] = ([{"code": "made-up"}], None, {})
        for touched in damaged:
            data["documents"][0][part] = touched
            result.write_text(json.dumps(data), encoding="utf-8")
            ran = command("verify", result, slab, "--lang", "en")
            assert ran.code == 1
            assert part in ran.text

    def test_results_state_digests_and_versions(self, command: Command, slab: Path) -> None:
        data = command("check", slab, "--format", "json", *ON).json
        assert set(data["attestation"]["schemas"]) == {"product"}
        assert all(len(each) == 64 for each in data["attestation"]["rulesets"].values())
        assert "fmc-steel" in data["attestation"]["rulesets"]
