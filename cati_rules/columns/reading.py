"""Tables in files, read in chunks: Parquet, Arrow, CSV, JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cati_rules.columns.fields import product_fields
from cati_rules.columns.preparation import groups
from cati_rules.errors import DocumentError, Place, Problem
from cati_rules.text import Text

if TYPE_CHECKING:
    import polars as pl

ROWS = 100_000
"""How many rows are in memory at a time."""
_LONGEST_LINE = 16 * 1024 * 1024
FORMS: Mapping[str, str] = {
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
"""The form of a table by the ending of its name."""


def form_of(name: str | Path) -> str | None:
    """Return the form of a table that a name promises, None where it promises none."""
    return FORMS.get(Path(name).suffix.lower())


class Chunk(Struct, frozen=True):
    """Some rows of a table: its columns, and the lines they stand in where these are texts of their own."""

    frame: pl.DataFrame
    lines: tuple[str, ...] | None = None


class Table(Struct, frozen=True):
    """A table in a file, with its columns and, where it is known, how many rows it has."""

    path: Path
    name: str
    form: str
    columns: tuple[str, ...]
    rows: int | None

    def chunks(self) -> Iterator[Chunk]:
        """Yield its rows in order, the same in each reading.

        Raises:
            DocumentError: it cannot be read to the end.
        """
        from polars.exceptions import PolarsError  # noqa: PLC0415 - an extra

        try:
            yield from _CHUNKS[self.form](self)
        except (OSError, ValueError, PolarsError) as error:
            raise _unreadable(self.name, error) from None


def open_table(path: Path, name: str | None = None) -> Table:
    """Return the table in a file, which is called ``name``.

    Raises:
        DocumentError: it cannot be read, or holds no table of such a form.
    """
    name = str(path) if name is None else name
    form = form_of(name) or ""
    try:
        columns, rows = _HEADS[form](path, name)
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from None
    repeated = sorted({each for each in columns if columns.count(each) > 1})
    if repeated:
        raise _refused(
            name,
            Text(f"The column {repeated[0]} is there twice.", f"列 {repeated[0]} 重复出现。"),
            Text("Rename or remove one of them.", "请重命名或删除其中一列。"),
        )
    if "material" not in columns and form != "jsonl":
        raise _no_products(name, columns)
    return Table(path, name, form, columns, rows)


def _no_products(name: str, columns: tuple[str, ...]) -> DocumentError:
    advice = Text(
        "A column is called as the field is: material, footprint.value, footprint.unit, scrap.share.",
        "列名须与字段名一致：material、footprint.value、footprint.unit、scrap.share。",
    )
    if len(columns) == 1 and any(sign in columns[0] for sign in ";\t|"):
        advice = Text("Separate the columns by commas.", "各列之间请用英文逗号分隔。")
    message = Text(
        "The table has no column material, so that it holds no products.",
        "表格没有 material 列，不是产品表。",
    )
    return _refused(name, message, advice)


def _refused(name: str, message: Text, advice: Text | None = None) -> DocumentError:
    return DocumentError(Problem(Place(name), "read/table", message, advice=advice))


def _unreadable(name: str, error: Exception) -> DocumentError:
    if isinstance(error, FileNotFoundError):
        return _refused(name, Text("There is no such file.", "文件不存在。"))
    if isinstance(error, IsADirectoryError):
        return _refused(name, Text("This is a folder, not a file.", "这是文件夹，不是文件。"))
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return _refused(name, Text(f"The table cannot be read: {reason}", f"无法读取表格：{reason}"))


# Parquet and Arrow


def _parquet_head(path: Path, name: str) -> tuple[tuple[str, ...], int | None]:  # noqa: ARG001
    import pyarrow.parquet as pq  # noqa: PLC0415 - an extra

    with pq.ParquetFile(path) as file:
        return tuple(file.schema_arrow.names), file.metadata.num_rows


def _parquet(table: Table) -> Iterator[Chunk]:
    import polars as pl  # noqa: PLC0415 - an extra

    # Polars reads in a quarter of the work of Arrow.
    file = pl.scan_parquet(table.path, glob=False, hive_partitioning=False)
    for start in range(0, table.rows or 0, ROWS):
        yield Chunk(file.slice(start, ROWS).collect())


def _arrow_head(path: Path, name: str) -> tuple[tuple[str, ...], int | None]:  # noqa: ARG001
    with _arrow_file(path) as file:
        return tuple(file.schema.names), None


def _arrow_file(path: Path) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - an extra

    try:
        return pa.ipc.open_file(pa.memory_map(str(path)))
    except pa.ArrowInvalid:
        return pa.ipc.open_stream(pa.memory_map(str(path)))


def _arrow(table: Table) -> Iterator[Chunk]:
    import pyarrow as pa  # noqa: PLC0415 - an extra

    with _arrow_file(table.path) as file:
        batches = (
            (file.get_batch(i) for i in range(file.num_record_batches))
            if hasattr(file, "num_record_batches")
            else iter(file)
        )
        for batch in batches:
            for start in range(0, batch.num_rows, ROWS):
                yield Chunk(_polars(pa.Table.from_batches([batch.slice(start, ROWS)])))


def _polars(table: Any) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415 - an extra

    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(type(frame))
    return frame


# CSV: every cell is the text that stands there


def _csv_head(path: Path, name: str) -> tuple[tuple[str, ...], int | None]:
    import csv  # noqa: PLC0415

    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            first = next(csv.reader(file), [])
        except UnicodeDecodeError:
            raise _refused(
                name,
                Text("The file is not UTF-8.", "文件不是 UTF-8 编码。"),
                Text("Save it as “CSV UTF-8”.", "请另存为“CSV UTF-8”格式。"),
            ) from None
    return tuple(first), None


def _csv(table: Table) -> Iterator[Chunk]:
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyarrow import csv  # noqa: PLC0415 - an extra

    texts = csv.ConvertOptions(
        column_types={name: pa.string() for name in table.columns},
        strings_can_be_null=True,
        null_values=[""],
        quoted_strings_can_be_null=True,
    )
    reading = csv.ReadOptions(block_size=8 * 1024 * 1024, use_threads=False)
    parsing = csv.ParseOptions(newlines_in_values=True)
    with csv.open_csv(table.path, read_options=reading, parse_options=parsing, convert_options=texts) as file:
        for batch in file:
            for start in range(0, batch.num_rows, ROWS):
                yield Chunk(_polars(pa.Table.from_batches([batch.slice(start, ROWS)])))


# JSON Lines: numbers stay the texts that they are written as


def _jsonl_head(path: Path, name: str) -> tuple[tuple[str, ...], int | None]:
    count = 0
    with path.open("rb") as file:
        for _ in _lines(file, name):
            count += 1
    return (), count


def _lines(file: Any, name: str) -> Iterator[str]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise _refused(name, Text(f"Line {number} is too long.", f"第 {number} 行过长。"))
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            raise _refused(
                name, Text(f"Line {number} is not UTF-8.", f"第 {number} 行不是 UTF-8 编码。")
            ) from None
        if text:
            yield text


def _jsonl(table: Table) -> Iterator[Chunk]:
    with table.path.open("rb") as file:
        lines: list[str] = []
        for line in _lines(file, table.name):
            lines.append(line)
            if len(lines) == ROWS:
                yield _chunk_of(lines)
                lines = []
        if lines:
            yield _chunk_of(lines)


INVALID = "cati.invalid"
"""The column of what a line is that is no product of single values: it is judged as a document."""


def _chunk_of(lines: list[str]) -> Chunk:
    import polars as pl  # noqa: PLC0415 - an extra

    rows = [_row(line) for line in lines]
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {
        name: pl.Series(name, [row.get(name) for row in rows], dtype=pl.String, strict=True) for name in names
    }
    frame = pl.DataFrame(columns) if columns else pl.DataFrame({INVALID: [None] * len(rows)})
    return Chunk(frame, tuple(lines))


def _row(line: str) -> dict[str, str]:
    """Return the fields of a product in a line, as texts; or the line itself where it is something else."""
    try:
        value = json.loads(line, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return {INVALID: line}
    found: dict[str, str] = {}
    if not isinstance(value, dict) or not _flattened(value, "", found):
        return {INVALID: line}
    return found


def _no_number(text: str) -> None:
    raise ValueError(text)


def _flattened(value: dict[str, Any], above: str, found: dict[str, str]) -> bool:
    for name, each in value.items():
        path = f"{above}{name}"
        if each is None:
            continue
        if isinstance(each, dict) and path in groups():
            if not _flattened(each, f"{path}.", found):
                return False
        elif path in product_fields() or (path == "kind" and not above):
            if not _fits(path, each):
                return False
            found[path] = str(each) if not isinstance(each, bool) else str(each).lower()
        else:
            return False
    return True


def _fits(path: str, value: Any) -> bool:
    """Return whether a value is written as its field is: a number as a number, not as a text that holds one."""
    return isinstance(value, _WRITTEN[type(product_fields()[path]).__name__]) and (
        isinstance(value, bool) == (type(product_fields()[path]).__name__ == "BooleanType")
    )


_WRITTEN: Mapping[str, type | tuple[type, ...]] = {
    "NumberType": Decimal,
    "TextType": str,
    "BooleanType": bool,
    "ListType": (),
}
_HEADS: Mapping[str, Callable[[Path, str], tuple[tuple[str, ...], int | None]]] = {
    "parquet": _parquet_head,
    "arrow": _arrow_head,
    "csv": _csv_head,
    "jsonl": _jsonl_head,
}
_CHUNKS: Mapping[str, Callable[[Table], Iterator[Chunk]]] = {
    "parquet": _parquet,
    "arrow": _arrow,
    "csv": _csv,
    "jsonl": _jsonl,
}


def tables_in(folder: Path) -> list[Path]:
    """Return the tables in a folder, in the order of their names."""
    return [
        each
        for each in sorted(folder.iterdir(), key=lambda each: each.name)
        if form_of(each) is not None and not each.name.startswith(".")
    ]
