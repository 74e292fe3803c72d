"""Reports of companies: ESRS E1 as iXBRL, and the VSME workbook."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from running import Command
from samples import DATA, sample

from cati_rules.documents import Document
from cati_rules.errors import DocumentError
from cati_rules.formats.opening import parse_documents, read_documents

Rows = list[tuple[Any, ...]]


def emissions(document: Document) -> Rows:
    entries: Any = document.value["emissions"]
    return [
        (e["scope"], e.get("category"), e["year"], e["value"], e["unit"], e.get("accounting"))
        for e in entries
    ]


def test_totals_are_facts_without_further_dimensions() -> None:
    (report,) = read_documents(DATA / "esrs-e1.xhtml")
    assert report.value["company"] == {"name": "Example Motors"}
    assert report.value["reporting_year"] == 2024
    assert emissions(report) == [
        ("scope_1", None, 2024, Decimal(1_234_500), "tCO2e", None),
        ("scope_2", None, 2024, Decimal("2345.5"), "tCO2e", "location_based"),
        ("scope_2", None, 2024, 0, "tCO2e", "market_based"),
        ("scope_3", "total", 2024, 99, "tCO2e", None),
        ("scope_3", "use_of_sold_products", 2024, 60, "tCO2e", None),
        ("scope_1", None, 2020, 2_000_000, "tCO2e", None),
    ]
    energy: Any = report.value["energy"]
    assert [(e["carrier"], e["value"], e["unit"]) for e in energy] == [("total", 800, "MWh")]
    targets: Any = report.value["targets"]
    assert [(t["scopes"], t["level"], t["target_year"]) for t in targets] == [
        (["scope_1"], {"value": 500_000, "unit": "tCO2e"}, 2030)
    ]
    assert str(report.place(("emissions", 1, "value"))).endswith("esrs-e1.xhtml#f3")
    sources: Any = report.value["sources"]
    assert sources[0]["public"] is False
    assert sources[0]["document"] == "esrs-e1.xhtml"
    entries: Any = report.value["emissions"]
    assert entries[0]["evidence"] == [{"source": "report", "page": "f1"}]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('scale="3">1,234.5<', 'scale="3" format2="">MDCCC<'),
        ('format="ixt:num-dot-decimal" scale="3">1,234.5<', 'format="ixt:num-unit-decimal" scale="3">1234<'),
        ('scale="3">1,234.5<', 'scale="3" nil="true">1,234.5<'),
        ('contextRef="c1" unitRef="t" format="ixt:num-dot-decimal" scale="3">', 'contextRef="c9" unitRef="t" format="ixt:num-dot-decimal" scale="3">'),
        ('scale="3">1,234.5<', 'scale="99">1,234.5<'),
    ],
)  # fmt: skip
def test_a_fact_that_cannot_be_read_is_not_taken(old: str, new: str) -> None:
    text = (DATA / "esrs-e1.xhtml").read_text(encoding="utf-8")
    assert old in text
    (report,) = parse_documents(text.replace(old, new).encode(), name="a.xhtml")
    assert ("scope_1", 2024) not in [(each[0], each[2]) for each in emissions(report)]


def test_facts_that_differ_are_not_taken() -> None:
    text = (DATA / "esrs-e1.xhtml").read_text(encoding="utf-8").replace(">60.0<", ">61<")
    (report,) = parse_documents(text.encode(), name="a.xhtml")
    assert "use_of_sold_products" not in [each[1] for each in emissions(report)]


def test_a_report_of_another_taxonomy_is_told() -> None:
    text = (
        (DATA / "esrs-e1.xhtml")
        .read_text(encoding="utf-8")
        .replace("GrossScope", "Other")
        .replace("BasedScope2", "Other")
    )
    with pytest.raises(DocumentError) as caught:
        parse_documents(text.encode(), name="a.xhtml")
    assert caught.value.problems[0].code == "import/no-emissions"


def test_the_real_report(command: Command) -> None:
    path = sample("14_esrs_e1_illustrative_efrag_2026.xhtml")
    (report,) = read_documents(path)
    found = emissions(report)
    for expected in [
        ("scope_1", None, 2025, 320, "tCO2e", None), ("scope_1", None, 2026, 300, "tCO2e", None),
        ("scope_2", None, 2026, 200, "tCO2e", "location_based"), ("scope_2", None, 2026, 190, "tCO2e", "market_based"),
        ("scope_3", "total", 2025, 340, "tCO2e", None), ("scope_3", "total", 2026, 307, "tCO2e", None),
        ("scope_3", "purchased_goods_and_services", 2026, 157, "tCO2e", None), ("scope_3", "capital_goods", 2026, 36, "tCO2e", None),
        ("scope_3", "upstream_transport", 2026, 8, "tCO2e", None), ("scope_3", "business_travel", 2025, 6, "tCO2e", None),
    ]:  # fmt: skip
        assert expected in found
    # Only totals and categories, a year each; facts of internal carbon prices and countries are parts.
    assert len([each for each in found if each[0] != "scope_3"]) == 6
    assert len({each[:3] + each[5:] for each in found}) == len(found)
    assert command("check", path, "--as-of", "2027-01-01", "--lang", "zh").code == 0


def vsme(**cells: Any) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Environmental Disclosures"
    names = {
        "template_reporting_entity_name": "C1", "template_reporting_period_display": "C2", "GrossScope1GreenhouseGasEmissions": "D22",
        "GrossLocationBasedScope2GreenhouseGasEmissions": "D23", "GrossMarketBasedScope2GreenhouseGasEmissions": "D24",
        "GrossScope3GreenhouseGasEmissions_CurrentlyStatedMember": "D45", "GrossScope1GreenhouseGasEmissions_TargetYearMember": "J22",
        "GrossScope1GreenhouseGasEmissions_BaselineYearMember": "G22", "GreenhouseGasEmissionReductionTargetBaseYear": "G21",
        "GreenhouseGasEmissionReductionTargetYear": "J21", "TotalEnergyConsumption": "G5",
    }  # fmt: skip
    for name, place in names.items():
        book.defined_names[name] = DefinedName(
            name, attr_text=f"'Environmental Disclosures'!${place[0]}${place[1:]}"
        )
    for place, value in cells.items():
        sheet[place] = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


FILLED: dict[str, Any] = {
    "C1": "小企业", "C2": "2025-01-01 - 2025-12-31", "D22": 100.5, "D23": 50, "D45": 30, "G5": 250, "C30": "1. 采购", "D30": 20,
    "C40": "11. Use", "D40": 10, "G21": 2020, "J21": 2030, "G22": 300, "J22": 100,
}  # fmt: skip


def test_vsme_cells_are_found_by_name() -> None:
    (report,) = parse_documents(vsme(**FILLED), name="vsme.xlsx")
    assert report.value["company"] == {"name": "小企业"}
    assert emissions(report) == [
        ("scope_1", None, 2025, Decimal("100.5"), "tCO2e", None), ("scope_2", None, 2025, 50, "tCO2e", "location_based"),
        ("scope_3", "total", 2025, 30, "tCO2e", None), ("scope_3", "purchased_goods_and_services", 2025, 20, "tCO2e", None),
        ("scope_3", "use_of_sold_products", 2025, 10, "tCO2e", None), ("scope_1", None, 2020, 300, "tCO2e", None),
    ]  # fmt: skip
    targets: Any = report.value["targets"]
    (target,) = targets
    # 200 of 300, rounded down: no target is made larger than it is.
    assert target["reduction"] == Decimal("0.6666666666666666666666666666")
    assert target["base_year"] == 2020
    assert str(report.place(("emissions", 0, "value"))) == "vsme.xlsx!Environmental Disclosures!D22"


def test_a_vsme_workbook_that_is_not_filled_in_is_told() -> None:
    with pytest.raises(DocumentError) as caught:
        parse_documents(vsme(), name="vsme.xlsx")
    assert caught.value.problems[0].code == "import/not-filled"


def test_the_real_vsme_workbook_has_the_facts_of_its_own_converter(command: Command) -> None:
    path = sample("16_vsme_sample_1.3.0.xlsx")
    facts = json.loads(sample("17_vsme_sample_1.3.0_facts.json").read_text(encoding="utf-8"))["facts"]

    def fact(concept: str, member: str | None = None) -> Decimal:
        (found,) = {
            each["value"]
            for each in facts
            if each["concept"] == f"vsme:{concept}" and each["aspects"].get("vsme:ReportingScopesAxis") == member
            and "vsme:BreakdownOfEnergyConsumptionAxis" not in each["aspects"]
        }  # fmt: skip
        return Decimal(found)

    (report,) = read_documents(path)
    base, goal = "vsme:BaselineYearMember", "vsme:TargetYearMember"
    scopes = {
        ("scope_1", None, None): "GrossScope1GreenhouseGasEmissions",
        ("scope_2", None, "location_based"): "GrossLocationBasedScope2GreenhouseGasEmissions",
        ("scope_3", "total", None): "GrossScope3GreenhouseGasEmissions",
    }
    found = {
        (scope, category, accounting, year): value
        for scope, category, year, value, _, accounting in emissions(report)
    }
    for (scope, category, accounting), concept in scopes.items():
        assert found[scope, category, accounting, Decimal(2026)] == fact(concept)
        assert found[scope, category, accounting, Decimal(2020)] == fact(concept, base)
    targets: Any = report.value["targets"]
    assert [each["level"]["value"] for each in targets] == [
        fact(concept, goal) for concept in scopes.values()
    ]
    assert {each["target_year"] for each in targets} == {2030}
    energy: Any = report.value["energy"]
    assert [(each["carrier"], each["value"]) for each in energy] == [
        ("total", fact("TotalEnergyConsumption")), ("electricity", fact("EnergyConsumptionFromElectricity")),
        ("renewable_electricity", 0), ("self_generated_renewable", 23),
    ]  # fmt: skip
    assert command("check", path, "--as-of", "2027-06-01").code == 0


def test_a_report_is_read_the_same_wherever_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "报告.xhtml"
    path.write_bytes((DATA / "esrs-e1.xhtml").read_bytes())
    assert (
        read_documents(path)[0].value["emissions"]
        == read_documents(DATA / "esrs-e1.xhtml")[0].value["emissions"]
    )
