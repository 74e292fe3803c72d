"""Results that a publisher printed for an index: companies, totals, rates, and what the columns stand for."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from cati_rules.catalog.store import ruleset_folder
from cati_rules.kinds.index.rules import Index, Indicator
from cati_rules.text import Text


class Column(Struct, frozen=True):
    """A printed rate: the indicators that it is of, and whether it repeats what other columns count."""

    id: str
    title: Text
    indicators: tuple[Indicator, ...]
    overlaps: bool

    @property
    def points(self) -> Decimal:
        """The nominal points that the rate is of."""
        return sum((each.points for each in self.indicators if each.parallel_to is None), Decimal(0))


class Company(Struct, frozen=True):
    """One row of the printed table: the total in points, the rates in whole percent."""

    name: str
    name_en: str
    region: str
    product_type: str
    total: Decimal
    rates: Mapping[str, Decimal]


class Published(Struct, frozen=True):
    """The printed results of a ruleset: its companies in printed order, the columns, and the groups not printed."""

    columns: tuple[Column, ...]
    hidden: tuple[tuple[Indicator, ...], ...]
    hidden_names: tuple[str, ...]
    companies: tuple[Company, ...]


def published_results(ruleset: Index) -> Published | None:
    """Return what was printed for a shipped ruleset, or None where nothing comes with it.

    Raises:
        UsageError: the ruleset is not one that comes with the package.
    """
    printed = ruleset.printed
    if printed is None:
        return None
    columns = tuple(
        Column(each.id, each.title, _below(ruleset, each.of), each.overlaps) for each in printed.columns
    )
    return Published(
        columns=columns,
        hidden=tuple(_below(ruleset, (name,)) for name in printed.hidden),
        hidden_names=printed.hidden,
        companies=tuple(_companies(ruleset_folder(ruleset.id) / printed.table, columns)),
    )


def _below(ruleset: Index, names: Sequence[str]) -> tuple[Indicator, ...]:
    """Return the indicators of dimensions, groups or indicators."""
    return tuple(
        indicator
        for dimension in ruleset.dimensions
        for group in dimension.groups
        for indicator in group.indicators
        if {dimension.id, group.id, indicator.id} & set(names)
    )


def _companies(path: Path, columns: tuple[Column, ...]) -> Iterator[Company]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Company(
                name=row["company"],
                name_en=row["company_en"],
                region=row["region"],
                product_type=row["product_type"],
                total=Decimal(row["total"]),
                rates={column.id: Decimal(row[column.id]) for column in columns},
            )
