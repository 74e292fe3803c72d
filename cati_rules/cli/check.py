"""``cati check``: evaluate documents and explain every result."""

from __future__ import annotations

from pathlib import Path

import click

from cati_rules.checking import Checked, check, check_document
from cati_rules.cli.delivery import deliver
from cati_rules.cli.options import output_of, output_options, page_of
from cati_rules.cli.settings import (
    STDIN,
    CheckSettings,
    as_of_date,
    expand,
    fail_under_score,
    stdin_bytes,
)
from cati_rules.documents import parse_document
from cati_rules.documents.limits import FILE_BYTES
from cati_rules.errors import DocumentError
from cati_rules.render.page import Detail

DONE, DEMAND_NOT_REACHED, INVALID = 0, 1, 3


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--ruleset", "rulesets", multiple=True, metavar="ID", help="Only this ruleset (may be repeated).")
@click.option("--as-of", metavar="DATE", help="Date of the assessment, year-month-day; default: today.")
@click.option("--fail-under", metavar="SCORE", help="Exit with 1 if a score is under this.")
@click.option("--require", "required", multiple=True, metavar="ID", help="Exit with 1 unless this indicator is met.")
@output_options
@click.option("--verbose", "-v", is_flag=True, help="Show every condition, met or not, with source and basis.")
@click.option("--quiet", "-q", is_flag=True, help="Show one line for each document.")
@click.pass_context
def command(
    context: click.Context,
    files: tuple[str, ...],
    rulesets: tuple[str, ...],
    as_of: str | None,
    fail_under: str | None,
    required: tuple[str, ...],
    form: str,
    language: str | None,
    path: Path | None,
    verbose: bool,
    quiet: bool,
) -> None:
    """Evaluate documents and explain every result.

    FILE is a YAML or JSON document, a pattern, or - for standard input. The kind of the document chooses the
    rulesets. Exit codes: 0 done; 1 --fail-under or --require not reached; 2 wrong usage; 3 a document could not
    be read or is invalid (the others are still evaluated).
    """
    if verbose and quiet:
        raise click.UsageError("--verbose and --quiet exclude each other.")
    detail: Detail = "verbose" if verbose else "quiet" if quiet else "normal"
    settings = CheckSettings(
        files=expand(files),
        rulesets=rulesets,
        as_of=as_of_date(as_of),
        fail_under=fail_under_score(fail_under),
        required=required,
        output=output_of(form, language, path, detail),
    )
    context.exit(run(settings))


def run(settings: CheckSettings) -> int:
    """Check all documents, deliver what was found, and return the exit code."""
    checked = [_check(name, settings) for name in settings.files]
    deliver(_rendered(checked, settings), settings.output.path)
    return exit_code(checked, settings)


def _check(name: str, settings: CheckSettings) -> Checked:
    if name != STDIN:
        return check(name, settings.rulesets, as_of=settings.as_of)
    try:
        document = parse_document(stdin_bytes(FILE_BYTES), name="<stdin>")
    except DocumentError as error:
        return Checked("<stdin>", None, error.problems, ())
    return check_document(document, settings.rulesets, as_of=settings.as_of)


def _rendered(checked: list[Checked], settings: CheckSettings) -> str:
    output = settings.output
    if output.format == "json":
        from cati_rules.render.data import result_json

        return result_json(checked, as_of=settings.as_of, language=output.language)
    from cati_rules.render.scorecard import scorecards

    return scorecards(checked, page_of(output))


def exit_code(checked: list[Checked], settings: CheckSettings) -> int:
    """Return 3 if a document is invalid, 1 if a demanded outcome was not reached, else 0."""
    if any(each.failed for each in checked):
        return INVALID
    results = [result for each in checked for result in each.results]
    least = settings.fail_under
    if least is not None and any(result.score < least for result in results):
        return DEMAND_NOT_REACHED
    verdicts = {
        each.indicator.id: each.verdict for result in results for each in result.indicators()
    }
    if any(verdicts.get(name) != "met" for name in settings.required):
        return DEMAND_NOT_REACHED
    return DONE


