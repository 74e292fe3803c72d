"""``cati explain``: a rule as a page, and its whole evaluation on a document."""

from __future__ import annotations

from pathlib import Path

import click

from cati_rules.catalog.selection import Selection, select
from cati_rules.catalog.store import ruleset_ids
from cati_rules.cli.delivery import complain_of, deliver
from cati_rules.cli.exit_codes import DONE, INVALID
from cati_rules.cli.inputs import checked_input
from cati_rules.cli.options import output_of, output_options
from cati_rules.cli.run_settings import Output, as_of_date, usage_error
from cati_rules.cli.terminal import page_of
from cati_rules.pipeline import Checked, ruleset
from cati_rules.report.build.run import report_of
from cati_rules.visible import json_text


@click.command("explain")
@click.argument("rule", metavar="RULE")
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--ruleset", "from_ruleset", metavar="ID", help="Look the rule up in this ruleset.")
@click.option("--as-of", metavar="DATE", help="Date of the assessment, year-month-day; default: today.")
@output_options
@click.pass_context
def command(
    context: click.Context,
    rule: str,
    file: str | None,
    from_ruleset: str | None,
    as_of: str | None,
    form: str,
    language: str | None,
    path: Path | None,
) -> None:
    """Print a rule as a page; with a file, its whole evaluation there.

    RULE is an indicator (2.1.1), a group (2.1), a dimension (2), what is looked for (consistency:target-passed), or a
    ruleset (cati-auto-2024, fmc-steel).
    """
    output = output_of(form, language, path, "verbose", reads=(file, from_ruleset))
    date = as_of_date(as_of)
    identifiers = (from_ruleset,) if from_ruleset else ruleset_ids()
    selection = select(rule, [ruleset(each) for each in identifiers])
    if file is None:
        deliver(_page(selection, output), path)
        return
    checked = checked_input(file, (from_ruleset or selection.ruleset.id,), as_of=date)
    deliver(_evaluation(checked, selection, output, date), path)
    if path is not None:
        complain_of((checked,), output.language)
    context.exit(INVALID if checked.failed else DONE)


def _page(selection: Selection, output: Output) -> str:
    from cati_rules.output.terminal_pages import text_of
    from cati_rules.rule_pages import rule_data, rule_parts

    rules, language = selection.ruleset, output.language
    if output.format == "json":
        data = {"schema": "cati-rules/1", **rule_data(rules, selection, language)}
        return json_text(data, indent=2) + "\n"
    return text_of(rule_parts(rules, selection, language), page_of(output))


def _evaluation(checked: Checked, selection: Selection, output: Output, as_of: str) -> str:
    """Return the whole evaluation of what was selected, on the document that was checked against it."""
    report = report_of([checked], as_of)
    (document,) = report.documents
    wanted = selection.rules
    if output.format == "json":
        from cati_rules.report.data.explained import explained_data

        return json_text(explained_data(report, wanted, output.language), indent=2) + "\n"
    from cati_rules.output.explained import render

    if selection.ruleset.kind == "index" and not document.failed and not document.scores:
        raise usage_error(
            checked.name,
            f"{selection.ruleset.id} does not score documents of kind {checked.kind}.",
            f"{selection.ruleset.id} 不对 {checked.kind} 类文件评分。",
        )
    return render(report, page_of(output), wanted)
