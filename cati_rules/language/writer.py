"""Writes a tree back as the text of an expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from cati_rules.language import nodes
from cati_rules.language.errors import refusal

# How tightly each construct binds, after the precedence table of rule-engine's grammar (parser/__init__.py).
_ATOM, _SIGN, _PRODUCT, _SUM, _ORDER, _EQUALITY, _NOT, _AND, _OR, _CHOICE = (
    100,
    90,
    80,
    70,
    60,
    55,
    50,
    40,
    30,
    20,
)

_SIGN_LEVEL = {"*": _PRODUCT, "/": _PRODUCT, "+": _SUM, "-": _SUM}
_FUNCTIONS: Mapping[type, str] = {
    nodes.Any: "$any",
    nodes.All: "$all",
    nodes.Sum: "$sum",
    nodes.Minimum: "$min",
    nodes.Maximum: "$max",
}

_Written = tuple[str, int]


def write(node: nodes.Node) -> str:
    """Return the text of an expression that is parsed to a tree equal to ``node``.

    Raises:
        ExpressionError: a text holds both kinds of quotation marks, a backslash or a line break, which the
        language
            cannot write.
    """
    return _written(node)[0]


def _written(node: nodes.Node) -> _Written:
    return _WRITERS[type(node)](node)


def _within(node: nodes.Node, level: int) -> str:
    """Return the text of an operand that must bind at least as tightly as ``level``, else in brackets."""
    text, own = _written(node)
    return text if own >= level else f"({text})"


def _literal(node: nodes.Literal) -> _Written:
    if isinstance(node.value, bool):
        return ("true" if node.value else "false"), _ATOM
    if isinstance(node.value, Decimal):
        return str(node.value), _SIGN if node.value < 0 else _ATOM
    mark = '"' if "'" in node.value else "'"
    if mark in node.value or "\\" in node.value or not node.value.isprintable():
        raise refusal(f"the text {node.value!r} cannot be written", f"文本“{node.value}”无法写出")
    return f"{mark}{node.value}{mark}", _ATOM


def _path(node: nodes.Field) -> _Written:
    return ".".join((*((node.root,) if node.root else ()), *node.fields)), _ATOM


def _compare(node: nodes.Compare) -> _Written:
    level = _EQUALITY if node.operator in {"==", "!="} else _ORDER
    # Comparisons do not chain; brackets also part "(a < b) == c", which would be read the same without.
    return f"{_within(node.left, _ORDER + 1)} {node.operator} {_within(node.right, _ORDER + 1)}", level


def _present(node: nodes.Present) -> _Written:
    return f"{_path(node.path)[0]} {'==' if node.negated else '!='} null", _EQUALITY


def _membership(node: nodes.Member, word: str) -> str:
    if isinstance(node.choices, nodes.Field):
        choices = _path(node.choices)[0]
    else:
        choices = f"[{', '.join(_literal(choice)[0] for choice in node.choices)}]"
    return f"{_within(node.item, _ORDER + 1)} {word} {choices}"


def _chain(word: str, level: int) -> Callable[[Any], _Written]:
    return lambda node: (f" {word} ".join(_within(one, level + 1) for one in node.operands), level)


def _not(node: nodes.Not) -> _Written:
    if isinstance(node.operand, nodes.Member):
        return _membership(node.operand, "not in"), _NOT
    if isinstance(node.operand, nodes.Listed):
        return _listed(node.operand)[0].replace(" in ", " not in "), _NOT
    return f"not {_within(node.operand, _SIGN)}", _NOT


def _arithmetic(node: nodes.Arithmetic) -> _Written:
    level = _SIGN_LEVEL[node.sign]
    return f"{_within(node.left, level)} {node.sign} {_within(node.right, level + 1)}", level


def _conditional(node: nodes.Conditional) -> _Written:
    condition, then, otherwise = (
        _within(one, _CHOICE + 1) for one in (node.condition, node.then, node.otherwise)
    )
    return f"{condition} ? {then} : {otherwise}", _CHOICE


def _call(name: str, arguments: tuple[nodes.Field, ...]) -> str:
    return name if not arguments else f"{name}({', '.join(_path(each)[0] for each in arguments)})"


def _source(node: nodes.OverList | nodes.Count) -> tuple[str, nodes.Node | None]:
    """Return the text of the list that is gone through, and what is asked of its entries besides."""
    first, rest = nodes.parts_of(node)
    if first is None:
        return _path(node.source)[0], node.where
    return _call(first.name, first.arguments[:-1]), rest


def _elements(node: nodes.OverList | nodes.Count, body: str) -> str:
    source, rest = _source(node)
    where = "" if rest is None else f" if {_within(rest, _CHOICE + 1)}"
    return f"[{body} for {node.variable} in {source}{where}]"


def _over_list(node: nodes.OverList) -> _Written:
    return f"{_FUNCTIONS[type(node)]}({_elements(node, _within(node.body, _CHOICE + 1))})", _ATOM


def _count(node: nodes.Count) -> _Written:
    source, rest = _source(node)
    return f"{source if rest is None else _elements(node, node.variable)}.length", _ATOM


def _listed(node: nodes.Listed) -> _Written:
    return f"{_path(node.arguments[-1])[0]} in {_call(node.name, node.arguments[:-1])}", _ORDER


_WRITERS: Mapping[type, Callable[[Any], _Written]] = {
    nodes.Literal: _literal,
    nodes.Field: _path,
    nodes.Named: lambda node: (_call(node.name, node.arguments), _ATOM),
    nodes.Listed: _listed,
    nodes.Function: lambda node: _written(node.body),
    nodes.Compare: _compare,
    nodes.Present: _present,
    nodes.Member: lambda node: (_membership(node, "in"), _ORDER),
    nodes.And: _chain("and", _AND),
    nodes.Or: _chain("or", _OR),
    nodes.Not: _not,
    nodes.Arithmetic: _arithmetic,
    nodes.Negate: lambda node: (f"-{_within(node.operand, _SIGN)}", _SIGN),
    nodes.Absolute: lambda node: (f"$abs({write(node.operand)})", _ATOM),
    nodes.Conditional: _conditional,
    nodes.Any: _over_list,
    nodes.All: _over_list,
    nodes.Sum: _over_list,
    nodes.Minimum: _over_list,
    nodes.Maximum: _over_list,
    nodes.Count: _count,
}
