"""Verdicts on the targets that the report's tables print: derived by hand in docs/company-targets.md, and held here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath
from typing import Any

import pytest
from running import EXAMPLES, ROOT, Command

from cati_rules import check
from cati_rules.documents import read_document
from cati_rules.kinds.definition.result import DefinitionResult

REPORT = EXAMPLES / "report"
DOCUMENTS = {"en": ROOT / "docs" / "company-targets.md", "zh": ROOT / "docs" / "company-targets.zh.md"}
AS_OF = "2026-06-30"

MET, NOT_MET, OPEN, NOT_APPLICABLE = "met", "not_met", "indeterminate", "not_applicable"
Verdicts = Mapping[str, Mapping[str, str]]
THROUGH = {"en": "## The same targets through all editions", "zh": "## 同一批目标在各版本下的结论"}
"""The section that tests/targets/test_editions_of_the_report.py holds."""


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
    superseded = ["rules/not-in-force"] if ruleset == "sbti-absolute" else []
    assert [each.code for each in checked.problems] == superseded
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


# Each row of the pages against the document that it tells of, and the arithmetic of its reason.
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)*")
FOLDERS = ("steelmakers", "aluminium-makers", "steel-aluminium")


def numbers_in(text: str) -> set[str]:
    """Return the numbers of a text, without what separates thousands; of a line of the report's sections, none."""
    told = re.sub(r"\((?:section|第三章)[^)]*\)|（第三章（五））|CO2|kgce", "", text).replace("万", "0000")
    return {
        each.replace(",", "").removesuffix(".")
        for each in NUMBER.findall(re.sub(r"(\d) 0000", r"\g<1>0000", told))
    }


@dataclass(frozen=True)
class Row:
    """A row of a table of a page: the target in words, the cells behind it, and the target of the document."""

    file: str
    words: str
    cells: tuple[str, ...]
    target: Mapping[str, Any]

    @property
    def id(self) -> str:
        return f"{self.file}: {self.words[:40]}"


def tables(language: str) -> Iterator[list[list[str]]]:
    table: list[list[str]] = []
    text, _, _ = DOCUMENTS[language].read_text(encoding="utf-8").partition(THROUGH[language])
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            table.append([each.strip() for each in line.strip("|").split("|")])
        elif table:
            yield table[2:]
            table = []


def targets_in(name: str | PurePath) -> list[dict[str, Any]]:
    """Return the targets of a document of the report."""
    value: Any = read_document(REPORT / name).value
    targets: list[dict[str, Any]] = value["targets"]
    return targets


def documents() -> dict[str, Mapping[str, Any]]:
    return {
        f"{folder}/{file.stem}": read_document(file).value
        for folder in FOLDERS
        for file in sorted((REPORT / folder).glob("*.yaml"))
    }


def is_called(name: str, company: str) -> bool:
    """Return whether ``company`` is a name, or that in one of its two languages."""
    english, _, chinese = name.rpartition(" ")
    return company == name or company in ((english, chinese) if re.match(r"[\u4e00-\u9fff]", chinese) else ())


def rows(language: str) -> Iterator[Row]:
    """Yield the rows that tell of a target, each with the target: both in the order of the tables."""
    known = documents()
    kinds: list[tuple[str, ...]] = [
        ("steelmakers", ""),
        ("aluminium-makers", ""),
        (FOLDERS[2], "steel"),
        (FOLDERS[2], "aluminium"),
    ]
    for (folder, material), table in zip(kinds, tables(language), strict=True):
        company = ""
        left: list[Mapping[str, Any]] = []
        file = ""
        for cells in table:
            if cells[0]:
                assert not left, (company, left)
                company = cells[0]
                (file,) = (
                    name
                    for name, value in known.items()
                    if name.startswith(f"{folder}/") and is_called(value["company"]["name"], company)
                )
                left = [
                    each
                    for each in known[file]["targets"]
                    if not material or material in each.get("materials", ())
                ]
            if left:
                yield Row(file, cells[1], tuple(cells[2:]), left.pop(0))
            else:
                assert not known[file]["targets"], (company, cells)
        assert not left


LANGUAGES = ["en", "zh"]
ALL = [(language, row) for language in LANGUAGES for row in rows(language)]
each_row = pytest.mark.parametrize(
    ("language", "row"), ALL, ids=[f"{language} {row.id}" for language, row in ALL]
)


def percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}"


