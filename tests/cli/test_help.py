"""Help in the reader's language: every command and option has its Chinese, and click's own words too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from rich.cells import cell_len
from running import Command

from cati_rules.cli.chinese_help import CHINESE
from cati_rules.cli.commands import COMMANDS, cati


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


def texts(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield the help of a command, its options, and the commands within it."""
    if command.help:
        yield " ".join(command.help.split())
    for each in command.params:
        if isinstance(each, click.Option) and each.help:
            yield " ".join(each.help.split())
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            within = command.get_command(context, name)
            assert within is not None
            yield from texts(within, context)


def test_all_help_has_its_chinese_and_no_chinese_is_left_over() -> None:
    told = {*texts(cati, click.Context(cati)), *(text for _, text in COMMANDS.values())}
    told.add("Show this message and exit.")
    assert told == set(CHINESE)


def test_help_is_in_chinese_where_the_environment_is(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    for given in ((), *((each,) for each in COMMANDS), ("rules", "list")):
        page = command(*given, "--help").out
        assert page.startswith("用法："), given
        for english in ("Usage:", "Options:", "Commands:", "Show this message", "[default", "[required"):
            assert english not in page, given
        if "[OPTIONS]" not in page:
            continue
        lines = page.splitlines()
        assert max(cell_len(each) for each in lines[1:]) <= 100, given
        assert "选项：" in page


def test_help_is_in_english_elsewhere(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    page = command("check", "--help").out
    assert page.startswith("Usage: cati check")
    assert not re.search("[\u4e00-\u9fff]", page)


@pytest.mark.parametrize(
    "given",
    [
        ("check",),
        ("check", "--nothing"),
        ("check", "a.yaml", "--format", "x"),
        ("nothing",),
        ("check", "a.yaml", "--lang", "xx"),
    ],
)
def test_what_is_wrong_with_a_command_line_is_told_in_chinese(
    command: Command, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    ran = command(*given)
    assert ran.code == 2
    for english in ("Usage", "Error", "Try ", "Missing", "No such", "Invalid"):
        assert english not in ran.text
