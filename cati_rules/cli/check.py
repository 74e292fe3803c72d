"""``cati check``: evaluate documents and explain every result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

import click

from cati_rules.catalog.consistency import Consistency
from cati_rules.catalog.definition import Definition
from cati_rules.catalog.index import Index
from cati_rules.catalog.store import ruleset_ids
from cati_rules.checking import NOT_IN_FORCE, Checked, refuse_unfit_parameters, ruleset
from cati_rules.cli.config import merged, read_config
from cati_rules.cli.delivery import deliver
from cati_rules.cli.formats import rendered, tells_gate
from cati_rules.cli.gate import gate_of
from cati_rules.cli.inputs import checked_input, shown_name
from cati_rules.cli.options import OrderedCommand, outputs_of, outputs_options, parameter_option
from cati_rules.cli.settings import (
    CheckSettings,
    Format,
    as_of_date,
    expand,
    fail_on_of,
    fail_under_score,
    parameters_of,
    usage_error,
)
from cati_rules.errors import Place, Problem
from cati_rules.gate.demands import Demands, Unreached
from cati_rules.gate.outcome import OPEN, Gate
from cati_rules.render.page import Detail
from cati_rules.text import Language, Text

DONE, DEMAND_NOT_REACHED, INVALID = 0, 1, 3
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("check", cls=OrderedCommand)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--ruleset", "rulesets", multiple=True, metavar="ID", help="Only this ruleset (may be repeated)."
)
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
    "--config", "config_path", type=_FILE, help="Settings; default: cati.toml, else pyproject.toml."
)
@parameter_option
@outputs_options
@click.option(
    "--verbose", "-v", is_flag=True, help="Show every condition, met or not, with source and basis."
)
@click.option("--quiet", "-q", is_flag=True, help="Show one line for each document.")
@click.pass_context
def command(
    context: click.Context,
    files: tuple[str, ...],
    rulesets: tuple[str, ...],
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
    parameters: tuple[str, ...],
    forms: tuple[Format, ...],
    language: str | None,
    paths: tuple[Path, ...],
    verbose: bool,
    quiet: bool,
) -> None:
    """Evaluate documents and explain every result.

    FILE is a YAML or JSON document, a pattern, or - for standard input. The kind of the document chooses the
    rulesets. Exit codes: 0 done; 1 a demand (--fail-under, --require, --fail-on, --baseline) not reached; 2 wrong
    usage; 3 a document could not be read or is invalid (the others are still evaluated).
    """
    if verbose and quiet:
        raise usage_error(
            "--verbose", "--verbose and --quiet exclude each other.", "--verbose 与 --quiet 不能同时使用。"
        )
    detail: Detail = "verbose" if verbose else "quiet" if quiet else "normal"
    given = Demands(fail_under_score(fail_under), (*required, *required_indicators), fail_on_of(fail_on))
    config = merged(read_config(config_path), given, rulesets)
    config = replace(config, waivers=waivers or config.waivers, baseline=baseline or config.baseline)
    settings = CheckSettings(
        files=expand(files),
        rulesets=config.rulesets,
        as_of=as_of_date(as_of),
        peers=peers,
        config=config,
        use_waivers=not no_waivers,
        parameters=parameters_of(parameters),
        outputs=outputs_of(context, forms, paths, language, detail),
    )
    context.exit(run(settings))


def run(settings: CheckSettings) -> int:
    """Check all documents, deliver what was found, and return the exit code."""
    for each in settings.rulesets:
        ruleset(each)  # what is asked for must be there, whatever the documents are
    refuse_unfit_parameters(settings.parameters, settings.rulesets)
    demanded = [settings.config.demands, *(each for _, each in settings.config.paths)]
    _refuse_unknown([name for each in demanded for name in each.required], settings.rulesets)
    checked = [
        checked_input(
            name,
            settings.rulesets,
            as_of=settings.as_of,
            peers=settings.peers,
            parameters=settings.parameters,
            required=settings.config.demands_on(shown_name(name)).required,
        )
        for name in settings.files
    ]
    gate = gate_of(checked, settings)
    # All are rendered before the first is written: what cannot be rendered leaves nothing half done.
    for output, text in zip(settings.outputs, rendered(checked, settings, gate), strict=True):
        deliver(text, output.path)
    if all(output.path is not None for output in settings.outputs):
        _complain(checked, settings.outputs[0].language)
    warnings = list(_idle_parameters(checked, settings))
    if not tells_gate(settings.outputs):
        if any(each.required for each in demanded):
            warnings = [*_not_in_force(checked), *warnings]
        _tell_gate(gate, settings.outputs[0].language)
    for problem in warnings:
        click.echo(f"! {problem.line(settings.outputs[0].language)}", err=True)
    return exit_code(checked, gate.demands)


def _refuse_unknown(required: Sequence[str], rulesets: tuple[str, ...]) -> None:
    if not required:
        return
    known: list[str] = []
    for each in rulesets or ruleset_ids():
        rules = ruleset(each)
        if not isinstance(rules, Consistency):  # it has findings, and nothing that could be met
            known.append(rules.id)
        if isinstance(rules, Index):
            known.extend(indicator.id for indicator in rules.indicators())
        if isinstance(rules, Definition):
            known.extend(f"{rules.id}:{level.id}" for body in rules.bodies for level in body.levels)
    for name in required:
        if name not in known:
            within = [each for each in known if each.startswith(f"{name}.")]
            close = list(dict.fromkeys(within or get_close_matches(name, set(known), n=3)))
            advice = Text(f"Did you mean {', '.join(close)}?", f"是否应为 {'、'.join(close)}？")
            raise usage_error(
                "--require", f"There is no rule {name}.", f"没有规则 {name}。", advice if close else None
            )


def _complain(checked: list[Checked], language: Language) -> None:
    """Say on standard error what keeps documents from being evaluated, when the results go to a file."""
    for each in checked:
        for problem in each.problems:
            if problem.severity == "error":
                click.echo(problem.line(language), err=True)


def _not_in_force(checked: Sequence[Checked]) -> Sequence[Problem]:
    """Return the warnings that an edition is not in force, once for all documents: a demand on it says little."""
    found = [each for one in checked for each in one.problems if each.code == NOT_IN_FORCE]
    return list(dict.fromkeys(found))


def _idle_parameters(checked: Sequence[Checked], settings: CheckSettings) -> Iterator[Problem]:
    """Yield a warning for each ruleset that was given numbers and judged nothing: they changed no result."""
    if any(each.failed for each in checked):
        return
    judged = {result.ruleset.id for each in checked for result in each.results}
    for name in settings.parameters:
        if name not in judged:
            yield Problem(
                place=Place("--parameter"),
                code="usage/parameter",
                message=Text(
                    f"{name} judged no document, so that its parameters changed nothing.",
                    f"{name} 未用于任何文件，其参数未起作用。",
                ),
                advice=Text(f"Ask for it with --ruleset {name}.", f"可用 --ruleset {name} 指定该规则集。"),
                severity="warning",
            )


def exit_code(checked: list[Checked], missed: Sequence[Unreached]) -> int:
    """Return 3 if a document is invalid, 1 if a demanded outcome was not reached and not waived, else 0."""
    if any(each.failed for each in checked):
        return INVALID
    return DEMAND_NOT_REACHED if any(not each.waived for each in missed) else DONE


def _tell_gate(gate: Gate, language: Language) -> None:
    """Say on standard error what was demanded and not reached, and what is waived."""
    if gate is OPEN:
        return
    from cati_rules.render.gate_lines import gate_lines

    for line in gate_lines(gate, language):
        click.echo(line, err=True)
