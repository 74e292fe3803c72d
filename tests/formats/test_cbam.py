"""The CBAM communication template, and workbooks that cannot be read."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from running import Command
from samples import sample

from cati_rules.documents import value_at
from cati_rules.errors import DocumentError
from cati_rules.formats.opening import parse_documents, read_documents
from cati_rules.formats.reading import ReadDocument

HEADERS = {
    "D": "Production process from which the products arise", "E": "Type of aggregated good or precursor", "F": "CN Codes",
    "G": "CN Name", "H": "Product name \n(used for communication)", "I": "SEE (direct)", "J": "SEE (indirect)",
    "K": "SEE (total)", "L": "Unit", "M": "Share of emissions by default value",
    "Q": "The main reducing agent of the precursor, if known", "S": "% Mn", "T": "% Cr", "U": "% Ni", "V": "% other alloys",
    "X": "t scrap per t steel", "Z": "% pre-consumer scrap", "AA": "t scrap per t aluminium",
}  # fmt: skip
COIL: dict[str, Any] = {
    "E": "Iron or steel products", "F": "7208 36 00", "G": "Flat-rolled products", "H": "Hot-rolled coil", "I": 1.795, "J": 0.105,
    "K": 1.9, "L": "tCO2e/t", "M": 0.05, "Q": "Hydrogen", "S": 0.012, "T": 0.003, "U": 0.001, "V": 0, "X": 0.25, "Z": 0.4,
}  # fmt: skip
INGOT: dict[str, Any] = {
    "E": "Unwrought aluminium", "F": "76012020", "H": "Billet 6060", "I": 5.1, "J": 1.9, "K": 7, "L": "tCO2e/t", "M": 0, "AA": 1.08,
}  # fmt: skip
CEMENT: dict[str, Any] = {"F": "2523 29 00", "H": "Cement", "I": 0.6, "J": 0.1, "K": 0.7, "L": "tCO2e/t"}


def template(*rows: dict[str, Any], headers: dict[str, str] = HEADERS, formulas: bool = False) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("Summary_Communication")
    sheet.write("D12", "Name of the installation (English name):")
    sheet.write("E12", "Example works")
    for column, text in headers.items():
        sheet.write(f"{column}25", text)
    for i, row in enumerate(rows):
        for column, value in row.items():
            if formulas:
                sheet.write_formula(f"{column}{26 + i}", "=1+1", None, "")
            else:
                sheet.write(f"{column}{26 + i}", value)
    book.close()
    return file.getvalue()


def read(data: bytes) -> tuple[ReadDocument, ...]:
    return tuple(each for each in parse_documents(data, name="cbam.xlsx") if isinstance(each, ReadDocument))


def refused(data: bytes, name: str = "cbam.xlsx") -> str:
    with pytest.raises(DocumentError) as caught:
        parse_documents(data, name=name)
    (problem,) = caught.value.problems
    assert problem.line("zh")
    assert problem.advice is not None
    return problem.code


def test_rows_are_products() -> None:
    coil, ingot = read(template(COIL, CEMENT, INGOT))
    assert coil.value == {
        "kind": "product",
        "name": "Hot-rolled coil",
        "producer": "Example works",
        "material": "steel",
        "stage": "hot_rolled",
        "cbam": {
            "unit": "tCO2e/t",
            "embedded": {
                "direct": Decimal("1.795"),
                "indirect": Decimal("0.105"),
                "total": Decimal("1.9"),
                "default_share": Decimal("0.05"),
            },
        },
        "scrap": {"secondary_per_tonne": Decimal("0.25")},
        "steel": {"alloy_share": Decimal("0.016"), "route": "h2_dri_eaf"},
    }
    assert coil.name == "cbam.xlsx!Summary_Communication!26"
    assert str(coil.place(("cbam", "embedded", "indirect"))) == "cbam.xlsx!Summary_Communication!J26"
    assert "scrap.pre_consumer_share" in [each.path for each in coil.reading.open]
    assert ingot.value["material"] == "aluminium"
    assert ingot.value["scrap"] == {"secondary_per_tonne": Decimal("1.08")}
    assert "stage" not in ingot.value


@pytest.mark.parametrize(
    ("changes", "path", "value"),
    [
        (
            {"S": 0.3},
            "steel.alloy_share",
            None,
        ),  # 30 % manganese in steel that is not alloyed: meant is per cent
        ({"S": 0.3, "F": "7225 30 00"}, "steel.alloy_share", Decimal("0.304")),  # in alloyed steel it may be
        ({"S": 0.5, "F": "7225 30 00"}, "steel.alloy_share", None),  # iron predominates in any steel
        ({"Q": "Coal or coke"}, "steel.route", None),  # a blast furnace, or direct reduction
        ({"Q": "Natural gas"}, "steel.route", "gas_dri_eaf"),
        ({"L": "tCO2e/MWh"}, "cbam", None),
        ({"L": None}, "cbam", None),
        ({"M": 5}, "cbam.embedded.default_share", None),
        ({"V": None}, "steel.alloy_share", None),
        ({"T": 1.6}, "steel.alloy_share", None),  # 1.6 %, or 160 %
        ({"K": "n.a."}, "cbam.embedded.total", None),
        ({"F": 72083600}, "stage", "hot_rolled"),
        ({"F": "7207 11 11", "E": "Crude steel"}, "stage", "crude_steel"),
        ({"X": 0}, "scrap.secondary_per_tonne", Decimal(0)),
        ({"X": None}, "scrap", None),
    ],
)
def test_what_is_not_certain_is_left_open(changes: dict[str, Any], path: str, value: object) -> None:
    row = {column: each for column, each in {**COIL, **changes}.items() if each is not None}
    (coil,) = read(template(row))
    assert value_at(coil.value, path.split(".")) == value


def test_headers_in_another_language_are_told() -> None:
    (coil,) = read(template(COIL, headers=dict.fromkeys(HEADERS, "x")))
    assert value_at(coil.value, ("cbam", "embedded", "total")) == Decimal("1.9")
    assert any("not in English" in each.told.en for each in coil.reading.open)


def test_formulas_without_values_are_told_and_never_zero() -> None:
    file = io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(template(COIL)))
    book["Summary_Communication"]["K26"] = "=I26+J26"
    book.save(file)
    assert refused(file.getvalue()) == "import/no-values"


def test_what_is_not_filled_in_or_of_no_metal_is_told() -> None:
    assert refused(template()) == "import/not-filled"
    with pytest.raises(DocumentError) as caught:
        read(template(CEMENT, {**COIL, "F": "7201 10 11"}))
    assert caught.value.problems[0].code == "import/not-metal"


def test_the_real_template_is_not_filled_in(command: Command) -> None:
    ran = command("check", sample("13_cbam_communication_template_20241213.xlsx"), "--lang", "zh")
    assert ran.code == 3
    assert "尚未填写" in ran.out


@pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl leaves out what it does not know
def test_the_real_template_filled_in(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(sample("13_cbam_communication_template_20241213.xlsx"))
    sheet = book["Summary_Communication"]
    for row in sheet.iter_rows(min_row=26, max_row=127):
        for cell in row:
            if not isinstance(cell, openpyxl.cell.cell.MergedCell):
                cell.value = None
    for column, value in COIL.items():
        sheet[f"{column}26"] = value
    path = tmp_path / "filled.xlsx"
    book.save(path)
    (coil,) = read_documents(path)
    assert value_at(coil.value, ("cbam", "embedded", "total")) == Decimal("1.9")
    assert value_at(coil.value, ("steel", "alloy_share")) == Decimal("0.016")
    assert value_at(coil.value, ("name",)) == "Hot-rolled coil"


def repacked(data: bytes, **members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each not in members:
                new.writestr(each, old.read(each))
        for name, content in members.items():
            new.writestr(name, content)
    return file.getvalue()


def test_workbooks_that_cannot_be_read_are_told_why() -> None:
    data = template(COIL)
    assert refused(repacked(data, **{"xl/vbaProject.bin": b"x"})) == "import/macros"
    assert refused(repacked(data, **{"xl/media/a.png": bytes(200 * 1024 * 1024)})) == "import/too-large"
    far = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    assert refused(repacked(data, **{"xl/worksheets/sheet1.xml": far})) == "import/too-large"
    broken = bytearray(data)
    at = data.index(b"xl/worksheets/sheet1.xml") + 40
    broken[at : at + 40] = bytes(40)
    assert refused(bytes(broken)) == "import/corrupt"
    assert refused(repacked(data, **{"xl/workbook.xml": b"<workbook"})) == "import/corrupt"
