"""The phrases that messages are put together from: a value as seen, what a field takes, what was meant."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from cati_rules.documents.yaml_errors import ODD_BLANK, blank_name
from cati_rules.schema.navigation import Schema, bilingual, item, properties, resolved, said
from cati_rules.text import Text
from cati_rules.visible import visible

_LONGEST = 60
_PLAIN_EXPONENT = 24
_MOST_CHOICES = 20
_MOST_FIELDS = 4

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


def number(value: Decimal) -> str:
    """Return a number as people write it, without an exponent where that stays short."""
    if (
        not value.is_finite()
        or abs(value.adjusted()) > _PLAIN_EXPONENT
        or len(value.as_tuple().digits) > _LONGEST
    ):
        return shortened(str(value))
    return format(value, "f")


def tidy(value: Decimal) -> str:
    """Return a computed number without trailing zeros after the point."""
    text = number(value)
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text else text


def shortened(text: str) -> str:
    """Return ``text`` on one line, printable, and cut where it is long."""
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return visible(cut)


def shown(value: object) -> Text:
    """Return a value as it is quoted in a message."""
    match value:
        case None:
            return Text("nothing", "空值")
        case bool():
            return Text(*(("true", "true") if value else ("false", "false")))
        case Decimal():
            return Text(number(value), number(value))
        case str():
            return Text(f"“{shortened(value)}”", f"“{shortened(value)}”")
        case Mapping():
            return Text("a section with fields of its own", "一组带有子字段的内容")
        case Sequence():
            return Text("a list", "一个列表")
        case _:
            text = shortened(str(value))
            return Text(text, text)


def sentence(en: str, zh: str) -> Text:
    """Return ``Expected: ….`` around a phrase."""
    return Text(f"Expected: {en}.", f"应为{zh}。")


def expected(root: Schema, schema: Schema) -> Text | None:
    """Return one sentence that says what a field takes; None where the schema does not say."""
    phrase = takes(root, schema)
    return sentence(phrase.en, phrase.zh) if phrase else None


def takes(root: Schema, schema: Schema) -> Text | None:
    """Return what a field takes as a phrase: “a number from 0 to 1”, “one of …”, “a list”."""
    if "const" in schema or "enum" in schema:
        return choices(schema)
    kinds = schema.get("type", ())
    phrases = [
        phrase
        for kind in ([kinds] if isinstance(kinds, str) else kinds)
        if (phrase := _TAKES[kind](root, schema) if kind in _TAKES else None)
    ]
    if not phrases:
        return None
    return Text(" or ".join(phrase.en for phrase in phrases), "或".join(phrase.zh for phrase in phrases))


def choices(schema: Schema) -> Text:
    """Return the values that a field can have, each with its meaning."""
    allowed = [schema["const"]] if "const" in schema else list(schema["enum"])
    meanings = schema.get("x-choices", {})
    listed = [
        (plain(value), bilingual(meanings.get(value) if isinstance(value, str) else None))
        for value in allowed
    ]
    more = len(listed) - _MOST_CHOICES
    en = "; ".join(f"{name} ({meaning.en})" if meaning else name for name, meaning in listed[:_MOST_CHOICES])
    zh = "；".join(f"{name}（{meaning.zh}）" if meaning else name for name, meaning in listed[:_MOST_CHOICES])
    if more > 0:
        en, zh = f"{en}; and {more} more", f"{zh}；另有 {more} 项"
    return Text(en, f" {zh}") if len(listed) == 1 else Text(f"one of {en}", f"以下之一：{zh}")


def plain(value: object) -> str:
    """Return a choice as it is written in a document, without quotation marks."""
    return value if isinstance(value, str) else shown(value).en


def _number_phrase(_root: Schema, schema: Schema) -> Text:
    whole = schema.get("type") == "integer"
    en, zh = ("a whole number", "整数") if whole else ("a number", "数字")
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if low is not None and high is not None:
        en, zh = f"{en} from {low} to {high}", f" {low} 到 {high} 之间的{zh}"
    elif low is not None:
        en, zh = f"{en}, {low} or more", f"不小于 {low} 的{zh}"
    elif above is not None:
        en, zh = f"{en} above {above}", f"大于 {above} 的{zh}"
    elif high is not None:
        en, zh = f"{en}, {high} or less", f"不大于 {high} 的{zh}"
    elif below is not None:
        en, zh = f"{en} below {below}", f"小于 {below} 的{zh}"
    unit = schema.get("x-unit")
    if isinstance(unit, str) and unit not in {"", "1"}:
        en, zh = f"{en}, in {unit}", f"{zh}（单位 {unit}）"
    return Text(en, zh)


def _text_phrase(_root: Schema, schema: Schema) -> Text:
    if schema.get("format") == "date":
        return Text("a date such as 2024-03-01", "日期，如 2024-03-01")
    if schema.get("format") in {"uri", "iri"}:
        return Text("a web address such as https://www.example.com", "网址，如 https://www.example.com")
    return Text("text", "文字")


def _section_phrase(root: Schema, schema: Schema) -> Text:
    fields = list(properties(root, schema))
    some = ", ".join(fields[:_MOST_FIELDS]) + (" …" if len(fields) > _MOST_FIELDS else "")
    if not fields:
        return Text("a section with fields of its own", "一组子字段")
    return Text(f"a section with the fields {some}", f"一组子字段（{some.replace(', ', '、')}）")


def _list_phrase(root: Schema, schema: Schema) -> Text:
    title = said(item(root, schema), "title")
    return Text(f"a list ({title.en})", f"列表（{title.zh}）") if title else Text("a list", "列表")


_TAKES: Mapping[str, Callable[[Schema, Schema], Text]] = {
    "number": _number_phrase,
    "integer": _number_phrase,
    "string": _text_phrase,
    "boolean": lambda _root, _schema: Text("true or false", " true（是）或 false（否）"),
    "array": _list_phrase,
    "object": _section_phrase,
    "null": lambda _root, _schema: Text("nothing", "空"),
}


def hint(schema: Schema) -> Text | None:
    """Return what the schema itself says to do when the field is wrong."""
    return bilingual(schema.get("x-hint"))


def named(root: Schema, owner: Schema, name: str) -> Text:
    """Return a field of ``owner`` by its title and name: ``Reporting year (reporting_year)``."""
    title = said(resolved(root, properties(root, owner).get(name, {})), "title")
    return Text(f"{title.en} ({name})", f"{title.zh}（{name}）") if title else Text(name, name)


def listed(texts: Iterable[Text], *, last: Text | None = None) -> Text:
    """Join texts: ``a, b and c``; ``last`` replaces ``and``."""
    items = list(texts)
    join = last or Text("and", "和")
    if len(items) == 1:
        return items[0]
    return Text(
        f"{', '.join(text.en for text in items[:-1])} {join.en} {items[-1].en}",
        f"{'、'.join(text.zh for text in items[:-1])}{join.zh}{items[-1].zh}",
    )


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


def _measures(text: str) -> list[str]:
    """Return the numbers and the words for how much in a text."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    for word, same in _SAME_WORDS.items():
        plain = plain.replace(word, same)
    words = [word for word in re.split(r"[^a-z]+", plain) if word in _MEASURES]
    return sorted([*re.findall(r"[0-9]+|[十百千万亿兆%‰]", plain), *words])


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


def did_you_mean_one_of(names: Sequence[str]) -> Text:
    """Return the question that a slip is answered with where more than one name may be meant."""
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


def did_you_mean(name: str, called: Text | None = None) -> Text:
    """Return the question that a slip is answered with."""
    if called is None or called.en == name:
        return Text(f"Did you mean “{name}”?", f"是否想写“{name}”？")
    return Text(f"Did you mean “{name}” ({called.en})?", f"是否想写“{name}”（{called.zh}）？")
