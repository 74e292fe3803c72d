"""The limits that slide with the scrap share, with the product among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from cati_rules.documents import value_at
from cati_rules.kinds.definition.result import DefinitionResult, Judgement
from cati_rules.language import nodes
from cati_rules.language.linear import Line, lines_of
from cati_rules.report.definition import Chart, Limit

SCRAP = ("scrap", "share")
FIGURE = ("footprint", "value")


def chart(results: Sequence[DefinitionResult]) -> Chart | None:
    """Return the limits that slide and that the product is compared with; None where there are not two of them."""
    judged = [
        each for each in results if each.in_force and each.body is not None and len(each.judgements) == 1
    ]
    limits = _distinct([limit for each in judged for limit in _limits(each, each.judgements[0])])
    product = next((point for each in judged for point in _product(each.judgements[0])), None)
    if len(limits) < 2 or product is None:
        return None
    return Chart(limits, *product)


def _limits(result: DefinitionResult, judgement: Judgement) -> Iterator[tuple[str, Line]]:
    if result.body is None or not any(each.standing == "comparable" for each in judgement.figures):
        return
    names = {each.name: each for each in result.body.values}
    for condition in judgement.judged():
        for comparison in condition.comparisons():
            bound, subject = comparison.bound, comparison.subject
            if not isinstance(bound, nodes.Named) or bound.name not in names:
                continue
            if not isinstance(subject, nodes.Field) or subject.fields != FIGURE:
                continue
            lines = lines_of(bound, SCRAP, judgement.value, result.body.named_nodes())
            for line in lines:
                if len(lines) == 1 and line[1] != 0:
                    level = f" {condition.condition.id}" if condition in judgement.levels else ""
                    yield f"{result.ruleset.id}{level}", line


def _distinct(limits: Sequence[tuple[str, Line]]) -> tuple[Limit, ...]:
    """Return the limits, those on one line under a common name, from the highest to the lowest at no scrap."""
    by_line: dict[Line, list[str]] = {}
    for name, line in limits:
        by_line.setdefault(line, []).append(name)
    found = [Limit(", ".join(names), line[0], line[1]) for line, names in by_line.items()]
    return tuple(sorted(found, key=lambda each: each.start, reverse=True))


def _product(judgement: Judgement) -> Iterator[tuple[Fraction | None, Fraction]]:
    share, value = value_at(judgement.value, SCRAP), value_at(judgement.value, FIGURE)
    if isinstance(value, Decimal) and any(each.standing == "comparable" for each in judgement.figures):
        yield (Fraction(share) if isinstance(share, Decimal) else None), Fraction(value)
