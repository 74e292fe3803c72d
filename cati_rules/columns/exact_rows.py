"""Verdicts on single products, exact and without traces, for rows by the hundred thousand.

What is asked is asked as Python that is written for the conditions; why something came out is not kept. The order is
that of :mod:`cati_rules.kinds.definition.assessment`, whose judgements tell why.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from itertools import count
from typing import Any, cast

from msgspec import Struct

from cati_rules.catalog.fields import Stated
from cati_rules.columns.fields import PRODUCT
from cati_rules.kinds.consistency.contradiction import Contradiction, contradictions, of_entry
from cati_rules.kinds.consistency.refusal import CONSISTENCY
from cati_rules.kinds.consistency.rules import Consistency, Severity
from cati_rules.kinds.definition.assessment import BodyAssessor
from cati_rules.kinds.definition.brands import LABEL, PRODUCER, carries
from cati_rules.kinds.definition.figures import Gauge, Judge
from cati_rules.kinds.definition.result import VERDICTS
from cati_rules.kinds.definition.rules import EACH, Body, Brand, Condition, Measure
from cati_rules.kinds.definition.stated import bounded_in, with_ranges
from cati_rules.language import BOTH, FALSE, TRUE, nodes
from cati_rules.language.generated import Truth, compile_truths
from cati_rules.language.possibilities import both_hold
from cati_rules.pipeline import consistency_assessor, definition_assessor, record_of
from cati_rules.schema.labels import known_label, known_labels
from cati_rules.schema.types import RecordType

Said = tuple[str, str | None]
"""A verdict and a level."""
Given = tuple[tuple[str, Decimal], ...]
_NOT_APPLICABLE: Said = ("not_applicable", None)
_NOT_TESTABLE: Said = ("not_testable", None)
_OPEN: Said = (VERDICTS[BOTH], None)
_ERRORS: tuple[Severity, ...] = ("error",)
_KEPT = 10_000
"""How many labels and producers are known again."""
_NUMBERS = count()


def verdicts_of(
    value: Mapping[str, Any], rulesets: Sequence[tuple[str, Given]], as_of: str
) -> tuple[Said, ...]:
    """Return verdict and level of a valid product, without nulls, as of an ISO date.

    ``rulesets`` are definitions by id or path, each with the numbers that it leaves to others.
    """
    row = _Row(value)
    return tuple(_exact(each, given, as_of).judged(row) for each, given in rulesets)


class _Row:
    """A product, and what the judgements on it share."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.given = value
        label = value.get(LABEL)
        spelled = value if label is None else {**value, LABEL: _label(label)}
        self.value = with_ranges(spelled, _bounded())
        self.seen: dict[int, Mapping[str, Any]] = {}
        self._contradictions: tuple[Contradiction, ...] | None = None

    def contradictions(self) -> tuple[Contradiction, ...]:
        """Return what contradicts itself in the product; no rule about that looks at the date."""
        if self._contradictions is None:
            shared: dict[Any, Any] = {}
            found: tuple[Contradiction, ...] = ()
            if any(truth(self.given, shared) == TRUE for truth in _contradicting()):
                assessor = consistency_assessor(CONSISTENCY)
                found = contradictions(assessor.assess(self.given, as_of="", severities=_ERRORS))
            self._contradictions = found
        return self._contradictions


@lru_cache(_KEPT)
def _label(label: str) -> str:
    return known_label(label, known_labels(PRODUCT))


def _carrying(brand: Brand) -> Callable[[str | None, str | None], bool]:
    """Return what tells of a label and a producer whether a product with them is the brand's."""

    @lru_cache(_KEPT)
    def carrying(label: str | None, producer: str | None) -> bool:
        product = {LABEL: label, PRODUCER: producer}
        return carries({name: each for name, each in product.items() if each is not None}, brand)

    return carrying


@cache
def _bounded() -> tuple[Any, ...]:
    return tuple(bounded_in(record_of(PRODUCT)))


