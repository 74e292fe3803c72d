"""Everything that a document does not follow in its schema, as plain data.

This module is imported only once a document is known to be wrong: it brings in ``jsonschema``, which takes
longer to import than a right document takes to check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend
from msgspec import Struct
from msgspec.structs import replace

from cati_rules.documents.paths import FieldPath
from cati_rules.schema.formats import FORMATS
from cati_rules.schema.navigation import Schema, resolved


class Mismatch(Struct, frozen=True):
    """One place where a document does not follow its schema.

    ``rule`` is what the schema says under ``keyword``, ``schema`` the part of the schema that says it,
    ``because`` the conditions (``if``) that made it apply, and ``rests_on`` the places of the fields that they, or
    those that did not hold (``else``), look at.
    """

    keyword: str
    rule: Any
    value: Any
    path: FieldPath
    schema: Schema
    because: tuple[Schema, ...] = ()
    rests_on: frozenset[FieldPath] = frozenset()


def findings(root: Schema, value: object) -> Iterator[Mismatch]:
    """Yield everything in ``value`` that does not follow the schema ``root``, each thing once."""
    validator = _VALIDATOR(root, format_checker=_FORMATS)
    told: set[tuple[str, FieldPath, int]] = set()
    waiting: list[Mismatch] = []
    wrong: set[FieldPath] = set()
    for error in validator.iter_errors(value):
        for finding in _descended(root, error):
            # One error comes for each missing field; one finding speaks of them all.
            key = (finding.keyword, finding.path, id(finding.rule))
            if key in told or _is_told_otherwise(finding):
                continue
            told.add(key)
            if finding.rests_on:
                waiting.append(finding)
            else:
                wrong.add(finding.path)
                if finding.keyword == "required":
                    wrong.update((*finding.path, name) for name in finding.rule if name not in finding.value)
                yield finding
    # What is asked only because of a field that is wrong itself may not be asked once that is mended.
    yield from (finding for finding in waiting if not wrong.intersection(finding.rests_on))


def _is_told_otherwise(finding: Mismatch) -> bool:
    """Return whether a value of another type is told of as none of the choices, or an empty one as empty."""
    choices = "enum" in finding.schema or "const" in finding.schema
    if finding.value is None:
        return finding.keyword in {"enum", "const"} and "type" in finding.schema
    return finding.keyword == "type" and choices


def _descended(root: Schema, error: ValidationError) -> Iterator[Mismatch]:
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


def _finding(root: Schema, error: ValidationError) -> Mismatch:
    conditions = list(_conditions(root, list(error.absolute_schema_path), tuple(error.absolute_path)))
    return Mismatch(
        keyword=str(error.validator) if error.validator else "false",
        rule=error.validator_value,
        value=error.instance,
        path=tuple(error.absolute_path),
        schema=error.schema if isinstance(error.schema, Mapping) else {},
        because=tuple(each.schema for each in conditions if each.held),
        rests_on=frozenset(
            (*each.at, name) for each in conditions for name in each.schema.get("properties", ())
        ),
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


class _Condition(NamedTuple):
    """A condition of the schema: on the value at which place, and whether it held."""

    schema: Schema
    at: FieldPath
    held: bool


def _conditions(root: Schema, schema_path: Sequence[str | int], path: FieldPath) -> Iterator[_Condition]:
    """Yield the conditions on the way to an error at ``path``."""
    node: Any = root
    depth = 0
    named = False  # whether the step is a name of the document's, and no keyword
    for step in schema_path:
        if isinstance(node, Mapping):
            node = resolved(root, node) if "$ref" in node and not named else node
            if not named and step in {"then", "else"} and isinstance(node.get("if"), Mapping):
                yield _Condition(node["if"], path[:depth], step == "then")
            depth += named or (step == "items" and isinstance(node.get("items"), Mapping))
            named = not named and step in {"properties", "patternProperties"}
            node = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node):
            node = node[step]  # of prefixItems, which no schema here puts a condition in
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
