"""Collects what is wrong with a rule file, each with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cati_rules.documents import Document, format_path
from cati_rules.errors import Problem
from cati_rules.expressions import ExpressionError
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
}


class Findings:
    """A growing list of problems; ``document`` gives the places."""

    def __init__(self) -> None:
        """Begin with no problems."""
        self.problems: list[Problem] = []

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
        """Record everything that pydantic found."""
        for detail in error.errors(include_url=False, include_context=True):
            self._add_detail(document, detail, model)

    def _add_detail(self, document: Document, detail: ErrorDetails, model: type[BaseModel]) -> None:
        kind = detail["type"]
        path = tuple(step for step in detail["loc"] if step != "[key]")
        if kind == "extra_forbidden":
            close = get_close_matches(str(path[-1]), _field_names(model), n=1)
            advice = Text(f"Did you mean {close[0]}?", f"是否应为 {close[0]}？") if close else None
            message = Text("is not a field that a ruleset has here.", "不是此处可用的字段。")
            self.add(document, path, "rules/unknown-field", message, advice=advice, at_key=True)
            return
        message = _MESSAGES.get(kind) or Text(f"{detail['msg']}.", f"不符合要求（{detail['msg']}）。")
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
