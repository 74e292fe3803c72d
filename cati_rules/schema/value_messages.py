"""What to say about a value that does not fit: of another type, out of range, in another form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.documents.paths import FieldPath
from cati_rules.schema import did_you_mean, phrases, readings
from cati_rules.schema.exact import shifted
from cati_rules.schema.navigation import Schema, bilingual, field_at, properties
from cati_rules.schema.unit_names import meant_units
from cati_rules.text import Text

if TYPE_CHECKING:
    from cati_rules.schema.mismatches import Mismatch

MOST_PER_TONNE = 2
"""Tonnes of secondary material per tonne of product are no more than that; a percentage is."""

_SOMETHING = r"[^\s\u00a0\u2000-\u200b\u2028\u2029\u202f\u205f\u2800\u3000\ufeff]"
"""The pattern of a text that must hold something other than blanks."""


_LARGEST_RATIO = 2
"""Up to here a number over 1 may be a ratio, such as tonnes put in per tonne that comes out, and no percentage."""


class Saying(Struct, frozen=True):
    """What is said about one finding; ``path`` and ``on_key`` where it is not said of the value found."""

    message: Text
    expected: Text | None = None
    advice: Text | None = None
    path: FieldPath | None = None
    on_key: bool = False


Handler = Callable[[Schema, "Mismatch"], Sequence[Saying]]


def of_another_type(root: Schema, finding: Mismatch) -> Sequence[Saying]:
    """Say that a value is of another type, and how to write what was probably meant."""
    kinds = [finding.rule] if isinstance(finding.rule, str) else list(finding.rule)
    schema = {**finding.schema, "type": finding.rule}
    seen = _seen(finding.value)
    wanted = "number" if kinds[0] == "integer" else kinds[0]
    says = _TYPES.get((wanted, seen), _other_type)
    saying = says(root, finding, schema)
    generic = _other_type(root, finding, schema)
    return (
        replace(saying, expected=saying.expected or generic.expected, advice=saying.advice or generic.advice),
    )


def _seen(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case Decimal() | int() | float():
            return "number"
        case str():
            return "string"
        case Mapping():
            return "object"
        case _:
            return "array"


def _other_type(root: Schema, finding: Mismatch, schema: Schema) -> Saying:
    value = phrases.shown(finding.value)
    return Saying(
        Text(f"This is {value.en}, which does not fit here.", f"此处填写的是{value.zh}，类型不符。"),
        phrases.expected(root, schema),
        phrases.hint(schema) if finding.rule not in ("object", "array") else None,
    )


def _text_for_number(root: Schema, finding: Mismatch, schema: Schema) -> Saying:
    value = phrases.shown(finding.value)
    message = Text(f"{value.en} is text, not a number.", f"{value.zh}是文字，不是数字。")
    return Saying(message, advice=_number_advice(root, finding, schema))


_DIGITS_ONLY = Text(
    "Write digits only, with a point before decimals, and words such as “about” in a note.",
    "请只写数字（小数用点号“.”），“约”等说明文字请写在备注中。",
)
_TWO_READINGS = Text(
    "It can be read in two ways: write a point before decimals, and nothing between thousands.",
    "该写法有两种读法：小数点请用“.”，千位之间不加任何符号。",
)
_NO_DATA = Text("Where there is no value, leave the field out.", "没有数据时，请删去该字段。")


def _number_advice(root: Schema, finding: Mismatch, schema: Schema) -> Text | None:
    written = str(finding.value)
    if readings.nothing(written):
        return _NO_DATA
    year = readings.year(written) if _is_year(schema) else None
    if year:
        return Text(f"Write the year alone: {year}.", f"只写年份：{year}。")
    found = readings.amount(written)
    if found is None:
        return _TWO_READINGS if readings.two_readings(written) else phrases.hint(schema) or _DIGITS_ONLY
    if found.percent:
        if not _is_share(schema):
            return _write(phrases.tidy(found.value), "without the % sign", "不带百分号")
        return _share(found.value)
    if _is_share(schema) and found.value > 1:
        return _over_one(found.value, schema)
    number = phrases.tidy(found.value)
    if not found.rest:
        return _write(number, "without quotation marks or separators", "不加引号和千位分隔符")
    unit = schema.get("x-unit")
    if isinstance(unit, str) and unit not in {"", "1"}:
        if did_you_mean.same_unit(found.rest, unit):
            return Text(
                f"Write {number} without the unit; this field is always in {unit}.",
                f"请写作 {number}，不带单位；此字段的单位固定为 {unit}。",
            )
        return Text(
            f"This field is always in {unit}: convert the number, and write it alone.",
            f"此字段的单位固定为 {unit}：请换算后只写数字。",
        )
    if "unit" not in properties(root, field_at(root, finding.path[:-1])):
        return phrases.hint(schema) or _DIGITS_ONLY
    return Text(
        f"Write {number}, and the unit in its own field (unit).",
        f"请写作 {number}，单位请写在单位字段（unit）中。",
    )


def _write(what: str, en: str, zh: str) -> Text:
    return Text(f"Write {what}, {en}.", f"请写作 {what}，{zh}。")


def _share(percentage: Decimal) -> Text:
    number, share = phrases.tidy(percentage), phrases.tidy(shifted(percentage, -2))
    return Text(f"For {number} %, write {share}.", f"{number}% 请写作 {share}。")


_NO_SHARE = Text(
    "A share is a part of the whole, so at most 1. A ratio of two amounts, such as the secondary material of an EPD "
    "per tonne of metal (with what is lost in melting), is none; a percentage is divided by 100.",
    "占比是整体的一部分，最大为 1。两个数量之比不是占比，例如 EPD 中每吨金属的再生材料用量（含熔炼损耗）；"
    "百分数请除以 100。",
)


def _over_one(value: Decimal, schema: Schema) -> Text | None:
    """Return what to do about a number over 1 that stands for a share: a percentage, unless it may be a ratio."""
    if value <= _LARGEST_RATIO:
        return _NO_SHARE
    return _share(value) if value <= 100 else phrases.hint(schema)


def _is_share(schema: Schema) -> bool:
    return bool(schema.get("maximum") == 1)


def _is_year(schema: Schema) -> bool:
    return bool(schema.get("minimum", 0) >= 1000 and schema.get("maximum", 9999) <= 9999)


def _fraction(_root: Schema, finding: Mismatch, schema: Schema) -> Saying:
    value = phrases.shown(finding.value)
    message = Text(f"{value.en} is not a whole number.", f"{value.zh} 不是整数。")
    return Saying(message, advice=phrases.hint(schema))


def _text_for_yes(_root: Schema, finding: Mismatch, _schema: Schema) -> Saying:
    value = phrases.shown(finding.value)
    meant = readings.yes_or_no(str(finding.value))
    word = {True: "true", False: "false", None: None}[meant]
    advice = (
        Text(f"Write {word}, without quotation marks.", f"请写作 {word}，不加引号。")
        if word
        else Text("Write true for yes or false for no.", "“是”请写 true，“否”请写 false。")
    )
    message = Text(f"{value.en} is text; this is a yes-or-no question.", f"{value.zh}是文字，此处为是非题。")
    return Saying(message, advice=advice)


def _number_for_yes(_root: Schema, finding: Mismatch, _schema: Schema) -> Saying:
    value = phrases.shown(finding.value)
    advice = Text("Write true for yes or false for no.", "“是”请写 true，“否”请写 false。")
    message = Text(
        f"{value.en} is a number; this is a yes-or-no question.", f"{value.zh} 是数字，此处为是非题。"
    )
    return Saying(message, advice=advice)


def _plain_for_text(_root: Schema, finding: Mismatch, schema: Schema) -> Saying:
    value = phrases.shown(finding.value).en
    number = isinstance(finding.value, Decimal)
    message = (
        Text(f"{value} is a number, and text is wanted here.", f"{value} 是数字，此处应填写文字。")
        if number
        else Text(f"{value} is a yes or no, and text is wanted here.", f"{value} 是是非值，此处应填写文字。")
    )
    if "format" in schema or "enum" in schema or schema.get("pattern", _SOMETHING) != _SOMETHING:
        return Saying(message, advice=phrases.hint(schema))
    return Saying(
        message, advice=Text(f'Put it in quotation marks: "{value}".', f'请加上英文引号："{value}"。')
    )


def _one_for_list(_root: Schema, finding: Mismatch, _schema: Schema) -> Saying:
    section = isinstance(finding.value, Mapping)
    value = phrases.shown(finding.value)
    dash = Text(
        "Put “- ” before its first field and indent the others as far, even if there is only one.",
        "即使只有一项，也请在第一个字段前加“- ”，其余字段与之对齐。",
    )
    inline = Text(
        "Write each item on its own line after “- ”, even if there is only one.",
        "即使只有一项，也请每项单独一行，并在前面加“- ”。",
    )
    return Saying(
        Text(f"This is {value.en}, and a list is wanted here.", f"此处是{value.zh}，应为列表。"),
        advice=dash if section else inline,
    )


def _plain_for_section(root: Schema, finding: Mismatch, schema: Schema) -> Saying:
    value = phrases.shown(finding.value)
    field = next(iter(schema.get("required", ()) or properties(root, schema)), None)
    advice = (
        Text(
            f"Write its fields on the lines below, indented, such as “{field}: …”.",
            f"请在下面各行缩进填写其字段，如“{field}: …”。",
        )
        if field
        else None
    )
    return Saying(
        Text(
            f"This is {value.en}, and a section with fields is wanted here.",
            f"此处是{value.zh}，应为一组子字段。",
        ),
        advice=advice,
    )


def _list_for_section(_root: Schema, _finding: Mismatch, _schema: Schema) -> Saying:
    return Saying(
        Text("This is a list, and only one section fits here.", "此处是列表，但只能填写一组内容。"),
        advice=Text("Remove the “- ” before it, and keep one.", "请去掉前面的“- ”，只保留一组。"),
    )


def _empty_item(_root: Schema, _finding: Mismatch, _schema: Schema) -> Saying:
    return Saying(
        Text("This item of the list is empty.", "列表中的这一项是空的。"),
        advice=Text("Fill it in, or remove the “-”.", "请填写内容，或删除这个“-”。"),
    )


_TYPES: Mapping[tuple[str, str], Callable[[Schema, Mismatch, Schema], Saying]] = {
    ("number", "string"): _text_for_number,
    ("number", "number"): _fraction,
    ("boolean", "string"): _text_for_yes,
    ("boolean", "number"): _number_for_yes,
    ("string", "number"): _plain_for_text,
    ("string", "boolean"): _plain_for_text,
    **{("array", seen): _one_for_list for seen in ("object", "string", "number", "boolean")},
    **{("object", seen): _plain_for_section for seen in ("string", "number", "boolean")},
    ("object", "array"): _list_for_section,
    **{(wanted, "null"): _empty_item for wanted in ("number", "boolean", "string", "array", "object")},
}


_WHOLE = 100
"""In percent."""


def too_large(root: Schema, finding: Mismatch) -> Sequence[Saying]:
    """Say that a number is too large; what can only be a percentage where a share is meant is converted exactly."""
    value, most = phrases.shown(finding.value), finding.rule
    within = finding.keyword == "maximum"
    message = (
        Text(
            f"{value.en} is larger than {most}, the most that fits here.",
            f"{value.zh} 超过了允许的最大值 {most}。",
        )
        if within
        else Text(f"{value.en} is not below {most}.", f"{value.zh} 必须小于 {most}。")
    )
    over_one = _is_share(finding.schema) and within
    advice = _over_one(finding.value, finding.schema) if over_one else phrases.hint(finding.schema)
    if over_one and finding.value <= MOST_PER_TONNE:
        advice = bilingual(field_at(root, finding.path).get("x-above-one")) or advice
    return (Saying(message, phrases.expected(root, finding.schema), advice),)


def too_small(root: Schema, finding: Mismatch) -> Sequence[Saying]:
    """Say that a number is too small; a year of two digits is completed, a rise in percent converted exactly."""
    value, least = phrases.shown(finding.value), finding.rule
    message = (
        Text(
            f"{value.en} is smaller than {least}, the least that fits here.",
            f"{value.zh} 小于允许的最小值 {least}。",
        )
        if finding.keyword == "minimum"
        else Text(f"{value.en} is not above {least}.", f"{value.zh} 必须大于 {least}。")
    )
    advice = phrases.hint(finding.schema)
    is_whole = finding.value == int(finding.value)
    if _is_year(finding.schema) and is_whole and 0 <= finding.value <= _LAST_SHORT_YEAR:
        century = phrases.tidy(2000 + finding.value)
        advice = Text(f"If {century} is meant, write {century}.", f"如果是 {century} 年，请写作 {century}。")
    elif _is_share(finding.schema) and least < 0 and finding.value >= -10 * _WHOLE:
        advice = _share(finding.value)
    return (Saying(message, phrases.expected(root, finding.schema), advice),)


_LAST_SHORT_YEAR = 60
"""Beyond, a year of two digits may be one of either century."""
_LEAVE_OUT = Text("Write some text, or leave the field out.", "请填写内容；没有则不填该字段。")


def another_form(root: Schema, finding: Mismatch) -> Sequence[Saying]:
    """Say that a text does not have its form: a date, a web address, a pattern."""
    if finding.keyword == "pattern" and finding.rule == _SOMETHING:
        return (Saying(Text("The text is empty.", "文字内容为空。"), advice=_LEAVE_OUT),)
    value = phrases.shown(finding.value)
    says: Callable[[Any], tuple[Text, Text | None]] = _FORMS.get(
        str(finding.rule) if finding.keyword == "format" else "", _unknown_form
    )
    message, advice = says(finding.value)
    text = Text(f"{value.en} {message.en}", f"{value.zh}{message.zh}")
    takes = phrases.expected(root, finding.schema) if "format" in finding.schema else None
    own = phrases.hint(finding.schema)
    if advice is None and own is None and takes is None:
        example = next(iter(finding.schema.get("examples", ())), None)
        if isinstance(example, str):
            takes = phrases.sentence(f"something such as “{example}”", f"类似“{example}”的写法")
    return (Saying(text, takes, advice or own),)


def _date_form(value: object) -> tuple[Text, Text | None]:
    written = str(value)
    day, month = readings.day(written), readings.month(written)
    if day is not None:
        return (
            Text("is a date written in another form.", "的日期写法不符。"),
            Text(f"Write {day.isoformat()}.", f"请写作 {day.isoformat()}。"),
        )
    if month is not None:
        return (
            Text("is a month without a day.", "只有年月，缺少日。"),
            Text(f"Write the day as well, such as {month}-01.", f"请补上日，如 {month}-01。"),
        )
    return (
        Text("is not a date of the calendar.", "不是有效的日期。"),
        Text("Write year, month and day, such as 2024-03-01.", "请按“年-月-日”填写，如 2024-03-01。"),
    )


def _address_form(value: object) -> tuple[Text, Text | None]:
    written = str(value).strip()
    known = written.casefold().startswith(("http://", "https://")) or " " in written or "." not in written
    advice = (
        Text("Write the whole address, starting with https://.", "请填写完整网址，以 https:// 开头。")
        if known
        else Text(
            f"Write https://{phrases.shortened(written)}.", f"请写作 https://{phrases.shortened(written)}。"
        )
    )
    return Text("is not a web address.", "不是完整的网址。"), advice


def _unknown_form(_value: object) -> tuple[Text, Text | None]:
    return Text("is not written in the form wanted here.", "的写法不符合要求。"), None


_FORMS = {"date": _date_form, "uri": _address_form, "iri": _address_form}


def _several_in_one(value: object) -> Text | None:
    """Return how to write several items that a full-width comma joined into one text, if it did."""
    parts = re.split("[，、]", value) if isinstance(value, str) else []
    if len(parts) < 2:
        return None
    listed = ", ".join(part.strip() for part in parts)
    return Text(
        f"These are several items; write them with ASCII commas: [{listed}].",
        f"此处为多项，请用英文逗号分隔：[{listed}]。",
    )


def _meant(finding: Mismatch, spoken: Mapping[str, tuple[str, ...]]) -> Text | None:
    """Return the question for the choice that was probably meant; a unit never turns into one of another size."""
    if not isinstance(finding.value, str):
        return None
    units = meant_units(finding.value, list(spoken))
    if units is None:
        slip = did_you_mean.meant(finding.value, spoken)
        return did_you_mean.question(slip) if slip else None
    if not units:
        return None
    asked, own = did_you_mean.question_of(units), phrases.hint(finding.schema)
    return Text(f"{asked.en} {own.en}", f"{asked.zh}{own.zh}") if own and len(units) > 1 else asked


def another_choice(_root: Schema, finding: Mismatch) -> Sequence[Saying]:
    """Say that a value is none of the choices, list them with their meanings, and guess which was meant."""
    value, takes = phrases.shown(finding.value), phrases.choices(finding.schema)
    allowed = [finding.rule] if finding.keyword == "const" else list(finding.rule)
    meanings = finding.schema.get("x-choices", {})
    spoken: dict[str, tuple[str, ...]] = {}
    for choice in allowed:
        meaning = meanings.get(choice) if isinstance(choice, str) else None
        spoken[phrases.plain(choice)] = tuple(str(word) for word in meaning.values()) if meaning else ()
    odd = did_you_mean.odd_blank(finding.value) if isinstance(finding.value, str) else None
    meant = _several_in_one(finding.value) or odd or _meant(finding, spoken)
    advice = meant or phrases.hint(finding.schema)
    message = (
        Text(f"{value.en} does not fit here.", f"此处不能填写{value.zh}。")
        if finding.keyword == "const"
        else Text(f"{value.en} is not one of the choices.", f"{value.zh}不在可选范围内。")
    )
    return (Saying(message, phrases.sentence(takes.en, takes.zh), advice),)
