"""``cati diff``: what moved between two documents, and through which conditions."""

from __future__ import annotations

from pathlib import Path

import click

from cati_rules.cli.delivery import complain_of, deliver
from cati_rules.cli.exit_codes import DONE, INVALID
from cati_rules.cli.inputs import read_input
from cati_rules.cli.options import output_of, output_options, parameter_option
from cati_rules.cli.run_settings import as_of_date, parameters_of
from cati_rules.cli.terminal import page_of
from cati_rules.pipeline import check_document
from cati_rules.report.build.run import report_of
from cati_rules.report.changes import changes, edits
from cati_rules.visible import json_text


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--ruleset", "rulesets", multiple=True, metavar="ID", help="Only this ruleset (may be repeated)."
)
@click.option("--as-of", metavar="DATE", help="Date of the assessment, year-month-day; default: today.")
@parameter_option
@output_options
@click.pass_context
def command(
    context: click.Context,
    old: str,
    new: str,
    rulesets: tuple[str, ...],
    as_of: str | None,
    parameters: tuple[str, ...],
    form: str,
    language: str | None,
    path: Path | None,
) -> None:
    """Show what differs between two documents, and what that changes in their results.

    Exit with 3 if one of them cannot be read or is invalid.
    """
    from cati_rules.output.changes import changes_data, changes_page
    from cati_rules.output.terminal_pages import problem_lines, text_of

    output = output_of(form, language, path, reads=(old, new, *rulesets))
    date = as_of_date(as_of)
    given = parameters_of(parameters)
    before, after = (
        check_document(read_input(each), rulesets, as_of=date, parameters=given) for each in (old, new)
    )
    problems = [
        problem for each in (before, after) for problem in each.problems if problem.severity == "error"
    ]
    reports = report_of([before], date), report_of([after], date)
    found = changes(*(each.documents[0] for each in reports))
    edited = (
        ()
        if before.document is None or after.document is None
        else tuple(edits(before.document.value, after.document.value))
    )
    if output.format == "json":
        from cati_rules.report.data.run import problem_data

        data = {
            "schema": "cati-diff/1",
            "as_of": date,
            "old": {
                "path": before.name,
                "sha256": None if before.document is None else before.document.sha256,
            },
            "new": {"path": after.name, "sha256": None if after.document is None else after.document.sha256},
            "problems": [problem_data(each, output.language) for each in problems],
            **changes_data(found, edited),
        }
        deliver(json_text(data, indent=2) + "\n", path)
    else:
        page = page_of(output)
        parts = list(problem_lines(problems, page.language))
        if not problems:
            parts.extend(changes_page(found, edited, page.language))
        deliver(text_of(parts, page), path)
    if path is not None:
        complain_of((before, after), output.language)
    context.exit(INVALID if problems else DONE)
