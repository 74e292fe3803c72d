"""Where in a document one looks to see why a rule is not met: what is missing, else the first value that decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cati_rules.documents import parse_path
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.definition.absent import placed, placed_in
from cati_rules.kinds.definition.result import ConditionResult, Judgement
from cati_rules.kinds.index.result import CriterionResult
from cati_rules.kinds.needs import Observation
from cati_rules.kinds.values import values_read
from cati_rules.language import BOTH, TRUE, Node, missing, nodes, walk
from cati_rules.language.missing_inputs import Missing, inputs_of, missing_ways


def missing_in(result: ConditionResult, judgement: Judgement, named: Mapping[str, Node]) -> list[FieldPath]:
    """Return what is not given and keeps a condition open."""
    return list(dict.fromkeys(inputs_of(needs_in(result, judgement, named))))


def needs_in(result: ConditionResult, judgement: Judgement, named: Mapping[str, Node]) -> tuple[Missing, ...]:
    """Return what is not given and keeps a condition open, with what would do instead of each other apart."""
    found: list[Missing] = []
    if result.trace.truth == BOTH:
        found.extend(missing_ways(result.trace, judgement.value, named=named))
    if result.asked is not None and result.asked.truth == BOTH:  # what the source leaves open is to fail
        found.extend(missing(result.asked, judgement.value, named=named))
    return tuple(placed_in(found, judgement.path))


def cause_of_condition(result: ConditionResult, judgement: Judgement, named: Mapping[str, Node]) -> FieldPath:
    """Return the place to look at: what is missing, else the first field that the condition reads."""
    absent = missing_in(result, judgement, named)
    if absent:
        return absent[0]
    for comparison in result.comparisons():
        if comparison.truth != TRUE and isinstance(comparison.subject, nodes.Field):
            return placed(comparison.subject.fields, judgement.path)
    known, possible = values_read(result, judgement)
    for name in (*known, *possible):
        if name not in named:
            return parse_path(name)
    for node in walk(result.condition.node):
        if isinstance(node, nodes.Field) and node.root == nodes.DOCUMENT:
            return placed(node.fields, judgement.path)
    return judgement.path


def cause_of_criterion(result: CriterionResult, seen: Sequence[Observation] | None = None) -> FieldPath:
    """Return the place to look at: a statement that is withheld, or the first thing that fails of what was seen."""
    if result.withheld:
        return result.withheld[0]
    looked = result.seen() if seen is None else seen
    return next((each.path for each in looked if not each.held), looked[0].path if looked else ())
