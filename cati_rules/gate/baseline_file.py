"""Reads an earlier result into a baseline: every value that is compared is checked, and what is wrong is named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from cati_rules.assessment.result import Verdict
from cati_rules.catalog.ruleset import Kind
from cati_rules.documents import Document, format_path, read_document, value_at
from cati_rules.documents.names import document_name
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


def read_baseline(path: Path, base: Path = HERE) -> Baseline:
    """Return an earlier result of `cati check --format json`; names of documents are relative to ``base``.

    Raises:
        UsageError: the file cannot be read, or is no such result; it says what is wrong and where.
    """
    try:
        document = read_document(path)
    except DocumentError as error:
        raise UsageError(error.problems) from None
    root = _Part(document)
    if document.value.get("schema") != SCHEMA or not isinstance(document.value.get("documents"), list):
        raise UsageError(Problem(document.place(()), _CODE, _NO_RESULT))
    found: dict[str, Earlier] = {}
    for each in root.entries("documents"):
        name, earlier = document_name(each.text("path"), base), _earlier(each)
        if found.setdefault(name, earlier) != earlier:
            raise each.wrong("path", Text("a document that is told of once", "只出现一次的文件"))
    return Baseline(found, base)


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
