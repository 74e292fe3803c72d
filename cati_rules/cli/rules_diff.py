"""``cati rules diff``: two rulesets on the same documents, and which thresholds make the difference."""

from __future__ import annotations

from pathlib import Path

import click

from cati_rules.cli.delivery import complain_of, deliver
from cati_rules.cli.exit_codes import DONE, INVALID
from cati_rules.cli.inputs import checked_input
from cati_rules.cli.options import output_of, output_options
from cati_rules.cli.run_settings import as_of_date, expand, usage_error
from cati_rules.cli.terminal import page_of
from cati_rules.pipeline import ruleset
from cati_rules.visible import json_text


@click.command("diff")
@click.argument("before", metavar="RULESET")
@click.argument("after", metavar="RULESET")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--as-of", metavar="DATE", help="Date of the assessment, year-month-day; default: today.")
@output_options
@click.pass_context
def command(
    context: click.Context,
    before: str,
    after: str,
    files: tuple[str, ...],
    as_of: str | None,
    form: str,
    language: str | None,
    path: Path | None,
) -> None:
    """Show which documents get a different result under another ruleset or edition, and why.

    Exit with 3 if a document cannot be read or is invalid.
    """
    from cati_rules.output.ruleset_differences import editions_data, editions_page
    from cati_rules.output.terminal_pages import problem_lines, text_of
    from cati_rules.report.build.run import report_of
    from cati_rules.report.ruleset_differences import flip

    named = expand(files)
    output = output_of(form, language, path, reads=(before, after, *named))
    date = as_of_date(as_of)
    if ruleset(before).kind != ruleset(after).kind:
        raise usage_error(
            after,
            f"{before} and {after} are of different kinds.",
            f"{before} 与 {after} 属于不同类型的规则集。",
        )
    checked = [checked_input(name, (before, after), as_of=date) for name in named]
    told = (flip(each, ruleset(before).id, ruleset(after).id) for each in report_of(checked, date).documents)
    found = [each for each in told if each is not None]
    if output.format == "json":
        data = editions_data(before, after, found, output.language)
        deliver(json_text(data, indent=2) + "\n", path)
    else:
        problems = [problem for each in checked for problem in each.problems if each.failed]
        parts = list(problem_lines(problems, output.language))
        parts.extend(editions_page(before, after, found, output.language))
        deliver(text_of(parts, page_of(output)), path)
    if path is not None:
        complain_of(checked, output.language)
    context.exit(INVALID if any(each.failed for each in checked) else DONE)
