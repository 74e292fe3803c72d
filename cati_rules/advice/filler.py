"""Mends one document: fills in, or adds, the next of what a condition needs.

Only what is absent is filled in, and entries are added: what a document states is not changed, but for a single
value that stands below its limit outside of any list. Where nothing else helps (``may_raise``), an amount in an entry
that is too low is raised, such as the share of suppliers that disclose. Values filled in are examples: the least
that a rule asks for (:mod:`cati_rules.advice.satisfying`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec import Struct, field

from cati_rules.advice.admissible import LABELS
from cati_rules.advice.satisfying import asks_for_another, satisfies, values_that_meet
from cati_rules.documents import value_at, with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.index.evidence import is_public
from cati_rules.kinds.needs import EntryNeeds, InList, Need, Observation, OneOf
from cati_rules.kinds.observation import needed
from cati_rules.language import Trace, nodes
from cati_rules.schema.navigation import field_at
from cati_rules.schema.samples import MOST_TRIED, completed, exact, other_values, sample_at

Object = dict[str, Any]
Limits = dict[FieldPath, tuple[nodes.Operator, Decimal | Fraction]]
"""What was asked of numbers that were filled in: an operator and a limit by place."""
_MOST_ADDED = 4


class Mender(Struct):
    """One document being mended.

    ``fresh`` are the places of entries that were added: their examples may be overwritten, each once (``settled``).
    """

    schema: Mapping[str, Any]
    evidence: Mapping[str, Any]
    document: Object
    as_of: str
    named: Mapping[str, nodes.Node]
    may_raise: bool = False
    fresh: list[FieldPath] = field(default_factory=list)
    settled: set[FieldPath] = field(default_factory=set)
    tried: dict[FieldPath, list[Any]] = field(default_factory=dict)
    limits: Limits = field(default_factory=dict)

    def mend(self, trace: Trace) -> bool:
        """Mend one thing that keeps the trace's condition from holding; False if nothing can be."""
        return self._mend_first(needed(trace, self.document, self.named))

    def put(self, place: FieldPath, value: Any) -> bool:
        """Write a value; the statements on the way to it get public evidence."""
        self._make_way(place)
        self.publish(place)
        self.document = with_value(self.document, place, self._written(place, value))
        self.settled.add(place)
        for end in range(len(place) - 1, 0, -1):
            self._complete(place[:end])
        return True

    def publish(self, place: FieldPath) -> bool:
        """Give public evidence to the statements on the way to a place that have none; False if all have."""
        done = False
        for statement in self._unpublished(place):
            self.document = with_evidence(self.document, statement, self.evidence)
            done = True
        return done

    def _unpublished(self, place: FieldPath) -> Iterator[FieldPath]:
        """Yield the statements on the way to a place that have no public evidence."""
        for end in range(1, len(place) + 1):
            record = value_at(self.document, place[:end])
            if not isinstance(record, dict) or "evidence" not in _fields(self.schema, place[:end]):
                continue
            if not is_public(record.get("evidence", []), self.as_of):
                yield place[:end]

    def publish_known(self, place: FieldPath) -> bool:
        """Publish the entry beside this one that states what is missing here, if there is one that is not public.

        What a document holds goes before an example: a figure that came too late for the report is the true one.
        """
        at = max((i for i, step in enumerate(place) if isinstance(step, int)), default=-1)
        if at < 0 or at + 1 == len(place) or self.is_fresh(place[: at + 1]):
            return False
        listed, entry, rest = place[:at], place[at], place[at + 1 :]
        for i in range(len(value_at(self.document, listed) or ())):
            beside = (*listed, i)
            same = all(
                value_at(self.document, (*beside, name)) == value_at(self.document, (*listed, entry, name))
                for name in LABELS
                if name not in rest
            )
            if i != entry and same and self.is_held((*beside, *rest)):
                return self.publish((*beside, *rest))
        return False

    def is_held(self, place: FieldPath) -> bool:
        """Return whether something stands at a place that does not count, since it is not public."""
        return value_at(self.document, place) is not None and any(self._unpublished(place))

    def _complete(self, place: FieldPath) -> None:
        """Add what the schema asks for beside what was written: a unit to a value, a category to a scope."""
        record = value_at(self.document, place)
        if isinstance(record, dict):
            whole = completed(self.schema, field_at(self.schema, place), record)
            if whole is not record:
                self.document = with_value(self.document, place, exact(whole))

    def _make_way(self, place: FieldPath) -> None:
        """Make the sections in which a place lies, of which there are none yet."""
        for end in range(1, len(place)):
            if value_at(self.document, place[:end]) is None and isinstance(place[end], str):
                self._make(place[:end])

    def _make(self, place: FieldPath) -> None:
        made = sample_at(self.schema, place)
        beside = value_at(self.document, place[:-1])
        if isinstance(made, str) and isinstance(beside, list) and made in beside:
            made = f"{made} {len(beside) + 1}"
        self.document = with_value(self.document, place, self._written(place, made))
        self.fresh.append(place)

    def _written(self, place: FieldPath, value: Any) -> Any:
        """Return a value as a document has it: a statement with evidence, a number in decimals."""
        if isinstance(value, dict) and "evidence" in _fields(self.schema, place):
            return {**value, "evidence": [dict(self.evidence)]}
        return Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value

    def may_write(self, seen: Observation) -> bool:
        """Return whether what is asked for may be written: where nothing stands, in what was added, or a single value.

        Each place is written once, but for lists that grow and what only has to differ. No list of words in an entry
        that states it grows. An amount that is too low may be raised, where ``may_raise`` says so.
        """
        place, now = seen.path, value_at(self.document, seen.path)
        if now is None or self._is_too_low(seen, now):
            return True
        again = seen.demand == "contains" or asks_for_another(seen)
        single = not any(isinstance(step, int) for step in place) and not isinstance(now, str)
        return (again or place not in self.settled) and (single or self.is_fresh(place))

    def _is_too_low(self, seen: Observation, now: Any) -> bool:
        """Return whether an amount that is stated may be raised: one that more action would raise, and no year."""
        limit, measured = seen.limit, field_at(self.schema, seen.path).get("type") == "number"
        amounts = isinstance(now, Decimal) and isinstance(limit, Decimal | Fraction)
        return self.may_raise and amounts and measured and seen.operator in (">", ">=") and now < limit

    def is_fresh(self, place: FieldPath) -> bool:
        """Return whether a place lies in something that was added."""
        return any(place[: len(each)] == each for each in self.fresh)

    # What is needed

    def _mend_first(self, needs: Sequence[Need]) -> bool:
        """Mend the first of what is needed together."""
        if not needs:
            return False
        need = needs[0]
        if isinstance(need, OneOf):
            return any(self._mend_first(way) for way in need.ways)
        return self._mend_list(need) if isinstance(need, InList) else self._fill(need)

    def _fill(self, seen: Observation) -> bool:
        """Write what is asked for at a place; what stands there and would do, or beside it, is published."""
        place, now = seen.path, value_at(self.document, seen.path)
        if satisfies(seen, now):
            return self.publish(place)
        if now is None and seen.demand in ("present", "compare") and self.publish_known(place):
            return True
        values = (each.value for each in values_that_meet(seen, self.schema, now))
        if not self.may_write(seen) or not self._try(place, values):
            return False
        if isinstance(seen.limit, Decimal | Fraction) and seen.operator not in (None, "=="):
            self.limits[place] = (seen.operator, seen.limit)
        return True

    def _try(self, place: FieldPath, values: Iterable[Any]) -> bool:
        """Write the first of some values that was not tried there yet."""
        tried = self.tried.setdefault(place, [])
        for value in values:
            if value not in tried:
                tried.append(value)
                return self.put(place, value)
        return False

    def correct(self, place: FieldPath) -> bool:
        """Write another value at a place that was filled in and cannot be; of an entry, another of its choices."""
        value = value_at(self.document, place)
        if not self.is_fresh(place) and place not in self.settled:
            return False
        if isinstance(value, dict):
            chosen = (name for name in value if field_at(self.schema, (*place, name)).get("enum"))
            return any(self.correct((*place, name)) for name in chosen)
        choices = field_at(self.schema, place).get("enum", ())
        if isinstance(value, Decimal):  # years, which come too early where they cannot be
            return self._try(place, (value + step for step in range(1, MOST_TRIED)))
        return isinstance(value, str) and self._try(place, other_values(value, choices))

    # Lists

    def _mend_list(self, need: InList) -> bool:
        """Complete an entry, or add one."""
        done = any(self._mend_entry(need, each) for each in need.entries())
        return done or (need.may_add and self._append(need.seen.path))

    def _mend_entry(self, need: InList, entry: EntryNeeds) -> bool:
        """Complete an entry if all that it lacks can be written; one that is to count too, only if it was added."""
        if entry.lacking:
            allowed = need.seen.demand != "amount" or self.is_fresh(entry.place)
            possible = allowed and all(self._can(each, entry.place) for each in entry.lacking)
            return possible and self._mend_first(entry.lacking[0])
        return entry.figure is not None and self._fill(entry.figure)

    def _append(self, source: FieldPath) -> bool:
        if self.publish(source):
            return True
        listed = value_at(self.document, source)
        count = len(listed) if isinstance(listed, list) else 0
        if sum(1 for each in self.fresh if each[:-1] == source) >= _MOST_ADDED:
            return False
        place = (*source, count)
        self._make_way(place)
        self._make(place)
        return True

    def _can(self, needs: Sequence[Need], entry: FieldPath) -> bool:
        """Return whether all that an entry needs can be mended: without changing what is stated beside it either."""
        return all(self._can_one(each, entry) for each in needs)

    def _can_one(self, need: Need, entry: FieldPath) -> bool:
        if isinstance(need, OneOf):
            return any(self._can(way, entry) for way in need.ways)
        seen = need.seen if isinstance(need, InList) else need
        if isinstance(need, InList) and seen.demand != "amount":
            return True
        now = value_at(self.document, seen.path)
        if now is not None and seen.path[:1] != entry[:1]:
            return False
        return self.may_write(seen) or (self.is_held(seen.path) and satisfies(seen, now))


def with_evidence(document: Object, statement: FieldPath, evidence: Mapping[str, Any]) -> Object:
    """Return a document in which the statement at a place has a piece of evidence more."""
    at = (*statement, "evidence")
    changed: Object = with_value(document, at, [*(value_at(document, at) or ()), dict(evidence)])
    return changed


def _fields(schema: Mapping[str, Any], place: FieldPath) -> Mapping[str, Any]:
    found: Mapping[str, Any] = field_at(schema, place).get("properties", {})
    return found
