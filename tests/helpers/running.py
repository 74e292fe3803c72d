"""Runs the command: in this process, which is quick, and as people do, in its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from cati_rules.cli.main import main
from cati_rules.cli.run_settings import Format

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
RULESETS = ROOT / "rulesets"
DATA = ROOT / "tests" / "data"
TEXT_FORMATS = tuple(each for each in get_args(Format) if each != "xlsx")
"""The formats of ``cati check`` that can be printed; a workbook is bytes."""


@dataclass(frozen=True)
class Ran:
    """What a run left: exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def text(self) -> str:
        """Return everything that was written; no run may end in a traceback."""
        assert "Traceback" not in self.out + self.err
        return self.out + self.err


class Command:
    """Calls the entry point in this process; output is what pytest captured."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Ran:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            main([str(each) for each in arguments])
        captured = self._capsys.readouterr()
        code = caught.value.code
        assert isinstance(code, int)
        return Ran(code, captured.out, captured.err)


def run(
    *arguments: object,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
    python: tuple[str, ...] = (),
    cwd: Path = ROOT,
) -> subprocess.CompletedProcess[bytes]:
    """Run ``python -m cati_rules`` in its own process."""
    given = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **(environment or {})}
    return subprocess.run(
        [sys.executable, *python, "-m", "cati_rules", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=given,
        cwd=cwd,
        timeout=60,
        check=False,
    )
