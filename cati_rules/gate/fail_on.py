"""What a run may be told to fail on, besides scores and rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

FailOn = Literal["indeterminate", "problems", "consistency"]
FAIL_ON: Mapping[str, FailOn] = {
    "indeterminate": "indeterminate",
    "problems": "problems",
    "consistency": "consistency",
}
"""Verdicts that are left open, warnings about the document, findings of the consistency checks."""
