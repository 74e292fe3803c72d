"""One judgement tried with other values: the inputs that it looks at, and what it would be if one were different.

A trial writes the value into the document as it was given and judges anew, so that boundaries, units and entries of
lists are seen as they would be then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from msgspec.structs import replace

from cati_rules.documents import path_order, value_at, with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.consistency.refusal import became_wrong
from cati_rules.kinds.definition.assessment import PRODUCT, BodyAssessor
from cati_rules.kinds.definition.figures import BESIDE
from cati_rules.kinds.definition.result import Judgement
from cati_rules.kinds.definition.rules import EACH, QUALIFIES, Measure
from cati_rules.kinds.definition.stated import figure_in, with_ranges
from cati_rules.language import Trace, depends_on, nodes
from cati_rules.language.ranges import as_range, settled
from cati_rules.schema.types import FieldType, ListType, NumberType, RecordType
from cati_rules.units import UNITS

MOST_LOOKED_AT = 60_000
"""How many entries of lists are judged in all, at the most; a document with few is tried as often as needed."""
MOST_ENTRIES = 20
"""Of longer lists only the first entries are tried."""
_WHAT_IT_IS = (
    *("material", "stage", "boundary", "per", "subject", "type", "unit", "of", "stated_by"),
    *("year", "base_year", "commissioned", "weighed_by"),
)
"""Fields that say what a thing or a figure is: they can be filled in where they are not stated, but not chosen."""
_FACTS = ("baseline", "scrap")
"""What lies in the past is not chosen either; nor is the scrap that went into a metal, which is what there was."""


class Trials:
    """A judgement and what it would be with other values."""

    def __init__(
        self,
        assessor: BodyAssessor,
        judgement: Judgement,
        first: Trials | None = None,
        places: tuple[FieldPath, ...] = (),
        *,
        of_another: bool = False,
    ) -> None:
        """Try ``judgement``, which ``assessor`` made; ``first`` tries that with nothing changed at some ``places``.

        With ``of_another`` also what the thing is, or was, is tried with other values: what another would have to be.
        """
        self.assessor = assessor
        self.judgement = judgement
        self.given_first: Mapping[str, Any] = judgement.given if first is None else first.given_first
        self._changed = places
        self._of_another: bool = of_another if first is None else first._of_another
        self._first: Trials = self if first is None else first._first
        self.cut_short = False
        """Whether something was not tried, since there is too much of it."""
        self._known: dict[tuple[FieldPath, Any], Judgement] = {}
        self.points: dict[FieldPath, list[Fraction]] = {}
        """Where something can change, for each number that was gone through."""
        entries = sum(len(value) for value in judgement.given.values() if isinstance(value, list))
        self._most = MOST_LOOKED_AT // (1 + entries)

    @property
    def exhausted(self) -> bool:
        """Whether no more is tried: judging a document with long lists takes long, and would take so many times."""
        if len(self._known) >= self._most:
            self.cut()
        return len(self._known) >= self._most

    def cut(self) -> None:
        """Note that something was not tried."""
        self._first.cut_short = True

    def inputs(self) -> tuple[FieldPath, ...]:
        """Return the places that decide: fields that conditions look at, and those that say whether figures compare."""
        body = self.assessor.body
        asked = [each.node for each in body.judged()]
        stated = [body.applies, body.testable, *(each.opened for each in body.judged())]
        asked.extend(each.node for each in stated if each is not None)
        return self.inputs_of(asked)

    def inputs_of(self, asked: Sequence[nodes.Node]) -> tuple[FieldPath, ...]:
        """Return the places that decide some conditions: their fields, and what says whether their figures compare."""
        found = dict.fromkeys(self._places(asked))
        for measure in self.assessor.body.measures:
            if not any(self._is_of(place, measure) for place in tuple(found)):
                continue
            questions = [each.node for each in measure.questions()]
            places = self._places(questions, measure.of)
            found |= dict.fromkeys(place for place in places if self.value(place) is None)
        return tuple(sorted((place for place in found if self._is_input(place)), key=path_order))

    def _is_of(self, place: FieldPath, measure: Measure) -> bool:
        around = tuple(step for step in place[:-1] if not isinstance(step, int))
        return around == measure.of and place[-1] in (measure.field, BESIDE)

    def _places(self, asked: Sequence[nodes.Node], holder: FieldPath = ()) -> Iterator[FieldPath]:
        for node in asked:
            for place in depends_on(node, self.assessor.named):
                for found in self._entry(place, holder):
                    yield from self._in_lists(found)

    def _entry(self, place: tuple[str, ...], holder: FieldPath) -> Iterator[FieldPath]:
        """Yield a place with ``each`` as what it stands for: the entry that is judged, or the object of a measure."""
        if place[:1] != (EACH,):
            yield place
        elif self.judgement.path:
            yield (*self.judgement.path, *place[1:])
        elif holder:
            listed = isinstance(self.value(holder), list)
            yield (*holder, *((nodes.EACH,) if listed else ()), *place[1:])

    def _in_lists(self, place: FieldPath) -> Iterator[FieldPath]:
        if nodes.EACH not in place:
            yield place
            return
        at = place.index(nodes.EACH)
        listed = self.value(place[:at])
        count = len(listed) if isinstance(listed, list) else 0
        if count > MOST_ENTRIES:
            self.cut()
        for i in range(min(count, MOST_ENTRIES)):
            yield from self._in_lists((*place[:at], i, *place[at + 1 :]))

    def _is_input(self, place: FieldPath) -> bool:
        return place[-1] not in ("kind", QUALIFIES) and not self._is_given(place)

    def _is_given(self, place: FieldPath) -> bool:
        """Return whether a place says what the thing is, or was, and is stated."""
        fact = place[-1] in _WHAT_IT_IS or any(step in _FACTS for step in place)
        return fact and not self._of_another and self.value(place) is not None

    def given(self) -> tuple[FieldPath, ...]:
        """Return the places that decide and say what the thing is, or was: they are looked at, and not changed."""
        body = self.assessor.body
        asked = [each.node for each in body.judged()]
        asked.extend(each.node for each in (body.applies, body.testable) if each is not None)
        found = dict.fromkeys(self._places(asked))
        for measure in body.measures:
            if any(self._is_of(place, measure) for place in tuple(found)):
                found |= dict.fromkeys(self._places([each.node for each in measure.questions()], measure.of))
        return tuple(sorted((place for place in found if self._is_given(place)), key=path_order))

    def marks(self) -> Iterator[FieldPath]:
        """Yield the places that say whether the product in an entry qualifies, for the entries that have one."""
        listed = self.assessor.body.qualifies
        if listed is None:
            return
        entries = self.judgement.given.get(listed, ())
        if len(entries) > MOST_ENTRIES:
            self.cut()
        for i, entry in enumerate(entries[:MOST_ENTRIES]):
            if PRODUCT in entry:
                yield (listed, i, QUALIFIES)

    def value(self, place: FieldPath) -> Any:
        """Return what the document as it was given holds at a place; None if nothing."""
        return value_at(self.judgement.given, place)

    def kind(self, place: FieldPath) -> FieldType | None:
        """Return the type of what stands at a place."""
        kind: FieldType | None = self.assessor.record
        for step in place:
            if isinstance(step, int):
                kind = kind.item if isinstance(kind, ListType) else None
            else:
                kind = kind.fields.get(step) if isinstance(kind, RecordType) else None
        return self._within_bounds(place, kind) if isinstance(kind, NumberType) else kind

    def _within_bounds(self, place: FieldPath, kind: NumberType) -> NumberType:
        """Return the type of a number of which the document states bounds or parts alone: no value beyond them."""
        if self.value(place) is not None or not any(each.path == place for each in self.assessor.bounded):
            return kind
        ranges = with_ranges(self.judgement.given, self.assessor.bounded)
        stated = figure_in(value_at(ranges, place[:-1]) or {}, str(place[-1]))
        if stated is None:
            return kind
        ends, scale = as_range(stated), self._scale(place)
        low, high = (_scaled(each, scale) for each in (ends.low, ends.high))
        return replace(
            kind,
            minimum=kind.minimum if low is None else low,
            maximum=None if ends.high_open else kind.maximum if high is None else high,
            exclusive_maximum=high if ends.high_open else kind.exclusive_maximum,
        )

    def unit(self, place: FieldPath) -> str | None:
        """Return the unit in which a figure is compared; None for what is no figure."""
        return next((each.unit for each in self.assessor.body.measures if self._is_of(place, each)), None)

    def now(self, place: FieldPath) -> Any:
        """Return what stands at a place now; a figure in the unit in which it is compared."""
        return _scaled(self.value(place), self._scale(place))

    def with_value(self, place: FieldPath, value: Any) -> Judgement:
        """Return the judgement on :meth:`document_with` another value."""
        if (place, value) not in self._known:
            if self.exhausted:
                return self.judgement
            self._known[place, value] = self.assessor.judge_at(
                self.document_with(place, value),
                self.judgement.path,
                self.judgement.as_of,
                tells_missing=False,
            )
        return self._known[place, value]

    def confirmed(self, place: FieldPath, value: Any) -> Judgement | None:
        """Return the judgement on a changed document with what it would contradict; None if that would be invalid."""
        changed, judgement = self.document_with(place, value), self.with_value(place, value)
        has_unit = self.unit(place) is None or self.value((*place[:-1], "unit")) is not None
        at = place if has_unit else place[:-1] or place
        if became_wrong(self._as_given, self._unmarked(changed), at):
            return None
        if judgement.verdict != "met":
            return judgement  # no contradiction makes another verdict of it
        places = (*self._changed, at)
        found = self.assessor.contradictions_after(self.given_first, changed, places, judgement.as_of)
        return self.assessor.doubted(judgement, found)

    @cached_property
    def _as_given(self) -> Mapping[str, Any]:
        return self._unmarked(self.judgement.given)

    def _unmarked(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a document without the marks on its entries, as somebody would write it."""
        listed = self.assessor.body.qualifies
        if listed is None or listed not in document:
            return document
        entries = [
            {name: value for name, value in each.items() if name != QUALIFIES} for each in document[listed]
        ]
        return {**document, listed: entries}

    def document_with(self, place: FieldPath, value: Any) -> Mapping[str, Any]:
        """Return the document with another value at ``place``; a figure is in the unit in which it is compared."""
        scale = self._scale(place)
        changed: Mapping[str, Any] = with_value(
            self.judgement.given, place, _scaled(value, None if scale is None else 1 / scale)
        )
        unit = self.unit(place)
        if unit is not None and value_at(changed, (*place[:-1], "unit")) is None:
            changed = with_value(changed, (*place[:-1], "unit"), unit)
        return changed

    def _scale(self, place: FieldPath) -> Fraction | None:
        """Return what a figure at a place is multiplied by to be in the unit in which it is compared."""
        asked, given = self.unit(place), self.value((*place[:-1], "unit"))
        if asked is None or given not in UNITS or UNITS[given].tonnes == UNITS[asked].tonnes:
            return None
        return Fraction(UNITS[given].tonnes) / Fraction(UNITS[asked].tonnes)


def traces_of(judgement: Judgement) -> Iterator[Trace]:
    """Yield the traces of all that was asked in a judgement, in a fixed order."""
    for question in (judgement.applies, judgement.testable):
        if question is not None:
            yield question
    for figure in judgement.figures:
        yield from figure.questions()
    for each in judgement.judged():
        yield each.trace
        if each.asked is not None:
            yield each.asked


def _scaled(value: Any, scale: Fraction | None) -> Any:
    """Return a number multiplied by ``scale``; what is no number, and all where there is no scale, as it is."""
    if scale is None or isinstance(value, bool) or not isinstance(value, Decimal | Fraction | int):
        return value
    return settled(Fraction(value) * scale)
