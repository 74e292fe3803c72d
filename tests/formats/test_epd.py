"""EPDs in ILCD format: values, places, what is open, and what is refused."""

from __future__ import annotations

import io
import shutil
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from running import Command
from samples import DATA, sample

from cati_rules.documents import Document, value_at
from cati_rules.errors import DocumentError
from cati_rules.formats.opening import parse_documents, read_documents
from cati_rules.formats.reading import ReadDocument

PROCESS, FLOW = "steel-section.process.xml", "steel-section.flow.xml"


def read(path: Path) -> ReadDocument:
    (document,) = read_documents(path)
    assert isinstance(document, ReadDocument)
    return document


def at(document: Document, path: str) -> Any:
    return value_at(document.value, path.split("."))


def changed(*replacements: tuple[str, str]) -> bytes:
    text = (DATA / PROCESS).read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def parsed(data: bytes, folder: Path | None = DATA, material: str | None = None) -> ReadDocument:
    (document,) = parse_documents(data, name="a.xml", folder=folder, material=material)
    assert isinstance(document, ReadDocument)
    return document


def test_values_of_our_sample() -> None:
    document = read(DATA / PROCESS)
    # Two reference flows of 0.25 kg: 0.6 kg CO2e and 0.55 kg of secondary material on half a kilogram.
    assert document.value == {
        "kind": "product",
        "name": "Structural section",
        "producer": "Example Steel",
        "material": "steel",
        "footprint": {
            "unit": "kgCO2e/kg",
            "value": Decimal("1.2"),
            "boundary": "cradle_to_gate",
            "modules": {
                "a1": Decimal("0.6"),
                "a2": Decimal("0.2"),
                "a3": Decimal("0.4"),
                "d": Decimal("-0.1"),
            },
            "year": Decimal(2024),
            "verification": "third_party",
        },
        "scrap": {"secondary_per_tonne": Decimal("1.1")},
        "validity": {"until": "2029-01-01"},
        "data_type": "specific",
        "declaration": {"number": "TEST-1", "declared_unit": "piece", "declared_unit_kg": Decimal("0.5")},
    }


def test_places_are_those_of_the_file() -> None:
    document = read(DATA / PROCESS)
    lines = (DATA / PROCESS).read_text(encoding="utf-8").splitlines()
    place = document.place(("footprint", "modules", "a2"))
    assert str(place) == f"{DATA / PROCESS}#/processDataSet/LCIAResults/LCIAResult[2]/other/amount[2]"
    assert place.line is not None
    assert lines[place.line - 1][place.column - 1 :].startswith('<epd:amount epd:module="A2">')  # type: ignore[operator]
    assert (
        document.place(("declaration", "declared_unit_kg")).within
        == f"!{FLOW}#/flowDataSet/flowProperties/flowProperty[1]"
    )
    assert document.known_steps(("footprint", "chain_of_custody")) == 1


def test_without_the_flow_no_figure_is_taken(tmp_path: Path) -> None:
    shutil.copy(DATA / PROCESS, tmp_path)
    document = read(tmp_path / PROCESS)
    assert "footprint" not in document.value
    assert "scrap" not in document.value
    assert "declaration.declared_unit_kg" in [each.path for each in document.reading.open]


def test_the_flow_of_another_product_is_not_taken(tmp_path: Path) -> None:
    shutil.copy(DATA / PROCESS, tmp_path)
    text = (DATA / FLOW).read_text(encoding="utf-8")
    (tmp_path / FLOW).write_text(
        text.replace("000000000003</common:UUID>", "000000000004</common:UUID>")
        + "<!-- 00000000-0000-4000-8000-000000000003 -->",
        encoding="utf-8",
    )
    assert "footprint" not in read(tmp_path / PROCESS).value


def test_an_unpacked_archive_has_the_flow_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "processes").mkdir()
    (tmp_path / "flows").mkdir()
    shutil.copy(DATA / PROCESS, tmp_path / "processes" / "a.xml")
    shutil.copy(DATA / FLOW, tmp_path / "flows" / "00000000-0000-4000-8000-000000000003.xml")
    assert at(read(tmp_path / "processes" / "a.xml"), "footprint.value") == Decimal("1.2")


def archive(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name.replace("__", "/") + ".xml", data)
    return made.getvalue()


def test_an_archive_is_read_with_its_flows() -> None:
    data = archive(
        ILCD__processes__a=(DATA / PROCESS).read_bytes(), ILCD__flows__b=(DATA / FLOW).read_bytes()
    )
    (document,) = parse_documents(data, name="epd.zip")
    assert at(document, "footprint.value") == Decimal("1.2")
    assert document.name == "epd.zip"
    assert document.place(("name",)).within.startswith("!ILCD/processes/a.xml#/processDataSet/")


