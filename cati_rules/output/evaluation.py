"""The whole evaluation of a condition as lines: every part, every entry looked at, every value and its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cati_rules.report.values import Entry, Evaluation, Operand
from cati_rules.text import Language, Text

_MARKS: Mapping[str | None, str] = {None: "", "true": "✓ ", "false": "✗ ", "undecided": "? "}
_ABSENT = Text("not given", "未填写")
_COUNTS_AS = Text("not given, counts as “{}”", "未填写，视为“{}”")
_AS_ABOVE = Text("as above", "同上")
_LEFT_OUT = Text("left out", "不在范围内")
_NOT_TOLD = Text("{} more entries of this long list are not shown", "此列表较长，另有 {} 条未列出")
_LISTS: Mapping[str | None, Text] = {
    "any": Text("at least one of {}", "{} 中至少一条"),
    "every": Text("every one of {}", "{} 中每一条"),
}
_JUNCTIONS: Mapping[str | None, Text] = {
    "all": Text("all of these", "以下全部满足"),
    "either": Text("at least one of these", "以下至少一项满足"),
    "not": Text("not", "以下不成立"),
}
_TITLED = Text("{} ({})", "{}（{}）")


class Evaluations:
    """Tells evaluations in one language; what a name stands for is told once."""

    def __init__(self, language: Language) -> None:
        """Take the language."""
        self._language = language
        self._told: set[tuple[object, ...]] = set()

    def lines(self, evaluation: Evaluation, depth: int = 0) -> Iterator[tuple[int, str]]:
        """Yield an evaluation as lines, each with its depth."""
        yield depth, _MARKS[evaluation.truth] + self._head(evaluation)
        if evaluation.same_as is not None:
            if evaluation.same_as in self._told and (evaluation.parts or evaluation.entries):
                yield depth + 1, self._say(_AS_ABOVE)
                return
            self._told.add(evaluation.same_as)
        for part in evaluation.parts:
            yield from self.lines(part, depth + 1)
        for entry in evaluation.entries:
            yield from self._entry(entry, depth + 1)
        if evaluation.left_out:
            yield depth + 1, self._say(_NOT_TOLD).format(evaluation.left_out)

    def _say(self, text: Text) -> str:
        return text.to(self._language)

    def _head(self, evaluation: Evaluation) -> str:
        """Return what is asked, and of what: a name with its title, all else as it is written."""
        seen, title, form = self._operands(evaluation.operands), evaluation.title, evaluation.form
        if form in _LISTS:
            searched = seen if title is None else self._say(_TITLED.format(title, seen))
            return self._say(_LISTS[form]).format(searched)
        if form in _JUNCTIONS:
            return self._say(_JUNCTIONS[form])
        text = evaluation.text
        if evaluation.is_named and title is not None:
            text = self._say(_TITLED.format(title, text))
        value = "" if evaluation.truth is not None else f" = {evaluation.value}"
        return f"{text}{value}" + (f"  ← {seen}" if seen else "")

    def _entry(self, entry: Entry, depth: int) -> Iterator[tuple[int, str]]:
        at = f"{entry.at.text} · {entry.at.short}"
        if entry.where is not None and entry.where.truth == "false":
            yield depth, f"{at}: {self._say(_LEFT_OUT)}"
            return
        yield depth, f"{at}:"
        for part in (entry.where, entry.body):
            if part is not None:
                yield from self.lines(part, depth + 1)

    def _operands(self, operands: Sequence[Operand]) -> str:
        return ", ".join(told for each in operands if (told := self._operand(each)))

    def _operand(self, operand: Operand) -> str:
        if operand.at is None:
            computed = not operand.text.replace(".", "").isalnum() and not operand.is_text
            return f"{operand.text} = {operand.value}" if computed else ""
        name = operand.at.text
        if operand.absent:
            said = _ABSENT if operand.assumed is None else _COUNTS_AS.format(operand.assumed)
            return f"{name}: {self._say(said)}"
        if operand.is_single:
            return f"{name} = {operand.value} · {operand.at.short}"
        return f"{name} · {operand.at.short}"
