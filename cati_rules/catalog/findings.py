"""Collects what is wrong with a rule file, each with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cati_rules.documents import Document, format_path
from cati_rules.errors import Problem, RulesetError
from cati_rules.language import ExpressionError
from cati_rules.text import Text

Step = str | int

_MESSAGES: Mapping[str, Text] = {
    "missing": Text("is missing.", "缺失。"),
    "string_type": Text("must be text.", "应为文本。"),
    "bool_type": Text("must be true or false.", "应为 true 或 false。"),
    "list_type": Text("must be a list.", "应为列表。"),
    "dict_type": Text("must be a mapping.", "应为键值对。"),
    "model_type": Text("must be a mapping.", "应为键值对。"),
    "model_attributes_type": Text("must be a mapping.", "应为键值对。"),
    "decimal_type": Text("must be a number.", "应为数字。"),
    "is_instance_of": Text("must be a number.", "应为数字。"),
    "string_too_short": Text("must not be empty.", "不能为空。"),
    "too_short": Text("must not be empty.", "不能为空。"),
    "string_too_long": Text(
        "must be no longer than {max_length} characters.", "不能超过 {max_length} 个字符。"
    ),
    "string_pattern_mismatch": Text("must have the form {pattern}.", "须符合格式 {pattern}。"),
    "greater_than": Text("must be over {gt}.", "应大于 {gt}。"),
    "greater_than_equal": Text("must be at least {ge}.", "不应小于 {ge}。"),
    "less_than_equal": Text("must be at most {le}.", "不应大于 {le}。"),
    "literal_error": Text("must be {expected}.", "应为 {expected}。"),
    "value_error": Text("is not a date.", "不是有效日期。"),
}
_OTHER = Text("is not of the form that is needed here.", "不符合此处要求的格式。")


class Findings:
    """A growing list of problems, and of remarks, which do not keep a ruleset from being used."""

    def __init__(self) -> None:
        """Begin with no problems."""
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []

    def error(self) -> RulesetError:
        """Return the error that the problems make together, in the order of the files."""
        return RulesetError(
            sorted(
                self.problems,
                key=lambda each: (each.place.file, each.place.line or 0, each.place.column or 0),
            )
        )

    def add(
        self,
        document: Document,
        path: Sequence[Step],
        code: str,
        message: Text,
        *,
        advice: Text | None = None,
        at_key: bool = False,
    ) -> None:
        """Record a problem at ``path`` of ``document``."""
        place = document.key_place(path) if at_key else document.place(path)
        self.problems.append(
            Problem(place=place, code=code, message=message, path=format_path(path), advice=advice)
        )

    def remark(self, document: Document, path: Sequence[Step], code: str, message: Text) -> None:
        """Record what ``cati rules lint`` tells of at ``path`` of ``document``, and a run does not."""
        self.remarks.append(
            Problem(place=document.place(path), code=code, message=message, path=format_path(path))
        )

    def add_expression(self, document: Document, path: Sequence[Step], error: ExpressionError) -> None:
        """Record an expression that was refused; the column in the expression goes into the message."""
        message = error.message
        if error.column is not None:
            message = Text(
                f"at character {error.column} of the expression: {message.en}",
                f"表达式第 {error.column} 个字符处：{message.zh}",
            )
        self.add(document, path, "rules/expression", message, advice=error.advice)

    def add_validation(self, document: Document, error: ValidationError, model: type[BaseModel]) -> None:
        """Record everything that pydantic found; a misspelt field is not missing besides."""
        names = _field_names(model)
        details = error.errors(include_url=False, include_context=True)
        meant = {
            (*detail["loc"][:-1], *get_close_matches(str(detail["loc"][-1]), names, n=1))
            for detail in details
            if detail["type"] == "extra_forbidden"
        }
        for detail in details:
            if detail["type"] != "missing" or detail["loc"] not in meant:
                self._add_detail(document, detail, names)

    def _add_detail(self, document: Document, detail: ErrorDetails, names: Sequence[str]) -> None:
        kind = detail["type"]
        path = tuple(step for step in detail["loc"] if step != "[key]")
        if kind == "extra_forbidden":
            close = get_close_matches(str(path[-1]), names, n=1)
            advice = Text(f"Did you mean {close[0]}?", f"是否应为 {close[0]}？") if close else None
            message = Text("is not a field that a ruleset has here.", "不是此处可用的字段。")
            self.add(document, path, "rules/unknown-field", message, advice=advice, at_key=True)
            return
        context = detail.get("ctx", {})
        known = _MESSAGES.get(kind, _OTHER)
        listed = str(context.get("expected", "")).replace(" or ", "或").replace(", ", "、")
        message = Text(known.en.format_map(context), known.zh.format_map({**context, "expected": listed}))
        self.add(document, path, f"rules/{kind.replace('_', '-')}", message, at_key="[key]" in detail["loc"])


def _field_names(model: type[BaseModel], seen: frozenset[type[BaseModel]] = frozenset()) -> list[str]:
    """Return every field name that a model and the models below it use."""
    names: list[str] = []
    for name, field in model.model_fields.items():
        names.append(field.alias or name)
        for inner in _models_in(field.annotation):
            if inner not in seen:
                names.extend(_field_names(inner, seen | {model}))
    return sorted(set(names))


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in getattr(annotation, "__args__", ()) for model in _models_in(argument)]
