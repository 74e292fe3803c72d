"""Reads a ruleset's YAML files and gives the ruleset, or says everything that is wrong with them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace
from pydantic import ValidationError

from cati_rules.catalog.checks import FIRST_OF_MONTH, is_first_of_month
from cati_rules.catalog.fields import PART_FILE
from cati_rules.catalog.findings import Findings
from cati_rules.catalog.models import model_of
from cati_rules.catalog.reading import read
from cati_rules.catalog.ruleset import Bibliography, BibliographyFile, Ruleset
from cati_rules.documents import Document, read_document
from cati_rules.errors import DocumentError, Problem, RulesetError
from cati_rules.kinds.consistency.checks import ConsistencyChecks
from cati_rules.kinds.consistency.rules import Consistency
from cati_rules.kinds.definition.checks import DefinitionChecks
from cati_rules.kinds.definition.rules import Body, Definition
from cati_rules.kinds.index.checks import IndexChecks, Part, Shared
from cati_rules.kinds.index.rules import Dimension, Index, SharedFile
from cati_rules.resources import shipped
from cati_rules.text import Text

MAIN_FILE = "ruleset.yaml"
BIBLIOGRAPHY_FILE = "documents.yaml"
"""Beside the folders of the rulesets: the documents that any of them may name as its source."""
Read = TypeVar("Read", bound=Struct)
Known = Mapping[str, Bibliography]


def author(path: Path, remarks: list[Problem] | None = None) -> Ruleset:
    """Return the ruleset at ``path`` (its folder or its main file).

    ``remarks`` takes what is to be mended and does not keep the ruleset from being used, such as a made-up date.

    Raises:
        RulesetError: with every problem found, each with file, line and column.
    """
    main = path / MAIN_FILE if os.path.isdir(path) else path  # noqa: PTH112 - it raises nothing
    findings = Findings()
    document = _read(main)
    authored = _KINDS.get(str(document.value.get("kind")), _index)
    ruleset = authored(document, findings, bibliography(remarks))
    if remarks is not None:
        remarks.extend(findings.remarks)
    if ruleset is None or findings.problems:
        raise findings.error()
    return ruleset


def bibliography(remarks: list[Problem] | None = None) -> Known:
    """Return the documents that any ruleset may name as its source; ``remarks`` as in :func:`author`.

    Raises:
        RulesetError: the file that lists them is wrong.
    """
    path = shipped("rulesets") / BIBLIOGRAPHY_FILE
    findings = Findings()
    document = _read(path)
    file = _checked(document, BibliographyFile, findings)
    if file is not None:
        for key, each in file.documents.items():
            if is_first_of_month(each.published) and each.dated is None:
                findings.remark(document, ("documents", key, "published"), "rules/date", FIRST_OF_MONTH)
    if remarks is not None:
        remarks.extend(each for each in findings.remarks if each not in remarks)
    if file is None:
        raise findings.error()
    return file.documents


def _definition(document: Document, findings: Findings, known: Known) -> Definition | None:
    written = _checked(document, Definition, findings, Body)
    if written is None:
        return None
    first = read(Body, document.value)
    written = replace(written, bodies=(first, *written.further))
    return DefinitionChecks(written, document, findings, known).whole(written)


def _consistency(document: Document, findings: Findings, known: Known) -> Consistency | None:
    written = _checked(document, Consistency, findings)
    return None if written is None else ConsistencyChecks(written, document, findings, known).whole(written)


def _index(document: Document, findings: Findings, known: Known) -> Index | None:
    home = Path(document.name).parent
    written = _checked(document, Index, findings)
    names = _part_names(document) if written is None else dict(enumerate(written.parts))
    files = [_part(home / name, document, i, findings) for i, name in names.items()]
    if written is None:
        return None
    inside = [Part(each, document, ("dimensions", i)) for i, each in enumerate(written.dimensions)]
    shared = [_shared(name, document, i, findings) for i, name in enumerate(written.shared)]
    return IndexChecks(
        written,
        document,
        findings,
        known,
        parts=[*inside, *(each for each in files if each is not None)],
        shared=[each for each in shared if each is not None],
        complete=None not in files and None not in shared,
    ).whole()


def _shared(name: str, main: Document, index: int, findings: Findings) -> Shared | None:
    """Return the definitions in a file beside the folders of the rulesets, or None after saying what is wrong."""
    path = shipped("rulesets") / f"{name}.yaml"
    if not path.is_file() or path.name == BIBLIOGRAPHY_FILE:
        known = ", ".join(
            sorted(each.stem for each in path.parent.glob("*.yaml") if each.name != BIBLIOGRAPHY_FILE)
        )
        message = Text(
            f"there is no file of shared definitions {name}; known: {known}.",
            f"没有名为 {name} 的共享定义文件；可用：{known}。",
        )
        findings.add(main, ("shared", index), "rules/shared", message)
        return None
    document = _read(path)
    file = _checked(document, SharedFile, findings)
    return None if file is None else Shared(file.values, document)


_KINDS: Mapping[str, Callable[[Document, Findings, Known], Ruleset | None]] = {
    "index": _index,
    "definition": _definition,
    "consistency": _consistency,
}


def _read(path: Path) -> Document:
    try:
        return read_document(path, recognise=False)
    except DocumentError as error:
        raise RulesetError(error.problems) from None


def _checked(document: Document, kind: type[Read], findings: Findings, *further: type[Struct]) -> Read | None:
    """Return what a document says as ``kind``, or None after saying what is wrong with it.

    The fields of ``further`` may stand beside those of ``kind``.
    """
    model = model_of(kind, *further)
    try:
        model.model_validate(document.value)
    except ValidationError as error:
        findings.add_validation(document, error, model)
        return None
    return read(kind, document.value)


def _part_names(document: Document) -> dict[int, str]:
    """Return the names of part files in a main file that is wrong elsewhere, by their position."""
    parts = document.value.get("parts")
    return {
        i: name
        for i, name in enumerate(parts if isinstance(parts, list) else ())
        if isinstance(name, str) and re.fullmatch(PART_FILE, name)
    }


def _part(path: Path, main: Document, index: int, findings: Findings) -> Part | None:
    try:
        document = read_document(path, recognise=False)
    except DocumentError as error:
        for problem in error.problems:
            if problem.code == "read/file":
                message = Text(f"{path.name}: {problem.message.en}", f"{path.name}：{problem.message.zh}")
                findings.add(main, ("parts", index), "rules/part", message)
            else:
                findings.problems.append(problem)
        return None
    dimension = _checked(document, Dimension, findings)
    return None if dimension is None else Part(dimension, document, ())
