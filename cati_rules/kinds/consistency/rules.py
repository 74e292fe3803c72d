"""A consistency ruleset as the evaluation sees it: what in a document contradicts itself or misleads.

Its rules make findings, never points and no verdict: what is absent makes none. What cannot both be true keeps verdicts
of definitions that rest on it open (:mod:`cati_rules.kinds.consistency.contradiction`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Struct, field

from cati_rules.catalog.basis import Basis
from cati_rules.catalog.fields import BY_NAME, INHERITED, Bounds, Expression, Identifier, Steps, ValueName
from cati_rules.catalog.ruleset import NamedValue, Ruleset, Source
from cati_rules.kinds.definition.rules import EACH
from cati_rules.language import Node
from cati_rules.schema.types import FieldType, ListType, RecordType
from cati_rules.text import Text

Severity = Literal["error", "warning", "note"]
"""*error*: two statements cannot both be true; *warning*: most likely wrong, or misleads; *note*: worth a look."""
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""From the gravest to the lightest."""
WITHIN = "within"
"""What a condition calls the entry around ``each``, where that stands in a list within entries."""


class ConsistencyRule(Struct, frozen=True, kw_only=True):
    """When a finding is made, and what it says.

    With ``each``, every entry of that list (``emissions``), or of that list within the entries of another
    (``targets.progress``), is judged by itself. ``at`` is the way from the entry, or from the document, to the field
    where the finding is told of. A document of which a rule with ``stop`` finds something is not evaluated.
    """

    id: Identifier
    severity: Severity
    each: Annotated[str, Bounds(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=120)] | None = (
        None
    )
    at: Steps = ()
    when: Expression
    explained_by: Expression | None = None
    not_counted: bool = False
    stop: bool = False
    title: Text
    advice: Text
    basis: Basis
    why: Text | None = None
    source: Annotated[Source, INHERITED]

    @property
    def node(self) -> Node:
        """The tree of the condition."""
        return self.when.node

    @property
    def expression(self) -> str:
        """The condition as it was written."""
        return self.when.expression

    @property
    def lists(self) -> tuple[str, ...]:
        """The list that is judged entry by entry, after the one that it is within; empty for the whole document."""
        return () if self.each is None else tuple(self.each.split("."))


class ConsistencyBody(Struct, frozen=True, kw_only=True):
    """What is looked at in one kind of document.

    ``products`` is a list whose entries may hold a product, which the rules for products then judge too.
    """

    subject: Identifier
    products: ValueName | None = None
    values: Annotated[tuple[NamedValue, ...], BY_NAME] = ()
    rules: Annotated[tuple[ConsistencyRule, ...], Bounds(min_length=1)] = field(name="findings")

    def named_nodes(self) -> dict[str, Node]:
        """Return the trees of the named values by name."""
        return {value.name: value.node for value in self.values}


class Consistency(Ruleset, frozen=True, kw_only=True):
    """Rules that make findings of different severity on several kinds of document."""

    kind: Literal["consistency"]
    absent: Literal["not-disclosed"]
    bodies: Annotated[tuple[ConsistencyBody, ...], Bounds(min_length=1)]

    @property
    def subjects(self) -> tuple[str, ...]:
        """The kinds of document that the ruleset looks at."""
        return tuple(each.subject for each in self.bodies)

    def selections(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the ruleset, and each of its rules."""
        names = tuple(each.id for each in self.rules())
        yield self.id, names
        yield from ((name, (name,)) for name in names)

    def demandable(self) -> Iterator[str]:
        """Yield nothing: it has findings, and nothing that could be met."""
        yield from ()

    def waivable(self) -> Iterator[str]:
        """Yield the rules."""
        yield from dict.fromkeys(each.id for each in self.rules())

    def body(self, subject: str) -> ConsistencyBody | None:
        """Return what is looked at in documents of a kind, None where nothing is."""
        return next((each for each in self.bodies if each.subject == subject), None)

    def rules(self) -> Iterator[ConsistencyRule]:
        """Yield all rules."""
        for body in self.bodies:
            yield from body.rules


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
