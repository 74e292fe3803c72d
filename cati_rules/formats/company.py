"""A disclosure that is drafted from a company's report: emissions, energy and targets, each citing the report."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import PurePath
from typing import Final

from cati_rules.documents.paths import FieldPath
from cati_rules.formats.figures import quotient, told, total
from cati_rules.formats.reading import WHOLE, Draft, Origin, Reading
from cati_rules.formats.source import Source
from cati_rules.text import Text

REPORT: Final = "report"
CATEGORIES: Final = (
    "purchased_goods_and_services", "capital_goods", "fuel_and_energy_related", "upstream_transport", "waste",
    "business_travel", "employee_commuting", "upstream_leased_assets", "downstream_transport",
    "processing_of_sold_products", "use_of_sold_products", "end_of_life", "downstream_leased_assets", "franchises",
    "investments",
)  # fmt: skip
"""Categories 1 to 15 of scope 3, as the GHG Protocol numbers them."""


class Figure:
    """A number of a report, and where it stands."""

    __slots__ = ("origin", "value")

    def __init__(self, value: Decimal, origin: Origin) -> None:
        """Take the number."""
        self.value = value
        self.origin = origin


class Company:
    """A draft of a disclosure."""

    def __init__(self, title: Text, source: Source, kind: str) -> None:
        """Begin a draft from a report of a kind (``sustainability_report``)."""
        self.draft = Draft(title, "disclosure")
        self._source = source
        self._kind = kind
        self._emissions = self._energy = self._targets = 0

    def about(self, name: str, year: int | None, origin: Origin, how: Text | None = None) -> None:
        """Note who reports, and on which year."""
        draft = self.draft
        if name:
            draft.take(("company", "name"), name, origin, how)
        else:
            draft.leave("company.name", "The name of the company is not stated.", "未说明企业名称。")
        if year is None:
            draft.leave(
                "reporting_year", "The reporting year is not one calendar year.", "报告期不是一个自然年。"
            )
        else:
            draft.take(("reporting_year",), Decimal(year), origin)
        file = PurePath(self._source.name).name or self._source.name
        how_public = Text(
            "Whether it is published the file does not say: it counts as not published until public: true and its "
            "url are written here.",
            "文件未说明是否已公开：在您填写 public: true 和网址（url）之前，按未公开计。",
        )
        draft.take(("sources", 0, "id"), REPORT, WHOLE)
        draft.take(("sources", 0, "title"), file, WHOLE)
        draft.take(("sources", 0, "kind"), self._kind, WHOLE)
        draft.take(("sources", 0, "public"), False, WHOLE, how_public)
        draft.take(("sources", 0, "document"), file, WHOLE)

    def emission(
        self, scope: str, year: int, figure: Figure, *, accounting: str = "", category: str = ""
    ) -> None:
        """Note emissions of a year, in tCO2e."""
        entry: FieldPath = ("emissions", self._emissions)
        self._emissions += 1
        draft, origin = self.draft, figure.origin
        draft.take((*entry, "scope"), scope, origin)
        if category:
            draft.take((*entry, "category"), category, origin)
        draft.take((*entry, "year"), Decimal(year), origin)
        draft.take((*entry, "value"), figure.value, origin)
        draft.take((*entry, "unit"), "tCO2e", origin)
        if accounting:
            draft.take((*entry, "accounting"), accounting, origin)
        self._cite(entry, origin)

    def energy(self, carrier: str, year: int, figure: Figure) -> None:
        """Note energy of a year, in MWh."""
        entry: FieldPath = ("energy", self._energy)
        self._energy += 1
        draft, origin = self.draft, figure.origin
        draft.take((*entry, "carrier"), carrier, origin)
        draft.take((*entry, "year"), Decimal(year), origin)
        draft.take((*entry, "value"), figure.value, origin)
        draft.take((*entry, "unit"), "MWh", origin)
        self._cite(entry, origin)

    def target(
        self,
        name: str,
        scopes: Sequence[str],
        year: int,
        level: Figure,
        base: tuple[int, Figure] | None = None,
    ) -> None:
        """Note a target: a level of emissions in a year, in tCO2e, and the base year where it is stated."""
        entry: FieldPath = ("targets", self._targets)
        self._targets += 1
        draft, origin = self.draft, level.origin
        draft.take((*entry, "name"), name, origin)
        draft.take((*entry, "subject"), "emission_reduction", origin)
        draft.take((*entry, "scopes"), list(scopes), origin)
        draft.take((*entry, "measure"), "absolute", origin)
        if base is not None and base[1].value > 0 and level.value <= base[1].value:
            less = total(base[1].value, -level.value)
            draft.take(
                (*entry, "reduction"),
                quotient(less, base[1].value, down=True),
                origin,
                Text(
                    f"From {told(base[1].value)} in {base[0]} to {told(level.value)} in {year}.",
                    f"由 {base[0]} 年的 {told(base[1].value)} 降至 {year} 年的 {told(level.value)}。",
                ),
            )
        draft.take((*entry, "level", "value"), level.value, origin)
        draft.take((*entry, "level", "unit"), "tCO2e", origin)
        if base is not None:
            draft.take((*entry, "base_year"), Decimal(base[0]), base[1].origin)
        draft.take((*entry, "target_year"), Decimal(year), origin)
        self._cite(entry, origin)

    def _cite(self, entry: FieldPath, origin: Origin) -> None:
        self.draft.take((*entry, "evidence", 0, "source"), REPORT, WHOLE)
        place = origin.within.lstrip("!#")
        if place:
            self.draft.take((*entry, "evidence", 0, "page"), place, origin)

    def reading(self) -> Reading:
        """Return what was read."""
        return self.draft.reading()
