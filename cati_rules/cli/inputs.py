"""Documents as the command line names them: files of any format that is read, or - for standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cati_rules.cli.run_settings import STDIN
from cati_rules.documents import Document
from cati_rules.documents.limits import FILE_BYTES
from cati_rules.documents.names import STDIN_NAME
from cati_rules.errors import DocumentError
from cati_rules.formats.opening import parse_documents, read_documents, single
from cati_rules.pipeline import Basis, Checked, check_document

if TYPE_CHECKING:
    from cati_rules.formats.answers import Answers


def checked_inputs(
    name: str,
    basis: Basis,
    *,
    required: Sequence[str] = (),
    stdin_name: str | None = None,
    answers: Answers | None = None,
) -> tuple[Checked, ...]:
    """Read, validate and evaluate the documents that ``name`` holds; ``-`` is standard input, called ``stdin_name``.

    A file of ours holds one; one of another format may hold several products. ``answers`` are put into those that they
    are about; ``required`` is as in :func:`cati_rules.pipeline.check_document`.

    Raises:
        UsageError: there is no ruleset of such an id, or no such peers.
        RulesetError: a ruleset's files are wrong.
    """
    try:
        documents = read_inputs(name, stdin_name)
        if answers is not None:
            documents = tuple(each for one in documents for each in answers.applied(one))
    except DocumentError as error:
        return (Checked(shown_name(name, stdin_name), None, error.problems, ()),)
    return tuple(basis.check(each, required) for each in documents)


def checked_input(name: str, rulesets: Sequence[str], *, as_of: str) -> Checked:
    """Read, validate and evaluate the one document called ``name``; ``-`` is standard input.

    Raises:
        UsageError: there is no ruleset of such an id.
        RulesetError: a ruleset's files are wrong.
    """
    try:
        document = read_input(name)
    except DocumentError as error:
        return Checked(shown_name(name), None, error.problems, ())
    return check_document(document, rulesets, as_of=as_of)


def shown_name(name: str, stdin_name: str | None = None) -> str:
    """Return how results call the document that the command line calls ``name``."""
    return (stdin_name or STDIN_NAME) if name == STDIN else name


def read_input(name: str, stdin_name: str | None = None) -> Document:
    """Read the one document called ``name``; ``-`` is standard input, called ``stdin_name``.

    Raises:
        DocumentError: it cannot be read, or is a file with several.
    """
    return single(read_inputs(name, stdin_name), shown_name(name, stdin_name))


def read_inputs(name: str, stdin_name: str | None = None) -> tuple[Document, ...]:
    """Read the documents that ``name`` holds; ``-`` is standard input, called ``stdin_name``.

    Raises:
        DocumentError: they cannot be read.
    """
    if name != STDIN:
        return read_documents(Path(name), name=name)
    # One byte more than is allowed tells the reader that there is too much.
    # A stream that was closed before the start is None, and holds nothing.
    data = b"" if sys.stdin is None else sys.stdin.buffer.read(FILE_BYTES + 1)
    return parse_documents(data, name=stdin_name or STDIN_NAME)
