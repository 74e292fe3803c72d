"""A definition as it is declared and evaluated: what it judges, what can be compared, conditions, levels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Struct, field

from cati_rules.catalog.basis import Basis
from cati_rules.catalog.fields import (
    BY_NAME,
    COMPUTED,
    INHERITED,
    KEY,
    Bounds,
    Expression,
    Identifier,
    Stated,
    Steps,
    ValueName,
    Words,
    stated,
)
from cati_rules.catalog.ruleset import NamedValue, Ruleset, Source
from cati_rules.language import Node, nodes
from cati_rules.text import Text

EACH = "each"
"""The name by which expressions speak of the entry that is judged by itself."""
METALS = ("product", "facility", "purchases")
"""Kinds of document that every definition has something to say of."""
QUALIFIES = "qualifies"
"""The mark on entries whose product meets the definition."""


class Open(Struct, frozen=True):
    """When the source leaves open whether a condition holds, and why."""

    when: Expression
    why: Text


class Measure(Struct, frozen=True, kw_only=True):
    """Figures of the document that the definition compares, in the unit that it compares them in.

    ``of`` is the way to an object with a value and its unit, or to a list of such objects; ``field`` the name of the
    value in it. ``comparable`` says when a figure is on the definition's own boundary; ``narrower``, when it is on
    one that leaves something out, so that the figure asked for is no lower; ``wider``, when it is on one that counts
    more, so that it is no higher. All may speak of the object as ``each``.
    """

    of: Steps
    field: Identifier = "value"
    unit: Words
    boundary: Text | None = None
    comparable_when: Expression | None = None
    narrower_when: Expression | None = None
    wider_when: Expression | None = None

    @property
    def comparable(self) -> Stated | None:
        """What is asked of a figure that is on the definition's own boundary."""
        return stated(self.comparable_when, self.boundary)

    @property
    def narrower(self) -> Stated | None:
        """What is asked of one that leaves something out."""
        return stated(self.narrower_when)

    @property
    def wider(self) -> Stated | None:
        """What is asked of one that counts more."""
        return stated(self.wider_when)

    def questions(self) -> Iterator[Stated]:
        """Yield what is asked about the boundary of a figure."""
        yield from (each for each in (self.comparable, self.narrower, self.wider) if each is not None)


class Condition(Struct, frozen=True, kw_only=True):
    """A condition, or a level: ``opened`` says when the source leaves open whether it holds, and why.

    ``concerns`` says whom the condition is for: of others it asks nothing, and ``node`` holds of them. The ruleset has
    the basis and source that are left out.
    """

    id: Identifier
    title: Text
    concerns_when: Expression | None = None
    when: Expression
    open: Open | None = None
    claim: Identifier | None = None
    advice: Text | None = None
    basis: Annotated[Basis, INHERITED]
    source: Annotated[Source, INHERITED]
    why: Text | None = None

    @property
    def node(self) -> Node:
        """The tree of the condition; it holds of those whom the condition is not for."""
        return self.when.node

    @property
    def expression(self) -> str:
        """The condition as it was written."""
        return self.when.expression

    @property
    def concerns(self) -> Stated | None:
        """Whom the condition is for; None where it is for all."""
        return stated(self.concerns_when)

    @property
    def opened(self) -> Stated | None:
        """When the source leaves open whether it holds, and why; None where it never does."""
        return None if self.open is None else stated(self.open.when, self.open.why)

    @property
    def asked(self) -> Node:
        """What is asked of those whom the condition is for."""
        if self.concerns is None or not isinstance(self.node, nodes.Or):
            return self.node
        return self.node.operands[-1]


class Brand(Struct, frozen=True, kw_only=True):
    """Labels, as the schema spells them, and the names of their makers: what a definition of a maker's own is about."""

    labels: Annotated[tuple[Words, ...], Bounds(min_length=1)]
    makers: Annotated[tuple[Text, ...], Bounds(min_length=1)]


