"""An index as it is declared and evaluated: weights, bands, dimensions, groups, indicators, criteria."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from cati_rules.catalog.basis import Basis
from cati_rules.catalog.fields import (
    BY_NAME,
    INHERITED,
    KEY,
    MOST_WEIGHT,
    PART_FILE,
    Bounds,
    Expression,
    Identifier,
    Points,
)
from cati_rules.catalog.ruleset import NamedValue, Ruleset, Source
from cati_rules.language import Node
from cati_rules.text import Text

Award = Literal["sum", "highest"]


class Split(Struct, frozen=True):
    """On which basis an indicator's points are split, and why."""

    basis: Basis
    why: Text


class Weight(Struct, frozen=True, kw_only=True):
    """A factor on the points of an indicator (a pure number).

    ``parameter``: the source leaves it open, and those who run the index may give another.
    """

    id: Annotated[str, KEY]
    factor: Annotated[Decimal, Bounds(gt=0, le=MOST_WEIGHT)] = field(name="is")
    title: Text
    basis: Basis
    source: Source
    why: Text | None = None
    parameter: bool = False


class Band(Struct, frozen=True, kw_only=True):
    """A range of scores with its meaning: ``above`` leaves its lower end out, ``start`` takes it in."""

    id: Identifier
    above: Points | None = None
    start: Points | None = field(name="from", default=None)
    title: Text
    meaning: Text
    basis: Basis
    source: Source

    @property
    def low(self) -> Decimal:
        """The lower end, which belongs to the band unless ``low_open``."""
        return self.start or self.above or Decimal(0)

    @property
    def low_open(self) -> bool:
        """Whether the lower end itself is left out."""
        return self.above is not None

    def holds(self, score: Decimal) -> bool:
        """Return whether ``score`` (points) reaches this band's lower end."""
        return score > self.low if self.low_open else score >= self.low


class Criterion(Struct, frozen=True, kw_only=True):
    """One condition and the points (0.5 steps) that it is worth; the indicator has what is left out.

    ``counts_parent``: a statement of a parent company counts for it too.
    """

    id: Identifier
    points: Points
    effort: Identifier | None = None
    counts_parent: bool = False
    title: Text
    when: Expression
    advice: Text
    basis: Annotated[Basis, INHERITED]
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


class Ceiling(Struct, frozen=True, kw_only=True):
    """Until a condition is met, an indicator and those named before it award at most ``points`` together."""

    points: Points
    beside: tuple[Identifier, ...] = field(name="with", default=())
    until: Expression
    title: Text
    basis: Basis
    source: Source
    why: Text | None = None

    @property
    def node(self) -> Node:
        """The tree of the condition."""
        return self.until.node

    @property
    def expression(self) -> str:
        """The condition as it was written."""
        return self.until.expression


class Indicator(Struct, frozen=True, kw_only=True):
    """One indicator: its points, how its criteria add up, its weight.

    ``may_not_apply`` says of which companies it asks nothing; None where it asks every company.
    """

    id: Identifier
    title: Text
    points: Points
    weight: Identifier
    award: Award
    source: Source
    split: Split | None = None
    effort: Identifier | None = None
    ceiling: Ceiling | None = None
    parallel_to: Identifier | None = None
    may_not_apply: Text | None = None
    criteria: Annotated[tuple[Criterion, ...], Bounds(min_length=1)]


class Group(Struct, frozen=True, kw_only=True):
    """A second-level group of indicators."""

    id: Identifier
    title: Text
    points: Points
    indicators: Annotated[tuple[Indicator, ...], Bounds(min_length=1)]


class Dimension(Struct, frozen=True, kw_only=True):
    """A first-level dimension of an index; one part file holds one."""

    id: Identifier
    title: Text
    points: Points
    groups: Annotated[tuple[Group, ...], Bounds(min_length=1)]

    def indicators(self) -> Iterator[Indicator]:
        """Yield the indicators of all groups in order."""
        for group in self.groups:
            yield from group.indicators


class PrintedColumn(Struct, frozen=True, kw_only=True):
    """A column of a table that the publisher printed: a rate of the points of the rules named."""

    id: Identifier
    of: Annotated[tuple[Identifier, ...], Bounds(min_length=1)]
    title: Text
    overlaps: bool = False


