"""Reads a ruleset's YAML files and gives their normal form, or says everything that is wrong with them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from cati_rules.catalog.findings import Findings
from cati_rules.catalog.models import (
    PART_FILE,
    BibliographyFile,
    BibliographyModel,
    DimensionModel,
    IndexModel,
    SharedFile,
)
from cati_rules.catalog.normal_form import FIRST_OF_MONTH, Normal, is_first_of_month
from cati_rules.documents import Document, read_document
from cati_rules.errors import DocumentError, Problem, RulesetError
from cati_rules.kinds.consistency.form import ConsistencyForm
from cati_rules.kinds.consistency.models import ConsistencyModel
from cati_rules.kinds.definition.form import DefinitionForm
from cati_rules.kinds.definition.models import DefinitionModel
from cati_rules.kinds.index.form import IndexForm, Part, Shared
from cati_rules.resources import shipped
from cati_rules.text import Text

MAIN_FILE = "ruleset.yaml"
BIBLIOGRAPHY_FILE = "documents.yaml"
"""Beside the folders of the rulesets: the documents that any of them may name as its source."""
Model = TypeVar("Model", bound=BaseModel)


def author(path: Path, remarks: list[Problem] | None = None) -> Normal:
    """Return the normal form of the ruleset at ``path`` (its folder or its main file).

    ``remarks`` takes what is to be mended and does not keep the ruleset from being used, such as a made-up date.

    Raises:
        RulesetError: with every problem found, each with file, line and column.
    """
    main = path / MAIN_FILE if os.path.isdir(path) else path  # noqa: PTH112 - it raises nothing
    findings = Findings()
    document = _read(main)
    form = _FORMS.get(str(document.value.get("kind")), _index)
    normal = form(document, findings, bibliography(remarks))
    if remarks is not None:
        remarks.extend(findings.remarks)
    if findings.problems:
        raise findings.error()
    return normal


def bibliography(remarks: list[Problem] | None = None) -> Mapping[str, BibliographyModel]:
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


def _definition(document: Document, findings: Findings, known: Mapping[str, BibliographyModel]) -> Normal:
    model = _checked(document, DefinitionModel, findings)
    return {} if model is None else DefinitionForm(model, document, findings, known).build()


def _consistency(document: Document, findings: Findings, known: Mapping[str, BibliographyModel]) -> Normal:
    model = _checked(document, ConsistencyModel, findings)
    return {} if model is None else ConsistencyForm(model, document, findings, known).build()


def _index(document: Document, findings: Findings, known: Mapping[str, BibliographyModel]) -> Normal:
    home = Path(document.name).parent
    model = _checked(document, IndexModel, findings)
    names = _part_names(document) if model is None else dict(enumerate(model.parts))
    read = [_part(home / name, document, i, findings) for i, name in names.items()]
    if model is None:
        return {}
    inside = [Part(each, document, ("dimensions", i)) for i, each in enumerate(model.dimensions)]
    parts = [*inside, *(each for each in read if each is not None)]
    shared = [_shared(name, document, i, findings) for i, name in enumerate(model.shared)]
    complete = None not in read and None not in shared
    given = [each for each in shared if each is not None]
    return IndexForm(model, document, parts, findings, known, shared=given, complete=complete).build()


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
    model = _checked(document, SharedFile, findings)
    return None if model is None else Shared(model.values, document)


_FORMS: Mapping[str, Callable[[Document, Findings, Mapping[str, BibliographyModel]], Normal]] = {
    "index": _index,
    "definition": _definition,
    "consistency": _consistency,
}


def _read(path: Path) -> Document:
    try:
        return read_document(path)
    except DocumentError as error:
        raise RulesetError(error.problems) from None


def _checked(document: Document, model: type[Model], findings: Findings) -> Model | None:
    """Return the document as ``model``, or None after saying what is wrong with it."""
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        findings.add_validation(document, error, model)
        return None


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
        document = read_document(path)
    except DocumentError as error:
        for problem in error.problems:
            if problem.code == "read/file":
                message = Text(f"{path.name}: {problem.message.en}", f"{path.name}：{problem.message.zh}")
                findings.add(main, ("parts", index), "rules/part", message)
            else:
                findings.problems.append(problem)
        return None
    model = _checked(document, DimensionModel, findings)
    return None if model is None else Part(model, document, ())
