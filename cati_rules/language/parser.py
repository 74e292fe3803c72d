"""Reads expressions: the one module that knows rule-engine.

rule-engine's grammar and type checker read the text; its tree is then turned into ours, with the checks that
it lacks. Its types are declared as if every field were present, because absence has its meaning in our
evaluation, not in its.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, DecimalException, localcontext
from typing import Any, TypeVar, cast

import rule_engine
from rule_engine import ast, errors

from cati_rules.language import nodes
from cati_rules.language.checks import (
    SCALARS,
    Checks,
    Parsed,
    check_calls,
    check_parameters,
    column_of,
    either_type,
    inexact_constant,
    syntax_error,
    unknown_field,
)
from cati_rules.language.errors import ExpressionError, refusal
from cati_rules.language.guard import FUNCTIONS, MOST_DIGITS, MOST_EXPONENT, Token, look_over
from cati_rules.language.ranges import EXACT
from cati_rules.language.value_kinds import NameType, Signature, kind_name, type_at
from cati_rules.schema.types import BooleanType, FieldType, ListType, NumberType, RecordType, TextType
from cati_rules.text import Text

_NOTHING: Mapping[str, NameType] = {}
_NO_TYPES: Mapping[str, FieldType] = {}
_NO_PARAMETERS: Mapping[str, tuple[str, ...]] = {}
_MOST_ARGUMENTS = 9
"""So many are read, to say what is wrong with them; two are what a rule needs."""
_Result = TypeVar("_Result")


def parse(text: str, record: RecordType, *, named: Mapping[str, NameType] = _NOTHING) -> Parsed:
    """Read an expression about a document of type ``record``; ``named`` are the ruleset's names.

    Raises:
        ExpressionError: the text is outside the language, refers to something unknown, or mixes types.
    """
    return _read(text, record, named, _NO_PARAMETERS, _Reader.read)


def define(
    text: str,
    record: RecordType,
    *,
    named: Mapping[str, NameType] = _NOTHING,
    parameters: Mapping[str, tuple[str, ...]] = _NO_PARAMETERS,
) -> tuple[nodes.Node, NameType]:
    """Read what a name stands for: a number, a condition, or a list of entries; return it, and how it is used.

    ``parameters`` are the places of the document whose records each can stand for, list entries written ``"[]"``.

    Raises:
        ExpressionError: as for :func:`parse`; or a parameter stands for no entry.
    """
    return _read(text, record, named, parameters, lambda reader, tree: reader.definition(tree, parameters))


def _read(
    text: str,
    record: RecordType,
    named: Mapping[str, NameType],
    parameters: Mapping[str, tuple[str, ...]],
    read: Callable[[_Reader, Any], _Result],
) -> _Result:
    tokens = look_over(text)
    words = {token.text for token in tokens if token.kind == "name"}
    clash = sorted(set(named) & set(record.fields))
    if clash:
        raise refusal(
            f"{clash[0]!r} is both a field and a named value",
            f"“{clash[0]}”既是字段又是命名值",
            advice=Text("Rename the value.", "请为该值改名。"),
        )
    check_calls(tokens, named)
    types = {name: type_at(record, place) for name, place in parameters.items()}
    check_parameters(types, (*record.fields, *named))
    # rule-engine takes its time with types: only those of the names that occur are shown to it.
    known = {name: kind for name, kind in named.items() if name in words}
    try:
        statement = _rule(text, record, known, types).statement
        return read(_Reader(tokens, record, named, types), statement.expression)
    except errors.EngineError as error:
        raise _explained(error, tokens, record, {**named, **types}) from None
    except DecimalException:
        raise inexact_constant() from None
    except RecursionError:
        raise refusal("the expression is nested too deeply", "表达式嵌套过深") from None


def rule_engine_evaluate(
    text: str, record: RecordType, named: Mapping[str, NameType], value: Mapping[str, Any]
) -> bool | Decimal | str:
    """Return what rule-engine itself makes of the expression, for comparison with our evaluation.

    ``value`` is the document, with the named values beside its fields; what is missing is null.

    Raises:
        ExpressionError: the text is outside the language.
        rule_engine.errors.EngineError: rule-engine cannot evaluate it, as with null in arithmetic.
    """
    look_over(text)
    return cast("bool | Decimal | str", compiled_rule(text, record, named)(value))


def compiled_rule(
    text: str, record: RecordType, named: Mapping[str, NameType] = _NOTHING
) -> Callable[[Mapping[str, Any]], object]:
    """Return rule-engine's own evaluation of the expression, parsed once; it takes a document."""
    rule = _rule(text, record, named)
    return lambda value: rule.evaluate({name: _opaque(one) for name, one in value.items()})


