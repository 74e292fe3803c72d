"""What an author writes: the shape of a ruleset's YAML files, checked by pydantic.

These models say which fields there are, which are required, and of which form; what fields mean together
(points that add up, names that exist, expressions that parse) is checked in
:mod:`cati_rules.catalog.authoring`.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from cati_rules.kinds.index.rules import MOST_WEIGHT

Words = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
ValueName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
FieldPath = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=120)
]
Expression = Annotated[str, StringConstraints(min_length=1)]


def _real_date(value: str) -> str:
    datetime.date.fromisoformat(value + "-01-01"[len(value) - len("2024") :])
    return value


def _as_text(value: object) -> object:
    """Return a year, which YAML reads as a number, as text."""
    return str(value) if isinstance(value, Decimal) else value


Told = Annotated[
    str,
    BeforeValidator(_as_text),
    StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"),
    AfterValidator(_real_date),
]
"""A day, a month or a year: as much of a date as a source tells."""
PART_FILE = r"^[A-Za-z0-9._-]+\.yaml$"
"""A part file lies beside the main file."""
Points = Annotated[Decimal, Field(ge=0, le=1000)]
BasisModel = Literal["published", "quoted", "derived", "interpreted", "unverified"]


class Authored(BaseModel):
    """The base of all models here: nothing unknown is taken, nothing is coerced, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class TextModel(Authored):
    """A text in both languages."""

    en: Words
    zh: Words


class SourceModel(Authored):
    """A document and the place in it."""

    document: Identifier
    locator: TextModel


class BibliographyModel(Authored):
    """A document that rules are read from; ``dated`` is where it names the first of a month as its day."""

    title: TextModel
    publisher: TextModel
    published: Told
    dated: TextModel | None = None


class SplitModel(Authored):
    """On which basis an indicator's points are split, and why."""

    basis: BasisModel
    why: TextModel


class WeightModel(Authored):
    """A factor on points; with ``parameter``, one that those who run the index may change."""

    factor: Annotated[Decimal, Field(gt=0, le=MOST_WEIGHT, alias="is")]
    title: TextModel
    basis: BasisModel
    source: SourceModel
    why: TextModel | None = None
    parameter: bool = False


class BandModel(Authored):
    """A band of scores: ``above`` leaves its lower end out, ``from`` takes it in."""

    id: Identifier
    above: Points | None = None
    start: Annotated[Points | None, Field(alias="from")] = None
    title: TextModel
    meaning: TextModel
    basis: BasisModel
    source: SourceModel


class ValueModel(Authored):
    """An expression with a name: a number, a condition, or a list of entries.

    ``parameters`` are what it is asked of: a name for each, and the list whose entries it stands for.
    """

    parameters: Annotated[dict[ValueName, FieldPath], Field(alias="of", default_factory=dict, max_length=2)]
    expression: Annotated[Expression, Field(alias="is")]
    title: TextModel
    unit: Words | None = None
    basis: BasisModel
    source: SourceModel | None = None
    why: TextModel | None = None


class EffortModel(Authored):
    """A class of effort: how much one step of it costs, against the others."""

    cost: Annotated[Decimal, Field(gt=0, le=1000)]
    title: TextModel


class EffortsModel(Authored):
    """The classes of effort, and why they cost what they do."""

    classes: Annotated[dict[Identifier, EffortModel], Field(min_length=1)]
    basis: BasisModel
    why: TextModel


class CriterionModel(Authored):
    """A condition with its points; basis, why, source and effort come from the indicator where they are left out."""

    id: Identifier
    points: Points
    effort: Identifier | None = None
    counts_parent: bool = False
    title: TextModel
    when: Expression
    advice: TextModel
    basis: BasisModel | None = None
    why: TextModel | None = None
    source: SourceModel | None = None


