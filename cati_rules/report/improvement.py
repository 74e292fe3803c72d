"""The way up from a score: steps in their order, what to fill in for each, points and totals."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from cati_rules.report.changes import Edit
from cati_rules.report.index import Column
from cati_rules.report.values import Path
from cati_rules.text import Text


class Filled(Struct, frozen=True):
    """Fields that a step fills in one place of the document; ``new`` says that the place itself is added.

    A field whose value is told stands as ``name = value``.
    """

    place: Path
    fields: tuple[str, ...]
    new: bool


class Step(Struct, frozen=True):
    """A step: the criterion that it meets, its effort and cost, what it gains, and the ``score`` after it.

    ``edits`` are what was tried on the document, ``brings`` all criteria that it meets. ``column`` is the published
    column of the part of the index that it belongs to, None where nothing was published.
    """

    indicator: str
    criterion: str
    title: Text
    advice: Text
    effort: str | None
    effort_said: Text
    cost: Decimal
    gain: Decimal
    score: Decimal
    brings: tuple[tuple[str, str], ...]
    edits: tuple[Edit, ...]
    filled: tuple[Filled, ...]
    column: Column | None


class Improvement(Struct, frozen=True):
    """A plan for one document, and whether its goal is ``reached``; None where there is no goal.

    ``minimal`` says that no cheaper set of steps does. ``band_said`` is what the score is called now, ``after`` what
    the ``final`` one is.
    """

    ruleset: str
    score: Decimal
    band: str | None
    band_said: Text
    goal: Decimal | None
    reached: bool | None
    minimal: bool
    cost: Decimal
    final: Decimal
    after: Text
    steps: tuple[Step, ...]
