"""Checks a document against the schema of its kind, and tells everything that is wrong at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import jsonschema_rs
from msgspec.structs import replace

from cati_rules.documents import Document, format_path
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import DocumentError, Place, Problem
from cati_rules.schema.formats import FORMATS
from cati_rules.schema.navigation import with_entry_alone
from cati_rules.schema.plausibility import implausible
from cati_rules.schema.sources import with_sources
from cati_rules.schema.store import known_kinds, load_schema
from cati_rules.text import Text

if TYPE_CHECKING:
    from cati_rules.schema.navigation import Schema


# More than anybody reads; finding the line of each of a million would take minutes.
_MOST_FINDINGS = 500

_MOST_NAMED = 5
_PLAIN = (str, Decimal, bool)


def validate(document: Document) -> tuple[Problem, ...]:
    """Return everything wrong with ``document``, in the order of the file; empty when all is well.

    A document that follows its schema is checked for what is implausible as well (tonnes mixed with kilotonnes, a field
    left empty), some of which are only warnings.
    """
    return examined(document)[0]


def examined(document: Document) -> tuple[tuple[Problem, ...], Any]:
    """Return everything wrong with ``document``, as :func:`validate`, and its value without nulls."""
    kind = document.value.get("kind") if isinstance(document.value, Mapping) else None
    if not isinstance(kind, str) or kind not in known_kinds():
        from cati_rules.schema.messages import unknown_kind  # noqa: PLC0415 - words are needed only when wrong

        value = without_nulls(document.value)
        return (unknown_kind(document, value, known_kinds()),), value
    empty = _empty(document.value)
    value = _without(document.value, empty, kind)
    found = (
        [*implausible(document, value), *_left_empty(load_schema(kind), document, empty)]
        if is_valid(kind, value)
        else _explained(load_schema(kind), document, value)
    )
    return in_order(found), _stripped(document.value) if empty else value


def without_blanks(kind: str, value: Any) -> Any:
    """Return ``value`` without the fields that are empty and that the schema of ``kind`` knows.

    One that it does not know stays: what is misspelt, or half a number, is no blank.
    """
    return _without(value, _empty(value), kind)


def _without(value: Any, empty: Sequence[FieldPath], kind: str) -> Any:
    root = load_schema(kind)
    unknown = frozenset(path for path in empty if not _knows(root, path))
    return _without_blanks(value, unknown, ()) if unknown else _stripped(value) if empty else value


def _without_blanks(value: Any, kept: frozenset[FieldPath], path: FieldPath) -> Any:
    if isinstance(value, Mapping):
        return {
            name: _without_blanks(inner, kept, (*path, name))
            for name, inner in value.items()
            if inner is not None or (*path, name) in kept
        }
    if isinstance(value, list):
        return [_without_blanks(inner, kept, (*path, i)) for i, inner in enumerate(value)]
    return value


def _empty(value: Any) -> Sequence[FieldPath]:
    """Return the places of fields that are there and hold nothing."""
    found: list[FieldPath] = []
    if _holds_null(value):
        _collect_empty(value, (), found)
    return found


def _collect_empty(value: Any, path: FieldPath, found: list[FieldPath]) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if inner is None:
                found.append((*path, name))
            elif not isinstance(inner, _PLAIN):
                _collect_empty(inner, (*path, name), found)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            if not isinstance(inner, _PLAIN):
                _collect_empty(inner, (*path, i), found)


def _holds_null(value: Any) -> bool:
    """Return whether a field at any depth is null; most documents have none, and are looked through quickly."""
    if isinstance(value, list):
        inner: Iterable[Any] = value
    elif isinstance(value, Mapping):
        inner = value.values()
        if None in inner:
            return True
    else:
        return False
    for each in inner:  # noqa: SIM110 - generators within generators would take twice as long
        if not isinstance(each, _PLAIN) and _holds_null(each):
            return True
    return False


def _left_empty(root: Schema, document: Document, empty: Sequence[FieldPath]) -> Iterator[Problem]:
    """Yield one warning for all fields that are there and hold nothing: each counts as not given."""
    if not empty:
        return
    from cati_rules.schema.navigation import title_at  # noqa: PLC0415 - most documents have no empty field

    names = [format_path(path) for path in empty]
    rest = len(names) - _MOST_NAMED
    listed = Text(", ".join(names[:_MOST_NAMED]), "、".join(names[:_MOST_NAMED]))
    if rest > 0:
        listed = Text(f"{listed.en} and {rest} more", f"{listed.zh}等（另有 {rest} 个）")
    one = len(empty) == 1
    yield Problem(
        place=document.key_place(empty[0]),
        code="slip/left-empty",
        message=Text("This field is left empty, which counts as not given.", "该字段留空，按未填写处理。")
        if one
        else Text(
            f"{len(empty)} fields are left empty, which counts as not given: {listed.en}.",
            f"有 {len(empty)} 个字段留空，按未填写处理：{listed.zh}。",
        ),
        path=names[0] if one else "",
        field=title_at(root, empty[0]) if one else None,
        advice=Text("Fill it in, or remove the line.", "请填写内容，或删除该行。")
        if one
        else Text("Fill them in, or remove the lines.", "请填写内容，或删除这些行。"),
        severity="warning",
    )


def _knows(root: Schema, path: FieldPath) -> bool:
    from cati_rules.schema.navigation import field_at, properties  # noqa: PLC0415 - most documents have no empty field

    # What stands below a field that is unknown itself is told of there.
    around = field_at(root, path[:-1]) if path[:-1] else root
    return not around or path[-1] in properties(root, around)


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield each problem once for each place in the file: what an alias repeats stands there once."""
    repeated: dict[tuple[Place, str, Text], list[Problem]] = {}
    for problem in problems:
        repeated.setdefault((problem.place, problem.code, problem.message), []).append(problem)
    for first, *others in repeated.values():
        if others:
            count = len(others) + 1
            message = Text(
                f"{first.message.en} (Used in {count} places.)", f"{first.message.zh}（共引用 {count} 处。）"
            )
            yield replace(first, message=message)
        else:
            yield first


