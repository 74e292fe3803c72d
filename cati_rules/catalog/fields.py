"""How the fields of a ruleset are declared: once, in the structs that a run works with.

A struct says of each field what it is called in the author's file (``name=``), of which type and form it is, and how it
comes about if the author does not write it as it is (:data:`KEY`, :data:`INHERITED`, :data:`COMPUTED`). From that,
:mod:`cati_rules.catalog.models` checks what an author wrote, :mod:`cati_rules.catalog.reading` reads it, and
:mod:`cati_rules.catalog.store` writes and reads the stored form.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from msgspec import Struct

from cati_rules.language.nodes import Node
from cati_rules.text import Text


class Bounds(Struct, frozen=True):
    """What a value must be like beyond its type: bounds of a number, lengths of a text or list, a pattern."""

    ge: int | None = None
    gt: int | None = None
    le: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


Mark = Literal["key", "inherited", "computed", "by name", "date", "dotted"]
KEY: Mark = "key"
"""What the author names the entry by: the key of the mapping that it stands in."""
INHERITED: Mark = "inherited"
"""It comes from what is around where the author leaves it out."""
COMPUTED: Mark = "computed"
"""No author writes it."""
BY_NAME: Mark = "by name"
"""The author writes a mapping, and each entry has its key."""

MOST_WEIGHT = 100
"""No weight is larger; each is over 0."""
PART_FILE = r"^[A-Za-z0-9._-]+\.yaml$"
"""A part file lies beside the main file."""

Words = Annotated[str, Bounds(min_length=1, max_length=2000)]
Identifier = Annotated[str, Bounds(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
ValueName = Annotated[str, Bounds(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
DottedField = Annotated[str, Bounds(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=120)]
"""The way to a field of a document, with dots."""
Steps = Annotated[tuple[str, ...], "dotted"]
"""A :data:`DottedField` as its steps."""
Told = Annotated[str, "date"]
"""A day, a month or a year: as much of a date as a source tells."""
Points = Annotated[Decimal, Bounds(ge=0, le=1000)]


Inherits = TypeVar("Inherits")


def inherited(own: Inherits | None, around: Inherits) -> Inherits:
    """Return what the author wrote, or what holds around it where nothing was written."""
    return around if own is None else own


class Expression(Struct, frozen=True):
    """An expression as it was written, and the tree that it becomes; the author writes the text alone."""

    expression: str
    node: Node


class Stated(Struct, frozen=True):
    """An expression with what it says in words."""

    node: Node
    expression: str
    title: Text | None


def stated(asked: Expression | None, title: Text | None = None) -> Stated | None:
    """Return an expression with its words; None where there is none."""
    return None if asked is None else Stated(asked.node, asked.expression, title)
