"""Ten submissions through every format and its real consumer, as far as those run without a network."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema
import yaml
from running import DATA, ROOT
from submissions import GOOD, INVALID, MISSED, UNDER, WAIVED, WRONG, Repository, as_json, make

FORMATS = ("rich", "json", "sarif", "junit", "github", "gitlab", "markdown", "lines")
GIT = shutil.which("git") or ""
MULTITOOL = shutil.which("sarif-multitool") or shutil.which("sarif")
DOCS = [ROOT / "docs" / name for name in ("ci.md", "ci.zh.md")]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = make(tmp_path_factory.mktemp("submissions"))
    assert len(made.names) == 10
    return made


def written(repository: Repository, folder: Path) -> Mapping[str, str]:
    """Return what one run writes in every format."""
    options = [each for form in FORMATS for each in ("--format", form, "--output", folder / form)]
    assert repository.check(*options).returncode == 3
    return {form: (folder / form).read_text(encoding="utf-8") for form in FORMATS}


@pytest.fixture(scope="module")
def outputs(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return written(repository, tmp_path_factory.mktemp("outputs"))


class TestTenSubmissions:
    def test_each_wrong_one_fails_the_run_in_its_own_way_and_the_others_pass(
        self, repository: Repository
    ) -> None:
        right = [each for each in repository.names if each not in WRONG]
        assert sorted(right) == sorted(GOOD)
        assert repository.check("--quiet", files=right).returncode == 0
        for wrong, code in ((INVALID, 3), (UNDER, 1), (MISSED, 1)):
            assert repository.check("--quiet", files=[*right, wrong]).returncode == code

    def test_demands_are_those_of_the_path_and_waived_are_those_of_the_file(
        self, outputs: Mapping[str, str]
    ) -> None:
        data = json.loads(outputs["json"])
        told = {(each["document"], each["demand"]): each["waived"] for each in data["demands"]}
        assert told == {
            (UNDER, "--fail-under 10"): False,
            (MISSED, "--require responsiblesteel-2.1:2"): False,
            (WAIVED[0][0], "--require fmc-steel"): True,
            (WAIVED[1][0], "--fail-on consistency"): True,
        }
        assert data["waivers"] == []
        waived = {each["path"]: each["waived"] for each in data["documents"]}
        assert {name for name, each in waived.items() if each} == {name for name, _ in WAIVED}
        assert [each["code"] for one in data["documents"] for each in one["problems"]] == ["schema/type"]

    @pytest.mark.parametrize("form", ["sarif", "github", "gitlab", "markdown", "lines", "junit"])
    def test_every_format_says_why_the_run_failed(self, outputs: Mapping[str, str], form: str) -> None:
        for told in (
            "the score is 3.1, under 10",
            "responsiblesteel-2.1 is not met",
            "waived until 2099-12-31",
        ):
            assert told in outputs[form], told
        for name in WRONG:
            assert name in outputs[form]

    def test_two_runs_give_the_same_bytes(
        self, repository: Repository, outputs: Mapping[str, str], tmp_path: Path
    ) -> None:
        assert written(repository, tmp_path) == outputs
        assert not [form for form, text in outputs.items() if str(repository.path) in text]

    def test_yaml_and_json_of_one_content_have_the_same_fingerprints(
        self, repository: Repository, outputs: Mapping[str, str], tmp_path: Path
    ) -> None:
        other = as_json(repository, tmp_path / "json")
        (tmp_path / "out").mkdir()
        again = written(other, tmp_path / "out")

        def prints(texts: Mapping[str, str]) -> tuple[list[Any], list[Any]]:
            results = json.loads(texts["sarif"])["runs"][0]["results"]
            quality = json.loads(texts["gitlab"])
            return (
                [(each["ruleId"], each["partialFingerprints"]) for each in results],
                [(each["check_name"], each["fingerprint"], each["severity"]) for each in quality],
            )

        before, after = prints(outputs), prints(again)
        assert sorted(before[0], key=str) == sorted(after[0], key=str)
        assert sorted(before[1]) == sorted(after[1])
        assert len({each[1] for each in before[1]}) == len(before[1])


class TestSarif:
    def test_the_published_schema_accepts_it(self, outputs: Mapping[str, str]) -> None:
        log = json.loads(outputs["sarif"])
        schema = json.loads((DATA / "sarif-2.1.0.json").read_text(encoding="utf-8"))
        validator = jsonschema.validators.validator_for(schema)(schema)
        assert [each.message for each in validator.iter_errors(log)] == []
        log["runs"][0]["results"][0]["suppressions"] = [{"kind": "nothing"}]
        assert list(validator.iter_errors(log))  # the schema does look

    @pytest.mark.skipif(MULTITOOL is None, reason="Microsoft's sarif-multitool (npm) is not installed")
    @pytest.mark.parametrize(
        ("kind", "left"),
        [
            # What GitHub's code scanning asks for.
            ("Ghas", set()),
            # The tool has no page on the web that it could name as its own.
            ("Sarif", {"SARIF2005"}),
        ],
    )
    def test_the_multitool_finds_nothing_to_mend(
        self, outputs: Mapping[str, str], tmp_path: Path, kind: str, left: set[str]
    ) -> None:
        log, found = tmp_path / "cati.sarif", tmp_path / "found.sarif"
        log.write_text(outputs["sarif"], encoding="utf-8")
        ran = subprocess.run(
            [str(MULTITOOL), "validate", log, "--rule-kind", kind, "--output", found],
            capture_output=True, text=True, check=False, timeout=120, env=os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        )  # fmt: skip
        assert found.exists(), ran.stdout + ran.stderr
        results = json.loads(found.read_text(encoding="utf-8"))["runs"][0].get("results", [])
        assert {each["ruleId"] for each in results} == left


class TestJunit:
    def test_the_schema_of_pytest_accepts_it(self, outputs: Mapping[str, str]) -> None:
        schema = xmlschema.XMLSchema10(DATA / "junit-10.xsd")
        assert [each.reason for each in schema.iter_errors(outputs["junit"])] == []
        assert list(schema.iter_errors(outputs["junit"].replace("<failure ", '<failure line="1" ')))

    def test_what_fails_the_run_is_a_case_that_fails_or_an_error(self, outputs: Mapping[str, str]) -> None:
        root = ET.fromstring(outputs["junit"])  # noqa: S314 - our own
        (demands,) = [each for each in root if each.attrib["name"] == "demands"]
        assert (demands.attrib["failures"], demands.attrib["skipped"]) == ("2", "2")
        assert root.attrib["errors"] == "1"


class TestGithubAndGitlab:
    def test_github_reads_every_line_as_a_command_on_a_file_of_the_repository(
        self, repository: Repository, outputs: Mapping[str, str]
    ) -> None:
        for each in outputs["github"].splitlines():
            found = re.fullmatch(
                r"::(error|warning|notice) file=([^,]+),line=(\d+),col=(\d+),title=[^:]+::.+", each
            )
            assert found is not None, each
            lines = (repository.path / found[2]).read_text(encoding="utf-8").splitlines()
            assert 1 <= int(found[3]) <= len(lines)
        errors = [each for each in outputs["github"].splitlines() if each.startswith("::error")]
        assert len(errors) == 3  # one for each that is wrong

    def test_gitlab_reads_a_list_of_what_it_asks_for(
        self, repository: Repository, outputs: Mapping[str, str]
    ) -> None:
        severities = {"info", "minor", "major", "critical", "blocker"}
        for each in json.loads(outputs["gitlab"]):
            assert each["severity"] in severities
            assert (repository.path / each["location"]["path"]).is_file()
            assert isinstance(each["location"]["lines"]["begin"], int)


def tool(
    *arguments: object, cwd: Path = ROOT, environment: Mapping[str, str] = os.environ
) -> subprocess.CompletedProcess[str]:
    """Run a tool that is installed beside this Python."""
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return variables by which nothing of the machine's settings counts, and no package is fetched.

    pre-commit makes an environment of its own for the hook, and pip installs the hook there. What the hook needs is
    taken from the environment of the tests, and built with what is installed there.
    """
    home = tmp_path_factory.mktemp("home")
    git = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Tests"), ("EMAIL", "tests@example.com"))
    }
    # Nothing else is taken over: inside a hook of git, variables name the repository that git works on.
    return git | {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "false",  # that is: do not isolate
        "PYTHONPATH": os.pathsep.join(each for each in sys.path if each.endswith("site-packages")),
        "LANG": "C.UTF-8",
    }


