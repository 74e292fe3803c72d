"""What is told of a consistency ruleset on one document: what contradicts itself or misleads, and by which values."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from cati_rules.catalog.basis import Basis
from cati_rules.kinds.consistency.rules import SEVERITIES, Severity
from cati_rules.later import Later
from cati_rules.report.values import Evaluation, Location, Plain, Ruleset, Source
from cati_rules.text import Text


class Rule(Struct, frozen=True):
    """A rule that looks for something; ``explained_by`` is the condition under which the document gives a reason."""

    id: str
    severity: Severity
    title: Text
    advice: Text
    when: str
    explained_by: str | None
    basis: Basis
    why: Text | None
    source: Source


class Value(Struct, frozen=True):
    """A value that makes a finding: of a field (``at``), or one that was computed.

    ``said`` is the value in words with its unit, ``title`` what it is of. ``notable`` says whether a page of few words
    tells of it, ``named`` whether one that was computed has a name that says something.
    """

    text: str
    at: Location | None
    value: Plain
    title: Text
    said: Text
    notable: bool
    named: bool

    @property
    def quoted(self) -> Text:
        """It as the reason that a document states, with its place."""
        return Text("reason stated: {} ({})", "已说明原因：{}（{}）").format(self.said, self.text)


class Inconsistency(Struct, frozen=True):
    """What was found at a place; ``severity`` is that of the rule, a note where the document states a reason."""

    rule: Rule
    at: Location
    cause: Location
    severity: Severity
    values: Later[tuple[Value, ...]]
    reasons: Later[tuple[Value, ...]]


class Judged(Struct, frozen=True):
    """One rule on the document, or on one entry, with its whole evaluation, whatever it found."""

    rule: str
    at: Location
    entry: Location
    found: bool
    evaluation: Evaluation


class ConsistencyReport(Struct, frozen=True):
    """What was found in one document, the gravest first; ``rules`` are all that look at documents of its kind.

    ``judged`` tells how each rule came out, for those who want to know why nothing was found.
    """

    ruleset: Ruleset
    as_of: str
    rules: tuple[Rule, ...]
    findings: tuple[Inconsistency, ...]
    judged: Later[tuple[Judged, ...]]

    def counts(self) -> dict[Severity, int]:
        """Return how many findings there are of each severity that occurs, the gravest first."""
        counted = Counter(each.severity for each in self.findings)
        return {severity: counted[severity] for severity in SEVERITIES if counted[severity]}
