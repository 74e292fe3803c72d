"""Questions to a supplier as a workbook, filled in by somebody with Excel, and read back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import metals
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from running import EXAMPLES, Command

from cati_rules.documents import Document, parse_document, read_document, value_at
from cati_rules.documents.python_values import document_of
from cati_rules.errors import DocumentError
from cati_rules.formats.answers import Answers, subject_name
from cati_rules.formats.cells import written
from cati_rules.formats.opening import parse_documents
from cati_rules.formats.questions_workbook import Row, Subject, product_field, questions_workbook
from cati_rules.formats.source import Source
from cati_rules.pipeline import check_document
from cati_rules.text import Language, Text

COIL = EXAMPLES / "coil.yaml"
AS_OF = "2026-11-26"


def asked(command: Command, folder: Path, *files: Path, language: str = "en") -> Path:
    path = folder / "questions.xlsx"
    done = command(
        "check", *map(str, files), "--questions", str(path), "--lang", language, "--as-of", AS_OF, "-q"
    )
    assert done.code == 0, done.err
    return path


def sheet_of(book: openpyxl.Workbook) -> Worksheet:
    return next(each for each in book.worksheets if each.title in {"Questions", "问题"})


def filled(path: Path, answers: Mapping[str, Any], to: Path | None = None) -> Path:
    """Write into cells as Excel would, by the program of somebody else."""
    book = openpyxl.load_workbook(path)
    for cell, value in answers.items():
        sheet_of(book)[cell] = value
    target = to or path.with_name("answers.xlsx")
    book.save(target)
    return target


def answered(path: Path) -> Answers:
    return Answers(Source(str(path), path.read_bytes()))


def verdicts(document: Document) -> dict[str, tuple[str, str | None]]:
    checked = check_document(document, as_of=AS_OF)
    assert not checked.failed, [each.line("en") for each in checked.problems]
    return {each.ruleset.id: (each.verdict, each.level) for each, _ in checked.verdicts()}


def test_the_questions_are_those_of_the_page_the_one_that_settles_most_first(
    command: Command, tmp_path: Path
) -> None:
    sheet = sheet_of(openpyxl.load_workbook(asked(command, tmp_path, COIL)))
    rows = [[cell.value for cell in row[1:9]] for row in sheet.iter_rows(min_row=3)]
    assert [row[0] for row in rows] == [1, 2, None, None, 3, None, None]
    assert rows[0][7] == "fmc-steel, iea-near-zero, less, responsiblesteel-2.1"
    assert rows[1][2:6] == [
        "Emissions cradle to crude steel, per t of crude steel, in tCO2e/t, before credits and offsets?",
        "today: 410 kgCO2e/t",
        None,
        "tCO2e/t",
    ]
    assert rows[4][5] == "tCO2/t", "carbon dioxide alone is another question"
    chosen = {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation}
    assert {"F3", "G4", "F6"} <= chosen.keys()


# First Movers: below 0.40 - 0.35 x 0.25 = 0.3125 t per tonne of crude steel, and no book and claim.
@pytest.mark.parametrize(
    ("figure", "unit", "verdict"),
    [
        (0.3124, "tCO2e/t", "met"),
        (0.3125, "tCO2e/t", "not_met"),
        (312.4, "kgCO2e/t", "met"),
        (312.5, "kgCO2e/t", "not_met"),
    ],
)
def test_answers_settle_what_was_open(
    command: Command, tmp_path: Path, figure: float, unit: str, verdict: str
) -> None:
    path = filled(
        asked(command, tmp_path, COIL, language="zh"),
        {"F3": "隔离", "F4": figure, "G4": unit, "F5": 2025, "F6": "经独立第三方核查"},
    )
    own, crude = answered(path).applied(read_document(COIL))
    coil: Any = read_document(COIL).value
    assert own.value["footprint"] == {**coil["footprint"], "chain_of_custody": "segregated"}
    assert crude.value["stage"] == "crude_steel"
    assert crude.value["footprint"] == {
        "value": Decimal(repr(figure)),
        "unit": unit,
        "boundary": "cradle_to_crude_steel",
        "year": 2025,
        "verification": "third_party",
        "chain_of_custody": "segregated",
    }
    assert verdicts(crude)["fmc-steel"][0] == verdict
    assert verdicts(own)["fmc-steel"][0] == "indeterminate", "the figure of the coil stays that of the coil"


def test_places_are_those_of_the_document_and_of_the_cells(command: Command, tmp_path: Path) -> None:
    path = filled(asked(command, tmp_path, COIL), {"F3": "segregated", "F4": 0.29})
    own, crude = answered(path).applied(read_document(COIL))
    assert str(own.place(("footprint", "chain_of_custody"))) == f"{path}!Questions!F3"
    assert str(own.place(("footprint", "value"))) == str(read_document(COIL).place(("footprint", "value")))
    assert str(crude.place(("footprint", "value"))) == f"{path}!Questions!F4"
    assert str(crude.place(("footprint", "unit"))) == f"{path}!Questions!G4"
    assert str(crude.place(("footprint", "chain_of_custody"))) == f"{path}!Questions!F3"
    assert str(crude.place(("scrap", "share"))) == str(read_document(COIL).place(("scrap", "share")))


def test_what_is_not_answered_stays_missing(command: Command, tmp_path: Path) -> None:
    path = filled(
        asked(command, tmp_path, COIL), {"F3": "不清楚", "F4": "n/a", "F5": 2025, "F6": "third_party"}
    )
    (own,) = answered(path).applied(read_document(COIL))
    assert own.value == read_document(COIL).value, (
        "neither a year nor a verification of a figure that is not there"
    )


def test_a_figure_without_its_unit_is_not_taken(command: Command, tmp_path: Path) -> None:
    path = filled(asked(command, tmp_path, COIL), {"F3": "segregated", "F4": 0.29, "G4": None})
    assert len(answered(path).applied(read_document(COIL))) == 1


def test_what_was_stated_since_is_not_overwritten(command: Command, tmp_path: Path) -> None:
    path = filled(asked(command, tmp_path, COIL), {"F3": "segregated"})
    changed = tmp_path / "coil.yaml"
    changed.write_text(
        COIL.read_text(encoding="utf-8").replace("book_and_claim", "site_mass_balance"), "utf-8"
    )
    with pytest.raises(DocumentError) as caught:
        answered(path).applied(read_document(changed))
    (problem,) = caught.value.problems
    assert str(problem.place) == f"{path}!Questions!F3"
    assert "site_mass_balance" in problem.message.en
    done = command("check", str(changed), "--answers", str(path), "-q")
    assert done.code == 3
    assert "Questions!F3" in done.out + done.err


def test_errors_name_the_cell(command: Command, tmp_path: Path) -> None:
    path = filled(asked(command, tmp_path, COIL), {"F3": "by ship", "F4": "ca. 0.3"})
    done = command("check", str(COIL), "--answers", str(path), "--lang", "en", "-q")
    assert done.code == 3
    told = "".join(done.out.split())
    assert "answers.xlsx!Questions!F3:" in told
    assert "answers.xlsx!Questions!F4:" in told


@pytest.mark.parametrize(
    "key",
    [
        '{"document":0,"question":1,"within":"","path":"kind","asked_as":{}}',
        '{"document":7,"question":1,"within":"","path":"scrap.share","asked_as":{}}',
        '{"document":0,"question":1,"within":"sources[0]","path":"scrap.share","asked_as":{}}',
        '{"document":0,"question":1,"within":"","path":"scrap.share","asked_as":{"material":"aluminium"}}',
        '{"document":0,"question":1,"within":"","path":"__class__","asked_as":{}}',
        "[]",
        "x",
    ],
)
def test_a_hidden_column_that_was_changed_is_refused(command: Command, tmp_path: Path, key: str) -> None:
    path = filled(asked(command, tmp_path, COIL), {"A3": key, "F3": "segregated"})
    with pytest.raises(DocumentError, match="hidden column"):
        answered(path)


def test_answers_need_the_document_that_was_asked_about(command: Command, tmp_path: Path) -> None:
    path = filled(asked(command, tmp_path, COIL), {"F3": "segregated"})
    other = command("check", str(EXAMPLES / "product.yaml"), "--answers", str(path), "--lang", "en")
    assert other.code == 3
    assert "coil.yaml, which is not among the files" in other.err
    alone = command("check", str(path), "--lang", "en", "-q")
    assert alone.code == 3
    assert "--answers" in alone.out
    empty = command("check", str(COIL), "--answers", str(tmp_path / "questions.xlsx"), "--lang", "en")
    assert empty.code == 3
    assert "No question is answered" in empty.err
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(path.read_bytes()[:2000])
    broken = command("check", str(COIL), "--answers", str(damaged), "--lang", "en")
    assert broken.code == 3
    assert "whose end is missing" in broken.err


def test_questions_are_not_written_over_what_is_read(command: Command, tmp_path: Path) -> None:
    path = filled(asked(command, tmp_path, COIL), {"F3": "segregated"})
    before = path.read_bytes()
    done = command("check", str(COIL), "--answers", str(path), "--questions", str(path))
    assert done.code == 2
    assert path.read_bytes() == before
    assert command("check", str(COIL), "--questions", str(tmp_path / "q.txt")).code == 2


LOTS = b"""\
kind: purchases
buyer: Example Motors
year: 2025
material: steel
lots:
  - name: coils of mill A
    t: 100
    product: {stage: crude_steel, footprint: {value: 0.29, unit: tCO2e/t, boundary: cradle_to_crude_steel, year: 2025}, scrap: {share: 0.25}}
  - name: coils of mill B
    t: 50
    product: {stage: hot_rolled, scrap: {share: 0.1}}
