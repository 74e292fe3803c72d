"""Names of brands and makers, dates that are told only in part, what is only quoted, and what the pages say of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import Command

from cati_rules.brand_names import folded_company, is_company
from cati_rules.catalog.period import Period, Standing
from cati_rules.documents import parse_document
from cati_rules.kinds.definition.quoted import quoted_in
from cati_rules.pipeline import check_document

HYDRO = ("Hydro", "海德鲁", "Norsk Hydro", "挪威海德鲁", "Hydro Aluminium", "海德鲁铝业")
BILLET = "kind: product\nmaterial: aluminium\nstage: primary_metal\nfootprint: {value: 3.5, unit: kgCO2e/kg, boundary: mine_to_metal}\n"
ON = ("--as-of", "2026-11-22", "--lang", "en")


@pytest.mark.parametrize(
    "name",
    [
        "Hydro",
        "HYDRO",
        "Norsk Hydro ASA",
        "norsk hydro, A.S.A.",
        "ＮＯＲＳＫ　ＨＹＤＲＯ　ＡＳＡ",
        "Hydro Aluminium AS",
        "Hydro Aluminium Co., Ltd.",
        "Hydro Aluminium Co.,Ltd",
        "海德鲁",
        "海德鲁铝业有限公司",
        "海德鲁铝业股份有限公司",
        "Hydro 海德鲁",
        "Hydro®",
    ],
)
def test_a_maker_is_known_however_its_name_is_written(name: str) -> None:
    assert is_company(name, HYDRO)


@pytest.mark.parametrize(
    "name",
    [
        "Hydrogen Metals AS",
        "Hydro Québec",
        "Not Hydro",
        "AS",
        "公司",
        "",
        "™",
        "海德鲁贸易",
        "Example 海德鲁",
        "Hydro 力拓",
        "hyd ro 1",
    ],
)
def test_another_company_is_another_one(name: str) -> None:
    assert not is_company(name, HYDRO)


def test_a_name_that_is_only_a_legal_form_is_kept() -> None:
    assert folded_company("SE") == {"se"}
    assert folded_company("公司") == {"公司"}


@settings(derandomize=True)
@given(st.text(max_size=30))
def test_folding_a_folded_name_changes_nothing_but_legal_forms(name: str) -> None:
    once = folded_company(name)
    assert is_company(name, [name]) == bool(once)
    assert is_company(name.upper(), [name]) or not once or folded_company(name.upper()) != once


@pytest.mark.parametrize(
    ("start", "until", "date", "standing"),
    [
        ("2022-05-19", None, "2022-05-18", "not_yet"),
        ("2022-05-19", None, "2022-05-19", "in_force"),
        ("2024-10", None, "2024-09-30", "not_yet"),
        ("2024-10", None, "2024-10-01", "perhaps"),
        ("2024-10", None, "2024-10-31", "perhaps"),
        ("2024-10", None, "2024-11-01", "in_force"),
        ("2024", None, "2023-12-31", "not_yet"),
        ("2024", None, "2024-01-01", "perhaps"),
        ("2024", None, "2024-12-31", "perhaps"),
        ("2024", None, "2025-01-01", "in_force"),
        ("2024", "2026-04", "2026-03-31", "in_force"),
        ("2024", "2026-04", "2026-04-01", "perhaps"),
        ("2024", "2026-04", "2026-04-30", "perhaps"),
        ("2024", "2026-04", "2026-05-01", "superseded"),
        ("2022-09-14", "2024-05-20", "2024-05-20", "in_force"),
        ("2022-09-14", "2024-05-20", "2024-05-21", "superseded"),
        (None, None, "2026-05-21", "proposed"),
    ],
)
def test_how_an_edition_stands(start: str | None, until: str | None, date: str, standing: Standing) -> None:
    assert Period(start, until, None if start else "2026-03-04").standing(date) == standing


@pytest.mark.parametrize(
    ("start", "day"),
    [
        ("2024", "2024-12-31"),
        ("2024-02", "2024-02-29"),
        ("2025-02", "2025-02-28"),
        ("2024-05-21", "2024-05-21"),
    ],
)
def test_the_first_day_on_which_an_edition_is_certainly_in_force(start: str, day: str) -> None:
    assert Period(start, None, None).first_certain == day


RULESET = """\
id: own
edition: "1"
kind: definition
title: {en: Own, zh: 自定}
publisher: {en: Nobody, zh: 无}
in_force: {from: 2024-01-15}
absent: unknown
source: {document: report, locator: {en: page 1, zh: 第 1 页}}
documents:
  report: {title: {en: Report, zh: 报告}, publisher: {en: Nobody, zh: 无}, published: 2024-01-15}
