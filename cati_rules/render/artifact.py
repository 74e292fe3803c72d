"""Names and texts as other programs take them: URIs, texts without what steers a terminal."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

# Line breaks of any kind, and everything that a terminal or a log would obey instead of showing.
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def uri_of(document: str) -> str:
    """Return the name of :func:`document_name` as a URI reference: relative unless the file lies elsewhere."""
    if Path(document).is_absolute():
        return Path(document).as_uri()
    return quote(document.encode("utf-8", "surrogateescape"), safe="/")


def one_line(text: str) -> str:
    """Return ``text`` in one line, without control characters."""
    return _STEERING.sub(" ", text)
