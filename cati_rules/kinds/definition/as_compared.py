"""What a figure would have to be a figure of, so that a definition compares it as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any, Final

from cati_rules.documents import value_at, with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.definition.figures import FOOTPRINT, Figure, Judge
from cati_rules.kinds.definition.rules import EACH
from cati_rules.language import TRUE
from cati_rules.schema.types import RecordType, TextType

BOUNDARY: Final[FieldPath] = (*FOOTPRINT, "boundary")
STAGE: Final[FieldPath] = ("stage",)
_OF: Final = (BOUNDARY, STAGE)


def as_compared(
    figure: Figure, comparable: Judge | None, record: RecordType
) -> tuple[Mapping[FieldPath, str], ...]:
    """Return boundary and stage of a footprint that would be compared, in each way that changes least of what is said.

    It is empty where these two do not settle it, or the figure is no footprint of a product.
    """
    if comparable is None or figure.path[:-1] != FOOTPRINT:
        return ()
    own = {path: value_at(figure.value, path) for path in _OF}
    changes: dict[int, list[Mapping[FieldPath, str]]] = {}
    for each in product(*(_choices(record, path) for path in _OF)):
        stated = dict(zip(_OF, each, strict=True))
        if comparable(_with(figure.value, stated), {}).truth == TRUE:
            changes.setdefault(sum(own[path] != stated[path] for path in _OF), []).append(stated)
    return tuple(changes[min(changes)]) if changes else ()


def _choices(record: RecordType, path: FieldPath) -> tuple[str, ...]:
    kind: Any = record
    for step in path:
        kind = kind.fields.get(str(step)) if isinstance(kind, RecordType) else None
    return tuple(sorted(kind.choices or ())) if isinstance(kind, TextType) else ()


def _with(value: Mapping[str, Any], stated: Mapping[FieldPath, str]) -> Mapping[str, Any]:
    changed: Any = {key: each for key, each in value.items() if key != EACH}
    for path, text in stated.items():
        changed = with_value(changed, path, text)
    return {**changed, EACH: value_at(changed, FOOTPRINT)}
