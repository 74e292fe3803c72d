"""What kind of value each node has, given the types of the document's fields."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from cati_rules.language.errors import did_you_mean, refusal
from cati_rules.language.nodes import (
    CONDITIONS,
    DOCUMENT,
    EACH,
    Conditional,
    Field,
    Function,
    Literal,
    Named,
    Node,
    body_of,
)
from cati_rules.schema.types import BooleanType, FieldType, ListType, NumberType, RecordType, TextType
from cati_rules.text import Text

Scope = Mapping[str, FieldType]
"""The types of what paths can start from: the document (``""``) and the variables of quantifiers."""


class Signature(Struct, frozen=True):
    """What a name is called with, and what it then is.

    ``parameters`` are names and types. ``source`` is, of a named list, the list in the document whose entries it takes,
    below the document or a parameter; ``result`` is then their type.
    """

    parameters: tuple[tuple[str, FieldType], ...]
    result: FieldType
    source: Field | None = None


NameType = FieldType | Signature
"""What a name stands for: a value of the document as a whole, or something that is called."""

_KIND_NAMES: Mapping[type, Text] = {
    NumberType: Text("a number", "数字"),
    TextType: Text("a text", "文本"),
    BooleanType: Text("true or false", "真假值"),
    RecordType: Text("a group of fields", "一组字段"),
    ListType: Text("a list", "列表"),
}


def kind_name(kind: FieldType) -> Text:
    """Return what a value of this type is called."""
    return _KIND_NAMES[type(kind)]


def type_of_path(path: Field, scope: Scope) -> FieldType:
    """Return the type of the value at ``path``.

    Raises:
        ExpressionError: there is no such variable or field.
    """
    if path.root not in scope:
        raise refusal(f"unknown variable {path.root!r}", f"未知变量“{path.root}”")
    kind = scope[path.root]
    for name in path.fields:
        if not isinstance(kind, RecordType) or name not in kind.fields:
            known = kind.fields if isinstance(kind, RecordType) else ()
            raise refusal(f"unknown field {name!r}", f"未知字段“{name}”", advice=did_you_mean(name, known))
        kind = kind.fields[name]
    return kind


def is_same(one: FieldType, other: FieldType) -> bool:
    """Return whether two types hold the same values; what a schema calls their records does not matter."""
    if isinstance(one, RecordType) and isinstance(other, RecordType):
        return one.fields.keys() == other.fields.keys() and all(
            is_same(kind, other.fields[name]) for name, kind in one.fields.items()
        )
    if isinstance(one, ListType) and isinstance(other, ListType):
        return is_same(one.item, other.item)
    return one == other


def default_of(kind: FieldType) -> str | bool | None:
    """Return what a text or truth value that is left out stands for, by the schema; None where that is not known."""
    return kind.default if isinstance(kind, TextType | BooleanType) else None


def is_closed(kind: FieldType) -> bool:
    """Return whether a number that is left out is not there, by the schema, whatever else may be unknown."""
    return isinstance(kind, NumberType) and kind.closed


def list_type(path: Field, scope: Scope) -> ListType:
    """Return the type of the list at ``path``.

    Raises:
        ExpressionError: there is no such field, or it is not a list.
    """
    kind = type_of_path(path, scope)
    if not isinstance(kind, ListType):
        place = ".".join((*((path.root,) if path.root else ()), *path.fields))
        raise refusal(
            f"{place} is {kind_name(kind).en}, not a list", f"“{place}”是{kind_name(kind).zh}，不是列表"
        )
    return kind


def is_condition(node: Node, scope: Scope, named: Mapping[str, Node]) -> bool:
    """Return whether ``node`` is true or false, and not a number or text."""
    if isinstance(node, CONDITIONS):
        return True
    if isinstance(node, Literal):
        return isinstance(node.value, bool)
    if isinstance(node, Field):
        return isinstance(type_of_path(node, scope), BooleanType)
    if isinstance(node, Conditional):
        return is_condition(node.then, scope, named)
    if isinstance(node, Named):
        definition = definition_of(node, named)
        return is_condition(body_of(definition), scope_of(definition, scope), without(node.name, named))
    return False


def scope_of(definition: Node, scope: Scope) -> dict[str, FieldType]:
    """Return the types of what a definition can speak of: the document, and its parameters.

    Raises:
        ExpressionError: the document has no place that a parameter names.
    """
    document = scope[DOCUMENT]
    parameters = definition.parameters if isinstance(definition, Function) else ()
    return {DOCUMENT: document, **{name: type_at(document, place) for name, place in parameters}}


def type_at(document: FieldType, place: tuple[str, ...]) -> FieldType:
    """Return the type of what stands at a place of a document, list entries written as ``"[]"``.

    Raises:
        ExpressionError: there is no such field.
    """
    kind = document
    for step in place:
        if step == EACH and isinstance(kind, ListType):
            kind = kind.item
        elif isinstance(kind, RecordType) and step in kind.fields:
            kind = kind.fields[step]
        else:
            known = kind.fields if isinstance(kind, RecordType) else ()
            raise refusal(f"unknown field {step!r}", f"未知字段“{step}”", advice=did_you_mean(step, known))
    return kind


def definition_of(node: Named, named: Mapping[str, Node]) -> Node:
    """Return what a name stands for.

    Raises:
        ExpressionError: nothing is defined under it, or it is being defined by itself.
    """
    if node.name not in named:
        raise refusal(
            f"the value {node.name!r} is not defined, or defined by itself",
            f"值“{node.name}”未定义，或由自身定义",
        )
    return named[node.name]


def without(name: str, named: Mapping[str, Node]) -> Mapping[str, Node]:
    """Return the definitions but one, so that a definition cannot go in circles."""
    return {other: node for other, node in named.items() if other != name}
