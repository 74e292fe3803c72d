"""What an evaluation saw, in the terms of the document: which place, which value, what was asked of it.

What is needed together and what would do instead of each other is told apart (:class:`OneOf`): what is said of a
condition that fails, done, meets it.

A raw trace holds everything that was looked at. This pass picks what explains the result: the conditions that
failed (or, for one that is met, those that carried it), each with the place in the file, the value there and
the limit. Where a list was searched, the entries that came closest are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice, product
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from cati_rules.documents import value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.language import BOTH, FALSE, TRUE, Trace, nodes
from cati_rules.language.trace import (
    ChoiceTrace,
    CompareTrace,
    JunctionTrace,
    MemberTrace,
    NameTrace,
    NotTrace,
    SearchTrace,
)

Value = Decimal | Fraction | str | bool | None
Demand = Literal[
    "present", "absent", "compare", "member", "contains", "true", "false", "entry", "amount", "another"
]

CLOSEST = 2
"""How many entries of a searched list are told of."""


class Observation(Struct, frozen=True):
    """One thing that was looked at.

    ``value`` is None where the document holds nothing there. ``demand`` says what was asked: that it is
    there, that it compares (``operator``, ``limit``), that it is one of ``choices``, that a list contains one
    of them, that it is true. ``entry`` stands for a list in which nothing fits ``condition``; ``entries`` is
    how many were looked at. ``items`` are what a list that was to contain something holds.
    ``another`` asks for a second entry beside the one at ``path``, which fits.
    ``limit_name`` and ``limit_path`` tell where a limit comes from: a named value,
    or another field. ``within`` names the condition on an entry, or the list, that this is a part of.
    ``assumed`` says that the document leaves the field out, and that it then stands for ``value``.
    ``besides`` marks a second entry that is asked for beside what the first one lacks itself.
    """

    path: FieldPath
    demand: Demand
    held: bool
    value: Value = None
    operator: nodes.Operator | None = None
    limit: Value = None
    limit_name: str | None = None
    limit_path: FieldPath | None = None
    choices: tuple[Value, ...] = ()
    condition: nodes.Node | None = None
    negated: bool = False
    entries: int = 0
    variables: tuple[tuple[str, FieldPath], ...] = ()
    items: tuple[Value, ...] | None = None
    within: str | None = None
    assumed: bool = False
    besides: bool = False

    @property
    def is_absent(self) -> bool:
        """Whether the document holds nothing there that could have met the demand."""
        if self.demand == "another":
            return False
        if self.demand == "entry":
            return not self.entries and not self.held
        return self.value is None and self.items is None and not self.held


class OneOf(Struct, frozen=True):
    """Ways to make something hold, one of which is enough; what a way lists is needed together.

    ``more`` counts entries of a list that are not told of: as alternatives, or, beside a single way, as more of what is
    needed.
    """

    ways: tuple[tuple[Need, ...], ...]
    more: int = 0


Need = Observation | OneOf
Way = tuple[Observation, ...]
MOST_WAYS = 6
"""More ways than this are no answer to what is missing."""


def leaves(needs: Iterable[Need]) -> Iterator[Observation]:
    """Yield all that is seen in some needs, in order."""
    for each in needs:
        if isinstance(each, Observation):
            yield each
        else:
            for way in each.ways:
                yield from leaves(way)


def first_of(needs: Iterable[Need]) -> tuple[Observation, ...]:
    """Return all that is seen in some needs, each once, but for what is asked for only besides."""
    return tuple(dict.fromkeys(each for each in leaves(needs) if not each.besides))


def choices_of(needs: Sequence[Need]) -> Iterator[tuple[tuple[Way, ...], int]]:
    """Yield for each thing needed the ways to have it, of single conditions, and how many more there are untold."""
    for need in needs:
        if isinstance(need, OneOf) and len(need.ways) == 1:
            yield from choices_of(need.ways[0])
            if need.more:
                yield (), need.more
            continue
        found = list(islice(_ways(need), MOST_WAYS + 1))
        more = need.more if isinstance(need, OneOf) else 0
        yield tuple(found[:MOST_WAYS]), more + (len(found) > MOST_WAYS)


def _ways(need: Need) -> Iterator[Way]:
    if isinstance(need, Observation):
        yield (need,)
        return
    for way in need.ways:
        for parts in product(*(tuple(islice(_ways(each), MOST_WAYS + 1)) for each in way)):
            yield tuple(dict.fromkeys(one for part in parts for one in part))


class _Where(Struct, frozen=True):
    """Where the variables of the quantifiers around stand in the document."""

    document: Mapping[str, Any]
    named: Mapping[str, nodes.Node]
    variables: Mapping[str, FieldPath] = field(default_factory=dict)

    def place(self, path: nodes.Field) -> FieldPath:
        return (*self.variables.get(path.root, ()), *path.fields)

    def value(self, path: FieldPath) -> Any:
        return value_at(self.document, path)

    def entry_of(self, source: FieldPath) -> FieldPath | None:
        """Return the entry of the list at ``source`` that is being looked at, if one is."""
        return next((path for path in self.variables.values() if path[:-1] == source), None)

    def within(self, variable: str, path: FieldPath) -> _Where:
        return replace(self, variables={**self.variables, variable: path})


def observe(trace: Trace, document: Mapping[str, Any], named: Mapping[str, nodes.Node]) -> tuple[Need, ...]:
    """Return what explains the truth of ``trace``, evaluated on ``document`` (statements taken out).

    ``named`` are the ruleset's definitions. Of a condition that fails, all that is returned is needed.
    """
    want = trace.truth == TRUE
    return tuple(dict.fromkeys(_look(trace, _Where(document, named), want, False)))


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
    node, left, right = trace.node, trace.left, trace.right
    operator, subject, limit, limit_node = node.operator, node.left, right, node.right
    value = left
    if not isinstance(subject, nodes.Field | nodes.Count | nodes.OverList) and isinstance(
        limit_node, nodes.Field | nodes.Count | nodes.OverList
    ):
        operator, subject, limit_node = nodes.TURNED[operator], limit_node, subject
        value, limit = right, left
    if negated:
        operator = nodes.OPPOSITE[operator]
    held = _holds(trace, negated)
    if isinstance(subject, nodes.Field):
        path, demand = where.place(subject), "compare"
    elif isinstance(subject, nodes.Count | nodes.OverList):
        path, demand = where.place(subject.source), "amount"
    else:
        path, demand = (), "compare"
    return [
        Observation(
            path,
            "amount" if demand == "amount" else "compare",
            held,
            value=_plain(value),
            operator=operator,
            limit=_plain(limit),
            limit_name=limit_node.name if isinstance(limit_node, nodes.Named) else None,
            limit_path=where.place(limit_node) if isinstance(limit_node, nodes.Field) else None,
            condition=subject if demand == "amount" else None,
            assumed=isinstance(subject, nodes.Field) and _is_assumed(where, path, value),
        )
    ]


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
    seen = [_look(child, where, want, negated) for child in trace.operands if _holds(child, negated) == want]
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
    definition = where.named[node.name]
    _, places = nodes.entered(node, definition, where.variables)
    variables = {name: place for name, place in places.items() if name != nodes.DOCUMENT}
    found = _look(trace.definition, replace(where, variables=variables), want, negated)
    if not node.arguments:
        return found
    return [_within(each, node.name) for each in found]


def _within(need: Need, name: str) -> Need:
    if isinstance(need, Observation):
        return need if need.within else replace(need, within=name)
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
    around = where.entry_of(source)
    if around is not None and not want and not negated:
        # One list searched within itself asks for a second entry beside this one.
        return [
            Observation(
                around, "another", held=False, condition=node, variables=tuple(where.variables.items())
            )
        ]
    if looked_at is None or negated:
        return [_nothing_fits(node, source, truth, 0 if looked_at is None else len(looked_at), negated)]
    told: list[list[Need]] = []
    for entry in looked_at:
        if entry.body is None or (entry.where is not None and entry.where.truth != TRUE):
            continue
        inside = where.within(node.variable, (*source, entry.index))
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
