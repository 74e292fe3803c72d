"""The phrases that messages are put together from: a value as seen, what a field takes, what was meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from cati_rules.schema.navigation import Schema, bilingual, item, properties, resolved, said
from cati_rules.text import Text
from cati_rules.visible import visible

_LONGEST = 60
_PLAIN_EXPONENT = 24
_MOST_CHOICES = 20
_MOST_FIELDS = 4


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
