"""A bounded run of hostile inputs, the same each time; ``python -m tests.helpers.fuzz`` runs others, and more."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest
from fuzz.campaign import campaign
from fuzz.corpus import read_corpus
from fuzz.inputs import Input, drawn_input
from fuzz.trial import tried
from running import run

from cati_rules.cli.commands import COMMANDS

SEED, INPUTS, PARTS = 14, 160, 4
SECONDS = 20


@pytest.mark.parametrize("part", range(PARTS))
def test_no_input_breaks_a_run(tmp_path: Path, part: int) -> None:
    corpus = read_corpus()
    found = []
    for number in range(part, INPUTS, PARTS):
        given = drawn_input(corpus, SEED, number)
        failure = tried(given, tmp_path / str(number), SECONDS)
        if failure is not None:
            found.append(f"{number}: {failure.kind}: cati {shlex.join(given.arguments)!a}\n{failure.told}")
    assert not found, "\n".join(found)


def test_inputs_are_the_same_each_time() -> None:
    corpus = read_corpus()
    again = drawn_input(corpus, 1, 5)
    assert drawn_input(corpus, 1, 5) == again
    assert drawn_input(corpus, 1, 5) != drawn_input(corpus, 2, 5)


@pytest.mark.parametrize("text", [b"\x1b[2J", b"kind: product\n"])
def test_what_is_told_escaped_is_no_failure(tmp_path: Path, text: bytes) -> None:
    assert tried(Input(["check", "a.yaml"], {"a.yaml": text}), tmp_path / "run", SECONDS) is None


@pytest.mark.parametrize("arguments", [["diff", "a.yaml", "a.yaml"], ["what-if", "a.yaml", "kind="]])
def test_what_keeps_a_document_from_being_evaluated_is_told_where_results_go_to_a_file(
    tmp_path: Path, arguments: list[str]
) -> None:
    files = {"a.yaml": b"kind: product\n"}
    given = Input([*arguments, "--format", "json", "--output", "out.txt"], files)
    assert tried(given, tmp_path / "run", SECONDS) is None


def test_a_campaign_goes_on_after_an_input_that_ends_its_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ending(given: Input, folder: Path, seconds: float) -> None:
        if folder.name == "95":
            os._exit(1)

    monkeypatch.setattr("fuzz.campaign.tried", ending)
    monkeypatch.setattr("fuzz.campaign._GENERATION", 4)
    kinds = campaign(SEED, range(92, 102), tmp_path / "keep", jobs=2)
    assert kinds == {"the process ends": 1}
    assert (tmp_path / "keep" / "95").is_dir()
    assert "10 inputs, 1 failures" in capsys.readouterr().out


def test_what_a_run_may_not_do_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(arguments: list[str]) -> None:
        what = arguments[0]
        if what == "raises":
            raise KeyError(what)
        if what == "hangs":
            while True:
                pass
        print("\u202e" if what == "steers" else "")  # noqa: T201
        raise SystemExit(70 if what == "fails" else 3)

    monkeypatch.setattr("fuzz.trial.main", broken)
    kinds = {}
    for what in ("raises", "hangs", "steers", "fails", "silent"):
        failure = tried(Input([what], {}), tmp_path / what, 0.2)
        kinds[what] = failure and failure.kind.split(" at ")[0]
    assert kinds == {
        "raises": "KeyError",
        "hangs": "hang: hangs",
        "steers": "steers writes '\\u202e' on standard output",
        "fails": "exit code 70",
        "silent": "silent: exit code 3 and not a word",
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_can_be_the_first_that_is_imported(name: str) -> None:
    ran = run(name, "--help")
    assert (ran.returncode, ran.stderr) == (0, b"")
