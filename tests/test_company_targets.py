"""Verdicts on the targets that the report's tables print: derived by hand in docs/company-targets.md, and held here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from cati_rules import check
from cati_rules.assessment.definition_result import DefinitionResult

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "examples" / "report"
DOCUMENTS = {"en": ROOT / "docs" / "company-targets.md", "zh": ROOT / "docs" / "company-targets.zh.md"}
AS_OF = "2026-06-30"

MET, NOT_MET, OPEN, NOT_APPLICABLE = "met", "not_met", "indeterminate", "not_applicable"
Verdicts = Mapping[str, Mapping[str, str]]


def of(*verdicts: str) -> dict[str, str]:
    return {f"targets[{number}]": verdict for number, verdict in enumerate(verdicts)}


SBTI: dict[str, Verdicts] = {
    "steelmakers": {
        "angang-steel": of(),
        "baosteel": of(NOT_MET, NOT_MET, NOT_MET, NOT_APPLICABLE),
        "baotou-steel": of(OPEN, OPEN, NOT_APPLICABLE),
        "bayi-steel": of(OPEN, OPEN, NOT_APPLICABLE),
        "bengang-steel-plates": of(OPEN, NOT_APPLICABLE),
        "china-oriental": of(NOT_APPLICABLE),
        "chongqing-steel": of(NOT_MET, NOT_MET, NOT_APPLICABLE),
        "citic-special-steel": of(NOT_MET, NOT_APPLICABLE),
        "fushun-special-steel": of(OPEN, OPEN, NOT_APPLICABLE),
        "hangzhou-steel": of(NOT_MET, NOT_MET, NOT_MET),
        "hbis": of(OPEN, OPEN, NOT_APPLICABLE),
        "maanshan-steel": of(OPEN, OPEN, NOT_APPLICABLE),
        "nanjing-steel": of(NOT_APPLICABLE, NOT_APPLICABLE),
        "sansteel-minguang": of(NOT_MET, NOT_APPLICABLE),
        "shandong-steel": of(NOT_MET, NOT_MET, NOT_MET),
        "shougang": of(NOT_MET, OPEN, NOT_APPLICABLE),
        "taigang-stainless": of(NOT_MET, NOT_MET, NOT_MET, NOT_APPLICABLE),
        "valin-steel": of(NOT_APPLICABLE),
        "xinyu-steel": of(NOT_MET),
        "xiwang-special-steel": of(),
        "zhongnan-steel": of(NOT_MET, NOT_MET, NOT_MET, NOT_APPLICABLE),
    },
    "aluminium-makers": {
        "chalco": of(OPEN, NOT_MET, NOT_MET),
        "china-hongqiao": of(NOT_APPLICABLE),
        "nanshan-aluminium": of(NOT_MET, NOT_APPLICABLE),
        "yunnan-aluminium": of(OPEN),
        "zhongfu-industrial": of(OPEN, NOT_APPLICABLE),
    },
}

# Targets in the order of the files: those for steel and those for aluminium stand mixed.
CARMAKERS: dict[str, Verdicts] = {
    "fmc-steel": {
        "mercedes-benz": of(NOT_MET, NOT_APPLICABLE, OPEN, NOT_APPLICABLE),
        "general-motors": of(NOT_MET, NOT_APPLICABLE),
        "volvo-cars": of(NOT_MET, NOT_MET, NOT_MET, NOT_APPLICABLE, NOT_APPLICABLE),
        "ford": of(OPEN, NOT_APPLICABLE),
        "bmw": of(NOT_MET, NOT_APPLICABLE),
        "geely": of(NOT_MET, NOT_APPLICABLE),
        "rivian": of(NOT_MET, NOT_APPLICABLE),
        "polestar": of(NOT_MET, NOT_MET),
    },
    "steelzero": {
        "mercedes-benz": of(OPEN, NOT_APPLICABLE, OPEN, NOT_APPLICABLE),
        "general-motors": of(NOT_MET, NOT_APPLICABLE),
        "volvo-cars": of(OPEN, NOT_MET, NOT_MET, NOT_APPLICABLE, NOT_APPLICABLE),
        "ford": of(NOT_MET, NOT_APPLICABLE),
        "bmw": of(OPEN, NOT_APPLICABLE),
        "geely": of(NOT_MET, NOT_APPLICABLE),
        "rivian": of(NOT_MET, NOT_APPLICABLE),
        "polestar": of(OPEN, NOT_MET),
    },
    "fmc-aluminium": {
        "mercedes-benz": of(NOT_APPLICABLE, OPEN, NOT_APPLICABLE, OPEN),
        "general-motors": of(NOT_APPLICABLE, NOT_MET),
        "volvo-cars": of(NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE, OPEN, NOT_MET),
        "ford": of(NOT_APPLICABLE, OPEN),
        "bmw": of(NOT_APPLICABLE, NOT_MET),
        "geely": of(NOT_APPLICABLE, NOT_MET),
        "rivian": of(NOT_APPLICABLE, NOT_MET),
        "polestar": of(NOT_APPLICABLE, NOT_APPLICABLE),
    },
}

CASES = [
    ("sbti-absolute", f"{folder}/{file}", expected)
    for folder, verdicts in SBTI.items()
    for file, expected in verdicts.items()
] + [
    (ruleset, f"steel-aluminium/{file}", expected)
    for ruleset, verdicts in CARMAKERS.items()
    for file, expected in verdicts.items()
]


def written(path: tuple[str | int, ...]) -> str:
    """Return a path as people write it: targets[0]."""
    text = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)
    return text.removeprefix(".")


def judged(ruleset: str, file: str) -> DefinitionResult:
    checked = check(REPORT / f"{file}.yaml", [ruleset], as_of=AS_OF)
    assert checked.problems == ()
    (result,) = checked.results
    assert isinstance(result, DefinitionResult)
    assert result.ruleset.id == ruleset
    return result


@pytest.mark.parametrize(
    ("ruleset", "file", "expected"), CASES, ids=[f"{case[0]} {case[1]}" for case in CASES]
)
def test_each_target_has_the_verdict_derived_by_hand(
    ruleset: str, file: str, expected: Mapping[str, str]
) -> None:
    found = {written(each.path): each.verdict for each in judged(ruleset, file).judgements}
    assert found == expected


@pytest.mark.parametrize("file", ["angang-steel", "xiwang-special-steel"])
def test_a_peak_alone_is_no_target(file: str) -> None:
    assert judged("sbti-absolute", f"steelmakers/{file}").verdict == NOT_APPLICABLE


@pytest.mark.parametrize("folder", SBTI)
def test_every_company_of_the_two_tables_is_here(folder: str) -> None:
    assert {each.stem for each in (REPORT / folder).glob("*.yaml")} == set(SBTI[folder])


def counts(verdicts: Verdicts) -> Counter[str]:
    return Counter(verdict for each in verdicts.values() for verdict in each.values())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_counts_in_the_documents_are_those_of_the_tables(language: str) -> None:
    text = DOCUMENTS[language].read_text(encoding="utf-8")
    said = [tuple(map(int, re.findall(r"\d+", each))) for each in re.findall(COUNTS[language], text)]
    expected = [
        *(numbers(counts(each), MET, NOT_MET, OPEN, NOT_APPLICABLE) for each in SBTI.values()),
        *(numbers(counts(each), MET, NOT_MET, OPEN) for each in CARMAKERS.values()),
    ]
    assert said == expected


COUNTS = {
    "en": r"met \d+, not met \d+, indeterminate \d+(?:, not applicable \d+)?",
    "zh": r"符合 \d+ 项，不符合 \d+ 项，无法判定 \d+ 项(?:，不适用 \d+ 项)?",
}


def numbers(counted: Counter[str], *verdicts: str) -> tuple[int, ...]:
    return tuple(counted[each] for each in verdicts)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_documents_have_a_row_for_each_target_and_its_verdict(language: str) -> None:
    """The rows of the first two tables, counted by verdict; a company without targets has a row too."""
    text = DOCUMENTS[language].read_text(encoding="utf-8")
    words = {
        "en": ("not met", "indeterminate", "not applicable"),
        "zh": ("不符合", "无法判定", "不适用"),
    }[language]
    total = sum((counts(each) for each in SBTI.values()), Counter[str]())
    without = sum(1 for verdicts in SBTI.values() for each in verdicts.values() if not each)
    expected = (total[NOT_MET], total[OPEN], total[NOT_APPLICABLE] + without)
    assert tuple(text.count(f"| {each} |") for each in words) == expected
