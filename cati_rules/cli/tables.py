"""``cati check`` of tables: verdicts for every row, in a table like the one that was read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from cati_rules.cli.delivery import complain, deliver
from cati_rules.cli.exit_codes import DONE, INVALID
from cati_rules.cli.options import refuse_overwriting
from cati_rules.cli.run_settings import STDIN, usage_error
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.text import Language, Text

if TYPE_CHECKING:
    from cati_rules.cli.project_settings import Config
    from cati_rules.columns.bulk import Summary
    from cati_rules.columns.reading import Table

_ALWAYS = (".parquet", ".arrow", ".feather", ".ipc")
"""Endings of tables; what ends in .csv or .jsonl is one where the output is, and else a file of documents."""
_REPLACED = Text(
    "this column is there already, and is replaced by what is judged now.",
    "该列已存在，将被本次评价的结果替换。",
)
_ENDINGS = (*_ALWAYS, ".csv", ".jsonl", ".ndjson")


def are_tables(
    names: Sequence[str], outputs: Sequence[Path], stdin_name: str | None, *, has_format: bool
) -> bool:
    """Return whether tables are to be checked: by what is read, and by what is to be written.

    With a format, what is to be written is a page about documents.
    """
    written = not has_format and any(each.suffix.lower() in _ENDINGS for each in outputs)
    for name in names:
        if name == STDIN:
            name = stdin_name or ""  # noqa: PLW2901
        ending = Path(name).suffix.lower()
        if ending == ".csv" and not written and _is_of_companies(Path(name)):
            continue
        if ending in _ALWAYS or (written and (ending in _ENDINGS or _holds_tables(Path(name)))):
            return True
    return False


def _is_of_companies(path: Path) -> bool:
    """Return whether a table holds figures of companies, a row each, and no products: it is read as disclosures."""
    from cati_rules.formats.mapping import is_company_table
    from cati_rules.formats.source import BEGINNING, Source

    try:
        with path.open("rb") as file:
            return is_company_table(Source(str(path), file.read(BEGINNING)))
    except (OSError, ValueError):
        return False


def _holds_tables(path: Path) -> bool:
    return path.is_dir() and any(each.suffix.lower() in _ENDINGS for each in path.iterdir())


def check_tables(
    names: Sequence[str],
    outputs: Sequence[Path],
    rulesets: Sequence[str],
    *,
    config: Config,
    as_of: str,
    parameters: Mapping[str, Mapping[str, Decimal]],
    language: Language,
    stdin_name: str | None,
    resume: bool,
    quiet: bool,
) -> int:
    """Judge tables, put their verdicts into one table, and return the exit code.

    Raises:
        UsageError: there is no ruleset of such an id, it judges no products, the settings demand something of a table,
            or the output is no table.
        DocumentError: a table cannot be read; nothing is put in place then.
    """
    from cati_rules.columns.frames import needs

    needs("narwhals", "polars", "pyarrow")
    from cati_rules.columns.bulk import Bulk
    from cati_rules.columns.computed import plan_of
    from cati_rules.columns.names import unknown_columns

    output = _output_of(outputs)
    plan = plan_of(rulesets or _rulesets_in(config), as_of, parameters)
    with ExitStack() as stack:
        tables = tuple(_tables(names, stdin_name, stack))
        _refuse_demands(config, tables)
        refuse_overwriting([output], [each.path for each in tables])
        for each in dict.fromkeys(name for table in tables for name in table.columns):
            if each in plan.columns:
                complain(f"! {each}: {_REPLACED.to(language)}")
                continue
            for problem in unknown_columns([each]):
                if not quiet or problem.advice is not None:
                    complain(f"! {problem.line(language)}")
        bulk = Bulk(tables, plan, output, language)
        known = [each.rows for each in tables]
        total = None if any(each is None for each in known) else sum(each or 0 for each in known)
        try:
            with _progress(total, language) as told:
                summary = bulk.run(resume=resume, told=told)
        except KeyboardInterrupt:
            complain(
                Text(
                    f"Interrupted; --resume goes on with what is done in {bulk.parts}.",
                    f"已中断；使用 --resume 可从 {bulk.parts} 中已完成的部分继续。",
                ).to(language)
            )
            raise
    deliver(_told(summary, output, bulk.rejected, language, quiet=quiet), None)
    return INVALID if summary.rejected else DONE


def _rulesets_in(config: Config) -> tuple[str, ...] | None:
    """Return the rulesets of the settings that judge products, None where these name none at all."""
    from cati_rules.columns.fields import PRODUCT
    from cati_rules.kinds.definition.rules import Definition
    from cati_rules.pipeline import ruleset

    asked = ((each, ruleset(each)) for each in config.rulesets)
    found = tuple(
        name for name, each in asked if isinstance(each, Definition) and each.body(PRODUCT) is not None
    )
    if config.rulesets and not found:
        raise usage_error(
            "--ruleset",
            "None of the rulesets that the settings name judges products.",
            "设置中的规则集均不评价产品。",
            Text("Name some with --ruleset.", "请用 --ruleset 指定。"),
        )
    return found or None


def _refuse_demands(config: Config, tables: Sequence[Table]) -> None:
    """Refuse tables of which the settings demand something: nobody would look whether it is reached."""
    if config.baseline is None and not any(config.demands_on(each.name).any for each in tables):
        return
    raise usage_error(
        "" if config.file is None else str(config.file.path),
        "These settings demand something (fail_under, require, fail_on, baseline), and a table is held to no demands.",
        "该设置文件含有要求（fail_under、require、fail_on 或 baseline），但表格不按要求判定。",
        Text(
            "Ask the table of verdicts, and name settings without demands with --config.",
            "请在结果表中查询，并用 --config 指定不含要求的设置文件。",
        ),
    )


def _output_of(outputs: Sequence[Path]) -> Path:
    from cati_rules.columns.reading import form_of

    if len(outputs) != 1 or form_of(outputs[0]) is None:
        raise usage_error(
            "--output",
            "A table of verdicts needs a file to go to.",
            "表格的评价结果须写入文件。",
            Text(
                "Add --output verdicts.parquet; it may also end in .csv, .jsonl or .arrow.",
                "请加上 --output verdicts.parquet，也可使用 .csv、.jsonl 或 .arrow。",
            ),
        )
    return outputs[0]


def _tables(names: Sequence[str], stdin_name: str | None, stack: ExitStack) -> Iterator[Table]:
    from cati_rules.columns.reading import form_of, open_table, tables_in

    for name in names:
        if name == STDIN:
            called = stdin_name or ""
            if form_of(called) is None:
                raise usage_error(
                    "--stdin-name",
                    "Of a table on standard input the form is not known.",
                    "无法确定标准输入中表格的格式。",
                    Text("Add --stdin-name products.csv.", "请加上 --stdin-name products.csv。"),
                )
            yield open_table(_spooled(Path(called).suffix, stack), called)
        elif Path(name).is_dir():
            found = tables_in(Path(name))
            if not found:
                raise usage_error("FILE", f"The folder {name} holds no table.", f"文件夹 {name} 中没有表格。")
            yield from (open_table(each) for each in found)
        elif form_of(name) is None:
            message = Text("This is no table.", "不是表格。")
            advice = Text("Check tables and documents apart.", "请将表格与其他文件分开检查。")
            raise UsageError(Problem(Place(name), "usage/other", message, advice=advice))
        else:
            yield open_table(Path(name))


def _spooled(suffix: str, stack: ExitStack) -> Path:
    """Return a file with what stands on standard input, which is gone when the run ends."""
    import tempfile

    file = stack.enter_context(tempfile.NamedTemporaryFile(suffix=suffix))  # noqa: SIM115 - the stack closes it
    while sys.stdin is not None and (data := sys.stdin.buffer.read(1 << 20)):
        file.write(data)
    file.flush()
    return Path(file.name)


@contextmanager
def _progress(total: int | None, language: Language) -> Iterator[Callable[[int], None]]:
    """Show how many rows are done, on a terminal only."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(Text("rows", "行").to(language), total=total)
        yield lambda done: progress.update(task, completed=done)


def _told(summary: Summary, output: Path, rejected: Path, language: Language, *, quiet: bool) -> str:
    lines = [
        Text(f"{summary.rows:,} rows judged: {output}", f"已评价 {summary.rows:,} 行：{output}").to(language)
    ]
    if summary.rejected:
        are = "is no valid product and has" if summary.rejected == 1 else "are no valid products and have"
        lines.append(
            Text(
                f"{summary.rejected:,} of them {are} no verdict: {rejected}",
                f"其中 {summary.rejected:,} 行不是有效的产品，没有结论：{rejected}",
            ).to(language)
        )
    if not quiet:
        for name, counts in summary.verdicts.items():
            if counts["met"]:
                lines.append(
                    Text(f"  met {name}: {counts['met']:,}", f"  满足 {name}：{counts['met']:,}").to(language)
                )
    return "\n".join(lines)
