"""The command through its real entry point: results, exit codes, languages, and what surrounds a run."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from loaded import load_index
from running import EXAMPLES, ROOT, RULESETS, Command, run
from tiny_ruleset import write

from cati_rules.catalog.store import ruleset_ids

SOURCE = '[{title: Page, kind: website, public: true, url: "https://example.com", published: 2025-06-01}]'
DOCUMENT = f"""\
kind: disclosure
company: {{name: 示例汽车}}
reporting_year: 2025
governance:
  climate_commitment:
    statement: 我们减排。
    goal_year: 2045
    evidence: {SOURCE}
  supplier_code:
    code: Supplier code
    demands: [energy_saving]
    evidence: {SOURCE}
  carbon_management:
    system: EM-P-114
    evidence: [{{title: Procedure, kind: internal, public: false}}]
"""
# By hand, from the rules of governance: 1.1.1 is met with 1 point (a statement, and a goal year); 1.1.4 has 0.5 of 1
# (one of two demands); 1.1.3 would have 0.5 of 2 if its internal evidence were public. Governance has no weight.
SCORE, PUBLISHED = Decimal("1.5"), Decimal("2")
ON = ("--as-of", "2026-01-01")
INVALID = "kind: disclosure\ncompany: {name: X}\nreporting_year: soon\n"
VERDICTS = {"met", "partly_met", "not_met", "indeterminate", "not_applicable", "not_testable"}


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "document.yaml"
    path.write_text(DOCUMENT, encoding="utf-8")
    return path


@pytest.fixture
def invalid(tmp_path: Path) -> Path:
    path = tmp_path / "invalid.yaml"
    path.write_text(INVALID, encoding="utf-8")
    return path


def numbers(data: Any) -> list[Any]:
    """Return the JSON numbers anywhere in ``data``, with the names of the fields that hold them."""
    if isinstance(data, dict):
        return [
            each
            for key, value in data.items()
            for each in (
                [key] if isinstance(value, int | float) and not isinstance(value, bool) else numbers(value)
            )
        ]
    return [each for value in data for each in numbers(value)] if isinstance(data, list) else []


class TestJson:
    """The contract ``cati-result/1``."""

    def test_a_result_has_every_field_of_the_contract(self, command: Command, document: Path) -> None:
        ran = command("check", document, "--format", "json", *ON)
        assert (ran.code, ran.err) == (0, "")
        data = ran.json
        assert (data["schema"], data["as_of"]) == ("cati-result/1", "2026-01-01")
        (found,) = data["documents"]
        assert found["path"] == str(document)
        assert found["kind"] == "disclosure"
        assert found["sha256"] == hashlib.sha256(document.read_bytes()).hexdigest()
        assert found["problems"] == []
        result, *definitions, consistency = found["results"]
        assert {each["kind"] for each in definitions} == {"definition"}
        assert (consistency["kind"], consistency["findings"]) == ("consistency", [])
        assert (result["ruleset"], result["kind"], result["band"]) == ("cati-auto-2024", "index", "lagging")
        assert [each["id"] for each in result["dimensions"]] == ["1", "2", "3", "4", "5"]
        assert len(result["indicators"]) == 52
        for each in result["indicators"]:
            assert set(each) >= {"id", "points", "awarded", "weight", "verdict", "criteria"}
            assert each["verdict"] in VERDICTS
            assert all(criterion["verdict"] in VERDICTS for criterion in each["criteria"])

    def test_scores_are_as_calculated_by_hand_and_the_sum_of_their_parts(
        self, command: Command, document: Path
    ) -> None:
        result = command("check", document, "--format", "json", *ON).json["documents"][0]["results"][0]
        assert Decimal(result["score"]) == SCORE
        assert Decimal(result["score_if_published"]) == PUBLISHED
        verdicts = {
            each["id"]: (each["awarded"], each["points"], each["verdict"]) for each in result["indicators"]
        }
        assert [verdicts[each] for each in ("1.1.1", "1.1.4", "1.1.3")] == [
            ("1", "1", "met"),
            ("0.5", "1", "partly_met"),
            ("0", "2", "not_met"),
        ]

    @pytest.mark.parametrize("name", sorted(EXAMPLES.glob("draft*.yaml")), ids=lambda each: each.name)
    def test_awarded_times_weight_adds_up_to_the_score_exactly(self, command: Command, name: Path) -> None:
        ran = command("check", name, "--format", "json", *ON)
        assert ran.code == 0
        result = ran.json["documents"][0]["results"][0]
        total = sum(Decimal(each["awarded"]) * Decimal(each["weight"]) for each in result["indicators"])
        assert total == Decimal(result["score"])
        later = sum(
            Decimal(each["awarded_if_published"]) * Decimal(each["weight"]) for each in result["indicators"]
        )
        assert later == Decimal(result["score_if_published"])
        assert sum(Decimal(each["weighted"]) for each in result["dimensions"]) == total

    def test_what_is_measured_or_scored_is_a_string_and_only_counts_are_numbers(
        self, command: Command, document: Path
    ) -> None:
        found = set(numbers(command("check", document, "--format", "json", *ON).json))
        assert not found & {
            "score",
            "score_if_published",
            "points",
            "awarded",
            "weight",
            "weighted",
            "value",
            "limit",
        }
        assert {"line", "column"} <= found

    def test_a_document_that_is_invalid_has_problems_and_no_results(
        self, command: Command, invalid: Path
    ) -> None:
        ran = command("check", invalid, "--format", "json", "--lang", "en")
        assert ran.code == 3
        (found,) = ran.json["documents"]
        assert found["results"] == []
        (problem,) = found["problems"]
        assert (problem["path"], problem["line"], problem["column"]) == ("reporting_year", 3, 17)
        assert problem["severity"] == "error"
        assert problem["message"]

    def test_text_of_the_document_is_kept_as_it_is(self, command: Command, document: Path) -> None:
        assert "我们减排。" in command("check", document, "--format", "json", *ON).out


class TestExitCodes:
    """0 done, 1 a demand was not reached, 2 wrong usage, 3 invalid."""

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ([], 0),
            (["--fail-under", "1.5"], 0),
            (["--fail-under", "1.50"], 0),
            (["--fail-under", "1.5000000000000000000000000001"], 1),
            (["--fail-under", "0"], 0),
            (["--fail-under", "100"], 1),
            (["--require", "1.1.1"], 0),
            (["--require", "1.1.4"], 1),
            (["--require", "1.1.3"], 1),
            (["--require", "1.1.1", "--require", "1.1.4"], 1),
            (["--fail-under", "1.5", "--require", "1.1.1"], 0),
            (["--fail-under", "2", "--require", "1.1.1"], 1),
            (["--require", "1.1.9"], 2),
            (["--require", ""], 2),
            (["--fail-under", "many"], 2),
            (["--fail-under", "nan"], 2),
            (["--fail-under", "-1"], 2),
            (["--fail-under", "100.1"], 2),
            (["--fail-under", "1_0"], 2),
            (["--as-of", "2026-02-30"], 2),
            (["--as-of", "20260101"], 2),
            (["--as-of", "2026-W01-1"], 2),
            (["--as-of", ""], 2),
            (["--ruleset", "cati-auto-2042"], 2),
            (["--ruleset", ""], 2),
            (["--ruleset", "nowhere/ruleset.yaml"], 3),
            (["--wrong"], 2),
            (["--format", "xml"], 2),
            (["--lang", "fr"], 2),
            (["--fail-under"], 2),
            (["--quiet", "--verbose"], 2),
        ],
    )
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_each_option_ends_as_it_should(
        self, command: Command, document: Path, options: list[str], code: int, language: str
    ) -> None:
        ran = command("check", document, "--lang", language, *ON, *options)
        assert ran.code == code, ran.text
        assert bool(ran.err) == (code >= 1)
        assert bool(ran.out) == (code < 2)
        if language == "zh" and code >= 2 and "fr" not in options:
            assert any("\u4e00" <= letter <= "\u9fff" for letter in ran.err)

    def test_a_requirement_holds_for_every_document(
        self, command: Command, document: Path, tmp_path: Path
    ) -> None:
        empty = tmp_path / "empty.yaml"
        empty.write_text("kind: disclosure\ncompany: {name: X}\nreporting_year: 2025\n", encoding="utf-8")
        for files in ([document, empty], [empty, document]):
            assert command("check", *files, *ON, "--require", "1.1.1").code == 1
            assert command("check", *files, *ON, "--fail-under", "0.1").code == 1
        assert command("check", document, document, *ON, "--require", "1.1.1").code == 0

    def test_an_unknown_indicator_is_answered_with_those_that_may_be_meant(
        self, command: Command, document: Path
    ) -> None:
        ran = command("check", document, "--require", "1.1.11", "--lang", "en")
        assert ran.code == 2
        assert "There is no rule 1.1.11. Did you mean 1.1.1" in ran.err
        ran = command("check", document, "--require", "2.3", "--lang", "zh")
        assert ran.err == "--require: 没有规则 2.3。是否应为 2.3.1？\n"

    def test_an_invalid_document_among_valid_ones_ends_with_3_and_the_others_are_evaluated(
        self, command: Command, document: Path, invalid: Path, tmp_path: Path
    ) -> None:
        missing = tmp_path / "missing.yaml"
        ran = command("check", missing, invalid, document, "--format", "json", *ON, "--fail-under", "99")
        assert ran.code == 3
        found = ran.json["documents"]
        assert [each["path"] for each in found] == [str(missing), str(invalid), str(document)]
        assert [len(each["results"]) > 0 for each in found] == [False, False, True]
        assert found[0]["problems"][0]["code"] == "read/file"
        assert Decimal(found[2]["results"][0]["score"]) == SCORE

    def test_a_folder_without_a_document_is_wrong_usage(self, command: Command, tmp_path: Path) -> None:
        assert command("check", tmp_path).code == 2

    @pytest.mark.parametrize(
        "arguments", [[], ["check"], ["chek"], ["rules"], ["rules", "lnt"], ["explain"], ["new"]]
    )
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_half_a_command_ends_with_2_and_says_what_there_is(
        self, command: Command, monkeypatch: pytest.MonkeyPatch, arguments: list[str], language: str
    ) -> None:
        monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8" if language == "zh" else "en_GB.UTF-8")
        ran = command(*arguments)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err

    def test_a_misspelt_command_is_answered_with_the_one_meant(self, command: Command) -> None:
        assert "Did you mean check?" in command("chek").err

    @pytest.mark.parametrize(
        "arguments", [["--help"], ["check", "-h"], ["rules", "--help"], ["explain", "--help"], ["--version"]]
    )
    def test_help_and_version_end_with_0(self, command: Command, arguments: list[str]) -> None:
        ran = command(*arguments)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out


class TestFiles:
    """Files, patterns, standard input."""

    def test_a_pattern_that_the_shell_left_is_expanded_in_order(
        self, command: Command, tmp_path: Path
    ) -> None:
        for name in ("b.yaml", "a.yaml", "c.txt", "sub/d.yaml"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(DOCUMENT, encoding="utf-8")
        ran = command("check", tmp_path / "*.yaml", tmp_path / "b.yaml", "--format", "json")
        assert [Path(each["path"]).name for each in ran.json["documents"]] == ["a.yaml", "b.yaml"]
        ran = command("check", tmp_path / "**" / "*.yaml", "--format", "json")
        assert [Path(each["path"]).name for each in ran.json["documents"]] == ["a.yaml", "b.yaml", "d.yaml"]

    def test_a_pattern_that_fits_nothing_is_wrong_usage(self, command: Command, tmp_path: Path) -> None:
        ran = command("check", tmp_path / "*.yaml", "--lang", "zh")
        assert ran.code == 2
        assert "没有文件符合" in ran.err

    def test_a_file_named_like_a_pattern_is_that_file(self, command: Command, tmp_path: Path) -> None:
        (tmp_path / "[a].yaml").write_text(DOCUMENT, encoding="utf-8")
        ran = command("check", tmp_path / "[a].yaml", "--format", "json")
        assert [Path(each["path"]).name for each in ran.json["documents"]] == ["[a].yaml"]

    @pytest.mark.parametrize(
        "content", [DOCUMENT, '{"kind": "disclosure", "company": {"name": "X"}, "reporting_year": 2025}']
    )
    def test_standard_input_is_yaml_or_json(
        self, command: Command, monkeypatch: pytest.MonkeyPatch, content: str
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
        ran = command("check", "-", "--format", "json", *ON)
        assert ran.code == 0
        (found,) = ran.json["documents"]
        assert (found["path"], found["kind"]) == ("<stdin>", "disclosure")
        assert found["sha256"] == hashlib.sha256(content.encode()).hexdigest()

    def test_standard_input_that_is_wrong_has_places_too(
        self, command: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(INVALID.encode())))
        ran = command("check", "-")
        assert ran.code == 3
        assert "<stdin>:3:17" in ran.out

    def test_standard_input_twice_is_wrong_usage(self, command: Command) -> None:
        assert command("check", "-", "-").code == 2

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_a_new_template_can_be_checked_as_it_is(self, language: str) -> None:
        template = run("new", "disclosure", "--lang", language)
        assert (template.returncode, template.stderr) == (0, b"")
        checked = run("check", "-", "--quiet", "--lang", language, stdin=template.stdout)
        assert checked.returncode == 0
        assert checked.stdout.decode().startswith("<stdin>: ")

    def test_a_template_of_an_unknown_kind_is_wrong_usage(self, command: Command) -> None:
        ran = command("new", "disclosur")
        assert ran.code == 2
        assert "disclosure" in ran.err


class TestOutput:
    """``--output`` writes whole files or nothing."""

    def test_the_file_holds_what_would_have_been_printed(
        self, command: Command, document: Path, tmp_path: Path
    ) -> None:
        output = tmp_path / "out.json"
        printed = command("check", document, "--format", "json", *ON).out
        ran = command("check", document, "--format", "json", *ON, "--output", output)
        assert (ran.code, ran.out, ran.err) == (0, "", "")
        assert output.read_text(encoding="utf-8") == printed
        assert sorted(each.name for each in tmp_path.iterdir()) == ["document.yaml", "out.json"]

    def test_a_demand_that_is_not_reached_is_written_too(
        self, command: Command, document: Path, tmp_path: Path
    ) -> None:
        output = tmp_path / "out.txt"
        assert command("check", document, *ON, "--fail-under", "99", "-o", output).code == 1
        assert "1.5 of 100" in output.read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        "options",
        [
            ["--ruleset", "nope"],
            ["--ruleset", "nope.yaml"],
            ["--require", "nope"],
            ["--as-of", "nope"],
            ["--x"],
        ],
    )
    def test_an_error_keeps_the_file_that_was_there(
        self, command: Command, document: Path, tmp_path: Path, options: list[str]
    ) -> None:
        output = tmp_path / "out.json"
        output.write_text("kept", encoding="utf-8")
        assert command("check", document, *options, "--output", output).code in {2, 3}
        assert output.read_text(encoding="utf-8") == "kept"

    def test_a_folder_that_is_not_there_is_wrong_usage(
        self, command: Command, document: Path, tmp_path: Path
    ) -> None:
        ran = command("check", document, "--output", tmp_path / "none" / "out.json", "--lang", "en")
        assert ran.code == 2
        assert "Cannot write" in ran.err
        assert command("check", document, "--output", tmp_path).code == 2

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
    def test_a_folder_that_may_not_be_written_is_wrong_usage(
        self, command: Command, document: Path, tmp_path: Path
    ) -> None:
        folder = tmp_path / "locked"
        folder.mkdir(mode=0o500)
        assert command("check", document, "--output", folder / "out.json").code == 2
        assert list(folder.iterdir()) == []

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
    def test_a_device_stays_a_device_and_a_full_one_is_told_of(self, document: Path) -> None:
        assert run("check", document, "--output", "/dev/null").returncode == 0
        assert Path("/dev/null").is_char_device()
        ran = run("check", document, "--output", "/dev/full", "--lang", "en")
        assert (ran.returncode, ran.stdout) == (2, b"")
        assert b"Cannot write /dev/full" in ran.stderr
        with Path("/dev/full").open("wb") as full:
            code = subprocess.run(
                [sys.executable, "-m", "cati_rules", "check", str(document)],
                stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False,
            )  # fmt: skip
        assert code.returncode == 2
        assert b"Traceback" not in code.stderr

    @pytest.mark.skipif(os.name != "posix", reason="links and permissions of other systems differ")
    def test_a_link_stays_a_link_and_permissions_stay(
        self, command: Command, document: Path, tmp_path: Path
    ) -> None:
        target, link = tmp_path / "target.json", tmp_path / "link.json"
        target.write_text("old", encoding="utf-8")
        target.chmod(0o640)
        link.symlink_to(target)
        assert command("check", document, "--format", "json", "--output", link).code == 0
        assert link.is_symlink()
        assert target.read_text(encoding="utf-8").startswith("{")
        assert target.stat().st_mode & 0o777 == 0o640


class TestPages:
    """What people read."""

    def test_quiet_is_one_line_for_each_document(
        self, command: Command, document: Path, invalid: Path
    ) -> None:
        ran = command("check", document, document.with_name("document.yaml"), "--quiet", *ON, "--lang", "en")
        assert ran.out == f"{document}: 示例汽车 1.5 / 100 lagging\n"

    def test_a_normal_page_says_what_failed_and_where_and_what_to_do(
        self, command: Command, document: Path
    ) -> None:
        out = command("check", document, *ON, "--lang", "en", "--verbose").out
        assert "1.5 / 100   lagging" in out
        assert "+0.5 → 2.0 (lagging)" in out
        assert "document.yaml:11" in out
        assert "→ Write accounting and reporting of greenhouse gases into the supplier code." in out

    def test_a_verbose_page_tells_of_what_is_met_too_and_of_sources(
        self, command: Command, document: Path
    ) -> None:
        normal, verbose = (
            command("check", document, *ON, "--lang", "en", *option).out for option in (["-v"], ["-vv"])
        )
        assert "Says in public that it acts on climate change" not in normal
        assert "Says in public that it acts on climate change" in verbose
        assert "appendix 4, 1.1.1" in verbose

    @pytest.mark.parametrize("options", [[], ["--verbose"], ["--quiet"]])
    def test_chinese_pages_have_no_english_words_of_their_own(
        self, command: Command, document: Path, options: list[str]
    ) -> None:
        text = command("check", document, *ON, "--lang", "zh", *options).out
        text = text.replace(str(document), "")
        text = re.sub(r"cati\s+(check|explain|improve)(\s+--verbose)?", "", text)  # commands to go on with
        text = re.sub(r"`[^`]*`|“[^”]*”|《[^》]*》", "", text)
        text = re.sub(r"[（(][^（()）]*[)）]", "", text.replace("document.yaml", ""))
        # Names of fields, ids and codes contain a dot, an underscore, a digit or a bracket, or are in capitals.
        words = [
            each
            for each in re.findall(r"[A-Za-z][\w.\[\]/-]*", text)
            if not re.search(r"[._\d\[]|^[A-Z]+s?$", each)
        ]
        assert set(words) <= {
            "cati",
            "governance",
            "emissions",
            "actions",
            "targets",
            "energy",
            "suppliers",
            "intensities",
            "EM-P-",
            "SteelZero",
            *ruleset_ids(),
        }

    @pytest.mark.parametrize(
        ("environment", "chinese"),
        [
            ({"LANG": "zh_CN.UTF-8"}, True),
            ({"LANG": "zh_TW.UTF-8"}, True),
            ({"LANG": "en_GB.UTF-8"}, False),
            ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, True),
            ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, False),
            ({}, False),
        ],
    )
    def test_the_environment_chooses_the_language(
        self,
        command: Command,
        document: Path,
        monkeypatch: pytest.MonkeyPatch,
        environment: dict[str, str],
        chinese: bool,
    ) -> None:
        for name in ("LANG", "LC_ALL", "LC_MESSAGES"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert ("亟待提升" in command("check", document, "--quiet").out) == chinese
        assert "lagging" in command("check", document, "--quiet", "--lang", "en").out


class TestSurroundings:
    """Terminals, pipes, processes."""

    @pytest.mark.parametrize("form", ["rich", "json"])
    @pytest.mark.parametrize(
        "environment",
        [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "gbk"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}],
    )
    def test_a_terminal_of_another_encoding_ends_in_no_traceback(
        self, document: Path, form: str, environment: dict[str, str]
    ) -> None:
        ran = run("check", document, "--format", form, "--lang", "zh", *ON, environment=environment)
        assert (ran.returncode, ran.stderr) == (0, b"")
        if form == "json":
            encoding = "gbk" if "gbk" in environment.values() else "utf-8"
            assert (
                json.loads(ran.stdout.decode(encoding))["documents"][0]["results"][0]["band_title"]
                == "亟待提升"
            )

    def test_errors_reach_a_terminal_of_another_encoding(self) -> None:
        ran = run("check", "汽车*.yaml", "--lang", "zh", environment={"PYTHONIOENCODING": "ascii"})
        assert ran.returncode == 2
        assert b"Traceback" not in ran.stderr

    @pytest.mark.parametrize("option", [[], ["--fail-under", "99"]])
    def test_a_reader_that_goes_away_changes_nothing(self, document: Path, option: list[str]) -> None:
        read, written = os.pipe()
        os.close(read)
        process = subprocess.run(
            [sys.executable, "-m", "cati_rules", "check", str(document), *option],
            stdout=written, stderr=subprocess.PIPE, cwd=ROOT, check=False, timeout=60,
        )  # fmt: skip
        os.close(written)
        assert process.returncode == (1 if option else 0)
        assert bool(process.stderr) == bool(option)  # the demand that was not reached
        assert b"Traceback" not in process.stderr

    @pytest.mark.parametrize("form", ["rich", "json"])
    def test_the_same_input_gives_the_same_bytes(self, form: str) -> None:
        example = EXAMPLES / "draft.yaml"
        outputs = {
            run(
                "check", example, "--format", form, "--verbose", *ON, environment={"PYTHONHASHSEED": seed}
            ).stdout
            for seed in ("0", "1", "4711")
        }
        assert len(outputs) == 1
        assert len(outputs.pop()) > 10_000

    @pytest.mark.parametrize("form", ["rich", "json"])
    def test_a_normal_run_imports_no_library_that_only_authors_need(self, document: Path, form: str) -> None:
        ran = run("check", document, "--format", form, *ON, python=("-X", "importtime"))
        assert ran.returncode == 0
        imported = {
            line.rsplit("|", 1)[-1].strip().split(".")[0] for line in ran.stderr.decode().splitlines()
        }
        assert "click" in imported
        assert not imported & {"rule_engine", "pydantic", "jsonschema"}

    def test_help_imports_neither_rules_nor_schemas(self) -> None:
        ran = run("--help", python=("-X", "importtime"))
        assert b"cati_rules.catalog" not in ran.stderr
        assert b" yaml\n" not in ran.stderr


class TestExplain:
    """``cati explain``."""

    @pytest.mark.parametrize(
        ("rule", "indicators"),
        [("1.1.1", 1), ("1.1", 4), ("1", 7), ("cati-auto-2024", 52), ("cati-auto-2024:2.1.1", 1)],
    )
    def test_indicators_groups_dimensions_and_rulesets_are_explained(
        self, command: Command, document: Path, rule: str, indicators: int
    ) -> None:
        assert len(command("explain", rule, "--format", "json").json["indicators"]) == indicators
        ran = command("explain", rule, document, "--format", "json", *ON)
        assert (ran.code, ran.json["schema"], ran.json["as_of"]) == (0, "cati-result/1", "2026-01-01")
        assert len(ran.json["documents"][0]["results"][0]["indicators"]) == indicators
        assert command("explain", rule, "--lang", "zh").code == 0

    def test_a_rule_is_a_page_with_points_source_condition_and_advice(self, command: Command) -> None:
        out = command("explain", "1.1.1", "--lang", "en").out
        for each in (
            "1.1.1 Has committed to climate action",
            "appendix 4, 1.1.1",
            "+0.5 Says in public that it acts on climate change (commitment)",
            "governance.climate_commitment.statement != null",
            "a parent company's statement counts for this step",
            "→ Publish a commitment to climate action in the company's own name.",
        ):
            assert each in out

    def test_with_a_file_the_whole_evaluation_is_shown(self, command: Command, document: Path) -> None:
        out = command("explain", "1.1.4", document, *ON, "--lang", "en").out
        assert "0.5 / 1" in out
        assert "document.yaml:11" in out

    @pytest.mark.parametrize(
        ("rule", "close"),
        [("1.1.11", "1.1.1"), ("cati-auto-2042", "cati-auto-2024"), ("nothing", "cati rules show")],
    )
    def test_an_unknown_rule_is_wrong_usage_with_advice(
        self, command: Command, rule: str, close: str
    ) -> None:
        for language in ("en", "zh"):
            ran = command("explain", rule, "--lang", language)
            assert (ran.code, ran.out) == (2, "")
            assert close in ran.err

    def test_an_invalid_or_missing_file_ends_with_3(
        self, command: Command, invalid: Path, tmp_path: Path
    ) -> None:
        assert "invalid.yaml:3:17" in command("explain", "1.1.1", invalid).out.replace("\n", "")
        assert command("explain", "1.1.1", invalid).code == 3
        assert command("explain", "1.1.1", tmp_path / "missing.yaml", "--format", "json").code == 3

    def test_a_wrong_date_is_wrong_usage_with_and_without_a_file(
        self, command: Command, document: Path
    ) -> None:
        assert command("explain", "1.1.1", "--as-of", "soon").code == 2
        assert command("explain", "1.1.1", document, "--as-of", "soon").code == 2

    def test_rules_of_ones_own_ruleset_are_explained(
        self, command: Command, document: Path, tmp_path: Path
    ) -> None:
        folder = write(tmp_path / "tiny")
        ran = command("explain", "A.1.1", document, "--ruleset", folder, "--format", "json", *ON)
        assert (ran.code, ran.json["documents"][0]["results"][0]["ruleset"]) == (0, "tiny")
        assert "no rule of this id" in command("explain", "1.1.1", "--ruleset", folder, "--lang", "en").err


class TestRules:
    """``cati rules``."""

    def test_list_names_every_ruleset(self, command: Command) -> None:
        shown = {each["id"]: each for each in command("rules", "list", "--format", "json").json}
        assert tuple(shown) == ruleset_ids()
        assert shown["cati-auto-2024"]["indicators"] == 52
        page = command("rules", "list").out
        assert all(each in page for each in shown)

    def test_show_has_every_indicator_with_its_points(self, command: Command) -> None:
        shown = command("rules", "show", "cati-auto-2024", "--format", "json").json
        points = {
            indicator["id"]: Decimal(indicator["points"])
            for dimension in shown["dimensions"]
            for group in dimension["groups"]
            for indicator in group["indicators"]
        }
        assert points == {each.id: each.points for each in load_index("cati-auto-2024").indicators()}
        page = command("rules", "show", "cati-auto-2024", "--lang", "zh").out
        assert all(each in page for each in points)

    def test_an_unknown_ruleset_is_wrong_usage_with_did_you_mean(self, command: Command) -> None:
        for arguments in (["show", "cati-auto-2042"], ["lint", "cati-auto-2042"], ["test", "cati-auto-2042"]):
            ran = command("rules", *arguments, "--lang", "en")
            assert (ran.code, ran.out) == (2, "")
            assert "Did you mean cati-auto-2024?" in ran.err

    def test_the_shipped_rulesets_have_no_findings(self, command: Command) -> None:
        ran = command("rules", "lint", "--format", "json")
        assert (ran.code, ran.json) == (
            0,
            {"schema": "cati-findings/1", "checked": len(ruleset_ids()), "findings": []},
        )

    def test_a_path_of_the_shipped_ruleset_scores_as_its_id_does(
        self, command: Command, document: Path
    ) -> None:
        by_id, by_path = (
            command("check", document, "--ruleset", each, "--format", "json", *ON).json["documents"][0][
                "results"
            ][0]
            for each in ("cati-auto-2024", RULESETS / "cati-auto-2024" / "ruleset.yaml")
        )
        assert by_id["indicators"] == by_path["indicators"]
        assert by_id["score"] == by_path["score"]


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Fill it in, then: cati check"), ("zh", "请填写后运行：cati check")]
)
def test_a_template_that_is_written_says_how_to_go_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str, told: str
) -> None:
    path = tmp_path / "product.yaml"
    ran = Command(capsys)("new", "product", "--lang", language, "--output", path)
    assert ran.out == ""
    assert f"{told} {path}" in ran.err
    assert str(path) in ran.err
