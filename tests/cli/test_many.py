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
        ("--jobs", "2", "--format", "jsonl", "--require", "responsiblesteel-2.1"),
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