class CeilingModel(Authored):
    """At most so many points, together with other indicators, until a condition is met."""

    points: Points
    beside: Annotated[list[Identifier], Field(alias="with", default_factory=list)]
    until: Expression
    title: TextModel
    basis: BasisModel
    source: SourceModel
    why: TextModel | None = None


class IndicatorModel(Authored):
    """An indicator; ``may_not_apply`` says of which companies it asks nothing, if there are any."""

    id: Identifier
    title: TextModel
    points: Points
    weight: Identifier
    award: Literal["sum", "highest"]
    source: SourceModel
    split: SplitModel | None = None
    effort: Identifier | None = None
    ceiling: CeilingModel | None = None
    parallel_to: Identifier | None = None
    may_not_apply: TextModel | None = None
    criteria: Annotated[list[CriterionModel], Field(min_length=1)]


class GroupModel(Authored):
    """A group of indicators."""

    id: Identifier
    title: TextModel
    points: Points
    indicators: Annotated[list[IndicatorModel], Field(min_length=1)]


class DimensionModel(Authored):
    """A dimension; one part file holds one."""

    id: Identifier
    title: TextModel
    points: Points
    groups: Annotated[list[GroupModel], Field(min_length=1)]


class InForceModel(Authored):
    """From when, and until when, an edition applies, or when what never came into force was proposed.

    A year or a month stands where that is all that is known: ``basis`` and ``why`` say how. The first of a month
    needs the ``source`` that names the day.
    """

    start: Annotated[Told | None, Field(alias="from")] = None
    until: Told | None = None
    proposed: Told | None = None
    basis: BasisModel | None = None
    source: SourceModel | None = None
    why: TextModel | None = None


class ColumnModel(Authored):
    """A column of a printed table: what its rate is of."""

    id: Identifier
    of: Annotated[list[Identifier], Field(min_length=1)]
    title: TextModel
    overlaps: bool = False


class PublishedModel(Authored):
    """Results that the publisher printed: the table's file, what its columns stand for, what is not printed."""

    table: Annotated[str, StringConstraints(pattern=r"^published/[A-Za-z0-9._-]+\.csv$")]
    basis: BasisModel
    source: SourceModel
    columns: Annotated[list[ColumnModel], Field(min_length=1)]
    hidden: list[Identifier] = Field(default_factory=list)


class RowModel(Authored):
    """A row of a table of a source that the ruleset encodes."""

    document: Identifier
    table: Identifier
    row: Words


class HeaderModel(Authored):
    """What the main files of all rulesets have; ``standard`` is what its editions have in common."""

    id: Identifier
    edition: Words
    standard: Identifier | None = None
    title: TextModel
    publisher: TextModel
    in_force: InForceModel
    absent: Literal["not-disclosed", "unknown"]
    kind: str
    source: SourceModel
    rows: list[RowModel] = Field(default_factory=list)
    documents: dict[Identifier, BibliographyModel] = Field(default_factory=dict)


class IndexModel(HeaderModel):
    """The main file of an index."""

    kind: Literal["index"]
    subject: Identifier
    points: Points
    split: SplitModel
    weights: Annotated[dict[Identifier, WeightModel], Field(min_length=1)]
    bands: Annotated[list[BandModel], Field(min_length=1)]
    shared: list[Identifier] = Field(default_factory=list)
    values: dict[ValueName, ValueModel] = Field(default_factory=dict)
    efforts: EffortsModel | None = None
    when_asked: bool = False
    applies_when: Expression | None = None
    parts: list[Annotated[str, StringConstraints(pattern=PART_FILE)]] = Field(default_factory=list)
    published: PublishedModel | None = None
    dimensions: list[DimensionModel] = Field(default_factory=list)


class BibliographyFile(Authored):
    """The file of documents that any ruleset may name as its source."""

    documents: dict[Identifier, BibliographyModel]


class SharedFile(Authored):
    """A file of definitions that several rulesets share; sources come from the ruleset where they are left out."""

    values: Annotated[dict[ValueName, ValueModel], Field(min_length=1)]
