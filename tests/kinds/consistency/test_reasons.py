"""Reasons that a document states: they lower a warning to a note that quotes them, and nothing else does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from running import ROOT, Command
from strategies import disclosures

from cati_rules.catalog.authoring import author
from cati_rules.catalog.store import load_ruleset, ruleset_folder
from cati_rules.documents import format_path, parse_document
from cati_rules.errors import RulesetError
from cati_rules.kinds.consistency.assessment import ConsistencyResult
from cati_rules.kinds.consistency.rules import Consistency, entry_types
from cati_rules.language import TRUE, compile_node
from cati_rules.pipeline import check, check_document, consistency_assessor
from cati_rules.rule_tests import RuleTest, files_with_tests, read_tests
from cati_rules.schema import load_schema
from cati_rules.schema.types import RecordType, types_from_schema

ID = "consistency"
AS_OF = "2026-06-30"
CASES = ROOT.parent / "shared" / "cases" / "consistency"
BY_NOTE_ONLY = ("h03b", "h07", "h14")
"""Honest documents whose reason stands in a note; the worked cases h35 to h37 have it in its field."""
WORKED = [
    test
    for file in files_with_tests(ruleset_folder(ID))
    if file.name.startswith("worked")
    for test in read_tests(file)
]
SCHEMA = load_schema("disclosure")
REASONS = SCHEMA["$defs"]["reason"]["enum"]

SOLD = """\
kind: disclosure
company: {name: Test Motors, sector: carmaker}
reporting_year: 2024
emissions:
  - {scope: scope_1_2, year: 2020, value: 760, unit: ktCO2e}
  - {scope: scope_1_2, year: 2024, value: 360, unit: ktCO2e}
targets:
  - subject: emission_reduction
    scopes: [scope_1, scope_2]
    measure: absolute
    reduction: 0.42
    base_year: 2020
    target_year: 2030
    progress:
      - {year: 2024, reduction: 0.14, reasons: [divested]}
