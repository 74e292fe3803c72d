"""Rule files with one thing wrong each: what it is, where it stands, and that nothing worse happens."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from running import Command
from tiny_ruleset import DOCUMENT, place, write

from cati_rules.catalog.authoring import author
from cati_rules.errors import RulesetError
from cati_rules.rule_tests import read_tests

STATED = "when: governance.climate_commitment.statement != null"
VALUE = "is: reporting_year - 1"


class Wrong(NamedTuple):
    """One change to the ruleset, and the one finding that it must give."""

    file: str
    old: str
    new: str
    code: str
    at: str
    """The text at which the finding stands, in the file as changed."""
    says: str


def condition(expression: str, says: str, code: str = "rules/expression") -> Wrong:
    """Return the change of one condition."""
    return Wrong("a.yaml", STATED, f"when: {expression}", code, expression, says)


WRONG = {
    # Expressions
    "a misspelt field": condition("governance.climate_comitment.statement != null", "climate_commitment"),
    "a misspelt field at the top": condition("goverance.climate_commitment.statement != null", "governance"),
    "a list compared with a number": condition("emissions > 3", "kinds of values"),
    "text compared with a number": condition("company.name == 3", ""),
    "text compared with an unknown choice": condition(
        "company.product_range == 'new_enrgy_only'", "new_energy_only"
    ),
    "a shift that would fill the memory": condition("1 << 10000000", "<<"),
    "a power": condition("reporting_year ** 999999999 > 1", "**"),
    "today's date": condition("$now == null", "$now"),
    "a random number": condition("$random() > 0.5", "$random"),
    "a regex that runs away": condition("company.name =~ '(a+)+$'", ""),
    "10,000 conditions in one": condition("governance.a" + " and governance.a" * 10_000, ""),
    "deep parentheses": condition("(" * 3_000 + "reporting_year" + ")" * 3_000 + " > 1", ""),
    "a deep list": condition("reporting_year in " + "[" * 500 + "]" * 500, ""),
    "half an expression": condition("reporting_year >", ""),
    "an unknown named value": condition("reporting_year > recent_fom", "recent_from"),
    "a condition that is a number": condition("reporting_year + 1", "true or false", "rules/condition"),
    "a condition that is text": condition("company.name", "true or false", "rules/condition"),
    "a named value made of itself": Wrong(
        "ruleset.yaml", VALUE, "is: recent_from - 1", "rules/expression", "recent_from - 1", "recent_from"
    ),
    # Conditions that more disclosure could make false
    "not any": condition("not $any([e.year < 2000 for e in emissions])", "", "rules/monotony"),
    "fewer than three": condition("emissions.length < 3", "", "rules/monotony"),
    "must not be given": condition("governance.climate_commitment.statement == null", "", "rules/monotony"),
    # Keys and kinds
    "a misspelt key": Wrong(
        "a.yaml", "award: sum", "awrd: sum", "rules/unknown-field", "awrd", "Did you mean award?"
    ),
    "an unknown award": Wrong(
        "a.yaml", "award: sum", "award: some", "rules/literal-error", "some", "'sum' or 'highest'"
    ),
    "points as text": Wrong(
        "b.yaml", "points: 1\ngroups", "points: one\ngroups", "rules/is-instance-of", "one", "number"
    ),
    "negative points": Wrong(
        "b.yaml", "points: 1\ngroups", "points: -1\ngroups", "rules/greater-than-equal", "-1", "at least 0"
    ),
    "a weight of nothing": Wrong(
        "ruleset.yaml", "plain: {is: 1,", "plain: {is: -7,", "rules/greater-than", "-7", "over 0"
    ),
    "a text in one language": Wrong(
        "a.yaml",
        "{en: Is stated, zh: 已声明}",
        "{en: Is stated}",
        "rules/missing",
        "{en: Is stated}",
        "missing",
    ),
    "an empty text": Wrong(
        "a.yaml",
        "{en: Is stated, zh: 已声明}",
        "{en: '', zh: 已声明}",
        "rules/string-too-short",
        "''",
        "empty",
    ),
    "no advice": Wrong(
        "a.yaml",
        "            advice: {en: State it., zh: 请声明。}\n",
        "",
        "rules/missing",
        "id: stated",
        "missing",
    ),
    "no source": Wrong(
        "a.yaml",
        "        source: {document: report, locator: {en: A.1.1, zh: A.1.1}}\n",
        "",
        "rules/missing",
        "id: A.1.1",
        "missing",
    ),
    "a date that is none": Wrong(
        "ruleset.yaml",
        "from: 2024-01-15",
        "from: 2024-02-30",
        "rules/value-error",
        "2024-02-30",
        "not a date",
    ),
    "an unknown subject": Wrong(
        "ruleset.yaml",
        "subject: disclosure",
        "subject: disclosur",
        "rules/subject",
        "disclosur",
        "disclosure",
    ),
    # Names
    "an unknown document": Wrong(
        "a.yaml",
        "{document: report, locator: {en: A.1.1,",
        "{document: reprt, locator: {en: A.1.1,",
        "rules/source",
        "reprt",
        "(report)",
    ),
    "an unknown weight": Wrong(
        "a.yaml", "weight: plain", "weight: plane", "rules/weight", "plane", "plain, double"
    ),
    "a criterion named twice": Wrong(
        "a.yaml", "id: dated", "id: stated #", "rules/duplicate-id", "stated #", "used twice"
    ),
    "an indicator named twice": Wrong(
        "a.yaml",
        "id: A.1.2\n        title",
        "id: A.1.1 #\n        title",
        "rules/duplicate-id",
        "A.1.1 #",
        "used twice",
    ),
    "a group named as one in another file": Wrong(
        "b.yaml", "id: B.1\n", "id: A.1 #\n", "rules/duplicate-id", "A.1 #", "a.yaml:5:9"
    ),
    "a dimension named twice": Wrong(
        "b.yaml", "id: B\n", "id: A\n", "rules/duplicate-id", "A\ntitle", "a.yaml:1:5"
    ),
    "a group named as its dimension": Wrong(
        "b.yaml", "id: B.1\n", "id: B #\n", "rules/duplicate-id", "B #", "b.yaml:1:5"
    ),
    "a band named twice": Wrong(
        "ruleset.yaml", "id: mid", "id: high", "rules/duplicate-id", "high, from", "used twice"
    ),
    "a ceiling beside a later indicator": Wrong(
        "b.yaml", "[A.1.1]", "[B.1.9]", "rules/order", "B.1.9", "before"
    ),
    "a ceiling beside itself": Wrong("b.yaml", "[A.1.1]", "[B.1.1]", "rules/order", "B.1.1]", "before"),
    # Sums
    "criteria that do not add up": Wrong(
        "a.yaml",
        "points: 0.5\n            title: {en: Is stated",
        "points: 0.4\n            title: {en: Is stated",
        "rules/points",
        "1\n        weight: plain",
        "0.9, not 1",
    ),
    "a total that does not add up": Wrong(
        "ruleset.yaml", "points: 4", "points: 5", "rules/points", "5\nsource", "4, not 5"
    ),
    "a ladder that does not reach its points": Wrong(
        "a.yaml",
        "points: 2\n            title: {en: Is verified",
        "points: 1.5\n            title: {en: Is verified",
        "rules/points",
        "2\n        weight: double",
        "worth 1.5, the indicator 2",
    ),
    # Bands
    "bands in the wrong order": Wrong(
        "ruleset.yaml",
        "id: mid, from: 1",
        "id: mid, from: 7",
        "rules/band",
        "{id: mid",
        "highest to the lowest",
    ),
    "a last band over 0": Wrong(
        "ruleset.yaml", "id: low, from: 0", "id: low, from: 0.5", "rules/band", "{id: low", "from: 0"
    ),
    "a last band without 0": Wrong(
        "ruleset.yaml", "id: low, from: 0", "id: low, above: 0", "rules/band", "{id: low", "from: 0"
    ),
    "a band with above and from": Wrong(
        "ruleset.yaml", "id: mid, from: 1", "id: mid, from: 1, above: 1", "rules/band", "{id: mid", "either"
    ),
    "a band with neither": Wrong(
        "ruleset.yaml", "id: mid, from: 1", "id: mid", "rules/band", "{id: mid", "either"
    ),
    # Files
    "a part that is not there": Wrong(
        "ruleset.yaml", "b.yaml]", "b.yaml, c.yaml]", "rules/part", "c.yaml", "no such file"
    ),
    "a part outside of the folder": Wrong(
        "ruleset.yaml", "b.yaml]", "b.yaml, ../c.yaml]", "rules/string-pattern-mismatch", "../c.yaml", "form"
    ),
    "a part by its full path": Wrong(
        "ruleset.yaml",
        "b.yaml]",
        "b.yaml, /etc/c.yaml]",
        "rules/string-pattern-mismatch",
        "/etc/c.yaml",
        "form",
    ),
    "YAML that is none": Wrong("b.yaml", "points: 1\ngroups", "points: [1\ngroups", "read/syntax", "[1", ""),
    "a key given twice": Wrong(
        "b.yaml",
        "points: 1\ngroups",
        "points: 1\npoints: 1 #\ngroups",
        "read/duplicate-key",
        "points: 1 #",
        "points",
    ),
}


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "document.yaml"
    path.write_text(DOCUMENT, encoding="utf-8")
    return path


def test_the_tiny_ruleset_has_no_findings(command: Command, tmp_path: Path) -> None:
    ran = command("rules", "lint", write(tmp_path / "tiny"), "--lang", "en")
    assert (ran.code, ran.out) == (0, "rulesets checked: 1; findings: 0.\n")


@pytest.mark.parametrize("name", ["tiny", "tiny/ruleset.yaml"])
def test_a_ruleset_of_ones_own_scores_as_calculated_by_hand(
    command: Command, tmp_path: Path, document: Path, name: str
) -> None:
    write(tmp_path / "tiny")
    ran = command(
        "check", document, "--ruleset", tmp_path / name, "--format", "json", "--as-of", "2026-01-01"
    )
    result = ran.json["documents"][0]["results"][0]
    # Commitment: stated, no year: 0.5. Emissions: an amount, not verified: 1 × 2. Board: 1, but without a procedure
    # it has 1 at most together with the commitment, so 0.5. Together 3 of 4; bands are for scores out of the points a
    # ruleset gives, and with its weights this one allows 6, so that no band is told.
    assert {each["id"]: each["awarded"] for each in result["indicators"]} == {
        "A.1.1": "0.5", "A.1.2": "1", "B.1.1": "0.5",
    }  # fmt: skip
    assert (Decimal(result["score"]), result["band"]) == (Decimal(3), None)


@pytest.mark.parametrize("name", WRONG)
def test_one_thing_wrong_is_one_finding_at_its_place(command: Command, tmp_path: Path, name: str) -> None:
    wrong = WRONG[name]
    folder = write(tmp_path / "tiny", (wrong.file, wrong.old, wrong.new))
    started = time.monotonic()
    ran = command("rules", "lint", folder, "--lang", "en", "--format", "json")
    assert time.monotonic() - started < 10
    assert ran.code == 1, ran.text
    findings = ran.json["findings"]
    found = [(each["code"], Path(each["file"]).name, each["line"], each["column"]) for each in findings]
    assert found == [(wrong.code, wrong.file, *place(folder / wrong.file, wrong.at))], findings
    told = " ".join(filter(None, [findings[0]["message"], findings[0]["advice"], findings[0]["expected"]]))
    assert wrong.says in told


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_ruleset_is_not_used_and_nothing_is_written(
    command: Command, tmp_path: Path, document: Path, name: str
) -> None:
    wrong = WRONG[name]
    folder = write(tmp_path / "tiny", (wrong.file, wrong.old, wrong.new))
    output = tmp_path / "result.json"
    ran = command(
        "check",
        document,
        "--ruleset",
        folder / "ruleset.yaml",
        "--format",
        "json",
        "--output",
        output,
        "--lang",
        "zh",
    )
    assert (ran.code, ran.out) == (3, "")
    line, column = place(folder / wrong.file, wrong.at)
    assert f"{folder / wrong.file}:{line}:{column}: " in ran.err
    assert any("\u4e00" <= letter <= "\u9fff" for letter in ran.err)
    assert not output.exists()


def test_findings_of_all_files_come_at_once_in_their_order(command: Command, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "tiny",
        ("ruleset.yaml", "id: low, from: 0", "id: low, from: 0.5"),
        ("ruleset.yaml", "points: 4", "points: 5"),
        ("a.yaml", STATED, "when: governance.climate_comitment.statement != null"),
        ("a.yaml", "weight: double", "weight: tripled"),
        ("b.yaml", "body != null", "boddy != null"),
    )
    ran = command("rules", "lint", folder, "--format", "json")
    places = [(Path(each["file"]).name, each["line"]) for each in ran.json["findings"]]
    assert places == [
        ("a.yaml", 19),
        ("a.yaml", 29),
        ("b.yaml", 26),
        ("ruleset.yaml", 9),
        ("ruleset.yaml", 20),
    ]


def test_a_part_of_the_wrong_form_hides_no_findings_elsewhere_and_makes_none(
    command: Command, tmp_path: Path
) -> None:
    folder = write(
        tmp_path / "tiny",
        ("a.yaml", "title: {en: First, zh: 第一}\n", ""),
        ("b.yaml", "body != null", "boddy != null"),
    )
    ran = command("rules", "lint", folder, "--format", "json")
    assert [(each["code"], Path(each["file"]).name) for each in ran.json["findings"]] == [
        ("rules/missing", "a.yaml"),
        ("rules/expression", "b.yaml"),
    ]


def test_a_main_file_of_the_wrong_form_does_not_hide_what_is_wrong_with_the_parts(
    command: Command, tmp_path: Path
) -> None:
    folder = write(
        tmp_path / "tiny",
        ("ruleset.yaml", "edition:", "editon:"),
        ("a.yaml", "award: sum", "award: some"),
    )
    ran = command("rules", "lint", folder, "--format", "json")
    assert [(each["code"], Path(each["file"]).name, each["line"]) for each in ran.json["findings"]] == [
        ("rules/literal-error", "a.yaml", 13),
        ("rules/unknown-field", "ruleset.yaml", 2),
    ]


def test_a_group_that_does_not_add_up_is_told_of_with_its_dimension(command: Command, tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny", ("a.yaml", "points: 3\n    indicators", "points: 3.5\n    indicators"))
    ran = command("rules", "lint", folder, "--format", "json", "--lang", "en")
    assert [(each["line"], each["column"], each["message"]) for each in ran.json["findings"]] == [
        (3, 9, "the points below add up to 3.5, not 3."),
        (7, 13, "the points below add up to 3, not 3.5."),
    ]


def test_a_parallel_indicator_must_stand_in_the_group_of_the_other(command: Command, tmp_path: Path) -> None:
    change = ("b.yaml", "        award: sum\n", "        award: sum\n        parallel_to: A.1.1\n")
    ran = command("rules", "lint", write(tmp_path / "tiny", change), "--format", "json", "--lang", "en")
    # A parallel indicator does not count for the points of its group, so these do not add up either.
    assert [(each["code"], each["line"], each["column"]) for each in ran.json["findings"]] == [
        ("rules/points", 7, 13),
        ("rules/order", 14, 22),
    ]


def test_a_dimension_that_does_not_add_up_is_told_of_with_the_total(command: Command, tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny", ("a.yaml", "points: 3\ngroups", "points: 4\ngroups"))
    ran = command("rules", "lint", folder, "--format", "json", "--lang", "en")
    assert [(Path(each["file"]).name, each["line"], each["message"]) for each in ran.json["findings"]] == [
        ("a.yaml", 3, "the points below add up to 3, not 4."),
        ("ruleset.yaml", 9, "the points below add up to 5, not 4."),
    ]


def test_a_ruleset_without_parts_is_a_finding(command: Command, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "tiny",
        ("ruleset.yaml", "parts: [a.yaml, b.yaml]\n", ""),
        ("ruleset.yaml", "points: 4", "points: 0"),
    )
    ran = command("rules", "lint", folder, "--format", "json")
    assert [(each["code"], each["line"]) for each in ran.json["findings"]] == [("rules/empty", 1)]


@pytest.mark.parametrize(
    "content", ["", "[]", "text", "a: &a [*a]", "id: 1", "\x00", "parts: [1, null, {}]", "null"]
)
def test_any_other_file_is_refused_with_a_place(command: Command, tmp_path: Path, content: str) -> None:
    path = tmp_path / "ruleset.yaml"
    path.write_text(content, encoding="utf-8")
    ran = command("rules", "lint", path, "--lang", "en")
    assert ran.code == 1
    assert str(path) in ran.text


def test_what_is_not_there_is_no_finding_but_an_error(command: Command, tmp_path: Path) -> None:
    assert command("rules", "lint", tmp_path / "nothing.yaml").code == 3
    assert command("rules", "lint", tmp_path).code == 3
    assert command("check", "-", "--ruleset", tmp_path / "nothing.yaml").code == 3


def test_findings_in_chinese_have_no_english_words_of_their_own(command: Command, tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny", ("a.yaml", "award: sum", "award: some"))
    ran = command("rules", "lint", folder, "--lang", "zh")
    assert "应为 'sum'或'highest'。" in ran.out
    assert "已检查规则集 1 个，发现问题 1 处。" in ran.out


def test_authoring_raises_one_error_that_holds_all_problems(tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny", ("ruleset.yaml", "points: 4", "points: 5"))
    with pytest.raises(RulesetError) as caught:
        author(folder)
    assert [each.code for each in caught.value.problems] == ["rules/points"]
    assert caught.value.exit_code == 3


class TestRulesTest:
    """``cati rules test`` on rulesets of one's own."""

    def written(self, folder: Path, text: str) -> Path:
        write(folder)
        (folder / "tests").mkdir()
        (folder / "tests" / "a.yaml").write_text(text, encoding="utf-8")
        return folder

    GOOD = """\
tests:
  - name: stated without a year
    given: {governance: {climate_commitment: {statement: We act.}}}
    expect: {A.1.1: 0.5, A: 0.5, B.1: 0}
"""

    def test_expectations_that_are_met_end_with_0(self, command: Command, tmp_path: Path) -> None:
        ran = command("rules", "test", self.written(tmp_path / "tiny", self.GOOD), "--lang", "en")
        assert (ran.code, ran.out) == (0, "1 tests run, 0 expectations not met.\n")

    def test_an_expectation_that_is_not_met_ends_with_1_and_its_place(
        self, command: Command, tmp_path: Path
    ) -> None:
        folder = self.written(tmp_path / "tiny", self.GOOD.replace("A: 0.5", "A: 1"))
        ran = command("rules", "test", folder, "--lang", "en")
        assert ran.code == 1
        assert f"{folder}/tests/a.yaml:2:5: stated without a year: A: expected 1, awarded 0.5." in ran.out

    def test_an_unknown_rule_is_not_met(self, command: Command, tmp_path: Path) -> None:
        folder = self.written(tmp_path / "tiny", self.GOOD.replace("B.1: 0", "C.1: 0"))
        ran = command("rules", "test", folder, "--lang", "en")
        assert ran.code == 1
        assert "there is no rule C.1." in ran.out

    @pytest.mark.parametrize(
        "text",
        ["tests: 1", "- 1", "tests: [1]", "tests: [{name: a}]", "tests: [{name: a, given: [], expect: {}}]",
         "tests: [{name: a, given: {}, expect: {A: x}}]", "tests: [{name: a, given: {year: 1}, expect: {A: 1}}]"],
    )  # fmt: skip
    def test_a_test_file_of_another_form_ends_with_3(
        self, command: Command, tmp_path: Path, text: str
    ) -> None:
        ran = command("rules", "test", self.written(tmp_path / "tiny", text))
        assert ran.code == 3
        assert "tests/a.yaml:1:" in ran.err

    @pytest.mark.parametrize(
        "expect",
        ["{verdict: 1}", "{verdict: met, level: 4}", "{verdict: met, level: [A]}", "{verdict: met, in_force: {}}",
         "{verdict: met, missing: scrap.share}", "{verdict: met, missing: [scrap.share, 0.4]}",
         "{verdict: met, missing: [[scrap.share], a]}", "{findings: [{id: [a], severity: note, at: ''}]}",
         "{findings: [a, 1]}"],
    )  # fmt: skip
    def test_what_is_expected_is_told_in_words(self, tmp_path: Path, expect: str) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(
            f"base: {{kind: product}}\ntests: [{{name: a, given: {{}}, expect: {expect}}}]\n",
            encoding="utf-8",
        )
        with pytest.raises(RulesetError) as caught:
            read_tests(path)
        assert caught.value.problems[0].code == "rules/test"
        assert caught.value.problems[0].path == "tests[0].expect"

    def test_a_folder_in_the_working_folder_needs_no_slash(
        self, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.written(tmp_path / "tiny", self.GOOD)
        monkeypatch.chdir(tmp_path)
        assert command("rules", "test", "tiny").code == 0


def test_store_writes_beside_the_rules_and_says_where(command: Command, tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny")
    for name in (folder, folder / "ruleset.yaml"):
        ran = command("rules", "store", name)
        assert (ran.code, ran.out) == (0, f"{folder / 'stored.json'}\n")
        assert '"id":"tiny"' in (folder / "stored.json").read_text(encoding="utf-8")


def test_store_keeps_the_stored_form_when_the_rules_are_wrong(command: Command, tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny", ("ruleset.yaml", "points: 4", "points: 5"))
    (folder / "stored.json").write_text("kept", encoding="utf-8")
    assert command("rules", "store", folder).code == 3
    assert (folder / "stored.json").read_text(encoding="utf-8") == "kept"


def test_a_stored_form_made_from_other_files_is_a_finding(command: Command, tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny")
    assert command("rules", "store", folder).code == 0
    assert command("rules", "lint", folder).code == 0
    part = folder / "a.yaml"
    part.write_text(part.read_text(encoding="utf-8") + "# a word more\n", encoding="utf-8")
    ran = command("rules", "lint", folder, "--lang", "en")
    assert ran.code == 1
    assert "Run `cati rules store`." in ran.out
