"""Rows for spreadsheets and lines for programs: CSV and JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from running import ROOT, Command

COIL, DRAFT = ROOT / "examples" / "coil.yaml", ROOT / "examples" / "draft.yaml"
AS_OF = ("--as-of", "2026-11-26")
KEYS = (
    *("path", "record", "kind", "ruleset", "verdict", "level"),
    *("score", "score_if_published", "band", "missing"),
)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_line_is_a_verdict_as_json_has_it(command: Command) -> None:
    told = [
        json.loads(line)
        for line in command("check", COIL, DRAFT, "--format", "jsonl", *AS_OF).out.splitlines()
    ]
    assert all(tuple(each) == KEYS for each in told)
    whole = json.loads(command("check", COIL, DRAFT, "--format", "json", *AS_OF).out)
    wanted = [
        (document["path"], each["ruleset"], each.get("verdict"), each.get("level"), each.get("score"))
        for document in whole["documents"]
        for each in document["results"]
        if each["kind"] != "consistency"
    ]
    assert [
        (each["path"], each["ruleset"], each["verdict"], each["level"], each["score"]) for each in told
    ] == wanted


def test_an_invalid_document_has_its_problems_instead(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("kind: product\nmaterial: wood\n", encoding="utf-8")
    ran = command("check", path, DRAFT, "--format", "jsonl", *AS_OF)
    first, *others = (json.loads(line) for line in ran.out.splitlines())
    assert ran.code == 3
    assert set(first) == {"path", "record", "kind", "problems"}
    assert first["problems"][0]["path"] == "material"
    assert any(each["ruleset"] == "cati-auto-2024" for each in others)


def test_a_file_gets_the_same_lines(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    command("check", COIL, "--format", "jsonl", "--output", path, *AS_OF)
    assert path.read_text(encoding="utf-8") == command("check", COIL, "--format", "jsonl", *AS_OF).out


def test_no_turning_values_are_looked_for(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("cati_rules.advice.trials.Trials.with_value", refuse)
    monkeypatch.setattr("cati_rules.kinds.index.rescoring.Rescoring.__init__", refuse)
    assert command("check", COIL, DRAFT, "--format", "jsonl", *AS_OF).code == 0


def test_a_row_for_each_criterion_and_condition(command: Command) -> None:
    rows = rows_of(command("check", DRAFT, COIL, "--format", "csv", "--lang", "en", *AS_OF).out)
    whole = json.loads(command("check", DRAFT, COIL, "--format", "json", *AS_OF).out)
    criteria = [
        f"{indicator['id']}/{each['id']}"
        for document in whole["documents"]
        for result in document["results"]
        for indicator in result.get("indicators", ())
        for each in indicator["criteria"]
    ]
    assert [each["rule"] for each in rows if each["ruleset"] == "cati-auto-2024"] == criteria
    (limit,) = (
        each
        for each in rows
        if (each["ruleset"], each["rule"], each["document"]) == ("fmc-steel", "intensity", str(COIL))
    )
    assert Decimal(limit["limit"]) == Decimal("0.3125")  # 0.40 - 0.35 times a scrap share of 0.25
    assert limit["operator"] == "<"
    assert limit["unit"] == "tCO2e/t"
    assert limit["line"] == "11"


def test_columns_speak_the_reader_s_language(command: Command) -> None:
    english = command("check", COIL, "--format", "csv", "--lang", "en", *AS_OF).out.splitlines()[0]
    chinese = command("check", COIL, "--format", "csv", "--lang", "zh", *AS_OF).out.splitlines()[0]
    assert english.startswith("document,ruleset,edition,rule")
    assert chinese.startswith("文件,规则集,版本,规则编号")
    assert len(english.split(",")) == len(chinese.split(","))


def test_no_cell_is_a_formula(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "=cmd.yaml"
    path.write_text(COIL.read_text(encoding="utf-8"), encoding="utf-8")
    for row in csv.reader(io.StringIO(command("check", path, "--format", "csv", *AS_OF).out)):
        for cell in row:
            assert not cell.startswith(("=", "@", "+"))
            assert cell[:1] != "-" or Decimal(cell) < 0


def test_a_spreadsheet_knows_the_encoding_of_a_file(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    command("check", COIL, "--format", "csv", "--lang", "zh", "--output", path, *AS_OF)
    assert path.read_text(encoding="utf-8-sig").startswith("文件,")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