class Printed(Struct, frozen=True, kw_only=True):
    """A table of results that the publisher printed; ``hidden`` names groups that it leaves out."""

    table: Annotated[str, Bounds(pattern=r"^published/[A-Za-z0-9._-]+\.csv$")]
    basis: Basis
    source: Source
    columns: Annotated[tuple[PrintedColumn, ...], Bounds(min_length=1)]
    hidden: tuple[Identifier, ...] = ()


class Effort(Struct, frozen=True, kw_only=True):
    """A class of effort; ``cost`` is what one step of it costs against the others (a pure number)."""

    id: Annotated[str, KEY]
    cost: Annotated[Decimal, Bounds(gt=0, le=1000)]
    title: Text


class Efforts(Struct, frozen=True, kw_only=True):
    """The classes of effort, and why they cost what they do."""

    classes: Annotated[Mapping[Identifier, Effort], Bounds(min_length=1)]
    basis: Basis
    why: Text


class Index(Ruleset, frozen=True, kw_only=True, dict=True):
    """An index: points for what a document discloses; with ``when_asked``, only where it is named.

    ``applies_when`` is what documents it is for; of one that does not say, it is taken to hold. ``split`` is for
    indicators without one. ``shared`` and ``parts`` are the files that ``values`` and ``dimensions`` come from too.
    """

    kind: Literal["index"]
    subject: Identifier
    points: Points
    split: Split
    weights: Annotated[Mapping[Identifier, Weight], Bounds(min_length=1)]
    bands: Annotated[tuple[Band, ...], Bounds(min_length=1)]
    shared: tuple[Identifier, ...] = ()
    values: Annotated[tuple[NamedValue, ...], BY_NAME] = ()
    efforts: Efforts | None = None
    when_asked: bool = False
    applies_when: Expression | None = None
    parts: tuple[Annotated[str, Bounds(pattern=PART_FILE)], ...] = ()
    printed: Printed | None = field(name="published", default=None)
    dimensions: tuple[Dimension, ...] = ()

    @property
    def applies(self) -> Node | None:
        """The tree of what documents it is for."""
        return None if self.applies_when is None else self.applies_when.node

    @property
    def subjects(self) -> tuple[str, ...]:
        """The kinds of document that the index judges: one."""
        return (self.subject,)

    @property
    def always_dated(self) -> bool:
        """An index is of one year, and its score of no other."""
        return True

    @property
    def open_parameters(self) -> tuple[str, ...]:
        """The weights that the source leaves to those who run it."""
        return tuple(each.id for each in self.weights.values() if each.parameter)

    def refuses(self, value: Decimal) -> Text | None:
        """Return what a weight must be, where ``value`` is none; else None."""
        if 0 < value <= MOST_WEIGHT:
            return None
        return Text(
            f"is a weight: a number over 0, {MOST_WEIGHT} at most.",
            f"为权重，应大于 0 且不超过 {MOST_WEIGHT}。",
        )

    def judges(self, kind: str, *, asked: bool) -> bool:
        """Return whether it scores documents of a kind; some only where they are named."""
        return kind == self.subject and (asked or not self.when_asked)

    def selections(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the index, its dimensions, groups and indicators, each with its indicators."""
        yield self.id, tuple(each.id for each in self.indicators())
        for dimension in self.dimensions:
            yield dimension.id, tuple(each.id for each in dimension.indicators())
            for group in dimension.groups:
                yield group.id, tuple(each.id for each in group.indicators)
                yield from ((each.id, (each.id,)) for each in group.indicators)

    def demandable(self) -> Iterator[str]:
        """Yield the index and its indicators."""
        yield self.id
        yield from (each.id for each in self.indicators())

    def waivable(self) -> Iterator[str]:
        """Yield the indicators, each before its criteria."""
        for each in self.indicators():
            yield each.id
            yield from (f"{each.id}/{one.id}" for one in each.criteria)

    def sizes(self) -> Mapping[str, int]:
        """Return the number of indicators, parallel ones included."""
        return {"indicators": sum(1 for _ in self.indicators())}

    def indicators(self) -> Iterator[Indicator]:
        """Yield all indicators in order, parallel ones included."""
        return iter(self._indicators)

    @cached_property
    def _indicators(self) -> tuple[Indicator, ...]:
        return tuple(each for dimension in self.dimensions for each in dimension.indicators())

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


class SharedFile(Struct, frozen=True):
    """A file of definitions that several rulesets share; sources come from the ruleset where they are left out."""

    values: Annotated[tuple[NamedValue, ...], BY_NAME, Bounds(min_length=1)]
