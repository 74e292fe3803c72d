"""The way up from a score: steps in their order, what to fill in for each, points and totals."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from cati_rules.documents.paths import FieldPath
from cati_rules.report.changes import Edit
from cati_rules.report.index import Column
from cati_rules.text import NOTHING, Text


class Filled(Struct, frozen=True):
    """What a step asks to be written in one place: fields with words for it; ``new`` if the place itself is added.

    ``evidence`` says that what stands there needs evidence that is public.
    """

    place: FieldPath
    asked: tuple[tuple[FieldPath, Text], ...]
    evidence: bool
    new: bool


class Limit(Struct, frozen=True):
    """What is asked of a number that a step fills in: it has to be ``operator value``."""

    path: FieldPath
    operator: str
    value: Decimal | Fraction


class Step(Struct, frozen=True):
    """A step: the criterion that it meets, its effort and cost, what it gains, and the ``score`` after it.

    ``number`` is that of the indicator in the source. ``edits`` are what was tried on the document, ``brings`` all
    criteria that it meets. ``column`` is the published column of the part of the index that it belongs to, None where
    nothing was published. ``notes`` are the document's own beside what is changed, ``ties`` the criteria of steps that
    would add as much for the same effort.
    """

    indicator: str
    number: str
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
    limits: tuple[Limit, ...] = ()
    notes: tuple[str, ...] = ()
    ties: tuple[tuple[str, str], ...] = ()


class Improvement(Struct, frozen=True):
    """A plan for one document, and whether its goal is ``reached``; None where there is no goal.

    ``minimal`` says that no cheaper set of steps does. ``efforts`` says where the costs of steps stand and how to give
    others. ``band_said`` is what the score is called now, ``after`` what
    the ``final`` one is. ``untouched`` says that the document holds nothing yet that can be scored.
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
    untouched: bool = False
    efforts: Text = NOTHING
