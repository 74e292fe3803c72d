"""``cati improve``: the cheapest way up."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path

import click

from cati_rules.advice.plan import Improver, Plan
from cati_rules.cli.delivery import complain_of, deliver
from cati_rules.cli.exit_codes import DONE, INVALID, NOT_REACHED
from cati_rules.cli.formats import deliver_rendered
from cati_rules.cli.inputs import read_input
from cati_rules.cli.options import page_options, page_output_of, parameter_option
from cati_rules.cli.progress import SEARCHING, working
from cati_rules.cli.run_settings import Output, as_of_date, number_of, parameters_of, usage_error
from cati_rules.cli.terminal import page_of
from cati_rules.kinds.index.result import IndexResult
from cati_rules.kinds.index.rules import Index
from cati_rules.numbers import number_text
from cati_rules.output.page_options import Detail
from cati_rules.pipeline import (
    Checked,
    check_document,
    contradicted_in,
    index,
    refuse_unfit_parameters,
)
from cati_rules.schema import load_schema, spelled_out
from cati_rules.text import Text
from cati_rules.visible import json_text

EVIDENCE = {"title": "…", "kind": "sustainability_report", "public": True, "document": "…"}
"""The evidence that a step shows: something public, to be named."""
FIRST = 8
"""How many steps a page shows without a goal, so that it fits on a screen."""


@click.command("improve")
@click.argument("file", metavar="FILE")
@click.option("--to", "goal", metavar="BAND|SCORE", help="Show the cheapest steps to this band or score.")
@click.option(
    "--effort",
    "efforts",
    multiple=True,
    metavar="CLASS=COST",
    help="What a step of this class costs here, such as engage_suppliers=5.",
)
@click.option(
    "--ruleset", "identifier", default="cati-auto-2024", show_default=True, metavar="ID", help="An index."
)
@click.option("--as-of", metavar="DATE", help="Date of the assessment, year-month-day; default: today.")
@parameter_option
@page_options
@click.option("--verbose", "-v", is_flag=True, help="Show every step.")
@click.pass_context
def command(
    context: click.Context,
    file: str,
    goal: str | None,
    efforts: tuple[str, ...],
    identifier: str,
    as_of: str | None,
    parameters: tuple[str, ...],
    form: str | None,
    language: str | None,
    path: Path | None,
    verbose: bool,
) -> None:
    """Show what to do next: steps by points for their effort, or the cheapest way to a band or score.

    Each step was tried on the document. Exit with 1 if the goal of --to is out of reach, with 3 if the document
    cannot be read or is invalid.
    """
    detail: Detail = "verbose" if verbose else "normal"
    output = page_output_of(form, language, path, detail, reads=(file, identifier))
    date, rules = as_of_date(as_of), index(identifier)
    numbers = parameters_of(parameters)
    refuse_unfit_parameters(numbers, (identifier,))
    costs = _costs(rules, efforts)
    document = read_input(file)
    checked = check_document(document, (identifier,), as_of=date, parameters=numbers)
    scores = checked.scores()
    if not checked.failed and not scores:
        raise usage_error(
            file,
            f"improve adds points to a disclosure; this is a document of kind {checked.kind}, which {identifier} does "
            "not score.",
            f"improve 用于提高披露文件的得分；本文件属于 {checked.kind} 类，{identifier} 不对其评分。",
            Text(
                f"Run `cati check {file} --verbose`: it shows for each definition which values would turn the verdict. "
                f"`cati what-if` tries values of your own.",
                f"请运行 `cati check {file} --verbose`，其中列出可改变各项结论的数值；"
                "如需自行试算，请用 `cati what-if`。",
            ),
        )
    if checked.failed or checked.document is None:
        deliver(_problems(checked, output, date), path)
        if path is not None:
            complain_of((checked,), output.language)
        context.exit(INVALID)
    result = scores[0][0]
    wanted = None if goal is None else _goal(result, goal)
    assessor = checked.scorer(result)
    found_in = partial(contradicted_in, as_of=date)
    improver = Improver(assessor, load_schema(rules.subject), EVIDENCE, date, costs, found_in=found_in)
    value = spelled_out(document.value)
    with working(SEARCHING, output.language):
        plan = (
            improver.best_first(value, result)
            if wanted is None
            else improver.cheapest(value, result, wanted[0], above=wanted[1])
        )
    deliver_rendered(_rendered(plan, result, checked, output), path)
    context.exit(NOT_REACHED if plan.reached is False else DONE)


def _costs(rules: Index, efforts: tuple[str, ...]) -> dict[str, Decimal]:
    classes = {} if rules.efforts is None else rules.efforts.classes
    costs = {name: each.cost for name, each in classes.items()}
    for text in efforts:
        name, equals, value = text.partition("=")
        cost = number_of(value)
        if not equals or name not in costs or cost is None or not 0 < cost <= 1000:
            listed = ", ".join(costs)
            raise usage_error(
                "--effort",
                f"{text} is not a class and a cost over 0; classes: {listed}.",
                f"{text} 不是“类别=投入（大于 0）”；可用类别：{listed}。",
            )
        costs[name] = cost
    return costs


def _goal(result: IndexResult, goal: str) -> tuple[Decimal, bool]:
    """Return the score to reach, and whether it must be passed: of a band, its lower end."""
    rules = result.ruleset
    for band in rules.bands if result.band is not None else ():
        if goal.casefold() in (band.id, band.title.en.casefold(), band.title.zh):
            return band.low, band.low_open
    score = number_of(goal)
    most = rules.weighted_points
    told, points = number_text(most), number_text(rules.points)
    if score is None or not 0 <= score <= most:
        listed = ", ".join(each.id for each in rules.bands)
        if result.band is None:
            raise usage_error(
                "--to",
                f"{goal} is not a score from 0 to {told}. Bands are defined for {points} points; the maximum here is "
                f"{told}, so there is no band to reach.",
                f"{goal} 不是 0 到 {told} 之间的分数。档位以满分 {points} 为准，此处可得满分为 {told}，不分档。",
                Text("Write a score, such as --to 40.", "请填写分数，例如 --to 40。"),
            )
        raise usage_error(
            "--to",
            f"{goal} is neither a band ({listed}) nor a score from 0 to {told}.",
            f"{goal} 既不是档位（{listed}），也不是 0 到 {told} 之间的分数。",
            Text("Write --to leading or --to 60.", "请写作 --to leading 或 --to 60。"),
        )
    return score, False


def _problems(checked: Checked, output: Output, as_of: str) -> str:
    from cati_rules.output.terminal_pages import render
    from cati_rules.report.build.run import report_of

    if output.format == "json":
        from cati_rules.report.data.run import problem_data

        problems = [problem_data(each, output.language) for each in checked.problems]
        return json_text({"schema": "cati-improve/1", "problems": problems}, indent=2) + "\n"
    return render(report_of([checked], as_of), page_of(output))


def _rendered(plan: Plan, result: IndexResult, checked: Checked, output: Output) -> str | bytes:
    from cati_rules.output.improvement import ImprovementPage, improvement_data
    from cati_rules.output.target_step import target_data, target_line
    from cati_rules.output.terminal_pages import text_of
    from cati_rules.report.build.improvement import improvement
    from cati_rules.report.build.run import report_of
    from cati_rules.report.build.target_step import target_step

    report = report_of([checked], result.as_of)
    told = improvement(plan, result, report.documents[0].scores[0])
    proposed = None
    if checked.document is not None and checked.kind == "disclosure":
        proposed = target_step(spelled_out(checked.document.value), result.as_of)
    if output.format == "json":
        data = {
            "schema": "cati-improve/1",
            "as_of": result.as_of,
            "path": checked.name,
            "problems": [],
            **improvement_data(told, output.language),
            "target": None if proposed is None else target_data(proposed, output.language),
        }
        return json_text(data, indent=2) + "\n"
    page_of_all = page_of(output)
    if output.format == "html":
        from cati_rules.output.html import render_plan

        said = None if proposed is None else proposed.said
        return render_plan(told, report.documents[0], result.as_of, page_of_all, said)
    if output.format == "xlsx":
        from cati_rules.output.xlsx import render_plan as workbook_of

        return workbook_of(told, report, page_of_all)
    most = FIRST if plan.goal is None and output.detail != "verbose" else None
    page = ImprovementPage(told, output.language)
    parts = list(page.parts(most))
    if proposed is not None:
        parts.append(target_line(proposed, output.language))
    return text_of(parts, page_of_all)