@cache
def _contradicting() -> tuple[Truth, ...]:
    """Return the truths of the rules that say what contradicts itself in a product."""
    rules = consistency_assessor(CONSISTENCY).ruleset
    body = rules.body(PRODUCT) if isinstance(rules, Consistency) else None
    if body is None:
        return ()
    asked = [each for each in body.rules if each.severity == "error"]
    if any(each.lists for each in asked):  # entries are gone through there: always look
        return (lambda value, shared: TRUE,)  # noqa: ARG005
    record = record_of(PRODUCT)
    trees = [each.node for each in asked]
    return compile_truths(trees, world="closed", record=record, named=body.named_nodes())


@cache
def _exact(identifier: str, given: Given, as_of: str) -> _Exact:
    return _Exact(identifier, given, as_of)


class _Exact:
    """A definition, by an id or path, with numbers that it leaves to others, as of an ISO date."""

    def __init__(self, identifier: str, given: Given, as_of: str) -> None:
        self.assessor = definition_assessor(identifier, given)
        self.as_of = as_of
        self.standing = self.assessor.ruleset.standing(as_of)
        body = self.assessor.body(PRODUCT)
        self.asked = None if body is None or self.standing == "not_yet" else _Asked(body, dict(given))

    def judged(self, row: _Row) -> Said:
        asked = self.asked
        if asked is None:
            return _NOT_APPLICABLE
        if asked.listed:
            result = self.assessor.assess(row.given, as_of=self.as_of, contradictions=row.contradictions())
            return result.verdict, result.level
        given = row.given
        if asked.brand is not None and not asked.brand(given.get(LABEL), given.get(PRODUCER)):
            return _NOT_APPLICABLE
        shared: dict[Any, Any] = {}
        # Most definitions are of another metal: that is told without figures.
        value = row.value if asked.applies_without_figures else asked.seen(row, self.as_of)
        applies = TRUE if asked.applies is None else asked.applies(value, shared)
        if applies == FALSE:
            return _NOT_APPLICABLE
        if self.standing == "proposed":
            return _NOT_TESTABLE
        if applies != TRUE:
            return _OPEN
        if not asked.testable:
            return _NOT_TESTABLE
        if asked.applies_without_figures:
            value, shared = asked.seen(row, self.as_of), {}
        testable = TRUE if asked.testable_when is None else asked.testable_when(value, shared)
        if testable != TRUE:
            return _NOT_TESTABLE if testable == FALSE else _OPEN
        said = asked.decided(value, shared)
        if said[0] == VERDICTS[TRUE] and row.contradictions():
            against = of_entry(row.contradictions(), asked.assessor.fields, ())
            return _OPEN if against else said
        return said


class _Question(Struct, frozen=True):
    """A condition or level: ``opened`` says whether the source leaves it open, ``concerns`` whom it is for."""

    condition: Condition
    holds: Truth
    opened: Truth | None
    concerns: Truth | None

    def truth(self, value: Mapping[str, Any], shared: dict[Any, Any]) -> int:
        opened = self.condition.basis == "unverified" or (
            self.opened is not None and self.opened(value, shared) != FALSE
        )
        if opened and (self.concerns is None or self.concerns(value, shared) != FALSE):
            return BOTH
        return self.holds(value, shared)


