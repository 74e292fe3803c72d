"""What an author writes for a consistency ruleset: the shape of its YAML file, checked by pydantic.

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
)


class FindingModel(Authored):
    """When a finding is made, and what it says; the source comes from the ruleset where it is left out.

    ``not_counted``: an index does not count the entry that it is made of, as its figure cannot be right.
    """

    id: Identifier
    severity: Literal["error", "warning", "note"]
    each: Annotated[FieldPath | None, Field(pattern=r"^[^.]*(\.[^.]*)?$")] = None
    at: FieldPath | None = None
    when: Expression
    explained_by: Expression | None = None
    not_counted: bool = False
    title: TextModel
    advice: TextModel
    basis: BasisModel
    why: TextModel | None = None
    source: SourceModel | None = None


class ConsistencyBodyModel(Authored):
    """What is looked at in one kind of document."""

    subject: Identifier
    products: ValueName | None = None
    values: dict[ValueName, ValueModel] = Field(default_factory=dict)
    findings: Annotated[list[FindingModel], Field(min_length=1)]


class ConsistencyModel(HeaderModel):
    """The file of a consistency ruleset."""

    kind: Literal["consistency"]
    absent: Literal["not-disclosed"]
    bodies: Annotated[list[ConsistencyBodyModel], Field(min_length=1)]
