"""What contradicts itself in a row, and which verdicts rest on it: the rules of severity *error*, over columns."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cati_rules.columns.amounts import NotColumns
from cati_rules.columns.fields import PRODUCT, Fields
from cati_rules.columns.figures import AsStated
from cati_rules.columns.stages import Stages
from cati_rules.columns.translation import Translator
from cati_rules.columns.truths import Flag
from cati_rules.documents.paths import FieldNames
from cati_rules.kinds.consistency.rules import Consistency, ConsistencyRule
from cati_rules.kinds.definition.stated import MODULES
from cati_rules.language import Node, depends_on, nodes


class Contradicting(Struct, frozen=True):
    """Where fields of a row cannot all be right, and which these are."""

    places: frozenset[FieldNames]
    where: Flag

    def concerns(self, read: frozenset[FieldNames]) -> bool:
        """Return whether one of the fields is among those that a verdict rests on, or holds or lies within one."""
        return any(
            all(one == other for one, other in zip(place, field, strict=False))
            for place in self.places
            for field in read
        )


def contradicting(ruleset: Consistency, fields: Fields, stages: Stages) -> tuple[Contradicting, ...]:
    """Return what contradicts itself by the rules for products.

    Raises:
        NotColumns: a rule looks at a list, or at what is computed.
    """
    body = ruleset.body(PRODUCT)
    if body is None:
        return ()
    found: list[Contradicting] = []
    for rule in body.rules:
        if rule.stop:
            # Rows with modules are judged as documents, in which such a rule stops the evaluation.
            if not any(MODULES in place for place in depends_on(rule.node, body.named_nodes())):
                raise NotColumns(f"{rule.id}: stops the evaluation")
        elif rule.severity == "error":
            found.extend(_of_rule(rule, fields, stages))
    return tuple(each for each in found if each.where is not False)


def places_of(ruleset: Consistency) -> frozenset[FieldNames]:
    """Return the fields of products that rules of severity *error* look at; of groups of fields, the group."""
    body = ruleset.body(PRODUCT)
    rules = () if body is None else body.rules
    found = (nodes.depends_on(each.node) for each in rules if each.severity == "error")
    return frozenset(place for places in found for place in places)


def _of_rule(rule: ConsistencyRule, fields: Fields, stages: Stages) -> Iterator[Contradicting]:
    """Yield what a rule finds, one for each way to be found: the fields in doubt are those that make it true."""
    if rule.lists:
        raise NotColumns(f"{rule.id}: entries of a list")
    for way in ways(rule.node):
        translator = Translator(AsStated(fields, stages), {}, stages, closed=True)
        truth = translator.truth(nodes.And(way) if len(way) > 1 else way[0])
        places = frozenset(_places(way))
        if translator.doubt is not False or not places:
            raise NotColumns(rule.id)
        yield Contradicting(places | {tuple(rule.at)}, truth.must)


def ways(node: Node) -> Iterator[tuple[Node, ...]]:
    """Yield the ways in which a condition can be true: parts that all hold, none of them an ``or``."""
    if isinstance(node, nodes.Or):
        for operand in node.operands:
            yield from ways(operand)
        return
    if not isinstance(node, nodes.And):
        yield (node,)
        return
    combined: list[tuple[Node, ...]] = [()]
    for operand in node.operands:
        combined = [(*one, *other) for one in combined for other in ways(operand)]
    yield from combined


def _places(way: tuple[Node, ...]) -> Iterator[FieldNames]:
    """Yield the fields whose values are compared; whether something is there at all is no value."""
    for part in way:
        if isinstance(part, nodes.Present):
            continue
        for each in nodes.walk(part):
            if isinstance(each, nodes.Named | nodes.OverList | nodes.Count | nodes.Arithmetic):
                raise NotColumns("what is computed")
            if isinstance(each, nodes.Field):
                yield each.fields
