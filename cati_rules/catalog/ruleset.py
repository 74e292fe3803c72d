"""A ruleset as the evaluation sees it: checked, complete, frozen.

The authored YAML is turned once into a *normal form* (plain JSON: everything inherited is written out, every
expression is a stored tree) by :mod:`cati_rules.catalog.authoring`; :func:`from_normal_form` turns that into
the types below. Both a freshly authored ruleset and a stored one come this way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from cati_rules.expressions import Node, from_json
from cati_rules.text import Text

Basis = Literal["published", "derived", "interpreted", "unverified"]
Award = Literal["sum", "highest"]

BASIS_TITLES: Mapping[str, Text] = {
    "published": Text("published in the source", "来源文件公布"),
    "derived": Text("derived from the source by calculation", "由来源文件推算"),
    "interpreted": Text("our interpretation, not the publisher's", "本工具的理解，非发布方口径"),
    "unverified": Text("not verified", "未经核实"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule or number comes from: a document of the ruleset and the place in it."""

    document: str
    locator: Text


@dataclass(frozen=True, slots=True)
class Bibliography:
    """A document that rules are read from."""

    id: str
    title: Text
    publisher: Text
    published: str


@dataclass(frozen=True, slots=True)
class Weight:
    """A factor on the points of an indicator (a pure number)."""

    id: str
    factor: Decimal
    title: Text
    basis: Basis
    source: Source
    why: Text | None


@dataclass(frozen=True, slots=True)
class Band:
    """A range of scores with its meaning; ``low`` belongs to the band unless ``low_open``."""

    id: str
    low: Decimal
    low_open: bool
    title: Text
    meaning: Text
    basis: Basis
    source: Source

    def holds(self, score: Decimal) -> bool:
        """Return whether ``score`` (points) reaches this band's lower end."""
        return score > self.low if self.low_open else score >= self.low


