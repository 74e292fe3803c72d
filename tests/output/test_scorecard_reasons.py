"""What the page says of things that stand in the document and do not count."""

from __future__ import annotations

from pathlib import Path

import pytest

from cati_rules.cli.main import main

EVIDENCE = '[{title: t, kind: website, public: true, url: "https://a.b"%s}]'
HEAD = "kind: disclosure\ncompany: {name: X}\nreporting_year: 2024\n"


def page(tmp_path: Path, capsys: pytest.CaptureFixture[str], body: str, language: str = "en") -> str:
    file = tmp_path / "d.yaml"
    file.write_text(HEAD + body, encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["check", str(file), "--as-of", "2025-06-01", "--lang", language, "--verbose"])
    return " ".join(capsys.readouterr().out.split())


def test_what_a_parent_states_is_not_called_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = (
        "governance:\n  carbon_management: {system: s, responsible: office, stated_by: parent, evidence: "
        + EVIDENCE % ""
        + "}\n"
    )
    text = page(tmp_path, capsys, body)
    said = (
        "Responsible (governance.carbon_management.responsible): stated by a parent company or a third party"
    )
    assert said in text
    assert "not given: System (governance" not in text


def test_entries_that_do_not_count_are_told_of_as_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = (
        "emissions:\n  - {scope: scope_3, category: total, year: 2024, value: 3, unit: tCO2e, stated_by: parent, evidence: "
        + EVIDENCE % ""
        + "}\n"
    )
    assert "1 given, none of which counts here" in page(tmp_path, capsys, body)
    assert "已填写 1 条，此处均不计分" in page(tmp_path, capsys, body, "zh")


def test_evidence_of_a_later_date_needs_no_publishing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = (
        "emissions:\n  - {scope: scope_1, year: 2024, value: 3, unit: tCO2e, evidence: "
        + EVIDENCE % ", published: 2027-01-01"
        + "}\n"
    )
    text = page(tmp_path, capsys, body)
    assert "published only on 2027-01-01" in text
    assert "Nothing to do: it counts from 2027-01-01." in text


@pytest.mark.parametrize("blank", ["   ", "\u3000", "\t", "\u200b", "\u00a0"])
def test_a_text_of_blanks_is_no_text(blank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page(tmp_path, capsys, f'governance:\n  climate_commitment: {{statement: "{blank}"}}\n')
    assert "The text is empty." in text


def test_one_name_in_two_spellings_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = "affiliates:\n  companies:\n    - {name: Plant North}\n    - {name: plant  north}\n"
    assert "look like the same name" in page(tmp_path, capsys, body)


def test_a_second_source_from_before_the_year_does_no_harm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = (
        '[{title: t, kind: website, public: true, url: "https://a.b", published: 2025-05-01}, '
        '{title: u, kind: website, public: true, url: "https://a.b", published: 2023-12-31}]'
    )
    body = f"emissions:\n  - {{scope: scope_1, year: 2024, value: 3, unit: tCO2e, evidence: {sources}}}\n"
    assert "0.6 / 100" in page(tmp_path, capsys, body)
