"""Says in plain words what the YAML parser objects to, and what to do about it."""

from __future__ import annotations

import re
from typing import Final

import yaml

from cati_rules.documents.refusal import Refusal, shown
from cati_rules.documents.yaml_causes import CAUSES, QUOTE_ADVICE
from cati_rules.later import pattern
from cati_rules.text import Text

ODD_BLANK: Final = "[\xa0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]"
"""Blanks that are none for YAML, and marks that cannot be seen."""
_BLANKS: Final = {
    "\xa0": Text("A no-break space (U+00A0)", "不换行空格（U+00A0）"),
    "\u3000": Text("A full-width space (U+3000)", "全角空格（U+3000）"),
    "\ufeff": Text("A byte order mark (U+FEFF), which cannot be seen,", "不可见的字节顺序标记（U+FEFF）"),
}


def blank_name(mark: str) -> Text:
    """Return what to call one of the :data:`ODD_BLANK` at the beginning of a sentence."""
    code = f"U+{ord(mark):04X}"
    return _BLANKS.get(mark) or Text(f"A blank of another kind ({code})", f"特殊空白字符（{code}）")


# What YAML does not allow anywhere in a file.
# A pattern that takes milliseconds to compile, so only when it is needed.
_FORBIDDEN: Final = "[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
_FULL_WIDTH_KEY: Final = pattern(r"[ \t]*(?:- +)*[^\s:：\"'#&*!|>%@`\[{][^:：\"'#]*(：)")
_NO_BLANK_KEY: Final = pattern(r"[ \t]*(?:- +)*[A-Za-z_]\w*(:)(?=[^\s/:])")
_LINE_END: Final = pattern(r"\r\n|\r|\n")
_LINES_BACK: Final = 5

_FULL_WIDTH_ADVICE: Final = Text(
    "Write the ASCII colon and a blank after the key: `key: value`.",
    "键后面请用英文冒号加一个空格：`键: 值`。",
)


def syntax_refusal(text: str, error: yaml.MarkedYAMLError) -> Refusal:
    """Return the refusal that tells in plain words what the parser's ``error`` means."""
    problem = str(error.problem or "")
    context = str(error.context or "")
    at = _offset(error.problem_mark, text)
    context_at = _offset(error.context_mark, text) if error.context_mark is not None else at
    special = (
        _blank(text, context_at, at)
        or _dash(text, at, problem)
        or _doubled_quotes(text, context_at, at)
        or _tab(text, at, problem)
        or _full_width(text, context_at, at, problem)
        or _full_width_comma(text, context_at, at, context)
        or _missing_blank(text, context_at, at, problem)
        or _character(text, at, problem)
    )
    if special is not None:
        return special
    if "mapping values are not allowed" in problem:
        return _misplaced_colon(text, at)
    for cause in CAUSES:
        if re.search(cause.problem, problem) and re.search(cause.context, context):
            where = context_at if cause.shows == "context" else at
            return Refusal(cause.code, cause.message, at=where, advice=cause.advice, path="")
    return _syntax(
        at,
        Text(f"This is not YAML: {problem}.", "此处不符合 YAML 语法。"),
        Text("Check the indentation and the quotes here.", "请检查此处的缩进和引号。"),
    )


def _syntax(at: int, message: Text, advice: Text) -> Refusal:
    return Refusal("read/syntax", message, at=at, advice=advice, path="")


def character_refusal(text: str) -> Refusal:
    """Return the refusal of a text that holds a character YAML does not allow."""
    found = re.search(_FORBIDDEN, text)
    code = ord(found.group()) if found else 0
    return Refusal(
        "read/character",
        Text(f"The character U+{code:04X} is not allowed in YAML.", f"YAML 中不允许出现字符 U+{code:04X}。"),
        at=found.start() if found else None,
        advice=Text(
            "Remove it; if the file is full of them, save it as UTF-8.",
            "请删去该字符；如果文件中有很多，请以 UTF-8 编码保存。",
        ),
        path="",
    )


def full_width_colon(text: str, at: int) -> Refusal | None:
    """Return the refusal of a full-width colon after a key in the line of the offset ``at``, if any."""
    start, end = _line(text, at)
    found = _FULL_WIDTH_KEY().match(text, start, end)
    if found is None:
        return None
    return _syntax(
        found.start(1),
        Text("A full-width colon `：` stands after the key.", "键后面用了全角冒号 `：`。"),
        _FULL_WIDTH_ADVICE,
    )


def _offset(mark: object, text: str) -> int:
    return min(int(getattr(mark, "index", 0)), len(text))


def _line(text: str, at: int) -> tuple[int, int]:
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    end = _LINE_END().search(text, start)
    return start, end.start() if end else len(text)


def _blank(text: str, context_at: int, at: int) -> Refusal | None:
    """Return the refusal of a blank or mark in these lines that looks like an ordinary blank, or like nothing."""
    start, end = _line(text, min(context_at, at))[0], _line(text, at)[1]
    # Within quotes it is part of the text.
    found = re.search(
        ODD_BLANK, re.sub(r"(['\"]).*?\1", lambda quoted: "x" * len(quoted[0]), text[start:end])
    )
    if found is None:
        return None
    name = blank_name(found.group())
    return _syntax(
        start + found.start(),
        Text(f"{name.en} stands here.", f"此处有{name.zh}。"),
        Text("Replace it with an ordinary blank, or remove it.", "请改为普通半角空格，或删去。"),
    )


