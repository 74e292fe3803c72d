"""Says in plain words what the TOML reader of the standard library objects to, which speaks English only."""

from __future__ import annotations

import re
from typing import Final

from cati_rules.text import Text

# By a pattern of the reader's words; the first that fits.
_CAUSES: Final[tuple[tuple[str, Text], ...]] = (
    ("Expected '=' after a key", Text("a key has no `=` after it", "键后面缺少 `=`")),
    (
        "Invalid value|Expected a value",
        Text("a value is missing, or is a text without quotes", "缺少取值，或文本没有加引号"),
    ),
    ("Cannot overwrite a value|Duplicate", Text("a key stands here a second time", "键重复出现")),
    ("Cannot declare|Cannot mutate|Cannot redefine", Text("a table stands here a second time", "表重复出现")),
    ("Unclosed array", Text("a list is not closed with `]`, or a comma is missing", "数组缺少 `]` 或逗号")),
    (
        "Unclosed inline table|Expected '}'",
        Text("an inline table is not closed with `}`, or a comma is missing", "内联表缺少 `}` 或逗号"),
    ),
    ("Unterminated string|Expected .?[\"']", Text("a text has no closing quote", "文本缺少结束引号")),
    ("Expected .?\\]", Text("the name of a table is not closed with `]`", "表名缺少 `]`")),
    (
        "Invalid initial character for a key|Invalid statement",
        Text("a line begins with something that is no key", "行首不是键"),
    ),
    (
        "Expected newline or end of document",
        Text("something stands after a value; a line holds one key", "取值之后还有内容；每行只能写一个键"),
    ),
    (
        "Illegal character|invalid character",
        Text("a character stands here that is not allowed", "含有不允许的字符"),
    ),
    (
        "[Uu]nescaped|escape|hex value|Unicode scalar",
        Text(
            "a backslash has no meaning here: use single quotes, or write it twice",
            "反斜杠在此处没有意义：请改用单引号，或写两次",
        ),
    ),
    (
        "[Ii]nvalid (?:date|datetime|time)",
        Text("a date or time is not one of the calendar", "日期或时间无效"),
    ),
)
_OTHER: Final = Text("it is not TOML here", "此处不符合 TOML 语法")


def toml_cause(said: str) -> Text:
    """Return what is wrong in a TOML text, as a phrase, from what :mod:`tomllib` said of it."""
    return next((cause for pattern, cause in _CAUSES if re.search(pattern, said)), _OTHER)
