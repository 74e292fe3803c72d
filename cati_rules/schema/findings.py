"""Everything that a document does not follow in its schema, as plain data.

This module is imported only once a document is known to be wrong: it brings in ``jsonschema``, which takes
longer to import than a right document takes to check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from cati_rules.schema.formats import FORMATS
from cati_rules.schema.navigation import Path, Schema, resolved


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a document does not follow its schema.

    ``rule`` is what the schema says under ``keyword``, ``schema`` the part of the schema that says it,
    ``because`` the conditions (``if``) that made it apply.
    """

    keyword: str
    rule: Any
    value: Any
    path: Path
    schema: Schema
    because: tuple[Schema, ...] = ()


def findings(root: Schema, value: object) -> Iterator[Finding]:
    """Yield everything in ``value`` that does not follow the schema ``root``, each thing once."""
    validator = _VALIDATOR(root, format_checker=_FORMATS)
    told: set[tuple[str, Path, int]] = set()
    for error in validator.iter_errors(value):
        for finding in _descended(root, error):
            # One error comes for each missing field; one finding speaks of them all.
            key = (finding.keyword, finding.path, id(finding.rule))
            if key not in told:
                told.add(key)
                yield finding


def _descended(root: Schema, error: ValidationError) -> Iterator[Finding]:
    """Yield the error, or in its stead what is wrong in the alternative that was most likely meant."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    if not branches or _names_only_missing_fields(error, branches.values()):
        yield _finding(root, error)
    elif kinds := _refused_kinds(error, branches.values()):
        yield replace(_finding(root, error), keyword="type", rule=kinds)
    else:
        for inner in min(branches.values(), key=lambda errors: _distance(error, errors)):
            yield from _descended(root, inner)


def _finding(root: Schema, error: ValidationError) -> Finding:
    return Finding(
        keyword=str(error.validator) if error.validator else "false",
        rule=error.validator_value,
        value=error.instance,
        path=tuple(error.absolute_path),
        schema=error.schema if isinstance(error.schema, Mapping) else {},
        because=tuple(_conditions(root, list(error.absolute_schema_path))),
    )


def _names_only_missing_fields(error: ValidationError, branches: Iterable[list[ValidationError]]) -> bool:
    here = list(error.absolute_path)
    return all(
        inner.validator == "required" and list(inner.absolute_path) == here
        for errors in branches
        for inner in errors
    )


def _refused_kinds(error: ValidationError, branches: Iterable[list[ValidationError]]) -> list[str]:
    """Return the types of all alternatives when every one of them asks for another than the value has."""
    here = list(error.absolute_path)
    kinds: list[Any] = []
    for errors in branches:
        refused = [
            inner.validator_value
            for inner in errors
            if inner.validator == "type" and list(inner.absolute_path) == here
        ]
        if not refused:
            return []
        kinds += refused[0] if isinstance(refused[0], list) else [refused[0]]
    return kinds


def _distance(error: ValidationError, errors: Sequence[ValidationError]) -> tuple[int, int, int]:
    """Tell how far a value is from an alternative: another type, another kind, then the number of errors."""
    depth = len(error.absolute_path)
    return (
        sum(inner.validator == "type" and len(inner.absolute_path) == depth for inner in errors),
        sum(
            inner.validator in {"const", "enum"} and len(inner.absolute_path) <= depth + 1 for inner in errors
        ),
        len(errors),
    )


def _conditions(root: Schema, schema_path: Sequence[str | int]) -> Iterator[Schema]:
    node: Any = root
    for step in schema_path:
        if isinstance(node, Mapping):
            node = resolved(root, node) if "$ref" in node else node
            if step == "then" and isinstance(node.get("if"), Mapping):
                yield node["if"]
            node = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return


def _is_number(_checker: object, value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and _is_finite(value)


def _is_finite(value: float | Decimal) -> bool:
    return value.is_finite() if isinstance(value, Decimal) else value - value == 0


def _is_integer(checker: object, value: object) -> bool:
    return _is_number(checker, value) and value == (
        value.to_integral_value() if isinstance(value, Decimal) else int(value)  # type: ignore[call-overload]
    )


def _follows_pattern(
    validator: Any, pattern: str, value: object, _schema: object
) -> Iterator[ValidationError]:
    # As in ECMA 262: `$` does not allow a line break after it, and \d is an ASCII digit.
    strict = re.sub(r"(?<!\\)\$(?=$|\))", r"\\Z", pattern)
    if validator.is_type(value, "string") and not re.search(strict, str(value), re.ASCII):
        yield ValidationError("does not follow the pattern")


_FORMATS = FormatChecker(formats=())
for _name, _is_right in FORMATS.items():
    _FORMATS.checks(_name)(_is_right)

_VALIDATOR = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    validators={"pattern": _follows_pattern},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"number": _is_number, "integer": _is_integer}
    ),
)
