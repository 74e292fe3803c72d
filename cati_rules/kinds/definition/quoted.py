"""What a *met* verdict rests on that is known only as another text quotes it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cati_rules.catalog.ruleset import Source
from cati_rules.kinds.definition.result import DefinitionResult, Judgement
from cati_rules.kinds.definition.rules import Body
from cati_rules.language import names_in
from cati_rules.text import Text

QUOTED = "quoted"


class Quoted(Struct, frozen=True):
    """A condition, a level or a named value of basis *quoted*."""

    id: str
    title: Text
    source: Source


def quoted_in(result: DefinitionResult) -> tuple[Quoted, ...]:
    """Return what is quoted of all that a *met* verdict rests on; nothing for any other verdict.

    Of purchases, the products in lots that qualify count too.
    """
    if result.verdict != "met" or result.body is None:
        return ()
    found = [
        each for judged in result.judgements if judged.verdict == "met" for each in _of(judged, result.body)
    ]
    products = result.ruleset.body("product")
    for lot in result.lots:
        if lot.result.verdict == "met" and products is not None:
            found.extend(_of(lot.result, products))
    return tuple(dict.fromkeys(found))


def _of(judgement: Judgement, body: Body) -> Iterator[Quoted]:
    level = None if judgement.level is None else judgement.level_result(judgement.level)
    used = [each.condition for each in (*judgement.conditions, *([] if level is None else [level]))]
    for condition in used:
        if condition.basis == QUOTED:
            yield Quoted(condition.id, condition.title, condition.source)
    names = {name for each in used for name in names_in(each.node)}
    for value in reversed(body.values):  # a value may use those before it
        if value.name in names:
            names |= set(names_in(value.node))
    for value in body.values:
        if value.name in names and value.basis == QUOTED:
            yield Quoted(value.name, value.title, value.source)
