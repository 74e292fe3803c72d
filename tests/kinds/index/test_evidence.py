"""What is left of a document when statements that do not count are taken out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from cati_rules.kinds.index.evidence import View, is_public, shape_of, view
from cati_rules.language import DROPPED
from cati_rules.pipeline import record_of

SHAPE = shape_of(record_of("disclosure"))
PUBLIC = [{"title": "Report", "kind": "website", "public": True, "url": "https://example.com"}]
INTERNAL = [{"title": "Sheet", "kind": "internal", "public": False}]


def published(document: Mapping[str, object], by: str = "2024-12-31") -> View:
    return view(document, SHAPE, public_by=by, own_only=False)


def test_a_statement_without_evidence_is_not_public() -> None:
    assert published({"emissions": [{"scope": "scope_1"}]}).value == {"emissions": [DROPPED]}


def test_a_statement_with_public_evidence_stays_as_it_is() -> None:
    document = {"emissions": [{"scope": "scope_1", "evidence": PUBLIC}]}
    assert published(document).value == document


def test_internal_evidence_does_not_make_a_statement_public() -> None:
    assert published({"emissions": [{"scope": "scope_1", "evidence": INTERNAL}]}).removed == (
        ("emissions", 0),
    )


def test_one_public_piece_of_evidence_among_others_is_enough() -> None:
    assert published({"emissions": [{"evidence": [*INTERNAL, *PUBLIC]}]}).removed == ()


def test_an_empty_list_of_evidence_is_none() -> None:
    assert published({"emissions": [{"scope": "scope_1", "evidence": []}]}).removed == (("emissions", 0),)


def test_elements_that_stay_keep_their_places() -> None:
    left = published({"emissions": [{"year": 1}, {"year": 2, "evidence": PUBLIC}]}).value
    assert left == {"emissions": [DROPPED, {"year": 2, "evidence": PUBLIC}]}


def test_a_single_statement_leaves_no_field_behind() -> None:
    document = {
        "governance": {
            "board_oversight": {"body": "Board"},
            "supplier_code": {"code": "C", "evidence": PUBLIC},
        }
    }
    assert published(document).value == {"governance": {"supplier_code": {"code": "C", "evidence": PUBLIC}}}


def test_an_inner_statement_does_not_rest_on_the_evidence_around_it() -> None:
    # Else taking the evidence of an inner statement away could make it public.
    document = {
        "targets": [{"subject": "energy_saving", "evidence": PUBLIC, "progress": [{"year": Decimal(2023)}]}]
    }
    assert published(document).removed == (("targets", 0, "progress", 0),)


def test_what_is_said_to_be_published_counts_with_all_that_is_inside_it() -> None:
    document = {"targets": [{"progress": [{"year": Decimal(2023)}]}, {"subject": "energy_saving"}]}
    left = view(
        document, SHAPE, public_by="2024-12-31", own_only=False, published=frozenset({("targets", 0)})
    )
    assert left.removed == (("targets", 1),)


def test_an_inner_statement_with_evidence_of_its_own_rests_on_that_alone() -> None:
    document = {
        "targets": [{"evidence": PUBLIC, "progress": [{"year": Decimal(2023), "evidence": INTERNAL}]}]
    }
    assert published(document).removed == (("targets", 0, "progress", 0),)


def test_what_stands_in_an_unpublished_statement_goes_with_it() -> None:
    document = {"targets": [{"progress": [{"year": Decimal(2023), "evidence": PUBLIC}]}]}
    assert published(document).removed == (("targets", 0),)


@pytest.mark.parametrize(
    ("date", "public"), [("2024-04-26", True), ("2024-04-27", False), ("2024-04-25", True)]
)
def test_evidence_counts_from_the_day_it_is_published(date: str, public: bool) -> None:
    assert is_public([{"public": True, "published": date}], "2024-04-26") is public


def test_evidence_without_a_date_counts() -> None:
    assert is_public(PUBLIC, "1990-01-01")


def test_company_and_reporting_year_need_no_evidence() -> None:
    document = {"kind": "disclosure", "company": {"name": "M"}, "reporting_year": Decimal(2023)}
    assert published(document).value == document


def test_a_parents_statement_is_left_out_of_the_companys_own() -> None:
    document = {"targets": [{"subject": "energy_saving", "stated_by": "parent", "evidence": PUBLIC}]}
    assert view(document, SHAPE, public_by=None, own_only=True).removed == (("targets", 0),)
    assert view(document, SHAPE, public_by=None, own_only=False).removed == ()


def test_a_statement_of_nobody_in_particular_is_the_companys_own() -> None:
    assert (
        view({"targets": [{"subject": "energy_saving"}]}, SHAPE, public_by=None, own_only=True).removed == ()
    )


def test_the_document_itself_is_not_changed() -> None:
    document = {"emissions": [{"scope": "scope_1"}]}
    published(document)
    assert document == {"emissions": [{"scope": "scope_1"}]}


def test_what_a_third_party_states_never_counts() -> None:
    document = {"product_footprints": [{"product": "A", "stated_by": "third_party", "evidence": PUBLIC}]}
    for public_by in (None, "2024-12-31"):
        for own_only in (True, False):
            left = view(document, SHAPE, public_by=public_by, own_only=own_only)
            assert left.removed == (("product_footprints", 0),)


def test_an_internal_document_is_not_public_whatever_is_said_of_it() -> None:
    assert not is_public([{"public": True, "kind": "internal"}], "2024-12-31")
