"""The formats for other programs: what each must have, the same bytes twice, fingerprints that stay."""

from __future__ import annotations

import importlib.metadata
import json
import random
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import yaml
from msgspec.structs import replace
from running import EXAMPLES, ROOT, Command

from cati_rules.documents import Document, read_document
from cati_rules.documents.identity import stable_path
from cati_rules.documents.names import document_name
from cati_rules.kinds.consistency.rules import Consistency
from cati_rules.output.file_uri import uri_of
from cati_rules.pipeline import check_document, ruleset
from cati_rules.report.build.run import Folders, report_of
from cati_rules.report.finding import Finding
from cati_rules.visible import visible

ON = ("--as-of", "2026-01-01", "--lang", "en")
# After everything in the examples was published.
LATER = "2026-11-22"
FORMATS = ("sarif", "junit", "github", "gitlab", "markdown", "lines")
GOOD = {
    "draft.yaml": "draft.yaml",
    "geely.yaml": "report/geely.yaml",
    "mercedes-benz.yaml": "report/mercedes-benz.yaml",
    "polestar.yaml": "report/polestar.yaml",
    "product.yaml": "product.yaml",
    "sub folder/coil, hot.yaml": "coil.yaml",
}
# 100 % and a colon must survive the escapes of GitHub, a bar and a tag those of Markdown.
INVALID = """\
kind: disclosure
company: {name: "100 %: a|b <b>@team</b>"}
reporting_year: "2025: 100 %, | <b>@team</b>"
"""
UNREADABLE = "kind: disclosure\ncompany: [\n"
DEMAND = ("--require", "1.1.1")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ten submissions, three of them wrong: unreadable, against the schema, below what is demanded."""
    for name, example in GOOD.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(EXAMPLES / example, tmp_path / name)
    (tmp_path / "geely.json").write_text(as_json(tmp_path / "geely.yaml"), encoding="utf-8")
    (tmp_path / "unreadable.yaml").write_text(UNREADABLE, encoding="utf-8")
    (tmp_path / "invalid.yaml").write_text(INVALID, encoding="utf-8")
    shutil.copyfile(EXAMPLES / "report" / "nio.yaml", tmp_path / "nio.yaml")
    monkeypatch.chdir(tmp_path)
    assert len(names(tmp_path)) == 10
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(
        each.relative_to(folder).as_posix()
        for each in folder.rglob("*.*")
        if each.suffix in {".yaml", ".json"}
    )


def as_json(path: Path) -> str:
    """Return a document as JSON; what YAML names once and uses again is written out."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(each) for name, each in value.items()}
        if isinstance(value, list):
            return [plain(each) for each in value]
        return float(value) if isinstance(value, Decimal) else value

    return json.dumps(plain(read_document(path).value), ensure_ascii=False, indent=2)


def reported(command: Command, folder: Path, form: str, *files: str) -> str:
    ran = command("check", *(files or names(folder)), *ON, "--format", form)
    assert only_demands(ran.err)
    return ran.out


def only_demands(text: str) -> bool:
    """Return whether standard error tells of nothing but demands that were not reached."""
    return all(line.startswith("✗ --") for line in text.splitlines())


def as_lines(command: Command, folder: Path) -> list[str]:
    return reported(command, folder, "lines").splitlines()


class TestTogether:
    """Ten submissions through every format."""

    @pytest.mark.parametrize("form", FORMATS)
    def test_exit_codes_are_those_of_the_page(self, command: Command, folder: Path, form: str) -> None:
        wrong = {"unreadable.yaml", "invalid.yaml"}
        assert command("check", *names(folder), *ON, *DEMAND, "--format", form).code == 3
        valid = [each for each in names(folder) if each not in wrong]
        assert command("check", *valid, *ON, *DEMAND, "--format", form).code == 1
        assert command("check", *valid, *ON, "--format", form).code == 0
        met = [each for each in valid if each != "nio.yaml"]
        assert command("check", *met, *ON, *DEMAND, "--format", form).code == 0

    @pytest.mark.parametrize("form", FORMATS)
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_two_runs_give_the_same_bytes_and_no_machine_path(
        self, command: Command, folder: Path, form: str, language: str
    ) -> None:
        runs = {
            command("check", *names(folder), *ON, "--lang", language, "--format", form).out for _ in range(2)
        }
        (text,) = runs
        assert text.endswith("\n")
        assert str(folder) not in text
        assert ("不符合" in text) == (language == "zh")

    @pytest.mark.parametrize("form", FORMATS)
    def test_an_absolute_name_below_the_folder_gives_the_same_as_a_relative_one(
        self, command: Command, folder: Path, form: str
    ) -> None:
        relative = reported(command, folder, form, "product.yaml")
        assert reported(command, folder, form, str(folder / "product.yaml")) == relative

    def test_every_format_tells_the_same_findings(self, command: Command, folder: Path) -> None:
        told = as_lines(command, folder)
        results = json.loads(reported(command, folder, "sarif"))["runs"][0]["results"]
        quality = json.loads(reported(command, folder, "gitlab"))
        assert (
            len(told) == len(results) == len(quality) == len(reported(command, folder, "github").splitlines())
        )
        assert [each["fingerprint"] for each in quality] == [
            each["partialFingerprints"]["catiFinding/v1"] for each in results
        ]
        assert reported(command, folder, "markdown").count("\n- ") == len(told)

    @pytest.mark.parametrize("form", FORMATS)
    def test_a_document_with_nothing_to_tell_is_told_of_as_the_format_has_it(
        self, command: Command, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "x.yaml").write_text("kind: product\nmaterial: steel\nlabel: none\n", encoding="utf-8")
        ran = command("check", "x.yaml", *ON, "--ruleset", "hydro-circal", "--format", form)
        assert (ran.code, ran.err) == (0, "")
        assert (ran.out == "") == (form in {"github", "lines"})


