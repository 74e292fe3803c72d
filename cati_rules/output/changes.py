"""Changes between two assessments: as lines for a person, and as JSON data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.console import RenderableType

from cati_rules.documents import format_path
from cati_rules.numbers import number_text, plain
from cati_rules.output.layout import escape, indented
from cati_rules.output.marks import MARKS
from cati_rules.report.changes import Change, Edit
from cati_rules.text import Language, Text

_WHAT: Mapping[str, Text] = {
    "score": Text("score", "总分"),
    "score_if_published": Text("score if published", "公开后总分"),
    "most": Text("maximum", "可得满分"),
    "rate": Text("rate", "得分率"),
    "band": Text("band", "档位"),
    "verdict": Text("verdict", "结论"),
    "level": Text("level", "等级"),
    "finding": Text("finding", "一致性问题"),
}
MOST_SHOWN = 60
"""Longer lists are told by how many entries they have."""
_NOTHING = Text("Nothing changes.", "结果没有变化。")
_NONE = Text("none", "无")


def changes_page(
    found: Sequence[Change], edited: Sequence[Edit], language: Language
) -> Iterator[RenderableType]:
    """Yield what differs: the values of the documents, then what came out otherwise and through which conditions."""
    for edit in edited:
        before, now = shown(edit.before, language), shown(edit.after, language)
        yield indented(0, f"[dim]{escape(format_path(edit.path))}: {escape(before)} → {escape(now)}[/]")
    if edited:
        yield ""
    if not found:
        yield escape(_NOTHING.to(language))
    for change in found:
        yield indented(0, _head(change, language))
        for each in change.moved:
            yield indented(4, f"{MARKS[each.now]} {escape(each.title.to(language))}")


def _head(change: Change, language: Language) -> str:
    before, after = (escape(each.to(language)) for each in change.said)
    name = f"[bold]{escape(change.id)}[/]"
    if change.what == "entry":
        return f"{escape(change.ruleset)} {name}: {before} → [bold]{after}[/]"
    if change.what == "indicator":
        title = "" if change.title is None else f" {escape(change.title.to(language))}"
        return f"{name}{title}: {before} → [bold]{after}[/]"
    return f"{name} {escape(_WHAT[change.what].to(language))}: {before} → [bold]{after}[/]"


def changes_data(found: Sequence[Change], edited: Sequence[Edit]) -> dict[str, Any]:
    """Return what differs as JSON data."""
    return {
        "edited": [
            {"path": format_path(each.path), "before": _plain(each.before), "after": _plain(each.after)}
            for each in edited
        ],
        "changed": [
            {
                "ruleset": each.ruleset,
                "what": each.what,
                "id": each.id,
                "before": _plain(each.before),
                "after": _plain(each.after),
                "criteria": [one.id for one in each.moved],
            }
            for each in found
        ],
    }


def shown(value: object, language: Language) -> str:
    """Return a value of a document as a short text."""
    if value is None:
        return _NONE.to(language)
    if isinstance(value, list):
        told = ", ".join(shown(each, language) for each in value)
        return f"[{told}]" if len(told) <= MOST_SHOWN else f"[… {len(value)}]"
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, Decimal) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return number_text(value) if isinstance(value, Decimal) else plain(value)
