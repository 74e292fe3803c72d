"""The rulesets that come with the package: their own tests, their sums, their sources, their stored forms."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest
from loaded import load_index
from running import ROOT

from cati_rules.catalog.authoring import author
from cati_rules.catalog.store import is_current, load_ruleset, ruleset_folder, ruleset_ids
from cati_rules.kinds.index.rules import Index
from cati_rules.pipeline import assessor, index_assessor, ruleset
from cati_rules.rule_tests import (
    RuleTest,
    failures,
    files_with_tests,
    read_tests,
)

SHARED = ROOT.parent / "shared"
CATI = "cati-auto-2024"


def rule_tests() -> list[tuple[str, RuleTest]]:
    return [
        (identifier, test)
        for identifier in ruleset_ids()
        for file in files_with_tests(ruleset_folder(identifier))
        for test in read_tests(file)
    ]


@pytest.fixture(scope="module")
def cati() -> Index:
    return load_index(CATI)


@pytest.mark.parametrize(("identifier", "test"), rule_tests(), ids=lambda each: getattr(each, "name", each))
def test_each_rule_gives_what_its_own_tests_expect(identifier: str, test: RuleTest) -> None:
    found = failures(
        test, ruleset(identifier), lambda parameters: assessor(identifier, tuple(parameters.items()))
    )
    assert [each.message.en for each in found] == []


@pytest.mark.parametrize("identifier", ruleset_ids())
def test_the_stored_form_was_made_from_the_files_as_they_are(identifier: str) -> None:
    assert is_current(ruleset_folder(identifier)), "run `cati rules store` after a change to rules or schemas"


@pytest.mark.parametrize("identifier", ruleset_ids())
def test_the_stored_form_is_what_authoring_gives(identifier: str) -> None:
    assert load_ruleset(ruleset_folder(identifier)) == load_ruleset(identifier)


def test_the_index_has_5_dimensions_13_groups_51_indicators_and_one_parallel(cati: Index) -> None:
    indicators = list(cati.indicators())
    assert len(cati.dimensions) == 5
    assert sum(len(each.groups) for each in cati.dimensions) == 13
    assert len([each for each in indicators if each.parallel_to is None]) == 51
    assert [(each.id, each.parallel_to) for each in indicators if each.parallel_to] == [
        ("5.4.7-parallel", "5.4.7")
    ]


def test_nominal_points_are_those_of_the_report(cati: Index) -> None:
    assert [each.points for each in cati.dimensions] == [10, 22, 16, 12, 40]
    assert cati.points == 100


def test_weighted_points_of_the_dimensions_add_up_to_100(cati: Index) -> None:
    result = index_assessor(CATI).assess_as_published(
        {"kind": "disclosure", "company": {"name": "None"}, "reporting_year": Decimal(2023)}
    )
    weighted = [each.weighted_points for each in result.dimensions]
    # 10; 0.6 × 10 + 1.4 × 6 + 6; 0.6 × 7 + 1.4 × 9; 0.6 × 6 + 1.4 × 6; 0.6 × (13 + 6) + 1.4 × (10 + 11)
    assert weighted == [Decimal(each) for each in ("10", "20.4", "16.8", "12", "40.8")]
    assert sum(weighted) == 100
    assert result.score == 0


def test_points_and_titles_of_all_indicators_are_those_of_appendix_4(cati: Index) -> None:
    path = SHARED / "data" / "appendix-4-automotive.csv"
    if not path.exists():
        pytest.skip("the report's tables are not beside this checkout")
    with path.open(encoding="utf-8-sig") as file:
        printed = {row["indicator"]: row for row in csv.DictReader(file)}
    assert set(printed) == {each.id for each in cati.indicators()}
    for each in cati.indicators():
        row = printed[each.id]
        if row["points"]:
            assert each.points == Decimal(row["points"]), each.id
        assert _bare(row["title"]).removeprefix("平行指标") == _bare(each.title.zh).removeprefix(
            "平行指标"
        ), each.id


def _bare(title: str) -> str:
    return "".join(character for character in title if character.isalnum())


def test_every_indicator_of_more_than_half_a_point_is_graded_where_the_table_shows_steps(
    cati: Index,
) -> None:
    single = {each.id for each in cati.indicators() if len(each.criteria) == 1}
    # 5.3.1 and 5.3.6 are worth half a point; the others are awarded whole: 1.2.3 as 27 companies hold its 2 points and none a
    # part of them, 2.1.4, 3.1.3, 3.1.4 and 4.1.2 since 2.1 and 3.1 with 4.1 come in whole points, 3.2.3 as guiding suppliers
    # leaves whole points for it, 3.2.4 as it asks what 3.1.4 asks.
    assert single == {"1.2.3", "2.1.4", "3.1.3", "3.1.4", "3.2.3", "3.2.4", "4.1.2", "5.3.1", "5.3.6"}


def test_points_are_awarded_in_halves_and_where_the_table_shows_it_in_whole_points(cati: Index) -> None:
    # All rates of 2.1 are whole points, as are those of 3.1 with 4.1 for the 37 companies that are no joint venture; what
    # guiding suppliers leaves for 3.2.3 and 4.2.3 is 0, 1 or 2 for all 51.
    whole = ("2.1.", "3.1.", "4.1.", "3.2.3", "4.2.3")
    for indicator in cati.indicators():
        for criterion in indicator.criteria:
            of_parent = criterion.counts_parent and criterion.points < 1
            step = Decimal(1) if indicator.id.startswith(whole) and not of_parent else Decimal("0.5")
            assert criterion.points % step == 0, (indicator.id, criterion.id)


@pytest.mark.parametrize(
    ("group", "grid"),
    [
        ("2.3.1", ["0", "1", "3", "3.5", "4", "4.5", "5", "6"]),
        ("5.3.2", ["0", "0.5", "1", "2", "3"]),
    ],
)
def test_ladders_award_on_just_the_published_grid(cati: Index, group: str, grid: list[str]) -> None:
    indicator = cati.indicator(group)
    assert indicator is not None
    levels = {Decimal(0), *(each.points for each in indicator.criteria)}
    assert indicator.award == "highest"
    assert levels == {Decimal(each) for each in grid}


def test_every_criterion_says_title_advice_source_basis_and_why_in_both_languages(cati: Index) -> None:
    for indicator in cati.indicators():
        for criterion in indicator.criteria:
            where = (indicator.id, criterion.id)
            assert criterion.source.document in cati.documents, where
            for text in (criterion.title, criterion.advice, criterion.source.locator):
                assert text.en.strip(), where
                assert text.zh.strip(), where
                assert any("\u4e00" <= letter <= "\u9fff" for letter in text.zh), where
            if criterion.basis != "published":
                assert criterion.why is not None, where


@pytest.mark.parametrize(
    ("score", "band"),
    [
        ("100", "leading"),
        ("50.1", "leading"),
        ("50", "middle"),
        ("49.9", "middle"),
        ("30", "middle"),
        ("29.9", "lagging"),
        ("0", "lagging"),
    ],
)
def test_bands_leave_50_and_30_in_the_middle(cati: Index, score: str, band: str) -> None:
    assert cati.band(Decimal(score)).id == band


def test_authoring_is_deterministic() -> None:
    folder = ruleset_folder(CATI)
    assert author(folder) == author(folder)
