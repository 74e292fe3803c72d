"""Documents: YAML or JSON, read into plain values together with where each stands in the file."""

from cati_rules.documents.document import Document, Mark, Value
from cati_rules.documents.paths import format_path, parse_path, path_order, value_at, with_value
from cati_rules.documents.reader import parse_document, read_document

__all__ = [
    "Document",
    "Mark",
    "Value",
    "format_path",
    "parse_document",
    "parse_path",
    "path_order",
    "read_document",
    "value_at",
    "with_value",
]
