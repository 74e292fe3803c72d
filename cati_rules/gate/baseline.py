"""What got worse since an earlier result: lower scores and points, worse verdicts and levels, new errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from cati_rules.assessment.definition_result import DefinitionResult
from cati_rules.assessment.result import IndexResult
from cati_rules.checking import Checked
from cati_rules.documents import read_document
from cati_rules.errors import DocumentError, Place, Problem, UsageError
from cati_rules.numbers import number_text
from cati_rules.text import Text

SCHEMA = "cati-result/1"
_RANKS: Mapping[str, int] = {
    "met": 3,
    "not_testable": 2,
    "not_applicable": 2,
    "indeterminate": 1,
    "not_met": 0,
}


@dataclass(frozen=True, slots=True)
class Worse:
    """One thing that is worse than in the baseline: of a document, a ruleset and one of its rules."""

    document: str
    ruleset: str
    rule: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """An earlier result: what it told of each document, by its name."""

    documents: Mapping[str, Any]

    def worse(self, checked: Checked) -> Iterator[Worse]:
        """Yield what is worse now; nothing for a document that the baseline does not know."""
        before = self.documents.get(checked.name)
        if before is None:
            return
        known = {each["ruleset"]: each for each in before["results"]}
        if checked.failed and not any(each["severity"] == "error" for each in before["problems"]):
            yield Worse(checked.name, "", "problems", "valid", "invalid")
        for result, _ in checked.scores():
            yield from _index(checked.name, known.get(result.ruleset.id), result)
        for verdict, _ in checked.verdicts():
            if not verdict.in_force:
                continue  # what a superseded edition says is no reason to stop a run
            yield from _definition(checked.name, known.get(verdict.ruleset.id), verdict)


def _index(name: str, before: Any, now: IndexResult) -> Iterator[Worse]:
    if before is None:
        return
    identifier = now.ruleset.id
    if now.score < Decimal(before["score"]):
        yield Worse(name, identifier, identifier, before["score"], number_text(now.score))
    awarded = {each["id"]: Decimal(each["awarded"]) for each in before["indicators"]}
    for each in now.indicators():
        earlier = awarded.get(each.indicator.id)
        if earlier is not None and each.awarded < earlier:
            yield Worse(name, identifier, each.indicator.id, number_text(earlier), number_text(each.awarded))


def _definition(name: str, before: Any, now: DefinitionResult) -> Iterator[Worse]:
    if before is None:
        return
    identifier = now.ruleset.id
    if _RANKS[now.verdict] < _RANKS.get(before["verdict"], 0):
        yield Worse(name, identifier, identifier, before["verdict"], now.verdict)
    elif (
        now.verdict == before["verdict"] == "met"
        and before["level"] is not None
        and not now.reaches(before["level"])
    ):
        yield Worse(name, identifier, identifier, before["level"], now.level or "–")


def read_baseline(path: Path) -> Baseline:
    """Return an earlier result of `cati check --format json`.

    Raises:
        UsageError: the file cannot be read, or is no such result.
    """
    try:
        data: Any = read_document(path).value
    except DocumentError as error:
        raise UsageError(error.problems) from None
    documents = data.get("documents")
    if data.get("schema") != SCHEMA or not isinstance(documents, list):
        message = Text(
            "is not a result of `cati check --format json`.", "不是 `cati check --format json` 的输出。"
        )
        raise UsageError(Problem(Place(str(path)), "usage/baseline", message))
    return Baseline({each["path"]: each for each in documents if isinstance(each, dict) and "path" in each})
