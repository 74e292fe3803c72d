"""What would add points, in words: a single field that meets a criterion, and a statement that is only not public."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from cati_rules.advice.index_turning import Lift
from cati_rules.advice.publishing import Publishing, SourcePublishing
from cati_rules.documents import format_path
from cati_rules.numbers import number_text
from cati_rules.output.amounts import OPERATORS, rounded
from cati_rules.output.phrasing import Phrasing
from cati_rules.text import Text

MOST_BESIDE = 2
"""How many statements that something has to be published together with are named."""


def lift_text(lift: Lift, words: Phrasing) -> str:
    """Return what a field would have to be by itself, and what the score gains then."""
    title, path = words.title(lift.path), format_path(lift.path)
    gain, score = number_text(lift.gain), number_text(lift.score)
    asked = _asked(lift, words)
    text = Text(
        f"enough by itself: {title} ({path}) {asked} (+{gain} → {score})",
        f"仅此一项即可：{title}（{path}）{asked}（+{gain} → {score}）",
    )
    return words.say(text)


def _asked(lift: Lift, words: Phrasing) -> str:
    if lift.operator == "!=":
        return words.say(Text("given", "已填写"))
    if isinstance(lift.value, Decimal | Fraction):
        return f"{OPERATORS[lift.operator]} {rounded(lift.value)}"
    told = words.say(Text(" or ", "或")).join(words.value(each, lift.path) for each in lift.choices)
    return words.say(Text(f"names {told}", f"包含{told}")) if lift.operator == "contains" else f"= {told}"


def gain_text(each: Publishing, words: Phrasing) -> str:
    """Return what publishing a statement adds: by itself, together with others, or nothing."""
    if each.gain > 0:
        return f"+{number_text(each.gain)}"
    if not each.beside:
        return "+0"
    others = ", ".join(format_path(path) for path in each.beside[:MOST_BESIDE])
    more = f" … +{len(each.beside) - MOST_BESIDE}" if len(each.beside) > MOST_BESIDE else ""
    gain = number_text(each.gain_together)
    return words.say(Text(f"+{gain} together with {others}{more}", f"与 {others}{more} 一并公开 +{gain}"))


def source_text(each: SourcePublishing, words: Phrasing) -> str:
    """Return a source that is not public, and how many statements rest on it."""
    count = len(each.statements)
    rest = "1 statement rests on it" if count == 1 else f"{count} statements rest on it"
    text = Text(
        f"source {each.id}: {each.title}; {rest}", f"来源 {each.id}：{each.title}，涉及 {count} 项内容"
    )
    return words.say(text)


def inside_text(each: Publishing, words: Phrasing) -> str:
    """Return which statements within one are to be published with it, each with evidence of its own; else nothing."""
    if not each.inside:
        return ""
    listed = ", ".join(format_path(path) for path in each.inside[:MOST_BESIDE])
    more = f" … +{len(each.inside) - MOST_BESIDE}" if len(each.inside) > MOST_BESIDE else ""
    text = Text(
        f"with {listed}{more}, which need evidence of their own", f"连同 {listed}{more}（须各自附依据）"
    )
    return words.say(text)
