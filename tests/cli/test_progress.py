"""A bar stands on standard error of a terminal only, and what is counted off stays what it was."""

from __future__ import annotations

import sys

import pytest

from cati_rules.cli.progress import CHECKING, MANY, SEARCHING, advancing, counted_off, working


@pytest.mark.parametrize("number", [0, 1, MANY, 3 * MANY])
@pytest.mark.parametrize("watched", [True, False])
def test_a_bar_is_for_many_and_for_who_watches(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int, watched: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: watched)
    assert list(counted_off(range(number), CHECKING, "zh")) == list(range(number))
    told = capsys.readouterr()
    assert told.out == ""
    if not watched or number < MANY:
        assert told.err == ""


def test_in_a_pipe_nothing_says_that_work_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with working(SEARCHING, "en"):
        pass
    told = capsys.readouterr()
    assert told.out + told.err == ""


def test_a_terminal_is_told_in_its_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with working(SEARCHING, "zh"):
        pass
    assert "正在寻找" in capsys.readouterr().err


@pytest.mark.parametrize("watched", [True, False])
def test_a_long_run_is_shown_to_who_watches_and_reads_no_lines_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], watched: bool
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: watched)
    for beside_output in (False, True):
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        with advancing(CHECKING, "zh", 100, beside_output=beside_output) as advance:
            advance(50, 1234)
        told = capsys.readouterr()
        assert told.out == ""
        assert ("正在评价" in told.err and "1,234" in told.err) == (watched and not beside_output)
