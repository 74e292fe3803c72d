"""Findings of contradictions: where they stand, that they change nothing else, and how the command tells them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from metals import facilities, products, purchases, with_holes
from msgspec.structs import replace
from running import EXAMPLES, ROOT, Command, run
from strategies import disclosures

from cati_rules.catalog.authoring import author
from cati_rules.catalog.store import load_ruleset, ruleset_folder, ruleset_ids
from cati_rules.documents import parse_document, value_at
from cati_rules.errors import RulesetError
from cati_rules.kinds.consistency.assessment import ConsistencyResult
from cati_rules.kinds.consistency.rules import SEVERITIES, Consistency
from cati_rules.kinds.consistency.seen import values_seen
from cati_rules.pipeline import Checked, applying, check, check_document, consistency_assessor
from cati_rules.rule_tests import expected_findings, files_with_tests, read_tests

ID = "consistency"
AS_OF = "2026-06-30"
DOCUMENTS = sorted(EXAMPLES.rglob("*.yaml"))
APPENDIX_3 = ROOT.parent / "shared" / "data" / "appendix-3.csv"
TESTS = [test for file in files_with_tests(ruleset_folder(ID)) for test in read_tests(file)]

LOTS = """\
kind: purchases
buyer: Test Motors
material: steel
lots:
  - t: 0
    product:
      scrap: {share: 0.2, post_consumer_share: 0.3}
      footprint: {value: 2100, unit: tCO2e/t}
