"""Tells documents of ours from other files that a hook or a pattern brings along; in doubt, a file is ours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from cati_rules.documents.limits import FILE_BYTES
from cati_rules.documents.reader import parse_document
from cati_rules.errors import DocumentError
from cati_rules.schema.navigation import properties
from cati_rules.schema.store import known_kinds, load_schema

_KEY = re.compile(r"""^[ \t]*[{,]?[ \t]*["']?([A-Za-z_][\w-]*)["']?[ \t]*[:：]""", re.MULTILINE)
_KIND = re.compile(r"""["']?\bkind["']?[ \t]*[:：][ \t]*["']?([\w-]+)""")
_CLOSE = 0.8
"""How like one of our kinds a word is that was meant to be it: `produkt` is, `project` is not."""
_COMMON = frozenset({"kind", "name", "year", "type", "sources", "evidence", "stage", "label"})
"""Fields that files of many kinds have."""
_ENOUGH = 2
"""How many fields of one of our kinds make a file one of ours that does not say which."""


def is_ours(path: Path) -> bool:
    """Return whether a file is one of ours, also one with mistakes; a file that cannot be read is."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES + 1)
    except (OSError, ValueError):
        return True
    try:
        value: Mapping[str, Any] = parse_document(data, name=str(path)).value
    except DocumentError:
        return _speaks_of_ours(data.decode("utf-8", "replace"))
    kind = value.get("kind")
    return (isinstance(kind, str) and _is_kind(kind)) or _has_our_fields(value)


def _speaks_of_ours(text: str) -> bool:
    """Return whether a text that cannot be read names one of our kinds, or fields of one."""
    return any(_is_kind(each) for each in _KIND.findall(text)) or _has_our_fields(
        dict.fromkeys(_KEY.findall(text))
    )


def _is_kind(text: str) -> bool:
    """Return whether a text is one of our kinds, or a slip of the pen for one."""
    return bool(get_close_matches(text.lower(), known_kinds(), n=1, cutoff=_CLOSE))


def _has_our_fields(value: Mapping[str, Any]) -> bool:
    found = Counter(kind for kind, fields in _fields().items() for name in value if name in fields)
    return any(count >= _ENOUGH for count in found.values())


@cache
def _fields() -> Mapping[str, frozenset[str]]:
    """Return the fields of each kind of document that few other files have."""
    schemas = {kind: load_schema(kind) for kind in known_kinds()}
    return {kind: frozenset(properties(schema, schema)) - _COMMON for kind, schema in schemas.items()}
