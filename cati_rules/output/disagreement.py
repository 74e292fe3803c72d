"""Disagreements between definitions as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cati_rules.documents import format_path
from cati_rules.kinds.definition.disagreement import CLAIMS, Cause, Disagreement
from cati_rules.output.amounts import amount_text
from cati_rules.output.verdict_words import VerdictWords
from cati_rules.text import Text


def sentence(found: Disagreement, words: VerdictWords) -> str:
    """Return which definition takes a claim, which does not, and why."""
    cause = _CAUSES[found.cause](found, words)
    met, other = found.met.ruleset.id, found.other.ruleset.id
    verdict = words.verdict(found.verdict)
    claim = words.say(CLAIMS[found.claim])
    return words.say(
        Text(
            f"{claim}: {met} takes it, {other} does not ({verdict}): {cause}",
            f"{claim}：{met} 认可，{other} 不认可（{verdict}）：{cause}",
        )
    )


def _boundary(found: Disagreement, words: VerdictWords) -> str:
    body = found.other.body
    if found.figure is None or body is None:
        return _missing(found, words)
    if found.figure.other_gases:
        unit = found.figure.measure.unit
        gases = Text(
            f"other gases: it compares {unit}, the figure is in {found.figure.unit}",
            f"气体口径不同：其口径为 {unit}，而数值单位为 {found.figure.unit}",
        )
        return words.say(gases)
    head = Text("another boundary", "边界不同")
    asked = found.figure.measure.comparable
    title = asked.title if asked is not None else None
    return words.say(head) + (
        words.say(Text(f": it asks for {title.en}", f"：要求{title.zh}")) if title else ""
    )


def _strictness(found: Disagreement, words: VerdictWords) -> str:
    limit = "" if found.theirs is None else amount_text(found.theirs.limit, words.language)
    return words.say(
        Text(
            f"strictly below: the figure is exactly on the limit of {limit}, which only one of them takes in",
            f"严格低于：数值恰在限值 {limit} 上，一方包含限值，另一方不包含",
        )
    )


def _condition(found: Disagreement, words: VerdictWords) -> str:
    title = None if found.condition is None else found.condition.condition.title
    if title is None:
        return _missing(found, words)
    return words.say(Text(f"it also asks: {title.en}", f"另要求：{title.zh}"))


def _limit(found: Disagreement, words: VerdictWords) -> str:
    ours, theirs = (
        "" if each is None else amount_text(each.limit, words.language) for each in (found.ours, found.theirs)
    )
    if found.ours is None:
        return words.say(Text(f"its limit is {theirs}", f"其限值为 {theirs}"))
    return words.say(Text(f"another limit: {theirs} instead of {ours}", f"限值不同：{theirs}，而非 {ours}"))


def _source_open(found: Disagreement, words: VerdictWords) -> str:
    if found.condition is not None and found.other.body is not None:
        return words.opened(found.condition, found.other.body)
    return words.say(Text("its figure is not verified", "其数值未经核实"))


def _contradiction(found: Disagreement, words: VerdictWords) -> str:
    return "; ".join(words.contradiction(each) for each in found.other.contradicted_by)


def _missing(found: Disagreement, words: VerdictWords) -> str:
    listed = ", ".join(format_path(path) for path in found.places)
    return words.say(Text(f"not given: {listed}", f"未填写：{listed}"))


_CAUSES: Mapping[Cause, Callable[[Disagreement, VerdictWords], str]] = {
    "boundary": _boundary,
    "strictness": _strictness,
    "condition": _condition,
    "limit": _limit,
    "source_open": _source_open,
    "contradiction": _contradiction,
    "missing": _missing,
}
