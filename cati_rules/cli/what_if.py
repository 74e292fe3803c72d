"""``cati what-if``: the result with some values replaced, and only what changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from cati_rules.cli.delivery import complain_of, deliver
from cati_rules.cli.exit_codes import DONE, INVALID
from cati_rules.cli.inputs import read_input
from cati_rules.cli.options import output_of, output_options, parameter_option
from cati_rules.cli.run_settings import Output, as_of_date, parameters_of, usage_error
from cati_rules.cli.terminal import page_of
from cati_rules.documents import Document, parse_document, parse_path, with_value
from cati_rules.errors import DocumentError, UsageError
from cati_rules.pipeline import Checked, check_document
from cati_rules.report.build.run import report_of
from cati_rules.report.changes import changes, edits
from cati_rules.text import Text
from cati_rules.visible import json_text


@click.command("what-if")
@click.argument("file", metavar="FILE")
@click.argument("assignments", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.option(
    "--ruleset", "rulesets", multiple=True, metavar="ID", help="Only this ruleset (may be repeated)."
)
@click.option("--as-of", metavar="DATE", help="Date of the assessment, year-month-day; default: today.")
@parameter_option
@output_options
@click.pass_context
def command(
    context: click.Context,
    file: str,
    assignments: tuple[str, ...],
    rulesets: tuple[str, ...],
    as_of: str | None,
    parameters: tuple[str, ...],
    form: str,
    language: str | None,
    path: Path | None,
) -> None:
    """Evaluate a document with values replaced, and show what changes.

    FIELD is a place such as footprint.value or targets[0].target_year, VALUE what YAML would read there; FIELD=
    with nothing behind it takes the field away. The file itself is not changed. Exit with 3 if it, or the changed
    document, is invalid.
    """
    output = output_of(form, language, path, reads=(file, *rulesets))
    given, date = parameters_of(parameters), as_of_date(as_of)
    document = read_input(file)
    before = check_document(document, rulesets, as_of=date, parameters=given)
    after = check_document(assigned(document, assignments), rulesets, as_of=date, parameters=given)
    deliver(_rendered(before, after, output, date), path)
    if path is not None:
        complain_of((before, after), output.language)
    context.exit(INVALID if before.failed or after.failed else DONE)


def assigned(document: Document, assignments: tuple[str, ...]) -> Document:
    """Return the document with each ``FIELD=VALUE`` carried out; its places stay those of the file.

    Raises:
        UsageError: one is not of that form, or leads nowhere.
    """
    value: Any = document.value
    for text in assignments:
        where, equals, new = text.partition("=")
        try:
            place = parse_path(where.strip())
            if not equals:
                raise ValueError(text)
            value = with_value(value, place, _value(new))
        except ValueError:
            raise usage_error(
                "FIELD=VALUE",
                f"{text} does not name a place in the document and a value.",
                f"{text} 不是“字段=取值”，或文件中没有此位置。",
                Text("Write footprint.value=0.29.", "请写作 footprint.value=0.29。"),
            ) from None
    return replace(document, value=value)


def _value(text: str) -> Any:
    """Return what YAML reads in ``text``; an empty text takes the field away."""
    try:
        parsed = parse_document(f"value: {text}\n".encode(), name="VALUE")
    except DocumentError as error:
        raise UsageError(error.problems) from None
    return parsed.value["value"]


def _rendered(before: Checked, after: Checked, output: Output, as_of: str) -> str:
    from cati_rules.output.changes import changes_data, changes_page

    reports = report_of([before], as_of), report_of([after], as_of)
    found = changes(*(each.documents[0] for each in reports))
    edited: tuple[Any, ...] = ()
    if before.document is not None and after.document is not None:
        edited = tuple(edits(before.document.value, after.document.value))
    if output.format == "json":
        from cati_rules.report.data.run import report_data

        data = report_data(reports[1], output.language)
        return json_text({**data, **changes_data(found, edited)}) + "\n"
    from cati_rules.output.terminal_pages import problem_lines, text_of

    page = page_of(output)
    problems = [each for each in after.problems if each.severity == "error"]
    parts: list[Any] = list(problem_lines(problems, page.language))
    if not problems:
        parts.extend(changes_page(found, edited, page.language))
    return text_of(parts, page)
