"""Reads JSON strictly by RFC 8259 with the place of everything, which the standard library does not keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import Final, TypeAlias

from cati_rules.documents import scalars
from cati_rules.documents.builder import Builder
from cati_rules.documents.document import Value
from cati_rules.documents.refusal import Refusal, shown
from cati_rules.text import Text

_SPACES: Final = frozenset(" \t\n\r")
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORD: Final = re.compile(r"[^\s,:\[\]{}\"]+")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_WORDS: Final[dict[str, Value]] = {"true": True, "false": False, "null": None}

# A state reads what stands at the current offset, given its first character, and returns the next state.
_State: TypeAlias = "Callable[[str], _State | None]"

_QUOTES: Final = Text(
    'JSON puts texts and keys in double quotes: `"`.', '在 JSON 中，文本和键须用英文双引号 `"`。'
)
_ADVICE: Final[dict[str, Text]] = {
    "'": _QUOTES,
    "“": _QUOTES,
    "”": _QUOTES,
    "/": Text("JSON has no comments: remove it, or write YAML.", "JSON 没有注释：请删去，或改用 YAML。"),
    "#": Text("JSON has no comments: remove it, or write YAML.", "JSON 没有注释：请删去，或改用 YAML。"),
    "+": Text("Write the number without the plus sign.", "请去掉数字前的加号。"),
    ".": Text("Write a digit before the point: 0.5.", "小数点前须有数字：0.5。"),
    ",": Text("Remove the comma, or write the value that is missing.", "请删去逗号，或补上缺少的值。"),
    "}": Text(
        "Remove the comma before it, or write what is missing.", "请删去它前面的逗号，或补上缺少的内容。"
    ),
    "]": Text(
        "Remove the comma before it, or write what is missing.", "请删去它前面的逗号，或补上缺少的内容。"
    ),
    "：": Text("Use the ASCII colon `:`.", "请使用英文冒号 `:`。"),
    "，": Text("Use the ASCII comma `,`.", "请使用英文逗号 `,`。"),
    "": Text("Close every quote, bracket and brace that is open.", "请补上缺少的引号和括号。"),
}
_COMMA_IN_NUMBER: Final = Text(
    "A comma parts entries: write a point before decimals, and nothing between thousands. Keys are in double quotes.",
    "逗号用于分隔各项：小数点请用“.”，千位之间不加任何符号。键须用英文双引号。",
)
_WRONG_BRACKET: Final = Text("Check which bracket or brace is open.", "请检查括号是否配对。")
# After a value, some characters tell of something else than at its beginning.
_NEXT_ADVICE: Final[dict[str, Text]] = {
    "}": _WRONG_BRACKET,
    "]": _WRONG_BRACKET,
    ".": Text("Write digits on both sides of the point: 1.0.", "小数点前后都须有数字：1.0。"),
    '"': Text("Write a comma between two entries.", "两项之间须有逗号。"),
    **dict.fromkeys("0123456789", Text("Write the number without leading zeros.", "请去掉数字开头的零。")),
}
_WORD_ADVICE: Final[dict[str, Text]] = {
    "True": Text("Write `true`.", "请写 `true`。"),
    "False": Text("Write `false`.", "请写 `false`。"),
    "None": Text("Write `null`.", "请写 `null`。"),
}
_NOT_FINITE: Final = frozenset({"NaN", "Infinity", "-Infinity"})


def read_json(text: str, builder: Builder) -> None:
    """Read a JSON text into ``builder``; raise :class:`Refusal` where it is not JSON or passes the limits."""
    _JsonEvents(text, builder).run()


class _JsonEvents:
    """A machine with one state for each thing that may come next; the builder knows what is open."""

    __slots__ = ("_at", "_builder", "_text")

    def __init__(self, text: str, builder: Builder) -> None:
        self._text = text
        self._builder = builder
        self._at = 0

    def run(self) -> None:
        text, skip = self._text, _SPACE.match
        state: _State | None = self._value
        at = 0
        try:
            while state is not None:
                at = self._at
                character = text[at : at + 1]
                if character in _SPACES and (space := skip(text, at)) is not None:
                    self._at = at = space.end()
                    character = text[at : at + 1]
                state = state(character)
        except Refusal as refusal:
            if refusal.at is None:
                refusal.at = at
            if refusal.path is None:
                refusal.path = self._builder.path()
            raise

    def _value(self, character: str) -> _State | None:
        return _STARTS.get(character, _JsonEvents._word)(self)

    def _mapping(self) -> _State:
        self._builder.open_mapping(self._at)
        self._at += 1
        return self._first_key

    def _sequence(self) -> _State:
        self._builder.open_sequence(self._at)
        self._at += 1
        return self._first_item

    def _first_key(self, character: str) -> _State | None:
        return self._close() if character == "}" else self._key(character)

    def _first_item(self, character: str) -> _State | None:
        return self._close() if character == "]" else self._value(character)

    def _key(self, character: str) -> _State:
        if character != '"':
            advice = _COMMA_IN_NUMBER if character.isdecimal() else _ADVICE.get(character, _QUOTES)
            raise self._unexpected(Text("a key in double quotes", "双引号中的键"), advice)
        at = self._at
        self._builder.key(self._string(), at)
        return self._colon

    def _colon(self, character: str) -> _State:
        if character != ":":
            raise self._unexpected(Text("a colon after the key", "键后面的冒号"))
        self._at += 1
        return self._value

    def _next(self, character: str) -> _State | None:
        in_mapping = self._builder.in_mapping
        if character == ",":
            self._at += 1
            return self._key if in_mapping else self._value
        if character == ("}" if in_mapping else "]"):
            return self._close()
        closing = "}" if in_mapping else "]"
        advice = _NEXT_ADVICE.get(character) or _ADVICE.get(character)
        raise self._unexpected(Text(f"a comma or `{closing}`", f"逗号或 `{closing}`"), advice)

    def _end(self, character: str) -> None:
        if character:
            raise self._unexpected(
                Text("the end of the file", "文件结束"),
                Text("A file holds one document.", "一个文件只能有一个文档。"),
            )

    def _close(self) -> _State:
        self._at += 1
        self._builder.close()
        return self._after()

    def _after(self) -> _State:
        return self._next if self._builder.depth else self._end

    def _text_value(self) -> _State:
        at = self._at
        text = self._string()
        self._builder.scalar(text, at, len(text))
        return self._after()

    def _number(self) -> _State:
        found = _NUMBER.match(self._text, self._at)
        if found is None:
            return self._word()
        text = found.group()
        self._builder.scalar(scalars.number(text), self._at, len(text))
        self._at = found.end()
        return self._after()

    def _word(self) -> _State:
        found = _WORD.match(self._text, self._at)
        word = found.group() if found else ""
        if word in _WORDS:
            self._builder.scalar(_WORDS[word], self._at, len(word))
            self._at += len(word)
            return self._after()
        if word in _NOT_FINITE:
            raise Refusal(
                "read/nan",
                Text(
                    f"`{word}` is not a number that can be computed with.", f"`{word}` 不是可以计算的数字。"
                ),
                advice=Text("Leave the field out if the value is unknown.", "如果数值未知，请删去该字段。"),
            )
        advice = _WORD_ADVICE.get(word) or _ADVICE.get(self._text[self._at : self._at + 1], _QUOTES)
        raise self._unexpected(Text("a value", "一个值"), advice)

    def _string(self) -> str:
        start = self._at
        text: str
        try:
            text, self._at = scanstring(self._text, start + 1, True)
        except JSONDecodeError as error:
            raise self._bad_string(error, start) from None
        # Only an escape can write half a pair: the file itself was decoded strictly.
        if self._at - start != len(text) + 2 and _SURROGATE.search(text):
            raise Refusal(
                "read/syntax",
                Text(
                    "This text holds half of a surrogate pair, which is no character.",
                    "该文本中有不成对的代理码位，不是有效字符。",
                ),
                at=start,
                advice=Text("Write the character itself.", "请直接写出该字符。"),
            )
        return text

    def _bad_string(self, error: JSONDecodeError, start: int) -> Refusal:
        message, advice = next(
            texts for beginning, texts in _STRING_ERRORS.items() if error.msg.startswith(beginning)
        )
        # A missing quote is best shown where the text begins.
        at = start if error.msg.startswith("Unterminated") else error.pos
        return Refusal("read/syntax", message, at=at, advice=advice)

    def _unexpected(self, expected: Text, advice: Text | None = None) -> Refusal:
        character = self._text[self._at : self._at + 1]
        word = _WORD.match(self._text, self._at)
        found = shown(word.group()) if word else shown(character)
        here = (
            Text(f"`{found}` stands", f"此处却是 `{found}`")
            if found
            else Text("the file ends", "但文件已结束")
        )
        return Refusal(
            "read/syntax",
            Text(
                f"This is not JSON: {expected.en} was expected, and {here.en} here.",
                f"JSON 有误：应为{expected.zh}，{here.zh}。",
            ),
            at=self._at,
            advice=advice if advice is not None else _ADVICE.get(character),
        )


_STARTS: Final[dict[str, Callable[[_JsonEvents], _State]]] = {
    "{": _JsonEvents._mapping,
    "[": _JsonEvents._sequence,
    '"': _JsonEvents._text_value,
    **dict.fromkeys("-0123456789", _JsonEvents._number),
}
_BACKSLASH: Final = Text(
    "Double the backslash: `\\\\`. A character by number is `\\u` and four hexadecimal digits.",
    "反斜杠须写两次：`\\\\`。用编号表示字符时写 `\\u` 加四位十六进制数字。",
)
_BAD_ESCAPE: Final = Text(
    "A backslash is followed by something JSON does not know.", "反斜杠后面的内容不符合 JSON 规定。"
)
# By how the standard library's message begins; the last serves for whatever else there may be.
_STRING_ERRORS: Final[dict[str, tuple[Text, Text]]] = {
    "Unterminated": (
        Text("The text that begins here is never closed.", "从此处开始的文本没有结束引号。"),
        Text('Write the closing `"`.', '请补上结束的双引号 `"`。'),
    ),
    "Invalid control character": (
        Text(
            "A line break, tab or control character stands inside a text.",
            "文本中含有换行符、制表符或控制字符。",
        ),
        Text(
            "Write `\\n` for a line break and `\\t` for a tab, or close the text before it.",
            "换行请写 `\\n`，制表符请写 `\\t`；或者在它之前补上结束引号。",
        ),
    ),
    "Invalid": (_BAD_ESCAPE, _BACKSLASH),
    "": (_BAD_ESCAPE, _BACKSLASH),
}
