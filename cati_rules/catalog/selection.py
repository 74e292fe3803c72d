"""Finds rules by what a person types: an indicator, a group, a dimension, or a whole ruleset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from msgspec import Struct

from cati_rules.catalog.ruleset import Ruleset
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.kinds.consistency.rules import Consistency
from cati_rules.kinds.definition.rules import Definition
from cati_rules.kinds.index.rules import Index, Indicator
from cati_rules.text import Text


class Selection(Struct, frozen=True):
    """Indicators of one index, or rules of a consistency ruleset; none where a whole definition was asked for."""

    ruleset: Ruleset
    indicators: tuple[Indicator, ...] = ()
    rules: tuple[str, ...] = ()


def select(identifier: str, rulesets: Sequence[Ruleset]) -> Selection:
    """Return what ``identifier`` stands for in the first ruleset that knows it: a definition, indicators, or rules.

    ``RULESET:ID`` names the ruleset too.

    Raises:
        UsageError: nothing has that id.
    """
    prefix, _, rest = identifier.rpartition(":")
    candidates = [each for each in rulesets if not prefix or each.id == prefix]
    for ruleset in candidates:
        for name, selection in _named(ruleset):
            if name == rest:
                return selection
    known = [name for ruleset in rulesets for name, _ in _named(ruleset)]
    close = get_close_matches(rest, known, n=3)
    raise UsageError(
        Problem(
            place=Place(identifier),
            code="usage/rule",
            message=Text("there is no rule of this id.", "没有此编号的规则。"),
            advice=Text(f"Did you mean {', '.join(close)}?", f"是否应为 {'、'.join(close)}？")
            if close
            else Text("`cati rules show RULESET` lists all.", "用 `cati rules show 规则集` 查看全部编号。"),
        )
    )


def _named(ruleset: Ruleset) -> Iterator[tuple[str, Selection]]:
    if isinstance(ruleset, Definition):
        yield ruleset.id, Selection(ruleset)
    if isinstance(ruleset, Consistency):
        rules = tuple(each.id for each in ruleset.rules())
        yield ruleset.id, Selection(ruleset, rules=rules)
        for name in rules:
            yield name, Selection(ruleset, rules=(name,))
    if not isinstance(ruleset, Index):
        return
    yield ruleset.id, Selection(ruleset, tuple(ruleset.indicators()))
    for dimension in ruleset.dimensions:
        yield dimension.id, Selection(ruleset, tuple(dimension.indicators()))
        for group in dimension.groups:
            yield group.id, Selection(ruleset, group.indicators)
            for indicator in group.indicators:
                yield indicator.id, Selection(ruleset, (indicator,))
