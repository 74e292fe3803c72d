"""Names of documents, as settings, waivers, baselines and findings give them."""

from __future__ import annotations

import os
from pathlib import Path

STDIN_NAME = "<stdin>"
"""What standard input is called."""


def document_name(name: str, base: Path) -> str:
    """Return a file's name with forward slashes, relative to ``base`` where it lies below it.

    It is the same for a file however it is reached: from the folder that it lies in, by ``..``, by a link to a folder.
    A link to a file is a document of its own.
    """
    if name == STDIN_NAME:
        return name
    here = os.path.abspath(name)
    real = real_name(name)
    home = os.path.realpath(base)
    for each in (real, here):
        if each.startswith(home.rstrip(os.sep) + os.sep):
            return Path(each[len(home.rstrip(os.sep)) + 1 :]).as_posix()
    return Path(real).as_posix()


def real_name(name: str) -> str:
    """Return the absolute name of a file with links in its folders followed, but not that which it may be itself."""
    folder, last = os.path.split(
        os.path.realpath(name) if os.path.basename(name) in {"", ".", ".."} else name
    )
    try:
        return os.path.join(os.path.realpath(folder or os.curdir), last)
    except ValueError:  # a name that no file can have
        return name
