"""The steps in their order, for the command line and for Python: read → validate → load rules → evaluate."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cati_rules.assessment.index import IndexAssessor
from cati_rules.assessment.result import IndexResult
from cati_rules.assessment.standing import Standing, standing
from cati_rules.catalog.published import Published, published_results
from cati_rules.catalog.ruleset import Ruleset
from cati_rules.catalog.store import load_ruleset, ruleset_ids
from cati_rules.documents import Document, read_document
from cati_rules.errors import DocumentError, Place, Problem
from cati_rules.schema import load_schema, validate, without_nulls
from cati_rules.schema.types import RecordType, types_from_schema
from cati_rules.text import Text


@dataclass(frozen=True, slots=True)
class Checked:
    """One document after all steps: as far as they went.

    ``document`` is None where it could not be read; ``results`` is empty where it is invalid; ``standings``
    has the place of each result among published companies, where there are any. ``problems``
    holds errors, which stop the evaluation, and warnings, which do not.
    """

    name: str
    document: Document | None
    problems: tuple[Problem, ...]
    results: tuple[IndexResult, ...]
    standings: tuple[Standing | None, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the document could not be read or is invalid."""
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def kind(self) -> str | None:
        """The document's kind, where it has one."""
        kind = None if self.document is None else self.document.value.get("kind")
        return kind if isinstance(kind, str) else None


@cache
def record_of(kind: str) -> RecordType:
    """Return the types of documents of a kind."""
    return types_from_schema(load_schema(kind))


@cache
def ruleset(identifier: str) -> Ruleset:
    """Return a ruleset by id or path, loaded once."""
    return load_ruleset(identifier)


@cache
def assessor(identifier: str) -> IndexAssessor:
    """Return a ruleset ready to score documents, compiled once."""
    rules = ruleset(identifier)
    return IndexAssessor(rules, record_of(rules.subject))


@cache
def published(identifier: str) -> Published | None:
    """Return the results printed for a shipped ruleset, None for any other."""
    return published_results(ruleset(identifier)) if identifier in ruleset_ids() else None


def today() -> str:
    """Return today's date (UTC) as ISO text."""
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()


def _in_force(rules: Ruleset, date: str) -> bool:
    return rules.in_force_from <= date and (rules.in_force_until is None or date <= rules.in_force_until)


def _not_in_force(rules: Ruleset, date: str) -> Problem:
    """Return the warning that an edition does not apply on the date of the assessment."""
    span = f"{rules.in_force_from} – {rules.in_force_until or ''}".rstrip(" –")
    return Problem(
        place=Place("--as-of"),
        code="rules/not-in-force",
        message=Text(
            f"{rules.id} is in force from {span}; the assessment is as of {date}.",
            f"{rules.id} 的生效日期为 {span}，而评价日为 {date}。",
        ),
        severity="warning",
    )


def check_document(
    document: Document,
    rulesets: Sequence[str] = (),
    *,
    as_of: str | None = None,
    peers: str | None = None,
) -> Checked:
    """Validate a document that was read, and evaluate it on the rulesets for its kind.

    ``rulesets`` narrows them by id, or names a ruleset file; ``as_of`` is an ISO date, today if left out.
    ``peers`` narrows the published companies to compare with: ``region``, ``product-type``, or names.

    Raises:
        UsageError: there is no ruleset of such an id, or no such peers.
        RulesetError: a ruleset's files are wrong.
    """
    identifiers = rulesets or ruleset_ids()
    problems = validate(document)
    if any(problem.severity == "error" for problem in problems):
        return Checked(document.name, document, problems, ())
    value = without_nulls(document.value)
    date = as_of or today()
    applying = [each for each in identifiers if ruleset(each).subject == value["kind"]]
    results = tuple(assessor(each).assess(value, as_of=date) for each in applying)
    problems += tuple(
        _not_in_force(ruleset(each), date) for each in applying if not _in_force(ruleset(each), date)
    )
    standings = tuple(
        None if (printed := published(each)) is None else standing(result, value, printed, peers)
        for each, result in zip(applying, results, strict=True)
    )
    return Checked(document.name, document, problems, results, standings)


def check(
    path: str | Path,
    rulesets: Sequence[str] = (),
    *,
    as_of: str | None = None,
    peers: str | None = None,
) -> Checked:
    """Read, validate and evaluate the document at ``path``.

    A document that cannot be read or is invalid gives a result whose ``problems`` say why.

    Raises:
        UsageError: there is no ruleset of such an id.
        RulesetError: a ruleset's files are wrong.
    """
    try:
        document = read_document(Path(path))
    except DocumentError as error:
        return Checked(str(path), None, error.problems, ())
    return check_document(document, rulesets, as_of=as_of, peers=peers)