@pytest.fixture(scope="module")
def project(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return the submissions in a repository that uses the hook of this working tree."""
    source = tmp_path_factory.mktemp("hook")
    for name in ("cati_rules", "rulesets", "schemas"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", ".pre-commit-hooks.yaml"):
        shutil.copyfile(ROOT / name, source / name)
    revision = commit(source, environment)
    repository = make(tmp_path_factory.mktemp("project"))
    config = {
        "repos": [
            {
                "repo": str(source),
                "rev": revision,
                "hooks": [{"id": "cati-check", "args": ["--as-of", "2026-11-22", "--lang", "en"]}],
            }
        ]
    }
    (repository.path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    commit(repository.path, environment)
    return repository


class TestPreCommit:
    """The hook, installed from a copy of this project and run by pre-commit, without a network."""

    def run(self, project: Repository, environment: dict[str, str], *files: str) -> tuple[int, str]:
        chosen = ("--files", *files) if files else ("--all-files",)
        ran = tool(
            "pre_commit", "run", "--color", "never", *chosen, cwd=project.path, environment=environment
        )
        return ran.returncode, ran.stdout + ran.stderr

    @pytest.mark.skipif(not GIT, reason="pre-commit works with git")
    def test_it_fails_for_those_that_are_wrong_says_why_and_passes_for_the_others(
        self, project: Repository, environment: dict[str, str]
    ) -> None:
        code, text = self.run(project, environment)
        assert code == 1, text
        assert "exit code: 3" in text
        assert f"{INVALID}: not evaluated" in text
        assert f"--fail-under 10: {UNDER}: the score is 3.1, under 10" in text
        assert f"--require responsiblesteel-2.1:2: {MISSED}: responsiblesteel-2.1 is not met" in text
        assert "waived until 2099-12-31 by Board: Measured anew." in text
        code, text = self.run(project, environment, *GOOD)
        assert code == 0, text
        assert "Passed" in text
        code, text = self.run(project, environment, "cati.toml", "waivers.yaml")
        assert code == 0, text
        assert "no files to check" in text

    def test_its_manifest_is_valid(self, environment: dict[str, str]) -> None:
        ran = tool("pre_commit", "validate-manifest", ".pre-commit-hooks.yaml", environment=environment)
        assert ran.returncode == 0, ran.stdout + ran.stderr

    @pytest.mark.parametrize("page", DOCS, ids=lambda each: each.name)
    def test_what_the_page_shows_is_a_valid_configuration(
        self, environment: dict[str, str], page: Path, tmp_path: Path
    ) -> None:
        (shown,) = [each for each in blocks(page) if each.startswith("repos:")]
        (tmp_path / "config.yaml").write_text(shown, encoding="utf-8")
        ran = tool("pre_commit", "validate-config", tmp_path / "config.yaml", environment=environment)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def commit(folder: Path, environment: dict[str, str]) -> str:
    """Make a repository of all files in a folder and return its revision."""
    for arguments in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "All")):
        subprocess.run([GIT, *arguments], cwd=folder, env=environment, check=True)
    ran = subprocess.run(
        [GIT, "rev-parse", "HEAD"],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
    )
    return ran.stdout.decode().strip()


def blocks(page: Path) -> list[str]:
    """Return the YAML that a page shows."""
    text = page.read_text(encoding="utf-8")
    return re.findall(r"^```yaml\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


class TestShippedFiles:
    """The files that plug cati in, and those that the pages show, by the schemas of those who read them."""

    @staticmethod
    def valid(*arguments: object) -> None:
        ran = tool("check_jsonschema", *arguments)
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def test_the_action(self, tmp_path: Path) -> None:
        self.valid("--builtin-schema", "vendor.github-actions", "action.yml")
        wrong = (ROOT / "action.yml").read_text(encoding="utf-8").replace("      shell: bash\n", "", 1)
        (tmp_path / "action.yml").write_text(wrong, encoding="utf-8")
        ran = tool("check_jsonschema", "--builtin-schema", "vendor.github-actions", tmp_path / "action.yml")
        assert ran.returncode == 1  # the schema does look

    @pytest.mark.parametrize("page", DOCS, ids=lambda each: each.name)
    @pytest.mark.parametrize(
        ("schema", "marked"), [("github-workflows", r"^jobs:"), ("gitlab-ci", r"^cati:\n  image:")]
    )
    def test_what_the_pages_show(self, page: Path, schema: str, marked: str, tmp_path: Path) -> None:
        shown = [each for each in blocks(page) if re.search(marked, each, flags=re.MULTILINE)]
        assert shown
        for i, each in enumerate(shown):
            (tmp_path / f"{i}.yml").write_text(each, encoding="utf-8")
        self.valid("--builtin-schema", f"vendor.{schema}", *sorted(tmp_path.iterdir()))

    def test_our_own_schemas_are_schemas(self) -> None:
        self.valid("--check-metaschema", *sorted((ROOT / "schemas").glob("*.schema.json")))

    @pytest.mark.parametrize("kind", ["disclosure", "product", "facility", "purchases", "waivers"])
    def test_submissions_by_our_schemas(self, repository: Repository, kind: str) -> None:
        files = [*(name for name in repository.names if name != INVALID), "waivers.yaml"]
        paths = [repository.path / each for each in files]
        own = [each for each in paths if re.search(rf"(?m)^kind: {kind}$", each.read_text(encoding="utf-8"))]
        assert own
        self.valid("--schemafile", ROOT / "schemas" / f"{kind}.schema.json", *own)
