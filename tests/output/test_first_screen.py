"""The first screen: the answer, the reason and what to do next, in as many lines as a screen has."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from running import EXAMPLES, Command

from cati_rules import check
from cati_rules.output.page_options import Page
from cati_rules.output.terminal_pages import render
from cati_rules.report.build.run import report_of
from cati_rules.report.questions import asked_at_once
from cati_rules.report.run import Report
from cati_rules.text import Language

ON = "2026-11-26"
FILES = sorted(EXAMPLES.rglob("*.yaml"))
DRAFT, COIL = EXAMPLES / "draft.yaml", EXAMPLES / "coil.yaml"


@cache
def report(path: Path) -> Report:
    return report_of([check(path, as_of=ON)], ON)


def screen(path: Path, language: Language = "en", width: int = 100) -> str:
    return render(report(path), Page(language, "screen", width, colour=False))


def _words(page: str) -> list[str]:
    return re.findall(r"[\w.-]+", page, flags=re.ASCII)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_example_fits_its_screen_and_no_word_is_split(path: Path) -> None:
    (document,) = report(path).documents
    for language in ("en", "zh"):
        for width in (80, 100, 120):
            page = screen(path, language, width)
            most = 60 if width < 100 else 40 if document.scores else 45
            assert page.count("\n") <= most, (language, width)
            # A narrow page may count what a wide one names: “and 2 more”.
            whole = {"more", *_words(screen(path, language, 500))}
            assert {each for each in _words(page) if not each.isdigit()} - whole == set(), (language, width)


def test_a_disclosure_is_told_its_score_place_medians_and_what_publishing_adds() -> None:
    page = screen(DRAFT)
    assert "44.3 of 100, middle" in page
    assert "place 16 of 52, this file counted (China: 2 of 33); next to Stellantis 46" in page
    assert "65.2 if you publish what this file already holds (+20.9, leading)" in page
    # The printed medians of governance, and those that follow from the printed columns of the other dimensions.
    rates = re.findall(r"(\d+) %\s+(\d+) %", page)
    assert rates == [("75", "75"), ("61", "40"), ("47", "12"), ("26", "20")]


def test_the_strip_has_a_mark_for_every_indicator() -> None:
    assert sum(map(screen(DRAFT).split("● all points")[0].count, "●◐○")) == 52


def test_steps_gain_no_more_than_their_indicator_still_has() -> None:
    (document,) = report(DRAFT).documents
    (result,) = document.scores
    left = {each.id: (each.points - each.awarded) * each.weight for each in result.indicators()}
    steps = result.steps()
    assert {each.kind for each in steps} == {"publish", "meet"}
    for each in steps:
        assert each.gain > 0
        if each.rule:
            # An indicator that stands beside another, or under a ceiling, may free points of that one too.
            assert each.gain <= left[each.rule] + Decimal(1)
    assert [each.gain / each.cost for each in steps] == sorted(
        (each.gain / each.cost for each in steps), reverse=True
    )


def test_a_product_is_told_who_takes_it_what_to_ask_and_what_would_turn_it() -> None:
    page = " ".join(screen(COIL, width=200).split())
    assert "Near zero? ✗ no: fmc-steel, less ? open: c2f-steel, iea-near-zero, responsiblesteel-2.1" in page
    assert "✗ less not met book and claim not accepted" in page
    assert "→ fmc-steel, iea-near-zero, less, responsiblesteel-2.1" in page
    # 0.4 - 0.35 * 0.25 is 0.3125 t per t; the document states its figure in kg.
    assert (
        "What would turn it fmc-steel: Footprint (footprint.value) < 312.5 kgCO2e/t and Chain of custody"
        in page
    )
    # The limit of the level reached, up to that of the best one still open; of what is open, the best one's.
    assert "met, class E (up to class A) ≤ 1.745 … 0.3125 tCO2/t" in page
    assert "indeterminate (up to near-zero emission) ≤ 0.3125 tCO2e/t" in page


def test_one_question_serves_all_definitions_that_wait_for_its_answer() -> None:
    (document,) = report(COIL).documents
    first, *others = document.questions()
    assert first.path == ("footprint", "chain_of_custody")
    assert set(first.settles) == {"fmc-steel", "iea-near-zero", "less", "responsiblesteel-2.1"}
    assert [len(each.settles) for each in others] == sorted(
        (len(each.settles) for each in others), reverse=True
    )
    # The same boundary in CO2 alone is another question; First Movers waits for the first, though custody fails today.
    whole, alone = (each for each in others if "crude steel" in each.asked.en)
    assert set(whole.settles) == {"fmc-steel", "iea-near-zero", "responsiblesteel-2.1"}
    assert (alone.unit, alone.settles) == ("tCO2/t", ("c2f-steel",))
    # A person is asked for both in one sentence.
    (crude,) = (each for each in asked_at_once(document.questions()) if "crude steel" in each.asked.en)
    assert "in tCO2e/t and tCO2/t (CO2 alone), before credits and offsets?" in crude.asked.en
    assert set(crude.settles) == {*whole.settles, *alone.settles}


def test_a_template_that_nobody_filled_in_says_so(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "empty.yaml"
    command("new", "disclosure", "--lang", "en", "--output", file)
    assert "Nothing is filled in yet." in command("check", file, "--lang", "en").out
    assert "尚未填写任何内容。" in command("check", file, "--lang", "zh").out


def test_what_holds_something_that_counts_for_nothing_is_not_called_empty(
    command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "early.yaml"
    head = "kind: disclosure\ncompany: {name: A}\nreporting_year: 2025\n"
    years = "base_year: 2030, target_year: 2020"  # exchanged, so that the target is left out of the provisional result
    for value in (
        "energy: [{carrier: electricity, year: 2001, value: 1, unit: MWh}]\n",
        f"targets: [{{name: T, subject: emission_reduction, {years}}}]\n",
    ):
        file.write_text(head + value, encoding="utf-8")
        page = command("check", file, "--lang", "en").out
        assert "0.0 of 100" in page
        assert "Nothing is filled in yet" not in page


def test_several_documents_begin_with_a_table_of_all(command: Command) -> None:
    carmakers = sorted((EXAMPLES / "report" / "carmakers").glob("*.yaml"))
    lines = command("check", *carmakers, "--as-of", ON, "--lang", "en").out.splitlines()
    rows = lines[1 : len(carmakers) + 1]
    scores = [Decimal(re.findall(r"\d+\.\d", row)[0]) for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert rows[0].startswith("Ford")
    products = command("check", COIL, EXAMPLES / "product.yaml", "--as-of", ON, "--lang", "en").out
    assert re.search(r"^coil\.yaml +✓ E ", products, flags=re.MULTILINE)
    assert "Where they differ" in products


def test_verbose_shows_all_indicators_and_twice_everything(command: Command) -> None:
    once = command("check", DRAFT, "--verbose", "--as-of", ON, "--lang", "en").out
    twice = command("check", DRAFT, "-vv", "--as-of", ON, "--lang", "en").out
    for identifier in ("1.1.1", "3.1.4", "5.4.6"):
        assert identifier in once
        assert identifier in twice
    assert len(twice.splitlines()) > len(once.splitlines()) > 200