class TestOutputs:
    """Several formats at once; each ``--output`` belongs to the ``--format`` before it."""

    def test_each_output_takes_the_format_before_it_and_the_rest_is_printed(
        self, command: Command, folder: Path
    ) -> None:
        alone = {form: reported(command, folder, form) for form in FORMATS}
        ran = command(
            "check", *names(folder), *ON,
            "--format", "sarif", "--output", "out.sarif", "--format", "github", "--format", "junit",
            "-o", "out.xml", "--format", "lines",
        )  # fmt: skip
        assert ran.code == 3
        assert Path("out.sarif").read_text(encoding="utf-8") == alone["sarif"]
        assert Path("out.xml").read_text(encoding="utf-8") == alone["junit"]
        assert ran.out == alone["github"] + alone["lines"]
        assert only_demands(ran.err)  # what is wrong with the documents was printed

    def test_when_all_goes_to_files_what_is_wrong_is_said_on_standard_error(
        self, command: Command, folder: Path
    ) -> None:
        ran = command(
            "check",
            "invalid.yaml",
            *ON,
            "--format",
            "sarif",
            "-o",
            "a.sarif",
            "--format",
            "json",
            "-o",
            "b.json",
        )
        assert (ran.code, ran.out) == (3, "")
        assert "invalid.yaml:3:17" in ran.err

    def test_one_format_and_one_output_belong_together_in_any_order(
        self, command: Command, folder: Path
    ) -> None:
        for order in (("-o", "x", "--format", "lines"), ("--format", "lines", "-o", "x")):
            assert command("check", "product.yaml", *ON, *order).out == ""
            assert Path("x").read_text(encoding="utf-8") == reported(command, folder, "lines", "product.yaml")
            Path("x").unlink()

    @pytest.mark.parametrize(
        "options",
        [
            ["-o", "a", "--format", "lines", "--format", "json"],
            ["--format", "lines", "-o", "a", "-o", "b"],
            ["-o", "a", "-o", "b"],
            ["--format", "lines", "-o", "a", "--format", "json", "-o", "a"],
            ["--format", "sarif", "--format", "xml"],
        ],
    )
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_what_does_not_fit_together_is_wrong_usage_and_writes_nothing(
        self, command: Command, folder: Path, options: list[str], language: str
    ) -> None:
        before = set(folder.iterdir())
        ran = command("check", "product.yaml", "--lang", language, *options)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err
        assert set(folder.iterdir()) == before


