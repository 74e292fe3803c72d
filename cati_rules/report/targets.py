"""What is told of targets: what each edition makes of them, what it asks, and the way year by year."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from cati_rules.report.titles import Verdict
from cati_rules.text import Text


class Ambition(Struct, frozen=True):
    """What an edition asks for one level of ambition, as shares of base-year emissions.

    Any reduction that passes lies at ``least`` or above; where they differ, one under ``most`` is open. ``yearly`` is
    ``least`` by year, ``short`` by how much the target falls short of it. ``left`` are the tonnes that may be left.
    ``verdict`` is None where no target was stated.
    """

    level: str
    title: Text
    least: Fraction
    most: Fraction
    yearly: Fraction
    verdict: Verdict | None
    short: Fraction | None
    left: Fraction | None
    why: tuple[Text, ...]


class Line(Struct, frozen=True):
    """One condition of an edition besides the rate, and what was seen of it."""

    title: Text
    verdict: Verdict
    remark: Text | None


class Edition(Struct, frozen=True):
    """An edition on a target; ``said`` is what it comes to in one sentence, ``open`` what would tell more."""

    id: str
    title: Text
    standing: Text
    verdict: Verdict
    level: str | None
    said: Text
    ambitions: tuple[Ambition, ...]
    lines: tuple[Line, ...]
    open: tuple[Text, ...]


class Course(Struct, frozen=True):
    """A line of the chart: shares of base-year emissions by year, of the target, of a method, or as reported."""

    name: Text
    kind: str
    points: tuple[tuple[int, Fraction], ...]


class TargetReport(Struct, frozen=True):
    """One target; ``answer`` is what the method in force comes to or asks for, None where it does neither.

    ``base`` are the tonnes of its base year, None where they are not told.

    ``change`` says what April 2026 changed for it, ``standing`` where the company is on its way, ``remarks`` what a
    reader should doubt.
    """

    title: Text
    place: str | None
    facts: tuple[Text, ...]
    answer: Text | None
    editions: tuple[Edition, ...]
    aside: tuple[str, ...]
    change: tuple[Text, ...]
    standing: tuple[Text, ...]
    remarks: tuple[Text, ...]
    base: Fraction | None
    base_year: int | None
    target_year: int | None
    courses: tuple[Course, ...]
    sector: tuple[Text, ...]


class TargetsReport(Struct, frozen=True):
    """The targets of a disclosure, or of what was entered, as of an ISO date."""

    name: str
    as_of: str
    targets: tuple[TargetReport, ...]
    note: Text


class TargetStep(Struct, frozen=True):
    """The least reduction (share of the base year) of scopes 1 and 2 that passes ``edition``, and all in words."""

    edition: str
    base_year: int
    target_year: int
    reduction: Decimal
    said: Text
