"""Documents as the command line names them: files, or - for standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from cati_rules.cli.settings import STDIN
from cati_rules.documents import Document, parse_document, read_document
from cati_rules.documents.limits import FILE_BYTES
from cati_rules.documents.names import STDIN_NAME
from cati_rules.errors import DocumentError
from cati_rules.parameters import NO_PARAMETERS, Parameters
from cati_rules.pipeline import Checked, check_document


def checked_input(
    name: str,
    rulesets: Sequence[str],
    *,
    as_of: str,
    peers: str | None = None,
    parameters: Parameters = NO_PARAMETERS,
    required: Sequence[str] = (),
    stdin_name: str | None = None,
) -> Checked:
    """Read, validate and evaluate the document called ``name``; ``-`` is standard input, called ``stdin_name``.

    The rest is as in :func:`cati_rules.pipeline.check_document`.

    Raises:
        UsageError: there is no ruleset of such an id, or no such peers.
        RulesetError: a ruleset's files are wrong.
    """
    try:
        document = read_input(name, stdin_name)
    except DocumentError as error:
        return Checked(shown_name(name, stdin_name), None, error.problems, ())
    return check_document(
        document, rulesets, as_of=as_of, peers=peers, parameters=parameters, required=required
    )


def shown_name(name: str, stdin_name: str | None = None) -> str:
    """Return how results call the document that the command line calls ``name``."""
    return (stdin_name or STDIN_NAME) if name == STDIN else name


def read_input(name: str, stdin_name: str | None = None) -> Document:
    """Read the document called ``name``; ``-`` is standard input, called ``stdin_name``.

    Raises:
        DocumentError: it cannot be read.
    """
    if name != STDIN:
        return read_document(Path(name))
    # One byte more than is allowed tells the reader that there is too much.
    # A stream that was closed before the start is None, and holds nothing.
    data = b"" if sys.stdin is None else sys.stdin.buffer.read(FILE_BYTES + 1)
    return parse_document(data, name=stdin_name or STDIN_NAME)
