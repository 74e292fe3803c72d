"""What single fields would have to be for a criterion of an index to be met, and what the score would gain.

A criterion's trace names what it lacks; each field among that is given the value asked for, the document is seen by
what is public again, and the criteria that look at the field are judged anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, Literal

from msgspec import Struct

from cati_rules.documents import value_at, with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.consistency.refusal import impossible_in
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.rescoring import Rescoring
from cati_rules.kinds.index.result import CriterionResult, IndexResult
from cati_rules.kinds.index.rules import Criterion, Indicator
from cati_rules.kinds.observation import Demand, Observation
from cati_rules.language import nodes
from cati_rules.language.ranges import settled
from cati_rules.schema import is_valid, load_schema
from cati_rules.schema.navigation import field_at
from cati_rules.schema.samples import sample_at

Plain = Decimal | Fraction | str | bool
LiftOperator = nodes.Operator | Literal["contains"]
Attempt = tuple[Any, LiftOperator, Plain | None]
"""A value to try, and how what it stands for is told."""
_WHAT_IT_IS = (
    *("subject", "kind", "area", "mechanism", "instrument", "carrier", "stage", "per"),
    *("scope", "category", "material", "year", "base_year", "name", "stance", "stated_by"),
)
"""Fields that say what an entry is about: one that is stated is not relabelled to earn points."""
SMALL = Fraction(1, 100)
"""How far inside of an open bound a value is tried: as people write shares."""


MOST_LOOKED_AT = 200_000
"""How many entries are gone through in all, at the most; a document with few is tried as often as needed."""


class Lift(Struct, frozen=True):
    """One field and what it would have to be for a criterion: ``path operator value``; what the score gains then.

    ``!=`` with None says that it has to be given at all, ``contains`` that a list has to name ``value`` too. Of a
    choice, ``choices`` are all values that would do, and ``value`` is the first. ``tried`` is what was tried.
    """

    path: FieldPath
    operator: LiftOperator
    value: Plain | None
    choices: tuple[str | bool, ...]
    tried: Any
    gain: Decimal
    score: Decimal


class IndexTurning:
    """Finds what would turn the criteria of one result."""

    def __init__(self, assessor: IndexAssessor, document: Mapping[str, Any], result: IndexResult) -> None:
        """Take a valid ``document``, without nulls, and its ``result`` by ``assessor``."""
        self._document = document
        self._rescoring = Rescoring(assessor, document, result)
        self._known = set(impossible_in(dict(document)))
        self._left = MOST_LOOKED_AT // (1 + _entries(document))
        self._schema = load_schema(assessor.ruleset.subject)

    def of(self, indicator: Indicator, result: CriterionResult) -> tuple[Lift, ...]:
        """Return the single fields that would meet a criterion that is not met; empty where none can by itself."""
        if result.met or result.withheld:
            return ()
        found: dict[FieldPath, Lift] = {}
        for seen in dict.fromkeys(result.seen()):
            if self.exhausted:
                return ()  # what was tried in part only is not told
            if seen.path and not seen.held and seen.demand in _WANTED and self._may_change(seen.path):
                lift = self._lift(indicator, result.criterion, seen)
                if lift is not None and lift.gain >= 0:
                    found.setdefault(seen.path, lift)
        return tuple(found.values())

    @property
    def exhausted(self) -> bool:
        """Whether no more is tried: scoring a document with long lists takes long, and would take so many times."""
        return self._left <= 0

    def _may_change(self, path: FieldPath) -> bool:
        return path[-1] not in _WHAT_IT_IS or value_at(self._document, path) is None

    def _lift(self, indicator: Indicator, criterion: Criterion, seen: Observation) -> Lift | None:
        good: list[tuple[Attempt, dict[str, Any]]] = []
        for attempt in _WANTED[seen.demand](self, seen):
            self._left -= 1
            # Most attempts fail: whether one could do is seen at once on what counts now.
            if self._rescoring.could_meet(seen.path, attempt[0], indicator, criterion):
                changed = self._with(seen.path, attempt[0])
                if changed is not None and self._rescoring.meets(changed, indicator, criterion):
                    good.append((attempt, changed))
        if not good:
            return None
        (tried, operator, value), changed = good[0]
        choices = tuple(each for (_, _, each), _ in good if isinstance(each, str | bool))
        met = self._rescoring.changed(seen.path, changed)
        gain, score = self._rescoring.gain(met), self._rescoring.score(met)
        return Lift(seen.path, operator, value, choices, tried, gain, score)

    def _with(self, path: FieldPath, value: Any) -> dict[str, Any] | None:
        """Return the document with another value at ``path``, None where it would not be valid."""
        if value_at(self._document, path) == value:
            return None
        changed: dict[str, Any] = with_value(self._document, path, value)
        if not is_valid(str(changed["kind"]), changed) or set(impossible_in(changed)) - self._known:
            return None
        return changed

    def _compared(self, seen: Observation) -> Iterator[Attempt]:
        limit, operator = seen.limit, seen.operator
        if limit is None or operator is None or operator == "!=":
            return
        if isinstance(limit, str | bool) or operator in ("==", "<=", ">="):
            yield limit, operator, limit
            return
        whole = field_at(self._schema, seen.path).get("type") == "integer"
        step = Fraction(1) if whole else SMALL
        yield settled(Fraction(limit) + (step if operator == ">" else -step)), operator, limit

    def _chosen(self, seen: Observation) -> Iterator[Attempt]:
        if not seen.negated:
            yield from ((each, "==", each) for each in seen.choices if each is not None)

    def _contained(self, seen: Observation) -> Iterator[Attempt]:
        if not seen.negated:
            yield from (([*(seen.items or ()), each], "contains", each) for each in seen.choices)

    def _given(self, seen: Observation) -> Iterator[Attempt]:
        yield sample_at(self._schema, seen.path), "!=", None

    def _counted(self, seen: Observation) -> Iterator[Attempt]:
        """Yield an example of a list that is not there, where one of some length is asked for."""
        limit = seen.limit
        listed = isinstance(seen.condition, nodes.Count) and seen.condition.where is None
        if listed and seen.operator in (">", ">=") and value_at(self._document, seen.path) is None:
            example = sample_at(self._schema, seen.path)
            needed = ceil(limit) + (seen.operator == ">") if isinstance(limit, Decimal) else 0
            if isinstance(example, list) and len(example) >= needed:
                yield example, "!=", None

    def _true(self, _: Observation) -> Iterator[Attempt]:
        yield True, "==", True

    def _false(self, _: Observation) -> Iterator[Attempt]:
        yield False, "==", False


def _entries(value: Any) -> int:
    """Return how many entries the lists of a document have."""
    if isinstance(value, Mapping):
        return sum(_entries(each) for each in value.values())
    if isinstance(value, list):
        return len(value) + sum(_entries(each) for each in value)
    return 0


_WANTED: Mapping[Demand, Callable[[IndexTurning, Observation], Iterator[Attempt]]] = {
    "compare": IndexTurning._compared,
    "member": IndexTurning._chosen,
    "contains": IndexTurning._contained,
    "present": IndexTurning._given,
    "amount": IndexTurning._counted,
    "true": IndexTurning._true,
    "false": IndexTurning._false,
}
"""Which values would do, by what was asked of a field; what asks for entries of a list has no single value."""
