"""The tree that an expression becomes: small, immutable, comparable.

Parsing, writing, storing, evaluating, explaining and linting are all passes over these nodes.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import force_setattr

if typing.TYPE_CHECKING:
    Constant = Decimal | str | bool
else:
    Constant = typing.Any  # in a stored tree, the kind of JSON value tells which it is

Operator = typing.Literal["<", "<=", ">", ">=", "==", "!="]
ArithmeticSign = typing.Literal["+", "-", "*", "/"]

OPERATORS: tuple[Operator, ...] = ("<", "<=", ">", ">=", "==", "!=")
SIGNS: tuple[ArithmeticSign, ...] = ("+", "-", "*", "/")
TURNED: Mapping[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
"""What says the same with its sides exchanged."""
OPPOSITE: Mapping[Operator, Operator] = {
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "==": "!=",
    "!=": "==",
}
"""What says the contrary."""
DOCUMENT = ""
"""The root of a path that starts at the document, and not at a variable."""
EACH = "[]"
"""Stands for "every element" in the paths of :func:`depends_on`."""


class Literal(Struct, frozen=True, tag="constant"):
    """A number, text or truth value written in the expression."""

    value: Constant

    def __post_init__(self) -> None:
        """Take a whole number, as a stored tree may have it, as the decimal that it is."""
        value: object = self.value
        if type(value) is int:
            force_setattr(self, "value", Decimal(value))

    def __eq__(self, other: object) -> bool:
        """Compare with the type: ``true`` is not the number 1, though Python says so."""
        return (
            isinstance(other, Literal) and type(self.value) is type(other.value) and self.value == other.value
        )

    def __hash__(self) -> int:
        """Hash as the value does."""
        return hash(self.value)


class Field(Struct, frozen=True, tag="path"):
    """A place in the document: below the root (``""``) or below the variable of a quantifier."""

    root: str
    fields: tuple[str, ...]


class Named(Struct, frozen=True, tag="name"):
    """What the ruleset defines under a name; ``arguments`` are the entries, or records, that it is asked of."""

    name: str
    arguments: tuple[Field, ...] = ()


class Listed(Named, frozen=True, tag="in-name"):
    """The last argument is among the entries of a list that the ruleset defines under a name."""


class Compare(Struct, frozen=True, tag="compare"):
    """``left operator right``."""

    operator: Operator
    left: Node
    right: Node


class Present(Struct, frozen=True, tag="present"):
    """``path != null``; negated, ``path == null``."""

    path: Field
    negated: bool = False


class Member(Struct, frozen=True, tag="in"):
    """``item in choices``, the choices written out or a list in the document."""

    item: Node
    choices: tuple[Literal, ...] | Field


class And(Struct, frozen=True, tag="and"):
    """Every operand holds."""

    operands: tuple[Node, ...]


class Or(Struct, frozen=True, tag="or"):
    """At least one operand holds."""

    operands: tuple[Node, ...]


class Not(Struct, frozen=True, tag="not"):
    """The operand does not hold."""

    operand: Node


class Arithmetic(Struct, frozen=True, tag="calculate"):
    """``left sign right`` on numbers."""

    sign: ArithmeticSign
    left: Node
    right: Node


class Negate(Struct, frozen=True, tag="negate"):
    """``-operand``."""

    operand: Node


class Absolute(Struct, frozen=True, tag="abs"):
    """``$abs(operand)``."""

    operand: Node


class Conditional(Struct, frozen=True, tag="if"):
    """``condition ? then : otherwise``."""

    condition: Node
    then: Node
    otherwise: Node


class OverList(Struct, frozen=True):
    """Something said of a list's elements: ``[body for variable in source if where]``."""

    variable: str
    source: Field
    where: Node | None
    body: Node


class Any(OverList, frozen=True, tag="any"):
    """The body holds for at least one element: ``$any([…])``."""


class All(OverList, frozen=True, tag="all"):
    """The body holds for every element: ``$all([…])``."""


class Sum(OverList, frozen=True, tag="sum"):
    """The sum of the body over the elements: ``$sum([…])``."""


class Minimum(OverList, frozen=True, tag="min"):
    """The least of the body over the elements: ``$min([…])``."""


class Maximum(OverList, frozen=True, tag="max"):
    """The greatest of the body over the elements: ``$max([…])``."""


class Count(Struct, frozen=True, tag="count"):
    """How many elements there are: ``source.length``, ``[each for each in source if where].length``."""

    variable: str
    source: Field
    where: Node | None


class Function(Struct, frozen=True, tag="function"):
    """A definition with parameters; for a list, the last of them is the entry, and the body its filter.

    A parameter is a name and the place in a document whose records it can stand for, list entries as ``"[]"``.
    """

    parameters: tuple[tuple[str, tuple[str, ...]], ...]
    body: Node


if typing.TYPE_CHECKING:
    _OverList = OverList
else:
    _OverList = Any | All | Sum | Minimum | Maximum  # a stored tree has one of these

