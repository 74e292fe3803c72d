"""Prints what evaluation and the whole command cost, as ratios to other ways of doing the same.

Run it from the root of a checkout: ``python -m benchmarks --only conditions command``. Each
ratio is between medians of runs that take turns, so that what else the machine does hits both sides alike.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import rule_engine  # noqa: E402 - the checkout comes before what may be installed

from benchmarks import handwritten  # noqa: E402
from benchmarks.one_by_one import in_plain_python  # noqa: E402
from benchmarks.pages import Figure, publish, quick  # noqa: E402
from cati_rules.documents import read_document  # noqa: E402
from cati_rules.language import TRUE, Node, compile_node, write  # noqa: E402
from cati_rules.language.generated import compile_truths  # noqa: E402
from cati_rules.language.inlining import inlined  # noqa: E402
from cati_rules.pipeline import record_of, ruleset  # noqa: E402
from cati_rules.schema import spelled_out  # noqa: E402
from cati_rules.schema.types import (  # noqa: E402
    BooleanType,
    FieldType,
    ListType,
    NumberType,
    RecordType,
    TextType,
)

INDEX = "cati-auto-2024"
EXAMPLE = ROOT / "examples" / "draft.yaml"
PRODUCT = ROOT / "examples" / "product.yaml"
SCHEMA = ROOT / "schemas" / "disclosure.schema.json"
REPEATS = 3 if quick() else 15
STARTS = 1 if quick() else 15

Run = Callable[[], object]


CONDITIONS: Mapping[str, tuple[float | None, str]] = {
    "all conditions without trace / handwritten.py": (2, ""),
    "all conditions with trace / handwritten.py": (
        6,
        "Each thing that is looked at leaves a record of what it was and came to, for every entry of every list; "
        "a handwritten function stops at the first answer. Making the records is most of it.",
    ),
    "all conditions with trace / one_by_one.py": (10, ""),
    "rule-engine on typed objects / all conditions with trace": (
        -200,
        "On a dictionary, rule-engine copies what it reads into its own types, at every field; on typed objects it "
        "does not, and takes a small part of the time. handwritten.py, which records nothing, would hardly be 200 "
        "times as fast as that.",
    ),
    "rule-engine on a dictionary / all conditions with trace": (-200, ""),
}
COMMAND: Mapping[str, tuple[float | None, str]] = {
    "cati check draft, JSON / check-jsonschema": (
        0.5,
        "About half of the time goes into imports: click, jsonschema-rs (half of it for the modules of the standard "
        "library that it imports), msgspec. Next are reading the stored ruleset and compiling its conditions; "
        "evaluating them is a small part.",
    ),
    "cati check draft, JSON / python -c pass": (None, ""),
    "cati check product, JSON / python -c pass": (
        12,
        "Importing the libraries alone takes more than half of what is aimed at. What is ours is loading modules, "
        "holding the stored rulesets of all 50 definitions to their sources, reading and judging them, and trying "
        "what would turn each verdict.",
    ),
    "cati check draft, to a terminal / python -c pass": (
        20,
        "The same libraries, and rich, which lays the page out; compiling the conditions of an index, of a dozen "
        "definitions and of what contradicts itself is the next part.",
    ),
    "import click, jsonschema_rs, msgspec, yaml / python -c pass": (None, ""),
    "cati check draft, YAML / cati check draft, JSON file": (None, ""),
    "check-jsonschema / python -c pass": (None, ""),
}
"""What is measured, with the aim (the most that it may be, or, negative, the least) and what is in its way."""


Clock = Callable[[], float]


def of_processes() -> float:
    """Return the processor time of all processes that have ended, in seconds: what else runs does not count."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def medians(
    runs: Mapping[str, Run], repeats: int, times: Mapping[str, int], clock: Clock = time.perf_counter
) -> dict[str, float]:
    """Return the median seconds of one call of each run; the runs take turns, each turn calls ``times`` times."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for repeat in range(repeats + 1):
        for name, run in runs.items():
            start = clock()
            for _ in range(times.get(name, 1)):
                run()
            if repeat:  # the first turn warms up
                taken[name].append((clock() - start) / times.get(name, 1))
    return {name: statistics.median(each) for name, each in taken.items()}


# The conditions, in one process


def expressions() -> list[str]:
    """Return the text of every condition of the index, with all names written out."""
    return [write(each) for each in written_out()]


def written_out() -> list[Node]:
    """Return the tree of every condition of the index without names, which only the engine knows."""
    named = ruleset(INDEX).named_nodes()
    return [inlined(each, named) for each in conditions()]


def conditions() -> list[Node]:
    """Return the tree of every condition of the index."""
    rules = ruleset(INDEX)
    found = [each.node for indicator in rules.indicators() for each in indicator.criteria]
    return found + [each.ceiling.node for each in rules.indicators() if each.ceiling is not None]


def engine(document: Mapping[str, Any]) -> Callable[[], list[Any]]:
    """Return the evaluation of every condition by the engine, with its trace."""
    rules = ruleset(INDEX)
    named, record = rules.named_nodes(), record_of(rules.subject)
    definitions: dict[str, Any] = {}
    compiled = [
        compile_node(tree, world="closed", record=record, named=named, compiled=definitions)
        for tree in conditions()
    ]

    def run() -> list[Any]:
        cache: dict[str, Any] = {}
        return [each(document, cache) for each in compiled]

    return run


def untraced(document: Mapping[str, Any]) -> Callable[[], list[int]]:
    """Return the truth of every condition without its trace."""
    rules = ruleset(INDEX)
    named, record = rules.named_nodes(), record_of(rules.subject)
    truths = compile_truths(conditions(), world="closed", record=record, named=named)

    def run() -> list[int]:
        shared: dict[Any, Any] = {}
        return [each(document, shared) for each in truths]

    return run


def completed(value: Any, kind: FieldType) -> Any:
    """Return ``value`` with every absent field filled in: rule-engine cannot evaluate most conditions without."""
    if isinstance(kind, RecordType):
        given = value or {}
        return {name: completed(given.get(name), each) for name, each in kind.fields.items()}
    if isinstance(kind, ListType):
        return [completed(each, kind.item) for each in value or ()]
    if value is not None:
        return value
    if isinstance(kind, NumberType):
        return Decimal(0)
    return "" if isinstance(kind, TextType) else False


class Typed:
    """A record as rule-engine takes it without copying: an object with fields."""

    __slots__ = ("fields",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = fields


def typed(value: Any) -> Any:
    """Return ``value`` with its records as typed objects."""
    if isinstance(value, Mapping):
        return Typed({name: typed(each) for name, each in value.items()})
    return tuple(map(typed, value)) if isinstance(value, list) else value


SCALARS: Mapping[type, Any] = {
    NumberType: rule_engine.DataType.FLOAT,
    TextType: rule_engine.DataType.STRING,
    BooleanType: rule_engine.DataType.BOOLEAN,
}


def data_type(kind: FieldType, place: str) -> Any:
    """Return rule-engine's type for a field."""
    if isinstance(kind, RecordType):
        fields = {name: data_type(each, f"{place}.{name}") for name, each in kind.fields.items()}
        return rule_engine.DataType.OBJECT(place, fields, accessor=lambda record, name: record.fields[name])
    if isinstance(kind, ListType):
        return rule_engine.DataType.ARRAY(data_type(kind.item, f"{place}[]"))
    return SCALARS[type(kind)]


