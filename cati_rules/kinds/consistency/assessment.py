"""Finds what in a document contradicts itself or misleads: findings with a severity, never points.

The whole document is looked at, published or not. A finding is made only where its condition is certainly true of what
is stated; what is absent makes none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.documents import format_path, value_at
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
from cati_rules.language import FALSE, TRUE, Evaluator, Node, Trace, compile_node, nodes
from cati_rules.language.repeated import LOOKED_AT
from cati_rules.schema.types import RecordType

if TYPE_CHECKING:
    from cati_rules.language import Explanation

Exact = Decimal | Fraction | str | bool
Caches = dict[FieldPath, dict[Any, Any]]
"""What is evaluated once: for the document (``()``), and for each product in it by its place."""
PRODUCT = "product"
_SHARED_WITH_PRODUCTS = ("material",)
"""Fields that a product may leave out where the document around it has them."""
_COMPUTED = re.compile(r"^[^'\"]*[A-Za-z]")
"""What an operand's text looks like unless it is a constant."""
_CALL = re.compile(r"([a-z][a-z0-9_]*)(?:\([a-z0-9_., ]*\))?")
MOST = 100
"""How many findings of one rule are made on one document: more than anybody reads."""
MOST_LOOKED_AT = 100_000
"""How many entries of long lists one rule looks at: all pairs of 300 entries. What is beyond is not judged."""
_CUT_SHORT = "rules cut short"


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


class Seen(Struct, frozen=True):
    """A value that makes a condition true: that of the field at ``path``, or one computed, as ``text`` says."""

    text: str
    path: FieldPath | None
    value: Exact

    @property
    def name(self) -> str | None:
        """The name of what was computed, without what it was asked of; None for a calculation with names."""
        found = _CALL.fullmatch(self.text)
        return None if found is None else found[1]


def values_seen(finding: ConsistencyFinding, named: Mapping[str, Node]) -> tuple[Seen, ...]:
    """Return what makes the condition of a finding true, in the order in which it was read."""
    from cati_rules.language import explain  # noqa: PLC0415 - most runs find nothing

    told = explain(finding.trace, finding.value, named=named)
    return tuple(dict.fromkeys(_seen(told, finding, TRUE)))


def reasons_seen(finding: ConsistencyFinding, named: Mapping[str, Node]) -> tuple[Seen, ...]:
    """Return the reasons that lower a finding to a note: the fields that state them; empty where none does."""
    from cati_rules.language import explain  # noqa: PLC0415 - most runs find nothing

    if finding.reason is None or not finding.explained:
        return ()
    told = explain(finding.reason, finding.value, named=named)
    return tuple(dict.fromkeys((*_listed(told, finding), *_seen(told, finding, TRUE))))


def _listed(told: Explanation, finding: ConsistencyFinding) -> Iterator[Seen]:
    """Yield the texts that a list was asked for and holds, with their places."""
    if told.truth != TRUE:
        return
    if isinstance(told.node, nodes.Member) and isinstance(told.node.choices, nodes.Field):
        asked, listed = told.operands[0], told.operands[-1]
        choices = () if listed.path is None else value_at(finding.value, listed.path)
        for i, each in enumerate(choices or ()):
            if listed.path is not None and each == asked.value:
                path = finding.placed((*listed.path, i))
                yield Seen(format_path(path), path, each)
    for child in told.children:
        yield from _listed(child, finding)
    for element in told.elements:
        if (element.where is None or element.where.truth == TRUE) and element.body is not None:
            yield from _listed(element.body, finding)


