"""What an author writes for a definition: the shape of its YAML file, checked by pydantic.

See :mod:`cati_rules.catalog.models` for what is checked here and what elsewhere.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cati_rules.catalog.models import (
    Authored,
    BasisModel,
    Expression,
    FieldPath,
    HeaderModel,
    Identifier,
    SourceModel,
    TextModel,
    ValueModel,
    ValueName,
    Words,
)


class OpenModel(Authored):
    """When the source leaves open whether a condition holds, and why."""

    when: Expression
    why: TextModel


class MeasureModel(Authored):
    """Figures that are compared: where they stand, in which unit, on which boundary."""

    of: FieldPath
    value_field: Annotated[Identifier, Field(alias="field")] = "value"
    unit: Words
    boundary: TextModel | None = None
    comparable_when: Expression | None = None
    narrower_when: Expression | None = None
    wider_when: Expression | None = None


class ConditionModel(Authored):
    """A condition or a level; basis and source come from the ruleset where they are left out.

    ``concerns_when`` says whom it is for; of others it asks nothing.
    """

    id: Identifier
    title: TextModel
    concerns_when: Expression | None = None
    when: Expression
    open: OpenModel | None = None
    claim: Identifier | None = None
    advice: TextModel | None = None
    basis: BasisModel | None = None
    source: SourceModel | None = None
    why: TextModel | None = None


class BrandModel(Authored):
    """A maker's own brand: its labels, and the names of the maker in both languages."""

    labels: list[Words] = Field(min_length=1)
    makers: list[TextModel] = Field(min_length=1)


class ParameterModel(Authored):
    """A number that the source leaves to others."""

    title: TextModel
    unit: Words | None = None


class BodyModel(Authored):
    """What is asked of one kind of document."""

    subject: Identifier
    heading: TextModel | None = None
    brand: BrandModel | None = None
    applies_when: Expression | None = None
    not_applicable: TextModel | None = None
    testable_when: Expression | None = None
    not_testable: TextModel | None = None
    each: ValueName | None = None
    qualifies: ValueName | None = None
    measures: list[MeasureModel] = Field(default_factory=list)
    parameters: dict[ValueName, ParameterModel] = Field(default_factory=dict)
    values: dict[ValueName, ValueModel] = Field(default_factory=dict)
    conditions: list[ConditionModel] = Field(default_factory=list)
    levels: list[ConditionModel] = Field(default_factory=list)


class DefinitionModel(HeaderModel, BodyModel):
    """The file of a definition: the header, what it asks of its first subject, and of further ones."""

    kind: Literal["definition"]
    asks: TextModel
    claim: Identifier | None = None
    basis: BasisModel
    why: TextModel | None = None
    further: list[BodyModel] = Field(default_factory=list)
