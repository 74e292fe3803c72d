"""Files, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(data: bytes, path: Path) -> None:
    """Write under another name first and put it in place then, so that the file is never there in part.

    Raises:
        OSError: it cannot be written; then nothing is left behind, nor where the run is interrupted.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        path.write_bytes(data)  # a device or a pipe stays what it is
        return
    import tempfile  # noqa: PLC0415 - few runs write files

    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".cati-")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        # A temporary file is private; the result gets what the file had, or what a new file would have.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~umask)
        temporary.replace(path)
        temporary = None
    finally:  # also where the run is interrupted
        if temporary is not None:
            temporary.unlink(missing_ok=True)
