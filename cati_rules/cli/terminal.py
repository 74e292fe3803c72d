"""The terminal that a page goes to: how wide it is, and whether it has colours."""

from __future__ import annotations

import os
import sys

from cati_rules.cli.run_settings import Output
from cati_rules.output.page_options import Page

_USUAL_WIDTH, _NARROWEST, _WIDEST = 100, 40, 120


def page_of(output: Output) -> Page:
    """Return the layout for where the output goes: coloured and as wide as a terminal, or plain."""
    if output.path is not None:
        return Page(output.language, output.detail, _USUAL_WIDTH, colour=False, besides=output.besides)
    width = min(max(_width(), _NARROWEST), _WIDEST)
    return Page(output.language, output.detail, width, _has_colour(), output.besides)


def _width() -> int:
    """Return how wide standard output is: as COLUMNS says, as the terminal is, else as wide as is usual."""
    if not _is_terminal() and "COLUMNS" not in os.environ:
        return _USUAL_WIDTH
    import shutil

    return shutil.get_terminal_size((_USUAL_WIDTH, 24)).columns


def _has_colour() -> bool:
    """Return whether standard output gets colours: NO_COLOR forbids, FORCE_COLOR demands, a dumb terminal has none."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return _is_terminal() and os.environ.get("TERM") != "dumb"


def _is_terminal() -> bool:
    # A stream that was closed before the start is None.
    return sys.stdout is not None and sys.stdout.isatty()
