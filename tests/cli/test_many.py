"""Documents by the thousand: lines in their order from several processes, and runs that are interrupted or killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

import pytest
from running import EXAMPLES, ROOT, Command, run

AS_OF = ("--as-of", "2026-06-30")
ONE = ("--ruleset", "responsiblesteel-2.1", "--lang", "en", *AS_OF)
LINES = (*ONE, "--format", "jsonl")
posix = pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")


def coil(value: str) -> str:
    """Return a coil of crude steel: level 4 goes up to 0.40 - 0.35 * 0.30 = 0.295."""
    return (
        '{"kind": "product", "material": "steel", "stage": "crude_steel",'
        f' "footprint": {{"value": {value}, "unit": "tCO2e/t", "boundary": "cradle_to_crude_steel",'
        ' "chain_of_custody": "segregated"}, "scrap": {"share": 0.30, "weighed_by": "as_asked"},'
        ' "steel": {"alloy_share": 0}}'
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def levels(text: str) -> list[Any]:
    return [json.loads(line).get("level", "invalid") for line in text.splitlines()]


def test_each_line_is_a_document_and_a_bad_one_does_not_stop_the_rest(command: Command, folder: Path) -> None:
    text = f'\ufeff{coil("0.295")}\n\nnonsense\n{coil("0.2951")}\n{{"kind": "product"}}\n{coil("0.2949")}'
    Path("d.jsonl").write_text(text, encoding="utf-8")
    result = command("check", "d.jsonl", *LINES)
    assert result.code == 3
    assert levels(result.out) == ["4", "invalid", "3", "invalid", "4"]
    told = [json.loads(line) for line in result.out.splitlines()]
    assert [each["record"] for each in told] == [1, 2, 3, 4, 5]
    wrong = [problem["line"] for each in told for problem in each.get("problems", ())]
    assert wrong[0] == 3
    assert set(wrong[1:]) == {5}


def test_several_processes_say_the_same_in_the_same_order(command: Command, folder: Path) -> None:
    values = [f"0.{each:04}" for each in range(2900, 3000)]
    lines = [coil(each) for each in values]
    lines[17] = "nonsense"
    Path("d.jsonl").write_text("\n".join(lines), encoding="utf-8")
    one, several = (run("check", "d.jsonl", *LINES, "--jobs", n, cwd=folder) for n in (1, 3))
    assert one.stdout == several.stdout
    assert one.returncode == several.returncode == 3
    expected = ["4" if each <= "0.2950" else "3" for each in values]
    expected[17] = "invalid"
    assert levels(one.stdout.decode()) == expected


def test_a_folder_of_files_says_the_same_by_several_processes(folder: Path) -> None:
    Path("in").mkdir()
    for i in range(20):
        Path("in", f"{i:02}.json").write_text(coil(f"0.2{940 + i}"), encoding="utf-8")
    Path("in", "05.json").write_text('{"kind": "product", "material": ', encoding="utf-8")
    Path("in", "06.yaml").write_text("kind: product\nmaterial: wood\n", encoding="utf-8")
    one, several = (run("check", "in", *LINES, *jobs, cwd=folder) for jobs in ((), ("--jobs", "2")))
    assert one.stdout == several.stdout
    names = [json.loads(line)["path"] for line in one.stdout.decode().splitlines()]
    assert names == sorted(names)
    assert len(set(names)) == 21


def test_lines_are_those_of_a_file_that_holds_one_document(command: Command, folder: Path) -> None:
    document = EXAMPLES / "draft.yaml"
    value = run("check", document, "--format", "json", *AS_OF).stdout
    told = {each["ruleset"]: each for each in json.loads(value)["documents"][0]["results"]}
    for line in map(json.loads, run("check", document, "--format", "jsonl", *AS_OF).stdout.splitlines()):
        result = told[line["ruleset"]]
        same = ("verdict", "level") if line["score"] is None else ("score", "score_if_published", "band")
        assert {name: line[name] for name in same} == {name: result[name] for name in same}


@pytest.mark.parametrize(
    "options",
    [
        ("--jobs", "2"),
        ("--resume",),
        ("--jobs", "2", "--format", "jsonl", "--baseline", "d.json"),
    ],
)
def test_what_does_not_go_with_lines_is_told(
    command: Command, folder: Path, options: tuple[str, ...]
) -> None:
    Path("d.json").write_text(coil("0.295"), encoding="utf-8")
    result = command("check", "d.json", *ONE, *options)
    assert result.code == 2
    assert result.err.startswith("Error") or options[0] in result.err


def test_lines_of_json_need_lines_of_verdicts(command: Command, folder: Path) -> None:
    Path("d.jsonl").write_text(coil("0.295"), encoding="utf-8")
    result = command("check", "d.jsonl", *ONE)
    assert result.code == 2
    assert "--format jsonl" in result.err


def test_a_file_is_put_in_place_when_it_is_whole(command: Command, folder: Path) -> None:
    Path("d.jsonl").write_text(f"{coil('0.295')}\nnonsense\n", encoding="utf-8")
    result = command("check", "d.jsonl", *LINES, "--output", "v.jsonl")
    assert result.code == 3
    assert "d.jsonl:2" in result.err
    assert levels(Path("v.jsonl").read_text(encoding="utf-8")) == ["4", "invalid"]
    assert sorted(each.name for each in Path().iterdir()) == ["d.jsonl", "v.jsonl"]


class Fed:
    """A run that is fed documents and waits for more, so that it is stopped in the middle whatever the clock says."""

    def __init__(self, folder: Path, *options: str, output: IO[bytes] | int = subprocess.DEVNULL) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cati_rules", "check", "-", "--stdin-name", "d.jsonl", *LINES, *options],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
        )

    def feed(self, lines: list[str]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{each}\n" for each in lines).encode())
        self.process.stdin.flush()

    def wait_for(self, path: Path, size: int) -> None:
        for _ in range(6000):
            if path.exists() and path.stat().st_size > size:
                return
            assert self.process.poll() is None
            time.sleep(0.01)
        raise AssertionError(f"nothing came to {path}")

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        assert self.process.stdin is not None
        self.process.stdin.close()
        return code


DRAWN = [coil(f"0.{each:04}") if each % 7 else "nonsense" for each in range(2700, 3150)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("whole")
    text = "\n".join(DRAWN).encode()
    ran = run("check", "-", "--stdin-name", "d.jsonl", *LINES, "--output", "v.jsonl", stdin=text, cwd=folder)
    assert ran.returncode == 3
    return (folder / "v.jsonl").read_bytes()


@posix
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_killed_run_goes_on_to_the_same_bytes(folder: Path, whole: bytes, jobs: str) -> None:
    options = ("--output", "v.jsonl", "--jobs", jobs)
    fed = Fed(folder, *options)
    fed.feed(DRAWN[:300])
    fed.wait_for(folder / "v.jsonl.journal", 600)
    fed.end(signal.SIGKILL)
    assert not (folder / "v.jsonl").exists()
    part = folder / "v.jsonl.part"
    assert 0 < part.stat().st_size < len(whole)
    with part.open("ab") as file:
        file.write(b'{"path": "d.js')  # as if it had been killed while it wrote a line
    text = "\n".join(DRAWN).encode()
    ran = run("check", "-", "--stdin-name", "d.jsonl", *LINES, *options, "--resume", stdin=text, cwd=folder)
    assert ran.returncode == 3, ran.stderr
    assert (folder / "v.jsonl").read_bytes() == whole
    assert [each.name for each in folder.iterdir()] == ["v.jsonl"]


@posix
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interruption_leaves_whole_lines(folder: Path, whole: bytes, jobs: str) -> None:
    printed = folder / "printed.jsonl"
    with printed.open("wb") as output:
        fed = Fed(folder, "--jobs", jobs, output=output)
        fed.feed(DRAWN[:300])
        fed.wait_for(printed, 0)
        assert fed.end(signal.SIGINT) == 130
    text = printed.read_bytes()
    assert text.endswith(b"\n")
    assert whole.startswith(text)


def test_parts_of_another_run_are_not_gone_on_with(command: Command, folder: Path) -> None:
    Path("d.jsonl").write_text(coil("0.295"), encoding="utf-8")
    Path("v.jsonl.part").write_bytes(b"")
    Path("v.jsonl.journal").write_text("[]\n", encoding="utf-8")
    result = command("check", "d.jsonl", *LINES, "--output", "v.jsonl", "--resume")
    assert result.code == 2
    assert "--resume" in result.err


# The gate: what is demanded and waived says the same, however many processes there are


SCORED = '{{"kind": "disclosure", "company": {{"name": "A", "country": "CN", "listed": true}}, "reporting_year": {year}}}'
SETTINGS = """
fail_on = ["problems"]

