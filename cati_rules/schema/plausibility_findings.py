"""What is implausible in a document, and what checks for it are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from cati_rules.documents.paths import FieldPath
from cati_rules.schema.tonnes import Emission
from cati_rules.text import Text

Severity = Literal["error", "warning"]


class Implausible(Struct, frozen=True):
    """What a check found: the place, what is seen there, and what to do."""

    path: FieldPath
    code: str
    message: Text
    advice: Text
    severity: Severity = "error"


class Disclosure(Struct, frozen=True):
    """A disclosure, or another document, with its emissions in tonnes, as most checks need them."""

    value: Mapping[str, Any]
    emissions: Sequence[Emission]
