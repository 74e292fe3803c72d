"""Whether more evidence can take a verdict away.

In the closed world of an index, publishing more (a field that was absent, another element of a list) must
never turn *true* into anything else. What is present does not change, so comparisons between fields are
harmless; lists grow, and an absent field may appear. Each node is checked for keeping its truth, or its
falsehood below an odd number of ``not``. Numbers are followed by direction: a count rises, the least of a
list falls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from cati_rules.language import nodes
from cati_rules.language.evaluation import possible_range
from cati_rules.language.possibilities import number
from cati_rules.language.ranges import NumberRange, as_range
from cati_rules.language.value_kinds import (
    default_of,
    definition_of,
    is_condition,
    list_type,
    scope_of,
    type_of_path,
    without,
)
from cati_rules.language.writer import write
from cati_rules.schema.types import FieldType, RecordType
from cati_rules.text import Text

Direction = Literal["fixed", "rises", "falls", "either"]
"""How a known value can move: if it "rises", its lower bound never falls, and the other way round."""

_Types = Mapping[str, FieldType]
_Names = Mapping[str, nodes.Node]
_NO_NAMES: _Names = {}
_FLIPPED: Mapping[Direction, Direction] = {
    "fixed": "fixed",
    "rises": "falls",
    "falls": "rises",
    "either": "either",
}
# The directions of (left - right) that keep a comparison true; those that keep it false are the opposite
# ones.
_KEEPS_TRUE: Mapping[str, Direction] = {">": "rises", ">=": "rises", "<": "falls", "<=": "falls"}


def non_monotone(
    node: nodes.Node, *, record: RecordType, named: Mapping[str, nodes.Node] = _NO_NAMES
) -> tuple[Text, ...]:
    """Return what in the condition could make it no longer true when evidence is added."""
    check = _Check({nodes.DOCUMENT: record}, named)
    check.condition(node, True)
    return tuple(check.found)


class _Check:
    """Checks conditions in one scope; ``found`` are the problems, each once."""

    def __init__(self, types: _Types, named: _Names, found: dict[Text, None] | None = None) -> None:
        self._types = types
        self._named = named
        self.found: dict[Text, None] = {} if found is None else found

    def condition(self, node: nodes.Node, keep: bool) -> None:
        """Note what can change its truth (``keep`` is true) or falsehood when evidence is added."""
        check = _CONDITIONS.get(type(node))
        if check is not None:
            check(self, node, keep)

    def _note(self, node: nodes.Node, en: str, zh: str) -> None:
        text = write(node)
        self.found[Text(f"{text}: {en}", f"{text}：{zh}")] = None

    def _holds(self, node: nodes.Node | None, *keeps: bool) -> bool:
        """Return whether the condition keeps what it must, without noting why not."""
        trial = _Check(self._types, self._named)
        for keep in keeps if node is not None else ():
            trial.condition(node, keep)  # type: ignore[arg-type]
        return not trial.found

    def _within(self, node: nodes.OverList | nodes.Count) -> _Check:
        item = list_type(node.source, self._types).item
        return _Check({**self._types, node.variable: item}, self._named, self.found)

    def _defined(self, node: nodes.Named) -> tuple[nodes.Node, _Check]:
        definition = definition_of(node, self._named)
        types = scope_of(definition, self._types)
        return nodes.body_of(definition), _Check(types, without(node.name, self._named), self.found)

    # Conditions

    def name(self, node: nodes.Named, keep: bool) -> None:
        """Check what the name stands for."""
        definition, check = self._defined(node)
        check.condition(definition, keep)

    def comparison(self, node: nodes.Compare, keep: bool) -> None:
        """Check that the sides can only move apart the right way."""
        difference = _join(self.direction(node.left), _FLIPPED[self.direction(node.right)])
        wanted = _KEEPS_TRUE.get(node.operator, "fixed")
        if difference not in {"fixed", wanted if keep else _FLIPPED[wanted]}:
            self._note(
                node,
                "further list elements or fields can change the comparison",
                "新增列表元素或字段可能改变比较结果",
            )

    def presence(self, node: nodes.Present, keep: bool) -> None:
        """Check that appearing is what helps."""
        default = default_of(type_of_path(node.path, self._types))
        if default is not None and len(node.path.fields) == 1:
            return  # what it stands for where it is left out is there already
        if node.negated is keep:
            self._note(node, "asks for a field to be absent", "要求字段缺失")

    def membership(self, node: nodes.Member, keep: bool) -> None:
        """Check the item, and that a list in the document may grow."""
        if self.direction(node.item) != "fixed":
            self._note(node, "the item depends on lists or absent fields", "所查项取决于列表或缺失字段")
        if isinstance(node.choices, nodes.Field) and not keep:
            self._note(node, "asks for an element to be missing from a list", "要求列表中没有某元素")

    def junction(self, node: nodes.And | nodes.Or, keep: bool) -> None:
        """Check every operand."""
        for operand in node.operands:
            self.condition(operand, keep)

    def choice(self, node: nodes.Conditional, keep: bool) -> None:
        """Check that the choice stays, and what is chosen."""
        if not self._holds(node.condition, True, False):
            self._note(node, "further evidence can change which branch counts", "新增证据可能改变所取分支")
        self.condition(node.then, keep)
        self.condition(node.otherwise, keep)

    def exists(self, node: nodes.Any, keep: bool) -> None:
        """Check that the element found stays found."""
        if not keep:
            self._note(node, "asks that no list element fits", "要求没有任何列表元素符合")
            return
        within = self._within(node)
        for part in (node.where, node.body):
            if part is not None:
                within.condition(part, True)

    def holds_for_all(self, node: nodes.All, keep: bool) -> None:
        """Check that the counterexample stays one; new elements can always break "all"."""
        if keep:
            self._note(node, "a further list element can fail it", "新增列表元素可能使其不成立")
            return
        within = self._within(node)
        if node.where is not None:
            within.condition(node.where, True)
        within.condition(node.body, False)

    # Numbers

    def direction(self, node: nodes.Node) -> Direction:
        """Return how the node's value can move once it is known."""
        find = _DIRECTIONS.get(type(node))
        if find is None or (
            isinstance(node, nodes.Named | nodes.Conditional) and is_condition(node, self._types, self._named)
        ):
            return "fixed" if self._holds(node, True, False) else "either"
        return find(self, node)

    def range_of(self, node: nodes.Node) -> NumberRange | None:
        """Return the range of the number in any document; None if it may be undefined."""
        value = number(possible_range(node, self._types, self._named))
        return None if value is None else as_range(value)

    def sign_of(self, node: nodes.Node) -> int:
        """Return 1 if the number is never negative, -1 if it is never positive, else 0."""
        whole = self.range_of(node)
        if whole is None:
            return 0
        if whole.low is not None and whole.low >= 0:
            return 1
        return -1 if whole.high is not None and whole.high <= 0 else 0

    def of_name(self, node: nodes.Named) -> Direction:
        """Return the direction of what the name stands for."""
        definition, check = self._defined(node)
        return check.direction(definition)

    def of_calculation(self, node: nodes.Arithmetic) -> Direction:
        """Combine the directions of both sides, turning them round where the sign does."""
        left, right = self.direction(node.left), self.direction(node.right)
        if node.sign in {"+", "-"}:
            return _join(left, right if node.sign == "+" else _FLIPPED[right])
        if left == right == "fixed":
            return "fixed"
        moving, factor = (left, node.right) if right == "fixed" else (right, node.left)
        if right != "fixed" and (left != "fixed" or node.sign == "/"):
            return "either"
        sign = self.sign_of(factor)
        return moving if sign > 0 else _FLIPPED[moving] if sign < 0 else "either"

    def of_absolute(self, node: nodes.Absolute) -> Direction:
        """Return the operand's direction where the sign cannot change."""
        inner = self.direction(node.operand)
        return inner if inner == "fixed" or self.sign_of(node.operand) > 0 else "either"

    def of_choice(self, node: nodes.Conditional) -> Direction:
        """Combine the branches, if the choice stays."""
        if not self._holds(node.condition, True, False):
            return "either"
        return _join(self.direction(node.then), self.direction(node.otherwise))

    def of_count(self, node: nodes.Count) -> Direction:
        """Return "rises", if elements that are counted stay counted."""
        return "rises" if node.where is None or self._within(node)._holds(node.where, True) else "either"

    def of_sum(self, node: nodes.Sum) -> Direction:
        """Return "rises", if no element can take away."""
        within = self._within(node)
        return "rises" if self._grows(node, "rises") and within.sign_of(node.body) > 0 else "either"

    def of_minimum(self, node: nodes.Minimum) -> Direction:
        """Return "falls": a further element can only lower it."""
        return "falls" if self._grows(node, "falls") else "either"

    def of_maximum(self, node: nodes.Maximum) -> Direction:
        """Return "rises": a further element can only lift it."""
        return "rises" if self._grows(node, "rises") else "either"

    def _grows(self, node: nodes.OverList, moving: Direction) -> bool:
        within = self._within(node)
        return (
            within._holds(node.where, True)
            and within.range_of(node.body) is not None
            and within.direction(node.body) in {"fixed", moving}
        )


