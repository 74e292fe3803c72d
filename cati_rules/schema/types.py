"""What kind of value each field of a document holds, derived from its JSON Schema.

Rules are checked against these types, and a missing value is everything its type allows. Only what a value
*may be* is kept here; whether it must be there (``required``, ``if``, ``anyOf``) is the business of
validation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct, field

_DEFINITIONS = "#/$defs/"
_BOUNDS = {
    "minimum": max,
    "exclusiveMinimum": max,
    "maximum": min,
    "exclusiveMaximum": min,
    "minItems": max,
    "maxItems": min,
}
_TELLING = frozenset(
    {*_BOUNDS, "allOf", "const", "default", "enum", "items", "properties", "type", "x-absent"}
)
"""What a schema says of types besides a reference."""


class SchemaTypeError(ValueError):
    """A schema holds something that no type can be derived from."""


class NumberType(Struct, frozen=True):
    """A number, with the bounds that the schema sets; ``None`` is unbounded.

    ``closed``: where it is left out there is none (``x-absent: none``), and it is not unknown.
    """

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    exclusive_minimum: Decimal | None = None
    exclusive_maximum: Decimal | None = None
    integer: bool = False
    closed: bool = False


class TextType(Struct, frozen=True):
    """A text; ``choices`` are the only texts allowed, ``None`` allows any.

    ``default`` is what the schema says that a text left out stands for, None where it is unknown.
    """

    choices: frozenset[str] | None = None
    default: str | None = None


class BooleanType(Struct, frozen=True):
    """True or false; ``default`` is what the schema says that it is where it is left out, None where unknown."""

    default: bool | None = None


Side = Literal["below", "at_most", "at_least"]
Bounds = tuple[tuple[Side, str], ...]
"""Which sides of a number the fields beside it state."""


class RecordType(Struct, frozen=True):
    """An object with named fields; ``name`` is that of the definition, or the place in the schema.

    ``bounds`` are the fields that state bounds of a number beside them, by that number's name (``x-bound``).
    """

    name: str
    fields: Mapping[str, FieldType]
    bounds: Mapping[str, Bounds] = field(default_factory=dict)


class ListType(Struct, frozen=True):
    """A list whose elements all have one type."""

    item: FieldType
    min_items: int = 0
    max_items: int | None = None


FieldType = NumberType | TextType | BooleanType | RecordType | ListType


def types_from_schema(schema: Mapping[str, Any]) -> RecordType:
    """Derive the type of a whole document from its JSON Schema.

    ``$ref`` into ``#/$defs/`` is resolved and ``allOf`` merged.

    Raises:
        SchemaTypeError: the schema is recursive, refers elsewhere, or leaves the type of a field open.
    """
    root = _Reader(schema).read((schema,), str(schema.get("title", "document")), frozenset())
    if not isinstance(root, RecordType):
        raise SchemaTypeError("the schema of a document must describe an object")
    return root


class _Reader:
    """Reads the types below one schema; ``above`` are the references on the way down, to refuse recursion."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._definitions: Mapping[str, Any] = schema.get("$defs", {})
        self._referred: dict[str, FieldType] = {}
        self._kinds: Mapping[str, Callable[[Mapping[str, Any], str, frozenset[str]], FieldType]] = {
            "object": self._record,
            "array": self._list,
            "string": self._text,
            "number": self._number,
            "integer": self._number,
            "boolean": self._boolean,
        }

    def read(self, schemas: Iterable[object], where: str, above: frozenset[str]) -> FieldType:
        """Read the type of a value that all of ``schemas`` describe together; what is only referred to is read once."""
        first, *others = schemas
        reference = first.get("$ref") if isinstance(first, dict) and _TELLING.isdisjoint(first) else None
        if others or not isinstance(reference, str):
            return self._read((first, *others), where, above)
        if reference not in self._referred:
            self._referred[reference] = self._read((first,), where, above)
        return self._referred[reference]

    def _read(self, schemas: Iterable[object], where: str, above: frozenset[str]) -> FieldType:
        merged: dict[str, Any] = {"properties": {}, "items": []}
        passed = above.union(*(self._merge(schema, merged, where, above) for schema in schemas))
        return self._kinds[_kind(merged, where)](merged, where, passed)

    def _merge(
        self, schema: object, merged: dict[str, Any], where: str, above: frozenset[str]
    ) -> frozenset[str]:
        """Merge ``schema`` into ``merged``; return the references passed, those above included."""
        if not isinstance(schema, dict):
            raise SchemaTypeError(f"{where}: no type can be derived from {schema!r}")
        passed = above
        reference = schema.get("$ref")
        if reference is not None:
            if not isinstance(reference, str) or not reference.startswith(_DEFINITIONS):
                raise SchemaTypeError(
                    f"{where}: only references into {_DEFINITIONS} are followed, not {reference!r}"
                )
            if reference in above:
                raise SchemaTypeError(
                    f"{where}: {reference} contains itself, and recursive schemas have no finite type"
                )
            name = reference.removeprefix(_DEFINITIONS)
            if name not in self._definitions:
                raise SchemaTypeError(f"{where}: {reference} is not defined")
            merged.setdefault("name", name)
            passed = self._merge(self._definitions[name], merged, where, above | {reference})
        passed = passed.union(*(self._merge(part, merged, where, above) for part in schema.get("allOf", ())))
        for key, tighter in _BOUNDS.items():
            if key in schema:
                bound = Decimal(str(schema[key]))
                merged[key] = tighter(merged[key], bound) if key in merged else bound
        for name, inner in schema.get("properties", {}).items():
            merged["properties"].setdefault(name, []).append(inner)
        if "items" in schema:
            merged["items"].append(schema["items"])
        for key in ("type", "default", "x-absent"):
            if key in schema:
                merged[key] = schema[key]
        choices = [schema["const"]] if "const" in schema else schema.get("enum")
        if choices is not None:
            before = merged.get("choices")
            merged["choices"] = [
                one for one in choices if one is not None and (before is None or one in before)
            ]
        return passed

    def _record(self, merged: Mapping[str, Any], where: str, above: frozenset[str]) -> RecordType:
        fields = {
            name: self.read(parts, f"{where}.{name}", above) for name, parts in merged["properties"].items()
        }
        bounds: dict[str, Bounds] = {}
        for name, parts in merged["properties"].items():
            for stated in (part["x-bound"] for part in parts if "x-bound" in part):
                bounds[stated["of"]] = (*bounds.get(stated["of"], ()), (stated["side"], name))
        return RecordType(merged.get("name", where), fields, bounds)

    def _list(self, merged: Mapping[str, Any], where: str, above: frozenset[str]) -> ListType:
        if not merged["items"]:
            raise SchemaTypeError(f"{where}: a list must say what its items are")
        most = merged.get("maxItems")
        return ListType(
            self.read(merged["items"], f"{where}[]", above),
            int(merged.get("minItems", 0)),
            None if most is None else int(most),
        )

    def _text(self, merged: Mapping[str, Any], _where: str, _above: frozenset[str]) -> TextType:
        choices = merged.get("choices")
        return TextType(None if choices is None else frozenset(choices), merged.get("default"))

    def _number(self, merged: Mapping[str, Any], _where: str, _above: frozenset[str]) -> NumberType:
        least, most = merged.get("minimum"), merged.get("maximum")
        if merged.get("choices"):
            numbers = [Decimal(str(choice)) for choice in merged["choices"]]
            least, most = min(numbers), max(numbers)
        return NumberType(
            minimum=least,
            maximum=most,
            exclusive_minimum=merged.get("exclusiveMinimum"),
            exclusive_maximum=merged.get("exclusiveMaximum"),
            integer="integer" in _as_list(merged.get("type")),
            closed=merged.get("x-absent") == "none",
        )

    def _boolean(self, merged: Mapping[str, Any], _where: str, _above: frozenset[str]) -> BooleanType:
        return BooleanType(merged.get("default"))


def _as_list(value: object) -> Sequence[object]:
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


def _kind(merged: Mapping[str, Any], where: str) -> str:
    """Return the JSON type that the merged schema stands for; ``null`` beside another type means absent."""
    named = [str(one) for one in _as_list(merged.get("type")) if one != "null"]
    if len(named) == 1:
        return named[0]
    if set(named) == {"integer", "number"}:
        return "number"
    if named:
        raise SchemaTypeError(f"{where}: a field must have one type, not {', '.join(named)}")
    if merged["properties"]:
        return "object"
    if merged["items"]:
        return "array"
    kinds = {_kind_of_choice(choice) for choice in merged.get("choices", ())}
    if len(kinds) == 1:
        return kinds.pop()
    raise SchemaTypeError(f"{where}: the schema does not say what type this is")


def _kind_of_choice(choice: object) -> str:
    if isinstance(choice, bool):
        return "boolean"
    return "string" if isinstance(choice, str) else "number"