"""


def test_lots_of_purchases_are_asked_about_one_by_one(command: Command, tmp_path: Path) -> None:
    purchases = tmp_path / "purchases.yaml"
    purchases.write_bytes(LOTS)
    path = asked(command, tmp_path, purchases)
    sheet = sheet_of(openpyxl.load_workbook(path))
    rows = [row for row in sheet.iter_rows(min_row=3) if row[1].value is not None]
    custody = next(row for row in rows if row[2].value == "coils of mill A" and "ustody" in str(row[3].value))
    assert {row[2].value for row in rows} == {"coils of mill A", "coils of mill B"}
    filled(path, {f"F{custody[5].row}": "segregated"})
    (own,) = answered(tmp_path / "answers.xlsx").applied(read_document(purchases))
    assert value_at(own.value, ("lots", 0, "product", "footprint", "chain_of_custody")) == "segregated"
    second = ("lots", 1)
    assert value_at(own.value, second) == value_at(read_document(purchases).value, second)


def test_the_answered_document_is_imported_with_its_origins(command: Command, tmp_path: Path) -> None:
    path = filled(asked(command, tmp_path, COIL), {"F3": "segregated", "F4": 0.29})
    done = command(
        "import", str(COIL), "--answers", str(path), "--lang", "en", "--output", f"{tmp_path}/out/"
    )
    assert done.code == 0, done.err
    first, second = sorted((tmp_path / "out").iterdir())
    text = first.read_text(encoding="utf-8")
    assert "# In place of book_and_claim" in text
    assert "chain_of_custody: segregated  # !Questions!F3" in text
    own, crude = answered(path).applied(read_document(COIL))
    assert (read_document(first).value, read_document(second).value) == (own.value, crude.value)


@settings(max_examples=25)
@given(metals.products("steel"), metals.products("steel"), st.sampled_from(["en", "zh"]))
def test_any_field_is_asked_and_answered(
    one: dict[str, Any], other: dict[str, Any], language: Language
) -> None:
    """Of what one product says and another does not, each answer lands in its field, and nothing else changes."""
    document = document_of(one, "one.json")
    found = {path: value for path, value in leaves(other) if product_field(path) is not None}
    new = {
        path: value
        for path, value in found.items()
        if path[0] not in {"footprint", "cbam", "baseline"} and value_at(document.value, path[:1]) is None
    }
    if not new:
        return
    subject = Subject("one.json", document.sha256)
    rows = [Row(subject, (), "", Text("?", "?"), None, (path,), "", {}, (), document.value) for path in new]
    book = openpyxl.load_workbook(io.BytesIO(questions_workbook(rows, language)))
    taken: dict[tuple[str | int, ...], Any] = {}
    for i, (path, value) in enumerate(new.items()):
        field = product_field(path)
        assert field is not None
        shown = written(field, value, language)
        if shown is not None:
            sheet_of(book)[f"F{i + 3}"] = shown
            taken[path] = value
    if not taken:
        return
    file = io.BytesIO()
    book.save(file)
    (merged,) = Answers(Source("a.xlsx", file.getvalue())).applied(document)
    for path, value in taken.items():
        assert value_at(merged.value, path) == value
    assert {path: value for path, value in leaves(merged.value) if path not in taken} == dict(
        leaves(document.value)
    )


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict):
        return [leaf for name, inner in value.items() for leaf in leaves(inner, (*path, name))]
    if isinstance(value, list):
        return [leaf for i, inner in enumerate(value) for leaf in leaves(inner, (*path, i))]
    return [(path, value)]


def test_an_imported_file_is_asked_about_and_answered(tmp_path: Path) -> None:
    data = (Path(__file__).parents[1] / "data" / "formats" / "pact-3.json").read_bytes()
    document, other, *_ = parse_documents(data, name="messages/pact-3.json")
    subject = Subject(subject_name(document), document.sha256)
    row = Row(subject, (), "", Text("?", "?"), None, (("stage",),), "", {}, (), document.value)
    path = tmp_path / "questions.xlsx"
    path.write_bytes(questions_workbook([row], "en"))
    answers = answered(filled(path, {"F3": "hot_rolled"}))
    assert answers.applied(other) == (other,), "it is another record of the same file"
    (merged,) = answers.applied(document)
    assert merged.value == {**document.value, "stage": "hot_rolled"}
    assert merged.place(("footprint", "value")) == document.place(("footprint", "value"))


def test_the_same_answer_changes_nothing() -> None:
    document = parse_document(b"kind: product\nmaterial: steel\nscrap: {share: 0.25}\n", name="a.yaml")
    row = Row(
        Subject("a.yaml", document.sha256),
        (),
        "",
        Text("?", "?"),
        None,
        (("scrap", "share"),),
        "",
        {},
        (),
        {},
    )
    book = openpyxl.load_workbook(io.BytesIO(questions_workbook([row], "en")))
    sheet_of(book)["F3"] = "25 %"
    file = io.BytesIO()
    book.save(file)
    (merged,) = Answers(Source("a.xlsx", file.getvalue())).applied(document)
    assert merged.value == document.value
