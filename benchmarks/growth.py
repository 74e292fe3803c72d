"""Prints how time and memory grow with each list of a document, in each format, and with what else can be many.

Run it from the root of a checkout: ``python -m benchmarks --only growth``; names narrow what is measured
(``python benchmarks/growth.py targets aliases``). Each document is an example with the list grown to N entries, and to
ten times as many; the exponent is the power of the size with which the time of a check and of its telling grows from
the one to the other, 1 where ten times the entries take ten times as long. What the example takes by itself is taken
off. Time is that of the processor, so that what else the machine does hardly counts; what Python takes to start is not
in it. Memory is the most that a process held.
"""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.measure import plain  # noqa: E402 - the checkout comes before what may be installed
from benchmarks.pages import publish, quick, table  # noqa: E402
from cati_rules.documents import value_at, with_value  # noqa: E402
from cati_rules.output import (  # noqa: E402
    csv,
    github,
    gitlab,
    html,
    jsonl,
    junit,
    lines,
    markdown,
    pages,
    sarif,
    xlsx,
)
from cati_rules.output import json as json_format  # noqa: E402
from cati_rules.output.page_options import Page  # noqa: E402
from cati_rules.pipeline import Checked, check, record_of  # noqa: E402
from cati_rules.report.build.run import report_of  # noqa: E402
from cati_rules.report.run import Report  # noqa: E402
from cati_rules.schema.samples import exact, sample_at  # noqa: E402
from cati_rules.schema.store import load_schema  # noqa: E402
from cati_rules.schema.types import FieldType, ListType, RecordType  # noqa: E402

AS_OF = "2026-11-22"
FEW = 30 if quick() else 1_000
TIMES = 10
MOST = 1.08
"""Above this exponent, ten times the size takes more than twelve times the time."""
MOST_SECONDS, MOST_MEGABYTES = 15, 500
Render = Callable[[Report, Page], object]
PAGE = Page("en", "normal", 100, colour=False)
FORMATS: Mapping[str, tuple[Render, Page]] = {
    "quiet": (pages.render, Page("en", "quiet", 100, colour=False)),
    "terminal": (pages.render, Page("en", "screen", 100, colour=False)),
    "-v": (pages.render, PAGE),
    "-vv": (pages.render, Page("en", "verbose", 100, colour=False)),
    "html": (html.render, PAGE),
    "xlsx": (xlsx.render, PAGE),
    "json": (json_format.render, PAGE),
    "sarif": (sarif.render, PAGE),
    "junit": (junit.render, PAGE),
    "github": (github.render, PAGE),
    "gitlab": (gitlab.render, PAGE),
    "markdown": (markdown.render, PAGE),
    "lines": (lines.render, PAGE),
    "csv": (csv.render, PAGE),
    "jsonl": (jsonl.render, PAGE),
}
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


class Cost(NamedTuple):
    """What a check and its telling took: seconds of the processor, and megabytes at the most."""

    seconds: float
    megabytes: float


def in_a_process(run: Callable[[], object]) -> tuple[Any, Cost]:
    """Return what a run in a process of its own gives, as JSON keeps it, and what it cost.

    Raises:
        ValueError: the process failed.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as answer:
            json.dump(run(), answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        told = answer.read()
    _, status, used = os.wait4(child, 0)
    if status:
        raise ValueError(f"a process ended with {os.waitstatus_to_exitcode(status)}")
    return json.loads(told), Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def costs(path: Path) -> tuple[bool, dict[str, Cost]]:
    """Return whether a document is valid, and what a check of it costs, told in each format."""
    start = time.process_time()
    checked = check(path, as_of=AS_OF)
    spent = time.process_time() - start
    found = {}
    for name, (render, page) in FORMATS.items():
        _, cost = in_a_process(partial(told, checked, render, page))
        found[name] = Cost(spent + cost.seconds, cost.megabytes)
    return bool(checked.results), found


def told(checked: Checked, render: Render, page: Page) -> None:
    """Tell a check in a format."""
    render(report_of((checked,), AS_OF), page)


def exponent(first: float, second: float, alone: float) -> float:
    """Return the power with which time grows between two sizes, without what a document takes by itself."""
    least = alone / 10 + 1e-2
    return math.log(max(second - alone, least) / max(first - alone, least), TIMES)


def measured(name: str, texts: Callable[[int], str], suffix: str, folder: Path) -> tuple[str, ...]:
    """Return the line of the table for what was grown: the worst format of each kind, and its cost."""
    found = []
    for count in (1, FEW, FEW * TIMES):
        path = folder / f"{count}.{suffix}"
        path.write_text(texts(count), encoding="utf-8")
        (valid, each), _ = in_a_process(partial(costs, path))
        found.append({of: Cost(*cost) for of, cost in each.items()})
    alone, few, many = found
    powers = {of: exponent(few[of].seconds, many[of].seconds, alone[of].seconds) for of in FORMATS}
    for of in FORMATS:
        cost = many[of]
        print(
            f"{powers[of]:.2f} {name}, {of}: {cost.seconds:.1f} s, {cost.megabytes:.0f} MB", file=sys.stderr
        )
    fastest = max(powers, key=lambda of: powers[of])
    slowest = max(many, key=lambda of: many[of].seconds)
    largest = max(many, key=lambda of: many[of].megabytes)
    over = powers[fastest] > MOST
    over |= many[slowest].seconds > MOST_SECONDS or many[largest].megabytes > MOST_MEGABYTES
    return (
        f"{powers[fastest]:.2f}",
        fastest,
        name,
        f"{many[slowest].seconds:.1f} ({slowest})",
        f"{many[largest].megabytes:.0f} ({largest})",
        "over" if over else "" if valid else "refused",
    )


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
                    rows.append(measured(name, texts, suffix, Path(folder)))
                except (KeyError, ValueError, TypeError) as error:
                    print(f"{name}: not grown: {error}", file=sys.stderr)
    grown_to = f"grown from {FEW:,} to {FEW * TIMES:,}"
    head = ("exponent", "of", grown_to, "most seconds", "most MB", "")
    publish("growth", (), table(head, rows))


if __name__ == "__main__":
    main()
