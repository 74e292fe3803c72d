"""Why a criterion is met or not, in lines for a person: what is there, where it stands, what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cati_rules.documents import format_path, value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.index.evidence import public_from
from cati_rules.kinds.index.result import CriterionResult, IndexResult
from cati_rules.kinds.observation import Observation
from cati_rules.report.build.subject import Subject
from cati_rules.report.index import Statement
from cati_rules.report.values import Line
from cati_rules.report.wording.phrasing import Phrasing
from cati_rules.text import NOTHING, Text

FEW = 4
"""How many things seen are told of for one criterion, unless all are asked for."""
_KNOWN = Text("known, but not counted: ", "已掌握，但未计分：")
_SAYS = Text("{}: {}", "{}：{}")


class Reasons:
    """Speaks about one result on one document."""

    def __init__(self, result: IndexResult, subject: Subject, words: Phrasing) -> None:
        """Take what is needed to find values, places and words."""
        self._result = result
        self._subject = subject
        self._words = words

    def lines(
        self, result: CriterionResult, seen: Sequence[Observation], *, in_full: bool
    ) -> tuple[Line, ...]:
        """Return what explains the verdict on one criterion; of one that is met, only ``in_full``."""
        if result.withheld:
            return tuple(self._known(path) for path in result.withheld[:3])
        return () if result.met and not in_full else tuple(self._seen(seen, in_full=in_full))

    def _known(self, path: FieldPath) -> Line:
        statement = self.statement(path)
        place = f"{statement.at.text} · {statement.at.short}"
        return Line(statement.label, place, _KNOWN, statement.late_said)

    def statement(self, path: FieldPath) -> Statement:
        """Return a statement that does not count: what it is about, where it stands, and from when it counts."""
        record = value_at(self._subject.value, path)
        label, late = self._words.title(path), None
        short = label
        if isinstance(record, dict):
            label, short = self._words.label(path, record), self._words.short_label(path, record)
            late = public_from(record.get("evidence", ()), self._result.as_of)
        return Statement(self._subject.at(path), label, short, late)

    def _given(self, path: FieldPath) -> Any:
        """Return what the document holds at ``path``, whoever says it."""
        return value_at(self._subject.document.value, path)

    def _unpublished(self, path: FieldPath) -> bool:
        """Return whether something stands at ``path`` that does not count for want of evidence."""
        return self._given(path) is not None and any(
            path[: len(statement)] == statement or statement[: len(path)] == path
            for statement in self._result.unpublished
        )

    def _seen(self, seen: Sequence[Observation], *, in_full: bool) -> Iterator[Line]:
        """Yield a line for each thing seen; what is not there at all shares one line."""
        limit = None if in_full else FEW
        there = [self._told(each, self._there(each, in_full)) for each in seen if not each.is_absent]
        yield from list(dict.fromkeys(there))[:limit]
        absent = [each for each in seen if each.is_absent]
        given = [each for each in absent if self._given(each.path) not in (None, [], {})]
        yield from list(dict.fromkeys(self._told(each, self._uncounted(each)) for each in given))[:limit]
        absent = [each for each in absent if each not in given]
        for name in dict.fromkeys(each.within for each in absent):
            part = [each for each in absent if each.within == name]
            missing = list(dict.fromkeys(each.path for each in part))
            names = [self._named(self._words.title(path), path) for path in missing[:limit]]
            either = any(each.or_else for each in part)
            listed = (Text(" or ", "或") if either else Text(", ", "、")).join(names)
            text = self._part_of(name) + Text("not given: {}", "未填写：{}").format(listed)
            entry = any(isinstance(step, int) for step in missing[0])
            yield Line(text, self._subject.at(missing[0]).short if entry else "")

    def _told(self, seen: Observation, said: Text) -> Line:
        other = Text("or: ", "或：") if seen.or_else else NOTHING
        return Line(other + self._part_of(seen.within) + said, self._subject.at(seen.path).short)

    def _part_of(self, name: str | None) -> Text:
        """Return the title of the condition on an entry that something is a part of, to stand before it."""
        return NOTHING if name is None else Text("“{}”: ", "“{}”：").format(self._words.named(name))

    def _uncounted(self, seen: Observation) -> Text:
        """Return something that the document holds and that does not count."""
        value, named = self._given(seen.path), self._title(seen)
        if isinstance(value, list) and seen.demand == "entry":
            none = Text(
                "{}: {} given, none of which counts here (not public, or stated by others)",
                "{}：已填写 {} 条，此处均不计分（未公开，或由他方声明）",
            )
            return none.format(named, str(len(value)))
        if self._unpublished(seen.path):
            return self._held(seen, named, value)
        others = Text(
            "{}: stated by a parent company or a third party, which does not count here",
            "{}：由母公司或第三方声明，此处不计分",
        )
        return others.format(named)

    def _title(self, seen: Observation) -> Text:
        title = self._words.title(seen.path)
        if seen.demand == "amount" and seen.condition is not None:
            title = self._words.amount(seen.condition, seen.path)
        return self._named(title, seen.path)

    @staticmethod
    def _named(title: Text, path: FieldPath) -> Text:
        return Text("{} ({})", "{}（{}）").format(title, format_path(path))

    def _there(self, seen: Observation, in_full: bool) -> Text:
        """Return something that stands in the document and counts, with what was asked of it."""
        named = self._title(seen)
        if seen.demand == "another":
            fits = Text("{}: this entry fits; {}", "{}：该条符合；{}")
            return fits.format(named, self._words.demand(seen))
        if seen.demand == "entry":
            return _SAYS.format(named, self._words.entries(seen, whole=in_full))
        asked = NOTHING if seen.held else Text("; {}", "；{}").format(self._words.demand(seen))
        return _SAYS.format(named, self._words.seen_value(seen)) + asked

    def _held(self, seen: Observation, named: Text, value: Any) -> Text:
        """Return something that stands in the document without public evidence, and would not be enough."""
        shown = NOTHING
        if not isinstance(value, dict | list):
            shown = Text(" ({})", "（{}）").format(self._words.value(value, seen.path))
        asked = NOTHING
        if seen.demand not in ("entry", "present", "true"):
            asked = Text("; {}", "；{}").format(self._words.demand(seen))
        held = Text("{}: held{}, but without public evidence{}", "{}：已掌握{}，但缺少公开依据{}")
        return held.format(named, shown, asked)
