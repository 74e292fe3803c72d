"""The schemas that come with the package, read once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from cati_rules.errors import Place, Problem, UsageError
from cati_rules.resources import document_schemas, shipped
from cati_rules.text import Text

_ENDING = ".schema.json"


@cache
def known_kinds() -> tuple[str, ...]:
    """Return the kinds of document that there is a schema for, in alphabetical order."""
    return tuple(path.name.removesuffix(_ENDING) for path in document_schemas())


@cache
def load_schema(kind: str) -> Mapping[str, Any]:
    """Return the JSON Schema of ``kind``, with exact numbers; treat it as read-only.

    Raises :class:`UsageError` when there is no such kind.
    """
    if kind not in known_kinds():
        names = ", ".join(known_kinds())
        raise UsageError(
            Problem(
                place=Place(kind),
                code="schema/unknown-kind",
                message=Text(
                    f"There is no kind of document named “{kind}”.", f"没有名为“{kind}”的文件类型。"
                ),
                expected=Text(f"Known kinds: {names}.", f"可用的类型：{names}。"),
            )
        )
    text = (shipped("schemas") / f"{kind}{_ENDING}").read_text(encoding="utf-8")
    schema: Mapping[str, Any] = json.loads(text, parse_float=Decimal)
    return schema
