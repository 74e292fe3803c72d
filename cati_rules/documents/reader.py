"""Reads a file or bytes into a document; everything that can be wrong with them becomes a DocumentError."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cati_rules.documents import limits
from cati_rules.documents.builder import Builder
from cati_rules.documents.document import Document, Mark, Value, line_and_column
from cati_rules.documents.refusal import Refusal
from cati_rules.errors import DocumentError, Place, Problem
from cati_rules.later import Later, known
from cati_rules.text import Text

_BEGINNING: Final = 64 * 1024
# How documents of ours begin: with a key, a comment, a brace. Nothing need be looked up for them.
_USUAL_BEGINNINGS: Final = frozenset(bytes([each]) for each in b'#abcdefghijklmnopqrstuwxyz"-')
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_OTHER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_EXPECTED: Final = Text(
    "Expected is a mapping that starts with `kind: disclosure`.",
    "文件内容应是以 `kind: disclosure` 开头的映射。",
)
_ONE_EACH: Final = Text(
    "A file holds one document: write each into a file of its own, beginning with `kind: disclosure`.",
    "一个文件只能有一个文档：请把每个文档写入单独的文件，以 `kind: disclosure` 开头。",
)
_SAVE_AS_UTF8: Final = Text("Save the file as UTF-8.", "请以 UTF-8 编码保存文件。")
_FILE_ERRORS: Final[dict[type[Exception], Text]] = {
    FileNotFoundError: Text("There is no such file.", "文件不存在。"),
    NotADirectoryError: Text("There is no such file.", "文件不存在。"),
    IsADirectoryError: Text("This is a folder, not a file.", "这是文件夹，不是文件。"),
    PermissionError: Text("The file may not be read: permission is missing.", "没有读取该文件的权限。"),
    ValueError: Text("This is not a name a file can have.", "文件名无效。"),
}


def read_document(path: str | Path, *, name: str | None = None, recognise: bool = True) -> Document:
    """Read the YAML or JSON file at ``path``; ``name`` is what to call it, by default the path.

    A text that is refused and looks like a file of another kind is told to be one, unless ``recognise`` is false: where
    that kind is asked for, its mistakes are of use.

    Raise :class:`~cati_rules.errors.DocumentError` when the file cannot be read, is too large, is not
    UTF-8, not YAML or JSON, holds a key twice or a number beyond the limits, or is not a mapping.
    """
    name = str(path) if name is None else name
    return parse_document(read_bytes(Path(path), name), name=name, recognise=recognise)


def read_bytes(path: Path, name: str) -> bytes:
    """Return the bytes of the file at ``path``, which is called ``name``.

    Raises :class:`~cati_rules.errors.DocumentError` when it cannot be read or is too large.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError
        with path.open("rb") as file:
            if status.st_size > limits.FILE_BYTES:
                raise DocumentError(_too_large(name, file.read(_BEGINNING)))
            data = file.read(limits.FILE_BYTES + 1)  # a pipe has no size, and a file may be growing
    except (OSError, ValueError) as error:
        message = _FILE_ERRORS.get(type(error))
        if message is None:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            message = Text(f"The file cannot be read: {reason}.", f"无法读取文件（{reason}）。")
        raise DocumentError(Problem(Place(name), "read/file", message)) from None
    return data


def parse_document(data: bytes, *, name: str, recognise: bool = True) -> Document:
    """Read the bytes of a YAML or JSON document that is called ``name``.

    A name that ends in ``.json`` means JSON, one in ``.yaml`` or ``.yml`` YAML; for any other the first
    character decides: ``{`` or ``[`` means JSON. ``recognise`` is as in :func:`read_document`.
    Raise :class:`~cati_rules.errors.DocumentError` as :func:`read_document` does.
    """
    if len(data) > limits.FILE_BYTES:
        raise DocumentError(_too_large(name, data))
    if data[:1] not in _USUAL_BEGINNINGS and (foreign := _foreign(data, name, certain=True)):
        raise DocumentError(foreign)
    text = _decode(data, name)
    value = _plain_mapping(text) if _is_json(text, name) else None
    if value is not None:
        return Document(name, hashlib.sha256(data).hexdigest(), value, Later(lambda: _marks_of(text)), text)
    builder = Builder(text)
    try:
        _read(text, name, builder)
        root, marks = _root(text, builder)
    except Refusal as refusal:
        if recognise and (foreign := _foreign(data, name)):
            raise DocumentError(foreign) from None
        refusals = (*builder.refusals, refusal, *_further(text, name, refusal))
        problems = [found.problem(name, text) for found in refusals]
        raise DocumentError(problems) from None
    if builder.refusals:
        raise DocumentError([found.problem(name, text) for found in builder.refusals])
    return Document(name, hashlib.sha256(data).hexdigest(), root, known(marks), text)


# What reads one of the two forms is imported where it is used: a document has one form.


