"""What an author may write for a struct of a ruleset, checked by pydantic: models made from the structs themselves.

These models say which fields there are, which are required, and of which form; what fields mean together
(points that add up, names that exist, expressions that parse) is checked in
:mod:`cati_rules.catalog.authoring`.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model

from cati_rules.catalog.fields import (
    BY_NAME,
    COMPUTED,
    INHERITED,
    KEY,
    Bounds,
    DottedField,
    Expression,
    Words,
)
from cati_rules.text import Text


class Declared(msgspec.Struct, frozen=True):
    """A field of a struct as it is declared: its type, its marks, and what the author calls it."""

    name: str
    written: str
    hint: Any
    marks: tuple[Any, ...]
    required: bool


@cache
def declared(kind: type[Struct]) -> tuple[Declared, ...]:
    """Return the fields of a struct."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        Declared(
            each.name,
            each.encode_name,
            *split(hints[each.name]),
            each.default is NODEFAULT and each.default_factory is NODEFAULT,
        )
        for each in msgspec.structs.fields(kind)
    )


def split(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type without its marks, and these."""
    return (hint.__origin__, hint.__metadata__) if get_origin(hint) is Annotated else (hint, ())


def some(hint: Any) -> Any:
    """Return what a type is where it is not None."""
    others = [each for each in get_args(hint) if each is not type(None)]
    return others[0] if len(others) == 1 and type(None) in get_args(hint) else hint


class Authored(BaseModel):
    """The base of all models: nothing unknown is taken, nothing is coerced, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


@cache
def model_of(kind: type[Struct], *further: type[Struct]) -> type[BaseModel]:
    """Return the model of what an author writes for a struct; with ``further``, their fields beside it."""
    fields: dict[str, Any] = {}
    for each in (field for one in (kind, *further) for field in declared(one)):
        if KEY in each.marks or COMPUTED in each.marks:
            continue
        inherited = INHERITED in each.marks
        written = _written(Annotated[each.hint, *each.marks] if each.marks else each.hint)
        optional = inherited or not each.required
        fields[each.written] = (written | None if inherited else written, None if optional else ...)
    model: type[BaseModel] = create_model(kind.__name__, __base__=Authored, **fields)
    return model


def _written(hint: Any) -> Any:
    """Return the type of what an author writes for a field of that type."""
    plain, marks = split(hint)
    forms = [Field(**_given(each)) for each in marks if isinstance(each, Bounds)]
    if forms:
        rest = tuple(each for each in marks if not isinstance(each, Bounds))
        return Annotated[_written(Annotated[plain, *rest] if rest else plain), *forms]
    if plain in _SPECIAL:
        return _SPECIAL[plain]
    if "date" in marks or "dotted" in marks:
        return _TOLD if "date" in marks else _written(DottedField)
    if some(plain) is not plain:
        return _written(some(plain)) | None
    if isinstance(plain, type) and issubclass(plain, Struct):
        return model_of(plain)
    if get_origin(plain) is tuple:
        item = get_args(plain)[0]
        return dict[_key_of(item), _written(item)] if BY_NAME in marks else list[_written(item)]  # type: ignore[misc]
    if get_origin(plain) is Mapping:
        key, value = get_args(plain)
        return dict[_written(key), _written(value)]  # type: ignore[misc]
    return plain


def _key_of(kind: type[Struct]) -> Any:
    """Return the type of the key that names an entry."""
    (key,) = (each for each in declared(kind) if KEY in each.marks)
    return _written(Annotated[key.hint, *key.marks])


def _given(form: Bounds) -> dict[str, Any]:
    return {key: value for key, value in msgspec.structs.asdict(form).items() if value is not None}


def _real_date(value: str) -> str:
    datetime.date.fromisoformat(value + "-01-01"[len(value) - len("2024") :])
    return value


def _as_text(value: object) -> object:
    """Return a year, which YAML reads as a number, as text."""
    return str(value) if isinstance(value, Decimal) else value


_TOLD = Annotated[
    str,
    BeforeValidator(_as_text),
    Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"),
    AfterValidator(_real_date),
]

_SPECIAL: dict[Any, Any] = {}
_WORDS = _written(Words)
_SPECIAL[Text] = create_model("TextModel", __base__=Authored, en=(_WORDS, ...), zh=(_WORDS, ...))
_SPECIAL[Expression] = Annotated[str, Field(min_length=1)]
