"""What must hold for every expression and every document, tried on random ones over a small schema."""

from __future__ import annotations

import copy
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cati_rules.documents import value_at
from cati_rules.language import nodes
from cati_rules.language.evaluation import compile_node
from cati_rules.language.explanation import explain
from cati_rules.language.generated import compile_truths
from cati_rules.language.guard import MOST_CHARACTERS, MOST_DEPTH
from cati_rules.language.inlining import inlined
from cati_rules.language.missing_inputs import missing
from cati_rules.language.monotonicity import non_monotone
from cati_rules.language.parser import define, parse, rule_engine_evaluate
from cati_rules.language.possibilities import DROPPED, TextChoices, Unknown
from cati_rules.language.ranges import BOTH, FALSE, TRUE, NumberRange
from cati_rules.language.storage import from_json, to_json
from cati_rules.language.value_kinds import NameType
from cati_rules.language.writer import write
from cati_rules.schema.types import (
    BooleanType,
    FieldType,
    ListType,
    NumberType,
    RecordType,
    TextType,
    types_from_schema,
)

NUMBER = {"type": "number"}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
DEPTH = {"type": "number", "minimum": -5, "maximum": 5}
AMOUNT = {"type": "number", "minimum": 0}
LETTER = {"enum": ["x", "y", "z"]}
BOOL = {"type": "boolean"}
PART = {"type": "object", "properties": {"v": SHARE, "on": BOOL}}
TONNES = {"type": "object", "properties": {"t": AMOUNT}}
RECORD = types_from_schema(
    {
        "type": "object",
        "properties": {
            "share": SHARE,
            "amount": AMOUNT,
            "change": NUMBER,
            "divisor": {"type": "number", "exclusiveMinimum": 0, "maximum": 10},
            "flag": BOOL,
            "letter": LETTER,
            "word": {"type": "string"},
            "inner": {
                "type": "object",
                "properties": {"depth": DEPTH, "letter": LETTER, "on": BOOL},
            },
            "tags": {"type": "array", "items": {"type": "string"}},
            "none": {"type": "array", "maxItems": 0, "items": TONNES},
            "lots": {
                "type": "array",
                "maxItems": 4,
                "items": {
                    "type": "object",
                    "properties": {
                        "t": AMOUNT,
                        "change": NUMBER,
                        "letter": LETTER,
                        "good": BOOL,
                        "parts": {"type": "array", "items": PART},
                    },
                },
            },
        },
    }
)
NUMBERS = [Decimal(text) for text in ("-2", "-0.5", "0", "0.35", "0.5", "1", "1.0", "2", "3.7")]
WORDS = ["x", "y", "it's"]


def path(*fields: str, root: str = "") -> nodes.Field:
    return nodes.Field(root, fields)


SLOPE = nodes.Arithmetic("*", nodes.Literal(Decimal("0.35")), path("share"))
NAMED: dict[str, nodes.Node] = {
    "limit": nodes.Arithmetic("-", nodes.Literal(Decimal("0.40")), SLOPE),
    "double": nodes.Arithmetic("*", nodes.Literal(Decimal(2)), nodes.Named("limit")),
    "tonnes": nodes.Sum("one", path("lots"), None, path("t", root="one")),
    "early": nodes.Member(path("letter"), (nodes.Literal("x"), nodes.Literal("y"))),
}
NAMED_TYPES: dict[str, NameType] = {
    "limit": NumberType(),
    "double": NumberType(),
    "tonnes": NumberType(),
    "early": BooleanType(),
}
LOTS, PARTS = ("lots", nodes.EACH), ("lots", nodes.EACH, "parts", nodes.EACH)
ASKED_OF_ENTRIES: dict[str, tuple[dict[str, tuple[str, ...]], str]] = {
    "heavy": ({"one": LOTS}, "one.t > 1 or one.good"),
    "weight": ({"one": LOTS}, "2 * one.t - limit"),
    "alike": ({"one": LOTS, "two": LOTS}, "one.letter == two.letter and heavy(one)"),
    "big": ({}, "[one for one in lots if one.t > 0.5 and early]"),
    "biggest": ({}, "[two for two in big if two.good or heavy(two)]"),
    "full": ({"one": LOTS}, "[part for part in one.parts if part.v > 0.2 or one.good]"),
}
for _name, (_places, _text) in ASKED_OF_ENTRIES.items():
    NAMED[_name], NAMED_TYPES[_name] = define(_text, RECORD, named=NAMED_TYPES, parameters=_places)
