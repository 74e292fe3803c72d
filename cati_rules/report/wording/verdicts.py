"""Verdicts, comparisons, figures and turns in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec.structs import replace

from cati_rules.advice.turning import Turn
from cati_rules.catalog.period import STANDING_TITLES
from cati_rules.documents import format_path, parse_path, value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.cause import placed
from cati_rules.kinds.comparisons import Comparison
from cati_rules.kinds.consistency.contradiction import Contradiction
from cati_rules.kinds.definition.figures import Figure
from cati_rules.kinds.definition.quoted import Quoted
from cati_rules.kinds.definition.result import ConditionResult, DefinitionResult, Judgement
from cati_rules.kinds.definition.rounding import Rounding
from cati_rules.kinds.definition.rules import EACH, Body, Definition
from cati_rules.kinds.definition.stated import Lapse
from cati_rules.kinds.index.result import VERDICT_TITLES
from cati_rules.kinds.values import values_read
from cati_rules.language import TRUE, NumberRange, nodes
from cati_rules.numbers import number_text
from cati_rules.report.build.subject import Subject, amount_of
from cati_rules.report.values import Location, Number, Plain
from cati_rules.report.wording.amounts import (
    OPERATORS,
    amount_text,
    bound_text,
    is_known,
    percent,
    rounded,
    signed,
)
from cati_rules.report.wording.levels import level_text
from cati_rules.report.wording.phrasing import Phrasing, choice_head
from cati_rules.schema import load_schema
from cati_rules.text import NOTHING, Text, same
from cati_rules.units import UNITS, converted

LAPSES: Mapping[Lapse, Text] = {
    "expired": Text(
        "its declaration has expired: it meets no limit, and fails one only where it is over it",
        "所依据的声明已过有效期：不能据以判定符合，仅在超过限值时判为不符合",
    ),
    "not_yet_valid": Text(
        "its declaration is not valid yet: it meets no limit, and fails one only where it is over it",
        "所依据的声明尚未生效：不能据以判定符合，仅在超过限值时判为不符合",
    ),
    "generic": Text(
        "a generic dataset, not this maker's metal: it meets no limit, and fails one only where it is over it",
        "通用数据，并非该企业产品：不能据以判定符合，仅在超过限值时判为不符合",
    ),
    "module_a3": Text(
        "it is that of module A3 alone, without what the plant buys: from cradle to gate it is no lower",
        "仅为模块 A3 的数值，不含外购原料：摇篮到大门的数值不会更低",
    ),
    "modules_partly": Text(
        "some of the modules A1 to A3 are missing: together they are no lower",
        "模块 A1–A3 未填全：合计值不会更低",
    ),
}
"""Why a figure says no more than that what is asked for is no lower."""
SHORT_LAPSES: Mapping[Lapse, Text] = {
    "expired": Text("its declaration has expired", "声明已过期"),
    "not_yet_valid": Text("its declaration is not valid yet", "声明尚未生效"),
    "generic": Text("a generic dataset, not this maker's figure", "通用数据，非该企业自身的数值"),
    "module_a3": Text("modules A1 and A2 are missing", "缺少模块 A1 与 A2"),
    "modules_partly": Text("some of the modules A1 to A3 are missing", "模块 A1–A3 未填全"),
}
"""The same in few words."""
_NO_LOWER = Text(
    "it leaves something out, so the figure asked for is at least as high",
    "该数值未涵盖全部内容，因此所要求的数值不会更低",
)
_NO_HIGHER = Text(
    "it counts more than is asked for, so the figure asked for is at most as high",
    "该数值的核算范围更宽，因此所要求的数值不会更高",
)

MOST_DIGITS = 7
"""Longer quotients tell a reader no more than the decimal."""
MOST_CHOICES = 3
"""How many of the choices that would do a line names."""
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

    def figure(self, figure: Figure) -> Iterator[Text]:
        """Yield why a figure cannot be compared; nothing where it can."""
        if figure.standing == "comparable":
            return
        where = same("{} {} {}").format(
            self.at(figure.path).text, amount_text(amount_of(figure.given)), figure.unit
        )
        for lapse in figure.lapses:
            yield _AT.format(where, LAPSES[lapse])
        if figure.other_gases:
            gases = Text("counts other gases than {} does", "所计气体与 {} 不同")
            yield _AT.format(where, gases.format(figure.measure.unit))
        asked = figure.measure.comparable
        if figure.comparable is not None and figure.comparable.truth != TRUE and asked is not None:
            wanted = self.fields.condition(asked.node) if asked.title is None else asked.title
            head = (
                Text("not known to be on the boundary asked for", "未说明是否属于所要求的边界")
                if figure.open
                else Text("on another boundary than asked for", "与所要求的边界不同")
            )
            yield _AT.format(where, Text("{} ({})", "{}（{}）").format(head, wanted))
        if figure.standing == "at_least" and not figure.lapses:
            yield _NO_LOWER
        if figure.standing == "at_most":
            yield _NO_HIGHER

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
            path = self._generic(parse_path(name))
            if isinstance(value, bool):
                told.append(_AT.format(self.fields.title(path), self.fields.value(value)))
            elif isinstance(value, str):
                told.append(
                    Text("{} not accepted", "不接受{}").format(choice_head(self.fields.value(value, path)))
                )
        return Text("; ", "；").join(told)

    def turn(self, turn: Turn) -> Text:
        """Return what an input would have to be, an amount in the unit that the document states it in."""
        place = self._generic(turn.path)
        if isinstance(turn.value, Decimal):
            number, exact, unit = self._in_its_unit(turn, turn.value)
            unit = f" {unit or self.fields.unit(place)}".rstrip()
            in_full = f" ({exact})" if exact != number and len(str(exact)) <= MOST_DIGITS else ""
            value = same(f"{rounded(number)}{unit}{in_full}")
        else:
            told: list[Text | str] = [
                _head(self.fields.value(each, place)) for each in turn.choices[:MOST_CHOICES]
            ]
            more = len(turn.choices) - MOST_CHOICES
            value = Text(" or ", "或").join([*told, *([f"… +{more}"] if more > 0 else [])])
        return Text("{} ({}) {} {}", "{}（{}）{} {}").format(
            self.fields.title(place), self.at(turn.path).text, OPERATORS[turn.operator], value
        )

    def _in_its_unit(self, turn: Turn, amount: Decimal) -> tuple[Number, Plain, str | None]:
        """Return an amount, as it is told and exactly, in the unit beside the field that it would go into."""
        path = (*self.within, *turn.path)
        here = value_at(self.subject.value, (*path[:-1], "unit"))
        there = turn.unit
        if there is None or here == there or here not in UNITS or UNITS[here].gases != UNITS[there].gases:
            return amount, turn.exact, there
        exact = turn.exact
        if isinstance(exact, Decimal | Fraction):
            exact = converted(exact, there, here)
        return converted(amount, there, here), exact, here

    def _generic(self, path: FieldPath) -> FieldPath:
        """Return a place as expressions write it: of an entry that is judged by itself, below ``each``."""
        each = self.body.each
        return (EACH, *path[2:]) if each is not None and path[:1] == (each,) else path

    def rounding(self, found: Rounding) -> Text:
        """Return that a verdict depends on how a figure was rounded."""
        return Text(
            "depends on rounding: {0} is given to ±{1} {2}; at {3} it would be {4}",
            "取决于修约：{0} 的精度为 ±{1} {2}；若为 {3}，则结论为{4}",
        ).format(
            self.at(found.path).text,
            number_text(found.half_unit),
            found.unit,
            number_text(found.value),
            self._outcome(found),
        )

    def _outcome(self, found: Rounding) -> Text:
        """Return a verdict with its level in words."""
        told = VERDICT_TITLES[found.verdict]
        level = next((each for each in self.body.levels if each.id == found.level), None)
        return (
            told
            if level is None
            else Text("{}, {}", "{}（{}）").format(told, level_text(level.id, level.title))
        )


def margin_text(comparison: Comparison, unit: str = "") -> Text:
    """Return how far a value is from its limit, in the unit and in percent; empty where that is not known."""
    margin = comparison.margin
    if margin is None:
        return NOTHING
    relative = None if _is_year(comparison) else comparison.relative_margin
    share = "" if relative is None or margin == 0 else f" ({percent(relative)})"
    on_limit = Text(", on the limit", "，恰在限值上") if margin == 0 else NOTHING
    return same(f"{signed(margin)}{f' {unit}' if unit else ''}{share}") + on_limit


def _is_year(comparison: Comparison) -> bool:
    """Return whether years are compared, of which no percentage says anything."""
    subject = comparison.subject
    return isinstance(subject, nodes.Field) and subject.fields[-1].endswith(("year", "commissioned"))


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


def wanted_text(figure: Figure) -> Text | None:
    """Return in few words what would be comparable in place of a figure; None where it is."""
    if figure.lapses:
        return SHORT_LAPSES[figure.lapses[0]]
    if figure.standing == "comparable":
        return None
    if figure.other_gases:
        return Text("a figure in {}", "以 {} 计的数值").format(figure.measure.unit)
    return Text("a figure on its boundary", "符合其边界的数值")


def standing_mark(result: DefinitionResult) -> Text | None:
    """Return a word for an edition that is not certainly in force on the date; None for one that is."""
    return None if result.standing == "in_force" else STANDING_TITLES[result.standing]


def _head(quoted: Text) -> Text:
    """Return the words for a choice without what explains them behind a colon; the quotes stay."""
    return Text(_without(quoted.en), _without(quoted.zh))


def _without(quoted: str) -> str:
    for colon in (": ", "："):
        if colon in quoted:
            return quoted.partition(colon)[0] + quoted[-1]
    return quoted


def phrasing_of(body: Body) -> Phrasing:
    """Return what speaks of a body's fields and named values, of an entry judged by itself as ``each``."""
    schema = load_schema(body.subject)
    if body.each is not None:
        entries = schema["properties"][body.each].get("items", {})
        schema = {**schema, "properties": {**schema["properties"], EACH: entries}}
    return Phrasing(schema, body.values)
