"""Findings on consistency: what in a document contradicts itself or misleads, as grave as the rule says."""

from __future__ import annotations

from collections.abc import Iterator

from cati_rules.kinds.consistency.assessment import (
    ConsistencyFinding,
    ConsistencyResult,
    Seen,
    reasons_seen,
    values_seen,
)
from cati_rules.kinds.consistency.rules import ConsistencyBody, ConsistencyRule
from cati_rules.output.consistency import is_named, reason_text, value_text
from cati_rules.output.finding import Finding, Help, Outcome
from cati_rules.output.phrasing import Phrasing
from cati_rules.output.telling import Telling
from cati_rules.schema import load_schema
from cati_rules.text import Text


class ConsistencyFindings:
    """Tells what a consistency ruleset found in one document."""

    def __init__(self, result: ConsistencyResult, telling: Telling) -> None:
        """Tell of ``result``."""
        self._result = result
        self._telling = telling
        self._schema = load_schema(str(telling.document.value.get("kind")))
        self._bodies = {rule.id: body for body in result.ruleset.bodies for rule in body.rules}

    def findings(self) -> Iterator[Finding]:
        """Yield what was found, the gravest first."""
        for each in self._result.findings:
            yield self._finding(each)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield every rule for documents of this kind: failed where it found something graver than a note."""
        body = self._result.body
        found: dict[str, list[ConsistencyFinding]] = {}
        for each in self._result.findings:
            found.setdefault(each.rule.id, []).append(each)
        rules = {each.id: each for each in (() if body is None else body.rules)}
        rules |= {each.rule.id: each.rule for each in self._result.findings}
        for rule in rules.values():
            mine = found.get(rule.id, [])
            yield Outcome(
                document=self._telling.name,
                ruleset=self._result.ruleset.id,
                rule=self._id(rule),
                verdict="not_met" if any(each.severity != "note" for each in mine) else "met",
                title=self._telling.say(rule.title),
                reason="",
                findings=tuple(self._finding(each) for each in mine),
            )

    def _id(self, rule: ConsistencyRule) -> str:
        return f"{self._result.ruleset.id}/{rule.id}"

    def _finding(self, finding: ConsistencyFinding) -> Finding:
        rule, telling = finding.rule, self._telling
        return telling.finding(
            ruleset=self._result.ruleset.id,
            rule=self._id(rule),
            level=finding.severity,
            verdict=None,
            title=rule.title,
            message=telling.say(Text("; ", "；")).join(dict.fromkeys(self._values(finding))),
            advice=telling.say(rule.advice),
            path=finding.path,
            stands_for=finding.path,
            help_of=lambda: self._help(rule),
            waived=telling.waived(self._result.ruleset.id, rule.id, finding.path),
        )

    def _values(self, finding: ConsistencyFinding) -> Iterator[str]:
        """Yield the values that make the finding, each with its title and place."""
        body = self._bodies[finding.rule.id]
        language = self._telling.language
        words = self._telling.shared.phrasing(body, lambda: Phrasing(self._schema, body.values, language))
        for each in values_seen(finding, body.named_nodes()):
            yield from self._value(each, words, body)
        for each in reasons_seen(finding, body.named_nodes()):
            yield reason_text(each, words)

    def _value(self, seen: Seen, words: Phrasing, body: ConsistencyBody) -> Iterator[str]:
        if seen.path is not None:
            title, value = words.title(seen.path), value_text(seen, words, self._telling.document)
            told = Text(f"{title} ({seen.text}): {value}", f"{title}（{seen.text}）：{value}")
            yield self._telling.say(told)
        elif is_named(seen, body):
            yield f"{words.named(seen.name or '')} {value_text(seen, words, self._telling.document)}"

    def _help(self, rule: ConsistencyRule) -> Help:
        ruleset, say = self._result.ruleset, self._telling.say
        return Help(
            title=say(rule.title).rstrip(".。"),
            asks=f"{say(rule.title)} {say(rule.advice)}",
            ruleset=ruleset.id,
            edition=ruleset.edition,
            source=self._telling.shared.source(ruleset, rule.source),
            basis=rule.basis,
            why=None if rule.why is None else say(rule.why),
            command=f"cati explain {ruleset.id}",
        )
