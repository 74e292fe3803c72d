"""What CONTRIBUTING.md shows works as it is shown: each section, carried out on a copy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from running import ROOT
from worked import carry_out, copy_to, sections

PAGE = "CONTRIBUTING.md"
SECTIONS = sections(PAGE)


@pytest.mark.parametrize("title", SECTIONS)
def test_the_worked_example_works(title: str, tmp_path: Path) -> None:
    carry_out(SECTIONS[title], copy_to(tmp_path))


def test_every_kind_of_addition_has_a_worked_example() -> None:
    assert {title.casefold() for title in SECTIONS} >= {
        "a ruleset",
        "a finding",
        "a field of a document",
        "a field of a criterion",
        "an output format",
        "an input format",
        "a language",
    }


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", *(
    str(each.relative_to(ROOT)) for each in sorted((ROOT / "docs").rglob("*.md"))
)])  # fmt: skip
def test_every_file_that_a_page_links_to_is_there(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert [each for each in links if "://" not in each and not (path.parent / each).exists()] == []
