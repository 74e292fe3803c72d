"""Rules as pages and as data, for those who want to know what a ruleset asks: one module a kind of ruleset.

Each has ``parts`` and ``data``: of what was selected of a ruleset, or of all of it.
"""

from __future__ import annotations

import importlib
from typing import Any

from rich.console import RenderableType

from cati_rules.catalog.ruleset import Ruleset
from cati_rules.catalog.selection import Selection
from cati_rules.text import Language


def rule_parts(rules: Ruleset, selection: Selection | None, language: Language) -> list[RenderableType]:
    """Return the page of what was selected of a ruleset; of all of it, where nothing was."""
    parts: list[RenderableType] = list(_module(rules).parts(rules, selection, language))
    return parts


def rule_data(rules: Ruleset, selection: Selection | None, language: Language) -> dict[str, Any]:
    """Return the same as JSON data; numbers are exact strings."""
    data: dict[str, Any] = _module(rules).data(rules, selection, language)
    return data


def _module(rules: Ruleset) -> Any:
    return importlib.import_module(f"cati_rules.rule_pages.{rules.kind}")
