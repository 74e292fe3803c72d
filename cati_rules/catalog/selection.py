"""Finds rules by what a person types: an indicator, a group, a dimension, or a whole ruleset."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from msgspec import Struct

from cati_rules.catalog.ruleset import Ruleset
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.text import Text


class Selection(Struct, frozen=True):
    """Rules of a ruleset, by id: indicators of an index, rules of a consistency ruleset; none for a definition."""

    ruleset: Ruleset
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
        for name, rules in ruleset.selections():
            if name == rest:
                return Selection(ruleset, rules)
    known = [name for ruleset in rulesets for name, _ in ruleset.selections()]
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
