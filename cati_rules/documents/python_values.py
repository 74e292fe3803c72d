"""Documents from values of Python: dictionaries and lists, as a service or a table has them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cati_rules.documents.document import Document
from cati_rules.documents.reader import parse_document
from cati_rules.errors import DocumentError, Place, Problem
from cati_rules.text import Text


def document_of(value: Any, name: str) -> Document:
    """Return dictionaries, lists, texts, numbers, truths and dates as a document that is called ``name``.

    A float is the shortest decimal that stands for it. Places are those in the same document written as JSON.

    Raises:
        DocumentError: it holds something else, or is larger or deeper than a document may be.
    """
    try:
        text = _json(value, name)
    except RecursionError:
        raise _unfit(name, Text("The value is nested too deeply.", "数据嵌套层数过多。")) from None
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise _unfit(name, Text("A text holds half a character.", "文本中含有不完整的字符。")) from None
    return parse_document(data, name=name)


def _json(value: Any, name: str) -> str:
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float | Decimal):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            raise _unfit(name, Text(f"{value} is not a finite number.", f"{value} 不是有限的数值。"))
        return str(number)
    if isinstance(value, Mapping):
        pairs = (f"{_key(key, name)}:{_json(each, name)}" for key, each in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_json(each, name) for each in value) + "]"
    if isinstance(value, datetime.date):
        return json.dumps(value.isoformat()[:10])
    kind = type(value).__name__
    raise _unfit(
        name,
        Text(f"A value of type {kind} has no place in a document.", f"文件中不能包含 {kind} 类型的值。"),
    )


def _key(key: object, name: str) -> str:
    if not isinstance(key, str):
        raise _unfit(name, Text(f"The key {key!r} is no text.", f"键 {key!r} 不是文本。"))
    return json.dumps(key, ensure_ascii=False)


def _unfit(name: str, message: Text) -> DocumentError:
    return DocumentError(Problem(Place(name), "read/value", message))
