"""The report of a consistency ruleset."""

from __future__ import annotations

from collections.abc import Iterator

from cati_rules.documents import value_at
from cati_rules.kinds.consistency import rules
from cati_rules.kinds.consistency import seen as found
from cati_rules.kinds.consistency.assessment import (
    ConsistencyAssessor,
    ConsistencyFinding,
    ConsistencyResult,
)
from cati_rules.later import Later
from cati_rules.report.build.evaluation import Evaluations
from cati_rules.report.build.subject import Subject, head_of, source_of
from cati_rules.report.consistency import ConsistencyReport, Inconsistency, Judged, Rule, Value
from cati_rules.report.wording.phrasing import Phrasing
from cati_rules.schema import load_schema
from cati_rules.text import same

_SHOWN_ELSEWHERE = (
    *("unit", "scope", "category", "carrier", "subject", "measure", "accounting"),
    *("instrument", "per", "area"),
)
"""Fields that tell what an entry is about; a page of few words does not repeat them."""
_MEASURED = ("value", "quantity", "below")


def consistency_report(
    result: ConsistencyResult, assessor: ConsistencyAssessor, subject: Subject
) -> ConsistencyReport:
    """Return what is told of ``result`` by ``assessor``."""
    return _Builder(result, assessor, subject).report()


class _Builder:
    def __init__(self, result: ConsistencyResult, assessor: ConsistencyAssessor, subject: Subject) -> None:
        self._result = result
        self._assessor = assessor
        self._subject = subject
        self._bodies = {rule.id: body for body in result.ruleset.bodies for rule in body.rules}

    def report(self) -> ConsistencyReport:
        result = self._result
        own = () if result.body is None else result.body.rules
        told = {each.id: each for each in (*own, *(each.rule for each in result.findings))}
        return ConsistencyReport(
            ruleset=head_of(result.ruleset, result.as_of),
            as_of=result.as_of,
            rules=tuple(self._rule(each) for each in told.values()),
            findings=tuple(self._finding(each) for each in result.findings),
            judged=Later(lambda: tuple(self._judged())),
        )

    def _rule(self, rule: rules.ConsistencyRule) -> Rule:
        explained = rule.explained_by
        return Rule(
            id=rule.id,
            severity=rule.severity,
            title=rule.title,
            advice=rule.advice,
            when=" ".join(rule.expression.split()),
            explained_by=None if explained is None else " ".join(explained.expression.split()),
            basis=rule.basis,
            why=rule.why,
            source=source_of(self._result.ruleset, rule.source),
        )

    def _finding(self, finding: ConsistencyFinding) -> Inconsistency:
        named = self._bodies[finding.rule.id].named_nodes()
        return Inconsistency(
            rule=self._rule(finding.rule),
            at=self._subject.at(finding.path),
            cause=self._subject.cause(finding.path),
            severity=finding.severity,
            values=Later(
                lambda: tuple(self._value(each, finding) for each in found.values_seen(finding, named))
            ),
            reasons=Later(
                lambda: tuple(self._value(each, finding) for each in found.reasons_seen(finding, named))
            ),
        )

    def _value(self, seen: found.Seen, finding: ConsistencyFinding) -> Value:
        body = self._bodies[finding.rule.id]
        words = self._subject.phrasings.of(body, lambda: self._phrasing(body))
        path = () if seen.path is None else seen.path
        said = words.value(seen.value, path)
        unit = words.named_unit(seen.name or "")
        if path:
            given = value_at(self._subject.document.value, (*path[:-1], "unit"))
            unit = given if path[-1] in _MEASURED and isinstance(given, str) else None
        named = _is_named(seen, body)
        return Value(
            text=seen.text,
            at=None if seen.path is None else self._subject.at(seen.path),
            value=seen.value,
            title=words.title(path) if path else words.named(seen.name or ""),
            said=said if unit is None else same("{} {}").format(said, unit),
            notable=named if seen.path is None else seen.path[-1] not in _SHOWN_ELSEWHERE,
            named=named,
        )

    def _phrasing(self, body: rules.ConsistencyBody) -> Phrasing:
        return Phrasing(load_schema(str(self._subject.document.value.get("kind"))), body.values)

    def _judged(self) -> Iterator[Judged]:
        for rule in self._assessor.ruleset.rules():
            body = self._bodies[rule.id]
            for each in self._assessor.judged(self._subject.value, rule):
                evaluations = Evaluations(self._subject, body.named_nodes(), body.values, each.placed)
                yield Judged(
                    rule=rule.id,
                    at=self._subject.at(each.path),
                    entry=self._subject.at(each.entry or each.within),
                    found=each.found,
                    evaluation=evaluations.of(each.trace, each.value),
                )


def _is_named(seen: found.Seen, body: rules.ConsistencyBody) -> bool:
    """Return whether what was computed is told of: a limit, or an amount with a unit; not what rules count with."""
    return any(each.name == seen.name and (each.unit or not each.parameters) for each in body.values)
