"""Files that would make a product look better than it is: none of them comes to a verdict that it does not earn."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from samples import DATA

from cati_rules.documents import Document, value_at
from cati_rules.errors import DocumentError
from cati_rules.formats.opening import parse_documents
from cati_rules.formats.reading import ReadDocument
from cati_rules.pipeline import check_document

AS_OF = "2026-11-26"


def load(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def read(data: Any) -> ReadDocument:
    document = parse_documents(json.dumps(data).encode(), name="a.json")[0]
    assert isinstance(document, ReadDocument)
    return document


def at(document: Document, path: str) -> Any:
    return value_at(document.value, path.split("."))


def opened(document: ReadDocument) -> set[str]:
    return {each.path for each in document.reading.open}


def met(document: Document) -> set[str]:
    checked = check_document(document, as_of=AS_OF)
    return {each.ruleset.id for each, _ in checked.verdicts() if each.verdict == "met"}


def pact(**changes: Any) -> ReadDocument:
    """Return a message of PACT 3 on a slab of 0.02 kg CO2e/kg, with changes to its footprint."""
    data = load("pact-3.json")
    record = data["data"][0]
    record["pcf"].update({"pcfExcludingBiogenicUptake": "20", **changes})
    return read(record)


@pytest.mark.parametrize(
    "boundary", ["Gate-to-gate", "Cradle-to-grave", "gate", "Cradle-to-gate-to-gate", ""]
)
def test_another_boundary_is_not_cradle_to_gate(boundary: str) -> None:
    document = pact(partialFullPcf=boundary or "?")
    assert at(document, "footprint.boundary") is None
    assert "footprint.boundary" in opened(document)


@pytest.mark.parametrize("boundary", ["Cradle-to-gate", "cradle to gate", "CRADLE_TO_GATE"])
def test_cradle_to_gate_in_any_writing(boundary: str) -> None:
    assert at(pact(partialFullPcf=boundary), "footprint.boundary") == "cradle_to_gate"


def test_a_forecast_is_no_footprint() -> None:
    assert at(pact(retroOrProspectivePcfType="Prospective PCF"), "footprint") is None
    assert at(pact(retroOrProspectivePcfType="Retrospective PCF"), "footprint.value") == Decimal("0.02")


# Formats let a footprint leave out 5 % of emissions at most.
@pytest.mark.parametrize(("percent", "taken"), [("5", True), (5.1, False), ("60", False), (0, True)])
def test_a_footprint_that_leaves_out_too_much_is_not_taken(percent: Any, taken: bool) -> None:
    assert (at(pact(exemptedEmissionsPercent=percent), "footprint.value") is not None) == taken


def test_the_figure_without_uptake_is_taken_never_the_lower_one_with_it() -> None:
    document = pact(pcfIncludingBiogenicUptake="-500", pcfExcludingBiogenicUptake="1900")
    assert at(document, "footprint.value") == Decimal("1.9")
    document = pact(pcfIncludingBiogenicUptake="1", pcfExcludingBiogenicUptake="")
    assert at(document, "footprint") is None


def test_an_amount_of_catena_x_7_without_a_weight_is_asked() -> None:
    """Per kilogram or per 1000 kg: a thousandth would pass everywhere."""
    data = {
        "specVersion": "urn:io.catenax.pcf:datamodel:version:7.0.0",
        "productName": "Steel slab",
        "companyName": "Example Steel",
        "pcf": {"declaredUnit": "kilogram", "unitaryProductAmount": 1000.0, "pcfExcludingBiogenic": 1.9},
    }
    document = read(data)
    assert at(document, "footprint") is None
    data["pcf"]["productMassPerDeclaredUnit"] = 1  # type: ignore[index]
    assert at(read(data), "footprint.value") == Decimal("1.9")
    data["pcf"]["productMassPerDeclaredUnit"] = 1000  # type: ignore[index]
    assert at(read(data), "footprint") is None


@pytest.mark.parametrize("credit", ["0.1", -0.1, "some"])
def test_a_footprint_beside_credits_is_a_lower_bound(credit: Any) -> None:
    data = load("pact-2-steel.json")
    data["pcf"]["pCfExcludingBiogenic"] = 0.02
    data["extensions"][0]["fullBoundaryFootprint"]["creditGhgEmissions"] = credit
    document = read(data)
    assert at(document, "footprint.value") is None
    assert at(document, "footprint.at_least") == Decimal("0.02")
    assert met(document) == set()


# Declared per tonne, said to weigh a kilogram, or the other way round.
@pytest.mark.parametrize(
    ("unit", "weight"),
    [
        ({"qty": 1, "unit": "t"}, {"qty": 1, "unit": "kg"}),
        ({"qty": 1, "unit": "kg"}, {"qty": 1000, "unit": "kg"}),
    ],
)
def test_two_weights_of_an_openepd_are_none(unit: dict[str, Any], weight: dict[str, Any]) -> None:
    data = load("openepd.json")
    data |= {"declared_unit": unit, "kg_per_declared_unit": weight}
    document = read(data)
    assert at(document, "footprint") is None
    assert "declaration.declared_unit_kg" in opened(document)
    data["kg_per_declared_unit"] = {"qty": unit["qty"] * (1000 if unit["unit"] == "t" else 1), "unit": "kg"}
    assert at(read(data), "footprint.value") is not None


def test_module_d_never_lowers_a_footprint() -> None:
    data = load("openepd.json")
    data["impacts"] = {
        "EF 3.0": {"gwp": {"A1A2A3": {"mean": 700, "unit": "kgCO2e"}, "D": {"mean": -690, "unit": "kgCO2e"}}}
    }
    document = read(data)
    assert at(document, "footprint.value") == 700
    assert met(document) == met(
        read(data | {"impacts": {"EF 3.0": {"gwp": {"A1A2A3": {"mean": 700, "unit": "kgCO2e"}}}}})
    )


@pytest.mark.parametrize("whole", ["0.1", "0.59", "5"])
def test_a_sum_that_is_not_that_of_its_modules_is_refused(whole: str) -> None:
    text = (DATA / "steel-section.process.xml").read_text(encoding="utf-8")
    text = text.replace('epd:module="C1">5<', f'epd:module="A1-A3">{whole}<')
    document = parse_documents(text.encode(), name="a.xml", folder=DATA)[0]
    assert check_document(document, as_of=AS_OF).failed


@pytest.mark.parametrize("kind", ["generic dataset", "representative dataset", "template dataset"])
def test_a_generic_declaration_meets_nothing(kind: str) -> None:
    text = (DATA / "steel-section.process.xml").read_text(encoding="utf-8")
    for module, value in (("A1", "0.3"), ("A2", "0.1"), ("A3", "0.2")):
        text = text.replace(f'"{module}">{value}<', f'"{module}">0.001<')
    document = parse_documents(text.replace("specific dataset", kind).encode(), name="a.xml", folder=DATA)[0]
    assert met(document) == set()


COMPANIES = "Company,Year,{}\nExample Motors,2024,5\n"


@pytest.mark.parametrize(
    "header",
    [
        "Scope 1 target 2030 (tCO2e)",
        "Scope 1 intensity (tCO2e)",
        "Scope 1-3 (tCO2e)",
        "Scope 1+2+3 (tCO2e)",
        "Scope 3 category 11 (tCO2e)",
        "Scope 3 upstream (tCO2e)",
        "Scope 1 reduction % (tCO2e)",
        "范围一 目标 (tCO2e)",
        "范围三 类别1 (tCO2e)",
        "范围1强度 (tCO2e)",
    ],
)
def test_what_is_no_scope_is_not_read_as_one(header: str) -> None:
    data = f"Company,Year,Scope 2 (tCO2e),{header}\nExample Motors,2024,7,5\n"
    (document,) = parse_documents(data.encode(), name="a.csv")
    assert isinstance(document, ReadDocument)
    assert document.value["emissions"] == [{"scope": "scope_2", "year": 2024, "value": 7, "unit": "tCO2e"}]
    assert any(header in each.told.en for each in document.reading.open), "what is passed over is told"
    with pytest.raises(DocumentError):
        parse_documents(COMPANIES.format(header).encode(), name="a.csv")


@pytest.mark.parametrize(
    ("header", "scope", "accounting"),
    [
        ("Scope 2 (location-based) (tCO2e)", "scope_2", "location_based"),
        ("Scope 2 market-based emissions (tCO2e)", "scope_2", "market_based"),
        ("范围二（基于市场）（tCO2e）", "scope_2", "market_based"),
        ("Scope 1 and 2 (tCO2e)", "scope_1_2", None),
        ("Gross scope 1 (tCO2e)", None, None),
        ("scope_1 GHG emissions (tCO2e)", "scope_1", None),
    ],
)
def test_scopes_in_the_words_of_tables(header: str, scope: str | None, accounting: str | None) -> None:
    if scope is None:
        with pytest.raises(DocumentError):
            parse_documents(COMPANIES.format(header).encode(), name="a.csv")
        return
    (document,) = parse_documents(COMPANIES.format(header).encode(), name="a.csv")
    expected: dict[str, Any] = {"scope": scope, "year": 2024, "value": 5, "unit": "tCO2e"}
    assert document.value["emissions"] == [expected | ({"accounting": accounting} if accounting else {})]
