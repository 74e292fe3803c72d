"""The workbook of results, read by another library: numbers are numbers, texts are texts, nothing is a formula."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from running import EXAMPLES, Command

ON = ("--as-of", "2026-11-26")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "result.xlsx"


def lines(book: Any, sheet: str) -> list[dict[str, Any]]:
    heading, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def same(cell: object, exact: str) -> bool:
    return isinstance(cell, int | float) and Decimal(str(cell)) == Decimal(exact)


def test_a_score_as_json_has_it(command: Command, path: Path) -> None:
    document = EXAMPLES / "draft.yaml"
    assert command("check", document, *ON, "--lang", "en", "--output", path).code == 0
    result = command("check", document, *ON, "--lang", "en", "--format", "json").json["documents"][0][
        "results"
    ][0]
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:4] == ["Summary", "Indicators", "Definitions", "Steps"]
    summary = lines(book, "Summary")[0]
    assert same(summary["score"], result["score"])
    assert same(summary["score if published"], result["score_if_published"])
    rows = lines(book, "Indicators")
    assert len(rows) == len(result["indicators"]) == 52
    for row, each in zip(rows, result["indicators"], strict=True):
        assert row["indicator"] == each["id"]
        assert row["title"] == each["title"]
        for name, known in (("awarded", "awarded"), ("points", "points"), ("weight", "weight")):
            assert same(row[name], each[known]), each["id"]
    assert sum(Decimal(str(row["points in the score"])) for row in rows) == Decimal(result["score"])


def test_a_product_on_its_limit(command: Command, path: Path) -> None:
    """0.295 t at a scrap share of 0.30 is on the limit 0.4 − 0.35 × 0.3, which fmc-steel leaves out."""
    assert command("check", EXAMPLES / "product.yaml", *ON, "--lang", "en", "--output", path).code == 0
    book = openpyxl.load_workbook(path)
    (row,) = [each for each in lines(book, "Definitions") if each["definition"] == "fmc-steel"]
    assert (row["verdict"], row["unit"]) == ("not met", "tCO2e/t")
    assert same(row["value"], "0.295")
    assert same(row["limit"], "0.295")
    assert same(row["margin"], "0")
    questions = lines(book, "Questions")
    assert all(row["question to the supplier"] and row["answer"] is None for row in questions)
    counts = [row["how many"] for row in questions]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["draft.zh.yaml", "coil.yaml", "steelmaker.yaml", "report/polestar.yaml"])
def test_sheets_are_laid_out(command: Command, path: Path, name: str, language: str) -> None:
    assert command("check", EXAMPLES / name, *ON, "--lang", language, "--output", path).code == 0
    for sheet in openpyxl.load_workbook(path):
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert all(each.data_type != "f" for row in sheet.iter_rows() for each in row)
        heading = [each.value for each in sheet[1]]
        assert all(heading)
        assert len(set(heading)) == len(heading)
        if language == "zh":
            assert any("\u4e00" <= mark <= "\u9fff" for mark in sheet.title)


def test_a_hostile_name_is_text(command: Command, path: Path, tmp_path: Path) -> None:
    name = '=HYPERLINK("http://example.org","x")'
    document = yaml.safe_load((EXAMPLES / "product.yaml").read_text(encoding="utf-8"))
    given = tmp_path / "a.yaml"
    given.write_text(yaml.safe_dump({**document, "name": name}, allow_unicode=True), encoding="utf-8")
    assert command("check", given, *ON, "--lang", "en", "--output", path).code == 0
    cell = openpyxl.load_workbook(path)["Summary"]["B2"]
    assert (cell.value, cell.data_type) == (name, "s")
    assert cell.hyperlink is None


def test_the_same_bytes_twice(command: Command, path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    for each in (path, other):
        assert command("check", EXAMPLES / "coil.yaml", *ON, "--output", each).code == 0
    assert path.read_bytes() == other.read_bytes()


def test_what_cannot_be_evaluated_says_so(command: Command, path: Path, tmp_path: Path) -> None:
    given = tmp_path / "a.yaml"
    given.write_text("kind: disclosure\n", encoding="utf-8")
    assert command("check", given, *ON, "--lang", "en", "--output", path).code == 3
    book = openpyxl.load_workbook(path)
    assert lines(book, "Summary")[0]["verdict"].startswith("not evaluated")
    assert lines(book, "To look at")[0]["severity"] == "error"