class Parameter(Struct, frozen=True, kw_only=True):
    """A number that the source leaves to others, given with the run."""

    name: Annotated[ValueName, KEY]
    title: Text
    unit: Words | None = None


class Body(Struct, frozen=True, kw_only=True):
    """What a definition asks of one kind of document.

    With ``each``, it judges every entry of that list by itself. ``qualifies`` is the list whose entries are marked
    ``qualifies`` by the product they hold, judged by the definition's own body for products. Levels go from the lowest
    to the highest; a body without conditions and levels cannot be tested, for the reason in ``not_testable``. With
    ``brand``, only a product that carries its label or comes from its maker is judged.
    """

    subject: Identifier
    title: Text | None = field(name="heading", default=None)
    brand: Brand | None = None
    applies_when: Expression | None = None
    not_applicable: Text | None = None
    testable_when: Expression | None = None
    not_testable: Text | None = None
    each: ValueName | None = None
    qualifies: ValueName | None = None
    measures: tuple[Measure, ...] = ()
    parameters: Annotated[tuple[Parameter, ...], BY_NAME] = ()
    values: Annotated[tuple[NamedValue, ...], BY_NAME] = ()
    conditions: tuple[Condition, ...] = ()
    levels: tuple[Condition, ...] = ()

    @property
    def applies(self) -> Stated | None:
        """What says whether the definition applies, and in words when it does not."""
        return stated(self.applies_when, self.not_applicable)

    @property
    def testable(self) -> Stated | None:
        """What says whether it can be tested."""
        return stated(self.testable_when)

    def named_nodes(self) -> dict[str, Node]:
        """Return the trees of the named values by name."""
        return {value.name: value.node for value in self.values}

    def judged(self) -> Iterator[Condition]:
        """Yield the conditions, then the levels."""
        yield from self.conditions
        yield from self.levels


class Definition(Ruleset, frozen=True, kw_only=True):
    """A definition: whether a product, facility, purchase or target meets it, and at which level.

    With ``when_asked``, it judges only where it is named.

    The author writes the first of the ``bodies`` beside the fields of the whole, and the others as ``further``; basis
    and why are for conditions without their own.
    """

    kind: Literal["definition"]
    when_asked: bool = False
    asks: Text
    claim: Identifier | None = None
    basis: Basis
    why: Text | None = None
    further: tuple[Body, ...] = ()
    bodies: Annotated[tuple[Body, ...], COMPUTED] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The kinds of document that the definition judges."""
        return tuple(each.subject for each in self.bodies)

    @property
    def only_when_asked(self) -> bool:
        """Whether it judges only where it is named."""
        return self.when_asked

    @property
    def not_testable(self) -> Text | None:
        """The reason that the first of the bodies gives where none of them asks for anything."""
        if any(True for body in self.bodies for _ in body.judged()):
            return None
        return next((each.not_testable for each in self.bodies if each.not_testable is not None), None)

    @property
    def held_against_consistency(self) -> bool:
        """What contradicts itself is not met."""
        return True

    @property
    def open_parameters(self) -> tuple[str, ...]:
        """The limits that the source leaves to those who run it."""
        return tuple(each.name for body in self.bodies for each in body.parameters)

    def judges(self, kind: str, *, asked: bool) -> bool:
        """Return whether it says something of documents of a kind: of metals, if only that it judges another kind."""
        return asked or (not self.when_asked and (kind in METALS or kind in self.subjects))

    def demandable(self) -> Iterator[str]:
        """Yield the definition, and each of its levels."""
        yield self.id
        yield from (f"{self.id}:{level.id}" for body in self.bodies for level in body.levels)

    def waivable(self) -> Iterator[str]:
        """Yield the definition, its conditions and its levels."""
        judged = (each.id for body in self.bodies for each in body.judged())
        yield from dict.fromkeys((self.id, *judged))

    def body(self, subject: str) -> Body | None:
        """Return what is asked of documents of a kind, None where nothing is."""
        return next((each for each in self.bodies if each.subject == subject), None)
