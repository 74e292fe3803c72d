"""How documents of a kind lie in a workbook: a sheet for each topic, made from the schema.

A section of single values is a form, a row for each field; a list is a table, a row for each entry. Lists within
entries are tables of their own, whose rows say which entry they belong to. The first evidence of a statement stands in
its row. A workbook of products is a table of documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, Literal

from msgspec import Struct

from cati_rules.schema.navigation import Schema, bilingual, item, properties, said
from cati_rules.schema.store import load_schema
from cati_rules.text import NOTHING, Text

EACH: Final = "[]"
"""The step of a pattern that stands for any entry of a list."""
KINDS: Final = ("disclosure", "facility", "product", "purchases")
_EVIDENCE: Final = "evidence"
_CITED: Final = ("source", "page")
_LISTED: Final = ("product",)
"""Kinds of which a workbook holds several documents, a row each."""

Pattern = tuple[str | int, ...]
Shape = Literal["text", "texts", "number", "share", "boolean", "choice", "choices", "date"]


class Field(Struct, frozen=True):
    """A field with a place in a sheet: where in the document it stands, what it is called, and what it takes."""

    pattern: Pattern
    title: Text
    hint: Text | None
    unit: str
    shape: Shape
    required: bool
    choices: tuple[tuple[str, Text], ...] = ()


class SheetPlan(Struct, frozen=True):
    """A sheet: a form where ``pattern`` is of no list, else a table of its entries."""

    pattern: Pattern
    title: Text
    fields: tuple[Field, ...]
    schema: Mapping[str, Any]
    is_table: bool

    @property
    def parent(self) -> Pattern | None:
        """The pattern of the list whose entries this one's belong to, None for a list that stands by itself."""
        above = [i for i, step in enumerate(self.pattern[:-1]) if step == EACH]
        return self.pattern[: above[-1] + 1] if above else None


@cache
def plan_of(kind: str) -> tuple[SheetPlan, ...]:
    """Return the sheets of a workbook for documents of a kind, in the order of the schema."""
    root = load_schema(kind)
    if kind in _LISTED:
        start: Pattern = (EACH,)
        own = tuple(_fields(root, root, start, start))
        sheets = [SheetPlan(start, said(root, "title") or Text(kind, kind), own, root, True)]
        return (*sheets, *_lists(root, root, start, NOTHING))
    return tuple(_sections(root, kind))


def _sections(root: Schema, kind: str) -> Iterator[SheetPlan]:
    single = [each for each in _fields(root, root, (), ()) if len(each.pattern) == 1]
    title = said(root, "title") or Text(kind, kind)
    if single:
        yield SheetPlan((), title, tuple(single), root, False)
    for name, inner in properties(root, root).items():
        if inner.get("type") == "array" and name != _EVIDENCE:
            yield from _table(root, name, inner, (), NOTHING)
            continue
        fields = [
            each for each in _fields(root, root, (), ()) if each.pattern[0] == name and len(each.pattern) > 1
        ]
        if fields:
            title = said(inner, "title") or Text(name, name)
            cut = [
                Field(e.pattern, _after(e.title, title), e.hint, e.unit, e.shape, e.required, e.choices)
                for e in fields
            ]
            yield SheetPlan((name,), title, tuple(cut), inner, False)
        if name != _EVIDENCE and properties(root, inner):
            yield from _lists(root, inner, (name,), NOTHING)


def _after(title: Text, section: Text) -> Text:
    return Text(title.en.removeprefix(f"{section.en} · "), title.zh.removeprefix(f"{section.zh} · "))


def _lists(root: Schema, schema: Schema, pattern: Pattern, above: Text) -> Iterator[SheetPlan]:
    """Yield the tables of lists in a section or an entry."""
    for name, inner in properties(root, schema).items():
        if name == _EVIDENCE:
            continue
        if inner.get("type") == "array":
            yield from _table(root, name, inner, pattern, above)
        elif properties(root, inner):
            yield from _lists(root, inner, (*pattern, name), above)


def _table(root: Schema, name: str, schema: Schema, pattern: Pattern, above: Text) -> Iterator[SheetPlan]:
    inside = item(root, schema)
    if not properties(root, inside):
        return
    here: Pattern = (*pattern, name, EACH)
    title = said(schema, "title") or Text(name, name)
    if above.en:
        title = Text(f"{above.en} - {title.en}", f"{above.zh}-{title.zh}")
    yield SheetPlan(here, title, tuple(_fields(root, inside, here, here)), inside, True)
    yield from _lists(root, inside, here, title)


def _fields(
    root: Schema,
    schema: Schema,
    pattern: Pattern,
    start: Pattern,
    around: Text = NOTHING,
    *,
    needed: bool = True,
) -> Iterator[Field]:
    """Yield the fields below a section or an entry that hold one value, or a list of texts."""
    required = set(schema.get("required", ())) if needed else set()
    for name, inner in properties(root, schema).items():
        title = said(inner, "title") or Text(name, name)
        title = Text(f"{around.en}{title.en}", f"{around.zh}{title.zh}")
        here: Pattern = (*pattern, name)
        if name == "kind" and len(here) - len(start) == 1 and "const" in inner:
            continue
        if inner.get("type") == "array":
            inside = item(root, inner)
            if name == _EVIDENCE:
                yield from _evidence(root, inside, here, title)
            elif not properties(root, inside):
                yield _field(here, inner, inside, title, name in required)
        elif properties(root, inner):
            below = Text(f"{title.en} · ", f"{title.zh} · ")
            yield from _fields(root, inner, here, start, below, needed=name in required)
        elif shape_of(inner) is not None:
            yield _field(here, inner, None, title, name in required)


def _evidence(root: Schema, schema: Schema, pattern: Pattern, title: Text) -> Iterator[Field]:
    """Yield the fields of the first evidence: the source that is cited and the page, where sources stand once."""
    fields = properties(root, schema)
    cited = _CITED if "source" in fields else tuple(fields)
    for name in cited:
        own = said(fields[name], "title") or Text(name, name)
        told = Text(f"{title.en} · {own.en}", f"{title.zh} · {own.zh}")
        yield _field((*pattern, 0, name), fields[name], None, told, False)


def _field(pattern: Pattern, schema: Schema, items: Schema | None, title: Text, required: bool) -> Field:
    choosing = schema if items is None else items
    meanings = choosing.get("x-choices", {})
    choices = tuple(
        (str(each), bilingual(meanings.get(str(each))) or Text(str(each), str(each)))
        for each in choosing.get("enum", ())
    )
    several: Shape = "choices" if choices else "texts"
    shape = several if items is not None else shape_of(schema) or "text"
    unit = schema.get("x-unit", "")
    return Field(
        pattern,
        title,
        said(schema, "description"),
        "" if unit == "1" else str(unit),
        shape,
        required,
        choices,
    )


def shape_of(schema: Schema) -> Shape | None:
    """Return what a field takes, None where it is no single value."""
    kind = schema.get("type")
    if schema.get("enum"):
        return "choice"
    if kind in {"number", "integer"}:
        return (
            "share"
            if kind == "number" and (schema.get("minimum"), schema.get("maximum")) == (0, 1)
            else "number"
        )
    if kind == "boolean":
        return "boolean"
    if kind == "string":
        return "date" if schema.get("format") == "date" else "text"
    return None
