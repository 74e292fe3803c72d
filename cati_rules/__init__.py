"""cati: climate disclosures held against the rules of published standards, with every reason.

The public Python API is the steps of the command line: :func:`load_document` reads, :func:`load_ruleset` finds rules,
:func:`check` does everything, :func:`report_of` makes what is told of it, and :meth:`Report.to_dict` the data of its
JSON. Names are imported when they are first used, so that ``import cati_rules`` is light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cati_rules.catalog.store import load_ruleset
    from cati_rules.columns.frames import judge
    from cati_rules.documents import Document
    from cati_rules.documents import read_document as load_document
    from cati_rules.errors import CatiError, Problem
    from cati_rules.pipeline import Checked, check, check_document, check_value
    from cati_rules.report.build.run import report_of
    from cati_rules.report.run import Report

__version__ = "0.1.0"

__all__ = [
    "CatiError",
    "Checked",
    "Document",
    "Problem",
    "Report",
    "check",
    "check_document",
    "check_value",
    "judge",
    "load_document",
    "load_ruleset",
    "report_of",
]

_HOMES = {
    "CatiError": ("cati_rules.errors", "CatiError"),
    "Checked": ("cati_rules.pipeline", "Checked"),
    "Document": ("cati_rules.documents", "Document"),
    "Report": ("cati_rules.report.run", "Report"),
    "Problem": ("cati_rules.errors", "Problem"),
    "check": ("cati_rules.pipeline", "check"),
    "check_document": ("cati_rules.pipeline", "check_document"),
    "check_value": ("cati_rules.pipeline", "check_value"),
    "judge": ("cati_rules.columns.frames", "judge"),
    "load_document": ("cati_rules.documents", "read_document"),
    "load_ruleset": ("cati_rules.catalog.store", "load_ruleset"),
    "report_of": ("cati_rules.report.build.run", "report_of"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
