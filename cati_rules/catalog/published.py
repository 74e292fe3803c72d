"""Results that a publisher printed for an index: companies, totals, rates, and what the columns stand for."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from cati_rules.catalog.ruleset import Basis, Indicator, Ruleset, Source
from cati_rules.catalog.store import ruleset_folder
from cati_rules.documents import read_document
from cati_rules.text import Text

_TABLE = "table-3-3-1.csv"
_COLUMNS = "columns.yaml"


@dataclass(frozen=True, slots=True)
class Column:
    """A printed rate: the indicators that it is of, and whether it repeats what other columns count."""

    id: str
    title: Text
    indicators: tuple[Indicator, ...]
    overlaps: bool

    @property
    def points(self) -> Decimal:
        """The nominal points that the rate is of."""
        return sum((each.points for each in self.indicators if each.parallel_to is None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Company:
    """One row of the printed table: the total in points, the rates in whole percent."""

    name: str
    name_en: str
    region: str
    product_type: str
    total: Decimal
    rates: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Published:
    """The printed results of a ruleset: its companies in printed order, the columns, and the groups not printed."""

    columns: tuple[Column, ...]
    hidden: tuple[tuple[Indicator, ...], ...]
    hidden_names: tuple[str, ...]
    companies: tuple[Company, ...]
    basis: Basis
    source: Source


def published_results(ruleset: Ruleset) -> Published | None:
    """Return what was printed for a shipped ruleset, or None where nothing comes with it."""
    folder = ruleset_folder(ruleset.id) / "published"
    if not (folder / _COLUMNS).exists():
        return None
    data = read_document(folder / _COLUMNS).value
    columns = tuple(
        Column(
            id=each["id"],
            title=Text(each["title"]["en"], each["title"]["zh"]),
            indicators=tuple(indicator for name in each["of"] for indicator in _below(ruleset, name)),
            overlaps=bool(each.get("overlaps", False)),
        )
        for each in data["columns"]
    )
    source = data["source"]
    return Published(
        columns=columns,
        hidden=tuple(tuple(_below(ruleset, name)) for name in data["hidden"]),
        hidden_names=tuple(data["hidden"]),
        companies=tuple(_companies(folder / _TABLE, columns)),
        basis=data["basis"],
        source=Source(source["document"], Text(source["locator"]["en"], source["locator"]["zh"])),
    )


def _below(ruleset: Ruleset, name: str) -> Iterator[Indicator]:
    """Yield the indicators of a dimension, a group or an indicator."""
    for dimension in ruleset.dimensions:
        for group in dimension.groups:
            for indicator in group.indicators:
                if name in (dimension.id, group.id, indicator.id):
                    yield indicator


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
