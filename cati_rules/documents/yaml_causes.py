"""What the YAML parser objects to, by its own words, and what to tell of it."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from cati_rules.text import Text


class Cause(Struct, frozen=True):
    """A frequent cause: how to know it by the parser's words, and what to tell."""

    problem: str  # patterns; the C parser and the one in Python word things differently
    message: Text
    advice: Text
    context: str = ""
    shows: Literal["problem", "context"] = "problem"
    code: str = "read/syntax"


QUOTE_ADVICE: Final = Text(
    "Put the whole text in quotes; write a quote inside single quotes twice.",
    "请给整个文本加上引号；单引号内的单引号要写两次。",
)
_OBJECTS: Final = "(?:did not find expected|expected)"

CAUSES: Final = (
    Cause(
        "found unexpected (?:end of stream|document)",
        Text("The quote that opens here is never closed.", "此处的引号没有闭合。"),
        Text("Write the closing quote at the end of the text.", "请在文本末尾补上结束引号。"),
        context="quoted scalar",
        shows="context",
    ),
    Cause(
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
    Cause(
        "could not find expected ':'",
        Text("This line has no colon after its key.", "该行的键后面没有冒号。"),
        Text(
            "Write `key: value` with a blank after the colon; indent a text that continues the line above.",
            "请写成 `键: 值`（英文冒号加一个空格）；如果是上一行文本的延续，请缩进。",
        ),
        shows="context",
    ),
    Cause(
        "sequence entries are not allowed",
        Text("A list item cannot stand here.", "此处不能写列表项。"),
        Text(
            "Begin each `- ` on a line of its own below the key; put a text that begins with `- ` in quotes.",
            "请把每个 `- ` 写在键下方单独的一行；以 `- ` 开头的文本请加上引号。",
        ),
    ),
    Cause(
        "mapping keys are not allowed",
        Text("A text cannot begin with `? ` here.", "此处的文本不能以 `? ` 开头。"),
        QUOTE_ADVICE,
    ),
    Cause(
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
    Cause(
        "invalid Unicode character escape",
        Text("`\\u` with this number is no character.", "该编号的 `\\u` 不是有效字符。"),
        Text("Write the character itself.", "请直接写出该字符。"),
    ),
    Cause(
        "escape character|hexdecimal|hexadecimal",
        Text("This backslash has no meaning in double quotes.", "双引号内的这个反斜杠没有意义。"),
        Text("Use single quotes, or write the backslash twice.", "请改用单引号，或把反斜杠写两次。"),
    ),
    Cause(
        "tag handle|tag|URI",
        Text("A text cannot begin with `!` without quotes.", "不加引号的文本不能以 `!` 开头。"),
        QUOTE_ADVICE,
        context="tag|node",
        code="read/tag",
    ),
    Cause(
        "",
        Text("Nothing but a line break may follow `|` or `>`.", "`|` 或 `>` 之后只能换行。"),
        Text(
            "Begin the text on the next line, indented; or put a text that begins with `|` or `>` in quotes.",
            "请从下一行开始写文本并缩进；以 `|` 或 `>` 开头的文本请加上引号。",
        ),
        context="block scalar",
    ),
    Cause(
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
    Cause(
        "",
        Text(
            "A line that begins with `%` is a directive, and this one is not known.",
            "以 `%` 开头的行是指令，无法识别。",
        ),
        QUOTE_ADVICE,
        context="directive",
        shows="context",
    ),
    Cause(
        "node content",
        Text(
            "A value is missing here, or begins with a sign that needs quotes.",
            "此处缺少值，或值的开头符号需要加引号。",
        ),
        QUOTE_ADVICE,
    ),
    Cause(
        f"{_OBJECTS} '-' indicator|{_OBJECTS} <block end>",
        Text("This line does not belong to the list above it.", "该行不属于上面的列表。"),
        Text(
            "Begin each item of a list with `- `, all in the same column.",
            "列表的每一项都以 `- ` 开头，并对齐在同一列。",
        ),
        context="block collection",
    ),
    Cause(
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
    Cause(
        "document start",
        Text("Something stands after the end of the document.", "文档结束之后还有内容。"),
        Text(
            "Remove it, or indent it; check for a bracket or quote too many.",
            "请删去或缩进；并检查是否多写了括号或引号。",
        ),
    ),
)
