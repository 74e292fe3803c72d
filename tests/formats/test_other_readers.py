"""Readers of others agree on what files say: for declarations, and for facts of reports. They skip where not installed."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from samples import DATA, sample

from cati_rules.documents import Document, value_at
from cati_rules.formats.opening import read_documents

EPDS = [
    (
        "01_ilcd_epd_steel_wire_rod_EPDITALY0091.process.xml",
        "02_ilcd_epd_steel_wire_rod_EPDITALY0091.flow.xml",
    ),
    ("steel-section.process.xml", "steel-section.flow.xml"),
]


def file(name: str) -> Path:
    return DATA / name if (DATA / name).exists() else sample(name)


def other(module: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(module)


def archive(*names: str) -> io.BytesIO:
    """Return data sets as the archive that ILCD tools exchange."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("ILCD/", "")
        for name in names:
            data = file(name).read_bytes()
            found = re.search(rb"<(?:\w+:)?UUID>([^<]+)<", data)
            assert found is not None
            folder = "processes" if ".process." in name else "flows"
            packed.writestr(f"ILCD/{folder}/{found[1].decode()}.xml", data)
    held.seek(0)
    return held


@pytest.mark.parametrize(("process", "flow"), EPDS, ids=["wire rod", "section"])
def test_ilcdlib_agrees_on_declarations(process: str, flow: str) -> None:
    reader, medium = other("ilcdlib.epd.reader"), other("ilcdlib.medium.archive")
    found = re.search(rb"<(?:\w+:)?UUID>([^<]+)<", file(process).read_bytes())
    assert found is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = reader.IlcdEpdReader(found[1].decode(), None, medium.ZipIlcdReader(archive(process, flow)))
        mass = theirs.get_product_flow_properties()["mass"]
        until = theirs.get_validity_ends_date().isoformat()
    (ours,) = read_documents(file(process))
    assert mass.unit == "kg"
    declared = {Decimal(str(each)) for each in (mass.mean, theirs.get_declared_unit().qty)}
    assert value_at(ours.value, ("declaration", "declared_unit_kg")) in declared
    assert value_at(ours.value, ("validity", "until")) == until


def test_ilcdlib_agrees_on_every_module_of_the_wire_rod() -> None:
    reader, medium = other("ilcdlib.epd.reader"), other("ilcdlib.medium.archive")
    process, flow = EPDS[0]
    found = re.search(rb"<(?:\w+:)?UUID>([^<]+)<", file(process).read_bytes())
    assert found is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = reader.IlcdEpdReader(found[1].decode(), None, medium.ZipIlcdReader(archive(process, flow)))
        warming = next(
            iter(theirs.get_lcia_results_reader().to_openepd_impacts({}, "EF 3.0").root.values())
        ).gwp
        secondary = theirs.get_resource_uses({}).sm
    (ours,) = read_documents(file(process))
    for module in ("A1", "A2", "A3", "D"):
        measured = getattr(warming, module)
        assert measured.unit == "kgCO2e"
        own: Any = value_at(ours.value, ("footprint", "modules", module.lower()))
        assert own == Decimal(str(measured.mean))
    whole = sum(Decimal(str(getattr(secondary, each).mean)) for each in ("A1", "A2", "A3"))
    per_tonne: Any = value_at(ours.value, ("scrap", "secondary_per_tonne"))
    assert per_tonne * 1000 == whole


CONCEPTS = {
    "scope_1": "GrossScope1GreenhouseGasEmissions",
    "location_based": "GrossLocationBasedScope2GreenhouseGasEmissions",
    "market_based": "GrossMarketBasedScope2GreenhouseGasEmissions",
    "scope_3": "GrossScope3GreenhouseGasEmissions",
}


@pytest.mark.parametrize("name", ["14_esrs_e1_illustrative_efrag_2026.xhtml", "esrs-e1.xhtml"])
def test_ixbrlparse_agrees_on_facts(name: str) -> None:
    """Each emission that we read is a fact that it reads, of that concept and year; totals have no further dimension."""
    parser = other("ixbrlparse")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = parser.IXBRL.open(str(file(name)), raise_on_error=False)
    facts = {
        (each.name, str(each.context.startdate)[:4], len(each.context.segments)): [] for each in read.numeric
    }  # type: dict[tuple[str, str, int], list[Decimal]]
    for each in read.numeric:
        if each.value is not None:
            key = (each.name, str(each.context.startdate)[:4], len(each.context.segments))
            facts[key].append(Decimal(str(each.value)))
    (document,) = read_documents(file(name))
    totals = 0
    for entry in emissions(document):
        concept = CONCEPTS[entry.get("accounting", entry["scope"])]
        is_total = entry.get("category", "total") == "total"
        found = [
            value
            for (known, year, dimensions), values in facts.items()
            if known == concept and year == str(entry["year"]) and (dimensions <= 1)
            for value in values
        ]
        assert entry["value"] in found, entry
        totals += is_total
    assert totals >= 2


def emissions(document: Document) -> list[dict[str, Any]]:
    found: Any = document.value["emissions"]
    return list(found)
