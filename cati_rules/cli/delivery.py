"""Delivers what was rendered: whole to a file or to standard output, never half."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from cati_rules.cli.settings import usage_error


def deliver(text: str, path: Path | None) -> None:
    """Write ``text`` to ``path``, or to standard output where there is none.

    A file is written under another name first and then put in its place, so that it is never there in part.

    Raises:
        UsageError: the file cannot be written.
    """
    if path is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text if text.endswith("\n") else text + "\n")
        # A temporary file is private; the result gets what a new file would have.
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except OSError as error:
        raise usage_error(
            "--output", f"Cannot write {path}: {error.strerror}.", f"无法写入 {path}：{error.strerror}。"
        ) from None
