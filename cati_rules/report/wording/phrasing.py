"""Says conditions, values and observations in the words of the schema: titles, meanings of choices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cati_rules.catalog.ruleset import NamedValue
from cati_rules.documents import format_path
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.needs import Observation, Value
from cati_rules.language import nodes, write
from cati_rules.later import pattern
from cati_rules.numbers import number_text
from cati_rules.schema.navigation import bilingual, field_at, title_at
from cati_rules.text import NOTHING, Text, same

_OPERATORS: Mapping[str, Text] = {
    "<": Text("under {}", "小于{}"),
    "<=": Text("at most {}", "不超过{}"),
    ">": Text("over {}", "大于{}"),
    ">=": Text("at least {}", "不低于{}"),
    "==": Text("{}", "为{}"),
    "!=": Text("other than {}", "不为{}"),
}
_MEASURES = ("value", "unit", "evidence")
_TELLING = ("category", "name")
_BETWEEN: Mapping[str, Text] = {
    "==": Text("{} is the same", "{}相同"),
    "!=": Text("{} is another", "{}不同"),
    "<": Text("{} is lower", "{}更低"),
    "<=": Text("{} is the same or lower", "{}相同或更低"),
    ">": Text("{} is higher", "{}更高"),
    ">=": Text("{} is the same or higher", "{}相同或更高"),
}
_BETWEEN_YEARS: Mapping[str, Text] = {
    **_BETWEEN,
    "<": Text("{} is earlier", "{}更早"),
    "<=": Text("{} is the same or earlier", "{}相同或更早"),
    ">": Text("{} is later", "{}更晚"),
    ">=": Text("{} is the same or later", "{}相同或更晚"),
}
_EXACTLY = Text("exactly {}", "恰为{}")
_HEAD = pattern(r": |：| \(|（")
_AND = Text(" and ", "，且")
_OR = Text(" or ", "，或")
_LIST_OR = Text(" or ", "或")
_ONE_OF = Text("{} names {}", "{}包含{}"), Text("{} is {}", "{}为{}")
_NONE_OF = Text("{} does not name {}", "{}不包含{}"), Text("{} is other than {}", "{}不为{}")
"""Words for a list that names something, and for a field that is one of some choices."""


class Phrasing:
    """Speaks about documents of one schema and one ruleset's named values."""

    def __init__(self, schema: Mapping[str, Any], values: Iterable[NamedValue]) -> None:
        """Speak about documents of ``schema``."""
        self._schema = schema
        self._values = {value.name: value for value in values}
        # A schema is long to walk, and the same few fields are spoken of again and again.
        self._titles: dict[FieldPath, Text | None] = {}
        self._fields: dict[FieldPath, Mapping[str, Any]] = {}

    def title(self, path: Sequence[str | int]) -> Text:
        """Return the title of the field at ``path``."""
        place = tuple(path)
        if place not in self._titles:
            self._titles[place] = title_at(self._schema, place)
        found = self._titles[place]
        return same(format_path(place)) if found is None else found

    def _field(self, path: Sequence[str | int]) -> Mapping[str, Any]:
        """Return what the schema says of the field at ``path``."""
        place = tuple(path)
        if place not in self._fields:
            self._fields[place] = field_at(self._schema, place)
        return self._fields[place]

    def unit(self, path: Sequence[str | int]) -> str:
        """Return the unit that a field's schema names, empty where it has none."""
        unit = self._field(path).get("x-unit")
        return unit if isinstance(unit, str) and unit != "1" else ""

    def value(self, value: Value, path: Sequence[str | int] = ()) -> Text:
        """Return a value in words: choices with their meaning, yes and no, exact numbers."""
        if value is None:
            return Text("not disclosed", "未披露")
        if isinstance(value, bool):
            return Text("yes", "是") if value else Text("no", "否")
        if isinstance(value, Decimal | Fraction):
            return same(number_text(value))
        return same("“{}”").format(self._meaning(value, path) or value)

    def _meaning(self, value: str, path: Sequence[str | int]) -> Text | None:
        for schema in (self._field(path), self._field((*path, 0))):
            meaning = bilingual(schema.get("x-choices", {}).get(value))
            if meaning is not None:
                return meaning
        return None

    def seen_value(self, seen: Observation) -> Text:
        """Return the value that was seen in words; of a list, what it holds."""
        if seen.assumed:
            shown = self.value(seen.value, seen.path)
            return Text("not given, counts as {}", "未填写，视为{}").format(shown)
        if seen.items is None:
            return self.value(seen.value, seen.path)
        return Text(", ", "、").join(self.value(each, seen.path) for each in seen.items)

    def label(self, path: Sequence[str | int], record: Mapping[str, Any]) -> Text:
        """Return what a statement is about: its title and what tells it from others of its kind."""
        asked = self._field(path).get("required", ())
        told = [
            self.value(record[name], (*path, name))
            for name in (*(each for each in asked if each not in _MEASURES), *_TELLING)
            if isinstance(record.get(name), str | Decimal)
        ]
        title = self.title(path)
        listed = Text(", ", "，").join(dict.fromkeys(told))
        return Text("{}: {}", "{}：{}").format(title, listed) if told else title

    def short_label(self, path: Sequence[str | int], record: Mapping[str, Any]) -> Text:
        """Return what a statement is about in few words: by its name, else by what tells it from others."""
        title, name = self.title(path), record.get("name")
        if isinstance(name, str):
            return Text("{} “{}”", "{}“{}”").format(title, name)
        asked = (each for each in self._field(path).get("required", ()) if each not in _MEASURES)
        told = [
            choice_head(self.value(record[each], (*path, each)))
            for each in dict.fromkeys((*asked, *_TELLING))
            if isinstance(record.get(each), str | Decimal)
        ]
        return Text(", ", "，").join(told) if told else title

    def named(self, name: str) -> Text:
        """Return the title of a named value."""
        return self._values[name].title if name in self._values else same(name)

    def named_unit(self, name: str) -> str | None:
        """Return the unit of a named value, None where it has none."""
        return self._values[name].unit if name in self._values else None

    def demand(self, seen: Observation) -> Text:
        """Return what was asked of the place that ``seen`` is about."""
        return _DEMANDS[seen.demand](self, seen)

    @staticmethod
    def _spaced(text: Text) -> Text:
        """Return ``text`` to follow a Chinese word: a blank before digits and Latin letters, as is usual."""
        first = text.zh[:1]
        return Text(text.en, f" {text.zh}") if first.isascii() and first.isalnum() else text

    def _limit(self, seen: Observation) -> Text:
        shown = self.value(seen.limit, seen.path)
        if seen.limit_name is not None:
            return Text("{} ({})", "{}（{}）").format(shown, self.named(seen.limit_name))
        if seen.limit_path is not None:
            return Text("{} ({})", "{}（{}）").format(shown, self.title(seen.limit_path))
        return shown

    def _compare(self, seen: Observation) -> Text:
        text = _OPERATORS[seen.operator or "=="].format(self._spaced(self._limit(seen)))
        return Text("must be {}", "应{}").format(text)

    def _member(self, seen: Observation) -> Text:
        listed = _LIST_OR.join(self.value(choice, seen.path) for choice in seen.choices)
        if seen.negated:
            return Text("must be other than {}", "不应为{}").format(listed)
        return Text("must be {}", "应为{}").format(listed)

    def _contains(self, seen: Observation) -> Text:
        listed = _LIST_OR.join(self.value(choice, seen.path) for choice in seen.choices)
        return Text("must name {}", "应包含{}").format(listed)

    def _entry(self, seen: Observation) -> Text:
        asked = self.condition(seen.condition) if isinstance(seen.condition, nodes.OverList) else NOTHING
        return Text("needs {}", "需要{}").format(asked)

    def entries(self, seen: Observation, *, whole: bool) -> Text:
        """Return what was found in a list that was searched: in short which entries it lacks, or ``whole``."""
        if seen.held:
            return Text("{} entries looked at", "查看了 {} 条").format(str(seen.entries))
        node = seen.condition
        if whole or not isinstance(node, nodes.OverList):
            return Text("none of {} entries fits; {}", "{} 条均不符合；{}").format(
                str(seen.entries), self.demand(seen)
            )
        place = {node.variable: (*seen.path, 0)}
        listed, rest = nodes.parts_of(node)
        if listed is not None:
            title = self.named(listed.name)
            if rest is None:
                return Text("none of these: {}", "没有{}").format(title)
            asked = self._spoken(rest, place)
            return Text("none of {} where {}", "{}中没有{}的条目").format(title, asked)
        asked = self._spoken(node.body if node.where is None else node.where, place)
        return Text("no entry where {}", "没有{}的条目").format(asked)

    def _another(self, seen: Observation) -> Text:
        node = seen.condition
        if not isinstance(node, nodes.OverList):
            return NOTHING
        variables: dict[str, FieldPath] = {name: (*path[:-1], 0) for name, path in seen.variables}
        variables[node.variable] = (*seen.path[:-1], 0)
        parts = [each for each in (node.body, node.where) if each is not None]
        asked = _AND.join(self._spoken(each, variables) for each in parts)
        return Text("another is needed beside it, where {}", "还需另一条：{}").format(asked)

    def _amount(self, seen: Observation) -> Text:
        return self._compare(seen)

    def amount(self, node: nodes.Node, at: FieldPath = ()) -> Text:
        """Return what a count, sum or extreme is of, in words; ``at`` is where its list stands, or would."""
        variables: dict[str, FieldPath] = {}
        if isinstance(node, nodes.Count | nodes.OverList) and node.source.root and at:
            variables[node.source.root] = at[: len(at) - len(node.source.fields)]
        return self._quantity(node, variables, ())

    def condition(self, node: nodes.Node | None) -> Text:
        """Return a condition in words."""
        return NOTHING if node is None else self._spoken(node, {})

    def _spoken(self, node: nodes.Node, variables: Mapping[str, FieldPath]) -> Text:
        say = _SPEAKERS.get(type(node))
        return same(write(node)) if say is None else say(self, node, variables)

    def _place(self, path: nodes.Field, variables: Mapping[str, FieldPath]) -> FieldPath:
        return (*variables.get(path.root, ()), *path.fields)

    def _flag(self, node: nodes.Field, variables: Mapping[str, FieldPath]) -> Text:
        return Text("{}: yes", "{}：是").format(self.title(self._place(node, variables)))

    def _present(self, node: nodes.Present, variables: Mapping[str, FieldPath]) -> Text:
        title = self.title(self._place(node.path, variables))
        state = Text("{} is not given", "未填写{}") if node.negated else Text("{} is given", "填写了{}")
        return state.format(title)

    def _compared(self, node: nodes.Compare, variables: Mapping[str, FieldPath]) -> Text:
        if self._between_entries(node, variables) and isinstance(node.left, nodes.Field):
            words = (
                _BETWEEN_YEARS
                if node.left.fields[-1:] and node.left.fields[-1].endswith("year")
                else _BETWEEN
            )
            return words[node.operator].format(self.title(self._place(node.left, variables)))
        if self._is_year_before(node, variables):
            return Text("it is of the year before", "年份为上一年")
        left = self._quantity(node.left, variables, ())
        path = self._place(node.left, variables) if isinstance(node.left, nodes.Field) else ()
        is_equal = node.operator == "==" and not isinstance(node.right, nodes.Literal)
        told = _EXACTLY if is_equal else _OPERATORS[node.operator]
        right = told.format(self._spaced(self._quantity(node.right, variables, path)))
        return Text("{} is {}", "{}{}").format(left, right)

    def _between_entries(self, node: nodes.Compare, variables: Mapping[str, FieldPath]) -> bool:
        """Return whether the same field of two entries of one list is compared."""
        left, right = node.left, node.right
        return (
            isinstance(left, nodes.Field)
            and isinstance(right, nodes.Field)
            and left.root != right.root
            and self._place(left, variables) == self._place(right, variables)
        )

    def _is_year_before(self, node: nodes.Compare, variables: Mapping[str, FieldPath]) -> bool:
        """Return whether an entry is asked for that is of the year before another one."""
        left, right = node.left, node.right
        return (
            isinstance(left, nodes.Field)
            and left.fields[-1:] == ("year",)
            and isinstance(right, nodes.Arithmetic)
            and (right.sign, right.right) == ("-", nodes.Literal(Decimal(1)))
            and isinstance(right.left, nodes.Field)
            and node.operator == "=="
            and self._between_entries(nodes.Compare("==", left, right.left), variables)
        )

    def _quantity(self, node: nodes.Node, variables: Mapping[str, FieldPath], beside: FieldPath) -> Text:
        if isinstance(node, nodes.Literal):
            return self.value(node.value, beside)
        if isinstance(node, nodes.Field):
            return self.title(self._place(node, variables))
        if isinstance(node, nodes.Named):
            return self.named(node.name)
        if isinstance(node, nodes.Arithmetic):
            left = self._quantity(node.left, variables, beside)
            return same("{} {} {}").format(left, node.sign, self._quantity(node.right, variables, beside))
        if isinstance(node, nodes.Count):
            return Text("the number of {}", "{}的数量").format(self._entries(node, variables))
        if isinstance(node, nodes.OverList):
            inside = {**variables, node.variable: (*self._place(node.source, variables), 0)}
            body = self._quantity(node.body, inside, ())
            word = _AGGREGATES.get(type(node), Text("{} of {}", "{}（{}）"))
            return word.format(body, self._entries(node, variables))
        return same(write(node))

    def _entries(self, node: nodes.OverList | nodes.Count, variables: Mapping[str, FieldPath]) -> Text:
        source = self._place(node.source, variables)
        title, where = self._listing(node, source)
        if where is None:
            return title
        inside = {**variables, node.variable: (*source, 0)}
        return Text("{} where {}", "{}（{}）").format(title, self._spoken(where, inside))

    def _listing(
        self, node: nodes.OverList | nodes.Count, source: FieldPath
    ) -> tuple[Text, nodes.Node | None]:
        """Return what the list is called whose entries are gone through, and what is asked of them besides."""
        listed, rest = nodes.parts_of(node)
        return (self.title(source) if listed is None else self.named(listed.name)), rest

    def _member_of(
        self, node: nodes.Member, variables: Mapping[str, FieldPath], words: tuple[Text, Text] = _ONE_OF
    ) -> Text:
        if isinstance(node.choices, nodes.Field):
            path = self._place(node.choices, variables)
            item = node.item.value if isinstance(node.item, nodes.Literal) else None
            return words[0].format(self.title(path), self.value(item, path))
        path = self._place(node.item, variables) if isinstance(node.item, nodes.Field) else ()
        listed = _LIST_OR.join(self.value(choice.value, path) for choice in node.choices)
        return words[1].format(self._quantity(node.item, variables, ()), listed)

    def _joined(self, node: nodes.And | nodes.Or, variables: Mapping[str, FieldPath]) -> Text:
        word = _AND if isinstance(node, nodes.And) else _OR
        spoken = []
        for each in node.operands:
            text = self._spoken(each, variables)
            mixed = isinstance(each, nodes.And | nodes.Or) and type(each) is not type(node)
            spoken.append(Text("({})", "（{}）").format(text) if mixed else text)
        return word.join(spoken)

    def _not(self, node: nodes.Not, variables: Mapping[str, FieldPath]) -> Text:
        inner = node.operand
        if isinstance(inner, nodes.Compare):
            opposite = nodes.Compare(nodes.OPPOSITE[inner.operator], inner.left, inner.right)
            return self._compared(opposite, variables)
        if isinstance(inner, nodes.Field):
            return Text("{}: no", "{}：否").format(self.title(self._place(inner, variables)))
        if isinstance(inner, nodes.Member) and isinstance(inner.item, nodes.Field):
            return self._member_of(inner, variables, _NONE_OF)
        return Text("not: {}", "并非：{}").format(self._spoken(inner, variables))

    def _name(self, node: nodes.Named, _: Mapping[str, FieldPath]) -> Text:
        return self.named(node.name)

    def _among(self, node: nodes.Listed, _: Mapping[str, FieldPath]) -> Text:
        title = self.named(node.name)
        return Text("it is among “{}”", "属于“{}”").format(title)

    def _search(self, node: nodes.OverList, variables: Mapping[str, FieldPath]) -> Text:
        source = self._place(node.source, variables)
        again = any(path[:-1] == source for path in variables.values())
        inside = {**variables, node.variable: (*source, 0)}
        body = self._spoken(node.body, inside)
        if again:
            where = NOTHING if node.where is None else self._spoken(node.where, inside)
            asked = _AND.join(each for each in (body, where) if each)
            return Text("there is another entry where {}", "另有一条满足：{}").format(asked)
        title, rest = self._listing(node, source)
        where = NOTHING if rest is None else self._spoken(rest, inside)
        return _QUANTIFIERS[type(node), bool(where)].format(title, body, where)


