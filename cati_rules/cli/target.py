"""``cati target``: targets held against SBTi's editions, and a calculator that proposes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cati_rules.cli.delivery import complain, complain_of, deliver
from cati_rules.cli.exit_codes import INVALID
from cati_rules.cli.file_endings import format_of, refuse_unfit
from cati_rules.cli.formats import BYTE_ORDER_MARK, deliver_rendered
from cati_rules.cli.inputs import read_input
from cati_rules.cli.options import output_option, refuse_overwriting
from cati_rules.cli.run_settings import Output, as_of_date, language_of, usage_error
from cati_rules.cli.target_entry import calculated
from cati_rules.cli.target_options import Options, entry_options
from cati_rules.cli.terminal import page_of
from cati_rules.errors import DocumentError
from cati_rules.pipeline import Checked
from cati_rules.text import LANGUAGES, Text

if TYPE_CHECKING:
    from cati_rules.output.page_options import Page
    from cati_rules.report.targets import TargetsReport

FORMATS = ("rich", "json", "csv", "html", "xlsx")


@click.command("target")
@click.argument("file", metavar="[FILE]", required=False)
@entry_options
@click.option("--as-of", metavar="DATE", help="Date of the assessment, year-month-day; default: today.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="Form of the output; else that of --output's ending, else rich.",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    help="Language of the output; default: the environment's.",
)
@output_option
@click.pass_context
def command(
    context: click.Context,
    file: str | None,
    entered: Options,
    as_of: str | None,
    form: str | None,
    language: str | None,
    path: Path | None,
) -> None:
    """Hold targets against SBTi's editions: what each asks, by how much one falls short, what would tell.

    With FILE, a disclosure, its targets are judged. Without, a target is worked out from --scope, --base, --target
    and the emissions of the base year, such as --s1 4.2Mt --s2 1.1Mt (or 420万吨). It is arithmetic, no validation.

    Exit with 3 if the document cannot be read or is invalid.
    """
    from cati_rules.report.build.targets import judged, targets_report

    output = _output(form, language, path, file)
    date = as_of_date(as_of)
    if file is None:
        report = calculated(entered, date, output.language)
        _deliver(report, output)
        return
    if entered.given:
        raise usage_error(
            entered.given[0],
            f"{entered.given[0]} is for a target that is worked out; {file} states its own.",
            f"{entered.given[0]} 用于计算目标；{file} 中的目标按其内容判定。",
            Text("Leave out the file, or the option.", "请去掉文件或该选项。"),
        )
    try:
        checked = judged(read_input(file), date)
    except DocumentError as error:
        checked = (Checked(file, None, error.problems, ()),)
    if any(each.failed for each in checked):
        _tell_problems(checked[0], output)
        context.exit(INVALID)
    if checked[0].kind != "disclosure":
        raise usage_error(
            file,
            "Targets stand in a disclosure; this is another kind of document.",
            "目标应在披露文件（disclosure）中；该文件为其他类型。",
        )
    report = targets_report(checked, date, file)
    _deliver(report, output)


def _output(form: str | None, language: str | None, path: Path | None, file: str | None) -> Output:
    refuse_overwriting((path,), (file,))
    told: Any = form or (None if path is None else format_of(path)) or "rich"
    if told not in FORMATS:
        raise usage_error(
            "--output",
            f"{path} asks for a format that targets have not.",
            f"目标不支持 {path} 所对应的格式。",
        )
    if path is not None:
        refuse_unfit(told, path)
    return Output(told, language_of(language), path)


def _tell_problems(checked: Checked, output: Output) -> None:
    if output.format == "json":
        from cati_rules.report.data.run import problem_data
        from cati_rules.visible import json_text

        problems = [problem_data(each, output.language) for each in checked.problems]
        deliver(json_text({"schema": "cati-targets/1", "problems": problems}, indent=2) + "\n", output.path)
        return
    if output.path is not None or output.format != "rich":
        complain_of((checked,), output.language)
        return
    for problem in checked.problems:
        complain(problem.line(output.language))


def _deliver(report: TargetsReport, output: Output) -> None:
    rendered = _RENDERERS[output.format](report, page_of(output))
    if output.format == "csv" and output.path is not None:
        rendered = f"{BYTE_ORDER_MARK}{rendered!s}"
    deliver_rendered(rendered, output.path)


def _page(report: TargetsReport, page: Page) -> str:
    from cati_rules.output.targets import render

    return render(report, page)


def _json(report: TargetsReport, page: Page) -> str:
    from cati_rules.output.targets_data import json_of

    return json_of(report, page)


def _csv(report: TargetsReport, page: Page) -> str:
    from cati_rules.output.targets_data import csv_of

    return csv_of(report, page)


def _html(report: TargetsReport, page: Page) -> str:
    from cati_rules.output.targets_html import render

    return render(report, page)


def _xlsx(report: TargetsReport, page: Page) -> bytes:
    from cati_rules.output.targets_data import xlsx_of

    return xlsx_of(report, page)


_RENDERERS: Mapping[str, Callable[[TargetsReport, Page], str | bytes]] = {
    "rich": _page,
    "json": _json,
    "csv": _csv,
    "html": _html,
    "xlsx": _xlsx,
}
