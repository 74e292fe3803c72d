"""What a rule that is waived reads of a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from cati_rules.catalog.ruleset import Kind, Ruleset
from cati_rules.documents.paths import FieldNames
from cati_rules.kinds.consistency.contradiction import of_measure
from cati_rules.kinds.consistency.rules import Consistency, ConsistencyBody
from cati_rules.kinds.definition.rules import EACH, QUALIFIES, Definition
from cati_rules.kinds.index.rules import Index
from cati_rules.language import Node, depends_on, nodes

_EVIDENCE, _PRODUCT = "evidence", "product"


def places_read(rules: Ruleset, rule: str, kind: str) -> frozenset[FieldNames]:
    """Return what a rule reads of documents of a kind; nothing where it judges no such documents."""
    return frozenset(_READ[rules.kind](rules, rule, kind))


def is_read(path: Sequence[str | int], places: Iterable[FieldNames]) -> bool:
    """Return whether the value at ``path`` is one of ``places``, or part of one, or holds one."""
    return any(
        all(
            one == other or (isinstance(one, int) and other == nodes.EACH)
            for one, other in zip(path, place, strict=False)
        )
        for place in places
    )


def _of_index(rules: Index, rule: str, kind: str) -> Iterator[FieldNames]:
    if kind != rules.subject:
        return
    named = rules.named_nodes()
    for indicator in rules.indicators():
        for criterion in indicator.criteria:
            if rule in (indicator.id, f"{indicator.id}/{criterion.id}"):
                for place in depends_on(criterion.node, named):
                    yield place
                    # Whether a statement counts depends on its evidence, and no rule has to ask for that.
                    yield from ((*place[:i], _EVIDENCE) for i in range(1, len(place) + 1))


def _of_definition(rules: Definition, rule: str, kind: str) -> Iterator[FieldNames]:
    body = rules.body(kind)
    if body is None:
        return
    named = body.named_nodes()
    asked: list[Node] = []
    if rule == rules.id:
        asked = [each.node for each in (body.applies, body.testable) if each is not None]
        if body.each is not None:
            yield (body.each,)
    for each in body.judged():
        if each.id == rule:
            asked += [each.node, *(() if each.opened is None else (each.opened.node,))]
    read = _placed({place for node in asked for place in depends_on(node, named)}, body.each)
    yield from read
    for measure in body.measures:
        if any(is_read(place, (measure.of,)) for place in read):
            yield from _placed(of_measure(measure), body.each)
            yield (*measure.of, "unit")
    if body.qualifies is not None and any(place[-1:] == (QUALIFIES,) for place in read):
        yield (body.qualifies,)


def _of_consistency(rules: Consistency, rule: str, kind: str) -> Iterator[FieldNames]:
    body = rules.body(kind)
    if body is None:
        return
    yield from _looked_at(body, rule)
    products = None if body.products is None else rules.body(_PRODUCT)
    if products is not None and body.products is not None:
        for place in _looked_at(products, rule):
            yield (body.products, nodes.EACH, _PRODUCT, *place)
            yield place


def _looked_at(body: ConsistencyBody, rule: str) -> Iterator[FieldNames]:
    named: Mapping[str, Node] = body.named_nodes()
    for each in body.rules:
        if each.id == rule:
            yield from _placed(depends_on(each.node, named), each.each)
            yield each.at if each.each is None else (each.each, nodes.EACH, *each.at)


def _placed(places: Iterable[FieldNames], entries: str | None) -> list[FieldNames]:
    """Return places of entries that are judged by themselves as places of the document."""
    within = () if entries is None else (entries, nodes.EACH)
    return [(*within, *place[1:]) if place[:1] == (EACH,) else place for place in places]


_READ: Mapping[Kind, Callable[[Any, str, str], Iterator[FieldNames]]] = {
    "index": _of_index,
    "definition": _of_definition,
    "consistency": _of_consistency,
}
