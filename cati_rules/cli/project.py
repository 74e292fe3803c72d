"""The project that a run takes place in: its settings, and the folders that names start from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from cati_rules.errors import Place, Problem, UsageError
from cati_rules.text import Text

REPOSITORY_MARK = ".git"


class Project(Struct, frozen=True):
    """Where names of documents start from.

    ``folder`` is where those in settings, waivers and baselines do: that of the settings, else the repository, else the
    working folder. ``repository`` is where those in findings for other programs do: the root of the repository, where
    there is one.
    """

    folder: Path
    repository: Path


def project_of(settings: Path | None) -> Project:
    """Return the project of the working folder, whose settings are in that file, if they are.

    Raises:
        UsageError: the working folder is gone.
    """
    here = working_folder()
    home = None if settings is None else Path(os.path.realpath(settings)).parent
    repository = repository_of(here)
    folder = home or repository or here
    return Project(folder, repository or folder)


def repository_of(folder: Path) -> Path | None:
    """Return the root of the repository that a folder lies in, None where it lies in none."""
    return next((each for each in upwards(folder) if os.path.lexists(each / REPOSITORY_MARK)), None)


def upwards(folder: Path) -> Iterator[Path]:
    """Yield a folder and those around it, up to the root of its repository, else to that of the disk."""
    for each in (folder, *folder.parents):
        yield each
        if os.path.lexists(each / REPOSITORY_MARK):
            return


def common_folder(names: Sequence[str]) -> Path | None:
    """Return the folder that all these files lie in, None where there is none, or no file."""
    folders = [os.path.realpath(os.path.dirname(name) or os.curdir) for name in names]
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # none, or on different drives
        return None


def working_folder() -> Path:
    """Return the working folder.

    Raises:
        UsageError: it was deleted.
    """
    try:
        return Path.cwd()
    except OSError:
        message = Text("The working folder is gone.", "当前文件夹已不存在。")
        advice = Text("Change to another one.", "请切换到其他文件夹。")
        raise UsageError(Problem(Place("."), "usage/folder", message, advice=advice)) from None
