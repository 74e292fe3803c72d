"""Settings and fixtures that all tests share."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from running import Command

# Machines that run tests are shared and slow at times: a slow example says nothing about the code.
settings.register_profile(
    "cati", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("cati")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Return the command, called in this process through its entry point."""
    return Command(capsys)
