"""Statements of a document that cannot both be true, and the verdicts that may not rest on them.

A finding of severity *error* (:mod:`cati_rules.kinds.consistency.assessment`) says that one of several fields is wrong,
not which one. A definition that reads one of them may then have been met by the wrong one: its *met* is undecided. What
is not met stays so, as do verdicts that read nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.consistency.assessment import (
    PRODUCT,
    ConsistencyAssessor,
    ConsistencyFinding,
    ConsistencyResult,
    overlap,
)
from cati_rules.kinds.consistency.rules import ConsistencyRule
from cati_rules.kinds.consistency.seen import values_seen
from cati_rules.kinds.definition.rules import EACH, Body, Measure
from cati_rules.language import Node, depends_on, nodes


class Contradiction(Struct, frozen=True):
    """Fields of a document of which at least one is wrong, and the rule that says so.

    ``places`` are the fields, the one that is shown first. ``within`` is the product in a list that the rule was looked
    for in; empty for the document itself.
    """

    rule: ConsistencyRule
    places: tuple[FieldPath, ...]
    within: FieldPath = ()


def contradictions(result: ConsistencyResult) -> tuple[Contradiction, ...]:
    """Return what was found in a document that cannot all be true."""
    return tuple(_contradiction(each, result) for each in result.findings if each.rule.severity == "error")


class ContradictionsAfter:
    """Tells what contradicts itself in documents that differ in a few places from one that many are compared with."""

    def __init__(self, assessor: ConsistencyAssessor) -> None:
        """Take the rules."""
        self._assessor = assessor
        self._rules = [rule for rule in assessor.ruleset.rules() if rule.severity == "error"]
        self._last: tuple[Mapping[str, Any] | None, ConsistencyResult | None] = (None, None)

    def __call__(
        self, given: Mapping[str, Any], changed: Mapping[str, Any], places: Sequence[FieldPath], as_of: str
    ) -> tuple[Contradiction, ...]:
        """Return what contradicts itself in ``changed``, which differs from ``given`` at some places."""
        before = self._of(given, as_of)
        kept = [
            each
            for each in before.findings
            if not any(self._assessor.concerns(each, place) for place in places)
        ]
        new = [each for place in places for each in self._assessor.found_at(changed, place, self._rules)]
        return contradictions(replace(before, findings=(*kept, *new)))

    def _of(self, given: Mapping[str, Any], as_of: str) -> ConsistencyResult:
        known, result = self._last
        if result is None or known is not given:
            result = self._assessor.assess(given, as_of=as_of, severities=["error"])
            self._last = (given, result)
        return result


def _contradiction(finding: ConsistencyFinding, result: ConsistencyResult) -> Contradiction:
    body = result.ruleset.body(PRODUCT) if finding.within else result.body
    named = {} if body is None else body.named_nodes()
    places = tuple(dict.fromkeys((finding.path, *_places(finding, named))))
    return Contradiction(finding.rule, places, finding.within)


def _places(finding: ConsistencyFinding, named: Mapping[str, Node]) -> Iterator[FieldPath]:
    seen = values_seen(finding, named)
    for each in seen:
        if each.path is not None:
            yield each.path
    if not seen or any(each.path is None for each in seen):
        # What is computed does not tell its fields one by one: then all that the rule reads are in doubt.
        for place in sorted(depends_on(finding.rule.node, named)):
            yield finding.placed(place)


def fields_read(body: Body, named: Mapping[str, Node]) -> frozenset[tuple[str, ...]]:
    """Return the fields that a verdict of ``body`` rests on, elements of lists as ``[]``, an entry as ``each``."""
    asked = [body.applies, body.testable, *(each.opened for each in body.judged())]
    trees = [each.node for each in body.judged()] + [each.node for each in asked if each is not None]
    found = {place for tree in trees for place in depends_on(tree, named)}
    for measure in body.measures:
        found |= of_measure(measure, named)
    # What is read of a list's entries is the fields of theirs that are read, not all that stands in it.
    return frozenset(
        each for each in found if not any(one[: len(each) + 1] == (*each, nodes.EACH) for one in found)
    )


def of_measure(measure: Measure, named: Mapping[str, Node] | None = None) -> frozenset[tuple[str, ...]]:
    """Return the fields by which a figure is told to be on a definition's own boundary, as :func:`fields_read` does."""
    return frozenset(
        _of_figure(place, measure.of)
        for each in measure.questions()
        for place in depends_on(each.node, named)
    )


def _of_figure(place: tuple[str, ...], of: tuple[str, ...]) -> tuple[str, ...]:
    """Return a place as the document has it, where a measure speaks of the entry that holds the figure."""
    return (*of, nodes.EACH, *place[1:]) if place[:1] == (EACH,) else place


def of_entry(
    found: Sequence[Contradiction], fields: frozenset[tuple[str, ...]], entry: FieldPath
) -> tuple[Contradiction, ...]:
    """Return the contradictions that concern a verdict on the document, or on the entry at ``entry`` of it."""
    read = [(*entry, *place[1:]) if place[:1] == (EACH,) else place for place in fields]
    return tuple(each for each in found if _concerns(read, _own_places(each)))


def of_product(
    found: Sequence[Contradiction], fields: frozenset[tuple[str, ...]], product: FieldPath
) -> tuple[Contradiction, ...]:
    """Return the contradictions that concern a verdict on the product at ``product`` in a list of the document."""
    return tuple(each for each in found if _concerns(list(fields), _places_in(each, product)))


def _own_places(found: Contradiction) -> Iterator[FieldPath]:
    """Yield the places in doubt: what a product only shares with the document around it is not."""
    within = found.within
    return (each for each in found.places if each[: len(within)] == within)


def _places_in(found: Contradiction, product: FieldPath) -> Iterator[FieldPath]:
    for each in found.places:
        if each[: len(product)] == product:
            yield each[len(product) :]
        elif found.within == product:
            yield each


def _concerns(read: Sequence[FieldPath], places: Iterator[FieldPath]) -> bool:
    return any(overlap(field, place) for place in places for field in read)
