"""Looks an expression over before anything else reads it.

A rule file may come from a stranger, and the grammar behind the parser can hang on a few characters
(``1 << 10000000`` is computed while it is read). So only an allow-list of tokens passes, in limited number
and depth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from cati_rules.language.errors import refusal
from cati_rules.text import Text

MOST_CHARACTERS = 2_000
MOST_TOKENS = 400
MOST_DEPTH = 20
MOST_SIGNS_IN_A_ROW = 3
MOST_DIGITS = 30
MOST_EXPONENT = 30

FUNCTIONS = frozenset({"$any", "$all", "$sum", "$min", "$max", "$abs"})
WORDS = frozenset({"and", "or", "not", "in", "for", "if", "true", "false", "null"})
_MARKS = frozenset(
    {"+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "?", ":", "(", ")", "[", "]", ",", "."}
)
_CLOSING = {")": "(", "]": "["}
# After one of these a minus is a sign, not a subtraction.
_BEFORE_A_SIGN = (_MARKS | WORDS) - {")", "]", ".", "true", "false", "null"}

_TOKEN = re.compile(
    r"""(?P<space>[ \t\n]+)
      | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<text>'[^'\\\n]*'|"[^"\\\n]*")
      | (?P<name>\$?[A-Za-z_][A-Za-z0-9_]*)
      | (?P<mark>=~~|!~~|=~|!~|\*\*|//|<<|>>|\?\?|&&|\|\||&\.|&\[|<=|>=|==|!=|.)""",
    re.VERBOSE | re.DOTALL,
)

_NO_REGEX = Text(
    "Patterns can run away; compare with == or list the texts after in.",
    "正则匹配可能失控；请用 == 比较，或在 in 后列出文本。",
)
_NO_BITS = Text("Rules compute with decimal numbers only.", "规则只做十进制运算。")
_NO_NULL_SAFETY = Text(
    "A missing value needs no special sign: what it could be is followed through the whole expression.",
    "缺失值无需特殊写法：其可能的取值会贯穿整个表达式。",
)
_WORD_INSTEAD = {
    "&&": "and",
    "||": "or",
    "!": "not",
    "=": "==",
}
_MARK_ADVICE: Mapping[str, Text] = {
    **dict.fromkeys(("=~", "=~~", "!~", "!~~"), _NO_REGEX),
    **dict.fromkeys(("<<", ">>", "&", "|", "^", "~"), _NO_BITS),
    **dict.fromkeys(("??", "&.", "&["), _NO_NULL_SAFETY),
    **{mark: Text(f"Write '{word}'.", f"请写作“{word}”。") for mark, word in _WORD_INSTEAD.items()},
    "**": Text("Write the product out: x * x.", "请写成乘积：x * x。"),
    "//": Text("Use / , which is exact.", "请用 / ，其结果是精确的。"),
    "%": Text("Shares are written 0 to 1: 0.35, not 35 %.", "比例用 0 到 1 表示：写 0.35，不写 35 %。"),
    "#": Text(
        "Put comments in the YAML file, beside the expression.", "注释请写在 YAML 文件中，置于表达式旁。"
    ),
    "{": Text("Lists of choices stand in [ ].", "可选值列表请写在 [ ] 中。"),
    "}": Text("Lists of choices stand in [ ].", "可选值列表请写在 [ ] 中。"),
    "\\": Text("Texts have no escapes.", "文本不支持转义。"),
    "'": Text(
        "Close the text on the same line, without a backslash.", "文本须在同一行内闭合，且不含反斜杠。"
    ),
    '"': Text(
        "Close the text on the same line, without a backslash.", "文本须在同一行内闭合，且不含反斜杠。"
    ),
}
_WORD_ADVICE: Mapping[str, Text] = {
    **dict.fromkeys(("inf", "nan"), Text("Only finite numbers can be compared.", "只能比较有限数。")),
    **dict.fromkeys(
        ("if", "elif", "else", "while"), Text("Write condition ? a : b.", "请写作 条件 ? a : b。")
    ),
    "True": Text("Write true.", "请写作 true。"),
    "False": Text("Write false.", "请写作 false。"),
    "None": Text("Write null.", "请写作 null。"),
    "$now": Text("Time enters only as the date of the assessment.", "时间只能由评估日期给定。"),
    "$today": Text("Time enters only as the date of the assessment.", "时间只能由评估日期给定。"),
}
_REFUSED_WORDS = frozenset({"inf", "nan", "elif", "else", "while", "True", "False", "None"})


class Token(Struct, frozen=True):
    """One token; ``column`` counts the expression's characters from 1."""

    kind: Literal["number", "text", "name", "word", "function", "mark"]
    text: str
    column: int


