"""Demands and waivers in what is told: every format marks what is waived, and says what was not reached and why."""

from __future__ import annotations

import json
import re
import shlex
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from running import EXAMPLES, ROOT, Command

from cati_rules.gate.waivers import fingerprint, fingerprint_at

ON = ("--as-of", "2026-11-22", "--lang", "en")
SAID = "waived until 2027-06-30 by Board: Pending."
SETTINGS = """\
waivers = "waivers.yaml"
[[paths]]
pattern = "slab.yaml"
require = ["fmc-steel", "less"]
[[paths]]
pattern = "draft.yaml"
require = ["2.2.2"]
fail_under = 99
"""
PURCHASES = """\
kind: purchases
buyer: Example Motors
year: 2025
material: steel
lots:
  - name: First contract
    t: 500
    primary: true
    product:
      material: aluminium
"""
FINDINGS = ("lines", "github", "gitlab", "sarif", "junit", "markdown")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


def entry(command: Command, file: str, rule: str, *options: str, expires: str = "2027-06-30") -> str:
    given = ("--reason", "Pending.", "--approver", "Board", "--expires", expires, "--lang", "en")
    ran = command("waive", file, rule, *given, *options)
    assert ran.code == 0, ran.err
    return ran.out


def write_waivers(*entries: str) -> None:
    Path("waivers.yaml").write_text("kind: waivers\nwaivers:\n" + "".join(entries), encoding="utf-8")


