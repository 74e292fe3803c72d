"""``cati target``: targets judged and worked out, on numbers derived by hand."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from running import Command

from cati_rules.documents import read_document
from cati_rules.schema import validate

AS_OF = ("--as-of", "2026-11-26")
THREE_NUMBERS = ("target", "--base", "2025", "--target", "2030", "--s1", "4.2Mt", "--s2", "1.1Mt", *AS_OF)
DISCLOSURE = """# our draft
kind: disclosure
company: {name: Example Steel, sector: steelmaker}  # a maker
reporting_year: 2025
emissions:
  - {scope: scope_1, year: 2023, value: 50, unit: MtCO2e}
  - {scope: scope_2, year: 2023, value: 50, unit: MtCO2e}
  - {scope: scope_1, year: 2025, value: 40, unit: MtCO2e}
  - {scope: scope_2, year: 2025, value: 40, unit: MtCO2e}
targets:
  # the one that was published
  - {subject: emission_reduction, scopes: [scope_1, scope_2], measure: absolute, reduction: 0.4, base_year: 2023, target_year: 2030, recent_inventory_year: 2025, coverage: 1, conditional: false, submitted: 2026-06-01}
"""


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    file = tmp_path / "draft.yaml"
    file.write_text(DISCLOSURE, encoding="utf-8")
    return file


def told(text: str) -> str:
    """Return a page as one line, so that nothing hangs on where lines break."""
    return " ".join(text.split())


def edition(data: Any, identifier: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in data["targets"][0]["editions"] if each["id"] == identifier)
    return found


# Worked out from three numbers: 4.2/5.3 · 0.18 + 1.1/5.3 / 3 = 0.211824


def test_a_target_from_three_numbers(command: Command) -> None:
    ran = command(*THREE_NUMBERS, "--lang", "en")
    assert ran.code == 0
    page = told(ran.out)
    assert "4.2 % × 5 years = 21.00 %" in page
    assert "scope 1 has to cut 90 % by 2050 and scope 2 has to cut 100 % by 2040; that makes 21.19 %" in page
    assert "Only the Science Based Targets initiative validates targets" in page
    assert "aligned" not in page
    # Scope 1 comes to the floor, scope 2 to a third.
    assert "each by itself: scope 1 21.00 %, scope 2 33.34 %" in page


def test_in_chinese_with_chinese_units(command: Command) -> None:
    ran = command(
        "target",
        "--base",
        "2025",
        "--target",
        "2030",
        "--s1",
        "420万吨",
        "--s2",
        "110万吨",
        *AS_OF,
        "--lang",
        "zh",
    )
    assert ran.code == 0
    page = "".join(ran.out.split())
    assert "每年4.2%仍为下限" in page
    assert "合计需21.19%" in page
    assert "417.733万吨" in page


def test_exact_numbers_as_data(command: Command) -> None:
    data = command(*THREE_NUMBERS, "--format", "json").json
    (ambition,) = edition(data, "sbti-aca-1.3.1")["ambitions"]
    assert ambition["least_reduction"] == "842/3975"  # 0.2118238…
    assert ambition["verdict"] is None
    before = edition(data, "sbti-aca-1")["ambitions"]
    assert [each["least_reduction"] for each in before] == ["1/8", "21/100"]


@pytest.mark.parametrize(
    ("reduction", "verdict"),
    [("21.18%", "not_met"), ("21.19%", "met"), ("0.2118", "not_met"), ("0.2119", "met")],
)
def test_a_stated_reduction(command: Command, reduction: str, verdict: str) -> None:
    data = command(*THREE_NUMBERS, "--reduction", reduction, "--format", "json").json
    assert edition(data, "sbti-aca-1.3.1")["verdict"] == verdict


def test_without_the_split(command: Command) -> None:
    ran = command(
        "target",
        "--base",
        "2025",
        "--target",
        "2030",
        "--s12",
        "5.3Mt",
        "--reduction",
        "21%",
        *AS_OF,
        "--lang",
        "en",
    )
    page = told(ran.out)
    assert "open: 1.5 °C asks for 21.00 % to 33.34 %, as the inputs turn out" in page
    assert "What would tell: emissions of scope 1 and of scope 2 in 2025, each by itself" in page


def test_csv_and_html_and_workbook(command: Command, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(command(*THREE_NUMBERS, "--format", "csv").out)))
    since = [each for each in rows if each["edition"] == "sbti-aca-1.3.1"]
    assert [each["least_reduction"] for each in since] == ["0.211823899371"]
    page = tmp_path / "target.html"
    assert command(*THREE_NUMBERS, "--output", page, "--lang", "zh").code == 0
    text = page.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "<script" not in text
    assert 'lang="zh-CN"' in text
    book = tmp_path / "target.xlsx"
    assert command(*THREE_NUMBERS, "--output", book, "--lang", "en").code == 0
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == ["Editions", "Year by year", "In words"]
    years = [row[2].value for row in sheets["Year by year"].iter_rows(min_row=2)]
    assert set(years) == {2025, 2026, 2027, 2028, 2029, 2030}


# The sectoral approach: cases 19 and 20


def test_growing_and_shrinking_output(command: Command) -> None:
    common = (
        "target",
        "--scope",
        "1+2",
        "--base",
        "2020",
        "--target",
        "2030",
        "--intensity",
        "2.20",
        *AS_OF,
        "--lang",
        "en",
    )
    growing = told(
        command(*common, "--production", "10Mt", "--planned", "12.5Mt", "--sector-growth", "1.05").out
    )
    assert "m = 0.84" in growing
    assert "2030: 1.326 t/t at most" in growing
    assert "22 → 16.575" in growing
    shrinking = ("--production", "10Mt", "--planned", "9Mt", "--sector-growth", "1.05")
    assert "2030: 1.799 t/t at most" in told(command(*common, *shrinking).out)
    assert "2030: 1.558 t/t at most" in told(command(*common, *shrinking, "--cap").out)


def test_scrap_and_a_pathway_of_ones_own(command: Command, tmp_path: Path) -> None:
    common = ("target", "--scope", "1+2", "--base", "2020", *AS_OF, "--lang", "en")
    assert "1.347 t/t at most" in told(
        command(*common, "--target", "2030", "--intensity", "1.90", "--scrap", "30%").out
    )
    between = told(command(*common, "--target", "2035", "--intensity", "2.60").out)
    assert "0.77–1.71 in 2035" in between
    assert "nothing is interpolated" in between
    file = tmp_path / "own.csv"
    file.write_text("year,intensity\n2020,4\n2030,3\n2050,1\n", encoding="utf-8")
    # d = 5 − 1, p = (3 − 1)/(4 − 1): 4 · 2/3 + 1 = 3.667
    own = told(command(*common, "--target", "2030", "--intensity", "5", "--pathway", file).out)
    assert "3.667 t/t at most" in own
    file.write_text("2020,1\n2030,2\n", encoding="utf-8")
    ran = command(*common, "--target", "2030", "--intensity", "5", "--pathway", file)
    assert ran.code == 3
    assert "never rises" in ran.text


# The screenshot of the report's tool: base year 2020, target year 2025, 10.2 Mt on 100,000 t of steel


def test_the_screenshot_on_its_day(command: Command) -> None:
    shot = ("target", "--base", "2020", "--target", "2025", "--s12", "10.2Mt", "--production", "100000t")
    page = told(command(*shot, "--as-of", "2023-06-30", "--lang", "en").out)
    assert "2 years from 2023 to 2025: under the 5 years that are asked for" in page
    assert "102 t per t of output" in page
    today = told(command(*shot, *AS_OF, "--lang", "en").out)
    assert "The target year 2025 has passed" in today
    assert "102 t per t of output" in today
    chinese = "".join(command(*shot, *AS_OF, "--lang", "zh").out.split())
    assert "目标年2025已过" in chinese
    assert "单位产量排放102t/t" in chinese


# Of a disclosure: 1 − 0.8 · (1 − 0.256667) = 0.405333


def test_the_targets_of_a_disclosure(command: Command, draft: Path) -> None:
    page = told(command("target", draft, *AS_OF, "--lang", "en").out)
    assert "falls short of 1.5 °C by 0.54 percentage points: the least that passes is 40.54 %" in page
    # 2025: 20 % less than in 2023; 40 % · 2/7 = 11.43 % were due; 2023 + 2 · 40/20 = 2027
    assert (
        "2025: 20 % under the base year; on a straight line to the target 11.43 % were due: on its way."
        in page
    )
    assert "At this pace the target is reached in 2027." in page


def test_a_validated_target_keeps_that(command: Command, draft: Path) -> None:
    draft.write_text(
        DISCLOSURE.replace("coverage: 1,", "coverage: 1, validation: {status: validated},"), encoding="utf-8"
    )
    page = told(command("target", draft, *AS_OF, "--lang", "en").out)
    assert "would fall short at renewal" in page


def test_the_editions_are_announced_in_force_and_superseded(command: Command, draft: Path) -> None:
    def standings(as_of: str) -> dict[str, str]:
        data = command("target", draft, "--as-of", as_of, "--format", "json", "--lang", "en").json
        return {each["id"]: each["standing"] for each in data["targets"][0]["editions"]}

    early, now = standings("2025-06-30"), standings("2026-11-26")
    assert early["sbti-aca-1"] == "in force"
    assert early["sbti-aca-1.3.1"].startswith("announced")
    assert now["sbti-aca-1"].startswith("superseded")
    assert now["sbti-aca-1.3.1"] == "in force"
    assert now["sbti-net-zero-2.0"].startswith("announced")


# Writing


def test_a_disclosure_is_begun(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    ran = command(*THREE_NUMBERS, "--write", file, "--company", "Example: Steel", "--lang", "en")
    assert ran.code == 0
    assert "Wrote" in ran.err
    document: Any = read_document(file)
    assert not [each for each in validate(document) if each.severity == "error"]
    assert str(document.value["targets"][0]["reduction"]) == "0.2119"
    data = command("target", file, *AS_OF, "--format", "json").json
    assert edition(data, "sbti-aca-1.3.1")["verdict"] == "met"


def test_a_target_is_added_and_nothing_else_changes(command: Command, draft: Path) -> None:
    assert command(*THREE_NUMBERS, "--reduction", "25%", "--write", draft).code == 0
    after = draft.read_text(encoding="utf-8")
    assert all(line in after for line in DISCLOSURE.splitlines())
    value: Any = read_document(draft).value
    # The figures of 2025 are there already, and stay as they are.
    assert (len(value["emissions"]), len(value["targets"])) == (4, 2)


def test_what_cannot_be_added_is_left_alone(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "flow.yaml"
    text = "{kind: disclosure, company: {name: A}, reporting_year: 2025, targets: []}\n"
    file.write_text(text, encoding="utf-8")
    ran = command(*THREE_NUMBERS, "--write", file, "--lang", "en")
    assert ran.code == 2
    assert "without changing what stands there" in ran.text
    assert file.read_text(encoding="utf-8") == text


def test_nothing_is_written_while_the_reduction_is_open(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    ran = command(
        "target",
        "--base",
        "2025",
        "--target",
        "2030",
        "--s12",
        "5.3Mt",
        "--write",
        file,
        *AS_OF,
        "--lang",
        "en",
    )
    assert ran.code == 2
    assert "not known yet" in ran.text
    assert not file.exists()


# What is wrong


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--base", "2025", "--s1", "4Mt"), "A target needs --target"),
        (("--base", "2025", "--target", "2030"), "of which scopes"),
        (("--base", "2030", "--target", "2025", "--s1", "4Mt"), "have to be in order"),
        (("--base", "2025", "--target", "2030", "--s1", "4"), "not an amount with its unit"),
        (("--base", "2025", "--target", "2030", "--s1", "4MtCO2"), "not an amount with its unit"),
        (("--base", "2025", "--target", "2030", "--s1", "-4Mt"), "not an amount with its unit"),
        (("--base", "2025", "--target", "2030", "--s1", "4Mt", "--reduction", "42"), "not a share"),
        (("--base", "2025", "--target", "2030", "--s1", "4Mt", "--recent-s1", "3Mt"), "need that year"),
        (("--base", "2025", "--target", "2030", "--s1", "4Mt", "--submitted", "soon"), "not a date"),
        (("--base", "2025", "--target", "2030", "--s1", "4Mt", "--intensity", "nan"), "not a number over 0"),
        (
            ("--base", "2010", "--target", "2030", "--s1", "4Mt", "--intensity", "2"),
            "known from 2020 to 2050",
        ),
    ],
)
def test_wrong_usage_is_told(command: Command, arguments: tuple[str, ...], said: str) -> None:
    ran = command("target", *arguments, *AS_OF, "--lang", "en")
    assert ran.code == 2
    assert said in told(ran.text)


def test_a_file_and_options_do_not_go_together(command: Command, draft: Path) -> None:
    assert command("target", draft, "--base", "2025").code == 2


def test_a_document_that_is_wrong(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        "kind: disclosure\ncompany: {name: A}\nreporting_year: 2025\ntargets: [{subject: growth}]\n",
        encoding="utf-8",
    )
    ran = command("target", file, "--format", "json")
    assert ran.code == 3
    assert json.loads(ran.out)["problems"]
    assert command("target", tmp_path / "none.yaml").code == 3


def test_more_than_everything_is_no_target(command: Command, tmp_path: Path) -> None:
    # 35 years of 4.2 % are 147 %.
    shot = ("target", "--base", "2025", "--target", "2060", "--s1", "4Mt", *AS_OF, "--lang", "en")
    assert "asks for more than everything by then" in told(command(*shot).out)
    file = tmp_path / "new.yaml"
    assert command(*shot, "--write", file).code == 2
    assert not file.exists()


def test_scopes_with_lines_of_their_own_taken_together(command: Command, draft: Path) -> None:
    text = DISCLOSURE.replace("scopes: [scope_1, scope_2],", "scopes: [scope_1, scope_2, scope_3],")
    draft.write_text(text, encoding="utf-8")
    assert "scopes that have lines of their own are taken together" in told(
        command("target", draft, *AS_OF, "--lang", "en").out
    )


def test_what_a_document_says_is_text(command: Command, draft: Path) -> None:
    name = '"=1+1 \\e[31m[bold]x[/]<script>"'
    draft.write_text(DISCLOSURE.replace("{subject:", "{name: " + name + ", subject:"), encoding="utf-8")
    for form in ("rich", "csv", "html"):
        ran = command("target", draft, *AS_OF, "--format", form)
        assert ran.code == 0
        assert "\x1b" not in ran.out
        assert "<script" not in ran.out or form != "html"
    assert "'=1+1" in command("target", draft, *AS_OF, "--format", "csv").out


def test_an_intensity_of_scope_3(command: Command) -> None:  # case 12: 1 − 0.93^10 = 51.6018 %, rounded up
    ran = command("target", "--base", "2020", "--target", "2030", "--s3", "5Mt", *AS_OF, "--lang", "en")
    assert "7 % a year, compounded: 51.61 %" in told(ran.out)
