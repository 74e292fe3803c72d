"""``cati import``: drafts that say the same as the original, and where each value comes from."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import jsonschema
import pytest
from running import ROOT, Command
from samples import DATA, SAMPLES

from cati_rules.documents import parse_document
from cati_rules.errors import DocumentError
from cati_rules.formats.draft import draft_yaml
from cati_rules.formats.opening import read_documents
from cati_rules.formats.reading import Draft, Origin, ReadDocument, Reading
from cati_rules.formats.registry import FORMATS, GROUP, Format, formats
from cati_rules.formats.source import Source
from cati_rules.schema import load_schema
from cati_rules.schema.navigation import field_at
from cati_rules.text import Text

OURS = sorted(
    path
    for path in DATA.iterdir()
    if path.is_file() and path.suffix not in {".md"} and ".flow." not in path.name
)
REAL = sorted(SAMPLES.glob("[0-9]*")) if SAMPLES.is_dir() else []


def documents(path: Path) -> tuple[ReadDocument, ...]:
    try:
        return tuple(each for each in read_documents(path) if isinstance(each, ReadDocument))
    except DocumentError:
        return ()


@pytest.mark.parametrize("path", [*OURS, *REAL], ids=lambda path: path.name)
def test_a_draft_holds_the_same_values_and_gives_the_same_verdicts(
    path: Path, tmp_path: Path, command: Command
) -> None:
    for language in ("en", "zh"):
        for each in documents(path)[:20]:
            text = draft_yaml(each, language)
            assert parse_document(text.encode(), name="a.yaml").value == each.value
    found = documents(path)
    if not found:
        return
    drafts = tmp_path / "drafts"
    assert command("import", path, "--output", f"{drafts}/").code == 0
    written = sorted(drafts.iterdir())
    assert len(written) == len(found)
    original = json.loads(command("check", path, "--format", "json", "--as-of", "2026-11-26").out)
    imported = json.loads(command("check", *written, "--format", "json", "--as-of", "2026-11-26").out)

    def verdicts(result: dict) -> list:  # type: ignore[type-arg]
        return [
            [
                (
                    each["ruleset"],
                    each.get("verdict"),
                    each.get("level"),
                    each.get("score"),
                    each.get("missing"),
                )
                for each in one["results"]
            ]
            or [problem["code"] for problem in one["problems"]]
            for one in result["documents"]
        ]

    assert verdicts(original) == verdicts(imported)


@pytest.mark.parametrize("path", [*OURS, *REAL], ids=lambda path: path.name)
def test_every_value_has_a_place_and_a_field(path: Path) -> None:
    for document in documents(path)[:20]:
        root = load_schema(document.reading.kind)
        for each in document.reading.taken:
            assert field_at(root, each.path), each.path
            assert document.place(each.path).file == str(path)


def test_the_draft_says_where_each_value_comes_from(command: Command) -> None:
    ran = command("import", DATA / "steel-section.process.xml", "--lang", "zh")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert any(
        re.fullmatch(r"  value: 1\.2  # #/processDataSet/LCIAResults/LCIAResult\[2\]/other/amount\[1\]", line)
        for line in lines
    )
    assert "#   stage：未以可识别的形式说明产品阶段：粗钢、热轧、冷轧、镀层或零件。" in lines


def test_a_document_of_ours_is_not_imported(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("kind: product\nmaterial: steel\n", encoding="utf-8")
    ran = command("import", path, "--lang", "en")
    assert ran.code == 3
    assert "already" in ran.err


def test_formats_are_listed(command: Command) -> None:
    for language in ("en", "zh"):
        ran = command("import", "--list", "--lang", language)
        assert ran.code == 0
        for each in FORMATS:
            assert each.name in ran.out
            assert each.title.to(language) in ran.out


def test_nothing_is_overwritten_that_is_read(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes((DATA / "steel-section.process.xml").read_bytes())
    assert command("import", path, "--output", path).code == 2


class Point:
    """An entry point as an installed package brings one."""

    def __init__(self, found: object) -> None:
        self.value = "package.module:READER"
        self._found = found

    def load(self) -> object:
        if isinstance(self._found, Exception):
            raise self._found
        return self._found


def read_note(source: Source) -> list[Reading]:
    draft = Draft(Text("a note", "便条"), "product")
    draft.take(("material",), "steel", Origin("!1"))
    return [draft.reading()]


NOTE = Format(
    "note",
    Text("Notes", "便条"),
    "1",
    ("product",),
    lambda source: source.beginning.startswith("<note"),
    "test_import:read_note",
)


@pytest.mark.parametrize("found", [NOTE, ImportError("no such module"), "no format"])
def test_installed_packages_bring_formats(
    found: object, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "importlib.metadata.entry_points", lambda group: [Point(found)] if group == GROUP else []
    )
    monkeypatch.setitem(sys.modules, "test_import", sys.modules[__name__])
    formats.cache_clear()
    path = tmp_path / "a.note"
    path.write_text("<note>steel</note>", encoding="utf-8")
    ran = command("import", path)
    listed = command("import", "--list")
    formats.cache_clear()
    if found is NOTE:
        assert "material: steel  # !1" in ran.out
        assert "note  1" in listed.out
    else:
        assert (ran.code, listed.code) == (2, 2)
        assert "package.module:READER" in ran.err


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_results_tell_how_a_file_was_read(path: Path, command: Command) -> None:
    if not documents(path):
        return
    schema = json.loads((ROOT / "schemas" / "result.schema.json").read_text(encoding="utf-8"))
    for form in ("json", "sarif", "junit", "markdown", "lines"):
        ran = command("check", path, "--format", form, "--lang", "zh", "--as-of", "2026-11-26")
        assert ran.code == 0, ran.text
        if form == "json":
            jsonschema.validate(ran.json, schema)
            for found, each in zip(documents(path), ran.json["documents"], strict=True):
                assert len(each["reading"]["taken"]) == len(found.reading.taken)
                assert len(each["reading"]["open"]) == len(found.reading.open)
