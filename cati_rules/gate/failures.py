"""What fails on a document, by the names that waivers use, whether or not anything demands it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.consistency.assessment import ConsistencyResult
from cati_rules.kinds.definition.result import DefinitionResult
from cati_rules.kinds.index.result import IndexResult
from cati_rules.language import TRUE
from cati_rules.pipeline import Checked

_UNJUDGED = ("not_applicable", "not_testable")


class Failure(Struct, frozen=True):
    """A rule that is not met, or not for certain; ``within`` is the entry of the document that it was judged on.

    ``rule`` is a condition or level of a definition, the definition itself where it is open whether it applies, an
    indicator's criterion (``2.1.1/scope-1``), or a rule of consistency.
    """

    ruleset: str
    rule: str
    within: FieldPath = ()


def failures(checked: Checked) -> Iterator[Failure]:
    """Yield everything that fails on a document; nothing for one that could not be evaluated."""
    for score, _ in checked.scores():
        yield from _of_index(score)
    for verdict, _ in checked.verdicts():
        yield from _of_definition(verdict)
    for found in checked.consistency():
        yield from _of_consistency(found)


def _of_index(result: IndexResult) -> Iterator[Failure]:
    for indicator in result.indicators():
        for each in indicator.criteria:
            if not each.met:
                yield Failure(result.ruleset.id, f"{indicator.indicator.id}/{each.criterion.id}")


def _of_definition(result: DefinitionResult) -> Iterator[Failure]:
    whole = result.ruleset.id
    if not result.judgements and result.verdict == "indeterminate":
        yield Failure(whole, whole)
    for judgement in result.judgements:
        if judgement.verdict in _UNJUDGED:
            continue
        if judgement.may_not_apply:
            yield Failure(whole, whole, judgement.path)
        for each in judgement.judged():
            if each.truth != TRUE:
                yield Failure(result.ruleset.id, each.condition.id, judgement.path)


def _of_consistency(result: ConsistencyResult) -> Iterator[Failure]:
    for each in result.findings:
        yield Failure(result.ruleset.id, each.rule.id, tuple(each.path))
