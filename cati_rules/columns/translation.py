"""From the trees of the rules to truths and amounts over columns: one pass, one entry for each kind of node."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from msgspec.structs import replace

from cati_rules.columns import amounts, truths
from cati_rules.columns.amounts import Amount, NotColumns
from cati_rules.columns.fields import PRODUCT, Fields, type_at
from cati_rules.columns.stages import ATOMS, FIGURES, Stages
from cati_rules.columns.truths import FAILS, HOLDS, OPEN, Flag, Truth, either, truth_of
from cati_rules.documents.paths import FieldNames
from cati_rules.kinds.definition.rules import EACH
from cati_rules.language import nodes
from cati_rules.language.inlining import inlined
from cati_rules.language.value_kinds import is_condition
from cati_rules.pipeline import record_of
from cati_rules.schema.types import BooleanType, RecordType, TextType

if TYPE_CHECKING:
    pass


class Sight(Protocol):
    """How rules see the fields of a product."""

    @property
    def fields(self) -> Fields:
        """The fields that the table has columns of."""

    @property
    def key(self) -> Hashable:
        """What tells it from other ways to see the fields."""

    def number(self, path: FieldNames) -> Amount:
        """Return all that a number can be."""


class Translator:
    """Translates the trees of one ruleset; ``doubt`` gathers where a comparison is too close for floats.

    With ``closed``, nothing follows from what is absent; else it is everything that its schema allows. ``each`` is the
    place of what rules call ``each``. What several expressions use is a column of its own, in a level ``above``.
    """

    def __init__(
        self,
        sight: Sight,
        named: Mapping[str, nodes.Node],
        stages: Stages,
        *,
        closed: bool = False,
        each: FieldNames | None = None,
        above: int = ATOMS,
    ) -> None:
        """Translate as ``sight`` sees the fields, with the ruleset's named values."""
        self.sight = sight
        self.named = named
        self.stages = stages
        self.closed = closed
        self.each = each
        self.above = above
        self._truths: dict[nodes.Node, Truth] = {}
        self._amounts: dict[nodes.Node, Amount] = {}
        self._written_out: dict[nodes.Node, nodes.Node] = {}
        self.doubt: Flag = False
        self._types = {nodes.DOCUMENT: _record(each)}

    def truth(self, node: nodes.Node) -> Truth:
        """Return where a condition must hold, and where it may.

        Raises:
            NotColumns: it cannot be computed over columns.
        """
        if node in self._truths:
            return self._truths[node]
        found: Truth = self._table(_TRUTHS, node)
        if isinstance(node, _SHARED):
            must, may = (self._shared(node, part, getattr(found, part)) for part in ("must", "may"))
            found = Truth(must, may)
        self._truths[node] = found
        return found

    def amount(self, node: nodes.Node) -> Amount:
        """Return all that a number can be.

        Raises:
            NotColumns: it cannot be computed over columns.
        """
        if node in self._amounts:
            return self._amounts[node]
        found: Amount = self._table(_AMOUNTS, node)
        if isinstance(node, _SHARED):
            parts = ("low", "high", "low_size", "high_size", "exact")
            columns = {each: self._shared(node, each, getattr(found, each)) for each in parts}
            found = replace(found, **columns)
        self._amounts[node] = found
        return found

    def _shared(self, node: nodes.Node, part: str, column: Any) -> Any:
        """Return a column that is computed once, for whatever uses the same expression of the same fields."""
        level = self.above + self._height(node)
        if node not in self._written_out:
            self._written_out[node] = inlined(node, self.named)
        key = (self._written_out[node], part, self.sight.key, self.each, self.closed)
        return self.stages.kept(level, key, column)

    def _height(self, node: nodes.Node) -> int:
        """Return how many shared columns lie on top of each other in an expression."""
        within = (self._definition(node),) if isinstance(node, nodes.Named) else tuple(nodes.children(node))
        highest = max(map(self._height, within), default=0)
        if highest >= FIGURES - 1:
            raise NotColumns("expressions within expressions")
        return highest + isinstance(node, _SHARED)

    def _table(self, table: Mapping[type, Callable[[Translator, Any], Any]], node: nodes.Node) -> Any:
        if type(node) not in table:
            raise NotColumns(type(node).__name__)
        return table[type(node)](self, node)

    def _place(self, path: nodes.Field) -> FieldNames:
        if path.root != nodes.DOCUMENT:
            raise NotColumns("an entry of a list")
        if path.fields[:1] == (EACH,):
            if self.each is None:
                raise NotColumns("an entry of a list")
            return (*self.each, *path.fields[1:])
        return path.fields

    def _definition(self, node: nodes.Named) -> nodes.Node:
        definition = self.named.get(node.name)
        if definition is None or node.arguments or isinstance(definition, nodes.Function):
            raise NotColumns(f"{node.name}(…)")
        return definition

    # Truths

    def _literal_truth(self, node: nodes.Literal) -> Truth:
        if not isinstance(node.value, bool):
            raise NotColumns("a number or text where a condition belongs")
        return truth_of(node.value)

    def _boolean(self, node: nodes.Field) -> Truth:
        place = self._place(node)
        kind = type_at(place)
        if not isinstance(kind, BooleanType):
            raise NotColumns(".".join(place))
        column = self.sight.fields.column(place)
        absent = OPEN if kind.default is None else truth_of(kind.default)
        if column is None:
            return absent
        return Truth(
            self.stages.kept(ATOMS, (place, True), column.fill_null(bool(absent.must))),
            self.stages.kept(ATOMS, (place, False), column.fill_null(bool(absent.may))),
        )

    def _presence(self, node: nodes.Present) -> Truth:
        if not self.closed:
            raise NotColumns("whether a field is there")
        place = self._place(node.path)
        found: Flag = False
        fields = self.sight.fields
        names = fields.below(place) if isinstance(type_at(place), RecordType) else [".".join(place)]
        for name in names:
            column = fields.column(tuple(name.split(".")))
            if column is not None:
                found = either(found, self.stages.kept(ATOMS, (name, "there"), ~column.is_null()))
        truth = Truth(found, found)
        return truths.contrary(truth) if node.negated else truth

    def _named_truth(self, node: nodes.Named) -> Truth:
        return self.truth(self._definition(node))

    def _comparison(self, node: nodes.Compare) -> Truth:
        sides = (node.left, node.right)
        if all(is_condition(each, self._types, self.named) for each in sides):
            raise NotColumns("a comparison of truths")
        text = next((each for each in sides if self._is_text(each)), None)
        if text is not None:
            other = sides[1] if text is sides[0] else sides[0]
            if isinstance(text, nodes.Literal):
                text, other = other, text
            if (
                not isinstance(text, nodes.Field)
                or not isinstance(other, nodes.Literal)
                or node.operator not in ("==", "!=")
            ):
                raise NotColumns("a comparison of texts that are both fields")
            truth = self._among(text, (str(other.value),))
            return truth if node.operator == "==" else truths.contrary(truth)
        truth, doubt = amounts.compared(node.operator, self.amount(node.left), self.amount(node.right))
        self.doubt = either(self.doubt, self._shared(node, "doubt", doubt))
        return truth

    def _is_text(self, node: nodes.Node) -> bool:
        if isinstance(node, nodes.Literal):
            return isinstance(node.value, str)
        return isinstance(node, nodes.Field) and isinstance(type_at(self._place(node)), TextType)

    def _membership(self, node: nodes.Member) -> Truth:
        if isinstance(node.choices, nodes.Field):
            raise NotColumns("whether a list holds something")
        if isinstance(node.item, nodes.Field) and self._is_text(node.item):
            return self._among(node.item, tuple(str(each.value) for each in node.choices))
        return truths.one_holds(self.truth(nodes.Compare("==", node.item, each)) for each in node.choices)

    def _among(self, path: nodes.Field, choices: tuple[str, ...]) -> Truth:
        """Return the truth of "this text is one of these"."""
        place = self._place(path)
        kind = type_at(place)
        if not isinstance(kind, TextType):
            raise NotColumns(".".join(place))
        absent = self._absent(kind, choices)
        column = self.sight.fields.column(place)
        # No valid row holds anything else, and polars compares such a column with its choices alone.
        choices = tuple(each for each in choices if kind.choices is None or each in kind.choices)
        if column is None or not choices:
            return absent
        found = column == choices[0] if len(choices) == 1 else column.is_in(list(choices))
        key = (place, choices)
        return Truth(
            self.stages.kept(ATOMS, (key, bool(absent.must)), found.fill_null(bool(absent.must))),
            self.stages.kept(ATOMS, (key, bool(absent.may)), found.fill_null(bool(absent.may))),
        )

    def _absent(self, kind: TextType, choices: tuple[str, ...]) -> Truth:
        """Return the truth of "what is absent is one of these"."""
        if kind.default is not None:
            return truth_of(kind.default in choices)
        if self.closed or kind.choices is None:
            return OPEN
        if kind.choices <= set(choices):
            return HOLDS
        return OPEN if kind.choices & set(choices) else FAILS

    def _conjunction(self, node: nodes.And) -> Truth:
        return truths.all_hold([self.truth(each) for each in node.operands])

    def _disjunction(self, node: nodes.Or) -> Truth:
        return truths.one_holds([self.truth(each) for each in node.operands])

    def _contrary(self, node: nodes.Not) -> Truth:
        return truths.contrary(self.truth(node.operand))

    def _chosen_truth(self, node: nodes.Conditional) -> Truth:
        if self.closed:
            raise NotColumns("a choice between conditions")
        return truths.chosen(self.truth(node.condition), self.truth(node.then), self.truth(node.otherwise))

    # Amounts

    def _literal(self, node: nodes.Literal) -> Amount:
        if isinstance(node.value, bool | str):
            raise NotColumns("a text or truth where a number belongs")
        return amounts.constant(node.value)

    def _number(self, node: nodes.Field) -> Amount:
        return self.sight.number(self._place(node))

    def _named_amount(self, node: nodes.Named) -> Amount:
        return self.amount(self._definition(node))

    def _calculation(self, node: nodes.Arithmetic) -> Amount:
        left, right = self.amount(node.left), self.amount(node.right)
        if node.sign == "-":
            return amounts.added(left, amounts.negative(right))
        return _ARITHMETIC[node.sign](left, right)

    def _negated(self, node: nodes.Negate) -> Amount:
        return amounts.negative(self.amount(node.operand))

    def _chosen(self, node: nodes.Conditional) -> Amount:
        if self.closed:
            raise NotColumns("a choice between numbers")
        return amounts.chosen(self.truth(node.condition), self.amount(node.then), self.amount(node.otherwise))


