"""``cati rules sql``: verdicts as a statement of SQL."""

from __future__ import annotations

from pathlib import Path

import click

from cati_rules.cli.delivery import complain, deliver
from cati_rules.cli.options import output_option, parameter_option, refuse_overwriting
from cati_rules.cli.run_settings import as_of_date, parameters_of, usage_error

_DIALECTS = ("duckdb", "spark", "postgres", "bigquery", "snowflake", "trino")


@click.command("sql")
@click.argument("rulesets", nargs=-1, required=True, metavar="RULESET...")
@click.option(
    "--dialect", type=click.Choice(_DIALECTS), default="duckdb", show_default=True, help="The engine."
)
@click.option("--table", default="products", show_default=True, help="The table of products.")
@click.option(
    "--key", "keys", multiple=True, metavar="COLUMN", help="Select this column of the table as well."
)
@click.option("--as-of", metavar="DATE", help="Date of the assessment, year-month-day; default: today.")
@parameter_option
@output_option
def command(
    rulesets: tuple[str, ...],
    dialect: str,
    table: str,
    keys: tuple[str, ...],
    as_of: str | None,
    parameters: tuple[str, ...],
    path: Path | None,
) -> None:
    """Print definitions as one statement of SQL over a table of products.

    Columns are called as fields are (footprint.value; for BigQuery footprint_value), as the comments at the start say.
    A verdict is null and RULESET.exact is false where floating point does not decide it, or the row is not certainly
    valid: these rows are for cati check.
    """
    from cati_rules.columns.amounts import NotColumns
    from cati_rules.columns.frames import needs

    needs("narwhals", "polars", "pyarrow", "duckdb", "sqlglot")
    from cati_rules.columns.computed import plan_of
    from cati_rules.columns.sql import DIALECTS, statement

    refuse_overwriting((path,), rulesets)
    date = as_of_date(as_of)
    plan = plan_of(rulesets, date, parameters_of(parameters))
    wanted = next(each for each in DIALECTS if each == dialect)
    try:
        found = statement(plan, wanted, table, keys)
    except NotColumns as error:
        raise usage_error(
            rulesets[0], f"This cannot be computed over columns: {error}.", f"无法按列计算：{error}。"
        ) from None
    comments = [f"-- {', '.join(each.id for each in plan.definitions)}, as of {date}. The table needs:"]
    comments += [f"--   {name} {kind}" for name, kind in found.needs]
    comments += [
        "-- Labels and producers are compared as the rules spell them. Rows that are not exact are for cati check."
    ]
    deliver("\n".join((*comments, found.text + ";")), path)
    for each in plan.definitions:
        if each.body("product") is None:
            complain(f"! {each.id} judges no products.")
