"""What would add points, in words: a single field that meets a criterion, and a statement that is only not public."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from cati_rules.advice.index_turning import Lift
from cati_rules.advice.publishing import Publishing, SourcePublishing
from cati_rules.documents import format_path
from cati_rules.documents.paths import FieldPath
from cati_rules.numbers import number_text
from cati_rules.report.wording.amounts import OPERATORS, rounded
from cati_rules.report.wording.phrasing import Phrasing
from cati_rules.text import NOTHING, Text, same

MOST_BESIDE = 2
"""How many statements that something has to be published together with are named."""


def lift_text(lift: Lift, words: Phrasing) -> Text:
    """Return what a field would have to be by itself, and what the score gains then."""
    return Text("enough by itself: {} ({}) {} (+{} → {})", "仅此一项即可：{}（{}）{}（+{} → {}）").format(
        words.title(lift.path),
        format_path(lift.path),
        _asked(lift, words),
        number_text(lift.gain),
        number_text(lift.score),
    )


def _asked(lift: Lift, words: Phrasing) -> Text:
    if lift.operator == "!=":
        return Text("given", "已填写")
    if isinstance(lift.value, Decimal | Fraction):
        return same(f"{OPERATORS[lift.operator]} {rounded(lift.value)}")
    told = Text(" or ", "或").join(words.value(each, lift.path) for each in lift.choices)
    head = Text("names {}", "包含{}") if lift.operator == "contains" else same("= {}")
    return head.format(told)


def gain_text(each: Publishing) -> Text:
    """Return what publishing a statement adds: by itself, together with others, or nothing."""
    if each.gain > 0:
        return same(f"+{number_text(each.gain)}")
    if not each.beside:
        return same("+0")
    gain, others = number_text(each.gain_together), _some(each.beside)
    return Text(f"+{gain} together with {others}", f"与 {others} 一并公开 +{gain}")


def source_text(each: SourcePublishing) -> Text:
    """Return a source that is not public, and how many statements rest on it."""
    count = len(each.statements)
    rest = "1 statement rests on it" if count == 1 else f"{count} statements rest on it"
    return Text(
        f"source {each.id}: {each.title}; {rest}", f"来源 {each.id}：{each.title}，涉及 {count} 项内容"
    )


def inside_text(each: Publishing) -> Text:
    """Return which statements within one are to be published with it, each with evidence of its own; else nothing."""
    if not each.inside:
        return NOTHING
    listed = _some(each.inside)
    return Text(f"with {listed}, which need evidence of their own", f"连同 {listed}（须各自附依据）")


def _some(paths: Sequence[FieldPath]) -> str:
    rest = len(paths) - MOST_BESIDE
    listed = ", ".join(format_path(path) for path in paths[:MOST_BESIDE])
    return f"{listed} … +{rest}" if rest > 0 else listed