class TestFindings:
    """The model: what is a finding, and where it stands."""

    @staticmethod
    def of(text: str, tmp_path: Path, *rulesets: str) -> list[Finding]:
        path = tmp_path / "x.yaml"
        path.write_text(text, encoding="utf-8")
        checked = check_document(read_document(path), rulesets, as_of=LATER)
        return list(report_of([checked], LATER, folders=Folders(tmp_path)).findings())

    def test_a_value_that_fails_is_pointed_to_and_what_is_missing_by_the_key_of_what_it_belongs_to(
        self, tmp_path: Path
    ) -> None:
        text = (
            "kind: product\nmaterial: steel\nstage: crude_steel\nsteel:\n  route: bf_bof\n"
            "footprint:\n  value: 1.9\n  unit: tCO2e/t\n  boundary: cradle_to_gate\n  verification: third_party\n"
        )
        branded = f"{text}label: fossil-free-steel\n"
        told = {each.rule: each for each in self.of(branded, tmp_path, "fossil-free-steel")}
        route = told["fossil-free-steel/route"]
        assert (route.level, route.verdict, route.path) == ("warning", "not_met", "steel.route")
        assert (route.line, route.column) == (5, 10)
        made = f"{text}producer: Baosteel\n"
        told = {each.rule: each for each in self.of(made, tmp_path, "beyondeco")}
        label = told["beyondeco/percentage"]
        assert (label.level, label.verdict, label.path) == ("note", "indeterminate", "label")
        assert (label.line, label.column) == (1, 1)
        assert "not given: label" in label.message.en

    def test_an_absent_field_of_an_object_points_to_the_key_of_the_object(self, tmp_path: Path) -> None:
        text = (EXAMPLES / "draft.yaml").read_text(encoding="utf-8")
        told = {each.rule: each for each in self.of(text, tmp_path, "cati-auto-2024")}
        reviewed = told["cati-auto-2024:1.1.3/reviewed"]
        line = text.splitlines()[reviewed.line - 1]
        assert (reviewed.path, line, reviewed.column) == (
            "governance.carbon_management.reviewed",
            "  carbon_management:",
            3,
        )
        assert (reviewed.level, reviewed.verdict) == ("note", "not_met")
        assert reviewed.help.basis == "interpreted"
        assert reviewed.help.command == "cati explain cati-auto-2024:1.1.3"

    def test_of_a_ladder_only_the_next_step_and_of_what_is_withheld_that_it_is_known(
        self, tmp_path: Path
    ) -> None:
        text = (EXAMPLES / "draft.yaml").read_text(encoding="utf-8")
        told = self.of(text, tmp_path, "cati-auto-2024")
        (step,) = [each for each in told if each.rule.startswith("cati-auto-2024:2.2.1/")]
        assert step.rule == "cati-auto-2024:2.2.1/supply-chain"
        assert "3.5 points in all" in step.message.en
        assert "known, but not counted" in step.message.en
        assert step.advice.en == "Publish it, or add the evidence if it is published already."

    def test_problems_are_errors_or_warnings_and_keep_their_code(
        self, command: Command, folder: Path
    ) -> None:
        told = [each for each in as_lines(command, folder) if each.startswith(("invalid", "unreadable"))]
        assert [each.split(" ", 2)[:2] for each in told] == [
            ["invalid.yaml:3:17", "schema/type"],
            ["unreadable.yaml:3:1", "read/syntax"],
        ]
        slip = EXAMPLES / "draft.yaml"
        text = slip.read_text(encoding="utf-8").replace("reporting_year: 2025", "reporting_year: 2012")
        codes = {(each.level, each.rule) for each in self.of(text, folder) if each.ruleset is None}
        assert codes
        assert {level for level, _ in codes} <= {"error", "warning"}

    def test_an_edition_that_is_not_in_force_makes_notes_only(self, tmp_path: Path) -> None:
        example = (EXAMPLES / "product.yaml").read_text(encoding="utf-8")
        text = example.replace("value: 0.295", "value: 9")
        told = {each.ruleset: each for each in self.of(text, tmp_path)}
        assert told["responsiblesteel-2.1"].level == "warning"
        assert told["responsiblesteel-2.0"].level == "note"
        assert "not in force" in told["responsiblesteel-2.0"].message.en

    def test_a_contradiction_is_as_grave_as_its_rule_and_a_test_that_fails_unless_it_is_a_note(
        self, command: Command, folder: Path
    ) -> None:
        text = (EXAMPLES / "draft.yaml").read_text(encoding="utf-8")
        text = text.replace("value: 210000", "value: 210")
        consistency = ruleset("consistency")
        assert isinstance(consistency, Consistency)
        severities = {each.id: each.severity for each in consistency.rules()}
        told = self.of(text, folder, "consistency")
        found = [each for each in told if each.ruleset == "consistency"]
        assert found
        for each in found:
            assert each.level == severities[each.rule.removeprefix("consistency/")]
            assert each.verdict is None
            assert not each.title.en.endswith(".")
        out = command(
            "check", "x.yaml", "--as-of", LATER, "--ruleset", "consistency", "--format", "junit"
        ).out
        suites = {each.attrib["name"]: each for each in ET.fromstring(out)}  # noqa: S314 - our own
        grave = {each.rule for each in found if each.level != "note"}
        assert int(suites["x.yaml: consistency"].attrib["failures"]) == len(grave)

    def test_control_characters_reach_no_terminal(self) -> None:
        assert visible("a\r\nb\x1b[31m\u2028c\u202e") == r"a\r\nb\x1b[31m\u2028c\u202e"


