"""What single fields would have to be for a criterion of an index to be met, and what the score would gain.

A criterion's trace names what it lacks; each field among that is given the value asked for, the document is seen by
what is public again, and the criteria that look at the field are judged anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from cati_rules.advice.satisfying import Attempt, Plain, TurnOperator, asks_for_another, values_that_meet
from cati_rules.documents import value_at, with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.consistency.refusal import became_wrong
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.rescoring import Rescoring
from cati_rules.kinds.index.result import CriterionResult, IndexResult
from cati_rules.kinds.index.rules import Criterion, Indicator
from cati_rules.kinds.needs import Observation
from cati_rules.schema import load_schema

_WHAT_IT_IS = (
    *("subject", "kind", "area", "mechanism", "instrument", "carrier", "stage", "per"),
    *("scope", "category", "material", "year", "base_year", "name", "stance", "stated_by"),
)
"""Fields that say what an entry is about: one that is stated is not relabelled to earn points."""
MOST_LOOKED_AT = 200_000
"""How many entries are gone through in all, at the most; a document with few is tried as often as needed."""

MOST_ATTEMPTS = 4_000
"""More attempts than any index comes to on one document."""


class Lift(Struct, frozen=True):
    """One field and what it would have to be for a criterion: ``path operator value``; what the score gains then.

    ``!=`` with None says that it has to be given at all, ``contains`` that a list has to name ``value`` too. Of a
    choice, ``choices`` are all values that would do, and ``value`` is the first. ``tried`` is what was tried.
    """

    path: FieldPath
    operator: TurnOperator
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
        self._left = MOST_LOOKED_AT // (1 + _entries(document))
        self.cut_short = False
        """Whether something was not tried, since the document is long."""
        self._schema = load_schema(assessor.ruleset.subject)

    def of(self, indicator: Indicator, result: CriterionResult) -> tuple[Lift, ...]:
        """Return the single fields that would meet a criterion that is not met; empty where none can by itself."""
        if result.met or result.withheld:
            return ()
        found: dict[FieldPath, Lift] = {}
        for seen in dict.fromkeys(result.seen()):
            if self.exhausted:
                self.cut_short = True
                return ()  # what was tried in part only is not told
            if seen.path and not seen.held and self._may_change(seen):
                lift = self._lift(indicator, result.criterion, seen)
                if lift is not None and lift.gain >= 0:
                    found.setdefault(seen.path, lift)
        return tuple(found.values())

    @property
    def is_of_many(self) -> bool:
        """Whether there are so many entries that not all may be tried."""
        return self._left < MOST_ATTEMPTS

    @property
    def exhausted(self) -> bool:
        """Whether no more is tried: scoring a document with long lists takes long, and would take so many times."""
        return self._left <= 0

    def _may_change(self, seen: Observation) -> bool:
        is_label = seen.path[-1] in _WHAT_IT_IS and value_at(self._document, seen.path) is not None
        return not is_label and not asks_for_another(seen)

    def _lift(self, indicator: Indicator, criterion: Criterion, seen: Observation) -> Lift | None:
        good: list[tuple[Attempt, dict[str, Any]]] = []
        for attempt in values_that_meet(seen, self._schema, value_at(self._document, seen.path)):
            self._left -= 1
            # Most attempts fail: whether one could do is seen at once on what counts now.
            if self._rescoring.could_meet(seen.path, attempt.value, indicator, criterion):
                changed = self._with(seen.path, attempt.value)
                if changed is not None and self._rescoring.meets(changed, indicator, criterion):
                    good.append((attempt, changed))
        if not good:
            return None
        first, changed = good[0]
        choices = tuple(each.told for each, _ in good if isinstance(each.told, str | bool))
        met = self._rescoring.changed(seen.path, changed)
        gain, score = self._rescoring.gain(met), self._rescoring.score(met)
        return Lift(seen.path, first.operator, first.told, choices, first.value, gain, score)

    def _with(self, path: FieldPath, value: Any) -> dict[str, Any] | None:
        """Return the document with another value at ``path``, None where it would not be valid."""
        if value_at(self._document, path) == value:
            return None
        changed: dict[str, Any] = with_value(self._document, path, value)
        return None if became_wrong(self._document, changed, path) else changed


def _entries(value: Any) -> int:
    """Return how many entries the lists of a document have."""
    if isinstance(value, Mapping):
        return sum(_entries(each) for each in value.values())
    if isinstance(value, list):
        return len(value) + sum(_entries(each) for each in value)
    return 0
