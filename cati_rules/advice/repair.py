"""Makes a criterion hold: the smallest changes to a document that meet it, found by mending what its evaluation lacks.

A criterion is evaluated on what is public; its trace tells which parts fail; one of them is mended
(:mod:`cati_rules.advice.filler`); and so on until it holds. What is known and not public is published instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cati_rules.advice.admissible import aims_passed, relabelled
from cati_rules.advice.filler import Limits, Mender, Object, with_evidence
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.consistency.refusal import impossible_in
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.result import CriterionResult
from cati_rules.kinds.index.rules import Criterion, Indicator
from cati_rules.language import TRUE, Evaluator
from cati_rules.schema import is_valid

MOST_ROUNDS = 60
"""More mending than this is given up: nothing that a person could follow needs it."""


def repair(
    assessor: IndexAssessor,
    schema: Mapping[str, Any],
    document: Object,
    indicator: Indicator,
    criterion: Criterion,
    *,
    as_of: str,
    evidence: Mapping[str, Any],
) -> tuple[Object, Limits] | None:
    """Return the document with what a criterion asks for added, so that it is met; None where no way was found.

    What is added is an example, published with ``evidence``, with what was asked of its numbers. The result is valid if
    ``document`` is. It relabels nothing that is stated, and aims at no year that has begun. Only where nothing can be
    added an amount that is stated is raised.
    """
    evaluator = assessor.criterion_evaluator(indicator, criterion)
    for may_raise in (False, True):
        mender = Mender(schema, evidence, document, as_of, assessor.named, may_raise)
        mended = _mended(mender, assessor, evaluator, set(impossible_in(document)), document)
        if mended is not None and not relabelled(document, mended):
            return mended, mender.limits
    return None


def _mended(
    mender: Mender,
    assessor: IndexAssessor,
    evaluator: Evaluator,
    known: set[FieldPath],
    given: Object,
) -> Object | None:
    for _ in range(MOST_ROUNDS):
        seen = assessor.value_with(mender.document, mender.as_of, frozenset(), counts_parent=False)
        trace = evaluator(seen)
        if trace.truth == TRUE:
            if not is_valid(str(mender.document["kind"]), mender.document):
                return None
            # What fits the schema may still say what cannot be: a target year that is the base year.
            wrong = [path for path in impossible_in(mender.document) if path not in known]
            wrong.extend(aims_passed(given, mender.document, mender.as_of))
            if not wrong:
                return mender.document
            if not mender.correct(wrong[0]):
                return None
        elif not mender.mend(trace):
            return None
    return None


def publish(
    assessor: IndexAssessor,
    document: Object,
    unmet: CriterionResult,
    indicator: Indicator,
    *,
    as_of: str,
    evidence: Mapping[str, Any],
) -> Object | None:
    """Return the document with public evidence for the statements that would meet a criterion, and for those in them.

    None if evidence is not what it lacks.
    """
    if not unmet.withheld:
        return None
    published = document
    for path in assessor.unpublished(document, as_of):
        if any(path[: len(each)] == each for each in unmet.withheld):
            published = with_evidence(published, path, evidence)
    criterion = unmet.criterion
    seen = assessor.value_with(published, as_of, frozenset(), counts_parent=criterion.counts_parent)
    met = assessor.criterion_evaluator(indicator, criterion).truth(seen) == TRUE
    return published if met else None


def walk_criteria(assessor: IndexAssessor) -> Iterator[tuple[Indicator, Criterion]]:
    """Yield every criterion of an index with its indicator."""
    for indicator in assessor.ruleset.indicators():
        for criterion in indicator.criteria:
            yield indicator, criterion
