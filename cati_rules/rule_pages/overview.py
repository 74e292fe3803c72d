"""An index as an overview: weights, bands, and every indicator with its points."""

from __future__ import annotations

from typing import Any

from rich.console import RenderableType
from rich.table import Table

from cati_rules.catalog.basis import BASIS_TITLES
from cati_rules.kinds.index.rules import Band, Index
from cati_rules.numbers import number_text
from cati_rules.output.layout import escape
from cati_rules.rule_pages.listing import list_data
from cati_rules.text import Language, Text


def overview_data(ruleset: Index, language: Language) -> dict[str, Any]:
    """Return the overview of a ruleset as JSON data; numbers are exact strings."""
    return {
        **list_data([ruleset], language)[0],
        "points": f"{ruleset.points:f}",
        "weights": [
            {
                "id": each.id,
                "is": f"{each.factor:f}",
                "title": each.title.to(language),
                "basis": each.basis,
                "parameter": each.parameter,
            }
            for each in ruleset.weights.values()
        ],
        "bands": [
            {
                "id": each.id,
                "low": f"{each.low:f}",
                "low_open": each.low_open,
                "title": each.title.to(language),
            }
            for each in ruleset.bands
        ],
        "dimensions": [
            {
                "id": dimension.id,
                "title": dimension.title.to(language),
                "points": f"{dimension.points:f}",
                "groups": [
                    {
                        "id": group.id,
                        "title": group.title.to(language),
                        "points": f"{group.points:f}",
                        "indicators": [
                            {
                                "id": each.id,
                                "title": each.title.to(language),
                                "points": f"{each.points:f}",
                                "weight": each.weight,
                            }
                            for each in group.indicators
                        ],
                    }
                    for group in dimension.groups
                ],
            }
            for dimension in ruleset.dimensions
        ],
    }


def overview_page(ruleset: Index, language: Language) -> list[RenderableType]:
    """Return the overview of a ruleset: weights, bands, and every indicator with its points."""

    def say(text: Text) -> str:
        return escape(text.to(language))

    parts: list[RenderableType] = [
        f"[bold]{ruleset.id}[/] {say(ruleset.title)}",
        f"{say(ruleset.publisher)} · {say(Text('in force', '生效期'))} {say(ruleset.period.words())}",
    ]
    parts.extend(
        f"  [dim]{key}[/] {escape(say(each.title))}, {say(each.publisher)}, {each.published}"
        for key, each in ruleset.documents.items()
    )
    parts.extend(["", f"[bold]{say(Text('Weights', '权重'))}[/]"])
    parts.extend(
        f"  × {number_text(each.factor)} {say(each.title)} [dim]{say(BASIS_TITLES[each.basis])}[/]"
        + (f" [dim]--parameter {ruleset.id}.{each.id}=…[/]" if each.parameter else "")
        for each in ruleset.weights.values()
    )
    parts.extend(["", f"[bold]{say(Text('Bands', '档位'))}[/]"])
    parts.extend(f"  {say(each.title)}: {say(_range(each))} · {say(each.meaning)}" for each in ruleset.bands)
    for dimension in ruleset.dimensions:
        parts.extend(["", f"[bold]{dimension.id} {say(dimension.title)}[/] {number_text(dimension.points)}"])
        for group in dimension.groups:
            parts.append(f"  {group.id} {say(group.title)} {number_text(group.points)}")
            table = Table.grid(padding=(0, 1))
            table.add_column(width=4)
            table.add_column(no_wrap=True)
            table.add_column(justify="right", width=4)
            table.add_column()
            for each in group.indicators:
                points = "" if each.parallel_to else number_text(each.points)
                table.add_row("", each.id, points, say(each.title))
            parts.append(table)
    return parts


def _range(band: Band) -> Text:
    low = number_text(band.low)
    if band.low_open:
        return Text(f"over {low}", f"超过 {low} 分")
    return Text(f"from {low}", f"{low} 分起")
