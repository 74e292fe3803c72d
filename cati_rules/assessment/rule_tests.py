"""Runs the YAML tests that stand beside a ruleset: given a document, what each indicator awards.

A test's ``given`` is laid over a minimal document; everything in it counts as published. ``expect`` names
points awarded by indicator, group or dimension, before weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from cati_rules.assessment.index import IndexAssessor
from cati_rules.assessment.result import IndexResult
from cati_rules.documents import Document, format_path, read_document
from cati_rules.errors import DocumentError, Place, Problem, RulesetError
from cati_rules.schema import is_valid, without_nulls
from cati_rules.text import Text

FOLDER = "tests"
BASE: Mapping[str, Mapping[str, Any]] = {
    "disclosure": {
        "kind": "disclosure",
        "company": {"name": "Test Motors"},
        "reporting_year": Decimal(2023),
    }
}


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One test: a document and the points that rules should award on it."""

    name: str
    place: Place
    given: Mapping[str, Any]
    expect: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Failure:
    """What came out otherwise than expected."""

    test: RuleTest
    message: Text


def files_with_tests(folder: Path) -> tuple[Path, ...]:
    """Return the test files of the ruleset in ``folder``, sorted."""
    return tuple(sorted((folder / FOLDER).glob("*.yaml")))


def read_tests(path: Path, subject: str) -> tuple[RuleTest, ...]:
    """Return the tests in a file, for documents of kind ``subject``.

    Raises:
        RulesetError: the file cannot be read or is not a list of tests.
    """
    try:
        document = read_document(path)
    except DocumentError as error:
        raise RulesetError(error.problems) from None
    tests = document.value.get("tests")
    if set(document.value) != {"tests"} or not isinstance(tests, list):
        raise _wrong(
            document, (), Text("a test file holds one list, `tests`.", "测试文件应仅包含 `tests` 列表。")
        )
    return tuple(_test(document, i, each, subject) for i, each in enumerate(tests))


def _test(document: Document, index: int, data: Any, subject: str) -> RuleTest:
    path = ("tests", index)
    if not isinstance(data, dict) or set(data) != {"name", "given", "expect"}:
        message = Text("a test has name, given and expect.", "每项测试应包含 name、given 和 expect。")
        raise _wrong(document, path, message)
    given, expect = data["given"], data["expect"]
    if not isinstance(given, dict) or not isinstance(expect, dict) or not isinstance(data["name"], str):
        message = Text(
            "given and expect are mappings, name is text.", "given 与 expect 应为键值对，name 应为文本。"
        )
        raise _wrong(document, path, message)
    if not expect or not all(isinstance(points, Decimal) for points in expect.values()):
        message = Text("expect gives points by indicator.", "expect 应按指标给出分值。")
        raise _wrong(document, (*path, "expect"), message)
    value = without_nulls({**BASE[subject], **given})
    if not is_valid(subject, value):
        message = Text(f"given is not a valid {subject}.", f"given 不是有效的 {subject} 文件。")
        raise _wrong(document, (*path, "given"), message)
    return RuleTest(data["name"], document.place(path), value, expect)


def _wrong(document: Document, path: tuple[str | int, ...], message: Text) -> RulesetError:
    return RulesetError(
        Problem(place=document.place(path), code="rules/test", message=message, path=format_path(path))
    )


def failures(test: RuleTest, assessor: IndexAssessor) -> Iterator[Failure]:
    """Yield what a test finds otherwise than expected."""
    awarded = _awarded(assessor.assess_as_published(test.given))
    for name, points in test.expect.items():
        got = awarded.get(name)
        if got is None:
            message = Text(f"there is no rule {name}.", f"没有规则 {name}。")
            yield Failure(test, message)
        elif got != points:
            message = Text(
                f"{name}: expected {points}, awarded {got}.", f"{name}：应得 {points}，实得 {got}。"
            )
            yield Failure(test, message)


def _awarded(result: IndexResult) -> dict[str, Decimal]:
    """Return nominal points by dimension, group and indicator; an indicator shows what it earned."""
    points: dict[str, Decimal] = {}
    for dimension in result.dimensions:
        points[dimension.dimension.id] = dimension.awarded
        for group in dimension.groups:
            points[group.group.id] = group.awarded
            for each in group.indicators:
                points[each.indicator.id] = each.awarded if each.counts_elsewhere is None else each.earned
    return points
