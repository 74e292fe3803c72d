"""The way up as a page and as JSON data: steps in their order, what to fill in, points and totals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from cati_rules.advice.plan import Plan, Stage
from cati_rules.documents import format_path
from cati_rules.kinds.index.evidence import Path
from cati_rules.kinds.index.rank import Spread, Standing
from cati_rules.kinds.index.result import NO_BAND, IndexResult
from cati_rules.kinds.index.rules import Index
from cati_rules.numbers import number_text, plain
from cati_rules.output.layout import escape, indented
from cati_rules.report.changes import edits
from cati_rules.report.wording.weights import band_or_rate
from cati_rules.text import Language, Text

EVIDENCE = "evidence"
MOST_PLACES = 6
"""How many places of a step the page names; JSON names all."""
_CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
"""A choice of the schema, as it is written in a document."""
_CAVEAT = Text(
    "Each step was tried on this document; what is to be filled in shows the least that the rule asks for, not facts.",
    "每一步均已在本文件上试算；所列字段仅为规则的最低要求，须填写真实信息。",
)


class Filled(Struct, frozen=True):
    """Fields that a step fills in one place of the document; ``new`` says that the place itself is added."""

    place: Path
    fields: tuple[str, ...]
    new: bool


class ImprovementPage(Struct, frozen=True):
    """A plan for one document in one language."""

    plan: Plan
    result: IndexResult
    standing: Standing | None
    language: Language

    def parts(self, most: int | None = None) -> Iterator[RenderableType]:
        """Yield the page from top to bottom; ``most`` limits how many steps it tells of, and how much of each."""
        yield self._heading()
        if self.plan.stages:
            yield from self._stages(most)
        rest = 0 if most is None else len(self.plan.stages) - most
        if rest > 0:
            more = Text(
                f"… {rest} further steps: --verbose or --format json",
                f"… 另有 {rest} 步，见 --verbose 或 --format json",
            )
            yield f"[dim]{self._say(more)}[/]"
        yield f"[dim]{self._say(_CAVEAT)}[/]"

    def _say(self, text: Text) -> str:
        return escape(text.to(self.language))

    def _heading(self) -> RenderableType:
        plan, index = self.plan, self.result.ruleset
        start, band = number_text(plan.start), band_or_rate(self.result)
        if plan.goal is None:
            text = Text(
                f"From {start} ({band.en}): steps by points for their effort",
                f"当前 {start} 分（{band.zh}）：按单位投入的得分排序",
            )
            return f"[bold]{self._say(text)}[/]"
        final = plan.stages[-1].score if plan.stages else plan.start
        after = NO_BAND if self.result.band is None else index.band(final).title
        effort = number_text(plan.cost)
        steps = len(plan.stages)
        counted = "1 step" if steps == 1 else f"{steps} steps"
        if not plan.reached:
            text = Text(
                f"{number_text(plan.goal)} is out of reach: the steps below come to {number_text(final)}.",
                f"无法达到 {number_text(plan.goal)} 分：以下步骤最高可达 {number_text(final)} 分。",
            )
        elif not steps:
            text = Text(f"Reached already: {start} ({band.en}).", f"已达到：{start} 分（{band.zh}）。")
        else:
            least = (
                Text("no cheaper set of steps does", "不存在投入更低的组合") if plan.minimal else Text("", "")
            )
            text = Text(
                f"From {start} ({band.en}) to {number_text(final)} ({after.en}) in {counted}, effort {effort}"
                + (f"; {least.en}" if least.en else ""),
                f"由 {start} 分（{band.zh}）到 {number_text(final)} 分（{after.zh}）：{steps} 步，投入 {effort}"
                + (f"；{least.zh}" if least.zh else ""),
            )
        return f"[bold]{self._say(text)}[/]"

    def _stages(self, most: int | None) -> Iterator[RenderableType]:
        for number, stage in enumerate(self.plan.stages[:most], 1):
            row = Table.grid(padding=(0, 1), expand=True)
            row.add_column(width=3, justify="right")
            row.add_column(width=6, justify="right", style="green")
            row.add_column(ratio=1, overflow="fold")
            row.add_column(justify="right", no_wrap=True)
            title = f"{stage.step.indicator.id} {self._say(stage.step.criterion.title)}"
            row.add_row(f"{number}", f"+{number_text(stage.gain)}", title, f"→ {number_text(stage.score)}")
            yield row
            yield indented(11, f"[dim]{escape(self._how(stage, MOST_PLACES))}[/]")

    def _how(self, stage: Stage, most: int) -> str:
        """Return the effort, what to fill in, and how many published companies stand higher there."""
        parts = [_effort(stage, self.result.ruleset).to(self.language)]
        filled = filled_by(stage)
        told = [self._filled(each) for each in filled]
        if told:
            parts.append("; ".join(told[:most]) + (f" … +{len(told) - most}" if len(told) > most else ""))
        spread = spread_of(stage, self.standing)
        if spread is not None:
            text = Text(
                f"{spread.rank - 1} of {spread.of} stand higher in {spread.column.title.en}",
                f"“{spread.column.title.zh}”方面 {spread.of} 家中有 {spread.rank - 1} 家更高",
            )
            parts.append(text.to(self.language))
        return " · ".join(parts)

    def _filled(self, filled: Filled) -> str:
        named = ", ".join(each for each in filled.fields if each != EVIDENCE)
        place = format_path(filled.place)
        if not named:
            text = Text(f"evidence for {place}", f"{place} 的依据")
            return text.to(self.language)
        if not filled.place:
            return named
        new = Text(" (new)", "（新增）").to(self.language) if filled.new else ""
        return f"{place}{new}: {named}"


def _effort(stage: Stage, index: Index) -> Text:
    """Return the class of effort of a step, as ``--effort`` names it, and what it costs."""
    name, cost = stage.step.effort, number_text(stage.step.cost)
    classes = {} if index.efforts is None else index.efforts.classes
    if name is None or name not in classes:
        return Text(f"effort {cost}", f"投入 {cost}")
    title = classes[name].title
    return Text(f"{title.en} ({name}={cost})", f"{title.zh}（{name}={cost}）")


def spread_of(stage: Stage, standing: Standing | None) -> Spread | None:
    """Return the published rates of the part of the index that a step belongs to, the narrowest there is."""
    spreads = () if standing is None else standing.spreads
    found = [
        each for each in spreads if any(one.id == stage.step.indicator.id for one in each.column.indicators)
    ]
    return min(found, key=lambda each: len(each.column.indicators), default=None)


def filled_by(stage: Stage) -> list[Filled]:
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


def improvement_data(
    plan: Plan, result: IndexResult, standing: Standing | None, language: Language
) -> dict[str, Any]:
    """Return a plan as JSON data; numbers are exact strings."""
    index = result.ruleset
    return {
        "ruleset": index.id,
        "score": plain_number(plan.start),
        "band": None if result.band is None else result.band.id,
        "goal": None if plan.goal is None else plain_number(plan.goal),
        "reached": plan.reached,
        "minimal": plan.minimal,
        "cost": plain_number(plan.cost),
        "final": plain_number(plan.stages[-1].score if plan.stages else plan.start),
        "steps": [_stage_data(each, result, standing, language) for each in plan.stages],
    }


def plain_number(value: Decimal) -> str:
    """Return a number as an exact string."""
    return number_text(value)


def _stage_data(
    stage: Stage, result: IndexResult, standing: Standing | None, language: Language
) -> dict[str, Any]:
    step = stage.step
    spread = spread_of(stage, standing)
    return {
        "indicator": step.indicator.id,
        "criterion": step.criterion.id,
        "title": step.criterion.title.to(language),
        "advice": step.criterion.advice.to(language),
        "effort": step.effort,
        "effort_title": _effort(stage, result.ruleset).to(language),
        "cost": plain_number(step.cost),
        "gain": plain_number(stage.gain),
        "score": plain_number(stage.score),
        "brings": [list(each) for each in sorted(step.brings)],
        "fields": [
            {"path": format_path(each.path), "before": _example(each.before), "example": _example(each.after)}
            for each in edits(stage.before, stage.after)
        ],
        "higher": None
        if spread is None
        else {"column": spread.column.id, "companies": spread.rank - 1, "of": spread.of},
    }


def _example(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _example(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_example(each) for each in value]
    # Numbers as numbers, since this is to be put into a document.
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return plain(value)
