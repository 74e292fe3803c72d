"""Expressions of the rule language: read, checked, stored, evaluated and explained.

Importing this package imports what evaluates. What parses (and with it rule-engine), lints, explains or writes
expressions is imported when it is first used: a check needs none of it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from cati_rules.language.errors import ExpressionError
from cati_rules.language.evaluation import Evaluator, World, compile_node
from cati_rules.language.nodes import Node, children, depends_on, names_in, walk
from cati_rules.language.possibilities import (
    DROPPED,
    UNDEFINED,
    UNDISCLOSED,
    TextChoices,
    Value,
)
from cati_rules.language.ranges import BOTH, FALSE, TRUE, NumberRange
from cati_rules.language.storage import from_json, to_json
from cati_rules.language.trace import Trace, ValueTrace

if TYPE_CHECKING:
    from cati_rules.language.checks import Parsed
    from cati_rules.language.explanation import Element, Explanation, Operand, explain, explain_holding
    from cati_rules.language.missing_inputs import missing
    from cati_rules.language.monotonicity import non_monotone
    from cati_rules.language.parser import parse
    from cati_rules.language.writer import write

__all__ = [
    "BOTH",
    "DROPPED",
    "FALSE",
    "TRUE",
    "UNDEFINED",
    "UNDISCLOSED",
    "Element",
    "Evaluator",
    "Explanation",
    "ExpressionError",
    "Node",
    "NumberRange",
    "Operand",
    "Parsed",
    "TextChoices",
    "Trace",
    "Value",
    "ValueTrace",
    "World",
    "children",
    "compile_node",
    "depends_on",
    "explain",
    "explain_holding",
    "from_json",
    "missing",
    "names_in",
    "non_monotone",
    "parse",
    "to_json",
    "walk",
    "write",
]

_LATE = {
    "Element": "explanation",
    "Explanation": "explanation",
    "Operand": "explanation",
    "Parsed": "checks",
    "explain": "explanation",
    "explain_holding": "explanation",
    "missing": "missing_inputs",
    "non_monotone": "monotonicity",
    "parse": "parser",
    "write": "writer",
}


def __getattr__(name: str) -> object:
    if name in _LATE:
        return getattr(importlib.import_module(f"cati_rules.language.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
