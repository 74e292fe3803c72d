"""What a definition asks and what it saw, in words: comparisons, values, what leaves a condition open."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec.structs import replace

from cati_rules.catalog.period import STANDING_TITLES
from cati_rules.documents import format_path, parse_path, value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.comparisons import Comparison
from cati_rules.kinds.consistency.contradiction import Contradiction
from cati_rules.kinds.definition.absent import placed
from cati_rules.kinds.definition.quoted import Quoted
from cati_rules.kinds.definition.result import ConditionResult, DefinitionResult, Judgement
from cati_rules.kinds.definition.rules import EACH, Body, Definition
from cati_rules.kinds.values import values_read
from cati_rules.language import TRUE, NumberRange, nodes
from cati_rules.numbers import number_text
from cati_rules.report.build.subject import Subject, amount_of
from cati_rules.report.values import Location
from cati_rules.report.wording.amounts import amount_text, bound_text, is_known
from cati_rules.report.wording.margins import margin_text
from cati_rules.report.wording.phrasing import Phrasing, choice_head
from cati_rules.schema import load_schema
from cati_rules.text import NOTHING, Text, same

_BARE = ("1", "year")
"""Units that go without saying."""
_AT = Text("{}: {}", "{}：{}")


class DefinitionWords:
    """Speaks about what a definition asks, on a document or on what stands at ``within`` of it."""

    def __init__(self, subject: Subject, body: Body, within: FieldPath = ()) -> None:
        """Take the document, and what is asked of it."""
        self.subject = subject
        self.body = body
        self.within = within
        self.fields = subject.phrasings.of(body, lambda: phrasing_of(body))

    def at(self, path: FieldPath) -> Location:
        """Return where in the document something stands."""
        return self.subject.at((*self.within, *path))

    def unit(self, comparison: Comparison) -> str:
        """Return the unit of a comparison, as the body's measures and values give it; empty for a bare number."""
        for node in (comparison.bound, comparison.subject):
            if isinstance(node, nodes.Named):
                unit = next((each.unit for each in self.body.values if each.name == node.name), None)
                if unit is not None:
                    return "" if unit in _BARE else unit
        if isinstance(comparison.subject, nodes.Field):
            for measure in self.body.measures:
                if comparison.subject.fields[-1] == measure.field:
                    return measure.unit
        return ""

    def comparison(self, comparison: Comparison, judgement: Judgement) -> Text:
        """Return a comparison: value and place, operator and limit, and how far apart they are."""
        unit = self.unit(comparison)
        suffix = f" {unit}" if unit else ""
        value = self._seen_amount(comparison, judgement)
        limit = Text("not known", "未知")
        if is_known(amount_of(comparison.limit)):
            limit = bound_text(comparison.operator, amount_of(comparison.limit)) + suffix
        line = Text("{} {}{}; asked: {}{}", "{}{}{}；要求 {}{}").format(
            self._subject(comparison.subject, judgement),
            value,
            suffix if value.en[-1:].isdigit() else "",
            limit,
            self._bound(comparison.bound),
        )
        margin = margin_text(comparison, unit)
        return Text("{}; margin {}", "{}；余量 {}").format(line, margin) if margin else line

    def _seen_amount(self, comparison: Comparison, judgement: Judgement) -> Text:
        """Return a value, the range that it lies in, or that nothing is known of it here."""
        value, node = comparison.value, comparison.subject
        if isinstance(node, nodes.Field) and value_at(judgement.value, node.fields) is None:
            return Text("not given", "未填写")
        if isinstance(value, NumberRange) and value.high is None and not value.low:
            return Text("not comparable", "不可比")
        if isinstance(value, NumberRange) and value.low == 0 and value.high is not None:
            value = replace(value, low=None)
        return amount_text(amount_of(value))

    def _subject(self, node: nodes.Node, judgement: Judgement) -> Text:
        """Return the left side of a comparison: a field with its place, or a named value."""
        if isinstance(node, nodes.Field):
            at = self.at(placed(node.fields, judgement.path))
            return Text("{} ({}, {}):", "{}（{}, {}）：").format(
                self.fields.title(node.fields), at.text, at.short
            )
        return Text("{}:", "{}：").format(self.fields.amount(node))

    def _bound(self, node: nodes.Node) -> Text:
        if not isinstance(node, nodes.Named):
            return NOTHING
        value = next((each for each in self.body.values if each.name == node.name), None)
        if value is None:
            return NOTHING
        expression = " ".join(value.expression.split())
        plain = expression.replace(".", "", 1).isdigit() or len(expression) > 60
        inside = value.title if plain else same("{}: {}").format(value.title, expression)
        return Text(" ({})", "（{}）").format(inside)

    def opened(self, result: ConditionResult) -> Text:
        """Return why the source leaves a condition open; where it is not told if it does, when it would."""
        stated = result.condition.opened
        open_for_certain = result.asked is not None and result.asked.truth == TRUE
        if stated is None or (result.condition.basis == "unverified" and not open_for_certain):
            return Text("this figure is not verified, so it decides nothing", "该数值未经核实，不作判定依据")
        if open_for_certain and stated.title is not None:
            return stated.title
        return Text(
            "the source does not say how to judge it if {}; whether that is so, the document does not tell",
            "原文对以下情形未作规定，而文件未说明是否属于此情形：{}",
        ).format(self.fields.condition(stated.node))

    def seen(self, result: ConditionResult, judgement: Judgement) -> Text:
        """Return the values that a condition without comparisons of numbers saw, each with its place."""
        exact, _ = values_read(result, judgement, result.asked_trace)
        told = []
        for name, value in exact.items():
            at = self.at(parse_path(name))
            shown = number_text(value) if isinstance(value, Decimal | Fraction) else str(value).lower()
            told.append(f"{at.text}: {shown} ({at.short})")
        return Text(", ", "，").join(told)

    def refused(self, result: ConditionResult, judgement: Judgement) -> Text:
        """Return what a condition without numbers does not take, as the document states it; else nothing."""
        if result.comparisons():
            return NOTHING
        stated, _ = values_read(result, judgement)
        told = []
        for name, value in stated.items():
            path = self.generic(parse_path(name))
            if isinstance(value, bool):
                told.append(_AT.format(self.fields.title(path), self.fields.value(value)))
            elif isinstance(value, str):
                told.append(
                    Text("{} not accepted", "不接受{}").format(choice_head(self.fields.value(value, path)))
                )
        return Text("; ", "；").join(told)

    def generic(self, path: FieldPath) -> FieldPath:
        """Return a place as expressions write it: of an entry that is judged by itself, below ``each``."""
        each = self.body.each
        return (EACH, *path[2:]) if each is not None and path[:1] == (each,) else path