def _join(one: Direction, other: Direction) -> Direction:
    if one in {"fixed", other}:
        return other
    return one if other == "fixed" else "either"


_CONDITIONS: Mapping[type, Callable[[_Check, Any, bool], None]] = {
    nodes.Named: _Check.name,
    nodes.Listed: _Check.name,
    nodes.Compare: _Check.comparison,
    nodes.Present: _Check.presence,
    nodes.Member: _Check.membership,
    nodes.And: _Check.junction,
    nodes.Or: _Check.junction,
    nodes.Not: lambda check, node, keep: check.condition(node.operand, not keep),
    nodes.Conditional: _Check.choice,
    nodes.Any: _Check.exists,
    nodes.All: _Check.holds_for_all,
}
_DIRECTIONS: Mapping[type, Callable[[_Check, Any], Direction]] = {
    nodes.Literal: lambda _, __: "fixed",
    nodes.Field: lambda _, __: "fixed",
    nodes.Named: _Check.of_name,
    nodes.Arithmetic: _Check.of_calculation,
    nodes.Negate: lambda check, node: _FLIPPED[check.direction(node.operand)],
    nodes.Absolute: _Check.of_absolute,
    nodes.Conditional: _Check.of_choice,
    nodes.Count: _Check.of_count,
    nodes.Sum: _Check.of_sum,
    nodes.Minimum: _Check.of_minimum,
    nodes.Maximum: _Check.of_maximum,
}
