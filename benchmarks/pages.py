"""Figures, as the benchmarks publish them: printed, kept in ``results.json``, and written into docs/performance.md.

Each benchmark publishes its figures under a name; the page holds them between marks of that name, beside a chart, and
sums up all aims at its head. Whatever is written there comes from ``results.json`` and from what a benchmark says of
its aims.
"""

from __future__ import annotations

import json
import math
import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
CHARTS = ROOT / "docs" / "performance"
RESULTS = Path(__file__).with_name("results.json")


class Figure(NamedTuple):
    """A ratio; what is aimed at is the most that it may be, or, negative, the least; why says what is in the way."""

    what: str
    ratio: float
    aim: float | None = None
    why: str = ""

    @property
    def shown(self) -> str:
        """The ratio as it is told."""
        return f"{self.ratio:.0f}" if self.ratio >= 20 else f"{self.ratio:.2g}"

    @property
    def reached(self) -> bool | None:
        """Whether the ratio, as it is told, is what is aimed at."""
        if self.aim is None:
            return None
        return float(self.shown) <= self.aim if self.aim > 0 else float(self.shown) >= -self.aim

    def row(self) -> tuple[str, str, str, str]:
        """Return the line of a table: ratio, what it is of, aim, and whether it is reached."""
        if self.aim is None:
            return self.shown, self.what, "", ""
        aim = f"at {'most' if self.aim > 0 else 'least'} {abs(self.aim):g}"
        return self.shown, self.what, aim, "reached" if self.reached else "missed"


def quick() -> bool:
    """Return whether a trial with small sizes is asked for."""
    return "--quick" in sys.argv


def marks(name: str) -> tuple[str, str]:
    """Return what stands before and after the figures of that name."""
    return f"<!-- {name}: written by python -m benchmarks --only {name} -->", f"<!-- end of {name} -->"


def circumstances() -> str:
    """Return when, of which commit, and on what was measured."""
    git = ("git", "-C", str(ROOT))
    commit = subprocess.run(
        (*git, "rev-parse", "--short=10", "HEAD"), capture_output=True, text=True, check=True
    )
    changed = subprocess.run(
        (*git, "status", "--porcelain", "--", ".", ":!benchmarks/*.json", ":!docs"),
        capture_output=True,
        text=True,
        check=True,
    )
    state = f"{commit.stdout.strip()}{' with changes' if changed.stdout.strip() else ''}"
    date = datetime.now(UTC).date().isoformat()
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    return f"{date}, commit {state}, Python {platform.python_version()}, {machine}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table in Markdown; the first column is of figures."""
    lines = [head, ("---:", *("---" for _ in head[1:])), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def publish(name: str, figures: Sequence[Figure], lines: Sequence[str] = ()) -> None:
    """Print figures and further lines with the circumstances, and put them into the page where ``--write`` asks for it.

    Args:
        name: what they are published under.
        figures: ratios, with their aims; they become a table and a chart.
        lines: what else is told, in Markdown.
    """
    found = [*table(("ratio", "", "aim", ""), [each.row() for each in figures]), ""] if figures else []
    told = "\n".join((f"{circumstances()}:", "", *found, *lines)).rstrip()
    print(told, flush=True)
    if "--write" not in sys.argv:
        return
    results = kept()
    results[name] = {"told": told, "figures": [each._asdict() for each in figures]}
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    write(results)


def kept() -> dict[str, Any]:
    """Return what was published last under each name."""
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}


def write(results: Mapping[str, Any]) -> None:
    """Write what was published into the page, with a chart for each name, and all aims at its head."""
    text = PAGE.read_text("utf-8")
    CHARTS.mkdir(exist_ok=True)
    for name, result in results.items():
        figures = [Figure(**each) for each in result["figures"]]
        told = result["told"]
        if len(figures) > 1:
            (CHARTS / f"{name}.svg").write_text(
                chart(f"Ratios of {name}, on a logarithmic scale", figures), "utf-8"
            )
            told += f"\n\n![Bars of the ratios above, with a line at each aim](performance/{name}.svg)"
        text = between(text, name, told)
    PAGE.write_text(between(text, "aims", "\n".join(aims(results))), "utf-8")


def aims(results: Mapping[str, Any]) -> list[str]:
    """Return everything that is aimed at in one table, and below it why what is missed is missed."""
    aimed = [
        (name, Figure(**each))
        for name in sorted(results)
        for each in results[name]["figures"]
        if each["aim"] is not None
    ]
    lines = table(
        ("ratio", "", "aim", "", "measured by"), [(*each.row(), f"`{name}`") for name, each in aimed]
    )
    missed = [f"- *{each.what}*: {each.why}" for _, each in aimed if not each.reached and each.why]
    return [*lines, "", *missed]


def between(text: str, name: str, told: str) -> str:
    """Return a page with what stands between the marks of a name replaced."""
    before, after = marks(name)
    pattern = re.compile(f"{re.escape(before)}.*?{re.escape(after)}", re.DOTALL)
    return pattern.sub(lambda _: f"{before}\n{told}\n{after}", text)


def chart(title: str, figures: Sequence[Figure]) -> str:
    """Return bars as a drawing, on a logarithmic scale, each with a line at its aim."""
    told = [max(each.ratio, 0.001) for each in figures]
    ends = [math.log10(each) for each in (*told, *(abs(each.aim) for each in figures if each.aim))]
    least, scale = min(*ends, 0) - 0.1, 380 / (max(ends) - min(*ends, 0) + 0.1)
    height = 34 + 26 * len(figures)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 {height}" font-family="sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<text x="8" y="18" font-weight="bold">{escape(title)}</text>',
    ]
    for i, (each, ratio) in enumerate(zip(figures, told, strict=True)):
        y = 30 + 26 * i
        end = 400 + scale * (math.log10(ratio) - least)
        colour = {True: "#228833", False: "#cc6677", None: "#4477aa"}[each.reached]
        parts += [
            f'<text x="8" y="{y + 14}">{escape(each.what)}</text>',
            f'<rect x="400" y="{y}" width="{end - 400:.0f}" height="18" fill="{colour}"/>',
            f'<text x="{end + 8:.0f}" y="{y + 14}">{each.shown}</text>',
        ]
        if each.aim:
            at = f"{400 + scale * (math.log10(abs(each.aim)) - least):.0f}"
            parts.append(
                f'<line x1="{at}" x2="{at}" y1="{y - 3}" y2="{y + 21}" stroke="black" stroke-dasharray="3"/>'
            )
    return "\n".join((*parts, "</svg>", ""))
