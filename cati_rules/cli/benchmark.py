"""``cati benchmark``: recompute the totals that were published."""

from __future__ import annotations

from pathlib import Path

import click

from cati_rules.cli.delivery import complain, deliver
from cati_rules.cli.exit_codes import DONE, INVALID, NOT_REACHED
from cati_rules.cli.options import output_of, output_options
from cati_rules.cli.run_settings import Output, usage_error
from cati_rules.cli.terminal import page_of
from cati_rules.kinds.index.published_companies import published_results
from cati_rules.kinds.index.recomputation import recompute
from cati_rules.pipeline import index


@click.command("benchmark")
@click.argument("what", required=False, metavar="[vehicles]", type=click.Choice(["vehicles"]))
@click.argument("file", required=False, metavar="[FILE]")
@click.option(
    "--ruleset", "identifier", default="cati-auto-2024", show_default=True, metavar="ID", help="An index."
)
@output_options
@click.pass_context
def command(
    context: click.Context,
    what: str | None,
    file: str | None,
    identifier: str,
    form: str,
    language: str | None,
    path: Path | None,
) -> None:
    """Recompute the published totals from the published rates and the ruleset's weights.

    With vehicles, list the makers' mean footprints of cars that the report prints; with a disclosure as FILE, its own
    among them. Exit with 1 if a total does not agree, with 3 if FILE cannot be read or is invalid.
    """
    if what is not None:
        _vehicles(context, file, output_of(form, language, path, reads=(file,)), path)
        return
    from cati_rules.output.benchmark import benchmark_json, benchmark_page
    from cati_rules.output.terminal_pages import text_of

    output = output_of(form, language, path)
    rules = index(identifier)
    published = published_results(rules)
    if published is None:
        raise usage_error(
            "--ruleset", f"nothing was published for {identifier}.", f"{identifier} 没有已公布的结果。"
        )
    rows = recompute(published, rules)
    weights = tuple(rules.weights.values())
    if output.format == "json":
        deliver(benchmark_json(rules.id, weights, rows), path)
    else:
        deliver(text_of(benchmark_page(rules.id, weights, rows, output.language), page_of(output)), path)
    context.exit(DONE if all(each.agrees for each in rows) else NOT_REACHED)


def _vehicles(context: click.Context, file: str | None, output: Output, path: Path | None) -> None:
    from cati_rules.cli.inputs import read_input
    from cati_rules.output.terminal_pages import text_of
    from cati_rules.output.vehicles import vehicles_json, vehicles_page
    from cati_rules.report.build.vehicles import vehicles_report
    from cati_rules.schema import validate

    value = {}
    if file is not None:
        document = read_input(file)
        problems = [each for each in validate(document) if each.severity == "error"]
        for problem in problems:
            complain(problem.line(output.language))
        if problems:
            context.exit(INVALID)
        value = document.value
    report = vehicles_report(value)
    if output.format == "json":
        deliver(vehicles_json(report, output.language), path)
    else:
        deliver(text_of(list(vehicles_page(report, output.language)), page_of(output)), path)
