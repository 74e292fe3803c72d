"""Measures everything as ratios in one run, and writes docs/performance.md: ``python -m benchmarks``.

    python -m benchmarks                            # all of it; hours, most of them for agreement
    python -m benchmarks --only tables peers        # some of it; the rest of the page stays
    python -m benchmarks --quick                    # a trial of everything with small sizes, in minutes; writes nothing

Each benchmark runs as a process of its own, one after the other; one that fails does not stop the others.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

BENCHMARKS: Mapping[str, tuple[str, ...]] = {
    "conditions": ("measure", "conditions"),
    "command": ("measure", "command"),
    "formats": ("formats",),
    "growth": ("growth",),
    "documents": ("documents",),
    "tables": ("columns",),
    "peers": ("peers",),
    "agreement": ("agreement",),
}
"""What is published under each name: the module that measures it, and what that is asked."""


def main() -> None:
    """Run the benchmarks that were asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=(__doc__ or "").partition(":")[0]
    )
    parser.add_argument(
        "--only", nargs="+", choices=BENCHMARKS, default=list(BENCHMARKS), help="what is measured"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, as a trial; nothing is written")
    given = parser.parse_args()
    failed = []
    for name in given.only:
        module, *asked = BENCHMARKS[name]
        print(f"\n== {name}", flush=True)
        how = "--quick" if given.quick else "--write"
        ran = subprocess.run(
            (sys.executable, "-m", f"benchmarks.{module}", *asked, how), cwd=ROOT, check=False
        )
        if ran.returncode:
            failed.append(name)
    if failed:
        sys.exit(f"These did not come to an end, or found what must not be: {', '.join(failed)}")


if __name__ == "__main__":
    main()
