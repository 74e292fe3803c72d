"""A document that contradicts itself decides nothing that rests on what is in doubt; what is not met stays so."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from metals import Object, products, purchases
from running import Command

from cati_rules.catalog.store import load_ruleset, ruleset_ids
from cati_rules.documents import parse_document
from cati_rules.kinds.consistency.contradiction import contradictions
from cati_rules.kinds.definition.result import DefinitionResult
from cati_rules.kinds.definition.rules import Definition
from cati_rules.pipeline import Checked, check_document, consistency_assessor, definition_assessor

AS_OF = "2026-06-30"
ON = ("--as-of", AS_OF)
DEFINITIONS = [each for each in map(load_ruleset, ruleset_ids()) if isinstance(each, Definition)]

# 0.8 of post-consumer scrap is over the 0.75 that CIRCAL asks for, and more than the 0.2 of all scrap.
CIRCAL = """\
kind: product
material: aluminium
stage: ingot
footprint: {value: 2.0, unit: kgCO2e/kg, boundary: cradle_to_gate, verification: third_party}
scrap: {share: 0.2, post_consumer_share: 0.8}
producer: Hydro
"""

# 10 of 100 t are under 3 t/t: exactly the tenth that First Movers asks for.
LOTS = """\
kind: purchases
buyer: Test Motors
year: 2024
material: aluminium
lots:
  - t: 10
    primary: true
    product: {stage: ingot, footprint: {value: 2.5, unit: tCO2e/t, boundary: cradle_to_gate}, scrap: {share: 0}}
  - t: 90
    primary: true
    product: {stage: ingot, footprint: {value: 9, unit: tCO2e/t, boundary: cradle_to_gate}, scrap: {share: 0}}
"""
DOUBTFUL = "scrap: {share: 0, post_consumer_share: 0.1}"

TARGETS = """\
kind: disclosure
company: {name: Test Steel}
reporting_year: 2024
energy:
  - {carrier: total, year: 2024, value: 10, unit: MWh}
  - {carrier: electricity, year: 2024, value: 20, unit: MWh}
targets:
  - {subject: emission_reduction, scopes: [scope_1, scope_2], measure: absolute, reduction: 0.42, base_year: 2020,
     target_year: 2030, coverage: 1, conditional: false}
