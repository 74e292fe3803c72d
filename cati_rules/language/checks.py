"""The checks of types that rule-engine lacks: whether operands can be compared, and can ever be equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from msgspec import Struct

from cati_rules.language import nodes
from cati_rules.language.errors import ExpressionError, did_you_mean, refusal
from cati_rules.language.guard import Token
from cati_rules.language.value_kinds import NameType, Signature, is_same, kind_name
from cati_rules.language.writer import write
from cati_rules.schema.types import BooleanType, FieldType, NumberType, RecordType, TextType
from cati_rules.text import Text

SCALARS = (NumberType, TextType, BooleanType)


class Parsed(Struct, frozen=True):
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

    def arguments(self, name: str, kind: Signature, given: Sequence[Parsed]) -> None:
        """Refuse more or fewer entries than a name is asked of, and entries of other lists."""
        wanted = len(kind.parameters)
        if len(given) != wanted:
            words = ", ".join(one for one, _ in kind.parameters)
            self.refuse(
                f"{name} takes {wanted} in brackets ({words}), not {len(given)}",
                f"“{name}”的括号内应有 {wanted} 项（{words}），而非 {len(given)} 项",
                at=name,
            )
        for each, (_, asked) in zip(given, kind.parameters, strict=True):
            self.argument(each, asked, name)

    def argument(self, given: Parsed, asked: FieldType, name: str) -> None:
        """Refuse what is not an entry of the kind that a name is asked of."""
        if (
            isinstance(given.node, nodes.Field)
            and is_same(given.type, asked)
            and isinstance(asked, RecordType)
        ):
            return
        shown = _shown(given.node)
        known = asked.fields if isinstance(asked, RecordType) else ()
        listed = Text(", ".join(list(known)[:4]), "、".join(list(known)[:4]))
        self.refuse(
            f"{shown} is not what {name} is asked of: an entry with {listed.en} and so on",
            f"“{shown}”与“{name}”的参数不符，应为含{listed.zh}等字段的条目",
            at=_last_name(given.node),
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


def check_calls(tokens: Sequence[Token], named: Mapping[str, NameType]) -> None:
    """Refuse a name that is called though it takes nothing, or not called though it does.

    Raises:
        ExpressionError: with the column of the name.
    """
    called = {name for name, kind in named.items() if isinstance(kind, Signature) and kind.parameters}
    before = ""
    for token, following in zip(tokens, (*(each.text for each in tokens[1:]), ""), strict=True):
        if token.kind == "name" and before != ".":
            brackets = following == "("
            if brackets and token.text not in called:
                raise refusal(
                    f"{token.text!r} is nothing that is followed by brackets",
                    f"“{token.text}”之后不能带括号",
                    column=token.column,
                    advice=did_you_mean(token.text, (f"{each}" for each in called)),
                )
            if not brackets and token.text in called:
                kind = named[token.text]
                words = ", ".join(one for one, _ in kind.parameters) if isinstance(kind, Signature) else ""
                raise refusal(
                    f"{token.text!r} is asked of an entry: {token.text}({words})",
                    f"“{token.text}”须针对条目使用：{token.text}({words})",
                    column=token.column,
                )
        before = token.text


def check_parameters(types: Mapping[str, FieldType], taken: Iterable[str]) -> None:
    """Refuse parameters with the name of something else, or that stand for no record.

    Raises:
        ExpressionError: naming the parameter.
    """
    for name in sorted(set(types) & set(taken)):
        raise refusal(
            f"the parameter {name!r} has the name of something else",
            f"参数“{name}”与其他名称重复",
            advice=Text("Rename the parameter.", "请为参数改名。"),
        )
    for name, kind in types.items():
        if not isinstance(kind, RecordType):
            raise refusal(
                f"the parameter {name!r} stands for {kind_name(kind).en}, not for an entry with fields",
                f"参数“{name}”应为含字段的条目，而不是{kind_name(kind).zh}",
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
    if isinstance(node, nodes.Field):
        return ".".join((*((node.root,) if node.root else ()), *node.fields))
    if isinstance(node, nodes.Named):
        return write(node)
    return str(node.value) if isinstance(node, nodes.Literal) else "(…)"


def _last_name(node: nodes.Node) -> str | None:
    """Return the word by which to find the node among the tokens."""
    if isinstance(node, nodes.Field):
        return node.fields[-1] if node.fields else node.root
    return node.name if isinstance(node, nodes.Named) else None
