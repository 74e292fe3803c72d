"""The conditions of an index as plain Python, one by one: nothing is shared, nothing recorded.

Each condition becomes the generator expression that one would write for it, reading fields with ``.get``; it stops
at the first answer. It stands for a person who translates the conditions one after another, where
``handwritten.py`` stands for one who first thinks about what they have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from cati_rules.language import Node, nodes
from cati_rules.language.value_kinds import default_of, list_type, type_of_path
from cati_rules.schema.types import FieldType, RecordType

Plain = Callable[[Mapping[str, Any]], list[Any]]


class _Writer:
    """Writes trees as Python; ``constants`` are what the text refers to as ``c0``, ``c1``, …."""

    def __init__(self, record: RecordType) -> None:
        self._types: dict[str, FieldType] = {nodes.DOCUMENT: record}
        self.constants: dict[str, Any] = {"NOTHING": {}}
        self._held = 0

    def constant(self, value: object) -> str:
        if not isinstance(value, Decimal | frozenset):
            return repr(value)
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def path(self, path: nodes.Field, last: str = "") -> str:
        text = f"_{path.root}"
        if not path.fields:  # an entry that is a text itself
            return text
        for field in path.fields[:-1]:
            text += f".get({field!r}, NOTHING)"
        default = default_of(type_of_path(path, self._types))
        if default is not None and not last:
            last = f", {default!r}"
        return f"{text}.get({path.fields[-1]!r}{last})"

    def quantity(self, node: Node, guards: list[str]) -> str:
        """Return a number or text; ``guards`` collects what must hold for it to be there."""
        if isinstance(node, nodes.Literal):
            return self.constant(node.value)
        if isinstance(node, nodes.Count) and node.where is None:
            return f"len({self.path(node.source, ', ()')})"
        if isinstance(node, nodes.Arithmetic):
            return f"({self.quantity(node.left, guards)} {node.sign} {self.quantity(node.right, guards)})"
        assert isinstance(node, nodes.Field), node  # noqa: S101 - no condition of the index has another
        self._held += 1
        guards.append(f"(v{self._held} := {self.path(node)}) is not None")
        return f"v{self._held}"

    def condition(self, node: Node) -> str:
        match node:
            case nodes.Field():
                return self.path(node)
            case nodes.Present():
                return f"{self.path(node.path)} is not None"
            case nodes.Compare(operator="==", left=nodes.Field() as left, right=nodes.Literal() as right):
                return f"{self.path(left)} == {self.constant(right.value)}"
            case nodes.Compare():
                guards: list[str] = []
                left_text, right_text = self.quantity(node.left, guards), self.quantity(node.right, guards)
                return f"({' and '.join((*guards, f'{left_text} {node.operator} {right_text}'))})"
            case nodes.Not(operand=nodes.Member(item=nodes.Field() as item, choices=tuple() as choices)):
                guards = []
                value = self.quantity(item, guards)
                known = self.constant(frozenset(each.value for each in choices))
                return f"({guards[0]} and {value} not in {known})"
            case nodes.Member(item=nodes.Field() as item, choices=tuple() as choices):
                return f"{self.path(item)} in {self.constant(frozenset(each.value for each in choices))}"
            case nodes.Member(item=nodes.Literal() as text, choices=nodes.Field() as listed):
                return f"{text.value!r} in {self.path(listed, ', ()')}"
            case nodes.Member(item=nodes.Field() as item, choices=nodes.Field() as listed):
                guards = []
                value = self.quantity(item, guards)
                return f"({guards[0]} and {value} in {self.path(listed, ', ()')})"
            case nodes.And() | nodes.Or():
                sign = " and " if isinstance(node, nodes.And) else " or "
                return f"({sign.join(map(self.condition, node.operands))})"
            case nodes.Any():
                self._types[node.variable] = list_type(node.source, self._types).item
                where = "" if node.where is None else f" if {self.condition(node.where)}"
                body, source = self.condition(node.body), self.path(node.source, ", ()")
                return f"any({body} for _{node.variable} in {source}{where})"
        raise AssertionError(f"no condition of the index is {node}")


def in_plain_python(trees: Sequence[Node], record: RecordType) -> Plain:
    """Return one function that answers all conditions on a document; their names are to be written out."""
    writer = _Writer(record)
    lines = ["def answers(_): return ["]
    lines += [f"    {writer.condition(tree)}," for tree in trees]
    lines.append("]")
    scope = writer.constants
    exec("\n".join(lines), scope)  # noqa: S102 - the text is made here, of the project's own ruleset
    answers: Plain = scope["answers"]
    return answers
