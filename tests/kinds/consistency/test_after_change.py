"""What is looked at after a change, where it can matter, is all that a look at the whole document finds anew."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import EXAMPLES
from strategies import Object, disclosures

from cati_rules import load_document
from cati_rules.documents import value_at, with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.consistency.contradiction import Contradiction, ContradictionsAfter, contradictions
from cati_rules.kinds.consistency.refusal import became_wrong, impossible_in, our_assessor
from cati_rules.schema import is_valid, is_valid_at, spelled_out

AS_OF = "2026-06-30"
OURS = [
    *(EXAMPLES / name for name in ("draft.yaml", "coil.yaml", "product.yaml", "steelmaker.yaml")),
    *sorted((EXAMPLES / "report").glob("*.yaml"))[:2],
    *sorted((EXAMPLES / "report" / "metals").glob("*.yaml"))[:4],
]
few = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def leaves(value: Any, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Any]]:
    """Yield the values in a document that are no objects or lists of objects, but for its kind."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, (*path, name)) if (*path, name) != ("kind",) else ()
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for i, each in enumerate(value):
            yield from leaves(each, (*path, i))
    else:
        yield path, value


def others(value: Any) -> list[Any]:
    """Return other values, which often contradict what stands around them, and at times the schema."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, Decimal):
        return [value * 10, value / 10, Decimal(0), Decimal(1), -value, value + 5]
    return ["steel", "aluminium", "scope_3", "tCO2e", "mine_to_metal"] if isinstance(value, str) else [[]]


def said(found: tuple[Contradiction, ...]) -> set[tuple[str, FieldPath, tuple[FieldPath, ...]]]:
    return {(each.rule.id, each.within, tuple(sorted(each.places, key=str))) for each in found}


def whole(document: Object) -> tuple[Contradiction, ...]:
    return contradictions(our_assessor().assess(document, as_of=AS_OF, severities=["error"]))


def hold(document: Object, path: FieldPath, other: Any) -> None:
    changed = with_value(document, path, other)
    kind = document["kind"]
    assert is_valid_at(kind, changed, path) == is_valid(kind, changed), (path, other)
    if not is_valid(kind, changed):
        assert became_wrong(document, changed, path), (path, other)
        return
    new = set(impossible_in(changed)) - set(impossible_in(document))
    assert became_wrong(document, changed, path) == bool(new), (path, other, new)
    after = ContradictionsAfter(our_assessor())
    assert said(after(document, changed, [path], AS_OF)) == said(whole(changed)), (path, other)
    second = (*path[:-1], path[-1])
    back = with_value(changed, second, value_at(document, path))
    assert said(after(document, back, [path, second], AS_OF)) == said(whole(back))


@pytest.mark.parametrize("file", OURS, ids=lambda path: path.name)
def test_every_field_of_ours_changed_once(file: Any) -> None:
    document = spelled_out(load_document(file).value)
    for number, (path, value) in enumerate(leaves(document)):
        choices = others(value)
        hold(document, path, choices[number % len(choices)])


@few
@given(document=disclosures(), draw=st.data())
def test_a_drawn_change_of_a_drawn_disclosure(document: Object, draw: st.DataObject) -> None:
    document = spelled_out(document)
    places = list(leaves(document))
    for _ in range(6):
        path, value = draw.draw(st.sampled_from(places))
        hold(document, path, draw.draw(st.sampled_from(others(value))))
