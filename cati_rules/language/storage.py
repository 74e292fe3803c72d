"""Trees as compact values for JSON files, and back: ``["<", ["@", "", "scrap", "share"], ["#", "0.40"]]``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn, cast

from cati_rules.language import nodes
from cati_rules.language.errors import refusal

MOST_DEPTH = 230
"""Deeper than any expression within the limits of :mod:`cati_rules.language.guard`."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,400})?(E[+-]?[0-9]{1,3})?", re.ASCII)
_OVER_LIST: Mapping[str, type[nodes.OverList]] = {
    "any": nodes.Any,
    "all": nodes.All,
    "sum": nodes.Sum,
    "min": nodes.Minimum,
    "max": nodes.Maximum,
}
_OVER_LIST_TAG: Mapping[type, str] = {kind: tag for tag, kind in _OVER_LIST.items()}


def to_json(node: nodes.Node) -> Any:
    """Return the tree as lists, texts and truth values."""
    return _STORERS[type(node)](node)


def _store_literal(node: nodes.Literal) -> Any:
    if isinstance(node.value, bool):
        return node.value
    return ["#", str(node.value)] if isinstance(node.value, Decimal) else ["'", node.value]


def _store_optional(node: nodes.Node | None) -> Any:
    return None if node is None else to_json(node)


def _store_member(node: nodes.Member) -> Any:
    if isinstance(node.choices, nodes.Path):
        return ["in", to_json(node.item), to_json(node.choices)]
    return ["in", to_json(node.item), [to_json(choice) for choice in node.choices]]


def _store_over_list(node: nodes.OverList) -> Any:
    tag = _OVER_LIST_TAG[type(node)]
    return [tag, node.variable, to_json(node.source), _store_optional(node.where), to_json(node.body)]


_STORERS: Mapping[type, Callable[[Any], Any]] = {
    nodes.Literal: _store_literal,
    nodes.Path: lambda node: ["@", node.root, *node.fields],
    nodes.Named: lambda node: ["=", node.name, *map(to_json, node.arguments)],
    nodes.Listed: lambda node: ["of", node.name, *map(to_json, node.arguments)],
    nodes.Function: lambda node: [
        "function",
        [[name, *place] for name, place in node.parameters],
        to_json(node.body),
    ],
    nodes.Compare: lambda node: [node.operator, to_json(node.left), to_json(node.right)],
    nodes.Present: lambda node: ["absent" if node.negated else "present", to_json(node.path)],
    nodes.Member: _store_member,
    nodes.And: lambda node: ["and", *map(to_json, node.operands)],
    nodes.Or: lambda node: ["or", *map(to_json, node.operands)],
    nodes.Not: lambda node: ["not", to_json(node.operand)],
    nodes.Arithmetic: lambda node: [node.sign, to_json(node.left), to_json(node.right)],
    nodes.Negate: lambda node: ["neg", to_json(node.operand)],
    nodes.Absolute: lambda node: ["abs", to_json(node.operand)],
    nodes.Conditional: lambda node: [
        "?",
        to_json(node.condition),
        to_json(node.then),
        to_json(node.otherwise),
    ],
    nodes.Any: _store_over_list,
    nodes.All: _store_over_list,
    nodes.Sum: _store_over_list,
    nodes.Minimum: _store_over_list,
    nodes.Maximum: _store_over_list,
    nodes.Count: lambda node: ["count", node.variable, to_json(node.source), _store_optional(node.where)],
}


def from_json(data: object) -> nodes.Node:
    """Return the tree that :func:`to_json` stored.

    Raises:
        ExpressionError: the data is not a stored tree.
    """
    return _read(data, 0)


def _reject(data: object) -> NoReturn:
    shown = repr(data)[:60]
    raise refusal(f"{shown} is not a stored expression", f"{shown} 不是已存储的表达式")


def _read(data: object, depth: int) -> nodes.Node:
    if isinstance(data, bool):
        return nodes.Literal(data)
    if depth > MOST_DEPTH or not isinstance(data, list) or not data or not isinstance(data[0], str):
        _reject(data if depth <= MOST_DEPTH else "…")
    reader = _READERS.get(data[0])
    if reader is None:
        _reject(data)
    return reader(data, depth + 1)


def _parts(data: list[Any], count: int) -> list[Any]:
    if len(data) != count + 1:
        _reject(data)
    return data[1:]


def _read_name(data: object) -> str:
    if not isinstance(data, str) or _NAME.fullmatch(data) is None:
        _reject(data)
    return data


