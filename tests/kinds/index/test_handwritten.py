"""The index by the engine and the index written by hand come to the same on every document."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from loaded import load_index
from running import EXAMPLES, ROOT
from strategies import AS_OF, CATI, Object, disclosures

from cati_rules.catalog.store import ruleset_folder
from cati_rules.documents import read_document
from cati_rules.kinds.index.evidence import shape_of, view
from cati_rules.language import DROPPED
from cati_rules.pipeline import index_assessor, record_of
from cati_rules.rule_tests import files_with_tests, read_tests
from cati_rules.schema import spelled_out

DOCUMENTS = [
    path for path in sorted(EXAMPLES.glob("**/*.yaml")) if read_document(path).value["kind"] == "disclosure"
]
SHAPE = shape_of(record_of("disclosure"))


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


handwritten = _module(ROOT / "benchmarks" / "handwritten.py")


def without_dropped(value: Any) -> Any:
    """Return the value without what was taken out, as it is for who does not know the engine's mark."""
    if isinstance(value, dict):
        return {name: without_dropped(each) for name, each in value.items()}
    if isinstance(value, list):
        return [without_dropped(each) for each in value if each is not DROPPED]
    return value


def by_hand(document: Object, public_by: str | None) -> dict[str, tuple[bool, ...]]:
    """Return what is met, each criterion read with or without what a parent company states."""
    odd = index_assessor(CATI).not_counted(document)
    own, with_parents = (
        handwritten.conditions(
            without_dropped(
                view(
                    document,
                    SHAPE,
                    public_by=public_by,
                    own_only=own_only,
                    not_counted=odd,
                ).value
            )
        )
        for own_only in (True, False)
    )
    return {
        indicator.id: tuple(
            bool((with_parents if each.counts_parent else own)[indicator.id][i])
            for i, each in enumerate(indicator.criteria)
        )
        for indicator in load_index(CATI).indicators()
    }


def compare(document: Object, as_of: str) -> None:
    for result, public_by in (
        (index_assessor(CATI).assess(document, as_of=as_of), as_of),
        (index_assessor(CATI).assess_as_published(document), None),
    ):
        expected = by_hand(document, public_by)
        points = handwritten.points(expected)
        found = {each.indicator.id: each for each in result.indicators()}
        assert found.keys() == expected.keys() == points.keys()
        for identifier, each in found.items():
            assert tuple(one.met for one in each.criteria) == expected[identifier], identifier
            assert each.awarded == points[identifier], identifier


@settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(document=disclosures())
def test_both_come_to_the_same_on_drawn_disclosures(document: Object) -> None:
    compare(document, AS_OF)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_both_come_to_the_same_on_the_examples(path: Path) -> None:
    document = spelled_out(read_document(path).value)
    compare(document, "2026-06-30")


@pytest.mark.parametrize("file", files_with_tests(ruleset_folder(CATI)), ids=lambda path: path.name)
def test_both_come_to_the_same_on_the_ruleset_s_own_tests(file: Path) -> None:
    for test in read_tests(file):
        compare(spelled_out(dict(test.given)), AS_OF)


def test_the_points_written_by_hand_are_those_of_the_ruleset() -> None:
    written = {**handwritten.LADDERS, **handwritten.SUMS}
    for indicator in load_index(CATI).indicators():
        assert tuple(f"{each.points:f}" for each in indicator.criteria) == tuple(written.pop(indicator.id))
        assert (indicator.award == "highest") == (indicator.id in handwritten.LADDERS)
    assert written == {}
