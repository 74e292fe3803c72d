"""Results of definitions as JSON data; numbers are exact strings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cati_rules.advice.trials import MOST_ENTRIES
from cati_rules.advice.turning import Turn
from cati_rules.advice.turning_together import Turning, turning_of
from cati_rules.catalog.ruleset import Source
from cati_rules.documents import Document, format_path
from cati_rules.kinds.comparisons import Comparison
from cati_rules.kinds.consistency.contradiction import Contradiction
from cati_rules.kinds.definition.assessment import BodyAssessor
from cati_rules.kinds.definition.disagreement import CLAIMS, Disagreement
from cati_rules.kinds.definition.figures import Figure
from cati_rules.kinds.definition.quoted import quoted_in
from cati_rules.kinds.definition.result import ConditionResult, DefinitionResult, Judgement, Lot
from cati_rules.kinds.definition.rounding import sensitive_to_rounding
from cati_rules.kinds.definition.rules import Body
from cati_rules.kinds.index.evidence import Path
from cati_rules.kinds.values import values_read
from cati_rules.language import NumberRange
from cati_rules.numbers import plain
from cati_rules.output.disagreement import sentence
from cati_rules.output.ruleset_page import period_data
from cati_rules.output.verdict_words import VerdictWords
from cati_rules.output.why import why
from cati_rules.text import Language, Text

_UNJUDGED = ("not_applicable", "not_testable")


class VerdictData:
    """Tells results of definitions on one document."""

    def __init__(self, document: Document, language: Language) -> None:
        """Tell in ``language`` about ``document``."""
        self._document = document
        self._language = language
        self._words = VerdictWords(document, language)

    def result(self, result: DefinitionResult, assessor: BodyAssessor | None) -> dict[str, Any]:
        """Return one result; ``assessor`` judged it, None where the definition judges other documents."""
        ruleset, body = result.ruleset, result.body
        told = _telling(result)
        data: dict[str, Any] = {
            "ruleset": ruleset.id,
            "edition": ruleset.edition,
            "standard": ruleset.standard,
            "kind": ruleset.kind,
            "title": self._say(ruleset.title),
            "asks": self._say(ruleset.asks),
            "as_of": result.as_of,
            "in_force": {
                **period_data(ruleset),
                "now": result.in_force,
                "standing": result.standing,
            },
            "subject": None if body is None else body.subject,
            "verdict": result.verdict,
            "level": result.level,
            "missing": [format_path(path) for path in result.missing],
            **_contradicted(result.contradicted_by),
            "quoted": [
                {"id": each.id, "title": self._say(each.title), "source": self._source(each.source)}
                for each in quoted_in(result)
            ],
            "brand": _brand(result),
            "claims": {claim: verdict for claim in CLAIMS if (verdict := result.claim(claim)) is not None},
            "parameters": {name: plain(value) for name, value in result.parameters.items()},
            "why": self._say(why(result)) if result.verdict in _UNJUDGED else None,
            "reasons": [],
            "figures": [],
            "turning": [],
            "turning_together": [],
            "turning_not_met": [],
            "sensitive_to_rounding": [],
        }
        if told is not None and body is not None and assessor is not None:
            data |= self._judgement(told, body, assessor)
        if body is not None and body.each is not None and assessor is not None:
            data["entries"] = [
                {
                    **self._at(each.path),
                    "verdict": each.verdict,
                    "level": each.level,
                    "missing": [format_path(path) for path in each.missing],
                    **_contradicted(each.contradicted_by),
                    **self._judgement(each, body, assessor),
                }
                for each in result.judgements
            ]
        if result.lots:
            products = None if assessor is None else assessor.products
            data["lots"] = [self._lot(each, i, products) for i, each in enumerate(result.lots)]
        return data

    def disagreements(self, found: tuple[Disagreement, ...]) -> list[dict[str, Any]]:
        """Return the pairs of definitions that make the same claim and disagree."""
        return [
            {
                "claim": each.claim,
                "met": each.met.ruleset.id,
                "other": each.other.ruleset.id,
                "verdict": each.verdict,
                "cause": each.cause,
                "message": sentence(each, self._words),
            }
            for each in found
        ]

    def _say(self, text: Text) -> str:
        return text.to(self._language)

    def _at(self, path: Path) -> dict[str, Any]:
        place = self._document.place(path)
        return {"path": format_path(path), "line": place.line, "column": place.column}

    def _judgement(self, judgement: Judgement, body: Body, assessor: BodyAssessor) -> dict[str, Any]:
        turning = turning_of(assessor, judgement)
        return {
            "reasons": [self._reason(each, body, judgement) for each in judgement.judged() if each.concerned],
            "figures": [self._figure(each, body) for each in judgement.figures],
            "turning": [self.turn(each) for each in turning.single],
            "turning_together": [self.turn(each) for each in turning.together],
            "turning_not_met": [self.turn(each) for each in turning.not_met],
            "sensitive_to_rounding": [
                {
                    "path": format_path(each.path),
                    "half_unit": plain(each.half_unit),
                    "value": plain(each.value),
                    "unit": each.unit,
                    "verdict": each.verdict,
                    "level": each.level,
                }
                for each in sensitive_to_rounding(assessor, judgement)
            ],
        }

    def _reason(self, result: ConditionResult, body: Body, judgement: Judgement) -> dict[str, Any]:
        condition = result.condition
        values, possible = values_read(result, judgement)
        return {
            "condition": condition.id,
            "is_level": condition in body.levels,
            "title": self._say(condition.title),
            "verdict": result.verdict,
            "values": {name: plain(value) for name, value in values.items()},
            "possible": {name: _range(value) for name, value in possible.items()},
            "comparisons": [self._comparison(each, body) for each in result.comparisons()],
            "when": condition.expression,
            "open": self._words.opened(result, body) if result.opened else None,
            "basis": condition.basis,
            "why": None if condition.why is None else self._say(condition.why),
            "source": self._source(condition.source),
        }

    def _comparison(self, comparison: Comparison, body: Body) -> dict[str, Any]:
        margin, relative = comparison.margin, comparison.relative_margin
        return {
            "value": _amount(comparison.value),
            "operator": comparison.operator,
            "limit": _amount(comparison.limit),
            "unit": self._words.unit(body, comparison) or None,
            "margin": None if margin is None else plain(margin),
            "relative_margin": None if relative is None else plain(relative),
        }

    def _figure(self, figure: Figure, body: Body) -> dict[str, Any]:
        return {
            **self._at(figure.path),
            "given": _amount(figure.given),
            "unit": figure.unit,
            "standing": figure.standing,
            "compared_in": figure.measure.unit,
            "lapses": list(figure.lapses),
            "because": list(self._words.figure(figure, body)),
        }

    def turn(self, turn: Turn, within: Path = ()) -> dict[str, Any]:
        """Return one input, of the document or of what stands at ``within``, and what it would have to be."""
        return {
            "path": format_path((*within, *turn.path)),
            "operator": turn.operator,
            "value": turn.value if isinstance(turn.value, str) else plain(turn.value),
            "exact": turn.exact if isinstance(turn.exact, str) else plain(turn.exact),
            "choices": [each if isinstance(each, str) else plain(each) for each in turn.choices],
            "unit": turn.unit,
            "verdict": turn.verdict,
            "level": turn.level,
        }

    def _lot(self, lot: Lot, index: int, products: BodyAssessor | None) -> dict[str, Any]:
        """Return the verdict on the product in one entry; of the first entries also what would turn it."""
        turning = Turning()
        if products is not None and index < MOST_ENTRIES:
            turning = turning_of(products, lot.result)
        return {
            **self._at(lot.path),
            "verdict": lot.result.verdict,
            "level": lot.result.level,
            "missing": [format_path((*lot.path, *path)) for path in lot.result.missing],
            "conditions": [
                {"condition": each.condition.id, "verdict": each.verdict}
                for each in lot.result.judged()
                if each.concerned
            ],
            "turning": [self.turn(each, lot.path) for each in turning.single],
            "turning_together": [self.turn(each, lot.path) for each in turning.together],
            **_contradicted(lot.result.contradicted_by),
        }

    def _source(self, source: Source) -> dict[str, str]:
        return {"document": source.document, "locator": self._say(source.locator)}


def _contradicted(found: Sequence[Contradiction]) -> dict[str, list[str]]:
    """Return the rules by which the document contradicts itself, and the fields of which at least one is wrong."""
    return {
        "contradicted_by": list(dict.fromkeys(each.rule.id for each in found)),
        "contradicting": list(dict.fromkeys(format_path(path) for each in found for path in each.places)),
    }


def _brand(result: DefinitionResult) -> dict[str, Any] | None:
    """Return the brand that a definition is about, whether the product is of it, and what its figures alone come to."""
    brand = None if result.body is None else result.body.brand
    if brand is None:
        return None
    alone = next((each for each in result.judgements if each.alone is not None), None)
    return {
        "labels": list(brand.labels),
        "makers": [name for each in brand.makers for name in dict.fromkeys((each.en, each.zh))],
        "figures_alone": None if alone is None else alone.alone,
        "level_alone": None if alone is None else alone.alone_level,
    }


def _telling(result: DefinitionResult) -> Judgement | None:
    """Return the judgement that the verdict rests on."""
    return next((each for each in result.judgements if each.verdict == result.verdict), None)


def _range(value: NumberRange) -> Mapping[str, Any]:
    return {
        "from": None if value.low is None else plain(value.low),
        "from_open": value.low_open,
        "to": None if value.high is None else plain(value.high),
        "to_open": value.high_open,
    }


def _amount(value: Any) -> Any:
    return _range(value) if isinstance(value, NumberRange) else plain(value)
