"""The rules of a ruleset by the names that waivers give them, and what each reads of a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cati_rules.catalog.ruleset import Ruleset
from cati_rules.kinds.consistency.contradiction import of_measure
from cati_rules.kinds.consistency.rules import Consistency, ConsistencyBody
from cati_rules.kinds.definition.rules import EACH, QUALIFIES, Body, Definition
from cati_rules.kinds.index.rules import Index
from cati_rules.language import Node, depends_on, nodes

Place = tuple[str, ...]
"""A place in documents of a kind; ``[]`` stands for any entry of a list."""
_EVIDENCE, _PRODUCT = "evidence", "product"


def rule_names(rules: Ruleset) -> tuple[str, ...]:
    """Return the names of all rules that can be waived, that of an indicator before those of its criteria."""
    if isinstance(rules, Index):
        return tuple(
            name
            for each in rules.indicators()
            for name in (each.id, *(f"{each.id}/{one.id}" for one in each.criteria))
        )
    if isinstance(rules, Definition):
        judged = (each.id for body in rules.bodies for each in body.judged())
        return (rules.id, *dict.fromkeys(judged))
    return tuple(dict.fromkeys(each.id for each in rules.rules())) if isinstance(rules, Consistency) else ()


def places_read(rules: Ruleset, rule: str, kind: str) -> frozenset[Place]:
    """Return what a rule reads of documents of a kind; nothing where it judges no such documents."""
    if isinstance(rules, Index):
        return frozenset(_of_index(rules, rule)) if kind == rules.subject else frozenset()
    if isinstance(rules, Definition):
        body = rules.body(kind)
        return frozenset() if body is None else frozenset(_of_definition(rules, body, rule))
    if isinstance(rules, Consistency):
        looked = rules.body(kind)
        return frozenset() if looked is None else frozenset(_of_consistency(rules, looked, rule))
    return frozenset()


def is_read(path: Sequence[str | int], places: Iterable[Place]) -> bool:
    """Return whether the value at ``path`` is one of ``places``, or part of one, or holds one."""
    return any(
        all(
            one == other or (isinstance(one, int) and other == nodes.EACH)
            for one, other in zip(path, place, strict=False)
        )
        for place in places
    )


def _of_index(rules: Index, rule: str) -> Iterator[Place]:
    named = rules.named_nodes()
    for indicator in rules.indicators():
        for criterion in indicator.criteria:
            if rule in (indicator.id, f"{indicator.id}/{criterion.id}"):
                for place in depends_on(criterion.node, named):
                    yield place
                    # Whether a statement counts depends on its evidence, and no rule has to ask for that.
                    yield from ((*place[:i], _EVIDENCE) for i in range(1, len(place) + 1))


def _of_definition(rules: Definition, body: Body, rule: str) -> Iterator[Place]:
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


def _of_consistency(rules: Consistency, body: ConsistencyBody, rule: str) -> Iterator[Place]:
    yield from _looked_at(body, rule)
    products = None if body.products is None else rules.body(_PRODUCT)
    if products is not None and body.products is not None:
        for place in _looked_at(products, rule):
            yield (body.products, nodes.EACH, _PRODUCT, *place)
            yield place


def _looked_at(body: ConsistencyBody, rule: str) -> Iterator[Place]:
    named: Mapping[str, Node] = body.named_nodes()
    for each in body.rules:
        if each.id == rule:
            yield from _placed(depends_on(each.node, named), each.each)
            yield each.at if each.each is None else (each.each, nodes.EACH, *each.at)


def _placed(places: Iterable[Place], entries: str | None) -> list[Place]:
    """Return places of entries that are judged by themselves as places of the document."""
    within = () if entries is None else (entries, nodes.EACH)
    return [(*within, *place[1:]) if place[:1] == (EACH,) else place for place in places]
