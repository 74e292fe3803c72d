"""The enterprise edition of the CATI index: the report's indicators and points, our words on each, asked for by name."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from running import ROOT, Command

from cati_rules.assessment.result import IndexResult
from cati_rules.assessment.rule_tests import files_with_tests, read_tests
from cati_rules.catalog.index import Index
from cati_rules.catalog.store import load_ruleset, ruleset_folder
from cati_rules.checking import check, index_assessor
from cati_rules.text import Text

TABLE = Path(__file__).parent / "data" / "appendix-4-enterprise.csv"
ENTERPRISE = "cati-enterprise-2023"
AUTOMOTIVE = "cati-auto-2024"
PARALLEL = "5.4.5-parallel"
DRAFT = ROOT / "examples" / "draft.yaml"
AS_OF = "2026-11-22"


@pytest.fixture(scope="module")
def index() -> Index:
    return load_ruleset(ENTERPRISE)


def printed() -> dict[str, dict[str, str]]:
    """Return the rows of the report's table by indicator."""
    with TABLE.open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["indicator"]: row for row in rows}


def bare(title: str) -> str:
    """Return a title without spaces and punctuation, which the report prints now in one width, now in the other."""
    return "".join(character for character in title if character.isalnum())


def test_47_indicators_are_scored_and_one_is_parallel(index: Index) -> None:
    indicators = list(index.indicators())
    assert len(index.dimensions) == 5
    assert sum(len(each.groups) for each in index.dimensions) == 13
    assert len([each for each in indicators if each.parallel_to is None]) == 47
    assert [(each.id, each.parallel_to) for each in indicators if each.parallel_to] == [(PARALLEL, "5.4.5")]


def test_dimensions_have_10_21_14_12_and_43_points(index: Index) -> None:
    assert [each.points for each in index.dimensions] == [10, 21, 14, 12, 43]
    assert index.points == 100


def test_scope_1_and_2_indicators_and_scope_3_indicators_hold_42_points_each(index: Index) -> None:
    held = dict.fromkeys(("unweighted", "scope-1-2", "scope-3"), Decimal(0))
    for each in index.indicators():
        if each.parallel_to is None:
            held[each.weight] += each.points
    assert held == {"unweighted": 16, "scope-1-2": 42, "scope-3": 42}


def test_titles_and_points_of_all_indicators_are_those_of_appendix_4(index: Index) -> None:
    rows = printed()
    assert [each.id for each in index.indicators()] == list(rows)
    for each in index.indicators():
        assert bare(each.title.zh) == bare(rows[each.id]["title"]), each.id
        if each.id == PARALLEL:
            assert rows[each.id]["points"] == ""
            assert each.points == Decimal(rows["5.4.5"]["points"])
        else:
            assert each.points == Decimal(rows[each.id]["points"]), each.id


def test_titles_of_groups_and_dimensions_are_those_of_appendix_4(index: Index) -> None:
    rows = printed().values()
    dimensions = {row["level1"]: row["level1_title"] for row in rows}
    groups = {row["level2"]: row["level2_title"] for row in rows}
    assert {each.id: each.title.zh for each in index.dimensions} == dimensions
    found = {group.id: group.title.zh for each in index.dimensions for group in each.groups}
    assert found == groups


def test_factors_are_one_and_interpreted_and_say_that_the_report_does_not_print_them(index: Index) -> None:
    assert {each.id: each.factor for each in index.weights.values()} == {
        "unweighted": 1,
        "scope-1-2": 1,
        "scope-3": 1,
    }
    for each in index.weights.values():
        assert each.basis == "interpreted"
        assert each.why is not None
        assert "industry" in each.why.en
        assert "行业" in each.why.zh


@pytest.mark.parametrize(
    ("score", "band"), [("50.1", "leading"), ("50", "middle"), ("30", "middle"), ("29.9", "lagging")]
)
def test_bands_are_those_of_the_automotive_edition_and_interpreted(
    index: Index, score: str, band: str
) -> None:
    assert index.band(Decimal(score)).id == band
    assert {each.basis for each in index.bands} == {"interpreted"}


def in_both_languages(text: Text) -> bool:
    return bool(text.en.strip()) and any("\u4e00" <= letter <= "\u9fff" for letter in text.zh)


def test_every_criterion_says_title_advice_source_basis_and_why_in_both_languages(index: Index) -> None:
    for indicator in index.indicators():
        for criterion in indicator.criteria:
            where = (indicator.id, criterion.id)
            assert criterion.source.document in index.documents, where
            assert in_both_languages(criterion.title), where
            assert in_both_languages(criterion.advice), where
            assert criterion.source.locator.en.strip(), where
            assert criterion.source.locator.zh.strip(), where
            # The report prints nothing of the split of this edition, and no results to derive it from.
            assert criterion.basis == "interpreted", where
            assert criterion.why is not None, where
            assert in_both_languages(criterion.why), where