[[paths]]
pattern = "in/strict/*"
require = ["responsiblesteel-2.1:4"]
"""


def marks(text: str) -> list[str]:
    """Return the lines on demands and waivers, without where a document stands in a file of lines."""
    return sorted(line.strip() for line in text.splitlines() if line.strip()[:2] in {"✗ ", "~ ", "! "})


def in_every_way(folder: Path, *options: str) -> tuple[int, list[str], str]:
    """Run a check of lines alone and by several processes, hold them to each other, and return what they say."""
    ran = [
        run("check", "in", *LINES, *options, *jobs, cwd=folder)
        for jobs in ((), ("--jobs", "1"), ("--jobs", "2"))
    ]
    assert len({each.returncode for each in ran}) == 1
    assert len({each.stdout for each in ran}) == 1
    assert len({each.stderr for each in ran}) == 1
    return ran[0].returncode, marks(ran[0].stderr.decode()), ran[0].stdout.decode()


def as_told_at_once(folder: Path, *options: str) -> tuple[int, list[str]]:
    """Run the same check with its results kept and told at the end."""
    ran = run("check", "in", *ONE, *options, "--format", "json", cwd=folder)
    return ran.returncode, marks(ran.stderr.decode())


def coils(folder: Path, *values: str, strict: str = "") -> None:
    (folder / "in" / "strict").mkdir(parents=True)
    for i, each in enumerate(values):
        (folder / "in" / f"{i}.json").write_text(coil(each), encoding="utf-8")
    if strict:
        (folder / "in" / "strict" / "s.json").write_text(coil(strict), encoding="utf-8")


@pytest.mark.parametrize(
    ("values", "demand", "code"),
    [
        (("0.295", "0.2949"), "responsiblesteel-2.1:4", 0),
        (("0.295", "0.2951"), "responsiblesteel-2.1:4", 1),
        (("0.295", "0.2951"), "responsiblesteel-2.1:3", 0),
    ],
)
def test_what_is_required_is_required_of_every_document(
    folder: Path, values: tuple[str, ...], demand: str, code: int
) -> None:
    """Level 4 goes up to 0.295, and 0.2951 is of level 3."""
    coils(folder, *values)
    found, told, _ = in_every_way(folder, "--require", demand)
    assert (found, told) == as_told_at_once(folder, "--require", demand)
    assert found == code
    assert len(told) == code


def test_a_demand_that_no_document_shows_to_be_met_is_missed(folder: Path) -> None:
    """Products have no score, and none of them is judged as a facility: a gate that sees nothing is not passed."""
    coils(folder, "0.295")
    for options in (("--fail-under", "10"), ("--ruleset", "climate-bonds-steel-facility", "--require", "climate-bonds-steel-facility")):  # fmt: skip
        code, told, _ = in_every_way(folder, *options)
        assert (code, told) == as_told_at_once(folder, *options)
        assert code == 1
        assert told


def test_settings_for_paths_hold_in_several_processes(folder: Path) -> None:
    """What is demanded of a folder is demanded of the documents in it alone."""
    coils(folder, "0.2951", strict="0.295")
    settings = ("--config", "cati.toml")
    Path("cati.toml").write_text(SETTINGS, encoding="utf-8")
    assert in_every_way(folder, *settings)[:2] == (0, [])
    (folder / "in" / "strict" / "s.json").write_text(coil("0.2951"), encoding="utf-8")
    code, told, _ = in_every_way(folder, *settings)
    assert (code, told) == as_told_at_once(folder, *settings)
    assert code == 1
    assert "s.json" in told[0]


def test_an_invalid_document_is_told_before_a_demand(folder: Path) -> None:
    """One that cannot be judged gives 3, and the demand that another misses is told all the same."""
    coils(folder, "0.2951", "0.295")
    (folder / "in" / "0a.json").write_text('{"kind": "product"', encoding="utf-8")
    code, told, out = in_every_way(folder, "--require", "responsiblesteel-2.1:4")
    assert code == 3
    assert len(told) == 1
    assert levels(out) == ["3", "invalid", "4"]


def test_waivers_are_heeded_in_several_processes(folder: Path) -> None:
    """What is accepted passes; a waiver of another value does not, and says so."""
    coils(folder, "0.2951")
    demand = ("--require", "responsiblesteel-2.1:4")
    assert in_every_way(folder, *demand)[0] == 1
    accepted = ("--reason", "On trial.", "--approver", "A", "--expires", "2026-12-31")
    waived = run("waive", "in/0.json", "responsiblesteel-2.1/4", *accepted, cwd=folder)
    Path("cati-waivers.yaml").write_bytes(b"kind: waivers\nwaivers:\n" + waived.stdout)
    accepting = (*demand, "--waivers", "cati-waivers.yaml")
    code, lines, _ = in_every_way(folder, *accepting)
    assert (code, lines) == as_told_at_once(folder, *accepting)
    assert code == 0
    assert lines[0].startswith("~")
    (folder / "in" / "0.json").write_text(coil("0.2952"), encoding="utf-8")
    code, lines, _ = in_every_way(folder, *accepting)
    assert (code, lines) == as_told_at_once(folder, *accepting)
    assert code == 1
    assert any(line.startswith("!") for line in lines)


def test_of_a_file_of_lines_the_line_is_named(command: Command, folder: Path) -> None:
    """A demand is missed by the document in one line."""
    Path("d.jsonl").write_text(f"{coil('0.295')}\n\n{coil('0.2951')}\n", encoding="utf-8")
    result = command("check", "d.jsonl", *LINES, "--require", "responsiblesteel-2.1:4", "--jobs", "2")
    assert result.code == 1
    (told,) = marks(result.err)
    assert "d.jsonl:3" in told


def test_a_run_that_goes_on_knows_what_was_missed_before(folder: Path) -> None:
    """What was missed in the part that is done counts, though the rest misses nothing."""
    demand = ("--require", "responsiblesteel-2.1:4", "--output", "v.jsonl")
    good, bad = coil("0.295"), coil("0.2951")
    fed = Fed(folder, *demand)
    fed.feed([bad, *[good] * 40])
    fed.wait_for(folder / "v.jsonl.part", 2000)
    fed.end(signal.SIGKILL)
    text = "\n".join([bad, *[good] * 60]).encode()
    ran = run("check", "-", "--stdin-name", "d.jsonl", *LINES, *demand, "--resume", stdin=text, cwd=folder)
    assert ran.returncode == 1
    other = run(
        "check",
        "-",
        "--stdin-name",
        "d.jsonl",
        *LINES,
        "--output",
        "w.jsonl",
        "--resume",
        stdin=text,
        cwd=folder,
    )
    assert other.returncode == 0


def test_files_of_lines_in_a_folder_are_read_and_verdicts_in_it_are_not(folder: Path) -> None:
    """Where lines are told, lines are read; else it is said how. What a run has written is no document."""
    coils(folder, "0.295")
    (folder / "in" / "more.jsonl").write_text(f"{coil('0.2951')}\n{coil('0.295')}\n", encoding="utf-8")
    ran = run("check", "in", *LINES, "--output", "in/verdicts.jsonl", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    again = run("check", "in", *LINES, cwd=folder)
    assert (
        levels(again.stdout.decode())
        == levels((folder / "in" / "verdicts.jsonl").read_text())
        == ["4", "3", "4"]
    )
    other = run("check", "in", *ONE, "--quiet", cwd=folder)
    assert other.returncode == 0
    other = run("check", "in", *ONE, cwd=folder)
    assert "more.jsonl" in other.stderr.decode()
    assert "--format jsonl" in other.stderr.decode()
