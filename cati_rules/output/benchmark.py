"""The published totals beside the recomputed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from rich.console import RenderableType
from rich.table import Table

from cati_rules.numbers import number_text
from cati_rules.output.layout import escape
from cati_rules.report.parts import Recomputed, Weight
from cati_rules.text import Language, Text
from cati_rules.visible import json_text


def benchmark_json(ruleset: str, weights: Sequence[Weight], rows: Sequence[Recomputed]) -> str:
    """Return the rows as JSON text; numbers are exact strings."""
    data = {
        "schema": "cati-benchmark/1",
        "ruleset": ruleset,
        "weights": {each.id: f"{each.factor:f}" for each in weights},
        "companies": len(rows),
        "agreeing": sum(1 for each in rows if each.agrees),
        "rows": [
            {
                "company": each.company.name,
                "company_en": each.company.name_en,
                "published_total": f"{each.company.total:f}",
                "recomputed_total": f"{each.total.normalize():f}",
                "agrees": each.agrees,
                "without_hidden_columns": f"{each.visible.normalize():f}",
                "needs_hidden_columns": each.needs_hidden,
                "hidden_solutions": [
                    {name: f"{points:f}" for name, points in solution.items()} for solution in each.solutions
                ],
                "points": {name: f"{points:f}" for name, points in each.points.items()},
            }
            for each in rows
        ],
    }
    return json_text(data, indent=2) + "\n"


def benchmark_page(
    ruleset: str, weights: Sequence[Weight], rows: Sequence[Recomputed], language: Language
) -> list[RenderableType]:
    """Return the table of published and recomputed totals for the terminal."""

    def say(text: Text) -> str:
        return escape(text.to(language))

    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("", justify="right")
    table.add_column(say(Text("company", "企业")))
    table.add_column(say(Text("published", "公布总分")), justify="right")
    table.add_column(say(Text("recomputed", "重算总分")), justify="right")
    table.add_column(say(Text("columns not printed", "未公布栏目")))
    for i, each in enumerate(rows, start=1):
        name = Text(each.company.name_en, each.company.name)
        colour = "" if each.agrees else "[bold red]"
        table.add_row(
            str(i),
            say(name),
            number_text(each.company.total),
            f"{colour}{number_text(each.total)}",
            _hidden(each, language),
        )
    agreeing = sum(1 for each in rows if each.agrees)
    needing = sum(1 for each in rows if each.needs_hidden)
    several = [each for each in rows if len(each.solutions) > 1]
    names = Text(
        ", ".join(each.company.name_en for each in several), "、".join(each.company.name for each in several)
    )
    factors = ", ".join(f"{each.title.to(language)} × {number_text(each.factor)}" for each in weights)
    lines = [
        Text(
            f"{agreeing} of {len(rows)} totals agree to the decimal.",
            f"{len(rows)} 家中 {agreeing} 家总分精确一致。",
        ),
        Text(
            f"{needing} need points in 5.2 or 5.4, which the table does not print; more than one solution:"
            f" {names.en or 'none'}.",
            f"{needing} 家需计入表中未列出的 5.2 或 5.4；存在多个解的企业：{names.zh or '无'}。",
        ),
        Text(
            f"Rates come from table 3-3-1, weights from the ruleset {ruleset} ({factors}).",
            f"得分率取自表 3-3-1，权重取自规则集 {ruleset}（{factors}）。",
        ),
    ]
    return [table, "", *(say(line) for line in lines)]


def _hidden(row: Recomputed, language: Language) -> str:
    if not row.agrees:
        return f"[red]{escape(Text('no solution', '无解').to(language))}[/]"
    if not row.needs_hidden:
        return ""
    joint = Text(" or ", " 或 ").to(language)
    return joint.join(_solution(each) for each in row.solutions)


def _solution(solution: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{name} = {number_text(points)}" for name, points in solution.items() if points)
