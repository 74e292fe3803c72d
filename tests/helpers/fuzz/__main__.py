"""Run a campaign: ``python -m tests.helpers.fuzz --inputs 1000``, from the root of a checkout."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[3])]

if __name__ == "__main__":
    from fuzz.campaign import command

    sys.exit(command())
