"""Disagreements between definitions as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cati_rules.documents import format_path
from cati_rules.kinds.comparisons import Comparison
from cati_rules.kinds.definition.disagreement import CLAIMS, Cause, Disagreement
from cati_rules.kinds.index.result import VERDICT_TITLES
from cati_rules.report.build.subject import Subject, amount_of
from cati_rules.report.wording.amounts import amount_text
from cati_rules.report.wording.comparability import wanted_text
from cati_rules.report.wording.verdicts import DefinitionWords, contradiction_text
from cati_rules.text import NOTHING, Text


def sentence(found: Disagreement, subject: Subject) -> Text:
    """Return which definition takes a claim, which does not, and why."""
    return Text("{}: {} accepts it, {} does not ({}): {}", "{}：{} 认可，{} 不认可（{}）：{}").format(
        CLAIMS[found.claim],
        found.met.ruleset.id,
        found.other.ruleset.id,
        VERDICT_TITLES[found.verdict],
        reason(found, subject),
    )


def reason(found: Disagreement, subject: Subject) -> Text:
    """Return why the other definition does not take it."""
    return _CAUSES[found.cause](found, subject)


def _boundary(found: Disagreement, subject: Subject) -> Text:
    if found.figure is None or found.other.body is None:
        return _missing(found, subject)
    if found.figure.other_gases:
        return Text(
            "other gases: it compares {}, the figure is in {}", "气体口径不同：其口径为 {}，而数值单位为 {}"
        ).format(found.figure.measure.unit, found.figure.unit)
    asked = found.figure.measure.comparable
    title = asked.title if asked is not None else None
    head = Text("another boundary", "边界不同")
    return head if title is None else head + Text(": it asks for {}", "：要求{}").format(title)


def _strictness(found: Disagreement, _: Subject) -> Text:
    return Text(
        "strictly below: the figure is exactly on the limit of {}, which only one of them includes",
        "严格低于：数值恰在限值 {} 上，一方包含限值，另一方不包含",
    ).format(_limit_of(found.theirs))


def _condition(found: Disagreement, subject: Subject) -> Text:
    if found.condition is None:
        return _missing(found, subject)
    return Text("it also asks: {}", "另要求：{}").format(found.condition.condition.title)


def _limit(found: Disagreement, _: Subject) -> Text:
    theirs = _limit_of(found.theirs)
    if found.ours is None:
        return Text("its limit is {}", "其限值为 {}").format(theirs)
    return Text("another limit: {} instead of {}", "限值不同：{}，而非 {}").format(
        theirs, _limit_of(found.ours)
    )


def _limit_of(comparison: Comparison | None) -> Text:
    return NOTHING if comparison is None else amount_text(amount_of(comparison.limit))


def _source_open(found: Disagreement, subject: Subject) -> Text:
    if found.condition is not None and found.other.body is not None:
        return DefinitionWords(subject, found.other.body).opened(found.condition)
    return Text("its figure is not verified", "其数值未经核实")


def _contradiction(found: Disagreement, _: Subject) -> Text:
    return Text("; ", "; ").join(contradiction_text(each) for each in found.other.contradicted_by)


def _missing(found: Disagreement, _: Subject) -> Text:
    wanted = None if found.figure is None else wanted_text(found.figure)
    if not found.places and wanted is not None:
        return Text("it asks for {}", "要求提供{}").format(wanted)
    return Text("not given: {}", "未填写：{}").format(", ".join(format_path(path) for path in found.places))


_CAUSES: Mapping[Cause, Callable[[Disagreement, Subject], Text]] = {
    "boundary": _boundary,
    "strictness": _strictness,
    "condition": _condition,
    "limit": _limit,
    "source_open": _source_open,
    "contradiction": _contradiction,
    "missing": _missing,
}
