"""Results as JSON: the contract ``cati-result/1``. Numbers are strings, exact; keys come in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

from cati_rules.advice.index_turning import IndexTurning, Lift
from cati_rules.advice.publishing import Publishing, SourcePublishing, publishing, source_publishing
from cati_rules.catalog.ruleset import Source
from cati_rules.documents import Document, format_path, value_at
from cati_rules.documents.names import document_name
from cati_rules.errors import Problem
from cati_rules.gate.outcome import OPEN, Gate
from cati_rules.gate.waiver import Waiver
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.evidence import Path
from cati_rules.kinds.index.rank import Standing
from cati_rules.kinds.index.result import (
    CriterionResult,
    DimensionResult,
    IndexResult,
    IndicatorResult,
    LeftOut,
)
from cati_rules.kinds.index.rules import Indicator
from cati_rules.kinds.observation import Observation
from cati_rules.numbers import number_text, plain
from cati_rules.output.advice import advice
from cati_rules.output.evaluation import Evaluation
from cati_rules.output.standing_data import standing_data
from cati_rules.output.weights import other_maximum
from cati_rules.pipeline import Checked
from cati_rules.report.attestation import attestation
from cati_rules.schema import spelled_out
from cati_rules.text import Language, Text
from cati_rules.visible import json_text

SCHEMA = "cati-result/1"
NOTICE = Text(
    "Computed by cati, not by IPE; how points are split is our interpretation where the report publishes none.",
    "由 cati 计算，并非 IPE 评分；报告未公布分值拆分之处为本工具的理解。",
)


def result_json(
    checked: Sequence[Checked],
    *,
    as_of: str,
    language: Language,
    gate: Gate = OPEN,
    base: FilePath | None = None,
) -> str:
    """Return everything that was found as JSON text, a line for each document, and before them what the gate came to.

    With ``base``, documents have their name relative to that folder besides the path that they were given by.

    Lines and not an indented tree: the encoder that indents is written in Python and takes as long as the evaluation.
    """
    rulesets = [result.ruleset.id for each in checked for result in each.results]
    rests_on = attestation(
        rulesets, [each.kind for each in checked if each.kind is not None and each.results]
    )
    opening = {"schema": SCHEMA, "as_of": as_of, "language": language, "attestation": rests_on}
    head = json_text(opening | gate_data(gate, language))[:-1]
    told = (
        {"path": each.name}
        | ({} if base is None else {"name": document_name(each.name, base)})
        | _document(each, language)
        | waived_data(gate, each.name)
        for each in checked
    )
    documents = ",\n".join(json_text(each) for each in told)
    return f'{head}, "documents": [\n{documents}\n]}}\n'


def gate_data(gate: Gate, language: Language) -> dict[str, Any]:
    """Return what was demanded and not reached, and what is wrong with waivers; no key for what was not asked for."""
    data: dict[str, Any] = {}
    if gate.demanded:
        data["demands"] = [
            {
                "demand": each.demand,
                "document": each.document,
                "ruleset": each.ruleset,
                "rule": each.rule,
                "path": format_path(each.path),
                "reason": each.reason.to(language),
                "waived": each.waived,
                "accept": list(each.accept),
            }
            for each in gate.demands
        ]
    if gate.new:
        data["baseline"] = {"new_documents": [each.place.file for each in gate.new]}
    if gate.waiving:
        data["waivers"] = [problem_data(each.problem, language) for each in gate.problems]
    return data


def waived_data(gate: Gate, name: str) -> dict[str, Any]:
    """Return what is waived in a document; no key where waivers were not given."""
    return {"waived": [_waiver(each) for each in gate.applied_on(name)]} if gate.waiving else {}


def _waiver(waiver: Waiver) -> dict[str, str]:
    return {
        "ruleset": waiver.ruleset,
        "rule": waiver.rule,
        "pointer": waiver.pointer,
        "reason": waiver.reason,
        "approver": waiver.approver,
        "expires": waiver.expires,
    }


def evaluation_json(checked: Checked, indicators: Sequence[str], *, as_of: str, language: Language) -> str:
    """Return the whole evaluation of some indicators on one document as JSON text."""
    data = _document(checked, language)
    if checked.document is not None:
        for (result, _), told in zip(checked.scores(), data["results"], strict=False):
            told["indicators"] = [each for each in told["indicators"] if each["id"] in indicators]
            ruleset = result.ruleset
            evaluation = Evaluation(checked.document, ruleset.named_nodes(), ruleset.values, language)
            for each in told["indicators"]:
                found = result.indicator(each["id"]).criteria
                for criterion, said in zip(found, each["criteria"], strict=True):
                    said["evaluation"] = evaluation.data(criterion.trace, criterion.value)
    return json_text({"schema": SCHEMA, "as_of": as_of, "documents": [data]}, indent=2) + "\n"


def judgement_json(checked: Checked, *, as_of: str, language: Language) -> str:
    """Return the whole evaluation of definitions on one document as JSON text."""
    data = _document(checked, language)
    if checked.document is not None:
        for (result, assessor), told in zip(checked.verdicts(), data["results"], strict=True):
            named = {} if assessor is None else assessor.named
            values = () if assessor is None else assessor.body.values
            evaluation = Evaluation(checked.document, named, values, language)
            told["evaluation"] = [
                {
                    "path": format_path(judgement.path),
                    "condition": each.condition.id,
                    **evaluation.data(each.trace, judgement.value),
                }
                for judgement in result.judgements
                for each in judgement.judged()
            ]
    return json_text({"schema": SCHEMA, "as_of": as_of, "documents": [data]}, indent=2) + "\n"


def consistency_json(
    checked: Checked, ruleset: str, rules: Sequence[str], *, as_of: str, language: Language
) -> str:
    """Return some rules of a consistency ruleset on one document as JSON text, each with its whole evaluation."""
    from cati_rules.output.consistency import explained_data  # noqa: PLC0415

    data = _document(checked, language)
    for told in data["results"]:
        told["findings"] = [each for each in told["findings"] if each["id"] in rules]
        told["evaluation"] = explained_data(checked, ruleset, rules, language)
    return json_text({"schema": SCHEMA, "as_of": as_of, "documents": [data]}, indent=2) + "\n"


def problem_data(problem: Problem, language: Language) -> dict[str, Any]:
    """Return one problem as data."""
    return {
        "severity": problem.severity,
        "code": problem.code,
        "path": problem.path,
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "field": _optional(problem.field, language),
        "message": problem.message.to(language),
        "expected": _optional(problem.expected, language),
        "advice": _optional(problem.advice, language),
    }


def _optional(text: Text | None, language: Language) -> str | None:
    return None if text is None else text.to(language)


def _document(checked: Checked, language: Language) -> dict[str, Any]:
    document = checked.document
    return {
        "path": checked.name,
        "kind": checked.kind,
        "sha256": None if document is None else document.sha256,
        "problems": [problem_data(problem, language) for problem in checked.problems],
        **({"results": []} if document is None else _results(checked, document, language)),
    }


def _results(checked: Checked, document: Document, language: Language) -> dict[str, Any]:
    scores = [
        _Result(document, language, checked.scorer(result), result).index() | _place(place, language)
        for result, place in checked.scores()
    ]
    found = _consistency(checked, document, language)
    verdicts = checked.verdicts()
    if not verdicts:
        return {"results": scores + found}
    # Imported where it is used: most runs score disclosures and need none of it.
    from cati_rules.kinds.definition.disagreement import disagreements  # noqa: PLC0415
    from cati_rules.output.verdict_data import VerdictData  # noqa: PLC0415

    told = VerdictData(document, language)
    judged = [told.result(each, assessor) for each, assessor in verdicts]
    return {
        "results": scores + judged + found,
        "disagreements": told.disagreements(tuple(disagreements([each for each, _ in verdicts]))),
    }


def _consistency(checked: Checked, document: Document, language: Language) -> list[dict[str, Any]]:
    if not checked.consistency():
        return []
    from cati_rules.output.consistency import result_data  # noqa: PLC0415

    return [result_data(each, document, language) for each in checked.consistency()]


def _place(place: Standing | None, language: Language) -> dict[str, Any]:
    return {"standing": None if place is None else standing_data(place, language)}


class _Result:
    def __init__(
        self, document: Document, language: Language, assessor: IndexAssessor, result: IndexResult
    ) -> None:
        self._document = document
        self._language = language
        self._named = {each.name: each.title.to(language) for each in result.ruleset.values}
        self._assessor = assessor
        self._result = result
        self._value = spelled_out(document.value)
        self._turning = IndexTurning(assessor, self._value, result)
        self._publishing = publishing(assessor, self._value, result)
        self._sources = source_publishing(assessor, document.value, result)

    def index(self) -> dict[str, Any]:
        result, ruleset = self._result, self._result.ruleset
        indicators = [self._indicator(each) for each in result.indicators()]
        return {
            "ruleset": ruleset.id,
            "edition": ruleset.edition,
            "kind": ruleset.kind,
            "notice": self._say(NOTICE),
            "title": self._say(ruleset.title),
            "as_of": result.as_of,
            "points": number_text(ruleset.points),
            "weighted_points": number_text(result.weighted_points),
            "parameters": {name: plain(value) for name, value in result.parameters.items()},
            "remark": _optional(other_maximum(result), self._language),
            "score": number_text(result.score),
            "score_if_published": number_text(result.score_if_published),
            "rate": plain(result.rate),
            "band": None if result.band is None else result.band.id,
            "band_title": self._say(result.band_title),
            "band_if_published": None if result.band_if_published is None else result.band_if_published.id,
            "not_applicable": [self._left_out(each) for each in result.left_out],
            "not_counted": [
                {**self._at(path), "finding": rule.id, "title": self._say(rule.title)}
                for path, rule in result.not_counted.items()
            ],
            "unpublished": [self._at(path) for path in result.unpublished],
            "publishing": [self._gain(each) for each in self._publishing],
            "publishing_sources": [self._source_gain(each) for each in self._sources],
            "turning": list(self._to_a_better_band(indicators)),
            "dimensions": [self._dimension(each) for each in result.dimensions],
            "indicators": indicators,
        }

    def _source_gain(self, each: SourcePublishing) -> dict[str, Any]:
        return {
            **self._at(each.path),
            "id": each.id,
            "statements": [format_path(path) for path in each.statements],
            "gain": number_text(each.gain),
        }

    def _gain(self, each: Publishing) -> dict[str, Any]:
        return {
            **self._at(each.path),
            "inside": [format_path(path) for path in each.inside],
            "gain": number_text(each.gain),
            "beside": [format_path(path) for path in each.beside],
            "gain_together": number_text(each.gain_together),
        }

    def _to_a_better_band(self, indicators: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Yield the single fields with which the score comes to a better band, each once."""
        ruleset, told = self._result.ruleset, set()
        for lift in (
            ()
            if self._result.band is None
            else (
                each for one in indicators for criterion in one["criteria"] for each in criterion["turning"]
            )
        ):
            band = ruleset.band(Decimal(lift["score"]))
            if band != self._result.band and (lift["path"], lift["value"]) not in told:
                told.add((lift["path"], lift["value"]))
                yield {**lift, "band": band.id}

    def _left_out(self, each: LeftOut) -> dict[str, Any]:
        indicator = each.indicator
        return {
            **self._at(each.path),
            "indicator": indicator.id,
            "title": self._say(indicator.title),
            "reason": each.reason,
        }

    def _say(self, text: Text) -> str:
        return text.to(self._language)

    def _at(self, path: Path) -> dict[str, Any]:
        place = self._document.place(path)
        return {"path": format_path(path), "line": place.line, "column": place.column}

    def _dimension(self, result: DimensionResult) -> dict[str, Any]:
        return {
            "id": result.dimension.id,
            "title": self._say(result.dimension.title),
            "points": number_text(result.dimension.points),
            "awarded": number_text(result.awarded),
            "weighted": number_text(result.weighted),
            "weighted_points": number_text(result.weighted_points),
            "groups": [
                {
                    "id": each.group.id,
                    "title": self._say(each.group.title),
                    "points": number_text(each.group.points),
                    "awarded": number_text(each.awarded),
                }
                for each in result.groups
            ],
        }

    def _indicator(self, result: IndicatorResult) -> dict[str, Any]:
        return {
            "id": result.indicator.id,
            "title": self._say(result.indicator.title),
            "points": number_text(result.indicator.points),
            "awarded": number_text(result.awarded),
            "awarded_if_published": number_text(result.awarded_if_published),
            "weight": number_text(result.weight),
            "weighted": number_text(result.weighted),
            "award": result.indicator.award,
            "earned": number_text(result.earned),
            "held_back": number_text(result.held_back),
            "counts_elsewhere": result.counts_elsewhere,
            "verdict": result.verdict,
            "source": self._source(result.indicator.source),
            "criteria": [self._criterion(result.indicator, each) for each in result.criteria],
        }

    def _source(self, source: Source) -> dict[str, str]:
        return {"document": source.document, "locator": self._say(source.locator)}

    def _criterion(self, indicator: Indicator, result: CriterionResult) -> dict[str, Any]:
        criterion = result.criterion
        seen = result.seen()
        return {
            "id": criterion.id,
            "title": self._say(criterion.title),
            "points": number_text(criterion.points),
            "verdict": result.verdict,
            "verdict_if_published": "met" if result.met_if_published else "not_met",
            "when": criterion.expression,
            "values": {format_path(each.path): value_of(each) for each in seen if each.demand != "entry"},
            "missing": list(
                dict.fromkeys(
                    format_path(each.path)
                    for each in seen
                    if each.is_absent and value_at(self._document.value, each.path) is None
                )
            ),
            "withheld": [self._at(path) for path in result.withheld],
            "seen": [self._observation(each) for each in seen],
            "turning": [_lift(each) for each in self._turning.of(indicator, result)],
            "advice": None if result.met else self._say(advice(result, self._value, self._result.as_of)),
            "basis": criterion.basis,
            "why": _optional(criterion.why, self._language),
            "source": self._source(criterion.source),
        }

    def _observation(self, seen: Observation) -> Mapping[str, Any]:
        data: dict[str, Any] = {
            **self._at(seen.path),
            "held": seen.held,
            "demand": seen.demand,
            "value": value_of(seen),
        }
        if seen.operator is not None:
            data |= {"operator": seen.operator, "limit": plain(seen.limit), "limit_name": seen.limit_name}
        if seen.choices:
            data |= {"choices": [plain(each) for each in seen.choices], "negated": seen.negated}
        if seen.demand == "entry":
            data |= {"entries": seen.entries}
        if seen.within is not None:
            data |= {"part_of": seen.within, "part_of_title": self._named[seen.within]}
        if seen.assumed:
            data |= {"assumed": True}
        return data


def _lift(lift: Lift) -> Mapping[str, Any]:
    """Return what a single field would have to be, and what that gains."""
    return {
        "path": format_path(lift.path),
        "operator": lift.operator,
        "value": plain(lift.value),
        "unit": None,
        "choices": [plain(each) for each in lift.choices],
        "gain": number_text(lift.gain),
        "score": number_text(lift.score),
    }


def value_of(seen: Observation) -> Any:
    """Return the value that was seen as JSON holds it."""
    return plain(seen.value) if seen.items is None else [plain(each) for each in seen.items]