# Types as rule-engine knows them


class _Fields:
    """A record that rule-engine neither copies nor takes for one of its mappings."""

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values


def _opaque(value: object) -> object:
    if isinstance(value, Mapping):
        return _Fields({name: _opaque(one) for name, one in value.items()})
    return tuple(map(_opaque, value)) if isinstance(value, list | tuple) else value


def _field(record: _Fields, name: str) -> object:
    return record.values[name]


def _declared(kind: FieldType, place: str) -> Any:
    """Return rule-engine's type; records are named after their place, because it compares them by name."""
    if isinstance(kind, RecordType):
        fields = {name: _declared(one, f"{place}.{name}") for name, one in kind.fields.items()}
        return rule_engine.DataType.OBJECT(place, fields, accessor=_field)
    if isinstance(kind, ListType):
        return rule_engine.DataType.ARRAY(_declared(kind.item, f"{place}[]"))
    return _SCALAR_TYPES[type(kind)]


_SCALAR_TYPES: Mapping[type, Any] = {
    NumberType: rule_engine.DataType.FLOAT,
    TextType: rule_engine.DataType.STRING,
    BooleanType: rule_engine.DataType.BOOLEAN,
}


def _declared_name(kind: NameType, name: str) -> Any:
    """Return rule-engine's type of a name. Which arguments it takes is for us to say, and not told."""
    if not isinstance(kind, Signature):
        return _declared(kind, name)
    listed = kind.source is not None
    result = _declared(ListType(kind.result) if listed else kind.result, name)
    if not kind.parameters:
        return result
    unknown = (rule_engine.DataType.UNDEFINED,) * _MOST_ARGUMENTS
    return rule_engine.DataType.FUNCTION(
        name, return_type=result, argument_types=unknown, minimum_arguments=0
    )


def _rule(
    text: str,
    record: RecordType,
    named: Mapping[str, NameType],
    parameters: Mapping[str, FieldType] = _NO_TYPES,
) -> rule_engine.Rule:
    types = {name: _declared(kind, name) for name, kind in {**record.fields, **parameters}.items()}
    types |= {name: _declared_name(kind, name) for name, kind in named.items()}
    with localcontext(EXACT):
        context = rule_engine.Context(type_resolver=types, default_value=None, default_timezone="utc")
        return rule_engine.Rule(text, context=context)


# Errors


def _explained(
    error: errors.EngineError, tokens: Sequence[Token], record: RecordType, named: Mapping[str, NameType]
) -> ExpressionError:
    if isinstance(error, errors.SymbolResolutionError):
        return unknown_field(str(error.symbol_name), (*record.fields, *named), tokens)
    if isinstance(error, errors.AttributeResolutionError):
        return unknown_field(str(error.attribute_name), getattr(error.object, "attributes", ()), tokens)
    if isinstance(error, errors.RuleSyntaxError):
        return syntax_error(getattr(error.token, "lexpos", None), tokens)
    if isinstance(error, errors.ArithmeticError):
        return inexact_constant()
    if isinstance(error, errors.FunctionCallError) and error.function_name in _AGGREGATES:
        return _needs_elements(error.function_name, tokens)
    detail = str(error.message)
    return refusal(f"kinds of values do not go together ({detail})", f"数据类型不能一起运算（{detail}）")


