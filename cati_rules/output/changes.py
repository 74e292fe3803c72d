"""Changes between two assessments: as lines for a person, and as JSON data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.console import RenderableType

from cati_rules.catalog.ruleset import Ruleset
from cati_rules.documents import format_path
from cati_rules.kinds.definition.result import DefinitionResult, Judgement
from cati_rules.kinds.definition.rules import Definition
from cati_rules.kinds.index.result import VERDICT_TITLES, IndexResult
from cati_rules.kinds.index.rules import Index
from cati_rules.numbers import number_text, plain
from cati_rules.output.layout import escape, indented
from cati_rules.pipeline import Checked, Result
from cati_rules.report.changes import Change, Edit
from cati_rules.text import Language, Text

_WHAT: Mapping[str, Text] = {
    "score": Text("score", "总分"),
    "score_if_published": Text("score if published", "公开后总分"),
    "most": Text("most that can be had", "可得满分"),
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
_NOT_APPLICABLE = VERDICT_TITLES["not_applicable"]


def changes_page(
    found: Sequence[Change], edited: Sequence[Edit], after: Checked, language: Language
) -> Iterator[RenderableType]:
    """Yield what differs: the values of the documents, then what came out otherwise and through which conditions."""
    for edit in edited:
        before, now = shown(edit.before, language), shown(edit.after, language)
        yield indented(0, f"[dim]{escape(format_path(edit.path))}: {escape(before)} → {escape(now)}[/]")
    if edited:
        yield ""
    if not found:
        yield escape(_NOTHING.to(language))
    results = {each.ruleset.id: each for each in after.results}
    for change in found:
        result = results[change.ruleset]
        yield indented(0, f"{_head(change, result, language)}")
        for name, mark in _moved(change, result):
            yield indented(4, f"{mark} {escape(_title(change, name, result.ruleset).to(language))}")


def _head(change: Change, result: Result, language: Language) -> str:
    ruleset = result.ruleset
    before, after = (
        _value(change, change.before, ruleset, language),
        _value(change, change.after, ruleset, language),
    )
    name = f"[bold]{escape(change.id)}[/]"
    if change.what == "entry":
        return f"{escape(change.ruleset)} {name}: {before} → [bold]{after}[/]"
    if change.what == "indicator" and isinstance(result, IndexResult):
        known = (*result.ruleset.indicators(), *(each.indicator for each in result.left_out))
        title = next((f" {escape(each.title.to(language))}" for each in known if each.id == change.id), "")
        return f"{name}{title}: {before} → [bold]{after}[/]"
    return f"{name} {escape(_WHAT[change.what].to(language))}: {before} → [bold]{after}[/]"


def _value(change: Change, value: Decimal | str | None, ruleset: Ruleset, language: Language) -> str:
    if value is None:
        return escape((_NOT_APPLICABLE if change.what == "indicator" else _NONE).to(language))
    if isinstance(value, Decimal):
        return f"{number_text(value * 100)} %" if change.what == "rate" else number_text(value)
    if change.what in ("verdict", "entry"):
        verdict, _, level = value.partition(":")
        told = VERDICT_TITLES[verdict].to(language)
        return escape(f"{told} ({level})" if level else told)
    if change.what == "band" and isinstance(ruleset, Index):
        return escape(next(each.title for each in ruleset.bands if each.id == value).to(language))
    return escape(value)


def _moved(change: Change, result: Result) -> Iterator[tuple[str, str]]:
    """Yield the conditions that came out otherwise, each with a mark of how they are now."""
    marks = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]?[/]"}
    for name in change.criteria:
        held: bool | None = None
        if isinstance(result, IndexResult):
            found = result.indicator(change.id).criteria
            held = next(each.met for each in found if each.criterion.id == name)
        elif isinstance(result, DefinitionResult):
            judged = _judgement(change, result)
            truth = (
                next((each.truth for each in judged.judged() if each.condition.id == name), 3)
                if judged
                else 3
            )
            held = {1: True, 2: False}.get(truth)
        yield name, marks[held]


def _judgement(change: Change, result: DefinitionResult) -> Judgement | None:
    """Return what was judged: the whole, an entry, or the product in a lot."""
    if change.what != "entry":
        return result.judgements[0] if result.judgements else None
    entries = [(each.path, each) for each in result.judgements]
    entries += [(lot.path, lot.result) for lot in result.lots]
    return next((each for path, each in entries if format_path(path) == change.id), None)


def _title(change: Change, name: str, ruleset: Ruleset) -> Text:
    if isinstance(ruleset, Index):
        indicator = ruleset.indicator(change.id)
        criteria = () if indicator is None else indicator.criteria
        return next((each.title for each in criteria if each.id == name), Text(name, name))
    bodies = ruleset.bodies if isinstance(ruleset, Definition) else ()
    conditions = (each for body in bodies for each in body.judged())
    return next((each.title for each in conditions if each.id == name), Text(name, name))


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
                "criteria": list(each.criteria),
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