class _Asked:
    """What a body asks, as Python."""

    def __init__(self, assessor: BodyAssessor, parameters: Mapping[str, Decimal]) -> None:
        self.assessor = assessor
        body: Body = assessor.body
        self.brand = None if body.brand is None else _carrying(body.brand)
        self.listed = body.each is not None or body.qualifies is not None
        lacks = any(each.name not in parameters for each in body.parameters)
        self.testable = bool(body.conditions or body.levels) and not lacks
        compiled = _Compiled(assessor.record, assessor.named)
        applies, testable = compiled.later(body.applies), compiled.later(body.testable)
        asked = [
            (each, compiled.later(each), compiled.later(each.opened), compiled.later(each.concerns))
            for each in (body.judged() if self.testable else ())
        ]
        truths = compiled.truths()
        read = set() if body.applies is None else nodes.depends_on(body.applies.node, assessor.named)
        measured = {each.of[0] for each in body.measures}
        self.applies_without_figures = not any(place[0] in measured for place in read)
        self.applies, self.testable_when = truths(applies), truths(testable)
        questions = {
            condition.id: _Question(condition, cast("Truth", truths(holds)), truths(opened), truths(concerns))
            for condition, holds, opened, concerns in asked
        }
        self.conditions = [questions[each.id] for each in body.conditions if each.id in questions]
        self.levels = [questions[each.id] for each in body.levels if each.id in questions]
        self.gauges: list[tuple[int, Gauge]] = []
        key: tuple[Hashable, ...] = ()
        for measure in body.measures:
            key = (*key, _key(measure, assessor.named))
            self.gauges.append((_number(key), _gauge(measure, assessor)))

    def seen(self, row: _Row, as_of: str) -> Mapping[str, Any]:
        """Return the product with its figures as the definition sees them."""
        value = row.value
        for key, gauge in self.gauges:
            known = row.seen.get(key)
            if known is None:
                known = row.seen[key] = gauge.read(value, as_of)[0]
            value = known
        return value

    def decided(self, value: Mapping[str, Any], shared: dict[Any, Any]) -> Said:
        """Return what conditions and levels come to."""
        all_hold = TRUE
        for each in self.conditions:
            all_hold = both_hold(all_hold, each.truth(value, shared))
            if all_hold == FALSE:
                return VERDICTS[FALSE], None
        if not self.levels:
            return VERDICTS[all_hold], None
        reached = [each.truth(value, shared) for each in self.levels]
        best = TRUE if TRUE in reached else BOTH if BOTH in reached else FALSE
        verdict = VERDICTS[both_hold(all_hold, best)]
        if verdict != VERDICTS[TRUE]:
            return verdict, None
        highest = max(i for i, truth in enumerate(reached) if truth == TRUE)
        return verdict, self.levels[highest].condition.id


class _Compiled:
    """Conditions that are compiled together; what each becomes is asked for by its number."""

    def __init__(self, record: RecordType, named: Mapping[str, nodes.Node]) -> None:
        self._record, self._named = record, named
        self._trees: list[nodes.Node] = []

    def later(self, stated: Stated | Condition | None) -> int | None:
        if stated is None:
            return None
        self._trees.append(stated.node)
        return len(self._trees) - 1

    def truths(self) -> Callable[[int | None], Truth | None]:
        found = compile_truths(self._trees, world="open", record=self._record, named=self._named)
        return lambda number: None if number is None else found[number]


class _Answer(Struct, frozen=True):
    """What a question about the boundary of a figure comes to."""

    truth: int


_ANSWERS = {each: _Answer(each) for each in (TRUE, FALSE, BOTH)}


def _gauge(measure: Measure, assessor: BodyAssessor) -> Gauge:
    """Return a measure whose questions are answered without traces."""
    holder: Any = assessor.record
    for name in measure.of:
        holder = holder.fields[name]
    record = RecordType(assessor.record.name, {**assessor.record.fields, EACH: holder})
    compiled = _Compiled(record, assessor.named)
    numbers = [compiled.later(each) for each in (measure.comparable, measure.narrower, measure.wider)]
    truths = compiled.truths()
    return Gauge(measure, *(_judge(truths(each)) for each in numbers))


def _judge(truth: Truth | None) -> Judge | None:
    if truth is None:
        return None
    return cast("Judge", lambda value, shared: _ANSWERS[truth(value, shared)])


@cache
def _number(key: Hashable) -> int:  # noqa: ARG001 - what is alike has one number
    return next(_NUMBERS)


def _key(measure: Measure, named: Mapping[str, nodes.Node]) -> Hashable:
    """Return what tells a measure from others: all that is alike is read once for a product."""
    asked = tuple(
        None if each is None else each.node for each in (measure.comparable, measure.narrower, measure.wider)
    )
    names = any(nodes.names_in(each) for each in asked if each is not None)
    return measure.of, measure.field, measure.unit, asked, frozenset(named.items()) if names else None
