"""Where a score would stand among the published companies."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from running import EXAMPLES

from cati_rules.cli.main import main
from cati_rules.documents import parse_document
from cati_rules.errors import UsageError
from cati_rules.kinds.index.rank import Standing
from cati_rules.pipeline import check_document

DRAFT = EXAMPLES / "draft.yaml"
NOTHING = b"kind: disclosure\ncompany: {name: Nobody, country: CN, product_range: new_energy_only}\nreporting_year: 2023\n"


def placed(document: bytes, peers: str | None = None) -> Standing:
    checked = check_document(parse_document(document, name="d.yaml"), as_of="2024-10-01", peers=peers)
    standing = checked.standings[0]
    assert standing is not None
    return standing


def test_a_score_of_nothing_stands_behind_all_51() -> None:
    assert [(each.rank, each.of) for each in placed(NOTHING).ranks] == [(52, 51), (33, 32), (11, 10)]


def test_groups_are_those_of_region_and_product_type_in_the_table() -> None:
    assert [each.among.en for each in placed(NOTHING).ranks][1:] == ["China", "new-energy vehicles only"]


def test_next_above_is_the_lowest_published_total() -> None:
    standing = placed(NOTHING)
    assert (standing.above.name, standing.above.total) == ("哪吒汽车", Decimal(2))
    assert standing.below is None


def test_a_document_without_country_is_placed_among_all_only() -> None:
    document = b"kind: disclosure\ncompany: {name: Nobody}\nreporting_year: 2023\n"
    assert len(placed(document).ranks) == 1


def test_spreads_are_those_of_the_table() -> None:
    governance = placed(NOTHING).spreads[0]
    # Table 3-3-1, governance: lowest 10 %, highest 100 %; the 26th of 51 rates in order is 75 %.
    assert (governance.lowest, governance.median, governance.highest) == (10, 75, 100)
    assert governance.own == 0


def test_peers_by_name_in_either_language() -> None:
    by_english, by_chinese = placed(NOTHING, "BMW, Mercedes-Benz"), placed(NOTHING, "宝马，梅赛德斯-奔驰")
    assert by_english.spreads == by_chinese.spreads
    assert by_english.spreads[0].highest == 95


def test_peers_by_region_narrow_the_spreads() -> None:
    # Among the Chinese companies of table 3-3-1 nobody is above 3 of 6 in scope 3 disclosure but Geely (83 %).
    scope_3 = placed(NOTHING, "region").spreads[4]
    assert scope_3.highest == 83


def test_an_unknown_company_is_a_usage_error_that_suggests_one() -> None:
    with pytest.raises(UsageError, match="Polestar"):
        placed(NOTHING, "Polster")


def test_peers_by_region_need_a_country() -> None:
    with pytest.raises(UsageError, match="country"):
        placed(b"kind: disclosure\ncompany: {name: Nobody}\nreporting_year: 2023\n", "region")


def test_the_command_gives_the_place_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", str(DRAFT), "--format", "json", "--as-of", "2026-11-22", "--peers", "region"])
    result = json.loads(capsys.readouterr().out)["documents"][0]["results"][0]
    total = Decimal(result["score"])
    ranks = result["standing"]["ranks"]
    assert ranks[0]["of"] == 51
    assert 1 <= ranks[0]["rank"] <= 52
    assert Decimal(result["standing"]["next_above"]["total"]) > total
    assert len(result["standing"]["columns"]) == 10
