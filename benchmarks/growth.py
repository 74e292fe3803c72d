"""Prints how the time of a check grows with each list of a document, and with what else a file can hold many of.

Run it from the root of a checkout: ``python -m benchmarks --only growth``; names narrow what is measured
(``python benchmarks/growth.py targets aliases``). Each document is an example with the list grown to N entries, and to
ten times as many; the exponent is the power of the size with which the time grows from the one to the other, 1 where
ten times the entries take ten times as long. What the example takes by itself is taken off. Time is that of the
processor, so that what else the machine does hardly counts.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.measure import plain  # noqa: E402 - the checkout comes before what may be installed
from benchmarks.pages import publish, quick, table  # noqa: E402
from cati_rules.documents import value_at, with_value  # noqa: E402
from cati_rules.output import json as json_format  # noqa: E402
from cati_rules.output.page import Page  # noqa: E402
from cati_rules.pipeline import Checked, check, record_of  # noqa: E402
from cati_rules.report.build.run import report_of  # noqa: E402
from cati_rules.schema.samples import exact, sample_at  # noqa: E402
from cati_rules.schema.store import load_schema  # noqa: E402
from cati_rules.schema.types import FieldType, ListType, RecordType  # noqa: E402

AS_OF = "2026-11-22"
FEW = 30
TIMES = 10
MOST = 1.1
"""Above this exponent, cost grows faster than size."""
PAGE = Page("en", "normal", 100, colour=False)
NAMING = frozenset(("id", "name", "supplier", "title"))
"""Fields that tell entries apart."""
REPEATED = frozenset(("evidence", "by_year"))
"""Lists that stand in many places: the first is enough."""
KINDS = ("disclosure", "product", "facility", "purchases")
Place = tuple[str | int, ...]


def lists_in(kind: FieldType, place: Place = ()) -> Iterator[Place]:
    """Yield the places of the lists of records, within the first entry of other lists too."""
    if isinstance(kind, ListType):
        if isinstance(kind.item, RecordType):
            yield place
            yield from lists_in(kind.item, (*place, 0))
    elif isinstance(kind, RecordType):
        for name, each in kind.fields.items():
            yield from lists_in(each, (*place, name))


def base(kind: str) -> dict[str, Any]:
    """Return a small valid document."""
    found: dict[str, Any] = exact(sample_at(load_schema(kind), ()))
    if kind == "disclosure":  # evidence cites one
        found["sources"] = [exact(sample_at(load_schema(kind), ("sources", 0)))]
    return {**found, "kind": kind}


def grown(kind: str, place: Place, count: int) -> str:
    """Return a document whose list at a place has that many entries."""
    schema, document = load_schema(kind), base(kind)
    for end in range(1, len(place)):
        if value_at(document, place[:end]) is None:
            made = exact(sample_at(schema, place[:end]))
            document = with_value(document, place[:end], made)
    entry = exact(sample_at(schema, (*place, 0)))
    entries = [varied(entry, i) for i in range(count)]
    return json.dumps(plain(with_value(document, place, entries)), ensure_ascii=False)


def varied(entry: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return an entry that differs from the others in what names it."""
    return {name: f"{each} {number}" if name in NAMING else each for name, each in entry.items()}


def unknown_keys(count: int) -> str:
    """Return a document with fields that nobody knows."""
    return json.dumps(plain({**base("product"), **{f"unknown_{i}": i for i in range(count)}}))


def backslashes(count: int) -> str:
    """Return a document in YAML with a text of backslashes."""
    return f'kind: product\nname: "{chr(92) * 2 * count}"\nmaterial: steel\n'


def aliases(count: int) -> str:
    """Return a document in YAML that names one record again and again."""
    document = "kind: disclosure\ncompany: {name: A}\nreporting_year: 2025\nemissions:\n"
    first = "  - &one {scope: scope_1, year: 2025, value: 1, unit: tCO2e}\n"
    return document + first + "  - *one\n" * (count - 1)


def seconds(run: Callable[[], object]) -> float:
    """Return how long a run takes: the shorter of two, if it is short."""
    taken: list[float] = []
    while not taken or (len(taken) < 2 and taken[0] < 1):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return min(taken)


def rendered(path: Path) -> str:
    """Return a check as JSON."""
    return json_format.render(report_of((check(path, as_of=AS_OF),), AS_OF), PAGE)


def exponent(first: float, second: float, alone: float) -> float:
    """Return the power with which time grows between two sizes, without what a document takes by itself."""
    least = alone / 10 + 1e-4
    return math.log(max(second - alone, least) / max(first - alone, least), TIMES)


def measured(
    texts: Callable[[int], str], suffix: str, folder: Path
) -> tuple[float, float, float, float, bool]:
    """Return the seconds of check and JSON at ten times the size, their exponents, and whether it is valid."""
    paths = [folder / f"{count}.{suffix}" for count in (1, FEW, FEW * TIMES)]
    for path, count in zip(paths, (1, FEW, FEW * TIMES), strict=True):
        path.write_text(texts(count), encoding="utf-8")
    runs: tuple[Callable[[Path], Checked | str], ...] = (partial(check, as_of=AS_OF), rendered)
    found: list[float] = []
    for run in runs:
        alone, few, many = (seconds(partial(run, path)) for path in paths)
        found += [many, exponent(few, many, alone)]
    return found[0], found[2], found[1], found[3], bool(check(paths[1], as_of=AS_OF).results)


def cases() -> Iterator[tuple[str, Callable[[int], str], str]]:
    """Yield what is grown: its name, its text at a size, and the form of the file."""
    for kind in KINDS:
        known: set[str | int] = set()
        for place in lists_in(record_of(kind)):
            if place[-1] in REPEATED and place[-1] in known:
                continue
            known.add(place[-1])
            name = ".".join("[]" if isinstance(step, int) else str(step) for step in place)
            yield f"{kind}: {name}", partial(grown, kind, place), "json"
    yield "unknown keys", unknown_keys, "json"
    yield "backslashes", backslashes, "yaml"
    yield "aliases", aliases, "yaml"


def main() -> None:
    """Measure what was asked for, or all, and print the table."""
    asked = [each for each in sys.argv[1:] if not each.startswith("--")] or (
        ["targets", "aliases"] if quick() else []
    )
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, texts, suffix in cases():
            if not asked or any(each in name for each in asked):
                try:
                    quiet, whole, *powers, valid = measured(texts, suffix, Path(folder))
                except (KeyError, ValueError, TypeError) as error:
                    print(f"{name}: not grown: {error}", file=sys.stderr)
                    continue
                said = "faster than its size" if max(powers) > MOST else ""
                rows.append(
                    (
                        f"{powers[0]:.2f}",
                        f"{powers[1]:.2f}",
                        name,
                        f"{quiet:.2f}",
                        f"{whole:.2f}",
                        said or ("" if valid else "refused"),
                    )
                )
                print(" ".join(rows[-1]), file=sys.stderr)
    head = ("check", "JSON", f"grown from {FEW} to {FEW * TIMES} entries", "check, s", "JSON, s", "")
    publish("growth", (), table(head, rows))


if __name__ == "__main__":
    main()
