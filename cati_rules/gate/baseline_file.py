"""Reads an earlier result into a baseline: every value that is compared is checked, and what is wrong is named."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from cati_rules.catalog.ruleset import Kind
from cati_rules.documents import Document
from cati_rules.documents.names import STDIN_NAME, document_name
from cati_rules.documents.refusal import shown
from cati_rules.errors import Problem, UsageError
from cati_rules.gate.baseline import HERE, RANKS, Baseline, Earlier, EarlierScore, EarlierVerdict
from cati_rules.kinds.consistency.refusal import CONSISTENCY
from cati_rules.kinds.index.result import Verdict
from cati_rules.report.result_file import ResultPart, read_result
from cati_rules.text import Text

_KINDS: tuple[Kind, ...] = ("index", "definition", "consistency")
_CODE = "usage/baseline"
_ADVICE = Text(
    "Write the baseline anew with `cati check --format json`.",
    "请用 `cati check --format json` 重新生成基线。",
)
_NOW_FINDINGS = frozenset(
    {"slip/planned-for-the-past", "slip/added-up-to-less", "slip/scope-3-below-scope-1"}
)
"""Warnings of earlier versions that are findings of the consistency ruleset now: a baseline that has them has those."""
_VERDICT = Text("a verdict", "结论")


def read_baseline(path: Path, names: Sequence[str], bases: Sequence[Path] = (HERE,)) -> Baseline:
    """Return an earlier result of `cati check --format json`, to hold documents of these ``names`` to.

    What it calls documents is relative to the folder that it was made in: that of ``bases``, else its own, in which
    most of the documents of this run are found.

    Raises:
        UsageError: the file cannot be read, or is no such result, or shares no document with this run; it says what is
            wrong and where.
    """
    root = read_result(path, _CODE, _ADVICE)
    document = root.document
    told = [(each, _called(each), _earlier(each)) for each in root.entries("documents")]
    known = {name for _, name, _ in told}

    def shared(base: Path) -> int:
        there = {_name(each, base) for each in known}
        return sum(document_name(each, base) in there for each in names)

    base = max((*bases, path.parent), key=shared)  # the first of several that are as good
    if not shared(base):
        raise UsageError(_apart(document, sorted(known)))
    found: dict[str, Earlier] = {}
    for each, name, earlier in told:
        if found.setdefault(_name(name, base), earlier) != earlier:
            raise each.wrong("path", Text("a document that is listed once", "只出现一次的文件"))
    return Baseline(found, base)


def _called(document: ResultPart) -> str:
    """Return what a document was called: from the folder of the project, where the result says that."""
    path = document.text("path")
    return document.text("name") if document.has("name") else path


def _name(told: str, base: Path) -> str:
    """Return the name of a document that was called ``told`` in ``base``."""
    return told if told == STDIN_NAME else document_name(os.path.join(base, told), base)  # noqa: PTH118


def _apart(document: Document, known: Sequence[str]) -> Problem:
    told = ", ".join(shown(each) for each in known[:3]) + (", …" if len(known) > 3 else "")
    return Problem(
        document.place(("documents",)),
        _CODE,
        Text(
            f"shares no document with this run; it covers {told or 'none'}.",
            f"与本次检查没有共同的文件；其中的文件：{told or '无'}。",
        ),
        advice=Text(
            "Check the documents that it was made of, or write it anew with `cati check --format json`.",
            "请检查生成该基线时所用的文件，或用 `cati check --format json` 重新生成基线。",
        ),
    )


def _earlier(document: ResultPart) -> Earlier:
    problems = [(each.text("severity"), each.text("code")) for each in document.entries("problems")]
    results: dict[str, ResultPart] = {}
    for each in document.entries("results"):
        if results.setdefault(each.text("ruleset"), each) is not each:
            raise each.wrong("ruleset", Text("a ruleset that is listed once", "只出现一次的规则集"))
        if each.text("kind") not in _KINDS:
            raise each.wrong("kind", Text("a kind of ruleset", "规则集类型"))
    of_kind = {
        kind: [(n, each) for n, each in results.items() if each.text("kind") == kind] for kind in _KINDS
    }
    return Earlier(
        valid=all(severity != "error" for severity, _ in problems),
        problems=Counter(code for _, code in problems),
        scores={name: _score(each) for name, each in of_kind["index"]},
        verdicts={name: _verdict(each) for name, each in of_kind["definition"]},
        sha256=document.text("sha256") if document.has("sha256") else None,
        findings=Counter(
            (name, finding.text("id"))
            for name, each in of_kind["consistency"]
            for finding in each.entries("findings")
        )
        + Counter((CONSISTENCY, code.partition("/")[2]) for _, code in problems if code in _NOW_FINDINGS),
    )


def _score(result: ResultPart) -> EarlierScore:
    return EarlierScore(
        result.number("score"),
        {each.text("id"): each.number("awarded") for each in result.entries("indicators")},
    )


def _verdict(result: ResultPart) -> EarlierVerdict:
    verdict = result.text("verdict")
    if verdict not in RANKS:
        raise result.wrong("verdict", _VERDICT)
    return EarlierVerdict(
        verdict=cast("Verdict", verdict),
        level=result.text("level") if result.has("level") else None,
        judged=result.has("subject"),
        in_force=result.part("in_force").truth("now"),
    )
