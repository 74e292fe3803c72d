"""How an index scores a document, and where its score stands among the companies that the publisher printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from cati_rules.catalog.store import ruleset_ids
from cati_rules.documents import format_path
from cati_rules.errors import Problem
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.published_companies import Published, published_results
from cati_rules.kinds.index.rank import standing
from cati_rules.kinds.index.recomputation import Block, blocks
from cati_rules.kinds.index.rules import Index
from cati_rules.kinds.registry import Outcome, Run, Services
from cati_rules.text import Text

NO_SUCH = Text("not an index", "不是指数类规则集")


def assessor(rules: Index, services: Services, parameters: Mapping[str, Decimal]) -> IndexAssessor:
    """Return an index ready to score documents, with other weights where they are given."""
    return IndexAssessor(rules, services.record_of(rules.subject), parameters, services.not_counted_in)


def judged(assessor: IndexAssessor, identifier: str, run: Run) -> Outcome | None:
    """Return the score of a document, without the indicators that do not apply to it.

    None where the index is for others, and nobody asked for it.
    """
    if not run.asked and not assessor.applies(run.value):
        return None
    scorer = assessor.narrowed(run.value)
    result = scorer.assess(run.value, as_of=run.as_of)
    printed = published(identifier, assessor.ruleset)
    place = None if printed is None else standing(result, run.value, printed, run.peers)
    return Outcome(result, scorer, place, tuple(_unheeded(assessor, run)))


_PRINTED: dict[str, Published | None] = {}
_MEDIANS: dict[str, tuple[Block, ...]] = {}


def published(identifier: str, rules: Index) -> Published | None:
    """Return the results printed for a shipped index, read once; None for any other."""
    if identifier not in _PRINTED:
        _PRINTED[identifier] = published_results(rules) if identifier in ruleset_ids() else None
    return _PRINTED[identifier]


def medians(identifier: str, rules: Index) -> tuple[Block, ...]:
    """Return the published companies' medians by dimension, for a shipped index; nothing for any other."""
    if identifier not in _MEDIANS:
        printed = published(identifier, rules)
        _MEDIANS[identifier] = () if printed is None else blocks(printed, rules)
    return _MEDIANS[identifier]


def _unheeded(scorer: IndexAssessor, run: Run) -> Iterator[Problem]:
    """Yield a warning for each indicator that a document leaves out and the index asks of every company."""
    name = scorer.ruleset.id
    for path, identifier, indicator in scorer.unheeded(run.value):
        message = Text(f"{name} has no indicator {identifier}.", f"{name} 没有指标 {identifier}。")
        if indicator is not None and indicator.may_not_apply is not None:
            message = Text(
                f"this file itself gives what {identifier} asks for; {name} counts it.",
                f"本文件已有 {identifier} 所要求的内容，{name} 仍计入该项。",
            )
        elif indicator is not None:
            message = Text(
                f"{identifier} applies to every company; {name} counts it.",
                f"{identifier} 适用于所有企业，{name} 仍计入该项。",
            )
        yield Problem(
            place=run.document.place(path),
            code="rules/not-applicable",
            message=message,
            path=format_path(path),
            severity="warning",
        )
