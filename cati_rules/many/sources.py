"""Documents one after the other, from files and from lines of JSON, in batches for several processes."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from cati_rules.documents.limits import FILE_BYTES
from cati_rules.documents.names import STDIN_NAME

ENDINGS = (".jsonl", ".ndjson")
"""What names of files end in that hold a document in each line."""
_MOST, _BYTES = 16, 1 << 20
"""How many documents and bytes of lines a batch holds at most; a longer line is a batch of its own."""
_PART = 1 << 20


class Item(Struct, frozen=True):
    """A document, or a file that may hold several: ``data`` are its bytes, None where the file is still to be read.

    Of JSON Lines, ``record`` counts the documents and ``line`` the lines, both from 1.
    """

    name: str
    data: bytes | None = None
    record: int | None = None
    line: int | None = None


def are_lines(name: str) -> bool:
    """Return whether a file of such a name holds a document in each line."""
    return Path(name).suffix.lower() in ENDINGS


def items(names: Iterable[str], stdin: str, stdin_name: str | None) -> Iterator[Item]:
    """Yield the documents of files in order; ``stdin`` is what standard input is called by the user."""
    for name in names:
        called = (stdin_name or STDIN_NAME) if name == stdin else name
        if name == stdin:
            stream = sys.stdin.buffer if sys.stdin is not None else None
            if are_lines(called):
                yield from () if stream is None else _lines(stream, called)
            else:
                yield Item(called, b"" if stream is None else stream.read(FILE_BYTES + 1))
        elif are_lines(called):
            yield from _lines_of(called)
        else:
            yield Item(called)


def _lines_of(name: str) -> Iterator[Item]:
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - closed below, once it was opened at all
    except (OSError, ValueError):
        yield Item(name)  # who reads it says why
        return
    with file:
        yield from _lines(file, name)


def _lines(file: BinaryIO, name: str) -> Iterator[Item]:
    record = number = 0
    while line := file.readline(FILE_BYTES + 1):
        number += 1
        if len(line) > FILE_BYTES and not line.endswith(b"\n"):
            while (rest := file.readline(_PART)) and not rest.endswith(b"\n"):
                pass
        text = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
        if text:
            record += 1
            yield Item(name, text, record, number)


class Measured:
    """Batches, with how many bytes the first of them have come to."""

    def __init__(self, found: Iterable[tuple[Item, ...]]) -> None:
        """Take the batches."""
        self._found = found
        self._sizes: deque[int] = deque()
        self._first = self._done = 0

    def __iter__(self) -> Iterator[tuple[Item, ...]]:
        """Yield each batch."""
        for each in self._found:
            self._sizes.append(sum(map(_size_of, each)))
            yield each

    def size_of(self, count: int) -> int:
        """Return how many bytes the first ``count`` batches hold; they are not asked for again."""
        while self._first < count and self._sizes:
            self._done += self._sizes.popleft()
            self._first += 1
        return self._done


def _size_of(item: Item) -> int:
    if item.data is not None:
        return len(item.data) + 1
    try:
        return Path(item.name).stat().st_size
    except (OSError, ValueError):
        return 0


def batches(found: Iterable[Item]) -> Iterator[tuple[Item, ...]]:
    """Yield documents in batches that are small enough for memory to stay flat."""
    batch: list[Item] = []
    size = 0
    for each in found:
        batch.append(each)
        size += len(each.data or b"")
        if len(batch) == _MOST or size >= _BYTES:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)
