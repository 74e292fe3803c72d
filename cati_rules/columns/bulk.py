"""Judges tables in files, a chunk at a time, so that memory does not grow with them and nothing is done twice.

Each chunk becomes a part in a folder beside the output. When all are there the output is put together and put in place;
a run that was interrupted goes on with the parts that it finds.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from cati_rules import __version__
from cati_rules.catalog.store import STORED_FILE, ruleset_folder, ruleset_ids
from cati_rules.columns.computed import Plan
from cati_rules.columns.reading import INVALID, ROWS, Chunk, Table
from cati_rules.columns.table import TableJudge, Verdicts
from cati_rules.columns.writing import LINE, assemble
from cati_rules.errors import DocumentError, Place, Problem, UsageError
from cati_rules.files import write_whole
from cati_rules.resources import shipped
from cati_rules.text import Language, Text

if TYPE_CHECKING:
    import polars as pl

REJECTED = ".rejected.jsonl"
_PARTS, _RUN = ".parts", "run.json"


class Summary(Struct, dict=True):
    """What a run came to; ``one_by_one`` counts judgements that were made of single rows."""

    rows: int = 0
    rejected: int = 0
    one_by_one: int = 0
    kept: int = 0
    verdicts: dict[str, Counter[str]] = field(default_factory=dict)


class Bulk(Struct, frozen=True):
    """Tables to be judged by a plan, and where verdicts go; ``language`` is that of the reasons for rejecting rows."""

    tables: tuple[Table, ...]
    plan: Plan
    output: Path
    language: Language

    @property
    def parts(self) -> Path:
        """The folder of what is done so far."""
        return self.output.with_name(self.output.name + _PARTS)

    @property
    def rejected(self) -> Path:
        """The file of the rows that are rejected."""
        return self.output.with_name(self.output.name + REJECTED)

    def run(self, *, resume: bool, told: Callable[[int], None]) -> Summary:
        """Judge all rows and put the output in place; ``told`` is called with how many rows are done.

        With ``resume``, what an interrupted run of the same tables, rules and date has done is not done again.

        Raises:
            DocumentError: a table cannot be read to its end; what is done is kept.
            UsageError: there is nothing to go on with, or the output cannot be written.
        """
        self._begin(resume=resume)
        summary = Summary()
        judge = TableJudge(self.plan)
        parts: list[Path] = []
        for number, (table, first, chunk) in enumerate(self._chunks()):
            part = self.parts / f"{number:06}.arrow"
            done = self.parts / f"{number:06}.json"
            if done.exists():
                summary.kept += chunk.frame.height
            else:
                self._judge(judge, table, chunk, first, part)
                part.with_suffix(".counts").replace(
                    done
                )  # the last step: what is there in part does not count
            _add(summary, json.loads(done.read_text(encoding="utf-8")))
            parts.append(part)
            told(summary.rows)
        self._end(parts, summary)
        return summary

    def _chunks(self) -> Iterator[tuple[Table, int, Chunk]]:
        import polars as pl  # noqa: PLC0415 - an extra

        columns: tuple[str, ...] | None = None
        some = False
        for table in self.tables:
            if columns is not None and table.columns != columns:
                message = Text(
                    "This table has other columns than the one before it.", "该表格的列与前一个表格不同。"
                )
                advice = Text("Check it by itself.", "请单独检查该表格。")
                raise DocumentError(Problem(Place(table.name), "read/table", message, advice=advice))
            columns = table.columns
            first = 0
            for chunk in table.chunks():
                some = True
                yield table, first, chunk
                first += chunk.frame.height
        if not some:  # what is written has the columns nevertheless
            empty = pl.DataFrame(schema=dict.fromkeys(columns or (), pl.String()))
            yield self.tables[0], 0, Chunk(empty)

    def _judge(self, judge: TableJudge, table: Table, chunk: Chunk, first: int, part: Path) -> None:
        import polars as pl  # noqa: PLC0415 - an extra

        found = judge.verdicts(chunk.frame, f"{table.name}, row", first)
        frame = chunk.frame.drop(INVALID, strict=False)
        if chunk.lines is not None:
            frame = frame.with_columns(pl.Series(LINE, chunk.lines, dtype=pl.String))
        lines = [json.dumps(each, ensure_ascii=False) for each in self._rejections(table, found)]
        write_whole("".join(f"{each}\n" for each in lines).encode(), part.with_suffix(".rejected"))
        counted = {
            "rows": chunk.frame.height,
            "rejected": len(lines),
            "one_by_one": found.one_by_one,
            "verdicts": found.counts(),
        }
        write_whole(json.dumps(counted).encode(), part.with_suffix(".counts"))
        _write_part(frame, found, part)

    def _rejections(self, table: Table, found: Verdicts) -> Iterator[dict[str, object]]:
        from cati_rules.report.data.run import problem_data  # noqa: PLC0415

        for each in found.rejected:
            problems = [problem_data(one, self.language) for one in each.outcome.problems]
            for one in problems:
                one.update(file=table.name, line=None, column=None)
            yield {"file": table.name, "row": each.row + 1, "problems": problems}

    def _begin(self, *, resume: bool) -> None:
        run = self.parts / _RUN
        try:
            mark = self._fingerprint()
            if resume and run.exists() and run.read_text(encoding="utf-8") == mark:
                return
            if resume and self.parts.exists():
                raise UsageError(
                    Problem(
                        Place("--resume"),
                        "usage/option",
                        Text(
                            "The interrupted run was of other tables, rules, options or another date.",
                            "中断的运行所用的表格、规则、选项或日期与本次不同。",
                        ),
                        advice=Text("Leave out --resume to begin anew.", "去掉 --resume 可重新开始。"),
                    )
                )
            shutil.rmtree(self.parts, ignore_errors=True)
            self.parts.mkdir(parents=False)
            write_whole(mark.encode(), run)
        except OSError as error:
            raise self._unwritable(error) from None

    def _end(self, parts: Sequence[Path], summary: Summary) -> None:
        try:
            if summary.rejected:
                texts = (each.with_suffix(".rejected").read_bytes() for each in parts)
                write_whole(b"".join(texts), self.rejected)
            else:
                self.rejected.unlink(missing_ok=True)
            assemble(parts, self.output, self.plan.columns)
        except OSError as error:
            raise self._unwritable(error) from None
        shutil.rmtree(self.parts, ignore_errors=True)

    def _unwritable(self, error: OSError) -> UsageError:
        message = Text(
            f"Cannot write {self.output}: {error.strerror}.", f"无法写入 {self.output}（{error.strerror}）。"
        )
        return UsageError(Problem(Place("--output"), "usage/option", message))

    def _fingerprint(self) -> str:
        """Return what tells this run from others: the tables, the rules, the date, the program."""
        stamps = [(each.name, *_stamp(each.path)) for each in self.tables]
        rules = [_digest(each) for each in self.plan.rulesets]
        schema = hashlib.sha256((shipped("schemas") / "product.schema.json").read_bytes()).hexdigest()
        parameters = {
            name: {key: str(each) for key, each in given.items()}
            for name, given in self.plan.parameters.items()
        }
        told = [
            __version__,
            ROWS,
            stamps,
            rules,
            schema,
            self.plan.as_of,
            parameters,
            self.language,
            str(self.output),
        ]
        return json.dumps(told, ensure_ascii=False)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _digest(identifier: str) -> list[str]:
    if identifier in ruleset_ids():
        files = [ruleset_folder(identifier) / STORED_FILE]
    else:
        path = Path(identifier)
        files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return [identifier, *(hashlib.sha256(each.read_bytes()).hexdigest() for each in files)]


def _write_part(frame: pl.DataFrame, found: Verdicts, part: Path) -> None:
    import polars as pl  # noqa: PLC0415 - an extra
    import pyarrow as pa  # noqa: PLC0415 - an extra

    # The oldest way to hold texts is one that every reader of Arrow knows.
    given = frame.drop(found.encoded).to_arrow(compat_level=pl.CompatLevel.oldest())
    columns = dict.fromkeys(frame.columns) | dict(zip(given.column_names, given.columns, strict=True))
    table = pa.table(columns | found.in_arrow())
    temporary = part.with_suffix(".part")
    with pa.OSFile(str(temporary), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    temporary.replace(part)


def _add(summary: Summary, counted: dict[str, object]) -> None:
    summary.rows += int(str(counted["rows"]))
    summary.rejected += int(str(counted["rejected"]))
    summary.one_by_one += int(str(counted["one_by_one"]))
    verdicts = counted["verdicts"]
    if isinstance(verdicts, dict):
        for name, each in verdicts.items():
            summary.verdicts.setdefault(name, Counter()).update(each)
