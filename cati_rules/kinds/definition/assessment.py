"""Judges documents on a definition: does it apply, can it be compared, do the conditions hold, up to which level.

What a document lacks is unknown, and so is a figure that cannot be compared: conditions are then evaluated over
everything that it could be, and a verdict is given only where all of that agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.catalog.fields import Stated
from cati_rules.documents import value_at, with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.consistency.contradiction import Contradiction, fields_read, of_entry, of_product
from cati_rules.kinds.definition.absent import placed_in
from cati_rules.kinds.definition.as_compared import as_compared
from cati_rules.kinds.definition.brands import carries, with_known_label
from cati_rules.kinds.definition.figures import Figure, Gauge
from cati_rules.kinds.definition.result import (
    VERDICTS,
    ConditionResult,
    DefinitionResult,
    Judgement,
    Lot,
)
from cati_rules.kinds.definition.rules import EACH, QUALIFIES, Body, Condition, Definition, Measure
from cati_rules.kinds.definition.stated import bounded_in, with_ranges
from cati_rules.kinds.definition.years import with_year_types, with_years
from cati_rules.kinds.index.result import Verdict
from cati_rules.language import (
    BOTH,
    FALSE,
    TRUE,
    Evaluator,
    Node,
    NumberRange,
    Trace,
    compile_node,
    missing,
)
from cati_rules.language.missing_inputs import Missing, inputs_of, missing_ways
from cati_rules.language.nodes import Literal
from cati_rules.language.possibilities import both_hold, one_holds
from cati_rules.later import LaterSequence
from cati_rules.schema.types import BooleanType, ListType, RecordType

PRODUCT = "product"
Parameters = Mapping[str, Decimal]
_NO_PARAMETERS: Parameters = {}
ContradictionsAfter = Callable[
    [Mapping[str, Any], Mapping[str, Any], Sequence[FieldPath], str], Sequence[Contradiction]
]
"""What tells what contradicts itself in a document: takes one, and another that differs from it at some places, and an
ISO date."""
_CHANGING = frozenset((EACH,))
"""The fields in which the documents differ that are made of one to judge its entries."""
_BEST_FIRST: tuple[Verdict, ...] = ("met", "indeterminate", "not_met", "not_testable", "not_applicable")


def _none(
    _given: Mapping[str, Any], _changed: Mapping[str, Any], _places: Sequence[FieldPath], _as_of: str
) -> Sequence[Contradiction]:
    return ()


class DefinitionAssessor:
    """A definition ready to judge documents of every kind that it knows."""

    def __init__(
        self,
        ruleset: Definition,
        record_of: Callable[[str], RecordType],
        parameters: Parameters = _NO_PARAMETERS,
        contradictions_after: ContradictionsAfter = _none,
    ) -> None:
        """Take ``ruleset``; ``record_of`` gives the types of a kind of document.

        ``contradictions_after`` is asked of documents that are tried with other values.
        """
        self.ruleset = ruleset
        self._record_of = record_of
        self._parameters = parameters
        self._contradictions_after = contradictions_after
        self._bodies: dict[str, BodyAssessor | None] = {}

    def body(self, subject: str) -> BodyAssessor | None:
        """Return what judges documents of a kind, compiled when the first of them is met; None where nothing does."""
        if subject not in self._bodies:
            body = self.ruleset.body(subject)
            self._bodies[subject] = None if body is None else self._compiled(body)
        return self._bodies[subject]

    def _compiled(self, body: Body) -> BodyAssessor:
        assessor = BodyAssessor(body, self._record_of(body.subject), self._parameters)
        assessor.contradictions_after = self._contradictions_after
        assessor.products = None if body.qualifies is None else self.body(PRODUCT)
        return assessor

    def assess(
        self, document: Mapping[str, Any], *, as_of: str, contradictions: Sequence[Contradiction] = ()
    ) -> DefinitionResult:
        """Judge a valid ``document``, without nulls, as of an ISO date.

        What rests on ``contradictions`` of the document is not met: it stays open.
        """
        assessor = self.body(str(document["kind"]))
        standing = self.ruleset.standing(as_of)
        if assessor is None or standing == "not_yet":
            return self._result(None if assessor is None else assessor.body, as_of)
        lots = tuple(assessor.lots(document, contradictions, as_of))
        judgements = tuple(
            assessor.doubted(each, contradictions)
            for each in assessor.judge(_marked(document, assessor.body, lots), as_of)
        )
        if standing == "proposed":
            judgements = tuple(each.set_aside("not_testable") for each in judgements)
        verdict = assessor.verdict_of(judgements, document)
        return self._result(assessor.body, as_of, judgements, lots, verdict)

    def _result(
        self,
        body: Body | None,
        as_of: str,
        judgements: tuple[Judgement, ...] = (),
        lots: tuple[Lot, ...] = (),
        verdict: Verdict = "not_applicable",
    ) -> DefinitionResult:
        levels = [each.level for each in judgements if each.verdict == verdict and each.level is not None]
        return DefinitionResult(
            ruleset=self.ruleset,
            as_of=as_of,
            body=body,
            verdict=verdict,
            level=max(levels, key=_order(body), default=None),
            judgements=judgements,
            lots=lots,
            missing=tuple(dict.fromkeys(_missing(body, judgements, lots, verdict))),
            parameters=self._parameters,
        )


class BodyAssessor:
    """What a definition asks of one kind of document, compiled; ``products`` judges the product in an entry."""

    def __init__(self, body: Body, record: RecordType, parameters: Parameters = _NO_PARAMETERS) -> None:
        """Compile ``body`` for documents of type ``record``."""
        self.body = body
        self.products: BodyAssessor | None = None
        self.contradictions_after: ContradictionsAfter = _none
        self.record = record_within(body, record)
        given = {name: Literal(value) for name, value in parameters.items()}
        self.named: Mapping[str, Node] = {**body.named_nodes(), **given}
        self._definitions: dict[str, Any] = {}
        self._lacks_parameter = any(each.name not in parameters for each in body.parameters)
        self._testable = bool(body.conditions or body.levels) and not self._lacks_parameter
        self._applies = self._stated(body.applies)
        self._testable_when = self._stated(body.testable)
        self._gauges = tuple(self._gauge(each) for each in body.measures)
        self.bounded = tuple(bounded_in(record))
        judged = list(body.judged()) if self._testable else []
        self._conditions = {each.id: self._compiled(each.node) for each in judged}
        self._opened = {each.id: self._stated(each.opened) for each in judged}
        self._concerns = {each.id: self._stated(each.concerns) for each in judged}

    @cached_property
    def fields(self) -> frozenset[tuple[str, ...]]:
        """The fields that the verdict rests on, as :func:`fields_read` writes them."""
        return fields_read(self.body, self.named)

    def doubted(self, judgement: Judgement, contradictions: Sequence[Contradiction]) -> Judgement:
        """Return a judgement of the whole or of an entry with the contradictions that concern it."""
        if not contradictions:
            return judgement
        return judgement.contradicted(of_entry(contradictions, self.fields, judgement.path))

    def _compiled(self, node: Node, record: RecordType | None = None) -> Evaluator:
        if record is not None:
            return compile_node(node, world="open", record=record, named=self.named, changing=_CHANGING)
        return compile_node(
            node,
            world="open",
            record=self.record,
            named=self.named,
            compiled=self._definitions,
            changing=_CHANGING,
        )

    def _stated(self, stated: Stated | None, record: RecordType | None = None) -> Evaluator | None:
        return None if stated is None else self._compiled(stated.node, record)

    def _gauge(self, measure: Measure) -> Gauge:
        holder: Any = self.record
        for name in measure.of:
            holder = holder.fields[name]
        item = holder.item if isinstance(holder, ListType) else holder
        record = RecordType(self.record.name, {**self.record.fields, EACH: item})
        asked = (measure.comparable, measure.narrower, measure.wider)
        return Gauge(measure, *(self._stated(each, record) for each in asked))

    def judge(self, document: Mapping[str, Any], as_of: str) -> Iterator[Judgement]:
        """Yield the judgement on ``document`` as of an ISO date, or on each entry where entries are judged."""
        seen = self._seen(document, as_of)
        if self.body.each is None:
            yield self._judge(seen)
            return
        for i in range(len(seen.value.get(self.body.each, ()))):
            yield self._judge_entry(seen, (self.body.each, i))

    def judge_at(
        self, document: Mapping[str, Any], path: FieldPath, as_of: str, *, tells_missing: bool = True
    ) -> Judgement:
        """Return the judgement on the entry at ``path``, or on the whole where that is empty, as of an ISO date.

        What is missing need not be found for one of many documents that are tried.
        """
        seen = self._seen(document, as_of)
        return self._judge_entry(seen, path, tells_missing) if path else self._judge(seen, (), tells_missing)

    def as_compared(self, figure: Figure) -> tuple[Mapping[FieldPath, str], ...]:
        """Return what a figure would have to be of to be compared; see :func:`as_compared`."""
        gauge = next((each for each in self._gauges if each.measure is figure.measure), None)
        return () if gauge is None else as_compared(figure, gauge.comparable, self.record)

    def verdict_of(self, judgements: Sequence[Judgement], document: Mapping[str, Any]) -> Verdict:
        """Return the verdict on the whole: that of its best entry.

        Without a list of entries it is open, unless no entry could make the definition apply to such a document.
        """
        if self.body.each is not None and self.body.each not in document:
            applies = None if self._applies is None else self._applies({**document})
            return "not_applicable" if applies is not None and applies.truth == FALSE else "indeterminate"
        found = {each.verdict for each in judgements}
        return next((each for each in _BEST_FIRST if each in found), "not_applicable")

    def lots(
        self, document: Mapping[str, Any], contradictions: Sequence[Contradiction], as_of: str
    ) -> Iterator[Lot]:
        """Yield the verdict on the product in each entry that may qualify."""
        listed = self.body.qualifies
        if listed is None or self.products is None:
            return
        for i, entry in enumerate(document.get(listed, ())):
            if PRODUCT in entry:
                path = (listed, i, PRODUCT)
                found = of_product(contradictions, self.products.fields, path) if contradictions else ()
                yield Lot(path, self.judge_product(document, path, as_of).contradicted(found))

    def judge_product(self, document: Mapping[str, Any], path: FieldPath, as_of: str) -> Judgement:
        """Return the judgement on the product at ``path``, of the metal that the document is about, as of an ISO date.

        Raises:
            ValueError: the body asks nothing of products.
        """
        if self.products is None:
            raise ValueError("products are not judged here")
        alike = {key: document[key] for key in ("material",) if key in document}
        return self.products.judge_at({"kind": PRODUCT, **alike, **value_at(document, path)}, (), as_of)

    def _seen(self, document: Mapping[str, Any], as_of: str) -> _Seen:
        """Return the document with its figures as the definition sees them."""
        value = dict(with_ranges(with_known_label(document), self.bounded))
        figures: list[Figure] = []
        for gauge in self._gauges:
            value, read = gauge.read(value, as_of)
            figures.extend(read)
        at: dict[FieldPath, tuple[Figure, ...]] = {}
        if self.body.each is not None:
            for each in figures:
                if each.path[0] == self.body.each:
                    at[each.path[:2]] = (*at.get(each.path[:2], ()), each)
        return _Seen(document, value, tuple(figures), as_of, at, {})

    def _judge_entry(self, seen: _Seen, path: FieldPath, tells_missing: bool = True) -> Judgement:
        own = seen.figures_at.get(path, ())
        entry = {**seen.value, EACH: with_years(value_at(seen.value, path))}
        return self._judge(replace(seen, value=entry, figures=own), path, tells_missing)

    def _judge(self, seen: _Seen, path: FieldPath = (), tells_missing: bool = True) -> Judgement:
        """Return the judgement on a document whose figures are as the definition sees them."""
        value, figures = seen.value, seen.figures
        read = self._read(value, seen.answers)
        verdict = self._verdict(read)
        level: list[str] = []
        possible: list[str] = []
        if verdict in ("met", "not_met", "indeterminate"):
            all_hold = _all(each.truth for each in read.conditions)
            held = [(each.condition.id, both_hold(all_hold, each.truth)) for each in read.levels]
            level = [name for name, truth in held if truth == TRUE]
            possible = [name for name, truth in held if truth != FALSE]
        open_to_more = tells_missing and verdict in ("met", "indeterminate")
        needs = tuple(placed_in(self._missing(read, seen), path)) if open_to_more else ()
        judgement = Judgement(
            path=path,
            verdict=verdict,
            level=level[-1] if level and verdict == "met" else None,
            possible_level=possible[-1] if possible else None,
            missing=tuple(dict.fromkeys(inputs_of(needs))),
            given=seen.given,
            value=value,
            as_of=seen.as_of,
            applies=read.applies,
            testable=read.testable,
            figures=figures,
            conditions=read.conditions,
            levels=read.levels,
            needs=needs,
        )
        if self.body.brand is not None and not carries(seen.given, self.body.brand):
            return judgement.set_aside("not_applicable")
        return judgement

    def _read(self, value: Mapping[str, Any], cache: dict[str, Any]) -> _Read:
        body = self.body

        applies = None if self._applies is None else self._applies(value, cache)

        def results(conditions: Iterable[Condition]) -> Sequence[ConditionResult]:
            judged = conditions if self._testable else ()
            if applies is not None and applies.truth == FALSE:  # they decide nothing, and are seldom told
                return LaterSequence(lambda: tuple(self._condition(each, value, cache) for each in judged))
            return tuple(self._condition(each, value, cache) for each in judged)

        return _Read(
            applies,
            None if self._testable_when is None else self._testable_when(value, cache),
            results(body.conditions),
            results(body.levels),
        )

    def _condition(
        self, condition: Condition, value: Mapping[str, Any], cache: dict[str, Any]
    ) -> ConditionResult:
        trace = self._conditions[condition.id](value, cache)
        opened_by = self._opened[condition.id]
        asked = None if opened_by is None else opened_by(value, cache)
        opened = condition.basis == "unverified" or (asked is not None and asked.truth != FALSE)
        concerns = self._concerns[condition.id]
        concerned = concerns is None or concerns(value, cache).truth != FALSE
        truth = BOTH if opened and concerned else trace.truth
        return ConditionResult(condition, truth, trace, opened and concerned, asked, self.named, concerned)

    def _verdict(self, read: _Read) -> Verdict:
        if read.applies is not None and read.applies.truth != TRUE:
            return "not_applicable" if read.applies.truth == FALSE else "indeterminate"
        if not self._testable:
            return "not_testable"
        if read.testable is not None and read.testable.truth != TRUE:
            return "not_testable" if read.testable.truth == FALSE else "indeterminate"
        truth = _all(each.truth for each in read.conditions)
        if read.levels:
            truth = both_hold(truth, _any(each.truth for each in read.levels))
        return VERDICTS[truth]

    def _missing(self, read: _Read, seen: _Seen) -> Iterator[Missing]:
        """Yield the places that keep the verdict open, or a higher level."""
        judged = [each.trace for each in (*read.conditions, *read.levels) if each.trace.truth == BOTH]
        asked = [each for each in (read.applies, read.testable) if each is not None and each.truth == BOTH]
        for figure in seen.figures:
            asks = [each for each in figure.questions() if each.truth == BOTH]
            for trace in asks if judged and figure.standing != "comparable" else ():
                yield from placed_in(missing_ways(trace, figure.value, named=self.named), figure.path[:-1])
        told = [each for each in (*read.conditions, *read.levels) if each.concerned]
        silent = [each.asked for each in told if each.asked is not None]
        value = seen.value_as_given(each.path for each in self.bounded)
        for trace in (*asked, *judged):
            yield from missing_ways(trace, value, named=self.named)
        for trace in silent:
            if trace.truth == BOTH:
                yield from missing(trace, value, named=self.named)


class _Seen(Struct, frozen=True):
    """A document as it was given, and as a definition sees it on a day.

    ``figures_at`` are the figures by the entry in which they stand; ``answers`` are what evaluations of it share,
    whichever entry is judged.
    """

    given: Mapping[str, Any]
    value: Mapping[str, Any]
    figures: tuple[Figure, ...]
    as_of: str
    figures_at: Mapping[FieldPath, tuple[Figure, ...]]
    answers: dict[str, Any]

    def value_as_given(self, bounded: Iterable[FieldPath]) -> Mapping[str, Any]:
        """Return what is seen without the numbers of which the document states bounds or parts alone."""
        value = self.value
        for path in (*(each.path for each in self.figures), *bounded):
            if isinstance(value_at(value, path), NumberRange) and value_at(self.given, path) is None:
                value = with_value(value, path, None)
        return value


class _Read(Struct, frozen=True):
    """Everything that a body asks, evaluated."""

    applies: Trace | None
    testable: Trace | None
    conditions: Sequence[ConditionResult]
    levels: Sequence[ConditionResult]


def record_within(body: Body, record: RecordType) -> RecordType:
    """Return the types of what a body's expressions speak of: the document, marks on entries, and ``each``."""
    fields = dict(record.fields)
    if body.qualifies is not None:
        item = _item(fields, body.qualifies)
        fields[body.qualifies] = ListType(RecordType(item.name, {**item.fields, QUALIFIES: BooleanType()}))
    if body.each is not None:
        fields[EACH] = with_year_types(_item(fields, body.each))
    return RecordType(record.name, fields)


