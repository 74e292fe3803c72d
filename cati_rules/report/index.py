"""What is told of an index on one document: score, band, and every criterion with what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from cati_rules.catalog.basis import Basis
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.index.result import Verdict
from cati_rules.kinds.needs import Demand
from cati_rules.later import Later
from cati_rules.report.values import Evaluation, Line, Location, Parameters, Plain, Ruleset, Source
from cati_rules.text import NOTHING, Text


class Statement(Struct, frozen=True):
    """A statement of the document: what it is about, also in few words (``short``).

    ``late`` is the day from which it counts, if it does not yet.
    """

    at: Location
    label: Text
    short: Text
    late: str | None

    @property
    def late_said(self) -> Text:
        """From when it is public, where that is not yet; empty for any other."""
        if self.late is None:
            return NOTHING
        return Text(f"; published only on {self.late}", f"；{self.late} 才公开")


class Seen(Struct, frozen=True):
    """One thing that was looked at for a criterion, and what was asked of it.

    ``demand`` names what was asked: ``present``, ``compare`` (with ``operator`` and ``limit``), ``member`` and
    ``contains`` (with ``choices``), ``entry`` (of a list of ``entries``), … ``items`` are what a list holds.
    ``absent`` says that nothing there could meet it; ``missing``, that the document has nothing there at all.
    ``part_of`` is the named condition on an entry that it is a part of.
    """

    at: Location
    held: bool
    demand: Demand
    value: Plain | None
    items: tuple[Plain | None, ...] | None
    operator: str | None
    limit: Plain | None
    limit_name: str | None
    choices: tuple[Plain | None, ...]
    negated: bool
    entries: int
    part_of: str | None
    part_of_title: Text | None
    assumed: bool
    absent: bool
    missing: bool


class Gain(Struct, frozen=True):
    """One field that would meet a criterion by itself: what it would have to be, and what the score gains then.

    ``operator`` is that of a comparison, ``!=`` where it has to be given at all, ``contains`` for a list; ``choices``
    are all values that would do. ``band`` is the id of the band that the score comes to then, None where there are
    none.
    """

    at: Location
    operator: str
    value: Plain | None
    choices: tuple[str | bool, ...]
    gain: Decimal
    score: Decimal
    band: str | None
    said: Later[Text]


class Publishing(Struct, frozen=True):
    """A statement without public evidence, and what the score gains if it is published with what is ``inside`` it.

    Where that is nothing, ``gain_together`` is what it gains together with the statements ``beside``. ``said`` is the
    gain in words, ``said_inside`` which others are to be published with it; empty where none are.
    """

    statement: Statement
    inside: tuple[FieldPath, ...]
    gain: Decimal
    beside: tuple[FieldPath, ...]
    gain_together: Decimal
    said: Text
    said_inside: Text


class SourcePublishing(Struct, frozen=True):
    """A source that is not public, the statements that rest on it, and what the score gains if it is published."""

    at: Location
    id: str
    title: str
    statements: tuple[FieldPath, ...]
    gain: Decimal
    said: Text


class Criterion(Struct, frozen=True):
    """One criterion; ``withheld`` are the statements that would meet it and have no public evidence.

    ``advice`` is None where it is met. ``cause`` is the place to look at; ``identified_by``, what its fingerprint is
    made of. ``reasons`` are the lines that say why, ``reasons_in_full`` those of a page that shows everything.
    """

    id: str
    title: Text
    points: Decimal
    met: bool
    met_if_published: bool
    when: str
    basis: Basis
    why: Text | None
    source: Source
    own_advice: Text
    advice: Later[Text | None]
    withheld: Later[tuple[Statement, ...]]
    seen: Later[tuple[Seen, ...]]
    turning: Later[tuple[Gain, ...]]
    cause: Later[Location]
    identified_by: Later[FieldPath]
    reasons: Later[tuple[Line, ...]]
    reasons_in_full: Later[tuple[Line, ...]]
    evaluation: Later[Evaluation]

    @property
    def verdict(self) -> Verdict:
        """The verdict on what is public."""
        return "met" if self.met else "not_met"

    def failing(self) -> frozenset[FieldPath]:
        """Return the places that keep it from being met."""
        return frozenset(each.at.path for each in self.seen() if not each.held)


class Indicator(Struct, frozen=True):
    """One indicator; points are nominal, before the weight.

    ``earned`` is what its criteria award, ``awarded`` what counts, after ``held_back`` by a ceiling (``ceiling`` says
    until when) and after the choice between two of which the better counts (``alternative``; ``counts_elsewhere`` is
    the one that counts instead).
    """

    id: str
    title: Text
    points: Decimal
    award: Literal["sum", "highest", "best-of"] | str
    weight: Decimal
    earned: Decimal
    awarded: Decimal
    awarded_if_published: Decimal
    held_back: Decimal
    ceiling: Text | None
    alternative: str | None
    counts_elsewhere: str | None
    verdict: Verdict
    can_gain: bool
    source: Source
    criteria: tuple[Criterion, ...]

    @property
    def weighted(self) -> Decimal:
        """The points that enter the score."""
        return self.awarded * self.weight

    def next_steps(self) -> tuple[Criterion, ...]:
        """Return the criteria to meet next: all that are not met, of a ladder only the next step up."""
        reached = self.earned if self.award == "highest" else Decimal(0)
        failed = tuple(each for each in self.criteria if not each.met and each.points > reached)
        if self.award != "highest" or not failed:
            return failed
        least = min(each.points for each in failed)
        return tuple(each for each in failed if each.points == least)


class Group(Struct, frozen=True):
    """A group of indicators; points are nominal."""

    id: str
    title: Text
    points: Decimal
    awarded: Decimal


class Dimension(Struct, frozen=True):
    """A dimension; ``weighted`` enters the score, of ``weighted_points`` at most."""

    id: str
    title: Text
    points: Decimal
    awarded: Decimal
    weighted: Decimal
    weighted_points: Decimal
    groups: tuple[Group, ...]
    indicators: tuple[Indicator, ...]


class Band(Struct, frozen=True):
    """A band of scores."""

    id: str
    title: Text
    meaning: Text


class LeftOut(Struct, frozen=True):
    """An indicator that the document says does not apply, with its reason if it gives one."""

    at: Location
    indicator: str
    title: Text
    reason: str | None


class NotCounted(Struct, frozen=True):
    """A statement that does not count, as the figure in it cannot be right: ``finding`` is the rule that says so."""

    statement: Statement
    finding: str
    title: Text


class Rank(Struct, frozen=True):
    """A rank among ``of`` published companies, this document left out: 1 is above all of them."""

    among: Text
    rank: int
    of: int


class Company(Struct, frozen=True):
    """A company whose total was published."""

    name: Text
    total: Decimal


class Column(Struct, frozen=True):
    """A column of the published table: the companies' rates (whole percent), and the document's own (exact percent)."""

    id: str
    title: Text
    indicators: tuple[str, ...]
    points: Decimal
    awarded: Decimal
    rate: Decimal
    lowest: Decimal
    median: Decimal
    highest: Decimal
    rank: int
    of: int


class Median(Struct, frozen=True):
    """The published companies' median in some dimensions together, in percent of what can be had there."""

    dimensions: tuple[str, ...]
    rate: Decimal