"""


def told(result: ConsistencyResult, *, graver_than_note: bool = False) -> set[tuple[str, str, str]]:
    return {
        (each.rule.id, each.severity, format_path(each.path))
        for each in result.findings
        if not graver_than_note or each.severity != "note"
    }


def assess(document: Mapping[str, Any]) -> ConsistencyResult:
    return consistency_assessor(ID).assess(document, as_of=AS_OF)


def with_in_entries(value: Any, name: str, new: Any) -> Any:
    """Return a document in which every entry that may have a field has it."""
    found = {**value}
    for field, kind in (("emissions", "emission"), ("energy", "energy"), ("intensities", "intensity")):
        assert name in SCHEMA["$defs"][kind]["properties"]
        if field in found:
            found[field] = [{**each, name: new} for each in found[field]]
    for field in ("carbon_market", "production"):
        if field in found:
            found[field] = [{**each, name: new} for each in found[field]]
    if "targets" in found:
        found["targets"] = [
            {**each, "progress": [{**step, name: new} for step in each["progress"]]}
            if "progress" in each
            else each
            for each in found["targets"]
        ]
    return found


# What lowers, and what does not


@pytest.mark.parametrize("test", WORKED, ids=lambda each: each.name)
def test_free_text_lowers_nothing(test: RuleTest) -> None:
    if test.given["kind"] != "disclosure":
        return
    noted = with_in_entries(test.given, "note", "restated, like_for_like: " + ", ".join(REASONS))
    assert told(assess(noted)) == told(assess(test.given))


@given(document=disclosures())
def test_free_text_lowers_nothing_in_any_document(document: Any) -> None:
    parsed = parse_document(json.dumps(document, default=float).encode(), name="drawn.json").value
    noted = with_in_entries(parsed, "note", ", ".join(REASONS))
    assert told(assess(noted)) == told(assess(parsed))


@pytest.mark.parametrize("test", WORKED, ids=lambda each: each.name)
def test_no_reason_lowers_what_cannot_be_true(test: RuleTest) -> None:
    if test.given["kind"] != "disclosure":
        return
    excused = with_in_entries(test.given, "reasons", REASONS)
    errors = {each for each in told(assess(test.given)) if each[1] == "error"}
    assert errors == {each for each in told(assess(excused)) if each[1] == "error"}


def test_every_reason_lowers_something() -> None:
    rules = load_ruleset(ID)
    assert isinstance(rules, Consistency)
    named = {value.name: value.expression for body in rules.bodies for value in body.values}
    asked = " ".join(
        [each.explained_by.expression for each in rules.rules() if each.explained_by is not None]
        + list(named.values())
    )
    assert [each for each in REASONS if f"'{each}'" not in asked] == []


# The cases of the field


def outcome(path: Path) -> set[str]:
    checked = check(path, (ID,), as_of=AS_OF)
    slips = {each.severity for each in checked.problems}
    return slips | {each.severity for result in checked.consistency() for each in result.findings}


@pytest.mark.skipif(not CASES.exists(), reason="the cases are not beside this checkout")
def test_faulty_documents_are_told_of_and_honest_ones_are_not() -> None:
    for path in sorted(CASES.glob("*.yaml")):
        grave = outcome(path) & {"error", "warning"}
        expected = path.name.startswith("f") or path.name.startswith(BY_NOTE_ONLY)
        assert bool(grave) == expected, path.name


# Authoring


def refusals(tmp_path: Path, old: str, new: str) -> list[str]:
    text = (ruleset_folder(ID) / "ruleset.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "ruleset.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulesetError) as caught:
        author(path)
    return [each.code for each in caught.value.problems]


def test_an_error_cannot_be_explained(tmp_path: Path) -> None:
    old = "        when: each.year == within.base_year and each.reduction != 0\n"
    new = f"{old}        explained_by: \"'restated' in each.reasons\"\n"
    assert refusals(tmp_path, old, new) == ["rules/explained"]


@pytest.mark.parametrize(
    "text", ["each.note != null", "each.note == 'restated'", "$any([o.note != null for o in emissions])"]
)
def test_free_text_cannot_explain(tmp_path: Path, text: str) -> None:
    old = "        explained_by: \"'supply_contract' in each.reasons or 'nuclear' in each.reasons\"\n"
    assert refusals(tmp_path, old, f'        explained_by: "{text}"\n') == ["rules/explained"]


def test_a_list_within_entries_must_be_one(tmp_path: Path) -> None:
    old = "each: targets.progress\n        at: year"
    assert "rules/list" in refusals(tmp_path, old, "each: targets.measure\n        at: year")
    assert "rules/string-pattern-mismatch" in refusals(
        tmp_path, old, "each: targets.progress.evidence\n        at: year"
    )


def test_types_of_entries_ask_for_lists_of_them() -> None:
    record = types_from_schema(SCHEMA)
    assert set(entry_types(record, ("targets", "progress"))) == {"each", "within"}
    with pytest.raises(TypeError):
        entry_types(record, ("company",))


# Evaluation


@given(document=disclosures())
def test_what_is_looked_up_is_what_is_found_by_going_through_the_list(document: Any) -> None:
    rules = load_ruleset(ID)
    assert isinstance(rules, Consistency)
    body = rules.body("disclosure")
    assert body is not None
    record = types_from_schema(SCHEMA)
    value = parse_document(json.dumps(document, default=float).encode(), name="drawn.json").value
    for rule in body.rules:
        seen = RecordType(record.name, {**record.fields, **entry_types(record, rule.lists)})
        whole = compile_node(rule.node, world="closed", record=seen, named=body.named_nodes())
        for finding in consistency_assessor(ID).judged(value, rule):
            assert finding.found == (whole(finding.value).truth == TRUE), rule.id


# The command


@pytest.fixture
def sold(tmp_path: Path) -> Path:
    path = tmp_path / "sold.yaml"
    path.write_text(SOLD, encoding="utf-8")
    return path


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["page", "lines", "github", "sarif", "gitlab", "junit", "markdown"])
def test_every_format_tells_a_note_that_quotes_the_reason(
    command: Command, sold: Path, language: str, form: str
) -> None:
    arguments = () if form == "page" else ("--format", form)
    ran = command("check", sold, "--ruleset", ID, "--lang", language, "--as-of", AS_OF, *arguments)
    text = " ".join(ran.out.split()).replace("\\", "")
    meaning = SCHEMA["$defs"]["reason"]["x-choices"]["divested"][language]
    assert meaning.replace(" ", "") in text.replace(" ", "")
    assert "targets[0].progress[0].reasons[0]" in text.replace(" ", "")
    assert "360 ktCO2e" in text


def test_json_has_the_severity_and_the_reason(command: Command, sold: Path) -> None:
    (found,) = command("check", sold, "--ruleset", ID, "--format", "json").json["documents"][0]["results"][
        -1
    ]["findings"]
    assert (found["severity"], found["path"]) == ("note", "targets[0].progress[0].reduction")
    assert found["reasons"] == {"targets[0].progress[0].reasons[0]": "divested"}
    assert "'divested' in each.reasons" in found["explained_by"]


def test_a_note_with_a_reason_fails_no_gate(command: Command, sold: Path) -> None:
    arguments = ("--ruleset", ID, "--fail-on", "consistency", "--as-of", AS_OF)
    assert command("check", sold, *arguments).code == 0
    sold.write_text(SOLD.replace(", reasons: [divested]", ', note: "divested"'), encoding="utf-8")
    assert command("check", sold, *arguments).code == 1


def test_a_restated_amount_stands_beside_the_first() -> None:
    text = """\
kind: disclosure
company: {name: Test Motors}
reporting_year: 2024
emissions:
  - {scope: scope_1_2, year: 2020, value: 972, unit: ktCO2e}
  - {scope: scope_1_2, year: 2020, value: 905, unit: ktCO2e, REASON}
"""
    codes = []
    for reason in ("reasons: [restated]", "note: restated"):
        document = parse_document(text.replace("REASON", reason).encode(), name="x.yaml")
        codes.append([each.code for each in check_document(document, (ID,), as_of=AS_OF).problems])
    assert codes == [[], ["slip/contradiction"]]


def test_amounts_are_decimals() -> None:
    assert all(
        isinstance(each.given["reporting_year"], Decimal) for each in WORKED if "reporting_year" in each.given
    )
