"""Rulesets by id: the stored normal forms that come with the package, held to the content of their sources.

A normal run reads the stored form and imports neither rule-engine nor pydantic. The stored form carries a
digest of the files it was made from and of the schema its expressions were checked against; when they have
changed, it is not used and the sources are authored anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from cati_rules.catalog.consistency import consistency_of
from cati_rules.catalog.definition import definition_of
from cati_rules.catalog.index import index_of
from cati_rules.catalog.ruleset import Ruleset
from cati_rules.errors import Place, Problem, RulesetError, UsageError
from cati_rules.resources import shipped
from cati_rules.text import Text

FORMAT = 7
"""Raised when the normal form or the stored trees change their shape."""
BIBLIOGRAPHY_FILE = "documents.yaml"
MAIN_FILE = "ruleset.yaml"
STORED_FILE = "stored.json"


@cache
def ruleset_ids() -> tuple[str, ...]:
    """Return the ids of the rulesets that come with the package, sorted."""
    return tuple(sorted(path.parent.name for path in shipped("rulesets").glob(f"*/{MAIN_FILE}")))


def ruleset_folder(identifier: str) -> Path:
    """Return the folder of a shipped ruleset.

    Raises:
        UsageError: there is none of that id.
    """
    if identifier not in ruleset_ids():
        close = get_close_matches(identifier, ruleset_ids(), n=1)
        known = ", ".join(ruleset_ids())
        raise UsageError(
            Problem(
                place=Place(identifier or "''"),
                code="usage/ruleset",
                message=Text("there is no ruleset of this id.", "没有此编号的规则集。"),
                advice=Text(f"Did you mean {close[0]}?", f"是否应为 {close[0]}？")
                if close
                else Text(f"Known: {known}; or name a file.", f"可用：{known}，也可填写规则文件路径。"),
            )
        )
    return shipped("rulesets") / identifier


def load_ruleset(identifier: str | Path) -> Ruleset:
    """Return a ruleset: a shipped one by its id, another by the path of its folder or main file.

    Raises:
        UsageError: there is no ruleset of that id.
        RulesetError: its files are wrong; every problem has file, line and column.
    """
    if isinstance(identifier, Path) or identifier.endswith(".yaml") or not {"/", "\\"}.isdisjoint(identifier):
        return from_normal_form(_authored(Path(identifier)))
    folder = ruleset_folder(identifier)
    stored = _stored(folder)
    return from_normal_form(_authored(folder) if stored is None else stored)


def from_normal_form(data: Mapping[str, Any]) -> Ruleset:
    """Return the ruleset of a normal form.

    Raises ``ExpressionError`` or ``KeyError`` on data that authoring did not make.
    """
    return _KINDS[data["kind"]](data)


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Ruleset]] = {
    "index": index_of,
    "definition": definition_of,
    "consistency": consistency_of,
}


def _authored(path: Path) -> dict[str, Any]:
    # Imported here, since a run on stored rulesets needs neither pydantic nor rule-engine.
    from cati_rules.catalog.authoring import author  # noqa: PLC0415

    if not path.exists():
        raise RulesetError(
            Problem(
                place=Place(str(path)),
                code="rules/file",
                message=Text("There is no such file or folder.", "文件或文件夹不存在。"),
            )
        )
    return author(path)


def digest(folder: Path) -> str:
    """Return the digest of everything that a ruleset's normal form depends on."""
    sums = hashlib.sha256(_shared_digest())
    for path in sorted(folder.glob("*.yaml")):
        _add(sums, path)
    return sums.hexdigest()


@cache
def _shared_digest() -> bytes:
    """Return the digest of what all normal forms depend on, taken once."""
    sums = hashlib.sha256(f"{FORMAT}".encode())
    for path in sorted(shipped("schemas").glob("*.schema.json")):
        _add(sums, path)
    _add(sums, shipped("rulesets") / BIBLIOGRAPHY_FILE)
    return sums.digest()


def _add(sums: hashlib._Hash, path: Path) -> None:
    sums.update(path.name.encode())
    sums.update(hashlib.sha256(path.read_bytes()).digest())


def _stored(folder: Path) -> dict[str, Any] | None:
    try:
        stored = json.loads((folder / STORED_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(stored, dict) or stored.get("digest") != digest(folder):
        return None
    normal = stored.get("ruleset")
    return normal if isinstance(normal, dict) else None


def store(folder: Path) -> Path:
    """Author the ruleset in ``folder`` (or of that main file); write its stored form beside it, and return its path.

    Raises:
        RulesetError: its files are wrong.
    """
    normal = _authored(folder)
    folder = folder.parent if folder.name == MAIN_FILE else folder
    path = folder / STORED_FILE
    text = json.dumps(
        {"digest": digest(folder), "ruleset": normal}, ensure_ascii=False, separators=(",", ":")
    )
    path.write_text(text + "\n", encoding="utf-8")
    return path


def is_current(folder: Path) -> bool:
    """Return whether the stored form of the ruleset in ``folder`` was made from the files as they are."""
    return _stored(folder) is not None
