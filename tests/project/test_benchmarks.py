"""Figures in the page are those that the benchmarks published: marks, aims and form are checked, no times."""

from __future__ import annotations

import re

import pytest

from benchmarks.__main__ import BENCHMARKS
from benchmarks.measure import MEASURED
from benchmarks.pages import CHARTS, PAGE, Figure, aims, kept, marks

CIRCUMSTANCES = re.compile(
    r"\d{4}-\d{2}-\d{2}, commit [0-9a-f]{7,}( with changes)?, Python 3\.\d+\.\d+, \w+, \d+ cores:"
)


def written(name: str) -> list[str]:
    """Return the lines between the marks of a name."""
    before, after = marks(name)
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(before) == text.count(after) == 1
    return text.partition(before)[2].partition(after)[0].strip().splitlines()


@pytest.mark.parametrize("name", BENCHMARKS)
def test_what_was_published_stands_in_the_page(name: str) -> None:
    lines = written(name)
    if name not in kept():
        pytest.skip(f"nobody has published the figures of {name} yet")
    assert CIRCUMSTANCES.fullmatch(lines[0])
    told = kept()[name]["told"].splitlines()
    assert lines[: len(told)] == told
    if len(kept()[name]["figures"]) > 1:
        assert (CHARTS / f"{name}.svg").exists()


def test_only_benchmarks_are_published() -> None:
    assert set(kept()) <= set(BENCHMARKS)


def test_all_aims_stand_at_the_head_of_the_page() -> None:
    assert written("aims") == aims(kept())


@pytest.mark.parametrize("name", MEASURED)
def test_the_ratios_are_those_that_the_command_measures_now(name: str) -> None:
    found = [Figure(**each) for each in kept()[name]["figures"]]
    assert [(each.what, each.aim) for each in found] == [
        (what, aim) for what, (aim, _) in MEASURED[name][1].items()
    ]


def test_no_figures_stand_in_tables_outside_of_the_marks() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in ("aims", *BENCHMARKS):
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
    assert Figure("", ratio, aim).row()[3] == shown
