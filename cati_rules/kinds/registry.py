"""The kinds of ruleset, each with the module that judges by it: imported when the first ruleset of the kind is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from msgspec import Struct

from cati_rules.catalog.ruleset import Kind
from cati_rules.documents import Document
from cati_rules.errors import Problem
from cati_rules.kinds.definition.rules import METALS
from cati_rules.schema.types import RecordType
from cati_rules.text import Text

if TYPE_CHECKING:
    from cati_rules.documents.paths import FieldPath
    from cati_rules.kinds.consistency.assessment import ConsistencyResult
    from cati_rules.kinds.consistency.contradiction import Contradiction
    from cati_rules.kinds.consistency.rules import ConsistencyRule
    from cati_rules.kinds.index.rank import Standing

KINDS: Mapping[Kind, str] = {
    "index": "cati_rules.kinds.index.judging",
    "definition": "cati_rules.kinds.definition.judging",
    "consistency": "cati_rules.kinds.consistency.judging",
}
"""In the order in which results are told."""
ORDER: tuple[Kind, ...] = tuple(KINDS)


_ALL: Mapping[Kind, tuple[str, ...]] = {"definition": METALS}
"""Kinds of document of which all rulesets of a kind say something, if only that they judge others."""


def judges_others(kind: Kind, subject: str) -> bool:
    """Return whether all rulesets of a kind say something of documents that they are not about."""
    return subject in _ALL.get(kind, ())


class Services(Struct, frozen=True):
    """What rulesets of any kind may ask for: types of documents, and what is found to be wrong in one."""

    record_of: Callable[[str], RecordType]
    not_counted_in: Callable[[Mapping[str, Any]], Mapping[FieldPath, ConsistencyRule]]
    contradictions_after: Callable[
        [Mapping[str, Any], Mapping[str, Any], Sequence[FieldPath], str], Sequence[Contradiction]
    ]


class Run(Struct, frozen=True):
    """A valid document to be judged as of an ISO date.

    ``value`` is without nulls, with sources spelled out; ``asked`` says whether the ruleset was asked for by name.
    ``looked`` are the findings of consistency rulesets, by their ids or paths; ``contradictions`` follow from them.
    """

    document: Document
    value: Mapping[str, Any]
    as_of: str
    asked: bool
    peers: str | None
    looked: Mapping[str, ConsistencyResult]
    contradictions: Sequence[Contradiction]


class Outcome(Struct, frozen=True):
    """The result of one ruleset: its place among published companies, what judged, and warnings, if any."""

    result: Any
    assessor: Any
    standing: Standing | None = None
    problems: tuple[Problem, ...] = ()


class Judging(Protocol):
    """What the module of a kind has; ``NO_SUCH`` says of a ruleset that it is of another kind."""

    NO_SUCH: Text

    def assessor(self, rules: Any, services: Services, parameters: Mapping[str, Decimal]) -> Any:
        """Return a ruleset ready to judge documents, with numbers that it leaves to others."""

    def judged(self, assessor: Any, identifier: str, run: Run) -> Outcome | None:
        """Return what comes of a document, None where the ruleset, known by id or path, has nothing to say of it."""


def judging(kind: Kind) -> Judging:
    """Return the module that judges by rulesets of a kind."""
    return cast("Judging", import_module(KINDS[kind]))
