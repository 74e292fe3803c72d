"""A definition as the evaluation sees it: what it judges, what can be compared, conditions, levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from cati_rules.catalog.basis import Basis
from cati_rules.catalog.ruleset import (
    NamedValue,
    Ruleset,
    Source,
    header_of,
    optional_of,
    source_of,
    text_of,
    value_of,
    why_of,
)
from cati_rules.language import Node, from_json, nodes
from cati_rules.text import Text

EACH = "each"
"""The name by which expressions speak of the entry that is judged by itself."""
QUALIFIES = "qualifies"
"""The mark on entries whose product meets the definition."""


class Stated(Struct, frozen=True):
    """An expression with what it says in words."""

    node: Node
    expression: str
    title: Text | None


class Measure(Struct, frozen=True):
    """Figures of the document that the definition compares, in the unit that it compares them in.

    ``of`` is the way to an object with a value and its unit, or to a list of such objects; ``field`` the name of the
    value in it. ``comparable`` says when a figure is on the definition's own boundary; ``narrower``, when it is on
    one that leaves something out, so that the figure asked for is no lower; ``wider``, when it is on one that counts
    more, so that it is no higher. All may speak of the object as ``each``.
    """

    of: tuple[str, ...]
    field: str
    unit: str
    comparable: Stated | None
    narrower: Stated | None
    wider: Stated | None

    def questions(self) -> Iterator[Stated]:
        """Yield what is asked about the boundary of a figure."""
        yield from (each for each in (self.comparable, self.narrower, self.wider) if each is not None)


class Condition(Struct, frozen=True):
    """A condition, or a level: ``opened`` says when the source leaves open whether it holds, and why.

    ``concerns`` says whom the condition is for: of others it asks nothing, and ``node`` holds of them.
    """

    id: str
    title: Text
    node: Node
    expression: str
    concerns: Stated | None
    opened: Stated | None
    claim: str | None
    advice: Text | None
    basis: Basis
    source: Source
    why: Text | None

    @property
    def asked(self) -> Node:
        """What is asked of those whom the condition is for."""
        if self.concerns is None or not isinstance(self.node, nodes.Or):
            return self.node
        return self.node.operands[-1]


class Brand(Struct, frozen=True):
    """Labels, as the schema spells them, and the names of their makers: what a definition of a maker's own is about."""

    labels: tuple[str, ...]
    makers: tuple[Text, ...]


class Parameter(Struct, frozen=True):
    """A number that the source leaves to others, given with the run."""

    name: str
    unit: str | None
    title: Text


class Body(Struct, frozen=True):
    """What a definition asks of one kind of document.

    With ``each``, it judges every entry of that list by itself. ``qualifies`` is the list whose entries are marked
    ``qualifies`` by the product they hold, judged by the definition's own body for products. Levels go from the lowest
    to the highest; a body without conditions and levels cannot be tested, for the reason in ``not_testable``. With
    ``brand``, only a product that carries its label or comes from its maker is judged.
    """

    subject: str
    title: Text | None
    brand: Brand | None
    applies: Stated | None
    testable: Stated | None
    not_testable: Text | None
    each: str | None
    qualifies: str | None
    measures: tuple[Measure, ...]
    parameters: tuple[Parameter, ...]
    values: tuple[NamedValue, ...]
    conditions: tuple[Condition, ...]
    levels: tuple[Condition, ...]

    def named_nodes(self) -> dict[str, Node]:
        """Return the trees of the named values by name."""
        return {value.name: value.node for value in self.values}

    def judged(self) -> Iterator[Condition]:
        """Yield the conditions, then the levels."""
        yield from self.conditions
        yield from self.levels


class Definition(Ruleset, frozen=True):
    """A definition: whether a product, facility, purchase or target meets it, and at which level."""

    asks: Text
    claim: str | None
    bodies: tuple[Body, ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        """The kinds of document that the definition judges."""
        return tuple(each.subject for each in self.bodies)

    def body(self, subject: str) -> Body | None:
        """Return what is asked of documents of a kind, None where nothing is."""
        return next((each for each in self.bodies if each.subject == subject), None)


def definition_of(data: Mapping[str, Any]) -> Definition:
    """Return the definition of a normal form (the JSON that authoring makes and the package stores).

    Raises ``ExpressionError`` or ``KeyError`` on data that authoring did not make.
    """
    return Definition(
        **header_of(data),
        asks=text_of(data["asks"]),
        claim=data["claim"],
        bodies=tuple(_body(each) for each in data["bodies"]),
    )


def _body(data: Mapping[str, Any]) -> Body:
    return Body(
        subject=data["subject"],
        title=optional_of(data["title"]),
        brand=_brand(data["brand"]),
        applies=_stated(data["applies"]),
        testable=_stated(data["testable"]),
        not_testable=optional_of(data["not_testable"]),
        each=data["each"],
        qualifies=data["qualifies"],
        measures=tuple(_measure(each) for each in data["measures"]),
        parameters=tuple(
            Parameter(each["name"], each["unit"], text_of(each["title"])) for each in data["parameters"]
        ),
        values=tuple(value_of(each) for each in data["values"]),
        conditions=tuple(_condition(each) for each in data["conditions"]),
        levels=tuple(_condition(each) for each in data["levels"]),
    )


def _brand(data: Mapping[str, Any] | None) -> Brand | None:
    if data is None:
        return None
    return Brand(tuple(data["labels"]), tuple(text_of(each) for each in data["makers"]))


def _stated(data: Mapping[str, Any] | None) -> Stated | None:
    if data is None:
        return None
    return Stated(from_json(data["tree"]), data["when"], optional_of(data["title"]))


def _measure(data: Mapping[str, Any]) -> Measure:
    return Measure(
        of=tuple(data["of"]),
        field=data["field"],
        unit=data["unit"],
        comparable=_stated(data["comparable"]),
        narrower=_stated(data["narrower"]),
        wider=_stated(data["wider"]),
    )


def _condition(data: Mapping[str, Any]) -> Condition:
    return Condition(
        id=data["id"],
        title=text_of(data["title"]),
        node=from_json(data["tree"]),
        expression=data["when"],
        concerns=_stated(data["concerns"]),
        opened=_stated(data["opened"]),
        claim=data["claim"],
        advice=optional_of(data["advice"]),
        basis=data["basis"],
        source=source_of(data["source"]),
        why=why_of(data),
    )
