"""Truths without traces: conditions written as Python, compiled once, and run on many documents.

What is written is made of this module's own words alone. Names of fields, texts and numbers of the rules stand in
a table beside it, as ``k0``, ``k1``, …, and variables are numbered: nothing that an author wrote becomes part of it.
The logic is that of :mod:`cati_rules.language.evaluation`, whose traces tell why; here it stops at what decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from cati_rules.language import nodes
from cati_rules.language.conditions import MOST_PAIRS
from cati_rules.language.errors import refusal
from cati_rules.language.evaluation import World, compile_node, count_of_no_list, of_no_list
from cati_rules.language.possibilities import (
    ARITHMETIC,
    DROPPED,
    EITHER,
    UNDISCLOSED,
    Value,
    absolute,
    compare,
    greatest,
    least,
    member,
    negate,
    total,
    union,
)
from cati_rules.language.ranges import BOTH, FALSE, TRUE, NumberRange, negated
from cati_rules.language.reading import DOCUMENT_SLOT, FIRST_VARIABLE
from cati_rules.language.repeated import LONG, paths_around, told_apart
from cati_rules.language.scope import Entries, Scope, absent_truth, absent_value, with_entries
from cati_rules.language.value_kinds import (
    default_of,
    definition_of,
    is_closed,
    is_condition,
    list_type,
    type_of_path,
    without,
)
from cati_rules.schema.types import RecordType

Truth = Callable[[Mapping[str, Any], dict[Any, Any]], int]
"""Takes a document and a dictionary that carries what conditions share on it; returns the truth."""

MOST_INLINED = 60
"""Definitions of entries that are made of fewer nodes are written out where they are used."""
_NO_NAMES: Mapping[str, nodes.Node] = {}
_TYPES: Mapping[type, str] = {Decimal: "Decimal", str: "str", bool: "bool"}
_SIGNS: Mapping[nodes.Operator, str] = {each: each for each in nodes.OPERATORS}
_OPERATIONS: Mapping[nodes.ArithmeticSign, str] = {"+": "plus", "-": "minus", "*": "times", "/": "over"}


def compile_truths(
    trees: Sequence[nodes.Node],
    *,
    world: World,
    record: RecordType,
    named: Mapping[str, nodes.Node] = _NO_NAMES,
    entries: Sequence[Entries] = (),
) -> tuple[Truth, ...]:
    """Return the truth of each condition about documents of type ``record``, with the ruleset's named values.

    The dictionary that a truth takes is to be shared between truths of one call, on one document, and not for
    longer than the document is there and unchanged. ``entries`` are, for each condition, further fields, which stand
    for other entries of the document in each evaluation; no named value reads them, unless it is asked of them.

    Raises:
        ExpressionError: a tree names a field or value that does not exist, or is no condition.
    """
    source, table, names = written(
        trees, closed=world == "closed", record=record, named=named, entries=entries
    )
    try:
        exec(compile(source, "<conditions>", "exec"), table)  # noqa: S102 - the text is our own
    except (SyntaxError, MemoryError, RecursionError):  # brackets nested too deeply for Python
        records, changing = with_entries(record, trees, entries)
        pairs = zip(trees, records, strict=True)
        return tuple(_by_trace(each, world, one, named, changing) for each, one in pairs)
    return tuple(table[name] for name in names)


def written(
    trees: Sequence[nodes.Node],
    *,
    closed: bool,
    record: RecordType,
    named: Mapping[str, nodes.Node],
    entries: Sequence[Entries] = (),
) -> tuple[str, dict[str, Any], list[str]]:
    """Return the conditions as Python, the table of what it names, and what the function of each is called."""
    records, changing = with_entries(record, trees, entries)
    writer = _Writer(closed=closed, changing=changing)
    names = []
    for each, one in zip(trees, records, strict=True):
        scope = Scope({nodes.DOCUMENT: one}, {nodes.DOCUMENT: DOCUMENT_SLOT}, named)
        names.append(writer.function((), (f"return {writer.truth(each, scope)}",)))
    return "\n".join(writer.functions), writer.table, names


def _by_trace(
    node: nodes.Node,
    world: World,
    record: RecordType,
    named: Mapping[str, nodes.Node],
    changing: frozenset[str],
) -> Truth:
    evaluate = compile_node(node, world=world, record=record, named=named, changing=changing)
    return lambda value, shared: evaluate(value, shared.setdefault("traces", {})).truth


# What the written functions call


def _choose(condition: int, then: Value, otherwise: Value) -> Value:
    """Return what is chosen between values in the open world; a branch that is not taken is None."""
    return then if condition == TRUE else otherwise if condition == FALSE else union(then, otherwise)


def _in_list(item: Value, listed: Sequence[Any] | None, absent: int, unknown: Value) -> int:
    """Return whether an item is in a list of the document."""
    if listed is None:
        return absent
    if type(item) is str and item in listed:
        return TRUE
    return member(item, [unknown if one is None else one for one in listed if one is not DROPPED])


def _whole(items: Sequence[Any]) -> Decimal:
    return Decimal(sum(item is not DROPPED for item in items))


def _known_as(value: Any) -> Any:
    """Return what stands for a value that an answer depends on: texts and numbers for themselves."""
    return value if value is None or isinstance(value, Decimal | str | bool) else id(value)


def _counted(taken: Sequence[tuple[Any, int]]) -> Value:
    certain = sum(held == TRUE for _, held in taken)
    if certain == len(taken):
        return Decimal(certain)
    return NumberRange(Decimal(certain), False, Decimal(len(taken)), False)


_CALLED: Mapping[str, Any] = {
    **{each.__name__: each for each in (compare, member, negate, absolute, total, least, greatest)},
    **{name: ARITHMETIC[sign] for sign, name in _OPERATIONS.items()},
    **{each.__name__: each for each in (type, isinstance, id, len, enumerate, dict, str, bool, Decimal)},
    "choose": _choose,
    "in_list": _in_list,
    "whole": _whole,
    "counted": _counted,
    "known_as": _known_as,
    "contrary": tuple(negated(truth) if truth else 0 for truth in range(BOTH + 1)),
    "DROPPED": DROPPED,
    "NOTHING": {},
    "__builtins__": {},
}


class _Writer:
    """Writes conditions as Python expressions; ``table`` are the names that they use, ``functions`` those they call."""

    def __init__(self, *, closed: bool, changing: frozenset[str]) -> None:
        self.closed = closed
        self.changing = changing
        self.functions: list[str] = []
        self.table: dict[str, Any] = dict(_CALLED)
        self._constants: dict[Any, str] = {}
        self._definitions: dict[str, str] = {}
        self._filters: dict[object, str] = {}
        self._count = 0
        self._truths = self._constant((None, True, False, UNDISCLOSED if closed else EITHER))

    # Names

    def _new(self, letter: str = "v") -> str:
        self._count += 1
        return f"{letter}{self._count}"

    def _constant(self, value: Any) -> str:
        """Return the name of what stands in the table; numbers and truth values that are equal are kept apart."""
        key = (type(value), str(value)) if isinstance(value, Decimal | str | bool) else id(value)
        name = self._constants.get(key)
        if name is None:
            name = self._constants[key] = f"k{len(self._constants)}"
            self.table[name] = value
        return name

    def function(self, parameters: Sequence[str], body: Sequence[str]) -> str:
        """Write a function of the document ``d``, what is shared ``s``, and variables; return its name."""
        name = self._new("f")
        head = f"def {name}({', '.join(('d', 's', *parameters))}):"
        self.functions.append("\n".join((head, *(f" {line}" for line in body))))
        return name

    @staticmethod
    def _variables(scope: Scope) -> list[str]:
        return [f"x{slot}" for slot in sorted(scope.slots.values()) if slot >= FIRST_VARIABLE]

    # Fields

    def _raw(self, path: nodes.Field, scope: Scope) -> str:
        """Return what stands at a path, None where nothing does."""
        slot = scope.slots[path.root]
        text = "d" if slot == DOCUMENT_SLOT else f"x{slot}"
        for i, field in enumerate(path.fields):
            name = self._constant(field)
            if i == 0:  # the document and the variables are records
                text = f"{text}.get({name})"
            else:
                each = self._new()
                text = f"({each}.get({name}) if isinstance({each} := {text}, dict) else None)"
        return text

    def _record(self, path: nodes.Field, scope: Scope) -> str:
        """Return the record at a path, an empty one where there is none."""
        each, read = self._new(), self._raw(path, scope)
        return f"({each} if isinstance({each} := {read}, dict) else NOTHING)" if path.fields else read

    def _with_default(self, path: nodes.Field, default: object, absent: str, scope: Scope) -> str:
        """Return a field that stands for something where the record that would hold it is there without it."""
        holder, each = self._new(), self._new()
        above = self._raw(nodes.Field(path.root, path.fields[:-1]), scope)
        read = f"({each} := {holder}.get({self._constant(path.fields[-1])}))"
        known = f"{self._constant(default)} if {read} is None else {each}"
        return f"({absent} if ({holder} := {above}) is None else {known})"

    def _side(self, node: nodes.Node, scope: Scope) -> tuple[str, Value | None]:
        """Return a value, and what it stands for where it is None; None where it cannot be."""
        if isinstance(node, nodes.Field):
            kind = type_of_path(node, scope.types)
            if default_of(kind) is None or not self.closed:
                return self._raw(node, scope), absent_value(kind, closed=self.closed)
        return self.value(node, scope), None

    # Conditions

    def truth(self, node: nodes.Node, scope: Scope) -> str:
        """Write a whole condition.

        Raises:
            ExpressionError: it is a number or text.
        """
        if not is_condition(node, scope.types, scope.named):
            raise refusal("a condition is needed, not a number or text", "此处需要条件，而不是数字或文本")
        return self.condition(node, scope)

    def condition(self, node: nodes.Node, scope: Scope) -> str:
        """Write what is true (1), false (2) or undecided (3)."""
        return _CONDITIONS[type(node)](self, node, scope)

    def fixed(self, node: nodes.Literal, scope: Scope) -> str:  # noqa: ARG002
        return str(TRUE if node.value else FALSE)

    def boolean(self, node: nodes.Field, scope: Scope) -> str:
        default, each = default_of(type_of_path(node, scope.types)), self._new()
        read = self._raw(node, scope) if default is None else self._with_default(node, default, "None", scope)
        return f"({BOTH} if ({each} := {read}) is None else {TRUE} if {each} else {FALSE})"

    def presence(self, node: nodes.Present, scope: Scope) -> str:
        path = node.path
        kind = type_of_path(path, scope.types)
        if default_of(kind) is not None:
            path = nodes.Field(path.root, path.fields[:-1])
        found, missing = (FALSE, TRUE) if node.negated else (TRUE, FALSE)
        absent = missing if self.closed or is_closed(kind) else BOTH
        return f"({absent} if {self._raw(path, scope)} is None else {found})"

    def comparison(self, node: nodes.Compare, scope: Scope) -> str:
        sign, (left, no_left) = _SIGNS[node.operator], self._side(node.left, scope)
        a, b, said = self._new(), self._new(), self._constant(node.operator)
        if isinstance(node.right, nodes.Literal):
            constant = node.right.value
            slow = f"compare({said}, {a}, {self._constant(constant)})"
            if no_left is not None:
                slow = f"{compare(node.operator, no_left, constant)} if {a} is None else {slow}"
            known = f"{TRUE} if {a} {sign} {self._constant(constant)} else {FALSE}"
            return f"(({known}) if type({a} := {left}) is {_TYPES[type(constant)]} else {slow})"
        right, no_right = self._side(node.right, scope)
        sides = [
            each if absent is None else f"({self._constant(absent)} if {each} is None else {each})"
            for each, absent in ((a, no_left), (b, no_right))
        ]
        direct = f"{a}.__class__ is Decimal"
        if sign in ("==", "!="):
            direct = f"({direct} or {a}.__class__ is str)"
        known = f"{TRUE} if {a} {sign} {b} else {FALSE}"
        alike = f"type({a} := {left}) is type({b} := {right}) and {direct}"
        slow = f"compare({said}, {', '.join(sides)})"
        if self.closed:
            slow = f"{BOTH} if {a} is None or {b} is None else {slow}"
        return f"(({known}) if {alike} else {slow})"

    def membership(self, node: nodes.Member, scope: Scope) -> str:
        if isinstance(node.choices, nodes.Field):
            kind = list_type(node.choices, scope.types)
            absent = absent_truth(kind, FALSE, closed=self.closed)
            unknown = self._constant(absent_value(kind.item, closed=self.closed))
            listed = self._raw(node.choices, scope)
            if isinstance(node.item, nodes.Literal) and isinstance(node.item.value, str):
                each, text = self._new(), self._constant(node.item.value)
                gap = f"in_list({text}, {each}, {absent}, {unknown}) if None in {each} else {FALSE}"
                return (
                    f"({absent} if ({each} := {listed}) is None else {TRUE} if {text} in {each} else {gap})"
                )
            return f"in_list({self.value(node.item, scope)}, {listed}, {absent}, {unknown})"
        values = tuple(choice.value for choice in node.choices)
        if not all(isinstance(value, str) for value in values):
            return f"member({self.value(node.item, scope)}, {self._constant(values)})"
        item, no_item = self._side(node.item, scope)
        each = self._new()
        slow = f"member({each}, {self._constant(values)})"
        if no_item is not None:
            slow = f"{member(no_item, values)} if {each} is None else {slow}"
        known = f"{TRUE} if {each} in {self._constant(frozenset(values))} else {FALSE}"
        return f"(({known}) if type({each} := {item}) is str else {slow})"

    def junction(self, node: nodes.And | nodes.Or, scope: Scope) -> str:
        decides = FALSE if isinstance(node, nodes.And) else TRUE
        names = [self._new() for _ in node.operands]
        asked = (
            f"{decides} if ({name} := {self.condition(each, scope)}) == {decides} else"
            for name, each in zip(names, node.operands, strict=True)
        )
        return f"({' '.join(asked)} {' | '.join(names)})"

    def negation(self, node: nodes.Not, scope: Scope) -> str:
        return f"contrary[{self.condition(node.operand, scope)}]"

    def choice(self, node: nodes.Conditional, scope: Scope) -> str:
        each = self._new()
        asked = self.condition(node.condition, scope)
        then, otherwise = self.condition(node.then, scope), self.condition(node.otherwise, scope)
        if self.closed:
            return (
                f"({BOTH} if ({each} := {asked}) == {BOTH} else {then} if {each} == {TRUE} else {otherwise})"
            )
        return f"(({then} if ({each} := {asked}) & {TRUE} else 0) | ({otherwise} if {each} & {FALSE} else 0))"

    # Names: once for each document, and of those that go through lists once for each entry

    def name(self, node: nodes.Named, scope: Scope) -> str:
        definition = definition_of(node, scope.named)
        body = nodes.body_of(definition)
        inside = scope.of_definition(node.name, definition)
        told = self.condition if is_condition(body, inside.types, inside.named) else self.value
        short = _size(body, inside.named) <= MOST_INLINED
        if short and node.arguments and not any(each.fields for each in node.arguments):
            roots = (each.root for each in node.arguments)
            slots = dict(zip(list(inside.types)[1:], (scope.slots[root] for root in roots), strict=True))
            slots[nodes.DOCUMENT] = DOCUMENT_SLOT
            return told(body, Scope(inside.types, slots, inside.named))
        if node.name not in self._definitions:
            parameters = self._variables(inside)
            if parameters and short:
                lines = [f"return {told(body, inside)}"]
            else:
                at = "".join(f", id({each})" for each in parameters)
                lines = [f"at = ({self._constant(node.name)}{at})", "found = s.get(at)", "if found is None:"]
                lines += [f" found = s[at] = {told(body, inside)}", "return found"]
            self._definitions[node.name] = self.function(parameters, lines)
        if not node.arguments:
            each, call = self._new(), f"{self._definitions[node.name]}(d, s)"
            return f"({call} if ({each} := s.get({self._constant(node.name)})) is None else {each})"
        given = ", ".join(("d", "s", *(self._record(each, scope) for each in node.arguments)))
        return f"{self._definitions[node.name]}({given})"

    # Lists

    def _of_list(
        self, node: nodes.OverList | nodes.Count, lines: Sequence[str], absent: str, scope: Scope
    ) -> str:
        """Write what is made of the ``items`` of a list; of a long one once for what it depends on around the list."""
        head = [f"items = {self._raw(node.source, scope)}", "if items is None:", f" return {absent}"]
        variables = self._variables(scope)
        around = paths_around(node, scope.types.keys() - {nodes.DOCUMENT}, self.changing, scope.named)
        if around is None or not (variables or around):
            return self._call([*head, *lines], scope)
        found = f"{self.function((*variables, 'items'), lines)}({', '.join(('d', 's', *variables, 'items'))})"
        values = "".join(f", known_as({self._raw(each, scope)})" for each in told_apart(around, scope.types))
        head += [f"if len(items) <= {self._constant(LONG)}:", f" return {found}"]
        head += [f"at = ({self._constant(object())}, id(items){values})", "found = s.get(at)"]
        head += [
            "if found is None:",
            f" found = {found}",
            f" if len(s) < {self._constant(MOST_PAIRS)}:",
            "  s[at] = found",
        ]
        return self._call([*head, "return found"], scope)

    @staticmethod
    def _each(variable: str, inside: Scope, node: nodes.OverList | nodes.Count) -> list[str]:
        """Return the head of a loop over elements; where records are meant, the variable is always one."""
        lines = [f"for {variable} in items:", f" if {variable}.__class__ is not dict:"]
        lines += [f"  if {variable} is DROPPED:", "   continue"]
        if isinstance(inside.types[node.variable], RecordType):
            lines += [f"  if not isinstance({variable}, dict):", f"   {variable} = NOTHING"]
        return lines

    def _numbered(self, variable: str, inside: Scope, node: nodes.OverList | nodes.Count) -> list[str]:
        """Return the same, with the number of each element."""
        return [f"for i, {variable} in enumerate(items):", *self._each(variable, inside, node)[1:]]

    def _taken(self, node: nodes.OverList | nodes.Count, scope: Scope) -> str:
        """Return the elements that the filter takes or may take, each with its truth.

        A filter that looks at nothing but its element and the document is applied once for each list of a document,
        in whatever scope the list stands.
        """
        key = self._key(node, scope)
        if key is None:
            return self._filtered(node, scope, ["found = []"])
        if key not in self._filters:
            alone = self._alone(node, scope)
            lines = [f"at = ({self._constant(key)}, id(items))", "found = s.get(at)"]
            lines += ["if found is not None:", " return found", "found = s[at] = []"]
            self._filters[key] = self._filter(node, alone, (), lines)
        return f"{self._filters[key]}(d, s, items)"

    def _key(self, node: nodes.OverList | nodes.Count, scope: Scope) -> object:
        """Return what stands for a filter that looks at nothing but its element and what stays of the document."""
        where = node.where
        if where is not None and self.changing and paths_around(where, (), self.changing, scope.named):
            return None
        return scope.filter_key(node, self.changing)

    @staticmethod
    def _alone(node: nodes.OverList | nodes.Count, scope: Scope) -> Scope:
        """Return a scope that holds the document and an element of a list, and nothing else."""
        document = nodes.DOCUMENT
        return Scope(
            {document: scope.types[document], node.variable: scope.within(node).types[node.variable]},
            {document: DOCUMENT_SLOT, node.variable: FIRST_VARIABLE},
            scope.named,
            {document: (), node.variable: (*scope.place(node.source), nodes.EACH)},
        )

    def _filtered(self, node: nodes.OverList | nodes.Count, scope: Scope, lines: Sequence[str]) -> str:
        variables = self._variables(scope)
        name = self._filter(node, scope.within(node), variables, lines)
        return f"{name}({', '.join(('d', 's', *variables, 'items'))})"

    def _filter(
        self,
        node: nodes.OverList | nodes.Count,
        inside: Scope,
        variables: Sequence[str],
        lines: Sequence[str],
    ) -> str:
        """Write what goes through a list with a filter."""
        variable = f"x{inside.slots[node.variable]}"
        held = str(TRUE) if node.where is None else self.condition(node.where, inside)
        loop = [*self._each(variable, inside, node), f" held = {held}"]
        loop += [f" if held != {FALSE}:", f"  found.append(({variable}, held))", "return found"]
        return self.function((*variables, "items"), (*lines, *loop))

    def search(self, node: nodes.Any | nodes.All, scope: Scope) -> str:
        inside = scope.within(node)
        decides, empty = (TRUE, FALSE) if isinstance(node, nodes.Any) else (FALSE, TRUE)
        absent = absent_truth(list_type(node.source, scope.types), empty, closed=self.closed)
        variable, body = f"x{inside.slots[node.variable]}", self.condition(node.body, inside)
        lines = [f"truth = {empty}"]
        if node.where is None:
            lines += self._each(variable, inside, node)
            lines += [f" said = {body}", f" if said == {decides}:", f"  return {decides}"]
            lines += [f" if said != {empty}:", f"  truth = {BOTH}", "return truth"]
            return self._of_list(node, lines, str(absent), scope)
        sure = self._sure(node, scope)
        if sure:
            # Pairs of a long list: one by one, until the answer is known, and no filtered list for each entry.
            long, find = self._constant(LONG), self._last(node, sure, scope)
            lines.append(f"last = {find}(d, s, items) if len(items) > {long} else {long}")
            lines += self._numbered(variable, inside, node)
            lines.append(f" held = {self.condition(node.where, inside)}")
            taken = f"held == {TRUE} or (held == {BOTH} and truth == {empty})"
        else:
            lines.append(f"for {variable}, held in {self._taken(node, scope)}:")
            taken = f"held == {TRUE} or truth == {empty}"
        # Where the answer is open, what is only perhaps in the list adds nothing: it cannot decide.
        lines += [f" if {taken}:", f"  said = {body}", f"  if said == {decides} and held == {TRUE}:"]
        lines += [f"   return {decides}", f"  if said != {empty}:", f"   truth = {BOTH}"]
        if sure:
            lines += [f" if i >= last and truth == {BOTH}:", f"  return {BOTH}"]
        return self._of_list(node, [*lines, "return truth"], str(absent), scope)

    def _sure(self, node: nodes.Any | nodes.All, scope: Scope) -> tuple[nodes.Node, ...]:
        """Return the parts of a filter that look at nothing around the list, where others do; else none."""
        if not isinstance(node, nodes.Any) or not isinstance(node.where, nodes.And):
            return ()
        if self._key(node, scope) is not None:
            return ()
        asked = ((each, nodes.Count(node.variable, node.source, each)) for each in node.where.operands)
        return tuple(each for each, alone in asked if self._key(alone, scope) is not None)

    def _last(self, node: nodes.Any | nodes.All, sure: tuple[nodes.Node, ...], scope: Scope) -> str:
        """Write what finds the last element that a filter can take for certain, once for each list; -1 if none."""
        where = nodes.And(sure)
        key = ("last", self._key(nodes.Count(node.variable, node.source, where), scope))
        if key not in self._filters:
            alone = self._alone(node, scope)
            variable = f"x{alone.slots[node.variable]}"
            lines = [f"at = ({self._constant(key)}, id(items))", "found = s.get(at)"]
            lines += ["if found is not None:", " return found", "found = -1"]
            loop = self._numbered(variable, alone, node)
            loop += [f" if {self.condition(where, alone)} == {TRUE}:", "  found = i"]
            self._filters[key] = self.function(("items",), [*lines, *loop, "s[at] = found", "return found"])
        return self._filters[key]

    def _call(self, lines: Sequence[str], scope: Scope) -> str:
        parameters = self._variables(scope)
        return f"{self.function(parameters, lines)}({', '.join(('d', 's', *parameters))})"

    def aggregate(self, node: nodes.OverList, scope: Scope) -> str:
        inside = scope.within(node)
        absent, not_negative = of_no_list(
            node, inside, list_type(node.source, scope.types), closed=self.closed
        )
        body = self.value(node.body, inside)
        each = f"for x{inside.slots[node.variable]}, held in {self._taken(node, scope)}"
        lines = [f"parts = [(held, {body}) {each}]"]
        combine = {nodes.Minimum: "least(parts)", nodes.Maximum: "greatest(parts)"}
        whole = f"total(parts, not_negative={self._constant(not_negative)})"
        lines.append(f"return {combine.get(type(node), whole)}")
        return self._of_list(node, lines, self._constant(absent), scope)

    def count(self, node: nodes.Count, scope: Scope) -> str:
        absent = count_of_no_list(node, list_type(node.source, scope.types), closed=self.closed)
        counted = "whole(items)" if node.where is None else f"counted({self._taken(node, scope)})"
        return self._of_list(node, [f"return {counted}"], self._constant(absent), scope)

    # Values

    def value(self, node: nodes.Node, scope: Scope) -> str:
        """Write what is a number, a text or a truth value."""
        ambiguous = isinstance(node, nodes.Named | nodes.Conditional)
        if type(node) not in _VALUES or (ambiguous and is_condition(node, scope.types, scope.named)):
            return f"{self._truths}[{self.condition(node, scope)}]"
        return _VALUES[type(node)](self, node, scope)

    def constant(self, node: nodes.Literal, scope: Scope) -> str:  # noqa: ARG002
        return self._constant(node.value)

    def field(self, node: nodes.Field, scope: Scope) -> str:
        kind = type_of_path(node, scope.types)
        default, absent = default_of(kind), self._constant(absent_value(kind, closed=self.closed))
        if default is not None and self.closed:
            return self._with_default(node, default, absent, scope)
        each = self._new()
        return f"({absent} if ({each} := {self._raw(node, scope)}) is None else {each})"

    def calculation(self, node: nodes.Arithmetic, scope: Scope) -> str:
        return f"{_OPERATIONS[node.sign]}({self.value(node.left, scope)}, {self.value(node.right, scope)})"

    def chosen(self, node: nodes.Conditional, scope: Scope) -> str:
        each, asked = self._new(), self.condition(node.condition, scope)
        then, otherwise = self.value(node.then, scope), self.value(node.otherwise, scope)
        if self.closed:
            unknown = self._constant(UNDISCLOSED)
            return f"({unknown} if ({each} := {asked}) == {BOTH} else {then} if {each} == {TRUE} else {otherwise})"
        branches = f"{then} if {each} & {TRUE} else None, {otherwise} if {each} & {FALSE} else None"
        return f"choose(({each} := {asked}), {branches})"


def _size(node: nodes.Node, named: Mapping[str, nodes.Node]) -> int:
    """Return of how many nodes a definition is made, with the names in it; too many where it goes through lists."""
    if isinstance(node, nodes.OverList | nodes.Count):
        return MOST_INLINED + 1
    if isinstance(node, nodes.Named):
        rest = without(node.name, named)
        return 1 + (_size(nodes.body_of(named[node.name]), rest) if node.name in named else 0)
    return 1 + sum(_size(each, named) for each in nodes.children(node))


_CONDITIONS: Mapping[type, Callable[[_Writer, Any, Scope], str]] = {
    nodes.Literal: _Writer.fixed,
    nodes.Field: _Writer.boolean,
    nodes.Named: _Writer.name,
    nodes.Listed: _Writer.name,
    nodes.Compare: _Writer.comparison,
    nodes.Present: _Writer.presence,
    nodes.Member: _Writer.membership,
    nodes.And: _Writer.junction,
    nodes.Or: _Writer.junction,
    nodes.Not: _Writer.negation,
    nodes.Conditional: _Writer.choice,
    nodes.Any: _Writer.search,
    nodes.All: _Writer.search,
}
_VALUES: Mapping[type, Callable[[_Writer, Any, Scope], str]] = {
    nodes.Literal: _Writer.constant,
    nodes.Field: _Writer.field,
    nodes.Arithmetic: _Writer.calculation,
    nodes.Negate: lambda writer, node, scope: f"negate({writer.value(node.operand, scope)})",
    nodes.Absolute: lambda writer, node, scope: f"absolute({writer.value(node.operand, scope)})",
    nodes.Conditional: _Writer.chosen,
    nodes.Named: _Writer.name,
    nodes.Sum: _Writer.aggregate,
    nodes.Minimum: _Writer.aggregate,
    nodes.Maximum: _Writer.aggregate,
    nodes.Count: _Writer.count,
}
