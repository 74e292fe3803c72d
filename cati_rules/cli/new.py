"""``cati new``: a template to fill in, as commented YAML or as a workbook."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cati_rules.cli.delivery import complain, deliver, deliver_bytes
from cati_rules.cli.options import output_option, refuse_overwriting
from cati_rules.cli.run_settings import language_of, usage_error
from cati_rules.text import LANGUAGES, Language, Text


@click.command("new")
@click.argument("kind", metavar="KIND")
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "xlsx"]),
    default="yaml",
    show_default=True,
    help="Form of the template: commented YAML, or a workbook.",
)
@click.option(
    "--from",
    "documents",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="Fill a workbook with what this document says; of products, may be repeated.",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    help="Language of headings and explanations; default: the environment's.",
)
@output_option
def command(
    kind: str, form: str, documents: tuple[Path, ...], language: str | None, path: Path | None
) -> None:
    """Write a template of a document to fill in; KIND is disclosure, product, facility,
    purchases or waivers.

    A workbook (--format xlsx) is filled in with Excel or WPS and checked as it is: `cati check FILE.xlsx`.
    """
    from cati_rules.schema import template

    spoken = language_of(language)
    if form == "xlsx":
        refuse_overwriting((path,), documents)
        deliver_bytes(_workbook(kind, spoken, documents, path), path)
    elif documents:
        raise usage_error(
            "--from",
            "--from fills a workbook: add --format xlsx.",
            "--from 用于填写工作簿，请加上 --format xlsx。",
        )
    else:
        deliver(template(kind, spoken), path)
    if path is not None:
        complain(_next(kind, path).to(spoken))


def _next(kind: str, path: Path) -> Text:
    """Return what was written, and the command to go on with."""
    command = f"cati check FILE --waivers {path}" if kind == "waivers" else f"cati check {path}"
    return Text(f"{path} is written. Fill it in, then: {command}", f"已写入 {path}。请填写后运行：{command}")


def _workbook(kind: str, language: Language, documents: tuple[Path, ...], path: Path | None) -> bytes:
    from cati_rules.formats.opening import read_documents
    from cati_rules.formats.sheet_layout import KINDS
    from cati_rules.formats.template_workbook import workbook

    if kind not in KINDS:
        listed = ", ".join(KINDS)
        raise usage_error(
            "KIND",
            f"There is no workbook for “{kind}”.",
            f"“{kind}”没有工作簿模板。",
            Text(f"There is one for {listed}.", f"可用：{listed}。"),
        )
    if path is None and (sys.stdout is None or sys.stdout.isatty()):
        raise usage_error(
            "--output",
            "A workbook is no text to show.",
            "工作簿无法在终端显示。",
            Text(f"Name a file: --output {kind}.xlsx.", f"请指定文件：--output {kind}.xlsx。"),
        )
    found = [each for name in documents for each in read_documents(name)]
    other = next((each for each in found if each.value.get("kind") != kind), None)
    if other is not None or (kind != "product" and len(found) > 1):
        named = other.name if other is not None else found[1].name
        raise usage_error(
            "--from",
            f"{named} does not go into a workbook of one {kind}.",
            f"{named} 无法写入一个 {kind} 工作簿。",
        )
    return workbook(kind, language, [each.value for each in found])
