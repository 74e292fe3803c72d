"""A watch checks again what changes, through the entry point that people use, and ends in order."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import ROOT, Command

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
OPTIONS = ("--ruleset", "volvo-recycled-aluminium", "--as-of", "2026-06-30", "--lang", "en")


def ingot(share: str) -> str:
    """Return an ingot; the definition asks for a share of scrap of at least 40 %."""
    return f"kind: product\nmaterial: aluminium\nstage: ingot\nscrap: {{share: {share}}}\n"


class Watch:
    """A running watch; what it says comes line by line."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cati_rules", "check", *arguments, *OPTIONS, "--watch"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"},
        )
        self._said: queue.Queue[str] = queue.Queue()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self._listening.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.put(line.decode())

    def until(self, text: str) -> list[str]:
        """Return what is said up to a line with ``text``."""
        said: list[str] = []
        while not said or text not in said[-1]:
            said.append(self._said.get(timeout=60))
        return said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, share in (("a", "0.5"), ("b", "0.3")):
        (tmp_path / f"{name}.yaml").write_text(ingot(share), encoding="utf-8")
    return tmp_path


@pytest.fixture
def started() -> Iterator[list[Watch]]:
    running: list[Watch] = []
    yield running
    for each in running:
        each.end()


def test_what_changes_is_checked_again_until_ctrl_c(folder: Path, started: list[Watch]) -> None:
    watch = Watch(folder, "a.yaml", "b.yaml", "--format", "jsonl")
    started.append(watch)
    first = [each for each in watch.until("Watching 2 documents") if each.startswith("{")]
    assert ['"met"' in each for each in first] == [True, False]
    other = folder / "saved"
    other.write_text(ingot("0.41"), encoding="utf-8")
    other.replace(folder / "b.yaml")  # as editors save
    watch.until("Changed: b.yaml")
    (again,) = watch.until('"path"')
    assert '"path": "b.yaml"' in again
    assert '"met"' in again
    (folder / "a.yaml").write_text("kind: product\nmaterial: [\n", encoding="utf-8")
    watch.until("Changed: a.yaml")
    assert '"problems"' in watch.until('"path": "a.yaml"')[-1]
    (folder / "a.yaml").unlink()
    watch.until("a.yaml is gone")
    watch.process.send_signal(signal.SIGINT)
    assert watch.process.wait(timeout=60) == 0


def test_a_file_that_comes_into_a_folder_is_checked(folder: Path, started: list[Watch]) -> None:
    watch = Watch(folder, ".", "--format", "jsonl")
    started.append(watch)
    watch.until("Watching 2 documents")
    (folder / "c.yaml").write_text(ingot("0.4"), encoding="utf-8")
    watch.until("c.yaml")
    assert '"met"' in watch.until('"path"')[-1]


def test_a_page_is_written_anew_with_all_documents(folder: Path, started: list[Watch]) -> None:
    watch = Watch(folder, "a.yaml", "b.yaml", "--format", "json", "--output", "page.json")
    started.append(watch)
    watch.until("Watching")
    before = (folder / "page.json").read_text(encoding="utf-8")
    (folder / "b.yaml").write_text(ingot("0.6"), encoding="utf-8")
    watch.until("Changed: b.yaml")
    (folder / "a.yaml").write_text(ingot("0.7"), encoding="utf-8")
    watch.until("Changed: a.yaml")  # so that the page of the first change is there
    after = (folder / "page.json").read_text(encoding="utf-8")
    assert before != after
    assert '"a.yaml"' in after
    assert '"b.yaml"' in after


def test_standard_input_is_not_watched(command: Command) -> None:
    result = command("check", "-", "--watch")
    assert result.code == 2
    assert "--watch" in result.err
