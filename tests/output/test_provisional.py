"""A document with errors: the errors first, then what it comes to without the parts that cannot be read."""

from __future__ import annotations

from pathlib import Path

from running import EXAMPLES, Command

ON = ["--as-of", "2026-11-26", "--lang", "en"]
HEAD = "kind: disclosure\ncompany: {name: A, country: CN}\nreporting_year: 2025\nemissions:\n"
PUBLIC = 'evidence: [{title: a, kind: website, public: true, url: "https://a.b"}]'
RIGHT = f"- {{scope: scope_1, year: 2025, value: 4, unit: tCO2e, {PUBLIC}}}\n"


def test_one_entry_that_cannot_be_read_does_not_take_the_score_away(command: Command, tmp_path: Path) -> None:
    right, wrong = tmp_path / "right.yaml", tmp_path / "wrong.yaml"
    right.write_text(HEAD + RIGHT, encoding="utf-8")
    wrong.write_text(
        HEAD + "- {scope: scope_9, year: 2025, value: 3, unit: tCO2e}\n" + RIGHT, encoding="utf-8"
    )
    whole = command("check", right, *ON).out
    ran = command("check", wrong, *ON)
    assert ran.code == 3
    before, _, after = ran.out.partition("Provisional")
    assert "not evaluated; 1 error to fix" in " ".join(before.split())
    assert "scope_9" in before
    assert "without emissions[0] (line 5)" in " ".join(after.split())
    score = next(line for line in whole.splitlines() if " of 100" in line)
    assert score in after.splitlines()


def test_places_stay_those_of_the_file(command: Command, tmp_path: Path) -> None:
    text = (
        (EXAMPLES / "draft.yaml")
        .read_text(encoding="utf-8")
        .replace("scope: scope_1\n", "scope: scope_one\n", 1)
    )
    assert "scope_one" in text
    file = tmp_path / "draft.yaml"
    file.write_text(text, encoding="utf-8")
    out = command("check", file, *ON).out
    # What stands behind the entry that is left out is still told by its line.
    assert "line 135" in command("check", EXAMPLES / "draft.yaml", *ON).out
    assert "line 135" in out.partition("Provisional")[2]


def test_formats_of_pipelines_see_no_provisional_result(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        HEAD + "- {scope: scope_9, year: 2025, value: 3, unit: tCO2e}\n" + RIGHT, encoding="utf-8"
    )
    for form in ("json", "sarif", "junit", "jsonl", "csv", "markdown", "lines"):
        ran = command("check", file, "--format", form, *ON)
        assert ran.code == 3
        assert "Provisional" not in ran.out
        assert '"score"' not in ran.out or '"score": null' in ran.out
    assert "Provisional" not in command("check", file, "--quiet", *ON).out


def test_a_document_wrong_at_its_root_has_no_provisional_result(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("kind: disclosure\ncompany: A\nreporting_year: 20 24\n", encoding="utf-8")
    assert "Provisional" not in command("check", file, *ON).out
