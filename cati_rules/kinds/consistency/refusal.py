"""Why a document is not evaluated: what rules with ``stop`` find in it, as problems at their places."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from cati_rules.catalog.store import load_ruleset
from cati_rules.documents import Document, format_path
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import Problem
from cati_rules.kinds.consistency.assessment import (
    ConsistencyAssessor,
    ConsistencyFinding,
    ConsistencyResult,
    Exact,
)
from cati_rules.kinds.consistency.rules import Consistency
from cati_rules.kinds.consistency.seen import values_seen
from cati_rules.numbers import plain
from cati_rules.schema.navigation import title_at
from cati_rules.schema.plausibility import errors_at, errors_in
from cati_rules.schema.store import load_schema
from cati_rules.schema.types import types_from_schema
from cati_rules.schema.validation import is_valid_at
from cati_rules.text import Text

CONSISTENCY = "consistency"
"""The ruleset whose rules every document is held to, whether its findings are asked for or not."""
CODE = "slip"
"""What the codes of these problems begin with, before the id of the rule."""


@cache
def our_assessor() -> ConsistencyAssessor:
    """Return the consistency ruleset that comes with the package, ready to look at documents."""
    rules = load_ruleset(CONSISTENCY)
    assert isinstance(rules, Consistency)  # noqa: S101 - it is ours
    return ConsistencyAssessor(rules, lambda kind: types_from_schema(load_schema(kind)))


def stopping(value: Mapping[str, Any], date: str) -> ConsistencyResult:
    """Return what keeps a valid document, without nulls, from being evaluated on an ISO date."""
    return our_assessor().stopping(value, as_of=date)


def impossible_in(value: Mapping[str, Any]) -> tuple[FieldPath, ...]:
    """Return the places of what cannot be in a valid document, without nulls; no rule about that asks for the date."""
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    return (*errors_in(value), *(each.path for each in stopping(value, today).findings))


def became_wrong(before: Mapping[str, Any], after: Mapping[str, Any], place: FieldPath) -> bool:
    """Return whether a change at ``place`` made a document invalid, or say what cannot be, that was neither before."""
    kind = str(after["kind"])
    if not is_valid_at(kind, after, place):
        return is_valid_at(kind, before, place)
    wrong = _impossible_at(after, place)
    return bool(wrong) and not wrong <= _impossible_at(before, place)


def _impossible_at(value: Mapping[str, Any], place: FieldPath) -> set[FieldPath]:
    ours = our_assessor()
    found = ours.found_at(value, place, [rule for rule in ours.rules_on(value) if rule.stop])
    return {*errors_at(value, place), *(each.path for each in found)}


def refusals(results: Iterable[ConsistencyResult], document: Document) -> Iterator[Problem]:
    """Yield what keeps a valid ``document`` from being evaluated, of what was found in it."""
    for result in results:
        for finding in result.findings:
            if finding.rule.stop:
                yield _problem(finding, result, document)


def _problem(finding: ConsistencyFinding, result: ConsistencyResult, document: Document) -> Problem:
    root = load_schema(str(document.value["kind"]))
    seen = list(_told(finding, result, root))
    said = finding.rule.title
    message = Text(
        f"{said.en.removesuffix('.')}: {', '.join(each.en for each in seen)}." if seen else said.en,
        f"{said.zh.removesuffix('。')}：{'，'.join(each.zh for each in seen)}。" if seen else said.zh,
    )
    return Problem(
        place=document.place(finding.path),
        code=f"{CODE}/{finding.rule.id}",
        message=message,
        path=format_path(finding.path),
        field=title_at(root, finding.path),
        advice=finding.rule.advice,
    )


def _told(finding: ConsistencyFinding, result: ConsistencyResult, root: Mapping[str, Any]) -> Iterator[Text]:
    """Yield the values that make the condition true, each with the title of its field, or of what was computed."""
    body = result.ruleset.body("product") if finding.within else result.body
    values = {} if body is None else {each.name: each for each in body.values}
    for each in values_seen(finding, {} if body is None else body.named_nodes()):
        title = None if each.path is None else title_at(root, each.path)
        if each.path is None and each.name in values:
            title = values[each.name].title
        written = _written(each.value)
        if title is None:
            yield Text(f"{each.text} {written}", f"{each.text} {written}")
        else:
            yield Text(f"{title.en[:1].lower()}{title.en[1:]} {written}", f"{title.zh} {written}")


def _written(value: Exact) -> str:
    return (
        str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else plain(value)
    )
