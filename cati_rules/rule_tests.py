"""Runs the YAML tests that stand beside a ruleset: given a document, what comes out.

Of an index, a test's ``given`` is laid over a minimal document; everything in it counts as published, and ``expect``
names points awarded by indicator, group or dimension, before weights. Of a definition, ``given`` changes single values
of the file's ``base`` document, by their paths (null takes one away), and ``expect`` names the verdict and, where it
matters, the level, what is missing and how the edition stands; of a consistency ruleset, the findings: their ids, or
for each its ``id``, ``severity`` and place (``at``). ``why`` tells how the outcome follows by hand; ``as_of`` is the
day of the assessment, where it is another than the first on which the ruleset is in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from msgspec import Struct

from cati_rules.catalog.ruleset import Ruleset
from cati_rules.documents import Document, format_path, parse_path, read_document, with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import DocumentError, Place, Problem, RulesetError
from cati_rules.schema import is_valid, known_kinds, spelled_out, without_nulls
from cati_rules.schema.sources import citations
from cati_rules.text import Text

Assessors = Callable[[Mapping[str, Decimal]], Any]
FOLDER = "tests"
MINIMAL: Mapping[str, Any] = {
    "kind": "disclosure",
    "company": {"name": "Test Motors"},
    "reporting_year": Decimal(2023),
}
"""What the tests of an index lay their ``given`` over."""
_OUTCOME = {"verdict", "level", "missing", "in_force"}
FOUND = "findings"
"""The key of what a test of a consistency ruleset expects."""


class RuleTest(Struct, frozen=True):
    """One test: a document, and what should come out."""

    name: str
    place: Place
    given: Mapping[str, Any]
    expect: Mapping[str, Any]
    parameters: Mapping[str, Decimal]
    as_of: str | None = None


class Failure(Struct, frozen=True):
    """What came out otherwise than expected."""

    test: RuleTest
    message: Text


def files_with_tests(folder: Path) -> tuple[Path, ...]:
    """Return the test files of the ruleset in ``folder``, sorted."""
    return tuple(sorted((folder / FOLDER).glob("*.yaml")))


def read_tests(path: Path) -> tuple[RuleTest, ...]:
    """Return the tests in a file.

    Raises:
        RulesetError: the file cannot be read or is not a list of tests.
    """
    try:
        document = read_document(path, recognise=False)
    except DocumentError as error:
        raise RulesetError(error.problems) from None
    tests = document.value.get("tests")
    if not {"tests"} <= set(document.value) <= {"tests", "base"} or not isinstance(tests, list):
        message = Text(
            "a test file holds one list, `tests`, and for definitions a document, `base`.",
            "测试文件应仅包含 `tests` 列表；定义类规则集另含 `base` 文档。",
        )
        raise _wrong(document, (), message)
    return tuple(_Reader(document).test(i, each) for i, each in enumerate(tests))


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document
        base: Any = document.value.get("base")
        self._base = MINIMAL if base is None else base
        self._has_base = base is not None
        if not isinstance(self._base, dict) or self._base.get("kind") not in known_kinds():
            message = Text("base is a document with a known kind.", "base 应为已知类型的文件。")
            raise _wrong(document, ("base",), message)

    def test(self, index: int, data: Any) -> RuleTest:
        document, path = self._document, ("tests", index)
        needed, more = {"name", "given", "expect"}, {"parameters", "as_of", "why"}
        if not isinstance(data, dict) or not needed <= set(data) <= {*needed, *more}:
            message = Text("a test has name, given and expect.", "每项测试应包含 name、given 和 expect。")
            raise _wrong(document, path, message)
        given, expect, parameters = data["given"], data["expect"], data.get("parameters", {})
        if not all(isinstance(each, dict) for each in (given, expect, parameters)) or not isinstance(
            data["name"], str
        ):
            message = Text(
                "given and expect are mappings, name is text.", "given 与 expect 应为键值对，name 应为文本。"
            )
            raise _wrong(document, path, message)
        self._check_expected(expect, (*path, "expect"))
        value = self._given(given, (*path, "given"))
        kind = str(value.get("kind"))
        if not is_valid(kind, value):
            message = Text(f"given is not a valid {kind}.", f"given 不是有效的 {kind} 文件。")
            raise _wrong(document, (*path, "given"), message)
        value = spelled_out(value)
        if unknown := [cited for _, cited in citations(value)]:
            message = Text(f"There is no source {unknown[0]}.", f"没有来源 {unknown[0]}。")
            raise _wrong(document, (*path, "given"), message)
        return RuleTest(data["name"], document.place(path), value, expect, parameters, data.get("as_of"))

    def _given(self, given: Mapping[str, Any], path: FieldPath) -> dict[str, Any]:
        if not self._has_base:
            laid: dict[str, Any] = without_nulls({**self._base, **given})
            return laid
        value: Any = self._base
        for name, new in given.items():
            try:
                value = with_value(value, parse_path(name), new)
            except ValueError:
                message = Text(f"{name} is no place in the base document.", f"base 中没有 {name}。")
                raise _wrong(self._document, (*path, name), message) from None
        changed: dict[str, Any] = without_nulls(value)
        return changed

    def _check_expected(self, expect: Mapping[str, Any], path: FieldPath) -> None:
        if self._has_base:
            fine = _is_outcome(expect) or (set(expect) == {FOUND} and _are_findings(expect[FOUND]))
            message = Text(
                "expect gives verdict, level, missing, in_force; or the list of findings.",
                "expect 应填写 verdict、level、missing、in_force；一致性类规则集填写 findings 列表。",
            )
        else:
            fine = bool(expect) and all(isinstance(points, Decimal) for points in expect.values())
            message = Text("expect gives points by indicator.", "expect 应按指标给出分值。")
        if not fine:
            raise _wrong(self._document, path, message)


def _is_outcome(expect: Mapping[str, Any]) -> bool:
    """Return whether a mapping says what a definition comes to: names, a level or none, a list of places."""
    if "verdict" not in expect or not set(expect) <= _OUTCOME:
        return False
    names = [each for name, each in expect.items() if name != "missing" and (name, each) != ("level", None)]
    missing = expect.get("missing", [])
    return isinstance(missing, list) and all(isinstance(each, str) for each in (*names, *missing))


def _are_findings(expected: Any) -> bool:
    """Return whether a list names findings, all by their ids or all by id, severity and place."""
    if not isinstance(expected, list):
        return False
    return all(isinstance(each, str) for each in expected) or all(
        isinstance(each, dict)
        and set(each) == {"id", "severity", "at"}
        and all(isinstance(said, str) for said in each.values())
        for each in expected
    )


def _wrong(document: Document, path: FieldPath, message: Text) -> RulesetError:
    return RulesetError(
        Problem(place=document.place(path), code="rules/test", message=message, path=format_path(path))
    )


class Testing(Protocol):
    """What the module ``rule_tests`` of a kind has."""

    def failures(self, test: RuleTest, assessor: Assessors) -> Iterator[Failure]:
        """Yield what a test finds otherwise than expected; ``assessor`` takes the test's parameters."""


def failures(test: RuleTest, rules: Ruleset, assessor: Assessors) -> Iterator[Failure]:
    """Yield what a test of ``rules`` finds otherwise than expected.

    ``assessor`` gives what judges by them, with numbers that they leave to others.
    """
    testing = cast("Testing", import_module(f"cati_rules.kinds.{rules.kind}.rule_tests"))
    return testing.failures(test, assessor)


def expected_findings(test: RuleTest) -> tuple[str, ...]:
    """Return the ids of the findings that a test of a consistency ruleset expects."""
    return tuple(each if isinstance(each, str) else each["id"] for each in test.expect.get(FOUND, ()))
