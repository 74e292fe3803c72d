"""What a name, a choice or a unit was probably meant for, and the question that asks so."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from cati_rules.documents.yaml_errors import ODD_BLANK, blank_name
from cati_rules.schema.phrases import listed, shortened
from cati_rules.text import Text

_LONGEST = 60
# Two Chinese characters that share one are no sign of a slip, two English words that share most letters are.
_CLOSE_ENOUGH = 0.6
# Chinese words that are used for one another, which share too few characters to be found by likeness.
_SAME_WORDS = {
    "公司": "企业",
    "供货商": "供应商",
    "年度": "年份",
    "名字": "名称",
    "范围一": "范围1",
    "范围二": "范围2",
    "范围三": "范围3",
}
# Two names that differ in one of these are not one name misspelt.
# fmt: off
_MEASURES = frozenset({
    "g", "kg", "t", "kt", "mt", "gt", "lb", "wh", "kwh", "mwh", "gwh", "twh", "j", "gj", "tj", "pj", "m",
    "km", "mile", "miles", "pct", "percent", "percentage", "permille", "ppm", "thousand", "million",
    "billion",
})
# fmt: on
_UNIT_WORDS = {
    "二氧化碳当量": "CO2e",
    "二氧化碳": "CO2",
    "当量": "e",
    "千克": "kg",
    "公斤": "kg",
    "千吨": "kt",
    "百万吨": "Mt",
    "吨": "t",
    "公里": "km",
    "千米": "km",
    "每": "/",
    "metrictons": "t",
    "metricton": "t",
    "tonnes": "t",
    "tonne": "t",
}


def meant(written: str, spoken: Mapping[str, Iterable[str]]) -> str | None:
    """Return the name that ``written`` was probably meant for.

    ``spoken`` gives for each name what people may call it: the name itself, its titles in both languages. What names
    another number or unit is never meant: ``scrap_kg`` is not ``scrap_t``, nor is 万吨 the same as 千吨.
    """
    calls: dict[str, str] = {}
    measures = _measures(written)
    for name, known_as in spoken.items():
        for call in (name, *known_as):
            if _measures(call) == measures:
                calls.setdefault(_folded(call), name)
    wanted = _folded(written)
    if wanted in calls:
        return calls[wanted]
    near = difflib.get_close_matches(wanted, calls, n=1, cutoff=_CLOSE_ENOUGH)
    if near:
        return calls[near[0]]
    holding = [name for call, name in calls.items() if _holds(call, wanted)]
    return holding[0] if len(set(holding)) == 1 else None


def same_unit(written: str, unit: str) -> bool:
    """Return whether ``written`` is another spelling of ``unit``: case, blanks, subscripts, Chinese words.

    ``M`` and ``m`` are a thousand million times apart, and ``MT`` may be metric tonnes or millions of them.
    """
    one, other = _folded_unit(written), _folded_unit(unit)
    return (
        one.casefold() == other.casefold()
        and not one.startswith("MT")
        and (one[:1] == other[:1] or one[:1] not in {"m", "M"})
    )


def _folded_unit(text: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", text[:_LONGEST]).split())
    for word, same in _UNIT_WORDS.items():
        plain = plain.replace(word, same)
    return re.sub(r"(?i)(?<=co2)[-_. ]*e(?:q|quiv|quivalents?)?\b\.?", "e", plain)


@lru_cache(maxsize=4096)
def _measures(text: str) -> tuple[str, ...]:
    """Return the numbers and the words for how much in a text."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    for word, same in _SAME_WORDS.items():
        plain = plain.replace(word, same)
    words = [word for word in re.split(r"[^a-z]+", plain) if word in _MEASURES]
    return tuple(sorted([*re.findall(r"[0-9]+|[十百千万亿兆%‰]", plain), *words]))


def _folded(text: str) -> str:
    short = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    plain = "".join(mark for mark in short if mark.isalnum())
    for word, same in _SAME_WORDS.items():
        plain = plain.replace(word, same)
    return plain


def _holds(call: str, wanted: str) -> bool:
    # One Chinese character says little, but two say as much as a long English word.
    least = 2 if not wanted.isascii() else 4
    return min(len(call), len(wanted)) >= least and (wanted in call or call in wanted)


def question_of(names: Sequence[str]) -> Text:
    """Return the question whether one of several names was meant."""
    join = Text("or", "或")
    told = listed([Text(f"“{name}”", f"“{name}”") for name in names], last=join)
    return Text(f"Did you mean {told.en}?", f"是否想写{told.zh}？")


def odd_blank(written: str) -> Text | None:
    """Say that a name or choice holds a blank that looks like an ordinary one, or a mark that cannot be seen."""
    found = re.search(ODD_BLANK, written)
    if found is None:
        return None
    called = blank_name(found.group())
    plain = shortened(re.sub(ODD_BLANK, "", written))
    if re.match(ODD_BLANK, written):
        return Text(
            f"{called.en} stands before it. Write “{plain}” after ordinary blanks.",
            f"前面有{called.zh}。请改为普通半角空格后写“{plain}”。",
        )
    return Text(
        f"{called.en} is part of it. Write “{plain}” instead.", f"其中有{called.zh}。请改写为“{plain}”。"
    )


def question(name: str, called: Text | None = None) -> Text:
    """Return the question whether a name was meant."""
    if called is None or called.en == name:
        return Text(f"Did you mean “{name}”?", f"是否想写“{name}”？")
    return Text(f"Did you mean “{name}” ({called.en})?", f"是否想写“{name}”（{called.zh}）？")
