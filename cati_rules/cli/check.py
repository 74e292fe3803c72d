"""``cati check``: evaluate documents and explain every result."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click

from cati_rules.assessment.definition_result import DefinitionResult
from cati_rules.assessment.result import IndexResult
from cati_rules.catalog.consistency import Consistency
from cati_rules.catalog.definition import Definition
from cati_rules.catalog.index import Index
from cati_rules.catalog.store import ruleset_ids
from cati_rules.checking import Checked, Parameters, ruleset
from cati_rules.cli.delivery import deliver
from cati_rules.cli.formats import rendered
from cati_rules.cli.inputs import checked_input
from cati_rules.cli.options import OrderedCommand, outputs_of, outputs_options
from cati_rules.cli.settings import (
    CheckSettings,
    Format,
    as_of_date,
    expand,
    fail_under_score,
    parameters_of,
    usage_error,
)
from cati_rules.render.page import Detail
from cati_rules.text import Language, Text

DONE, DEMAND_NOT_REACHED, INVALID = 0, 1, 3


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
@click.option("--fail-under", metavar="SCORE", help="Exit with 1 if a score is under this.")
@click.option(
    "--require",
    "required",
    multiple=True,
    metavar="ID[:LEVEL]",
    help="Exit with 1 unless this indicator or definition is met (at this level or a higher one).",
)
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="RULESET.NAME=VALUE",
    help="A number that a ruleset leaves to others.",
)
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
    parameters: tuple[str, ...],
    forms: tuple[Format, ...],
    language: str | None,
    paths: tuple[Path, ...],
    verbose: bool,
    quiet: bool,
) -> None:
    """Evaluate documents and explain every result.

    FILE is a YAML or JSON document, a pattern, or - for standard input. The kind of the document chooses the
    rulesets. Exit codes: 0 done; 1 --fail-under or --require not reached; 2 wrong usage; 3 a document could
    not be read or is invalid (the others are still evaluated).
    """
    if verbose and quiet:
        raise usage_error(
            "--verbose", "--verbose and --quiet exclude each other.", "--verbose 与 --quiet 不能同时使用。"
        )
    detail: Detail = "verbose" if verbose else "quiet" if quiet else "normal"
    settings = CheckSettings(
        files=expand(files),
        rulesets=rulesets,
        as_of=as_of_date(as_of),
        peers=peers,
        fail_under=fail_under_score(fail_under),
        required=required,
        parameters=parameters_of(parameters),
        outputs=outputs_of(context, forms, paths, language, detail),
    )
    context.exit(run(settings))


def run(settings: CheckSettings) -> int:
    """Check all documents, deliver what was found, and return the exit code."""
    for each in settings.rulesets:
        ruleset(each)  # what is asked for must be there, whatever the documents are
    _refuse_unknown_parameters(settings.parameters)
    _refuse_unknown(settings.required, settings.rulesets)
    checked = [
        checked_input(
            name,
            settings.rulesets,
            as_of=settings.as_of,
            peers=settings.peers,
            parameters=settings.parameters,
        )
        for name in settings.files
    ]
    # All are rendered before the first is written: what cannot be rendered leaves nothing half done.
    for output, text in zip(settings.outputs, rendered(checked, settings), strict=True):
        deliver(text, output.path)
    if all(output.path is not None for output in settings.outputs):
        _complain(checked, settings.outputs[0].language)
    return exit_code(checked, settings)


def _refuse_unknown(required: tuple[str, ...], rulesets: tuple[str, ...]) -> None:
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
            close = within or get_close_matches(name, known, n=3)
            advice = Text(f"Did you mean {', '.join(close)}?", f"是否应为 {'、'.join(close)}？")
            raise usage_error(
                "--require", f"There is no rule {name}.", f"没有规则 {name}。", advice if close else None
            )


def _refuse_unknown_parameters(parameters: Parameters) -> None:
    for identifier, given in parameters.items():
        rules = ruleset(identifier)
        bodies = rules.bodies if isinstance(rules, Definition) else ()
        known = [each.name for body in bodies for each in body.parameters]
        for name in given:
            if name not in known:
                listed = ", ".join(known) or "–"
                raise usage_error(
                    "--parameter",
                    f"{identifier} has no parameter {name}; known: {listed}.",
                    f"{identifier} 没有参数 {name}；可用：{listed}。",
                )


def _complain(checked: list[Checked], language: Language) -> None:
    """Say on standard error what keeps documents from being evaluated, when the results go to a file."""
    for each in checked:
        for problem in each.problems:
            if problem.severity == "error":
                click.echo(problem.line(language), err=True)


def exit_code(checked: list[Checked], settings: CheckSettings) -> int:
    """Return 3 if a document is invalid, 1 if a demanded outcome was not reached, else 0."""
    if any(each.failed for each in checked):
        return INVALID
    results = [result for each in checked for result, _ in each.scores()]
    verdicts = [result for each in checked for result, _ in each.verdicts()]
    least = settings.fail_under
    if least is not None and any(result.score < least for result in results):
        return DEMAND_NOT_REACHED
    if all(_is_met(name, results, verdicts) for name in settings.required):
        return DONE
    return DEMAND_NOT_REACHED


def _is_met(name: str, results: list[IndexResult], judged: list[DefinitionResult]) -> bool:
    """Return whether a rule is met in every result that has it, and in one at least.

    ``name`` is an indicator, an index (all of its points), a definition, or a definition and a level: ``ID:LEVEL``.
    Documents that a definition does not judge say nothing of it.
    """
    identifier, _, level = name.partition(":")
    verdicts = {
        each.verdict for result in results for each in result.indicators() if each.indicator.id == name
    }
    verdicts |= {
        "met" if result.score == result.ruleset.points else "not_met"
        for result in results
        if result.ruleset.id == name
    }
    verdicts |= {
        "met" if result.reaches(level or None) else "not_met"
        for result in judged
        if result.ruleset.id == identifier and result.body is not None
    }
    return verdicts == {"met"}