NUMBER_NAMES = ["limit", "double", "tonnes"]


# Documents


def complete(chance: Random, kind: FieldType = RECORD) -> Any:
    """Draw a value with every field present."""
    if isinstance(kind, RecordType):
        return {name: complete(chance, one) for name, one in kind.fields.items()}
    if isinstance(kind, ListType):
        most = 3 if kind.max_items is None else min(3, kind.max_items)
        return [complete(chance, kind.item) for _ in range(chance.randint(0, most))]
    if isinstance(kind, NumberType):
        return chance.choice([one for one in NUMBERS if allowed(one, kind)])
    if isinstance(kind, TextType):
        return chance.choice(sorted(kind.choices or WORDS))
    return chance.random() < 0.5


def allowed(one: Decimal, kind: NumberType) -> bool:
    return (
        (kind.minimum is None or one >= kind.minimum)
        and (kind.maximum is None or one <= kind.maximum)
        and (kind.exclusive_minimum is None or one > kind.exclusive_minimum)
    )


def partial(chance: Random, kind: FieldType = RECORD, *, dropped: bool = False) -> Any:
    """Draw a value with fields, records and lists missing; lists that are there are complete."""
    if isinstance(kind, RecordType):
        found = {}
        for name, one in kind.fields.items():
            fate = chance.randint(0, 5)
            if fate > 1:
                found[name] = partial(chance, one, dropped=dropped)
            elif fate == 1:
                found[name] = None
        return found
    if isinstance(kind, ListType):
        listed = [partial(chance, kind.item, dropped=dropped) for _ in complete(chance, kind)]
        return [DROPPED if dropped and chance.randint(0, 3) == 0 else one for one in listed]
    return complete(chance, kind)


def completed(chance: Random, value: Any, kind: FieldType, *, fully: bool) -> Any:
    """Fill in what is missing: all of it, or some."""
    if value is None:
        return complete(chance, kind) if fully or chance.random() < 0.5 else None
    if isinstance(kind, RecordType):
        return {
            name: completed(chance, value.get(name), one, fully=fully) for name, one in kind.fields.items()
        }
    if isinstance(kind, ListType):
        return [completed(chance, one, kind.item, fully=fully) for one in value]
    return value


def more(chance: Random, value: Any, kind: FieldType) -> Any:
    """Add evidence: absent fields appear, hidden elements show, lists grow."""
    if value is None or value is DROPPED:
        return partial(chance, kind) if chance.random() < 0.5 else value
    if isinstance(kind, RecordType):
        return {name: more(chance, value.get(name), one) for name, one in kind.fields.items()}
    if isinstance(kind, ListType):
        grown = [more(chance, one, kind.item) for one in value]
        room = 2 if kind.max_items is None else max(0, min(2, kind.max_items - len(grown)))
        return grown + [partial(chance, kind.item) for _ in range(chance.randint(0, room))]
    return value


# Expressions


