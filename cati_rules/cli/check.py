"""``cati check``: evaluate documents and explain every result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import click
from msgspec.structs import replace

from cati_rules.cli.delivery import complain, complain_of
from cati_rules.cli.exit_codes import DONE, exit_code
from cati_rules.cli.formats import Stream, deliver_rendered, is_streamed, rendered, tells_gate
from cati_rules.cli.gate import gate_of
from cati_rules.cli.inputs import checked_inputs, shown_name
from cati_rules.cli.many import check_many, told_in_lines
from cati_rules.cli.mending import refuse_other_files, write_marked
from cati_rules.cli.options import (
    OrderedCommand,
    outputs_of,
    outputs_options,
    parameter_option,
    refuse_overwriting,
)
from cati_rules.cli.preparation import idle_parameters, prepare
from cati_rules.cli.progress import CHECKING, counted_off
from cati_rules.cli.project_settings import merged, read_config
from cati_rules.cli.questions import answers_of, refuse_other_endings, write_questions
from cati_rules.cli.run_settings import (
    STDIN,
    CheckSettings,
    Format,
    as_of_date,
    expand,
    fail_on_of,
    fail_under_score,
    language_of,
    parameters_of,
    usage_error,
)
from cati_rules.cli.tables import are_tables, check_tables
from cati_rules.cli.watch import watch
from cati_rules.errors import DocumentError, Place, Problem, UsageError
from cati_rules.gate.outcome import OPEN, Gate
from cati_rules.gate.unreached import Demands
from cati_rules.many.sources import are_lines
from cati_rules.output.page_options import Detail
from cati_rules.pipeline import NOT_IN_FORCE, Checked
from cati_rules.text import Language, Text, counted

_FILE = click.Path(path_type=Path, dir_okay=False)

_DETAILS: Sequence[Detail] = ("screen", "normal", "verbose")
"""How much a page shows by how often --verbose is given."""


@click.command("check", cls=OrderedCommand)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--ruleset", "rulesets", multiple=True, metavar="ID", help="Only this ruleset (may be repeated)."
)
@click.option("--stdin-name", metavar="NAME", help="Call standard input by this name, as of a file.")
@click.option("--as-of", metavar="DATE", help="Date of the assessment, year-month-day; default: today.")
@click.option(
    "--peers",
    metavar="PEERS",
    help="Compare with these published companies: region, product-type, or names with commas between.",
)
@click.option(
    "--fail-under",
    metavar="SCORE",
    help="Exit with 1 if a score is under this, in points: indicators that do not apply earn none.",
)
@click.option(
    "--require",
    "required",
    multiple=True,
    metavar="ID[:LEVEL]",
    help="Exit with 1 unless this indicator or definition is met (at this level or a higher one).",
)
@click.option(
    "--require-indicator",
    "required_indicators",
    multiple=True,
    metavar="ID",
    help="The same for an indicator of an index.",
)
@click.option(
    "--fail-on",
    multiple=True,
    metavar="WHAT",
    help="Exit with 1 if this is found: indeterminate, problems, consistency.",
)
@click.option("--waivers", type=_FILE, help="A file of failures that are accepted for a time.")
@click.option("--no-waivers", is_flag=True, help="Accept nothing, whatever is configured.")
@click.option("--baseline", type=_FILE, help="An earlier JSON result: fail only on what got worse.")
@click.option(
    "--config",
    "config_path",
    type=_FILE,
    help="Settings; default: cati.toml, else pyproject.toml, in this folder or one around it.",
)
@click.option(
    "--skip-others", is_flag=True, help="Pass over files that are no documents of cati, and name them."
)
@click.option(
    "--exit-zero",
    is_flag=True,
    help="Exit with 0 whatever was found, as for a baseline; wrong usage is still told.",
)
@click.option("--strict", is_flag=True, help="Exit with 2 where settings demand something of no file.")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Check documents in so many processes; with --format jsonl.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Of a table, or lines in a file: go on where an interrupted run has stopped.",
)
@click.option(
    "--watch",
    "watching",
    is_flag=True,
    help="Check again what changes, documents and rules, until Ctrl-C; the exit code is then 0.",
)
@click.option(
    "--questions",
    type=_FILE,
    help="Write what is open in products, as questions to the supplier, to this workbook (.xlsx).",
)
@click.option(
    "--answers", type=_FILE, help="Such a workbook, filled in: its answers are put into the documents."
)
@click.option(
    "--mend",
    "marked",
    type=_FILE,
    help="Write a copy of the workbook that is checked to this file, with what to mend beside its cells.",
)
@parameter_option
@outputs_options
@click.option(
    "--verbose",
    "-v",
    count=True,
    help="Show all indicators and reasons; twice, every condition, met or not, with source and basis.",
)
@click.option("--quiet", "-q", is_flag=True, help="Show one line for each document.")
@click.pass_context
def command(
    context: click.Context,
    files: tuple[str, ...],
    rulesets: tuple[str, ...],
    stdin_name: str | None,
    as_of: str | None,
    peers: str | None,
    fail_under: str | None,
    required: tuple[str, ...],
    required_indicators: tuple[str, ...],
    fail_on: tuple[str, ...],
    waivers: Path | None,
    no_waivers: bool,
    baseline: Path | None,
    config_path: Path | None,
    strict: bool,
    skip_others: bool,
    exit_zero: bool,
    jobs: int | None,
    resume: bool,
    watching: bool,
    questions: Path | None,
    answers: Path | None,
    marked: Path | None,
    parameters: tuple[str, ...],
    forms: tuple[Format, ...],
    language: str | None,
    paths: tuple[Path, ...],
    verbose: int,
    quiet: bool,
) -> None:
    """Evaluate documents and explain every result.

    FILE is a document of cati, a file of another format (cati import --list), a folder of them, a pattern, or - for
    standard input; a .jsonl file holds a document in each line. In a folder, files of no format that is read and those
    that its .catiignore names are passed over.
    Of a table of products (.parquet or .arrow; .csv or .jsonl with such an output), verdicts of every row go to
    --output, a table as well. The kind of the document chooses the
    rulesets. Exit codes: 0 done; 1 a demand (--fail-under, --require, --fail-on, --baseline) not reached; 2 wrong
    usage; 3 a document could not be read or is invalid (the others are still evaluated).
    """
    if verbose and quiet:
        raise usage_error(
            "--verbose", "--verbose and --quiet exclude each other.", "--verbose 与 --quiet 不能同时使用。"
        )
    detail = "quiet" if quiet else _DETAILS[min(verbose, len(_DETAILS) - 1)]
    if are_tables(files, paths, stdin_name, has_format=bool(forms)):
        refused = {
            "--fail-under": fail_under,
            "--require": required,
            "--require-indicator": required_indicators,
            "--fail-on": fail_on,
            "--waivers": waivers,
            "--baseline": baseline,
            "--peers": peers,
            "--skip-others": skip_others,
            "--strict": strict,
            "--format": forms,
            "--jobs": jobs,
            "--watch": watching,
            "--questions": questions,
            "--answers": answers,
            "--mend": marked,
        }
        _refuse_with_tables([name for name, value in refused.items() if value])
        code = check_tables(
            files,
            paths,
            rulesets,
            config=read_config(config_path, files),
            as_of=as_of_date(as_of),
            parameters=parameters_of(parameters),
            language=language_of(language),
            stdin_name=stdin_name,
            resume=resume,
            quiet=quiet,
        )
        context.exit(DONE if exit_zero else code)
    given = Demands(fail_under_score(fail_under), (*required, *required_indicators), fail_on_of(fail_on))
    outputs = outputs_of(context, forms, paths, language, detail)
    in_lines = [each.format for each in outputs] == ["jsonl"]
    named = expand(files, partial(_tell_others, language_of(language), quiet=quiet), lines=in_lines)
    config = merged(read_config(config_path, named), given, rulesets)
    named = _without_others(named, language_of(language)) if skip_others else named
    config = replace(config, waivers=waivers or config.waivers, baseline=baseline or config.baseline)
    warnings = [
        *_nothing(named),
        *config.idle_patterns(named),
        *(() if config_path else config.unused_settings(named)),
    ]
    if strict and warnings:
        raise UsageError([replace(each, severity="error") for each in warnings])
    settings = CheckSettings(
        files=named,
        rulesets=config.rulesets,
        as_of=as_of_date(as_of),
        peers=peers,
        config=config,
        use_waivers=not no_waivers,
        parameters=parameters_of(parameters),
        outputs=outputs,
        stdin_name=stdin_name,
        questions=questions,
        answers=answers,
        marked=marked,
    )
    refuse_other_endings("--mend", marked)
    refuse_other_files(marked, named)
    refuse_other_endings("--questions", questions)
    read = (*named, *config.reads, *config.rulesets, answers)
    refuse_overwriting([*(each.path for each in settings.outputs), questions, marked], read)
    lines = told_in_lines(settings, jobs=jobs, resume=resume)

    def once(names: Sequence[str], resume: bool = False) -> int:
        asked = replace(settings, files=tuple(names))
        if lines:
            return check_many(asked, jobs=jobs or 1, resume=resume, warnings=warnings)
        return run(asked, warnings)

    if watching:
        _refuse_unwatchable(named, resume=resume)
        beside = [
            str(each) for each in (*config.reads, *config.rulesets, answers) if each and Path(each).exists()
        ]
        whole = any(each.path is not None for each in settings.outputs)
        context.exit(
            watch(lambda: expand(files, lines=in_lines), beside, once, language_of(language), whole=whole)
        )
    code = once(named, resume)
    context.exit(DONE if exit_zero else code)


def _refuse_unwatchable(named: Sequence[str], *, resume: bool) -> None:
    if STDIN in named:
        raise usage_error("--watch", "Standard input cannot be watched.", "标准输入无法监视。")
    if resume:
        raise usage_error(
            "--watch", "--watch and --resume exclude each other.", "--watch 与 --resume 不能同时使用。"
        )


def _refuse_with_tables(options: Sequence[str]) -> None:
    for option in options:
        raise usage_error(
            option,
            f"{option} does not go with tables.",
            f"{option} 不能用于表格。",
            Text("Ask the table of verdicts.", "请在结果表中查询。"),
        )


def run(settings: CheckSettings, told: Sequence[Problem] = ()) -> int:
    """Check all documents, deliver what was found, and return the exit code; ``told`` are warnings to tell besides."""
    prepare(settings)
    checked: list[Checked] = []
    stream = Stream(settings)
    answers = None if settings.answers is None else answers_of(settings.answers)
    for name in counted_off(settings.files, CHECKING, settings.outputs[0].language):
        found = checked_inputs(
            name,
            settings.basis,
            required=settings.config.demands_on(shown_name(name, settings.stdin_name)).required,
            stdin_name=settings.stdin_name,
            answers=answers,
        )
        stream.tell(found)
        checked.extend(found)
    if answers is not None and (unused := answers.unused()):
        raise DocumentError(unused)
    gate = gate_of(checked, settings)
    # All are rendered before the first is written: what cannot be rendered leaves nothing half done.
    outputs = [each for each in settings.outputs if not is_streamed(each)]
    for output, text in zip(outputs, rendered(checked, settings, gate), strict=True):
        deliver_rendered(text, output.path)
    if settings.questions is not None:
        write_questions(
            checked, settings.as_of, settings.basis.check, settings.questions, settings.outputs[0].language
        )
    if settings.marked is not None:
        of = settings.files[0]
        write_marked(checked, settings.as_of, of, settings.marked, settings.outputs[0].language)
    if all(output.path is not None for output in settings.outputs):
        complain_of(checked, settings.outputs[0].language)
    judged = {result.ruleset.id for each in checked for result in each.results}
    idle = () if any(each.failed for each in checked) else idle_parameters(settings, judged)
    warnings = [*told, *gate.new, *idle]
    if not tells_gate(settings.outputs):
        if settings.config.demanded.rules:
            warnings = [*_not_in_force(checked), *warnings]
        _tell_gate(gate, settings.outputs[0].language)
    for problem in warnings:
        complain(f"! {problem.line(settings.outputs[0].language)}")
    return exit_code(checked, gate.demands)


def _nothing(names: Sequence[str]) -> Iterator[Problem]:
    """Yield a warning where no document is left to check: the run says nothing then."""
    if not names:
        told = Text(
            "no document of cati was given, so that nothing was checked.", "没有 cati 的文件，未作任何检查。"
        )
        yield Problem(Place("FILE"), "usage/other", told, severity="warning")


def _tell_others(language: Language, folder: str, others: Sequence[str], *, quiet: bool) -> None:
    """Say on standard error how many files of a folder are not read, and the first of them."""
    if quiet:
        return
    shown = [Path(each).relative_to(folder).as_posix() for each in others[:3]]
    more = len(others) - len(shown)
    told = Text(
        f"{counted(len(others), 'file')} passed over, as they are of no format that is read: {', '.join(shown)}"
        f"{f' and {more} more' if more else ''}.",
        f"跳过 {len(others)} 个不属于可读取格式的文件：{'、'.join(shown)}{f'等 {len(others)} 个' if more else ''}。",
    )
    advice = None
    if any(are_lines(each) for each in others):
        advice = Text(
            "Files with a document in each line are read with --format jsonl.",
            "每行一个文档的文件须加上 --format jsonl 才会读取。",
        )
    complain(f"! {Problem(Place(folder), 'usage/other', told, advice=advice).line(language)}")


def _without_others(names: Sequence[str], language: Language) -> tuple[str, ...]:
    """Return the documents without files that are none, each of which is named on standard error."""
    from cati_rules.formats.opening import is_read
    from cati_rules.schema.recognition import is_ours

    others = [each for each in names if each != STDIN and not (is_ours(Path(each)) or is_read(Path(each)))]
    for each in others:
        told = Text("passed over, as it is no document of cati.", "不是 cati 的文件，已跳过。")
        complain(f"! {Problem(Place(each), 'usage/other', told).line(language)}")
    return tuple(each for each in names if each not in others)


def _not_in_force(checked: Sequence[Checked]) -> Sequence[Problem]:
    """Return the warnings that an edition is not in force, once for all documents: a demand on it says little."""
    found = [each for one in checked for each in one.problems if each.code == NOT_IN_FORCE]
    return list(dict.fromkeys(found))


def _tell_gate(gate: Gate, language: Language) -> None:
    """Say on standard error what was demanded and not reached, and what is waived."""
    if gate is OPEN:
        return
    from cati_rules.output.gate_lines import gate_lines

    for line in gate_lines(gate, language):
        complain(line)
