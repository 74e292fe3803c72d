"""How pages reach a terminal: colours as others obey them, its width, words whole, signs that its encoding has."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text as RichText
from running import EXAMPLES, Command, run

from cati_rules.output.layout import Prose, marked
from cati_rules.output.page_options import Page
from cati_rules.output.terminal_pages import text_of

COIL, DRAFT = EXAMPLES / "coil.yaml", EXAMPLES / "draft.yaml"
ESCAPE = "\x1b["


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),  # standard output is no terminal here
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "3", "TERM": "dumb"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        ({"NO_COLOR": "1"}, False),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, False),
    ],
)
def test_colours_are_as_the_environment_asks(
    command: Command, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (ESCAPE in command("check", COIL).out) == coloured


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
)
def test_a_terminal_gets_colours_unless_it_is_dumb_or_they_are_forbidden(
    command: Command, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("cati_rules.cli.terminal._is_terminal", lambda: True)
    assert (ESCAPE in command("check", COIL).out) == coloured


def test_a_file_gets_no_colours_and_the_usual_width(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    command("check", COIL, "--output", tmp_path / "a.txt", "--lang", "en")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    command("check", COIL, "--output", tmp_path / "b.txt", "--lang", "en")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == (tmp_path / "b.txt").read_text(
        encoding="utf-8"
    )


def words(text: str) -> list[str]:
    return [word for word in re.findall(r"[A-Za-z0-9_.\[\]/-]{2,}", text) if re.search("[A-Za-z0-9]", word)]


@pytest.mark.parametrize("columns", [40, 47, 60, 72, 80, 99, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", [COIL, DRAFT], ids=["coil", "draft"])
def test_a_page_is_as_wide_as_asked_and_breaks_no_word(
    command: Command, monkeypatch: pytest.MonkeyPatch, columns: int, language: str, path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    # A narrow page may count what a wide one names: “and 2 more”.
    whole = {"more", *words(command("check", path, "--lang", language, "--as-of", "2026-01-01").out)}
    monkeypatch.setenv("COLUMNS", str(columns))
    page = command("check", path, "--lang", language, "--as-of", "2026-01-01").out
    assert set(words(page)) <= whole
    for line in page.splitlines():
        longest = max((cell_len(word) for word in re.findall(r"\S+", line)), default=0)
        assert cell_len(line) <= columns or longest > columns // 2 or "│" in line or "└" in line, line


@given(
    st.lists(st.sampled_from(["word", "12.5", "targets[0].year", "中", "文，", "（看", "）", "a b", " ", "“x”", "…y"]), max_size=30),
    st.integers(8, 40),
)  # fmt: skip
def test_what_is_wrapped_is_all_there_and_within_the_width(pieces: list[str], width: int) -> None:
    text = "".join(pieces).strip()
    shown = text_of([Prose(RichText(text))], Page("zh", "normal", width, colour=False))
    assert "".join(shown.split()) == "".join(text.split())
    before = ""
    for line in shown.splitlines():
        assert cell_len(line) <= width or len(re.findall(r"\s", line.strip())) == 0
        # What closes begins a line only where what it closes, and a blank between them, leave no room for it.
        closing = re.match(r"[，）”]+", line)
        if before and closing:
            assert cell_len(f"{before.rsplit(maxsplit=1)[-1]} {closing.group()}") > width, shown
        before = line
    assert re.findall(r"12\.5", shown) == re.findall(r"12\.5", text)


def test_markup_stays_where_it_was_when_a_text_is_wrapped() -> None:
    page = text_of([marked("[red]one two[/] three [bold]four[/]")], Page("en", "normal", 40, colour=True))
    assert page == "\x1b[31mone two\x1b[0m three \x1b[1mfour\x1b[0m\n"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk", "utf-8"])
@pytest.mark.parametrize("path", [COIL, DRAFT], ids=["coil", "draft"])
def test_signs_that_an_encoding_lacks_become_plain_ones(encoding: str, path: Path) -> None:
    environment = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    ran = run("check", path, "--lang", "en", "--as-of", "2026-01-01", "--verbose", environment=environment)
    assert ran.returncode == 0
    page = ran.stdout.decode(encoding)
    assert "\\u" not in page
    assert ("✓" in page) == (encoding == "utf-8")
    assert os.linesep in page
