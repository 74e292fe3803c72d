"""Scores a document on an index: criteria → indicators → groups → dimensions → total and band.

Points come in exact decimals throughout. The score counts what is public on the date of the assessment; the
same rules on the whole document give the score if everything were published.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from copy import copy
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.consistency.rules import ConsistencyRule
from cati_rules.kinds.index.evidence import Shape, View, shape_of, unpublished_in, view, with_published
from cati_rules.kinds.index.points import CEILING, Met
from cati_rules.kinds.index.result import (
    NOTHING_WITHHELD,
    CriterionResult,
    DimensionResult,
    GroupResult,
    IndexResult,
    IndicatorResult,
    LeftOut,
    Withheld,
)
from cati_rules.kinds.index.rules import Band, Criterion, Dimension, Group, Index, Indicator
from cati_rules.language import FALSE, TRUE, Trace, World, depends_on
from cati_rules.language.nodes import EACH
from cati_rules.language.ruleset_conditions import ConditionEvaluator, Conditions
from cati_rules.later import Later
from cati_rules.schema.types import RecordType

ZERO = Decimal(0)
NOT_APPLICABLE = "not_applicable"
"""The field in which a document names the indicators that do not apply to the company."""
MOST_TRIED = 100
"""How often is tried which statements a criterion needs to be published: for each, the whole document is read."""
MOST_KEPT = 32
"""How many documents with other statements published are kept, since many criteria ask for the same."""
_NO_PARAMETERS: Mapping[str, Decimal] = {}
NotCounted = Callable[[Mapping[str, Any]], Mapping[FieldPath, ConsistencyRule]]
"""Takes a document; returns the places of statements whose figures cannot be right, each with the rule that says so."""


def counts_all(_: Mapping[str, Any]) -> Mapping[FieldPath, ConsistencyRule]:
    """Doubt no figure."""
    return {}


class Side:
    """One way to see a document: by what is public, or whole. It is read with or without what a parent states."""

    def __init__(
        self,
        document: Mapping[str, Any],
        shape: Shape,
        public_by: str | None,
        not_counted: Collection[FieldPath] = (),
    ) -> None:
        """See ``document`` by what is public on ``public_by``, or whole where that is None, without ``not_counted``."""
        both = own = view(document, shape, public_by=public_by, own_only=False, not_counted=not_counted)
        # Named values are carried from one criterion to the next.
        shared: dict[str, Any] = {}
        alone = shared
        if both.of_parent:
            own = view(document, shape, public_by=public_by, own_only=True, not_counted=not_counted)
            alone = {}
        self.removed = both.removed
        self._views: Mapping[bool, View] = {False: own, True: both}
        self._caches: Mapping[bool, dict[str, Any]] = {False: alone, True: shared}

    def value(self, *, counts_parent: bool) -> Mapping[str, Any]:
        """Return the document as it is seen."""
        return self._views[counts_parent].value

    def ask(self, evaluator: ConditionEvaluator, *, counts_parent: bool) -> tuple[int, Later[Trace]]:
        """Return the truth of one condition, and its trace for when it is asked for."""
        return evaluator.ask(self._views[counts_parent].value, self._caches[counts_parent])

    def holds(self, evaluator: ConditionEvaluator, *, counts_parent: bool) -> bool:
        """Return whether one condition holds for certain."""
        return evaluator.truth(self._views[counts_parent].value, self._caches[counts_parent]) == TRUE


class IndexAssessor:
    """An index ready to score documents: its conditions compiled, its statements known."""

    def __init__(
        self,
        ruleset: Index,
        record: RecordType,
        parameters: Mapping[str, Decimal] = _NO_PARAMETERS,
        not_counted: NotCounted = counts_all,
    ) -> None:
        """Compile ``ruleset`` for documents of type ``record``; ``parameters`` are weights that it leaves to others.

        ``not_counted`` tells of a document the statements whose figures cannot be right, each with its rule.
        """
        ruleset = ruleset.with_weights(parameters)
        self.ruleset = ruleset
        self._parameters = parameters
        self._find_not_counted = not_counted
        self._last: tuple[Mapping[str, Any] | None, Mapping[FieldPath, ConsistencyRule]] = (None, {})
        self._record = record
        self.named = ruleset.named_nodes()
        self._shape = shape_of(record)
        self.left_out: tuple[LeftOut, ...] = ()
        asked = {
            (indicator.id, criterion.id): criterion.node
            for indicator in ruleset.indicators()
            for criterion in indicator.criteria
        }
        lifting = {each.id: each.ceiling.node for each in ruleset.indicators() if each.ceiling is not None}
        # Where the ruleset asks about the world, what is absent is unknown; where it scores disclosure, not disclosed.
        world: World = "open" if ruleset.absent == "unknown" else "closed"
        applies = () if ruleset.applies is None else (ruleset.applies,)
        trees = (*asked.values(), *lifting.values(), *applies)
        evaluators = iter(Conditions(trees, world=world, record=record, named=self.named).evaluators)
        self._criteria = dict(zip(asked, evaluators, strict=False))
        self._ceilings = dict(zip(lifting, evaluators, strict=False))
        self._applies = next(evaluators, None)

    def applies(self, document: Mapping[str, Any]) -> bool:
        """Return whether the index is for such a document; where the document does not say, it is."""
        return self._applies is None or self._applies.truth(document) != FALSE

    def narrowed(self, document: Mapping[str, Any]) -> IndexAssessor:
        """Return the assessor without the indicators that ``document`` says do not apply, where the index allows it."""
        left_out = tuple(self._left_out(document))
        if not left_out:
            return self
        narrow = copy(self)
        narrow.__dict__.pop("_looked_at", None)  # worked out for all indicators
        narrow.left_out = left_out
        narrow.ruleset = self.ruleset.without({each.indicator.id for each in left_out})
        return narrow

    def _left_out(self, document: Mapping[str, Any]) -> Iterator[LeftOut]:
        for i, each in enumerate(document.get(NOT_APPLICABLE, ())):
            indicator = self.ruleset.indicator(each["indicator"])
            if indicator is not None and self._can_leave_out(indicator, document):
                yield LeftOut(indicator, (NOT_APPLICABLE, i), each.get("reason"))

    def unheeded(self, document: Mapping[str, Any]) -> Iterator[tuple[FieldPath, str, Indicator | None]]:
        """Yield what a document says does not apply and is counted all the same.

        That is what the index asks of every company or does not know, and what the document itself gives, published or
        not: it cannot do both.
        """
        for i, each in enumerate(document.get(NOT_APPLICABLE, ())):
            indicator = self.ruleset.indicator(each["indicator"])
            if indicator is None or not self._can_leave_out(indicator, document):
                yield (NOT_APPLICABLE, i, "indicator"), each["indicator"], indicator

    def _can_leave_out(self, indicator: Indicator, document: Mapping[str, Any]) -> bool:
        """Return whether an indicator need not apply, and a document meets none of what it asks."""
        if indicator.may_not_apply is None:
            return False
        whole = self._side(document, None)
        return not any(
            whole.holds(self._criteria[indicator.id, each.id], counts_parent=True)
            for each in indicator.criteria
        )

    def assess(self, document: Mapping[str, Any], *, as_of: str) -> IndexResult:
        """Score a valid ``document`` by what is public on ``as_of`` (an ISO date)."""
        return self._result(document, self._side(document, as_of), self._side(document, None), as_of)

    def assess_as_published(self, document: Mapping[str, Any]) -> IndexResult:
        """Score a valid ``document`` as if everything in it were public."""
        everything = self._side(document, None)
        return self._result(document, everything, everything, "")

    def _side(self, document: Mapping[str, Any], public_by: str | None) -> Side:
        return Side(document, self._shape, public_by, self.not_counted(document))

    def not_counted(self, document: Mapping[str, Any]) -> Mapping[FieldPath, ConsistencyRule]:
        """Return the statements of a document whose figures cannot be right; they earn nothing, published or not."""
        if self._last[0] is not document:
            self._last = (document, self._find_not_counted(document))
        return self._last[1]

    def depends_on(self, criterion: Criterion) -> frozenset[tuple[str, ...]]:
        """Return the places in a document that a criterion looks at; elements of lists are written ``[]``."""
        return depends_on(criterion.node, self.named)

    def value_with(
        self, document: Mapping[str, Any], as_of: str, published: frozenset[FieldPath], *, counts_parent: bool
    ) -> Mapping[str, Any]:
        """Return the document by what is public, with some statements counted as public."""
        own_only = not counts_parent
        return view(
            document,
            self._shape,
            public_by=as_of,
            own_only=own_only,
            published=published,
            not_counted=self.not_counted(document),
        ).value

    def whole(self, document: Mapping[str, Any]) -> Mapping[bool, Mapping[str, Any]]:
        """Return the document as if everything in it were public, by whether what a parent states counts."""
        side = self._side(document, None)
        return {each: side.value(counts_parent=each) for each in (False, True)}

    def unpublished(self, document: Mapping[str, Any], as_of: str) -> tuple[FieldPath, ...]:
        """Return all statements of a document without public evidence, also those within others."""
        return tuple(unpublished_in(document, self._shape, (), as_of))

    def _result(self, document: Mapping[str, Any], public: Side, everything: Side, as_of: str) -> IndexResult:
        kept_anyway = set(everything.removed)
        unpublished = tuple(path for path in public.removed if path not in kept_anyway)
        pass_ = _Pass(
            self, document, public=public, everything=everything, unpublished=unpublished, as_of=as_of
        )
        dimensions = tuple(pass_.dimension(each) for each in self.ruleset.dimensions)
        score = sum((each.weighted for each in dimensions), ZERO)
        possible = sum(
            (each.awarded_if_published * each.weight for part in dimensions for each in part.indicators()),
            ZERO,
        )
        return IndexResult(
            ruleset=self.ruleset,
            as_of=as_of,
            score=score,
            score_if_published=possible,
            band=self._band(score),
            band_if_published=self._band(possible),
            dimensions=dimensions,
            unpublished=unpublished,
            parameters=self._parameters,
            left_out=self.left_out,
            not_counted=self.not_counted(document),
        )

    def _band(self, score: Decimal) -> Band | None:
        """Return the band of a score; None where the most that can be had is not what bands are for."""
        ruleset = self.ruleset
        return ruleset.band(score) if ruleset.weighted_points == ruleset.points else None

    def criterion_evaluator(self, indicator: Indicator, criterion: Criterion) -> ConditionEvaluator:
        """Return the compiled condition of a criterion."""
        return self._criteria[indicator.id, criterion.id]

    def ceiling_evaluator(self, indicator: Indicator) -> ConditionEvaluator:
        """Return the compiled condition of an indicator's ceiling."""
        return self._ceilings[indicator.id]

    def lifted(self, value: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
        """Return the ceilings that a document (by what counts and is its own) has lifted, as of criteria met."""
        lifted = (name for name, evaluator in self._ceilings.items() if evaluator.truth(value) == TRUE)
        return frozenset((name, CEILING) for name in lifted)

    def met(self, document: Mapping[str, Any], as_of: str) -> frozenset[tuple[str, str]]:
        """Return the criteria that a document meets by what is public, and the ceilings that it lifts."""
        side = self._side(document, as_of)
        met = frozenset(
            (indicator.id, criterion.id)
            for indicator in self.ruleset.indicators()
            for criterion in indicator.criteria
            if side.holds(self._criteria[indicator.id, criterion.id], counts_parent=criterion.counts_parent)
        )
        return met | self.lifted(side.value(counts_parent=False))

    def asking(self, path: FieldPath, among: Met | None = None) -> Iterator[tuple[Indicator, Criterion]]:
        """Yield the criteria, ``among`` some, that look at a place, at what it lies in, or at what lies in it."""
        for indicator, criterion, looked_at in self._looked_at:
            if (among is None or (indicator.id, criterion.id) in among) and looked_at.touches(path):
                yield indicator, criterion

    @cached_property
    def _looked_at(self) -> tuple[tuple[Indicator, Criterion, _LookedAt], ...]:
        return tuple(
            (indicator, criterion, _LookedAt.of(self.depends_on(criterion)))
            for indicator in self.ruleset.indicators()
            for criterion in indicator.criteria
        )


class _LookedAt(Struct, frozen=True):
    """The places that a criterion looks at, and ``around`` them what they lie in, themselves included."""

    places: frozenset[tuple[str, ...]]
    around: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, places: frozenset[tuple[str, ...]]) -> Self:
        """Return places with what they lie in."""
        return cls(places, frozenset(each[:i] for each in places for i in range(len(each) + 1)))

    def touches(self, path: FieldPath) -> bool:
        """Return whether a statement holds, or lies within, one of the places."""
        generic = tuple(EACH if isinstance(step, int) else step for step in path)
        return generic in self.around or any(generic[:i] in self.places for i in range(len(generic)))


