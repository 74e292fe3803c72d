"""What docs/onboarding.md shows is what comes out: Python as a session, commands with what they print."""

from __future__ import annotations

import doctest

import pytest
from running import ROOT
from worked import Block, carry_out

PAGE = ROOT / "docs" / "onboarding.md"


def test_python_gives_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert tried > 20
    assert failed == 0


def test_commands_print_what_is_shown() -> None:
    carry_out(
        [each for each in Block.all_in(PAGE.read_text(encoding="utf-8")) if each.language == "console"], ROOT
    )


def test_every_place_to_begin_at_is_there() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## Where to go on")[2]
    for path in table.split("`")[1::2]:
        assert list(ROOT.glob(path.replace("ID", "*").replace("KIND", "*"))), path
