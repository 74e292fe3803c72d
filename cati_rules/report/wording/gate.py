"""How a failure is accepted for a time, in words."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from cati_rules.text import Text


def accept_with(document: str, rules: Sequence[str]) -> Text:
    """Return how the failure of rules on a document is accepted for a time."""
    command = shlex.join(["cati", "waive", document, *rules])
    return Text(f"To accept it for a time: {command} …", f"如需在一定期限内予以接受：{command} …")
