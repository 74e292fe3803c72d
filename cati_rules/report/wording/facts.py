"""What a document is about, in few words: its name, and the figures of a product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cati_rules.lots import Lot
from cati_rules.numbers import number_text
from cati_rules.report.run import Facts
from cati_rules.text import Text, same

_SCRAP = {"steel": "废钢比", "aluminium": "废铝比"}
_NO_CONTENT = {"kind", "company", "reporting_year", "sources", "not_applicable"}
_OF_ANOTHER_METAL = {
    "book_and_claim": Text(
        "book and claim: the figure is that of a certificate, not of the metal delivered",
        "账面认领：该数值属于证书，并非所交付的金属",
    ),
    "group_mass_balance": Text(
        "mass balance in a group: the figure is assigned, not that of the metal delivered",
        "集团质量平衡：该数值为分配所得，并非所交付金属的实际数值",
    ),
}


def is_untouched(value: Mapping[str, Any]) -> bool:
    """Return whether a document says what it is of, and nothing else: as a template does before it is filled in."""
    return not set(value) - _NO_CONTENT


def facts(file: str, value: Mapping[str, Any]) -> Facts:
    """Return what the document in ``file`` is about; where it names nothing, that is the file."""
    company, footprint = _table(value.get("company")), _table(value.get("footprint"))
    names = (value.get("name"), value.get("buyer"), company.get("name"))
    return Facts(
        name=next((each for each in names if isinstance(each, str)), file),
        figures=tuple(_figures(footprint, _table(value.get("scrap")), value.get("material"))),
        # The figure is not of the metal that is delivered, where its chain of custody says so.
        remark=_OF_ANOTHER_METAL.get(str(footprint.get("chain_of_custody"))),
        untouched=is_untouched(value),
    )


def lot_text(lot: Lot) -> Text:
    """Return what to call a lot: its name, or its number, and its weight."""
    named = Text(f"lot {lot.number}", f"第 {lot.number} 批") if lot.name is None else same(lot.name)
    if lot.tonnes is None:
        return named
    return Text("{} ({} t)", "{}（{} t）").format(named, number_text(lot.tonnes))


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _figures(footprint: Mapping[str, Any], scrap: Mapping[str, Any], metal: object) -> Iterator[Text]:
    if footprint.get("value") is not None:
        yield same(f"{footprint['value']} {footprint.get('unit', '')}".strip())
        offsets = footprint.get("offsets")
        if offsets:
            yield Text(f"offsets of {offsets} claimed besides, not deducted", f"另声明抵消 {offsets}，未扣减")
    share = scrap.get("share")
    if isinstance(share, Decimal):
        told = f"{number_text(share * 100)} %"
        yield Text(f"scrap share {told}", f"{_SCRAP.get(str(metal), '废料比')} {told}")
