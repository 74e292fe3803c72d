"""Evaluates trees on documents, with three truth values, and records why.

A tree is compiled once into closures; each returns the trace of what it evaluates (:mod:`cati_rules.language.trace`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, TypeGuard

from cati_rules.language import conditions, lists, nodes, quantities, repeated
from cati_rules.language.conditions import Condition, Definition
from cati_rules.language.errors import refusal
from cati_rules.language.possibilities import (
    DROPPED,
    UNDEFINED,
    UNDISCLOSED,
    Value,
    number,
)
from cati_rules.language.ranges import BOTH, FALSE, TRUE, NumberRange, as_range
from cati_rules.language.reading import (
    CACHE_SLOT,
    DOCUMENT_SLOT,
    FIRST_VARIABLE,
    LOG_SLOT,
    Frame,
    Read,
    reader,
    reader_with_default,
)
from cati_rules.language.scope import Scope, absent_truth, absent_value
from cati_rules.language.trace import Trace, ValueTrace
from cati_rules.language.value_kinds import (
    default_of,
    definition_of,
    is_closed,
    is_condition,
    list_type,
    type_of_path,
)
from cati_rules.schema.types import FieldType, ListType, RecordType, TextType

World = Literal["closed", "open"]
"""``closed``: what is absent is not disclosed; ``open``: it is unknown."""

Evaluator = Callable[..., Trace]
"""Takes a document and, to share named values and filtered lists between evaluations of that document, a
dictionary for them."""

_NO_NAMES: Mapping[str, nodes.Node] = {}
_NO_FIELDS: frozenset[str] = frozenset()
Compiled = dict[str, Any]
"""Definitions that are compiled, by name."""
_AT_DOCUMENT: Mapping[str, tuple[str, ...]] = {nodes.DOCUMENT: ()}
_ZERO = Decimal(0)


def compile_node(
    node: nodes.Node,
    *,
    world: World,
    record: RecordType,
    named: Mapping[str, nodes.Node] = _NO_NAMES,
    compiled: Compiled | None = None,
    changing: frozenset[str] = _NO_FIELDS,
    briefly: bool = False,
) -> Evaluator:
    """Compile a tree for documents of type ``record``, with the ruleset's named values.

    The evaluator takes the document as nested dictionaries and lists; a list element that is ``DROPPED`` is
    skipped. A second argument, a dictionary, carries named values and filtered lists over to the next
    evaluator: share it only between evaluators of one ruleset and world, on one document, and not for longer
    than the document is there and unchanged.

    ``compiled``, a dictionary, carries definitions over to the next tree of the same names, world and record.
    ``changing`` are fields of the document that differ between evaluations that share a dictionary: what reads them,
    also through a name, is answered for each of their values. ``briefly`` leaves out of the trace what cannot hold:
    operands of an ``and`` after one that fails, and elements of a list that differ in a field that they must share with
    something else.

    Raises:
        ExpressionError: the tree names a field or value that does not exist, or puts a number for a
        condition.
    """
    compiler = _Compiler(world, {} if compiled is None else compiled, changing, briefly=briefly)
    scope = Scope({nodes.DOCUMENT: record}, {nodes.DOCUMENT: DOCUMENT_SLOT}, named)
    run: Callable[[Frame], Any]
    if is_condition(node, scope.types, named):
        run = compiler.condition(node, scope)
    else:
        run = _with_inner(node, compiler.value(node, scope))
    variables = [None] * compiler.depth

    def evaluate(value: Mapping[str, Any], cache: dict[str, Any] | None = None) -> Any:
        return run([value, {} if cache is None else cache, None, *variables])

    return evaluate


def possible_range(
    node: nodes.Node, types: Mapping[str, FieldType], named: Mapping[str, nodes.Node]
) -> Value:
    """Return everything that a number or text can be in any document, with the variables in ``types``."""
    compiler = _Compiler("open", {}, _NO_FIELDS)
    slots = {root: slot for slot, root in enumerate(types, start=FIRST_VARIABLE)}
    slots[nodes.DOCUMENT] = DOCUMENT_SLOT
    run = compiler.value(node, Scope(types, slots, named))
    value: Value = run([{}, {}, [], *[None] * (compiler.depth + len(types))])
    return value


def _with_inner(node: nodes.Node, value: Read) -> Callable[[Frame], ValueTrace]:
    def run(frame: Frame) -> ValueTrace:
        inner: list[Trace | ValueTrace] = []
        frame[LOG_SLOT] = inner
        return ValueTrace(value(frame), node, inner)

    return run


def of_no_list(node: nodes.OverList, inside: Scope, kind: ListType, *, closed: bool) -> tuple[Value, bool]:
    """Return what a sum, least or greatest is where there is no list, and whether what is summed cannot be negative."""
    if not isinstance(node, nodes.Sum):
        return (UNDISCLOSED if closed else UNDEFINED), False
    whole = number(possible_range(node.body, inside.types, inside.named))
    low = None if whole is None else as_range(whole).low
    not_negative = low is not None and low >= 0
    if closed or whole is None:
        return (UNDISCLOSED if closed else UNDEFINED), not_negative
    return _ZERO if kind.max_items == 0 else NumberRange(_ZERO if not_negative else None), not_negative


def count_of_no_list(node: nodes.Count, kind: ListType, *, closed: bool) -> Value:
    """Return how many elements there can be where there is no list."""
    fewest = 0 if node.where is not None else kind.min_items
    most = None if kind.max_items is None else Decimal(kind.max_items)
    return UNDISCLOSED if closed else NumberRange(Decimal(fewest), False, most, False)


class _Compiler:
    """Compiles nodes; ``depth`` is how many variables a frame must hold."""

    def __init__(
        self, world: World, compiled: Compiled, changing: frozenset[str], *, briefly: bool = False
    ) -> None:
        self.briefly = briefly
        self.world = world
        self.closed = world == "closed"
        self.compiled = compiled
        self.changing = changing
        self.depth = 0

    def condition(self, node: nodes.Node, scope: Scope) -> Condition:
        """Compile what is true, false or undecided."""
        if not is_condition(node, scope.types, scope.named):
            raise refusal("a condition is needed, not a number or text", "此处需要条件，而不是数字或文本")
        return _CONDITIONS[type(node)](self, node, scope)

    def value(self, node: nodes.Node, scope: Scope) -> Read:
        """Compile what is a number, a text or a truth value."""
        ambiguous = isinstance(node, nodes.Named | nodes.Conditional)
        if type(node) not in _VALUES or (ambiguous and is_condition(node, scope.types, scope.named)):
            return quantities.condition(self.condition(node, scope), closed=self.closed)
        return _VALUES[type(node)](self, node, scope)

    def read(self, path: nodes.Field, scope: Scope, absent: object) -> Read:
        """Compile the way to a value, which is ``absent`` if there is none."""
        return reader(scope.slots[path.root], path.fields, absent)

    # Conditions

    def boolean(self, node: nodes.Field, scope: Scope) -> Condition:
        default = default_of(type_of_path(node, scope.types))
        if default is not None:
            return conditions.boolean(
                node, reader_with_default(scope.slots[node.root], node.fields, default, None)
            )
        return conditions.boolean(node, self.read(node, scope, None))

    def presence(self, node: nodes.Present, scope: Scope) -> Condition:
        kind = type_of_path(node.path, scope.types)
        slot = scope.slots[node.path.root]
        if default_of(kind) is not None:
            return conditions.presence_with_default(node, slot, closed=self.closed)
        return conditions.presence(node, slot, closed=self.closed or is_closed(kind))

    def named_condition(self, node: nodes.Named, scope: Scope) -> Condition:
        reads = [self.read(each, scope, None) for each in node.arguments]
        return conditions.name(node, self.definition(node, scope), reads, self.reads_changing(node, scope))

    def definition(self, node: nodes.Named, scope: Scope) -> Definition:
        """Compile what a name stands for, once for all its uses; it has a frame of its own."""
        if node.name not in self.compiled:
            definition = definition_of(node, scope.named)
            compiler = _Compiler(self.world, self.compiled, self.changing, briefly=self.briefly)
            inside = scope.of_definition(node.name, definition)
            body = nodes.body_of(definition)
            if isinstance(node, nodes.Listed):
                run: Read = compiler.filter(body, inside)
            elif is_condition(body, inside.types, inside.named):
                run = compiler.condition(body, inside)
            else:
                run = quantities.logged(compiler.value(body, inside))
            variables = [None] * compiler.depth
            variables = variables[len(inside.types) - 1 :]

            def evaluate(frame: Frame, given: Sequence[Any]) -> Any:
                return run([frame[DOCUMENT_SLOT], frame[CACHE_SLOT], None, *given, *variables])

            self.compiled[node.name] = evaluate
        found: Definition = self.compiled[node.name]
        return found

    def comparison(self, node: nodes.Compare, scope: Scope) -> Condition:
        left = self.value(node.left, scope)
        field = node.left if isinstance(node.left, nodes.Field) and len(node.left.fields) == 1 else None
        if field is not None and default_of(type_of_path(field, scope.types)) is not None:
            field = None
        if field is not None and self.closed and isinstance(node.right, nodes.Literal):
            slot = scope.slots[field.root]
            return conditions.field_with_constant(node, slot, field.fields[0], node.right.value)
        if (
            isinstance(node.right, nodes.Named)
            and quantities.is_plain(node.left)
            and not is_condition(node.right, scope.types, scope.named)
        ):
            log = self.log_of_name(node.right, scope)
            if field is not None and self.closed:
                return conditions.field_with_name(node, scope.slots[field.root], field.fields[0], log)
            return conditions.comparison_with_name(node, left, log)
        right = self.value(node.right, scope)
        plain = quantities.is_plain(node.left) and quantities.is_plain(node.right)
        return conditions.comparison(node, left, right, plain=plain)

    def membership(self, node: nodes.Member, scope: Scope) -> Condition:
        item, plain = self.value(node.item, scope), quantities.is_plain(node.item)
        if not isinstance(node.choices, nodes.Field):
            values = tuple(choice.value for choice in node.choices)
            texts = [value for value in values if isinstance(value, str)]
            if plain and len(texts) == len(values):
                return conditions.membership_of_texts(node, item, texts)
            return conditions.membership(node, item, lambda _: values, BOTH, plain=plain)
        kind = list_type(node.choices, scope.types)
        read = self.read(node.choices, scope, None)
        unknown = absent_value(kind.item, closed=self.closed)

        def choices(frame: Frame) -> Sequence[Value] | None:
            listed = read(frame)
            return (
                None
                if listed is None
                else [unknown if one is None else one for one in listed if one is not DROPPED]
            )

        general = conditions.membership(
            node, item, choices, absent_truth(kind, FALSE, closed=self.closed), plain=plain
        )
        text = node.item.value if isinstance(node.item, nodes.Literal) else None
        if isinstance(text, str) and isinstance(kind.item, TextType):
            return conditions.text_in_list(node, text, read, general)
        return general

    def conjunction(self, node: nodes.And, scope: Scope) -> Condition:
        combine = conditions.filtering if self.briefly else conditions.conjunction
        return combine(node, [self.condition(one, scope) for one in node.operands])

    def disjunction(self, node: nodes.Or, scope: Scope) -> Condition:
        return conditions.disjunction(node, [self.condition(one, scope) for one in node.operands])

    def negation(self, node: nodes.Not, scope: Scope) -> Condition:
        return conditions.negation(node, self.condition(node.operand, scope))

    def choice(self, node: nodes.Conditional, scope: Scope) -> Condition:
        parts = (self.condition(one, scope) for one in (node.condition, node.then, node.otherwise))
        return conditions.choice(node, *parts, closed=self.closed)

    def exists(self, node: nodes.Any, scope: Scope) -> Condition:
        elements, inside, kind = self.elements(node, scope)
        body = self.condition(node.body, inside)
        within = scope.types.keys() > {nodes.DOCUMENT}
        absent = absent_truth(kind, FALSE, closed=self.closed)
        searches = repeated.searches(node.body, scope.named)
        found = lists.exists(node, elements, body, absent, within=within, searches=searches)
        reads = self.reads_around(node, scope)
        return repeated.condition_once(found, elements.source, reads) if self.is_repeated(reads) else found

    def holds_for_all(self, node: nodes.All, scope: Scope) -> Condition:
        elements, inside, kind = self.elements(node, scope)
        body = self.condition(node.body, inside)
        found = lists.holds_for_all(node, elements, body, absent_truth(kind, TRUE, closed=self.closed))
        reads = self.reads_around(node, scope)
        return repeated.condition_once(found, elements.source, reads) if self.is_repeated(reads) else found

    # Lists

    def elements(
        self, node: nodes.OverList | nodes.Count, scope: Scope
    ) -> tuple[lists.Elements, Scope, ListType]:
        """Compile what a list's evaluation needs; also return the scope within and the list's type."""
        inside = scope.within(node)
        slot = inside.slots[node.variable]
        self.depth = max(self.depth, slot - FIRST_VARIABLE + 1)
        where = None if node.where is None else self.filter(node.where, inside)
        alike = self.alike(node.where, nodes.Field(node.variable, ()), scope) if self.briefly else None
        key = None
        if node.where is None or not self.reads_changing(node.where, scope):
            key = scope.filter_key(node, self.changing)
        asked = None
        if key is None and node.where is not None and node.variable not in scope.types:
            asked = self.reads_around(node.where, scope)
        if asked is not None:
            key = object()
        sure = self.sure(node.where, scope, inside) if asked or key is None else None
        source = self.read(node.source, scope, None)
        elements = lists.Elements(source, slot, where, key, alike, asked or (), sure)
        return elements, inside, list_type(node.source, scope.types)

    def sure(self, where: nodes.Node | None, scope: Scope, inside: Scope) -> Condition | None:
        """Compile the operands of a filter that depend on nothing around the list."""
        operands = where.operands if isinstance(where, nodes.And) else ()
        found = [each for each in operands if self.reads_around(each, scope) == ()]
        return self.filter(nodes.And(tuple(found)), inside) if found else None

    def reads_around(self, node: nodes.Node, scope: Scope) -> tuple[Read, ...] | None:
        """Return the ways to the values around a list that an expression over it depends on; None if not known."""
        outside = scope.types.keys() - {nodes.DOCUMENT}
        paths = repeated.paths_around(node, outside, self.changing, scope.named)
        return None if paths is None else self.reads(paths, scope)

    def reads_changing(self, node: nodes.Node, scope: Scope) -> tuple[Read, ...]:
        """Return the ways to the fields that change between evaluations and are read, also through names."""
        if not self.changing:
            return ()
        paths = repeated.paths_around(node, (), self.changing, scope.named)
        return self.reads(paths or (), scope)

    def reads(self, paths: Sequence[nodes.Field], scope: Scope) -> tuple[Read, ...]:
        """Return the ways to values by which answers are told apart."""
        return tuple(self.read(each, scope, None) for each in repeated.told_apart(paths, scope.types))

    def is_repeated(self, reads: tuple[Read, ...] | None) -> TypeGuard[tuple[Read, ...]]:
        """Return whether a question about a list is asked again: around it, or as fields change, values do."""
        return reads is not None and bool(reads or self.changing)

    def alike(self, where: nodes.Node | None, element: nodes.Field, scope: Scope) -> tuple[str, Read] | None:
        """Return a field that a filter asks to be equal to something outside the list, and the way to that."""
        for one in where.operands if isinstance(where, nodes.And) else (where,):
            found = self._equal(one, element)
            if isinstance(one, nodes.Listed) and one.arguments[-1] == element:
                found = self._equal_in(one, scope)
            if found is not None:
                name, other = found
                return name, self.value(other, scope)
        return None

    @staticmethod
    def _equal(node: nodes.Node | None, element: nodes.Field) -> tuple[str, nodes.Node] | None:
        if not isinstance(node, nodes.Compare) or node.operator != "==":
            return None
        for one, other in ((node.left, node.right), (node.right, node.left)):
            fields = {each.root for each in nodes.walk(other) if isinstance(each, nodes.Field)}
            if not isinstance(one, nodes.Field) or one.root != element.root or len(one.fields) != 1:
                continue
            if quantities.is_plain(other) and fields and element.root not in fields:
                return one.fields[0], other
        return None

    def _equal_in(self, node: nodes.Listed, scope: Scope) -> tuple[str, nodes.Node] | None:
        """Return the same for the filter of a named list, with the arguments of its use."""
        definition = scope.named.get(node.name)
        if not isinstance(definition, nodes.Function):
            return None
        names = [name for name, _ in definition.parameters]
        given = dict(zip(names, node.arguments, strict=True))
        body = definition.body
        for one in body.operands if isinstance(body, nodes.And) else (body,):
            found = self._equal(one, nodes.Field(names[-1], ()))
            if found is not None and isinstance(found[1], nodes.Field) and found[1].root in given:
                argument = given[found[1].root]
                return found[0], nodes.Field(argument.root, (*argument.fields, *found[1].fields))
        return None

    def filter(self, node: nodes.Node, scope: Scope) -> Condition:
        """Compile the filter of a list."""
        if isinstance(node, nodes.And):
            return conditions.filtering(node, [self.condition(one, scope) for one in node.operands])
        return self.condition(node, scope)

    # Values

    def constant(self, node: nodes.Literal, scope: Scope) -> Read:  # noqa: ARG002
        return quantities.constant(node.value)

    def field(self, node: nodes.Field, scope: Scope) -> Read:
        kind = type_of_path(node, scope.types)
        default = default_of(kind)
        if default is not None and self.closed:
            return reader_with_default(scope.slots[node.root], node.fields, default, UNDISCLOSED)
        return self.read(node, scope, absent_value(kind, closed=self.closed))

    def calculation(self, node: nodes.Arithmetic, scope: Scope) -> Read:
        return quantities.calculation(node, self.value(node.left, scope), self.value(node.right, scope))

    def on_one(self, node: nodes.Negate | nodes.Absolute, scope: Scope) -> Read:
        return quantities.on_one(quantities.ON_ONE[type(node)], self.value(node.operand, scope))

    def chosen_value(self, node: nodes.Conditional, scope: Scope) -> Read:
        condition = self.condition(node.condition, scope)
        then, otherwise = self.value(node.then, scope), self.value(node.otherwise, scope)
        return quantities.choice(node, condition, then, otherwise, closed=self.closed)

    def named_value(self, node: nodes.Named, scope: Scope) -> Read:
        return quantities.name(self.log_of_name(node, scope))

    def log_of_name(self, node: nodes.Named, scope: Scope) -> quantities.LogOfName:
        """Compile a named value to the log of what was looked at, which is itself."""
        reads = [self.read(each, scope, None) for each in node.arguments]
        around = self.reads_changing(node, scope)
        return quantities.log_of_name(node, self.definition(node, scope), reads, around)

    def aggregate(self, node: nodes.OverList, scope: Scope) -> Read:
        elements, inside, kind = self.elements(node, scope)
        body = self.value(node.body, inside)
        absent, not_negative = of_no_list(node, inside, kind, closed=self.closed)
        found = lists.aggregate(
            node, elements, body, absent, not_negative=not_negative, plain=quantities.is_plain(node.body)
        )
        reads = self.reads_around(node, scope)
        return repeated.value_once(found, elements.source, reads) if self.is_repeated(reads) else found

    def count(self, node: nodes.Count, scope: Scope) -> Read:
        elements, _, kind = self.elements(node, scope)
        found = lists.count(node, elements, count_of_no_list(node, kind, closed=self.closed))
        reads = self.reads_around(node, scope)
        return repeated.value_once(found, elements.source, reads) if self.is_repeated(reads) else found


_CONDITIONS: Mapping[type, Callable[[_Compiler, Any, Scope], Condition]] = {
    nodes.Literal: lambda _, node, __: conditions.fixed(node),
    nodes.Field: _Compiler.boolean,
    nodes.Named: _Compiler.named_condition,
    nodes.Listed: _Compiler.named_condition,
    nodes.Compare: _Compiler.comparison,
    nodes.Present: _Compiler.presence,
    nodes.Member: _Compiler.membership,
    nodes.And: _Compiler.conjunction,
    nodes.Or: _Compiler.disjunction,
    nodes.Not: _Compiler.negation,
    nodes.Conditional: _Compiler.choice,
    nodes.Any: _Compiler.exists,
    nodes.All: _Compiler.holds_for_all,
}
_VALUES: Mapping[type, Callable[[_Compiler, Any, Scope], Read]] = {
    nodes.Literal: _Compiler.constant,
    nodes.Field: _Compiler.field,
    nodes.Arithmetic: _Compiler.calculation,
    nodes.Negate: _Compiler.on_one,
    nodes.Absolute: _Compiler.on_one,
    nodes.Conditional: _Compiler.chosen_value,
    nodes.Named: _Compiler.named_value,
    nodes.Sum: _Compiler.aggregate,
    nodes.Minimum: _Compiler.aggregate,
    nodes.Maximum: _Compiler.aggregate,
    nodes.Count: _Compiler.count,
}
