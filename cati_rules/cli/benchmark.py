"""``cati benchmark``: recompute the totals that were published."""

from __future__ import annotations

from pathlib import Path

import click

from cati_rules.cli.delivery import deliver
from cati_rules.cli.options import output_of, output_options
from cati_rules.cli.settings import usage_error
from cati_rules.cli.terminal import page_of
from cati_rules.kinds.index.published_companies import published_results
from cati_rules.kinds.index.recomputation import recompute
from cati_rules.pipeline import index


@click.command("benchmark")
@click.option(
    "--ruleset", "identifier", default="cati-auto-2024", show_default=True, metavar="ID", help="An index."
)
@output_options
@click.pass_context
def command(
    context: click.Context, identifier: str, form: str, language: str | None, path: Path | None
) -> None:
    """Recompute the published totals from the published rates and the ruleset's weights.

    Exit with 1 if a total does not agree.
    """
    from cati_rules.output.benchmark import benchmark_json, benchmark_page
    from cati_rules.output.pages import text_of

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
    context.exit(0 if all(each.agrees for each in rows) else 1)
