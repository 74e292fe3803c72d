"""Workbooks there and back: every document, and what people type into cells."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import metals
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import EXAMPLES, Command
from strategies import disclosures

from cati_rules.documents import read_document
from cati_rules.errors import DocumentError
from cati_rules.formats.opening import parse_documents
from cati_rules.formats.reading import ReadDocument
from cati_rules.formats.sheet_layout import KINDS, plan_of
from cati_rules.formats.template_workbook import EXAMPLE, pattern_text, sheet_names, workbook
from cati_rules.schema import validate
from cati_rules.text import Language

DOCUMENTS = sorted(EXAMPLES.rglob("*.yaml"))


def back(data: bytes) -> tuple[ReadDocument, ...]:
    return tuple(each for each in parse_documents(data, name="a.xlsx") if isinstance(each, ReadDocument))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_example_comes_back_equal(path: Path) -> None:
    document = read_document(path)
    language: Language = "en" if DOCUMENTS.index(path) % 2 else "zh"
    (read,) = back(workbook(str(document.value["kind"]), language, [document.value]))
    assert read.value == document.value


@settings(max_examples=12)
@given(disclosures(), st.sampled_from(["en", "zh"]))
def test_drawn_disclosures_come_back_equal(document: dict[str, Any], language: Language) -> None:
    (read,) = back(workbook("disclosure", language, [document]))
    assert read.value == document


@settings(max_examples=40)
@given(st.lists(metals.products(), min_size=1, max_size=4), st.sampled_from(["en", "zh"]))
def test_drawn_products_come_back_equal_a_row_each(
    documents: list[dict[str, Any]], language: Language
) -> None:
    assert [each.value for each in back(workbook("product", language, documents))] == documents


@settings(max_examples=25)
@given(st.one_of(metals.facilities(), metals.purchases()), st.sampled_from(["en", "zh"]))
def test_drawn_facilities_and_purchases_come_back_equal(document: dict[str, Any], language: Language) -> None:
    (read,) = back(workbook(document["kind"], language, [document]))
    assert read.value == document


ODD = st.text(st.characters(exclude_categories=[]), min_size=1, max_size=30)


@settings(max_examples=60)
@given(
    ODD, st.decimals(allow_nan=False, allow_infinity=False, places=20, min_value=-(10**15), max_value=10**15)
)
def test_odd_texts_and_long_numbers_come_back_equal(text: str, number: Decimal) -> None:
    document = {
        "kind": "product", "name": text, "material": "steel", "note": f"_x0041_ {text}",
        "footprint": {"value": number, "unit": "tCO2e/t", text: [text, {"a": []}]}, "certificates": [{"scheme": text}, {}],
    }  # fmt: skip
    (read,) = back(workbook("product", "zh", [document]))
    assert read.value == document


def fill(data: bytes, sheet: str, values: dict[str, str] | dict[str, Any], row: int | None = None) -> bytes:
    """Return a workbook with values in the cells of fields; in a table, those of a row."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book[sheet]
    for field, value in values.items():
        if row is None:
            at = next(cell.row for cell in page["A"] if cell.value == field)
            page.cell(at, 3).value = value
        else:
            page.cell(row, next(cell.column for cell in page[2] if cell.value == field)).value = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def coil(**typed: Any) -> ReadDocument:
    values = {
        "[].material": "钢",
        "[].name": "热轧卷",
        **{f"[].{name.replace('__', '.')}": value for name, value in typed.items()},
    }
    (read,) = back(fill(workbook("product", "zh"), "金属产品", values, 4))
    return read


def test_what_people_type_in_chinese_is_read() -> None:
    read = coil(
        footprint__unit="tCO2e/t", footprint__value="０．４１", scrap__share="２５％", footprint__year="2024年",
        validity__until="2027年3月5日", steel__breakthrough_technology="是", electricity__fossil_free="否",
        footprint__boundary="从摇篮到大门",
    )  # fmt: skip
    values = read.value
    assert values["material"] == "steel"
    footprint: Any = values["footprint"]
    assert footprint["value"] == Decimal("0.41")
    assert footprint["year"] == 2024
    assert values["scrap"] == {"share": Decimal("0.25")}
    assert values["validity"] == {"until": "2027-03-05"}
    assert values["steel"] == {"breakthrough_technology": True}
    assert values["electricity"] == {"fossil_free": False}
    assert any("“２５％”读作 0.25" in each.how.zh for each in read.reading.taken if each.how)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.2万", Decimal(12000)), ("3亿", Decimal(300_000_000)), ("1,234,567", Decimal(1_234_567)),
        ("1,234.5", Decimal("1234.5")), (12, Decimal(12)), ("1,234", "1,234"), ("12,5", "12,5"), ("约 5", "约 5"), ("5%", "5%"),
        ("=1+1", "=1+1"),
    ],
)  # fmt: skip
def test_numbers_are_read_only_where_they_can_be_one_thing(typed: Any, value: Any) -> None:
    data = workbook("product", "zh")
    if typed == "=1+1":
        data = fill(data, "金属产品", {"[].footprint.value": typed}, 4)
        with pytest.raises(DocumentError) as caught:
            back(data)
        assert caught.value.problems[0].code == "import/no-values"
        return
    footprint: Any = coil(footprint__value=typed).value["footprint"]
    assert footprint["value"] == value


