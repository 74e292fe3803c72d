"""Marks and colours of verdicts on a terminal, and words that pages share."""

from __future__ import annotations

from collections.abc import Mapping

from cati_rules.report.titles import Verdict
from cati_rules.text import Text

MARKS: Mapping[Verdict, str] = {
    "met": "[green]✓[/]",
    "partly_met": "[yellow]◐[/]",
    "not_met": "[red]✗[/]",
    "indeterminate": "[yellow]?[/]",
    "not_applicable": "[dim]–[/]",
    "not_testable": "[dim]○[/]",
}
COLOURS: Mapping[str, str] = {"met": "green", "not_met": "red", "indeterminate": "yellow"}
JUDGED: tuple[Verdict, ...] = ("met", "not_met", "indeterminate")
"""The verdicts of what was judged, in the order in which they are told."""
UNJUDGED: tuple[Verdict, ...] = ("not_testable", "not_applicable")
QUOTED_FIGURE = Text("quoted figure", "数值系引述")
"""What a line of a table says of a verdict that rests on one."""
UP_TO = Text(" (up to {})", "（最高：{}）")
"""The level that is possible besides the one that is certain."""
IN_BRACKETS = Text(" ({})", "（{}）")
