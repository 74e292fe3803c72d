"""What the READMEs show is what the command prints."""

from __future__ import annotations

import re

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
