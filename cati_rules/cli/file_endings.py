"""Which format the ending of a file asks for, and which endings a format goes with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, get_args

from cati_rules.cli.run_settings import Format, usage_error
from cati_rules.text import Text

_ENDINGS: Mapping[str, tuple[Format, ...]] = {
    ".html": ("html",),
    ".htm": ("html",),
    ".xlsx": ("xlsx",),
    ".csv": ("csv",),
    ".json": ("json", "sarif", "gitlab"),
    ".sarif": ("sarif",),
    ".jsonl": ("jsonl",),
    ".ndjson": ("jsonl",),
    ".xml": ("junit",),
    ".md": ("markdown",),
    ".markdown": ("markdown",),
    ".txt": tuple(each for each in get_args(Format) if each not in {"html", "xlsx"}),
}
"""The formats that an ending fits, first the one that it asks for; other endings fit all formats."""
_NOT_WRITTEN: Mapping[str, Format] = {
    ".pdf": "html",
    ".doc": "html",
    ".docx": "html",
    ".odt": "html",
    ".xls": "xlsx",
    ".ods": "xlsx",
}
"""Endings of files that are not written, and the format that other programs make them of."""
_DOCUMENTS: Final = frozenset({".yaml", ".yml", ".toml"})
"""Endings of documents and settings: a page of that name would take their place."""


def format_of(path: Path) -> Format | None:
    """Return the format that a file's ending asks for; None where it asks for none.

    Raises:
        UsageError: files of this kind are not written.
    """
    ending = path.suffix.lower()
    _refuse_unwritten(path, ending)
    return _ENDINGS.get(ending, (None,))[0]


def refuse_unfit(form: Format, path: Path) -> None:
    """Refuse a file whose ending says that it is of another format.

    Raises:
        UsageError: it does.
    """
    ending = path.suffix.lower()
    _refuse_unwritten(path, ending)
    fitting = _ENDINGS.get(ending)
    if fitting is None or form in fitting:
        return
    own = [each for each, forms in _ENDINGS.items() if form in forms and each != ".txt"] or [".txt"]
    raise usage_error(
        "--output",
        f"{path} ends in {ending}, which --format {form} does not write.",
        f"{path} 的扩展名为 {ending}，与 --format {form} 不符。",
        Text(
            f"Use --format {fitting[0]}, or a name that ends in {' or '.join(own)}.",
            f"请改用 --format {fitting[0]}，或使用扩展名为 {'、'.join(own)} 的文件名。",
        ),
    )


def _refuse_unwritten(path: Path, ending: str) -> None:
    if ending in _DOCUMENTS:
        raise usage_error(
            "--output",
            f"{path} has the name of a document, and what is written here is none.",
            f"{path}：扩展名 {ending} 用于 cati 文件，而此处输出的不是 cati 文件。",
            Text(
                f"Use {path.with_suffix('.html')}, or {path.with_suffix('.txt')} for the page as on the terminal.",
                f"请改用 {path.with_suffix('.html')}；如需终端所示页面，请用 {path.with_suffix('.txt')}。",
            ),
        )
    other = _NOT_WRITTEN.get(ending)
    if other is None:
        return
    known = "a browser prints it as PDF" if other == "html" else "spreadsheet programs open and save it"
    known_zh = "可用浏览器打开并打印为 PDF" if other == "html" else "可用电子表格软件打开并另存"
    raise usage_error(
        "--output",
        f"{path}: files that end in {ending} are not written.",
        f"{path}：不支持写入扩展名为 {ending} 的文件。",
        Text(
            f"Use --format {other} --output {path.with_suffix('.' + other)}; {known}.",
            f"请使用 --format {other} --output {path.with_suffix('.' + other)}，{known_zh}。",
        ),
    )
