"""Tables of verdicts, put together from parts and put in place whole: Parquet, Arrow, CSV, JSON Lines."""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cati_rules.columns.reading import INVALID, form_of

_BATCH = 65_536
"""How many cells are written at a time: a thousand, which is usual, takes half as much again."""
LINE = "cati.line"
"""The column of a part that holds the line of JSON that a row was."""


def assemble(parts: Sequence[Path], output: Path, columns: Sequence[str]) -> None:
    """Write what stands in ``parts``, Arrow files in order, to ``output`` and put it in place whole.

    ``columns`` are those of verdicts and levels. The same parts give the same bytes.

    Raises:
        OSError: it cannot be written.
    """
    with _replacing(output) as temporary:
        _WRITERS[str(form_of(output))](parts, temporary, columns)


class _replacing:  # noqa: N801 - a context manager reads as what it does
    """A file beside ``path`` that takes its place where nothing goes wrong, and else is not there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Path:
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".cati-")
        os.close(handle)
        self.temporary = Path(name)
        return self.temporary

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is not None:
            self.temporary.unlink(missing_ok=True)
            return
        umask = os.umask(0)
        os.umask(umask)
        self.temporary.chmod(0o666 & ~umask)
        self.temporary.replace(self.path)


def _tables(parts: Sequence[Path]) -> tuple[Any, Any, Iterator[Any]]:
    """Return the columns that all parts have together, with dictionaries and without, and the parts with the former."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    def opened(part: Path) -> Any:
        with pa.ipc.open_file(pa.memory_map(str(part))) as file:
            return file.read_all()

    schemas = [_told(opened(each).schema) for each in parts]
    texts = pa.unify_schemas([_in_texts(each) for each in schemas], promote_options="permissive")
    schema = pa.schema([_kept(each, schemas) for each in texts])

    def tables() -> Iterator[Any]:
        for part in parts:
            table = opened(part)
            arrays = [
                table[field.name].cast(field.type)
                if field.name in table.column_names
                else pa.nulls(table.num_rows, field.type)
                for field in schema
            ]
            yield pa.table(arrays, schema=schema)

    return schema, texts, tables()


def _told(schema: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - an extra

    return pa.schema([each for each in schema if each.name not in (LINE, INVALID)])


def _in_texts(schema: Any) -> Any:
    """Return columns as they are read: dictionaries that are made here are texts."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    made = pa.dictionary(pa.uint8(), pa.string())
    return pa.schema([each.with_type(pa.large_string()) if each.type == made else each for each in schema])


def _kept(field: Any, schemas: Sequence[Any]) -> Any:
    """Return a column as a dictionary where it is one in all parts."""
    types = {schema.field(field.name).type if field.name in schema.names else None for schema in schemas}
    return field.with_type(types.pop()) if len(types) == 1 else field


def _parquet(parts: Sequence[Path], path: Path, columns: Sequence[str]) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415 - an extra

    schema, texts, tables = _tables(parts)
    # Dictionaries are written as they are, and read as this schema says.
    told = {"ARROW:schema": base64.b64encode(texts.serialize().to_pybytes())}
    how = {
        "compression": "zstd",
        "store_schema": False,
        "write_batch_size": _BATCH,
        # Of a column of verdicts, the least and the most tell nothing.
        "write_statistics": [name for name in schema.names if name not in columns],
    }
    with pq.ParquetWriter(path, schema, **how) as writer:
        for table in tables:
            writer.write_table(table)
        writer.add_key_value_metadata(told)


def _arrow(parts: Sequence[Path], path: Path, columns: Sequence[str]) -> None:  # noqa: ARG001
    import pyarrow as pa  # noqa: PLC0415 - an extra

    _, texts, tables = _tables(parts)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, texts) as writer:
        for table in tables:
            writer.write_table(table.cast(texts))


def _csv(parts: Sequence[Path], path: Path, columns: Sequence[str]) -> None:  # noqa: ARG001
    import polars as pl  # noqa: PLC0415 - an extra

    *_, tables = _tables(parts)
    with path.open("wb") as file:
        for number, table in enumerate(tables):
            frame = pl.from_arrow(table)
            if isinstance(frame, pl.DataFrame):
                frame.write_csv(file, include_header=number == 0)


def _jsonl(parts: Sequence[Path], path: Path, columns: Sequence[str]) -> None:
    import pyarrow as pa  # noqa: PLC0415 - an extra

    with path.open("w", encoding="utf-8", newline="\n") as file:
        for part in parts:
            with pa.ipc.open_file(pa.memory_map(str(part))) as reader:
                for number in range(reader.num_record_batches):
                    for row in reader.get_batch(number).to_pylist():
                        file.write(_line(row, columns) + "\n")


def _line(row: dict[str, Any], columns: Sequence[str]) -> str:
    """Return a row as a line of JSON: the line that it was, with verdicts and levels at its end."""
    said = {name: row[name] for name in columns}
    line = row.pop(LINE, None)
    if line is None:
        return json.dumps(row, ensure_ascii=False, default=str)
    added = json.dumps(said, ensure_ascii=False)[1:]
    begun = line.rstrip()
    if not (begun.startswith("{") and begun.endswith("}")):
        return "{" + added
    begun = begun[:-1].rstrip()
    return f"{begun}{added}" if begun == "{" else f"{begun}, {added}"


_WRITERS: Mapping[str, Callable[[Sequence[Path], Path, Sequence[str]], None]] = {
    "parquet": _parquet,
    "arrow": _arrow,
    "csv": _csv,
    "jsonl": _jsonl,
}
