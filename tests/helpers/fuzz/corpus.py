"""What is mutated: the examples, the rulesets and their tests, settings, waivers and results of runs."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from running import ROOT
from samples import DATA

from cati_rules.catalog.store import ruleset_folder, ruleset_ids
from cati_rules.cli.main import main
from cati_rules.documents import read_document
from cati_rules.errors import DocumentError

AS_OF = "2026-01-01"
_LONGEST_FOREIGN = 900_000
_LONGEST_RULES = 13_000  # longer ones only cost time; what is in them is in shorter ones
_RESULTS_OF = {
    "product.yaml": ("fmc-steel", "less"),
    "coil.yaml": ("responsiblesteel-2.1", "c2f-steel"),
    "draft.yaml": ("consistency",),
}
"""Examples whose results are mutated, each with the rulesets of a short result."""

SETTINGS = """\
fail_under = 40
require = ["fmc-steel", "responsiblesteel-2.1:2"]
fail_on = ["indeterminate", "problems", "consistency"]
waivers = "waivers.yaml"
baseline = "result.json"
ruleset = ["fmc-steel", "cati-auto-2024"]

[[paths]]
pattern = "products/**/*.yaml"
require = ["less:B"]

[[paths]]
pattern = "*.json"
fail_under = 60.5
"""
WAIVERS = """\
kind: waivers
waivers:
  - ruleset: fmc-steel
    rule: intensity
    document: document.yaml
    pointer: /footprint/value
    fingerprint: ed806ed5dc15496aa85bf459e8505b1f75b2943aed6038c1e34605cc262f13ae
    reason: Replaced next quarter
    approver: B. Li
    expires: "2026-12-31"
  - {ruleset: cati-auto-2024, rule: 2.1.1, document: "*.yaml", pointer: /emissions, fingerprint: 87d80d3aa1a16719a3e4b258d94b65e3cd0432ebdca641977a34aa1b5ea48645, reason: r, approver: a, expires: "2026-06-30"}
"""


@dataclass(frozen=True)
class Corpus:
    """Texts to mutate, documents as values and with their results, and the values that were seen under each key."""

    documents: Sequence[bytes]
    foreign: Sequence[tuple[str, bytes]]
    values: Sequence[Mapping[str, Any]]
    rules: Sequence[Mapping[str, bytes]]
    results: Sequence[tuple[bytes, bytes]]
    short_results: Sequence[tuple[bytes, bytes]]
    known: Mapping[str, Sequence[Any]]
    rulesets: Sequence[str]
    rule_names: Sequence[str]


@cache
def read_corpus(samples: Path | None = None) -> Corpus:
    """Read the corpus from the checkout; ``samples`` is a folder of files of other formats, which are added."""
    files = sorted((ROOT / "examples").rglob("*.yaml"))
    foreign = [
        (each.suffix, each.read_bytes())
        for folder in (DATA, samples)
        for each in (sorted(folder.rglob("*")) if folder is not None else ())
        if each.is_file() and each.stat().st_size < _LONGEST_FOREIGN
    ]
    documents, values = [], []
    for file in files:
        if file.stat().st_size > 60_000:
            continue
        documents.append(file.read_bytes())
        with contextlib.suppress(DocumentError):
            value = read_document(file).value
            if isinstance(value, Mapping):
                values.append(value)
    rules = [each for name in ruleset_ids() if (each := _rule_files(ruleset_folder(name)))]
    known: dict[str, list[Any]] = defaultdict(list)
    for value in (*values, *(yaml.safe_load(each["ruleset.yaml"]) for each in rules)):
        for key, inner in _under_keys(value):
            if inner not in known[key] and len(known[key]) < 40:
                known[key].append(inner)
    return Corpus(
        documents,
        foreign,
        values,
        rules,
        _results(short=False),
        _results(short=True),
        known,
        ruleset_ids(),
        _RULE_NAMES,
    )


_RULE_NAMES = (
    "2.1.1", "2.1", "2", "fmc-steel", "cati-auto-2024", "consistency:target-passed", "consistency", "intensity", "responsiblesteel-2.1",
    "2.1.1/scope-1", "fmc-steel/intensity", "cati-auto-2024/2.1.1", "nothing", "", "\x1b[2J", "/",
)  # fmt: skip


def _rule_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a ruleset that stands by itself and is short."""
    main_file = folder / "ruleset.yaml"
    if main_file.stat().st_size > _LONGEST_RULES or b"\nparts:" in main_file.read_bytes():
        return {}
    return {str(each.relative_to(folder)): each.read_bytes() for each in sorted(folder.rglob("*.yaml"))}


def _under_keys(value: Any) -> Iterator[tuple[str, Any]]:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    if isinstance(value, Mapping):
        yield from ((key, each) for key, each in value.items() if isinstance(key, str))
    for each in inner:
        yield from _under_keys(each)


def _results(*, short: bool) -> list[tuple[bytes, bytes]]:
    """Return documents, and their results as ``cati check --format json`` writes them of a ``document.yaml``."""
    found = []
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, rulesets in _RESULTS_OF.items():
            document, result = Path("document.yaml"), Path("result.json")
            document.write_bytes((ROOT / "examples" / name).read_bytes())
            arguments = [
                "check",
                str(document),
                "--as-of",
                AS_OF,
                "--format",
                "json",
                "--output",
                str(result),
            ]
            arguments += [f"--ruleset={each}" for each in rulesets if short]
            with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
                main(arguments)
            found.append((document.read_bytes(), result.read_bytes()))
    return found
