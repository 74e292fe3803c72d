"""The report of an index: its values, and words for what was seen, made when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cati_rules.advice.index_turning import IndexTurning, Lift
from cati_rules.advice.publishing import MOST_TRIED, publishing, source_publishing
from cati_rules.documents import value_at
from cati_rules.kinds.cause import cause_of_criterion
from cati_rules.kinds.index import result as found
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.judging import medians
from cati_rules.kinds.index.points import met_in, score_of
from cati_rules.kinds.index.published_companies import Company as PublishedCompany
from cati_rules.kinds.index.rank import Standing
from cati_rules.kinds.index.rules import Band as BandRule
from cati_rules.kinds.index.rules import Index
from cati_rules.kinds.needs import Observation, first_of
from cati_rules.later import Later
from cati_rules.report.build.evaluation import Evaluations
from cati_rules.report.build.fingerprint import searched
from cati_rules.report.build.subject import Subject, head_of, source_of
from cati_rules.report.index import (
    Band,
    Column,
    Company,
    Criterion,
    Dimension,
    Gain,
    Group,
    IndexReport,
    Indicator,
    LeftOut,
    Median,
    NotCounted,
    Published,
    Publishing,
    Rank,
    Seen,
    SourcePublishing,
    Step,
)
from cati_rules.report.wording.criterion_advice import advice
from cati_rules.report.wording.gains import gain_text, inside_text, lift_text, source_text
from cati_rules.report.wording.phrasing import Phrasing
from cati_rules.report.wording.reasons import Reasons
from cati_rules.report.wording.weights import band_or_rate, given_weights, other_maximum
from cati_rules.schema import load_schema
from cati_rules.text import Text

PUBLISH = Text("publish", "公开")
DISCLOSE = Text("disclose", "披露")


def index_report(
    result: found.IndexResult, assessor: IndexAssessor, place: Standing | None, subject: Subject
) -> IndexReport:
    """Return what is told of ``result`` by ``assessor``, with its place among published companies."""
    return _Builder(result, assessor, subject).report(place)


class _Builder:
    def __init__(self, result: found.IndexResult, assessor: IndexAssessor, subject: Subject) -> None:
        self._result = result
        self._rules = result.ruleset
        self._assessor = assessor
        self._subject = subject
        self._words = Later(self._phrasing)
        self._reasons = Later(lambda: Reasons(result, subject, self._words()))
        self._published_gains = Later(self._publishing)
        self._turning = Later(lambda: IndexTurning(assessor, subject.value, result))
        self._evaluations = Later(lambda: Evaluations(subject, self._rules.named_nodes(), self._rules.values))
        pairs = [(each.id, each.parallel_to) for each in self._rules.indicators() if each.parallel_to]
        self._alternatives = dict(pairs) | {second: first for first, second in pairs}

    def _phrasing(self) -> Phrasing:
        rules = self._rules
        return self._subject.phrasings.of(rules, lambda: Phrasing(load_schema(rules.subject), rules.values))

    def report(self, place: Standing | None) -> IndexReport:
        result, rules = self._result, self._rules
        dimensions = tuple(self._dimension(each) for each in result.dimensions)
        return IndexReport(
            ruleset=head_of(rules, result.as_of),
            as_of=result.as_of,
            points=rules.points,
            most=result.weighted_points,
            parameters=result.parameters,
            score=result.score,
            score_if_published=result.score_if_published,
            rate=result.rate,
            band=_band(result.band),
            band_if_published=_band(result.band_if_published),
            band_title=result.band_title,
            band_or_rate=band_or_rate(result),
            weights_given=given_weights(result),
            other_maximum=other_maximum(result),
            dimensions=dimensions,
            left_out=tuple(
                LeftOut(self._subject.at(each.path), each.indicator.id, each.indicator.title, each.reason)
                for each in result.left_out
            ),
            not_counted=Later(self._not_counted),
            unpublished=tuple(self._subject.at(path) for path in result.unpublished),
            publishing=self._published_gains,
            publishing_sources=Later(self._publishing_sources),
            place=None if place is None else _published(place, rules),
            steps=Later(self._steps),
            cut_short=Later(lambda: tuple(self._cut_short(dimensions))),
        )

    def _cut_short(self, dimensions: tuple[Dimension, ...]) -> Iterator[str]:
        """Yield the parts of the report of which not all was tried, since the document is long."""
        criteria = [each for part in dimensions for one in part.indicators for each in one.criteria]
        if self._turning().is_of_many:
            for each in criteria:
                each.turning()
        if self._turning().cut_short:
            yield "turning"
        if any(each.cut_short for one in self._result.indicators() for each in one.criteria):
            yield "withheld"
        if len(self._result.unpublished) > MOST_TRIED:
            yield "publishing"

    def _dimension(self, result: found.DimensionResult) -> Dimension:
        dimension = result.dimension
        return Dimension(
            id=dimension.id,
            title=dimension.title,
            points=dimension.points,
            awarded=result.awarded,
            weighted=result.weighted,
            weighted_points=result.weighted_points,
            groups=tuple(
                Group(each.group.id, each.group.title, each.group.points, each.awarded)
                for each in result.groups
            ),
            indicators=tuple(self._indicator(each) for each in result.indicators()),
        )

    def _indicator(self, result: found.IndicatorResult) -> Indicator:
        indicator, other = result.indicator, result.counts_elsewhere
        ceiling = indicator.ceiling
        return Indicator(
            id=indicator.id,
            title=indicator.title,
            points=indicator.points,
            award=indicator.award,
            weight=result.weight,
            earned=result.earned,
            awarded=result.awarded,
            awarded_if_published=result.awarded_if_published,
            held_back=result.held_back,
            ceiling=None if ceiling is None else ceiling.title,
            alternative=self._alternatives.get(indicator.id),
            counts_elsewhere=other,
            verdict=result.verdict,
            # Not where another counts in its place, with all of its points.
            can_gain=other is None or self._result.indicator(other).verdict != "met",
            source=source_of(self._rules, indicator.source),
            criteria=tuple(self._criterion(result, each) for each in result.criteria),
        )

    def _criterion(self, within: found.IndicatorResult, result: found.CriterionResult) -> Criterion:
        criterion, subject = result.criterion, self._subject
        needs = Later(result.needs)
        seen = Later(lambda: first_of(needs()))
        cause = Later(lambda: cause_of_criterion(result, () if result.withheld else seen()))
        return Criterion(
            id=criterion.id,
            title=criterion.title,
            points=criterion.points,
            met=result.met,
            met_if_published=result.met_if_published,
            when=criterion.expression,
            basis=criterion.basis,
            why=criterion.why,
            source=source_of(self._rules, criterion.source),
            own_advice=criterion.advice,
            advice=Later(lambda: None if result.met else advice(result, subject.value, self._result.as_of)),
            withheld=Later(lambda: tuple(self._reasons().statement(path) for path in result.withheld)),
            seen=Later(lambda: tuple(self._seen(each) for each in seen())),
            turning=Later(
                lambda: tuple(self._gain(each) for each in self._turning().of(within.indicator, result))
            ),
            cause=Later(lambda: subject.cause(cause())),
            identified_by=Later(lambda: searched(cause())),
            reasons=Later(lambda: self._reasons().lines(result, needs(), in_full=False)),
            reasons_in_full=Later(lambda: self._reasons().lines(result, needs(), in_full=True)),
            evaluation=Later(lambda: self._evaluations().of(result.trace, result.value)),
        )

    def _seen(self, seen: Observation) -> Seen:
        return Seen(
            at=self._subject.at(seen.path),
            held=seen.held,
            demand=seen.demand,
            value=seen.value,
            items=seen.items,
            operator=seen.operator,
            limit=seen.limit,
            limit_name=seen.limit_name,
            choices=seen.choices,
            negated=seen.negated,
            entries=seen.entries,
            part_of=seen.within,
            part_of_title=None if seen.within is None else self._title(seen.within),
            assumed=seen.assumed,
            absent=seen.is_absent,
            missing=seen.is_absent and value_at(self._subject.document.value, seen.path) is None,
        )

    def _title(self, name: str) -> Text:
        return next(each.title for each in self._rules.values if each.name == name)

    def _gain(self, lift: Lift) -> Gain:
        return Gain(
            at=self._subject.at(lift.path),
            operator=lift.operator,
            value=lift.value,
            choices=lift.choices,
            gain=lift.gain,
            score=lift.score,
            band=self._rules.band(lift.score).id,
            said=Later(lambda: lift_text(lift, self._words())),
        )

    def _not_counted(self) -> tuple[NotCounted, ...]:
        return tuple(
            NotCounted(self._reasons().statement(path), rule.id, rule.title)
            for path, rule in self._result.not_counted.items()
        )

    def _publishing(self) -> tuple[Publishing, ...]:
        return tuple(
            Publishing(
                statement=self._reasons().statement(each.path),
                inside=each.inside,
                gain=each.gain,
                beside=each.beside,
                gain_together=each.gain_together,
                said=gain_text(each),
                said_inside=inside_text(each),
            )
            for each in publishing(self._assessor, self._subject.value, self._result)
        )

    def _publishing_sources(self) -> tuple[SourcePublishing, ...]:
        # Evidence still cites its sources in the document as it was given.
        given = self._subject.document.value
        return tuple(
            SourcePublishing(
                at=self._subject.at(each.path),
                id=each.id,
                title=each.title,
                statements=each.statements,
                gain=each.gain,
                said=source_text(each),
            )
            for each in source_publishing(self._assessor, given, self._result)
        )

    def _steps(self) -> tuple[Step, ...]:
        """Return single things to do next, the most for the least work first."""
        rules = self._rules
        classes = {} if rules.efforts is None else rules.efforts.classes
        publish = classes.get("publish")
        cost = Decimal(1) if publish is None else publish.cost
        steps = [
            Step("publish", each.gain, cost, PUBLISH, each.statement.short, "", each.statement.at)
            for each in self._published_gains()
            if each.gain > 0
        ]
        met = met_in(self._result) | self._assessor.lifted(self._subject.value)
        before = score_of(rules, met)
        for indicator in self._result.indicators():
            for each in _next(indicator):
                criterion = each.criterion
                gain = score_of(rules, met | {(indicator.indicator.id, criterion.id)}) - before
                effort = classes.get(criterion.effort or "")
                if gain > 0:
                    steps.append(
                        Step(
                            kind="meet",
                            gain=gain,
                            cost=cost if effort is None else effort.cost,
                            verb=DISCLOSE if effort is None else effort.title,
                            title=criterion.title,
                            rule=indicator.indicator.id,
                            at=self._subject.cause(cause_of_criterion(each, each.seen())),
                        )
                    )
        return tuple(sorted(steps, key=lambda each: (-each.gain / each.cost, -each.gain)))


def _next(indicator: found.IndicatorResult) -> list[found.CriterionResult]:
    """Return the criteria to meet next: of a ladder the next step up; not what only lacks publishing."""
    failed = [each for each in indicator.criteria if not (each.met or each.met_if_published)]
    if indicator.indicator.award != "highest":
        return failed
    higher = [each for each in failed if each.criterion.points > indicator.earned]
    least = min((each.criterion.points for each in higher), default=None)
    return [each for each in higher if each.criterion.points == least]


def _band(band: BandRule | None) -> Band | None:
    return None if band is None else Band(band.id, band.title, band.meaning)


def _published(place: Standing, rules: Index) -> Published:
    return Published(
        ranks=tuple(Rank(each.among, each.rank, each.of) for each in place.ranks),
        above=_company(place.above),
        below=_company(place.below),
        peers=place.peers,
        medians=Later(
            lambda: tuple(Median(each.dimensions, each.median) for each in medians(rules.id, rules))
        ),
        columns=tuple(
            Column(
                id=each.column.id,
                title=each.column.title,
                indicators=tuple(one.id for one in each.column.indicators),
                points=each.column.points,
                awarded=each.own_points,
                rate=each.own,
                lowest=each.lowest,
                median=each.median,
                highest=each.highest,
                rank=each.rank,
                of=each.of,
            )
            for each in place.spreads
        ),
    )


def _company(company: PublishedCompany | None) -> Company | None:
    return None if company is None else Company(Text(company.name_en, company.name), company.total)
