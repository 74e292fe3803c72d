"""Names of files as other programs take them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote


def uri_of(document: str) -> str:
    """Return the name of :func:`document_name` as a URI reference: relative unless the file lies elsewhere."""
    if Path(document).is_absolute():
        return Path(document).as_uri()
    return quote(document.encode("utf-8", "surrogateescape"), safe="/")
