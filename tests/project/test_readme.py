"""What the READMEs show is what the command prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT

from cati_rules.cli.main import main

READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}


def shown(language: str, begins: str) -> str:
    """Return the excerpt of a page that begins so."""
    text = READMES[language].read_text(encoding="utf-8")
    found = re.search(rf"```\n({re.escape(begins)}.*?)```", text, flags=re.DOTALL)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("language", READMES)
@pytest.mark.parametrize(
    ("example", "begins"), [("draft", "Example Motors"), ("coil", "Hot-rolled coil for car bodies")]
)
def test_the_first_screens_are_printed_by_the_commands_shown(
    language: str,
    example: str,
    begins: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    excerpt = shown(language, begins)
    date = re.search(r"\d{4}-\d{2}-\d{2}", excerpt.splitlines()[0])
    assert date is not None
    with pytest.raises(SystemExit):
        main(["check", f"examples/{example}.yaml", "--lang", language, "--as-of", date.group()])
    assert capsys.readouterr().out == excerpt


@pytest.mark.parametrize(
    ("language", "begins", "inventory"),
    [
        ("en", "reduction, scopes 1 and 2", ("4.2Mt", "1.1Mt")),
        ("zh", "2030 年，范围 1&2 减排", ("420万吨", "110万吨")),
    ],
)
def test_the_answer_on_a_target_is_printed_by_the_command_shown(
    language: str, begins: str, inventory: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    years = ["--base", "2025", "--target", "2030", "--as-of", "2026-11-26"]
    scopes = ["--s1", inventory[0], "--s2", inventory[1]]
    with pytest.raises(SystemExit):
        main(["target", *years, *scopes, "--lang", language])
    assert capsys.readouterr().out.startswith(shown(language, begins))


@pytest.mark.parametrize("language", READMES)
def test_both_readmes_open_with_the_two_commands(language: str) -> None:
    commands = re.findall(
        r"^python3 -m venv .*$", READMES[language].read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert len(commands) == 2
    assert ".venv/bin/cati check examples/draft.yaml" in commands[0]
    assert commands[1].endswith(".venv/bin/pytest")


@pytest.mark.parametrize(
    "path",
    [*READMES.values(), *(ROOT / "docs").glob("usage*.md"), ROOT / "docs" / "glossary.md"],
    ids=lambda each: each.name,
)
def test_every_file_that_a_page_links_to_is_there(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_there_for_the_shells_that_are_named(shell: str) -> None:
    assert f"_CATI_COMPLETE={shell}_source" in (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
    command = [sys.executable, "-m", "cati_rules"]
    environment = {**os.environ, "_CATI_COMPLETE": f"{shell}_source", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "complete" in ran.stdout
