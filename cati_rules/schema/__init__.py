"""Schemas: what a document may say, what is wrong with one, and a template to begin with."""

from cati_rules.schema.slips import slips
from cati_rules.schema.store import known_kinds, load_schema
from cati_rules.schema.template import template
from cati_rules.schema.validation import is_valid, validate, validated, without_nulls

__all__ = [
    "is_valid",
    "known_kinds",
    "load_schema",
    "slips",
    "template",
    "validate",
    "validated",
    "without_nulls",
]
