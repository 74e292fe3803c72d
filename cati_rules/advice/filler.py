"""Mends one document: fills in, or adds, the next thing that a condition's trace says it lacks.

Only what is absent is filled in, and entries are added: what a document states is not changed, but for a single
value that stands below its limit outside of any list. Where nothing else helps (``may_raise``), an amount in an entry
that is too low is raised, such as the share of suppliers that disclose. Values filled in are examples: the least
that a rule asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec import Struct, field

from cati_rules.advice.admissible import LABELS
from cati_rules.advice.distance import entry_lacks, lacks
from cati_rules.advice.satisfying import beside
from cati_rules.documents import value_at, with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.index.evidence import is_public
from cati_rules.language import FALSE, TRUE, Trace, nodes
from cati_rules.language.possibilities import compare
from cati_rules.language.trace import (
    AggregateTrace,
    ChoiceTrace,
    CompareTrace,
    CountTrace,
    JunctionTrace,
    MemberTrace,
    NameTrace,
    NotTrace,
    SearchTrace,
)
from cati_rules.schema.navigation import field_at
from cati_rules.schema.samples import MOST_TRIED, completed, exact, other_values, sample_at

Object = dict[str, Any]
_Bindings = Mapping[str, FieldPath]
Limits = dict[FieldPath, tuple[nodes.Operator, Decimal | Fraction]]
"""What was asked of numbers that were filled in: an operator and a limit by place."""
_Mend = Callable[["Mender", Any, _Bindings], bool]


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

    def mend(self, trace: Trace, bindings: _Bindings) -> bool:
        """Mend one thing that keeps the trace's condition from holding; False if nothing can be."""
        if trace.truth == TRUE:
            return False
        mend = _MENDS.get(type(trace.node))
        return mend is not None and mend(self, trace, bindings)

    def put(self, place: FieldPath, value: Any) -> bool:
        """Write a value; the statements on the way to it get public evidence."""
        for end in range(1, len(place)):
            above = place[:end]
            if value_at(self.document, above) is None and isinstance(place[end], str):
                self._make(above)
        self.publish(place)
        self.document = with_value(self.document, place, value)
        self.settled.add(place)
        for end in range(len(place) - 1, 0, -1):
            self._complete(place[:end])
        return True

    def publish(self, place: FieldPath) -> bool:
        """Give public evidence to the statements on the way to a place that have none; False if all have."""
        done = False
        for statement in self._unpublished(place):
            listed = value_at(self.document, (*statement, "evidence")) or []
            self.document = with_value(
                self.document, (*statement, "evidence"), [*listed, dict(self.evidence)]
            )
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

    def _make(self, place: FieldPath) -> None:
        made = sample_at(self.schema, place)
        beside = value_at(self.document, place[:-1])
        if isinstance(made, str) and isinstance(beside, list) and made in beside:
            made = f"{made} {len(beside) + 1}"
        if "evidence" in _fields(self.schema, place):
            made = {**made, "evidence": [dict(self.evidence)]}
        self.document = with_value(self.document, place, made)
        self.fresh.append(place)

    def may_change(self, place: FieldPath) -> bool:
        """Return whether a value may be written: it is absent, newly made, or a single one outside of lists."""
        if value_at(self.document, place) is None:
            return True
        if place in self.settled:
            return False
        now = value_at(self.document, place)
        single = not any(isinstance(step, int) for step in place) and not isinstance(now, str)
        return self.is_fresh(place) or single

    def is_too_low(self, place: FieldPath, operator: nodes.Operator, limit: Any) -> bool:
        """Return whether an amount that is stated may be raised: one that more action would raise, and no year."""
        now = value_at(self.document, place)
        amounts = isinstance(now, Decimal) and isinstance(limit, Decimal | Fraction)
        measured = field_at(self.schema, place).get("type") == "number"
        return self.may_raise and amounts and measured and operator in (">", ">=") and now < limit

    def may_append(self, place: FieldPath) -> bool:
        """Return whether a list of words may grow: not that of an entry which states it already."""
        stated = value_at(self.document, place) is not None and any(isinstance(step, int) for step in place)
        return self.is_fresh(place) or not stated

    def is_fresh(self, place: FieldPath) -> bool:
        """Return whether a place lies in something that was added."""
        return any(place[: len(each)] == each for each in self.fresh)

    def example(self, place: FieldPath) -> Any:
        """Return an example of what stands at a place."""
        return sample_at(self.schema, place)

    # Conditions

    def flag(self, trace: Trace, bindings: _Bindings) -> bool:
        """Set a field that has to be true."""
        place = _place(trace.node, bindings)
        if value_at(self.document, place) is True:
            return self.publish(place)
        return self.may_change(place) and self.put(place, True)

    def presence(self, trace: Trace, bindings: _Bindings) -> bool:
        """Give an example of a field that has to be there, or publish it."""
        node = trace.node
        place = _place(node.path, bindings)
        if node.negated:
            return False
        if value_at(self.document, place) is not None:
            return self.publish(place)
        if self.publish_known(place):
            return True
        made = self.example(place)
        if isinstance(made, dict) and "evidence" in _fields(self.schema, place):
            made = {**made, "evidence": [dict(self.evidence)]}
        return self.put(place, made)

    def comparison(self, trace: CompareTrace, bindings: _Bindings) -> bool:
        """Write what compares as it has to, or add an entry to what is counted."""
        node, left, right = trace.node, trace.left, trace.right
        for one, operator, other, limit in (
            (node.left, node.operator, node.right, right),
            (node.right, nodes.TURNED[node.operator], node.left, left),
        ):
            if isinstance(one, nodes.Field) and isinstance(limit, Decimal | Fraction | str | bool):
                place = _place(one, bindings)
                if self.is_held(place) and _compares(value_at(self.document, place), operator, limit):
                    return self.publish(place)
                fresh = operator == "!=" and self.is_fresh(place)
                if value_at(self.document, place) is None and self.publish_known(place):
                    return True
                if self.may_change(place) or fresh or self.is_too_low(place, operator, limit):
                    return self._satisfy(place, operator, limit)
            if isinstance(one, nodes.Count | nodes.OverList) and isinstance(limit, Decimal | Fraction):
                return self._add(one, trace, limit, bindings)
            if isinstance(one, nodes.Field) and isinstance(other, nodes.Field | nodes.Arithmetic):
                place = _place(one, bindings)
                if value_at(self.document, place) is None:
                    return self.put(place, self.example(place))
        return self._fill_arithmetic(node, bindings)

    def _fill_arithmetic(self, node: nodes.Compare, bindings: _Bindings) -> bool:
        for each in nodes.walk(node):
            if isinstance(each, nodes.Field):
                place = _place(each, bindings)
                if value_at(self.document, place) is None:
                    return self.put(place, self.example(place))
        return False

    def _satisfy(self, place: FieldPath, operator: nodes.Operator, limit: Any) -> bool:
        if operator == "==":
            return self.put(place, limit)
        if isinstance(limit, Decimal | Fraction):
            self.limits[place] = (operator, limit)
        if operator == "!=":
            return self._try(place, other_values(limit, field_at(self.schema, place).get("enum", ())))
        if not isinstance(limit, Decimal | Fraction):
            return False
        number = beside(operator, limit, whole=field_at(self.schema, place).get("type") == "integer")
        if isinstance(number, Fraction):
            number = Decimal(number.numerator) / Decimal(number.denominator)
        return self.put(place, number)

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

    def membership(self, trace: MemberTrace, bindings: _Bindings) -> bool:
        """Choose one of the choices, or add a word to a list."""
        node = trace.node
        if isinstance(node.choices, nodes.Field):
            place = _place(node.choices, bindings)
            if not isinstance(node.item, nodes.Literal):
                return False
            listed = value_at(self.document, place) or []
            if node.item.value in listed:
                return self.publish(place)
            return self.may_append(place) and self.put(place, [*listed, node.item.value])
        if not isinstance(node.item, nodes.Field):
            return False
        place = _place(node.item, bindings)
        return self.may_change(place) and self.put(place, node.choices[0].value)

    def every(self, trace: JunctionTrace, bindings: _Bindings) -> bool:
        """Mend the first part that fails."""
        failing = [each for each in trace.operands if each.truth != TRUE]
        return any(self.mend(each, bindings) for each in failing[:1])

    def either(self, trace: JunctionTrace, bindings: _Bindings) -> bool:
        """Mend the part that lacks least."""
        return any(self.mend(each, bindings) for each in sorted(trace.operands, key=lacks))

    def negation(self, trace: NotTrace, bindings: _Bindings) -> bool:
        """Write what makes the negated condition fail."""
        inner = trace.operand
        node = inner.node
        if isinstance(inner, CompareTrace):
            place = _place(node.left, bindings) if isinstance(node.left, nodes.Field) else None
            limit = inner.right
            if place is not None and self.may_change(place) and isinstance(limit, Decimal | str | bool):
                return self._satisfy(place, nodes.OPPOSITE[node.operator], limit)
        if isinstance(node, nodes.Member) and isinstance(node.item, nodes.Field):
            place = _place(node.item, bindings)
            taken = {each.value for each in node.choices} if isinstance(node.choices, tuple) else set()
            free = [each for each in field_at(self.schema, place).get("enum", ()) if each not in taken]
            return (self.may_change(place) or self.is_fresh(place)) and self._try(place, free)
        if isinstance(node, nodes.Field):
            place = _place(node, bindings)
            return self.may_change(place) and self.put(place, False)
        return False

    def name(self, trace: NameTrace, bindings: _Bindings) -> bool:
        """Mend what the name stands for."""
        return self.mend(trace.definition, self._inside(trace.node, bindings))

    def _inside(self, node: nodes.Named, bindings: _Bindings) -> _Bindings:
        """Return where the parameters of a definition stand."""
        _, places = nodes.entered(node, self.named[node.name], bindings)
        return {name: place for name, place in places.items() if name != nodes.DOCUMENT}

    def choice(self, trace: ChoiceTrace, bindings: _Bindings) -> bool:
        """Mend the branch that counts."""
        branches = (trace.condition, trace.then, trace.otherwise)
        return any(each is not None and self.mend(each, bindings) for each in branches)

    # Lists

    def search(self, trace: SearchTrace, bindings: _Bindings) -> bool:
        """Complete the entry that lacks least, or add one."""
        node, looked_at = trace.node, trace.entries
        source = _place(node.source, bindings)
        for entry in sorted(looked_at or (), key=entry_lacks):
            index, held, body = entry.index, entry.where, entry.body
            inside = {**bindings, node.variable: (*source, index)}
            if (*source, index) in bindings.values():
                continue  # the entry itself is not another one
            parts = [each for each in (held, body) if each is not None and each.truth != TRUE]
            if not all(self._can(each, inside) for each in parts):
                continue
            if parts and self.mend(parts[0], inside):
                return True
            if not parts and body is None:
                continue
        return self._append(source)

    def for_all(self, trace: SearchTrace, bindings: _Bindings) -> bool:
        """Complete the entries that fail, or add one where there is none."""
        node, looked_at = trace.node, trace.entries
        source = _place(node.source, bindings)
        if not looked_at:
            return self._append(source)
        for entry in looked_at:
            index, held, body = entry.index, entry.where, entry.body
            inside = {**bindings, node.variable: (*source, index)}
            if held is not None and held.truth == FALSE:
                continue
            if body is not None and body.truth != TRUE and self.mend(body, inside):
                return True
        return False

    def _add(
        self, node: nodes.Count | nodes.OverList, trace: CompareTrace, limit: Any, bindings: _Bindings
    ) -> bool:
        """Add an entry to what is counted or summed, or mend one that nearly counts."""
        source = _place(node.source, bindings)
        within = (each for each in trace.inner if isinstance(each, CountTrace | AggregateTrace))
        entries = next((each.entries for each in within if each.node == node), None)
        for entry in entries or ():
            index, held = entry.index, entry.where
            inside = {**bindings, node.variable: (*source, index)}
            place = (*source, index)
            if held is not None and held.truth != TRUE:
                if self.is_fresh(place) and self.mend(held, inside):
                    return True
                continue
            if isinstance(node, nodes.OverList) and isinstance(node.body, nodes.Field):
                target = _place(node.body, inside)
                if self.may_change(target) and value_at(self.document, target) != limit:
                    return self._satisfy(target, trace.node.operator, limit)
        return self._append(source)

    def _append(self, source: FieldPath) -> bool:
        if self.publish(source):
            return True
        listed = value_at(self.document, source)
        count = len(listed) if isinstance(listed, list) else 0
        if sum(1 for each in self.fresh if each[:-1] == source) >= _MOST_ADDED:
            return False
        place = (*source, count)
        for end in range(1, len(source) + 1):
            if value_at(self.document, source[:end]) is None:
                if end == len(source):
                    self.document = with_value(self.document, source, [])
                elif isinstance(source[end], str):
                    self._make(source[:end])
        self._make(place)
        return True

    def _can(self, trace: Trace, bindings: _Bindings) -> bool:
        """Return whether all that fails can be mended without changing what the document states."""
        if trace.truth == TRUE:
            return True
        node = trace.node
        if isinstance(trace, JunctionTrace):
            enough = all if isinstance(node, nodes.And) else any
            return enough(self._can(each, bindings) for each in trace.operands)
        if isinstance(node, nodes.Any | nodes.All):
            return True
        if isinstance(trace, NameTrace):
            return not node.arguments or self._can(trace.definition, self._inside(node, bindings))
        if isinstance(node, nodes.Member) and isinstance(node.choices, nodes.Field):
            return self.may_append(_place(node.choices, bindings))
        if isinstance(node, nodes.Present) and not node.negated and self.is_held(_place(node.path, bindings)):
            return True
        if isinstance(trace, CompareTrace) and isinstance(node.left, nodes.Field):
            place, limit = _place(node.left, bindings), trace.right
            held = self.is_held(place) and _compares(value_at(self.document, place), node.operator, limit)
            if held or self.is_too_low(place, node.operator, limit):
                return True
        fields = [
            each for each in nodes.walk(node) if isinstance(each, nodes.Field) and each.root in bindings
        ]
        differs = isinstance(node, nodes.Not) or (isinstance(node, nodes.Compare) and node.operator == "!=")
        places = [_place(each, bindings) for each in fields]
        return any(self.may_change(place) or (differs and self.is_fresh(place)) for place in places)


_MOST_ADDED = 4
_MENDS: Mapping[type, _Mend] = {
    nodes.Field: Mender.flag,
    nodes.Present: Mender.presence,
    nodes.Compare: Mender.comparison,
    nodes.Member: Mender.membership,
    nodes.And: Mender.every,
    nodes.Or: Mender.either,
    nodes.Not: Mender.negation,
    nodes.Named: Mender.name,
    nodes.Listed: Mender.name,
    nodes.Conditional: Mender.choice,
    nodes.Any: Mender.search,
    nodes.All: Mender.for_all,
}


def _place(path: nodes.Field, bindings: _Bindings) -> FieldPath:
    return (*bindings.get(path.root, ()), *path.fields)


def _compares(value: Any, operator: nodes.Operator, limit: Any) -> bool:
    """Return whether a value that is known compares with a limit as asked for."""
    return compare(operator, value, limit) == TRUE


def _fields(schema: Mapping[str, Any], place: FieldPath) -> Mapping[str, Any]:
    found: Mapping[str, Any] = field_at(schema, place).get("properties", {})
    return found