def _item(fields: Mapping[str, Any], name: str) -> RecordType:
    item: RecordType = fields[name].item
    return item


def _marked(document: Mapping[str, Any], body: Body, lots: Sequence[Lot]) -> Mapping[str, Any]:
    """Return the document with ``qualifies`` on the entries whose product is decided."""
    if body.qualifies is None or body.qualifies not in document:
        return document
    entries = [dict(each) for each in document[body.qualifies]]
    for lot in lots:
        if lot.result.verdict in ("met", "not_met", "not_applicable"):
            entry = value_at(entries, lot.path[1:-1])
            entry[QUALIFIES] = lot.result.verdict == "met"
    return {**document, body.qualifies: entries}


def _missing(
    body: Body | None, judgements: Sequence[Judgement], lots: Sequence[Lot], verdict: Verdict
) -> Iterator[FieldPath]:
    """Yield the places that keep the verdict on the whole open; of a lot, those that keep open whether it qualifies."""
    with_product = {lot.path[:-1] for lot in lots}
    for judgement in judgements:
        if judgement.verdict in (verdict, "indeterminate"):
            for path in judgement.missing:
                if path[-1] != QUALIFIES:
                    yield path
                elif path[:-1] not in with_product:
                    yield (*path[:-1], PRODUCT)
    for lot in lots:
        if verdict == "indeterminate" and lot.result.verdict == "indeterminate":
            yield from ((*lot.path, *path) for path in lot.result.missing)
    if verdict == "indeterminate" and body is not None and body.each is not None and not judgements:
        yield (body.each,)


def _order(body: Body | None) -> Callable[[str], int]:
    ids = [] if body is None else [each.id for each in body.levels]
    return ids.index


def _all(truths: Iterable[int]) -> int:
    result = TRUE
    for truth in truths:
        result = both_hold(result, truth)
    return result


def _any(truths: Iterable[int]) -> int:
    result = FALSE
    for truth in truths:
        result = one_holds(result, truth)
    return result
