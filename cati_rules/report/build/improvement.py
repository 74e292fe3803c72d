"""The report of a plan: each step with its effort and what it fills in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cati_rules.advice.admissible import AIMED_AT
from cati_rules.advice.plan import Plan, Stage
from cati_rules.documents import format_path, value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.index.result import NO_BAND, IndexResult
from cati_rules.kinds.index.rules import Index
from cati_rules.numbers import number_text
from cati_rules.report.changes import edits
from cati_rules.report.improvement import Filled, Improvement, Limit, Step
from cati_rules.report.index import Column, IndexReport
from cati_rules.report.wording.amounts import rounded
from cati_rules.report.wording.facts import is_untouched
from cati_rules.report.wording.phrasing import Phrasing
from cati_rules.schema import load_schema
from cati_rules.text import NOTHING, Text

EVIDENCE = "evidence"
_CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
"""A choice of the schema, as it is written in a document."""
_BOUNDS = {
    ">=": Text("at least {}", "不低于 {}"),
    ">": Text("more than {}", "大于 {}"),
    "<=": Text("at most {}", "不高于 {}"),
    "<": Text("less than {}", "小于 {}"),
}
_YOURS = Text("your figure", "填写实际数值")
_YOUR_YEAR = Text("your year", "填写实际年份")
_LATER = Text("your year, after {}", "填写实际年份，须晚于 {} 年")
_IF_SO = Text(" (if it is so)", "（如属实）")


def improvement(plan: Plan, result: IndexResult, report: IndexReport) -> Improvement:
    """Return what is told of a plan for the document that ``result``, and the report of it, are of."""
    index = result.ruleset
    words = Phrasing(load_schema(index.subject), index.values)
    first = plan.stages[0].before if plan.stages else None
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
        steps=tuple(_step(each, index, report, words) for each in plan.stages),
        untouched=first is not None and is_untouched(first),
        efforts=_efforts(index),
    )


def _efforts(index: Index) -> Text:
    """Return where the costs of steps come from, and how to give others."""
    if index.efforts is None:
        return NOTHING
    classes = ", ".join(f"{name}={number_text(each.cost)}" for name, each in index.efforts.classes.items())
    return Text(
        "Effort: {0} is set under efforts in the ruleset {1} (`cati rules show {1}`), not by its publisher. {2} "
        "With your own: --effort CLASS=COST.",
        "投入：{0}，载于规则集 {1} 的 efforts 部分（见 `cati rules show {1}`），并非发布方所定。{2}"
        "可自行设定：--effort 类别=投入。",
    ).format(classes, index.id, index.efforts.why)


def _step(stage: Stage, index: Index, report: IndexReport, words: Phrasing) -> Step:
    step = stage.step
    return Step(
        indicator=step.indicator.id,
        number=step.indicator.parallel_to or step.indicator.id,
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
        filled=tuple(_filled_by(stage, words, report.as_of)),
        column=_column_of(step.indicator.id, report),
        limits=tuple(Limit(path, operator, value) for path, (operator, value) in stage.limits.items()),
        notes=_notes_at(stage),
        ties=tuple(each.key for each in stage.ties if each.indicator.parallel_to is None),
    )


def _column_of(indicator: str, report: IndexReport) -> Column | None:
    """Return the published column of the part of the index that an indicator belongs to, the narrowest there is."""
    columns = () if report.place is None else report.place.columns
    found = [each for each in columns if indicator in each.indicators]
    return min(found, key=lambda each: len(each.indicators), default=None)


def _effort(stage: Stage, index: Index) -> Text:
    """Return what a step costs, and the class of effort that this is."""
    name, cost = stage.step.effort, number_text(stage.step.cost)
    classes = {} if index.efforts is None else index.efforts.classes
    if name is None or name not in classes:
        return Text(f"effort {cost}", f"投入 {cost}")
    title = classes[name].title
    return Text(f"effort {cost}: {title.en}", f"投入 {cost}：{title.zh}")


def _notes_at(stage: Stage) -> tuple[str, ...]:
    """Return what the document itself notes beside what a step changes."""
    found: dict[str, None] = {}
    for edit in edits(stage.before, stage.after):
        for end in range(1, len(edit.path) + 1):
            record = value_at(stage.before, edit.path[:end])
            note = record.get("note") if isinstance(record, Mapping) else None
            if isinstance(note, str):
                found[note] = None
    return tuple(found)


def _filled_by(stage: Stage, words: Phrasing, as_of: str) -> Iterator[Filled]:
    """Yield what a step asks to be written, gathered by the object that it stands in."""
    by_place: dict[FieldPath, dict[FieldPath, Text]] = {}
    new: set[FieldPath] = set()
    evidence: set[FieldPath] = set()
    for edit in edits(stage.before, stage.after):
        for place, value in _leaves(edit.path, edit.after):
            home = _home(place)
            asked = by_place.setdefault(home, {})
            if place[-1] == EVIDENCE:
                evidence.add(home)
            else:
                asked.setdefault(place, _asked(place, edit.before, value, stage, words, as_of=as_of))
            if edit.before is None and home[: len(edit.path)] == edit.path:
                new.add(home)
    for place, asked in by_place.items():
        yield Filled(place, tuple(asked.items()), place in evidence, place in new)


def _asked(place: FieldPath, before: Any, value: Any, stage: Stage, words: Phrasing, *, as_of: str) -> Text:
    """Return what to write in a field, with its title: never an example as if it were a figure of the company."""
    head = Text("{} ({})", "{}（{}）").format(words.title(place), format_path(place[-1:]))
    if isinstance(value, bool):
        told = Text("yes", "是") if value else Text("no", "否")
        return Text("{} = {}{}", "{} = {}{}").format(head, told, _IF_SO)
    if isinstance(value, Decimal) and place[-1] in AIMED_AT:
        return Text("{}: {}", "{}：{}").format(head, _LATER.format(as_of[:4]))
    if isinstance(value, Decimal):
        yours = _YOUR_YEAR if str(place[-1]).endswith("year") else _YOURS
        limit = stage.limits.get(place)
        if limit is not None and limit[0] in _BOUNDS:
            bound = _BOUNDS[limit[0]].format(rounded(limit[1]))
            return Text("{}: {}, {}", "{}：{}，{}").format(head, yours, bound)
        return Text("{}: {}", "{}：{}").format(head, yours)
    listed = value if isinstance(value, list) else [value]
    if listed and all(isinstance(each, str) and _CODE.fullmatch(each) for each in listed):
        known = before if isinstance(before, list) else []
        choices = [words.value(each, place) for each in listed if each not in known]
        stated = known or (before is None and value_at(stage.before, place[:-1]) is not None)
        told = Text(", ", "、").join(choices)
        return Text("{} = {}{}", "{} = {}{}").format(head, told, _IF_SO if stated else "")
    return head


def _home(place: FieldPath) -> FieldPath:
    """Return the entry of a list, or the section, that a field stands in."""
    last = max((i for i, step in enumerate(place) if isinstance(step, int)), default=-1)
    if last >= 0 and last + 1 < len(place):
        return place[: last + 1]
    return place[:-1] if last < 0 else place[:last]


def _leaves(path: FieldPath, value: Any) -> Iterator[tuple[FieldPath, Any]]:
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
