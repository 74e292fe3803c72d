"""The report's targets through all editions, as docs/company-targets.md tells it: derived by hand, and held here."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest
from running import EXAMPLES, ROOT, Command

from cati_rules import check
from cati_rules.kinds.definition.result import Judgement

AS_OF = "2026-11-26"
COMING = "2027-12-31"
FOLDERS = ("steelmakers", "aluminium-makers", "steel-aluminium")
DOCUMENTS = {"en": ROOT / "docs" / "company-targets.md", "zh": ROOT / "docs" / "company-targets.zh.md"}
THROUGH = {"en": "## The same targets through all editions", "zh": "## 同一批目标在各版本下的结论"}
ORDER = ("met", "not_met", "indeterminate", "not_applicable")
EXPECTED = {
    "sbti-aca-1": ((0, 11, 22, 17), (0, 3, 3, 3), (0, 0, 0, 23)),
    "sbti-aca-1.3.1": ((0, 18, 15, 17), (0, 3, 3, 3), (0, 0, 0, 23)),
    "sbti-near-term-5.3.1": ((0, 1, 33, 16), (0, 0, 6, 3), (0, 0, 0, 23)),
    "sbti-long-term": ((0, 0, 12, 38), (0, 0, 3, 6), (0, 0, 0, 23)),
    "sbti-steel": ((0, 0, 28, 22), (0, 0, 0, 9), (0, 0, 0, 23)),
    "sbti-net-zero-2.0": ((0, 0, 33, 17), (0, 1, 5, 3), (0, 0, 0, 23)),
}
INTENSITIES = {
    "citic-special-steel0", "hangzhou-steel0", "hangzhou-steel1", "hangzhou-steel2", "sansteel-minguang0",
    "shandong-steel0", "shandong-steel1", "shandong-steel2", "shougang0", "xinyu-steel0",
}  # fmt: skip
UNDER_THE_MILDEST_RATE = {"taigang-stainless0"}
"""6 % in five years, where 1.23 % a year are 6.15 %."""
UNDER_THE_MILDEST_FLOOR = {
    "baosteel0", "baosteel1", "baosteel2", "taigang-stainless1", "taigang-stainless2", "zhongnan-steel0", "chongqing-steel1",
}  # fmt: skip
"""8, 15, 30; 16, 30; 10 and 37 %, where 2.5 % a year are 12.5, 25, 37.5; 25, 37.5; 12.5 and 37.5 %."""


@cache
def judged(folder: str, ruleset: str) -> dict[str, Judgement]:
    """Return the judgements on the targets of a folder, by file and number."""
    as_of = COMING if ruleset == "sbti-net-zero-2.0" else AS_OF
    found = {}
    for file in sorted((EXAMPLES / "report" / folder).glob("*.yaml")):
        (result,) = check(file, [ruleset], as_of=as_of).results
        for each in result.judgements:
            found[f"{file.stem}{each.path[1]}"] = each
    return found


def not_met(folder: str, ruleset: str) -> set[str]:
    return {name for name, each in judged(folder, ruleset).items() if each.verdict == "not_met"}


@pytest.mark.parametrize("ruleset", EXPECTED)
def test_the_counts_are_those_derived_by_hand(ruleset: str) -> None:
    counted = [Counter[str](each.verdict for each in judged(folder, ruleset).values()) for folder in FOLDERS]
    assert tuple(tuple(each[verdict] for verdict in ORDER) for each in counted) == EXPECTED[ruleset]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_has_these_counts(language: str) -> None:
    _, _, text = DOCUMENTS[language].read_text(encoding="utf-8").partition(THROUGH[language])
    said = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            name, *cells = (each.strip() for each in line.strip("|").split("|"))
            said[name.split("`")[1]] = tuple(tuple(map(int, re.findall(r"\d+", each))) for each in cells)
    assert said == EXPECTED


def test_who_falls_short_until_april_2026() -> None:
    assert not_met("steelmakers", "sbti-aca-1") == INTENSITIES | UNDER_THE_MILDEST_RATE


def test_who_falls_short_since_april_2026() -> None:
    expected = INTENSITIES | UNDER_THE_MILDEST_RATE | UNDER_THE_MILDEST_FLOOR
    assert not_met("steelmakers", "sbti-aca-1.3.1") == expected


def test_who_fails_the_criteria() -> None:
    assert not_met("steelmakers", "sbti-near-term-5.3.1") == {"nanjing-steel0"}
    assert not_met("aluminium-makers", "sbti-net-zero-2.0") == {"zhongfu-industrial0"}


def test_no_steelmaker_tells_what_the_pathway_is_about() -> None:
    for each in judged("steelmakers", "sbti-steel").values():
        if each.verdict != "not_applicable":
            assert any(place[0] == "intensities" for place in each.missing)


def test_a_capability_is_told(command: Command) -> None:
    ran = command("target", EXAMPLES / "report/steelmakers/bayi-steel.yaml", "--as-of", AS_OF, "--lang", "en")
    assert "No reduction is stated" in " ".join(ran.out.split())
    ran = command("target", EXAMPLES / "report/steelmakers/bayi-steel.yaml", "--as-of", AS_OF, "--lang", "zh")
    assert "具备某种能力不等于目标" in "".join(ran.out.split())
