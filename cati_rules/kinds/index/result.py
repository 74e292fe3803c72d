"""What an assessment finds: frozen values that every rendering reads from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar, Literal

from msgspec import Struct, field

from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.consistency.rules import ConsistencyRule
from cati_rules.kinds.index.rules import Band, Criterion, Dimension, Group, Index, Indicator
from cati_rules.kinds.needs import Need, Observation, first_of
from cati_rules.kinds.observation import observe
from cati_rules.language import Node, Trace
from cati_rules.later import Later, known
from cati_rules.numbers import number_text
from cati_rules.text import Text

Verdict = Literal["met", "partly_met", "not_met", "indeterminate", "not_applicable", "not_testable"]

VERDICT_TITLES: Mapping[str, Text] = {
    "met": Text("met", "符合"),
    "partly_met": Text("partly met", "部分符合"),
    "not_met": Text("not met", "不符合"),
    "indeterminate": Text("indeterminate", "无法判定"),
    "not_applicable": Text("not applicable", "不适用"),
    "not_testable": Text("not testable", "不可检验"),
}
"""How each verdict is called."""


class Withheld(Struct, frozen=True):
    """The statements that would meet a criterion and have no public evidence.

    With ``cut_short``, not all of them may be needed.
    """

    statements: tuple[FieldPath, ...] = ()
    cut_short: bool = False


NOTHING_WITHHELD = known(Withheld())


class CriterionResult(Struct, frozen=True):
    """One criterion on one document.

    ``met`` is what counts; ``met_if_published`` what would count if everything in the document were public.
    ``traced`` gives the trace of what counts, ``value`` is the document that it was evaluated on, without the
    statements that do not count. ``withholding`` finds what is withheld; a verdict alone does not need it. ``named``
    are the ruleset's definitions.
    """

    criterion: Criterion
    met: bool
    met_if_published: bool
    traced: Later[Trace]
    value: Mapping[str, Any]
    named: Mapping[str, Node]
    withholding: Later[Withheld] = NOTHING_WITHHELD

    @property
    def withheld(self) -> tuple[FieldPath, ...]:
        """The statements that would meet it and have no public evidence."""
        return self.withholding().statements

    @property
    def cut_short(self) -> bool:
        """Whether some of what is withheld may not be needed."""
        return self.withholding().cut_short

    @property
    def trace(self) -> Trace:
        """The trace of what counts."""
        return self.traced()

    @property
    def verdict(self) -> Verdict:
        """The verdict on what is public."""
        return "met" if self.met else "not_met"

    def needs(self) -> tuple[Need, ...]:
        """Return what explains the verdict: of one that is not met, what it takes to meet it."""
        return observe(self.trace, self.value, self.named)

    def seen(self) -> tuple[Observation, ...]:
        """Return the places, values and limits alone, of what is missing first."""
        return first_of(self.needs())


class IndicatorResult(Struct, frozen=True):
    """One indicator on one document; points are nominal, before the weight.

    ``earned`` is what its criteria award; ``awarded`` what counts, after a ceiling and after the choice
    between parallel indicators.
    """

    indicator: Indicator
    criteria: tuple[CriterionResult, ...]
    earned: Decimal
    awarded: Decimal
    awarded_if_published: Decimal
    weight: Decimal
    held_back: Decimal
    counts_elsewhere: str | None

    @property
    def weighted(self) -> Decimal:
        """The points that enter the score."""
        return self.awarded * self.weight

    @property
    def verdict(self) -> Verdict:
        """*met* with full points, *partly met* with some, else *not met*.

        Points held back by a ceiling do not count; one of two parallel indicators is judged by what it earned.
        """
        points = self.awarded if self.counts_elsewhere is None else self.earned
        if points == self.indicator.points:
            return "met"
        return "partly_met" if points > 0 else "not_met"


class GroupResult(Struct, frozen=True):
    """A group on one document."""

    group: Group
    indicators: tuple[IndicatorResult, ...]

    @property
    def awarded(self) -> Decimal:
        """Nominal points awarded."""
        return sum((each.awarded for each in self.indicators), Decimal(0))


class DimensionResult(Struct, frozen=True):
    """A dimension on one document; ``weighted_points`` is the most that it can add to the score."""

    dimension: Dimension
    groups: tuple[GroupResult, ...]
    weighted_points: Decimal

    def indicators(self) -> Iterator[IndicatorResult]:
        """Yield the results of all its indicators in order."""
        for group in self.groups:
            yield from group.indicators

    @property
    def awarded(self) -> Decimal:
        """Nominal points awarded."""
        return sum((each.awarded for each in self.groups), Decimal(0))

    @property
    def weighted(self) -> Decimal:
        """The points that enter the score."""
        return sum((each.weighted for each in self.indicators()), Decimal(0))


class LeftOut(Struct, frozen=True):
    """An indicator that asks nothing of the company: the document says so at ``path``, with a reason or without."""

    indicator: Indicator
    path: FieldPath
    reason: str | None


NO_BAND = Text("no band", "不分档")
"""What is said instead of a band where the most that can be had is not what the bands are for."""


class IndexResult(Struct, frozen=True):
    """An index on one document: exact scores, the band, and everything behind them.

    ``parameters`` are the weights that were given with the run; ``ruleset`` has them, and lacks what is ``left_out``.
    ``not_counted`` are the statements whose figures cannot be right, each with the rule that says so.
    Bands are for the points of the index: with weights or left-out indicators that allow another maximum there is none.
    """

    ruleset: Index
    as_of: str
    score: Decimal
    score_if_published: Decimal
    band: Band | None
    band_if_published: Band | None
    dimensions: tuple[DimensionResult, ...]
    unpublished: tuple[FieldPath, ...]
    parameters: Mapping[str, Decimal]
    left_out: tuple[LeftOut, ...] = ()
    not_counted: Mapping[FieldPath, ConsistencyRule] = field(default_factory=dict)

    judged: ClassVar[bool] = True

    @property
    def outcome(self) -> str:
        """What it came to, for machines: the score."""
        return number_text(self.score)

    @property
    def weighted_points(self) -> Decimal:
        """The most that the weights allow: with those of the ruleset its points, with others perhaps not."""
        return self.ruleset.weighted_points

    @property
    def rate(self) -> Decimal:
        """The score as a share of the most that can be had, from 0 to 1, to four decimals (half up)."""
        whole = self.weighted_points
        return (self.score / whole if whole else Decimal(0)).quantize(Decimal("0.0001"), ROUND_HALF_UP)

    @property
    def band_title(self) -> Text:
        """What the band is called, or that there is none."""
        return NO_BAND if self.band is None else self.band.title

    def indicators(self) -> Iterator[IndicatorResult]:
        """Yield the results of all indicators in order."""
        for dimension in self.dimensions:
            yield from dimension.indicators()

    def indicator(self, identifier: str) -> IndicatorResult:
        """Return the result of one indicator.

        Raises:
            KeyError: the ruleset has no such indicator.
        """
        for each in self.indicators():
            if each.indicator.id == identifier:
                return each
        raise KeyError(identifier)