basis: published
asks: {en: Below 3., zh: 低于 3。}
subject: product
brand: {labels: [hydro-reduxa], makers: [{en: Hydro, zh: 海德鲁}]}
measures:
  - {of: footprint, unit: tCO2e/t}
conditions:
  - {id: low, title: {en: below 3, zh: 低于 3}, when: footprint.value < 3}
"""
START = "in_force: {from: 2024-01-15}"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (START, START, None),
        (START, "in_force: {from: 2024-01-01}", "rules/date"),
        (START, "in_force: {from: 2024-06-01}", "rules/date"),
        (
            START,
            "in_force: {from: 2024-06-01, source: {document: report, locator: {en: p. 1, zh: 第 1 页}}}",
            None,
        ),
        (START, "in_force: {from: 2024}", "rules/date"),
        (START, "in_force: {from: 2024, basis: published}", None),
        (START, 'in_force: {from: "2024-06", basis: quoted}', None),
        (START, "in_force: {from: 2024-06, basis: interpreted}", "rules/date"),
        (START, "in_force: {from: 2024-06, basis: interpreted, why: {en: So., zh: 如此。}}", None),
        (START, "in_force: {from: 2024-13, basis: published}", "rules/value-error"),
        (START, "in_force: {from: 24, basis: published}", "rules/string-pattern-mismatch"),
        (START, "in_force: {proposed: 2026-03-04}", None),
        (START, "in_force: {}", "rules/in-force"),
        (START, "in_force: {from: 2024-06-02, proposed: 2024-03-04}", "rules/in-force"),
        ("published: 2024-01-15}", "published: 2024-01-01}", "rules/date"),
        ("published: 2024-01-15}", "published: 2024-01-01, dated: {en: cover, zh: 封面}}", None),
        ("published: 2024-01-15}", "published: 2024}", None),
        ("[hydro-reduxa]", "[hydro-reduxia]", "rules/brand"),
        ("basis: published\nasks", "basis: quoted\nasks", None),
        ("basis: published\nasks", "basis: heard\nasks", "rules/literal-error"),
    ],
)
def test_lint_refuses_a_date_that_no_source_names(
    old: str, new: str, found: str | None, tmp_path: Path, command: Command
) -> None:
    path = tmp_path / "ruleset.yaml"
    path.write_text(RULESET.replace(old, new), encoding="utf-8")
    ran = command("rules", "lint", path, "--format", "json")
    assert [each["code"] for each in json.loads(ran.out)["findings"]] == ([] if found is None else [found])
    assert ran.code == (0 if found is None else 1)


def test_a_made_up_date_keeps_no_ruleset_of_ones_own_from_being_used(
    tmp_path: Path, command: Command
) -> None:
    rules, product = tmp_path / "ruleset.yaml", tmp_path / "p.yaml"
    rules.write_text(RULESET.replace(START, "in_force: {from: 2024-01-01}"), encoding="utf-8")
    product.write_text(f"{BILLET}producer: Hydro\n", encoding="utf-8")
    assert command("check", product, "--ruleset", rules, *ON).code == 0


def result_of(command: Command, text: str, ruleset: str, tmp_path: Path, *options: str) -> dict[str, object]:
    path = tmp_path / "p.yaml"
    path.write_text(text, encoding="utf-8")
    ran = command("check", path, "--ruleset", ruleset, "--format", "json", *(options or ON))
    (found,) = json.loads(ran.out)["documents"][0]["results"]
    return dict(found)


def test_what_the_figures_alone_come_to_is_a_remark_and_no_verdict(tmp_path: Path, command: Command) -> None:
    found = result_of(command, BILLET, "hydro-reduxa", tmp_path)
    assert (found["verdict"], found["level"], found["missing"], found["claims"]) == (
        "not_applicable",
        None,
        [],
        {},
    )
    brand = found["brand"]
    assert isinstance(brand, dict)
    assert (brand["figures_alone"], brand["labels"]) == ("met", ["hydro-reduxa"])
    assert "Norsk Hydro" in brand["makers"]
    assert "By its figures alone it would be: met. That is no verdict." in str(found["why"])
    page = command("explain", "hydro-reduxa", tmp_path / "p.yaml", *ON).out
    assert "By its figures alone it would be: met" in " ".join(page.split())
    chinese = command(
        "explain", "hydro-reduxa", tmp_path / "p.yaml", "--as-of", "2026-11-22", "--lang", "zh"
    ).out
    assert "仅看数值应为：符合；此非结论。" in "".join(chinese.split())


def test_what_is_open_by_the_figures_alone_is_not_remarked(tmp_path: Path, command: Command) -> None:
    found = result_of(command, BILLET.replace("3.5", "4.0"), "hydro-reduxa", tmp_path)
    assert "alone" not in str(found["why"])


def test_steel_is_told_that_the_brand_is_for_aluminium(tmp_path: Path, command: Command) -> None:
    found = result_of(command, "kind: product\nmaterial: steel\n", "hydro-reduxa", tmp_path)
    assert "primary aluminium" in str(found["why"])


def test_a_text_that_does_not_exist_yet_meets_nothing(tmp_path: Path, command: Command) -> None:
    text = f"{BILLET}producer: Hydro\n"
    found = result_of(command, text, "hydro-reduxa", tmp_path, "--as-of", "2020-06-30", "--lang", "en")
    assert found["verdict"] == "not_applicable"
    assert found["in_force"] == {
        "from": "2024",
        "until": None,
        "proposed": None,
        "basis": "interpreted",
        "now": False,
        "standing": "not_yet",
    }
    assert "2020-06-30" in str(found["why"])


def test_within_the_year_of_which_no_day_is_told_that_is_said(tmp_path: Path, command: Command) -> None:
    text = f"{BILLET}producer: Hydro\n"
    found = result_of(command, text, "hydro-reduxa", tmp_path, "--as-of", "2024-06-30", "--lang", "en")
    assert found["verdict"] == "met"
    assert found["in_force"]["standing"] == "perhaps"  # type: ignore[index]
    page = command(
        "check", tmp_path / "p.yaml", "--ruleset", "hydro-reduxa", "--as-of", "2024-06-30", "--lang", "en"
    ).out
    assert "perhaps in force: no day is told" in " ".join(page.split())


TARGET = """\
kind: disclosure
company: {name: Test Steel}
reporting_year: 2024
targets:
  - {subject: emission_reduction, scopes: [scope_1, scope_2], measure: absolute, reduction: 0.42, base_year: 2020,
     target_year: 2030, coverage: 1, conditional: false}
