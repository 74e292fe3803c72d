"""Rulesets by id: the stored forms that come with the package, held to the content of their sources.

A normal run reads the stored form and imports neither rule-engine nor pydantic. The stored form carries a
digest of the files it was made from and of the schema its expressions were checked against; when they have
changed, it is not used and the sources are authored anew. It carries a digest of its own content, too: one that was
changed by hand is refused, since its limits are not those of the rules that one reads beside it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import msgspec

from cati_rules.catalog.ruleset import Kind, Ruleset
from cati_rules.errors import Place, Problem, RulesetError, UsageError
from cati_rules.files import write_whole
from cati_rules.kinds.consistency.rules import Consistency
from cati_rules.kinds.definition.rules import Definition
from cati_rules.kinds.index.rules import Index
from cati_rules.language.storage import ENCODER
from cati_rules.resources import document_schemas, shipped
from cati_rules.text import Text

FORMAT = 10
"""Raised when stored rulesets or trees change their shape."""
_SALT = b"8"
"""What digests of sources begin with: results carry them, and are held against them."""
MAIN_FILE = "ruleset.yaml"
STORED_FILE = "stored.json"


@cache
def ruleset_ids() -> tuple[str, ...]:
    """Return the ids of the rulesets that come with the package, sorted."""
    return tuple(sorted(each.name for each in shipped("rulesets").iterdir() if (each / MAIN_FILE).is_file()))


def ruleset_folder(identifier: str) -> Path:
    """Return the folder of a shipped ruleset.

    Raises:
        UsageError: there is none of that id.
    """
    if identifier not in ruleset_ids():
        close = get_close_matches(identifier, ruleset_ids(), n=1)
        known = ", ".join(ruleset_ids())
        raise UsageError(
            Problem(
                place=Place(identifier or "''"),
                code="usage/ruleset",
                message=Text("there is no ruleset of this id.", "没有此编号的规则集。"),
                advice=Text(f"Did you mean {close[0]}?", f"是否应为 {close[0]}？")
                if close
                else Text(f"Known: {known}; or name a file.", f"可用：{known}，也可填写规则文件路径。"),
            )
        )
    return shipped("rulesets") / identifier


def load_ruleset(identifier: str | Path) -> Ruleset:
    """Return a ruleset: a shipped one by its id, another by the path of its folder or main file.

    Raises:
        UsageError: there is no ruleset of that id.
        RulesetError: its files are wrong; every problem has file, line and column.
    """
    if isinstance(identifier, Path) or identifier.endswith(".yaml") or not {"/", "\\"}.isdisjoint(identifier):
        return _authored(Path(identifier))
    folder = ruleset_folder(identifier)
    waiting = _WAITING.pop(folder, None)
    content = waiting[1] if waiting is not None and waiting[0] == _state(folder) else _stored(folder)
    return _authored(folder) if content is None else _decoded(content)


class Label(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the second line of a stored form says of its ruleset, so that those that do not fit are not read."""

    kind: Kind
    subjects: tuple[str, ...]
    when_asked: bool = False


_WAITING: dict[Path, tuple[tuple[int, int], bytes]] = {}
"""Stored forms that were found to be as they were stored when their label was read, with the state of their files."""


def _state(folder: Path) -> tuple[int, int]:
    found = os.stat(folder / STORED_FILE)  # noqa: PTH116
    return found.st_mtime_ns, found.st_size


def label(identifier: str) -> Label | None:
    """Return the kind and subjects of a shipped ruleset; None where it has no stored form that is current.

    Raises:
        UsageError: there is no ruleset of that id.
        RulesetError: its stored form is not as it was stored.
    """
    folder = ruleset_folder(identifier)
    content = _stored(folder)
    if content is None:
        return None
    _WAITING[folder] = (_state(folder), content)
    return _label(content.partition(b"\n")[0])


def _label(line: bytes) -> Label:
    return msgspec.json.decode(b"{" + line.removesuffix(b",") + b"}", type=Label)


_KINDS: Mapping[Kind, type[Ruleset]] = {
    "index": Index,
    "definition": Definition,
    "consistency": Consistency,
}


@cache
def _decoder(kind: Kind) -> msgspec.json.Decoder[Ruleset]:
    # Numbers in trees have no declared type: they are read as the decimals that they are.
    return msgspec.json.Decoder(_KINDS[kind], float_hook=Decimal)


