"""Fields that are there and hold nothing: no reader meets them, and the reader of the page is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from running import EXAMPLES, TEXT_FORMATS, Command

from cati_rules.documents import parse_document, read_document, with_value
from cati_rules.pipeline import check_document
from cati_rules.schema import is_valid, without_nulls

AS_OF = "2026-01-01"
NAMES = ("draft.yaml", "coil.yaml", "product.yaml")
BLANK_EVIDENCE = """\
kind: disclosure
company: {name: A, country: CN}
reporting_year: 2025
emissions:
  - scope: scope_1
    year: 2025
    value: 210000
    unit: tCO2e
    evidence:
"""


def fields(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the place of every field of a document."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for step, inner in entries:
        if isinstance(step, str):
            yield (*path, step)
        yield from fields(inner, (*path, step))


def emptied(value: dict[str, Any]) -> dict[str, Any]:
    """Return a document with every second field that it can do without left empty."""
    kind = value["kind"]
    turn = 0
    for path in sorted(fields(value), key=len, reverse=True):
        without = with_value(value, path, None)
        if is_valid(kind, without_nulls(without)):
            turn += 1
            value = without if turn % 2 else value
    return value


# Rows and lines of verdicts have no place for the warnings of a valid document.
@pytest.mark.parametrize("form", [each for each in TEXT_FORMATS if each not in {"csv", "jsonl"}])
def test_blank_evidence_is_told_in_every_format(command: Command, tmp_path: Path, form: str) -> None:
    path = tmp_path / "blank.yaml"
    path.write_text(BLANK_EVIDENCE, encoding="utf-8")
    ran = command("check", path, "--format", form, "--lang", "en", "--as-of", AS_OF)
    assert ran.code == 0
    assert "left empty" in ran.text
    assert "留空" in command("check", path, "--format", form, "--lang", "zh", "--as-of", AS_OF).text


def test_blank_evidence_is_told_once_with_its_place() -> None:
    checked = check_document(parse_document(BLANK_EVIDENCE.encode(), name="a.yaml"), as_of=AS_OF)
    (problem,) = checked.problems
    assert (problem.code, problem.severity, problem.path) == (
        "slip/left-empty",
        "warning",
        "emissions[0].evidence",
    )
    assert (problem.place.line, problem.place.column) == (9, 5)


def test_many_blanks_are_one_warning() -> None:
    text = "kind: product\nmaterial: steel\n" + "".join(
        f"{name}:\n" for name in ("name", "producer", "stage", "footprint", "scrap", "steel", "label")
    )
    (problem,) = check_document(parse_document(text.encode(), name="a.yaml"), as_of=AS_OF).problems
    assert "7 fields" in problem.message.en
    assert problem.message.en.count(",") == 5


def test_a_required_blank_is_told_as_missing_and_not_twice() -> None:
    text = "kind: product\nmaterial:\nname:\n"
    codes = [each.code for each in check_document(parse_document(text.encode(), name="a.yaml")).problems]
    assert codes == ["schema/required"]


@pytest.mark.parametrize("name", NAMES)
def test_a_document_full_of_blanks_comes_to_what_it_comes_to_without_them(name: str) -> None:
    document = read_document(EXAMPLES / name)
    blank = replace(document, value=emptied(document.value))
    bare = replace(document, value=without_nulls(blank.value))
    assert blank.value != bare.value
    with_blanks = check_document(blank, as_of=AS_OF)
    without = check_document(bare, as_of=AS_OF)
    assert with_blanks.results == without.results
    assert with_blanks.document is not None
    assert with_blanks.document.value == bare.value


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", TEXT_FORMATS)
def test_no_format_meets_a_blank(command: Command, tmp_path: Path, name: str, form: str) -> None:
    value = emptied(read_document(EXAMPLES / name).value)
    path = tmp_path / "blank.json"
    path.write_text(json.dumps(value, default=float), encoding="utf-8")
    details = [[], ["--verbose"], ["--quiet"]] if form == "rich" else [[]]
    for detail in details:
        assert command("check", path, "--format", form, "--as-of", AS_OF, *detail).code == 0


def test_the_other_commands_meet_no_blank(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "blank.yaml"
    path.write_text(BLANK_EVIDENCE, encoding="utf-8")
    draft = EXAMPLES / "draft.yaml"
    result = tmp_path / "result.json"
    for arguments in (
        ("diff", path, draft),
        ("diff", draft, path),
        ("what-if", path, "reporting_year=2024"),
        ("explain", "2.1.1", path),
        ("improve", path, "--to", "catching-up"),
        ("check", path, "--format", "json", "--output", result),
        ("verify", result, path),
    ):
        assert "Traceback" not in command(*arguments, "--lang", "en").text
