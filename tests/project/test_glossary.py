"""One word for one thing in each language: pages, rules and schemas keep to docs/glossary.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import ROOT

from cati_rules.report.titles import VERDICT_TITLES
from cati_rules.report.wording.not_judged import KINDS

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def rows() -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in GLOSSARY.splitlines()
        if line.startswith("| ") and not line.startswith(("| English", "| ---"))
    ]


def told() -> Iterator[Path]:
    for folder, ending in (
        ("cati_rules", "py"),
        ("rulesets", "yaml"),
        ("schemas", "json"),
        ("examples", "yaml"),
    ):
        yield from (ROOT / folder).rglob(f"*.{ending}")
    yield from ROOT.glob("README*.md")


def test_no_term_is_there_twice() -> None:
    for column in (0, 1):
        terms = [term for row in rows() for term in re.split("[,、] ?", row[column])]
        assert len(terms) == len(set(terms))


@pytest.mark.parametrize("verdict", ["met", "not_met", "indeterminate", "not_applicable"])
def test_verdicts_are_called_so(verdict: str) -> None:
    (row,) = (each for each in rows() if each[2] == f"`{verdict}`")
    title = next(text for code, text in VERDICT_TITLES.items() if code == verdict)
    assert (title.en, title.zh) == (row[0], row[1])


@pytest.mark.parametrize("kind", ["product", "facility", "purchases", "disclosure"])
def test_kinds_of_document_are_called_so(kind: str) -> None:
    (row,) = (each for each in rows() if each[2].startswith(f"`{kind}`"))
    assert KINDS[kind].zh == row[1].partition("、")[0]


@pytest.mark.parametrize(
    ("word", "term"),
    [("监管链", "产销监管链"), ("废钢（铝）比", "废钢比"), ("book-and-claim）交易", "账面认领")],
)
def test_another_word_for_a_term_is_nowhere(word: str, term: str) -> None:
    for path in told():
        text = path.read_text(encoding="utf-8").replace(term, "")
        assert word not in text, path
