"""Rows as documents: what columns do not decide is judged one by one, exactly."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from cati_rules.columns.exact_rows import Given, Said, verdicts_of
from cati_rules.columns.fields import PRODUCT, product_fields
from cati_rules.documents import Document, parse_document
from cati_rules.documents.python_values import document_of
from cati_rules.errors import DocumentError, Problem
from cati_rules.kinds.consistency.refusal import refusals, stopping
from cati_rules.parameters import NO_PARAMETERS, Parameters
from cati_rules.pipeline import ruleset
from cati_rules.schema import in_order, spelled_out, validate
from cati_rules.schema.types import BooleanType, NumberType
from cati_rules.text import Text

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_TRUTHS = {"true": True, "false": False}


class Outcome(Struct, frozen=True):
    """What a row comes to as a document: what each ruleset says, or the problems that keep it from being judged."""

    said: Mapping[str, Said]
    problems: tuple[Problem, ...]


def value_of_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the product in a row: fields by their paths, None where there is nothing; numbers exact."""
    product: dict[str, Any] = {"kind": PRODUCT}
    types = product_fields()
    for name, given in row.items():
        if given is None:
            continue
        value = cell(given, types.get(name))
        if value is None:
            continue
        *above, last = name.split(".")
        holder = product
        for each in above:
            holder = holder.setdefault(each, {})
        holder[last] = value
    return product


def cell(given: Any, kind: Any = None) -> Any:
    """Return what a cell of a table holds, None where it is empty.

    A float is the shortest decimal that stands for it; a text in a column of numbers is the number that it writes out.
    """
    if given is None or given == "":
        return None
    if isinstance(given, bool):
        return given
    if isinstance(given, float):
        return None if given != given else Decimal(repr(given))  # noqa: PLR0124 - no number, as pandas has it
    if isinstance(given, int):
        return Decimal(given)
    if isinstance(given, datetime.datetime | datetime.date):
        return given.isoformat()[:10]
    if isinstance(given, str):
        text = given.strip()
        if isinstance(kind, NumberType) and _NUMBER.match(text):
            return Decimal(text)
        if isinstance(kind, BooleanType):
            return _TRUTHS.get(text.lower(), text)
        return text or None
    if isinstance(given, Mapping):
        return {str(name): cell(each) for name, each in given.items()}
    if isinstance(given, list | tuple):
        return [cell(each) for each in given]
    return given


class RowJudge:
    """Judges rows as documents, by the rulesets and on the date of a table."""

    def __init__(self, rulesets: Sequence[str], as_of: str, parameters: Parameters = NO_PARAMETERS) -> None:
        """Judge by ``rulesets`` as of an ISO date."""
        self.rulesets = tuple(rulesets)
        self.as_of = as_of
        self._asked: dict[str, tuple[str, Given]] = {}
        self._ids = {each: ruleset(each).id for each in rulesets}
        for each, identifier in self._ids.items():
            self._asked[each] = (each, tuple(sorted(parameters.get(identifier, {}).items())))

    def judge(self, row: Mapping[str, Any], name: str) -> Outcome:
        """Return what a row comes to that may be invalid; ``name`` is what problems call it."""
        try:
            document = document_of(value_of_row(row), name)
        except DocumentError as error:
            return Outcome({}, error.problems)
        return self._of(document)

    def judge_line(self, line: str, name: str) -> Outcome:
        """Return what a line of JSON comes to that is no product of single values."""
        try:
            document = parse_document(line.encode(), name=name)
            if "kind" not in document.value:
                document = document_of({"kind": PRODUCT, **document.value}, name)
        except DocumentError as error:
            return Outcome({}, error.problems)
        return self._of(document)

    def _of(self, document: Document) -> Outcome:
        if document.value.get("kind") not in (PRODUCT, None):
            message = Text("This is no product: a table holds products.", "不是产品：表格中应为产品。")
            return Outcome({}, (Problem(document.place(("kind",)), "table/kind", message, path="kind"),))
        problems = [each for each in validate(document) if each.severity == "error"]
        if not problems:
            value = spelled_out(document.value)
            problems = list(refusals((stopping(value, self.as_of),), document))
            if not problems:
                return Outcome(self._said(value, self.rulesets), ())
        return Outcome({}, in_order(problems))

    def judge_valid(self, row: Mapping[str, Any], rulesets: Sequence[str]) -> Mapping[str, Said]:
        """Return what some rulesets say of a row that is certainly valid."""
        return self._said(value_of_row(row), rulesets)

    def _said(self, value: Mapping[str, Any], rulesets: Sequence[str]) -> Mapping[str, Said]:
        """Return what rulesets, by id or path, say of a valid product, by their ids."""
        found = verdicts_of(value, [self._asked[each] for each in rulesets], self.as_of)
        return {self._ids[each]: said for each, said in zip(rulesets, found, strict=True)}
