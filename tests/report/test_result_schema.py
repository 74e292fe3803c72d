"""``schemas/result.schema.json`` describes what ``cati check --format json`` writes, on every example."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from running import ROOT, Command

from cati_rules.pipeline import check
from cati_rules.report.build.run import report_of
from cati_rules.report.data.run import report_data
from cati_rules.schema.store import known_kinds

EXAMPLES = sorted((ROOT / "examples").rglob("*.yaml"))
AS_OF = "2026-11-26"


@cache
def validator() -> Any:
    schema = json.loads((ROOT / "schemas" / "result.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def wrong(data: Mapping[str, Any]) -> list[str]:
    return [f"{each.json_path}: {each.message}" for each in validator().iter_errors(data)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_results_follow_their_schema(path: Path) -> None:
    data = report_data(report_of([check(path, as_of=AS_OF)], AS_OF), "en")
    assert not wrong(json.loads(json.dumps(data)))


def test_a_gate_and_problems_follow_it_too(command: Command, tmp_path: Path) -> None:
    invalid = tmp_path / "invalid.yaml"
    invalid.write_text("kind: product\nmaterial: wood\n", encoding="utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text("kind: [\n", encoding="utf-8")
    draft = ROOT / "examples" / "draft.yaml"
    ran = command(
        *("check", draft, invalid, broken, "--format", "json", "--fail-under", "99", "--require", "2.1.1"),
        *("--as-of", AS_OF),
    )
    data = json.loads(ran.out)
    assert data["demands"]
    assert data["documents"][1]["problems"]
    assert not wrong(data)


def test_it_would_notice(command: Command) -> None:
    data = json.loads(
        command("check", ROOT / "examples" / "coil.yaml", "--format", "json", "--as-of", AS_OF).out
    )
    data["documents"][0]["results"][0]["verdict"] = "passed"
    assert wrong(data)


def test_a_result_is_no_kind_of_document() -> None:
    assert "result" not in known_kinds()


def test_a_file_of_another_format_gives_a_result_that_holds(command: Command, tmp_path: Path) -> None:
    declaration = ROOT / "tests" / "data" / "formats" / "openepd.json"
    result = tmp_path / "result.json"
    command("check", declaration, "--format", "json", "--output", result, "--as-of", AS_OF)
    data = json.loads(result.read_text(encoding="utf-8"))
    assert data["documents"][0]["reading"]["taken"]
    assert not wrong(data)
    assert command("verify", result, declaration).code == 0
    data["documents"][0]["reading"]["taken"].pop()
    result.write_text(json.dumps(data), encoding="utf-8")
    assert command("verify", result, declaration).code == 1
