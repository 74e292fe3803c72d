"""Documents as the command line names them: files, or - for standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cati_rules.checking import NO_PARAMETERS, Checked, Parameters, check, check_document
from cati_rules.cli.settings import STDIN
from cati_rules.documents import parse_document
from cati_rules.documents.limits import FILE_BYTES
from cati_rules.errors import DocumentError

STDIN_NAME = "<stdin>"


def checked_input(
    name: str,
    rulesets: Sequence[str],
    *,
    as_of: str,
    peers: str | None = None,
    parameters: Parameters = NO_PARAMETERS,
) -> Checked:
    """Read, validate and evaluate the document called ``name``; ``-`` is standard input.

    Raises:
        UsageError: there is no ruleset of such an id, or no such peers.
        RulesetError: a ruleset's files are wrong.
    """
    if name != STDIN:
        return check(name, rulesets, as_of=as_of, peers=peers, parameters=parameters)
    try:
        # One byte more than is allowed tells the reader that there is too much.
        # A stream that was closed before the start is None, and holds nothing.
        data = b"" if sys.stdin is None else sys.stdin.buffer.read(FILE_BYTES + 1)
        document = parse_document(data, name=STDIN_NAME)
    except DocumentError as error:
        return Checked(STDIN_NAME, None, error.problems, ())
    return check_document(document, rulesets, as_of=as_of, peers=peers, parameters=parameters)