def quoted_text(found: Sequence[Quoted], ruleset: Definition) -> Text:
    """Return that a verdict rests on what is known only through a quotation, and of which text; else nothing."""
    if not found:
        return NOTHING
    texts = dict.fromkeys(each.source.document for each in found)
    titles = [ruleset.documents[each].title for each in texts]
    what = Text("; ", "；").join(each.title for each in found)
    return Text(
        "rests on what is known only as another text quotes {}: {}",
        "所据内容仅见于其他文献的引述，未核对{}原文：{}",
    ).format(Text("; ".join(each.en for each in titles), "".join(f"《{each.zh}》" for each in titles)), what)


def contradiction_text(found: Contradiction) -> Text:
    """Return what the document says that cannot all be true, and where."""
    title = found.rule.title
    listed = ", ".join(format_path(each) for each in found.places)
    return Text(
        f"the document contradicts itself: {title.en.rstrip('.')} ({listed})",
        f"文件自相矛盾：{title.zh.rstrip('。')}（{listed}）",
    )


def standing_mark(result: DefinitionResult) -> Text | None:
    """Return a word for an edition that is not certainly in force on the date; None for one that is."""
    return None if result.standing == "in_force" else STANDING_TITLES[result.standing]


def phrasing_of(body: Body) -> Phrasing:
    """Return what speaks of a body's fields and named values, of an entry judged by itself as ``each``."""
    schema = load_schema(body.subject)
    if body.each is not None:
        entries = schema["properties"][body.each].get("items", {})
        schema = {**schema, "properties": {**schema["properties"], EACH: entries}}
    return Phrasing(schema, body.values)