@dataclass(frozen=True, slots=True)
class NamedValue:
    """An expression that others use by name."""

    name: str
    node: Node
    expression: str
    unit: str | None
    title: Text
    basis: Basis
    source: Source
    why: Text | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition and the points (0.5 steps) that it is worth.

    ``counts_parent``: a statement of a parent company counts for it too.
    """

    id: str
    points: Decimal
    title: Text
    node: Node
    expression: str
    advice: Text
    basis: Basis
    source: Source
    why: Text | None
    counts_parent: bool


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Until a condition is met, an indicator and those named before it award at most ``points`` together."""

    points: Decimal
    beside: tuple[str, ...]
    node: Node
    expression: str
    title: Text
    basis: Basis
    source: Source
    why: Text | None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: its points, how its criteria add up, its weight."""

    id: str
    title: Text
    points: Decimal
    weight: str
    award: Award
    source: Source
    criteria: tuple[Criterion, ...]
    ceiling: Ceiling | None
    parallel_to: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """A second-level group of indicators."""

    id: str
    title: Text
    points: Decimal
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A first-level dimension of an index."""

    id: str
    title: Text
    points: Decimal
    groups: tuple[Group, ...]

    def indicators(self) -> Iterator[Indicator]:
        """Yield the indicators of all groups in order."""
        for group in self.groups:
            yield from group.indicators


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """A column of a table that the publisher printed: a rate of the points of the rules named."""

    id: str
    of: tuple[str, ...]
    title: Text
    overlaps: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """A table of results that the publisher printed; ``hidden`` names groups that it leaves out."""

    table: str
    basis: Basis
    source: Source
    columns: tuple[PrintedColumn, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ruleset:
    """One edition of a standard, as rules."""

    id: str
    edition: str
    kind: Literal["index"]
    subject: str
    title: Text
    publisher: Text
    in_force_from: str
    in_force_until: str | None
    absent: Literal["not-disclosed", "unknown"]
    points: Decimal
    source: Source
    documents: Mapping[str, Bibliography]
    weights: Mapping[str, Weight]
    bands: tuple[Band, ...]
    values: tuple[NamedValue, ...]
    dimensions: tuple[Dimension, ...]
    printed: Printed | None

    def indicators(self) -> Iterator[Indicator]:
        """Yield all indicators in order, parallel ones included."""
        for dimension in self.dimensions:
            yield from dimension.indicators()

    def indicator(self, identifier: str) -> Indicator | None:
        """Return the indicator of that id, or None."""
        return next((each for each in self.indicators() if each.id == identifier), None)

    def named_nodes(self) -> dict[str, Node]:
        """Return the trees of the named values by name."""
        return {value.name: value.node for value in self.values}

    def band(self, score: Decimal) -> Band:
        """Return the band that ``score`` (points) falls into: the first whose lower end it reaches."""
        return next(band for band in self.bands if band.holds(score))


def _text(data: Mapping[str, str]) -> Text:
    return Text(data["en"], data["zh"])


def _source(data: Mapping[str, Any]) -> Source:
    return Source(data["document"], _text(data["locator"]))


def _why(data: Mapping[str, Any]) -> Text | None:
    why = data.get("why")
    return None if why is None else _text(why)


def _criterion(data: Mapping[str, Any]) -> Criterion:
    return Criterion(
        id=data["id"],
        points=Decimal(data["points"]),
        title=_text(data["title"]),
        node=from_json(data["tree"]),
        expression=data["when"],
        advice=_text(data["advice"]),
        basis=data["basis"],
        source=_source(data["source"]),
        why=_why(data),
        counts_parent=data["counts_parent"],
    )


def _ceiling(data: Mapping[str, Any] | None) -> Ceiling | None:
    if data is None:
        return None
    return Ceiling(
        points=Decimal(data["points"]),
        beside=tuple(data["with"]),
        node=from_json(data["tree"]),
        expression=data["until"],
        title=_text(data["title"]),
        basis=data["basis"],
        source=_source(data["source"]),
        why=_why(data),
    )


def _indicator(data: Mapping[str, Any]) -> Indicator:
    return Indicator(
        id=data["id"],
        title=_text(data["title"]),
        points=Decimal(data["points"]),
        weight=data["weight"],
        award=data["award"],
        source=_source(data["source"]),
        criteria=tuple(_criterion(each) for each in data["criteria"]),
        ceiling=_ceiling(data.get("ceiling")),
        parallel_to=data.get("parallel_to"),
    )


def _group(data: Mapping[str, Any]) -> Group:
    return Group(
        id=data["id"],
        title=_text(data["title"]),
        points=Decimal(data["points"]),
        indicators=tuple(_indicator(each) for each in data["indicators"]),
    )


def _dimension(data: Mapping[str, Any]) -> Dimension:
    return Dimension(
        id=data["id"],
        title=_text(data["title"]),
        points=Decimal(data["points"]),
        groups=tuple(_group(each) for each in data["groups"]),
    )


def _weight(identifier: str, data: Mapping[str, Any]) -> Weight:
    return Weight(
        id=identifier,
        factor=Decimal(data["is"]),
        title=_text(data["title"]),
        basis=data["basis"],
        source=_source(data["source"]),
        why=_why(data),
    )


def _band(data: Mapping[str, Any]) -> Band:
    return Band(
        id=data["id"],
        low=Decimal(data["low"]),
        low_open=data["low_open"],
        title=_text(data["title"]),
        meaning=_text(data["meaning"]),
        basis=data["basis"],
        source=_source(data["source"]),
    )


def _value(data: Mapping[str, Any]) -> NamedValue:
    return NamedValue(
        name=data["name"],
        node=from_json(data["tree"]),
        expression=data["is"],
        unit=data.get("unit"),
        title=_text(data["title"]),
        basis=data["basis"],
        source=_source(data["source"]),
        why=_why(data),
    )


def _printed(data: Mapping[str, Any] | None) -> Printed | None:
    if data is None:
        return None
    return Printed(
        table=data["table"],
        basis=data["basis"],
        source=_source(data["source"]),
        columns=tuple(
            PrintedColumn(each["id"], tuple(each["of"]), _text(each["title"]), each["overlaps"])
            for each in data["columns"]
        ),
        hidden=tuple(data["hidden"]),
    )


def from_normal_form(data: Mapping[str, Any]) -> Ruleset:
    """Return the ruleset of a normal form (the JSON that authoring makes and the package stores).

    Raises ``ExpressionError`` or ``KeyError`` on data that authoring did not make.
    """
    return Ruleset(
        id=data["id"],
        edition=data["edition"],
        kind=data["kind"],
        subject=data["subject"],
        title=_text(data["title"]),
        publisher=_text(data["publisher"]),
        in_force_from=data["in_force"]["from"],
        in_force_until=data["in_force"].get("until"),
        absent=data["absent"],
        points=Decimal(data["points"]),
        source=_source(data["source"]),
        documents={
            key: Bibliography(key, _text(each["title"]), _text(each["publisher"]), each["published"])
            for key, each in data["documents"].items()
        },
        weights={key: _weight(key, each) for key, each in data["weights"].items()},
        bands=tuple(_band(each) for each in data["bands"]),
        values=tuple(_value(each) for each in data["values"]),
        dimensions=tuple(_dimension(each) for each in data["dimensions"]),
        printed=_printed(data.get("published")),
    )
