"""The fields of a product as columns: which there are, of what type, and as expressions without surprises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from cati_rules.columns.amounts import NotColumns
from cati_rules.documents.paths import FieldNames
from cati_rules.pipeline import record_of
from cati_rules.schema.types import FieldType, ListType, RecordType

if TYPE_CHECKING:
    import narwhals as nw

PRODUCT = "product"
MADE = "cati.made."
"""What the columns are called, with the number of a brand, that say whether a product is from the brand's maker."""
PREFIX = "cati.field."
"""What the columns of fields are called while verdicts are computed, so that they meet no column of the table."""


@cache
def product_fields() -> Mapping[str, FieldType]:
    """Return the fields of a product that hold one value each, by their paths, and those that hold lists."""
    return dict(_fields(record_of(PRODUCT), ()))


def _fields(record: RecordType, path: FieldNames) -> Iterator[tuple[str, FieldType]]:
    for name, kind in record.fields.items():
        if isinstance(kind, RecordType):
            yield from _fields(kind, (*path, name))
        else:
            yield ".".join((*path, name)), kind


def type_at(path: FieldNames) -> FieldType:
    """Return the type of a field of a product; that of a group of fields, too."""
    kind: FieldType = record_of(PRODUCT)
    for name in path:
        if not isinstance(kind, RecordType) or name not in kind.fields:
            raise NotColumns(".".join(path))
        kind = kind.fields[name]
    return kind


class Fields(Struct, frozen=True):
    """The fields that a table has columns of; all others are absent from every row."""

    present: frozenset[str]

    def column(self, path: FieldNames) -> nw.Expr | None:
        """Return a field as a column, null where it is absent; None where the table has no such column.

        Raises:
            NotColumns: it holds a list, or several fields.
        """
        if isinstance(type_at(path), ListType | RecordType):
            raise NotColumns(".".join(path))
        name = ".".join(path)
        if name not in self.present:
            return None
        import narwhals as nw  # noqa: PLC0415 - an extra

        return nw.col(PREFIX + name)

    def below(self, path: FieldNames) -> list[str]:
        """Return the fields with columns in a group of fields."""
        start = ".".join((*path, ""))
        return [each for each in sorted(self.present) if each.startswith(start)]
