"""The exit codes of every command, and the one that a check ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cati_rules.gate.unreached import Unreached
    from cati_rules.pipeline import Checked

DONE: Final = 0
NOT_REACHED: Final = 1
"""A demand was not reached, or `rules lint` and `rules test` found something."""
USAGE: Final = 2
INVALID: Final = 3
"""A document, a ruleset or a result could not be read, or is invalid."""
INTERNAL: Final = 70
"""A fault of cati."""
INTERRUPTED: Final = 130
"""By Ctrl-C; what ends a run from outside gives 128 and its number."""


def exit_code(checked: Sequence[Checked], missed: Sequence[Unreached]) -> int:
    """Return 3 if a document is invalid, 1 if a demanded outcome was not reached and not waived, else 0."""
    if any(each.failed for each in checked):
        return INVALID
    return NOT_REACHED if any(not each.waived for each in missed) else DONE
