"""``cati new``: a commented template to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from cati_rules.cli.delivery import deliver
from cati_rules.cli.options import output_option
from cati_rules.cli.settings import language_of
from cati_rules.text import LANGUAGES


@click.command("new")
@click.argument("kind", metavar="KIND")
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    help="Language of the comments; default: the environment's.",
)
@output_option
def command(kind: str, language: str | None, path: Path | None) -> None:
    """Write a commented template of a document to fill in; KIND is disclosure, product, facility,
    purchases or waivers."""
    from cati_rules.schema import template

    deliver(template(kind, language_of(language)), path)
