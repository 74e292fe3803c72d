"""The way up as a page and as JSON data: steps in their order, what to fill in, points and totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from cati_rules.documents import format_path
from cati_rules.numbers import number_text, plain
from cati_rules.output.layout import escape, indented
from cati_rules.report.improvement import Filled, Improvement, Step
from cati_rules.text import Language, Text

EVIDENCE = "evidence"
MOST_PLACES = 6
"""How many places of a step the page names; JSON names all."""
_CAVEAT = Text(
    "Each step was tried on this document; what is to be filled in shows the least that the rule asks for, not facts.",
    "每一步均已在本文件上试算；所列字段仅为规则的最低要求，须填写真实信息。",
)


class ImprovementPage(Struct, frozen=True):
    """A plan for one document in one language."""

    plan: Improvement
    language: Language

    def parts(self, most: int | None = None) -> Iterator[RenderableType]:
        """Yield the page from top to bottom; ``most`` limits how many steps it tells of, and how much of each."""
        yield self._heading()
        if self.plan.steps:
            yield from self._stages(most)
        rest = 0 if most is None else len(self.plan.steps) - most
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
        plan = self.plan
        start, band = number_text(plan.score), plan.band_said
        if plan.goal is None:
            text = Text(
                f"From {start} ({band.en}): steps by points for their effort",
                f"当前 {start} 分（{band.zh}）：按单位投入的得分排序",
            )
            return f"[bold]{self._say(text)}[/]"
        final, after = plan.final, plan.after
        effort = number_text(plan.cost)
        steps = len(plan.steps)
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
        for number, step in enumerate(self.plan.steps[:most], 1):
            row = Table.grid(padding=(0, 1), expand=True)
            row.add_column(width=3, justify="right")
            row.add_column(width=6, justify="right", style="green")
            row.add_column(ratio=1, overflow="fold")
            row.add_column(justify="right", no_wrap=True)
            title = f"{step.indicator} {self._say(step.title)}"
            row.add_row(f"{number}", f"+{number_text(step.gain)}", title, f"→ {number_text(step.score)}")
            yield row
            yield indented(11, f"[dim]{escape(self._how(step, MOST_PLACES))}[/]")

    def _how(self, step: Step, most: int) -> str:
        """Return the effort, what to fill in, and how many published companies stand higher there."""
        parts = [step.effort_said.to(self.language)]
        told = [self._filled(each) for each in step.filled]
        if told:
            parts.append("; ".join(told[:most]) + (f" … +{len(told) - most}" if len(told) > most else ""))
        column = step.column
        if column is not None:
            text = Text(
                f"{column.rank - 1} of {column.of} rank higher in {column.title.en}",
                f"“{column.title.zh}”方面 {column.of} 家中有 {column.rank - 1} 家更高",
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


def improvement_data(plan: Improvement, language: Language) -> dict[str, Any]:
    """Return a plan as JSON data; numbers are exact strings."""
    return {
        "ruleset": plan.ruleset,
        "score": number_text(plan.score),
        "band": plan.band,
        "goal": None if plan.goal is None else number_text(plan.goal),
        "reached": plan.reached,
        "minimal": plan.minimal,
        "cost": number_text(plan.cost),
        "final": number_text(plan.final),
        "steps": [_step_data(each, language) for each in plan.steps],
    }


def _step_data(step: Step, language: Language) -> dict[str, Any]:
    column = step.column
    return {
        "indicator": step.indicator,
        "criterion": step.criterion,
        "title": step.title.to(language),
        "advice": step.advice.to(language),
        "effort": step.effort,
        "effort_title": step.effort_said.to(language),
        "cost": number_text(step.cost),
        "gain": number_text(step.gain),
        "score": number_text(step.score),
        "brings": [list(each) for each in step.brings],
        "fields": [
            {"path": format_path(each.path), "before": _example(each.before), "example": _example(each.after)}
            for each in step.edits
        ],
        "higher": None
        if column is None
        else {"column": column.id, "companies": column.rank - 1, "of": column.of},
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