"""


@pytest.fixture(scope="module")
def rules() -> Consistency:
    found = load_ruleset(ID)
    assert isinstance(found, Consistency)
    return found


@pytest.fixture
def lots(tmp_path: Path) -> Path:
    path = tmp_path / "lots.yaml"
    path.write_text(LOTS, encoding="utf-8")
    return path


def exact(value: Any) -> Any:
    """Return a drawn document as one that was read from a file."""
    return parse_document(json.dumps(value, default=_number).encode(), name="drawn.json")


def _number(value: object) -> float:
    assert isinstance(value, Decimal)
    return float(value)


def assess(document: Any) -> ConsistencyResult:
    return consistency_assessor(ID).assess(document, as_of=AS_OF)


# The ruleset


def test_every_rule_has_a_test_that_finds_it(rules: Consistency) -> None:
    found = Counter(each for test in TESTS for each in expected_findings(test))
    assert set(found) == {each.id for each in rules.rules()}


def test_no_rule_is_needed_for_another_to_be_found(rules: Consistency) -> None:
    alone = {each for test in TESTS for each in expected_findings(test) if len(expected_findings(test)) == 1}
    assert alone == {each.id for each in rules.rules()}


def test_every_rule_says_why_unless_the_source_says_it(rules: Consistency) -> None:
    for each in rules.rules():
        assert each.why is not None or each.basis == "published", each.id
        assert each.source.document in rules.documents
        for text in (each.title, each.advice):
            assert text.en.endswith(".")
            assert text.zh.endswith("。")
            assert text.en.isascii()


def test_the_span_of_vehicles_is_that_of_appendix_3(rules: Consistency) -> None:
    if not APPENDIX_3.exists():
        pytest.skip("the report's tables are not beside this checkout")
    with APPENDIX_3.open(encoding="utf-8-sig") as file:
        printed = [
            Decimal(row[column])
            for row in csv.DictReader(file)
            for column in ("petrol_vehicle_gCO2e_per_km", "bev_vehicle_gCO2e_per_km")
            if row[column][0].isdigit()
        ]
    body = rules.body("disclosure")
    assert body is not None
    named = {each.name: each.expression for each in body.values}
    assert (Decimal(named["lowest_vehicle"]), Decimal(named["highest_vehicle"])) == (
        min(printed),
        max(printed),
    )


def test_what_is_found_may_go_away_when_something_is_added() -> None:
    bare = {"kind": "product", "material": "steel", "label": "greensteel"}
    whole = {**bare, "footprint": {"value": Decimal("0.5"), "unit": "tCO2e/t"}}
    assert [each.rule.id for each in assess(bare).findings] == ["label-without-footprint"]
    assert assess(whole).findings == ()


# Any document


def check_findings(document: Any) -> None:
    parsed = exact(document)
    checked = check_document(parsed, as_of=AS_OF)
    if checked.failed:
        return
    (result,) = checked.consistency()
    order = [SEVERITIES.index(each.rule.severity) for each in result.findings]
    assert order == sorted(order)
    for each in result.findings:
        assert value_at(parsed.value, each.path) is not None, (each.rule.id, each.path)
        assert parsed.place(each.path).line is not None
        named = next(body for body in result.ruleset.bodies if each.rule in body.rules).named_nodes()
        for seen in values_seen(each, named):
            if seen.path is not None:
                assert value_at(parsed.value, seen.path) == seen.value, (each.rule.id, seen.path)
    check_nothing_else_changes(parsed, checked)


def check_nothing_else_changes(parsed: Any, checked: Checked) -> None:
    others = tuple(each for each in applying(str(checked.kind)) if each != ID)
    without = [each for each in checked.results if not isinstance(each, ConsistencyResult)]
    alone = check_document(parsed, others, as_of=AS_OF).results
    by_id = {each.ruleset.id: each for each in alone}
    assert without == [by_id[each.ruleset.id] for each in without]
    assert len(checked.results) == len(checked.standings) == len(checked.assessors)
    assert isinstance(checked.results[-1], ConsistencyResult)


@given(document=disclosures())
def test_findings_on_disclosures_have_places_and_change_nothing(document: Any) -> None:
    check_findings(document)


@given(whole=products(), data=st.data())
def test_findings_on_products_have_places_and_change_nothing(whole: Any, data: st.DataObject) -> None:
    check_findings(data.draw(with_holes(whole)))


@given(whole=purchases(), data=st.data())
def test_findings_on_purchases_have_places_and_change_nothing(whole: Any, data: st.DataObject) -> None:
    check_findings(data.draw(with_holes(whole)))


@given(whole=facilities(), data=st.data())
def test_findings_on_facilities_have_places_and_change_nothing(whole: Any, data: st.DataObject) -> None:
    check_findings(data.draw(with_holes(whole)))


@given(product=products())
def test_a_product_in_a_lot_has_the_findings_that_it_has_by_itself(product: Any) -> None:
    inside = {name: each for name, each in product.items() if name != "kind"}
    lot = {
        "kind": "purchases",
        "material": product["material"],
        "lots": [{"t": Decimal(1), "product": inside}],
    }
    by_itself = {(each.rule.id, ("lots", 0, "product", *each.path)) for each in assess(product).findings}
    assert by_itself == {(each.rule.id, each.path) for each in assess(lot).findings}


def test_who_states_nothing_has_no_findings() -> None:
    for kind, rest in (
        ("disclosure", {"company": {"name": "X"}, "reporting_year": Decimal(2025)}),
        ("product", {"material": "steel"}),
        ("purchases", {"material": "steel", "lots": []}),
        ("facility", {"type": "smelter"}),
    ):
        assert assess({"kind": kind, **rest}).findings == ()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda each: each.name)
def test_no_example_contradicts_itself(path: Path) -> None:
    (result,) = check(path, (ID,), as_of=AS_OF).consistency()
    assert [each.rule.id for each in result.findings if each.rule.severity == "error"] == []


def test_percentages_without_amounts_are_found_where_the_report_misses_them() -> None:
    (result,) = check(EXAMPLES / "report" / "mercedes-benz.yaml", (ID,), as_of=AS_OF).consistency()
    assert result.counts()["warning"] == 3
    assert {each.rule.id for each in result.findings} == {"percentage-without-amount", "base-without-amount"}


# Authoring


def wrong(tmp_path: Path, old: str, new: str) -> list[tuple[str, str]]:
    text = (ruleset_folder(ID) / "ruleset.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "ruleset.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulesetError) as caught:
        author(path)
    return [(each.code, each.path or "") for each in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("when: each.t == 0", "when: each.tonnes == 0", "rules/expression"),
        ("when: each.t == 0", "when: each.t + 1", "rules/condition"),
        ("each: plan\n", "each: type\n", "rules/list"),
        ("at: scrap.post_consumer_share", "at: scrap.post", "rules/at"),
        ("        at: label\n", "", "rules/at"),
        ("products: lots", "products: buyer", "rules/list"),
        ("id: primary-from-scrap", "id: plan-rises", "rules/duplicate-id"),
        ("absent: not-disclosed", "absent: unknown", "rules/form"),
        ("severity: note", "severity: hint", "rules/form"),
    ],
)
def test_a_mistake_of_the_author_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    found = wrong(tmp_path, old, new)
    if code == "rules/form":
        assert len(found) == 1
    else:
        assert code in [each for each, _ in found]


def test_an_interpretation_without_a_reason_is_refused(tmp_path: Path) -> None:
    text = (ruleset_folder(ID) / "ruleset.yaml").read_text(encoding="utf-8")
    rule = text[text.index("      - id: primary-from-scrap") :]
    why = next(line for line in rule.splitlines() if line.startswith("        why: "))
    assert [code for code, _ in wrong(tmp_path, f"{why}\n", "")] == ["rules/why"]


# The command


def test_json_has_an_entry_with_severity_place_values_and_grounds(command: Command, lots: Path) -> None:
    ran = command("check", lots, "--format", "json", "--lang", "en", "--as-of", AS_OF)
    assert ran.code == 0
    found = ran.json["documents"][0]["results"][-1]
    assert (found["ruleset"], found["kind"]) == (ID, "consistency")
    assert [(each["id"], each["severity"], each["path"], each["line"]) for each in found["findings"]] == [
        ("post-consumer-above-scrap", "error", "lots[0].product.scrap.post_consumer_share", 7),
        ("steel-footprint-span", "warning", "lots[0].product.footprint.value", 8),
        ("lot-without-tonnes", "note", "lots[0].t", 5),
    ]
    first, second, _ = found["findings"]
    assert first["values"] == {
        "lots[0].product.scrap.post_consumer_share": "0.3",
        "lots[0].product.scrap.share": "0.2",
    }
    assert second["values"]["material"] == "steel"
    assert second["values"]["per_tonne"] == "2100"
    assert first["title"] == "The share of post-consumer scrap is higher than that of all scrap."
    assert first["when"] == "scrap.post_consumer_share > scrap.share"
    assert (first["basis"], first["source"]["document"]) == ("derived", "cati-schemas")
    assert all(each["advice"] and each["why"] for each in found["findings"])


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            [
                "Consistency 1 error, 1 warning, 1 note",
                "lots.yaml:7",
                "Share of scrap 0.2",
                "→ Both are shares",
            ],
        ),
        (
            "zh",
            [
                "一致性 错误 1 处、警告 1 处、提示 1 处",
                "lots.yaml:7",
                "废料比例 0.2",
                "→ 二者均为占金属炉料的比例",
            ],
        ),
    ],
)
def test_the_page_tells_findings_after_the_matrix(
    command: Command, lots: Path, language: str, told: list[str]
) -> None:
    page = command("check", lots, "--lang", language, "--as-of", AS_OF, "--verbose").out
    assert [each for each in told if each not in page] == []
    assert page.index("fmc-steel") < page.index(told[0])
    verbose = command("check", lots, "--lang", language, "--as-of", AS_OF, "-vv").out
    assert "scrap.post_consumer_share > scrap.share" in verbose


def test_where_nothing_is_found_only_a_verbose_page_says_so(command: Command) -> None:
    example = EXAMPLES / "product.yaml"
    assert "Consistency" not in command("check", example, "--lang", "en", "--as-of", AS_OF).out
    for arguments in (["-vv"], ["--ruleset", ID]):
        assert (
            "Consistency nothing found."
            in command("check", example, "--lang", "en", "--as-of", AS_OF, *arguments).out
        )
    assert command("check", example, "--ruleset", ID, "--quiet").out.strip() == ""


def test_a_quiet_page_adds_the_count_to_its_one_line(command: Command, lots: Path) -> None:
    draft = EXAMPLES / "draft.yaml"
    lines = command("check", lots, draft, "--quiet", "--lang", "en", "--as-of", AS_OF).out.splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("; consistency: 1 error, 1 warning, 1 note")
    assert lines[1].endswith("; consistency: 1 warning")
    alone = command("check", lots, "--quiet", "--lang", "zh", "--ruleset", ID).out
    assert alone == f"{lots}：错误 1 处、警告 1 处、提示 1 处\n"


def test_an_invalid_document_has_no_findings(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "invalid.yaml"
    path.write_text(LOTS.replace("t: 0", "t: none"), encoding="utf-8")
    assert "Consistency" not in command("check", path, "--lang", "en").out
    assert command("check", path, "--format", "json").json["documents"][0]["results"] == []


def test_findings_cannot_be_required(command: Command, lots: Path) -> None:
    assert command("check", lots, "--require", ID).code == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_rules_are_listed_shown_linted_and_tested(
    command: Command, rules: Consistency, language: str
) -> None:
    assert ID in command("rules", "list", "--lang", language).out
    ids = [each.id for each in rules.rules()]
    shown = command("rules", "show", ID, "--lang", language, "--format", "json").json
    assert [each["id"] for body in shown["bodies"] for each in body["findings"]] == ids
    page = command("rules", "show", ID, "--lang", language).out
    assert all(each in page for each in ids)
    assert command("rules", "lint", ID, "--lang", language).code == 0
    assert command("rules", "test", ID, "--lang", language).code == 0


def test_a_test_that_expects_something_else_fails(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "tests").mkdir(parents=True)
    for name in ("ruleset.yaml", "tests/facility.yaml"):
        text = (ruleset_folder(ID) / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("[plan-rises]", "[target-passed]"), encoding="utf-8")
    ran = command("rules", "test", folder, "--lang", "en")
    assert ran.code == 1
    assert "expected ['target-passed'], found ['plan-rises']" in ran.out


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Evaluation of lot-without-tonnes lots[0]"), ("zh", "的完整判定过程")]
)
def test_explain_tells_the_rule_and_its_evaluation(
    command: Command, lots: Path, language: str, told: str
) -> None:
    rule = f"{ID}:lot-without-tonnes"
    page = command("explain", rule, "--lang", language).out
    assert "lot-without-tonnes" in page
    assert "primary-from-scrap" not in page
    page = command("explain", rule, lots, "--lang", language).out
    assert told in page
    assert "lots[0].t = 0 · lots.yaml:5" in page
    data = command("explain", rule, lots, "--lang", language, "--format", "json").json
    (result,) = data["documents"][0]["results"]
    assert [each["id"] for each in result["findings"]] == ["lot-without-tonnes"]
    assert [(each["path"], each["found"]) for each in result["evaluation"]] == [("lots[0].t", True)]
    whole = command("explain", ID, "--lang", language, "--format", "json").json
    assert [each["subject"] for each in whole["bodies"]] == ["disclosure", "product", "purchases", "facility"]


def test_explain_tells_why_nothing_was_found(command: Command) -> None:
    page = command("explain", f"{ID}:target-passed", EXAMPLES / "draft.yaml", "--lang", "en").out
    assert "nothing found." in page
    assert "Evaluation of target-passed targets[0]" in page


def test_an_unknown_rule_is_answered_with_those_that_may_be_meant(command: Command) -> None:
    ran = command("explain", f"{ID}:target-past", "--lang", "en")
    assert ran.code == 2
    assert "target-passed" in ran.err


def test_it_runs_as_people_run_it(lots: Path) -> None:
    ran = run("check", lots, "--ruleset", ID, "--lang", "en")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"post-consumer-above-scrap" in ran.stdout


def test_the_ruleset_applies_to_every_kind_of_document_last(rules: Consistency) -> None:
    assert ID in ruleset_ids()
    for kind in rules.subjects:
        assert applying(kind)[-1] == ID
        assert applying(kind, (ID,)) == (ID,)


def test_no_more_findings_of_a_rule_are_made_than_anybody_reads() -> None:
    lot = {"t": Decimal(0)}
    result = assess({"kind": "purchases", "material": "steel", "lots": [lot] * 1_000})
    assert len(result.findings) == 100


def test_a_product_with_its_own_metal_is_told_with_the_place_of_it(lots: Path) -> None:
    (result,) = check(lots, (ID,), as_of=AS_OF).consistency()
    span = next(each for each in result.findings if each.rule.id == "steel-footprint-span")
    assert span.placed(("material",)) == ("material",)
    assert replace(span, around=()).placed(("material",)) == ("lots", 0, "product", "material")
