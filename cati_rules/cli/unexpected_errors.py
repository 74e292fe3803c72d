"""What a run that ends by no error of ours says of itself: a fault of cati, or files and folders that give way."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from cati_rules.cli.delivery import close_stdout, complain
from cati_rules.cli.exit_codes import INTERNAL, INVALID, USAGE
from cati_rules.cli.project import working_folder
from cati_rules.text import Language, Text
from cati_rules.visible import visible

TRACEBACK = "CATI_TRACEBACK"
"""The variable of the environment that shows where an internal error arose."""
_LONGEST = 200


def unexpected(error: Exception, language: Language) -> int:
    """Say what ended the run, and return its exit code: 70, unless the machine is the cause and not cati.

    Raises:
        UsageError: the working folder is gone.
    """
    if isinstance(error, OSError) and error.errno is not None:
        return _of_the_machine(error, language)
    if os.environ.get(TRACEBACK):
        complain("".join(traceback.format_exception(error)))
    what = visible(f"{type(error).__name__}: {error}".rstrip(": "))[:_LONGEST]
    where = _where(error)
    told = Text(
        f"Internal error of cati: {what} ({where}). Nothing was decided about your documents. Please report this line "
        f"with the command that was run, or with what the same command prints under {TRACEBACK}=1.",
        f"cati 内部错误：{what}（{where}）。未就您的文件得出任何结论。请将本行连同所用命令反馈给 cati 的维护者；"
        f"设置环境变量 {TRACEBACK}=1 后重新运行，可显示更多信息。",
    )
    complain(told.to(language))
    return INTERNAL


def _of_the_machine(error: OSError, language: Language) -> int:
    """Say which file or folder cannot be used, as where a disk is full or a permission is missing.

    Raises:
        UsageError: the working folder is gone.
    """
    reason = visible(error.strerror or type(error).__name__)
    if error.filename is None:
        if isinstance(error, FileNotFoundError):
            working_folder()  # it is what is gone, as where another process deletes it
        close_stdout()  # a stream that cannot be written would be tried once more at the exit
        told = Text(f"Files cannot be read or written: {reason}.", f"无法读写文件（{reason}）。")
        complain(told.to(language))
        return USAGE
    name = visible(os.fsdecode(error.filename) if isinstance(error.filename, bytes) else str(error.filename))
    told = Text(f"{name}: cannot be read or written: {reason}.", f"{name}：无法读写（{reason}）。")
    complain(told.to(language))
    return INVALID


def _where(error: Exception) -> str:
    """Return the module and line in which an error arose."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
