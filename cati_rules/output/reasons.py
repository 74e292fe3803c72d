"""Why a criterion is met or not, in lines for a person: what is there, where it stands, what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cati_rules.documents import Document, format_path, value_at
from cati_rules.kinds.index.evidence import Path, public_from
from cati_rules.kinds.index.result import CriterionResult, IndexResult
from cati_rules.kinds.observation import Observation
from cati_rules.output.advice import advice
from cati_rules.output.layout import escape
from cati_rules.output.page import Detail
from cati_rules.output.phrasing import Phrasing
from cati_rules.schema import spelled_out
from cati_rules.text import Text

FEW = 4
"""How many things seen a page shows for one criterion, unless it is verbose."""


class Reasons:
    """Speaks about one result on one document."""

    def __init__(self, result: IndexResult, document: Document, words: Phrasing, detail: Detail) -> None:
        """Take what is needed to find values, places and words."""
        self._result = result
        self._document = document
        self._value = spelled_out(document.value)
        self._words = words
        self._detail = detail

    def lines(self, result: CriterionResult, seen: Sequence[Observation] | None = None) -> Iterator[str]:
        """Yield what explains the verdict on one criterion, as marked-up lines; ``seen``, where it is known already."""
        if result.withheld:
            known = Text("known, but not counted: ", "已掌握，但未计分：")
            for path in result.withheld[:3]:
                yield f"[yellow]{escape(self._words.say(known))}[/]{self.statement(path)}"
            return
        if result.met and self._detail != "verbose":
            return
        yield from self._seen(result.seen() if seen is None else seen)

    def advice(self, result: CriterionResult) -> Text:
        """Return what would meet a criterion that is not met."""
        return advice(result, self._value, self._result.as_of)

    def statement(self, path: Path) -> str:
        """Return a statement that does not count: what it is about, where it stands, and why."""
        record = value_at(self._value, path)
        label = self._words.label(path, record) if isinstance(record, dict) else self._words.title(path)
        return f"{escape(label)} {self.at(path)}{self._late(record)}"

    def at(self, path: Path) -> str:
        """Return a place in the document, with the file and line where it stands."""
        return f"[dim]{escape(f'{format_path(path)} · {self.place(path)}')}[/]"

    def _late(self, record: Any) -> str:
        date = (
            public_from(record.get("evidence", ()), self._result.as_of) if isinstance(record, dict) else None
        )
        if date is None:
            return ""
        text = Text(f"; published only on {date}", f"；{date} 才公开")
        return f"[yellow]{escape(self._words.say(text))}[/]"

    def place(self, path: Sequence[str | int]) -> str:
        """Return the file and the line of a place in the document."""
        place = self._document.place(path)
        return place.brief

    def _unpublished(self, path: Path) -> bool:
        """Return whether something stands at ``path`` that does not count for want of evidence."""
        return value_at(self._document.value, path) is not None and any(
            path[: len(statement)] == statement or statement[: len(path)] == path
            for statement in self._result.unpublished
        )

    def _seen(self, seen: Sequence[Observation]) -> Iterator[str]:
        """Yield a line for each thing seen; what is not there at all shares one line."""
        limit = None if self._detail == "verbose" else FEW
        absent = [each for each in seen if each.is_absent]
        there = [self._told(each, self._there(each)) for each in seen if not each.is_absent]
        yield from list(dict.fromkeys(there))[:limit]
        given = [each for each in absent if self._is_given(each.path)]
        yield from list(dict.fromkeys(self._told(each, self._uncounted(each)) for each in given))[:limit]
        absent = [each for each in absent if each not in given]
        for name in dict.fromkeys(each.within for each in absent):
            part = [each for each in absent if each.within == name]
            missing = list(dict.fromkeys(each.path for each in part))
            names = [
                self._words.say(Text("{} ({})", "{}（{}）")).format(
                    self._words.title(path), format_path(path)
                )
                for path in missing[:limit]
            ]
            either = any(each.or_else for each in part)
            joint = Text(" or ", "或") if either else Text(", ", "、")
            listed = self._words.say(joint).join(names)
            told = self._words.say(Text(f"not given: {listed}", f"未填写：{listed}"))
            line = escape(self._part_of(name) + told)
            entry = any(isinstance(step, int) for step in missing[0])
            yield f"{line} [dim]{escape(self.place(missing[0]))}[/]" if entry else line

    def _told(self, seen: Observation, line: str) -> str:
        other = self._words.say(Text("or: ", "或：")) if seen.or_else else ""
        return f"{escape(other + self._part_of(seen.within) + line)} [dim]{escape(self.place(seen.path))}[/]"

    def _part_of(self, name: str | None) -> str:
        """Return the title of the condition on an entry that something is a part of, to stand before it."""
        if name is None:
            return ""
        title = self._words.named(name)
        return self._words.say(Text(f"“{title}”: ", f"“{title}”："))

    def _is_given(self, path: Path) -> bool:
        """Return whether the document holds something at ``path``, whoever says it."""
        return value_at(self._document.value, path) not in (None, [], {})

    def _of_others(self, seen: Observation) -> str:
        named = self._named(seen)
        text = Text(
            f"{named.en}: stated by a parent company or a third party, which does not count here",
            f"{named.zh}：由母公司或第三方声明，此处不计分",
        )
        return self._words.say(text)

    def _none_counts(self, seen: Observation, entries: int) -> str:
        named = self._named(seen)
        text = Text(
            f"{named.en}: {entries} given, none of which counts here (not public, or stated by others)",
            f"{named.zh}：已填写 {entries} 条，此处均不计分（未公开，或由他方声明）",
        )
        return self._words.say(text)

    def _uncounted(self, seen: Observation) -> str:
        """Return something that the document holds and that does not count."""
        value = value_at(self._document.value, seen.path)
        if isinstance(value, list) and seen.demand == "entry":
            return self._none_counts(seen, len(value))
        return self._held(seen) if self._unpublished(seen.path) else self._of_others(seen)

    def _named(self, seen: Observation) -> Text:
        path = format_path(seen.path)
        title = self._words.title(seen.path)
        if seen.demand == "amount" and seen.condition is not None:
            title = self._words.amount(seen.condition, seen.path)
        return Text(f"{title} ({path})", f"{title}（{path}）")

    def _there(self, seen: Observation) -> str:
        """Return something that stands in the document and counts, with what was asked of it."""
        named = self._named(seen)
        if seen.demand == "another":
            text = Text(
                f"{named.en}: this entry fits; {self._words.demand(seen)}",
                f"{named.zh}：该条符合；{self._words.demand(seen)}",
            )
            return self._words.say(text)
        if seen.demand == "entry":
            entries = self._words.entries(seen, whole=self._detail == "verbose")
            return self._words.say(Text(f"{named.en}: {entries}", f"{named.zh}：{entries}"))
        value = self._words.seen_value(seen)
        asked = "" if seen.held else self._words.say(Text("; {}", "；{}")).format(self._words.demand(seen))
        return self._words.say(Text(f"{named.en}: {value}{asked}", f"{named.zh}：{value}{asked}"))

    def _held(self, seen: Observation) -> str:
        """Return something that stands in the document without public evidence, and would not be enough."""
        named = self._named(seen)
        value = value_at(self._document.value, seen.path)
        shown = "" if isinstance(value, dict | list) else self._words.value(value, seen.path)
        asked = "" if seen.demand in ("entry", "present", "true") else self._words.demand(seen)
        joined = self._words.say(Text(f"; {asked}", f"；{asked}")) if asked else ""
        text = Text(
            f"{named.en}: held{shown and f' ({shown})'}, but without public evidence{joined}",
            f"{named.zh}：已掌握{shown and f'（{shown}）'}，但缺少公开依据{joined}",
        )
        return self._words.say(text)
