"""What stays the same of a finding when the file around it is edited: its place by content, and a digest of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from cati_rules.assessment.statements import Path
from cati_rules.numbers import number_text

_NAMES = ("name", "group", "product", "title", "maker", "supplier", "document", "url", "page")
_KINDS = ("kind", "subject", "area", "mechanism", "instrument", "carrier", "stage", "per")
_RANGES = ("scope", "scopes", "category", "categories", "material", "materials")
_YEARS = ("year", "base_year", "target_year")
_IDENTIFYING = (*_NAMES, *_KINDS, *_RANGES, *_YEARS)
"""Fields that tell an entry of a list from the others, rather than what is said of it."""

_ENDING = re.compile(r"\.(ya?ml|json)$", re.IGNORECASE)


class Fingerprints:
    """Makes the fingerprints of the findings on one document; those that would be alike are numbered."""

    def __init__(self, document: str, value: object) -> None:
        """Take the document's name, whose ending does not count: YAML and JSON of one content are one document."""
        self._document = _ENDING.sub("", document)
        self._value = value
        self._seen: Counter[str] = Counter()

    def of(self, ruleset: str | None, rule: str, path: Sequence[str | int]) -> str:
        """Return the digest of a finding of ``rule`` at ``path``."""
        told = json.dumps([ruleset, rule, self._document, stable_path(self._value, path)])
        self._seen[told] += 1
        return hashlib.sha256(f"{told}{self._seen[told]}".encode()).hexdigest()


def stable_path(value: Any, path: Sequence[str | int]) -> list[Any]:
    """Return ``path`` with each index of a list replaced by what identifies the entry, where something does."""
    told: list[Any] = []
    for step in path:
        try:
            value = None if value is None else value[step]
        except (KeyError, IndexError, TypeError):
            value = None
        told.append((identity(value) or step) if isinstance(step, int) else step)
    return told


def identity(entry: Any) -> list[Any]:
    """Return what tells an entry from others of its list: itself where it is plain, else its identifying fields."""
    if isinstance(entry, Mapping):
        found = ((name, identity(entry[name])) for name in _IDENTIFYING if name in entry)
        return [[name, told] for name, told in found if told]
    if isinstance(entry, list):
        return sorted((told for each in entry if (told := identity(each))), key=json.dumps)
    if isinstance(entry, Decimal):
        return [number_text(entry)]
    return [] if entry is None else [str(entry)]


def searched(path: Path, entry: Path = ()) -> Path:
    """Return the list below ``entry`` that a condition searched, or ``path`` itself where it searched none.

    A condition asks of such a list as a whole. Which of its entries comes closest can change with their order; what is
    asked does not.
    """
    return next((path[:i] for i in range(len(entry), len(path)) if isinstance(path[i], int)), path)