"""


@pytest.mark.parametrize(
    ("form", "language", "word"),
    [
        *(("rich", language, word) for language, word in (("en", "superseded"), ("zh", "已被取代"))),
        *(("markdown", language, word) for language, word in (("en", "superseded"), ("zh", "已被取代"))),
        *(("json", language, "superseded") for language in ("en", "zh")),
    ],
)
def test_the_arithmetic_of_the_report_is_never_met_without_the_word(
    form: str, language: str, word: str, tmp_path: Path, command: Command
) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(TARGET, encoding="utf-8")
    ran = command(
        "check",
        path,
        "--ruleset",
        "sbti-absolute",
        "--format",
        form,
        "--as-of",
        "2026-06-30",
        "--lang",
        language,
    )
    assert word in ran.out


def test_a_met_verdict_names_what_is_only_quoted_and_others_do_not(tmp_path: Path, command: Command) -> None:
    slab = "kind: product\nmaterial: steel\nstage: crude_steel\nscrap: {share: 0.3, weighed_by: mass}\nfootprint: {value: 0.2, unit: tCO2e/t, boundary: cradle_to_crude_steel, verification: third_party, chain_of_custody: identity_preserved}\n"
    for text, quoted in (
        (slab, True),
        (slab.replace("0.2,", "3,"), False),
        (slab.replace("0.2,", "2.5,"), False),
    ):
        document = parse_document(text.encode(), name="p.yaml")
        (result,) = check_document(document, ["iea-near-zero"], as_of="2026-11-22").results
        assert bool(quoted_in(result)) == quoted  # type: ignore[arg-type]
    found = result_of(command, slab, "iea-near-zero", tmp_path)
    assert [each["id"] for each in found["quoted"]] == ["near-zero", "line"]  # type: ignore[attr-defined]
    page = " ".join(
        command("check", tmp_path / "p.yaml", "--ruleset", "iea-near-zero", *ON, "--verbose").out.split()
    )
    assert "rests on what is known only as another text quotes Achieving Net Zero Heavy Industry" in page
    markdown = command(
        "check", tmp_path / "p.yaml", "--ruleset", "iea-near-zero", "--format", "markdown", *ON
    ).out
    assert "quoted figure" in markdown


def test_what_is_published_in_the_source_is_not_called_quoted(tmp_path: Path, command: Command) -> None:
    found = result_of(command, f"{BILLET}producer: Hydro\n", "hydro-reduxa", tmp_path)
    assert (found["verdict"], found["quoted"]) == ("met", [])


def test_the_page_of_a_ruleset_shows_brand_date_and_basis(command: Command) -> None:
    page = " ".join(command("rules", "show", "hydro-reduxa", "--lang", "en").out.split())
    assert "only a product that carries the label hydro-reduxa or is made by Hydro" in page
    assert "our interpretation, not the publisher's: The report of October 2024 lists it" in page
    assert "known only as another text quotes it" in command("rules", "show", "less", "--lang", "en").out
    proposal = command("rules", "show", "eu-industrial-accelerator-act", "--lang", "en").out
    assert "proposed 2026-03-04" in proposal
