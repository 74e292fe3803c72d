"""Real files of other formats, which are not part of the project: tests that read one skip where it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from running import ROOT

SAMPLES = Path(os.environ.get("CATI_SAMPLES", ROOT.parent / "shared" / "samples"))
DATA = ROOT / "tests" / "data" / "formats"


def sample(name: str) -> Path:
    """Return the path of a real file, or skip."""
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"the sample {name} is not here; CATI_SAMPLES names the folder that has it")
    return path