def by_rule_engine(document: Mapping[str, Any], types: Mapping[str, Any] | None) -> Run:
    """Return the evaluation of every condition by rule-engine, its rules parsed beforehand."""
    context = rule_engine.Context(type_resolver=types, default_value=None)
    rules = [rule_engine.Rule(text, context=context) for text in expressions()]
    return lambda: [rule.evaluate(document) for rule in rules]


def compare_evaluation() -> list[float]:
    """Measure the evaluation of all conditions on the example, all ways compared before any is timed."""
    document = spelled_out(read_document(EXAMPLE).value)
    record = record_of("disclosure")
    by_engine, without_trace = engine(document), untraced(document)
    by_hand = handwritten.conditions(document)
    held = [trace.truth == TRUE for trace in by_engine()]
    assert held == [truth == TRUE for truth in without_trace()]  # noqa: S101
    assert held[:-1] == [bool(each) for facts in ordered(by_hand) for each in facts]  # noqa: S101
    plain_python = in_plain_python(written_out(), record)
    assert held == [bool(each) for each in plain_python(document)]  # noqa: S101
    runs: dict[str, Run] = {
        "engine": by_engine,
        "without trace": without_trace,
        "by hand": lambda: handwritten.conditions(document),
        "one by one": lambda: plain_python(document),
    }
    one = medians(runs, REPEATS, {"engine": 5, "without trace": 20, "by hand": 40, "one by one": 20})

    whole = completed(document, record)
    types = {name: data_type(kind, name) for name, kind in record.fields.items()}
    objects = {name: typed(each) for name, each in whole.items()}
    others: dict[str, Run] = {
        "engine": engine(whole),
        "typed": by_rule_engine(objects, types),
        "dict": by_rule_engine(whole, None),
    }
    two = medians(others, 3, {"engine": 20})
    return [
        one["without trace"] / one["by hand"],
        one["engine"] / one["by hand"],
        one["engine"] / one["one by one"],
        two["typed"] / two["engine"],
        two["dict"] / two["engine"],
    ]


