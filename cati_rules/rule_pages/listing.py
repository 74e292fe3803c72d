"""Rulesets as a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from cati_rules.catalog.ruleset import Ruleset
from cati_rules.kinds.definition.assessment import PRODUCT
from cati_rules.kinds.definition.rules import Definition
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
            "columns": _over_columns(each),
            "not_testable": None if each.not_testable is None else each.not_testable.to(language),
            **each.sizes(),
        }
        for each in rulesets
    ]


def _over_columns(ruleset: Ruleset) -> bool | None:
    """Return whether tables of products are judged over columns, or row by row; None of what judges no products."""
    if not _judges_products(ruleset):
        return None
    return _reason(ruleset) is None


def _judges_products(ruleset: Ruleset) -> bool:
    return isinstance(ruleset, Definition) and ruleset.body(PRODUCT) is not None


def _reason(ruleset: Ruleset) -> str | None:
    """Return what keeps a definition of products from being computed over columns; None where nothing does."""
    from cati_rules.columns.computed import not_columns  # noqa: PLC0415 - no other page asks

    return not_columns(ruleset) if isinstance(ruleset, Definition) else None


def period_data(ruleset: Ruleset) -> dict[str, str | None]:
    """Return the dates of an edition: days, months or years, as far as they are told."""
    period = ruleset.period
    return {"from": period.start, "until": period.until, "proposed": period.proposed, "basis": period.basis}


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
        if each.not_testable is not None:
            word = Text("not testable: ", "不可检验：").to(language)
            table.add_row("", f"[dim]{escape(word + each.not_testable.to(language))}[/]")
        reason = _reason(each) if _judges_products(each) else None
        if reason is not None:
            word = Text("in tables row by row: ", "表格中逐行评价：").to(language)
            table.add_row("", f"[dim]{escape(word + reason)}[/]")
    return [table, *_tables_line(rulesets, language)]


def _tables_line(rulesets: Sequence[Ruleset], language: Language) -> Iterator[RenderableType]:
    """Yield how many definitions judge tables of products over columns, and which do not."""
    judging = [each for each in rulesets if _judges_products(each)]
    by_row = [each.id for each in judging if _reason(each) is not None]
    over = len(judging) - len(by_row)
    if not judging:
        return
    told = Text(f"Over columns of a table: {over} definitions", f"可对表格按列评价：{over} 个定义").to(
        language
    )
    rest = Text("row by row", "逐行评价").to(language)
    yield ""
    yield f"[dim]{told}{f'; {rest}: ' + ', '.join(by_row) if by_row else ''}[/]"
