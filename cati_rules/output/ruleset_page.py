"""Rulesets as a list, and one ruleset as an overview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from cati_rules.catalog.basis import BASIS_TITLES
from cati_rules.catalog.ruleset import Ruleset
from cati_rules.kinds.definition.rules import Definition
from cati_rules.kinds.index.rules import Band, Index
from cati_rules.numbers import number_text
from cati_rules.output.layout import escape
from cati_rules.text import Language, Text


def list_data(rulesets: Sequence[Ruleset], language: Language) -> list[dict[str, Any]]:
    """Return the rulesets as JSON data."""
    return [
        {
            "id": each.id,
            "edition": each.edition,
            "standard": each.standard,
            "kind": each.kind,
            "subject": each.subjects[0],
            "subjects": list(each.subjects),
            "title": each.title.to(language),
            "publisher": each.publisher.to(language),
            "in_force": period_data(each),
            "rows": [{"document": row.document, "table": row.table, "row": row.row} for row in each.rows],
            "not_testable": _reason(each, language),
            **({"indicators": sum(1 for _ in each.indicators())} if isinstance(each, Index) else {}),
        }
        for each in rulesets
    ]


def period_data(ruleset: Ruleset) -> dict[str, str | None]:
    """Return the dates of an edition: days, months or years, as far as they are told."""
    period = ruleset.period
    return {"from": period.start, "until": period.until, "proposed": period.proposed, "basis": period.basis}


def _reason(ruleset: Ruleset, language: Language) -> str | None:
    """Return why nothing in a ruleset can be tested, None where something can."""
    if not isinstance(ruleset, Definition) or any(True for body in ruleset.bodies for _ in body.judged()):
        return None
    reasons = [each.not_testable for each in ruleset.bodies if each.not_testable is not None]
    return reasons[0].to(language) if reasons else None


def list_page(
    rulesets: Sequence[Ruleset], language: Language, source: str | None = None
) -> list[RenderableType]:
    """Return the rulesets as a table; with ``source``, with the rows of that document that each encodes."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    headings = [
        Text("ruleset", "规则集"),
        Text("title", "名称"),
        Text("for", "适用文件"),
        Text("in force", "生效期"),
    ]
    for heading in (*headings, Text("row", "所在行")) if source else headings:
        table.add_column(heading.to(language), overflow="fold", no_wrap=heading.en == "ruleset")
    for each in rulesets:
        cells = [
            f"[bold]{each.id}[/]",
            escape(each.title.to(language)),
            ", ".join(each.subjects),
            escape(each.period.words().to(language)),
        ]
        rows = [f"{row.table} {row.row}" for row in each.rows if row.document == source]
        table.add_row(*cells, *(["\n".join(map(escape, rows))] if source else []))
        reason = _reason(each, language)
        if reason is not None:
            word = Text("not testable: ", "不可检验：").to(language)
            table.add_row("", f"[dim]{escape(word + reason)}[/]")
    return [table]


def ruleset_data(ruleset: Index, language: Language) -> dict[str, Any]:
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


def ruleset_page(ruleset: Index, language: Language) -> list[RenderableType]:
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
