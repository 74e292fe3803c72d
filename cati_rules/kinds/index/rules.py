"""An index as the evaluation sees it: weights, bands, dimensions, groups, indicators, criteria."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

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
from cati_rules.language import Node, from_json
from cati_rules.text import Text

Award = Literal["sum", "highest"]
MOST_WEIGHT = 100
"""No weight is larger; each is over 0."""


class Weight(Struct, frozen=True):
    """A factor on the points of an indicator (a pure number).

    ``parameter``: the source leaves it open, and those who run the index may give another.
    """

    id: str
    factor: Decimal
    title: Text
    basis: Basis
    source: Source
    why: Text | None
    parameter: bool


class Band(Struct, frozen=True):
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


class Criterion(Struct, frozen=True):
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
    effort: str | None


class Ceiling(Struct, frozen=True):
    """Until a condition is met, an indicator and those named before it award at most ``points`` together."""

    points: Decimal
    beside: tuple[str, ...]
    node: Node
    expression: str
    title: Text
    basis: Basis
    source: Source
    why: Text | None


class Indicator(Struct, frozen=True):
    """One indicator: its points, how its criteria add up, its weight.

    ``may_not_apply`` says of which companies it asks nothing; None where it asks every company.
    """

    id: str
    title: Text
    points: Decimal
    weight: str
    award: Award
    source: Source
    criteria: tuple[Criterion, ...]
    ceiling: Ceiling | None
    parallel_to: str | None
    may_not_apply: Text | None


class Group(Struct, frozen=True):
    """A second-level group of indicators."""

    id: str
    title: Text
    points: Decimal
    indicators: tuple[Indicator, ...]


class Dimension(Struct, frozen=True):
    """A first-level dimension of an index."""

    id: str
    title: Text
    points: Decimal
    groups: tuple[Group, ...]

    def indicators(self) -> Iterator[Indicator]:
        """Yield the indicators of all groups in order."""
        for group in self.groups:
            yield from group.indicators


class PrintedColumn(Struct, frozen=True):
    """A column of a table that the publisher printed: a rate of the points of the rules named."""

    id: str
    of: tuple[str, ...]
    title: Text
    overlaps: bool


class Printed(Struct, frozen=True):
    """A table of results that the publisher printed; ``hidden`` names groups that it leaves out."""

    table: str
    basis: Basis
    source: Source
    columns: tuple[PrintedColumn, ...]
    hidden: tuple[str, ...]


class Effort(Struct, frozen=True):
    """A class of effort; ``cost`` is what one step of it costs against the others (a pure number)."""

    id: str
    cost: Decimal
    title: Text


class Efforts(Struct, frozen=True):
    """The classes of effort, and why they cost what they do."""

    classes: Mapping[str, Effort]
    basis: Basis
    why: Text


class Index(Ruleset, frozen=True):
    """An index: points for what a document discloses; with ``when_asked``, only where it is named.

    ``applies`` is what documents it is for; of one that does not say, it is taken to hold.
    """

    subject: str
    when_asked: bool
    applies: Node | None
    points: Decimal
    weights: Mapping[str, Weight]
    bands: tuple[Band, ...]
    values: tuple[NamedValue, ...]
    efforts: Efforts | None
    dimensions: tuple[Dimension, ...]
    printed: Printed | None

    @property
    def subjects(self) -> tuple[str, ...]:
        """The kinds of document that the index judges: one."""
        return (self.subject,)

    def indicators(self) -> Iterator[Indicator]:
        """Yield all indicators in order, parallel ones included."""
        for dimension in self.dimensions:
            yield from dimension.indicators()

    def indicator(self, identifier: str) -> Indicator | None:
        """Return the indicator of that id, or None."""
        return next((each for each in self.indicators() if each.id == identifier), None)

    @property
    def weighted_points(self) -> Decimal:
        """The most that the weights allow."""
        counted = (each for each in self.indicators() if each.parallel_to is None)
        return sum((each.points * self.weights[each.weight].factor for each in counted), Decimal(0))

    def with_weights(self, factors: Mapping[str, Decimal]) -> Index:
        """Return the index with other factors for the weights named."""
        weights = {
            key: replace(each, factor=factors[key]) if key in factors else each
            for key, each in self.weights.items()
        }
        return replace(self, weights=weights)

    def without(self, left_out: Collection[str]) -> Index:
        """Return the index without some indicators, by id; groups and dimensions without any go with them."""
        dimensions = (replace(each, groups=_groups_without(each, left_out)) for each in self.dimensions)
        return replace(self, dimensions=tuple(each for each in dimensions if each.groups))

    def named_nodes(self) -> dict[str, Node]:
        """Return the trees of the named values by name."""
        return {value.name: value.node for value in self.values}

    def band(self, score: Decimal) -> Band:
        """Return the band that ``score`` (points) falls into: the first whose lower end it reaches."""
        return next(band for band in self.bands if band.holds(score))


def _groups_without(dimension: Dimension, left_out: Collection[str]) -> tuple[Group, ...]:
    groups = (
        replace(
            group,
            indicators=tuple(
                _beside_without(each, left_out) for each in group.indicators if each.id not in left_out
            ),
        )
        for group in dimension.groups
    )
    return tuple(group for group in groups if group.indicators)


def _beside_without(indicator: Indicator, left_out: Collection[str]) -> Indicator:
    """Return an indicator that names none of those left out."""
    ceiling = indicator.ceiling
    if ceiling is not None:
        beside = tuple(name for name in ceiling.beside if name not in left_out)
        ceiling = replace(ceiling, beside=beside)
    gone = indicator.parallel_to in left_out
    return replace(indicator, ceiling=ceiling, parallel_to=None if gone else indicator.parallel_to)


def _criterion(data: Mapping[str, Any]) -> Criterion:
    return Criterion(
        id=data["id"],
        points=Decimal(data["points"]),
        title=text_of(data["title"]),
        node=from_json(data["tree"]),
        expression=data["when"],
        advice=text_of(data["advice"]),
        basis=data["basis"],
        source=source_of(data["source"]),
        why=why_of(data),
        counts_parent=data["counts_parent"],
        effort=data["effort"],
    )


def _ceiling(data: Mapping[str, Any] | None) -> Ceiling | None:
    if data is None:
        return None
    return Ceiling(
        points=Decimal(data["points"]),
        beside=tuple(data["with"]),
        node=from_json(data["tree"]),
        expression=data["until"],
        title=text_of(data["title"]),
        basis=data["basis"],
        source=source_of(data["source"]),
        why=why_of(data),
    )


def _indicator(data: Mapping[str, Any]) -> Indicator:
    return Indicator(
        id=data["id"],
        title=text_of(data["title"]),
        points=Decimal(data["points"]),
        weight=data["weight"],
        award=data["award"],
        source=source_of(data["source"]),
        criteria=tuple(_criterion(each) for each in data["criteria"]),
        ceiling=_ceiling(data.get("ceiling")),
        parallel_to=data.get("parallel_to"),
        may_not_apply=None if data.get("may_not_apply") is None else text_of(data["may_not_apply"]),
    )


def _group(data: Mapping[str, Any]) -> Group:
    return Group(
        id=data["id"],
        title=text_of(data["title"]),
        points=Decimal(data["points"]),
        indicators=tuple(_indicator(each) for each in data["indicators"]),
    )


def _dimension(data: Mapping[str, Any]) -> Dimension:
    return Dimension(
        id=data["id"],
        title=text_of(data["title"]),
        points=Decimal(data["points"]),
        groups=tuple(_group(each) for each in data["groups"]),
    )


def _weight(identifier: str, data: Mapping[str, Any]) -> Weight:
    return Weight(
        id=identifier,
        factor=Decimal(data["is"]),
        title=text_of(data["title"]),
        basis=data["basis"],
        source=source_of(data["source"]),
        why=why_of(data),
        parameter=data["parameter"],
    )


def _band(data: Mapping[str, Any]) -> Band:
    return Band(
        id=data["id"],
        low=Decimal(data["low"]),
        low_open=data["low_open"],
        title=text_of(data["title"]),
        meaning=text_of(data["meaning"]),
        basis=data["basis"],
        source=source_of(data["source"]),
    )


def _printed(data: Mapping[str, Any] | None) -> Printed | None:
    if data is None:
        return None
    return Printed(
        table=data["table"],
        basis=data["basis"],
        source=source_of(data["source"]),
        columns=tuple(
            PrintedColumn(each["id"], tuple(each["of"]), text_of(each["title"]), each["overlaps"])
            for each in data["columns"]
        ),
        hidden=tuple(data["hidden"]),
    )


def _efforts(data: Mapping[str, Any] | None) -> Efforts | None:
    if data is None:
        return None
    classes = {
        key: Effort(key, Decimal(each["cost"]), text_of(each["title"]))
        for key, each in data["classes"].items()
    }
    return Efforts(classes, data["basis"], text_of(data["why"]))


def index_of(data: Mapping[str, Any]) -> Index:
    """Return the index of a normal form (the JSON that authoring makes and the package stores).

    Raises ``ExpressionError`` or ``KeyError`` on data that authoring did not make.
    """
    return Index(
        **header_of(data),
        subject=data["subject"],
        when_asked=data["when_asked"],
        applies=None if data["applies"] is None else from_json(data["applies"]["tree"]),
        points=Decimal(data["points"]),
        weights={key: _weight(key, each) for key, each in data["weights"].items()},
        bands=tuple(_band(each) for each in data["bands"]),
        values=tuple(value_of(each) for each in data["values"]),
        efforts=_efforts(data["efforts"]),
        dimensions=tuple(_dimension(each) for each in data["dimensions"]),
        printed=_printed(data.get("published")),
    )
