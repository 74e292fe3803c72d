"""Pages that explain the code name modules and folders that are there."""

from __future__ import annotations

import re

import pytest
from running import ROOT

# Of CONTRIBUTING's worked examples, which add files, tests of their own see that they work.
PAGES = sorted(f"docs/{each.name}" for each in (ROOT / "docs").glob("*.md"))
FILE = re.compile(r"`((?:[a-z_0-9]+/)+[a-z_0-9]+\.py|(?:[a-z_0-9]+/)*[a-z_0-9]+\.schema\.json)`")
FOLDERS = (ROOT, ROOT / "cati_rules", ROOT / "tests", ROOT / "schemas")


@pytest.mark.parametrize("page", PAGES)
def test_every_module_that_a_page_names_is_there(page: str) -> None:
    named = set(FILE.findall((ROOT / page).read_text(encoding="utf-8")))
    assert not {each for each in named if not any((folder / each).exists() for folder in FOLDERS)}
