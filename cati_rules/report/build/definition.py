"""The report of a definition: its verdict and conditions, and words for them, made when they are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from cati_rules.advice import turning as advised
from cati_rules.advice import turning_together
from cati_rules.advice.trials import MOST_ENTRIES, Trials
from cati_rules.documents import value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds import comparisons as compared
from cati_rules.kinds.cause import cause_of_condition, missing_in, needs_in
from cati_rules.kinds.consistency import contradiction
from cati_rules.kinds.definition import figures, result
from cati_rules.kinds.definition.absent import fields_of, placed
from cati_rules.kinds.definition.assessment import PRODUCT, BodyAssessor
from cati_rules.kinds.definition.disagreement import CLAIMS
from cati_rules.kinds.definition.quoted import quoted_in
from cati_rules.kinds.definition.rounding import sensitive_to_rounding
from cati_rules.kinds.definition.rules import QUALIFIES, Body, Definition
from cati_rules.kinds.values import values_read
from cati_rules.language import BOTH, TRUE, nodes
from cati_rules.later import Later, LaterSequence
from cati_rules.report.build.evaluation import Evaluations
from cati_rules.report.build.fingerprint import searched
from cati_rules.report.build.subject import Subject, amount_of, head_of, range_of, source_of
from cati_rules.report.definition import (
    Brand,
    Comparison,
    Condition,
    Contradiction,
    DefinitionReport,
    Figure,
    Judgement,
    Lot,
    Quoted,
    Rounding,
    Turn,
    Turning,
    Untold,
)
from cati_rules.report.values import Plain, Range
from cati_rules.report.wording.comparability import figure_texts, wanted_text
from cati_rules.report.wording.margins import margin_text
from cati_rules.report.wording.not_given import not_given
from cati_rules.report.wording.not_judged import why
from cati_rules.report.wording.turning import rounding_text, turn_text
from cati_rules.report.wording.verdicts import (
    DefinitionWords,
    contradiction_text,
    phrasing_of,
    quoted_text,
    standing_mark,
)
from cati_rules.text import Text

MOST_TOLD = 250
"""Of very many entries with one verdict so many are told with their reasons, from the first on, of the others the
verdict alone."""
MOST_TURNED = 100
"""Of so many of them, what would turn the verdict is looked for."""
_NOT_TRIED = Turning((), (), (), cut_short=True)
_UNJUDGED = ("not_applicable", "not_testable")


def definition_report(
    found: result.DefinitionResult,
    assessor: BodyAssessor | None,
    subject: Subject,
    *,
    whole: bool = False,
) -> DefinitionReport:
    """Return what is told of ``found`` by ``assessor``, which is None where the definition judges other documents.

    Of very many entries with one verdict the first are told with their reasons; where the ``whole`` is asked for, all.
    """
    rules, body = found.ruleset, found.body
    quoted = quoted_in(found)
    numbered = () if assessor is None else _numbered(found.judgements)
    products = None if assessor is None else assessor.products
    most = len(numbered) if whole else MOST_TOLD
    return DefinitionReport(
        ruleset=head_of(rules, found.as_of),
        as_of=found.as_of,
        asks=rules.asks,
        subject=None if body is None else body.subject,
        verdict=found.verdict,
        level=found.level,
        missing=found.missing,
        not_given=Later(lambda: not_given(found.missing)),
        missing_said=Later(lambda: _titles(found.missing, body, subject)),
        contradicted_by=_contradictions(found.contradicted_by),
        quoted=tuple(Quoted(each.id, each.title, source_of(rules, each.source)) for each in quoted),
        quoted_said=quoted_text(quoted, rules),
        brand=_brand(found),
        claims={claim: verdict for claim in CLAIMS if (verdict := found.claim(claim)) is not None},
        parameters=found.parameters,
        why=why(found) if found.verdict in _UNJUDGED else None,
        by_entry=body is not None and body.each is not None,
        entries=tuple(
            _Judged(rules, each, assessor, subject, tried=i < MOST_TURNED).report()
            for i, each in numbered
            if assessor is not None and i < most
        ),
        untold=tuple(_untold(each, subject) for i, each in numbered if i >= most),
        lots=()
        if products is None
        else tuple(_lot(rules, each, i, products, subject) for i, each in enumerate(found.lots)),
        edition=standing_mark(found),
    )


def _numbered(judgements: Sequence[result.Judgement]) -> list[tuple[int, result.Judgement]]:
    """Return judgements, each with its number among those with the same verdict."""
    counts: Counter[str] = Counter()
    numbered = []
    for each in judgements:
        numbered.append((counts[each.verdict], each))
        counts[each.verdict] += 1
    return numbered


def _untold(judgement: result.Judgement, subject: Subject) -> Untold:
    return Untold(
        at=Later(lambda: subject.at(judgement.path)),
        verdict=judgement.verdict,
        level=judgement.level,
        possible_level=judgement.possible_level,
        missing=tuple(judgement.missing),
        contradicted_by=_contradictions(judgement.contradicted_by),
    )


def _contradictions(found: Sequence[contradiction.Contradiction]) -> tuple[Contradiction, ...]:
    return tuple(
        Contradiction(each.rule.id, each.places, each.rule.advice, contradiction_text(each)) for each in found
    )


def _titles(paths: Sequence[FieldPath], body: Body | None, subject: Subject) -> tuple[Text, ...]:
    if body is None:
        return ()
    fields = subject.phrasings.of(body, lambda: phrasing_of(body))
    return tuple(fields.title(each) for each in paths)


def _brand(found: result.DefinitionResult) -> Brand | None:
    brand = None if found.body is None else found.body.brand
    if brand is None:
        return None
    alone = next((each for each in found.judgements if each.alone is not None), None)
    return Brand(
        labels=brand.labels,
        makers=tuple(name for each in brand.makers for name in dict.fromkeys((each.en, each.zh))),
        figures_alone=None if alone is None else alone.alone,
        level_alone=None if alone is None else alone.alone_level,
    )


def _lot(rules: Definition, lot: result.Lot, index: int, products: BodyAssessor, subject: Subject) -> Lot:
    judgement = _Judged(rules, lot.result, products, subject, lot.path, tried=index < MOST_TURNED).report()
    entry = value_at(subject.document.value, lot.path[:-1])
    name, tonnes = entry[PRODUCT].get("name"), entry.get("t")
    return Lot(
        judgement=judgement,
        name=name if isinstance(name, str) else None,
        tonnes=tonnes if isinstance(tonnes, Decimal) else None,
        turning=judgement.turning if index < MOST_ENTRIES else Later(lambda: _NOT_TRIED),
    )


class _Judged:
    """One judgement; paths are those of the whole document, also where what stands at ``within`` of it was judged."""

    def __init__(
        self,
        rules: Definition,
        judgement: result.Judgement,
        assessor: BodyAssessor,
        subject: Subject,
        within: FieldPath = (),
        *,
        tried: bool = True,
    ) -> None:
        self._tried = tried
        self._rules = rules
        self._judgement = judgement
        self._assessor = assessor
        self._body = assessor.body
        self._subject = subject
        self._within = within
        self._words = Later(lambda: DefinitionWords(subject, assessor.body, within))
        self._evaluations = Later(lambda: Evaluations(subject, assessor.named, assessor.body.values))
        self._trials = Later(lambda: Trials(assessor, judgement))
        self._single = Later(self._alone)

    def report(self) -> Judgement:
        judgement = self._judgement
        found = Later(lambda: {each.condition.id: self._condition(each) for each in judgement.judged()})
        return Judgement(
            at=self._subject.at((*self._within, *judgement.path)),
            label=Later(self._label),
            verdict=judgement.verdict,
            level=judgement.level,
            possible_level=judgement.possible_level,
            missing=self._placed(judgement.missing),
            # A mark that qualifies an entry is no field to fill in.
            to_give=self._placed([each for each in judgement.missing if each[-1] != QUALIFIES]),
            not_given=Later(lambda: not_given(tuple(fields_of(judgement.needs, self._within)))),
            doubts=_contradictions(judgement.doubts),
            contradicted_by=_contradictions(judgement.contradicted_by),
            may_not_apply=judgement.may_not_apply,
            figures=tuple(self._figure(each) for each in judgement.figures),
            # Of a long list only few are looked into, where not all is shown.
            conditions=LaterSequence(
                lambda: tuple(found()[each.condition.id] for each in judgement.conditions)
            ),
            levels=LaterSequence(lambda: tuple(found()[each.condition.id] for each in judgement.levels)),
            tried=self._tried,
            turning=Later(self._turning),
            single=Later(lambda: tuple(self._turn(each) for each in self._single())),
            rounding=Later(self._rounding),
            deciding=Later(self._deciding),
            open_level=Later(self._open_level),
        )

    def _placed(self, paths: Sequence[FieldPath]) -> tuple[FieldPath, ...]:
        return tuple((*self._within, *path) for path in paths)

    def _label(self) -> Text:
        record = self._judgement.value.get("each", {})
        label = self._words().fields.label(("each",), record)
        name = record.get("name")
        if not isinstance(name, str):
            return label
        return Text(*(each if name in each else f"{name}: {each}" for each in (label.en, label.zh)))

    def _condition(self, found: result.ConditionResult) -> Condition:
        condition, judgement, words = found.condition, self._judgement, self._words
        named = self._assessor.named
        cause = Later(lambda: cause_of_condition(found, judgement, named))
        evaluations = self._evaluations
        return Condition(
            id=condition.id,
            is_level=condition in self._body.levels,
            title=condition.title,
            verdict=found.verdict,
            claim=condition.claim,
            when=condition.expression,
            basis=condition.basis,
            why=condition.why,
            source=source_of(self._rules, condition.source),
            own_advice=condition.advice,
            concerned=found.concerned,
            certainly_open=found.certainly_open,
            asked_open=found.opened and found.asked is not None and found.asked.truth == TRUE,
            opened=Later(lambda: words().opened(found) if found.opened else None),
            refused=Later(lambda: words().refused(found, judgement)),
            values=Later(lambda: self._values(found)),
            comparisons=Later(lambda: tuple(self._comparison(each) for each in found.comparisons())),
            asked=Later(lambda: words().fields.condition(condition.asked)),
            seen=Later(lambda: words().seen(found, judgement)),
            absent=Later(lambda: self._placed(missing_in(found, judgement, named))),
            not_given=Later(
                lambda: not_given(tuple(fields_of(needs_in(found, judgement, named), self._within)))
            ),
            cause=Later(lambda: self._subject.cause((*self._within, *cause()))),
            identified_by=Later(lambda: searched(cause(), judgement.path)),
            waits_for_figure=Later(lambda: _waits_for_figure(found, judgement)),
            evaluation=Later(lambda: evaluations().of(found.trace, judgement.value)),
            evaluation_asked=Later(lambda: evaluations().of(found.asked_trace, judgement.value)),
        )

    def _values(self, found: result.ConditionResult) -> tuple[Mapping[str, Plain], Mapping[str, Range]]:
        values, possible = values_read(found, self._judgement)
        return values, {name: range_of(each) for name, each in possible.items()}

    def _comparison(self, comparison: compared.Comparison) -> Comparison:
        return Comparison(
            holds=result.VERDICTS[comparison.truth],
            value=amount_of(comparison.value),
            operator=comparison.operator,
            limit=amount_of(comparison.limit),
            unit=self._words().unit(comparison),
            margin=comparison.margin,
            relative_margin=comparison.relative_margin,
            said=Later(lambda: self._words().comparison(comparison, self._judgement)),
            margin_said=margin_text(comparison),
        )

    def _figure(self, figure: figures.Figure) -> Figure:
        return Figure(
            at=self._subject.at((*self._within, *figure.path)),
            given=amount_of(figure.given),
            unit=figure.unit,
            standing=figure.standing,
            compared_in=figure.measure.unit,
            lapses=figure.lapses,
            other_gases=figure.other_gases,
            wanted=wanted_text(figure),
            asked=None if figure.measure.comparable is None else figure.measure.comparable.title,
            because=Later(lambda: tuple(figure_texts(self._words(), figure))),
            asked_as=Later(lambda: self._assessor.as_compared(figure)),
        )

    def _alone(self) -> tuple[advised.Turn, ...]:
        """Return the single inputs that would turn the verdict to met; none while it contradicts itself."""
        tried = self._tried and not self._judgement.doubts
        return advised.turns_in(self._trials()) if tried else ()

    def _turning(self) -> Turning:
        if not self._tried:
            return _NOT_TRIED
        found = turning_together.turning_of(self._assessor, self._judgement, self._trials(), self._single)
        kinds = (found.single, found.together, found.not_met, found.otherwise)
        single, together, not_met, otherwise = (tuple(map(self._turn, turns)) for turns in kinds)
        return Turning(single, together, not_met, self._placed(found.given), otherwise, found.cut_short)

    def _turn(self, turn: advised.Turn) -> Turn:
        return Turn(
            path=(*self._within, *turn.path),
            operator=turn.operator,
            value=turn.value,
            exact=turn.exact,
            choices=turn.choices,
            unit=turn.unit,
            verdict=turn.verdict,
            level=turn.level,
            said=Later(lambda: turn_text(self._words(), turn)),
        )

    def _rounding(self) -> tuple[Rounding, ...]:
        return tuple(
            Rounding(
                path=(*self._within, *each.path),
                half_unit=each.half_unit,
                value=each.value,
                unit=each.unit,
                verdict=each.verdict,
                level=each.level,
                said=rounding_text(self._words(), each),
            )
            for each in sensitive_to_rounding(self._assessor, self._judgement)
        )

    def _deciding(self) -> Comparison | None:
        found = _deciding(self._judgement)
        return None if found is None else self._comparison(found)

    def _open_level(self) -> Comparison | None:
        found = _open_level(self._judgement)
        return None if found is None else self._comparison(found)


def _open_level(judgement: result.Judgement) -> compared.Comparison | None:
    """Return the comparison with the limit of the highest level that is not excluded, and not met for certain."""
    level = judgement.possible_level
    found = None if level is None or level == judgement.level else judgement.level_result(level)
    return None if found is None else min(found.comparisons(), key=_rank, default=None)


def _deciding(judgement: result.Judgement) -> compared.Comparison | None:
    """Return the comparison to show first: that of the level reached, or of the lowest; else the first that fails."""
    reached = judgement.level_result(judgement.level) if judgement.level is not None else None
    judged = [reached] if reached is not None else [*judgement.conditions, *judgement.levels[:1]]
    found = [each for one in judged for each in one.comparisons()]
    if judgement.verdict == "not_met" and all(each.truth == TRUE for each in found):
        return None  # it is no number that fails
    return min(found, key=_rank, default=None)


def _rank(comparison: compared.Comparison) -> tuple[bool, bool, bool]:
    """Return what a comparison is ranked by: open or failing ones first, then named limits, bare numbers last."""
    bound = comparison.bound
    return comparison.truth == TRUE, isinstance(bound, nodes.Literal), not isinstance(bound, nodes.Named)


def _waits_for_figure(found: result.ConditionResult, judgement: result.Judgement) -> bool:
    """Return whether a condition is open, as the verdict is, only for want of a figure, which is told already."""
    if judgement.verdict != "indeterminate":
        return False
    unknown = {each.path for each in judgement.figures if each.standing == "unknown"}
    asked = [
        placed(each.subject.fields, judgement.path) if isinstance(each.subject, nodes.Field) else None
        for each in found.comparisons()
    ]
    return found.truth == BOTH and bool(asked) and all(each in unknown for each in asked)