@pytest.fixture
def project(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with a slab and a disclosure, demands on both, and waivers: two hold, one is over, one idle."""
    monkeypatch.chdir(tmp_path)
    for name, example in (("slab", "product"), ("draft", "draft")):
        text = (EXAMPLES / f"{example}.yaml").read_text(encoding="utf-8")
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")
    intensity = entry(command, "slab.yaml", "fmc-steel/intensity")
    write_waivers(
        intensity,
        entry(command, "draft.yaml", "cati-auto-2024/2.2.2"),
        entry(command, "draft.yaml", "cati-auto-2024/2.2.1", expires="2026-06-30"),
        intensity.replace('"intensity"', '"chain-of-custody"').replace(
            "/footprint/value", "/footprint/chain_of_custody"
        ),
    )
    Path("cati.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def told(command: Command, form: str, *options: str) -> str:
    return command("check", "draft.yaml", "slab.yaml", *ON, "--format", form, *options).out


class TestEveryFormat:
    def test_lines_begin_with_what_fails_the_run_and_end_with_waivers_to_look_at(
        self, command: Command, project: Path
    ) -> None:
        lines = told(command, "lines").splitlines()
        assert lines[0].startswith("draft.yaml:1:1 demand/fail-under ")
        assert lines[0].endswith("the score is 44.3, under 99")
        assert [each.split(" ")[1] for each in lines[1:4]] == ["demand/require"] * 3
        assert [each.split(" ")[:2] for each in lines[-2:]] == [
            ["waivers.yaml:19:5", "waiver/expired"],
            ["waivers.yaml:27:5", "waiver/not-needed"],
        ]
        marked = {each.split(" ")[1] for each in lines if f"[{SAID}]" in each}
        assert marked == {"demand/require", "fmc-steel/intensity", "cati-auto-2024:2.2.2/hot-spots"} | {
            each.split(" ")[1] for each in lines if "cati-auto-2024:2.2.2/" in each
        }

    def test_github_makes_a_notice_of_what_is_waived_and_an_error_of_a_demand(
        self, command: Command, project: Path
    ) -> None:
        lines = told(command, "github").splitlines()
        (waived,) = [each for each in lines if "title=fmc-steel/intensity" in each]
        assert waived.startswith("::notice file=slab.yaml,line=13,col=10,title=fmc-steel/intensity [waived] ")
        assert SAID in waived
        assert "::error file=draft.yaml,line=1,col=1,title=demand/fail-under " in lines[0]
        assert any(each.startswith("::warning file=waivers.yaml,line=19,") for each in lines)

    def test_gitlab_makes_information_of_what_is_waived(self, command: Command, project: Path) -> None:
        report = json.loads(told(command, "gitlab"))
        severities = {each["check_name"]: each["severity"] for each in report}
        assert severities["fmc-steel/intensity"] == "info"
        assert severities["demand/fail-under"] == "major"
        assert severities["waiver/expired"] == severities["waiver/not-needed"] == "minor"
        assert len({each["fingerprint"] for each in report}) == len(report)

    def test_sarif_suppresses_what_is_waived_and_says_of_all_else_that_it_is_not(
        self, command: Command, project: Path
    ) -> None:
        results = json.loads(told(command, "sarif"))["runs"][0]["results"]
        assert all(isinstance(each["suppressions"], list) for each in results)
        by_rule = {each["ruleId"]: each["suppressions"] for each in results}
        assert by_rule["fmc-steel/intensity"] == [
            {"kind": "external", "status": "accepted", "justification": SAID}
        ]
        assert by_rule["demand/fail-under"] == by_rule["waiver/expired"] == []
        unwaived = json.loads(told(command, "sarif", "--no-waivers"))["runs"][0]["results"]
        assert not any("suppressions" in each for each in unwaived)

    def test_junit_skips_what_is_waived_and_has_a_suite_of_demands(
        self, command: Command, project: Path
    ) -> None:
        root = ET.fromstring(told(command, "junit"))  # noqa: S314 - our own
        suites = {each.attrib["name"]: each for each in root}
        (case,) = suites["slab.yaml: fmc-steel"]
        skipped = case.find("skipped")
        assert skipped is not None
        assert skipped.attrib["message"] == SAID
        demands = suites["demands"]
        # Waived are fmc-steel and 2.2.2; a score is never waived, and LESS cannot be decided.
        assert (demands.attrib["failures"], demands.attrib["skipped"]) == ("2", "2")
        assert [len(each) for each in demands] == [1] * 4
        assert suites["waivers.yaml: document"].attrib["tests"] == "2"

    def test_markdown_says_on_top_what_was_not_reached(self, command: Command, project: Path) -> None:
        text = told(command, "markdown")
        top, _, rest = text.partition("| Document |")
        assert "**Demanded and not reached**" in top
        assert "- ❌ `draft.yaml` Demanded and not reached (--fail-under 99): the score is 44.3" in top
        assert "**Not reached, and waived**" in top
        assert "- ⏸️ line 13 `fmc-steel/intensity`" in rest
        assert "### `waivers.yaml`" in rest

    def test_json_has_demands_waivers_and_what_is_waived_in_each_document(
        self, command: Command, project: Path
    ) -> None:
        data = json.loads(told(command, "json"))
        demands = {each["demand"]: each for each in data["demands"]}
        assert demands["--fail-under 99"] == {
            "demand": "--fail-under 99",
            "document": "draft.yaml",
            "ruleset": "cati-auto-2024",
            "rule": "cati-auto-2024",
            "path": "",
            "reason": "the score is 44.3, under 99",
            "waived": False,
            "accept": [],
        }
        assert demands["--require fmc-steel"]["waived"] is True
        assert [each["code"] for each in data["waivers"]] == ["waiver/expired", "waiver/not-needed"]
        waived = {each["path"]: each["waived"] for each in data["documents"]}
        assert waived["slab.yaml"] == [
            {
                "ruleset": "fmc-steel",
                "rule": "intensity",
                "pointer": "/footprint/value",
                "reason": "Pending.",
                "approver": "Board",
                "expires": "2027-06-30",
            }
        ]

    def test_a_page_in_a_file_ends_with_it_and_below_one_that_is_printed_standard_error_says_it(
        self, command: Command, project: Path
    ) -> None:
        printed = command("check", "slab.yaml", "draft.yaml", *ON)
        assert "Demanded and not reached" not in printed.out
        assert command("check", "slab.yaml", "draft.yaml", *ON, "--output", "page.txt").code == 1
        page = Path("page.txt").read_text(encoding="utf-8")
        assert page.endswith(printed.err)
        said = printed.err.splitlines()
        assert said[0] == "Demanded and not reached:"
        assert f"~ slab.yaml: fmc-steel/intensity {SAID}" in said[said.index("Waived:") :]

    @pytest.mark.parametrize("form", FINDINGS)
    def test_what_is_printed_is_not_said_again_on_standard_error(
        self, command: Command, project: Path, form: str
    ) -> None:
        ran = command("check", "slab.yaml", *ON, "--format", form)
        assert (ran.code, ran.err) == (1, "")
        assert "less is indeterminate" in ran.out

    @pytest.mark.parametrize("form", FINDINGS)
    def test_in_chinese_it_is_said_in_chinese(self, command: Command, project: Path, form: str) -> None:
        out = command("check", "slab.yaml", "--as-of", "2026-11-22", "--lang", "zh", "--format", form).out
        assert "已豁免至 2027-06-30（批准人 Board）" in out
        assert "未达到" in out

    @pytest.mark.parametrize("form", [*FINDINGS, "json", "rich"])
    def test_without_demands_and_waivers_nothing_is_added(
        self, command: Command, project: Path, form: str
    ) -> None:
        Path("cati.toml").unlink()
        ran = command("check", "slab.yaml", *ON, "--format", form)
        assert ran.err == ""
        Path("cati.toml").write_text('require = ["responsiblesteel-2.1:4"]\n', encoding="utf-8")
        reached = command("check", "slab.yaml", *ON, "--format", form)
        assert (reached.code, reached.err) == (0, "")
        assert reached.out == ran.out or form == "json"
        assert "demand" not in ran.out
        assert "waived" not in ran.out

    @pytest.mark.parametrize("form", FINDINGS)
    def test_no_waivers_accepts_nothing_and_looks_at_no_waiver(
        self, command: Command, project: Path, form: str
    ) -> None:
        out = told(command, form, "--no-waivers")
        assert "waived" not in out
        assert "waiver/" not in out


class TestWhatIsWaived:
    """A waiver is for a rule, a document, and a value; of a list, for one entry."""

    def findings(self, command: Command, *files: str) -> dict[str, list[bool]]:
        found: dict[str, list[bool]] = {}
        for line in command(
            "check", *files, *ON, "--format", "lines", "--config", "cati.toml"
        ).out.splitlines():
            found.setdefault(line.split(" ")[1], []).append(f"[{SAID}]" in line)
        return found

    @pytest.fixture
    def settings(self, project: Path) -> None:
        Path("cati.toml").write_text('waivers = "waivers.yaml"\n', encoding="utf-8")

    @pytest.mark.usefixtures("settings")
    def test_one_criterion_leaves_the_others_of_its_indicator_and_an_indicator_covers_them(
        self, command: Command
    ) -> None:
        write_waivers(entry(command, "draft.yaml", "cati-auto-2024:1.1.4/accounting-reporting"))
        before = self.findings(command, "draft.yaml")
        assert before["cati-auto-2024:1.1.4/accounting-reporting"] == [True]
        assert sum(all(each) for each in before.values()) == 1
        write_waivers(entry(command, "draft.yaml", "cati-auto-2024/1.1.4"))
        covered = {
            rule: each for rule, each in self.findings(command, "draft.yaml").items() if ":1.1.4/" in rule
        }
        assert covered
        assert all(all(each) for each in covered.values())

    @pytest.mark.usefixtures("settings")
    def test_a_demand_of_an_indicator_is_waived_once_all_that_fails_of_it_is(self, command: Command) -> None:
        # The draft tells of no progress towards its scope 3 target: neither that there is some, nor how much, is met.
        entries = [
            entry(command, "draft.yaml", f"cati-auto-2024/4.2.2/{each}") for each in ("stated", "quantified")
        ]
        for listed, code in ((entries[:1], 1), (entries[1:], 1), (entries, 0)):
            write_waivers(*listed)
            assert command("check", "draft.yaml", *ON, "--quiet", "--require", "4.2.2").code == code

    @pytest.mark.usefixtures("settings")
    def test_what_is_missing_is_waived_until_it_is_given(self, command: Command) -> None:
        slab = Path("slab.yaml")
        text = slab.read_text(encoding="utf-8")
        without = re.sub(r"(?m)^  chain_of_custody: .*\n", "", text)
        slab.write_text(without, encoding="utf-8")
        written = entry(command, "slab.yaml", "fmc-steel/chain-of-custody")
        assert 'pointer: "/footprint/chain_of_custody"' in written
        write_waivers(written, entry(command, "slab.yaml", "fmc-steel/intensity"))
        assert command("check", "slab.yaml", *ON, "--quiet", "--require", "fmc-steel").code == 0
        slab.write_text(text.replace("site_mass_balance", "book_and_claim"), encoding="utf-8")
        ran = command("check", "slab.yaml", *ON, "--quiet", "--require", "fmc-steel")
        assert ran.code == 1
        assert "the value at /footprint/chain_of_custody is not the one that was waived" in ran.err

    @pytest.mark.usefixtures("settings")
    def test_a_definition_of_which_it_is_open_whether_it_applies_is_waived_as_a_whole(
        self, command: Command
    ) -> None:
        # The levels are for steel with less than 8 % of alloying elements, and the share is not told; nor is the boundary.
        slab = Path("slab.yaml")
        text = slab.read_text(encoding="utf-8").replace("  alloy_share: 0.02\n", "")
        slab.write_text(text.replace("cradle_to_crude_steel ", "gate_to_gate "), encoding="utf-8")
        demand = ("check", "slab.yaml", *ON, "--quiet", "--require", "responsiblesteel-2.1")
        assert command(*demand, "--no-waivers").code == 1
        written = entry(command, "slab.yaml", "responsiblesteel-2.1")
        assert 'rule: "responsiblesteel-2.1"\n' in written
        assert 'pointer: "/steel/alloy_share"' in written
        write_waivers(written)
        assert self.findings(command, "slab.yaml")["responsiblesteel-2.1"] == [True]
        # That the works alone are counted leaves the lowest level open as well.
        assert command(*demand).code == 1
        at = ("--at", "/footprint/value")
        write_waivers(written, entry(command, "slab.yaml", "responsiblesteel-2.1/1", *at))
        assert command(*demand).code == 0
        slab.write_text(
            slab.read_text(encoding="utf-8").replace("steel:\n", "steel:\n  alloy_share: 0.09\n"), "utf-8"
        )
        assert command(*demand).code == 1

    @pytest.mark.usefixtures("settings")
    def test_a_waiver_of_whether_it_applies_accepts_no_condition_that_fails_for_certain(
        self, command: Command
    ) -> None:
        slab = Path("slab.yaml")
        text = slab.read_text(encoding="utf-8").replace("  alloy_share: 0.02\n", "")
        slab.write_text(text.replace("value: 0.295", "value: 2.9"), encoding="utf-8")
        demand = ("check", "slab.yaml", *ON, "--quiet", "--require", "responsiblesteel-2.1")
        applies = entry(command, "slab.yaml", "responsiblesteel-2.1")
        write_waivers(applies)
        assert command(*demand).code == 1
        write_waivers(applies, entry(command, "slab.yaml", "responsiblesteel-2.1/1"))
        assert command(*demand).code == 0

    @pytest.mark.usefixtures("settings")
    @pytest.mark.parametrize(
        ("footprint", "rules"),
        [
            # First Movers asks for less than 0.295 with 30 % scrap: without the contradiction, 0.27 would meet it.
            ("0.27", ["consistency/post-consumer-above-scrap"]),
            ("0.295", ["fmc-steel/intensity", "consistency/post-consumer-above-scrap"]),
        ],
    )
    def test_a_judgement_that_rests_on_a_contradiction_is_accepted_once_that_is_waived_too(
        self, command: Command, footprint: str, rules: list[str]
    ) -> None:
        slab = Path("slab.yaml")
        text = slab.read_text(encoding="utf-8").replace("0.295", footprint)
        # More post-consumer scrap than scrap: a part is no more than the whole.
        slab.write_text(text.replace("post_consumer_share: 0.10", "post_consumer_share: 0.90"), "utf-8")
        listed = [entry(command, "slab.yaml", each) for each in rules]
        other = entry(command, "slab.yaml", "less/D")
        for given, code in (([other, *listed[:-1]], 1), ([other, *listed], 0)):
            write_waivers(*given)
            assert command("check", "slab.yaml", *ON, "--quiet", "--require", "fmc-steel").code == code

    @pytest.mark.usefixtures("settings")
    def test_a_waiver_of_one_entry_says_nothing_of_another(self, command: Command) -> None:
        found = [
            each
            for each in json.loads(
                command("check", "draft.yaml", "--ruleset", "consistency", *ON, "--format", "json").out
            )["documents"][0]["results"][0]["findings"]
            if re.search(r"\[\d+\]", each["path"])
        ]
        rule, place = f"consistency/{found[0]['id']}", re.match(r"(\w+)\[(\d+)\]", found[0]["path"])
        assert place is not None
        other = f"/{place[1]}/{int(place[2]) + 1}"
        write_waivers(entry(command, "draft.yaml", rule, "--at", other))
        marked = self.findings(command, "draft.yaml")
        assert marked[rule][0] is False
        write_waivers(entry(command, "draft.yaml", rule))
        assert self.findings(command, "draft.yaml")[rule][0] is True

    @pytest.mark.usefixtures("settings")
    def test_a_waiver_of_one_entry_does_not_hold_for_another_in_its_place(self, command: Command) -> None:
        Path("lots.yaml").write_text(PURCHASES, encoding="utf-8")
        rule = "consistency/lot-of-other-material"
        write_waivers(entry(command, "lots.yaml", rule, "--at", "/lots/0/product/material"))
        assert self.findings(command, "lots.yaml")[rule] == [True]
        # Another contract, of other tonnes, is as primary and as wrong.
        other = PURCHASES.replace("First contract", "Second contract").replace("t: 500", "t: 90000")
        Path("lots.yaml").write_text(other, encoding="utf-8")
        assert self.findings(command, "lots.yaml")[rule] == [False]
        assert "waiver/other-value" in command("check", "lots.yaml", *ON, "--format", "lines").out

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"name": "A", "target_year": 2030, "share": 1}, {"name": "B", "target_year": 2040, "share": 1}),
            ({"target_year": 2030, "share": 1}, {"target_year": 2040, "share": 1}),
            # What nothing identifies is told by all of it.
            ({"t": 500, "share": 1}, {"t": 90000, "share": 1}),
        ],
    )
    def test_the_same_value_in_another_entry_has_another_fingerprint(
        self, one: dict[str, Any], other: dict[str, Any]
    ) -> None:
        prints = {fingerprint_at({"targets": [each]}, ("targets", 0, "share")) for each in (one, other)}
        assert len(prints) == 2
        named = {**one, "remark": "Said anew."} if "target_year" in one else one
        assert fingerprint_at({"targets": [named, other]}, ("targets", 0, "share")) in prints

    @pytest.mark.usefixtures("settings")
    @pytest.mark.parametrize(
        "pointer", ["/footprnt/value", "/", "/name", "/evidence/7/title", "/evidence/²/title"]
    )
    def test_a_waiver_of_what_its_rule_does_not_read_never_holds(
        self, command: Command, pointer: str
    ) -> None:
        written = entry(command, "slab.yaml", "fmc-steel/intensity")
        missing = re.sub('fingerprint: ".*"', f'fingerprint: "{fingerprint(None)}"', written)
        write_waivers(missing.replace("/footprint/value", pointer))
        ran = command("check", "slab.yaml", *ON, "--quiet", "--require", "fmc-steel")
        assert ran.code == 1
        assert f"intensity does not read {pointer}, so a waiver of it has no effect" in ran.err
        assert "/footprint/value" in ran.err

    @pytest.mark.usefixtures("settings")
    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            (
                '"intensity"',
                '"intensty"',
                "there is no rule intensty in fmc-steel. Did you mean fmc-steel/intensity?",
            ),
            ('"fmc-steel"', '"fmc-steal"', "there is no ruleset fmc-steal. Did you mean fmc-steel"),
            ('"slab.yaml"', '"slob.yaml"', "there is no file slob.yaml"),
            ('"slab.yaml"', '"products/*.yaml"', "there is no file products/*.yaml"),
        ],
    )
    def test_a_waiver_that_names_what_there_is_not_says_so(
        self, command: Command, old: str, new: str, said: str
    ) -> None:
        write_waivers(entry(command, "slab.yaml", "fmc-steel/intensity").replace(old, new))
        # Also a run on another document tells it: there is none that it would be for.
        for file in ("slab.yaml", "draft.yaml"):
            ran = command("check", file, *ON, "--quiet")
            assert said in ran.err
        zh = command("check", "slab.yaml", "--lang", "zh", "--quiet").err
        assert "没有" in zh
        assert "无需豁免" not in zh
        codes = {
            each.split(" ")[1]
            for each in command("check", "slab.yaml", *ON, "--format", "lines").out.splitlines()
        }
        assert codes & {"waiver/unknown-rule", "waiver/no-document"}

    @pytest.mark.usefixtures("settings")
    def test_the_waiver_with_a_typo_among_the_cases_is_told_what_it_may_mean(self, command: Command) -> None:
        text = """\
kind: waivers
waivers:
  - ruleset: "fmc-steel"
    rule: "chain-of-custdy"
    document: "slab.yaml"
    pointer: "/footprint/chain_of_custody"
    fingerprint: "c6ed7b9e658dcd6670a1d22077da51c171834d3d46f430de38558d65cdb607f9"
    reason: "ok"
    approver: "y"
    expires: "2026-12-31"
"""
        Path("waivers.yaml").write_text(text, encoding="utf-8")
        ran = command("check", "slab.yaml", *ON, "--quiet")
        assert "Did you mean fmc-steel/chain-of-custody?" in ran.err
        assert "not needed" not in ran.err

    @pytest.mark.usefixtures("settings")
    def test_one_cause_behind_several_verdicts_is_named_in_one_command_that_waives_it(
        self, command: Command
    ) -> None:
        before = command("check", "slab.yaml", *ON, "--format", "json").out
        Path("before.json").write_text(before, encoding="utf-8")
        slab = Path("slab.yaml")
        slab.write_text(slab.read_text(encoding="utf-8").replace("0.295", "0.299"), encoding="utf-8")
        demand = (
            "check",
            "slab.yaml",
            *ON,
            "--quiet",
            "--baseline",
            "before.json",
            "--require",
            "iea-near-zero:A",
        )
        ran = command(*demand)
        assert ran.code == 1
        (line,) = [each for each in ran.err.splitlines() if "To accept it for a time" in each]
        told = shlex.split(line.partition(": ")[2].removesuffix(" …"))
        assert told[:3] == ["cati", "waive", "slab.yaml"]
        assert len(told) > 3
        printed = command(
            *told[1:],
            "--reason",
            "Pending.",
            "--approver",
            "Board",
            "--expires",
            "2027-06-30",
            "--lang",
            "en",
        )
        assert printed.code == 0, printed.err
        write_waivers(printed.out)
        assert command(*demand).code == 0

    @pytest.mark.usefixtures("settings")
    def test_a_pointer_without_a_slash_is_refused_in_a_file_of_waivers(self, command: Command) -> None:
        written = entry(command, "slab.yaml", "fmc-steel/intensity")
        write_waivers(written.replace("/footprint/value", "footprint/value"))
        ran = command("check", "slab.yaml", *ON)
        assert ran.code == 2
        assert "waivers.yaml:6" in ran.err

    @pytest.mark.usefixtures("settings")
    def test_a_run_on_some_documents_or_rulesets_says_nothing_of_waivers_for_others(
        self, command: Command
    ) -> None:
        write_waivers(entry(command, "draft.yaml", "cati-auto-2024/2.2.2"))
        assert "waiver/" not in command("check", "slab.yaml", *ON, "--format", "lines").out
        narrowed = ("--ruleset", "consistency", "--format", "lines")
        assert "waiver/" not in command("check", "draft.yaml", *ON, *narrowed).out

    @pytest.mark.usefixtures("settings")
    def test_of_two_waivers_for_one_thing_the_second_is_not_needed(self, command: Command) -> None:
        one = entry(command, "slab.yaml", "fmc-steel/intensity")
        write_waivers(one, one)
        ran = command("check", "slab.yaml", *ON, "--quiet")
        assert ran.err.splitlines()[-1].startswith(
            "! waivers.yaml:11:5: fmc-steel/intensity: the waiver is not needed"
        )

    @pytest.mark.usefixtures("settings")
    @pytest.mark.parametrize("form", [*FINDINGS, "rich"])
    def test_what_a_waiver_says_steers_nothing(self, command: Command, form: str) -> None:
        said = "x\x1b[31m\n::error::y\n<b>|`@team`"
        written = entry(command, "slab.yaml", "fmc-steel/intensity").replace('"Pending."', json.dumps(said))
        write_waivers(written)
        ran = command("check", "slab.yaml", *ON, "--format", form)
        assert "\x1b" not in ran.text
        assert not [each for each in ran.text.splitlines() if each.startswith("::error::")]
        if form == "junit":
            ET.fromstring(ran.out)  # noqa: S314 - our own
        if form == "markdown":
            assert "<b>" not in ran.out

    @pytest.mark.usefixtures("settings")
    def test_a_document_is_known_however_it_is_named(self, command: Command, project: Path) -> None:
        write_waivers(entry(command, f"{project}/slab.yaml", "fmc-steel/intensity"))
        for name in ("slab.yaml", "./slab.yaml", str(project / "slab.yaml")):
            assert self.findings(command, name)["fmc-steel/intensity"] == [True]
        text = Path("waivers.yaml").read_text(encoding="utf-8")
        Path("waivers.yaml").write_text(text.replace('"slab.yaml"', '"other*.yaml"'), encoding="utf-8")
        assert self.findings(command, "slab.yaml")["fmc-steel/intensity"] == [False]

    def test_demands_by_path_hold_however_a_document_is_named(self, command: Command, project: Path) -> None:
        for name in ("slab.yaml", "./slab.yaml", str(project / "slab.yaml")):
            assert "demand/require" in command("check", name, *ON, "--format", "lines").out

    @pytest.mark.usefixtures("project")
    @pytest.mark.parametrize(
        ("rule", "options", "said"),
        [
            (
                "fmc-steel/chain-of-custody",
                [],
                "this does not fail in this document. What fails of fmc-steel: fmc-steel/intensity.",
            ),
            ("fmc-steel/intensty", [], "Did you mean fmc-steel/intensity?"),
            ("fossil-free-steel/product", [], "Nothing of fossil-free-steel fails."),
            ("fmc-steal/intensity", [], "Did you mean fmc-steel?"),
            ("fmc-steel/intensity", ["--at", "/name"], "fmc-steel/intensity does not read /name"),
            ("fmc-steel/intensity", ["--at", "/footprint/valu"], "there is nothing at /footprint/valu"),
            ("fmc-steel/intensity", ["--at", "kind"], "It begins with a slash: /footprint/value."),
            ("fmc-steel/intensity", ["--at", ""], "It begins with a slash: /footprint/value."),
            ("fmc-steel", [], "this does not fail in this document"),
        ],
    )
    def test_what_does_not_fail_is_not_waived(
        self, command: Command, rule: str, options: list[Any], said: str
    ) -> None:
        given = ("--reason", "x", "--approver", "y", "--expires", "2027-06-30", "--lang", "en")
        ran = command("waive", "slab.yaml", rule, *given, *options)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err

    def test_a_worse_indicator_is_accepted_where_it_is_waived_and_a_worse_score_is_not(
        self, command: Command, project: Path
    ) -> None:
        Path("cati.toml").unlink()
        data = json.loads(command("check", "draft.yaml", *ON, "--format", "json").out)
        Path("cati.toml").write_text('waivers = "waivers.yaml"\nbaseline = "before.json"\n', encoding="utf-8")
        for each in data["documents"][0]["results"][0]["indicators"]:
            if each["id"] == "2.2.2":
                each["awarded"] = "1"
        Path("before.json").write_text(json.dumps(data), encoding="utf-8")
        Path("waivers.yaml").write_text("kind: waivers\nwaivers: []\n", encoding="utf-8")
        assert command("check", "draft.yaml", *ON, "--quiet").code == 1
        write_waivers(entry(command, "draft.yaml", "cati-auto-2024/2.2.2"))
        assert command("check", "draft.yaml", *ON, "--quiet").code == 0
        # One point of weight 0.3 or so less: what the score fell by is waived with the indicator, and no more than that.
        score = Decimal(data["documents"][0]["results"][0]["score"])
        weight = Decimal(
            next(
                each["weight"]
                for each in data["documents"][0]["results"][0]["indicators"]
                if each["id"] == "2.2.2"
            )
        )
        for before, code in ((score + weight, 0), (score + weight + Decimal("0.1"), 1)):
            data["documents"][0]["results"][0]["score"] = str(before)
            Path("before.json").write_text(json.dumps(data), encoding="utf-8")
            assert command("check", "draft.yaml", *ON, "--quiet").code == code
        data["documents"][0]["results"][0]["score"] = "99"
        Path("before.json").write_text(json.dumps(data), encoding="utf-8")
        assert command("check", "draft.yaml", *ON, "--quiet").code == 1


@pytest.mark.parametrize("page", ["ci.md", "ci.zh.md"])
class TestPages:
    """What the pages on pipelines show of demands and waivers is what comes out."""

    def shown(self, page: str, language: str, start: str) -> str:
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        found = re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
        return next(each for named, each in found if named == language and each.startswith(start))

    @pytest.fixture
    def products(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        Path("products").mkdir()
        text = (EXAMPLES / "product.yaml").read_text(encoding="utf-8")
        Path("products/slab.yaml").write_text(text, encoding="utf-8")

    @pytest.mark.usefixtures("products")
    def test_the_entry_shown_is_the_one_that_is_printed_and_it_holds(
        self, command: Command, page: str
    ) -> None:
        arguments = shlex.split(self.shown(page, "", "cati waive"))[1:]
        printed = command(*arguments).out
        shown = self.shown(page, "yaml", "kind: waivers")
        assert shown == f"kind: waivers\nwaivers:\n{printed}"
        Path("waivers.yaml").write_text(shown, encoding="utf-8")
        demand = ("--require", "fmc-steel", "--waivers", "waivers.yaml", "--quiet")
        assert command("check", "products/slab.yaml", *ON, *demand).code == 0

    def test_every_rule_shown_can_be_waived_and_every_finding_is_told_of(
        self, command: Command, project: Path, page: str
    ) -> None:
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        rules = re.findall(
            r"^\| `((?:fmc-steel|responsiblesteel-2\.1|cati-auto-2024|consistency)/[^`]+)`", text, re.M
        )
        assert len(rules) == 5
        heavy = Path("slab.yaml").read_text(encoding="utf-8").replace("0.295", "2.2")
        Path("slab.yaml").write_text(heavy, encoding="utf-8")
        for rule in rules:
            file = "draft.yaml" if rule.startswith(("cati", "consistency")) else "slab.yaml"
            assert f'rule: "{rule.partition("/")[2]}"' in entry(command, file, rule)
        assert set(re.findall(r"^\| `(waiver/[a-z-]+)`", text, re.M)) == {
            "waiver/expired",
            "waiver/other-value",
            "waiver/not-needed",
            "waiver/unknown-rule",
            "waiver/no-document",
            "waiver/not-read",
        }

    @pytest.mark.usefixtures("products")
    def test_the_settings_shown_are_settings(self, command: Command, page: str) -> None:
        Path("cati.toml").write_text(self.shown(page, "toml", "waivers"), encoding="utf-8")
        Path("waivers.yaml").write_text("kind: waivers\nwaivers: []\n", encoding="utf-8")
        Path("products/slab.yaml").rename("products/slab-1.yaml")
        assert command("check", "products/slab-1.yaml", *ON, "--quiet").code == 0
        text = Path("products/slab-1.yaml").read_text(encoding="utf-8")
        Path("products/slab-1.yaml").write_text(text.replace("0.295", "2.2"), encoding="utf-8")
        assert command("check", "products/slab-1.yaml", *ON, "--quiet").code == 1
        assert yaml.safe_load(self.shown(page, "yaml", "kind: waivers"))["kind"] == "waivers"