def _seen(told: Explanation, finding: ConsistencyFinding, want: int) -> Iterator[Seen]:
    """Yield the values below what is as it is wanted; of lists, those of the entries that count."""
    if told.truth is not None and told.truth != want:
        return
    inner = want if not isinstance(told.node, nodes.Not) else (FALSE if want == TRUE else TRUE)
    for each in told.operands:
        if each.absent or not isinstance(each.value, Exact):
            continue
        if each.path is not None:
            path = finding.placed(each.path)
            yield Seen(format_path(path), path, each.value)
        elif _COMPUTED.search(each.text):
            yield Seen(each.text, None, each.value)
    for child in told.children:
        yield from _seen(child, finding, inner)
    if told.truth == FALSE and isinstance(told.node, nodes.Any):
        return  # nothing in the list fits: no entry of it tells more than another
    for element in told.elements:
        if (element.where is None or element.where.truth == TRUE) and element.body is not None:
            yield from _seen(element.body, finding, inner)


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
        rules = [rule for rule in self.ruleset.rules() if rule.severity in severities]
        return self._found(document, rules, as_of)

    def _found(
        self, document: Mapping[str, Any], rules: Iterable[ConsistencyRule], as_of: str
    ) -> ConsistencyResult:
        caches: Caches = {}
        found = [
            each
            for rule in rules
            for each in islice((each for each in self.judged(document, rule, caches) if each.found), MOST)
        ]
        found.sort(key=lambda each: SEVERITIES.index(each.severity))
        body = self.ruleset.body(str(document["kind"]))
        cut_short = (rule for cache in caches.values() for rule in cache.get(_CUT_SHORT, ()))
        return ConsistencyResult(self.ruleset, as_of, body, tuple(found), tuple(dict.fromkeys(cut_short)))

    def stopping(self, document: Mapping[str, Any], *, as_of: str) -> ConsistencyResult:
        """Return what is found in a valid ``document``, without nulls, that keeps it from being evaluated."""
        return self._found(document, [rule for rule in self.ruleset.rules() if rule.stop], as_of)

    def not_counted(self, document: Mapping[str, Any]) -> Mapping[FieldPath, ConsistencyRule]:
        """Return the entries of a valid ``document`` whose figure cannot be right, each with the rule that says so.

        A warning that a stated reason explains is none of them.
        """
        caches: Caches = {}
        return {
            each.entry: rule
            for rule in self.ruleset.rules()
            if rule.not_counted
            for each in self.judged(document, rule, caches)
            if each.found and not each.explained
        }

    def judged(
        self, document: Mapping[str, Any], rule: ConsistencyRule, caches: Caches | None = None
    ) -> Iterator[ConsistencyFinding]:
        """Yield a rule's evaluation on the document, and on products in it, whether something is found or not.

        ``caches`` carries what rules share over to the next rule on the same document.
        """
        caches = {} if caches is None else caches
        body = self._body(str(document["kind"]))
        if body is None:
            return
        yield from body.judged(document, rule, (), caches)
        if body.body.products is None or body.body.products not in document:
            return
        products = self._body(PRODUCT)
        if products is None:
            return
        for i, entry in enumerate(document.get(body.body.products, ())):
            product = None if entry is None else entry.get(PRODUCT)
            if product is not None:
                shared = {
                    name: document[name]
                    for name in _SHARED_WITH_PRODUCTS
                    if name in document and name not in product
                }
                within = (body.body.products, i, PRODUCT)
                for each in products.judged({"kind": PRODUCT, **shared, **product}, rule, within, caches):
                    yield replace(each, around=tuple(shared))


class _Body:
    """What is looked at in one kind of document, compiled."""

    def __init__(self, body: ConsistencyBody, record: RecordType) -> None:
        self.body = body
        named = body.named_nodes()
        definitions: dict[str, Any] = {}

        def compiled(node: Node, rule: ConsistencyRule) -> Evaluator:
            return compile_node(
                node,
                world="closed",
                record=_with_entries(record, rule),
                named=named,
                compiled=definitions,
                changing=frozenset((EACH, WITHIN)),
                briefly=True,
            )

        self._evaluators = {rule.id: compiled(rule.node, rule) for rule in body.rules}
        self._reasons = {
            rule.id: compiled(rule.explained_by.node, rule)
            for rule in body.rules
            if rule.explained_by is not None
        }

    def judged(
        self, value: Mapping[str, Any], rule: ConsistencyRule, within: FieldPath, caches: Caches
    ) -> Iterator[ConsistencyFinding]:
        evaluate, explains = self._evaluators.get(rule.id), self._reasons.get(rule.id)
        if evaluate is None:
            return
        cache = caches.setdefault(within, {})
        most = cache.get(LOOKED_AT, 0) + MOST_LOOKED_AT
        for entry, around in _entries(value, rule.lists):
            if cache.get(LOOKED_AT, 0) > most and not rule.stop:  # what cannot be is never passed over
                cache.setdefault(_CUT_SHORT, []).append(rule)
                return
            seen = {**value, **around}
            trace = evaluate(seen, cache)
            reason = None if explains is None or trace.truth != TRUE else explains(seen, cache)
            path = _told_at(value, entry, rule, within)
            yield ConsistencyFinding(rule, path, trace, seen, within, (*within, *entry), reason=reason)


def _entries(
    value: Mapping[str, Any], lists: tuple[str, ...]
) -> Iterator[tuple[FieldPath, Mapping[str, Any]]]:
    """Yield the entries that a rule judges, each with its place and what the condition calls it and what is around.

    ``lists`` is empty where the document is judged as a whole; a second list is one within the entries of the first.
    """
    if not lists:
        yield (), {}
        return
    first, *second = lists
    for i, entry in enumerate(value.get(first, ())):
        if not second:
            yield (first, i), {EACH: entry}
            continue
        (name,) = second
        for j, inner in enumerate(() if entry is None else entry.get(name, ())):
            yield (first, i, name, j), {EACH: inner, WITHIN: entry}


def _with_entries(record: RecordType, rule: ConsistencyRule) -> RecordType:
    """Return the types of what a rule's condition speaks of: the document, the entry as ``each``, that around it."""
    return RecordType(record.name, {**record.fields, **entry_types(record, rule.lists)})


def _told_at(
    value: Mapping[str, Any], entry: FieldPath, rule: ConsistencyRule, within: FieldPath
) -> FieldPath:
    """Return the place that is shown: the field that the rule names, or the nearest thing around it that is there."""
    path: FieldPath = (*entry, *rule.at)
    while len(path) > len(entry) and value_at(value, path) is None:
        path = path[:-1]
    return (*within, *path)