def test_every_source_names_its_indicator_in_appendix_4(index: Index) -> None:
    for each in index.indicators():
        number = each.id.removesuffix("-parallel")
        assert f"appendix 4, enterprise index, {number}" in each.source.locator.en
        assert f"附录四 企业气候行动 CATI {number}" in each.source.locator.zh


def test_points_are_awarded_in_halves_and_add_up(index: Index) -> None:
    for indicator in index.indicators():
        points = [each.points for each in indicator.criteria]
        assert all(each % Decimal("0.5") == 0 for each in points), indicator.id
        assert (max(points) if indicator.award == "highest" else sum(points)) == indicator.points, (
            indicator.id
        )


def test_indicators_of_the_same_title_and_points_ask_the_same_as_in_the_automotive_edition(
    index: Index,
) -> None:
    automotive = {bare(each.title.zh): each for each in load_ruleset(AUTOMOTIVE).indicators()}
    shared = {}
    for each in index.indicators():
        other = automotive.get(bare(each.title.zh))
        if other is not None and other.points == each.points:
            shared[each.id] = other
    # Only 2.2.2 asks for something else there: for data on steel, aluminium or battery.
    assert len(shared) == 31
    for each in index.indicators():
        if each.id in shared and each.id != "2.2.2":
            other = shared[each.id]
            assert [(one.id, one.points, one.counts_parent) for one in each.criteria] == [
                (one.id, one.points, one.counts_parent) for one in other.criteria
            ], each.id
            assert [one.node for one in each.criteria] == [one.node for one in other.criteria], each.id


def test_no_carmaker_is_spoken_to(index: Index) -> None:
    for indicator in index.indicators():
        for criterion in indicator.criteria:
            for text in (indicator.title, criterion.title, criterion.advice):
                for word in ("vehicle", "carmaker", "combustion"):
                    assert word not in text.en, (indicator.id, criterion.id)
                for word in ("车", "整车"):
                    assert word not in text.zh.replace("货车", ""), (indicator.id, criterion.id)


def test_it_has_more_than_300_tests_and_each_criterion_is_earned_in_one_and_missed_in_another() -> None:
    assessor = index_assessor(ENTERPRISE)
    tests = [test for file in files_with_tests(ruleset_folder(ENTERPRISE)) for test in read_tests(file)]
    assert len(tests) >= 300
    seen: dict[tuple[str, str], set[bool]] = {}
    for test in tests:
        document = {
            "kind": "disclosure",
            "company": {"name": "Test"},
            "reporting_year": Decimal(2023),
            **test.given,
        }
        result = assessor.assess_as_published(document)
        for indicator in result.indicators():
            for criterion in indicator.criteria:
                seen.setdefault((indicator.indicator.id, criterion.criterion.id), set()).add(criterion.met)
    assert {key for key, outcomes in seen.items() if outcomes != {True, False}} == set()


def test_it_runs_only_where_it_is_named(index: Index) -> None:
    assert index.when_asked
    assert [
        each.ruleset.id for each in check(DRAFT, as_of=AS_OF).results if isinstance(each, IndexResult)
    ] == [AUTOMOTIVE]
    (named,) = check(DRAFT, [ENTERPRISE], as_of=AS_OF).results
    assert isinstance(named, IndexResult)
    assert named.ruleset.id == ENTERPRISE


def test_a_draft_is_scored_with_points_as_printed() -> None:
    (result,) = check(DRAFT, [ENTERPRISE], as_of=AS_OF).results
    assert isinstance(result, IndexResult)
    awarded = sum(each.awarded for each in result.dimensions)
    assert result.score == awarded
    assert 0 < result.score < 100


def test_editions_are_compared_by_what_indicators_ask_and_not_by_their_numbers(command: Command) -> None:
    draft = ROOT / "examples" / "draft.yaml"
    editions = ["cati-auto-2024", "cati-enterprise-2023"]
    data = command(
        "rules", "diff", *editions, draft, "--format", "json", "--lang", "zh", "--as-of", "2026-11-22"
    ).json
    (document,) = data["documents"]
    assert document["before"] == ["46.1", "middle"]
    moved = {each["title"]: each for each in document["thresholds"]}
    # 1.1.2 of the automotive edition, the end of combustion cars, is in no other; 1.1.3 is 1.1.2 there, of as many points.
    assert moved["已做出停售燃油车的转型承诺"]["points"] == [["0.5", "1"], None]
    assert "制定企业碳中和配套管理制度" not in moved