class Published(Struct, frozen=True):
    """A score's place among the companies whose results were published; ``columns`` are held against ``peers``."""

    ranks: tuple[Rank, ...]
    above: Company | None
    below: Company | None
    peers: Text
    columns: tuple[Column, ...]
    medians: Later[tuple[Median, ...]]


class Step(Struct, frozen=True):
    """Something to do next, and what the score gains by it alone, in points.

    ``kind`` is ``publish`` for a statement that the document holds, ``meet`` for a criterion. ``verb`` says in few
    words what kind of work it is, ``title`` what it is about; ``rule`` is the indicator, empty where several gain.
    ``cost`` is what such a step costs against publishing one statement, as the ruleset reckons it.
    """

    kind: Literal["publish", "meet"]
    gain: Decimal
    cost: Decimal
    verb: Text
    title: Text
    rule: str
    at: Location


class IndexReport(Struct, frozen=True):
    """An index on one document. ``most`` is what can be had with these weights, which may not be the index's points.

    Where it is not, there is no band; ``band_or_rate`` is what to call the result then too. ``weights_given`` and
    ``other_maximum`` say in words what weights and left-out indicators do to it. ``place`` is where the score would
    stand among the companies whose results were published, None where none were. ``cut_short`` names the parts of which
    not all was tried: ``turning``, ``withheld``, ``publishing``.
    """

    ruleset: Ruleset
    as_of: str
    points: Decimal
    most: Decimal
    parameters: Parameters
    score: Decimal
    score_if_published: Decimal
    rate: Decimal
    band: Band | None
    band_if_published: Band | None
    band_title: Text
    band_or_rate: Text
    weights_given: Text | None
    other_maximum: Text | None
    dimensions: tuple[Dimension, ...]
    left_out: tuple[LeftOut, ...]
    not_counted: Later[tuple[NotCounted, ...]]
    unpublished: tuple[Location, ...]
    publishing: Later[tuple[Publishing, ...]]
    publishing_sources: Later[tuple[SourcePublishing, ...]]
    place: Published | None
    steps: Later[tuple[Step, ...]]
    cut_short: Later[tuple[str, ...]]

    def indicators(self) -> Iterator[Indicator]:
        """Yield all indicators in order."""
        for dimension in self.dimensions:
            yield from dimension.indicators

    def turning(self) -> Iterator[Gain]:
        """Yield the single fields with which the score comes to a better band, each once."""
        told: set[tuple[FieldPath, Plain | None]] = set()
        found = (
            each for one in self.indicators() for criterion in one.criteria for each in criterion.turning()
        )
        for each in found if self.band is not None else ():
            if each.band != getattr(self.band, "id", None) and (each.at.path, each.value) not in told:
                told.add((each.at.path, each.value))
                yield each
