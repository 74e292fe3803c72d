"""Verdicts, comparisons, figures and turns in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.advice.turning import Turn
from cati_rules.catalog.period import STANDING_TITLES
from cati_rules.documents import Document, format_path, parse_path, value_at
from cati_rules.kinds.cause import placed
from cati_rules.kinds.comparisons import Comparison
from cati_rules.kinds.consistency.contradiction import Contradiction
from cati_rules.kinds.definition.figures import Figure
from cati_rules.kinds.definition.quoted import Quoted
from cati_rules.kinds.definition.result import ConditionResult, DefinitionResult, Judgement
from cati_rules.kinds.definition.rounding import Rounding
from cati_rules.kinds.definition.rules import EACH, Body, Definition
from cati_rules.kinds.definition.stated import Lapse
from cati_rules.kinds.index.evidence import Path
from cati_rules.kinds.index.result import VERDICT_TITLES, Verdict
from cati_rules.kinds.values import values_read
from cati_rules.language import TRUE, NumberRange, nodes
from cati_rules.numbers import number_text
from cati_rules.output.amounts import OPERATORS, Amount, amount_text, percent, rounded, signed
from cati_rules.output.phrasing import Phrasing
from cati_rules.schema import load_schema
from cati_rules.text import Language, Text

MARKS: Mapping[str, str] = {
    "met": "[green]✓[/]",
    "not_met": "[red]✗[/]",
    "indeterminate": "[yellow]?[/]",
    "not_applicable": "[dim]–[/]",
    "not_testable": "[dim]○[/]",
}
COLOURS: Mapping[str, str] = {"met": "green", "not_met": "red", "indeterminate": "yellow"}


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
    "expired": Text("a declaration that is still valid", "仍在有效期内的声明"),
    "not_yet_valid": Text("a declaration that is valid already", "已生效的声明"),
    "generic": Text("a figure of this maker", "该企业自身的数值"),
    "module_a3": Text("modules A1 and A2", "模块 A1 与 A2"),
    "modules_partly": Text("the other modules of A1 to A3", "A1–A3 的其余模块"),
}
"""What is missing where a figure says no more than that."""
_NO_LOWER = Text(
    "it leaves something out, so the figure asked for is at least as high",
    "该数值未涵盖全部内容，因此所要求的数值不会更低",
)
_NO_HIGHER = Text(
    "it counts more than is asked for, so the figure asked for is at most as high",
    "该数值的核算范围更宽，因此所要求的数值不会更高",
)

QUOTED_FIGURE = Text("quoted figure", "数值系引述")
"""What a line of a table says of a verdict that rests on one."""
MOST_DIGITS = 7
"""Longer quotients tell a reader no more than the decimal."""
MOST_CHOICES = 3
"""How many of the choices that would do a line names."""
_BARE = ("1", "year")
"""Units that go without saying."""


class VerdictWords(Struct, frozen=True):
    """Speaks one language about definitions on one document, or on what stands at ``within`` of it."""

    document: Document
    language: Language
    within: Path = ()

    def say(self, text: Text) -> str:
        """Return ``text`` in this language."""
        return text.to(self.language)

    def verdict(self, verdict: Verdict) -> str:
        """Return a verdict in words."""
        return self.say(VERDICT_TITLES[verdict])

    def outcome(self, verdict: Verdict, level: str | None) -> str:
        """Return a verdict with its level in words."""
        told = self.verdict(verdict)
        return told if level is None else self.say(Text(f"{told} at level {level}", f"{told}（{level} 级）"))

    def phrasing(self, body: Body) -> Phrasing:
        """Return what speaks of a body's fields and named values."""
        return phrasing_of(body, self.language)

    def place(self, path: Path) -> str:
        """Return file and line of a place."""
        place = self.document.place((*self.within, *path))
        return place.brief

    def path(self, path: Path) -> str:
        """Return a place as text, as it is in the whole document."""
        return format_path((*self.within, *path))

    def unit(self, body: Body, comparison: Comparison) -> str:
        """Return the unit of a comparison, as the body's measures and values give it; empty for a bare number."""
        for node in (comparison.bound, comparison.subject):
            if isinstance(node, nodes.Named):
                unit = next((each.unit for each in body.values if each.name == node.name), None)
                if unit is not None:
                    return "" if unit in _BARE else unit
        if isinstance(comparison.subject, nodes.Path):
            for measure in body.measures:
                if comparison.subject.fields[-1] == measure.field:
                    return measure.unit
        return ""

    def comparison(self, body: Body, comparison: Comparison, judgement: Judgement) -> str:
        """Return a comparison: value and place, operator and limit, and how far apart they are."""
        unit = self.unit(body, comparison)
        suffix = f" {unit}" if unit else ""
        subject = self.subject(body, comparison.subject, judgement)
        value = self._seen_amount(comparison, judgement)
        unit_known = suffix if value[-1:].isdigit() else ""
        limit = amount_text(comparison.limit, self.language)
        bound = self._bound(body, comparison.bound)
        known = is_known(comparison.limit)
        limit = (
            f"{OPERATORS[comparison.operator]} {limit}{suffix}"
            if known
            else self.say(Text("not known", "未知"))
        )
        asked = f"{limit}{bound}"
        line = self.say(
            Text(
                f"{subject} {value}{unit_known}; asked: {asked}",
                f"{subject}{value}{unit_known}；要求 {asked}",
            )
        )
        margin = self.margin(comparison, unit)
        return line if not margin else self.say(Text(f"{line}; margin {margin}", f"{line}；余量 {margin}"))

    def margin(self, comparison: Comparison, unit: str = "") -> str:
        """Return how far a value is from its limit, in the unit and in percent; empty where that is not known."""
        margin = comparison.margin
        if margin is None:
            return ""
        relative = None if self._is_year(comparison) else comparison.relative_margin
        share = "" if relative is None or margin == 0 else f" ({percent(relative)})"
        on_limit = self.say(Text(", on the limit", "，恰在限值上")) if margin == 0 else ""
        return f"{signed(margin)}{f' {unit}' if unit else ''}{share}{on_limit}"

    def _seen_amount(self, comparison: Comparison, judgement: Judgement) -> str:
        """Return a value, the range that it lies in, or that nothing is known of it here."""
        value, node = comparison.value, comparison.subject
        if isinstance(node, nodes.Path) and value_at(judgement.value, node.fields) is None:
            return self.say(Text("not given", "未填写"))
        if isinstance(value, NumberRange) and value.high is None and not value.low:
            return self.say(Text("not comparable", "不可比"))
        if isinstance(value, NumberRange) and value.low == 0 and value.high is not None:
            value = replace(value, low=None)
        return amount_text(value, self.language)

    def _is_year(self, comparison: Comparison) -> bool:
        """Return whether years are compared, of which no percentage says anything."""
        subject = comparison.subject
        return isinstance(subject, nodes.Path) and subject.fields[-1].endswith(("year", "commissioned"))

    def subject(self, body: Body, node: nodes.Node, judgement: Judgement) -> str:
        """Return the left side of a comparison: a field with its place, or a named value."""
        words = self.phrasing(body)
        if isinstance(node, nodes.Path):
            place = placed(node.fields, judgement.path)
            title = words.title(node.fields)
            at = f"{self.path(place)}, {self.place(place)}"
            return self.say(Text(f"{title} ({at}):", f"{title}（{at}）："))
        return f"{words.amount(node)}{self.say(Text(':', '：'))}"

    def _bound(self, body: Body, node: nodes.Node) -> str:
        if not isinstance(node, nodes.Named):
            return ""
        value = next((each for each in body.values if each.name == node.name), None)
        if value is None:
            return ""
        expression = " ".join(value.expression.split())
        plain = expression.replace(".", "", 1).isdigit() or len(expression) > 60
        inside = self.say(value.title) if plain else f"{self.say(value.title)}: {expression}"
        return self.say(Text(f" ({inside})", f"（{inside}）"))

    def figure(self, figure: Figure, body: Body) -> Iterator[str]:
        """Yield why a figure cannot be compared; nothing where it can."""
        if figure.standing == "comparable":
            return
        where = f"{self.path(figure.path)} {amount_text(figure.given, self.language)} {figure.unit}"
        for lapse in figure.lapses:
            reason = LAPSES[lapse]
            yield self.say(Text(f"{where}: {reason.en}", f"{where}：{reason.zh}"))
        if figure.other_gases:
            text = Text(
                f"{where}: counts other gases than {figure.measure.unit} does",
                f"{where}：所计气体与 {figure.measure.unit} 不同",
            )
            yield self.say(text)
        asked = figure.measure.comparable
        if figure.comparable is not None and figure.comparable.truth != 1 and asked is not None:
            wanted = (
                self.phrasing(body).condition(asked.node) if asked.title is None else self.say(asked.title)
            )
            head = (
                Text("not known to be on the boundary asked for", "未说明是否属于所要求的边界")
                if figure.open
                else Text("on another boundary than asked for", "与所要求的边界不同")
            )
            text = Text(f"{where}: {head.en} ({wanted})", f"{where}：{head.zh}（{wanted}）")
            yield self.say(text)
        if figure.standing == "at_least" and not figure.lapses:
            yield self.say(_NO_LOWER)
        if figure.standing == "at_most":
            yield self.say(_NO_HIGHER)

    def opened(self, result: ConditionResult, body: Body) -> str:
        """Return why the source leaves a condition open; where it is not told if it does, when it would."""
        stated = result.condition.opened
        open_for_certain = result.asked is not None and result.asked.truth == TRUE
        if stated is None or (result.condition.basis == "unverified" and not open_for_certain):
            return self.say(
                Text("this figure is not verified, so it decides nothing", "该数值未经核实，不作判定依据")
            )
        if open_for_certain and stated.title is not None:
            return self.say(stated.title)
        asked = self.phrasing(body).condition(stated.node)
        return self.say(
            Text(
                f"left open if {asked}; whether that is so is not told",
                f"如属以下情形则无法判定，而文件未作说明：{asked}",
            )
        )

    def seen(self, result: ConditionResult, judgement: Judgement) -> str:
        """Return the values that a condition without comparisons of numbers saw, each with its place."""
        exact, _ = values_read(result, judgement, result.asked_trace)
        told = []
        for name, value in exact.items():
            place = parse_path(name)
            shown = number_text(value) if isinstance(value, Decimal | Fraction) else str(value).lower()
            told.append(f"{self.path(place)}: {shown} ({self.place(place)})")
        return self.say(Text(", ", "，")).join(told)

    def turn(self, turn: Turn, body: Body) -> str:
        """Return what an input would have to be."""
        words = self.phrasing(body)
        title, path = words.title(generic(turn.path, body)), self.path(turn.path)
        if isinstance(turn.value, Decimal):
            unit = turn.unit or words.unit(generic(turn.path, body))
            unit = f" {unit}" if unit else ""
            exact = (
                f" ({turn.exact})" if turn.exact != turn.value and len(str(turn.exact)) <= MOST_DIGITS else ""
            )
            value = f"{rounded(turn.value)}{unit}{exact}"
        else:
            told = [_head(words.value(each, generic(turn.path, body))) for each in turn.choices]
            more = [] if len(told) <= MOST_CHOICES else [f"… +{len(told) - MOST_CHOICES}"]
            value = self.say(Text(" or ", "或")).join((*told[:MOST_CHOICES], *more))
        asked = f"{OPERATORS[turn.operator]} {value}"
        return self.say(Text(f"{title} ({path}) {asked}", f"{title}（{path}）{asked}"))

    def rounding(self, found: Rounding) -> str:
        """Return that a verdict hangs on how a figure was rounded."""
        half, value = number_text(found.half_unit), number_text(found.value)
        outcome = self.outcome(found.verdict, found.level)
        path = self.path(found.path)
        return self.say(
            Text(
                f"hangs on rounding: {path} is given to ±{half} {found.unit}; at {value} it would be {outcome}",
                f"取决于修约：{path} 的精度为 ±{half} {found.unit}；若为 {value}，则结论为{outcome}",
            )
        )

    def quoted(self, found: Sequence[Quoted], ruleset: Definition) -> str:
        """Return that a verdict rests on what is known only through a quotation, and of which text."""
        texts = dict.fromkeys(each.source.document for each in found)
        titles = [ruleset.documents[each].title for each in texts]
        what = [each.title for each in found]
        named = _joined(titles, "; ").en
        return self.say(
            Text(
                f"rests on what is known only as another text quotes {named}: {_joined(what, '; ').en}",
                f"所据内容仅见于其他文献的引述，未核对{_joined(titles, '').zh}原文：{_joined(what, '；').zh}",
            )
        )

    def contradiction(self, found: Contradiction) -> str:
        """Return what the document says that cannot all be true, and where."""
        title = found.rule.title
        listed = ", ".join(format_path(each) for each in found.places)
        said = Text(
            f"the document contradicts itself: {title.en.rstrip('.')} ({listed})",
            f"文件自相矛盾：{title.zh.rstrip('。')}（{listed}）",
        )
        return self.say(said)