def test_an_archive_of_two_has_two_documents() -> None:
    process = (DATA / PROCESS).read_bytes()
    documents = parse_documents(
        archive(processes__a=process, processes__b=process, flows__c=(DATA / FLOW).read_bytes()),
        name="epd.zip",
    )
    assert [each.name for each in documents] == ["epd.zip!processes/a.xml", "epd.zip!processes/b.xml"]


@pytest.mark.parametrize(
    ("replacements", "path", "value"),
    [
        # A module that is no number, negative or there twice is not taken, and then there is no sum.
        ([('"A2">0.1<', '"A2">MND<')], "footprint.value", None),
        ([('"A2">0.1<', '"A2">-0.1<')], "footprint.value", None),
        ([('"A2">0.1<', '"A1">0.1<')], "footprint.value", None),
        ([('"A2">0.1<', '"A2"><')], "footprint.value", None),
        ([('"A2">0.1<', '"A2">0,1<')], "footprint.value", None),
        # Another unit than kg CO2e is none that can be compared.
        ([("1ebf3012-d0db-4de2-aefd-ef30cedb0be1", "1ebf3012-d0db-4de2-aefd-ef30cedb0be2")], "footprint", None),
        # Indicators are known by identifier: without it, the one with the right name is not taken.
        ([("a7ea142a-9749-11ed-a8fc-0242ac120002", "a7ea142a-9749-11ed-a8fc-0242ac120003")], "footprint", None),
        ([("a7ea142a-9749-11ed-a8fc-0242ac120002", "77e416eb-a363-4258-a04e-171d843a6460")], "footprint.value", Decimal("1.2")),
        ([("<meanAmount>2<", "<meanAmount>0<")], "footprint", None),
        ([("Independent external review", "Dependent internal review")], "footprint.verification", "self_declared"),
        ([("Independent external review", "Review")], "footprint.verification", None),
        ([("specific dataset", "generic dataset")], "data_type", "generic"),
        ([("specific dataset", "template dataset")], "data_type", "generic"),
        ([("specific dataset", "average dataset")], "producer", None),
        ([("specific dataset", "something")], "data_type", None),
        ([(">2029<", ">soon<")], "validity", None),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_left_open(
    replacements: list[tuple[str, str]], path: str, value: object
) -> None:
    assert at(parsed(changed(*replacements)), path) == value


@pytest.mark.parametrize(
    ("published", "until"),
    [
        (None, "2029-01-01"),  # it may end on any day of the year
        ("2024-03-15", "2029-03-15"),
        ("2024-02-29", "2029-02-28"),
        ("2031-01-01", "2029-01-01"),
        ("soon", "2029-01-01"),
    ],
)
def test_the_day_on_which_a_year_ends_is_on_the_safe_side(published: str | None, until: str) -> None:
    said = (
        ""
        if published is None
        else f"<common:other><epd2:publicationDateOfEPD xmlns:epd2='http://www.indata.network/EPD/2019'>{published}</epd2:publicationDateOfEPD></common:other>"
    )
    found = "<common:dataSetValidUntil>2029</common:dataSetValidUntil>"
    assert at(parsed(changed((found, found + said))), "validity.until") == until


def test_several_scenarios_of_module_d_are_none() -> None:
    document = parsed(changed(('<epd:amount epd:module="C1">5<', '<epd:amount epd:module="D">-0.2<')))
    assert "d" not in at(document, "footprint.modules")


@pytest.mark.parametrize(
    ("name", "metal"),
    [
        ("Stahlprofil", "steel"),
        ("热轧钢卷", "steel"),
        ("铝型材", "aluminium"),
        ("Laminé en acier", "steel"),
        ("Aluminium-clad steel", None),
        ("Stahlbetonfertigteil", None),
        ("Metal sheet", None),
    ],
)
def test_the_metal_is_taken_only_where_the_name_leaves_one(name: str, metal: str | None) -> None:
    data = changed(("Stahlprofil", name), ("Structural section", "x"))
    assert at(parsed(data), "material") == metal
    assert at(parsed(data, material="aluminium"), "material") == "aluminium"


@pytest.mark.parametrize("name", ["Gypsum plasterboard", "Parquet floor", "Gipskartonplatte", "实木地板"])
def test_what_no_definition_is_for_is_told(name: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parsed(changed(("Stahlprofil", name), ("Structural section", name), (">Metals<", ">Building<")))
    (problem,) = caught.value.problems
    assert problem.code == "import/not-metal"
    assert name in problem.line("zh")


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>',
    ],
)
def test_entities_and_other_files_are_never_resolved(prolog: str) -> None:
    data = changed(("<processDataSet", prolog + "\n<processDataSet"))
    with pytest.raises(DocumentError) as caught:
        parsed(data)
    (problem,) = caught.value.problems
    assert problem.code == "import/xml-entities"
    assert problem.place.line == 2


def test_broken_xml_is_told_with_its_line() -> None:
    with pytest.raises(DocumentError) as caught:
        parsed(changed(("</name>", "")))
    assert caught.value.problems[0].place.line == 11  # </dataSetInformation>


def test_an_archive_that_grows_beyond_measure_is_refused() -> None:
    process = (DATA / PROCESS).read_bytes()
    data = archive(processes__a=process, processes__b=b" " * (70 * 1024 * 1024))
    assert len(data) < 200_000
    with pytest.raises(DocumentError) as caught:
        parse_documents(data, name="a.zip")
    assert caught.value.problems[0].code == "import/too-large"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("01_ilcd_epd_steel_wire_rod_EPDITALY0091.process.xml", {
            "material": "steel", "producer": "FERRIERE NORD S.p.A.", "data_type": "specific",
            "footprint.value": Decimal("686.6"), "footprint.unit": "kgCO2e/t", "footprint.modules.a1": Decimal("539.5"),
            "footprint.modules.a2": Decimal("40.4"), "footprint.modules.a3": Decimal("106.7"),
            "footprint.modules.d": Decimal("-716.5"), "footprint.modules.a1_a3": None,
            "footprint.boundary": "cradle_to_gate", "footprint.verification": "third_party",
            "scrap.secondary_per_tonne": Decimal("0.786"), "scrap.share": None, "stage": None,
            "validity.until": "2025-01-16", "declaration.number": "EPDITALY0091", "declaration.operator": "EPDItaly",
            "declaration.declared_unit_kg": Decimal(1000),
        }),
        ("03_ilcd_epd_aluminium_profile_mill_finish.json", {
            "material": "aluminium", "footprint.value": Decimal("1.93153238620983"), "footprint.unit": "kgCO2e/kg",
            "footprint.modules.d": Decimal("-0.300629273288693"),
            "scrap.secondary_per_tonne": Decimal("1.23379066341686"), "validity.until": "2027-02-16",
            "data_type": "average", "declaration.number": "EPD-HFE-20220036-IBA1-DE",
        }),
        ("04_ilcd_epd_aluminium_profile_anodised_A1.json", {
            "material": "aluminium", "footprint.value": Decimal("10.68"), "footprint.unit": "kgCO2e/kg",
            "scrap.secondary_per_tonne": Decimal("0.24"), "validity.until": "2024-01-01", "data_type": "average",
        }),
        ("05_ilcd_epd_window_fitting_per_piece_generic.json", {
            "data_type": "generic", "declaration.declared_unit": "piece", "declaration.declared_unit_kg": Decimal("0.696"),
            # 5.75046217471126 / 0.696, to 28 digits
            "footprint.value": Decimal("8.262158296998936781609195402"), "producer": None, "validity.until": "2022-01-01",
        }),
    ],
)  # fmt: skip
def test_values_of_real_declarations(name: str, expected: dict[str, object]) -> None:
    document = read(sample(name))
    assert {path: at(document, path) for path in expected} == expected


def test_the_real_wire_rod_without_its_flow_has_no_figure(tmp_path: Path) -> None:
    shutil.copy(sample("01_ilcd_epd_steel_wire_rod_EPDITALY0091.process.xml"), tmp_path / "a.xml")
    assert "footprint" not in read(tmp_path / "a.xml").value


def test_a_flow_alone_is_told_to_be_a_part() -> None:
    with pytest.raises(DocumentError) as caught:
        read(sample("02_ilcd_epd_steel_wire_rod_EPDITALY0091.flow.xml"))
    assert caught.value.problems[0].code == "import/no-declaration"


def test_the_command_shows_the_reading_first(command: Command) -> None:
    ran = command("check", DATA / PROCESS, "--as-of", "2026-11-26", "--lang", "en")
    assert ran.code == 0
    told = " ".join(ran.out.split())  # lines break by the length of the file's name
    assert told.index("values taken") < told.index("Structural section")
    assert "0.3 + 0.1 + 0.2" in told
