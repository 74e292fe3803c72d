"""The report of a plan: each step with its effort and what it fills in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cati_rules.advice.plan import Plan, Stage
from cati_rules.documents import format_path
from cati_rules.kinds.index.result import NO_BAND, IndexResult
from cati_rules.kinds.index.rules import Index
from cati_rules.numbers import number_text
from cati_rules.report.changes import edits
from cati_rules.report.improvement import Filled, Improvement, Step
from cati_rules.report.index import Column, IndexReport
from cati_rules.report.values import Path
from cati_rules.text import Text

EVIDENCE = "evidence"
_CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
"""A choice of the schema, as it is written in a document."""


def improvement(plan: Plan, result: IndexResult, report: IndexReport) -> Improvement:
    """Return what is told of a plan for the document that ``result``, and the report of it, are of."""
    index = result.ruleset
    final = plan.stages[-1].score if plan.stages else plan.start
    return Improvement(
        ruleset=index.id,
        score=plan.start,
        band=None if result.band is None else result.band.id,
        band_said=report.band_or_rate,
        goal=plan.goal,
        reached=plan.reached,
        minimal=plan.minimal,
        cost=plan.cost,
        final=final,
        after=NO_BAND if result.band is None else index.band(final).title,
        steps=tuple(_step(each, index, report) for each in plan.stages),
    )


def _step(stage: Stage, index: Index, report: IndexReport) -> Step:
    step = stage.step
    return Step(
        indicator=step.indicator.id,
        criterion=step.criterion.id,
        title=step.criterion.title,
        advice=step.criterion.advice,
        effort=step.effort,
        effort_said=_effort(stage, index),
        cost=step.cost,
        gain=stage.gain,
        score=stage.score,
        brings=tuple(sorted(step.brings)),
        edits=tuple(edits(stage.before, stage.after)),
        filled=tuple(_filled_by(stage)),
        column=_column_of(step.indicator.id, report),
    )


def _column_of(indicator: str, report: IndexReport) -> Column | None:
    """Return the published column of the part of the index that an indicator belongs to, the narrowest there is."""
    columns = () if report.place is None else report.place.columns
    found = [each for each in columns if indicator in each.indicators]
    return min(found, key=lambda each: len(each.indicators), default=None)


def _effort(stage: Stage, index: Index) -> Text:
    """Return the class of effort of a step, as ``--effort`` names it, and what it costs."""
    name, cost = stage.step.effort, number_text(stage.step.cost)
    classes = {} if index.efforts is None else index.efforts.classes
    if name is None or name not in classes:
        return Text(f"effort {cost}", f"投入 {cost}")
    title = classes[name].title
    return Text(f"{title.en} ({name}={cost})", f"{title.zh}（{name}={cost}）")


def _filled_by(stage: Stage) -> list[Filled]:
    """Return which fields a step fills in, gathered by the object that they stand in."""
    by_place: dict[Path, list[str]] = {}
    new: set[Path] = set()
    for edit in edits(stage.before, stage.after):
        for place, value in _leaves(edit.path, edit.after):
            home = _home(place)
            name = _shown(format_path(place[len(home) :]), edit.before, value)
            by_place.setdefault(home, [])
            if name not in by_place[home]:
                by_place[home].append(name)
            if edit.before is None and home[: len(edit.path)] == edit.path:
                new.add(home)
    return [Filled(place, tuple(fields), place in new) for place, fields in by_place.items()]


def _shown(name: str, before: Any, value: Any) -> str:
    """Return a field with the value that it has to have; a text that anybody words in their own way is only named."""
    if isinstance(value, bool):
        return f"{name} = {'true' if value else 'false'}"
    if isinstance(value, Decimal):
        now = f"{number_text(before)} → " if isinstance(before, Decimal) else ""
        return f"{name} = {now}{number_text(value)}"
    if isinstance(value, str) and _CODE.fullmatch(value):
        return f"{name} = {value}"
    if (
        isinstance(value, list)
        and value
        and all(isinstance(each, str) and _CODE.fullmatch(each) for each in value)
    ):
        return f"{name} = [{', '.join(value)}]"
    return name


def _home(place: Path) -> Path:
    """Return the entry of a list, or the section, that a field stands in."""
    last = max((i for i, step in enumerate(place) if isinstance(step, int)), default=-1)
    if last >= 0 and last + 1 < len(place):
        return place[: last + 1]
    return place[:-1] if last < 0 else place[:last]


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    """Yield the fields within what was added; evidence is one field, whatever it holds."""
    if EVIDENCE in path:
        yield path[: path.index(EVIDENCE) + 1], value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves((*path, name), each)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for i, each in enumerate(value):
            yield from _leaves((*path, i), each)
    else:
        yield path, value