class TestFingerprints:
    """They stay while lines move, lists are reordered, YAML becomes JSON."""

    @staticmethod
    def prints(document: Document) -> Mapping[str, tuple[str, str]]:
        checked = check_document(document, as_of="2026-01-01")
        told = list(report_of([checked], "2026-01-01").findings())
        assert len({each.fingerprint for each in told}) == len(told)
        return {each.fingerprint: (each.rule, each.path) for each in told}

    @pytest.mark.parametrize("name", ["draft.yaml", "draft.zh.yaml", "report/geely.yaml", "product.yaml"])
    def test_yaml_and_json_of_one_content_and_moved_lines(self, tmp_path: Path, name: str) -> None:
        source = EXAMPLES / name
        folder = tmp_path / "a"
        folder.mkdir()
        first = folder / "x.yaml"
        shutil.copyfile(source, first)
        there = read_document(first)
        before = set(self.prints(replace(there, name="x.yaml")))
        first.write_text("# moved\n\n" + source.read_text(encoding="utf-8"), encoding="utf-8")
        assert set(self.prints(replace(read_document(first), name="x.yaml"))) == before
        second = folder / "x.json"
        second.write_text(as_json(source), encoding="utf-8")
        assert set(self.prints(replace(read_document(second), name="x.json"))) == before
        assert set(self.prints(replace(there, name="y.yaml"))).isdisjoint(before)

    @pytest.mark.parametrize(
        "name", ["draft.yaml", "draft.zh.yaml", "report/geely.yaml", "report/mercedes-benz.yaml"]
    )
    @pytest.mark.parametrize("seed", range(4))
    def test_reordered_lists(self, name: str, seed: int) -> None:
        def shuffled(value: Any, chance: random.Random) -> Any:
            if isinstance(value, dict):
                return {key: shuffled(each, chance) for key, each in value.items()}
            if isinstance(value, list):
                items = [shuffled(each, chance) for each in value]
                chance.shuffle(items)
                return items
            return value

        document = read_document(EXAMPLES / name)
        other = replace(document, value=shuffled(document.value, random.Random(seed)))  # noqa: S311 - no secret
        before, after = self.prints(document), self.prints(other)
        assert {key: before.get(key, after.get(key)) for key in set(before) ^ set(after)} == {}

    def test_problems_of_reordered_entries(self, tmp_path: Path) -> None:
        entries = [
            f"  - {{scope: scope_1, year: {year}, value: none, unit: tCO2e}}\n" for year in (2023, 2024, 2025)
        ]
        head = "kind: disclosure\ncompany: {name: X}\nreporting_year: 2025\nemissions:\n"
        path = tmp_path / "x.yaml"
        seen = []
        for order in (entries, entries[::-1]):
            path.write_text(head + "".join(order), encoding="utf-8")
            seen.append(set(self.prints(read_document(path))))
        assert seen[0] == seen[1]
        assert len(seen[0]) == 3

    def test_an_entry_is_known_by_its_content_and_by_its_index_only_where_nothing_tells_it_apart(
        self,
    ) -> None:
        value = {
            "a": [
                {"scope": "scope_1", "year": Decimal("2025.0"), "value": 1},
                {"value": 2},
                "x",
                {"product": {"name": "P"}},
            ]
        }
        assert stable_path(value, ("a", 0, "value")) == [
            "a",
            [["scope", ["scope_1"]], ["year", ["2025"]]],
            "value",
        ]
        assert stable_path(value, ("a", 1, "value")) == ["a", 1, "value"]
        assert stable_path(value, ("a", 2)) == ["a", ["x"]]
        assert stable_path(value, ("a", 3)) == ["a", [["product", [["name", ["P"]]]]]]
        assert stable_path(value, ("b", 7, "c")) == ["b", 7, "c"]

    def test_names_become_relative_and_percent_encoded(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert document_name(str(tmp_path / "a" / "b.yaml"), tmp_path) == "a/b.yaml"
        assert document_name("./a/b.yaml", tmp_path) == "a/b.yaml"
        assert document_name("/elsewhere/b.yaml", tmp_path) == "/elsewhere/b.yaml"
        assert uri_of("a b/ü:1%.yaml") == "a%20b/%C3%BC%3A1%25.yaml"
        assert uri_of("/elsewhere/a b.yaml") == "file:///elsewhere/a%20b.yaml"


LEVELS = {"none", "note", "warning", "error"}


class TestSarif:
    """SARIF 2.1.0: what the standard requires, by hand; and by its schema where one is installed."""

    @pytest.fixture
    def log(self, command: Command, folder: Path) -> Any:
        return json.loads(reported(command, folder, "sarif"))

    @pytest.fixture
    def run(self, log: Any) -> Any:
        (run,) = log["runs"]
        return run

    def test_the_log_says_what_it_is(self, log: Any, run: Any) -> None:
        assert log["version"] == "2.1.0"
        assert log["$schema"].endswith("sarif-schema-2.1.0.json")
        driver = run["tool"]["driver"]
        assert driver["name"] == "cati"
        assert re.fullmatch(r"[0-9]+(\.[0-9]+){0,3}.*", driver["version"])
        assert run["automationDetails"]["id"] == "cati/check/2026-01-01"
        assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
        assert re.fullmatch(r"[a-z]{2}-[A-Z]{2}", run["language"])

    def test_rules_are_told_once_with_help_and_what_they_rest_on(self, run: Any) -> None:
        rules = run["tool"]["driver"]["rules"]
        ids = [each["id"] for each in rules]
        assert len(set(ids)) == len(ids)
        for each in rules:
            assert set(each) <= {
                "id", "shortDescription", "fullDescription", "defaultConfiguration", "help", "helpUri", "properties",
            }  # fmt: skip
            assert each["shortDescription"]["text"]
            assert each["help"]["text"]
            assert each["help"]["markdown"]
            assert re.fullmatch(r"[a-z]+:[!-~]+", each["helpUri"])
            assert each["defaultConfiguration"]["level"] in LEVELS
        by_id = {each["id"]: each["properties"] for each in rules}
        of = by_id["cati-auto-2024:2.1.1/verified"]
        assert (of["ruleset"], of["edition"], of["basis"]) == ("cati-auto-2024", "2024", "interpreted")
        assert "appendix 4, 2.1.1" in of["source"]

    def test_rulesets_are_extensions_with_their_edition(self, run: Any) -> None:
        versions = {each["name"]: each["version"] for each in run["tool"]["extensions"]}
        assert versions["cati-auto-2024"] == "2024"
        assert versions["responsiblesteel-2.1"] == "2.1"

    def test_results_refer_to_their_rule_and_to_a_place(self, run: Any, folder: Path) -> None:
        rules = run["tool"]["driver"]["rules"]
        assert run["results"]
        for each in run["results"]:
            assert rules[each["ruleIndex"]]["id"] == each["ruleId"]
            # With a kind other than fail, no level but none is allowed.
            assert each["kind"] == "fail"
            assert each["level"] in LEVELS - {"none"}
            assert each["message"]["text"]
            assert re.fullmatch(r"[0-9a-f]{64}", each["partialFingerprints"]["catiFinding/v1"])
            (location,) = each["locations"]
            artifact = location["physicalLocation"]["artifactLocation"]
            assert artifact["uriBaseId"] in run["originalUriBaseIds"]
            assert re.fullmatch(r"[A-Za-z0-9._~%/-]+", artifact["uri"])
            path = folder / unquote(artifact["uri"])
            region = location["physicalLocation"]["region"]
            lines = [*path.read_text(encoding="utf-8").split("\n")]
            assert 1 <= region["startLine"] <= len(lines)
            assert 1 <= region["startColumn"] <= len(lines[region["startLine"] - 1]) + 1
        prints = Counter(
            (
                each["partialFingerprints"]["catiFinding/v1"],
                each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            )
            for each in run["results"]
        )
        assert set(prints.values()) == {1}
        assert any("sub%20folder/coil%2C%20hot.yaml" in uri for _, uri in prints)

    def test_what_could_not_be_read_is_a_notification_and_the_run_no_success(
        self, run: Any, command: Command, folder: Path
    ) -> None:
        (invocation,) = run["invocations"]
        assert invocation["executionSuccessful"] is False
        (told,) = invocation["toolExecutionNotifications"]
        assert told["level"] == "error"
        descriptor = run["tool"]["driver"]["notifications"][told["descriptor"]["index"]]
        assert descriptor["id"] == told["descriptor"]["id"] == "read/syntax"
        uri = told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "unreadable.yaml"
        readable = json.loads(reported(command, folder, "sarif", "product.yaml", "invalid.yaml"))
        (invocation,) = readable["runs"][0]["invocations"]
        assert invocation == {"executionSuccessful": True, "toolExecutionNotifications": []}

    def test_the_schema_of_the_standard_accepts_it_where_one_is_installed(self, log: Any, run: Any) -> None:
        for schema in installed_schemas():
            jsonschema.validate(log, schema)
        assert set(log) == {"$schema", "version", "runs"}
        assert set(run) == {
            "tool", "language", "columnKind", "automationDetails", "originalUriBaseIds", "invocations", "results",
        }  # fmt: skip


def installed_schemas() -> Iterator[Any]:
    """Yield the SARIF schemas that installed packages bring."""
    for distribution in importlib.metadata.distributions():
        for file in distribution.files or ():
            if re.search(r"sarif.*2[.-]1[.-]0.*\.json$", file.name):
                yield json.loads(file.read_text(encoding="utf-8"))


class TestJunit:
    """Every criterion and definition, counted."""

    @pytest.fixture
    def root(self, command: Command, folder: Path) -> ET.Element:
        return ET.fromstring(reported(command, folder, "junit"))  # noqa: S314 - our own

    def test_counts_add_up(self, root: ET.Element) -> None:
        total: Counter[str] = Counter()
        for suite in root.findall("testsuite"):
            cases = suite.findall("testcase")
            counted = {
                "tests": len(cases),
                "failures": sum(1 for each in cases if each.find("failure") is not None),
                "errors": sum(1 for each in cases if each.find("error") is not None),
                "skipped": sum(1 for each in cases if each.find("skipped") is not None),
            }
            assert counted == {name: int(suite.attrib[name]) for name in counted}
            total.update(counted)
        # The schema of such reports knows no sum of what was skipped.
        summed = {
            name: int(value) for name, value in root.attrib.items() if value.isdigit() and name != "time"
        }
        assert summed == {name: total[name] for name in ("tests", "failures", "errors")}

    def test_every_verdict_of_the_json_is_a_case(
        self, root: ET.Element, command: Command, folder: Path
    ) -> None:
        data = json.loads(command("check", *names(folder), *ON, "--format", "json").out)
        expected: Counter[str] = Counter()
        for result in (each for document in data["documents"] for each in document["results"]):
            if result["kind"] == "index":
                expected.update(
                    criterion["verdict"] for each in result["indicators"] for criterion in each["criteria"]
                )
            elif result["kind"] == "definition":
                expected[result["verdict"]] += 1
        suites = [each for each in root if not each.attrib["name"].endswith((": document", ": consistency"))]
        cases = [case for suite in suites for case in suite]
        assert len(cases) == sum(expected.values())
        assert sum(1 for each in cases if each.find("failure") is not None) == expected["not_met"]
        unjudged = expected["indeterminate"] + expected["not_applicable"] + expected["not_testable"]
        assert sum(1 for each in cases if each.find("skipped") is not None) == unjudged
        for each in cases:
            assert len(each) <= 1
            for told in each:
                assert told.attrib["message"]

    def test_a_suite_is_a_document_and_a_ruleset(self, root: ET.Element) -> None:
        suites = {each.attrib["name"]: each for each in root}
        assert len(suites) == len(root)
        assert int(suites["draft.yaml: cati-auto-2024"].attrib["tests"]) > 100
        assert int(suites["product.yaml: fmc-steel"].attrib["tests"]) == 1
        keys = [(each.attrib["classname"], each.attrib["name"]) for each in root.iter("testcase")]
        assert len(set(keys)) == len(keys)

    def test_a_document_that_is_invalid_is_an_error_with_its_place(self, root: ET.Element) -> None:
        suites = {each.attrib["name"]: each for each in root}
        (case,) = suites["invalid.yaml: document"]
        error = case.find("error")
        assert error is not None
        assert error.attrib["type"] == "schema/type"
        assert (error.text or "").startswith("invalid.yaml:3:17 ")
        assert root.attrib["errors"] == "2"

    def test_what_xml_cannot_hold_is_replaced(
        self, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        value = {"kind": "disclosure", "company": {"name": "X"}, "reporting_year": "\ufffe]]><&\u0007"}
        Path("x.json").write_text(json.dumps(value), encoding="utf-8")
        out = command("check", "x.json", *ON, "--format", "junit").out
        (case,) = ET.fromstring(out).iter("testcase")  # noqa: S314 - our own
        assert "]]><&" in "".join(case.itertext())


def unescaped(text: str) -> str:
    for plain, escape in ((",", "%2C"), (":", "%3A"), ("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):
        text = text.replace(escape, plain)
    return text


class TestGithub:
    """Workflow commands."""

    def test_every_line_is_a_command_that_reads_back(self, command: Command, folder: Path) -> None:
        told = as_lines(command, folder)
        commands = reported(command, folder, "github").splitlines()
        for line, each in zip(told, commands, strict=True):
            found = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", each)
            assert found is not None
            pairs = dict(pair.split("=", 1) for pair in found[2].split(","))
            assert list(pairs) == ["file", "line", "col", "title"]
            place = f"{unescaped(pairs['file'])}:{pairs['line']}:{pairs['col']}"
            assert line.startswith(f"{place} {unescaped(pairs['title']).split(' ')[0]} ")
            assert not re.search("%(?!25|0D|0A)", found[3])

    def test_what_steers_a_command_is_escaped(self, command: Command, folder: Path) -> None:
        out = reported(command, folder, "github", "invalid.yaml", "sub folder/coil, hot.yaml")
        first, second = out.splitlines()[:2]
        assert first.startswith("::error file=invalid.yaml,line=3,col=17,title=schema/type Reporting year (")
        assert "2025: 100 %25, | <b>@team</b>" in first.split("::", 2)[2]
        assert "%0A→ " in out
        assert "file=sub folder/coil%2C hot.yaml,line=" in second


class TestGitlab:
    """The code quality report."""

    def test_every_entry_has_what_gitlab_reads(self, command: Command, folder: Path) -> None:
        report = json.loads(reported(command, folder, "gitlab"))
        for each in report:
            assert set(each) == {"description", "check_name", "fingerprint", "severity", "location"}
            assert each["severity"] in {"info", "minor", "major", "critical", "blocker"}
            assert set(each["location"]) == {"path", "lines"}
            assert each["location"]["path"] in names(folder)
            assert each["location"]["lines"]["begin"] >= 1
            assert each["description"]
        assert {each["severity"] for each in report} == {"major", "minor", "info"}
        assert next(each for each in report if each["check_name"] == "read/syntax")["severity"] == "major"


class TestMarkdown:
    """A summary for people."""

    def test_it_has_scores_verdicts_and_findings_folded_away(self, command: Command, folder: Path) -> None:
        out = reported(command, folder, "markdown")
        score = json.loads(command("check", "draft.yaml", *ON, "--format", "json").out)["documents"][0][
            "results"
        ][0]
        assert f"| `draft.yaml` | `cati-auto-2024` | **{score['score']}** / 100 |" in out
        assert f"| {score['band_title']} |" in out
        assert "| `invalid.yaml` | not evaluated |" in out
        assert "| ❌ | `fmc-steel` | not met |" in out
        assert out.count("<details>") == out.count("</details>") == 10

    def test_every_row_of_a_table_has_the_columns_of_its_head(self, command: Command, folder: Path) -> None:
        for block in reported(command, folder, "markdown").split("\n\n"):
            rows = [each for each in block.splitlines() if each.startswith("|")]
            assert len({len(re.findall(r"(?<!\\)\|", each)) for each in rows}) <= 1

    def test_what_a_document_says_is_no_markup(self, command: Command, folder: Path) -> None:
        out = reported(command, folder, "markdown", "invalid.yaml")
        (item,) = [each for each in out.splitlines() if each.startswith("- ")]
        assert r"2025: 100 %, \| &lt;b&gt;@<!-- -->team&lt;/b&gt;" in item
        assert "<b>" not in item


class TestLines:
    """Plain lines."""

    def test_a_line_is_place_rule_and_message(self, command: Command, folder: Path) -> None:
        for each in as_lines(command, folder):
            found = re.fullmatch(r"(.+?):([0-9]+):([0-9]+) ([!-~]+) (.+)", each)
            assert found is not None
            assert found[1] in names(folder)
        (line,) = [
            each for each in as_lines(command, folder) if "product.yaml" in each and "fmc-steel/" in each
        ]
        assert line.startswith("product.yaml:13:10 fmc-steel/intensity First Movers Coalition")
        # Less scrap would turn it too, by a stricter limit: that is a fact of the metal, and nothing to be advised.
        assert line.endswith("→ Met with Footprint (footprint.value) < 0.295 tCO2e/t.")


DOCS = [ROOT / "docs" / name for name in ("ci.md", "ci.zh.md")]


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )


class TestShipped:
    """The files that plug cati in, and what the pages about them show."""

    def test_the_hook_has_what_pre_commit_asks_for(self) -> None:
        (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
        assert {"id", "name", "entry", "language", "files"} <= set(hook)
        assert (hook["id"], hook["language"]) == ("cati-check", "python")
        assert shlex.split(hook["entry"])[:2] == ["cati", "check"]
        fits = re.compile(hook["files"])
        for name in ("disclosure.yaml", "a/product-slab.json", "disclosures/2025/x.yml", "facility_1.yaml"):
            assert fits.search(name), name
        for name in ("schemas/product.schema.json", "production.yaml", "disclosures/x.md", "package.json"):
            assert not fits.search(name), name

    @pytest.mark.usefixtures("folder")
    def test_the_hook_runs_as_it_is_written(self, command: Command) -> None:
        (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
        assert command(*shlex.split(hook["entry"])[1:], "draft.yaml", "product.yaml").code == 0
        assert command(*shlex.split(hook["entry"])[1:], "draft.yaml", "invalid.yaml").code == 3

    @pytest.fixture
    def action(self) -> Any:
        return yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))

    def test_the_action_is_composite_and_says_what_it_takes(self, action: Any) -> None:
        assert {"name", "description", "inputs", "outputs", "runs"} <= set(action)
        assert action["runs"]["using"] == "composite"
        for each in (*action["inputs"].values(), *action["outputs"].values()):
            assert each["description"]
        assert [name for name, each in action["inputs"].items() if each.get("required")] == ["files"]
        for step in action["runs"]["steps"]:
            assert ("uses" in step) != ("run" in step)
            if "run" in step:
                assert step["shell"] == "bash"
                assert "${{" not in step["run"]  # what comes from outside is no part of a script
        used = set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", json.dumps(action)))
        assert used == set(action["inputs"])

    @pytest.mark.skipif(shutil.which("bash") is None, reason="the action's script is for bash")
    @pytest.mark.parametrize(
        ("inputs", "code"),
        [
            ({"FILES": "draft.yaml\nproduct.yaml\n", "REQUIRE": "1.1.1\n"}, 0),
            ({"FILES": "*.yaml\n"}, 3),
            ({"FILES": "nio.yaml", "REQUIRE": "1.1.1"}, 1),
            ({"FILES": "product.yaml", "FAIL_ON": "consistency\nproblems\n"}, 0),
            ({"FILES": "product.yaml", "FAIL_ON": "indeterminate"}, 1),
            ({"FILES": "product.yaml", "BASELINE": "product.yaml"}, 2),
            ({"FILES": "-", "REQUIRE": "9.9"}, 2),
        ],
    )
    def test_the_script_of_the_action_does_what_it_says(
        self, action: Any, folder: Path, inputs: dict[str, str], code: int
    ) -> None:
        (step,) = [each for each in action["runs"]["steps"] if each.get("id") == "check"]
        (folder / "bin").mkdir()
        (folder / "bin" / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        (folder / "bin" / "python").chmod(0o755)
        environment = {
            **dict.fromkeys(step["env"], ""),
            "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            **inputs,
            "AS_OF": "2026-01-01",
            "MESSAGES": "en",
            "SARIF": "cati.sarif",
            "SUMMARY": "true",
            "SUMMARY_PART": str(folder / "part.md"),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        }
        ran = subprocess.run(
            [shutil.which("bash") or "", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            env=environment, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        assert ran.returncode == code, ran.stderr
        assert (folder / "output").read_text(encoding="utf-8") == f"exit-code={code}\n"
        assert (folder / "cati.sarif").exists() == (folder / "summary.md").exists() == (code != 2)
        assert ran.stdout.startswith("::") == (code != 2)

    @pytest.mark.parametrize("path", DOCS, ids=lambda each: each.name)
    def test_what_a_page_shows_parses_and_uses_what_there_is(self, path: Path, action: Any) -> None:
        shown = [yaml.safe_load(each) for each in blocks(path, "yaml")]
        config = next(each for each in shown if "repos" in each)
        (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
        assert config["repos"][0]["hooks"][0]["id"] == hook["id"]
        workflow = next(each for each in shown if "jobs" in each)
        (step,) = [each for each in workflow["jobs"]["cati"]["steps"] if "/cati@" in each["uses"]]
        assert set(step["with"]) <= set(action["inputs"])
        job = next(each for each in shown if "cati" in each)["cati"]
        assert set(job["artifacts"]["reports"]) == {"codequality", "junit"}
        for each in blocks(path, "json"):
            assert all((ROOT / name).exists() for name in json.loads(each)["yaml.schemas"])

    @pytest.mark.parametrize("path", DOCS, ids=lambda each: each.name)
    def test_the_commands_of_a_page_run(self, command: Command, folder: Path, path: Path) -> None:
        (folder / "disclosures").mkdir()
        shutil.copyfile(folder / "draft.yaml", folder / "disclosures" / "draft.yaml")
        text = path.read_text(encoding="utf-8")
        commands = re.findall(r"^(?:    - )?(cati check .*)$", text, flags=re.MULTILINE)
        assert len(commands) == 4
        for each in commands:
            arguments = shlex.split(each)[1:]
            assert command(*arguments, "--as-of", "2026-01-01").code == 0
            written = [arguments[i + 1] for i, name in enumerate(arguments) if name == "--output"]
            assert all((folder / name).stat().st_size for name in written)
        for form in FORMATS:
            assert f"| `{form}` |" in text

    @pytest.mark.parametrize("path", DOCS, ids=lambda each: each.name)
    def test_links_of_a_page_lead_somewhere(self, path: Path) -> None:
        links = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
        assert links
        assert [each for each in links if not (path.parent / each).exists()] == []

    @pytest.mark.parametrize("name", ["draft.yaml", "product.yaml"])
    def test_the_schemas_serve_any_validator(self, name: str) -> None:
        value = json.loads(as_json(EXAMPLES / name))
        schema = json.loads((ROOT / "schemas" / f"{value['kind']}.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator(schema).validate(value)
