"""The checks of types that rule-engine lacks: whether operands can be compared, and can ever be equal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from cati_rules.expressions import nodes
from cati_rules.expressions.errors import ExpressionError, did_you_mean, refusal
from cati_rules.expressions.guard import Token
from cati_rules.expressions.kinds import kind_name
from cati_rules.schema.types import BooleanType, FieldType, NumberType, TextType
from cati_rules.text import Text

SCALARS = (NumberType, TextType, BooleanType)


@dataclass(frozen=True, slots=True)
class Parsed:
    """An expression as a tree, and the type of its value."""

    node: nodes.Node
    type: FieldType


class Checks:
    """Refuses what does not go together, naming the column of the word that is to blame."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        """Take the tokens of the whole expression, to find columns: rule-engine's tree has no positions."""
        self._tokens = tokens
        self._texts = {token.text[1:-1]: token.column for token in tokens if token.kind == "text"}

    def refuse(self, en: str, zh: str, *, at: str | None = None, advice: Text | None = None) -> NoReturn:
        """Raise the error, with the column where the word ``at`` first stands."""
        raise refusal(en, zh, column=column_of(self._tokens, at), advice=advice)

    def is_written(self, text: str) -> bool:
        """Return whether the text stands in the expression as it is, not put together from others."""
        return text in self._texts

    def kind(self, parsed: Parsed, *kinds: type) -> None:
        """Refuse a value that is of none of the kinds."""
        if isinstance(parsed.type, kinds):
            return
        shown, found = _shown(parsed.node), kind_name(parsed.type)
        wanted = [kind_name(kind()) for kind in kinds]
        en, zh = " or ".join(one.en for one in wanted), "或".join(one.zh for one in wanted)
        self.refuse(
            f"{shown} is {found.en}, but {en} is needed here",
            f"“{shown}”是{found.zh}，此处需要{zh}",
            at=_last_name(parsed.node),
        )

    def same_kind(self, left: Parsed, right: Parsed) -> None:
        """Refuse to compare a number with a text, and the like."""
        if type(left.type) is type(right.type):
            return
        one, other = kind_name(left.type), kind_name(right.type)
        first, second = _shown(left.node), _shown(right.node)
        self.refuse(
            f"{first} is {one.en} and {second} is {other.en}: they do not compare",
            f"“{first}”是{one.zh}，“{second}”是{other.zh}，二者不可比较",
            at=_last_name(right.node) or _last_name(left.node),
        )

    def order(self, sign: str, left: Parsed) -> None:
        """Refuse an order between anything but numbers."""
        if sign in {"==", "!="} or isinstance(left.type, NumberType):
            return
        kind = kind_name(left.type)
        self.refuse(
            f"{kind.en} has no order, so {sign} says nothing",
            f"{kind.zh}没有大小顺序，不能用 {sign}",
            at=sign,
            advice=Text("Use ==, != or in.", "请用 ==、!= 或 in。"),
        )

    def new_name(self, variable: str, taken: Iterable[str]) -> None:
        """Refuse a variable with the name of something else: rule-engine would take the outer one."""
        if variable in taken:
            self.refuse(
                f"the variable {variable!r} has the name of something else",
                f"变量“{variable}”与其他名称重复",
                at=variable,
                advice=Text("Rename the variable.", "请为变量改名。"),
            )

    def choices(self, left: Parsed, right: Parsed) -> None:
        """Refuse texts that can never be equal, as when one is misspelt."""
        if not isinstance(left.type, TextType) or not isinstance(right.type, TextType):
            return
        one, other = left.type.choices, right.type.choices
        if one is None or other is None or one & other:
            return
        literal, known = (left.node, other) if isinstance(left.node, nodes.Literal) else (right.node, one)
        if not isinstance(literal, nodes.Literal):
            self.refuse("the two texts have no value in common", "两个文本没有共同的可选值")
        word = str(literal.value)
        raise refusal(
            f"{word!r} is not one of the values that the field allows",
            f"“{word}”不是该字段允许的取值",
            column=self._texts.get(word),
            advice=did_you_mean(word, known),
        )


def column_of(tokens: Sequence[Token], text: str | None) -> int | None:
    """Return the column where ``text`` first stands."""
    return next((token.column for token in tokens if token.text == text), None)


def unknown_field(name: str, known: Iterable[str], tokens: Sequence[Token]) -> ExpressionError:
    """Return the error for a name that is not among the known ones."""
    advice = did_you_mean(name, known)
    return refusal(
        f"unknown field {name!r}", f"未知字段“{name}”", column=column_of(tokens, name), advice=advice
    )


def inexact_constant() -> ExpressionError:
    """Return the error for constants that cannot be computed while reading, as in ``1 / 3 * x``."""
    return refusal(
        "a constant in the expression has no exact decimal value",
        "表达式中的常数没有精确的十进制值",
        advice=Text(
            "Divide a field last: x / 3, not 1 / 3 * x.", "请最后对字段做除法：写 x / 3，不写 1 / 3 * x。"
        ),
    )


def syntax_error(position: int | None, tokens: Sequence[Token]) -> ExpressionError:
    """Return the error for a token that does not fit, at ``position`` (from 0; None is the end)."""
    if position is None:
        return refusal("the expression ends too early", "表达式不完整", column=tokens[-1].column)
    shown = next((token.text for token in tokens if token.column == position + 1), ".")
    return refusal(f"{shown!r} does not fit here", f"“{shown}”不应出现在此处", column=position + 1)


def either_type(one: FieldType, other: FieldType) -> FieldType:
    """Return the type of a value that is of either type, both being of one kind."""
    if isinstance(one, TextType) and isinstance(other, TextType):
        return TextType(None if one.choices is None or other.choices is None else one.choices | other.choices)
    return NumberType() if isinstance(one, NumberType) else one


def _shown(node: nodes.Node) -> str:
    """Return a short text for a message: fields, names and constants as they are written."""
    if isinstance(node, nodes.Path):
        return ".".join((*((node.root,) if node.root else ()), *node.fields))
    if isinstance(node, nodes.Named):
        return node.name
    return str(node.value) if isinstance(node, nodes.Literal) else "(…)"


def _last_name(node: nodes.Node) -> str | None:
    """Return the word by which to find the node among the tokens."""
    if isinstance(node, nodes.Path):
        return node.fields[-1] if node.fields else node.root
    return node.name if isinstance(node, nodes.Named) else None