def ordered(by_hand: Mapping[str, Sequence[bool]]) -> list[Sequence[bool]]:
    """Return what is met by hand in the order of the ruleset."""
    return [by_hand[indicator.id] for indicator in ruleset(INDEX).indicators()]


# The command, as a process of its own


def plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def process(*command: str) -> Run:
    """Return a run of a command, bytecode cached, output thrown away."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run() -> None:
        subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)

    return run


def compare_command() -> list[float]:
    """Measure the whole command on examples."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "draft.json"
        path.write_text(json.dumps(plain(read_document(EXAMPLE).value), ensure_ascii=False), encoding="utf-8")
        cati = (sys.executable, "-m", "cati_rules", "check")
        as_json = (*cati, "--format", "json")
        other = (sys.executable, "-m", "check_jsonschema", "--schemafile", str(SCHEMA), str(path))
        runs = {
            "bare": process(sys.executable, "-c", "pass"),
            "cati": process(*as_json, str(path)),
            "product": process(*as_json, str(PRODUCT)),
            "terminal": process(*cati, str(EXAMPLE)),
            "YAML": process(*as_json, str(EXAMPLE)),
            "libraries": process(sys.executable, "-c", "import click, jsonschema_rs, msgspec, yaml"),
            "check-jsonschema": process(*other),
        }
        taken = medians(runs, STARTS, {}, of_processes)
    return [
        taken["cati"] / taken["check-jsonschema"],
        taken["cati"] / taken["bare"],
        taken["product"] / taken["bare"],
        taken["terminal"] / taken["bare"],
        taken["libraries"] / taken["bare"],
        taken["YAML"] / taken["cati"],
        taken["check-jsonschema"] / taken["bare"],
    ]


MEASURED: Mapping[str, tuple[Callable[[], list[float]], Mapping[str, tuple[float | None, str]]]] = {
    "conditions": (compare_evaluation, CONDITIONS),
    "command": (compare_command, COMMAND),
}


def main() -> None:
    """Measure what was asked for, or everything, and publish it."""
    asked = [each for each in sys.argv[1:] if not each.startswith("--")] or list(MEASURED)
    for name in asked:
        compare, what = MEASURED[name]
        ratios = zip(compare(), what.items(), strict=True)
        publish(name, [Figure(each, ratio, *aim) for ratio, (each, aim) in ratios])


if __name__ == "__main__":
    main()