class Trees:
    """Draws trees as the parser makes them; ``plain`` omits what rule-engine computes otherwise."""

    def __init__(self, chance: Random, *, plain: bool = False) -> None:
        self.chance = chance
        self.plain = plain

    def pick(self, *makers: Any) -> Any:
        return self.chance.choice(makers)

    def condition(self, depth: int, variables: tuple[str, ...] = ()) -> nodes.Node:
        leaves = [self.compare, self.compare, self.boolean, self.member, self.present, self.text, self.tag]
        if depth <= 0:
            return self.pick(*leaves)(0, variables)
        branches = [
            self.junction,
            self.junction,
            self.compare,
            self.compare,
            self.negation,
            self.choice,
            self.same,
            self.early,
        ]
        if len(variables) < 2:
            branches += [self.quantifier, self.quantifier, self.quantifier, self.tally]
        if "e" in variables:
            branches += [self.of_entry, self.of_entry]
        return self.pick(self.pick(*leaves), *[self.pick(*branches)] * 4)(depth - 1, variables)

    def number(self, depth: int, variables: tuple[str, ...], *, constant: bool = True) -> nodes.Node:
        leaves = [self.amount, self.amount, *([self.constant] if constant else [])]
        if depth <= 0:
            return self.pick(*leaves)(depth, variables)
        branches = [self.arithmetic] * 4 + [self.negated, self.absolute, self.chosen]
        branches += [self.name, self.count]
        if "e" in variables:
            branches += [self.weight]
        if len(variables) < 2:
            branches += [self.aggregate, self.aggregate]
        return self.pick(self.pick(*leaves), *[self.pick(*branches)] * 3)(depth - 1, variables)

    def constant(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        return nodes.Literal(self.chance.choice(NUMBERS))

    def amount(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        places = [path("share"), path("amount"), path("change"), path("divisor"), path("inner", "depth")]
        if "e" in variables:
            places += [path("t", root="e"), path("change", root="e")] * 3
        if "p" in variables:
            places += [path("v", root="p")] * 4
        return self.pick(*places)

    def arithmetic(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        sign = self.pick("+", "-", "*", "/")
        left = self.number(depth, variables, constant=False)
        right = self.number(depth, variables)
        if sign == "/" and self.plain:
            right = nodes.Literal(self.pick(Decimal(2), Decimal(-4), Decimal("0.5")))
        return nodes.Arithmetic(sign, left, right)

    def negated(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        return nodes.Negate(self.number(depth, variables, constant=False))

    def absolute(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        return nodes.Absolute(self.number(depth, variables, constant=False))

    def chosen(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        condition = self.condition(depth, variables)
        return nodes.Conditional(condition, self.number(depth, variables), self.number(depth, variables))

    def name(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        return nodes.Named(self.pick(*NUMBER_NAMES))

    def weight(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        return nodes.Named("weight", (path(root="e"),))

    def of_entry(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        entry = path(root="e")
        return self.pick(
            nodes.Named("heavy", (entry,)),
            nodes.Named("alike", (entry, entry)),
            nodes.Listed("big", (entry,)),
        )

    def taken(self, variable: str) -> nodes.Node:
        """Return that an entry is in a named list."""
        if variable == "p":
            return nodes.Listed("full", (path(root="e"), path(root="p")))
        return nodes.Listed(self.pick("big", "biggest"), (path(root="e"),))

    def early(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        return nodes.Named("early")

    def elements(self, depth: int, variables: tuple[str, ...]) -> tuple[str, nodes.Field, nodes.Node | None]:
        if "e" in variables and "p" not in variables:
            variable, source = "p", path("parts", root="e")
        elif not variables and self.chance.randint(0, 3):
            variable, source = "e", path("lots")
        else:
            return "nmo"[len(variables)], path("none"), None
        where = self.condition(0, (*variables, variable)) if (self.chance.random() < 0.5) else None
        if self.chance.random() < 0.5:
            taken = self.taken(variable)
            rest = where.operands if isinstance(where, nodes.And) else (where,)
            where = taken if where is None else nodes.And((taken, *rest))
        return variable, source, where

    def count(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        variable, source, where = self.elements(depth, variables)
        if isinstance(where, nodes.Listed) and where.arguments[-1] == path(root=variable):
            return nodes.Count("_", source, nodes.Listed(where.name, (*where.arguments[:-1], path(root="_"))))
        return nodes.Count("" if where is None else variable, source, where)

    def aggregate(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        kind = nodes.Sum if self.plain else self.pick(nodes.Sum, nodes.Minimum, nodes.Maximum)
        variable, source, where = self.elements(depth, variables)
        if source.fields == ("none",):
            return kind(variable, source, where, path("t", root=variable))
        return kind(variable, source, where, self.number(depth, (*variables, variable)))

    def quantifier(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        kind = self.pick(nodes.Any, nodes.All)
        variable, source, where = self.elements(depth, variables)
        return kind(variable, source, where, self.condition(depth, (*variables, variable)))

    def tally(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        amount = self.pick(self.count, self.aggregate)(0, variables)
        sign = self.pick(">=", ">", "<", "<=")
        return nodes.Compare(sign, amount, self.pick(self.constant, self.amount)(0, variables))

    def compare(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        sign = self.pick(*nodes.OPERATORS)
        left = self.number(depth + 1, variables, constant=False)
        return nodes.Compare(sign, left, self.number(depth, variables))

    def same(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        left, right = self.condition(0, variables), self.condition(0, variables)
        return nodes.Compare(self.pick("==", "!="), left, right)

    def letters(self, variables: tuple[str, ...]) -> nodes.Field:
        inside = [path("letter", root="e")] * 2 if "e" in variables else []
        return self.pick(path("letter"), path("inner", "letter"), *inside)

    def text(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        letter = nodes.Literal(self.pick("x", "y", "z"))
        other = self.pick(letter, self.letters(variables), path("word"))
        return nodes.Compare(self.pick("==", "!="), self.letters(variables), other)

    def member(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        listed = self.chance.sample(["x", "y", "z"], self.chance.randint(1, 3))
        texts = nodes.Member(self.letters(variables), tuple(nodes.Literal(one) for one in listed))
        numbers = nodes.Member(
            self.amount(0, variables), (nodes.Literal(Decimal("0.35")), nodes.Literal(Decimal(-2)))
        )
        return self.pick(texts, texts, nodes.Not(texts), numbers)

    def tag(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        item = self.pick(nodes.Literal("x"), nodes.Literal("it's"), path("letter"))
        return nodes.Member(item, path("tags"))

    def present(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        place = self.pick(path("inner"), path("lots"), self.amount(0, variables), self.letters(variables))
        return nodes.Present(place, (self.chance.random() < 0.5))

    def boolean(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        inside = [path("good", root="e")] * 2 if "e" in variables else []
        inside += [path("on", root="p")] * 2 if "p" in variables else []
        return self.pick(path("flag"), path("inner", "on"), *inside)

    def junction(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        kind = self.pick(nodes.And, nodes.Or)
        operands: list[nodes.Node] = []
        for _ in range(self.chance.randint(2, 3)):
            one = self.condition(depth, variables)
            operands.extend(one.operands if isinstance(one, kind) else (one,))
        return kind(tuple(operands))

    def negation(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        return nodes.Not(self.condition(depth, variables))

    def choice(self, depth: int, variables: tuple[str, ...]) -> nodes.Node:
        return nodes.Conditional(*(self.condition(depth, variables) for _ in range(3)))


# Seeded by hypothesis, drawn from by us: trees and documents this large are beyond what it keeps track of.
CHANCE = st.randoms(use_true_random=True)


def trees(*, plain: bool = False) -> st.SearchStrategy[nodes.Node]:
    return CHANCE.map(lambda chance: Trees(chance, plain=plain).condition(chance.randint(1, 4)))


def number_trees() -> st.SearchStrategy[nodes.Node]:
    return CHANCE.map(lambda chance: Trees(chance).number(chance.randint(1, 4), (), constant=False))


def documents(*, dropped: bool = False) -> st.SearchStrategy[Any]:
    return CHANCE.map(lambda chance: partial(chance, dropped=dropped))


CI = settings(deadline=None, max_examples=400, derandomize=True)


def evaluate(node: nodes.Node, world: Any, value: Any) -> Any:
    return compile_node(node, world=world, record=RECORD, named=NAMED)(value)


# Properties


@CI
@given(node=trees(), chance=CHANCE)
def test_what_is_definite_stays_whatever_completes_the_document(node: nodes.Node, chance: Random) -> None:
    run = compile_node(node, world="open", record=RECORD, named=NAMED)
    value = partial(chance)
    before = run(value).truth
    for fully in (False, True):
        value = completed(chance, value, RECORD, fully=fully)
        after = run(value).truth
        assert after & ~before == 0
        before = after


def holds(possible: Any, value: Any) -> bool:
    """Whether ``value`` is one of the possible ones; ranges hold ranges that lie within."""
    if possible is Unknown.UNDEFINED:
        return True
    if isinstance(possible, NumberRange):
        if not isinstance(value, Decimal | Fraction | NumberRange):
            return False
        part = value if isinstance(value, NumberRange) else NumberRange(value, False, value, False)
        above = possible.low is None or (
            part.low is not None
            and (part.low > possible.low or (part.low == possible.low and possible.low_open <= part.low_open))
        )
        below = possible.high is None or (
            part.high is not None
            and (
                part.high < possible.high
                or (part.high == possible.high and possible.high_open <= part.high_open)
            )
        )
        return above and below
    assert not isinstance(possible, TextChoices)
    return bool(possible == value)


@CI
@given(node=number_trees(), chance=CHANCE)
def test_the_possible_numbers_hold_every_completion(node: nodes.Node, chance: Random) -> None:
    run: Any = compile_node(node, world="open", record=RECORD, named=NAMED)
    value = partial(chance)
    before = run(value).value
    for fully in (False, True):
        value = completed(chance, value, RECORD, fully=fully)
        after = run(value).value
        assert holds(before, after), (before, after)
        before = after


@CI
@given(node=trees(plain=True), value=CHANCE.map(complete))
def test_complete_documents_come_out_as_in_rule_engine(node: nodes.Node, value: Any) -> None:
    text = write(inlined(node, NAMED))
    if len(text) > MOST_CHARACTERS or text.count("(") > MOST_DEPTH:
        return
    theirs = rule_engine_evaluate(text, RECORD, {}, value)
    expected = TRUE if theirs else FALSE
    assert evaluate(node, "open", value).truth == expected
    assert evaluate(node, "closed", value).truth == expected


@CI
@given(node=trees(), value=documents(dropped=True), world=st.sampled_from(["open", "closed"]))
def test_a_name_is_as_good_as_what_it_stands_for(node: nodes.Node, value: Any, world: Any) -> None:
    plain = compile_node(inlined(node, NAMED), world=world, record=RECORD)
    assert evaluate(node, world, value).truth == plain(value).truth


@CI
@given(node=number_trees(), value=documents(dropped=True), world=st.sampled_from(["open", "closed"]))
def test_a_named_number_is_that_number(node: nodes.Node, value: Any, world: Any) -> None:
    plain: Any = compile_node(inlined(node, NAMED), world=world, record=RECORD)
    assert evaluate(node, world, value).value == plain(value).value


@CI
@given(
    nodes_=st.lists(trees(), min_size=2, max_size=5),
    value=documents(),
    world=st.sampled_from(["open", "closed"]),
)
def test_sharing_a_cache_and_definitions_changes_nothing(
    nodes_: list[nodes.Node], value: Any, world: Any
) -> None:
    cache: dict[str, Any] = {}
    compiled: dict[str, Any] = {}
    for node in nodes_:
        run = compile_node(node, world=world, record=RECORD, named=NAMED, compiled=compiled)
        assert run(value, cache) == evaluate(node, world, value)


@CI
@given(node=trees(), chance=CHANCE)
def test_more_evidence_never_takes_away_what_lint_lets_pass(node: nodes.Node, chance: Random) -> None:
    if non_monotone(node, record=RECORD, named=NAMED):
        node = nodes.Not(node)
    if non_monotone(node, record=RECORD, named=NAMED):
        return
    run = compile_node(node, world="closed", record=RECORD, named=NAMED)
    value = partial(chance, dropped=True)
    for _ in range(3):
        before = run(value).truth
        value = more(chance, value, RECORD)
        if before == TRUE:
            assert run(value).truth == TRUE


@CI
@given(node=trees() | number_trees())
def test_writing_and_parsing_gives_the_same_tree(node: nodes.Node) -> None:
    text = write(node)
    if len(text) <= 2000:
        assert parse(text, RECORD, named=NAMED_TYPES).node == node


@CI
@given(node=trees() | number_trees())
def test_storing_and_reading_gives_the_same_tree(node: nodes.Node) -> None:
    assert from_json(to_json(node)) == node


@CI
@given(
    nodes_=st.lists(trees(), min_size=1, max_size=4),
    value=documents(dropped=True),
    world=st.sampled_from(["open", "closed"]),
)
def test_truths_without_trace_are_those_with_trace(nodes_: list[nodes.Node], value: Any, world: Any) -> None:
    shared: dict[Any, Any] = {}
    found = [run(value, shared) for run in compile_truths(nodes_, world=world, record=RECORD, named=NAMED)]
    assert found == [evaluate(node, world, value).truth for node in nodes_]


def without_dropped(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_dropped(one) for name, one in value.items()}
    if isinstance(value, list):
        return [without_dropped(one) for one in value if one is not DROPPED]
    return value


@CI
@given(node=trees(), value=documents(dropped=True), world=st.sampled_from(["open", "closed"]))
def test_a_dropped_element_is_as_good_as_removed(node: nodes.Node, value: Any, world: Any) -> None:
    assert evaluate(node, world, value).truth == evaluate(node, world, without_dropped(value)).truth


@CI
@given(node=trees(), value=documents(dropped=True), world=st.sampled_from(["open", "closed"]))
def test_explanations_agree_with_the_document(node: nodes.Node, value: Any, world: Any) -> None:
    before = copy.deepcopy(value)
    trace = evaluate(node, world, value)
    finding = explain(trace, value, named=NAMED)
    assert finding.truth == trace.truth
    assert finding.text == write(node)
    for place in missing(trace, value, named=NAMED):
        assert value_at(value, place) is None
    if trace.truth == BOTH and world == "open":
        # Only an undefined number can leave a verdict open when nothing is missing.
        assert missing(trace, value, named=NAMED) or "/" in write(node) or "$m" in write(node)
    assert value == before