"""

bounded = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def checked(text: str, *rulesets: str) -> Checked:
    return check_document(parse_document(text.encode(), name="metal.yaml"), rulesets, as_of=AS_OF)


def verdict_of(text: str, identifier: str) -> DefinitionResult:
    ((result, _),) = checked(text, identifier).verdicts()
    return result


def told(result: DefinitionResult) -> list[str]:
    return [each.rule.id for each in result.contradicted_by]


def test_what_is_met_by_a_field_in_doubt_is_open() -> None:
    result = verdict_of(CIRCAL, "hydro-circal")
    assert (result.verdict, result.level, result.missing) == ("indeterminate", None, ())
    assert told(result) == ["post-consumer-above-scrap"]


def test_it_is_met_where_the_shares_agree() -> None:
    result = verdict_of(CIRCAL.replace("share: 0.2,", "share: 0.8,"), "hydro-circal")
    assert (result.verdict, told(result)) == ("met", [])


def test_what_is_not_met_stays_not_met() -> None:
    text = CIRCAL.replace("post_consumer_share: 0.8", "post_consumer_share: 0.74")
    result = verdict_of(text, "hydro-circal")
    assert (result.verdict, told(result)) == ("not_met", [])


def test_a_definition_that_reads_nothing_of_it_is_as_before() -> None:
    text = CIRCAL + "label: elysis\naluminium: {inert_anode: true}\n"
    assert verdict_of(text, "elysis").verdict == "met"


def test_primary_aluminium_with_scrap_is_no_sure_reduxa() -> None:
    text = CIRCAL.replace("ingot", "primary_metal").replace(", post_consumer_share: 0.8", "")
    result = verdict_of(text, "hydro-reduxa")
    assert (result.verdict, told(result)) == ("indeterminate", ["primary-aluminium-with-scrap"])


def test_a_metal_described_as_another_meets_nothing() -> None:
    text = CIRCAL.replace("share: 0.2, post_consumer_share: 0.8", "share: 0.9, post_consumer_share: 0.8")
    assert verdict_of(text, "hydro-circal").verdict == "met"
    result = verdict_of(text + "steel: {route: scrap_eaf}\n", "hydro-circal")
    assert (result.verdict, told(result)) == ("indeterminate", ["other-metal"])


def test_warnings_and_notes_keep_nothing_open() -> None:
    """40 t/t of aluminium is outside the span of what is likely, which is a warning."""
    text = CIRCAL.replace("value: 2.0", "value: 40").replace("share: 0.2,", "share: 0.8,")
    findings = checked(text).consistency()[0].findings
    assert [each.rule.severity for each in findings] == ["warning"]
    assert verdict_of(text, "hydro-circal").verdict == "met"


def test_the_consistency_ruleset_is_not_shown_where_it_was_not_asked_for() -> None:
    assert [each.ruleset.id for each in checked(CIRCAL, "hydro-circal").results] == ["hydro-circal"]


class TestPurchases:
    def test_a_lot_whose_product_contradicts_itself_is_open(self) -> None:
        assert verdict_of(LOTS, "fmc-aluminium").verdict == "met"
        result = verdict_of(LOTS.replace("scrap: {share: 0}", DOUBTFUL, 1), "fmc-aluminium")
        assert [each.result.verdict for each in result.lots] == ["indeterminate", "not_met"]
        assert (result.verdict, told(result)) == ("indeterminate", ["post-consumer-above-scrap"])

    def test_enough_other_lots_decide_without_it(self) -> None:
        """20 t qualify; without the 10 t in doubt, 10 of 110 t would be under a tenth, and 20 of 110 t are over it."""
        more = LOTS.replace("- t: 90", "- t: 10", 1).replace("value: 9,", "value: 2.5,")
        result = verdict_of(more.replace("scrap: {share: 0}", DOUBTFUL, 1), "fmc-aluminium")
        assert [each.result.verdict for each in result.lots] == ["indeterminate", "met"]
        assert (result.verdict, told(result)) == ("met", [])

    def test_a_lot_that_does_not_qualify_stays_out(self) -> None:
        text = LOTS.replace("value: 2.5", "value: 3").replace("scrap: {share: 0}", DOUBTFUL, 1)
        result = verdict_of(text, "fmc-aluminium")
        assert [each.result.verdict for each in result.lots] == ["not_met", "not_met"]
        assert (result.verdict, told(result)) == ("not_met", [])

    def test_what_is_said_of_a_lot_and_of_its_product_contradicts_the_whole(self) -> None:
        """A lot of primary metal whose product is of scrap only."""
        third = (
            "  - {t: 1, primary: true, product: {stage: ingot, scrap: {share: 1}, footprint: "
            "{value: 2, unit: tCO2e/t, boundary: cradle_to_gate}}}\n"
        )
        text = LOTS.replace("- t: 10", "- t: 20") + third
        assert "primary-from-scrap" in told(verdict_of(text, "fmc-aluminium"))

    def test_the_page_and_the_data_name_the_lot(self, command: Command, tmp_path: Path) -> None:
        path = tmp_path / "lots.yaml"
        path.write_text(LOTS.replace("scrap: {share: 0}", DOUBTFUL, 1), encoding="utf-8")
        narrowed = ("check", path, "--ruleset", "fmc-aluminium", *ON)
        ((result,),) = (each["results"] for each in command(*narrowed, "--format", "json").json["documents"])
        shares = ["lots[0].product.scrap.post_consumer_share", "lots[0].product.scrap.share"]
        assert (result["contradicted_by"], result["contradicting"]) == (
            ["post-consumer-above-scrap"],
            shares,
        )
        assert [each["contradicted_by"] for each in result["lots"]] == [["post-consumer-above-scrap"], []]
        for form in ("rich", "lines", "sarif", "junit", "github", "gitlab", "markdown"):
            assert "contradicts itself" in " ".join(command(*narrowed, "--format", form).out.split()), form


def test_an_entry_in_doubt_leaves_the_others_as_they_are() -> None:
    """The energy contradicts itself; the target reads nothing of it."""
    result = checked(TARGETS, "sbti-absolute", "consistency")
    found = [each.rule.id for one in result.consistency() for each in one.findings]
    assert "energy-above-total" in found
    assert [each.verdict for each, _ in result.verdicts()] == ["met"]


class TestCommand:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "circal.yaml"
        path.write_text(CIRCAL, encoding="utf-8")
        return path

    def test_the_data_names_the_finding_and_the_fields(self, command: Command, path: Path) -> None:
        ran = command("check", path, "--ruleset", "hydro-circal", "--format", "json", *ON)
        (result,) = ran.json["documents"][0]["results"]
        assert (result["verdict"], result["missing"], result["turning"]) == ("indeterminate", [], [])
        assert result["contradicted_by"] == ["post-consumer-above-scrap"]
        assert result["contradicting"] == ["scrap.post_consumer_share", "scrap.share"]
        assert result["sensitive_to_rounding"] == []

    @pytest.mark.parametrize(("language", "words"), [("en", "contradicts itself"), ("zh", "自相矛盾")])
    @pytest.mark.parametrize("form", ["rich", "lines", "sarif", "junit", "github", "gitlab", "markdown"])
    def test_every_form_names_it(
        self, command: Command, path: Path, form: str, language: str, words: str
    ) -> None:
        ran = command("check", path, "--ruleset", "hydro-circal", "--format", form, "--lang", language, *ON)
        # GitLab and SARIF write other scripts as escapes.
        out = ran.out.encode().decode("unicode_escape") if "\\u" in ran.out else ran.out
        assert words in " ".join(out.split())

    def test_it_is_no_longer_what_is_required(self, command: Command, path: Path) -> None:
        ran = command("check", path, "--require", "hydro-circal", "--quiet", *ON)
        assert (ran.code, "hydro-circal is indeterminate" in ran.err) == (1, True)

    def test_the_result_holds_for_its_document(self, command: Command, path: Path, tmp_path: Path) -> None:
        ran = command("check", path, "--ruleset", "hydro-circal", "--format", "json", *ON)
        result = tmp_path / "result.json"
        result.write_text(ran.out, encoding="utf-8")
        assert command("verify", result, path).code == 0

    def test_another_definition_of_the_claim_names_the_contradiction(
        self, command: Command, path: Path
    ) -> None:
        """Both claim green electricity; only one reads the renewable share, which is in doubt."""
        path.write_text(
            "kind: product\nmaterial: aluminium\nstage: primary_metal\n"
            "electricity: {renewable_share: 1, solar_share: 1, fossil_free: false}\n",
            encoding="utf-8",
        )
        (document,) = command("check", path, "--format", "json", "--lang", "en", *ON).json["documents"]
        (found,) = document["disagreements"]
        assert (found["met"], found["other"]) == ("nissan-green-aluminium", "green-electricity-aluminium")
        assert (found["verdict"], found["cause"]) == ("indeterminate", "contradiction")
        assert "(electricity.fossil_free, electricity.renewable_share)" in found["message"]


def check_all(document: Object) -> None:
    found = contradictions(consistency_assessor("consistency").assess(document, as_of=AS_OF))
    for each in DEFINITIONS:
        if document["kind"] not in each.subjects:
            continue
        judge = definition_assessor(each.id)
        before = judge.assess(document, as_of=AS_OF)
        after = judge.assess(document, as_of=AS_OF, contradictions=found)
        if before.verdict == "met":
            assert after.verdict in ("met", "indeterminate"), each.id
        else:
            assert after.verdict == before.verdict, each.id
        assert bool(found) or (before.verdict, before.level) == (after.verdict, after.level), each.id


@bounded
@given(document=products())
def test_contradictions_open_what_is_met_and_leave_all_else(document: Object) -> None:
    check_all(document)


@bounded
@given(document=purchases(), share=st.decimals(0, 1, places=2), data=st.data())
def test_contradictions_in_lots_open_what_is_met_and_leave_all_else(
    document: Object, share: Decimal, data: st.DataObject
) -> None:
    doubtful: list[Any] = [
        {**lot, "product": {**lot["product"], "scrap": {"share": share, "post_consumer_share": Decimal(1)}}}
        if "product" in lot and data.draw(st.booleans())
        else lot
        for lot in document["lots"]
    ]
    check_all({**document, "lots": doubtful})
