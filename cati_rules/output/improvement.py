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
from cati_rules.output.layout import escape
from cati_rules.report.improvement import Filled, Improvement, Step
from cati_rules.text import Language, Text

MOST_PLACES = 6
"""How many places of a step the page names; JSON names all."""
_CAVEAT = Text(
    "Each step was tried on this document with examples in the place of your figures; write only what is true. "
    "Evidence is a title, an address or document with the page, and the date since when it is public.",
    "每一步均以示例数值在本文件上试算；请仅填写真实信息。依据须注明名称、网址或文件及页码、公开日期。",
)
_PUBLIC = Text("evidence that is public", "公开的依据")
MOST_TIES = 3
"""How many other steps that are as good are named."""
_NOTE = Text("your note: {}", "文件备注：{}")
_TIES = Text("as good for the same effort: {}", "投入与得分相同的其他步骤：{}")
_BEGIN = Text(
    "Nothing is filled in yet. Begin with scope 1 and 2 of one year (emissions), then scope 3, then a target.",
    "尚未填写内容。请先填写一个年度的范围 1 和范围 2 排放量（emissions），再填写范围 3，然后填写目标。",
)


class PlanWords(Struct, frozen=True):
    """Words for a plan in one language."""

    plan: Improvement
    language: Language

    @property
    def begin(self) -> str:
        """Where to begin, if the document holds nothing yet."""
        return _BEGIN.to(self.language)

    @property
    def caveat(self) -> str:
        """What a plan is not."""
        return _CAVEAT.to(self.language)

    def heading(self) -> str:
        """Return where the plan begins and where it ends, in a sentence."""
        plan = self.plan
        start, band = number_text(plan.score), plan.band_said
        if plan.goal is None:
            text = Text(
                f"From {start} ({band.en}): steps by points for their effort",
                f"当前 {start} 分（{band.zh}）：按单位投入的得分排序",
            )
            return text.to(self.language)
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
        return text.to(self.language)

    def how(self, step: Step, most: int | None = None) -> Iterator[str]:
        """Yield what to write and where, the file's own notes there, steps as good, and the effort."""
        for each in step.filled[:most]:
            yield self._filled(each)
        if most is not None and len(step.filled) > most:
            yield f"… +{len(step.filled) - most}"
        for note in step.notes:
            yield _NOTE.to(self.language).format(note)
        if step.ties:
            listed = list(dict.fromkeys(indicator for indicator, _ in step.ties))
            more = " …" if len(listed) > MOST_TIES else ""
            yield _TIES.to(self.language).format(
                Text(", ", "、").to(self.language).join(listed[:MOST_TIES]) + more
            )
        parts = [step.effort_said.to(self.language)]
        column = step.column
        if column is not None:
            text = Text(
                f"{column.rank - 1} of {column.of} rank higher in {column.title.en}",
                f"“{column.title.zh}”方面 {column.of} 家中有 {column.rank - 1} 家更高",
            )
            parts.append(text.to(self.language))
        yield " · ".join(parts)

    def _filled(self, filled: Filled) -> str:
        told = [each.to(self.language) for _, each in filled.asked]
        if filled.evidence:
            told.append(_PUBLIC.to(self.language))
        new = Text(" (new)", "（新增）").to(self.language) if filled.new else ""
        place = format_path(filled.place)
        colon, between = (Text(": ", "："), Text("; ", "；"))
        return (f"{place}{new}{colon.to(self.language)}" if place else "") + between.to(self.language).join(
            told
        )


class ImprovementPage(Struct, frozen=True):
    """A plan for one document in one language."""

    plan: Improvement
    language: Language

    def parts(self, most: int | None = None) -> Iterator[RenderableType]:
        """Yield the page from top to bottom; ``most`` limits how many steps it tells of, and how much of each."""
        words = PlanWords(self.plan, self.language)
        yield f"[bold]{escape(words.heading())}[/]"
        if self.plan.untouched:
            yield self._say(_BEGIN)
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
        if self.plan.steps and self.plan.efforts:
            yield f"[dim]{self._say(self.plan.efforts)}[/]"

    def _say(self, text: Text) -> str:
        return escape(text.to(self.language))

    def _stages(self, most: int | None) -> Iterator[RenderableType]:
        words = PlanWords(self.plan, self.language)
        table = Table(box=None, padding=(0, 1), expand=True, show_edge=False)
        table.add_column("", width=3, justify="right")
        table.add_column(self._say(Text("points", "加分")), width=7, justify="right", style="green")
        table.add_column(self._say(Text("total", "累计")), width=7, justify="right")
        table.add_column(self._say(Text("what to write, and where", "填写内容与位置")), ratio=1)
        for number, step in enumerate(self.plan.steps[:most], 1):
            title = f"{step.number} {self._say(step.title)}"
            lines = "\n".join(f"[dim]{escape(each)}[/]" for each in words.how(step, MOST_PLACES))
            table.add_row(
                f"{number}", f"+{number_text(step.gain)}", number_text(step.score), f"{title}\n{lines}"
            )
        yield table


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
        "write": [
            {"path": format_path(path), "asked": asked.to(language)}
            for each in step.filled
            for path, asked in each.asked
        ],
        "evidence": [format_path(each.place) for each in step.filled if each.evidence],
        "limits": [
            {"path": format_path(each.path), "operator": each.operator, "value": plain(each.value)}
            for each in step.limits
        ],
        "notes": list(step.notes),
        "ties": [list(each) for each in step.ties],
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
