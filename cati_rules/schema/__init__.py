"""Schemas: what a document may say, what is wrong with one, and a template to begin with.

Names are imported when they are first used: a check needs no template, and what reads types needs no validator.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cati_rules.schema.store import known_kinds, load_schema
    from cati_rules.schema.template import template
    from cati_rules.schema.validation import (
        in_order,
        is_valid,
        is_valid_at,
        spelled_out,
        validate,
        validated,
        without_nulls,
    )

__all__ = [
    "in_order",
    "is_valid",
    "is_valid_at",
    "known_kinds",
    "load_schema",
    "spelled_out",
    "template",
    "validate",
    "validated",
    "without_nulls",
]

_HOMES = {
    "in_order": "validation",
    "is_valid": "validation",
    "is_valid_at": "validation",
    "known_kinds": "store",
    "load_schema": "store",
    "spelled_out": "validation",
    "template": "template",
    "validate": "validation",
    "validated": "validation",
    "without_nulls": "validation",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"cati_rules.schema.{_HOMES[name]}"), name)
    # Kept, as the import of a submodule has just put the module "template" where its function belongs.
    globals()[name] = value
    return value
