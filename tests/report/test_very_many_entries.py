"""Of very many entries the verdict is told, and reasons of the first: each format says how many it leaves out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cati_rules.gate.failures import failures
from cati_rules.output import csv, html, sarif
from cati_rules.output import json as json_format
from cati_rules.output.page_options import Page
from cati_rules.pipeline import Checked, check
from cati_rules.report.build import definition as built
from cati_rules.report.build.run import report_of
from cati_rules.report.changes import changes
from cati_rules.report.run import Report

AS_OF = "2026-11-26"
SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "result.schema.json").read_text("utf-8"))
PAGE = Page("en", "normal", 100, colour=False)
COUNT, TOLD, TURNED = 12, 8, 3


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checked:
    """Return a disclosure with twelve targets of which nothing is said, where eight are told and three turned."""
    monkeypatch.setattr(built, "MOST_TOLD", TOLD)
    monkeypatch.setattr(built, "MOST_TURNED", TURNED)
    document = {
        "kind": "disclosure",
        "company": {"name": "A"},
        "reporting_year": 2025,
        "targets": [{"subject": "emission_reduction"} for _ in range(COUNT)],
    }
    path = tmp_path / "long.json"
    path.write_text(json.dumps(document), "utf-8")
    return check(path, as_of=AS_OF)


@pytest.fixture
def report(checked: Checked) -> Report:
    return report_of((checked,), AS_OF)


def by_entry(report: Report) -> list[dict[str, Any]]:
    data = json.loads(json_format.render(report, PAGE))
    Draft202012Validator(SCHEMA).validate(data)
    (document,) = data["documents"]
    return [each for each in document["results"] if len(each.get("entries", ())) == COUNT]


def test_json_has_the_verdict_of_each_and_marks_those_without_reasons(report: Report) -> None:
    found = by_entry(report)
    assert any(each["verdict"] in ("not_met", "indeterminate") for each in found)
    for result in found:
        entries = result["entries"]
        assert [each["path"] for each in entries] == [f"targets[{i}]" for i in range(COUNT)]
        assert len({each["verdict"] for each in entries}) == 1
        assert [each.get("reasons_left_out", False) for each in entries] == [False] * TOLD + [True] * (
            COUNT - TOLD
        )
        if entries[0]["verdict"] in ("not_met", "indeterminate"):
            assert all(each["reasons"] for each in entries[:TOLD])
            assert all(each["turning_cut_short"] for each in entries[TURNED:TOLD])


def test_the_gate_sees_every_entry(checked: Checked, report: Report) -> None:
    for result in by_entry(report):
        failed = {each.within for each in failures(checked) if each.ruleset == result["ruleset"]}
        assert len(failed) == (COUNT if result["verdict"] in ("not_met", "indeterminate") else 0)


@pytest.mark.parametrize("render", [csv.render, sarif.render, html.render])
def test_pages_and_findings_say_how_many_are_left_out(report: Report, render: Any) -> None:
    assert f"{COUNT - TOLD} more entries, not told one by one" in str(render(report, PAGE))


def test_each_verdict_has_entries_that_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Twelve targets of another subject stand before the one that decides."""
    monkeypatch.setattr(built, "MOST_TOLD", 2)
    document = {
        "kind": "disclosure",
        "company": {"name": "A"},
        "reporting_year": 2025,
        "targets": [{"subject": "renewable_energy"}] * COUNT + [{"subject": "emission_reduction"}],
    }
    path = tmp_path / "long.json"
    path.write_text(json.dumps(document), "utf-8")
    report = report_of((check(path, as_of=AS_OF),), AS_OF)
    for verdict in report.documents[0].verdicts:
        if verdict.entries and verdict.judged:
            assert verdict.telling is not None


def test_a_change_in_one_entry_is_told_as_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What stands in another entry moves the others among those that are told, and changes nothing about them."""
    monkeypatch.setattr(built, "MOST_TOLD", 2)
    reports = []
    for subjects in (("emission_reduction",) * 6, ("renewable_energy", *("emission_reduction",) * 5)):
        document = {
            "kind": "disclosure",
            "company": {"name": "A"},
            "reporting_year": 2025,
            "targets": [{"subject": each} for each in subjects],
        }
        path = tmp_path / "long.json"
        path.write_text(json.dumps(document), "utf-8")
        reports.append(report_of((check(path, as_of=AS_OF),), AS_OF).documents[0])
    moved = [each for each in changes(*reports) if each.what == "entry"]
    assert moved
    assert {each.id for each in moved} == {"targets[0]"}
