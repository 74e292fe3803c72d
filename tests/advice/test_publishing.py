"""What publishing would add, item by item, and which single field would meet a criterion: both hold when done."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from running import EXAMPLES, Command
from strategies import AS_OF, CATI, PUBLIC, Object, disclosures, statements

from cati_rules import load_document
from cati_rules.advice.index_turning import IndexTurning
from cati_rules.advice.publishing import MOST_TRIED, publishing
from cati_rules.documents import value_at, with_value
from cati_rules.kinds.index.evidence import is_public
from cati_rules.kinds.index.result import IndexResult
from cati_rules.pipeline import index_assessor
from cati_rules.schema import is_valid, spelled_out

DRAFTS = [EXAMPLES / name for name in ("draft.yaml", "draft.zh.yaml")]
REPORTED = sorted((EXAMPLES / "report").glob("*.yaml"))
ON = "2026-11-22"
slow = settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def results(command: Command, file: Path) -> Any:
    ran = command("check", file, "--ruleset", CATI, "--as-of", ON, "--format", "json")
    return ran.json["documents"][0]["results"]


def assess(document: Object, as_of: str) -> IndexResult:
    return index_assessor(CATI).assess(document, as_of=as_of)


def published(document: Object, path: Any, as_of: str) -> Object:
    """Return the document with public evidence at a place, and at every statement in it that has none."""
    for each in [path, *(one for one in statements(document) if one[: len(path)] == path)]:
        listed = value_at(document, (*each, "evidence")) or []
        if not is_public(listed, as_of):
            document = with_value(document, (*each, "evidence"), [*listed, PUBLIC])
    return document


def hold_gains(document: Object, as_of: str) -> None:
    result = assess(document, as_of)
    found = publishing(index_assessor(CATI), document, result)
    assert {each.path for each in found} == set(result.unpublished) or len(found) == MOST_TRIED
    for each in found:
        alone = assess(published(document, each.path, as_of), as_of).score - result.score
        assert alone == each.gain >= 0
        if each.gain == 0 and each.beside:
            changed = published(document, each.path, as_of)
            for other in each.beside:
                changed = published(changed, other, as_of)
            assert assess(changed, as_of).score - result.score == each.gain_together > 0
    gains = [(-each.gain, -each.gain_together) for each in found]
    assert gains == sorted(gains)


def hold_lifts(document: Object, as_of: str) -> int:
    """Hold the single fields named to what they promise; return how many there were."""
    result = assess(document, as_of)
    turning = IndexTurning(index_assessor(CATI), document, result)
    count = 0
    for indicator in result.indicators():
        for criterion in indicator.criteria:
            for lift in turning.of(indicator.indicator, criterion):
                count += 1
                for value in lift.choices if len(lift.choices) > 1 else [lift.tried]:
                    changed = with_value(
                        document, lift.path, value if lift.operator != "contains" else lift.tried
                    )
                    assert is_valid("disclosure", changed)
                    again = assess(changed, as_of)
                    met = {
                        each.criterion.id: each.met
                        for each in again.indicator(indicator.indicator.id).criteria
                    }
                    assert met[criterion.criterion.id], (lift, value)
                    if value == lift.tried:
                        assert again.score == lift.score == result.score + lift.gain
    return count


@pytest.mark.parametrize("path", DRAFTS, ids=lambda each: each.name)
def test_every_statement_adds_what_is_said_when_it_is_published(path: Path) -> None:
    hold_gains(spelled_out(load_document(path).value), ON)


@slow
@given(document=disclosures())
def test_every_statement_of_a_drawn_disclosure_adds_what_is_said(document: Object) -> None:
    hold_gains(spelled_out(document), AS_OF)


@pytest.mark.parametrize("path", [*DRAFTS, *REPORTED], ids=lambda each: each.name)
def test_a_field_that_is_enough_by_itself_is_enough(path: Path) -> None:
    count = hold_lifts(spelled_out(load_document(path).value), ON)
    assert count > 0 or path not in DRAFTS


@slow
@given(document=disclosures())
def test_a_field_that_is_enough_in_a_drawn_disclosure_is_enough(document: Object) -> None:
    hold_lifts(spelled_out(document), AS_OF)


def test_what_is_inside_a_statement_is_named_since_it_needs_evidence_of_its_own() -> None:
    document = spelled_out(load_document(DRAFTS[0]).value)
    found = {each.path: each for each in publishing(index_assessor(CATI), document, assess(document, ON))}
    target = found["targets", 5]
    # 3.2.3 is worth 1 point, its progress in 4.2.3 two, all at a weight of 1.4; the target by itself brings the first.
    assert target.gain == Decimal("4.2")
    assert target.inside == (("targets", 5, "progress", 0), ("targets", 5, "progress", 1))
    alone = with_value(document, ("targets", 5, "evidence"), [PUBLIC])
    assert assess(alone, ON).score - assess(document, ON).score == Decimal("1.4")


def test_two_statements_that_count_only_together_say_so() -> None:
    document = spelled_out(load_document(DRAFTS[1]).value)
    found = {each.path: each for each in publishing(index_assessor(CATI), document, assess(document, ON))}
    scope_1, scope_2 = found["emissions", 2], found["emissions", 3]
    # Several years of scopes 1 and 2 earn 2 of 5 points in 2.1.1, at a weight of 0.6, and need both for 2025.
    assert (scope_1.gain, scope_1.beside, scope_1.gain_together) == (0, (("emissions", 3),), Decimal("1.2"))
    assert (scope_2.gain, scope_2.beside, scope_2.gain_together) == (0, (("emissions", 2),), Decimal("1.2"))


def test_the_page_and_the_json_tell_the_same_gains(command: Command) -> None:
    draft = EXAMPLES / "draft.yaml"
    (result,) = results(command, draft)
    first = result["publishing"][0]
    assert (first["path"], first["line"], first["gain"]) == ("emissions[7]", 135, "4.2")
    page = command("check", draft, "--as-of", ON, "--lang", "en", "--verbose").out
    assert "  +4.2 Emissions entry: “scope 3: the value chain”, 2025" in page
    lifts = {
        one["path"]: one
        for each in result["indicators"]
        for criterion in each["criteria"]
        for one in criterion["turning"]
    }
    assert lifts["governance.combustion_exit.all_markets"]["value"] is True
    assert lifts["targets[4].categories"] == {
        "path": "targets[4].categories",
        "operator": "contains",
        "value": "total",
        "unit": None,
        "choices": ["total"],
        # 1 point of 3.2.2 at a weight of 1.4, on 44.3
        "gain": "1.4",
        "score": "45.7",
    }


def test_a_field_that_lifts_the_band_is_told_of_the_whole_result(command: Command, tmp_path: Path) -> None:
    draft = spelled_out(load_document(EXAMPLES / "draft.yaml").value)
    # Statements of 1.4, 1.4, 1.2 and 0.6 points published: 44.3 + 4.6 = 48.9, which is middle. A field of 1.4 more is 50.3.
    for path in (("targets", 3, "progress", 1), ("targets", 6), ("offsets", 0), ("actions", 1)):
        draft = published(draft, path, ON)
    assert assess(draft, ON).score == Decimal("48.9")
    file = tmp_path / "draft.json"
    file.write_text(json.dumps(draft, default=float), encoding="utf-8")
    (result,) = results(command, file)
    assert result["turning"]
    assert {(each["gain"], each["score"], each["band"]) for each in result["turning"]} == {
        ("1.4", "50.3", "leading")
    }
    assert "targets[4].categories" in {each["path"] for each in result["turning"]}
