"""The published totals, recomputed from the published rates and the weights of the ruleset."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from loaded import load_index
from msgspec.structs import replace

from cati_rules.cli.main import main
from cati_rules.kinds.index.published_companies import published_results
from cati_rules.kinds.index.recomputation import points_of, recompute
from cati_rules.kinds.index.rules import Index


@pytest.fixture(scope="module")
def cati() -> Index:
    return load_index("cati-auto-2024")


def agreeing(ruleset: Index) -> int:
    published = published_results(ruleset)
    assert published is not None
    return sum(1 for each in recompute(published, ruleset) if each.agrees)


def with_factor(ruleset: Index, weight: str, factor: str) -> Index:
    changed = replace(ruleset.weights[weight], factor=Decimal(factor))
    return replace(ruleset, weights={**ruleset.weights, weight: changed})


def test_51_of_51_totals_agree_to_the_decimal(cati: Index) -> None:
    assert agreeing(cati) == 51


@pytest.mark.parametrize(
    ("weight", "factor"),
    [
        ("scope-1-2", "0.5"),
        ("scope-1-2", "0.7"),
        ("scope-1-2", "1"),
        ("scope-3", "1.3"),
        ("scope-3", "1.5"),
        ("unweighted", "1.1"),
    ],
)
def test_with_another_weight_at_least_a_dozen_totals_fall_apart(
    cati: Index, weight: str, factor: str
) -> None:
    assert agreeing(with_factor(cati, weight, factor)) < 40


def test_unweighted_sums_of_what_is_printed_miss_49_of_them(cati: Index) -> None:
    # standards.md: "unweighted sums miss 49 of them": no points of hidden columns are added here.
    plain = with_factor(with_factor(cati, "scope-1-2", "1"), "scope-3", "1")
    published = published_results(plain)
    assert published is not None
    rows = recompute(published, plain)
    assert sum(1 for each in rows if each.visible != each.company.total) >= 49


def test_28_rows_need_columns_that_are_not_printed_and_geely_alone_has_two_solutions(cati: Index) -> None:
    published = published_results(cati)
    assert published is not None
    rows = recompute(published, cati)
    assert sum(1 for each in rows if each.needs_hidden) == 28
    several = [each for each in rows if len(each.solutions) > 1]
    assert [each.company.name for each in several] == ["吉利汽车"]
    # 0.6 × 4 = 2.4 and 0.6 × 0.5 + 1.4 × 1.5 = 2.4
    assert [dict(each) for each in several[0].solutions] == [
        {"5.2": Decimal("0.5"), "5.4": Decimal("1.5")},
        {"5.2": Decimal("4"), "5.4": Decimal("0")},
    ]


def test_mercedes_benz_by_hand(cati: Index) -> None:
    published = published_results(cati)
    assert published is not None
    row = recompute(published, cati)[0]
    # 9.5 + 0.6 × (10 + 12 + 9) + 1.4 × (6 + 13 + 7.5) + 6 = 71.2; the rest, 1.9, is 0.6 × 2 + 1.4 × 0.5
    assert row.visible == Decimal("71.2")
    assert [dict(each) for each in row.solutions] == [{"5.2": Decimal("2"), "5.4": Decimal("0.5")}]
    assert row.total == Decimal("73.1")


@pytest.mark.parametrize(
    ("rate", "possible", "points"),
    [
        ("12", "13", "1.5"),
        ("8", "13", "1"),
        ("92", "13", "12"),
        ("13", "16", "2"),
        ("28", "16", "4.5"),
        ("0", "6", "0"),
        ("100", "6", "6"),
        ("17", "3", "0.5"),
    ],
)
def test_a_rate_stands_for_points_on_the_half_point_grid(rate: str, possible: str, points: str) -> None:
    assert points_of(Decimal(rate), Decimal(possible)) == Decimal(points)


def test_a_rate_off_the_grid_stands_for_no_points() -> None:
    assert points_of(Decimal(50), Decimal("0.5")) is None


def test_the_command_prints_51_rows_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["benchmark", "--format", "json"])
    data = json.loads(capsys.readouterr().out)
    assert ended.value.code == 0
    assert len(data["rows"]) == 51
    assert all(Decimal(row["published_total"]) == Decimal(row["recomputed_total"]) for row in data["rows"])
    assert data["rows"][0]["company"] == "梅赛德斯-奔驰"