def look_over(text: str) -> tuple[Token, ...]:
    """Return the tokens of ``text``.

    Raises:
        ExpressionError: a construct outside the allow-list, or more of something than the limits allow.
    """
    if len(text) > MOST_CHARACTERS:
        raise refusal(
            f"the expression has {len(text):,} characters, and {MOST_CHARACTERS:,} are the most",
            f"表达式有 {len(text):,} 个字符，上限为 {MOST_CHARACTERS:,}",
            advice=Text("Split it into several criteria or named values.", "请拆成多个评分项或命名值。"),
        )
    tokens: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        kind, part, column = match.lastgroup, match.group(), match.start() + 1
        end = match.end()
        if kind != "space":
            tokens.append(_CHECKS[str(kind)](part, column, text[end : end + 1]))
    if not tokens:
        raise refusal("the expression is empty", "表达式为空")
    if len(tokens) > MOST_TOKENS:
        raise refusal(
            f"the expression has {len(tokens)} words and signs, and {MOST_TOKENS} are the most",
            f"表达式含 {len(tokens)} 个词和符号，上限为 {MOST_TOKENS}",
            column=tokens[MOST_TOKENS].column,
            advice=Text("Split it into several criteria or named values.", "请拆成多个评分项或命名值。"),
        )
    _check_brackets(tokens)
    _check_signs(tokens)
    return tuple(tokens)


def _number(part: str, column: int, following: str) -> Token:
    if following.isalnum() or following == "_":
        raise refusal(
            f"{part}{following}… is not a decimal number",
            f"“{part}{following}…”不是十进制数",
            column=column,
            advice=Text("Numbers are written 0.40 or 4e-1.", "数字写作 0.40 或 4e-1。"),
        )
    mantissa, _, exponent = part.lower().partition("e")
    digits = mantissa.replace(".", "")
    if len(digits) > MOST_DIGITS or len(exponent) > 4 or abs(Decimal(part).adjusted()) > MOST_EXPONENT:
        raise refusal(
            f"the number has more than {MOST_DIGITS} digits, or a power of ten beyond {MOST_EXPONENT}",
            f"数字超过 {MOST_DIGITS} 位，或 10 的幂次超出 ±{MOST_EXPONENT}",
            column=column,
        )
    if len(mantissa) > 1 and mantissa[0] == "0" and mantissa[1] != ".":
        raise refusal(
            f"the number {part} starts with a needless 0", f"数字 {part} 以多余的 0 开头", column=column
        )
    return Token("number", part, column)


def _text(part: str, column: int, following: str) -> Token:  # noqa: ARG001
    if not part.isprintable():
        raise refusal("the text holds a character that cannot be seen", "文本含有不可见字符", column=column)
    return Token("text", part, column)


def _name(part: str, column: int, following: str) -> Token:
    if following in {"'", '"'} and part not in WORDS:
        raise refusal(
            f"{part}{following}…{following} is not a text",
            f"“{part}{following}…{following}”不是文本",
            column=column,
            advice=Text("Texts have no prefix: 'steel'.", "文本不带前缀：'steel'。"),
        )
    if part in WORDS:
        return Token("word", part, column)
    if part in FUNCTIONS and following == "(":
        return Token("function", part, column)
    if part.startswith("$") or part in _REFUSED_WORDS:
        known = " ".join(sorted(f"{one}(…)" for one in FUNCTIONS))
        raise refusal(
            f"{part} cannot be used here",
            f"此处不能使用“{part}”",
            column=column,
            advice=_WORD_ADVICE.get(part, Text(f"There are {known}.", f"可用的有 {known}。")),
        )
    return Token("name", part, column)


def _mark(part: str, column: int, following: str) -> Token:  # noqa: ARG001
    if part not in _MARKS:
        shown = part if part.isprintable() else f"U+{ord(part[0]):04X}"
        raise refusal(
            f"{shown} cannot be used here",
            f"此处不能使用“{shown}”",
            column=column,
            advice=_MARK_ADVICE.get(part),
        )
    return Token("mark", part, column)


_CHECKS = {"number": _number, "text": _text, "name": _name, "mark": _mark}


def _check_brackets(tokens: list[Token]) -> None:
    opened: list[Token] = []
    for token in tokens:
        if token.kind != "mark":
            continue
        if token.text in {"(", "["}:
            opened.append(token)
            if len(opened) > MOST_DEPTH:
                raise refusal(
                    f"brackets are nested deeper than {MOST_DEPTH}",
                    f"括号嵌套超过 {MOST_DEPTH} 层",
                    column=token.column,
                )
        elif token.text in _CLOSING and (not opened or opened.pop().text != _CLOSING[token.text]):
            raise refusal(
                f"{token.text} closes nothing that was opened",
                f"“{token.text}”没有对应的左括号",
                column=token.column,
            )
    if opened:
        raise refusal(
            f"{opened[-1].text} is never closed", f"“{opened[-1].text}”没有闭合", column=opened[-1].column
        )


def _check_signs(tokens: list[Token]) -> None:
    run = 0
    before: Token | None = None
    for token in tokens:
        is_sign = token.text == "not" and token.kind == "word"
        if token.text == "-" and token.kind == "mark":
            is_sign = before is None or (before.kind in {"mark", "word"} and before.text in _BEFORE_A_SIGN)
        run = run + 1 if is_sign else 0
        if run > MOST_SIGNS_IN_A_ROW:
            raise refusal(
                f"more than {MOST_SIGNS_IN_A_ROW} of 'not' and '-' in a row",
                f"连续使用“not”或“-”超过 {MOST_SIGNS_IN_A_ROW} 次",
                column=token.column,
            )
        before = token