_SHARED = (nodes.Named, nodes.Compare, nodes.Conditional)
"""What becomes a column of its own."""


def _record(each: FieldNames | None) -> RecordType:
    record = record_of(PRODUCT)
    if each is None:
        return record
    return RecordType(record.name, {**record.fields, EACH: type_at(each)})


_ARITHMETIC: Mapping[str, Callable[[Amount, Amount], Amount]] = {
    "+": amounts.added,
    "*": amounts.multiplied,
    "/": amounts.divided,
}
_TRUTHS: Mapping[type, Callable[[Translator, Any], Truth]] = {
    nodes.Literal: Translator._literal_truth,
    nodes.Field: Translator._boolean,
    nodes.Present: Translator._presence,
    nodes.Named: Translator._named_truth,
    nodes.Compare: Translator._comparison,
    nodes.Member: Translator._membership,
    nodes.And: Translator._conjunction,
    nodes.Or: Translator._disjunction,
    nodes.Not: Translator._contrary,
    nodes.Conditional: Translator._chosen_truth,
}
_AMOUNTS: Mapping[type, Callable[[Translator, Any], Amount]] = {
    nodes.Literal: Translator._literal,
    nodes.Field: Translator._number,
    nodes.Named: Translator._named_amount,
    nodes.Arithmetic: Translator._calculation,
    nodes.Negate: Translator._negated,
    nodes.Conditional: Translator._chosen,
}
