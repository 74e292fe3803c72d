"""Honest documents: nothing in them is called wrong, and hardly anything doubtful."""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal
from functools import cache
from typing import Any

from honest import documents
from running import ROOT

from cati_rules.documents import parse_document
from cati_rules.pipeline import check_document

COUNT, SEED, AS_OF = 2000, 12, "2026-06-30"
MOST = Decimal("0.02")


def _plain(value: object) -> float | int:
    assert isinstance(value, Decimal)
    return int(value) if value == value.to_integral_value() else float(value)


@cache
def told() -> tuple[tuple[str, ...], ...]:
    """Return what is said of each document: severity and rule of every finding, and every slip."""
    found = []
    for value in documents(COUNT, SEED):
        document = parse_document(json.dumps(value, default=_plain).encode(), name="honest.json")
        checked = check_document(document, ("consistency",), as_of=AS_OF)
        slips = [f"{each.severity} {each.code}" for each in checked.problems]
        (result,) = checked.consistency() if not checked.failed else (None,)
        findings: Any = () if result is None else result.findings
        found.append((*slips, *(f"{each.severity} {each.rule.id}" for each in findings)))
    return tuple(found)


def test_no_honest_document_has_an_error() -> None:
    assert Counter(each for one in told() for each in one if each.startswith("error")) == Counter()


def test_hardly_any_honest_document_has_a_warning() -> None:
    warned = [one for one in told() if any(each.startswith("warning") for each in one)]
    by_rule = Counter(each for one in warned for each in set(one) if each.startswith("warning"))
    print(f"{len(warned)} of {COUNT} honest documents have a warning: {dict(by_rule)}")  # noqa: T201
    assert len(warned) <= MOST * COUNT, by_rule


def test_the_figure_that_the_page_on_the_design_gives_is_the_one_counted() -> None:
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    stated = re.search(r"of ([\d,]+) honest documents drawn at random, (\d+) have a warning", page)
    assert stated is not None
    warned = sum(any(each.startswith("warning") for each in one) for one in told())
    assert (int(stated[1].replace(",", "")), int(stated[2])) == (COUNT, warned)