def _dash(text: str, at: int, problem: str) -> Refusal | None:
    """Return the refusal of a lone dash that stands for no data."""
    if "sequence entries" not in problem or not re.match(r"-\s*(?:#.*)?$", text[at : _line(text, at)[1]]):
        return None
    return _syntax(
        at,
        Text("A lone dash stands where a value belongs.", "应填写取值的位置只有一个短横线。"),
        Text("Where there is no value, leave the field out.", "没有数据时，请删去该字段。"),
    )


def _doubled_quotes(text: str, context_at: int, at: int) -> Refusal | None:
    """Return the refusal of a line as Excel writes it: all of it in quotes, and quotes within doubled."""
    for place in (context_at, at):
        start, end = _line(text, place)
        line = text[start:end].strip()
        whole = re.fullmatch(r'"(?:[^"]|"")*:(?: (?:[^"]|"")*)?"', line) is not None
        doubled = re.search(r': ""[^"]', line)
        if whole or doubled:
            return _syntax(
                start,
                Text("The quotes are written as Excel writes them.", "引号是 Excel 导出的写法。"),
                Text(
                    "Remove those around the whole line, and write each doubled one once.",
                    "请删去整行外层的引号，并把连写的两个引号改为一个。",
                ),
            )
    return None


def _tab(text: str, at: int, problem: str) -> Refusal | None:
    start, end = _line(text, at)
    indentation = text[start:end]
    tab = indentation[: len(indentation) - len(indentation.lstrip(" \t"))].find("\t")
    if tab < 0 or not ("tab" in problem or "cannot start any token" in problem or "expected" in problem):
        return None
    return _syntax(
        start + tab,
        Text("A tab is used for indentation.", "缩进使用了制表符（Tab）。"),
        Text("Indent with blanks, two for each level.", "请用空格缩进，每级两个空格。"),
    )


def _full_width(text: str, context_at: int, at: int, problem: str) -> Refusal | None:
    # Without an ASCII colon a line is a text, and the parser stumbles only over a line that follows.
    if "mapping values" not in problem and "expected ':'" not in problem and "key" not in problem:
        return None
    refusal = full_width_colon(text, context_at if "expected ':'" in problem else at)
    for _ in range(_LINES_BACK):
        at = _line(text, at)[0] - 1
        above = full_width_colon(text, at) if at >= 0 else None
        if above is None:
            break
        refusal = above
    return refusal


def _full_width_comma(text: str, context_at: int, at: int, context: str) -> Refusal | None:
    """Return the refusal of a full-width comma within brackets, which joins what it was to part."""
    comma = text.find("，", context_at, max(at, context_at) + 1) if "flow" in context else -1
    if comma < 0:
        return None
    return _syntax(
        comma,
        Text("A full-width comma `，` stands within the brackets.", "括号内用了全角逗号 `，`。"),
        Text(
            "Write an ASCII comma and a blank between the items: `[a, b]`, `{a: 1, b: 2}`.",
            "各项之间请用英文逗号加一个空格：`[a, b]`、`{a: 1, b: 2}`。",
        ),
    )


def _missing_blank(text: str, context_at: int, at: int, problem: str) -> Refusal | None:
    """Return the refusal of the first key, in this line or just above, whose colon has no blank after it."""
    if "expected ':'" not in problem and "mapping values" not in problem:
        return None
    found: Refusal | None = None
    line_at = context_at if "expected ':'" in problem else at
    for _ in range(_LINES_BACK):
        start, end = _line(text, line_at)
        key = _NO_BLANK_KEY().match(text, start, end)
        if key is not None:
            found = _syntax(
                key.start(1),
                Text("A blank is missing after the colon.", "冒号后面缺少空格。"),
                Text("Write `key: value`.", "请写成 `键: 值`。"),
            )
        if start == 0:
            break
        line_at = start - 1
    return found


def _character(text: str, at: int, problem: str) -> Refusal | None:
    if "cannot start any token" not in problem:
        return None
    character = text[at : at + 1]
    sign = (
        Text("a backtick", "反引号")
        if character == "`"
        else Text(f"`{shown(character)}`", f" `{shown(character)}` ")
    )
    return _syntax(
        at,
        Text(f"A text cannot begin with {sign.en} without quotes.", f"不加引号的文本不能以{sign.zh}开头。"),
        QUOTE_ADVICE,
    )


def _misplaced_colon(text: str, at: int) -> Refusal:
    start = _line(text, at)[0]
    if re.search(r":\s|[\"'\]}]\s*:", text[start:at]):
        message = Text("A second colon with a blank stands in this line.", "该行出现了第二个“冒号加空格”。")
        advice = Text(
            "Put the text that holds the colon in quotes, or begin a new, indented line.",
            "请给含有冒号的文本加上引号，或另起一行并缩进。",
        )
    else:
        at = start + len(text[start:at]) - len(text[start:at].lstrip())
        message = Text(
            "A key stands here, and the value in the line above has not ended.",
            "此处出现了键，而上一行的值尚未结束。",
        )
        advice = Text(
            "Begin the keys of one mapping in the same column, and write a colon and a blank after each key.",
            "同一映射的键须对齐在同一列，每个键后面写英文冒号加一个空格。",
        )
    return _syntax(at, message, advice)
