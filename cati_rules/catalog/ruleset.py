"""A ruleset as the evaluation sees it: checked, complete, frozen; here is what the kinds share.

The structs are the one declaration of what a ruleset says (:mod:`cati_rules.catalog.fields`). Authoring
(:mod:`cati_rules.catalog.authoring`) makes them from YAML, with all that is inherited written out and every expression
as its tree; the stored form (:mod:`cati_rules.catalog.store`) is the same structs as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Struct, field

from cati_rules.catalog.basis import Basis
from cati_rules.catalog.fields import (
    COMPUTED,
    INHERITED,
    KEY,
    Bounds,
    DottedField,
    Expression,
    Identifier,
    Told,
    ValueName,
    Words,
)
from cati_rules.catalog.period import Period, Standing
from cati_rules.language.nodes import Node
from cati_rules.text import Text

Absent = Literal["not-disclosed", "unknown"]
Kind = Literal["index", "definition", "consistency"]


class Source(Struct, frozen=True):
    """Where a rule or number comes from: a document of the ruleset and the place in it."""

    document: Identifier
    locator: Text


class InForce(Period, frozen=True):
    """From when, and until when, an edition applies, or when what never came into force was proposed.

    The first of a month needs the ``source`` that names the day.
    """

    source: Source | None = None


class Bibliography(Struct, frozen=True, kw_only=True):
    """A document that rules are read from; ``dated`` is where it names the first of a month as its day."""

    id: Annotated[str, KEY]
    title: Text
    publisher: Text
    published: Told
    dated: Text | None = None


class NamedValue(Struct, frozen=True, kw_only=True):
    """An expression that others use by name: a number, a condition, or (``listed``) a list of entries.

    ``of`` is what it is asked of: a name for each, and the list in the document whose entries it stands for.
    """

    name: Annotated[ValueName, KEY]
    of: Annotated[Mapping[ValueName, DottedField], Bounds(max_length=2)] = {}
    asked: Expression = field(name="is")
    unit: Words | None = None
    title: Text
    basis: Basis
    source: Annotated[Source, INHERITED]
    why: Text | None = None
    listed: Annotated[bool, COMPUTED] = False

    @property
    def node(self) -> Node:
        """The tree of the expression."""
        return self.asked.node

    @property
    def expression(self) -> str:
        """The expression as it was written."""
        return self.asked.expression

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """What it is asked of: the name of each, and the list in the document whose entries it stands for."""
        return tuple(self.of.items())

    @property
    def call(self) -> str:
        """How it is used in an expression."""
        return f"{self.name}({', '.join(self.of)})" if self.of else self.name


class Row(Struct, frozen=True):
    """A row of a table of a source that a ruleset encodes."""

    document: Identifier
    table: Identifier
    row: Words


class Ruleset(Struct, frozen=True, kw_only=True):
    """One edition of a standard, as rules; ``standard`` is what its editions have in common.

    ``documents`` are those that its rules are read from.
    """

    id: Identifier
    edition: Words
    standard: Annotated[Identifier, INHERITED]
    kind: Kind
    title: Text
    publisher: Text
    period: InForce = field(name="in_force")
    absent: Absent
    source: Source
    documents: Mapping[Identifier, Bibliography] = {}
    rows: tuple[Row, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The kinds of document that the ruleset judges; each kind of ruleset says it."""
        raise NotImplementedError

    @property
    def always_dated(self) -> bool:
        """Whether a run says of itself that the edition does not apply on its date, though nobody named it."""
        return False

    @property
    def only_when_asked(self) -> bool:
        """Whether it judges nothing unless it is named."""
        return False

    @property
    def held_against_consistency(self) -> bool:
        """Whether its results rest on a document that does not contradict itself."""
        return False

    @property
    def open_parameters(self) -> tuple[str, ...]:
        """The numbers that the source leaves to those who run it, by name."""
        return ()

    @property
    def not_testable(self) -> Text | None:
        """Why nothing in it can be tested; None where something can."""
        return None

    def sizes(self) -> Mapping[str, int]:
        """Return how many there are of what a list of rulesets counts, by its name."""
        return {}

    def refuses(self, value: Decimal) -> Text | None:  # noqa: ARG002 - any number will do
        """Return what a number that it leaves to others must be, where ``value`` is not that; else None."""
        return None

    def judges(self, kind: str, *, asked: bool) -> bool:  # noqa: ARG002 - asked or not
        """Return whether it has something to say of documents of a kind; ``asked``: it was named."""
        return kind in self.subjects

    def selections(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield what people ask for by name, each with the rules that it stands for; none for the whole."""
        yield self.id, ()

    def demandable(self) -> Iterator[str]:
        """Yield the names of what can be demanded to be met."""
        yield self.id

    def waivable(self) -> Iterator[str]:
        """Yield the names of what can be waived."""
        yield self.id

    def standing(self, date: str) -> Standing:
        """Return how this edition stands on ``date`` (ISO)."""
        return self.period.standing(date)

    def in_force(self, date: str) -> bool:
        """Return whether this edition applies on ``date`` (ISO), or may apply as far as its dates are told."""
        return self.standing(date) in ("in_force", "perhaps")


class BibliographyFile(Struct, frozen=True):
    """The file of documents that any ruleset may name as its source."""

    documents: Mapping[Identifier, Bibliography]
