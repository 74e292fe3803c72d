"""Figures in pages: each table stands between two marks, and is written by the command that measured it."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "benchmarks" / "README.md"


def marks(name: str) -> tuple[str, str]:
    """Return what stands before and after the figures of that name."""
    return f"<!-- {name}: written by python benchmarks/{name}.py --write -->", f"<!-- end of {name} -->"


def circumstances() -> str:
    """Return when, of which commit, and on what was measured."""
    git = ("git", "-C", str(ROOT))
    commit = subprocess.run(
        (*git, "rev-parse", "--short=10", "HEAD"), capture_output=True, text=True, check=True
    )
    changed = subprocess.run(
        (*git, "status", "--porcelain", "--", ".", ":!benchmarks/README.md", ":!docs"),
        capture_output=True,
        text=True,
        check=True,
    )
    state = f"{commit.stdout.strip()}{' with changes' if changed.stdout.strip() else ''}"
    date = datetime.now(UTC).date().isoformat()
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    return f"{date}, commit {state}, Python {platform.python_version()}, {machine}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table in Markdown; the first column is of figures."""
    lines = [head, ("---:", *("---" for _ in head[1:])), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def publish(name: str, lines: Sequence[str], page: Path = PAGE) -> None:
    """Print figures with the circumstances, and put them into the page where ``--write`` is asked for."""
    told = "\n".join((f"{circumstances()}:", "", *lines))
    print(told)
    if "--write" in sys.argv:
        before, after = marks(name)
        text = page.read_text(encoding="utf-8")
        pattern = re.compile(f"{re.escape(before)}.*?{re.escape(after)}", re.DOTALL)
        page.write_text(pattern.sub(lambda _: f"{before}\n{told}\n{after}", text), encoding="utf-8")