def _needs_elements(name: str, tokens: Sequence[Token]) -> ExpressionError:
    kind = kind_name(_AGGREGATES[name][1])
    return refusal(
        f"${name} takes [… for one in list], where … is {kind.en}",
        f"${name} 的参数须为 [… for one in 列表]，其中 … 是{kind.zh}",
        column=column_of(tokens, f"${name}"),
    )


# From rule-engine's tree to ours

_COMPARISONS: Mapping[str, nodes.Operator] = {
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "eq": "==",
    "ne": "!=",
}
_ARITHMETIC: Mapping[str, nodes.ArithmeticSign] = {"add": "+", "sub": "-", "mul": "*", "tdiv": "/"}
_AGGREGATES: Mapping[str, tuple[type[nodes.OverList], FieldType]] = {
    "any": (nodes.Any, BooleanType()),
    "all": (nodes.All, BooleanType()),
    "sum": (nodes.Sum, NumberType()),
    "min": (nodes.Minimum, NumberType()),
    "max": (nodes.Maximum, NumberType()),
}


class _Reader:
    """Turns one tree; ``variables`` are the types of the parameters and the quantifiers' variables in scope."""

    def __init__(
        self,
        tokens: Sequence[Token],
        record: RecordType,
        named: Mapping[str, NameType],
        parameters: Mapping[str, FieldType],
    ) -> None:
        self._check = Checks(tokens)
        self._tokens = tokens
        self._record = record
        self._named = named
        self._variables: dict[str, FieldType] = dict(parameters)

    def definition(
        self, expression: Any, places: Mapping[str, tuple[str, ...]]
    ) -> tuple[nodes.Node, NameType]:
        """Return the definition that a name stands for, with the places of its parameters, and how it is used."""
        parameters = tuple((name, self._variables[name]) for name in places)
        if isinstance(expression, ast.ComprehensionExpression):
            return self._named_list(expression, places)
        parsed = self.read(expression)
        if not places:
            return parsed.node, parsed.type
        function = nodes.Function(tuple(places.items()), parsed.node)
        return function, Signature(parameters, parsed.type)

    def _named_list(
        self, expression: ast.ComprehensionExpression, places: Mapping[str, tuple[str, ...]]
    ) -> tuple[nodes.Node, Signature]:
        parameters = tuple((name, self._variables[name]) for name in places)
        variable, source, where, body = self._elements(expression)
        if where is None or body.node != nodes.Field(variable, ()):
            self._check.refuse(
                "a list with a name holds some of a list's entries as they are",
                "命名列表须为某一列表中满足条件的条目本身",
                at="for",
                advice=Text(
                    f"Write [{variable} for {variable} in … if …].",
                    f"请写作 [{variable} for {variable} in … if …]。",
                ),
            )
        self._check.kind(body, RecordType)
        place = (*places.get(source.root, ()), *source.fields, nodes.EACH)
        function = nodes.Function((*places.items(), (variable, place)), where)
        return function, Signature(parameters, body.type, source)

    def read(self, expression: ast.ExpressionBase) -> Parsed:
        """Return our node and its type; only numbers, texts and truth values are whole expressions."""
        parsed = self._read(expression)
        self._check.kind(parsed, *SCALARS)
        return parsed

    def _read(self, expression: Any) -> Parsed:
        reader = _READERS.get(type(expression).__name__)
        if reader is None:
            self._check.refuse("this construct is not part of the rule language", "规则语言不支持此写法")
        return reader(self, expression)

    def _typed(self, expression: object, *kinds: type) -> Parsed:
        parsed = self._read(expression)
        self._check.kind(parsed, *kinds)
        return parsed

    # Values

    def _number(self, expression: ast.FloatExpression) -> Parsed:
        value: Decimal = expression.value
        if len(value.as_tuple().digits) > MOST_DIGITS or abs(value.adjusted()) > MOST_EXPONENT:
            self._check.refuse("a constant in the expression is too long", "表达式中的常数过长")
        return Parsed(nodes.Literal(value), NumberType(minimum=value, maximum=value))

    def _text(self, expression: ast.StringExpression) -> Parsed:
        value = str(expression.value)
        if not self._check.is_written(value):
            self._check.refuse("texts cannot be joined or changed", "文本不能拼接或改动")
        return Parsed(nodes.Literal(value), TextType(frozenset((value,))))

    def _boolean(self, expression: ast.BooleanExpression) -> Parsed:
        return Parsed(nodes.Literal(bool(expression.value)), BooleanType())

    def _symbol(self, expression: ast.SymbolExpression) -> Parsed:
        name = str(expression.name)
        if expression.scope is not None:
            self._check.refuse(
                f"${name} must be called with brackets", f"${name} 须带括号调用", at=f"${name}"
            )
        if name in self._variables:
            return Parsed(nodes.Field(name, ()), self._variables[name])
        if name in self._named:
            return self._use(name, ())
        return Parsed(nodes.Field(nodes.DOCUMENT, (name,)), self._record.fields[name])

    def _use(self, name: str, arguments: Sequence[Any]) -> Parsed:
        """Return a use of a name, with the entries that it is asked of."""
        kind = self._named[name]
        if not isinstance(kind, Signature):
            return Parsed(nodes.Named(name), kind)
        given = [self._read(each) for each in arguments]
        self._check.arguments(name, kind, given)
        node = nodes.Named(name, tuple(cast("nodes.Field", each.node) for each in given))
        return Parsed(node, kind.result if kind.source is None else ListType(kind.result))

    def _list(self, parsed: Parsed) -> tuple[nodes.Field, nodes.Named | None] | None:
        """Return the list in the document that is gone through, and the named list that takes some of it, or None."""
        if not isinstance(parsed.type, ListType):
            return None
        if isinstance(parsed.node, nodes.Field):
            return parsed.node, None
        if not isinstance(parsed.node, nodes.Named):
            return None
        kind = self._named[parsed.node.name]
        if not isinstance(kind, Signature) or kind.source is None:
            return None
        names = (name for name, _ in kind.parameters)
        given = dict(zip(names, parsed.node.arguments, strict=True))
        if kind.source.root in given:
            owner = given[kind.source.root]
            return nodes.Field(owner.root, (*owner.fields, *kind.source.fields)), parsed.node
        return kind.source, parsed.node

    def _attribute(self, expression: ast.GetAttributeExpression) -> Parsed:
        name = str(expression.name)
        if isinstance(expression.object, ast.ComprehensionExpression) and name == "length":
            return Parsed(self._count(expression.object), NumberType(minimum=Decimal(0), integer=True))
        owner = self._read(expression.object)
        listed = self._list(owner)
        if listed is not None and name == "length":
            source, taken = listed
            where = None if taken is None else _taken(taken, _ENTRY)
            node = nodes.Count("" if where is None else _ENTRY, source, where)
            return Parsed(node, NumberType(minimum=Decimal(0), integer=True))
        if isinstance(owner.type, RecordType) and isinstance(owner.node, nodes.Field):
            path = nodes.Field(owner.node.root, (*owner.node.fields, name))
            return Parsed(path, owner.type.fields[name])
        kind = kind_name(owner.type)
        return self._check.refuse(f"{kind.en} has no field {name!r}", f"{kind.zh}没有字段“{name}”", at=name)

    # Conditions

    def _logic(self, expression: ast.LogicExpression) -> Parsed:
        kind = nodes.And if expression.type == "and" else nodes.Or
        operands: list[nodes.Node] = []
        for side in (expression.left, expression.right):
            node = self._typed(side, BooleanType).node
            operands.extend(node.operands if isinstance(node, kind) else (node,))
        return Parsed(kind(tuple(operands)), BooleanType())

    def _unary(self, expression: ast.UnaryExpression) -> Parsed:
        if expression.type == "not":
            return Parsed(nodes.Not(self._typed(expression.right, BooleanType).node), BooleanType())
        return Parsed(nodes.Negate(self._typed(expression.right, NumberType).node), NumberType())

    def _comparison(self, expression: ast.ComparisonExpression) -> Parsed:
        sign = _COMPARISONS[expression.type]
        sides = (expression.left, expression.right)
        if any(isinstance(side, ast.NullExpression) for side in sides):
            return self._presence(sign, *sides)
        left, right = self._read(sides[0]), self._read(sides[1])
        self._check.kind(left, *SCALARS)
        self._check.kind(right, *SCALARS)
        self._check.same_kind(left, right)
        self._check.order(sign, left)
        self._check.choices(left, right)
        return Parsed(nodes.Compare(sign, left.node, right.node), BooleanType())

    def _presence(self, sign: str, left: object, right: object) -> Parsed:
        parsed = self._read(right if isinstance(left, ast.NullExpression) else left)
        if sign not in {"==", "!="} or not isinstance(parsed.node, nodes.Field):
            self._check.refuse(
                "null can only be compared with a field, by == or !=",
                "null 只能用 == 或 != 与字段比较",
                at="null",
            )
        return Parsed(nodes.Present(parsed.node, sign == "=="), BooleanType())

    def _member(self, expression: ast.ContainsExpression) -> Parsed:
        container = (
            None
            if isinstance(expression.container, ast.ArrayExpression)
            else self._read(expression.container)
        )
        if container is not None and isinstance(container.node, nodes.Named):
            return self._entry_of(expression.member, container)
        item = self._typed(expression.member, *SCALARS)
        if isinstance(expression.container, ast.ArrayExpression):
            listed = [self._read(one) for one in expression.container.value]
            if not listed or not all(isinstance(one.node, nodes.Literal) for one in listed):
                self._check.refuse(
                    "a list of choices holds one or more constants", "可选值列表只能含一个或多个常数", at="["
                )
            for one in listed:
                self._check.same_kind(item, one)
                self._check.choices(item, one)
            choices = tuple(cast("nodes.Literal", one.node) for one in listed)
            return Parsed(nodes.Member(item.node, choices), BooleanType())
        if (
            container is None
            or not isinstance(container.type, ListType)
            or not isinstance(container.node, nodes.Field)
        ):
            self._check.refuse(
                "after in stands a list: ['a', 'b'], or a field that is a list",
                "in 之后须为列表：['a', 'b']，或类型为列表的字段",
                at="in",
            )
        element = Parsed(container.node, container.type.item)
        self._check.kind(element, *SCALARS)
        self._check.same_kind(item, element)
        self._check.choices(item, element)
        return Parsed(nodes.Member(item.node, container.node), BooleanType())

    def _entry_of(self, member: Any, container: Parsed) -> Parsed:
        """Return the condition that an entry is in a named list."""
        item, listed = self._read(member), self._list(container)
        if listed is None or listed[1] is None or not isinstance(container.type, ListType):
            self._check.refuse(
                "after in stands a list: ['a', 'b'], or a field that is a list",
                "in 之后须为列表：['a', 'b']，或类型为列表的字段",
                at="in",
            )
        self._check.argument(item, container.type.item, listed[1].name)
        entry = cast("nodes.Field", item.node)
        return Parsed(nodes.Listed(listed[1].name, (*listed[1].arguments, entry)), BooleanType())

    def _conditional(self, expression: ast.TernaryExpression) -> Parsed:
        condition = self._typed(expression.condition, BooleanType)
        then = self._typed(expression.case_true, *SCALARS)
        otherwise = self._typed(expression.case_false, *SCALARS)
        self._check.same_kind(then, otherwise)
        node = nodes.Conditional(condition.node, then.node, otherwise.node)
        return Parsed(node, either_type(then.type, otherwise.type))

    def _calculation(self, expression: ast.ArithmeticExpression) -> Parsed:
        if expression.type not in _ARITHMETIC:
            self._check.refuse("this construct is not part of the rule language", "规则语言不支持此写法")
        left = self._typed(expression.left, NumberType)
        right = self._typed(expression.right, NumberType)
        return Parsed(nodes.Arithmetic(_ARITHMETIC[expression.type], left.node, right.node), NumberType())

    # Lists

    def _call(self, expression: ast.FunctionCallExpression) -> Parsed:
        function = expression.function
        if isinstance(function, ast.SymbolExpression) and function.scope is None:
            return self._use(str(function.name), expression.arguments)
        name = str(function.name) if isinstance(function, ast.SymbolExpression) and function.scope else ""
        if f"${name}" not in FUNCTIONS or len(expression.arguments) != 1:
            self._check.refuse("this cannot be called", "此处不可调用", at="(")
        (argument,) = expression.arguments
        if name == "abs":
            return Parsed(
                nodes.Absolute(self._typed(argument, NumberType).node), NumberType(minimum=Decimal(0))
            )
        if not isinstance(argument, ast.ComprehensionExpression):
            raise _needs_elements(name, self._tokens)
        kind, body_type = _AGGREGATES[name]
        variable, source, where, body = self._elements(argument)
        self._check.kind(body, type(body_type))
        return Parsed(kind(variable, source, where, body.node), body_type)

    def _count(self, expression: ast.ComprehensionExpression) -> nodes.Node:
        variable, source, where, body = self._elements(expression)
        if body.node != nodes.Field(variable, ()):
            self._check.refuse(
                "only the elements themselves can be counted",
                "只能对元素本身计数",
                at="length",
                advice=Text(
                    f"Write [{variable} for {variable} in … if …].length.",
                    f"请写作 [{variable} for {variable} in … if …].length。",
                ),
            )
        if isinstance(where, nodes.Listed) and where.arguments[-1] == body.node:
            return nodes.Count(_ENTRY, source, _taken(where, _ENTRY))
        return nodes.Count("" if where is None else variable, source, where)

    def _elements(
        self, expression: ast.ComprehensionExpression
    ) -> tuple[str, nodes.Field, nodes.Node | None, Parsed]:
        variable = str(expression.variable)
        self._check.new_name(variable, (_ENTRY, *self._variables, *self._record.fields, *self._named))
        source = self._read(expression.iterable)
        self._check.kind(source, ListType)
        listed = self._list(source)
        if listed is None or not isinstance(source.type, ListType):
            self._check.refuse(
                "only a field that is a list can be gone through", "只能遍历类型为列表的字段", at="for"
            )
        self._variables[variable] = source.type.item
        try:
            asked = [] if listed[1] is None else [_taken(listed[1], variable)]
            if expression.condition is not None:
                own = self._typed(expression.condition, BooleanType).node
                asked.extend(own.operands if isinstance(own, nodes.And) and asked else (own,))
            where = None if not asked else asked[0] if len(asked) == 1 else nodes.And(tuple(asked))
            return variable, listed[0], where, self._read(expression.result)
        finally:
            del self._variables[variable]


_ENTRY = "_"
"""The variable of a count that asks nothing of its entries but to be in a named list."""


def _taken(listed: nodes.Named, variable: str) -> nodes.Node:
    """Return the condition that a variable is an entry of a named list."""
    arguments = listed.arguments[:-1] if isinstance(listed, nodes.Listed) else listed.arguments
    return nodes.Listed(listed.name, (*arguments, nodes.Field(variable, ())))


_READERS: Mapping[str, Callable[[_Reader, Any], Parsed]] = {
    "FloatExpression": _Reader._number,
    "StringExpression": _Reader._text,
    "BooleanExpression": _Reader._boolean,
    "SymbolExpression": _Reader._symbol,
    "GetAttributeExpression": _Reader._attribute,
    "LogicExpression": _Reader._logic,
    "UnaryExpression": _Reader._unary,
    "ComparisonExpression": _Reader._comparison,
    "ArithmeticComparisonExpression": _Reader._comparison,
    "ContainsExpression": _Reader._member,
    "TernaryExpression": _Reader._conditional,
    "AddExpression": _Reader._calculation,
    "SubtractExpression": _Reader._calculation,
    "ArithmeticExpression": _Reader._calculation,
    "FunctionCallExpression": _Reader._call,
}
