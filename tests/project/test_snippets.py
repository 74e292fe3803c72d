"""Every command and file that the pages on pipelines show works as it is printed, and so does the action's script."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from running import EXAMPLES, ROOT

PAGES = ("ci.md", "ci.zh.md")
BASH = shutil.which("bash") or "/bin/bash"
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [each for named, each in FENCED.findall(text) if named == language]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project as the pages speak of it, whose working folder also has code that nobody is to run."""
    for name in ("disclosures", "products"):
        (tmp_path / name).mkdir()
    shutil.copyfile(EXAMPLES / "draft.yaml", tmp_path / "disclosures" / "draft.yaml")
    shutil.copyfile(EXAMPLES / "product.yaml", tmp_path / "products" / "slab.yaml")
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    for name in ("click", "pip", "yaml"):
        shadow = 'import sys\nprint("SHADOWED", file=sys.stderr)\nraise SystemExit(0)\n'
        (tmp_path / f"{name}.py").write_text(shadow, encoding="utf-8")
    return tmp_path


def shell(line: str, project: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run what is printed with the commands that are installed beside this Python."""
    given = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "HOME": str(project),
    }
    return subprocess.run(
        [BASH, "-e", "-o", "pipefail", "-c", line],
        cwd=project, env=given | variables, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
class TestPages:
    def test_every_command_works(self, page: str, project: Path) -> None:
        (settings,) = [each for each in blocks(page, "toml") if each.startswith("waivers")]
        commands = [line for each in blocks(page, "") for line in each.splitlines()]
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        commands += re.findall(r"`(cati verify [^`]+|python -c [^`]+)`", text)
        assert len(commands) == 7
        waivers = ""
        for line in commands:
            ran = shell(line, project)
            assert ran.returncode == 0, (line, ran.stderr)
            assert "SHADOWED" not in ran.stderr or line.startswith("python -c")
            waivers += ran.stdout if line.startswith("cati waive") else ""
        # With what the page demands, a baseline is written by a step that exits with 0, and what was so does not fail.
        (project / "cati.toml").write_text(settings, encoding="utf-8")
        (project / "waivers.yaml").write_text(f"kind: waivers\nwaivers:\n{waivers}", encoding="utf-8")
        for line in commands:
            ran = shell(line, project)
            failing = line.startswith("cati check") and "exit-zero" not in line and "--baseline" not in line
            assert ran.returncode == (1 if failing else 0), (line, ran.stderr)

    def test_what_gitlab_runs(self, page: str, project: Path) -> None:
        (shown,) = [each for each in blocks(page, "yaml") if each.startswith("cati:\n")]
        job = yaml.safe_load(shown)["cati"]
        install, check = job["script"]
        assert install.startswith("pip install git+")
        ran = shell(check, project)
        assert ran.returncode == 0, ran.stderr
        for each in job["artifacts"]["reports"].values():
            assert (project / each).is_file()

    def test_what_pre_commit_runs(self, page: str, project: Path) -> None:
        (shown,) = [each for each in blocks(page, "yaml") if each.startswith("repos:")]
        (hook,) = yaml.safe_load(shown)["repos"][0]["hooks"]
        (manifest,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
        assert hook["id"] == manifest["id"]
        (settings,) = [each for each in blocks(page, "toml") if each.startswith("waivers")]
        (project / "cati.toml").write_text(
            settings.replace("fail_under = 50", "fail_under = 40"), encoding="utf-8"
        )
        (project / "waivers.yaml").write_text("kind: waivers\nwaivers: []\n", encoding="utf-8")
        (project / "products" / "chart.yaml").write_text("apiVersion: v1\nkind: Service\n", encoding="utf-8")
        every = [
            "disclosures/draft.yaml",
            "products/slab.yaml",
            "products/chart.yaml",
            "README.md",
            "cati.toml",
        ]
        taken = [each for each in every if re.search(hook["files"], each)]
        assert taken == every[:3]
        assert [each for each in every if re.search(manifest["files"], each)] == every[:3]
        line = f"{manifest['entry']} {shlex.join(hook.get('args', []))}"
        # A commit of products is held to nothing that only disclosures reach, and the other way round.
        for files, code in ((taken[1:], 0), (taken[:1], 1), (taken[2:], 0)):
            ran = shell(f"{line} {shlex.join(files)}", project)
            assert ran.returncode == code, ran.stderr
        assert "products/chart.yaml" in ran.stderr

    def test_what_github_runs(self, page: str, project: Path, tmp_path: Path) -> None:
        (shown,) = [each for each in blocks(page, "yaml") if "\njobs:" in each]
        (job,) = yaml.safe_load(shown)["jobs"].values()
        (step,) = [each for each in job["steps"] if each["uses"].startswith("climate/cati@")]
        assert all("@" in each["uses"] for each in job["steps"])
        given = {name: str(value) for name, value in step["with"].items()}
        action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
        assert set(given) <= set(action["inputs"])
        ran = act(project, given)
        assert ran.returncode == 0, ran.stderr
        uploaded = next(each["with"]["sarif_file"] for each in job["steps"] if "upload-sarif" in each["uses"])
        assert json.loads((project / uploaded).read_text(encoding="utf-8"))["version"] == "2.1.0"


def act(project: Path, given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the check of the action with these inputs, as GitHub would: what it installs is what runs the tests."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    runner = project / "runner"
    (runner / "cati" / "bin").mkdir(parents=True, exist_ok=True)
    python = runner / "cati" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    inputs = {name: str(each.get("default", "")) for name, each in action["inputs"].items()} | given
    (step,) = [each for each in action["runs"]["steps"] if each.get("id") == "check"]
    variables = {}
    for name, value in step["env"].items():
        text = re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], value)
        variables[name] = text.replace("${{ runner.temp }}", str(runner))
        assert "${{" not in variables[name]
    assert "${{" not in step["run"]  # nothing is put into the script
    files = {each: str(runner / each) for each in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    return shell(step["run"], project, **variables, **files)


class TestAction:
    def test_the_exit_code_is_handed_on_with_every_output(self, project: Path) -> None:
        (project / "others.yaml").write_text("a: 1\n", encoding="utf-8")
        given = {"files": "products/*.yaml\n*.yaml\n", "require": "fmc-steel", "language": "en"}
        ran = act(project, given)
        assert ran.returncode == 1
        assert "::error file=products/slab.yaml,line=13," in ran.stdout
        assert "others.yaml: passed over" in ran.stderr
        assert (project / "runner" / "GITHUB_OUTPUT").read_text() == "exit-code=1\n"
        assert "products/slab.yaml" in (project / "runner" / "GITHUB_STEP_SUMMARY").read_text()
        assert act(project, {"files": "nothing/*.yaml"}).returncode == 2

    def test_nothing_of_the_repository_is_run_or_written_through(self, project: Path) -> None:
        victim = project / "victim"
        victim.write_text("precious", encoding="utf-8")
        (project / "cati.sarif").symlink_to("victim")
        ran = act(project, {"files": "products/slab.yaml\n$(touch run) `touch run` ; touch run"})
        assert "SHADOWED" not in ran.stderr
        assert not (project / "run").exists()
        assert victim.read_text(encoding="utf-8") == "precious"

    def test_every_python_is_isolated_and_every_action_pinned(self) -> None:
        text = (ROOT / "action.yml").read_text(encoding="utf-8")
        steps = yaml.safe_load(text)["runs"]["steps"]
        for each in steps:
            if "uses" in each:
                assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", each["uses"])
            for line in each.get("run", "").splitlines():
                for found in re.findall(r"(?:^|[;(] *|\$\()(?:python|\"\$python\") (\S+)", line):
                    assert found == "-I", line

    def test_what_it_installs_is_what_cati_needs_and_told_by_digest(self) -> None:
        text = (ROOT / "action-requirements.txt").read_text(encoding="utf-8")
        pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))
        for each in re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]:
            assert "--hash=sha256:" in each
        needed = ["cati", "hatchling"]
        for name in needed:
            for line in importlib.metadata.requires(name) or ():
                requirement = Requirement(line)
                if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
                    continue
                known = requirement.name.lower().replace("_", "-")
                assert known in pinned, known
                assert requirement.specifier.contains(pinned[known], prereleases=True), line
                if known not in needed:
                    needed.append(known)
