"""Says in plain words what the YAML parser objects to, and what to do about it."""

from __future__ import annotations

import re
from typing import Final, Literal

import yaml
from msgspec import Struct

from cati_rules.documents.refusal import Refusal, shown
from cati_rules.later import pattern
from cati_rules.text import Text


class _Cause(Struct, frozen=True):
    """A frequent cause: how to know it by the parser's words, and what to tell."""

    problem: str  # patterns; the C parser and the one in Python word things differently
    message: Text
    advice: Text
    context: str = ""
    shows: Literal["problem", "context"] = "problem"
    code: str = "read/syntax"


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

_QUOTE_ADVICE: Final = Text(
    "Put the whole text in quotes; write a quote inside single quotes twice.",
    "请给整个文本加上引号；单引号内的单引号要写两次。",
)
_FULL_WIDTH_ADVICE: Final = Text(
    "Write the ASCII colon and a blank after the key: `key: value`.",
    "键后面请用英文冒号加一个空格：`键: 值`。",
)
_OBJECTS: Final = "(?:did not find expected|expected)"

_CAUSES: Final = (
    _Cause(
        "found unexpected (?:end of stream|document)",
        Text("The quote that opens here is never closed.", "此处的引号没有闭合。"),
        Text("Write the closing quote at the end of the text.", "请在文本末尾补上结束引号。"),
        context="quoted scalar",
        shows="context",
    ),
    _Cause(
        f"{_OBJECTS} ',' or",
        Text(
            "The bracket that opens here is not closed, or a comma is missing.",
            "此处的括号没有闭合，或缺少逗号。",
        ),
        Text(
            "Write the closing bracket, and commas between the items; "
            "put a text that holds `[`, `{`, `,` or ` #` in quotes.",
            "请补上结束括号和各项之间的逗号；含有 `[`、`{`、`,` 或 ` #` 的文本请加上引号。",
        ),
        context="flow",
        shows="context",
    ),
    _Cause(
        "could not find expected ':'",
        Text("This line has no colon after its key.", "该行的键后面没有冒号。"),
        Text(
            "Write `key: value` with a blank after the colon; indent a text that continues the line above.",
            "请写成 `键: 值`（英文冒号加一个空格）；如果是上一行文本的延续，请缩进。",
        ),
        shows="context",
    ),
    _Cause(
        "sequence entries are not allowed",
        Text("A list item cannot stand here.", "此处不能写列表项。"),
        Text(
            "Begin each `- ` on a line of its own below the key; put a text that begins with `- ` in quotes.",
            "请把每个 `- ` 写在键下方单独的一行；以 `- ` 开头的文本请加上引号。",
        ),
    ),
    _Cause(
        "mapping keys are not allowed",
        Text("A text cannot begin with `? ` here.", "此处的文本不能以 `? ` 开头。"),
        _QUOTE_ADVICE,
    ),
    _Cause(
        "alphabetic or numeric",
        Text(
            "`*` and `&` have a meaning of their own at the start of a text.",
            "文本开头的 `*` 和 `&` 有特殊含义。",
        ),
        Text(
            "Put the text in quotes; names of anchors hold ASCII letters and digits only.",
            "请给文本加上引号；锚点名称只能用英文字母和数字。",
        ),
        context="alias|anchor",
        shows="context",
    ),
    _Cause(
        "invalid Unicode character escape",
        Text("`\\u` with this number is no character.", "该编号的 `\\u` 不是有效字符。"),
        Text("Write the character itself.", "请直接写出该字符。"),
    ),
    _Cause(
        "escape character|hexdecimal|hexadecimal",
        Text("This backslash has no meaning in double quotes.", "双引号内的这个反斜杠没有意义。"),
        Text("Use single quotes, or write the backslash twice.", "请改用单引号，或把反斜杠写两次。"),
    ),
    _Cause(
        "tag handle|tag|URI",
        Text("A text cannot begin with `!` without quotes.", "不加引号的文本不能以 `!` 开头。"),
        _QUOTE_ADVICE,
        context="tag|node",
        code="read/tag",
    ),
    _Cause(
        "",
        Text("Nothing but a line break may follow `|` or `>`.", "`|` 或 `>` 之后只能换行。"),
        Text(
            "Begin the text on the next line, indented; or put a text that begins with `|` or `>` in quotes.",
            "请从下一行开始写文本并缩进；以 `|` 或 `>` 开头的文本请加上引号。",
        ),
        context="block scalar",
    ),
    _Cause(
        "incompatible YAML document|duplicate %YAML|duplicate %TAG",
        Text(
            "This line asks for another version of YAML, or says so twice.",
            "该行要求使用其他版本的 YAML，或重复声明。",
        ),
        Text(
            "Remove the lines that begin with `%`, and the `---` after them.",
            "请删去以 `%` 开头的行及其后的 `---`。",
        ),
    ),
    _Cause(
        "",
        Text(
            "A line that begins with `%` is a directive, and this one is not known.",
            "以 `%` 开头的行是指令，无法识别。",
        ),
        _QUOTE_ADVICE,
        context="directive",
        shows="context",
    ),
    _Cause(
        "node content",
        Text(
            "A value is missing here, or begins with a sign that needs quotes.",
            "此处缺少值，或值的开头符号需要加引号。",
        ),
        _QUOTE_ADVICE,
    ),
    _Cause(
        f"{_OBJECTS} '-' indicator|{_OBJECTS} <block end>",
        Text("This line does not belong to the list above it.", "该行不属于上面的列表。"),
        Text(
            "Begin each item of a list with `- `, all in the same column.",
            "列表的每一项都以 `- ` 开头，并对齐在同一列。",
        ),
        context="block collection",
    ),
    _Cause(
        f"{_OBJECTS} key|{_OBJECTS} <block end>",
        Text("What stands here does not belong to what is before it.", "此处的内容与前面的内容不衔接。"),
        Text(
            "Begin the keys of one mapping in the same column; put the whole of a text that holds quotes, "
            "brackets, `*` or `,` in quotes; a comment (` #`) ends a text.",
            "同一映射的键须对齐在同一列；含有引号、括号、`*` 或 `,` 的文本请整体加上引号；"
            "` #` 之后是注释，文本到此结束。",
        ),
        context="block mapping",
    ),
    _Cause(
        "document start",
        Text("Something stands after the end of the document.", "文档结束之后还有内容。"),
        Text(
            "Remove it, or indent it; check for a bracket or quote too many.",
            "请删去或缩进；并检查是否多写了括号或引号。",
        ),
    ),
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
    for cause in _CAUSES:
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
        _QUOTE_ADVICE,
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
