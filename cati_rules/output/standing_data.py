"""A document's place among published companies, as data."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from cati_rules.kinds.index.published import Company
from cati_rules.kinds.index.rank import Standing
from cati_rules.text import Language


def standing_data(standing: Standing, language: Language) -> dict[str, Any]:
    """Return the place as JSON data; numbers are exact strings, rates in percent.

    ``of`` counts the published companies alone: the last of 51 and this document would have rank 52.
    """
    return {
        "ranks": [
            {"among": each.among.to(language), "rank": each.rank, "of": each.of} for each in standing.ranks
        ],
        "next_above": None if standing.above is None else _company(standing.above),
        "next_below": None if standing.below is None else _company(standing.below),
        "peers": standing.peers.to(language),
        "columns": [
            {
                "id": each.column.id,
                "title": each.column.title.to(language),
                "points": f"{each.column.points:f}",
                "awarded": f"{each.own_points:f}",
                "rate": f"{each.own.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP):f}",
                "lowest": f"{each.lowest:f}",
                "median": f"{each.median:f}",
                "highest": f"{each.highest:f}",
                "rank": each.rank,
                "of": each.of,
            }
            for each in standing.spreads
        ],
    }


def _company(company: Company) -> dict[str, str]:
    return {"company": company.name, "company_en": company.name_en, "total": f"{company.total:f}"}
