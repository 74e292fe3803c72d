"""What the pages on targets show is what the command prints."""

from __future__ import annotations

import re
import shlex

import pytest
from running import ROOT, Command

PAGES = {"en": ROOT / "docs" / "targets.md", "zh": ROOT / "docs" / "targets.zh.md"}


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_printed_by_the_command_shown(
    language: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    text = PAGES[language].read_text(encoding="utf-8")
    found = re.search(r"```\ncati (target .*)\n((?:.*\n)*?)```", text)
    assert found is not None
    assert command(*shlex.split(found[1])).out == found[2]


@pytest.mark.parametrize("language", PAGES)
def test_every_option_that_is_told_of_is_there(language: str, command: Command) -> None:
    help_text = command("target", "--help").out
    for option in re.findall(r"`(--[a-z0-9-]+)", PAGES[language].read_text(encoding="utf-8")):
        if option not in ("--ruleset", "--require"):
            assert option in help_text, option


def test_half_in_scope_2(command: Command) -> None:
    data = command(
        "target",
        "--base",
        "2025",
        "--target",
        "2030",
        "--s1",
        "1Mt",
        "--s2",
        "1Mt",
        "--as-of",
        "2026-11-26",
        "--format",
        "json",
    ).json
    since = next(each for each in data["targets"][0]["editions"] if each["id"] == "sbti-aca-1.3.1")
    assert since["ambitions"][0]["least_reduction"] == "77/300"  # 0.256667
