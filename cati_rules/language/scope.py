"""What expressions see, and what stands there where a document says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from cati_rules.language import nodes
from cati_rules.language.possibilities import UNDISCLOSED, Value, possible_values
from cati_rules.language.ranges import BOTH
from cati_rules.language.reading import DOCUMENT_SLOT, FIRST_VARIABLE
from cati_rules.language.value_kinds import list_type, scope_of, without
from cati_rules.schema.types import FieldType, ListType, RecordType

Entries = Mapping[str, FieldType]
"""The types of fields that stand for other entries of a document in each evaluation."""
_AT_DOCUMENT: Mapping[str, tuple[str, ...]] = {nodes.DOCUMENT: ()}


@lru_cache(maxsize=4096)
def _key(place: tuple[str, ...], variable: str, where: nodes.Node) -> object:  # noqa: ARG001
    """Return one object for the same filter of the same list, in whatever expression it stands.

    A tree takes long to hash, and the object no time; if one is forgotten here, a filter is applied once more.
    """
    return object()


class Scope:
    """What is in sight: the types and frame slots of the document and the variables, and the named values.

    ``places`` are where in the document the variables come from.
    """

    __slots__ = ("named", "places", "slots", "types")

    def __init__(
        self,
        types: Mapping[str, FieldType],
        slots: Mapping[str, int],
        named: Mapping[str, nodes.Node],
        places: Mapping[str, tuple[str, ...]] = _AT_DOCUMENT,
    ) -> None:
        """See the document and variables of these types, in these slots of a frame."""
        self.types = types
        self.slots = slots
        self.named = named
        self.places = places

    def place(self, path: nodes.Field) -> tuple[str, ...]:
        """Return where in the document ``path`` leads; a variable of unknown origin stands for itself."""
        return (*self.places.get(path.root, (path.root,)), *path.fields)

    def within(self, node: nodes.OverList | nodes.Count) -> Scope:
        """Return the scope within a quantifier's brackets."""
        item = list_type(node.source, self.types).item
        slot = max(FIRST_VARIABLE - 1, *self.slots.values()) + 1
        return Scope(
            {**self.types, node.variable: item},
            {**self.slots, node.variable: slot},
            self.named,
            {**self.places, node.variable: (*self.place(node.source), nodes.EACH)},
        )

    def of_definition(self, name: str, definition: nodes.Node) -> Scope:
        """Return the scope of a definition: the document, its parameters, and every name but its own."""
        types = scope_of(definition, self.types)
        slots = {root: slot for slot, root in enumerate(types, start=FIRST_VARIABLE - 1)}
        slots[nodes.DOCUMENT] = DOCUMENT_SLOT
        return Scope(types, slots, without(name, self.named))

    def filter_key(self, node: nodes.OverList | nodes.Count, changing: frozenset[str]) -> object:
        """Return what stands for the filter of a list in a cache.

        None if there is no filter, or it looks at variables other than its own, or at fields that are ``changing``.
        """
        if node.where is None:
            return None
        others = self.types.keys() - {nodes.DOCUMENT, node.variable}
        for one in nodes.walk(node.where):
            if isinstance(one, nodes.Field) and (
                one.root in others
                or (one.root == nodes.DOCUMENT and one.fields[:1] and one.fields[0] in changing)
            ):
                return None
        return _key(self.place(node.source), node.variable, node.where)


def with_entries(
    record: RecordType, trees: Sequence[nodes.Node], entries: Sequence[Entries]
) -> tuple[Sequence[RecordType], frozenset[str]]:
    """Return the types that each condition sees, and the fields that change from one evaluation to the next."""
    if not entries:
        return [record] * len(trees), frozenset()
    records = [RecordType(record.name, {**record.fields, **each}) for each in entries]
    return records, frozenset(name for each in entries for name in each)


def absent_truth(kind: ListType, of_empty: int, *, closed: bool) -> int:
    """Return the truth over an absent list: undecided, unless it can only be empty."""
    return of_empty if kind.max_items == 0 and not closed else BOTH


def absent_value(kind: FieldType, *, closed: bool) -> Value:
    """Return what an absent value is in the closed or the open world."""
    return UNDISCLOSED if closed else possible_values(kind)
