"""Which parts of a document are statements, and what is left of it when some are taken out.

An index scores what is published, and what the company itself says. Both are one transformation of the
document: statements that do not qualify are taken out, so that no rule needs to ask.

A *statement* is an object whose schema has the field ``evidence``. It rests on its own evidence alone: were it to
rest on that of a statement around it, taking evidence away could add points. A statement that does not qualify goes
whole, with what is inside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from cati_rules.documents.paths import FieldPath
from cati_rules.language import DROPPED
from cati_rules.schema.types import FieldType, ListType, RecordType


class Shape(Struct, frozen=True):
    """What a part of a document can hold below it: only parts in which there are statements are named."""

    is_statement: bool = False
    fields: Mapping[str, Shape] = field(default_factory=dict)
    items: Shape | None = None

    @property
    def holds_statements(self) -> bool:
        """Whether there can be a statement here or below."""
        return self.is_statement or bool(self.fields) or self.items is not None


def shape_of(kind: FieldType) -> Shape:
    """Return where statements can stand in values of type ``kind``."""
    if isinstance(kind, ListType):
        items = shape_of(kind.item)
        return Shape(items=items) if items.holds_statements else Shape()
    if isinstance(kind, RecordType):
        below = {name: shape_of(each) for name, each in kind.fields.items()}
        kept = {name: shape for name, shape in below.items() if shape.holds_statements}
        return Shape("evidence" in kind.fields, kept)
    return Shape()


class View(Struct, frozen=True):
    """A document without some of its statements; ``removed`` names the places of those taken out.

    ``of_parent`` says that the document holds what a parent company states. An element taken out of a list leaves a
    mark in its place, so that the others keep their places in the file.
    """

    value: dict[str, Any]
    removed: tuple[FieldPath, ...]
    of_parent: bool = False


def view(
    document: Mapping[str, Any],
    shape: Shape,
    *,
    public_by: str | None,
    own_only: bool,
    published: frozenset[FieldPath] = frozenset(),
    not_counted: Collection[FieldPath] = (),
) -> View:
    """Return the document without the statements that do not qualify.

    ``public_by`` (an ISO date) keeps only what rests on evidence that is public and published by then; None keeps
    what is unpublished too. Statements at the places in ``published``, and what is inside them, count as public.
    ``own_only`` leaves out what a parent company states; what a third party states never counts, nor do the statements
    at the places in ``not_counted``.
    """
    cutter = _Cutter(public_by, own_only, published, not_counted)
    value = cutter.cut(document, shape, (), everything=False)
    return View(value if isinstance(value, dict) else {}, tuple(cutter.removed), cutter.of_parent)


def with_published(
    public: Mapping[str, Any], whole: Mapping[str, Any], paths: Collection[FieldPath]
) -> dict[str, Any]:
    """Return the view ``public`` with the statements at ``paths``, and what is inside them, as ``whole`` has them.

    Both are views of one document, by what is public and whole. Only what lies on the way to a statement is copied.
    """
    value = dict(public)
    copied: set[int] = set()
    asked = set(paths)
    for path in paths:
        if any(path[:end] in asked for end in range(1, len(path))):
            continue
        statement = _at(whole, path)
        holder: Any = value
        for step in path[:-1]:
            below = _at(holder, (step,))
            if not isinstance(below, dict | list):
                holder = None  # inside of what is not public itself
                break
            if id(below) not in copied:
                below = below.copy()
                copied.add(id(below))
                holder[step] = below
            holder = below
        if holder is not None and statement is not DROPPED:
            holder[path[-1]] = statement
    return value


def _at(value: Any, path: FieldPath) -> Any:
    """Return what a view holds at ``path``, ``DROPPED`` where it holds nothing."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step, DROPPED)
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
        else:
            return DROPPED
    return value


def is_public(evidence: Sequence[Mapping[str, Any]], by: str) -> bool:
    """Return whether one piece of ``evidence`` is public, and not published after ``by`` (an ISO date).

    An internal document is not public, whatever is said of it. A source that is only cited has to be written out before
    (:func:`~cati_rules.schema.spelled_out`).
    """
    return any(
        each["public"] is True and each.get("kind") != "internal" and each.get("published", by) <= by
        for each in evidence
    )


def public_from(evidence: Sequence[Mapping[str, Any]], by: str) -> str | None:
    """Return the first date after ``by`` on which ``evidence`` becomes public, None where there is none."""
    dates = [each["published"] for each in evidence if each.get("public") is True and "published" in each]
    return min((date for date in dates if date > by), default=None)


def unpublished_in(value: Any, shape: Shape, path: FieldPath, by: str) -> Iterator[FieldPath]:
    """Yield the statements at and below ``path``, where ``value`` stands, without evidence public by an ISO date."""
    if isinstance(value, list) and shape.items is not None:
        for i, each in enumerate(value):
            yield from unpublished_in(each, shape.items, (*path, i), by)
    if not isinstance(value, dict):
        return
    if shape.is_statement and not is_public(value.get("evidence", ()), by):
        yield path
    for name, below in shape.fields.items():
        yield from unpublished_in(value.get(name), below, (*path, name), by)


class _Cutter:
    def __init__(
        self,
        public_by: str | None,
        own_only: bool,
        published: frozenset[FieldPath],
        not_counted: Collection[FieldPath],
    ) -> None:
        self._public_by = public_by
        self._own_only = own_only
        self._published = published
        self._not_counted = not_counted
        self.removed: list[FieldPath] = []
        self.of_parent = False

    def cut(self, value: Any, shape: Shape, path: FieldPath, *, everything: bool) -> Any:
        """Return ``value`` without the statements that go, or ``DROPPED`` where it goes itself.

        ``everything`` says that all here counts as public.
        """
        if isinstance(value, list) and shape.items is not None:
            items = shape.items
            return [self.cut(each, items, (*path, i), everything=everything) for i, each in enumerate(value)]
        if not isinstance(value, dict):
            return value
        everything = everything or path in self._published
        counts = path not in self._not_counted and self._counts(value)
        if shape.is_statement and not (counts and (everything or self._is_public(value))):
            self.removed.append(path)
            return DROPPED
        kept = {}
        for name, each in value.items():
            below = shape.fields.get(name)
            left = each if below is None else self.cut(each, below, (*path, name), everything=everything)
            if left is not DROPPED:
                kept[name] = left
        return kept

    def _counts(self, statement: Mapping[str, Any]) -> bool:
        """Return whether the one whose statement it is counts; what somebody else says is no disclosure."""
        stated_by = statement.get("stated_by")
        self.of_parent = self.of_parent or stated_by == "parent"
        return stated_by != "third_party" and not (self._own_only and stated_by == "parent")

    def _is_public(self, statement: Mapping[str, Any]) -> bool:
        return self._public_by is None or is_public(statement.get("evidence", ()), self._public_by)