def choice_head(quoted: Text) -> Text:
    """Return the words for a choice without quotes, and without what explains them behind a colon or in brackets."""
    return Text(*(_HEAD().split(each.strip("“”"), maxsplit=1)[0] for each in (quoted.en, quoted.zh)))


_AGGREGATES: Mapping[type, Text] = {
    nodes.Maximum: Text("the largest {} of {}", "{1}中最大的{0}"),
    nodes.Minimum: Text("the smallest {} of {}", "{1}中最小的{0}"),
    nodes.Sum: Text("the sum of {} over {}", "{1}的{0}合计"),
}
_QUANTIFIERS: Mapping[tuple[type, bool], Text] = {
    (nodes.Any, False): Text("an entry in “{0}” where {1}", "“{0}”中有一条满足：{1}"),
    (nodes.Any, True): Text("an entry in “{0}” where {2}, and where {1}", "“{0}”中（{2}）有一条满足：{1}"),
    (nodes.All, False): Text("every entry in “{0}” with {1}", "“{0}”中每条均满足：{1}"),
    (nodes.All, True): Text("every entry in “{0}” where {2}: {1}", "“{0}”中（{2}）每条均满足：{1}"),
}
_DEMANDS: Mapping[str, Callable[[Phrasing, Observation], Text]] = {
    "present": lambda _, __: Text("must be given", "需要填写"),
    "absent": lambda _, __: Text("must not be given", "不应填写"),
    "true": lambda _, __: Text("must be yes", "应为“是”"),
    "false": lambda _, __: Text("must be no", "应为“否”"),
    "compare": Phrasing._compare,
    "amount": Phrasing._amount,
    "member": Phrasing._member,
    "contains": Phrasing._contains,
    "entry": Phrasing._entry,
    "another": Phrasing._another,
}
_Speaker = Callable[[Phrasing, Any, Mapping[str, FieldPath]], Text]
_SPEAKERS: Mapping[type, _Speaker] = {
    nodes.Field: Phrasing._flag,
    nodes.Present: Phrasing._present,
    nodes.Compare: Phrasing._compared,
    nodes.Member: Phrasing._member_of,
    nodes.And: Phrasing._joined,
    nodes.Or: Phrasing._joined,
    nodes.Not: Phrasing._not,
    nodes.Named: Phrasing._name,
    nodes.Listed: Phrasing._among,
    nodes.Any: Phrasing._search,
    nodes.All: Phrasing._search,
}


class Phrasings:
    """What speaks of documents under the rules of a run, each made once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._made: dict[int, tuple[object, Phrasing]] = {}

    def of(self, rules: object, make: Callable[[], Phrasing]) -> Phrasing:
        """Return what speaks of documents under ``rules``, made by ``make`` the first time."""
        # Rules are kept beside, so that nothing else comes to have their identity.
        if id(rules) not in self._made:
            self._made[id(rules)] = rules, make()
        return self._made[id(rules)][1]