def _read_number(data: list[Any], depth: int) -> nodes.Node:  # noqa: ARG001
    (text,) = _parts(data, 1)
    if not isinstance(text, str) or _NUMBER.fullmatch(text) is None:
        _reject(data)
    return nodes.Literal(Decimal(text))


def _read_text(data: list[Any], depth: int) -> nodes.Node:  # noqa: ARG001
    (text,) = _parts(data, 1)
    if not isinstance(text, str):
        _reject(data)
    return nodes.Literal(text)


def _read_path(data: object, depth: int) -> nodes.Path:  # noqa: ARG001
    if not isinstance(data, list) or len(data) < 2 or data[0] != "@":
        _reject(data)
    root = data[1] if data[1] == nodes.DOCUMENT else _read_name(data[1])
    return nodes.Path(root, tuple(_read_name(part) for part in data[2:]))


def _read_optional(data: object, depth: int) -> nodes.Node | None:
    return None if data is None else _read(data, depth)


def _read_member(data: list[Any], depth: int) -> nodes.Node:
    item, choices = _parts(data, 2)
    if isinstance(choices, list) and choices[:1] == ["@"]:
        return nodes.Member(_read(item, depth), _read_path(choices, depth))
    if not isinstance(choices, list) or not choices:
        _reject(data)
    listed = [_read(choice, depth) for choice in choices]
    if not all(isinstance(choice, nodes.Literal) for choice in listed):
        _reject(data)
    return nodes.Member(_read(item, depth), tuple(cast("list[nodes.Literal]", listed)))


def _many(kind: Callable[[tuple[nodes.Node, ...]], nodes.Node]) -> _Reader:
    def read(data: list[Any], depth: int) -> nodes.Node:
        if len(data) < 3:
            _reject(data)
        return kind(tuple(_read(one, depth) for one in data[1:]))

    return read


def _fixed(kind: Callable[..., nodes.Node], count: int, before: Sequence[str] = ()) -> _Reader:
    def read(data: list[Any], depth: int) -> nodes.Node:
        return kind(*before, *(_read(one, depth) for one in _parts(data, count)))

    return read


def _presence(negated: bool) -> _Reader:
    return lambda data, depth: nodes.Present(_read_path(_parts(data, 1)[0], depth), negated)


def _over_list(kind: type[nodes.OverList]) -> _Reader:
    def read(data: list[Any], depth: int) -> nodes.Node:
        variable, source, where, body = _parts(data, 4)
        return kind(
            _read_name(variable), _read_path(source, depth), _read_optional(where, depth), _read(body, depth)
        )

    return read


def _read_count(data: list[Any], depth: int) -> nodes.Node:
    variable, source, where = _parts(data, 3)
    name = variable if variable == "" and where is None else _read_name(variable)
    return nodes.Count(name, _read_path(source, depth), _read_optional(where, depth))


def _named(kind: type[nodes.Named]) -> _Reader:
    def read(data: list[Any], depth: int) -> nodes.Node:
        if len(data) < 2 or (kind is nodes.Listed and len(data) < 3):
            _reject(data)
        return kind(_read_name(data[1]), tuple(_read_path(each, depth) for each in data[2:]))

    return read


def _read_function(data: list[Any], depth: int) -> nodes.Node:
    parameters, body = _parts(data, 2)
    if not isinstance(parameters, list) or not parameters:
        _reject(data)
    return nodes.Function(tuple(_read_parameter(each) for each in parameters), _read(body, depth))


def _read_parameter(data: object) -> tuple[str, tuple[str, ...]]:
    if not isinstance(data, list) or len(data) < 2:
        _reject(data)
    name, *place = data
    return _read_name(name), tuple(each if each == nodes.EACH else _read_name(each) for each in place)


_Reader = Callable[[list[Any], int], nodes.Node]
_READERS: Mapping[str, _Reader] = {
    "#": _read_number,
    "'": _read_text,
    "@": _read_path,
    "=": _named(nodes.Named),
    "of": _named(nodes.Listed),
    "function": _read_function,
    **{sign: _fixed(nodes.Compare, 2, (sign,)) for sign in nodes.OPERATORS},
    **{sign: _fixed(nodes.Arithmetic, 2, (sign,)) for sign in nodes.SIGNS},
    "present": _presence(False),
    "absent": _presence(True),
    "in": _read_member,
    "and": _many(nodes.And),
    "or": _many(nodes.Or),
    "not": _fixed(nodes.Not, 1),
    "neg": _fixed(nodes.Negate, 1),
    "abs": _fixed(nodes.Absolute, 1),
    "?": _fixed(nodes.Conditional, 3),
    **{tag: _over_list(kind) for tag, kind in _OVER_LIST.items()},
    "count": _read_count,
}
