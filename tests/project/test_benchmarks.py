"""Figures in pages are those that a command wrote: their marks and form are checked, no times."""

from __future__ import annotations

import re

import pytest

from benchmarks.measure import WHAT, row
from benchmarks.pages import PAGE, marks

CIRCUMSTANCES = re.compile(
    r"\d{4}-\d{2}-\d{2}, commit [0-9a-f]{7,}( with changes)?, Python 3\.\d+\.\d+, \w+, \d+ cores:"
)


def figures(name: str) -> list[str]:
    """Return the lines between the marks of a command."""
    before, after = marks(name)
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(before) == text.count(after) == 1
    return text.partition(before)[2].partition(after)[0].strip().splitlines()


def rows(name: str) -> list[list[str]]:
    """Return the cells of the table that a command wrote, without its head."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in figures(name) if line[0:1] == "|"
    ][2:]


@pytest.mark.parametrize("name", ["measure", "formats", "peers", "growth"])
def test_figures_tell_when_and_where_they_were_measured(name: str) -> None:
    lines = figures(name)
    if not lines and name != "measure":
        pytest.skip(f"nobody has written the figures of {name} into the page yet")
    assert CIRCUMSTANCES.fullmatch(lines[0])
    assert rows(name)


def test_the_ratios_are_those_that_the_command_measures_now() -> None:
    found = rows("measure")
    assert [what for _, what, _, _ in found] == list(WHAT)
    for ratio, what, aim, reached in found:
        assert [ratio, what, aim, reached] == list(row(float(ratio), what, WHAT[what]))


def test_no_figures_stand_outside_of_the_marks() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in ("measure", "formats", "peers", "growth"):
        before, after = marks(name)
        head, _, rest = text.partition(before)
        text = head + rest.partition(after)[2]
    assert "|" not in text


@pytest.mark.parametrize(
    ("ratio", "aim", "shown"),
    [
        (1.96, 2, "reached"),
        (2.04, 2, "reached"),
        (2.06, 2, "missed"),
        (199, -200, "missed"),
        (200, -200, "reached"),
    ],
)
def test_an_aim_is_judged_by_the_ratio_that_is_shown(ratio: float, aim: float, shown: str) -> None:
    assert row(ratio, "", aim)[3] == shown
