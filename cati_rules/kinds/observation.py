"""What an evaluation saw, in the terms of the document: which place, which value, what was asked of it.

A raw trace holds everything that was looked at. This pass picks what explains the result: the conditions that
failed (or, for one that is met, those that carried it), each with the place in the file, the value there and
the limit. Where a list was searched, the entries that came closest are told of (:func:`observe`); who fills in what is
missing has all of them (:func:`needed`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.documents import value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.distance import entry_lacks, lacks
from cati_rules.kinds.needs import Demand, EntryNeeds, InList, Need, Observation, OneOf, Value, leaves
from cati_rules.language import BOTH, FALSE, TRUE, Trace, nodes
from cati_rules.language.trace import (
    AggregateTrace,
    Amount,
    ChoiceTrace,
    CompareTrace,
    CountTrace,
    Entry,
    JunctionTrace,
    MemberTrace,
    NameTrace,
    NotTrace,
    SearchTrace,
    Where,
)

CLOSEST = 2
"""How many entries of a searched list are told of."""


class _Where(Struct, frozen=True):
    """The document, and where what is in sight stands in it; ``whole`` asks for all entries of lists."""

    document: Mapping[str, Any]
    scope: Where
    whole: bool = False

    def place(self, path: nodes.Field) -> FieldPath:
        return self.scope.place(path)

    def value(self, path: FieldPath) -> Any:
        return value_at(self.document, path)

    def entry_of(self, source: FieldPath) -> FieldPath | None:
        """Return the entry of the list at ``source`` that is being looked at, if one is."""
        return next((path for path in self.scope.places.values() if path and path[:-1] == source), None)

    def entry(self, node: nodes.OverList | nodes.Count, index: int) -> _Where:
        return replace(self, scope=self.scope.entry(node, index))

    def variables(self) -> tuple[tuple[str, FieldPath], ...]:
        return tuple(each for each in self.scope.places.items() if each[0] != nodes.DOCUMENT)


def observe(trace: Trace, document: Mapping[str, Any], named: Mapping[str, nodes.Node]) -> tuple[Need, ...]:
    """Return what explains the truth of ``trace``, evaluated on ``document`` (statements taken out).

    ``named`` are the ruleset's definitions. Of a condition that fails, all that is returned is needed.
    """
    want = trace.truth == TRUE
    return tuple(dict.fromkeys(_look(trace, _Where(document, Where(named)), want, False)))


def needed(trace: Trace, document: Mapping[str, Any], named: Mapping[str, nodes.Node]) -> tuple[Need, ...]:
    """Return all that keeps ``trace`` from holding, what lacks least first of alternatives; see :func:`observe`."""
    if trace.truth == TRUE:
        return ()
    return tuple(_look(trace, _Where(document, Where(named), whole=True), False, False))


def _look(trace: Trace, where: _Where, want: bool, negated: bool) -> list[Need]:
    """Return the observations below ``trace`` that make it hold (``want``) or keep it from holding."""
    return _LOOKS[type(trace.node)](trace, where, want, negated)


def _holds(trace: Trace, negated: bool) -> bool:
    """Return whether a condition certainly came out as it was wanted."""
    return trace.truth == (FALSE if negated else TRUE)


def _plain(value: Any) -> Value:
    return value if isinstance(value, Decimal | Fraction | str | bool) else None


def _boolean(trace: Trace, where: _Where, _want: bool, negated: bool) -> list[Need]:
    node = trace.node
    if isinstance(node, nodes.Literal):
        return []
    path = where.place(node)
    return [
        Observation(
            path, "false" if negated else "true", _holds(trace, negated), value=_plain(where.value(path))
        )
    ]


def _presence(trace: Trace, where: _Where, _want: bool, negated: bool) -> list[Need]:
    node = trace.node
    path = where.place(node.path)
    value = where.value(path)
    shown = _plain(value) if not isinstance(value, dict | list) else None
    asked: Demand = "absent" if node.negated != negated else "present"
    return [Observation(path, asked, _holds(trace, negated), value=shown)]


def _comparison(trace: CompareTrace, where: _Where, _want: bool, negated: bool) -> list[Need]:
    node = trace.node
    one = _Side(node.left, node.operator, trace.left, node.right, trace.right)
    other = _Side(node.right, nodes.TURNED[node.operator], trace.right, node.left, trace.left)
    if negated:
        one, other = (replace(each, operator=nodes.OPPOSITE[each.operator]) for each in (one, other))
    if where.whole:
        return _one_of([(each,) for each in _ways_to_compare(trace, where, (one, other))])
    told = one if isinstance(one.subject, _READ) or not isinstance(other.subject, _READ) else other
    return [_compared(told, where, _holds(trace, negated))]


_READ = nodes.Field | nodes.Count | nodes.OverList
"""What a document holds by itself, or has some number of."""


class _Side(Struct, frozen=True):
    """A comparison as it is asked of one of its sides."""

    subject: nodes.Node
    operator: nodes.Operator
    value: Any
    bound: nodes.Node
    limit: Any


def _compared(side: _Side, where: _Where, held: bool) -> Observation:
    subject, bound = side.subject, side.bound
    path: FieldPath = ()
    counted = isinstance(subject, nodes.Count | nodes.OverList)
    if isinstance(subject, _READ):
        path = where.place(subject.source if isinstance(subject, nodes.Count | nodes.OverList) else subject)
    return Observation(
        path,
        "amount" if counted else "compare",
        held,
        value=_plain(side.value),
        operator=side.operator,
        limit=_plain(side.limit),
        limit_name=bound.name if isinstance(bound, nodes.Named) else None,
        limit_path=where.place(bound) if isinstance(bound, nodes.Field) else None,
        condition=subject if counted else None,
        assumed=isinstance(subject, nodes.Field) and _is_assumed(where, path, side.value),
    )


def _ways_to_compare(trace: CompareTrace, where: _Where, sides: Iterable[_Side]) -> Iterator[Need]:
    """Yield what would make either side compare with the other, where that is known, and then the fields not given."""
    for each in sides:
        if _plain(each.limit) is None:
            continue
        subject, seen = each.subject, _compared(each, where, False)
        if isinstance(subject, nodes.Field):
            yield seen
        elif isinstance(subject, nodes.Count | nodes.OverList):
            within = (one for one in trace.inner if isinstance(one, CountTrace | AggregateTrace))
            entries = next((one.entries for one in within if one.node == subject), None) or ()
            yield InList(seen, partial(_counted, seen, subject, entries, where), may_add=True)
    for node in nodes.walk(trace.node):
        if isinstance(node, nodes.Field) and node.root in where.scope.places:
            place = where.place(node)
            if where.value(place) is None:
                yield Observation(place, "present", held=False)


def _is_assumed(where: _Where, path: FieldPath, value: Any) -> bool:
    """Return whether a value is not in the document, but what a field stands for where it is left out."""
    return isinstance(value, str) and where.value(path) is None


def _membership(trace: MemberTrace, where: _Where, _want: bool, negated: bool) -> list[Need]:
    node = trace.node
    held = _holds(trace, negated)
    if isinstance(node.choices, nodes.Field):
        path = where.place(node.choices)
        listed = where.value(path)
        items = tuple(_plain(each) for each in listed) if isinstance(listed, list) else None
        item = _plain(trace.item)
        return [Observation(path, "contains", held, items=items, choices=(item,), negated=negated)]
    choices = tuple(choice.value for choice in node.choices)
    path = where.place(node.item) if isinstance(node.item, nodes.Field) else ()
    value = _plain(trace.item)
    assumed = isinstance(node.item, nodes.Field) and _is_assumed(where, path, value)
    return [Observation(path, "member", held, value=value, choices=choices, negated=negated, assumed=assumed)]


def _all_of(trace: JunctionTrace, where: _Where, want: bool, negated: bool) -> list[Need]:
    """Both ``and`` and ``or``: what failed where something failed, else what held."""
    either = isinstance(trace.node, nodes.Or) != negated
    operands = sorted(trace.operands, key=lacks) if where.whole and either else trace.operands
    seen = [_look(child, where, want, negated) for child in operands if _holds(child, negated) == want]
    if either and not want:
        return _one_of([each for each in seen if each])
    found = [each for part in seen for each in part]
    if not want and any(each.demand != "another" for each in leaves(found)):
        # The entry itself does not fit yet: a second one is not what is missing first.
        found = [
            replace(each, besides=True)
            if isinstance(each, Observation) and each.demand == "another"
            else each
            for each in found
        ]
    return found


def _one_of(ways: Sequence[Sequence[Need]], more: int = 0) -> list[Need]:
    if len(ways) == 1 and not more:
        return list(ways[0])
    return [OneOf(tuple(map(tuple, ways)), more)] if ways else []


def _negation(trace: NotTrace, where: _Where, want: bool, negated: bool) -> list[Need]:
    return _look(trace.operand, where, want, not negated)


def _name(trace: NameTrace, where: _Where, want: bool, negated: bool) -> list[Need]:
    """Look into a definition: its parameters stand where the entries do that it is asked of."""
    node = trace.node
    found = _look(trace.definition, replace(where, scope=where.scope.definition(node)), want, negated)
    if not node.arguments:
        return found
    return [_within(each, node.name) for each in found]


def _within(need: Need, name: str) -> Need:
    if isinstance(need, Observation):
        return need if need.within else replace(need, within=name)
    if isinstance(need, InList):
        return need
    return OneOf(tuple(tuple(_within(each, name) for each in way) for way in need.ways), need.more)


def _conditional(trace: ChoiceTrace, where: _Where, want: bool, negated: bool) -> list[Need]:
    found: list[Need] = []
    for child in (trace.condition, trace.then, trace.otherwise):
        # What decided between the branches need not change where one of them can be mended.
        if child is not None and (want or child is not trace.condition or child.truth == BOTH):
            found.extend(_look(child, where, want, negated))
    return found


def _search(trace: SearchTrace, where: _Where, want: bool, negated: bool) -> list[Need]:
    truth, node, looked_at = trace.truth, trace.node, trace.entries
    source = where.place(node.source)
    if where.whole and not negated:
        seen = _nothing_fits(node, source, truth, len(looked_at or ()), negated)
        entries = partial(_entries, node, looked_at or (), where)
        return [InList(seen, entries, may_add=isinstance(node, nodes.Any) or not looked_at)]
    around = where.entry_of(source)
    if around is not None and not want and not negated:
        # One list searched within itself asks for a second entry beside this one.
        return [Observation(around, "another", held=False, condition=node, variables=where.variables())]
    if looked_at is None or negated:
        return [_nothing_fits(node, source, truth, 0 if looked_at is None else len(looked_at), negated)]
    told: list[list[Need]] = []
    for entry in looked_at:
        if entry.body is None or (entry.where is not None and entry.where.truth != TRUE):
            continue
        inside = where.entry(node, entry.index)
        if _holds(entry.body, False) == want:
            told.append(_look(entry.body, inside, want, False))
    if not told:
        return [_nothing_fits(node, source, truth, len(looked_at), negated)]
    told.sort(key=_distance)
    if want:
        return told[0]
    first, more = told[:CLOSEST], max(0, len(told) - CLOSEST)
    if isinstance(node, nodes.Any):
        return _one_of(first, more)
    together = [each for group in first for each in group]
    return [OneOf((tuple(together),), more)] if more else together


def _entries(node: nodes.OverList, entries: Sequence[Entry], where: _Where) -> Iterator[EntryNeeds]:
    """Yield what the entries lack of which one has to fit, those that lack least first; or all, those that fail."""
    one = isinstance(node, nodes.Any)
    for each in sorted(entries, key=entry_lacks) if one else entries:
        inside = where.entry(node, each.index)
        place = inside.scope.places[node.variable]
        filtered = each.where is not None and each.where.truth == FALSE
        if place in where.scope.places.values() or (filtered and not one):
            continue  # the entry itself is not another one
        asked = (each.where, each.body) if one else (each.body,)
        yield EntryNeeds(place, _lacking(asked, inside))


def _counted(
    seen: Observation, node: nodes.OverList | nodes.Count, entries: Sequence[Entry | Amount], where: _Where
) -> Iterator[EntryNeeds]:
    """Yield what entries lack to count, or what is asked of their figures."""
    for each in entries:
        inside = where.entry(node, each.index)
        figure = None
        if isinstance(node, nodes.OverList) and isinstance(node.body, nodes.Field):
            figure = replace(seen, path=inside.place(node.body), demand="compare")
        yield EntryNeeds(inside.scope.places[node.variable], _lacking((each.where,), inside), figure)


def _lacking(asked: Iterable[Trace | None], where: _Where) -> tuple[tuple[Need, ...], ...]:
    failing = (each for each in asked if each is not None and each.truth != TRUE)
    return tuple(tuple(_look(each, where, False, False)) for each in failing)


def _distance(group: Sequence[Need]) -> int:
    """Return how far an entry is from what is asked: how many conditions fail, absent ones counting more."""
    return sum(0 if each.held else (2 if each.value is None else 1) for each in leaves(group))


def _nothing_fits(
    node: nodes.OverList, source: FieldPath, truth: int, entries: int, negated: bool
) -> Observation:
    return Observation(
        source,
        "entry",
        truth == (FALSE if negated else TRUE),
        condition=node,
        entries=entries,
        negated=negated,
    )


_Look = Callable[[Any, _Where, bool, bool], list[Need]]
_LOOKS: Mapping[type, _Look] = {
    nodes.Literal: _boolean,
    nodes.Field: _boolean,
    nodes.Present: _presence,
    nodes.Compare: _comparison,
    nodes.Member: _membership,
    nodes.And: _all_of,
    nodes.Or: _all_of,
    nodes.Not: _negation,
    nodes.Named: _name,
    nodes.Listed: _name,
    nodes.Conditional: _conditional,
    nodes.Any: _search,
    nodes.All: _search,
}
