"""Prints what documents by the thousand cost, by one process and by two, their lines compared first.

Run it from the root of a checkout: ``python -m benchmarks --only documents``. Disclosures are drawn from
``examples/draft.yaml``: parts left out, figures changed, all of them valid. Processor time is that of the command with
its processes, and means something on a busy machine, too; the clock does only where as many cores are free.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.pages import Figure, publish, quick  # noqa: E402 - the checkout comes before what may be installed
from cati_rules.documents import read_document  # noqa: E402
from cati_rules.schema import is_valid  # noqa: E402

EXAMPLE = ROOT / "examples" / "draft.yaml"
KEPT = ("kind", "sources")
"""Fields that are left as they are: the rest cites them."""
CHANGES, COUNT, QUICK, REPEATS = 12, 2_000, 64, 3
AIM = 0.012
"""Seconds of processor time for each disclosure: 10,000 in 60 s on two cores."""
WHY = "Processes share the file that is read, the lines that are written, and the cores with whatever else runs there."


class Cost(NamedTuple):
    """Seconds of a run: of all its processes, and by the clock."""

    processor: float
    clock: float


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the places of everything in a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        yield (*path, step)
        yield from places(each, (*path, step))


def drawn(draw: random.Random, number: int) -> dict[str, Any]:
    """Return the example with some parts left out and some figures and truths changed, valid as before."""
    value: Any = deepcopy(read_document(EXAMPLE).value)
    value["company"]["name"] = f"Company {number}"
    for _ in range(CHANGES):
        *way, last = draw.choice(list(places(value)))
        if (way or [last])[0] in KEPT:
            continue
        changed = deepcopy(value)
        holder = changed
        for step in way:
            holder = holder[step]
        old = holder[last]
        if isinstance(old, bool):
            holder[last] = not old
        elif isinstance(old, Decimal) and old > 3000:
            holder[last] = round(old * Decimal(draw.randint(900, 1100)) / 1000, 2)
        else:
            del holder[last]
        if is_valid("disclosure", changed):
            value = changed
    return value


def number(value: Any) -> Any:
    """Return a decimal as JSON holds it."""
    return int(value) if value == value.to_integral_value() else float(value)


def checked(file: Path, output: Path, jobs: int) -> Cost:
    """Check a file of lines by so many processes, and return what it cost."""
    command = (
        sys.executable,
        "-m",
        "cati_rules",
        "check",
        str(file),
        "--format",
        "jsonl",
        "--output",
        str(output),
    )
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        (*command, "--jobs", str(jobs), "--as-of", "2026-06-30"),
        cwd=ROOT,
        check=False,
        stderr=subprocess.DEVNULL,
    )
    after, end = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(used, end - start)


def main() -> None:
    """Compare the lines of both ways, then let them take turns, and print the ratios."""
    count, repeats = (QUICK, 1) if quick() else (COUNT, REPEATS)
    draw = random.Random(1)  # noqa: S311 - the same documents each time, no secret
    with tempfile.TemporaryDirectory() as folder:
        file, one, two = (Path(folder) / name for name in ("d.jsonl", "one.jsonl", "two.jsonl"))
        with file.open("w", encoding="utf-8") as lines:
            for i in range(count):
                lines.write(json.dumps(drawn(draw, i), ensure_ascii=False, default=number) + "\n")
        costs: dict[int, list[Cost]] = {1: [], 2: []}
        for _ in range(repeats):
            for jobs, output in ((1, one), (2, two)):
                costs[jobs].append(checked(file, output, jobs))
            if one.read_bytes() != two.read_bytes():
                sys.exit("One process and two tell different lines.")
    processor = {jobs: statistics.median(each.processor for each in cost) for jobs, cost in costs.items()}
    clock = {jobs: statistics.median(each.clock for each in cost) for jobs, cost in costs.items()}
    publish(
        "documents",
        [
            Figure("processor time of a disclosure in two processes / 12 ms", processor[2] / count / AIM, 1),
            Figure("processor time, two processes / one", processor[2] / processor[1], 1.1),
            Figure("by the clock, one process / two", clock[1] / clock[2], -1.8, WHY),
        ],
        [
            f"{count:,} disclosures as JSON Lines, verdicts only, with the start of the command: "
            f"{processor[1] / count * 1000:.1f} ms of processor time each by one process, "
            f"{processor[2] / count * 1000:.1f} by two; {clock[1]:.0f} s and {clock[2]:.0f} s by the clock, "
            f"at a load average of {os.getloadavg()[0]:.1f}. The same lines both ways, byte for byte."
        ],
    )


if __name__ == "__main__":
    main()