Node = (
    Literal
    | Field
    | Named
    | Listed
    | Function
    | Compare
    | Present
    | Member
    | And
    | Or
    | Not
    | Arithmetic
    | Negate
    | Absolute
    | Conditional
    | _OverList
    | Count
)
CONDITIONS = (Compare, Present, Member, And, Or, Not, Any, All, Listed)
"""The nodes that are always true or false; paths, names, literals and conditionals may be."""


def _none(_: typing.Any) -> tuple[Node, ...]:
    return ()


def _pair(node: typing.Any) -> tuple[Node, ...]:
    return (node.left, node.right)


def _many(node: typing.Any) -> tuple[Node, ...]:
    return tuple(node.operands)


def _one(node: typing.Any) -> tuple[Node, ...]:
    return (node.operand,)


def _list_and_parts(node: typing.Any) -> tuple[Node, ...]:
    return (node.source, *(() if node.where is None else (node.where,)), node.body)


_LISTS = (OverList, Count)
_CHILDREN: Mapping[type, Callable[[typing.Any], tuple[Node, ...]]] = {
    Literal: _none,
    Field: _none,
    Named: lambda node: node.arguments,
    Listed: lambda node: node.arguments,
    Function: lambda node: (node.body,),
    Compare: _pair,
    Present: lambda node: (node.path,),
    Member: lambda node: (
        (node.item, node.choices) if isinstance(node.choices, Field) else (node.item, *node.choices)
    ),
    And: _many,
    Or: _many,
    Not: _one,
    Arithmetic: _pair,
    Negate: _one,
    Absolute: _one,
    Conditional: lambda node: (node.condition, node.then, node.otherwise),
    Any: _list_and_parts,
    All: _list_and_parts,
    Sum: _list_and_parts,
    Minimum: _list_and_parts,
    Maximum: _list_and_parts,
    Count: lambda node: (node.source,) if node.where is None else (node.source, node.where),
}


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below ``node``, in the order in which they are written."""
    return _CHILDREN[type(node)](node)


def walk(node: Node) -> Iterator[Node]:
    """Yield ``node`` and everything below it, each node before those below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def fields_within(node: Node) -> Iterator[Field]:
    """Yield the fields that a number or text is directly made of, not within names, choices or lists."""
    if isinstance(node, Field):
        yield node
    elif isinstance(node, Arithmetic | Negate | Absolute):
        for child in children(node):
            yield from fields_within(child)


def body_of(definition: Node) -> Node:
    """Return the expression of a definition, without its parameters."""
    return definition.body if isinstance(definition, Function) else definition


def names_in(node: Node) -> frozenset[str]:
    """Return the named values that ``node`` itself refers to, not those that they refer to in turn."""
    return frozenset(one.name for one in walk(node) if isinstance(one, Named))


def parts_of(node: OverList | Count) -> tuple[Listed | None, Node | None]:
    """Return the named list whose entries are gone through, if there is one, and the filter apart from it."""
    where = node.where
    operands = where.operands if isinstance(where, And) else (where,)
    first, *others = operands
    if not isinstance(first, Listed) or first.arguments[-1] != Field(node.variable, ()):
        return None, where
    if len(others) > 1:
        return first, And(tuple(each for each in others if each is not None))
    return first, others[0] if others else None


def entered(
    node: Named, definition: Node, places: Mapping[str, tuple[typing.Any, ...]]
) -> tuple[Node, dict[str, tuple[typing.Any, ...]]]:
    """Return what a name stands for, and the places of what its definition speaks of.

    ``places`` are those of the document and of the variables where the name is used.
    """
    if not isinstance(definition, Function):
        return definition, {DOCUMENT: ()}
    around = {DOCUMENT: (), **places}
    given = ((*around.get(each.root, (each.root,)), *each.fields) for each in node.arguments)
    names = (name for name, _ in definition.parameters)
    return definition.body, {DOCUMENT: (), **dict(zip(names, given, strict=True))}


def depends_on(node: Node, named: Mapping[str, Node] | None = None) -> frozenset[tuple[str, ...]]:
    """Return every place of the document that ``node`` reads, through named values too.

    A list's elements are written ``"[]"``: ``("emissions", "[]", "year")``. Names that ``named`` lacks are
    left out.
    """
    found: set[tuple[str, ...]] = set()
    _collect(node, {DOCUMENT: ()}, named or {}, (), found)
    return frozenset(found)


def _collect(
    node: Node,
    roots: Mapping[str, tuple[str, ...]],
    named: Mapping[str, Node],
    within: tuple[str, ...],
    found: set[tuple[str, ...]],
) -> None:
    """Collect what a node reads; it stands ``within`` the definitions of some names, which do not go in circles."""
    if isinstance(node, Field):
        found.add((*roots.get(node.root, (node.root,)), *node.fields))
        return
    if isinstance(node, Named):
        if node.name in named and node.name not in within:
            body, inside = entered(node, named[node.name], roots)
            _collect(body, inside, named, (*within, node.name), found)
        return
    if isinstance(node, _LISTS):
        source = (*roots.get(node.source.root, (node.source.root,)), *node.source.fields)
        roots = {**roots, node.variable: (*source, EACH)} if node.variable else roots
    for child in children(node):
        _collect(child, roots, named, within, found)
