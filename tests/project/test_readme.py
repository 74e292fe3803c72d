"""What the READMEs show is what the command prints."""

from __future__ import annotations

import re

import pytest
from running import ROOT

from cati_rules.cli.main import main

READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}


def excerpt(language: str) -> list[str]:
    text = READMES[language].read_text(encoding="utf-8")
    found = re.search(r"```\n(╭.*?)```", text, flags=re.DOTALL)
    assert found is not None
    return [line for line in found.group(1).splitlines() if line.strip() and line != "…"]


@pytest.mark.parametrize("language", READMES)
def test_the_excerpt_is_printed_by_the_command_shown(
    language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    date = re.search(r"\d{4}-\d{2}-\d{2}", excerpt(language)[0])
    assert date is not None
    with pytest.raises(SystemExit):
        main(["check", "examples/draft.yaml", "--lang", language, "--as-of", date.group()])
    printed = capsys.readouterr().out.splitlines()
    assert [line for line in excerpt(language) if line not in printed] == []


@pytest.mark.parametrize("language", READMES)
def test_the_excerpt_of_a_matrix_is_printed_by_the_command_shown(
    language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    text = READMES[language].read_text(encoding="utf-8")
    found = re.search(r"```\n([^`]* (\d{4}-\d{2}-\d{2})\n[^`]*✓[^`]*)```", text)
    assert found is not None
    with pytest.raises(SystemExit):
        main(["check", "examples/coil.yaml", "--lang", language, "--as-of", found.group(2)])
    printed = capsys.readouterr().out.splitlines()
    shown = [line for line in found.group(1).splitlines() if line.strip() and line != "…"]
    assert [line for line in shown if line not in printed] == []


@pytest.mark.parametrize("language", READMES)
def test_both_readmes_open_with_the_two_commands(language: str) -> None:
    commands = re.findall(
        r"^python3 -m venv .*$", READMES[language].read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert len(commands) == 2
    assert ".venv/bin/cati check examples/draft.yaml" in commands[0]
    assert commands[1].endswith(".venv/bin/pytest")


@pytest.mark.parametrize("language", READMES)
def test_every_file_that_a_readme_links_to_is_there(language: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", READMES[language].read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []
