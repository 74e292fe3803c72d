"""A consistency ruleset as the evaluation sees it: what in a document contradicts itself or misleads.

Its rules make findings, never points and no verdict: what is absent makes none. What cannot both be true keeps verdicts
of definitions that rest on it open (:mod:`cati_rules.kinds.consistency.contradiction`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

from cati_rules.catalog.basis import Basis
from cati_rules.catalog.ruleset import (
    NamedValue,
    Ruleset,
    Source,
    header_of,
    source_of,
    text_of,
    value_of,
    why_of,
)
from cati_rules.kinds.definition.rules import EACH
from cati_rules.language import Node, from_json
from cati_rules.schema.types import FieldType, ListType, RecordType
from cati_rules.text import Text

Severity = Literal["error", "warning", "note"]
"""*error*: two statements cannot both be true; *warning*: most likely wrong, or misleads; *note*: worth a look."""
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""From the gravest to the lightest."""
WITHIN = "within"
"""What a condition calls the entry around ``each``, where that stands in a list within entries."""


class Explanation(Struct, frozen=True):
    """When a document states a reason for what was found, so that the finding is told as a note."""

    node: Node
    expression: str


class ConsistencyRule(Struct, frozen=True):
    """When a finding is made, and what it says.

    With ``each``, every entry of that list (``emissions``), or of that list within the entries of another
    (``targets.progress``), is judged by itself. ``at`` is the way from the entry, or from the document, to the field
    where the finding is told of.
    """

    id: str
    severity: Severity
    each: str | None
    at: tuple[str, ...]
    node: Node
    expression: str
    title: Text
    advice: Text
    basis: Basis
    source: Source
    why: Text | None
    explained_by: Explanation | None = None
    not_counted: bool = False

    @property
    def lists(self) -> tuple[str, ...]:
        """The list that is judged entry by entry, after the one that it is within; empty for the whole document."""
        return () if self.each is None else tuple(self.each.split("."))


class ConsistencyBody(Struct, frozen=True):
    """What is looked at in one kind of document.

    ``products`` is a list whose entries may hold a product, which the rules for products then judge too.
    """

    subject: str
    products: str | None
    values: tuple[NamedValue, ...]
    rules: tuple[ConsistencyRule, ...]

    def named_nodes(self) -> dict[str, Node]:
        """Return the trees of the named values by name."""
        return {value.name: value.node for value in self.values}


class Consistency(Ruleset, frozen=True):
    """Rules that make findings of different severity on several kinds of document."""

    bodies: tuple[ConsistencyBody, ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        """The kinds of document that the ruleset looks at."""
        return tuple(each.subject for each in self.bodies)

    def body(self, subject: str) -> ConsistencyBody | None:
        """Return what is looked at in documents of a kind, None where nothing is."""
        return next((each for each in self.bodies if each.subject == subject), None)

    def rules(self) -> Iterator[ConsistencyRule]:
        """Yield all rules."""
        for body in self.bodies:
            yield from body.rules


def consistency_of(data: Mapping[str, Any]) -> Consistency:
    """Return the ruleset of a normal form (the JSON that authoring makes and the package stores).

    Raises ``ExpressionError`` or ``KeyError`` on data that authoring did not make.
    """
    return Consistency(**header_of(data), bodies=tuple(_body(each) for each in data["bodies"]))


def _body(data: Mapping[str, Any]) -> ConsistencyBody:
    return ConsistencyBody(
        subject=data["subject"],
        products=data["products"],
        values=tuple(value_of(each) for each in data["values"]),
        rules=tuple(_rule(each) for each in data["findings"]),
    )


def _rule(data: Mapping[str, Any]) -> ConsistencyRule:
    return ConsistencyRule(
        id=data["id"],
        severity=data["severity"],
        each=data["each"],
        at=tuple(data["at"]),
        node=from_json(data["tree"]),
        expression=data["when"],
        title=text_of(data["title"]),
        advice=text_of(data["advice"]),
        basis=data["basis"],
        source=source_of(data["source"]),
        why=why_of(data),
        explained_by=_explanation(data["explained_by"]),
        not_counted=data["not_counted"],
    )


def _explanation(data: Mapping[str, Any] | None) -> Explanation | None:
    return None if data is None else Explanation(from_json(data["tree"]), data["when"])


def entry_types(record: RecordType, lists: tuple[str, ...]) -> dict[str, FieldType]:
    """Return the types of ``each``, and of ``within`` where a list within entries is judged.

    Raises:
        TypeError: there is no such list of entries.
    """
    found: list[RecordType] = []
    for name in lists:
        kind = (found[-1] if found else record).fields.get(name)
        if not isinstance(kind, ListType) or not isinstance(kind.item, RecordType):
            raise TypeError(name)
        found.append(kind.item)
    return dict(zip((EACH, WITHIN), reversed(found), strict=False))
