"""What the assessment of a definition finds: frozen values that every rendering reads from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.catalog.period import Standing
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.comparisons import Comparison, comparisons
from cati_rules.kinds.consistency.contradiction import Contradiction
from cati_rules.kinds.definition.figures import Figure
from cati_rules.kinds.definition.rules import Body, Condition, Definition
from cati_rules.kinds.index.result import Verdict
from cati_rules.language import BOTH, FALSE, TRUE, Node, Trace
from cati_rules.language.missing_inputs import Missing
from cati_rules.language.trace import JunctionTrace

VERDICTS: Mapping[int, Verdict] = {TRUE: "met", FALSE: "not_met", BOTH: "indeterminate"}


class ConditionResult(Struct, frozen=True):
    """One condition or level: ``truth`` is what it can be; ``opened``, that the source leaves it open.

    ``trace`` is that of its expression alone, ``asked`` that of the question when the source leaves it open. Of what is
    not ``concerned`` it asks nothing. ``named`` are the body's definitions.
    """

    condition: Condition
    truth: int
    trace: Trace
    opened: bool
    asked: Trace | None
    named: Mapping[str, Node]
    concerned: bool = True

    @property
    def asked_trace(self) -> Trace:
        """The trace of what is asked of those whom the condition is for."""
        if self.condition.concerns is None or not isinstance(self.trace, JunctionTrace):
            return self.trace
        return next((each for each in self.trace.operands if each.node == self.condition.asked), self.trace)

    @property
    def verdict(self) -> Verdict:
        """The verdict on this condition alone."""
        return VERDICTS[self.truth]

    @property
    def certainly_open(self) -> bool:
        """Whether the source leaves the condition open whatever is still told; else it only may, as ``asked`` says."""
        return self.condition.basis == "unverified" or (self.asked is not None and self.asked.truth == TRUE)

    def comparisons(self) -> tuple[Comparison, ...]:
        """Return the comparisons of numbers that the condition makes."""
        return tuple(comparisons(self.trace, self.named))


class Judgement(Struct, frozen=True):
    """A body on a document, or on one entry of it: at ``path``, or the whole where that is empty.

    ``given`` is the document as it was given, with marks on entries; ``value`` that as the definition sees it;
    ``as_of`` is the ISO date of the judgement; ``applies`` and ``testable`` are traces, None where nothing is asked.
    ``level`` is the highest met for certain, ``possible_level`` the highest that is not excluded. ``missing`` names the
    places that keep the verdict, or a higher level, open; ``needs`` has what would do instead of each other apart.
    ``doubts`` are contradictions of fields that it rests on,
    ``contradicted_by`` those that keep it from being *met*, although every condition holds. ``alone`` and
    ``alone_level`` are what the figures alone come to, where they do not decide: the product is of another brand, or
    the text is only a proposal.
    """

    path: FieldPath
    verdict: Verdict
    level: str | None
    possible_level: str | None
    missing: tuple[FieldPath, ...]
    given: Mapping[str, Any]
    value: Mapping[str, Any]
    as_of: str
    applies: Trace | None
    testable: Trace | None
    figures: tuple[Figure, ...]
    conditions: Sequence[ConditionResult]
    levels: Sequence[ConditionResult]
    doubts: tuple[Contradiction, ...] = ()
    contradicted_by: tuple[Contradiction, ...] = ()
    alone: Verdict | None = None
    alone_level: str | None = None
    needs: tuple[Missing, ...] = ()

    def set_aside(self, verdict: Verdict) -> Judgement:
        """Return the judgement with ``verdict`` in place of what the document's figures alone come to.

        What is not applicable stays so.
        """
        if self.verdict == "not_applicable":
            return self
        return replace(
            self,
            verdict=verdict,
            level=None,
            possible_level=None,
            missing=(),
            needs=(),
            alone=self.verdict,
            alone_level=self.level,
        )

    def contradicted(self, found: tuple[Contradiction, ...]) -> Judgement:
        """Return the judgement with ``found`` against it: a *met* is open, any other verdict stays as it is."""
        if self.verdict != "met" or not found:
            return replace(self, doubts=found) if found else self
        return replace(self, verdict="indeterminate", level=None, doubts=found, contradicted_by=found)

    @property
    def may_not_apply(self) -> bool:
        """Whether it is open that the definition applies, or can be tested: then no condition decides."""
        return any(each is not None and each.truth != TRUE for each in (self.applies, self.testable))

    def judged(self) -> Iterator[ConditionResult]:
        """Yield the conditions, then the levels."""
        yield from self.conditions
        yield from self.levels

    def level_result(self, identifier: str) -> ConditionResult | None:
        """Return the result of a level by its id."""
        return next((each for each in self.levels if each.condition.id == identifier), None)

    def truth_of(self, level: ConditionResult) -> int:
        """Return whether a level is met together with all conditions; undecided where the definition may not apply."""
        if self.verdict in ("not_applicable", "not_testable"):
            return FALSE
        truths = [each.truth for each in self.conditions] + [level.truth]
        if FALSE in truths:
            return FALSE
        return BOTH if BOTH in truths or self.may_not_apply or self.contradicted_by else TRUE


class Lot(Struct, frozen=True):
    """A product bought, and the verdict on it."""

    path: FieldPath
    result: Judgement


class DefinitionResult(Struct, frozen=True):
    """A definition on one document. ``body`` is None where it judges other kinds of document."""

    ruleset: Definition
    as_of: str
    body: Body | None
    verdict: Verdict
    level: str | None
    judgements: tuple[Judgement, ...]
    lots: tuple[Lot, ...]
    missing: tuple[FieldPath, ...]
    parameters: Mapping[str, Decimal]

    @property
    def judged(self) -> bool:
        """Whether the definition is about documents of this kind."""
        return self.body is not None

    @property
    def outcome(self) -> str:
        """What it came to, for machines."""
        return self.verdict

    @property
    def contradicted_by(self) -> tuple[Contradiction, ...]:
        """What keeps the verdict open because the document contradicts itself; empty where it is decided."""
        if self.verdict != "indeterminate":
            return ()
        judged = (*self.judgements, *(lot.result for lot in self.lots))
        return tuple(dict.fromkeys(found for each in judged for found in each.contradicted_by))

    @property
    def standing(self) -> Standing:
        """How this edition stands on the date of the assessment."""
        return self.ruleset.standing(self.as_of)

    @property
    def in_force(self) -> bool:
        """Whether this edition applies on the date of the assessment, or may, as far as its dates are told."""
        return self.ruleset.in_force(self.as_of)

    def reaches(self, level: str | None = None) -> bool:
        """Return whether the verdict is *met*, at ``level`` or a higher one where that is given."""
        if self.verdict != "met" or self.body is None:
            return False
        ids = [each.id for each in self.body.levels]
        return level is None or (
            self.level in ids and level in ids and ids.index(level) <= ids.index(self.level)
        )

    def claim(self, claim: str) -> Verdict | None:
        """Return the verdict on a common claim, such as near zero; None where the definition does not make it."""
        if self.body is None or self.verdict in ("not_applicable", "not_testable"):
            return None
        if self.ruleset.claim == claim:
            return self.verdict
        for judgement in self.judgements:
            for level in judgement.judged():
                if level.condition.claim == claim:
                    return VERDICTS[judgement.truth_of(level)]
        return None
