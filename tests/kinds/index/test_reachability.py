"""Which totals the criteria can award to a company's own statements, held against those that IPE awarded.

For each block of table 3-3-1, documents are put together from the rule tests: for every indicator and every number of
points that it awards, the smallest document that earns them. What comes out is a total that can be reached, with a
document that reaches it. ``published/reach.yaml`` lists what was published and cannot be reached, and what can be reached
and was never published, each with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import yaml
from loaded import load_index

from cati_rules.catalog.store import ruleset_folder
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.published_companies import Published, published_results
from cati_rules.kinds.index.recomputation import recompute
from cati_rules.pipeline import index, index_assessor
from cati_rules.rule_tests import MINIMAL, files_with_tests, read_tests

CATI = "cati-auto-2024"
BLOCKS: Mapping[str, tuple[str, ...]] = {
    "governance": ("1",),
    "2.1": ("2.1",),
    "2.2": ("2.2",),
    "2.3.1": ("2.3",),
    "3.1 + 4.1": ("3.1", "4.1"),
    "3.2 + 4.2": ("3.2", "4.2"),
    "5.1": ("5.1",),
    "5.2": ("5.2",),
    "5.3": ("5.3",),
    "5.4": ("5.4",),
}
"""The blocks of the table, as groups or dimensions whose points they add up."""
REACH: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
    (ruleset_folder(CATI) / "published" / "reach.yaml").read_text(encoding="utf-8")
)["blocks"]

MOST_WAYS = 4
"""How many ways to one total are followed up: more find nothing else."""

Value = dict[str, Any]


@cache
def assessor() -> IndexAssessor:
    return index_assessor(CATI)


@cache
def fragments() -> Mapping[str, Mapping[Decimal, Value]]:
    """For each indicator and each number of points that a rule test earns in it, the smallest own document that does."""
    found: dict[str, dict[Decimal, Value]] = {}
    for path in files_with_tests(ruleset_folder(CATI)):
        for test in read_tests(path):
            if "'parent'" in repr(test.given):
                continue
            for result in assessor().assess_as_published(test.given).indicators():
                known = found.setdefault(result.indicator.id, {})
                size = len(repr(test.given))
                if result.earned and (result.earned not in known or size < len(repr(known[result.earned]))):
                    known[result.earned] = dict(test.given)
    return found


def merged(one: Value, other: Value) -> Value | None:
    """Both documents in one; None where they say different things in one place."""
    together = dict(one)
    for name, value in other.items():
        if name not in together or together[name] == value:
            together[name] = value
        elif isinstance(value, list) and isinstance(together[name], list):
            together[name] = [*together[name], *value]
        elif isinstance(value, dict) and isinstance(together[name], dict):
            inner = merged(together[name], value)
            if inner is None:
                return None
            together[name] = inner
        elif name not in MINIMAL:
            return None
    return together


def awards(document: Value, block: str) -> tuple[Decimal, ...]:
    """The points by indicator of a block, which tell ways to one total apart."""
    result = assessor().assess_as_published(document)
    return tuple(result.indicator(each).awarded for each in indicators_of(block))


@cache
def indicators_of(block: str) -> tuple[str, ...]:
    return tuple(
        each.id
        for dimension in index(CATI).dimensions
        for group in dimension.groups
        if group.id in BLOCKS[block] or dimension.id in BLOCKS[block]
        for each in group.indicators
    )


def reachable(block: str) -> set[Decimal]:
    """Every total that a document put together from fragments reaches; a few ways to each are followed up."""
    ways: dict[Decimal, dict[tuple[Decimal, ...], Value]] = {Decimal(0): {(): dict(MINIMAL)}}
    for identifier in indicators_of(block):
        for document in [each for found in ways.values() for each in found.values()]:
            for fragment in fragments().get(identifier, {}).values():
                together = merged(document, fragment)
                if together is not None:
                    points = awards(together, block)
                    found = ways.setdefault(sum(points, Decimal(0)), {})
                    if len(found) < MOST_WAYS:
                        found.setdefault(points, together)
    return set(ways)


def published() -> Published:
    found = published_results(load_index(CATI))
    assert found is not None
    return found


def published_totals(block: str) -> set[Decimal]:
    """The totals that IPE awarded in a block, to whomever; what the table does not print is solved for."""
    of = set(indicators_of(block))
    column = next((each for each in published().columns if {one.id for one in each.indicators} == of), None)
    rows = recompute(published(), index(CATI))
    if column is not None:
        return {row.points[column.id] for row in rows}
    name = BLOCKS[block][0]
    return {solution.get(name, Decimal(0)) for row in rows for solution in row.solutions}


def listed(block: str, what: str) -> set[Decimal]:
    return {Decimal(str(value)) for each in REACH[block].get(what, ()) for value in each["points"]}


def test_every_block_of_the_table_is_listed() -> None:
    assert set(REACH) == set(BLOCKS)


@pytest.mark.parametrize("block", BLOCKS)
def test_what_can_be_reached_is_what_was_published_but_for_what_is_listed_with_its_reason(block: str) -> None:
    reached, awarded = reachable(block), published_totals(block)
    assert awarded - reached == listed(block, "published_not_reachable"), f"{block}: published, not reachable"
    assert reached - awarded == listed(block, "reachable_not_published"), f"{block}: reachable, not published"


@pytest.mark.parametrize("block", BLOCKS)
def test_every_reason_is_given_in_both_languages(block: str) -> None:
    for what in ("published_not_reachable", "reachable_not_published"):
        for each in REACH[block].get(what, ()):
            assert each["points"]
            assert each["why"]["en"]
            assert each["why"]["zh"]