def test_errors_name_the_cell_and_the_heading() -> None:
    read = coil(footprint__value="约 5", footprint__unit="tCO2e/t", stage="热的")
    told = [problem.line("zh") for problem in validate(read)]
    column = next(
        i
        for i, each in enumerate(plan_of("product")[0].fields, 4)
        if pattern_text(each.pattern) == "[].footprint.value"
    )
    letter = openpyxl.utils.get_column_letter(column)
    assert any(line.startswith(f"a.xlsx!金属产品!{letter}4: ") and "碳足迹" in line for line in told), told
    assert any("stage" in line and "热的" in line for line in told)


def test_an_example_is_not_read_and_one_that_was_written_over_is_told() -> None:
    data = fill(workbook("product", "en"), "Metal product", {"[].material": "steel"}, 4)
    (read,) = back(data)
    assert read.value == {"kind": "product", "material": "steel"}
    assert read.reading.open == ()
    (read,) = back(fill(data, "Metal product", {"[].name": "My coil"}, 3))
    assert read.value == {"kind": "product", "material": "steel"}
    assert "Row 3" in read.reading.open[0].told.en


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_another_reader_sees_the_sheets_and_the_choices(kind: str, language: Language) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(kind, language)))
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert len(shown) == 1 + len(plan_of(kind))
    for sheet, plan in zip(shown[1:], plan_of(kind), strict=True):
        if plan.is_table:
            assert sheet["A3"].value == EXAMPLE
            assert sheet.row_dimensions[2].hidden
            headings = [sheet.cell(1, column).value for column in range(4, 4 + len(plan.fields))]
            assert all(
                each.title.to(language) in heading
                for each, heading in zip(plan.fields, headings, strict=True)
            )
        if any(each.choices and each.shape == "choice" for each in plan.fields):
            assert sheet.data_validations.count


def test_an_empty_workbook_is_told_to_be_empty(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert command("new", "disclosure", "--format", "xlsx", "--lang", "zh", "--output", path).code == 0
    ran = command("check", path, "--lang", "zh")
    assert ran.code == 3
    assert "尚未填写" in ran.out


def test_from_the_template_to_a_score_in_two_commands(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "我的披露.xlsx"
    assert command("new", "disclosure", "--format", "xlsx", "--lang", "zh", "--output", path).code == 0
    data = path.read_bytes()
    names = sheet_names(plan_of("disclosure"), "zh")
    data = fill(data, names[()], {"reporting_year": "2024年"})
    data = fill(data, names["company",], {"company.name": "示例汽车"})
    source = {
        "sources[].id": "报告",
        "sources[].title": "可持续发展报告",
        "sources[].kind": "企业官网",
        "sources[].public": "是",
        "sources[].url": "https://example.com/a",
    }
    data = fill(data, names["sources", "[]"], source, 4)
    emission = {
        "emissions[].scope": "范围 1：直接排放",
        "emissions[].year": "2024年度",
        "emissions[].value": "12.5",
        "emissions[].unit": "万吨二氧化碳当量",
        "emissions[].evidence[0].source": "报告",
    }
    data = fill(data, names["emissions", "[]"], emission, 4)
    path.write_bytes(data)
    ran = command("check", path, "--lang", "zh", "--as-of", "2026-11-26", "--format", "json")
    assert ran.code == 0, ran.text
    (index,) = [each for each in ran.json["documents"][0]["results"] if each["ruleset"] == "cati-auto-2024"]
    assert Decimal(index["score"]) > 0
    (read,) = back(data)
    assert read.value["emissions"] == [
        {
            "scope": "scope_1",
            "year": 2024,
            "value": Decimal("12.5"),
            "unit": "万tCO2e",
            "evidence": [{"source": "报告"}],
        }
    ]


def test_a_workbook_filled_from_a_document_gives_the_same_result(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    source = EXAMPLES / "coil.yaml"
    assert command("new", "product", "--format", "xlsx", "--from", source, "--output", path).code == 0
    results = [
        [
            (each["ruleset"], each.get("verdict"), each.get("level"), each.get("missing"))
            for each in command("check", one, "--format", "json", "--as-of", "2026-11-26").json["documents"][
                0
            ]["results"]
        ]
        for one in (source, path)
    ]
    assert results[0] == results[1]
    assert results[0]


def test_wrong_usage_is_told(command: Command, tmp_path: Path) -> None:
    assert command("new", "waivers", "--format", "xlsx", "--output", tmp_path / "a.xlsx").code == 2
    assert command("new", "product", "--from", EXAMPLES / "coil.yaml").code == 2
    assert (
        command(
            "new",
            "facility",
            "--format",
            "xlsx",
            "--from",
            EXAMPLES / "coil.yaml",
            "--output",
            tmp_path / "a.xlsx",
        ).code
        == 2
    )


def test_a_workbook_of_ours_without_its_sheets_is_told() -> None:
    data = workbook("product", "en")
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for each in old.namelist():
            new.writestr(each, old.read(each).replace(b"cati-workbook/1", b"cati-workbook/9"))
    with pytest.raises(DocumentError):
        parse_documents(file.getvalue(), name="a.xlsx")
