"""The mean footprints of cars by maker as a page, and as JSON, a document's own among them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

from rich.console import RenderableType
from rich.table import Table

from cati_rules.numbers import number_text, plain
from cati_rules.output.layout import escape
from cati_rules.report.vehicles import DRIVES, Drive, Own, VehiclesReport
from cati_rules.text import Language, Text
from cati_rules.visible import json_text

_UNIT: Final = Text(" (gCO2e/km)", "（gCO2e/km）")


def vehicles_page(report: VehiclesReport, language: Language) -> Iterator[RenderableType]:
    """Yield a table for each kind of car, own footprints marked in their place."""
    for drive, title in DRIVES.items():
        yield f"[bold]{escape(title.to(language))}[/]{_UNIT.to(language)}"
        yield _table(report, drive, language)
        yield ""
    for own in report.own:
        if own.why is not None:
            yield f"[yellow]?[/] {escape(own.name)} ({escape(own.place)}): {escape(own.why.to(language))}"
            continue
        for drive, title in DRIVES.items():
            count, lower = len(report.means[drive]), own.lower[drive]
            said = Text(
                f"{own.name} ({own.place}): {_shown(own.value)} gCO2e/km; of {count} makers' means of {title.en}, "
                f"{lower} are lower",
                f"{own.name}（{own.place}）：{_shown(own.value)} gCO2e/km；"
                f"{title.zh}共 {count} 家，其中 {lower} 家均值更低",
            )
            yield escape(said.to(language))
    yield f"[dim]{escape(report.source.to(language))}[/]"


def _table(report: VehiclesReport, drive: Drive, language: Language) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("", justify="right")
    titles = (Text("maker", "车企"), Text("whole car", "整车"), Text("steel", "钢"), Text("aluminium", "铝"))
    for i, title in enumerate(titles):
        table.add_column(title.to(language), justify="right" if i else "left")
    lines: list[tuple[Fraction, str, tuple[str, ...]]] = [
        (
            Fraction(each.car),
            "",
            (each.maker, number_text(each.car), *map(_cell, (each.steel, each.aluminium))),
        )
        for each in report.means[drive]
    ]
    lines += [
        (each.value, "[bold]", (each.name, _shown(each.value), "", ""))
        for each in report.own
        if each.value is not None
    ]
    lines.sort(key=lambda line: line[0], reverse=True)
    for _, style, cells in lines:
        table.add_row("→" if style else "", *(f"{style}{escape(cell)}" for cell in cells))
    return table


def _cell(value: Decimal | None) -> str:
    return "–" if value is None else number_text(value)


def _shown(value: Fraction | None) -> str:
    return "" if value is None else number_text(Decimal(round(value * 100)).scaleb(-2))


def vehicles_json(report: VehiclesReport, language: Language) -> str:
    """Return the means and the own footprints as JSON text; numbers are exact strings."""
    data = {
        "schema": "cati-vehicles/1",
        "source": report.source.to(language),
        "unit": "gCO2e/km",
        "means": {
            drive: [
                {
                    "maker": each.maker,
                    "car": plain(each.car),
                    "steel": plain(each.steel),
                    "aluminium": plain(each.aluminium),
                }
                for each in listed
            ]
            for drive, listed in report.means.items()
        },
        "own": [_own_data(each, language) for each in report.own],
    }
    return json_text(data, indent=2) + "\n"


def _own_data(own: Own, language: Language) -> dict[str, object]:
    return {
        "name": own.name,
        "place": own.place,
        "value": plain(own.value),
        "why_not": None if own.why is None else own.why.to(language),
        "makers_lower": None if own.value is None else dict(own.lower),
    }