def _plain_mapping(text: str) -> dict[str, Value] | None:
    from cati_rules.documents.json_values import plain_mapping  # noqa: PLC0415

    return plain_mapping(text)


def _read_json(text: str, builder: Builder) -> None:
    from cati_rules.documents.json_events import read_json  # noqa: PLC0415

    read_json(text, builder)


def _marks_of(text: str) -> Mark:
    """Return where the values of a JSON text stand that nothing is wrong with."""
    builder = Builder(text)
    _read_json(text, builder)
    return _root(text, builder)[1]


def _read(text: str, name: str, builder: Builder) -> None:
    if _is_json(text, name):
        if text.strip(" \t\r\n"):
            _read_json(text, builder)
        return
    from cati_rules.documents.yaml_events import read_yaml  # noqa: PLC0415

    read_yaml(text, builder)


def _further(text: str, name: str, first: Refusal) -> Sequence[Refusal]:
    """Return what else is wrong with a text."""
    from cati_rules.documents.recovery import further  # noqa: PLC0415 - only for what is refused

    return tuple(further(text, first, json=_is_json(text, name)))


def _is_json(text: str, name: str) -> bool:
    ending = Path(name).suffix.lower()
    if ending in {".json", ".yaml", ".yml"}:
        return ending == ".json"
    return text.lstrip(" \t\r\n")[:1] in {"{", "["}


def _root(text: str, builder: Builder) -> tuple[dict[str, Value], Mark]:
    root = builder.root()
    if root is None or (
        root[0] is None and isinstance(root[1], int) and text[root[1] : root[1] + 1] not in {"~", "n", "N"}
    ):
        raise Refusal("read/empty", Text("The file is empty.", "文件是空的。"), advice=_EXPECTED)
    value, mark = root
    if isinstance(value, dict):
        return value, mark
    at = mark if isinstance(mark, int) else mark.at
    if isinstance(value, str) and "：" in value:
        raise Refusal(
            "read/root",
            Text(
                "The file holds one text: a full-width colon `：` makes no key.",
                "文件内容只是一段文本：全角冒号 `：` 不能分隔键和值。",
            ),
            at=max(text.find("：", at), at),
            advice=Text(
                "Write the ASCII colon and a blank after each key: `key: value`.",
                "每个键后面请用英文冒号加一个空格：`键: 值`。",
            ),
        )
    found = Text("a list", "列表") if isinstance(value, list) else Text("a single value", "单个值")
    raise Refusal(
        "read/root",
        Text(f"The file holds {found.en} and not a mapping.", f"文件内容是{found.zh}，而不是映射。"),
        at=at,
        advice=_ONE_EACH if isinstance(value, list) else _EXPECTED,
    )


def _is_nothing(text: str, value: Value, mark: Mark) -> bool:
    """Return whether a null was not written but left empty, as after a lone ``---``."""
    return value is None and isinstance(mark, int) and text[mark : mark + 1] not in {"~", "n", "N"}


def _decode(data: bytes, name: str) -> str:
    if data.startswith(_OTHER_MARKS):
        if foreign := _foreign(data, name):
            raise DocumentError(foreign)
        message = Text("The file is saved as UTF-16 or UTF-32.", "文件以 UTF-16 或 UTF-32 编码保存。")
        raise DocumentError(Problem(Place(name, 1, 1), "read/encoding", message, advice=_SAVE_AS_UTF8))
    body = data.removeprefix(_BYTE_ORDER_MARK)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        place = Place(name, *line_and_column(before, len(before)))
        byte = body[error.start]
    message = Text(
        f"The file is not UTF-8: the byte 0x{byte:02X} stands here.",
        f"文件不是 UTF-8 编码：此处的字节为 0x{byte:02X}。",
    )
    advice = _SAVE_AS_UTF8
    if foreign := _foreign(data, name):
        raise DocumentError(foreign) from None
    try:
        body.decode("gb18030")
        advice = Text(
            "It looks like GBK: save the file as UTF-8.", "看起来是 GBK 编码：请以 UTF-8 编码另存文件。"
        )
    except UnicodeDecodeError:
        pass
    raise DocumentError(Problem(place, "read/encoding", message, advice=advice)) from None


def _foreign(data: bytes, name: str, *, certain: bool = False, whole: bool = True) -> Problem | None:
    """Return what to tell of a file that is not ours, None where it is not known for another."""
    # Imported here because most files are ours.
    from cati_rules.documents.foreign import recognised  # noqa: PLC0415

    form = recognised(data, certain=certain, whole=whole)
    return None if form is None else form.problem(name)


def _too_large(name: str, beginning: bytes) -> Problem:
    foreign = _foreign(beginning, name, certain=True, whole=False)
    if foreign is not None:
        return foreign
    size = limits.FILE_BYTES // (1024 * 1024)
    return Problem(
        Place(name),
        "read/too-large",
        Text(f"The file is larger than {size} MiB.", f"文件超过 {size} MiB。"),
        advice=Text("Split it into several documents.", "请拆分为多个文档。"),
    )