def standing_mark(result: DefinitionResult) -> Text | None:
    """Return a word for an edition that is not certainly in force on the date; None for one that is."""
    return None if result.standing == "in_force" else STANDING_TITLES[result.standing]


def _joined(texts: Sequence[Text], separator: str) -> Text:
    """Return texts joined in each language; titles of documents in Chinese stand in their own marks."""
    english = separator.join(each.en for each in texts)
    chinese = separator.join(each.zh if separator else f"《{each.zh}》" for each in texts)
    return Text(english, chinese)


def _head(quoted: str) -> str:
    """Return the words for a choice without what explains them behind a colon; the quotes stay."""
    for colon in (": ", "："):
        if colon in quoted:
            return quoted.partition(colon)[0] + quoted[-1]
    return quoted


def phrasing_of(body: Body, language: Language) -> Phrasing:
    """Return what speaks of a body's fields and named values, of an entry judged by itself as ``each``."""
    schema = load_schema(body.subject)
    if body.each is not None:
        entries = schema["properties"][body.each].get("items", {})
        schema = {**schema, "properties": {**schema["properties"], EACH: entries}}
    return Phrasing(schema, body.values, language)


def is_known(limit: Amount) -> bool:
    """Return whether a limit is a number, or lies between two."""
    return not isinstance(limit, NumberRange) or (limit.low is not None and limit.high is not None)


def generic(path: Path, body: Body) -> Path:
    """Return a place as the body's expressions write it: of an entry that is judged by itself, below ``each``."""
    return (EACH, *path[2:]) if body.each is not None and path[:1] == (body.each,) else path
