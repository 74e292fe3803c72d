"""Places, amounts and sources as data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cati_rules.documents import format_path
from cati_rules.documents.paths import FieldPath
from cati_rules.numbers import plain
from cati_rules.report.values import Amount, Evaluation, Location, Operand, Range, Ruleset, Source
from cati_rules.text import Language, Text


def at_data(at: Location) -> dict[str, Any]:
    """Return a place: its path, line and column."""
    return {"path": at.text, "line": at.line, "column": at.column}


def paths_data(paths: Iterable[FieldPath]) -> list[str]:
    """Return paths as they are written."""
    return [format_path(path) for path in paths]


def optional(text: Text | None, language: Language) -> str | None:
    """Return a text in a language, None where there is none."""
    return None if text is None else text.to(language)


def source_data(source: Source, language: Language) -> dict[str, str]:
    """Return a source: the id of a document, and the place in it."""
    return {"document": source.document, "locator": source.locator.to(language)}


def period_data(ruleset: Ruleset) -> dict[str, Any]:
    """Return the dates of an edition, as far as they are told, and how it stands on the date of the run."""
    period = ruleset.period
    return {
        "from": period.start,
        "until": period.until,
        "proposed": period.proposed,
        "basis": period.basis,
        "now": ruleset.in_force,
        "standing": ruleset.standing,
    }


def amount_data(value: Amount) -> Any:
    """Return a number, or the range that it lies in."""
    return range_data(value) if isinstance(value, Range) else plain(value)


def range_data(value: Range) -> dict[str, Any]:
    """Return a range."""
    return {
        "from": None if value.low is None else plain(value.low),
        "from_open": value.low_open,
        "to": None if value.high is None else plain(value.high),
        "to_open": value.high_open,
    }


def evaluation_data(evaluation: Evaluation, language: Language) -> dict[str, Any]:
    """Return the whole evaluation of a condition."""
    data: dict[str, Any] = {"text": evaluation.text}
    if evaluation.name is not None:
        data |= {"name": evaluation.name, "title": optional(evaluation.title, language)}
    if evaluation.truth is not None:
        data["truth"] = evaluation.truth
    else:
        data["value"] = evaluation.value
    if evaluation.operands:
        data["operands"] = [_operand(each) for each in evaluation.operands]
    if evaluation.parts:
        data["children"] = [evaluation_data(each, language) for each in evaluation.parts]
    if evaluation.entries:
        data["elements"] = [
            {
                **at_data(each.at),
                "where": None if each.where is None else evaluation_data(each.where, language),
                "body": None if each.body is None else evaluation_data(each.body, language),
            }
            for each in evaluation.entries
        ]
    if evaluation.left_out:
        data["elements_left_out"] = evaluation.left_out
    return data


def _operand(operand: Operand) -> dict[str, Any]:
    at = {} if operand.at is None else at_data(operand.at)
    return {"text": operand.text, **at, "value": operand.value, "absent": operand.absent}
