"""A ruleset as the evaluation sees it: checked, complete, frozen.

The authored YAML is turned once into a *normal form* (plain JSON: everything inherited is written out, every
expression is a stored tree) by :mod:`cati_rules.catalog.authoring`; :mod:`cati_rules.catalog.store` turns that into
an :class:`~cati_rules.kinds.index.rules.Index`, a :class:`~cati_rules.kinds.definition.rules.Definition` or a
:class:`~cati_rules.kinds.consistency.rules.Consistency`. Both a freshly authored ruleset and a stored one come this
way. Here is what the kinds share.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from msgspec import Struct

from cati_rules.catalog.basis import Basis
from cati_rules.catalog.period import Period, Standing, period_of
from cati_rules.language import Node, from_json
from cati_rules.language.nodes import EACH, Function
from cati_rules.text import Text

Absent = Literal["not-disclosed", "unknown"]
Kind = Literal["index", "definition", "consistency"]


class Source(Struct, frozen=True):
    """Where a rule or number comes from: a document of the ruleset and the place in it."""

    document: str
    locator: Text


class Bibliography(Struct, frozen=True):
    """A document that rules are read from."""

    id: str
    title: Text
    publisher: Text
    published: str


class NamedValue(Struct, frozen=True):
    """An expression that others use by name: a number, a condition, or (``listed``) a list of entries."""

    name: str
    node: Node
    expression: str
    unit: str | None
    title: Text
    basis: Basis
    source: Source
    why: Text | None
    listed: bool = False

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """What it is asked of: the name of each, and the list in the document whose entries it stands for."""
        if not isinstance(self.node, Function):
            return ()
        own = self.node.parameters[:-1] if self.listed else self.node.parameters
        return tuple((name, ".".join(each for each in place if each != EACH)) for name, place in own)

    @property
    def call(self) -> str:
        """How it is used in an expression."""
        names = ", ".join(name for name, _ in self.parameters)
        return f"{self.name}({names})" if names else self.name


class Row(Struct, frozen=True):
    """A row of a table of a source that a ruleset encodes."""

    document: str
    table: str
    row: str


class Ruleset(Struct, frozen=True):
    """One edition of a standard, as rules; ``standard`` is what its editions have in common."""

    id: str
    edition: str
    standard: str
    kind: Kind
    title: Text
    publisher: Text
    period: Period
    absent: Absent
    source: Source
    documents: Mapping[str, Bibliography]
    rows: tuple[Row, ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        """The kinds of document that the ruleset judges; each kind of ruleset says it."""
        raise NotImplementedError

    def standing(self, date: str) -> Standing:
        """Return how this edition stands on ``date`` (ISO)."""
        return self.period.standing(date)

    def in_force(self, date: str) -> bool:
        """Return whether this edition applies on ``date`` (ISO), or may apply as far as its dates are told."""
        return self.standing(date) in ("in_force", "perhaps")


class Header(TypedDict):
    """The fields of :class:`Ruleset`, to make any kind with."""

    id: str
    edition: str
    standard: str
    kind: Kind
    title: Text
    publisher: Text
    period: Period
    absent: Absent
    source: Source
    documents: Mapping[str, Bibliography]
    rows: tuple[Row, ...]


def header_of(data: Mapping[str, Any]) -> Header:
    """Return what a normal form says of the ruleset as a whole."""
    return Header(
        id=data["id"],
        edition=data["edition"],
        standard=data["standard"],
        kind=data["kind"],
        title=text_of(data["title"]),
        publisher=text_of(data["publisher"]),
        period=period_of(data["in_force"]),
        absent=data["absent"],
        source=source_of(data["source"]),
        documents={
            key: Bibliography(key, text_of(each["title"]), text_of(each["publisher"]), each["published"])
            for key, each in data["documents"].items()
        },
        rows=tuple(Row(each["document"], each["table"], each["row"]) for each in data["rows"]),
    )


def text_of(data: Mapping[str, str]) -> Text:
    """Return a text in both languages from its normal form."""
    return Text(data["en"], data["zh"])


def source_of(data: Mapping[str, Any]) -> Source:
    """Return a source from its normal form."""
    return Source(data["document"], text_of(data["locator"]))


def why_of(data: Mapping[str, Any]) -> Text | None:
    """Return the reason in a normal form, None where there is none."""
    return optional_of(data.get("why"))


def optional_of(data: Mapping[str, str] | None) -> Text | None:
    """Return a text in both languages from its normal form, or None."""
    return None if data is None else text_of(data)


def value_of(data: Mapping[str, Any]) -> NamedValue:
    """Return a named value from its normal form."""
    return NamedValue(
        name=data["name"],
        node=from_json(data["tree"]),
        expression=data["is"],
        unit=data.get("unit"),
        title=text_of(data["title"]),
        basis=data["basis"],
        source=source_of(data["source"]),
        why=why_of(data),
        listed=data["list"],
    )
