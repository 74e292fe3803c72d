"""Tables of company figures, and tables of a house's own with a mapping."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from running import Command
from samples import DATA, sample

from cati_rules.documents import parse_document
from cati_rules.errors import DocumentError
from cati_rules.formats.mapping import load_mapping, mapping_yaml, read_mapped
from cati_rules.formats.opening import parse_documents, read_documents
from cati_rules.formats.rows import read_table
from cati_rules.formats.source import Source


def test_a_table_whose_headers_say_it_all_is_read() -> None:
    first, second = read_documents(DATA / "companies.csv")
    assert first.value == {
        "kind": "disclosure",
        "company": {"name": "示例汽车"},
        "reporting_year": Decimal(2024),
        "emissions": [
            {"scope": "scope_1", "year": 2024, "value": Decimal("1200.5"), "unit": "tCO2e"},
            {"scope": "scope_2", "year": 2024, "value": 800, "unit": "tCO2e"},
            {"scope": "scope_3", "category": "total", "year": 2024, "value": 56, "unit": "ktCO2e"},
        ],
    }
    assert {each.how.en for each in first.reading.taken if each.how} == {"As the headers say."}  # type: ignore[attr-defined]
    # What is empty is not stated, and the entries that are left stand one after the other.
    assert second.value["emissions"] == [{"scope": "scope_1", "year": 2024, "value": 300, "unit": "tCO2e"}]
    assert first.place(("emissions", 0, "value")).line == 2
    assert first.name.endswith("companies.csv!2")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_of_spreadsheets(encoding: str, delimiter: str) -> None:
    text = (DATA / "companies.csv").read_text(encoding="utf-8").replace(",", delimiter)
    documents = parse_documents(text.encode(encoding), name="a.csv")
    assert [each.value["company"] for each in documents] == [{"name": "示例汽车"}, {"name": "另一公司"}]


def test_the_same_table_as_a_workbook() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["碳排放数据"])
    for line in (DATA / "companies.csv").read_text(encoding="utf-8").splitlines():
        sheet.append([float(each) if each.replace(".", "").isdigit() else each for each in line.split(",")])
    file = io.BytesIO()
    book.save(file)
    first, _ = parse_documents(file.getvalue(), name="a.xlsx")
    assert first.value["emissions"] == read_documents(DATA / "companies.csv")[0].value["emissions"]
    assert str(first.place(("emissions", 0, "value"))) == "a.xlsx!Sheet!C3"


def test_what_the_headers_do_not_say_is_asked(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("company,scope 1,scope 3\nA,1200,3400\n", encoding="utf-8")
    ran = command("check", path, "--lang", "en")
    assert ran.code == 3
    assert "does not say reporting_year, unit, year" in ran.out.replace("\n", " ")
    mapping = tmp_path / "map.yaml"
    assert command("import", path, "--suggest-map", "--output", mapping).code == 0
    assert command("import", path, "--map", mapping, "--lang", "zh").code == 3  # still marked ?
    text = mapping.read_text(encoding="utf-8")
    for field, year in (
        ("reporting_year", "2023"),
        ("emissions[0].year", "2023"),
        ("emissions[1].year", "2023"),
    ):
        text = text.replace(f'"{field}": {{value: "?"}}', f'"{field}": {{value: {year}}}')
    mapping.write_text(text.replace('{value: "?"}', '{value: "tCO2e"}'), encoding="utf-8")
    ran = command("import", path, "--map", mapping)
    assert ran.code == 0, ran.text
    value = parse_document(ran.out.encode(), name="a.yaml").value
    assert value["emissions"] == [
        {"scope": "scope_1", "year": 2023, "value": 1200, "unit": "tCO2e"},
        {"scope": "scope_3", "category": "total", "year": 2023, "value": 3400, "unit": "tCO2e"},
    ]


def test_a_table_of_products_in_a_house_s_own_words(tmp_path: Path) -> None:
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        'kind: product\nfields:\n  name: {column: 品名}\n  material: {value: steel}\n  footprint.value: {column: "碳足迹"}\n'
        "  footprint.unit: {value: kgCO2e/t}\n  scrap.share: {column: 废钢比, times: 0.01}\n",
        encoding="utf-8",
    )
    source = Source("a.csv", "品名,碳足迹,废钢比\n热卷,１８５０,25\n冷卷,约 2000,\n".encode())
    first, second = read_mapped(source, load_mapping(mapping))
    assert first.value() == {
        "kind": "product", "name": "热卷", "material": "steel",
        "footprint": {"value": 1850, "unit": "kgCO2e/t"}, "scrap": {"share": Decimal("0.25")},
    }  # fmt: skip
    assert second.value()["footprint"] == {
        "value": "约 2000",
        "unit": "kgCO2e/t",
    }  # the schema says what is wrong
    assert "scrap" not in second.value()
    assert [each.path for each in second.open] == ["scrap.share"]


@pytest.mark.parametrize(
    "text",
    [
        "kind: product\n", "kind: car\nfields: {}\n", "kind: product\nfields: {nonsense: {column: a}}\n",
        "kind: product\nfields: {name: a}\n", "kind: product\nfields: {name: {column: a, value: b}}\n",
        "kind: product\nfields: {name: {}}\n", "kind: product\nfields: {name: {column: 5}}\n", "kind: product\nfields: {'a..b': {column: a}}\n",
        "kind: product\nfields: {name: {column: nowhere}}\n",
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_told(text: str, command: Command, tmp_path: Path) -> None:
    mapping, table = tmp_path / "map.yaml", tmp_path / "a.csv"
    mapping.write_text(text, encoding="utf-8")
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    ran = command("import", table, "--map", mapping, "--lang", "zh")
    assert ran.code == 3
    assert ran.err.startswith(str(tmp_path))


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(DocumentError):
        read_table(Source("a.csv", b"a,b,a\n1,2,3\n"))


def test_a_proposal_can_be_used_as_it_is_where_nothing_is_open(tmp_path: Path) -> None:
    table = read_table(Source("a.csv", (DATA / "companies.csv").read_bytes()))
    path = tmp_path / "map.yaml"
    path.write_text(mapping_yaml(table), encoding="utf-8")
    readings = read_mapped(Source("a.csv", (DATA / "companies.csv").read_bytes()), load_mapping(path))
    assert [each.value() for each in readings] == [
        each.value for each in read_documents(DATA / "companies.csv")
    ]


def test_the_real_table_of_companies(tmp_path: Path) -> None:
    path = sample("15_klimatkollen_company_scope123.json")
    with pytest.raises(DocumentError):
        read_documents(path)
    text = mapping_yaml(read_table(Source(str(path), path.read_bytes())))
    for field in ("reporting_year", "emissions[0].year", "emissions[1].year"):
        text = text.replace(f'"{field}": {{value: "?"}}', f'"{field}": {{value: 2023}}')
    mapping = tmp_path / "map.yaml"
    mapping.write_text(text.replace('{value: "?"}', '{value: "tCO2e"}'), encoding="utf-8")
    readings = read_mapped(Source(str(path), path.read_bytes()), load_mapping(mapping))
    assert len(readings) == len(json.loads(path.read_text(encoding="utf-8")))
    found: dict[str, Any] = {}
    for each in readings:
        value = each.value()
        found[value["company"]["name"]] = {e["scope"]: e["value"] for e in value.get("emissions", ())}
    assert found["Volvo Cars"] == {"scope_1_2": 80_000, "scope_3": 42_979_000}
    assert found["SSAB"] == {"scope_1_2": 11_072_000, "scope_3": 11_352_000}
    assert found["Alleima"] == {"scope_1_2": 96_000}


def test_files_that_are_read_are_no_others(command: Command, tmp_path: Path) -> None:
    (tmp_path / "notes.xml").write_text("<notes/>", encoding="utf-8")
    epd = DATA / "steel-section.process.xml"
    ran = command("check", epd, tmp_path / "notes.xml", "--skip-others", "--lang", "en", "--quiet")
    assert ran.code == 0
    assert "notes.xml" in ran.err
    assert "steel-section" not in ran.err
    assert "Structural section" in ran.out