@each_row
def test_a_row_has_the_numbers_of_the_document_and_no_others(language: str, row: Row) -> None:
    target, told = row.target, numbers_in(row.words)
    fields = {str(target[name]) for name in ("base_year", "target_year") if name in target}
    shares = [target[name] for name in ("reduction", "share") if name in target]
    fields |= {percent(each) for each in shares if each != 1}
    fields |= {str(target["intensity"]["value"])} if "intensity" in target else set()
    condition = target.get("condition", {})
    known = fields | numbers_in(
        f"{target.get('name', '')} {target.get('note', '')} {condition.get('text', '')}"
    )
    assert told - {"100"} <= known, (told, known)  # all of something, with a number or without
    assert fields | numbers_in(target.get("name", "")) <= told, (told, target)


@each_row
def test_a_row_keeps_what_limits_a_target(language: str, row: Row) -> None:
    words = {"en": ("approval", "main subsidiaries", "capability"), "zh": ("批准", "主要分子公司", "能力")}[
        language
    ]
    condition, note = row.target.get("condition", {}).get("text", ""), row.target.get("note", "")
    assert ("approval" in condition) == (words[0] in row.words)
    assert ("main subsidiaries" in f"{row.target.get('name', '')}{note}") == (words[1] in row.words)


YEARLY = {"en": r"([\d.]+) % a year", "zh": r"每年 ([\d.]+)%"}
NEEDED = {"en": r"(?:needs|need) ([\d.]+) %", "zh": r"需 ([\d.]+)%(?!.*达峰)"}
BASE_YEAR = {"en": r"would need (?:a base year of )?(\d{4}) or later", "zh": r"基准年须不早于 (\d{4}) 年"}
FROM_PEAK = {
    "en": r"from the table's peak \((\d{4})\) ([\d.]+) %",
    "zh": r"若以表中达峰年（(\d{4})）为基准，需 ([\d.]+)%",
}


@each_row
def test_the_arithmetic_of_a_reason_is_right(language: str, row: Row) -> None:
    if row.file.startswith(FOLDERS[2]):
        return
    target, reason = row.target, row.cells[1]
    reduction: Any = target.get("reduction")
    end: Any = target.get("target_year")
    base: Any = target.get("base_year")
    for found in re.findall(YEARLY[language], reason):
        assert Decimal(found) == round(reduction * 100 / (end - base), 1)
    for found in re.findall(NEEDED[language], reason) if base is not None else ():
        assert Decimal(found) == Decimal("4.2") * (end - base)
    for found in re.findall(BASE_YEAR[language], reason):
        assert Decimal("0.042") * (end - int(found)) <= reduction < Decimal("0.042") * (end - int(found) + 1)
    for peak, found in re.findall(FROM_PEAK[language], reason):
        assert Decimal(found) == Decimal("4.2") * (end - int(peak))
        notes = [each.get("note", "") for each in targets_in(f"{row.file}.yaml")]
        assert any(re.search(rf"[Pp]eak[^.]*{peak}", each) for each in notes)


@each_row
def test_what_a_reason_says_is_not_told_is_not_in_the_document(language: str, row: Row) -> None:
    if row.file.startswith(FOLDERS[2]) or row.cells[0] not in ("indeterminate", "无法判定"):
        return
    words = {
        "en": {"base_year": "base year", "measure": "measure", "scopes": "scopes"},
        "zh": {"base_year": "基准年", "measure": "形式", "scopes": "范围"},
    }[language]
    told = re.split(r"; would|；基准年须", row.cells[1])[0]
    for name, word in words.items():
        assert (word in told) == (name not in row.target), name


def test_no_page_of_a_company_says_what_only_may_be(command: Command) -> None:
    """Where no scope is named, nobody says that scope 3 is among them."""
    for folder in SBTI:
        for file in sorted((REPORT / folder).glob("*.yaml")):
            named = any("scope_3" in each.get("scopes", ()) for each in targets_in(file))
            for language, words in (("en", "names scope 3"), ("zh", "还包括范围 3")):
                page = command("check", file, "--ruleset", "sbti-absolute", "--lang", language).out
                assert (words in " ".join(page.split())) == named, file


def test_what_the_pages_say_of_all_targets_together_holds() -> None:
    known = documents()
    makers = {name: value["targets"] for name, value in known.items() if not name.startswith(FOLDERS[2])}
    assert [name for name, targets in makers.items() if any("scopes" in each for each in targets)] == [
        "aluminium-makers/zhongfu-industrial"
    ]
    for targets in makers.values():
        assert not any("coverage" in each or "conditional" in each for each in targets)
    limited = [
        name
        for name, targets in makers.items()
        if any("subsidiaries" in each.get("note", "") for each in targets)
    ]
    assert limited == ["aluminium-makers/zhongfu-industrial"]
    carmakers = [value.get("targets", []) for name, value in known.items() if name.startswith(FOLDERS[2])]
    assert not any("definition" in each for targets in carmakers for each in targets)
