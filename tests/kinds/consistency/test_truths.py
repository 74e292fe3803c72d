"""What is found by truths alone is what is found by traces, in faulty and in honest documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from honest import documents
from running import ROOT

from cati_rules.catalog.store import ruleset_folder
from cati_rules.documents import read_document
from cati_rules.kinds.consistency.assessment import ConsistencyAssessor
from cati_rules.language import ruleset_conditions
from cati_rules.language.repeated import LONG
from cati_rules.pipeline import consistency_assessor, record_of
from cati_rules.rule_tests import files_with_tests, read_tests
from cati_rules.schema import spelled_out

HONEST, SEED = 150, 5
AS_OF = "2026-06-30"
FOLDER = ruleset_folder("consistency")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> ConsistencyAssessor:
    """Return the rules, written as Python before the first document is judged."""
    monkeypatch.setattr(ruleset_conditions, "MOST_BY_TRACE", 0)
    return ConsistencyAssessor(consistency_assessor("consistency").ruleset, record_of)


def _worked() -> Iterator[Mapping[str, Any]]:
    for path in files_with_tests(FOLDER):
        for each in read_tests(path):
            yield each.given
    for path in sorted((ROOT / "examples").glob("*.yaml")):
        value = spelled_out(read_document(path).value)
        if isinstance(value.get("kind"), str):
            yield value


def _agree(quick: ConsistencyAssessor, values: Iterator[Mapping[str, Any]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for value in values:
        caches: Any = {}
        shared: Any = {}
        for rule in quick.ruleset.rules():
            by_trace = [each for each in quick.judged(value, rule, caches) if each.found]
            by_truth = list(quick.judged(value, rule, shared, certain=True))
            told = [(each.path, each.entry, each.severity) for each in by_trace]
            assert [(each.path, each.entry, each.severity) for each in by_truth] == told, (rule.id, value)
            found[rule.id] += len(by_trace)
    return found


def test_every_worked_case_and_example_comes_to_the_same(quick: ConsistencyAssessor) -> None:
    """Each rule finds something in one of the worked cases, so that all are compared where they hold and where not."""
    found = _agree(quick, _worked())
    assert {each.id for each in quick.ruleset.rules()} == {each for each, count in found.items() if count}


def test_honest_documents_come_to_the_same(quick: ConsistencyAssessor) -> None:
    """Nothing is found by truths that traces do not find, also in long documents of many figures."""
    _agree(quick, (spelled_out(each) for each in documents(HONEST, SEED)))


@pytest.mark.parametrize("count", [LONG, LONG + 1])
def test_whether_a_list_is_long_changes_nothing_that_is_found(quick: ConsistencyAssessor, count: int) -> None:
    """A document with one entry more than truths are asked of is judged by traces, and told as it would be."""
    value = next(each for each in _worked() if any(quick.assess(each, as_of=AS_OF).findings))
    listed = next(name for name, each in value.items() if isinstance(each, list) and each)
    long = {**value, listed: (value[listed] * count)[:count]}
    by_trace = {
        (each.rule.id, each.path)
        for rule in quick.ruleset.rules()
        for each in quick.judged(long, rule)
        if each.found
    }
    assert {(each.rule.id, each.path) for each in quick.assess(long, as_of=AS_OF).findings} == by_trace
    assert by_trace