def _decoded(content: bytes) -> Ruleset:
    """Return the ruleset in a stored form: one line with its label, one with the ruleset."""
    line, _, text = content.partition(b"\n")
    return _decoder(_label(line).kind).decode(text.removeprefix(b'"ruleset":').removesuffix(b"}\n"))


def _authored(path: Path) -> Ruleset:
    # Imported here, since a run on stored rulesets needs neither pydantic nor rule-engine.
    from cati_rules.catalog.authoring import author  # noqa: PLC0415

    if not os.path.exists(path):  # noqa: PTH110 - it raises nothing, however long the name
        raise RulesetError(
            Problem(
                place=Place(str(path)),
                code="rules/file",
                message=Text("There is no such file or folder.", "文件或文件夹不存在。"),
            )
        )
    return author(path)


def digest(folder: Path) -> str:
    """Return the digest of everything that a ruleset depends on."""
    sums = hashlib.sha256(_shared_digest())
    _add_sources(sums, folder)
    return sums.hexdigest()


@cache
def _shared_digest() -> bytes:
    """Return the digest of what all rulesets depend on, taken once."""
    sums = hashlib.sha256(_SALT)
    for path in document_schemas():
        _add(sums, path)
    _add_sources(sums, shipped("rulesets"))
    return sums.digest()


def _add_sources(sums: hashlib._Hash, folder: Path) -> None:
    for path in sorted(
        (each for each in folder.iterdir() if each.suffix == ".yaml"), key=lambda each: each.name
    ):
        _add(sums, path)


def _add(sums: hashlib._Hash, path: Path) -> None:
    sums.update(path.name.encode())
    sums.update(hashlib.sha256(path.read_bytes()).digest())


def _stored(folder: Path) -> bytes | None:
    """Return the stored form, None where it is not there or was made from other files than those beside it.

    Raises:
        RulesetError: it is not as it was stored.
    """
    path = folder / STORED_FILE
    try:
        data = path.read_bytes()
    except OSError:
        return None
    made_from = digest(folder)
    digests, _, content = data.partition(b"\n")
    if made_from.encode() not in data:
        return None
    if digests != _digests(made_from, content):
        raise RulesetError(
            Problem(
                place=Place(str(path)),
                code="rules/changed",
                message=Text(
                    "the stored form was changed after it was written, and is not trusted.",
                    "存储形式在写入后被改动，不予采用。",
                ),
                advice=Text(
                    "Run `cati rules store` to write it anew from the rules, or install cati again.",
                    "请运行 `cati rules store` 由规则文件重新生成，或重新安装 cati。",
                ),
            )
        )
    return content


def _digests(made_from: str, content: bytes) -> bytes:
    """Return the first line of a stored form: the digests of its sources, and of that with what follows."""
    own = hashlib.sha256(f"{FORMAT} {made_from}".encode())
    own.update(content)
    return f'{{"digest":"{made_from}","content":"{own.hexdigest()}",'.encode()


def store(folder: Path) -> Path:
    """Author the ruleset in ``folder`` (or of that main file); write its stored form beside it, and return its path.

    Raises:
        RulesetError: its files are wrong.
    """
    ruleset = _authored(folder)
    folder = folder.parent if folder.name == MAIN_FILE else folder
    path = folder / STORED_FILE
    if path.is_symlink():
        # What it leads to may be anybody's file.
        raise UsageError(
            Problem(
                place=Place(str(path)),
                code="usage/link",
                message=Text(
                    "this is a link, and is not written through.", "这是一个链接，不会写入其指向的文件。"
                ),
                advice=Text("Remove it, and store again.", "请删除该链接后重新运行。"),
            )
        )
    line = ENCODER.encode(Label(ruleset.kind, ruleset.subjects, ruleset.only_when_asked))[1:-1]
    content = b'%s,\n"ruleset":%s}\n' % (line, ENCODER.encode(ruleset))
    write_whole(b"%s\n%s" % (_digests(digest(folder), content), content), path)
    return path


def is_current(folder: Path) -> bool:
    """Return whether the stored form of the ruleset in ``folder`` was made from the files as they are."""
    return _stored(folder) is not None