class _Points(Struct, frozen=True):
    """What an indicator has on one side: by its criteria, and after its ceiling."""

    earned: Decimal
    counted: Decimal


class _Pass:
    """One document on its way through the index; indicators stand before those that name them."""

    def __init__(
        self,
        assessor: IndexAssessor,
        document: Mapping[str, Any],
        *,
        public: Side,
        everything: Side,
        unpublished: tuple[FieldPath, ...],
        as_of: str,
    ) -> None:
        self._assessor = assessor
        self._document = document
        self._public = public
        self._everything = everything
        self._unpublished = unpublished
        self._as_of = as_of
        self._counted: dict[str, tuple[Decimal, Decimal]] = {}
        self._trials: dict[tuple[frozenset[FieldPath], bool], Mapping[str, Any]] = {}

    def dimension(self, dimension: Dimension) -> DimensionResult:
        weights = self._assessor.ruleset.weights
        possible = (
            each.points * weights[each.weight].factor
            for each in dimension.indicators()
            if each.parallel_to is None
        )
        return DimensionResult(
            dimension, tuple(self._group(each) for each in dimension.groups), sum(possible, ZERO)
        )

    def _group(self, group: Group) -> GroupResult:
        results = [self._indicator(each) for each in group.indicators]
        return GroupResult(group, _choose_parallels(results))

    def _indicator(self, indicator: Indicator) -> IndicatorResult:
        criteria = tuple(self._criterion(indicator, each) for each in indicator.criteria)
        now = self._points(indicator, criteria, self._public, 0)
        then = self._points(indicator, criteria, self._everything, 1)
        self._counted[indicator.id] = (now.counted, then.counted)
        return IndicatorResult(
            indicator=indicator,
            criteria=criteria,
            earned=now.earned,
            awarded=now.counted,
            awarded_if_published=then.counted,
            weight=self._assessor.ruleset.weights[indicator.weight].factor,
            held_back=now.earned - now.counted,
            counts_elsewhere=None,
        )

    def _criterion(self, indicator: Indicator, criterion: Criterion) -> CriterionResult:
        evaluator = self._assessor.criterion_evaluator(indicator, criterion)
        counts_parent = criterion.counts_parent
        truth, traced = self._public.ask(evaluator, counts_parent=counts_parent)
        met = possible = truth == TRUE
        if self._public is not self._everything:
            possible = self._everything.holds(evaluator, counts_parent=counts_parent)
        withheld = NOTHING_WITHHELD
        if possible and not met:
            withheld = Later(lambda: self._withheld(criterion, evaluator))
        value = self._public.value(counts_parent=counts_parent)
        return CriterionResult(criterion, met, possible, traced, value, self._assessor.named, withheld)

    def _withheld(self, criterion: Criterion, evaluator: ConditionEvaluator) -> Withheld:
        """Return unpublished statements that would meet a criterion together, none of which can be left out.

        Found by trial: what looks at the same places is left unpublished where the criterion is met without, half of
        it at a time, as publishing more never makes less of a criterion and most of a long list is not needed. Of a
        criterion that needs more of them than are tried (:data:`MOST_TRIED`), some can be left out.
        """
        looked_at = _LookedAt.of(self._assessor.depends_on(criterion))
        tried = 0

        def needed(of: tuple[FieldPath, ...], part: tuple[FieldPath, ...]) -> tuple[FieldPath, ...]:
            nonlocal tried
            tried += 1
            if tried > MOST_TRIED:
                return of
            left_out = frozenset(part)
            without = tuple(path for path in of if path not in left_out)
            value = self._value_with(frozenset(without), counts_parent=criterion.counts_parent)
            if evaluator.truth(value) == TRUE:
                return without
            if len(part) < 2:
                return of
            half = len(part) // 2
            return needed(needed(of, part[:half]), part[half:])

        every = tuple(path for path in self._unpublished if looked_at.touches(path))
        statements = needed(every, every)
        return Withheld(statements, tried > MOST_TRIED)

    def _value_with(self, published: frozenset[FieldPath], *, counts_parent: bool) -> Mapping[str, Any]:
        """Return the document with some statements counted as public; many criteria ask for the same."""
        key = (published, counts_parent)
        if key not in self._trials:
            if len(self._trials) >= MOST_KEPT:
                self._trials.clear()
            self._trials[key] = with_published(
                self._public.value(counts_parent=counts_parent),
                self._everything.value(counts_parent=counts_parent),
                published,
            )
        return self._trials[key]

    def _points(
        self, indicator: Indicator, criteria: tuple[CriterionResult, ...], side: Side, which: int
    ) -> _Points:
        met = [each.criterion.points for each in criteria if (each.met, each.met_if_published)[which]]
        earned = max(met, default=ZERO) if indicator.award == "highest" else sum(met, ZERO)
        ceiling = indicator.ceiling
        if ceiling is None:
            return _Points(earned, earned)
        if side.holds(self._assessor.ceiling_evaluator(indicator), counts_parent=False):
            return _Points(earned, earned)
        beside = sum((self._counted[name][which] for name in ceiling.beside), ZERO)
        return _Points(earned, max(ZERO, min(earned, ceiling.points - beside)))


def _choose_parallels(results: list[IndicatorResult]) -> tuple[IndicatorResult, ...]:
    """Let the better of two parallel indicators count, and the other nothing; on a tie the first counts."""
    chosen = {each.indicator.id: each for each in results}
    for each in results:
        original = each.indicator.parallel_to
        if original is None:
            continue
        first, second = chosen[original], chosen[each.indicator.id]
        best = max(first.awarded_if_published, second.awarded_if_published)
        if second.awarded > first.awarded:
            first, second = second, first
        # The one that counts carries what either would have if all were published, so that sums stay right.
        chosen[first.indicator.id] = _with_points(first, first.awarded, best, None)
        chosen[second.indicator.id] = _with_points(second, ZERO, ZERO, first.indicator.id)
    return tuple(chosen[each.indicator.id] for each in results)


def _with_points(
    result: IndicatorResult, awarded: Decimal, if_published: Decimal, elsewhere: str | None
) -> IndicatorResult:
    return replace(result, awarded=awarded, awarded_if_published=if_published, counts_elsewhere=elsewhere)