def validated(document: Document) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
    """Return the document's value without its nulls, and the warnings.

    Raises :class:`DocumentError` with every error when the document is not right.
    """
    problems, value = examined(document)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DocumentError(errors)
    return value, problems


def is_valid(kind: str, value: Mapping[str, Any]) -> bool:
    """Tell, fast, whether a value without nulls follows the schema of ``kind``."""
    try:
        return _recogniser(kind).is_valid(dict(value))
    except ValueError:  # no document from a file: a name that is no text, half a surrogate pair
        return False


def is_valid_at(kind: str, value: Mapping[str, Any], place: Sequence[str | int]) -> bool:
    """Tell whether a value that followed the schema of ``kind`` still does after a change at ``place``.

    No schema of ours holds one field of a document against another: only the field around the change is looked at, of a
    list only its entry.
    """
    name, *inside = place
    if name in value and inside and isinstance(inside[0], int):
        value = with_entry_alone(value, str(name), inside[0])
    around = {*load_schema(kind)["required"], name}
    return is_valid(kind, {each: value[each] for each in value if each in around})


@cache
def _recogniser(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        dict(load_schema(kind)), validate_formats=True, formats=dict(FORMATS)
    )


def without_nulls(value: Any) -> Any:
    """Return ``value`` without the fields whose value is null, at every depth; an empty item of a list stays.

    An empty section in a template (``board_oversight:``) reads as null and says nothing. What holds no null is the same
    object: values are to be read and not changed.
    """
    return _stripped(value) if _holds_null(value) else value


def _stripped(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: inner if isinstance(inner, _PLAIN) else _stripped(inner)
            for name, inner in value.items()
            if inner is not None
        }
    if isinstance(value, list):
        return [_stripped(inner) for inner in value]
    return value


def spelled_out(value: Any) -> Any:
    """Return what a valid document says: without empty fields, and with each source where evidence cites it.

    This is what documents are judged by. All places are those of the document.
    """
    return with_sources(without_nulls(value))


def _explained(root: Schema, document: Document, value: Mapping[str, Any]) -> list[Problem]:
    from cati_rules.schema.messages import explain, unexplained  # noqa: PLC0415
    from cati_rules.schema.mismatches import findings  # noqa: PLC0415 - imports jsonschema

    found = list(islice(findings(root, value), _MOST_FINDINGS + 1))
    problems = [problem for finding in found[:_MOST_FINDINGS] for problem in explain(root, finding, document)]
    # What the fast validator refused is never let through, even where no words are found for it.
    return problems + [unexplained(document, more=bool(problems))] * (
        not problems or len(found) > _MOST_FINDINGS
    )


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in the order of the file, each once."""
    return tuple(_once(sorted(problems, key=_order)))


def _order(problem: Problem) -> tuple[int, int, str, str]:
    return problem.place.line or 0, problem.place.column or 0, problem.path, problem.code
