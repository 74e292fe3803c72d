"""Scoring a document on the index: points, weights, ceilings, parallels, and what publishing would bring."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from running import EXAMPLES

from cati_rules.documents import read_document
from cati_rules.kinds.index.result import IndexResult
from cati_rules.pipeline import check, index_assessor
from cati_rules.schema import spelled_out

AS_OF = "2026-11-22"
PUBLIC = [{"title": "Report", "kind": "website", "public": True, "url": "https://example.com"}]


def assess(document: Mapping[str, Any]) -> IndexResult:
    base = {"kind": "disclosure", "company": {"name": "M"}, "reporting_year": Decimal(2023)}
    return index_assessor("cati-auto-2024").assess({**base, **document}, as_of=AS_OF)


def emission(scope: str, **more: object) -> dict[str, object]:
    return {
        "scope": scope,
        "year": Decimal(2023),
        "value": Decimal(200_000),
        "unit": "tCO2e",
        "evidence": PUBLIC,
        **more,
    }


@pytest.fixture(scope="module")
def draft() -> IndexResult:
    result = check(EXAMPLES / "draft.yaml", as_of=AS_OF).results[0]
    assert isinstance(result, IndexResult)
    return result


def test_a_point_of_scope_1_and_2_counts_six_tenths() -> None:
    assert assess({"emissions": [emission("scope_1")]}).score == Decimal("0.6")


def test_half_a_point_of_scope_3_counts_seven_tenths() -> None:
    assert assess({"emissions": [emission("scope_3", category="total")]}).score == Decimal("0.7")


def test_what_is_not_public_scores_nothing_and_shows_what_it_would() -> None:
    result = assess({"emissions": [emission("scope_1", evidence=[])]})
    assert (result.score, result.score_if_published) == (0, Decimal("0.6"))
    assert result.unpublished == (("emissions", 0),)


def test_evidence_published_after_the_date_of_the_assessment_does_not_count_yet() -> None:
    later = [{**PUBLIC[0], "published": "2026-11-23"}]
    assert assess({"emissions": [emission("scope_1", evidence=later)]}).score == 0


def test_a_ceiling_holds_points_back_and_says_so() -> None:
    document = {
        "emissions": [
            emission("scope_3", category="use_of_sold_products"),
            emission("scope_3", category="waste"),
        ],
        "supplier_data": {"frequency": "yearly", "evidence": PUBLIC},
    }
    result = assess(document).indicator("2.2.2")
    # 2.2.1 has 3 and 2.2 may hold 3 until supply chain emissions are disclosed.
    assert (result.earned, result.awarded, result.held_back) == (Decimal("0.5"), 0, Decimal("0.5"))
    assert result.verdict == "not_met"


def test_the_better_of_two_parallel_indicators_counts_and_the_other_does_not() -> None:
    document = {
        "supplier_platform": {"system": "S", "automated": True, "evidence": PUBLIC},
        "supplier_footprints": {"suppliers": ["A", "B", "C"], "guidance": "asked", "evidence": PUBLIC},
    }
    result = assess(document)
    first, second = result.indicator("5.4.7"), result.indicator("5.4.7-parallel")
    assert (first.earned, first.awarded, first.counts_elsewhere) == (Decimal("0.5"), 0, "5.4.7-parallel")
    assert (second.earned, second.awarded, second.counts_elsewhere) == (2, 2, None)
    assert result.score == Decimal("2.8")


def test_the_score_is_the_sum_of_weighted_points(draft: IndexResult) -> None:
    assert draft.score == sum(each.awarded * each.weight for each in draft.indicators())
    assert draft.score_if_published == sum(
        each.awarded_if_published * each.weight for each in draft.indicators()
    )


def test_the_draft_is_middle_and_would_be_leading_if_published(draft: IndexResult) -> None:
    assert (draft.band.id, draft.band_if_published.id) == ("middle", "leading")


def test_publishing_what_is_named_meets_each_criterion_and_none_of_it_can_be_left_out(
    draft: IndexResult,
) -> None:
    document = spelled_out(read_document(EXAMPLES / "draft.yaml").value)
    named = 0
    for indicator in draft.indicators():
        for place, criterion in enumerate(indicator.criteria):
            if not criterion.withheld:
                continue
            named += 1
            where = (indicator.indicator.id, place)
            assert met(document, criterion.withheld, where), where
            for path in criterion.withheld:
                others = tuple(each for each in criterion.withheld if each != path)
                assert not met(document, others, where), (where, path)
    assert named > 10


def met(document: Mapping[str, Any], published: tuple[Any, ...], where: tuple[str, int]) -> bool:
    """Return whether a criterion is met once the named statements, and what is inside them, are public."""
    changed = copy.deepcopy(document)
    for path in published:
        statement: Any = changed
        for step in path:
            statement = statement[step]
        _publish(statement)
    return assess(changed).indicator(where[0]).criteria[where[1]].met


def _publish(value: Any) -> None:
    if isinstance(value, dict):
        value["evidence"] = PUBLIC
        for name, each in value.items():
            if name == "progress" and isinstance(each, list):
                for entry in each:
                    _publish(entry)
