"""Tables are judged as documents are: row by row the same verdicts and levels, whatever the engine."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from running import Command
from table_rows import Row, frame_of, nested, rows

from cati_rules.columns import computed as plans
from cati_rules.columns.computed import Plan, not_columns, plan_of
from cati_rules.columns.exact_rows import verdicts_of
from cati_rules.columns.table import Verdicts, verdicts
from cati_rules.documents.python_values import document_of
from cati_rules.pipeline import check_document

AS_OF = "2026-06-30"
Said = dict[str, str | None]


def by_document(row: Row, plan: Plan) -> Said:
    """Return the verdicts and levels of a row that is judged as a document."""
    checked = check_document(document_of(nested(row), "row"), plan.rulesets, as_of=plan.as_of)
    said: Said = dict.fromkeys(plan.columns)
    for result, _ in checked.verdicts():
        said[f"{result.ruleset.id}.verdict"] = result.verdict
        said[f"{result.ruleset.id}.level"] = result.level
    return said


def differences(drawn: list[Row], found: Verdicts, plan: Plan) -> Iterator[str]:
    for row, said in zip(drawn, found.in_words().iter_rows(named=True), strict=True):
        expected = by_document(row, plan)
        for name, value in expected.items():
            if said[name] != value:
                yield f"{name}: {said[name]} instead of {value}: {row}"


@pytest.mark.parametrize(("form", "seed"), [("floats", 1), ("texts", 2), ("decimals", 3)])
def test_a_table_is_judged_as_its_rows_are_as_documents(form: str, seed: int) -> None:
    plan = plan_of(None, AS_OF)
    drawn = list(rows(120, seed, [each.id for each in plan.definitions]))
    found = verdicts(frame_of(drawn, form), plan)
    assert list(differences(drawn, found, plan)) == []


@pytest.mark.parametrize("as_of", ["2019-01-01", AS_OF, "2040-01-01"])
def test_without_traces_a_product_is_judged_as_with_them(as_of: str) -> None:
    plan = plan_of(None, as_of)
    asked: list[tuple[str, tuple[tuple[str, Decimal], ...]]] = [(each, ()) for each in plan.rulesets]
    judged = 0
    for row in rows(100, 4, [each.id for each in plan.definitions]):
        checked = check_document(document_of(nested(row), "row"), plan.rulesets, as_of=as_of)
        if not checked.failed:
            judged += 1
            said = [(result.verdict, result.level) for result, _ in checked.verdicts()]
            assert list(verdicts_of(nested(row), asked, as_of)) == said, row
    assert judged > 80


def test_what_contradicts_itself_is_not_met_without_traces_either() -> None:
    # Scrap of 50 % in primary metal: 40 % recycled would be met, and stays open.
    value = {"kind": "product", "material": "aluminium", "scrap": {"share": Decimal("0.5")}}
    for stage, verdict in (("ingot", "met"), ("primary_metal", "indeterminate")):
        found = verdicts_of({**value, "stage": stage}, [("volvo-recycled-aluminium", ())], AS_OF)
        assert found == ((verdict, None),)


@pytest.mark.parametrize("side", ["below", "at_most", "at_least"])
def test_a_bound_at_the_least_that_there_can_be_says_the_same_in_a_table(side: str) -> None:
    row = {
        "material": "aluminium",
        "stage": "ingot",
        "footprint.boundary": "smelter_scope_1_2",
        "footprint.unit": "tCO2e/t",
        "footprint.verification": "third_party",
        f"footprint.{side}": Decimal(0),
    }
    plan = plan_of(None, AS_OF)
    assert list(differences([row], verdicts(frame_of([row], "floats"), plan), plan)) == []


def test_every_definition_of_products_is_computed_over_columns() -> None:
    plan = plan_of(None, AS_OF)
    assert len(plan.definitions) > 30
    assert {each.id: not_columns(each) for each in plan.definitions if not_columns(each)} == {}


def test_the_list_of_rules_marks_what_cannot_be_columns(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {each["id"]: each["columns"] for each in command("rules", "list", "--format", "json").json}
    assert listed["fmc-steel"] is True
    assert listed["cati-auto-2024"] is None
    monkeypatch.setattr(plans, "not_columns", lambda rules: "lists" if rules.id == "fmc-steel" else None)
    page = " ".join(command("rules", "list", "--lang", "en").out.split())
    assert "in tables row by row: lists" in page
    assert page.endswith("row by row: fmc-steel")
