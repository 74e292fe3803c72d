"""Reads an earlier result into a baseline: every value that is compared is checked, and what is wrong is named."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from cati_rules.assessment.result import Verdict
from cati_rules.catalog.ruleset import Kind
from cati_rules.documents import Document, format_path, read_document, value_at
from cati_rules.documents.names import STDIN_NAME, document_name
from cati_rules.documents.refusal import shown
from cati_rules.errors import DocumentError, Problem, UsageError
from cati_rules.gate.baseline import HERE, RANKS, Baseline, Earlier, EarlierScore, EarlierVerdict
from cati_rules.text import Text

SCHEMA = "cati-result/1"
_EXACT = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_KINDS: tuple[Kind, ...] = ("index", "definition", "consistency")
_CODE = "usage/baseline"
_NO_RESULT = Text(
    "is not a result of `cati check --format json`.", "不是 `cati check --format json` 的输出。"
)
_LIST, _TABLE = Text("a list", "列表"), Text("an object", "对象")
_TEXT, _NUMBER = Text("a text", "文本"), Text("a number", "数字")
_TRUTH, _VERDICT = Text("true or false", "true 或 false"), Text("a verdict", "结论")


def read_baseline(path: Path, names: Sequence[str], bases: Sequence[Path] = (HERE,)) -> Baseline:
    """Return an earlier result of `cati check --format json`, to hold documents of these ``names`` to.

    What it calls documents is relative to the folder that it was made in: that of ``bases``, else its own, in which
    most of the documents of this run are found.

    Raises:
        UsageError: the file cannot be read, or is no such result, or shares no document with this run; it says what is
            wrong and where.
    """
    try:
        document = read_document(path)
    except DocumentError as error:
        raise UsageError(error.problems) from None
    root = _Part(document)
    if document.value.get("schema") != SCHEMA or not isinstance(document.value.get("documents"), list):
        raise UsageError(Problem(document.place(()), _CODE, _NO_RESULT))
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
            raise each.wrong("path", Text("a document that is told of once", "只出现一次的文件"))
    return Baseline(found, base)


def _called(document: _Part) -> str:
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
            f"shares no document with this run; it tells of {told or 'none'}.",
            f"与本次检查没有共同的文件；其中的文件：{told or '无'}。",
        ),
        advice=Text(
            "Check the documents that it was made of, or write it anew with `cati check --format json`.",
            "请检查生成该基线时所用的文件，或用 `cati check --format json` 重新生成基线。",
        ),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """An object in the file, at ``path``: gives its fields, each of the type that is asked for."""

    document: Document
    path: tuple[str | int, ...] = ()

    def get(self, name: str) -> Any:
        return value_at(self.document.value, (*self.path, name))

    def has(self, name: str) -> bool:
        return self.get(name) is not None

    def text(self, name: str) -> str:
        value = self.get(name)
        if isinstance(value, str) and value:
            return value
        raise self.wrong(name, _TEXT)

    def number(self, name: str) -> Decimal:
        value = self.get(name)
        text = str(value) if isinstance(value, str | Decimal) else ""
        if _EXACT.fullmatch(text):
            return Decimal(text)
        raise self.wrong(name, _NUMBER)

    def truth(self, name: str) -> bool:
        value = self.get(name)
        if isinstance(value, bool):
            return value
        raise self.wrong(name, _TRUTH)

    def part(self, name: str) -> _Part:
        if isinstance(self.get(name), Mapping):
            return _Part(self.document, (*self.path, name))
        raise self.wrong(name, _TABLE)

    def entries(self, name: str) -> Iterator[_Part]:
        listed = self.get(name)
        if not isinstance(listed, list):
            raise self.wrong(name, _LIST)
        for i, each in enumerate(listed):
            if not isinstance(each, Mapping):
                raise self.wrong((name, i), _TABLE)
            yield _Part(self.document, (*self.path, name, i))

    def wrong(self, name: str | tuple[str | int, ...], wanted: Text) -> UsageError:
        path = (*self.path, *((name,) if isinstance(name, str) else name))
        message = Text(f"is not {wanted.en}.", f"不是{wanted.zh}。")
        advice = Text(
            "Write the baseline anew with `cati check --format json`.",
            "请用 `cati check --format json` 重新生成基线。",
        )
        return UsageError(
            Problem(self.document.place(path), _CODE, message, path=format_path(path), advice=advice)
        )


def _earlier(document: _Part) -> Earlier:
    problems = [(each.text("severity"), each.text("code")) for each in document.entries("problems")]
    results: dict[str, _Part] = {}
    for each in document.entries("results"):
        if results.setdefault(each.text("ruleset"), each) is not each:
            raise each.wrong("ruleset", Text("a ruleset that is told of once", "只出现一次的规则集"))
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
        ),
    )


def _score(result: _Part) -> EarlierScore:
    return EarlierScore(
        result.number("score"),
        {each.text("id"): each.number("awarded") for each in result.entries("indicators")},
    )


def _verdict(result: _Part) -> EarlierVerdict:
    verdict = result.text("verdict")
    if verdict not in RANKS:
        raise result.wrong("verdict", _VERDICT)
    return EarlierVerdict(
        verdict=cast("Verdict", verdict),
        level=result.text("level") if result.has("level") else None,
        judged=result.has("subject"),
        in_force=result.part("in_force").truth("now"),
    )
