"""What to ask the supplier: one question for all definitions that its answer would help to settle."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from cati_rules.documents.paths import FieldPath
from cati_rules.text import Text


class Question(Struct, frozen=True):
    """A question in words that a mill understands; ``today`` says what the document gives instead, None where nothing.

    ``path`` is the field that the answer goes into. ``settles`` are the definitions that wait for it, by id.
    ``fields`` are all fields that an answer may fill, ``path`` first; empty where no field can hold it. A figure asked
    for is in ``unit`` (empty for anything else), and has the values ``asked_as`` of boundary and stage.
    """

    path: FieldPath
    asked: Text
    today: Text | None
    settles: tuple[str, ...]
    fields: tuple[FieldPath, ...]
    unit: str = ""
    asked_as: Mapping[FieldPath, str] = {}
