"""The files that an EPD in ILCD format is made of: those in an archive, and flow data sets beside a process."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Final

from cati_rules.errors import DocumentError
from cati_rules.formats.source import Source
from cati_rules.formats.xml_tree import Element, read_xml
from cati_rules.text import Text

_MOST_BESIDE: Final = 200
_LARGEST_BESIDE: Final = 1024 * 1024
_MOST_MEMBERS: Final = 2000
_MOST_UNPACKED: Final = 64 * 1024 * 1024
FLOW: Final = re.compile(rb"<(?:\w+:)?flowDataSet[\s>]")

Flows = Callable[[str], "tuple[Element, str] | None"]


def unpacked(source: Source) -> dict[str, bytes]:
    """Return the XML files of an archive, within limits that are held against what comes out, not what is promised."""
    files: dict[str, bytes] = {}
    left = _MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_MEMBERS:
                raise _bomb(source)
            for each in entries:
                if not each.filename.lower().endswith(".xml"):
                    continue
                with archive.open(each) as file:
                    data = file.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise _bomb(source)
                files[each.filename] = data
    except DocumentError:
        raise
    except RuntimeError:
        raise source.refusal("encrypted", Text("The archive has a password.", "压缩包设有密码。")) from None
    except Exception:  # a broken archive, in whatever way it is broken
        raise source.refusal("corrupt", Text("The archive is broken.", "压缩包已损坏。")) from None
    return files


def _bomb(source: Source) -> DocumentError:
    size = _MOST_UNPACKED // (1024 * 1024)
    return source.refusal(
        "too-large",
        Text(
            f"The archive holds more than {_MOST_MEMBERS} files, or more than {size} MiB unpacked.",
            f"压缩包内文件超过 {_MOST_MEMBERS} 个，或解压后超过 {size} MiB。",
        ),
    )


def flows_beside(source: Source) -> Flows:
    """Return what finds a flow data set by its identifier, beside a file or where an unpacked archive has it."""

    def found(identifier: str) -> tuple[Element, str] | None:
        if source.folder is None or not re.fullmatch(r"[0-9a-fA-F-]{36}", identifier):
            return None
        for folder, pattern in (
            (source.folder, "*.xml"),
            (source.folder.parent / "flows", f"{identifier}*.xml"),
        ):
            try:
                paths = sorted(folder.glob(pattern))[:_MOST_BESIDE]
            except OSError:
                continue
            for path in paths:
                try:
                    with path.open("rb") as file:
                        data = file.read(_LARGEST_BESIDE + 1)
                except OSError:
                    continue
                if (
                    len(data) > _LARGEST_BESIDE
                    or not FLOW.search(data[:4096])
                    or identifier.encode() not in data
                ):
                    continue
                try:
                    tree = read_xml(Source(str(path), data))
                except DocumentError:
                    continue
                if identifier_of(tree) == identifier:
                    return tree, path.name
        return None

    return found


def identifier_of(flow: Element) -> str:
    """Return the identifier of a flow data set; empty where it has none."""
    uuid = flow.at("flowInformation", "dataSetInformation", "UUID")
    return "" if uuid is None else uuid.text.strip()
