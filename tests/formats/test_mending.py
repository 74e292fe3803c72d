"""What to mend, written beside the cells in a copy of the workbook that was checked."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from running import Command

from cati_rules.formats.mending import Remark, marked
from cati_rules.formats.source import Source
from cati_rules.formats.template_workbook import workbook
from cati_rules.text import Text

ERROR = Text("error", "错误")


def column(sheet: Worksheet, name: str) -> int:
    return next(cell.column for cell in sheet[2] if cell.value == name)


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A workbook in which a year and a unit are wrong, and a part is larger than its whole."""
    path = tmp_path / "披露.xlsx"
    path.write_bytes(workbook("disclosure", "zh"))
    book = openpyxl.load_workbook(path)
    book["企业气候信息披露"]["C3"] = "2024年"
    book["企业"]["C3"] = "示例汽车"
    sheet = book["温室气体排放量"]
    rows: list[dict[str, object]] = [
        {"scope": "范围一", "year": 2204, "value": 5, "unit": "吨CO2e"},
        {"scope": "范围 3", "category": "total", "year": 2024, "value": 10, "unit": "tCO2e"},
        {"scope": "scope_3", "category": "waste", "year": 2024, "value": 20, "unit": "公斤"},
    ]
    for row, values in enumerate(rows, 4):
        for name, value in values.items():
            sheet.cell(row, column(sheet, f"emissions[].{name}"), value)
    book.save(path)
    return path


def test_findings_stand_beside_the_cells_and_on_a_sheet_with_links(
    wrong: Path, tmp_path: Path, command: Command
) -> None:
    before, copy = wrong.read_bytes(), tmp_path / "copy.xlsx"
    ran = command("check", wrong, "--lang", "zh", "--mend", copy)
    assert ran.code == 3
    assert wrong.read_bytes() == before
    book = openpyxl.load_workbook(copy)
    sheet = book["温室气体排放量"]
    last = next(cell.column for cell in sheet[1] if cell.value == "需要修改")
    assert last == 1 + max(cell.column for cell in sheet[2] if cell.value)
    assert "F4" in str(sheet.cell(4, last).value)
    assert "2204" in str(sheet.cell(4, last).value)
    assert sheet.cell(5, last).value is None
    assert "公斤" in str(sheet.cell(6, last).value)
    listed = book["需要修改"]
    told = [[cell.value for cell in row] for row in listed.iter_rows(min_row=2)]
    assert [(row[0], row[1], row[2]) for row in told] == [
        ("1", "温室气体排放量!F4", "错误"),
        ("2", "温室气体排放量!H6", "错误"),
    ]
    links = {
        str(cell.coordinate): cell.hyperlink.location
        for row in listed.iter_rows(min_row=2)
        for cell in row
        if cell.hyperlink
    }
    assert links == {"B2": "'温室气体排放量'!F4", "B3": "'温室气体排放量'!H6"}


def test_nothing_else_changes(wrong: Path, tmp_path: Path, command: Command) -> None:
    copy = tmp_path / "copy.xlsx"
    command("check", wrong, "--mend", copy)
    with zipfile.ZipFile(wrong) as one, zipfile.ZipFile(copy) as other:
        changed = {name for name in one.namelist() if one.read(name) != other.read(name)}
        new = set(other.namelist()) - set(one.namelist())
    assert len(new) == 1
    assert {name for name in changed if not name.startswith("xl/worksheets/")} == {
        "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml",
    }  # fmt: skip
    assert len(changed) == 4
    sheets = [openpyxl.load_workbook(each)["温室气体排放量"] for each in (wrong, copy)]
    lists = [sorted(str(each.sqref) for each in sheet.data_validations.dataValidation) for sheet in sheets]
    assert lists[0] == lists[1] != []


def test_the_copy_is_mended_checked_and_marked_again(wrong: Path, tmp_path: Path, command: Command) -> None:
    copy, again = tmp_path / "copy.xlsx", tmp_path / "again.xlsx"
    command("check", wrong, "--lang", "zh", "--mend", copy)
    book = openpyxl.load_workbook(copy)
    sheet = book["温室气体排放量"]
    sheet.cell(4, column(sheet, "emissions[].year"), 2024)
    book.save(copy)
    ran = command("check", copy, "--lang", "en", "--mend", again, "-q")
    assert ran.code == 3
    after = openpyxl.load_workbook(again)
    assert after.sheetnames == book.sheetnames, "the list of the earlier check makes way"
    rows = [[cell.value for cell in row] for row in after["需要修改"].iter_rows(min_row=2)]
    assert [row[1] for row in rows] == ["温室气体排放量!H6"]
    titles = [cell.value for cell in after["温室气体排放量"][1]]
    assert titles.count("What to mend") + titles.count("需要修改") == 1
    last = len(titles)
    assert after["温室气体排放量"].cell(4, last).value is None


def test_what_is_right_needs_no_copy(tmp_path: Path, command: Command) -> None:
    path, copy = tmp_path / "product.xlsx", tmp_path / "copy.xlsx"
    value = {"kind": "product", "name": "coil", "material": "steel"}
    path.write_bytes(workbook("product", "en", [value]))
    ran = command("check", path, "--lang", "en", "--mend", copy, "--ruleset", "fmc-steel")
    assert ran.code == 0
    assert not copy.exists()
    assert "Nothing is to be mended" in ran.err


def test_other_files_and_the_workbook_itself_are_refused(
    wrong: Path, tmp_path: Path, command: Command
) -> None:
    before = wrong.read_bytes()
    assert command("check", wrong, "--mend", wrong).code == 2
    assert command("check", "examples/coil.yaml", "--mend", tmp_path / "copy.xlsx").code == 2
    assert command("check", wrong, "--mend", tmp_path / "copy.pdf").code == 2
    assert wrong.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["披露.xlsx"]


def test_hostile_words_are_text(tmp_path: Path) -> None:
    data = workbook("product", "en", [{"kind": "product", "material": "steel"}])
    hostile = '</t></is></c><c r="A1"><f>HYPERLINK("http://x")</f></c>&\x1b[31m_x0041_'
    remark = Remark("!Metal product!E4", ERROR, Text(hostile, hostile))
    odd = Remark("!No such sheet!C3", ERROR, Text("x", "x"))
    path = tmp_path / "a.xlsx"
    path.write_bytes(marked(Source("a.xlsx", data), [remark, odd], "en"))
    book = openpyxl.load_workbook(path)
    told = [
        str(cell.value) for row in book["What to mend"].iter_rows(min_row=2) for cell in row if cell.value
    ]
    assert any("<f>HYPERLINK" in each and "_x0041_" in each and "\x1b" not in each for each in told)
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
