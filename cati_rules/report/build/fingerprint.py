"""What stays the same of a finding when the file around it is edited: its place by content, and a digest of it."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Sequence

from cati_rules.documents.identity import stable_path
from cati_rules.documents.paths import FieldPath
from cati_rules.later import pattern

_ENDING = pattern(r"\.(ya?ml|json)$", re.IGNORECASE)


class Fingerprints:
    """Makes the fingerprints of the findings on one document; those that would be alike are numbered."""

    def __init__(self, document: str, value: object, alone: bool = True) -> None:
        """Take the document's name.

        Its ending does not count where it is ``alone``: it may go from YAML to JSON. Beside another file that has the
        same name but for that, it does.
        """
        self._document = _ENDING().sub("", document) if alone else [document]
        self._value = value
        self._seen: Counter[str] = Counter()

    def of(self, ruleset: str | None, rule: str, path: Sequence[str | int]) -> str:
        """Return the digest of a finding of ``rule`` at ``path``."""
        told = json.dumps([ruleset, rule, self._document, stable_path(self._value, path)])
        self._seen[told] += 1
        return hashlib.sha256(f"{told}{self._seen[told]}".encode()).hexdigest()


def is_alone(file: str) -> bool:
    """Return whether no other file has the name of ``file`` but for an ending of documents."""
    stem = _ENDING().sub("", file)
    return stem == file or not any(os.path.lexists(each) for each in _alike(stem) if each != file)


def _alike(stem: str) -> tuple[str, ...]:
    return (stem, *(f"{stem}.{ending}" for ending in ("yaml", "yml", "json")))


def searched(path: FieldPath, entry: FieldPath = ()) -> FieldPath:
    """Return the list below ``entry`` that a condition searched, or ``path`` itself where it searched none.

    A condition asks of such a list as a whole. Which of its entries comes closest can change with their order; what is
    asked does not.
    """
    return next((path[:i] for i in range(len(entry), len(path)) if isinstance(path[i], int)), path)
