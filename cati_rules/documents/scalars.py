"""What a scalar means: YAML 1.2 core rules for plain text and for tags, and exact numbers within limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from cati_rules.documents import limits
from cati_rules.documents.document import Value
from cati_rules.documents.refusal import Refusal, shown
from cati_rules.text import Text

# The words of YAML 1.2 core. Those of YAML 1.1 (yes, no, on, off) are texts: NO is Norway.
_WORDS: Final[dict[str, Value]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NULLS: Final = {word: value for word, value in _WORDS.items() if value is None}
_BOOLEANS: Final = {word: value for word, value in _WORDS.items() if value is not None}
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WHOLE: Final = re.compile(r"[-+]?[0-9]+")
_NUMBER: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASED: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
# Texts that begin otherwise are texts, which is most of them: one look at the first character settles it.
_MAY_BE_MORE: Final = frozenset({"", *"~nNtTfF.+-0123456789"})

_LIMIT = 10**limits.NUMBER_EXPONENT


def plain(text: str) -> Value:
    """Return what an unquoted YAML text means; raise :class:`Refusal` for a number beyond the limits."""
    if text[:1] not in _MAY_BE_MORE:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        return number(text)
    if _BASED.fullmatch(text):
        return _based(text)
    if _NOT_FINITE.fullmatch(text):
        raise _not_finite(text)
    return text


def number(text: str) -> Decimal:
    """Return exactly the number that ``text`` is in form; raise :class:`Refusal` beyond the limits."""
    if len(text) < limits.NUMBER_EXPONENT and "e" not in text and "E" not in text:
        return Decimal(text)  # too short to pass a limit
    mantissa, _, exponent = text.lower().partition("e")
    digits = mantissa.strip("+-").replace(".", "").lstrip("0")
    # Judged on the text: building 1e99999999999 or a million digits first would be the harm to be prevented.
    if not digits:
        return Decimal(mantissa if len(mantissa) <= limits.NUMBER_DIGITS else 0)
    if len(digits) <= limits.NUMBER_DIGITS and len(exponent.lstrip("+-0")) <= 3 and len(mantissa) < 2_000:
        value = Decimal(text)
        if -limits.NUMBER_EXPONENT <= value.adjusted() <= limits.NUMBER_EXPONENT:
            return value
    raise _number_too_large(text)


def tagged(tag: str, text: str) -> Value:
    """Return what a scalar with an explicit tag means; raise :class:`Refusal` where it does not fit."""
    reader = _BY_TAG.get(tag)
    if reader is None:
        raise unknown_tag(tag)
    return reader(text)


def unknown_tag(tag: str) -> Refusal:
    """Return the refusal of a tag that is not one of YAML's core tags, or not one for this kind of value."""
    name = shown(tag.removeprefix("tag:yaml.org,2002:"))
    return Refusal(
        "read/tag",
        Text(f"The tag `{name}` cannot be used here.", f"此处不能使用标签 `{name}`。"),
        advice=Text(
            "Leave the tag out; put the text in quotes if it really begins with `!`.",
            "请去掉标签；如果文本本来就以 `!` 开头，请给文本加上引号。",
        ),
    )


def _based(text: str) -> Decimal:
    digits = text[2:].lstrip("0")
    if len(digits) <= limits.NUMBER_DIGITS:
        value = int(digits or "0", 8 if text[1] == "o" else 16)
        if value < _LIMIT * 10:
            return Decimal(value)
    raise _number_too_large(text)


def _float(text: str) -> Value:
    if _NOT_FINITE.fullmatch(text):
        raise _not_finite(text)
    if _NUMBER.fullmatch(text):
        return number(text)
    raise _misfit(text, Text("a number", "数字"))


def _whole(text: str) -> Value:
    if _WHOLE.fullmatch(text):
        return number(text)
    if _BASED.fullmatch(text):
        return _based(text)
    raise _misfit(text, Text("a whole number", "整数"))


def _word(words: Mapping[str, Value], what: Text) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        if text in words:
            return words[text]
        raise _misfit(text, what)

    return read


def _text(text: str) -> Value:
    return text


_BY_TAG: Final[dict[str, Callable[[str], Value]]] = {
    "!": _text,
    "tag:yaml.org,2002:str": _text,
    "tag:yaml.org,2002:int": _whole,
    "tag:yaml.org,2002:float": _float,
    "tag:yaml.org,2002:bool": _word(_BOOLEANS, Text("true or false", "true 或 false")),
    "tag:yaml.org,2002:null": _word(_NULLS, Text("null", "null")),
}


def _misfit(text: str, what: Text) -> Refusal:
    return Refusal(
        "read/tag",
        Text(
            f"The tag asks for {what.en}, and the text is `{shown(text)}`.",
            f"标签要求{what.zh}，而文本是 `{shown(text)}`。",
        ),
        advice=Text("Correct the text, or leave the tag out.", "请改正文本，或去掉标签。"),
    )


def _not_finite(text: str) -> Refusal:
    return Refusal(
        "read/nan",
        Text(
            f"`{shown(text)}` is not a number that can be computed with.",
            f"`{shown(text)}` 不是可以计算的数字。",
        ),
        advice=Text(
            "Leave the field out if the value is unknown; put it in quotes if it is meant as a text.",
            "如果数值未知，请删去该字段；如果本意是文本，请加上引号。",
        ),
    )


def _number_too_large(text: str) -> Refusal:
    digits, exponent = limits.NUMBER_DIGITS, limits.NUMBER_EXPONENT
    return Refusal(
        "read/number",
        Text(
            f"The number `{shown(text)}` is too large, too small or too long: "
            f"at most {digits} digits, and between 1e-{exponent} and 1e{exponent}.",
            f"数字 `{shown(text)}` 过大、过小或过长："
            f"最多 {digits} 位有效数字，且须在 1e-{exponent} 与 1e{exponent} 之间。",
        ),
        advice=Text(
            "Check the number; put it in quotes if it is an identifier and not a quantity.",
            "请检查该数字；如果它是编号而不是数量，请加上引号。",
        ),
    )
