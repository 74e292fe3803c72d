"""Conditions of a ruleset asked of many documents: the same truths by traces and by what is written for them."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from running import EXAMPLES
from strategies import disclosures

from cati_rules.documents import read_document
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.result import CriterionResult, IndexResult
from cati_rules.language import ruleset_conditions
from cati_rules.language.evaluation import World
from cati_rules.language.generated import compile_truths
from cati_rules.language.nodes import Compare, Field, Literal
from cati_rules.language.ranges import BOTH, FALSE, TRUE
from cati_rules.language.ruleset_conditions import Conditions
from cati_rules.pipeline import index, record_of
from cati_rules.schema import spelled_out
from cati_rules.schema.types import NumberType, RecordType

AS_OF = "2026-11-22"


def test_truths_and_traces_are_the_same_before_and_after_conditions_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ruleset_conditions, "MOST_BY_TRACE", 3)
    node = Compare("<", Field("", ("n",)), Literal(Decimal(5)))
    (run,) = Conditions(
        [node], world="closed", record=RecordType("r", {"n": NumberType()}), named={}
    ).evaluators
    cases = [({"n": Decimal("4.9")}, TRUE), ({"n": Decimal(5)}, FALSE), ({}, BOTH)]
    for _ in range(3):
        cache: dict[Any, Any] = {}
        for value, truth in cases:
            assert run.truth(value) == run(value).truth == truth
            said, trace = run.ask(value, cache)
            assert (said, trace().truth, trace().node) == (truth, truth, node)


def criteria(result: IndexResult) -> list[CriterionResult]:
    return [
        each
        for dimension in result.dimensions
        for indicator in dimension.indicators()
        for each in indicator.criteria
    ]


@pytest.mark.parametrize("name", ["draft.yaml", "report/bmw.yaml", "report/byd.yaml"])
def test_an_index_scores_the_same_by_traces_and_without(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document = spelled_out(read_document(EXAMPLES / name).value)
    rules, record = index("cati-auto-2024"), record_of("disclosure")
    by_trace = IndexAssessor(rules, record).assess(document, as_of=AS_OF)
    monkeypatch.setattr(ruleset_conditions, "MOST_BY_TRACE", 0)
    without = IndexAssessor(rules, record).assess(copy.deepcopy(document), as_of=AS_OF)
    assert without == by_trace
    assert [each.trace for each in criteria(without)] == [each.trace for each in criteria(by_trace)]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=disclosures())
def test_every_condition_of_an_index_is_as_true_by_traces_and_without(document: dict[str, Any]) -> None:
    rules, record = index("cati-auto-2024"), record_of("disclosure")
    trees = [each.node for indicator in rules.indicators() for each in indicator.criteria]
    named, value = rules.named_nodes(), spelled_out(document)
    worlds: tuple[World, ...] = ("closed", "open")
    for world in worlds:
        asked: Any = Conditions(trees, world=world, record=record, named=named).evaluators
        written = compile_truths(trees, world=world, record=record, named=named)
        shared: dict[Any, Any] = {}
        cache: dict[Any, Any] = {}
        assert [run(value, shared) for run in written] == [run(value, cache).truth for run in asked]


def test_results_can_be_pickled_whether_their_traces_were_asked_for_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ruleset_conditions, "MOST_BY_TRACE", 0)
    document = spelled_out(read_document(EXAMPLES / "draft.yaml").value)
    result = IndexAssessor(index("cati-auto-2024"), record_of("disclosure")).assess(document, as_of=AS_OF)
    one = criteria(result)[0]
    assert pickle.loads(pickle.dumps(one.traced))() == one.trace  # noqa: S301 - made above
