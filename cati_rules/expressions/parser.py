"""Reads expressions: the one module that knows rule-engine.

rule-engine's grammar and type checker read the text; its tree is then turned into ours, with the checks that
it lacks. Its types are declared as if every field were present, because absence has its meaning in our
evaluation, not in its.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, DecimalException, localcontext
from typing import Any, cast

import rule_engine
from rule_engine import ast, errors

from cati_rules.expressions import nodes
from cati_rules.expressions.checks import (
    SCALARS,
    Checks,
    Parsed,
    column_of,
    either_type,
    inexact_constant,
    syntax_error,
    unknown_field,
)
from cati_rules.expressions.errors import ExpressionError, refusal
from cati_rules.expressions.guard import FUNCTIONS, MOST_DIGITS, MOST_EXPONENT, Token, look_over
from cati_rules.expressions.kinds import kind_name
from cati_rules.expressions.ranges import EXACT
from cati_rules.schema.types import BooleanType, FieldType, ListType, NumberType, RecordType, TextType
from cati_rules.text import Text

_NOTHING: Mapping[str, FieldType] = {}


def parse(text: str, record: RecordType, *, named: Mapping[str, FieldType] = _NOTHING) -> Parsed:
    """Read an expression about a document of type ``record``; ``named`` are the ruleset's values.

    Raises:
        ExpressionError: the text is outside the language, refers to something unknown, or mixes types.
    """
    tokens = look_over(text)
    clash = sorted(set(named) & set(record.fields))
    if clash:
        raise refusal(
            f"{clash[0]!r} is both a field and a named value",
            f"“{clash[0]}”既是字段又是命名值",
            advice=Text("Rename the value.", "请为该值改名。"),
        )
    try:
        statement = _rule(text, record, named).statement
        return _Reader(tokens, record, named).read(statement.expression)
    except errors.EngineError as error:
        raise _explained(error, tokens, record, named) from None
    except DecimalException:
        raise inexact_constant() from None
    except RecursionError:
        raise refusal("the expression is nested too deeply", "表达式嵌套过深") from None


def rule_engine_evaluate(
    text: str, record: RecordType, named: Mapping[str, FieldType], value: Mapping[str, Any]
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
    text: str, record: RecordType, named: Mapping[str, FieldType] = _NOTHING
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


def _rule(text: str, record: RecordType, named: Mapping[str, FieldType]) -> rule_engine.Rule:
    types = {name: _declared(kind, name) for name, kind in {**record.fields, **named}.items()}
    with localcontext(EXACT):
        context = rule_engine.Context(type_resolver=types, default_value=None, default_timezone="utc")
        return rule_engine.Rule(text, context=context)


# Errors


def _explained(
    error: errors.EngineError, tokens: Sequence[Token], record: RecordType, named: Mapping[str, FieldType]
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
    """Turns one tree; ``variables`` are the types of the quantifiers' variables in scope."""

    def __init__(self, tokens: Sequence[Token], record: RecordType, named: Mapping[str, FieldType]) -> None:
        self._check = Checks(tokens)
        self._tokens = tokens
        self._record = record
        self._named = named
        self._variables: dict[str, FieldType] = {}

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
            return Parsed(nodes.Path(name, ()), self._variables[name])
        if name in self._named:
            return Parsed(nodes.Named(name), self._named[name])
        return Parsed(nodes.Path(nodes.DOCUMENT, (name,)), self._record.fields[name])

    def _attribute(self, expression: ast.GetAttributeExpression) -> Parsed:
        name = str(expression.name)
        if isinstance(expression.object, ast.ComprehensionExpression) and name == "length":
            return Parsed(self._count(expression.object), NumberType(minimum=Decimal(0), integer=True))
        owner = self._read(expression.object)
        if isinstance(owner.type, ListType) and name == "length" and isinstance(owner.node, nodes.Path):
            return Parsed(nodes.Count("", owner.node, None), NumberType(minimum=Decimal(0), integer=True))
        if isinstance(owner.type, RecordType) and isinstance(owner.node, nodes.Path):
            path = nodes.Path(owner.node.root, (*owner.node.fields, name))
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
        if sign not in {"==", "!="} or not isinstance(parsed.node, nodes.Path):
            self._check.refuse(
                "null can only be compared with a field, by == or !=",
                "null 只能用 == 或 != 与字段比较",
                at="null",
            )
        return Parsed(nodes.Present(parsed.node, sign == "=="), BooleanType())

    def _member(self, expression: ast.ContainsExpression) -> Parsed:
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
        container = self._read(expression.container)
        if not isinstance(container.type, ListType) or not isinstance(container.node, nodes.Path):
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
        if body.node != nodes.Path(variable, ()):
            self._check.refuse(
                "only the elements themselves can be counted",
                "只能对元素本身计数",
                at="length",
                advice=Text(
                    f"Write [{variable} for {variable} in … if …].length.",
                    f"请写作 [{variable} for {variable} in … if …].length。",
                ),
            )
        return nodes.Count("" if where is None else variable, source, where)

    def _elements(
        self, expression: ast.ComprehensionExpression
    ) -> tuple[str, nodes.Path, nodes.Node | None, Parsed]:
        variable = str(expression.variable)
        self._check.new_name(variable, (*self._variables, *self._record.fields, *self._named))
        source = self._read(expression.iterable)
        self._check.kind(source, ListType)
        if not isinstance(source.type, ListType) or not isinstance(source.node, nodes.Path):
            self._check.refuse(
                "only a field that is a list can be gone through", "只能遍历类型为列表的字段", at="for"
            )
        self._variables[variable] = source.type.item
        try:
            where = (
                None if expression.condition is None else self._typed(expression.condition, BooleanType).node
            )
            return variable, source.node, where, self._read(expression.result)
        finally:
            del self._variables[variable]


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
