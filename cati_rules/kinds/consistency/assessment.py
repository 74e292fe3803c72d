"""Finds what in a document contradicts itself or misleads: findings with a severity, never points.

The whole document is looked at, published or not. A finding is made only where its condition is certainly true of what
is stated; what is absent makes none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any, ClassVar

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.documents import value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.consistency.rules import (
    SEVERITIES,
    WITHIN,
    Consistency,
    ConsistencyBody,
    ConsistencyRule,
    Severity,
    entry_types,
)
from cati_rules.kinds.definition.rules import EACH
from cati_rules.language import TRUE, Trace, depends_on, nodes
from cati_rules.language.repeated import LONG, LOOKED_AT
from cati_rules.language.ruleset_conditions import Conditions
from cati_rules.schema.types import RecordType

Exact = Decimal | Fraction | str | bool
Caches = dict[FieldPath, dict[Any, Any]]
"""What is evaluated once: for the document (``()``), and for each product in it by its place."""
PRODUCT = "product"
_SHARED_WITH_PRODUCTS = ("material",)
"""Fields that a product may leave out where the document around it has them."""
MOST = 100
"""How many findings of one rule are made on one document: more than anybody reads."""
MOST_LOOKED_AT = 100_000
"""How many entries of long lists one rule looks at: all pairs of 300 entries. What is beyond is not judged."""
_CUT_SHORT = "rules cut short"
_CONTAINERS = (dict, list)


class ConsistencyFinding(Struct, frozen=True):
    """One rule on a document, or on one entry of a list.

    ``path`` is the place that is shown. ``value`` is what the condition was evaluated on; it stands at ``within`` in
    the document, except for fields in ``around``, which come from the document itself. What the condition calls
    ``each`` stands at ``entry``, and what it calls ``within`` is the entry around that. ``reason`` is the trace of
    whether the document states a reason for what was found, None where the rule knows of none.
    """

    rule: ConsistencyRule
    path: FieldPath
    trace: Trace
    value: Mapping[str, Any]
    within: FieldPath = ()
    entry: FieldPath = ()
    around: tuple[str, ...] = ()
    reason: Trace | None = None

    @property
    def found(self) -> bool:
        """Whether the condition is certainly true."""
        return self.trace.truth == TRUE

    @property
    def explained(self) -> bool:
        """Whether the document certainly states a reason for what was found."""
        return self.reason is not None and self.reason.truth == TRUE

    @property
    def severity(self) -> Severity:
        """That of the rule; a note where the document states a reason."""
        return "note" if self.explained else self.rule.severity

    def placed(self, path: FieldPath) -> FieldPath:
        """Return where in the document a place within ``value`` lies."""
        if path[:1] == (EACH,):
            return (*self.entry, *path[1:])
        if path[:1] == (WITHIN,):
            return (*self.entry[:-2], *path[1:])
        return path if path[:1] and path[0] in self.around else (*self.within, *path)


class ConsistencyResult(Struct, frozen=True):
    """What was found in one document, the gravest first. ``body`` is None for other kinds of document.

    ``cut_short`` are rules that did not come to the end of a long list (:data:`MOST_LOOKED_AT`).
    """

    ruleset: Consistency
    as_of: str
    body: ConsistencyBody | None
    findings: tuple[ConsistencyFinding, ...]
    cut_short: tuple[ConsistencyRule, ...] = ()
    judged: ClassVar[bool] = True

    @property
    def outcome(self) -> str:
        """What it came to, for machines: how many findings there are."""
        return str(len(self.findings))

    def counts(self) -> dict[Severity, int]:
        """Return how many findings there are of each severity that occurs, the gravest first."""
        counted = Counter(each.severity for each in self.findings)
        return {severity: counted[severity] for severity in SEVERITIES if counted[severity]}


class ConsistencyAssessor:
    """A consistency ruleset ready to look at documents of every kind that it knows."""

    def __init__(self, ruleset: Consistency, record_of: Callable[[str], RecordType]) -> None:
        """Take ``ruleset``; ``record_of`` gives the types of a kind of document."""
        self.ruleset = ruleset
        self._record_of = record_of
        self._bodies: dict[str, _Body | None] = {}
        self._rules: dict[str, tuple[ConsistencyRule, ...]] = {}
        self._last: tuple[Mapping[str, Any] | None, ConsistencyResult | None] = (None, None)

    def rules_on(self, document: Mapping[str, Any]) -> tuple[ConsistencyRule, ...]:
        """Return the rules that look at documents of a kind, and at products in them."""
        subject = str(document["kind"])
        if subject not in self._rules:
            body = self.ruleset.body(subject)
            within = None if body is None or body.products is None else self.ruleset.body(PRODUCT)
            rules = {each.id for one in (body, within) if one is not None for each in one.rules}
            self._rules[subject] = tuple(each for each in self.ruleset.rules() if each.id in rules)
        return self._rules[subject]

    def _body(self, subject: str) -> _Body | None:
        """Return what is looked at in documents of a kind, compiled when the first of them is met."""
        if subject not in self._bodies:
            body = self.ruleset.body(subject)
            self._bodies[subject] = None if body is None else _Body(body, self._record_of(subject))
        return self._bodies[subject]

    def assess(
        self, document: Mapping[str, Any], *, as_of: str, severities: Collection[Severity] = SEVERITIES
    ) -> ConsistencyResult:
        """Return what is found in a valid ``document``, without nulls, as of an ISO date; of some severities only."""
        rules = [rule for rule in self.rules_on(document) if rule.severity in severities]
        result = self._found(document, rules, as_of)
        if severities == SEVERITIES:
            self._last = (document, result)  # an index asks next which statements do not count
        return result

    def _found(
        self, document: Mapping[str, Any], rules: Iterable[ConsistencyRule], as_of: str
    ) -> ConsistencyResult:
        caches: Caches = {}
        certain = not _has_long_list(document)
        found = [
            each
            for rule in rules
            for each in islice(
                (each for each in self.judged(document, rule, caches, certain=certain) if each.found), MOST
            )
        ]
        found.sort(key=lambda each: SEVERITIES.index(each.severity))
        body = self.ruleset.body(str(document["kind"]))
        cut_short = (rule for cache in caches.values() for rule in cache.get(_CUT_SHORT, ()))
        return ConsistencyResult(self.ruleset, as_of, body, tuple(found), tuple(dict.fromkeys(cut_short)))

    def stopping(self, document: Mapping[str, Any], *, as_of: str) -> ConsistencyResult:
        """Return what is found in a valid ``document``, without nulls, that keeps it from being evaluated."""
        return self._found(document, [rule for rule in self.rules_on(document) if rule.stop], as_of)

    def found_at(
        self, document: Mapping[str, Any], place: FieldPath, rules: Iterable[ConsistencyRule]
    ) -> Iterator[ConsistencyFinding]:
        """Yield what rules find in a ``document`` of what a change at ``place`` can bring about.

        Of rules that look at the entries of a list by themselves that is the entry around the place: what a change
        costs does not grow with the list.
        """
        caches: Caches = {}
        return (each for rule in rules for each in self.judged(document, rule, caches, place) if each.found)

    def concerns(self, finding: ConsistencyFinding, place: FieldPath) -> bool:
        """Return whether a change at ``place`` can take away what was found."""
        body = self._body(PRODUCT if finding.within else str(finding.value["kind"]))
        inside = _inside(place, finding.within)
        return body is not None and inside is not None and body.concerns(finding.rule, finding.entry, inside)

    def not_counted(self, document: Mapping[str, Any]) -> Mapping[FieldPath, ConsistencyRule]:
        """Return the entries of a valid ``document`` whose figure cannot be right, each with the rule that says so.

        A warning that a stated reason explains is none of them.
        """
        caches: Caches = {}
        known, result = self._last
        told = result.findings if known is document and result is not None else None
        certain = told is None and not _has_long_list(document)
        found: dict[FieldPath, ConsistencyRule] = {}
        for rule in self.rules_on(document):
            if rule.not_counted:
                own = [each for each in told or () if each.rule is rule]
                if told is None or len(own) >= MOST:
                    own = [
                        each for each in self.judged(document, rule, caches, certain=certain) if each.found
                    ]
                found.update((each.entry, rule) for each in own if not each.explained)
        return found

    def judged(
        self,
        document: Mapping[str, Any],
        rule: ConsistencyRule,
        caches: Caches | None = None,
        place: FieldPath | None = None,
        *,
        certain: bool = False,
    ) -> Iterator[ConsistencyFinding]:
        """Yield a rule's evaluation on the document, and on products in it, whether something is found or not.

        ``caches`` carries what rules share over to the next rule on the same document. With a ``place``, only what a
        change there can concern is evaluated. With ``certain``, only what is certainly true is told, which takes no
        trace of the rest; entries of long lists are not counted then.
        """
        caches = {} if caches is None else caches
        body = self._body(str(document["kind"]))
        if body is None:
            return
        yield from body.judged(document, rule, (), caches, place, certain=certain)
        if body.body.products is None or body.body.products not in document:
            return
        products = self._body(PRODUCT)
        if products is None:
            return
        for i, entry in _at(document.get(body.body.products, ()), (body.body.products,), place):
            product = None if entry is None else entry.get(PRODUCT)
            within = (body.body.products, i, PRODUCT)
            inside = None if place is None else _inside(place, within)
            if product is not None and (place is None or inside is not None):
                shared = {
                    name: document[name]
                    for name in _SHARED_WITH_PRODUCTS
                    if name in document and name not in product
                }
                value = {"kind": PRODUCT, **shared, **product}
                for each in products.judged(value, rule, within, caches, inside, certain=certain):
                    yield replace(each, around=tuple(shared))


class _Body:
    """What is looked at in one kind of document; a rule is compiled when there is something that it judges."""

    def __init__(self, body: ConsistencyBody, record: RecordType) -> None:
        self.body = body
        self._named = body.named_nodes()
        self._steps: dict[tuple[str, ...], int | None] = {}
        asked = {rule.id: (rule.node, rule) for rule in body.rules}
        reasons = {
            rule.id: (rule.explained_by.node, rule) for rule in body.rules if rule.explained_by is not None
        }
        every = (*asked.values(), *reasons.values())
        evaluators = iter(
            Conditions(
                [node for node, _ in every],
                world="closed",
                record=record,
                named=self._named,
                # What a rule speaks of besides the document: the entry as ``each``, that around it as ``within``.
                entries=[entry_types(record, rule.lists) for _, rule in every],
                briefly=True,
            ).evaluators
        )
        self._evaluators = dict(zip(asked, evaluators, strict=False))
        self._reasons = dict(zip(reasons, evaluators, strict=False))

    def concerns(self, rule: ConsistencyRule, entry: FieldPath, place: FieldPath) -> bool:
        """Return whether a change at ``place`` can change what a rule says of the entry at ``entry``."""
        around = self._around(rule, place)
        return around is not None and _is_same_or_around(around, entry)

    def _around(self, rule: ConsistencyRule, place: FieldPath) -> FieldPath | None:
        """Return what holds all entries that a change at ``place`` can concern, ``()`` for all; None where none can."""
        generic = (rule.id, *(nodes.EACH if isinstance(step, int) else step for step in place))
        if generic not in self._steps:
            self._steps[generic] = self._looked_for(rule, place)
        steps = self._steps[generic]
        return None if steps is None else place[:steps]

    def _looked_for(self, rule: ConsistencyRule, place: FieldPath) -> int | None:
        """Return how many steps of ``place`` hold all that a change there can concern; None where that is nothing."""
        asked = [each.node for each in (rule, rule.explained_by) if each is not None]
        reads = frozenset(each for node in asked for each in depends_on(node, self._named))
        if any(overlap(each, place) for each in reads if each[0] not in (EACH, WITHIN)):
            return 0
        if not rule.lists:
            return None
        first, *second = rule.lists
        of_entry = {EACH: (first, nodes.EACH, *(one for each in second for one in (each, nodes.EACH)))}
        of_entry[WITHIN] = (first, nodes.EACH)
        inner = ((*of_entry[each[0]], *each[1:]) for each in reads if each[0] in of_entry)
        return 2 if any(overlap(each, place) for each in inner) else None

    def judged(
        self,
        value: Mapping[str, Any],
        rule: ConsistencyRule,
        within: FieldPath,
        caches: Caches,
        place: FieldPath | None = None,
        *,
        certain: bool = False,
    ) -> Iterator[ConsistencyFinding]:
        evaluate, explains = self._evaluators.get(rule.id), self._reasons.get(rule.id)
        if evaluate is None:
            return
        around = () if place is None else self._around(rule, place)
        if around is None:
            return
        cache = caches.setdefault(within, {})
        most = cache.get(LOOKED_AT, 0) + MOST_LOOKED_AT
        asked = {**value} if certain else {}  # of which no trace is kept, so that one does for all entries
        for entry, entries in _entries(value, rule.lists, around):
            if cache.get(LOOKED_AT, 0) > most and not rule.stop:  # what cannot be is never passed over
                cache.setdefault(_CUT_SHORT, []).append(rule)
                return
            if certain:
                asked.update(entries)
                if evaluate.truth(asked, cache) != TRUE:
                    continue
            seen = {**value, **entries}
            trace = evaluate(seen, cache)
            reason = None if explains is None or trace.truth != TRUE else explains(seen, cache)
            path = _told_at(value, entry, rule, within)
            yield ConsistencyFinding(rule, path, trace, seen, within, (*within, *entry), reason=reason)


def _entries(
    value: Mapping[str, Any], lists: tuple[str, ...], within: FieldPath
) -> Iterator[tuple[FieldPath, Mapping[str, Any]]]:
    """Yield the entries that a rule judges, each with its place and what the condition calls it and what is around.

    ``lists`` is empty where the document is judged as a whole; a second list is one within the entries of the first.
    ``within`` narrows them to one entry of the first list.
    """
    if not lists:
        yield (), {}
        return
    first, *second = lists
    for i, entry in _at(value.get(first, ()), (first,), within):
        if not second:
            yield (first, i), {EACH: entry}
            continue
        (name,) = second
        for j, inner in enumerate(() if entry is None else entry.get(name, ())):
            yield (first, i, name, j), {EACH: inner, WITHIN: entry}


def _at(listed: Sequence[Any], source: FieldPath, place: FieldPath | None) -> Iterator[tuple[int, Any]]:
    """Yield the entries of the list at ``source`` with their numbers; of a place within one of them, that one."""
    at = len(source)
    if place is not None and len(place) > at and place[:at] == source:
        number = int(place[at])
        return iter([(number, listed[number])] if number < len(listed) else [])
    return enumerate(listed)


def _has_long_list(value: Any) -> bool:
    """Return whether a value holds a list so long that the entries that are looked at in it are counted."""
    if isinstance(value, list) and len(value) > LONG:
        return True
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, _CONTAINERS) and _has_long_list(each):
            return True
    return False


def _inside(place: FieldPath, within: FieldPath) -> FieldPath | None:
    """Return a place as what stands at ``within`` has it, ``()`` for all of that; None where it has nothing to do."""
    if _is_same_or_around(within, place):
        return place[len(within) :]
    if _is_same_or_around(place, within):
        return ()
    return place if place and place[0] in _SHARED_WITH_PRODUCTS else None


def _is_same_or_around(one: FieldPath, other: FieldPath) -> bool:
    """Return whether the second of two places is the first, or lies within it."""
    return other[: len(one)] == one


def overlap(read: FieldPath, place: FieldPath) -> bool:
    """Return whether what a condition reads holds a place, or lies within it; ``[]`` stands for any entry of a list."""
    return all(one == other or nodes.EACH in (one, other) for one, other in zip(read, place, strict=False))


def _told_at(
    value: Mapping[str, Any], entry: FieldPath, rule: ConsistencyRule, within: FieldPath
) -> FieldPath:
    """Return the place that is shown: the field that the rule names, or the nearest thing around it that is there."""
    path: FieldPath = (*entry, *rule.at)
    while len(path) > len(entry) and value_at(value, path) is None:
        path = path[:-1]
    return (*within, *path)
