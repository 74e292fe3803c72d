"""Carries out what a page shows: files that are written or changed, commands, and what they print.

A block follows the name of its file: “In `path`:”. A block in ``diff`` replaces its lines that begin with a blank or “-” by those
with a blank or “+”; they must stand in the file once. In a block in ``console``, lines after “$ ” are run, and what follows each must be
printed, in this order, “…” standing for what is left out. ``# exits with 1`` after a command is the code it ends with.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from running import ROOT

COPIED = ("cati_rules", "rulesets", "schemas", "examples")
AS_OF = ("check", "what-if", "diff", "improve")
_BLOCK = re.compile(r"(?:`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_EXITS = re.compile(r"\s+# exits with (\d+)$")


@dataclass(frozen=True)
class Block:
    """A block of a page, in its language, with the file that it is for, if it is for one."""

    file: str | None
    language: str
    text: str

    @classmethod
    def all_in(cls, text: str) -> list[Block]:
        """Return the blocks of a text, in their order."""
        return [cls(file or None, language, body) for file, language, body in _BLOCK.findall(text)]


def sections(page: str, heading: str = "### ") -> dict[str, list[Block]]:
    """Return the blocks of each section of a page that has some, by its heading."""
    text = (ROOT / page).read_text(encoding="utf-8")
    parts = re.split(rf"^{heading}(.*)\n", text, flags=re.MULTILINE)
    found = {title: Block.all_in(body) for title, body in zip(parts[1::2], parts[2::2], strict=True)}
    return {title: blocks for title, blocks in found.items() if blocks}


def copy_to(folder: Path) -> Path:
    """Copy what the examples change and run: the package, the rules and the schemas."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    return folder


def carry_out(blocks: list[Block], folder: Path) -> None:
    """Carry out the blocks of a section in a folder."""
    for block in blocks:
        if block.language == "console":
            for command, printed in _commands(block.text):
                _run(command, printed, folder)
        elif block.language == "diff":
            assert block.file is not None, block.text
            _change(folder / block.file, block.text)
        elif block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")


def _change(path: Path, shown: str) -> None:
    lines = shown.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if not line.startswith("+"))
    new = "".join(line[1:] for line in lines if not line.startswith("-"))
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} holds this {text.count(old)} times:\n{old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def _commands(text: str) -> Iterator[tuple[str, list[str]]]:
    for each in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *printed = each.splitlines()
        yield command, [line for line in printed if line.strip() and line != "…"]


def _run(command: str, printed: list[str], folder: Path) -> None:
    exits = _EXITS.search(command)
    words = shlex.split(_EXITS.sub("", command))
    programs = {
        "cati": ("-m", "cati_rules"),
        "python": (),
        "pytest": ("-m", "pytest"),
        "mypy": ("-m", "mypy"),
    }
    ran = subprocess.run(
        [sys.executable, *programs[words[0]], *words[1:]],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    told = ran.stdout + ran.stderr
    assert ran.returncode == (int(exits[1]) if exits else 0), f"{command}\n{told}"
    lines = iter(told.splitlines())
    for line in printed:
        assert line in lines, f"{command} does not print, or not in this order:\n{line}\n\n{told}"
