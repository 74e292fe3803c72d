"""Footprints as messages: PACT, RMI's steel extension, Catena-X, openEPD, secondary material."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from samples import DATA, sample

from cati_rules.documents import Document, value_at
from cati_rules.errors import DocumentError
from cati_rules.formats.opening import parse_documents, read_documents
from cati_rules.formats.reading import ReadDocument


def load(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def parsed(data: Any) -> tuple[ReadDocument, ...]:
    found = parse_documents(json.dumps(data).encode(), name="a.json")
    return tuple(each for each in found if isinstance(each, ReadDocument))


def at(document: Document, path: str) -> Any:
    return value_at(document.value, path.split("."))


def values(document: Document, **expected: object) -> dict[str, Any]:
    return {path: at(document, path.replace("__", ".")) for path in expected}


def test_pact_3_is_per_declared_unit() -> None:
    coil, profile = read_documents(DATA / "pact-3.json")
    expected = {
        "material": "steel", "producer": "Example Steel", "name": "Hot-rolled steel coil",
        "footprint__value": Decimal("0.4105"), "footprint__unit": "kgCO2e/kg", "footprint__boundary": "cradle_to_gate",
        "footprint__year": Decimal(2025), "footprint__verification": "third_party", "primary_data_share": Decimal("0.825"),
        "validity__until": "2027-06-30", "declaration__declared_unit": "kg", "declaration__declared_unit_kg": Decimal(1000),
        "scrap": None, "stage": None,
    }  # fmt: skip
    assert values(coil, **expected) == expected
    expected = {
        "material": "aluminium", "footprint__value": Decimal(6), "footprint__year": None, "footprint__verification": None,
        "declaration__declared_unit": "piece", "validity__until": "2028-06-30",
    }  # fmt: skip
    assert values(profile, **expected) == expected
    assert [coil.name, profile.name] == [f"{DATA / 'pact-3.json'}#/data/0", f"{DATA / 'pact-3.json'}#/data/1"]
    assert str(coil.place(("footprint", "value"))).endswith(
        "pact-3.json#/data/0/pcf/pcfExcludingBiogenicUptake"
    )
    assert coil.place(("footprint", "value")).line == 17


def test_pact_2_with_the_steel_extension() -> None:
    (slab,) = read_documents(DATA / "pact-2-steel.json")
    assert isinstance(slab, ReadDocument)
    expected = {
        # Credits of 0.1 stand apart; where they are taken off already, the figure asked for is more.
        "material": "steel", "footprint__value": None, "footprint__at_least": Decimal("1.85"), "scrap__share": Decimal("0.215"),
        "footprint__year": Decimal(2024), "validity__until": "2027-12-31",
        # 0.5 may be a half or half of a hundredth.
        "scrap__post_consumer_share": None,
    }  # fmt: skip
    assert values(slab, **expected) == expected
    opened = [each.path for each in slab.reading.open]
    assert "scrap.post_consumer_share" in opened
    assert "footprint" in opened  # credits stand apart


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"unitaryProductAmount": "1000"}, None),  # per kilogram, or per tonne: asked
        ({"unitaryProductAmount": 1}, Decimal("1.85")),
        ({"unitaryProductAmount": "1000", "productMassPerDeclaredUnit": "1"}, Decimal("1.85")),
        ({"unitaryProductAmount": "1000", "productMassPerDeclaredUnit": "1000"}, None),
        ({"unitaryProductAmount": "0"}, None),
        ({"declaredUnit": "liter"}, None),
        ({"declaredUnit": "liter", "productMassPerDeclaredUnit": "0.5"}, Decimal("3.7")),
        ({"pCfExcludingBiogenic": "1,85"}, None),
        ({"pCfExcludingBiogenic": ""}, None),
        ({"pCfExcludingBiogenic": "-1"}, None),
        ({"pCfExcludingBiogenic": True}, None),
        ({"pCfExcludingBiogenic": "1e400"}, None),
    ],
)
def test_what_may_be_read_in_two_ways_is_not_taken(changes: dict[str, Any], value: Decimal | None) -> None:
    data = load("pact-2-steel.json")
    data["extensions"][0]["fullBoundaryFootprint"]["creditGhgEmissions"] = "0"
    data["pcf"].update(changes)
    (document,) = parsed(data)
    assert at(document, "footprint.value") == value
    assert ("footprint.value" in [each.path for each in document.reading.open]) == (value is None)


@pytest.mark.parametrize("weight", ["12000", "1", "999"])
def test_pact_3_whose_weights_differ_is_asked(weight: str) -> None:
    data = load("pact-3.json")
    data["data"][0]["pcf"]["productMassPerDeclaredUnit"] = weight
    assert at(parsed(data)[0], "footprint") is None


def test_a_withdrawn_footprint_is_refused() -> None:
    data = load("pact-3.json")
    data["data"][0]["status"] = "Deprecated"
    with pytest.raises(DocumentError) as caught:
        parsed(data)
    assert caught.value.problems[0].code == "import/deprecated"


@pytest.mark.parametrize("coverage", ["corporate level", "PCF system", ""])
def test_assurance_of_a_company_is_none_of_a_product(coverage: str) -> None:
    data = load("pact-3.json")
    data["data"][0]["pcf"]["verification"]["coverage"] = coverage
    assert at(parsed(data)[0], "footprint.verification") is None


def test_openepd() -> None:
    (bar,) = read_documents(DATA / "openepd.json")
    expected = {
        "material": "steel", "producer": "Example Rebar", "footprint__value": Decimal("712.4"),
        "footprint__unit": "kgCO2e/t", "footprint__modules__d": Decimal(-12), "footprint__verification": "third_party",
        "scrap__secondary_per_tonne": Decimal("1.1"), "scrap__share": None, "validity__from": "2024-05-01",
        "validity__until": "2029-04-30", "declaration__operator": "Example Programme", "declaration__number": "EX-7",
        "data_type": "specific",
    }  # fmt: skip
    assert values(bar, **expected) == expected


def test_openepd_whose_methods_differ_is_asked() -> None:
    data = load("openepd.json")
    data["impacts"]["CML 2012"] = data["impacts"].pop("EF 3.0")
    (document,) = parsed(data)
    assert at(document, "footprint") is None
    data["impacts"]["CML 2012"] = data["impacts"]["TRACI 2.1"]
    assert at(parsed(data)[0], "footprint.value") == 700


def test_openepd_by_the_piece_needs_its_weight() -> None:
    data = load("openepd.json")
    data["declared_unit"] = {"qty": 2, "unit": "item"}
    assert at(parsed(data)[0], "footprint") is None
    data["kg_per_declared_unit"] = {"qty": 8, "unit": "kg"}
    (document,) = parsed(data)
    assert at(document, "footprint.value") == Decimal("89.05")
    assert at(document, "declaration.declared_unit") == "piece"


def test_secondary_material() -> None:
    (metal,) = read_documents(DATA / "catenax-material.json")
    expected = {
        "material": "steel", "name": "S355", "scrap__pre_consumer_share": Decimal("0.125"),
        "scrap__post_consumer_share": Decimal("0.25"), "footprint": None,
    }  # fmt: skip
    assert values(metal, **expected) == expected


def test_what_is_attributed_by_mass_balance_is_not_taken_for_content() -> None:
    data = load("catenax-material.json")
    content = data["secondaryMaterialContent"][0]["inorganic"]["secondaryInorganic"]
    content["postConsumer"]["mechanicalRecycling"]["isMassBalanced"] = True
    (document,) = parsed(data)
    assert at(document, "scrap.post_consumer_share") is None
    assert at(document, "scrap.pre_consumer_share") == Decimal("0.125")


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("10_catenax_pcf_9.0.0_nested.json", Decimal("6.359649122807017543859649123"), None),  # 2.9 / 0.456
        ("11_catenax_pcf_7.0.0_flat.json", Decimal("4.385964912280701754385964912"), None),  # 2 / 0.456
    ],
)
def test_real_catena_x_messages(name: str, value: Decimal, unit: None) -> None:
    path = sample(name)
    with pytest.raises(DocumentError) as caught:
        read_documents(path)
    assert "Ethanol" in caught.value.problems[0].line("en")
    text = path.read_text(encoding="utf-8").replace("Ethanol, 95% solution", "steel coil")
    (document,) = parse_documents(text.encode(), name="a.json")
    expected = {
        "material": "steel", "producer": "My Corp", "footprint__value": value, "footprint__boundary": "cradle_to_gate",
        "footprint__year": Decimal(2022), "primary_data_share": Decimal("0.5612"), "validity__until": "2022-12-31",
        "declaration__declared_unit_kg": Decimal("0.456"), "footprint__verification": None, "footprint__chain_of_custody": None,
    }  # fmt: skip
    assert values(document, **expected) == expected


def test_the_real_steel_extension_holds_no_values() -> None:
    (document,) = read_documents(sample("09_rmi_steel_pact_extension_sample.json"))
    assert document.value == {"kind": "product", "material": "steel"}


def test_real_secondary_material_of_a_polymer_is_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        read_documents(sample("12_catenax_secondary_material_content.json"))
    assert "PP-TD10" in caught.value.problems[0].line("zh")
    text = sample("12_catenax_secondary_material_content.json").read_text(encoding="utf-8")
    (document,) = parse_documents(text.replace('"5.1"', '"2.1.2"').encode(), name="a.json")
    assert document.value["material"] == "aluminium"
    assert "scrap" not in document.value  # all of it is mass-balanced
