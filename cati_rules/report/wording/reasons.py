"""Why a criterion is met or not, in lines for a person: what is there, where it stands, what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from cati_rules.documents import format_path, value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.index.evidence import public_from
from cati_rules.kinds.index.result import CriterionResult, IndexResult
from cati_rules.kinds.needs import Need, Observation, Way, choices_of
from cati_rules.report.build.subject import Subject
from cati_rules.report.index import Statement
from cati_rules.report.values import Line
from cati_rules.report.wording.not_given import AND, EITHER, NOT_GIVEN, OR, OR_WAY, listed
from cati_rules.report.wording.phrasing import Phrasing
from cati_rules.text import NOTHING, Text

FEW = 4
"""How many things seen are told of for one criterion, unless all are asked for."""
_AND_ALSO = Text("and: ", "且：")
_OR_ELSE = Text("or: ", "或：")
_ASKED_OF = ("member", "contains", "true", "false")
"""Demands that not any value meets, beside a comparison with a limit that is known."""
_AS_MANY = Text("and {} entries more", "另有 {} 条同样须补充")
_KNOWN = Text("known, but not counted: ", "已掌握，但未计分：")
_SAYS = Text("{}: {}", "{}：{}")


class Reasons:
    """Speaks about one result on one document."""

    def __init__(self, result: IndexResult, subject: Subject, words: Phrasing) -> None:
        """Take what is needed to find values, places and words."""
        self._result = result
        self._subject = subject
        self._words = words

    def lines(self, result: CriterionResult, needs: Sequence[Need], *, in_full: bool) -> tuple[Line, ...]:
        """Return what explains the verdict on one criterion; of one that is met, only ``in_full``."""
        if result.withheld:
            return tuple(self._known(path) for path in result.withheld[:3])
        return () if result.met and not in_full else tuple(self._needed(needs, None if in_full else FEW))

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

    def _needed(self, needs: Sequence[Need], limit: int | None) -> Iterator[Line]:
        """Yield lines for all that is needed: what is needed together first, then what can be had in several ways."""
        choices = list(choices_of(needs))
        every = dict.fromkeys(each for ways, _ in choices if len(ways) == 1 for each in ways[0])
        together = [each for each in every if not each.besides]
        besides = [each for each in every if each.besides]
        first = list(self._together(together, NOTHING, limit))
        yield from first
        for ways, more in choices:
            if len(ways) == 1:
                continue
            lead = EITHER if first else NOTHING
            if ways:
                yield from self._one_of(ways, lead, more, limit)
            else:
                yield Line(_AS_MANY.format(str(more)))
        yield from self._together(besides, _AND_ALSO, limit)

    def _one_of(self, ways: Sequence[Way], lead: Text, more: int, limit: int | None) -> Iterator[Line]:
        """Yield lines for several ways, one of which is enough."""
        told = ways[:limit]
        seen = [each for way in ways for each in way]
        within = {each.within for each in seen}
        if len(within) == 1 and all(map(self._is_missing, seen)):
            names = [self._names(way) for way in told]
            mixed = any(len(way) > 1 for way in told)
            text = self._part_of(*within) + NOT_GIVEN.format(listed(names, OR_WAY if mixed else OR))
            yield Line(lead + text, self._place(seen[0]))
        else:
            for i, way in enumerate(told):
                yield from self._together(way, _OR_ELSE if i else lead, limit)
        if more := more + len(ways) - len(told):
            one = Text("… or in another way", "……或以另一种方式满足")
            several = Text("… or in one of {} other ways", "……或以另外 {} 种方式之一满足")
            yield Line(one if more == 1 else several.format(str(more)))

    def _together(self, seen: Sequence[Observation], lead: Text, limit: int | None) -> Iterator[Line]:
        """Yield a line for each thing that is needed; what is not there at all shares one line."""
        missing = [each for each in seen if self._is_missing(each)]
        there = [each for each in seen if each not in missing]
        lines = [(self._told(each, limit is None), each.held) for each in there]
        for name in dict.fromkeys(each.within for each in missing):
            part = [each for each in missing if each.within == name]
            text = self._part_of(name) + NOT_GIVEN.format(self._names(part))
            lines.append((Line(text, self._place(part[0])), False))
        for line, held in dict.fromkeys(lines):
            yield replace(line, text=lead + line.text)
            lead = lead if held else _AND_ALSO

    def _is_missing(self, seen: Observation) -> bool:
        """Return whether the document holds nothing at all there."""
        return seen.is_absent and self._given(seen.path) in (None, [], {})

    def _names(self, seen: Sequence[Observation]) -> Text:
        """Return fields that are needed together, each with what is asked of it where not anything will do."""
        demands: dict[FieldPath, list[Text]] = {}
        for each in seen:
            known = each.limit is not None if each.demand == "compare" else each.demand in _ASKED_OF
            demands.setdefault(each.path, []).extend([self._words.demand(each)] if known else [])
        names = [
            Text("{} ({}; {})", "{}（{}，{}）").format(
                self._words.title(path), format_path(path), listed(list(dict.fromkeys(asked)), AND)
            )
            if asked
            else self._named(self._words.title(path), path)
            for path, asked in demands.items()
        ]
        return listed(names, AND)

    def _place(self, seen: Observation) -> str:
        """Return where something stands; of what is not in an entry, and not there, nothing."""
        entry = any(isinstance(step, int) for step in seen.path)
        return self._subject.at(seen.path).short if entry else ""

    def _told(self, seen: Observation, in_full: bool) -> Line:
        said = self._uncounted(seen) if seen.is_absent else self._there(seen, in_full)
        return Line(self._part_of(seen.within) + said, self._subject.at(seen.path).short)

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
            fits = _SAYS if seen.besides else fits
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
