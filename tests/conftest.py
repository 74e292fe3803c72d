"""Settings and fixtures that all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from running import Command

# Machines that run tests are shared and slow at times: a slow example says nothing about the code. In a pipeline the
# same examples come each time, so that what it says is about the change; elsewhere others are drawn.
settings.register_profile(
    "cati",
    deadline=None,
    max_examples=60,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("cati")


@pytest.fixture(autouse=True)
def _usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages be as wide as is usual, and without colours, wherever tests run."""
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Return the command, called in this process through its entry point."""
    return Command(capsys)
